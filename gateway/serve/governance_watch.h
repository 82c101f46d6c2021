// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "governance/gates/stage_facts.h"
#include "schemas/core/result.h"
#include "schemas/governed.h"
#include "schemas/order.h"

namespace clawgate::gateway {

/// What changed in the office since the last look.
struct OfficeNews {
  std::vector<DecisionRecorded> decisions;         // ended, and over something that the core knows
  std::optional<governance::StageMoved> standing;  // where the ladder stands, if it was written to
  std::optional<LedgerAnchored> anchor;            // where the ledger ends, if it was written to
};

/// What a running gateway needs to know of the office in its data directory. It only reads. One
/// thread.
class GovernanceWatch {
 public:
  explicit GovernanceWatch(std::string directory) : directory_(std::move(directory)) {}

  /// Why a session of this stage may not run: the ledger grants a lower one, or has blocked it, or
  /// cannot be trusted. S0 needs nothing but a ledger that is whole.
  [[nodiscard]] std::optional<Error> refuse(Stage stage) const;

  /// What must not be missing, or open, while real money may move: a green evaluation, a checklist
  /// that passes, no SEV-1 or SEV-2. Each that is, as the cause that it begins; none in S0.
  [[nodiscard]] std::vector<CauseReported> causes(Stage stage, UnixNanos now) const;

  /// An Error once the ledger's chain does not hold, or is not the one that `known`, the journal's
  /// newest anchor, or this watch's own last look is on; it is told once for each state of the
  /// file.
  [[nodiscard]] Result<OfficeNews> news(const LedgerAnchored& known = {});

 private:
  std::string directory_;
  std::optional<std::uint64_t> seen_bytes_;
  LedgerAnchored seen_;
  std::set<std::string, std::less<>> told_;
};

/// Why the ladder lets no session of this stage go on; nullopt when it does.
[[nodiscard]] std::optional<Error> refusal_of(const governance::StageMoved& standing, Stage stage);

}  // namespace clawgate::gateway
