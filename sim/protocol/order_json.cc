// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_json.h"

namespace clawgate::sim {

ClientId client_id_of(const Exchange& exchange, const ListRecord& list, OrderId id) {
  const auto order = exchange.order({list.account, list.symbol, id, std::nullopt});
  return order ? order->client_id : ClientId();
}

void OrderJson::amounts(const OrderRecord& order) {
  w_.decimal("price", order.price)
      .decimal("origQty", order.quantity)
      .decimal("executedQty", order.executed)
      .decimal("origQuoteOrderQty", order.quote_order_qty)
      .decimal("cummulativeQuoteQty", order.cumulative_quote);
}

void OrderJson::words(const OrderRecord& order) {
  w_.text("status", name(order.status))
      .text("timeInForce", name(order.time_in_force))
      .text("type", name(order.type))
      .text("side", name(order.side));
}

// What is only there when it says something.
void OrderJson::conditional(const OrderRecord& order) {
  if (order.strategy_id != 0) w_.integer("strategyId", order.strategy_id);
  if (order.strategy_type != 0) w_.integer("strategyType", order.strategy_type);
  if (order.prevented_match_id >= 0) {
    w_.integer("preventedMatchId", order.prevented_match_id);
    w_.decimal("preventedQuantity", order.prevented);
  }
  if (order.expiry_reason != ExpiryReason::None) {
    w_.text("expiryReason", name(order.expiry_reason));
  }
}

void OrderJson::fills(const OrderAnswer& answer) {
  w_.array("fills");
  for (const Fill& fill : answer.fills) {
    w_.object()
        .decimal("price", fill.price)
        .decimal("qty", fill.quantity)
        .amount("commission", fill.commission)
        .text("commissionAsset", exchange_.asset_name(fill.commission_asset).view())
        .integer("tradeId", fill.trade.value())
        .end_object();
  }
  w_.end_array();
  if (answer.prevented.empty()) return;
  w_.array("preventedMatches");
  for (const PreventedMatch& match : answer.prevented) {
    w_.object()
        .integer("preventedMatchId", match.id)
        .text("makerSymbol", exchange_.rules(answer.order.symbol).symbol.view())
        .integer("makerOrderId", match.maker_order.value())
        .decimal("price", match.price)
        .decimal("takerPreventedQuantity", match.taker_prevented)
        .decimal("makerPreventedQuantity", match.maker_prevented)
        .end_object();
  }
  w_.end_array();
}

void OrderJson::placed(const OrderAnswer& answer, ReplyForm form) {
  const OrderRecord& order = answer.order;
  w_.object();
  w_.text("symbol", exchange_.rules(order.symbol).symbol.view())
      .integer("orderId", order.id.value())
      .integer("orderListId", order.list.value())
      .text("clientOrderId", order.client_id.view())
      .time("transactTime", answer.transact_time);
  if (form != ReplyForm::Ack) {
    amounts(order);
    words(order);
    if (!order.stop_price.is_zero()) w_.decimal("stopPrice", order.stop_price);
    if (order.is_iceberg()) w_.decimal("icebergQty", order.iceberg_qty);
    w_.time_or_none("workingTime", order.working_since);
    if (form == ReplyForm::Full) fills(answer);
    w_.text("selfTradePreventionMode", name(order.stp));
    conditional(order);
  }
  w_.end_object();
}

void OrderJson::canceled(const OrderAnswer& answer) {
  const OrderRecord& order = answer.order;
  const ClientId& cancel_id = answer.cancel_id.empty() ? order.client_id : answer.cancel_id;
  w_.object();
  w_.text("symbol", exchange_.rules(order.symbol).symbol.view())
      .text("origClientOrderId", order.client_id.view())
      .integer("orderId", order.id.value())
      .integer("orderListId", order.list.value())
      .text("clientOrderId", cancel_id.view())
      .time("transactTime", answer.transact_time);
  amounts(order);
  words(order);
  if (!order.stop_price.is_zero()) w_.decimal("stopPrice", order.stop_price);
  if (order.is_iceberg()) w_.decimal("icebergQty", order.iceberg_qty);
  w_.text("selfTradePreventionMode", name(order.stp));
  conditional(order);
  w_.end_object();
}

void OrderJson::order(const OrderRecord& order) {
  w_.object();
  w_.text("symbol", exchange_.rules(order.symbol).symbol.view())
      .integer("orderId", order.id.value())
      .integer("orderListId", order.list.value())
      .text("clientOrderId", order.client_id.view())
      .decimal("price", order.price)
      .decimal("origQty", order.quantity)
      .decimal("executedQty", order.executed)
      .decimal("cummulativeQuoteQty", order.cumulative_quote);
  words(order);
  w_.decimal("stopPrice", order.stop_price)
      .decimal("icebergQty", order.iceberg_qty)
      .time("time", order.created)
      .time("updateTime", order.updated)
      .flag("isWorking", order.working)
      .time_or_none("workingTime", order.working_since)
      .decimal("origQuoteOrderQty", order.quote_order_qty)
      .text("selfTradePreventionMode", name(order.stp));
  conditional(order);
  w_.end_object();
}

void OrderJson::list_head(const ListRecord& list, std::optional<TimeNs> transaction_time) {
  w_.integer("orderListId", list.id.value())
      .text("contingencyType", name(list.contingency()))
      .text("listStatusType", name(list.status_type))
      .text("listOrderStatus", name(list.order_status))
      .text("listClientOrderId", list.client_id.view())
      .time("transactionTime", transaction_time.value_or(list.updated))
      .text("symbol", exchange_.rules(list.symbol).symbol.view());
}

void OrderJson::list_orders(const ListRecord& list) {
  w_.array("orders");
  for (const OrderId id : list.orders) {
    w_.object()
        .text("symbol", exchange_.rules(list.symbol).symbol.view())
        .integer("orderId", id.value())
        .text("clientOrderId", client_id_of(exchange_, list, id).view())
        .end_object();
  }
  w_.end_array();
}

void OrderJson::placed_list(const ListAnswer& answer, ReplyForm form) {
  w_.object();
  list_head(answer.list, answer.transact_time);
  list_orders(answer.list);
  w_.array("orderReports");
  for (const OrderAnswer& report : answer.reports) placed(report, form);
  w_.end_array().end_object();
}

void OrderJson::canceled_list(const ListAnswer& answer) {
  w_.object();
  list_head(answer.list, answer.transact_time);
  list_orders(answer.list);
  w_.array("orderReports");
  for (const OrderAnswer& report : answer.reports) canceled(report);
  w_.end_array().end_object();
}

void OrderJson::canceled(const CancelAnswer& answer) {
  if (answer.list) return canceled_list(*answer.list);
  canceled(*answer.order);
}

void OrderJson::list(const ListRecord& list) {
  w_.object();
  list_head(list, std::nullopt);
  list_orders(list);
  w_.end_object();
}

void OrderJson::trade(const TradeRecord& trade) {
  w_.object()
      .text("symbol", exchange_.rules(trade.symbol).symbol.view())
      .integer("id", trade.id.value())
      .integer("orderId", trade.order.value())
      .integer("orderListId", trade.list.value())
      .decimal("price", trade.price)
      .decimal("qty", trade.quantity)
      .decimal("quoteQty", trade.quote)
      .amount("commission", trade.commission)
      .text("commissionAsset", exchange_.asset_name(trade.commission_asset).view())
      .time("time", trade.time)
      .flag("isBuyer", trade.buyer)
      .flag("isMaker", trade.maker)
      .flag("isBestMatch", true)
      .end_object();
}

}  // namespace clawgate::sim
