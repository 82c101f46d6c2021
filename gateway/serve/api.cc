// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/api.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/serve/openapi_text.h"
#include "governance/policy/actions.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::uint8_t kEngine = bit_of(Role::Engine);
constexpr std::uint8_t kDecide = bit_of(Role::Operator) | bit_of(Role::Admin);
constexpr std::uint8_t kRead = kDecide | bit_of(Role::Reader);
constexpr std::uint8_t kAll = kRead | kEngine;

using governance::kChangePolicy;
using governance::kLiveEnable;
using governance::kPlaceOrder;
using governance::kReconcile;

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// A parameter that nobody reads was meant to change the answer.
std::optional<Error> check_query(const Api::Route& route, std::string_view target) {
  if (route.method != "GET") return std::nullopt;
  const std::string known = " " + std::string(route.parameters) + " ";
  for (const std::string_view name : query_names(target)) {
    if (known.find(" " + std::string(name) + " ") != std::string::npos) continue;
    const std::string fits = route.parameters.empty() ? "none" : std::string(route.parameters);
    return Error{Reason::CommandFieldValue, "?" + printable(name),
                 "no parameter of " + std::string(route.path) + "; it takes: " + fits};
  }
  return std::nullopt;
}

std::string lower_of(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return lower_of(type) == "application/json";
}

}  // namespace

std::span<const Api::Route> Api::routes() {
  static constexpr std::array kRoutes = std::to_array<Route>({
      {"POST", "/v1/signals", kEngine | bit_of(Role::Admin), "", &Api::post_signal},
      {"POST", "/v1/engines/heartbeat", kEngine | bit_of(Role::Admin), "", &Api::post_heartbeat},
      {"POST", "/v1/hitl/commands", kDecide, kPlaceOrder, &Api::post_command},
      {"POST", "/v1/reconcile", kDecide, kReconcile, &Api::post_reconcile},
      {"GET", "/v1/status", kRead, "", &Api::get_status},
      {"GET", "/v1/holds", kRead, "", &Api::get_holds, "hold"},
      {"GET", "/v1/orders", kRead, "", &Api::get_orders},
      {"GET", "/v1/positions", kRead, "", &Api::get_positions},
      {"GET", "/v1/decisions", kRead, "", &Api::get_decisions, "id pending"},
      {"POST", "/v1/decisions", kDecide, kChangePolicy, &Api::post_decision},
      {"POST", "/v1/decisions/answer", kDecide, kChangePolicy, &Api::post_answer},
      {"GET", "/v1/stage", kRead, "", &Api::get_stage, "decision"},
      {"POST", "/v1/stage/promote", kDecide, kLiveEnable, &Api::post_promotion},
      {"POST", "/v1/stage/unblock", kDecide, kLiveEnable, &Api::post_stage_unblock},
      {"POST", "/v1/stage/checklist", kDecide, kLiveEnable, &Api::post_checklist},
      {"GET", "/v1/limits", kRead, "", &Api::get_limits},
      {"POST", "/v1/limits", kDecide, kChangePolicy, &Api::post_limits},
      {"GET", "/v1/incidents", kRead, "", &Api::get_incidents},
      {"POST", "/v1/incidents/change", kDecide, kLiveEnable, &Api::post_incident},
      {"GET", "/v1/journal/head", kRead, "", &Api::get_head},
      {"GET", "/v1/stream", kRead, "", &Api::get_stream, "after"},
      {"GET", "/metrics", kRead, "", &Api::get_metrics},
      {"GET", "/healthz", kAll, "", &Api::get_health},
      {"GET", "/readyz", kAll, "", &Api::get_ready},
      {"GET", "/openapi.json", kAll, "", &Api::get_openapi},
  });
  return kRoutes;
}

std::string_view Api::openapi() {
  return kOpenApi;
}

Api::Api(Surroundings surroundings, Options options)
    : around_(std::move(surroundings)), options_(std::move(options)) {}

void Api::handle(const HttpRequest& request, HttpReply reply) {
  dispatch(request, [this, reply = std::move(reply)](HttpResponse response) {
    ++answers_[response.status];
    reply(std::move(response));
  });
}

Standing Api::standing(const HttpRequest& request) const {
  const auto who = authenticate(request);
  if (!who) return Standing::Stranger;
  return (bit_of((*who)->role) & kDecide) != 0 ? Standing::Decider : Standing::Member;
}

bool Api::is_command(const HttpRequest& request) const {
  return request.method == "POST" && path_of(request.target) == "/v1/hitl/commands" &&
         standing(request) == Standing::Decider;
}

void Api::dispatch(const HttpRequest& request, HttpReply reply) {
  const auto foreign = check_origin(request);
  const auto who = foreign ? Result<const PrincipalName*>(*foreign) : authenticate(request);
  count_stranger(request, who ? std::nullopt : std::optional(who.error()));
  if (!who) return reply(error_response(who.error()));
  const std::string_view path = path_of(request.target);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const Route* route = nullptr;
  const Route* tried = nullptr;
  std::string allowed;
  for (const Route& row : routes()) {
    if (row.path != path) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(row.method);
    if (row.method == "GET") allowed += ", HEAD";
    if (row.method == method) route = &row;
    if ((*who)->role == Role::Engine && is_guarded(row.action)) tried = &row;
  }
  // The violation is the attempt, by any method that is not there to read.
  if (route == nullptr) route = tried;
  if (allowed.empty()) return reply(error_response({Reason::RouteUnknown, std::string(path), ""}));
  if (route == nullptr) {
    auto refused = error_response({Reason::MethodNotAllowed, std::string(path), request.method});
    refused.headers.emplace_back("Allow", allowed);
    return reply(std::move(refused));
  }
  if (const auto error = check_role(*route, request, **who)) {
    if (error->reason != Reason::DecisionByEngine) return reply(error_response(*error));
    SignalRefused record;
    record.reason = error->reason;
    record.source = EngineName((*who)->name);
    record.where = Text<96>(error->field);
    record.payload = sha256(bytes_of(request.body));
    return record_refused(record, *error, std::move(reply));
  }
  if (const auto error = check_query(*route, request.target)) return reply(error_response(*error));
  if (route->method == "POST" && !is_json(request.content_type)) {
    const Error error{Reason::ContentTypeNotJson, "Content-Type", request.content_type};
    if (route->handle != &Api::post_signal) return reply(error_response(error));
    return refuse_untyped_signal(request, **who, error, std::move(reply));
  }
  (this->*route->handle)(request, **who, std::move(reply));
}

bool Api::is_guarded(std::string_view action) const {
  return !action.empty() &&
         governance::check_action({.action = action}, options_.actions).has_value();
}

// A page of another site must not reach us through a browser: neither by a name that it points
// here (Host), nor by a request from it (Origin).
std::optional<Error> Api::check_origin(const HttpRequest& request) const {
  const auto ours = [this](std::string_view host) {
    return std::find(options_.hosts.begin(), options_.hosts.end(), host) != options_.hosts.end();
  };
  if (!ours(request.host)) return Error{Reason::HostNotAllowed, "Host", request.host};
  if (request.origin.empty()) return std::nullopt;
  constexpr std::string_view kScheme = "http://";
  const std::string_view origin = request.origin;
  if (origin.starts_with(kScheme) && ours(origin.substr(kScheme.size()))) return std::nullopt;
  return Error{Reason::OriginNotAllowed, "Origin", request.origin};
}

Result<const PrincipalName*> Api::authenticate(const HttpRequest& request) const {
  constexpr std::string_view kBearer = "bearer ";  // RFC 9110 11.1: in any case
  const std::string_view given = request.authorization;
  if (lower_of(given.substr(0, kBearer.size())) != kBearer)
    return Error{Reason::TokenMissing, "Authorization", ""};
  const PrincipalName* const who = around_.principals.find(given.substr(kBearer.size()));
  if (who == nullptr) return Error{Reason::TokenUnknown, "Authorization", ""};
  return who;
}

std::optional<Error> Api::check_role(const Route& route, const HttpRequest& request,
                                     const PrincipalName& who) {
  if ((route.roles & bit_of(who.role)) != 0) return std::nullopt;
  const std::string where = request.method + " " + std::string(route.path);
  const bool violation = who.role == Role::Engine && is_guarded(route.action);
  return Error{violation ? Reason::DecisionByEngine : Reason::RoleNotAllowed, where,
               std::string(word(who.role))};
}

// Once is enough: a cause that is latched already needs no second voice. False: no room for it.
bool Api::report(Block cause, std::string_view evidence) {
  if (around_.projection.state().blocked_by(cause)) return true;
  const CauseReported record{cause, Text<24>("api"), Text<64>(evidence)};
  return around_.lanes.offer(ControlInput{0, record});
}

// Who comes again and again to where orders are decided, without a token, with a wrong one or from
// another site, tries to go around the gateway.
void Api::count_stranger(const HttpRequest& request, const std::optional<Error>& error) {
  constexpr int kStrangersMax = 3;
  if (request.method != "POST") return;
  const std::string_view path = path_of(request.target);
  const bool guarded = std::any_of(routes().begin(), routes().end(), [&](const Route& row) {
    return row.path == path && row.method == "POST" && is_guarded(row.action);
  });
  if (!guarded) return;
  strangers_ = error ? strangers_ + 1 : 0;
  if (strangers_ < kStrangersMax) return;
  const std::string evidence = std::string(info(error->reason).code) + " " +
                               std::to_string(kStrangersMax) + " times at " + std::string(path);
  if (report(Block::BypassDetected, evidence)) strangers_ = 0;
}

void Api::key_told(const governance::Posture& posture) {
  key_ = posture;
  key_told_at_ = now();
}

OfferId Api::wait_for(Waiting waiting) {
  waiting.until_ns = around_.clock.monotonic_ns() + options_.answer_max_ns;
  const OfferId offer = next_offer_++;
  waiting_.emplace(offer, std::move(waiting));
  return offer;
}

std::optional<Api::Waiting> Api::take(OfferId offer) {
  auto at = waiting_.extract(offer);
  if (at.empty()) return std::nullopt;
  return std::move(at.mapped());
}

// Answered once the audit record is durable; where there is no room for the record there is no
// answer to give yet.
void Api::record_refused(const SignalRefused& record, const Error& refusal, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  if (waiting_.size() >= options_.waiting_max) {
    return reply(error_response({Reason::QueueFull, "answers", ""}));
  }
  const OfferId offer = wait_for({std::move(reply), 0, refusal, ""});
  if (around_.lanes.offer(SignalInput{offer, record})) return;
  take(offer)->reply(error_response({Reason::QueueFull, "signals", ""}));
}

void Api::recorded(OfferId offer) {
  const auto waited = take(offer);
  if (!waited) return;  // it was answered as late
  if (!waited->done) return waited->reply(error_response(waited->refusal));
  around_.catch_up();
  waited->reply(waited->done());
}

void Api::fail(const Error& error) {
  failure_ = error;
  std::map<OfferId, Waiting> all;
  std::swap(all, waiting_);
  for (const auto& [offer, waited] : all) waited.reply(error_response(error));
}

// A tick that comes late itself judges nobody: what the core said meanwhile is still to be heard.
void Api::tick() {
  constexpr std::int64_t kLateNs = kNanosPerSecond;
  const std::int64_t at = around_.clock.monotonic_ns();
  if (at - std::exchange(ticked_ns_, at) > kLateNs) return;
  while (!waiting_.empty() && waiting_.begin()->second.until_ns <= at) {
    const auto late = take(waiting_.begin()->first);
    late->reply(error_response({Reason::AnswerLate, "", ""}));
    static_cast<void>(
        report(Block::SystemDegraded, std::string(late->on) + " did not answer in time"));
  }
}

std::optional<HttpResponse> Api::refuse_stream(const HttpRequest& request, Seq& after) {
  if (const auto error = check_origin(request)) return error_response(*error);
  const auto who = authenticate(request);
  if (!who) return error_response(who.error());
  const std::string path(path_of(request.target));
  const bool known = std::any_of(routes().begin(), routes().end(),
                                 [&](const Route& row) { return row.path == path; });
  if (!known) return error_response({Reason::RouteUnknown, path, ""});
  if (path != "/v1/stream") {
    return error_response({Reason::HttpSyntax, "Upgrade", "only /v1/stream is a WebSocket"});
  }
  for (const Route& row : routes()) {
    if (row.path != "/v1/stream") continue;
    if (const auto error = check_role(row, request, **who)) return error_response(*error);
    if (const auto error = check_query(row, request.target)) return error_response(*error);
  }
  around_.catch_up();
  after = around_.projection.head().seq;
  const std::string_view text = query_parameter(request.target, "after");
  if (text.empty()) return std::nullopt;
  const auto number = whole_number(text);
  if (!number) return error_response({Reason::CommandFieldValue, "?after", printable(text)});
  const Seq asked(*number);
  if (asked > after || !around_.projection.event_after(asked)) {
    return error_response({Reason::StreamGap, "?after", std::string(text)});
  }
  after = asked;
  return std::nullopt;
}

}  // namespace clawgate::gateway
