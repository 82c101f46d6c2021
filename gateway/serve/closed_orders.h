// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/state.h"
#include "venues/binance_spot/binance_spot.h"

namespace clawgate::gateway {

/// The orders that the journal holds as ended by a person's decision alone: of them the venue may
/// still tell. Every other end is its own word, or ours that no byte of the order left.
[[nodiscard]] inline std::vector<venues::binance_spot::BinanceSpot::Closed> closed_orders(
    const State& state) {
  std::vector<venues::binance_spot::BinanceSpot::Closed> rows;
  for (const Trade& trade : state.trades) {
    for (const TradeOrder& order : trade.orders) {
      if (order.state != OrderState::ClosedByDecision) continue;
      rows.push_back({trade.order.instrument, order.leg.client_order_id});
    }
  }
  return rows;
}

}  // namespace clawgate::gateway
