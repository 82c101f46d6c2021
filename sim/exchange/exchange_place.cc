// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "schemas/core/assert.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/exchange_report.h"

// A new order becomes part of the books.

namespace clawgate::sim {
namespace {

// Rounded up: a lock must cover every way the order can fill.
std::int64_t quote_for(Px price, Qty quantity) {
  const auto value = notional(price, quantity, Round::Up);
  return value ? value->raw() : std::numeric_limits<std::int64_t>::max();
}

OrderTerms leg_terms(OrderTerms terms, Side side, Qty quantity) {
  terms.side = side;
  terms.quantity = quantity;
  return terms;
}

}  // namespace

OrderRecord Exchange::draft(const SymbolState& symbol, AccountId account, const OrderTerms& terms,
                            std::optional<StpMode> stp, OrderStatus status) const {
  OrderRecord order;
  order.symbol = symbol.id;
  order.account = account;
  order.client_id = terms.client_id;
  order.side = terms.side;
  order.type = terms.type;
  order.time_in_force = terms.time_in_force.value_or(TimeInForce::Gtc);
  order.stp = stp.value_or(symbol.rules.stp_default);
  order.status = status;
  order.price = terms.price.value_or(Px());
  order.stop_price = terms.stop_price.value_or(Px());
  order.quantity = terms.quantity.value_or(Qty());
  order.quote_order_qty = terms.quote_order_qty.value_or(Notional());
  order.created = now_;
  order.strategy_id = terms.strategy_id.value_or(0);
  order.strategy_type = terms.strategy_type.value_or(0);
  order.iceberg_qty = terms.iceberg_qty.value_or(Qty());
  return order;
}

// A stop without a limit is taken to cost its trigger price; what it really costs is asked again
// when it triggers.
Answer<Exchange::Funding> Exchange::funding_of(const SymbolState& symbol,
                                               const OrderRecord& order) {
  if (order.type == OrderType::Market) return plan_market(symbol, order);
  Funding funding{.quantity = order.quantity, .need = order.quantity.raw()};
  if (order.side == Side::Buy) {
    funding.need =
        quote_for(has_limit(order.type) ? order.price : order.stop_price, order.quantity);
  }
  return funding;
}

OrderNode& Exchange::create(SymbolState& symbol, const OrderRecord& draft) {
  OrderNode& order = symbol.orders.add();
  static_cast<OrderRecord&>(order) = draft;
  order.id = OrderId(static_cast<std::int64_t>(symbol.orders.size()));
  if (order.client_id.empty()) {
    order.client_id = free_client_id(symbol, order);
  } else {
    symbol.client_ids.set(order);
  }

  symbol.of(order.account).orders.push_back(order.id);
  open(symbol, order);
  touch(order);
  symbol.touched = true;
  return order;
}

// Someone may have chosen what would be made here.
ClientId Exchange::free_client_id(const SymbolState& symbol, const OrderNode& order) {
  for (std::uint64_t turn = 0;; ++turn) {
    const auto number = static_cast<std::uint64_t>(order.id.value());
    const ClientId id = ClientIds::make(number, turn);
    const OrderNode* const known = symbol.client_ids.find_chosen(order.account, id);
    if (known == nullptr || !is_open(known->status)) return id;
  }
}

// Among the open orders of its account.
void Exchange::open(SymbolState& symbol, OrderNode& order) {
  AccountOnSymbol& owner = symbol.of(order.account);
  order.previous_open = owner.last_open;
  (owner.last_open == nullptr ? owner.first_open : owner.last_open->next_open) = &order;
  owner.last_open = &order;
  ++owner.load.orders;
  if (is_algo(order.type)) ++owner.load.algo_orders;
  if (order.is_iceberg()) ++owner.load.iceberg_orders;
  if (order.side == Side::Buy) owner.load.open_buys += order.leaves().raw();
}

OrderNode& Exchange::add_leg(SymbolState& symbol, ListRecord& list, const OrderRecord& draft) {
  OrderNode& order = create(symbol, draft);
  order.list = list.id;
  const bool fits = list.orders.push_back(order.id);
  CLAWGATE_ASSERT(fits);
  return order;
}

// The first report of an order that entered: on its way to the book, or waiting for its trigger
// or its list.
void Exchange::announce(SymbolState& symbol, OrderNode& order) {
  order.priority = ++symbol.priority;
  symbol.touched = true;
  if (order.status == OrderStatus::New && !is_algo(order.type)) {
    order.working = true;
    order.working_since = now_;
  }
  touch(order);
  report(order, ExecType::New, {});
}

void Exchange::execute(SymbolState& symbol, OrderNode& order, OrderAnswer* answer) {
  if (is_algo(order.type) && !order.working) {
    symbol.triggers.insert(order);
    return;
  }
  if (order.time_in_force == TimeInForce::Fok && !can_fill(symbol, order)) {
    expire(symbol, order, ExpiryReason::UnfilledFok, RejectReason::None);
    return;
  }
  match(symbol, order, answer);
  if (!is_open(order.status)) return;
  if (!has_limit(order.type)) {
    expire(symbol, order, ExpiryReason::InsufficientLiquidity, RejectReason::None);
  } else if (order.time_in_force == TimeInForce::Ioc) {
    expire(symbol, order, ExpiryReason::UnfilledIoc, RejectReason::None);
  } else {
    rest(symbol, order);
  }
}

// Behind everything that the outside market states at the price, taken by us or not.
void Exchange::rest(SymbolState& symbol, OrderNode& order) {
  order.ahead = symbol.outside.stated(order.side, order.price).raw();
  if (order.is_iceberg()) order.shown = std::min(order.iceberg_qty, order.leaves());
  symbol.own.insert(order);
}

// The shown part of an iceberg is filled: the next one is as late as a new order.
void Exchange::show_next_part(SymbolState& symbol, OrderNode& order) {
  symbol.own.remove(order);
  order.priority = ++symbol.priority;
  rest(symbol, order);
}

std::optional<Refusal> Exchange::test(const NewOrder& request, TimeNs now) {
  begin(now);
  return check_validity(request);
}

Answer<OrderAnswer> Exchange::place(const NewOrder& request, TimeNs now) {
  begin(now);
  if (auto no = check_order(request)) return *std::move(no);
  SymbolState& s = state(request.symbol);
  OrderRecord terms = draft(s, request.account, request.order, request.stp, OrderStatus::New);
  const auto funding = funding_of(s, terms);
  if (!funding) return funding.error();
  if (!ledger_.lock(request.account, asset_given(s, terms.side), funding->need)) {
    return refuse::insufficient_balance();
  }
  terms.quantity = funding->quantity;
  terms.locked = funding->need;
  OrderNode& order = create(s, terms);
  order.thin = funding->thin;
  announce(s, order);
  OrderAnswer answer;
  execute(s, order, &answer);
  answer.order = order;
  answer.transact_time = now_;
  settle(s);
  finish();
  return answer;
}

Answer<ListAnswer> Exchange::place(const NewOco& request, TimeNs now) {
  begin(now);
  if (auto no = check_list(request)) return *std::move(no);
  SymbolState& s = state(request.symbol);
  const auto leg = [&](const OrderTerms& terms) {
    return draft(s, request.account, leg_terms(terms, request.side, request.quantity), request.stp,
                 OrderStatus::New);
  };
  const OrderRecord below = leg(request.below);
  const OrderRecord above = leg(request.above);
  const std::int64_t need = std::max(funding_of(s, below)->need, funding_of(s, above)->need);
  if (!ledger_.lock(request.account, asset_given(s, request.side), need)) {
    return refuse::insufficient_balance();
  }
  ListRecord& list = create_list(s, request.account, ListKind::Oco, request.list_client_id);
  list.pair_locked = need;
  OrderNode& first = add_leg(s, list, below);
  OrderNode& second = add_leg(s, list, above);
  announce(s, first);
  announce(s, second);
  report_list(s, list);
  execute(s, first, nullptr);
  execute(s, second, nullptr);
  ListAnswer answer = answer_of(s, list);
  settle(s);
  finish();
  return answer;
}

Answer<ListAnswer> Exchange::place(const NewOto& request, TimeNs now) {
  begin(now);
  if (auto no = check_list(request)) return *std::move(no);
  SymbolState& s = state(request.symbol);
  const AccountId account = request.account;
  return place_working_first(
      s, ListKind::Oto, request.list_client_id,
      draft(s, account, request.working, request.stp, OrderStatus::New),
      {draft(s, account, request.pending, request.stp, OrderStatus::PendingNew)});
}

Answer<ListAnswer> Exchange::place(const NewOtoco& request, TimeNs now) {
  begin(now);
  if (auto no = check_list(request)) return *std::move(no);
  SymbolState& s = state(request.symbol);
  const auto leg = [&](const OrderTerms& terms) {
    return draft(s, request.account,
                 leg_terms(terms, request.pending_side, request.pending_quantity), request.stp,
                 OrderStatus::PendingNew);
  };
  return place_working_first(
      s, ListKind::Otoco, request.list_client_id,
      draft(s, request.account, request.working, request.stp, OrderStatus::New),
      {leg(request.pending_below), leg(request.pending_above)});
}

Answer<ListAnswer> Exchange::place_working_first(SymbolState& symbol, ListKind kind,
                                                 const ClientId& client_id,
                                                 const OrderRecord& working,
                                                 std::initializer_list<OrderRecord> pending) {
  const auto funding = funding_of(symbol, working);
  if (!funding) return funding.error();
  if (!ledger_.lock(working.account, asset_given(symbol, working.side), funding->need)) {
    return refuse::insufficient_balance();
  }
  ListRecord& list = create_list(symbol, working.account, kind, client_id);
  OrderNode& first = add_leg(symbol, list, working);
  first.locked = funding->need;
  for (const OrderRecord& leg : pending) add_leg(symbol, list, leg);
  for (const OrderId id : list.orders) announce(symbol, symbol.order(id));
  report_list(symbol, list);
  OrderAnswer working_answer;
  execute(symbol, first, &working_answer);
  // Before settle(): pending legs read as they are at the moment the working order is done.
  ListAnswer answer = answer_of(symbol, list);
  answer.reports.front().fills = std::move(working_answer.fills);
  answer.reports.front().prevented = std::move(working_answer.prevented);
  settle(symbol);
  finish();
  return answer;
}

}  // namespace clawgate::sim
