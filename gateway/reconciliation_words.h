// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// With what RECONCILING ends where a comparison found no agreement. Where it did, the venue's side
// says so in words of its own.

namespace clawgate::gateway {

inline constexpr std::string_view kBalancesDiffer = "compared; the balances do not agree";
inline constexpr std::string_view kOutcomeUnknown =
    "compared; the outcome of an order is not known";

[[nodiscard]] constexpr bool is_agreement(std::string_view evidence) {
  return evidence != kBalancesDiffer && evidence != kOutcomeUnknown;
}

}  // namespace clawgate::gateway
