// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/decisions/decisions.h"
#include "schemas/contracts/pre_live_checklist.h"

namespace clawgate::governance {

/// What every pre-live checklist has, each once.
inline constexpr auto kChecklistItems = std::to_array<std::string_view>({
    "eval_trading_green",
    "execution_gateway_only",
    "pre_trade_validator_active",
    "credentials_live_no_withdraw",
    "hitl_channel_ready",
    "degraded_mode_runbook_ok",
    "backup_operator_enabled",
    "explicit_order_approval_active",
});

struct ChecklistVerdict {
  std::vector<Error> findings;  // each names field and rule
  contracts::Readiness readiness = contracts::Readiness::Hold;
  bool trading_blocked = true;

  [[nodiscard]] bool passes() const { return readiness == contracts::Readiness::Pass; }
};

/// Whether evidence of that name is there. The edge answers from its files.
using EvidenceExists = std::function<bool(std::string_view)>;

/// Everything that keeps this checklist from letting S1 begin. Any finding holds the promotion and
/// keeps live trading blocked.
[[nodiscard]] ChecklistVerdict check(const contracts::PreLiveChecklist& checklist,
                                     const Decisions& decisions, const EvidenceExists& exists);

/// The same from a file's text; one that cannot be read has that as its only finding.
[[nodiscard]] ChecklistVerdict check_text(std::string_view text, const Decisions& decisions,
                                          const EvidenceExists& exists);

}  // namespace clawgate::governance
