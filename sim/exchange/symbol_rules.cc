// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/symbol_rules.h"

#include <array>

namespace clawgate::sim {
namespace {

// What differs between the two; everything else is the same for both. 1e-8 units.
struct Row {
  std::string_view symbol;
  std::string_view base;
  std::int64_t step;
  std::int64_t market_max;
};

constexpr Rate rate(std::int64_t tenths) {
  return Rate::from_raw(tenths * Rate::kScale / 10);
}

SymbolRules rules(const Row& row) {
  SymbolRules rules;
  rules.symbol = SymbolName(row.symbol);
  rules.base = AssetName(row.base);
  rules.quote = AssetName("USDT");
  rules.order_types = {OrderType::Limit,          OrderType::LimitMaker,    OrderType::Market,
                       OrderType::StopLoss,       OrderType::StopLossLimit, OrderType::TakeProfit,
                       OrderType::TakeProfitLimit};
  rules.iceberg_allowed = true;
  rules.oco_allowed = true;
  rules.oto_allowed = true;
  rules.quote_order_qty_market_allowed = true;
  rules.stp_modes = {StpMode::ExpireTaker, StpMode::ExpireMaker, StpMode::ExpireBoth};
  rules.price = {
      .min = Px::from_raw(1'000'000), .max = Px::of(1'000'000), .tick = Px::from_raw(1'000'000)};
  rules.lot = {
      .min = Qty::from_raw(row.step), .max = Qty::of(9000), .step = Qty::from_raw(row.step)};
  rules.market_lot = {.min = Qty(), .max = Qty::from_raw(row.market_max), .step = Qty()};
  rules.percent_price_by_side = {
      .bid_up = rate(50), .bid_down = rate(2), .ask_up = rate(50), .ask_down = rate(2)};
  rules.notional = {.min = Notional::of(5),
                    .max = Notional::of(9'000'000),
                    .apply_min_to_market = true,
                    .apply_max_to_market = false};
  rules.max_num_orders = 200;
  rules.max_num_algo_orders = 5;
  rules.max_num_order_lists = 20;
  rules.iceberg_parts = 100;
  return rules;
}

}  // namespace

std::span<const SymbolRules> built_in_rules() {
  static const std::array<SymbolRules, 2> all = {
      rules({.symbol = "BTCUSDT", .base = "BTC", .step = 1'000, .market_max = 9'709'521'512}),
      rules({.symbol = "ETHUSDT", .base = "ETH", .step = 10'000, .market_max = 235'734'408'702}),
  };
  return all;
}

const SymbolRules* find_built_in(std::string_view symbol) {
  for (const SymbolRules& rules : built_in_rules()) {
    if (rules.symbol == symbol) return &rules;
  }
  return nullptr;
}

}  // namespace clawgate::sim
