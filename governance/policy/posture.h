// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "governance/policy/actions.h"
#include "schemas/core/result.h"

namespace clawgate::governance {

/// What a key is for.
enum class KeyUse : std::uint8_t { Trading, TradingFix, ReadOnly };

struct Posture {
  std::vector<Error> findings;        // any holds the promotion and blocks the start
  std::vector<std::string> warnings;  // permissions that nobody here knows, switched on

  [[nodiscard]] bool passes() const { return findings.empty(); }
};

/// The venue's own word on a key: the body that `GET /sapi/v1/account/apiRestrictions` answered.
/// A flag that should be there and is not counts as the worse of its values. A key may withdraw
/// only where the table lets the gateway do that.
[[nodiscard]] Posture check_posture(std::string_view reply, KeyUse use,
                                    ActionTable table = action_rows());

}  // namespace clawgate::governance
