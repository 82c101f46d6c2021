// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "governance/gates/ladder.h"

namespace clawgate::governance {

/// One climb that is asked for.
struct ClimbAsk {
  Climb climb;
  std::string_view decision_id;
  const Ladder& ladder;
  const Surroundings& around;
  UnixNanos now;
};

/// One row: which climbs ask for it, and what is there instead ("" when it is kept).
struct Requirement {
  std::string_view name;
  Reason reason;
  std::uint8_t climbs;  // bits by Climb
  std::string (*lacks)(const ClimbAsk&);
};

[[nodiscard]] std::span<const Requirement> requirements();

/// Whether the policy of actions lets live trading be enabled by this decision.
[[nodiscard]] bool may_enable(const DecisionRow& row);

}  // namespace clawgate::governance
