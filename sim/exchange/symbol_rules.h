// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "schemas/core/decimal.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

// A bound or step of 0 disables that rule (Binance, filters page).
struct PriceFilter {
  Px min;
  Px max;
  Px tick;
};

struct LotFilter {
  Qty min;
  Qty max;
  Qty step;
};

struct PercentPriceFilter {
  Rate up;
  Rate down;
};

struct PercentPriceBySideFilter {
  Rate bid_up;
  Rate bid_down;
  Rate ask_up;
  Rate ask_down;
};

struct MinNotionalFilter {
  Notional min;
  bool apply_to_market = false;
};

struct NotionalFilter {
  Notional min;
  Notional max;
  bool apply_min_to_market = false;
  bool apply_max_to_market = false;
};

/// A small set of an enumeration's values.
template <class Enum>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<Enum> values) {
    for (const Enum value : values) add(value);
  }
  constexpr void add(Enum value) { bits_ |= bit(value); }
  [[nodiscard]] constexpr bool has(Enum value) const { return (bits_ & bit(value)) != 0; }

 private:
  static constexpr std::uint32_t bit(Enum value) { return 1U << static_cast<unsigned>(value); }
  std::uint32_t bits_ = 0;
};

/// What a symbol allows. An absent filter is not enforced.
struct SymbolRules {
  SymbolName symbol;
  AssetName base;
  AssetName quote;
  SymbolStatus status = SymbolStatus::Trading;
  EnumSet<OrderType> order_types;
  bool iceberg_allowed = false;
  bool oco_allowed = false;
  bool oto_allowed = false;
  bool quote_order_qty_market_allowed = false;
  EnumSet<StpMode> stp_modes;
  StpMode stp_default = StpMode::ExpireMaker;

  std::optional<PriceFilter> price;
  std::optional<LotFilter> lot;
  std::optional<LotFilter> market_lot;
  std::optional<PercentPriceFilter> percent_price;
  std::optional<PercentPriceBySideFilter> percent_price_by_side;
  std::optional<MinNotionalFilter> min_notional;
  std::optional<NotionalFilter> notional;
  std::int32_t avg_price_mins = 5;  // window of the average price; 0: the last price
  std::optional<std::int32_t> max_num_orders;
  std::optional<std::int32_t> max_num_algo_orders;
  std::optional<std::int32_t> max_num_order_lists;
  std::optional<std::int32_t> iceberg_parts;  // most parts that one order may show
  std::optional<std::int32_t> max_num_iceberg_orders;
  std::optional<Qty> max_position;
};

/// The rules this exchange knows by heart: BTCUSDT and ETHUSDT as Binance Spot listed them in
/// August 2025, with the ICEBERG_PARTS of March 2026. For others load an exchangeInfo document.
[[nodiscard]] std::span<const SymbolRules> built_in_rules();

/// nullptr when `symbol` is not built in.
[[nodiscard]] const SymbolRules* find_built_in(std::string_view symbol);

}  // namespace clawgate::sim
