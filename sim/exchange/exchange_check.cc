// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/exchange/exchange.h"
#include "sim/exchange/params.h"
#include "sim/exchange/request_rules.h"

// Everything that is refused before anything changes: parameters, symbol, filters, then what the
// matching engine says. The order among several faults is ours; Binance does not document its own.

namespace clawgate::sim {
namespace {

OrderNumbers numbers_of(const OrderTerms& terms) {
  return {.side = terms.side,
          .type = terms.type,
          .price = terms.price.value_or(Px()),
          .stop_price = terms.stop_price.value_or(Px()),
          .quantity = terms.quantity.value_or(Qty()),
          .quote_order_qty = terms.quote_order_qty.value_or(Notional()),
          .iceberg_qty = terms.iceberg_qty.value_or(Qty())};
}

AddedLoad load_of(std::initializer_list<const OrderTerms*> orders, std::int32_t lists) {
  AddedLoad added{.orders = 0, .algo_orders = 0, .iceberg_orders = 0, .lists = lists, .buys = 0};
  for (const OrderTerms* terms : orders) {
    ++added.orders;
    added.algo_orders += is_algo(terms->type) ? 1 : 0;
    added.iceberg_orders += terms->iceberg_qty.value_or(Qty()).is_zero() ? 0 : 1;
    if (terms->side == Side::Buy) added.buys += terms->quantity.value_or(Qty()).raw();
  }
  return added;
}

OrderTerms with(OrderTerms terms, Side side, Qty quantity) {
  terms.side = side;
  terms.quantity = quantity;
  return terms;
}

// Where the market sets the leg off: a limit leg at its price, the others at their trigger.
Px sets_off(const OrderTerms& leg) {
  return leg.type == OrderType::LimitMaker ? leg.price.value_or(Px())
                                           : leg.stop_price.value_or(Px());
}

}  // namespace

std::optional<Refusal> Exchange::check_open(const SymbolState& symbol, AccountId account) const {
  if (symbol.rules.status != SymbolStatus::Trading) return refuse::new_order("Market is closed.");
  if (!accounts_[account.value()].options.can_trade) {
    return refuse::new_order("This account may not place or cancel orders.");
  }
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_terms(SymbolState& symbol, AccountId account,
                                             const OrderTerms& terms, std::optional<StpMode> stp,
                                             std::string_view prefix) {
  if (auto no = check_shape(terms, prefix)) return no;
  if (auto no = check_open(symbol, account)) return no;
  if (auto no = check_supported(symbol.rules, terms, stp)) return no;
  const auto broken = check_numbers(symbol.rules, numbers_of(terms), symbol.average.at(now_));
  if (broken) return refuse::filter(*broken);
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_added(const SymbolState& symbol, AccountId account,
                                             const AddedLoad& added) const {
  AccountLoad load = symbol.of(account).load;
  if (symbol.rules.max_position && added.buys > 0) {
    const Ledger::Balance& base = ledger_.balance(account, symbol.base);
    load.base_held = base.free + base.locked;
  }
  const auto broken = check_load(symbol.rules, load, added);
  if (broken) return refuse::filter(*broken);
  return std::nullopt;
}

// Ids need to differ among the open orders (and lists) of the account only.
std::optional<Refusal> Exchange::check_ids(const SymbolState& symbol, AccountId account,
                                           const ClientId& list,
                                           std::initializer_list<ClientId> orders) const {
  if (!list.empty()) {
    if (!is_client_id(list.view())) {
      return refuse::illegal_characters("listClientOrderId", kClientIdRange);
    }
    const auto known = list_ids_.find({account, list});
    if (known != list_ids_.end() &&
        lists_[static_cast<std::size_t>(known->second.value())].order_status ==
            ListOrderStatus::Executing) {
      return refuse::new_order("Duplicate order sent.");
    }
  }
  for (auto id = orders.begin(); id != orders.end(); ++id) {
    if (id->empty()) continue;
    const OrderNode* const known = symbol.client_ids.find(account, *id);
    if (known != nullptr && is_open(known->status)) {
      return refuse::new_order("Duplicate order sent.");
    }
    if (std::find(orders.begin(), id, *id) != id) return refuse::new_order("Duplicate order sent.");
  }
  return std::nullopt;
}

// What does not need the matching engine.
std::optional<Refusal> Exchange::check_validity(const NewOrder& request) {
  SymbolState& s = state(request.symbol);
  if (auto no = check_terms(s, request.account, request.order, request.stp, "")) return no;
  return check_added(s, request.account, load_of({&request.order}, 0));
}

std::optional<Refusal> Exchange::check_order(const NewOrder& request) {
  if (auto no = check_validity(request)) return no;
  SymbolState& s = state(request.symbol);
  const OrderTerms& terms = request.order;
  if (auto no = check_ids(s, request.account, ClientId(), {terms.client_id})) return no;
  return check_start(s, terms.side, terms.type, terms.price.value_or(Px()),
                     terms.stop_price.value_or(Px()));
}

std::optional<Refusal> Exchange::check_list(const NewOco& request) {
  SymbolState& s = state(request.symbol);
  const OrderTerms above = with(request.above, request.side, request.quantity);
  const OrderTerms below = with(request.below, request.side, request.quantity);
  if (auto no = check_pair_types(request.side, above.type, below.type)) return no;
  if (!s.rules.oco_allowed) {
    return refuse::new_order("OCO orders are not supported for this symbol");
  }
  if (auto no = check_terms(s, request.account, above, request.stp, "above")) return no;
  if (auto no = check_terms(s, request.account, below, request.stp, "below")) return no;
  AddedLoad added = load_of({&above, &below}, 1);
  if (request.side == Side::Buy) added.buys -= request.quantity.raw();  // one of the two
  if (auto no = check_added(s, request.account, added)) return no;
  if (auto no = check_ids(s, request.account, request.list_client_id,
                          {below.client_id, above.client_id})) {
    return no;
  }
  return check_pair_start(s, request.side, above.type, sets_off(above), below.type,
                          sets_off(below));
}

namespace {

std::optional<Refusal> check_working(const SymbolRules& rules, const OrderTerms& working) {
  if (!rules.oto_allowed) {
    return refuse::new_order("OTO orders are not supported for this symbol.");
  }
  if (working.type != OrderType::Limit && working.type != OrderType::LimitMaker) {
    return refuse::list_shape(-1159, "Order type not supported as a working order.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> Exchange::check_list(const NewOto& request) {
  SymbolState& s = state(request.symbol);
  const OrderTerms& working = request.working;
  const OrderTerms& pending = request.pending;
  if (auto no = check_working(s.rules, working)) return no;
  if (auto no = check_terms(s, request.account, working, request.stp, "working")) return no;
  if (auto no = check_terms(s, request.account, pending, request.stp, "pending")) return no;
  if (auto no = check_added(s, request.account, load_of({&working, &pending}, 1))) return no;
  if (auto no = check_ids(s, request.account, request.list_client_id,
                          {working.client_id, pending.client_id})) {
    return no;
  }
  return check_start(s, working.side, working.type, working.price.value_or(Px()), Px());
}

std::optional<Refusal> Exchange::check_list(const NewOtoco& request) {
  SymbolState& s = state(request.symbol);
  const OrderTerms& working = request.working;
  const Side side = request.pending_side;
  const OrderTerms above = with(request.pending_above, side, request.pending_quantity);
  const OrderTerms below = with(request.pending_below, side, request.pending_quantity);
  if (auto no = check_working(s.rules, working)) return no;
  if (auto no = check_pair_types(side, above.type, below.type)) return no;
  if (!s.rules.oco_allowed) {
    return refuse::new_order("OCO orders are not supported for this symbol");
  }
  if (auto no = check_terms(s, request.account, working, request.stp, "working")) return no;
  if (auto no = check_terms(s, request.account, above, request.stp, "pendingAbove")) return no;
  if (auto no = check_terms(s, request.account, below, request.stp, "pendingBelow")) return no;
  AddedLoad added = load_of({&working, &above, &below}, 1);
  if (side == Side::Buy) added.buys -= request.pending_quantity.raw();  // one of the two
  if (auto no = check_added(s, request.account, added)) return no;
  if (auto no = check_ids(s, request.account, request.list_client_id,
                          {working.client_id, below.client_id, above.client_id})) {
    return no;
  }
  // Where the last price must be is asked when the pair is armed.
  if (sets_off(above) <= sets_off(below)) return refuse::oco_prices();
  return check_start(s, working.side, working.type, working.price.value_or(Px()), Px());
}

std::optional<Refusal> Exchange::check_start(SymbolState& symbol, Side side, OrderType type,
                                             Px price, Px stop_price) {
  if (is_algo(type) && !symbol.last_price.is_zero()) {
    const bool reached = triggers_on_rise(type, side) ? stop_price <= symbol.last_price
                                                      : stop_price >= symbol.last_price;
    if (reached) return refuse::would_trigger();
  }
  if (type == OrderType::LimitMaker && would_cross(symbol, side, price)) {
    return refuse::would_match();
  }
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_pair_start(SymbolState& symbol, Side side, OrderType above,
                                                  Px above_at, OrderType below, Px below_at) {
  if (above_at <= below_at) return refuse::oco_prices();
  const Px last = symbol.last_price;
  if (!last.is_zero() && (above_at <= last || below_at >= last)) return refuse::oco_prices();
  if (above == OrderType::LimitMaker && would_cross(symbol, side, above_at)) {
    return refuse::would_match();
  }
  if (below == OrderType::LimitMaker && would_cross(symbol, side, below_at)) {
    return refuse::would_match();
  }
  return std::nullopt;
}

}  // namespace clawgate::sim
