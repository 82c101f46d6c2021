// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/event_json.h"

namespace clawgate::sim {
namespace {

// Letters as of Binance's user data stream page, 2026.
void prevention(JsonWriter& w, const ExecutionReport& event, const Exchange& exchange) {
  if (event.order.prevented_match_id >= 0) {
    w.integer("v", event.order.prevented_match_id).decimal("A", event.order.prevented);
  }
  if (event.exec_type != ExecType::TradePrevention) return;
  w.decimal("B", event.last_prevented)
      .integer("u", -1)
      .integer("U", event.counter_order.value())
      .text("Cs", exchange.rules(event.order.symbol).symbol.view())
      .decimal("pl", event.prevented_execution)
      .decimal("pL", event.prevented_price)
      .decimal("pY", event.prevented_quote);
}

void commission(JsonWriter& w, const ExecutionReport& event, const Exchange& exchange) {
  if (event.commission == 0) {
    w.text("n", "0").null("N");
    return;
  }
  w.amount("n", event.commission).text("N", exchange.asset_name(event.commission_asset).view());
}

void write(JsonWriter& w, const ExecutionReport& event, const Exchange& exchange) {
  const OrderRecord& order = event.order;
  w.object()
      .text("e", "executionReport")
      .time("E", event.time)
      .text("s", exchange.rules(order.symbol).symbol.view())
      .text("c", event.client_id.view())
      .text("S", name(order.side))
      .text("o", name(order.type))
      .text("f", name(order.time_in_force))
      .decimal("q", order.quantity)
      .decimal("p", order.price)
      .decimal("P", order.stop_price)
      .decimal("F", order.iceberg_qty)
      .integer("g", order.list.value())
      .text("C", event.original.view())
      .text("x", name(event.exec_type))
      .text("X", name(order.status))
      .text("r", name(event.reject))
      .integer("i", order.id.value())
      .decimal("l", event.last_quantity)
      .decimal("z", order.executed)
      .decimal("L", event.last_price);
  commission(w, event, exchange);
  w.time("T", event.time)
      .integer("t", event.trade.value())
      .integer("I", event.execution_id)
      .flag("w", event.on_book)
      .flag("m", event.maker)
      .flag("M", event.exec_type == ExecType::Trade)
      .time("O", order.created)
      .decimal("Z", order.cumulative_quote)
      .decimal("Y", event.last_quote)
      .decimal("Q", order.quote_order_qty);
  if (order.working_since.value() != 0) w.time("W", order.working_since);
  w.text("V", name(order.stp));
  if (order.strategy_id != 0) w.integer("j", order.strategy_id);
  if (order.strategy_type != 0) w.integer("J", order.strategy_type);
  prevention(w, event, exchange);
  if (order.expiry_reason != ExpiryReason::None) w.text("eR", name(order.expiry_reason));
  w.end_object();
}

void write(JsonWriter& w, const ListStatusEvent& event, const Exchange& exchange) {
  const std::string_view symbol = exchange.rules(event.list.symbol).symbol.view();
  w.object()
      .text("e", "listStatus")
      .time("E", event.time)
      .text("s", symbol)
      .integer("g", event.list.id.value())
      .text("c", name(event.list.contingency()))
      .text("l", name(event.list.status_type))
      .text("L", name(event.list.order_status))
      .text("r", "NONE")
      .text("C", event.list.client_id.view())
      .time("T", event.time)
      .array("O");
  for (std::size_t i = 0; i < event.list.orders.size(); ++i) {
    w.object()
        .text("s", symbol)
        .integer("i", event.list.orders[i].value())
        .text("c", event.client_ids[i].view())
        .end_object();
  }
  w.end_array().end_object();
}

void write(JsonWriter& w, const AccountPosition& event, const Exchange& exchange) {
  w.object()
      .text("e", "outboundAccountPosition")
      .time("E", event.time)
      .time("u", event.time)
      .array("B");
  for (const BalanceRow& row : event.balances) {
    w.object()
        .text("a", exchange.asset_name(row.asset).view())
        .amount("f", row.free)
        .amount("l", row.locked)
        .end_object();
  }
  w.end_array().end_object();
}

void write(JsonWriter& w, const BalanceUpdate& event, const Exchange& exchange) {
  w.object()
      .text("e", "balanceUpdate")
      .time("E", event.time)
      .text("a", exchange.asset_name(event.asset).view())
      .amount("d", event.delta)
      .time("T", event.time)
      .end_object();
}

}  // namespace

std::string user_event_json(const UserEvent& event, const Exchange& exchange, TimeUnit unit) {
  JsonWriter w(unit);
  std::visit([&](const auto& kind) { write(w, kind, exchange); }, event);
  return w.take();
}

std::string bare_event_json(std::string_view name, TimeNs time, TimeUnit unit) {
  JsonWriter w(unit);
  w.object().text("e", name).time("E", time).end_object();
  return w.take();
}

std::string wrapped_event(std::int64_t subscription, std::string_view event) {
  JsonWriter w;
  w.object().integer("subscriptionId", subscription).raw("event", event).end_object();
  return w.take();
}

}  // namespace clawgate::sim
