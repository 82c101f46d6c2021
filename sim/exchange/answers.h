// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/exchange/order.h"

// What the exchange answers: enough for Binance's ACK, RESULT and FULL forms.

namespace clawgate::sim {

struct Fill {
  TradeId trade;
  Px price;
  Qty quantity;
  std::int64_t commission = 0;  // 1e-8 of commission_asset
  AssetId commission_asset;
};

struct PreventedMatch {
  std::int64_t id = -1;
  OrderId maker_order;
  Px price;
  Qty taker_prevented;
  Qty maker_prevented;
};

/// The order as the answer saw it. A list leg that is armed in the same call still reads
/// PENDING_NEW here, as on Binance.
struct OrderAnswer {
  OrderRecord order;
  TimeNs transact_time;
  ClientId cancel_id;  // of a cancel: `clientOrderId`; the order's own is `origClientOrderId`
  boost::container::small_vector<Fill, 2> fills;
  boost::container::small_vector<PreventedMatch, 1> prevented;
};

struct ListAnswer {
  ListRecord list;
  TimeNs transact_time;
  boost::container::static_vector<OrderAnswer, 3> reports;
};

/// A cancelled list leg takes its list with it; then `list` is set and `order` is not.
struct CancelAnswer {
  std::optional<OrderAnswer> order;
  std::optional<ListAnswer> list;
};

struct CancelAllAnswer {
  std::vector<OrderAnswer> orders;
  std::vector<ListAnswer> lists;
};

struct BalanceRow {
  AssetId asset;
  std::int64_t free = 0;  // 1e-8 units
  std::int64_t locked = 0;
};

struct AccountAnswer {
  AccountId account;
  std::int64_t uid = 0;
  Rate maker;
  Rate taker;
  bool can_trade = true;
  TimeNs updated;
  std::vector<BalanceRow> balances;  // every asset the exchange knows
};

struct BookLevel {
  Px price;
  Qty quantity;
};

/// What our side does to one price of the outside market: orders that rest there (positive), or
/// size taken from it that the market still states (negative).
struct BookMark {
  Side side = Side::Buy;
  Px price;
  std::int64_t delta = 0;  // 1e-8
};

/// Best first. What a client would see: outside sizes not yet taken, plus own orders.
struct DepthAnswer {
  std::int64_t last_update_id = 0;  // of the outside market
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
};

}  // namespace clawgate::sim
