// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/audit/finding.h"
#include "schemas/core/decimal.h"
#include "schemas/core/result.h"

namespace clawgate::audit {

struct Ledger;

/// What the venue itself says of an account: all its orders and trades since the journal began.
///
///   {"orders": [{"client_order_id": "cg…E0", "order_id": "1", "symbol": "BTCUSDT", "side": "BUY",
///                "type": "LIMIT", "orig_qty": "0.00081", "executed_qty": "0.00081",
///                "price": "60010", "stop_price": "0", "time_in_force": "IOC",
///                "status": "FILLED"}, …],
///    "trades": [{"order_id": "1", "trade_id": "7", "symbol": "BTCUSDT", "price": "60001",
///                "qty": "0.00081", "commission": "0.00000081", "commission_asset": "BTC"}, …]}
///
/// A price that an order's type has none of is 0. Order and trade ids are counted by the venue for
/// each symbol anew. Numbers may be strings or numbers and are read exactly, ids likewise; words as
/// the venue writes them, in either case. Other members are passed over.
struct VenueExport {
  struct Order {
    std::string client_order_id;
    std::string order_id;
    std::string symbol;
    std::string side;
    std::string type;
    Qty orig_qty;
    Qty executed_qty;
    Px price;
    Px stop_price;
    std::string time_in_force;
    std::string status;
  };
  struct Trade {
    std::string order_id;
    std::string trade_id;
    std::string symbol;
    Px price;
    Qty qty;
    Qty commission;
    std::string commission_asset;
  };
  std::vector<Order> orders;
  std::vector<Trade> trades;
};

/// Error::field is the JSON pointer of what is wrong.
[[nodiscard]] Result<VenueExport> read_venue_export(std::string_view json);

/// The first order or trade that is not exactly what the journal's books hold, or that they hold
/// and the venue does not. Each order at the venue must be one leg of an approved list or one
/// protective order that was issued, each trade one fill.
[[nodiscard]] std::optional<Finding> compare(const VenueExport& venue, const Ledger& ledger);

}  // namespace clawgate::audit
