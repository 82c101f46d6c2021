// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/filters.h"

namespace clawgate::sim {
namespace {

bool passes(const PriceFilter& filter, Px price) {
  if (!filter.min.is_zero() && price < filter.min) return false;
  if (!filter.max.is_zero() && price > filter.max) return false;
  return filter.tick.is_zero() || price.raw() % filter.tick.raw() == 0;
}

bool passes(const LotFilter& filter, Qty quantity) {
  if (!filter.min.is_zero() && quantity < filter.min) return false;
  if (!filter.max.is_zero() && quantity > filter.max) return false;
  return filter.step.is_zero() || quantity.raw() % filter.step.raw() == 0;
}

// reference * down <= price <= reference * up, without dividing.
bool within(Px price, Px reference, Rate down, Rate up) {
  const Wide scaled_price = static_cast<Wide>(price.raw()) * Rate::kScale;
  return scaled_price >= static_cast<Wide>(reference.raw()) * down.raw() &&
         scaled_price <= static_cast<Wide>(reference.raw()) * up.raw();
}

bool percent_price_holds(const SymbolRules& rules, const OrderNumbers& order, Px reference) {
  const auto& plain = rules.percent_price;
  return !plain || within(order.price, reference, plain->down, plain->up);
}

bool percent_price_by_side_holds(const SymbolRules& rules, const OrderNumbers& order,
                                 Px reference) {
  const auto& by_side = rules.percent_price_by_side;
  if (!by_side) return true;
  if (order.side == Side::Buy) {
    return within(order.price, reference, by_side->bid_down, by_side->bid_up);
  }
  return within(order.price, reference, by_side->ask_down, by_side->ask_up);
}

// The order's value in units of 1e-16 quote. A limit order is worth its price, a stop without a
// limit its trigger, a MARKET order the reference price or the quote quantity it names.
Wide value_of(const OrderNumbers& order, Px reference) {
  if (!order.quote_order_qty.is_zero()) {
    return static_cast<Wide>(order.quote_order_qty.raw()) * Px::kScale;
  }
  const Px at = has_limit(order.type) ? order.price
                : is_algo(order.type) ? order.stop_price
                                      : reference;
  return static_cast<Wide>(at.raw()) * order.quantity.raw();
}

constexpr Wide wide(Notional bound) {
  return static_cast<Wide>(bound.raw()) * Px::kScale;
}

// Without a trade there is no reference price to value a MARKET quantity at.
bool has_no_value(const OrderNumbers& order, Px reference) {
  return order.type == OrderType::Market && order.quote_order_qty.is_zero() && reference.is_zero();
}

// ceil(quantity / part) <= limit, without dividing.
bool parts_hold(const SymbolRules& rules, const OrderNumbers& order) {
  if (!rules.iceberg_parts) return true;
  return static_cast<Wide>(*rules.iceberg_parts) * order.iceberg_qty.raw() >= order.quantity.raw();
}

bool min_notional_holds(const SymbolRules& rules, const OrderNumbers& order, Px reference) {
  const auto& filter = rules.min_notional;
  if (!filter || has_no_value(order, reference)) return true;
  if (!has_limit(order.type) && !filter->apply_to_market) return true;
  return value_of(order, reference) >= wide(filter->min);
}

bool notional_holds(const SymbolRules& rules, const OrderNumbers& order, Px reference) {
  const auto& filter = rules.notional;
  if (!filter || has_no_value(order, reference)) return true;
  const Wide value = value_of(order, reference);
  const bool check_min = has_limit(order.type) || filter->apply_min_to_market;
  const bool check_max = has_limit(order.type) || filter->apply_max_to_market;
  if (check_min && value < wide(filter->min)) return false;
  return !check_max || filter->max.is_zero() || value <= wide(filter->max);
}

}  // namespace

std::optional<Filter> check_numbers(const SymbolRules& rules, const OrderNumbers& order,
                                    Px reference) {
  const bool priced = has_limit(order.type);
  if (rules.price && priced && !passes(*rules.price, order.price)) return Filter::Price;
  if (rules.price && is_algo(order.type) && !passes(*rules.price, order.stop_price)) {
    return Filter::Price;
  }
  const bool by_quantity = order.quote_order_qty.is_zero();
  if (rules.lot && by_quantity && !passes(*rules.lot, order.quantity)) return Filter::LotSize;
  if (!order.iceberg_qty.is_zero()) {
    if (rules.lot && !passes(*rules.lot, order.iceberg_qty)) return Filter::LotSize;
    if (!parts_hold(rules, order)) return Filter::IcebergParts;
  }
  if (rules.market_lot && by_quantity && !priced && !passes(*rules.market_lot, order.quantity)) {
    return Filter::MarketLotSize;
  }
  if (priced && !reference.is_zero()) {
    if (!percent_price_holds(rules, order, reference)) return Filter::PercentPrice;
    if (!percent_price_by_side_holds(rules, order, reference)) return Filter::PercentPriceBySide;
  }
  if (!min_notional_holds(rules, order, reference)) return Filter::MinNotional;
  if (!notional_holds(rules, order, reference)) return Filter::Notional;
  return std::nullopt;
}

std::optional<Filter> check_load(const SymbolRules& rules, const AccountLoad& load,
                                 const AddedLoad& added) {
  if (rules.max_num_orders && load.orders + added.orders > *rules.max_num_orders) {
    return Filter::MaxNumOrders;
  }
  if (rules.max_num_order_lists && added.lists > 0 &&
      load.lists + added.lists > *rules.max_num_order_lists) {
    return Filter::MaxNumOrderLists;
  }
  if (rules.max_num_algo_orders && added.algo_orders > 0 &&
      load.algo_orders + added.algo_orders > *rules.max_num_algo_orders) {
    return Filter::MaxNumAlgoOrders;
  }
  if (rules.max_num_iceberg_orders && added.iceberg_orders > 0 &&
      load.iceberg_orders + added.iceberg_orders > *rules.max_num_iceberg_orders) {
    return Filter::MaxNumIcebergOrders;
  }
  if (rules.max_position && added.buys > 0 &&
      load.base_held + load.open_buys + added.buys > rules.max_position->raw()) {
    return Filter::MaxPosition;
  }
  return std::nullopt;
}

}  // namespace clawgate::sim
