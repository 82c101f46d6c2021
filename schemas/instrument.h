// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/decimal.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"

namespace clawgate {

enum class AssetClass : std::uint8_t { CryptoSpot, EquitiesBr, FiiBr, FixedIncomeBr };
enum class InstrumentStatus : std::uint8_t { Unknown, Trading, Halt, Break, CancelOnly, EndOfDay };

// Bits of Instrument::order_types and of list support.
enum class OrderTypeBit : std::uint16_t {
  Limit = 1,
  LimitMaker = 2,
  Market = 4,
  StopLoss = 8,
  StopLossLimit = 16,
  TakeProfit = 32,
  TakeProfitLimit = 64,
  Oto = 128,
  Otoco = 256,
};

/// What the venue demands of orders in one symbol (`binance-spot` filters). A bound or step of 0
/// disables that rule, as at the venue. Rates are ratios of the reference price.
struct Filters {
  Px min_px;
  Px max_px;
  Px tick;
  Qty min_qty;
  Qty max_qty;
  Qty step;
  Qty market_min_qty;
  Qty market_max_qty;
  Qty market_step;
  Notional min_notional;  // MIN_NOTIONAL
  bool min_notional_on_market = false;
  Notional notional_min;  // NOTIONAL
  Notional notional_max;
  bool notional_min_on_market = false;
  bool notional_max_on_market = false;
  Rate percent_up;  // PERCENT_PRICE
  Rate percent_down;
  Rate bid_percent_up;  // PERCENT_PRICE_BY_SIDE
  Rate bid_percent_down;
  Rate ask_percent_up;
  Rate ask_percent_down;
  std::uint16_t max_num_orders = 0;
  std::uint16_t max_num_algo_orders = 0;
  Qty max_position;  // of the base asset, free + locked + open buys

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("min_px", self.min_px);
    field("max_px", self.max_px);
    field("tick", self.tick);
    field("min_qty", self.min_qty);
    field("max_qty", self.max_qty);
    field("step", self.step);
    field("market_min_qty", self.market_min_qty);
    field("market_max_qty", self.market_max_qty);
    field("market_step", self.market_step);
    field("min_notional", self.min_notional);
    field("min_notional_on_market", self.min_notional_on_market);
    field("notional_min", self.notional_min);
    field("notional_max", self.notional_max);
    field("notional_min_on_market", self.notional_min_on_market);
    field("notional_max_on_market", self.notional_max_on_market);
    field("percent_up", self.percent_up);
    field("percent_down", self.percent_down);
    field("bid_percent_up", self.bid_percent_up);
    field("bid_percent_down", self.bid_percent_down);
    field("ask_percent_up", self.ask_percent_up);
    field("ask_percent_down", self.ask_percent_down);
    field("max_num_orders", self.max_num_orders);
    field("max_num_algo_orders", self.max_num_algo_orders);
    field("max_position", self.max_position);
  }
};

/// One tradable symbol at one venue, as the venue described it last. Input record.
struct Instrument {
  static constexpr std::uint16_t kType = 12;

  InstrumentId id;
  Symbol symbol;
  Asset base;
  Asset quote;
  AssetClass asset_class = AssetClass::CryptoSpot;
  InstrumentStatus status = InstrumentStatus::Unknown;
  std::uint16_t order_types = 0;  // OrderTypeBit
  Rate maker_fee;
  Rate taker_fee;
  Filters filters;

  [[nodiscard]] constexpr bool supports(OrderTypeBit type) const {
    return (order_types & static_cast<std::uint16_t>(type)) != 0;
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("symbol", self.symbol);
    field("base", self.base);
    field("quote", self.quote);
    field("asset_class", self.asset_class);
    field("status", self.status);
    field("order_types", self.order_types);
    field("maker_fee", self.maker_fee);
    field("taker_fee", self.taker_fee);
    field("filters", self.filters);
  }
};

}  // namespace clawgate
