// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schemas/core/result.h"
#include "schemas/governed.h"
#include "schemas/order.h"

namespace clawgate::gateway {

/// What a running gateway needs of the office in its data directory, which `clawgate decisions` and
/// `clawgate stage` write. It only reads. One thread.
class GovernanceWatch {
 public:
  explicit GovernanceWatch(std::string directory) : directory_(std::move(directory)) {}

  /// Why a session of this stage may not run: the ledger grants a lower one, or has blocked it, or
  /// cannot be trusted. S0 needs nothing but a ledger that is whole.
  [[nodiscard]] std::optional<Error> refuse(Stage stage) const;

  /// What must not be missing, or open, while real money may move: a green evaluation, a checklist
  /// that passes, no SEV-1 or SEV-2. Each that is, as the cause that it begins; none in S0.
  [[nodiscard]] std::vector<CauseReported> causes(Stage stage, UnixNanos now) const;

  /// The decisions that ended since the last call and are over something that the core knows. An
  /// Error once the ledger's chain does not hold; it is told once for each state of the file.
  [[nodiscard]] Result<std::vector<DecisionRecorded>> news();

 private:
  std::string directory_;
  std::uint64_t seen_bytes_ = 0;
  std::set<std::string, std::less<>> told_;
};

}  // namespace clawgate::gateway
