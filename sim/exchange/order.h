// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "schemas/core/record.h"
#include "sim/exchange/types.h"

// What the exchange knows about an order, a list and a trade. These are what queries return, what
// events carry, and what the fact log keeps.

namespace clawgate::sim {

struct OrderRecord {
  SymbolId symbol;
  AccountId account;
  OrderId id;
  ListId list = kNoList;
  ClientId client_id;  // as placed; a cancel's own id is in the report of the cancel only
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Gtc;
  StpMode stp = StpMode::ExpireMaker;
  OrderStatus status = OrderStatus::New;
  ExpiryReason expiry_reason = ExpiryReason::None;
  bool working = false;      // on the book, or was: isWorking
  Px price;                  // 0: none
  Px stop_price;             // 0: none
  Qty quantity;              // origQty
  Notional quote_order_qty;  // origQuoteOrderQty; 0: none
  Qty executed;
  Notional cumulative_quote;
  Qty prevented;                   // lost to self-trade prevention
  std::int64_t locked = 0;         // 1e-8 of the asset given: base for SELL, quote for BUY
  TimeNs created;                  // `O`, `time`
  TimeNs updated;                  // `updateTime`
  TimeNs working_since;            // `workingTime`; 0: never worked, written as -1
  std::int64_t strategy_id = 0;    // 0: not sent
  std::int32_t strategy_type = 0;  // 0: not sent
  std::int64_t prevented_match_id = -1;
  std::uint64_t priority = 0;  // place in its price level: smaller is earlier
  Qty iceberg_qty;             // largest part that the book shows; 0: shows all
  Qty shown;                   // what is left of the part that an iceberg shows now

  [[nodiscard]] constexpr Qty leaves() const {
    return Qty::from_raw(quantity.raw() - executed.raw() - prevented.raw());
  }
  [[nodiscard]] constexpr bool is_iceberg() const { return !iceberg_qty.is_zero(); }
  /// What the book shows of it, and what trades before it goes to the back of its level.
  [[nodiscard]] constexpr Qty displayed() const {
    return is_iceberg() ? std::min(shown, leaves()) : leaves();
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol);
    field("account", self.account);
    field("id", self.id);
    field("list", self.list);
    field("client_id", self.client_id);
    field("side", self.side);
    field("type", self.type);
    field("time_in_force", self.time_in_force);
    field("stp", self.stp);
    field("status", self.status);
    field("expiry_reason", self.expiry_reason);
    field("working", self.working);
    field("price", self.price);
    field("stop_price", self.stop_price);
    field("quantity", self.quantity);
    field("quote_order_qty", self.quote_order_qty);
    field("executed", self.executed);
    field("cumulative_quote", self.cumulative_quote);
    field("prevented", self.prevented);
    field("locked", self.locked);
    field("created", self.created);
    field("updated", self.updated);
    field("working_since", self.working_since);
    field("strategy_id", self.strategy_id);
    field("strategy_type", self.strategy_type);
    field("prevented_match_id", self.prevented_match_id);
    field("priority", self.priority);
    field("iceberg_qty", self.iceberg_qty);
    field("shown", self.shown);
  }
};

enum class ListKind : std::uint8_t {
  Oco,    // legs: below, above
  Oto,    // legs: working, pending
  Otoco,  // legs: working, below, above
};

struct ListRecord {
  SymbolId symbol;
  AccountId account;
  ListId id = kNoList;
  ClientId client_id;
  ListKind kind = ListKind::Oco;
  ListStatusType status_type = ListStatusType::ExecStarted;
  ListOrderStatus order_status = ListOrderStatus::Executing;
  List<OrderId, 3> orders;
  TimeNs created;
  TimeNs updated;
  // An OCO pair needs its funds once: the larger need of its two legs is locked here until one leg
  // is alone, and then moves to that leg. 1e-8 of the asset given.
  std::int64_t pair_locked = 0;

  [[nodiscard]] constexpr Contingency contingency() const {
    return kind == ListKind::Oco ? Contingency::Oco : Contingency::Oto;
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol);
    field("account", self.account);
    field("id", self.id);
    field("client_id", self.client_id);
    field("kind", self.kind);
    field("status_type", self.status_type);
    field("order_status", self.order_status);
    field("orders", self.orders);
    field("created", self.created);
    field("updated", self.updated);
    field("pair_locked", self.pair_locked);
  }
};

/// One side of a trade, as `myTrades` tells it. A trade between two accounts has two of these.
struct TradeRecord {
  SymbolId symbol;
  AccountId account;
  TradeId id;
  OrderId order;
  ListId list = kNoList;
  Px price;
  Qty quantity;
  Notional quote;
  std::int64_t commission = 0;  // 1e-8 of the asset received
  AssetId commission_asset;
  TimeNs time;
  bool buyer = false;
  bool maker = false;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol);
    field("account", self.account);
    field("id", self.id);
    field("order", self.order);
    field("list", self.list);
    field("price", self.price);
    field("quantity", self.quantity);
    field("quote", self.quote);
    field("commission", self.commission);
    field("commission_asset", self.commission_asset);
    field("time", self.time);
    field("buyer", self.buyer);
    field("maker", self.maker);
  }
};

}  // namespace clawgate::sim
