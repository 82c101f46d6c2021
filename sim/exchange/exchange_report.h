// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/exchange/exchange.h"

namespace clawgate::sim {

/// What an execution report tells beyond the order itself.
struct Exchange::Change {
  ClientId cancel_id;  // of a cancel
  RejectReason reject = RejectReason::None;
  TradeRecord trade;  // of a trade; its id is 0 otherwise
  std::int64_t prevented_match_id = -1;
  Qty last_prevented;
  OrderId counter_order;
  Px prevented_price;
  Qty prevented_execution;
  Notional prevented_quote;

  [[nodiscard]] static Change of(const TradeRecord& record) {
    Change change;
    change.trade = record;
    return change;
  }
};

}  // namespace clawgate::sim
