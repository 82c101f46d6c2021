// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/digest.h"
#include "sim/protocol/service.h"

// One account at one exchange behind its protocol, for tests: BTCUSDT with 100000 USDT and 1 BTC,
// 0.1 % commission; outside bid 50000.00 x 1, ask 50001.00 x 1, last price 50000.00.

namespace clawgate::sim {

using Doc = nlohmann::json;

constexpr std::string_view kKey =
    "deskkeydeskkeydeskkeydeskkeydeskkeydeskkeydeskkeydeskkeydeskkey1";
constexpr std::string_view kSecret = "deskSecret";
constexpr std::string_view kReadOnlyKey = "readonlykey";
constexpr std::int64_t kStartMs = 1'790'000'000'000;  // 20 s after a full minute, a full 10 s

struct TestPeer final : WsPeer {
  struct Frame {
    std::string text;
    std::int64_t hold_ns;
  };
  void send(std::string text, std::int64_t hold_ns) override {
    frames.push_back({std::move(text), hold_ns});
  }
  void close() override { closed = true; }
  void cut(std::int64_t) override { was_cut = true; }

  [[nodiscard]] Doc last() const { return Doc::parse(frames.back().text); }
  /// "executionReport TRADE", "outboundAccountPosition", ... and forgets them.
  [[nodiscard]] std::vector<std::string> events() {
    std::vector<std::string> words;
    for (const Frame& frame : std::exchange(frames, {})) {
      const Doc doc = Doc::parse(frame.text);
      if (!doc.contains("event")) continue;
      const Doc& event = doc["event"];
      words.push_back(event["e"].get<std::string>() +
                      (event.contains("x") ? " " + event["x"].get<std::string>() : ""));
    }
    return words;
  }

  std::vector<Frame> frames;
  bool closed = false;
  bool was_cut = false;
};

class ProtocolDesk {
 public:
  explicit ProtocolDesk(Service::Options options = {})
      : service(with_clock(std::move(options))), exchange(&service) {
    symbol = exchange.add_symbol(*find_built_in("BTCUSDT"));
    account = exchange.open_account({.uid = 77});
    service.connect(exchange);
    EXPECT_TRUE(exchange.deposit(account, exchange.quote(symbol), 10'000'000'000'000, now));
    EXPECT_TRUE(exchange.deposit(account, exchange.base(symbol), 100'000'000, now));
    book("50000", "1", "50001", "1");
    outside_trade("50000", "0.00001", false);
    service.add_key({.key = std::string(kKey), .secret = std::string(kSecret), .account = account});
    service.add_key({.key = std::string(kReadOnlyKey),
                     .secret = std::string(kSecret),
                     .account = account,
                     .can_trade = false});
  }

  void book(std::string_view bid, std::string_view bid_size, std::string_view ask,
            std::string_view ask_size) {
    const std::array bids = {BookLevel{px(bid), qty(bid_size)}};
    const std::array asks = {BookLevel{px(ask), qty(ask_size)}};
    MarketEvent event;
    event.kind = MarketKind::Snapshot;
    event.symbol = symbol;
    event.last_id = ++update_id;
    event.bids = bids;
    event.asks = asks;
    exchange.apply(event, now);
  }
  void outside_trade(std::string_view price, std::string_view quantity, bool seller_takes) {
    MarketEvent event;
    event.symbol = symbol;
    event.exchange_time = now;
    event.price = px(price);
    event.quantity = qty(quantity);
    event.buyer_is_maker = seller_takes;
    exchange.apply(event, now);
  }
  static Px px(std::string_view text) { return decimal_from<PxTag>(text).value(); }
  static Qty qty(std::string_view text) { return decimal_from<QtyTag>(text).value(); }

  [[nodiscard]] std::int64_t now_ms() const { return now.value() / 1'000'000; }
  void advance_ms(std::int64_t ms) { now = TimeNs(now.value() + ms * 1'000'000); }

  static std::string hmac(std::string_view payload, std::string_view secret = kSecret) {
    return to_hex(hmac_sha256(bytes_of(secret), bytes_of(payload)));
  }

  /// As it is, no signature.
  HttpReply raw(std::string_view method, std::string_view target, std::string_view body = "",
                std::vector<std::pair<std::string, std::string>> headers = {}) {
    return service.http({.method = std::string(method),
                         .target = std::string(target),
                         .headers = std::move(headers),
                         .body = std::string(body),
                         .peer = "127.0.0.1"});
  }
  HttpReply get(std::string_view path_and_query) {
    return raw("GET", "/api/v3" + std::string(path_and_query));
  }
  /// Signed, with the timestamp of now unless the parameters have one.
  HttpReply signed_as(std::string_view key, std::string_view method, std::string_view path,
                      std::string params) {
    if (params.find("timestamp=") == std::string::npos) {
      params += (params.empty() ? "timestamp=" : "&timestamp=") + std::to_string(now_ms());
    }
    params += "&signature=" + hmac(params);
    return raw(method, "/api/v3" + std::string(path) + "?" + params, "",
               {{"x-mbx-apikey", std::string(key)}});
  }
  HttpReply send(std::string_view method, std::string_view path, std::string params) {
    return signed_as(kKey, method, path, std::move(params));
  }
  Doc sent(std::string_view method, std::string_view path, std::string params) {
    return Doc::parse(send(method, path, std::move(params)).body);
  }
  /// A LIMIT order of BTCUSDT.
  HttpReply limit(std::string_view side, std::string_view quantity, std::string_view price,
                  std::string_view more = "&timeInForce=GTC") {
    return send("POST", "/order",
                "symbol=BTCUSDT&type=LIMIT&side=" + std::string(side) + "&quantity=" +
                    std::string(quantity) + "&price=" + std::string(price) + std::string(more));
  }
  HttpReply fault(std::string_view json) { return raw("POST", "/sim/faults", json); }
  Doc injected() { return Doc::parse(raw("GET", "/sim/faults").body)["injected"]; }

  /// A WebSocket with a user stream by signature; its answer is taken out.
  std::unique_ptr<WsSession> user_stream(TestPeer& peer) {
    auto session = service.open_ws_api("/ws-api/v3", peer);
    session->on_text(ws("userDataStream.subscribe.signature", Doc::object()));
    EXPECT_EQ(peer.last()["status"], 200);
    peer.frames.clear();
    return session;
  }
  /// A request signed by the desk's HMAC key.
  std::string ws(std::string_view method, Doc params, int id = 1) {
    params["apiKey"] = kKey;
    if (!params.contains("timestamp")) params["timestamp"] = now_ms();
    std::string payload;
    for (const auto& [name, value] : params.items()) {  // sorted by name
      payload += (payload.empty() ? "" : "&") + name + "=";
      payload += value.is_string() ? value.get<std::string>() : value.dump();
    }
    params["signature"] = hmac(payload);
    return Doc{{"id", id}, {"method", method}, {"params", params}}.dump();
  }

  [[nodiscard]] std::int64_t locked(AssetId asset) const {
    return exchange.ledger().balance(account, asset).locked;
  }
  [[nodiscard]] std::string header(const HttpReply& reply, std::string_view name) const {
    for (const auto& [key, value] : reply.headers) {
      if (key == name) return value;
    }
    return "";
  }

  TimeNs now{kStartMs * 1'000'000};
  Service service;
  Exchange exchange;
  SymbolId symbol;
  AccountId account;
  std::int64_t update_id = 1000;

 private:
  Service::Options with_clock(Service::Options options) {
    options.clock = [this] { return now; };
    return options;
  }
};

}  // namespace clawgate::sim
