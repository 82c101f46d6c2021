// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_request.h"
#include "sim/protocol/rules_json.h"

namespace clawgate::sim::handlers {
namespace {

constexpr std::size_t kAll = SIZE_MAX;

std::int64_t basis_points(Rate rate) {
  return rate.raw() / bps(1).raw();
}

void write_rates(JsonWriter& w, std::string_view name, const CommissionRates& rates) {
  w.object(name)
      .decimal("maker", rates.maker)
      .decimal("taker", rates.taker)
      .amount("buyer", 0)
      .amount("seller", 0)
      .end_object();
}

Reply write_orders(Call& call, const std::vector<OrderRecord>& orders) {
  JsonWriter w(call.unit);
  OrderJson json(w, call.exchange);
  w.array();
  for (const OrderRecord& order : orders) {
    if (!call.core.hides(order, call.now)) json.order(order);
  }
  w.end_array();
  return ok(w);
}

}  // namespace

Reply get_order(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  OrderRef ref = read_order_ref(in, symbol, "orderId", "origClientOrderId");
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  ref.account = *account;
  const auto order = call.exchange.order(ref);
  if (!order) return fail(order.error());
  if (call.core.hides(*order, call.now)) return fail(refuse::no_such_order());
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).order(*order);
  return ok(w);
}

std::int64_t open_orders_weight(const Parameters& params) {
  return params.find("symbol") != nullptr ? 6 : 80;
}

Reply open_orders(Call& call) {
  ParameterReader in(call.params);
  const SymbolChoice choice = read_symbols(call, in);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  std::vector<OrderRecord> orders;
  for (const SymbolId symbol : choice.symbols) {
    const auto some = call.exchange.open_orders(*account, symbol);
    orders.insert(orders.end(), some.begin(), some.end());
  }
  return write_orders(call, orders);
}

Reply all_orders(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  const Choice choice = read_choice(in, "orderId");
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  const OrderId from(choice.from.value_or(0));
  return write_orders(call, chosen(
                                call.exchange.all_orders(*account, symbol, from, kAll), choice,
                                [](const OrderRecord& order) { return order.created; },
                                [](const OrderRecord& order) { return order.id.value(); }));
}

std::int64_t my_trades_weight(const Parameters& params) {
  return params.find("orderId") != nullptr ? 5 : 20;
}

Reply my_trades(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  const auto order = in.integer("orderId");
  const Choice choice = read_choice(in, "fromId");
  const bool timed = choice.start || choice.end;
  if (timed && (order || choice.from)) in.fail(refuse::bad_combination());
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  const TradeId from(choice.from.value_or(0));
  auto trades = call.exchange.trades(*account, symbol, from, kAll);
  std::erase_if(trades,
                [&](const TradeRecord& trade) { return order && trade.order.value() != *order; });
  JsonWriter w(call.unit);
  OrderJson json(w, call.exchange);
  w.array();
  for (const TradeRecord& trade : chosen(
           std::move(trades), choice, [](const TradeRecord& row) { return row.time; },
           [](const TradeRecord& row) { return row.id.value(); })) {
    json.trade(trade);
  }
  w.end_array();
  return ok(w);
}

Reply account(Call& call) {
  ParameterReader in(call.params);
  const bool omit_zero = in.flag("omitZeroBalances").value_or(false);
  if (in.fault()) return fail(*in.fault());
  const auto who = call.admit();
  if (!who) return fail(who.error());
  const AccountAnswer answer = call.exchange.account(*who);
  JsonWriter w(call.unit);
  w.object()
      .integer("makerCommission", basis_points(answer.maker))
      .integer("takerCommission", basis_points(answer.taker))
      .integer("buyerCommission", 0)
      .integer("sellerCommission", 0);
  write_rates(w, "commissionRates", {answer.maker, answer.taker});
  w.flag("canTrade", answer.can_trade)
      .flag("canWithdraw", true)
      .flag("canDeposit", true)
      .flag("brokered", false)
      .flag("requireSelfTradePrevention", false)
      .flag("preventSor", false)
      .time("updateTime", answer.updated)
      .text("accountType", "SPOT")
      .array("balances");
  for (const BalanceRow& row : answer.balances) {
    if (omit_zero && row.free == 0 && row.locked == 0) continue;
    w.object()
        .text("asset", call.exchange.asset_name(row.asset).view())
        .amount("free", row.free)
        .amount("locked", row.locked)
        .end_object();
  }
  w.end_array().array("permissions").item("SPOT").end_array().integer("uid", answer.uid);
  w.end_object();
  return ok(w);
}

Reply commission(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  if (in.fault()) return fail(*in.fault());
  const auto who = call.admit();
  if (!who) return fail(who.error());
  JsonWriter w(call.unit);
  w.object().text("symbol", call.exchange.rules(symbol).symbol.view());
  write_rates(w, "standardCommission", call.exchange.rates(*who, symbol));
  write_rates(w, "specialCommission", {});
  write_rates(w, "taxCommission", {});
  write_discount(w);
  w.end_object();
  return ok(w);
}

Reply order_limits(Call& call) {
  const auto who = call.admit();
  if (!who) return fail(who.error());
  const OrderCounts counts = call.core.limits.order_counts(*who, call.now);
  const RateLimits& limits = call.core.limits.limits();
  JsonWriter w(call.unit);
  w.array();
  write_rate_limit(w, "ORDERS", "SECOND", 10, limits.orders_10s, counts.per_10s);
  write_rate_limit(w, "ORDERS", "DAY", 1, limits.orders_day, counts.per_day);
  w.end_array();
  return ok(w);
}

}  // namespace clawgate::sim::handlers
