// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/service.h"

#include <array>

#include "sim/protocol/control.h"
#include "sim/protocol/endpoint.h"
#include "sim/protocol/ws_session.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kApi = "/api/v3";
constexpr std::string_view kWallet = "/sapi/";
constexpr std::int64_t kConnectionWeight = 2;

std::string_view header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

// nullopt for a word that is no unit; empty is milliseconds.
std::optional<TimeUnit> time_unit(std::string_view word) {
  if (word.empty() || word == "MILLISECOND" || word == "millisecond") return TimeUnit::Milli;
  if (word == "MICROSECOND" || word == "microsecond") return TimeUnit::Micro;
  return std::nullopt;
}

std::string uuid(Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = kHex[static_cast<std::size_t>(random.below(16))];
  }
  return text;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

// On every answer of the API, whatever it says.
void add_mbx_headers(Core& core, std::string_view address, TimeNs now, Headers& headers) {
  const std::string used = std::to_string(core.limits.used_weight(address, now));
  headers.emplace_back("x-mbx-uuid", uuid(core.random));
  headers.emplace_back("x-mbx-used-weight", used);
  headers.emplace_back("x-mbx-used-weight-1m", used);
}

// No endpoint of the API: nothing was asked of the exchange, and nothing is counted.
HttpReply plain(Core& core, int status, std::string_view reason, const HttpRequest& request) {
  HttpReply reply;
  reply.status = status;
  if (request.target.starts_with("/api/")) {
    add_mbx_headers(core, request.peer, core.now(), reply.headers);
  }
  if (header(request, "accept").find("text/html") != std::string_view::npos) {
    reply.headers.emplace_back("Content-Type", "text/html;charset=UTF-8");
    reply.body = "<html><body><h2>" + std::to_string(status) + " " + std::string(reason) +
                 "</h2></body></html>";
    return reply;
  }
  JsonWriter w;
  w.object().integer("status", status).text("error", reason).end_object();
  reply.headers.emplace_back("Content-Type", "application/json;charset=UTF-8");
  reply.body = w.take();
  return reply;
}

void add_headers(Core& core, const Call& call, const Reply& reply, HttpReply& http) {
  http.headers = {{"Content-Type", "application/json;charset=UTF-8"}};
  add_mbx_headers(core, call.caller.address, call.now, http.headers);
  if (reply.retry_after_s > 0) {
    http.headers.emplace_back("Retry-After", std::to_string(reply.retry_after_s));
  }
  if (!call.orders_counted || call.key == nullptr) return;
  const OrderCounts counts = core.limits.order_counts(call.key->key.account, call.now);
  http.headers.emplace_back("x-mbx-order-count-10s", std::to_string(counts.per_10s));
  http.headers.emplace_back("x-mbx-order-count-1d", std::to_string(counts.per_day));
}

HttpReply serve(Core& core, const Endpoint& endpoint, const HttpRequest& request,
                std::string_view query) {
  const auto unit = time_unit(header(request, "x-mbx-time-unit"));
  const auto sent = Parameters::from_http(query, request.body);
  const Parameters none;
  const Caller caller{.address = request.peer,
                      .key = header(request, "x-mbx-apikey"),
                      .logged_on = nullptr,
                      .session = nullptr};
  Call call(core, endpoint, sent ? *sent : none, caller, unit.value_or(TimeUnit::Milli));
  std::optional<Refusal> malformed;
  if (!sent) malformed = sent.error();
  if (!unit) malformed = refuse::time_unit();
  Reply reply = call.run(malformed);
  HttpReply http;
  http.status = reply.status;
  http.hold_ns = reply.hold_ns;
  http.cut = reply.cut;
  add_headers(core, call, reply, http);
  http.body = std::move(reply.json);
  return http;
}

}  // namespace

Service::Service(const Options& options) : core_(std::make_unique<Core>(options)) {}

Service::~Service() = default;

void Service::connect(Exchange& exchange) {
  core_->exchange = &exchange;
  exchange.listen(core_->tape);
}

void Service::add_key(const ApiKey& key) {
  core_->keys.insert_or_assign(key.key, HeldKey{key, SignatureCheck(key.type, key.secret)});
}

HttpReply Service::http(const HttpRequest& request) {
  const std::string_view target = request.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  if (path.starts_with("/sim/")) return control(*core_, request.method, path, query, request.body);
  const bool wallet = path.starts_with(kWallet);
  if (!wallet && !path.starts_with(kApi)) return plain(*core_, 404, "Not Found", request);
  const std::string_view below = wallet ? path : path.substr(kApi.size());
  if (!wallet && below.starts_with(kWallet)) return plain(*core_, 404, "Not Found", request);
  const Endpoint* const endpoint = find_rest(request.method, below);
  if (endpoint != nullptr) return serve(*core_, *endpoint, request, query);
  if (is_rest_path(below)) return plain(*core_, 405, "Method Not Allowed", request);
  return plain(*core_, 404, "Not Found", request);
}

std::unique_ptr<WsSession> Service::open_ws_api(std::string_view target, WsPeer& peer,
                                                std::string_view address) {
  WsApiSession::Settings settings;
  settings.address = address;
  const std::size_t mark = std::min(target.find('?') + 1, target.size());
  const auto sent = Parameters::from_http(mark == 0 ? "" : target.substr(mark), "");
  if (sent) {
    const std::string* const unit = sent->find("timeUnit");
    const std::string* const limits = sent->find("returnRateLimits");
    if (unit != nullptr) settings.unit = time_unit(*unit).value_or(TimeUnit::Milli);
    settings.return_rate_limits = limits == nullptr || *limits != "false";
  }
  const TimeNs now = core_->now();
  const bool welcome = core_->limits.connection(address, now) &&
                       !core_->limits.request(address, kConnectionWeight, now);
  auto session = std::make_unique<WsApiSession>(*core_, peer, std::move(settings));
  if (!welcome) session->close();
  return session;
}

void Service::announce_shutdown() {
  core_->streams.announce_shutdown();
}

bool Service::skip_ping() {
  const auto strike = core_->faults.strike(FaultPlace::Pings);
  if (!strike) return false;
  core_->faults.record({.kind = strike->kind, .time = core_->now()});
  return true;
}

const FaultPlan& Service::faults() const {
  return core_->faults;
}

std::int64_t Service::skew_ns() const {
  return core_->skew_ns;
}

void Service::on(AccountId account, const ExecutionReport& event) {
  const bool first_fill =
      event.exec_type == ExecType::Trade && event.order.executed == event.last_quantity;
  if (first_fill) core_->limits.first_fill(account, event.maker, core_->now());
  core_->streams.push(account, event);
}
void Service::on(AccountId account, const ListStatusEvent& event) {
  core_->streams.push(account, event);
}
void Service::on(AccountId account, const AccountPosition& event) {
  core_->streams.push(account, event);
}
void Service::on(AccountId account, const BalanceUpdate& event) {
  core_->streams.push(account, event);
}

}  // namespace clawgate::sim
