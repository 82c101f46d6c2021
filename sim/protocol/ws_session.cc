// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/ws_session.h"

#include <algorithm>

#include "sim/protocol/endpoint.h"
#include "sim/protocol/event_json.h"
#include "sim/protocol/rules_json.h"

namespace clawgate::sim {
namespace {

constexpr std::size_t kRequestBytesMax = 64 * 1024;
constexpr std::string_view kNullId = "null";

// The id as JSON; nullopt for what can be no id.
std::optional<std::string> id_of(const Json& request) {
  const Json* const id = request.find("id");
  if (id == nullptr || id->is(Json::Kind::Null)) return std::string(kNullId);
  if (!id->is(Json::Kind::String) && !id->is(Json::Kind::Number)) return std::nullopt;
  return to_canonical_json(*id);
}

}  // namespace

WsApiSession::WsApiSession(Core& core, WsPeer& peer, Settings settings)
    : core_(core), peer_(peer), settings_(std::move(settings)), connected_since_(core.now()) {
  core_.streams.add(*this);
}

WsApiSession::~WsApiSession() {
  core_.streams.remove(*this);
}

void WsApiSession::on_text(std::string_view text) {
  if (gone_) return;
  const auto request = read_json(text, {.bytes_max = kRequestBytesMax});
  if (!request || !request->is(Json::Kind::Object)) {
    return send_reply(std::string(kNullId), fail(refuse::invalid_json()), false, std::nullopt);
  }
  const auto id = id_of(*request);
  if (!id) {
    return send_reply(std::string(kNullId),
                      fail(refuse::illegal_characters("id", "^[a-zA-Z0-9-_]{1,36}$")), false,
                      std::nullopt);
  }
  answer(*id, *request);
}

void WsApiSession::answer(const std::string& id, const Json& request) {
  Json none;
  none.kind = Json::Kind::Object;
  const Json* const method = request.find("method");
  if (method == nullptr || !method->is(Json::Kind::String)) {
    return send_reply(id, fail(refuse::mandatory("method")), false, std::nullopt);
  }
  const Endpoint* const endpoint = find_ws(method->text);
  if (endpoint == nullptr) {
    return send_reply(id, fail(refuse::unknown_method()), settings_.return_rate_limits,
                      std::nullopt);
  }
  const Json* const sent = request.find("params");
  const Json& params = sent == nullptr || sent->is(Json::Kind::Null) ? none : *sent;
  if (!params.is(Json::Kind::Object)) {
    return send_reply(id, fail(refuse::invalid_json()), false, std::nullopt);
  }
  const Json* const wanted = params.find("returnRateLimits");
  const bool rate_limits = wanted != nullptr && wanted->is(Json::Kind::Bool)
                               ? wanted->boolean
                               : settings_.return_rate_limits;
  bool orders_counted = false;
  std::optional<AccountId> account;
  const Reply reply = serve(*endpoint, params, orders_counted, account);
  send_reply(id, reply, rate_limits, orders_counted ? account : std::nullopt);
}

Reply WsApiSession::serve(const Endpoint& endpoint, const Json& params, bool& orders_counted,
                          std::optional<AccountId>& account) {
  const auto parameters = Parameters::from_ws(params);
  if (!parameters) return fail(parameters.error());
  const std::string* const key = parameters->find("apiKey");
  const Caller caller{.address = settings_.address,
                      .key = key == nullptr ? std::string_view() : *key,
                      .logged_on = logged_on_,
                      .session = this};
  Call call(core_, endpoint, *parameters, caller, settings_.unit);
  Reply reply = call.run(std::nullopt);
  orders_counted = call.orders_counted;
  if (call.key != nullptr) account = call.key->key.account;
  return reply;
}

void WsApiSession::write_rate_limits(JsonWriter& w, std::optional<AccountId> order_counts_of) {
  const TimeNs now = core_.now();
  const RateLimits& limits = core_.limits.limits();
  w.array("rateLimits");
  if (order_counts_of) {
    const OrderCounts counts = core_.limits.order_counts(*order_counts_of, now);
    write_rate_limit(w, "ORDERS", "SECOND", 10, limits.orders_10s, counts.per_10s);
    write_rate_limit(w, "ORDERS", "DAY", 1, limits.orders_day, counts.per_day);
  }
  write_rate_limit(w, "REQUEST_WEIGHT", "MINUTE", 1, limits.weight,
                   core_.limits.used_weight(settings_.address, now));
  w.end_array();
}

void WsApiSession::send_reply(const std::string& id, const Reply& reply, bool rate_limits,
                              std::optional<AccountId> order_counts_of) {
  if (gone_) return;
  if (reply.cut) {
    gone_ = true;
    return peer_.cut(reply.hold_ns);
  }
  // What Retry-After says over REST stands inside the error here.
  std::string json = reply.json;
  if (reply.retry_after_s > 0 && json.ends_with('}')) {
    const std::int64_t now_ms = wire_time(core_.now(), TimeUnit::Milli);
    json.pop_back();
    json += R"(,"data":{"serverTime":)" + std::to_string(now_ms) + R"(,"retryAfter":)" +
            std::to_string(now_ms + reply.retry_after_s * 1'000) + "}}";
  }
  JsonWriter w(settings_.unit);
  w.object().raw("id", id).integer("status", reply.status);
  w.raw(reply.status == 200 ? "result" : "error", json);
  if (rate_limits) write_rate_limits(w, order_counts_of);
  w.end_object();
  peer_.send(w.take(), reply.hold_ns);
}

void WsApiSession::send_event(const std::string& text, std::int64_t hold_ns) {
  const TimeNs now = core_.now();
  events_until_ = std::max(events_until_, TimeNs(now.value() + hold_ns));
  peer_.send_in_turn(text, events_until_.value() - now.value());
}

void WsApiSession::tell(AccountId account, const UserEvent& event, std::int64_t hold_ns) {
  for (auto& [number, subscription] : subscriptions_) {
    if (gone_ || subscription.silent || subscription.account != account) continue;
    const auto* const report = std::get_if<ExecutionReport>(&event);
    if (report != nullptr && report->exec_type == ExecType::Trade) {
      if (const auto strike = core_.faults.strike(FaultPlace::Fill)) {
        core_.faults.record({.kind = strike->kind,
                             .time = core_.now(),
                             .request = "user data stream",
                             .client_order_id = std::string(report->order.client_id.view()),
                             .order_id = report->order.id.value()});
        subscription.silent = strike->kind == FaultKind::StreamSilent;
        if (subscription.silent) continue;
        gone_ = true;
        return peer_.cut(strike->ns);
      }
    }
    UserEvent shown = event;
    std::visit([this](auto& kind) { kind.time = core_.shown(kind.time); }, shown);
    send_event(wrapped_event(number, user_event_json(shown, *core_.exchange, settings_.unit)),
               hold_ns);
  }
}

void WsApiSession::announce_shutdown() {
  if (gone_) return;
  JsonWriter w;
  w.object().raw("event",
                 bare_event_json("serverShutdown", core_.shown(core_.now()), settings_.unit));
  w.end_object();
  peer_.send(w.take());
}

void WsApiSession::close() {
  if (gone_) return;
  gone_ = true;
  peer_.close();
}

void WsApiSession::log_on(const HeldKey& key) {
  logged_on_ = &key;
  authorized_since_ = core_.now();
}

void WsApiSession::log_off() {
  logged_on_ = nullptr;
  authorized_since_ = TimeNs();
  for (auto each = subscriptions_.begin(); each != subscriptions_.end();) {
    const auto [number, subscription] = *each++;
    if (subscription.by_logon) terminate(number);
  }
}

std::optional<std::int64_t> WsApiSession::subscribe(AccountId account, bool by_logon) {
  for (const auto& [number, subscription] : subscriptions_) {
    if (subscription.account == account) return std::nullopt;
  }
  subscriptions_[next_subscription_] = {.account = account, .by_logon = by_logon};
  return next_subscription_++;
}

void WsApiSession::terminate(std::int64_t subscription) {
  subscriptions_.erase(subscription);
  if (gone_) return;
  const TimeNs now = core_.shown(core_.now());
  send_event(
      wrapped_event(subscription, bare_event_json("eventStreamTerminated", now, settings_.unit)),
      0);
}

bool WsApiSession::unsubscribe(std::optional<std::int64_t> subscription) {
  if (subscription) {
    if (!subscriptions_.contains(*subscription)) return false;
    terminate(*subscription);
    return true;
  }
  while (!subscriptions_.empty()) terminate(subscriptions_.begin()->first);
  return true;
}

void WsApiSession::write_status(JsonWriter& w, TimeNs server_time) const {
  w.object();
  if (logged_on_ == nullptr) {
    w.null("apiKey").null("authorizedSince");
  } else {
    w.text("apiKey", logged_on_->key.key).time("authorizedSince", authorized_since_);
  }
  w.time("connectedSince", connected_since_)
      .flag("returnRateLimits", settings_.return_rate_limits)
      .time("serverTime", server_time)
      .flag("userDataStream", !subscriptions_.empty())
      .end_object();
}

void WsApiSession::write_subscriptions(JsonWriter& w) const {
  w.array();
  for (const auto& [number, subscription] : subscriptions_) {
    w.object().integer("subscriptionId", number).end_object();
  }
  w.end_array();
}

}  // namespace clawgate::sim
