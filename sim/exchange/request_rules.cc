// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/request_rules.h"

#include <string>

#include "sim/exchange/params.h"

namespace clawgate::sim {
namespace {

std::string parameter(std::string_view prefix, std::string_view name) {
  if (prefix.empty()) return std::string(name);
  std::string text(prefix);
  text += static_cast<char>(name.front() - 'a' + 'A');
  text += name.substr(1);
  return text;
}

// `needed` and `sent` must agree.
std::optional<Refusal> exactly(bool needed, bool sent, std::string_view prefix,
                               std::string_view name) {
  if (needed && !sent) return refuse::mandatory(parameter(prefix, name));
  if (!needed && sent) return refuse::not_required(parameter(prefix, name));
  return std::nullopt;
}

std::optional<Refusal> check_quantity(const OrderTerms& terms, std::string_view prefix) {
  const bool by_quote = terms.quote_order_qty.has_value();
  if (terms.type != OrderType::Market || !by_quote) {
    if (by_quote) return refuse::not_required(parameter(prefix, "quoteOrderQty"));
    if (!terms.quantity && terms.type == OrderType::Market && prefix.empty()) {
      return refuse::mandatory_either("quantity", "quoteOrderQty");
    }
    if (!terms.quantity) return refuse::mandatory(parameter(prefix, "quantity"));
    if (terms.quantity->raw() <= 0) return refuse::invalid_quantity();
    return std::nullopt;
  }
  if (terms.quantity) return refuse::bad_combination();
  if (!prefix.empty()) return refuse::not_required(parameter(prefix, "quoteOrderQty"));
  if (terms.quote_order_qty->raw() <= 0) return refuse::invalid_quantity();
  return std::nullopt;
}

// An iceberg rests: it has a limit and stays until it is filled or cancelled.
std::optional<Refusal> check_iceberg(const OrderTerms& terms, std::string_view prefix) {
  if (terms.iceberg_qty.value_or(Qty()).is_zero()) return std::nullopt;
  const std::string named = parameter(prefix, "icebergQty");
  if (terms.iceberg_qty->raw() < 0) return refuse::invalid_quantity();
  if (!has_limit(terms.type)) return refuse::not_required(named);
  if (terms.time_in_force.value_or(TimeInForce::Gtc) == TimeInForce::Gtc) return std::nullopt;
  if (prefix.empty()) return refuse::unsupported_combination();
  return refuse::list_shape(-1160, "Parameter '" + named + "' is not supported if '" +
                                       parameter(prefix, "timeInForce") + "' is not GTC.");
}

std::string_view unsupported_text(OrderType type) {
  switch (type) {
    case OrderType::Market:
      return "Market orders are not supported for this symbol.";
    case OrderType::StopLoss:
      return "Stop loss orders are not supported for this symbol.";
    case OrderType::StopLossLimit:
      return "Stop loss limit orders are not supported for this symbol.";
    case OrderType::TakeProfit:
      return "Take profit orders are not supported for this symbol.";
    case OrderType::TakeProfitLimit:
      return "Take profit limit orders are not supported for this symbol.";
    case OrderType::Limit:
    case OrderType::LimitMaker:
      break;
  }
  return "Unsupported order combination";
}

bool is_take_profit(OrderType type) {
  return is_algo(type) && !is_stop_loss(type);
}

bool fits_pair(OrderType type) {
  return type == OrderType::LimitMaker || is_algo(type);
}

}  // namespace

std::optional<Refusal> check_shape(const OrderTerms& terms, std::string_view prefix) {
  const OrderType type = terms.type;
  const bool timed = type == OrderType::Limit || type == OrderType::StopLossLimit ||
                     type == OrderType::TakeProfitLimit;
  if (auto no = exactly(timed, terms.time_in_force.has_value(), prefix, "timeInForce")) return no;
  if (auto no = check_quantity(terms, prefix)) return no;
  if (auto no = exactly(has_limit(type), terms.price.has_value(), prefix, "price")) return no;
  if (auto no = exactly(is_algo(type), terms.stop_price.has_value(), prefix, "stopPrice")) {
    // A trailing stop needs no stop price; it is refused as a whole below.
    if (!(is_algo(type) && terms.trailing_delta)) return no;
  }
  if (terms.price && terms.price->raw() <= 0) return refuse::invalid_price();
  if (terms.stop_price && terms.stop_price->raw() <= 0) return refuse::invalid_price();
  if (auto no = check_iceberg(terms, prefix)) return no;
  if (terms.strategy_type && *terms.strategy_type < 1'000'000) return refuse::strategy_type();
  if (!terms.client_id.empty() && !is_client_id(terms.client_id.view())) {
    return refuse::illegal_characters(parameter(prefix, "newClientOrderId"), kClientIdRange);
  }
  return std::nullopt;
}

std::optional<Refusal> check_supported(const SymbolRules& rules, const OrderTerms& terms,
                                       std::optional<StpMode> stp) {
  if (stp && !rules.stp_modes.has(*stp)) return refuse::stp_not_allowed();
  if (const Qty part = terms.iceberg_qty.value_or(Qty()); !part.is_zero()) {
    if (!rules.iceberg_allowed) {
      return refuse::new_order("Iceberg orders are not supported for this symbol.");
    }
    if (part >= terms.quantity.value_or(Qty())) return refuse::new_order("IcebergQty exceeds QTY.");
  }
  if (terms.trailing_delta) {
    return refuse::new_order("Trailing stop orders are not supported for this symbol.");
  }
  if (!rules.order_types.has(terms.type)) return refuse::new_order(unsupported_text(terms.type));
  if (terms.quote_order_qty && !rules.quote_order_qty_market_allowed) {
    return refuse::new_order("Quote order qty market orders are not support for this symbol.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_pair_types(Side side, OrderType above, OrderType below) {
  if (!fits_pair(above) || !fits_pair(below)) {
    return refuse::list_shape(-1158, "Order type not supported in OCO.");
  }
  if (above == OrderType::LimitMaker && below == OrderType::LimitMaker) {
    return refuse::list_shape(-1168, "At least one OCO order must be contingent.");
  }
  if (side == Side::Buy && above == OrderType::LimitMaker) {
    return refuse::list_shape(-1165, "A limit order in a buy OCO must be below.");
  }
  if (side == Side::Sell && below == OrderType::LimitMaker) {
    return refuse::list_shape(-1166, "A limit order in a sell OCO must be above.");
  }
  if (side == Side::Buy && is_stop_loss(below)) {
    return refuse::list_shape(-1196, "A stop loss order in a buy OCO must be above.");
  }
  if (side == Side::Sell && is_stop_loss(above)) {
    return refuse::list_shape(-1197, "A stop loss order in a sell OCO must be below.");
  }
  if (side == Side::Buy && is_take_profit(above)) {
    return refuse::list_shape(-1198, "A take profit order in a buy OCO must be below.");
  }
  if (side == Side::Sell && is_take_profit(below)) {
    return refuse::list_shape(-1199, "A take profit order in a sell OCO must be above.");
  }
  return std::nullopt;
}

}  // namespace clawgate::sim
