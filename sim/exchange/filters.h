// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/exchange/refusal.h"
#include "sim/exchange/symbol_rules.h"

// Binance's symbol filters, exact: integers only, no rounding. Pure.

namespace clawgate::sim {

/// The numbers of one order that the filters look at. 0 stands for "not given".
struct OrderNumbers {
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  Px price;
  Px stop_price;
  Qty quantity;
  Notional quote_order_qty;
  Qty iceberg_qty{};
};

/// What the account already has open on the symbol.
struct AccountLoad {
  std::int32_t orders = 0;
  std::int32_t algo_orders = 0;
  std::int32_t iceberg_orders = 0;
  std::int32_t lists = 0;
  std::int64_t base_held = 0;  // free + locked, 1e-8
  Wide open_buys = 0;          // unfilled quantity of open BUY orders, 1e-8
};

/// What a request would add.
struct AddedLoad {
  std::int32_t orders = 1;
  std::int32_t algo_orders = 0;
  std::int32_t iceberg_orders = 0;
  std::int32_t lists = 0;
  Wide buys = 0;  // 1e-8
};

/// The first filter, in exchangeInfo's order, that the order's own numbers break. `reference` is
/// the average price; 0 when there was no trade yet, and then no rule that needs it is enforced.
[[nodiscard]] std::optional<Filter> check_numbers(const SymbolRules& rules,
                                                  const OrderNumbers& order, Px reference);

/// The first count or position limit that `added` on top of `load` breaks.
[[nodiscard]] std::optional<Filter> check_load(const SymbolRules& rules, const AccountLoad& load,
                                               const AddedLoad& added);

}  // namespace clawgate::sim
