// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/market/random.h"
#include "tests/sim/protocol/protocol_desk.h"

// Whatever bytes arrive, the answer is JSON with a known status, and the books balance.

namespace clawgate::sim {
namespace {

constexpr std::string_view kBytes = "&=%?{}[]\",:0123456789.-+eE \x80\xFF\\azAZ\n";

/// A few bytes changed, put in or taken out.
std::string broken(std::string text, Random& random) {
  for (std::int64_t i = random.between(1, 4); i > 0; --i) {
    const auto at = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())));
    const char byte = kBytes[static_cast<std::size_t>(random.below(kBytes.size()))];
    const std::int64_t what = random.below(3);
    if (what == 0) text[at] = byte;
    if (what == 1) text.insert(at, 1, byte);
    if (what == 2 && text.size() > 1) text.erase(at, 1);
  }
  return text;
}

constexpr std::string_view kRequests[] = {
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=49000",
    "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=100.5&newOrderRespType=FULL",
    "symbol=BTCUSDT&orderId=1&origClientOrderId=a&cancelRestrictions=ONLY_NEW",
    "symbol=BTCUSDT&startTime=1790000000000&endTime=1790000000001&limit=5&fromId=0",
    "symbols=%5B%22BTCUSDT%22%5D&showPermissionSets=false",
    "symbol=BTCUSDT&interval=1M&limit=1000",
};
constexpr std::pair<std::string_view, std::string_view> kPaths[] = {
    {"POST", "/order"},       {"DELETE", "/order"},   {"GET", "/order"},     {"GET", "/myTrades"},
    {"GET", "/exchangeInfo"}, {"GET", "/klines"},     {"GET", "/allOrders"}, {"GET", "/aggTrades"},
    {"POST", "/order/test"},  {"GET", "/ticker/24hr"}};

TEST(AnyBytesTest, RestAnswersInJson) {
  Service::Options options;
  options.limits = {.weight = INT64_MAX, .raw_requests = INT64_MAX};
  ProtocolDesk desk(options);
  Random random(11);
  for (int i = 0; i < 4'000; ++i) {
    const auto& [method, path] = kPaths[static_cast<std::size_t>(random.below(std::size(kPaths)))];
    const auto& request = kRequests[static_cast<std::size_t>(random.below(std::size(kRequests)))];
    const std::string sent = broken(std::string(request), random);
    const HttpReply reply = random.below(2) == 0
                                ? desk.send(method, path, sent)
                                : desk.raw(method, "/api/v3" + std::string(path) + "?" + sent);
    ASSERT_TRUE(Doc::accept(reply.body)) << sent << "\n" << reply.body;
    ASSERT_TRUE(reply.status == 200 || reply.status == 400 || reply.status == 401 ||
                reply.status == 429)
        << sent << "\n"
        << reply.status;
  }
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(AnyBytesTest, TheWebSocketApiAnswersInJson) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  Random random(12);
  const std::string request = desk.ws("order.place", {{"symbol", "BTCUSDT"},
                                                      {"side", "BUY"},
                                                      {"type", "LIMIT"},
                                                      {"timeInForce", "GTC"},
                                                      {"quantity", 0.001},
                                                      {"price", "49000"}});
  for (int i = 0; i < 4'000; ++i) {
    const std::string sent = broken(request, random);
    peer.frames.clear();
    session->on_text(sent);
    ASSERT_FALSE(peer.frames.empty()) << sent;
    for (const TestPeer::Frame& frame : peer.frames) ASSERT_TRUE(Doc::accept(frame.text)) << sent;
  }
  EXPECT_TRUE(desk.exchange.conserved());
}

}  // namespace
}  // namespace clawgate::sim
