// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/limits.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

TEST(LimitsTest, C1EveryRequestIsCountedAndToldInHeaders) {
  ProtocolDesk desk;
  EXPECT_EQ(desk.header(desk.get("/ping"), "x-mbx-used-weight-1m"), "1");
  EXPECT_EQ(desk.header(desk.get("/exchangeInfo"), "x-mbx-used-weight"), "21");
  EXPECT_EQ(desk.header(desk.get("/depth?symbol=BTCUSDT&limit=101"), "x-mbx-used-weight"), "46");
  EXPECT_EQ(desk.header(desk.get("/depth?symbol=BTCUSDT&limit=5000"), "x-mbx-used-weight"), "296");
  const HttpReply order = desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(desk.header(order, "x-mbx-used-weight"), "296");  // it succeeded
  EXPECT_EQ(desk.header(order, "x-mbx-order-count-10s"), "1");
  EXPECT_EQ(desk.header(order, "x-mbx-order-count-1d"), "1");
  const HttpReply refused = desk.limit("BUY", "0", "49000");
  EXPECT_EQ(desk.header(refused, "x-mbx-used-weight"), "297");
  desk.advance_ms(39'999);
  EXPECT_EQ(desk.header(desk.get("/ping"), "x-mbx-used-weight"), "298");
  desk.advance_ms(1);  // the next minute
  EXPECT_EQ(desk.header(desk.get("/ping"), "x-mbx-used-weight"), "1");
}

// Fact sheet, section B: on every answer of the API, errors and unknown paths too.
TEST(LimitsTest, ErrorsCarryTheHeadersOfTheApi) {
  ProtocolDesk desk;
  static_cast<void>(desk.get("/exchangeInfo"));  // weighs 20
  struct Row {
    std::string_view method;
    std::string_view target;
    int status;
    std::string_view used;
  };
  constexpr Row kRows[] = {
      {"GET", "/api/v3/nope", 404, "20"},     // nothing was asked, nothing is counted
      {"GET", "/api/v1/ping", 404, "20"},     // gone
      {"PUT", "/api/v3/order", 405, "20"},    // not so
      {"GET", "/api/v3/depth", 400, "25"},    // no symbol
      {"GET", "/api/v3/account", 401, "45"},  // no key
  };
  std::set<std::string> uuids;
  for (const Row& row : kRows) {
    const HttpReply reply = desk.raw(row.method, row.target);
    EXPECT_EQ(reply.status, row.status) << row.target;
    EXPECT_EQ(desk.header(reply, "Content-Type"), "application/json;charset=UTF-8") << row.target;
    EXPECT_EQ(desk.header(reply, "x-mbx-used-weight"), row.used) << row.target;
    EXPECT_EQ(desk.header(reply, "x-mbx-used-weight-1m"), row.used) << row.target;
    uuids.insert(std::string(desk.header(reply, "x-mbx-uuid")));
  }
  EXPECT_EQ(uuids.size(), std::size(kRows)) << "one of its own each";
  EXPECT_FALSE(uuids.contains(""));
  EXPECT_EQ(desk.header(desk.raw("GET", "/elsewhere"), "x-mbx-uuid"), "") << "not the API";
  EXPECT_EQ(desk.header(desk.raw("GET", "/sim/nope"), "x-mbx-uuid"), "");
}

TEST(LimitsTest, C23AndC24TheLastUnitFitsThen429Then418) {
  Service::Options options;
  options.limits.weight = 5;
  options.limits.patience = 2;
  ProtocolDesk desk(options);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(desk.get("/ping").status, 200);
  HttpReply reply = desk.get("/ping");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(desk.header(reply, "Retry-After"), "40");
  EXPECT_EQ(reply.body,
            R"({"code":-1003,"msg":"Too much request weight used; current limit is 5 request )"
            R"(weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid )"
            R"(polling the API."})");
  EXPECT_EQ(desk.get("/ping").status, 429);
  reply = desk.get("/ping");
  EXPECT_EQ(reply.status, 418);
  EXPECT_EQ(desk.header(reply, "Retry-After"), "120");
  EXPECT_NE(reply.body.find("IP banned until 1790000120000."), std::string::npos);
  desk.advance_ms(119'999);
  EXPECT_EQ(desk.get("/ping").status, 418);
  desk.advance_ms(1);
  EXPECT_EQ(desk.get("/ping").status, 200);
}

TEST(LimitsTest, AnAddressIsNotAnother) {
  Service::Options options;
  options.limits.weight = 1;
  ProtocolDesk desk(options);
  EXPECT_EQ(desk.get("/ping").status, 200);
  EXPECT_EQ(desk.get("/ping").status, 429);
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer, "127.0.0.1");
  EXPECT_TRUE(peer.closed);
  EXPECT_EQ(desk.service
                .http({.method = "GET",
                       .target = "/api/v3/ping",
                       .headers = {},
                       .body = "",
                       .peer = "127.0.0.2"})
                .status,
            200);
}

TEST(LimitsTest, C90TheHundredAndFirstOrderIsTooManyAndC74TestsAreNotCounted) {
  ProtocolDesk desk;
  desk.send("POST", "/order/test",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=49000");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(desk.limit("BUY", "0.001", "49000").status, 200);
  const HttpReply reply = desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(desk.header(reply, "Retry-After"), "10");
  EXPECT_EQ(reply.body,
            R"({"code":-1015,"msg":"Too many new orders; current limit is 100 orders per 10 )"
            R"(SECOND."})");
  EXPECT_EQ(desk.sent("GET", "/rateLimit/order", "")[0]["count"], 100);
  desk.advance_ms(10'000);
  EXPECT_EQ(desk.limit("BUY", "0.001", "49000").status, 200);
}

TEST(LimitsTest, C91AFirstFillGivesBack) {
  ProtocolDesk desk;
  const auto count = [&] { return desk.sent("GET", "/rateLimit/order", "")[0]["count"]; };
  for (int i = 0; i < 8; ++i) desk.limit("BUY", "0.001", "49000");
  desk.limit("BUY", "0.001", "50001");  // a taker
  EXPECT_EQ(count(), 8);
  desk.outside_trade("49000", "0.0005", true);  // the first of the eight, half
  EXPECT_EQ(count(), 3);
  desk.outside_trade("49000", "0.0005", true);  // its other half
  EXPECT_EQ(count(), 3);
}

TEST(LimitsTest, ListsCountEachOrderAndRefusedOnesNone) {
  RateLimiter limiter({.orders_10s = 5});
  const TimeNs now(kStartMs * 1'000'000);
  const AccountId account(0);
  EXPECT_FALSE(limiter.orders(account, 3, now));
  EXPECT_TRUE(limiter.orders(account, 3, now));
  EXPECT_FALSE(limiter.orders(account, 2, now));
  EXPECT_EQ(limiter.order_counts(account, now).per_10s, 5);
  limiter.return_orders(account, 9, now);
  EXPECT_EQ(limiter.order_counts(account, now).per_day, 0);
}

}  // namespace
}  // namespace clawgate::sim
