// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/exchange/answers.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

enum class MarketKind : std::uint8_t {
  Snapshot,    // bids, asks, last_id
  Depth,       // bids, asks (size 0 removes a level), first_id, last_id
  BookTicker,  // bid, ask, last_id
  Trade        // trade_id, price, quantity, buyer_is_maker
};

/// One thing that the market outside did. The spans live until the source's next event.
struct MarketEvent {
  MarketKind kind = MarketKind::Trade;
  SymbolId symbol;
  TimeNs exchange_time;       // 0 where the exchange states none: bookTicker, snapshot
  TimeNs receive_time;        // by the clock of whoever recorded it; never runs backwards
  std::int64_t first_id = 0;  // U
  std::int64_t last_id = 0;   // u, lastUpdateId
  std::span<const BookLevel> bids;
  std::span<const BookLevel> asks;
  BookLevel bid;
  BookLevel ask;
  std::int64_t trade_id = 0;
  Px price;
  Qty quantity;
  bool buyer_is_maker = false;
};

}  // namespace clawgate::sim
