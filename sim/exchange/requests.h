// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/exchange/types.h"

// What an account may ask. Words and numbers are already read (see params.h); whether the
// parameters fit together is the exchange's to say.

namespace clawgate::sim {

/// The terms of one order. An absent optional is a parameter that was not sent.
struct OrderTerms {
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  std::optional<TimeInForce> time_in_force;
  std::optional<Qty> quantity;
  std::optional<Notional> quote_order_qty;
  std::optional<Px> price;
  std::optional<Px> stop_price;
  ClientId client_id;  // empty: the exchange makes one
  std::optional<std::int64_t> strategy_id;
  std::optional<std::int32_t> strategy_type;
  std::optional<Qty> iceberg_qty;              // 0 counts as not sent
  std::optional<std::int64_t> trailing_delta;  // answered "not supported"
};

struct NewOrder {
  AccountId account;
  SymbolId symbol;
  OrderTerms order;
  std::optional<StpMode> stp;  // absent: the symbol's default
};

/// Two legs of one side and quantity; when one works or trades the other expires.
struct NewOco {
  AccountId account;
  SymbolId symbol;
  ClientId list_client_id;
  Side side = Side::Sell;
  Qty quantity;
  OrderTerms above;  // side and quantity are the list's
  OrderTerms below;
  std::optional<StpMode> stp;
};

/// `pending` is armed when `working` is FILLED, and not before.
struct NewOto {
  AccountId account;
  SymbolId symbol;
  ClientId list_client_id;
  OrderTerms working;
  OrderTerms pending;
  std::optional<StpMode> stp;
};

/// As NewOto, with an OCO pair pending.
struct NewOtoco {
  AccountId account;
  SymbolId symbol;
  ClientId list_client_id;
  OrderTerms working;
  Side pending_side = Side::Sell;
  Qty pending_quantity;
  OrderTerms pending_above;  // side and quantity are the pending ones
  OrderTerms pending_below;
  std::optional<StpMode> stp;
};

/// One order by id, client id, or both (then they must agree).
struct OrderRef {
  AccountId account;
  SymbolId symbol;
  std::optional<OrderId> order_id;
  std::optional<ClientId> client_id;  // origClientOrderId
};

struct CancelOrder {
  OrderRef order;
  ClientId cancel_id;  // newClientOrderId; empty: the exchange makes one
  CancelRestriction restriction = CancelRestriction::None;
};

/// One list by id or client id.
struct ListRef {
  AccountId account;
  std::optional<ListId> list_id;
  std::optional<ClientId> client_id;  // listClientOrderId
};

struct CancelList {
  SymbolId symbol;
  ListRef list;
  ClientId cancel_id;
};

}  // namespace clawgate::sim
