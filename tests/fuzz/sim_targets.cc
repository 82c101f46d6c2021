// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/sim_targets.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "schemas/core/assert.h"
#include "schemas/core/digest.h"
#include "schemas/strict_json.h"
#include "sim/protocol/market_streams.h"
#include "sim/protocol/service.h"

namespace clawgate::fuzz {
namespace {

constexpr std::string_view kKey =
    "fuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkey1";
constexpr std::string_view kSecret = "fuzzSecret";
constexpr std::int64_t kNowMs = 1'790'000'000'000;
constexpr int kInputsMax = 20'000;  // then the exchange begins anew, so that it stays small

constexpr std::pair<std::string_view, std::string_view> kPaths[] = {
    {"POST", "/order"},
    {"DELETE", "/order"},
    {"GET", "/order"},
    {"GET", "/myTrades"},
    {"GET", "/exchangeInfo"},
    {"GET", "/klines"},
    {"GET", "/allOrders"},
    {"GET", "/aggTrades"},
    {"POST", "/order/test"},
    {"GET", "/ticker/24hr"},
    {"POST", "/orderList/oto"},
    {"POST", "/orderList/otoco"},
    {"POST", "/orderList/oco"},
    {"DELETE", "/orderList"},
    {"GET", "/openOrders"},
    {"DELETE", "/openOrders"},
    {"GET", "/account"},
    {"GET", "/depth"},
    {"POST", "/order/cancelReplace"},
    {"GET", "/account/commission"},
};
constexpr std::pair<std::string_view, std::string_view> kControls[] = {{"POST", "/sim/deposit"},
                                                                       {"POST", "/sim/faults"},
                                                                       {"GET", "/sim/faults"},
                                                                       {"POST", "/sim/keys"}};
/// Of a market data socket; the last is completed by the input.
constexpr std::string_view kStreams[] = {
    "/ws", "/ws/btcusdt@trade", "/stream?streams=btcusdt@depth5/!miniTicker@arr",
    "/ws/btcusdt@kline_1m?timeUnit=MICROSECOND", "/stream?streams="};

class Client final : public sim::WsPeer {
 public:
  void send(std::string text, std::int64_t /*hold_ns*/) override {
    CLAWGATE_ASSERT(read_json(text, {.bytes_max = text.size() + 1}).has_value());
    ++frames;
  }
  void close() override {}
  void cut(std::int64_t /*hold_ns*/) override {}
  int frames = 0;
};

/// One account at one exchange behind its whole protocol.
struct Desk {
  Desk() {
    sim::Service::Options options;
    options.clock = [] { return sim::TimeNs(kNowMs * 1'000'000); };
    options.limits = {.weight = INT64_MAX,
                      .raw_requests = INT64_MAX,
                      .orders_10s = INT64_MAX,
                      .orders_day = INT64_MAX};
    service = std::make_unique<sim::Service>(options);
    exchange = std::make_unique<sim::Exchange>(service.get());
    const sim::SymbolId symbol = exchange->add_symbol(*sim::find_built_in("BTCUSDT"));
    const sim::AccountId account = exchange->open_account({});
    service->connect(*exchange);
    service->add_key(
        {.key = std::string(kKey), .secret = std::string(kSecret), .account = account});
    const bool paid = exchange->deposit(account, exchange->quote(symbol), 100'000'00000000LL,
                                        sim::TimeNs(kNowMs * 1'000'000));
    CLAWGATE_ASSERT(paid);
    streams = std::make_unique<sim::MarketStreams>(*exchange,
                                                   [] { return sim::TimeNs(kNowMs * 1'000'000); });
    session = service->open_ws_api("/ws-api/v3", client, "127.0.0.1");
  }

  std::unique_ptr<sim::Service> service;
  std::unique_ptr<sim::Exchange> exchange;
  std::unique_ptr<sim::MarketStreams> streams;
  Client client;
  std::unique_ptr<sim::WsSession> session;
};

Desk& desk() {
  static std::unique_ptr<Desk> one;
  static int inputs = 0;
  if (one == nullptr || ++inputs > kInputsMax) {
    one = std::make_unique<Desk>();
    inputs = 0;
  }
  return *one;
}

void check(const sim::HttpReply& reply) {
  constexpr auto kKnown = std::to_array({200, 400, 401, 403, 404, 405, 409, 413, 418, 429, 504});
  bool known = false;
  for (const int status : kKnown) known = known || status == reply.status;
  CLAWGATE_ASSERT(known);
  const bool html = reply.body.starts_with("<");  // of what is not served, as the venue has it
  CLAWGATE_ASSERT(html || reply.cut ||
                  read_json(reply.body, {.bytes_max = reply.body.size() + 1}).has_value());
}

std::string_view rest_of(std::string_view bytes) {
  return bytes.substr(std::min<std::size_t>(1, bytes.size()));
}
std::size_t choice(std::string_view bytes, std::size_t of) {
  return bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]) % of;
}

}  // namespace

void sim_rest(std::string_view bytes) {
  Desk& at = desk();
  const auto& [method, path] = kPaths[choice(bytes, std::size(kPaths))];
  std::string query(rest_of(bytes));
  sim::HttpRequest request;
  request.method = method;
  request.peer = "127.0.0.1";
  request.headers = {{"x-mbx-apikey", std::string(kKey)}};
  request.target = "/api/v3" + std::string(path) + "?" + query;
  check(at.service->http(request));
  query += (query.empty() ? "timestamp=" : "&timestamp=") + std::to_string(kNowMs);
  const std::string signature = to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(query)));
  request.target = "/api/v3" + std::string(path) + "?" + query + "&signature=" + signature;
  check(at.service->http(request));
  CLAWGATE_ASSERT(at.exchange->conserved());
}

void sim_frame(std::string_view bytes) {
  Desk& at = desk();
  const int before = at.client.frames;
  at.session->on_text(bytes);
  CLAWGATE_ASSERT(at.client.frames > before);
  CLAWGATE_ASSERT(at.exchange->conserved());
}

void sim_stream(std::string_view bytes) {
  Desk& at = desk();
  const std::size_t chosen = choice(bytes, std::size(kStreams));
  std::string target(kStreams[chosen]);
  if (chosen + 1 == std::size(kStreams)) target += rest_of(bytes);
  Client listener;
  const auto listening = at.streams->open(target, listener);
  listening->on_text(rest_of(bytes));
  CLAWGATE_ASSERT(listener.frames == 1);
  listening->on_text(R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  CLAWGATE_ASSERT(listener.frames == 2);
  sim::MarketEvent event;
  event.kind = sim::MarketKind::Trade;
  event.symbol = *at.exchange->find_symbol("BTCUSDT");
  event.receive_time = event.exchange_time = sim::TimeNs(kNowMs * 1'000'000);
  event.price = Px::of(50'000);
  event.quantity = Qty::of(1);
  at.exchange->apply(event, event.receive_time);
  at.streams->publish(event);
  at.streams->flush();
}

void sim_control(std::string_view bytes) {
  Desk& at = desk();
  const auto& [method, path] = kControls[choice(bytes, std::size(kControls))];
  sim::HttpRequest request;
  request.method = method;
  request.target = path;
  request.body = rest_of(bytes);
  request.peer = "127.0.0.1";
  check(at.service->http(request));
  check(at.service->http(
      {"GET", "/sim/export?account=" + std::string(rest_of(bytes)), {}, "", "127.0.0.1"}));
  check(at.service->http({"DELETE", "/sim/faults", {}, "", "127.0.0.1"}));
  // Whatever was taken from the key: later inputs are signed with it.
  const std::string whole = R"({"key":")" + std::string(kKey) +
                            R"(","enableReading":true,"enableSpotAndMarginTrading":true})";
  const auto restored = at.service->http({"POST", "/sim/keys", {}, whole, "127.0.0.1"});
  CLAWGATE_ASSERT(restored.status == 200);
  CLAWGATE_ASSERT(at.exchange->conserved());
}

}  // namespace clawgate::fuzz
