// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "schemas/instrument.h"

namespace clawgate::risk {

/// The least that a sale at the market may be worth; 0 where the venue names no least for it
/// (Binance Spot: MIN_NOTIONAL and NOTIONAL say each whether they apply to MARKET).
[[nodiscard]] inline Notional least_market_worth(const Filters& filters) {
  const Notional by_min = filters.min_notional_on_market ? filters.min_notional : Notional{};
  const Notional by_range = filters.notional_min_on_market ? filters.notional_min : Notional{};
  return std::max(by_min, by_range);
}

}  // namespace clawgate::risk
