// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_request.h"
#include "sim/protocol/rules_json.h"

namespace clawgate::sim::handlers {
namespace {

void write_rates(JsonWriter& w, std::string_view name, const CommissionRates& rates) {
  w.object(name).decimal("maker", rates.maker).decimal("taker", rates.taker).end_object();
}

}  // namespace

Reply place_order(Call& call) {
  ParameterReader in(call.params);
  NewOrder request = read_new_order(call, in);
  const ReplyForm form = read_form(in, default_form(request.order.type));
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.account = *account;
  call.about(request.order.client_id);
  if (auto stop = call.forward(*account, 1)) return *std::move(stop);
  const auto answer = call.exchange.place(request, call.now);
  if (!answer) return call.refused(*account, 1, answer.error());
  call.accepted(answer->order);
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).placed(*answer, form);
  return ok(w);
}

std::int64_t test_weight(const Parameters& params) {
  const std::string* const rates = params.find("computeCommissionRates");
  return rates != nullptr && *rates == "true" ? 20 : 1;
}

Reply test_order(Call& call) {
  ParameterReader in(call.params);
  NewOrder request = read_new_order(call, in);
  static_cast<void>(read_form(in, ReplyForm::Ack));
  const bool rates = in.flag("computeCommissionRates").value_or(false);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.account = *account;
  if (const auto no = call.exchange.test(request, call.now)) return fail(*no);
  if (!rates) return {};
  JsonWriter w(call.unit);
  w.object();
  write_rates(w, "standardCommissionForOrder", call.exchange.rates(*account, request.symbol));
  write_rates(w, "specialCommissionForOrder", {});
  write_rates(w, "taxCommissionForOrder", {});
  write_discount(w);
  w.end_object();
  return ok(w);
}

Reply cancel_order(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  CancelOrder request;
  request.order = read_order_ref(in, symbol, "orderId", "origClientOrderId");
  request.cancel_id = in.client_id("newClientOrderId").value_or(ClientId());
  request.restriction =
      in.word("cancelRestrictions", read_cancel_restriction).value_or(CancelRestriction::None);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.order.account = *account;
  if (const auto order = call.exchange.order(request.order)) {
    call.about(order->client_id, order->id);
  } else {
    call.about(request.order.client_id.value_or(ClientId()));
  }
  if (auto stop = call.forward(*account, 0)) return *std::move(stop);
  const auto raced = fill_before_cancel(call, request.order);
  const auto answer = call.exchange.cancel(request, call.now);
  if (raced) call.record(*raced, answer ? FaultTruth::Executed : FaultTruth::NotExecuted);
  if (!answer) return fail(answer.error());
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).canceled(*answer);
  return ok(w);
}

Reply cancel_open_orders(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  if (auto stop = call.forward(*account, 0)) return *std::move(stop);
  const auto answer = call.exchange.cancel_all(*account, symbol, call.now);
  if (!answer) return fail(answer.error());
  JsonWriter w(call.unit);
  OrderJson json(w, call.exchange);
  w.array();
  for (const OrderAnswer& order : answer->orders) json.canceled(order);
  for (const ListAnswer& list : answer->lists) json.canceled_list(list);
  w.end_array();
  return ok(w);
}

}  // namespace clawgate::sim::handlers
