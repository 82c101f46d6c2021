// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_request.h"

namespace clawgate::sim::handlers {
namespace {

constexpr std::int64_t kPairOrders = 2;
constexpr std::int64_t kThreeOrders = 3;

ClientId list_id_of(ParameterReader& in) {
  return in.client_id("listClientOrderId").value_or(ClientId());
}

// A fault is about the leg that a client looks for first; without an id of its own, the list.
void about_list(Call& call, const ClientId& first_leg, const ClientId& list) {
  call.about(first_leg.empty() ? list : first_leg);
}

// The second half of each new list. `first_leg` is whose id a fault is told by.
template <class NewList>
Reply place_list(Call& call, ParameterReader& in, NewList& request, std::int64_t orders,
                 const ClientId& first_leg) {
  const ReplyForm form = read_form(in, ReplyForm::Result);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.account = *account;
  about_list(call, first_leg, request.list_client_id);
  if (auto stop = call.forward(*account, orders)) return *std::move(stop);
  const auto answer = call.exchange.place(request, call.now);
  if (!answer) return call.refused(*account, orders, answer.error());
  call.accepted(answer->reports.front().order);
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).placed_list(*answer, form);
  return ok(w);
}

ListRef read_list_ref(ParameterReader& in, std::string_view client_id) {
  ListRef ref;
  if (const auto id = in.integer("orderListId")) ref.list_id = ListId(*id);
  ref.client_id = in.client_id(client_id);
  if (!ref.list_id && !ref.client_id) in.fail(refuse::mandatory_either("orderListId", client_id));
  return ref;
}

Reply write_lists(Call& call, const std::vector<ListRecord>& lists) {
  JsonWriter w(call.unit);
  OrderJson json(w, call.exchange);
  w.array();
  for (const ListRecord& list : lists) json.list(list);
  w.end_array();
  return ok(w);
}

}  // namespace

Reply place_oco(Call& call) {
  ParameterReader in(call.params);
  NewOco request;
  request.symbol = read_symbol(call, in);
  request.list_client_id = list_id_of(in);
  request.side = in.needed("side", in.word("side", read_side));
  request.quantity = in.needed("quantity", in.decimal<Qty>("quantity"));
  request.above = read_terms(in, "above", false);
  request.below = read_terms(in, "below", false);
  request.stp = read_stp(in);
  return place_list(call, in, request, kPairOrders, request.below.client_id);
}

Reply place_oto(Call& call) {
  ParameterReader in(call.params);
  NewOto request;
  request.symbol = read_symbol(call, in);
  request.list_client_id = list_id_of(in);
  request.working = read_terms(in, "working", true);
  request.pending = read_terms(in, "pending", true);
  request.stp = read_stp(in);
  return place_list(call, in, request, kPairOrders, request.working.client_id);
}

Reply place_otoco(Call& call) {
  ParameterReader in(call.params);
  NewOtoco request;
  request.symbol = read_symbol(call, in);
  request.list_client_id = list_id_of(in);
  request.working = read_terms(in, "working", true);
  request.pending_side = in.needed("pendingSide", in.word("pendingSide", read_side));
  request.pending_quantity = in.needed("pendingQuantity", in.decimal<Qty>("pendingQuantity"));
  request.pending_above = read_terms(in, "pendingAbove", false);
  request.pending_below = read_terms(in, "pendingBelow", false);
  request.stp = read_stp(in);
  return place_list(call, in, request, kThreeOrders, request.working.client_id);
}

Reply cancel_list(Call& call) {
  ParameterReader in(call.params);
  CancelList request;
  request.symbol = read_symbol(call, in);
  request.list = read_list_ref(in, "listClientOrderId");
  request.cancel_id = in.client_id("newClientOrderId").value_or(ClientId());
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.list.account = *account;
  call.about(request.list.client_id.value_or(ClientId()));
  if (auto stop = call.forward(*account, 0)) return *std::move(stop);
  const auto answer = call.exchange.cancel(request, call.now);
  if (!answer) return fail(answer.error());
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).canceled_list(*answer);
  return ok(w);
}

Reply get_list(Call& call) {
  ParameterReader in(call.params);
  ListRef ref = read_list_ref(in, "origClientOrderId");
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  ref.account = *account;
  const auto list = call.exchange.list(ref);
  if (!list) return fail(list.error());
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).list(*list);
  return ok(w);
}

Reply open_lists(Call& call) {
  const auto account = call.admit();
  if (!account) return fail(account.error());
  return write_lists(call, call.exchange.lists(*account, true));
}

Reply all_lists(Call& call) {
  ParameterReader in(call.params);
  const Choice choice = read_choice(in, "fromId");
  if (choice.from && (choice.start || choice.end)) in.fail(refuse::bad_combination());
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  return write_lists(call, chosen(
                               call.exchange.lists(*account, false), choice,
                               [](const ListRecord& list) { return list.created; },
                               [](const ListRecord& list) { return list.id.value(); }));
}

}  // namespace clawgate::sim::handlers
