// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/protocol/key_pair.h"
#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

using Words = std::vector<std::string>;

Doc order_params(std::string_view price = "49000") {
  return {{"symbol", "BTCUSDT"},  {"side", "BUY"},     {"type", "LIMIT"},
          {"timeInForce", "GTC"}, {"quantity", 0.001}, {"price", price}};
}

/// A session that logged on with an Ed25519 key, its answer taken out.
struct LoggedOn {
  explicit LoggedOn(ProtocolDesk& desk) {
    desk.service.add_key({.key = "edkey",
                          .type = KeyType::Ed25519,
                          .secret = pair.public_pem(),
                          .account = desk.account});
    session = desk.service.open_ws_api("/ws-api/v3", peer);
    const std::string stamp = std::to_string(desk.now_ms());
    session->on_text(
        R"({"id":"l","method":"session.logon","params":{"apiKey":"edkey","timestamp":)" + stamp +
        R"(,"signature":")" + pair.sign("apiKey=edkey&timestamp=" + stamp) + R"("}})");
    answer = peer.last();
    peer.frames.clear();
  }
  Doc ask(std::string_view method, Doc params, int id = 2) {
    session->on_text(Doc{{"id", id}, {"method", method}, {"params", std::move(params)}}.dump());
    return peer.last();
  }

  KeyPair pair{"ED25519"};
  TestPeer peer;
  std::unique_ptr<WsSession> session;
  Doc answer;
};

TEST(WsApiTest, C100AnOrderSignedByItself) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  session->on_text(desk.ws("v3/order.place", order_params(), 7));
  const Doc answer = peer.last();
  EXPECT_EQ(answer["id"], 7);
  EXPECT_EQ(answer["status"], 200) << answer;
  EXPECT_EQ(answer["result"]["origQty"], "0.00100000");
  ASSERT_EQ(answer["rateLimits"].size(), 3U);
  EXPECT_EQ(answer["rateLimits"][0],
            Doc::parse(R"({"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,)"
                       R"("limit":100,"count":1})"));
  EXPECT_EQ(answer["rateLimits"][2]["rateLimitType"], "REQUEST_WEIGHT");
  EXPECT_EQ(answer["rateLimits"][2]["count"], 2);  // the connection; the order weighs nothing
}

TEST(WsApiTest, C101AfterLogonOnlyTheTimestampIsNeeded) {
  ProtocolDesk desk;
  LoggedOn on(desk);
  EXPECT_EQ(on.answer["status"], 200) << on.answer;
  EXPECT_EQ(on.answer["result"]["apiKey"], "edkey");
  EXPECT_EQ(on.answer["result"]["authorizedSince"], kStartMs);
  Doc params = order_params();
  EXPECT_EQ(on.ask("order.place", params)["error"]["code"], -1102);
  params["timestamp"] = kStartMs;
  EXPECT_EQ(on.ask("order.place", params)["status"], 200);
  params["apiKey"] = "unknownkey";  // one of its own is checked by itself
  EXPECT_EQ(on.ask("order.place", params)["status"], 401);
  on.ask("session.logout", Doc::object());
  EXPECT_TRUE(on.ask("session.status", Doc::object())["result"]["apiKey"].is_null());
  params.erase("apiKey");
  EXPECT_EQ(on.ask("order.place", params)["error"]["code"], -1102);
}

TEST(WsApiTest, C102OnlyEd25519MayLogOnAndC105SubscribingNeedsIt) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  session->on_text(desk.ws("session.logon", Doc::object()));
  EXPECT_EQ(peer.last()["status"], 401);
  session->on_text(R"({"id":1,"method":"userDataStream.subscribe"})");
  EXPECT_EQ(peer.last()["status"], 401);
}

TEST(WsApiTest, C103RateLimitsCanBeLeftOut) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  session->on_text(R"({"id":null,"method":"ping","params":{"returnRateLimits":false}})");
  EXPECT_EQ(peer.frames.back().text, R"({"id":null,"status":200,"result":{}})");
  const auto quiet =
      desk.service.open_ws_api("/ws-api/v3?returnRateLimits=false&timeUnit=MICROSECOND", peer);
  quiet->on_text(R"({"id":"a","method":"time"})");
  EXPECT_EQ(peer.frames.back().text,
            R"({"id":"a","status":200,"result":{"serverTime":1790000000000000}})");
}

TEST(WsApiTest, ARefusalForTooMuchSaysUntilWhen) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  static_cast<void>(desk.service.http(
      {"POST", "/sim/faults", {}, R"({"fault":"ip_banned","ms":150000})", "127.0.0.1"}));
  session->on_text(R"({"id":"a","method":"time"})");
  const Doc error = peer.last()["error"];
  EXPECT_EQ(peer.last()["status"], 418);
  EXPECT_EQ(error["code"], -1003);
  EXPECT_EQ(error["data"]["serverTime"], kStartMs);
  EXPECT_EQ(error["data"]["retryAfter"], kStartMs + 150'000);
}

TEST(WsApiTest, C104OneSubscriptionAnAccount) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  session->on_text(desk.ws("userDataStream.subscribe.signature", Doc::object()));
  EXPECT_EQ(peer.last()["error"]["code"], -2035);
  session->on_text(R"({"id":1,"method":"session.subscriptions"})");
  EXPECT_EQ(peer.last()["result"], Doc::parse(R"([{"subscriptionId":0}])"));
  session->on_text(
      R"({"id":1,"method":"userDataStream.unsubscribe","params":{"subscriptionId":4}})");
  EXPECT_EQ(peer.last()["error"]["code"], -2036);
  peer.frames.clear();
  session->on_text(R"({"id":1,"method":"userDataStream.unsubscribe"})");
  EXPECT_EQ(peer.events(), Words{"eventStreamTerminated"});
  desk.limit("BUY", "0.001", "49000");
  EXPECT_TRUE(peer.frames.empty());
}

TEST(WsApiTest, C106AFillTellsTheTradeThenTheBalances) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  desk.limit("BUY", "0.5", "50000", "&timeInForce=GTC&newClientOrderId=mine");
  EXPECT_EQ(peer.events(), (Words{"executionReport NEW", "outboundAccountPosition"}));
  desk.outside_trade("49999", "0.5", true);
  ASSERT_EQ(peer.frames.size(), 2U);
  const Doc first = Doc::parse(peer.frames[0].text);
  EXPECT_EQ(first["subscriptionId"], 0);
  EXPECT_EQ(first["event"], Doc::parse(R"({"e":"executionReport","E":1790000000000,"s":"BTCUSDT",
      "c":"mine","S":"BUY","o":"LIMIT","f":"GTC","q":"0.50000000","p":"50000.00000000",
      "P":"0.00000000","F":"0.00000000","g":-1,"C":"","x":"TRADE","X":"FILLED","r":"NONE","i":1,
      "l":"0.50000000","z":"0.50000000","L":"50000.00000000","n":"0.00050000","N":"BTC",
      "T":1790000000000,"t":1,"I":2,"w":false,"m":true,"M":true,"O":1790000000000,
      "Z":"25000.00000000","Y":"25000.00000000","Q":"0.00000000","W":1790000000000,
      "V":"EXPIRE_MAKER"})"))
      << first;
  const Doc second = Doc::parse(peer.frames[1].text)["event"];
  EXPECT_EQ(second["B"].size(), 2U);
  EXPECT_EQ(second["B"][0]["a"], "USDT");
  EXPECT_EQ(second["B"][0]["l"], "0.00000000");
}

TEST(WsApiTest, AnIcebergIsToldInEventsAnswersAndQueries) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  const Doc placed =
      Doc::parse(desk.limit("BUY", "0.5", "49000", "&timeInForce=GTC&icebergQty=0.1").body);
  EXPECT_EQ(placed["icebergQty"], "0.10000000");
  EXPECT_EQ(Doc::parse(peer.frames.front().text)["event"]["F"], "0.10000000");
  const Doc query = Doc::parse(desk.send("GET", "/order", "symbol=BTCUSDT&orderId=1").body);
  EXPECT_EQ(query["icebergQty"], "0.10000000");
  const Doc depth = Doc::parse(desk.get("/depth?symbol=BTCUSDT&limit=5").body);
  EXPECT_EQ(depth["bids"][1], Doc::parse(R"(["49000.00000000","0.10000000"])"));
  const Doc canceled = Doc::parse(desk.send("DELETE", "/order", "symbol=BTCUSDT&orderId=1").body);
  EXPECT_EQ(canceled["icebergQty"], "0.10000000");
  const Doc plain = Doc::parse(desk.limit("BUY", "0.5", "49000").body);
  EXPECT_FALSE(plain.contains("icebergQty"));
  const Doc rules = Doc::parse(desk.get("/exchangeInfo?symbol=BTCUSDT").body)["symbols"][0];
  EXPECT_EQ(rules["icebergAllowed"], true);
  EXPECT_EQ(rules["filters"][3], Doc::parse(R"({"filterType":"ICEBERG_PARTS","limit":100})"))
      << rules["filters"];
}

TEST(WsApiTest, CancelsListsAndDepositsAreTold) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  desk.limit("BUY", "0.001", "49000", "&timeInForce=GTC&newClientOrderId=old");
  peer.frames.clear();
  desk.send("DELETE", "/order", "symbol=BTCUSDT&orderId=1&newClientOrderId=c1");
  const Doc report = Doc::parse(peer.frames.front().text)["event"];
  EXPECT_EQ(report["x"], "CANCELED");
  EXPECT_EQ(report["c"], "c1");
  EXPECT_EQ(report["C"], "old");
  peer.frames.clear();
  desk.send("POST", "/orderList/oco",
            "symbol=BTCUSDT&side=SELL&quantity=0.1&aboveType=LIMIT_MAKER&abovePrice=51000"
            "&belowType=STOP_LOSS&belowStopPrice=49000");
  EXPECT_EQ(peer.events(), (Words{"executionReport NEW", "executionReport NEW", "listStatus",
                                  "outboundAccountPosition"}));
  EXPECT_EQ(
      desk.raw("POST", "/sim/deposit", R"({"account":0,"asset":"USDT","amount":"-1.5"})").body,
      R"({"asset":"USDT","free":"99998.50000000","locked":"0.00000000"})");
  EXPECT_EQ(peer.events(), (Words{"balanceUpdate", "outboundAccountPosition"}));
}

TEST(WsApiTest, C107LogoutEndsOnlyTheSubscriptionOfTheLogon) {
  ProtocolDesk desk;
  LoggedOn on(desk);
  EXPECT_EQ(on.ask("userDataStream.subscribe", Doc::object())["result"]["subscriptionId"], 0);
  desk.service.add_key({.key = "otherkey",
                        .secret = std::string(kSecret),
                        .account = desk.exchange.open_account({})});
  const std::string payload = "apiKey=otherkey&timestamp=" + std::to_string(kStartMs);
  EXPECT_EQ(on.ask("userDataStream.subscribe.signature",
                   {{"apiKey", "otherkey"},
                    {"timestamp", kStartMs},
                    {"signature", ProtocolDesk::hmac(payload)}})["result"]["subscriptionId"],
            1);
  on.peer.frames.clear();
  on.session->on_text(R"({"id":1,"method":"session.logout"})");
  ASSERT_EQ(on.peer.frames.size(), 2U);
  const Doc ended = Doc::parse(on.peer.frames[0].text);
  EXPECT_EQ(ended["subscriptionId"], 0);
  EXPECT_EQ(ended["event"]["e"], "eventStreamTerminated");
  EXPECT_EQ(on.ask("session.subscriptions", Doc::object())["result"],
            Doc::parse(R"([{"subscriptionId":1}])"));
}

TEST(WsApiTest, C108ShutdownIsAnnouncedToAll) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  desk.service.announce_shutdown();
  EXPECT_EQ(peer.frames.back().text, R"({"event":{"e":"serverShutdown","E":1790000000000}})");
}

TEST(WsApiTest, WhatIsNoRequestIsAnsweredAndChangesNothing) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  for (const std::string_view text :
       {"", "{", "[]", "1", R"({"id":{},"method":"ping"})", R"({"id":1})",
        R"({"id":1,"method":"nope"})", R"({"id":1,"method":"ping","params":[]})",
        R"({"id":1,"method":"ping","params":{"x":1}})", R"({"id":1,"id":2,"method":"ping"})"}) {
    session->on_text(text);
    EXPECT_EQ(peer.last()["status"], 400) << text;
    EXPECT_LT(peer.last()["error"]["code"], 0) << text;
  }
  session->on_text(R"({"id":3,"method":"ping"})");
  EXPECT_EQ(peer.last()["status"], 200);
}

TEST(WsApiTest, EventsKeepTheirOrderHoweverTheyAreHeld) {
  Service::Options options;
  options.shuffle_ns = 1'000'000;
  ProtocolDesk desk(options);
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  bool reply_first = false;
  bool events_first = false;
  for (int i = 0; i < 40; ++i) {
    const HttpReply reply = desk.limit("BUY", "0.001", "49000");
    (reply.hold_ns > 0 ? events_first : reply_first) = true;
    desk.send("DELETE", "/openOrders", "symbol=BTCUSDT");
  }
  EXPECT_TRUE(reply_first && events_first);
  for (std::size_t i = 1; i < peer.frames.size(); ++i) {  // the clock stands still
    EXPECT_GE(peer.frames[i].hold_ns, peer.frames[i - 1].hold_ns);
  }
}

}  // namespace
}  // namespace clawgate::sim
