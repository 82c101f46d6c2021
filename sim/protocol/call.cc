// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/call.h"

#include <algorithm>

#include "sim/protocol/endpoint.h"
#include "sim/protocol/stamp.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kSigningNames = "timestamp recvWindow signature";
constexpr std::string_view kWsNames = "apiKey returnRateLimits";

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_key(std::string_view text) {
  constexpr std::size_t kMax = 128;
  return !text.empty() && text.size() <= kMax && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

}  // namespace

std::string error_json(const Refusal& refusal, std::string_view data) {
  JsonWriter w;
  w.object().integer("code", refusal.code).text("msg", refusal.text);
  if (!data.empty()) w.raw("data", data);
  w.end_object();
  return w.take();
}

Reply fail(const Refusal& refusal) {
  return {.status = status_of(refusal.code), .json = error_json(refusal)};
}

Reply fail(const Throttled& throttled) {
  return {.status = throttled.status,
          .json = error_json(throttled.refusal),
          .retry_after_s = throttled.retry_after_s};
}

Call::Call(Core& shared, const Endpoint& row, const Parameters& sent, const Caller& asking,
           TimeUnit time_unit)
    : core(shared),
      exchange(*shared.exchange),
      endpoint(row),
      params(sent),
      caller(asking),
      unit(time_unit),
      now(shared.now()),
      shown(now) {}

std::optional<Refusal> Call::check_key() {
  const bool own_key = !caller.key.empty() || endpoint.security == Security::Signed;
  if (!own_key && caller.logged_on != nullptr) {
    key = caller.logged_on;
  } else {
    if (caller.session != nullptr && caller.key.empty()) return refuse::mandatory("apiKey");
    if (!is_key(caller.key)) return refuse::key_format();
    const auto known = core.keys.find(caller.key);
    if (known == core.keys.end()) return refuse::key_rejected();
    key = &known->second;
  }
  const bool permitted = (endpoint.security != Security::Trade || key->key.can_trade) &&
                         (endpoint.security != Security::UserData || key->key.can_read);
  if (!permitted) return refuse::key_rejected();
  return std::nullopt;
}

Answer<AccountId> Call::admit() {
  ParameterReader in(params);
  static_cast<void>(in.must("timestamp"));
  const auto stamp = in.time("timestamp");
  const bool by_session = key == caller.logged_on && caller.key.empty();
  const std::string_view signature = by_session ? "" : in.must("signature");
  const auto window_text = in.text("recvWindow");
  if (in.fault()) return *in.fault();
  SpanNs window = kRecvWindowDefault;
  if (window_text) {
    const auto read = read_recv_window(*window_text);
    if (!read) return read.error();
    window = *read;
  }
  if (!by_session) {
    // REST signs percent-encoded bytes.
    const bool encoded = caller.session != nullptr || is_ascii(params.payload());
    if (!encoded || !key->check.valid(params.payload(), signature)) return refuse::bad_signature();
  }
  if (auto no = check_stamp(*stamp, shown, window)) return *std::move(no);
  return key->key.account;
}

std::optional<Reply> Call::forward(AccountId account, std::int64_t orders) {
  if (orders > 0) {
    orders_counted = true;
    if (const auto no = core.limits.orders(account, orders, now)) return fail(*no);
  }
  const auto strike = core.faults.strike(FaultPlace::Forward);
  if (!strike) return std::nullopt;
  record(strike->kind, FaultTruth::NotExecuted);
  Reply reply = fail(strike->kind == FaultKind::BusErrorNotExecuted ? refuse::bus_error()
                                                                    : refuse::timeout());
  reply.hold_ns = strike->ns;
  reply.cut = strike->kind == FaultKind::CutNotExecuted;
  return reply;
}

Reply Call::refused(AccountId account, std::int64_t orders, const Refusal& refusal) {
  if (orders > 0) core.limits.return_orders(account, orders, now);
  return fail(refusal);
}

void Call::accepted(const OrderRecord& order) {
  about(order.client_id, order.id);
  const auto strike = core.faults.strike(FaultPlace::Accepted);
  if (!strike) return;
  core.hide(order.symbol, order.id, TimeNs(now.value() + strike->ns));
  record(strike->kind, FaultTruth::Executed);
}

void Call::about(const ClientId& client_id, OrderId order) {
  client_order_id_ = client_id.view();
  order_id_ = order.value();
}

std::string Call::request_name() const {
  if (caller.session != nullptr) return std::string(endpoint.ws_method);
  const std::string_view base = endpoint.path.starts_with("/sapi/") ? "" : "/api/v3";
  return std::string(endpoint.verb) + " " + std::string(base) + std::string(endpoint.path);
}

void Call::record(FaultKind kind, FaultTruth truth) {
  core.faults.record({.kind = kind,
                      .time = now,
                      .request = request_name(),
                      .client_order_id = client_order_id_,
                      .order_id = order_id_,
                      .truth = truth});
}

std::optional<Reply> Call::request_fault() {
  const auto strike = core.faults.strike(FaultPlace::Request);
  if (!strike) return std::nullopt;
  record(strike->kind, FaultTruth::NotExecuted);
  const std::int64_t seconds = std::max<std::int64_t>(1, strike->ns / 1'000'000'000);
  if (strike->kind == FaultKind::IpBanned) {
    return fail(core.limits.ban(caller.address, now, seconds));
  }
  return fail(core.limits.too_much(seconds));
}

Reply Call::handle(const std::optional<Refusal>& malformed) {
  if (endpoint.security != Security::None) {
    if (const auto no = check_key()) return fail(*no);
  }
  if (malformed) return fail(*malformed);
  std::string known(endpoint.parameters);
  const auto also = [&known](std::string_view names) { known.append(" ").append(names); };
  if (endpoint.security != Security::None) also(kSigningNames);
  if (caller.session != nullptr) also(kWsNames);
  if (const auto no = params.check_known(known)) return fail(*no);
  return endpoint.handle(*this);
}

Reply Call::run(const std::optional<Refusal>& malformed) {
  strike_sessions(core);
  if (auto reply = request_fault()) return *std::move(reply);
  const std::int64_t weight =
      endpoint.weigh == nullptr || malformed ? endpoint.weight : endpoint.weigh(params);
  if (const auto no = core.limits.request(caller.address, weight, now)) return fail(*no);
  const auto skew = core.faults.strike(FaultPlace::Clock);
  core.skew_ns = skew ? skew->ns : 0;
  shown = core.shown(now);
  if (skew) record(skew->kind, FaultTruth::Unchanged);
  core.streams.begin_request();
  Reply reply = handle(malformed);
  const bool executed = reply.status == 200 || reply.status == 409;
  if (endpoint.writes && reply.status == 200) core.limits.forgive(caller.address, weight, now);
  if (endpoint.writes && executed) reply_fault(reply);
  deliver(reply);
  return reply;
}

void Call::reply_fault(Reply& reply) {
  const auto strike = core.faults.strike(FaultPlace::Reply);
  if (!strike) return;
  record(strike->kind, FaultTruth::Executed);
  if (strike->kind == FaultKind::TimeoutExecuted) reply = fail(refuse::timeout());
  if (strike->kind == FaultKind::BusErrorExecuted) reply = fail(refuse::bus_error());
  reply.cut = strike->kind == FaultKind::CutExecuted;
  reply.hold_ns = strike->ns;
}

void Call::deliver(Reply& reply) {
  UserStreams::Delivery delivery{.newest_first = events_newest_first};
  if (core.streams.any()) {
    const std::int64_t later = core.random.below(core.options.shuffle_ns + 1);
    (core.random.below(2) == 0 ? delivery.hold_ns : reply.hold_ns) += later;
    if (const auto strike = core.faults.strike(FaultPlace::Events)) {
      record(strike->kind, FaultTruth::Unchanged);
      delivery.twice = strike->kind == FaultKind::DuplicateEvents;
      const bool reply_waits = strike->kind == FaultKind::EventsFirst;
      (reply_waits ? reply.hold_ns : delivery.hold_ns) += strike->ns;
    }
  }
  core.streams.end_request(delivery);
}

void strike_sessions(Core& core) {
  const auto strike = core.faults.strike(FaultPlace::Sessions);
  if (!strike) return;
  core.faults.record({.kind = strike->kind, .time = core.now()});
  if (strike->kind == FaultKind::StreamLost) return core.streams.forget_all();
  if (strike->kind == FaultKind::ServerShutdown) core.streams.announce_shutdown();
  core.streams.close_all();
}

}  // namespace clawgate::sim
