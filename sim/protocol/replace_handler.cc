// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_request.h"

// Cancel one order, then place another: not one transaction. Filters and the order limit are asked
// before the cancel.

namespace clawgate::sim::handlers {
namespace {

struct Request {
  CancelOrder cancel;
  NewOrder order;
  ReplyForm form = ReplyForm::Full;
  bool stop_on_failure = true;
  bool cancel_over_limit = false;  // orderRateLimitExceededMode=CANCEL_ONLY
};

// One half of the answer: a report, an error, or neither.
struct Half {
  std::string_view result = "NOT_ATTEMPTED";
  std::string json = "null";

  static Half success(std::string json) { return {"SUCCESS", std::move(json)}; }
  static Half failure(const Refusal& refusal) { return {"FAILURE", error_json(refusal)}; }
  [[nodiscard]] bool succeeded() const { return result == "SUCCESS"; }
};

bool read_word(ParameterReader& in, std::string_view name, std::optional<std::string_view> word,
               std::string_view yes, std::string_view no) {
  if (!word || *word == yes || *word == no) return word && *word == yes;
  in.fail(refuse::illegal_characters(name, std::string(yes) + "|" + std::string(no)));
  return false;
}

Request read(Call& call, ParameterReader& in) {
  Request request;
  request.order = read_new_order(call, in);
  request.form = read_form(in, default_form(request.order.order.type));
  request.stop_on_failure = read_word(in, "cancelReplaceMode", in.must("cancelReplaceMode"),
                                      "STOP_ON_FAILURE", "ALLOW_FAILURE");
  request.cancel.order =
      read_order_ref(in, request.order.symbol, "cancelOrderId", "cancelOrigClientOrderId");
  request.cancel.cancel_id = in.client_id("cancelNewClientOrderId").value_or(ClientId());
  request.cancel.restriction =
      in.word("cancelRestrictions", read_cancel_restriction).value_or(CancelRestriction::None);
  request.cancel_over_limit =
      read_word(in, "orderRateLimitExceededMode", in.text("orderRateLimitExceededMode"),
                "CANCEL_ONLY", "DO_NOTHING");
  return request;
}

Half cancel(Call& call, const Request& request) {
  const auto answer = call.exchange.cancel(request.cancel, call.now);
  if (!answer) return Half::failure(answer.error());
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).canceled(*answer);
  return Half::success(w.take());
}

Half place(Call& call, const Request& request) {
  const auto answer = call.exchange.place(request.order, call.now);
  if (!answer) return Half::failure(answer.error());
  call.accepted(answer->order);
  JsonWriter w(call.unit);
  OrderJson(w, call.exchange).placed(*answer, request.form);
  return Half::success(w.take());
}

Reply answer_of(const Half& canceled, const Half& placed, bool over_limit) {
  JsonWriter w;
  w.object()
      .text("cancelResult", canceled.result)
      .text("newOrderResult", placed.result)
      .raw("cancelResponse", canceled.json)
      .raw("newOrderResponse", placed.json)
      .end_object();
  if (canceled.succeeded() && placed.succeeded()) return ok(w);
  const bool partly = canceled.succeeded() || placed.succeeded();
  Reply reply;
  reply.status = partly ? 409 : 400;
  if (over_limit) reply.status = 429;
  const Refusal refusal = partly ? Refusal{-2021, "Order cancel-replace partially failed."}
                                 : Refusal{-2022, "Order cancel-replace failed."};
  reply.json = error_json(refusal, w.take());
  return reply;
}

// With the order limit reached and CANCEL_ONLY: the new order was never attempted as such.
Reply cancel_only(Call& call, const Request& request, const Throttled& limit) {
  const Half canceled = cancel(call, request);
  const bool attempted = canceled.succeeded() || !request.stop_on_failure;
  const Half placed = attempted ? Half::failure(limit.refusal) : Half();
  Reply reply = answer_of(canceled, placed, request.stop_on_failure);
  reply.retry_after_s = limit.retry_after_s;
  return reply;
}

}  // namespace

Reply cancel_replace(Call& call) {
  ParameterReader in(call.params);
  Request request = read(call, in);
  if (in.fault()) return fail(*in.fault());
  const auto account = call.admit();
  if (!account) return fail(account.error());
  request.order.account = *account;
  request.cancel.order.account = *account;
  call.about(request.order.order.client_id);
  if (const auto no = call.exchange.test(request.order, call.now)) return fail(*no);
  call.orders_counted = true;
  if (request.cancel_over_limit) {
    if (const auto limit = call.core.limits.orders(*account, 1, call.now)) {
      return cancel_only(call, request, *limit);
    }
    call.core.limits.return_orders(*account, 1, call.now);
  }
  if (auto stop = call.forward(*account, 1)) return *std::move(stop);

  const auto raced = fill_before_cancel(call, request.cancel.order);
  const Half canceled = cancel(call, request);
  Half placed;
  if (raced == FaultKind::ReplaceNewRefused) {
    placed = Half::failure(refuse::insufficient_balance());
  } else if (canceled.succeeded() || !request.stop_on_failure) {
    placed = place(call, request);
  }
  if (raced) {
    call.about(request.order.order.client_id);
    call.record(*raced, placed.succeeded() ? FaultTruth::Executed : FaultTruth::NotExecuted);
  }
  if (placed.result == "FAILURE") call.core.limits.return_orders(*account, 1, call.now);
  return answer_of(canceled, placed, false);
}

}  // namespace clawgate::sim::handlers
