// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "gateway/audit/records.h"
#include "gateway/state.h"
#include "governance/journal/store.h"

namespace clawgate::audit {

struct ReplayOptions {
  /// Segments that another version wrote are folded, not re-executed: their decisions were that
  /// version's.
  std::string engine_version;
  /// How many intents and commands the gateway remembered: gateway::State's own default.
  std::size_t keys = gateway::State::kKeys;
  Progress progress;
};

struct ReplayReport {
  std::optional<Finding> finding;  // the first difference, or where the bytes are damaged
  Extent extent;
  std::uint64_t inputs = 0;  // re-executed
  std::uint64_t facts = 0;   // compared with what the engine decided again
  std::uint64_t folded = 0;  // records of other engine versions, taken as they stand
  std::uint64_t cuts = 0;    // inputs whose facts a crash cut off
  Digest state;              // hash of the state at the end; meaningful without a finding

  [[nodiscard]] bool ok() const { return !finding; }
};

/// Executes the inputs of a journal again and compares every record the engine makes with the one
/// that stands there: type, version, time and bytes (I7). Stops executing at the first difference;
/// reads on to the end for the extent.
///
/// A crash may have cut the facts of the last input of a session off. From there the state is what
/// recovery saw: the fold of the records that are there. So that is no difference, unless the
/// session behind it says that the one before closed in order.
[[nodiscard]] ReplayReport replay(journal::Store& store, const ReplayOptions& options);

}  // namespace clawgate::audit
