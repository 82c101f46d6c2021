// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

#include "gateway/audit/finding.h"
#include "governance/journal/store.h"

namespace clawgate::audit {

struct ShowOptions {
  Seq from{1};
  std::optional<Seq> to;
  std::optional<std::uint16_t> type;
  /// What names this hold or one of its orders, and the inputs that caused it.
  std::optional<HoldId> hold;
  bool json = false;
};

/// Prints one record a line. Answers where the bytes are damaged or end too early, if that was
/// reached. What lies before `from` is not checked, for that is what verify is for.
std::optional<Finding> show(journal::Store& store, const ShowOptions& options, std::ostream& out);

}  // namespace clawgate::audit
