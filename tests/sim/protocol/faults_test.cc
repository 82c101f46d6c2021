// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "sim/faults/fault_plan.h"
#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kMine = "&timeInForce=GTC&newClientOrderId=mine";

std::string arm(std::string_view name, std::string_view more = "") {
  return R"({"fault":")" + std::string(name) + R"(")" + std::string(more) + "}";
}

/// Whether the exchange holds the order "mine".
bool exists(ProtocolDesk& desk) {
  return desk.exchange.order({desk.account, desk.symbol, std::nullopt, ClientId("mine")})
      .has_value();
}

struct OrderFault {
  std::string_view name;
  int status;
  int code;
  bool cut;
  bool executed;
};

// What the client is told says nothing; the record says what is true, and the exchange agrees.
TEST(FaultsTest, UnknownOutcomesAreRecordedTruthfully) {
  const OrderFault rows[] = {
      {"timeout_executed", 504, -1007, false, true},
      {"timeout_not_executed", 504, -1007, false, false},
      {"bus_error_executed", 500, -1006, false, true},
      {"bus_error_not_executed", 500, -1006, false, false},
      {"cut_executed", 200, 0, true, true},
      {"cut_not_executed", 504, -1007, true, false},
  };
  for (const OrderFault& row : rows) {
    ProtocolDesk desk;
    ASSERT_EQ(desk.fault(arm(row.name)).status, 200);
    const HttpReply reply = desk.limit("BUY", "0.001", "49000", kMine);
    EXPECT_EQ(reply.status, row.status) << row.name;
    EXPECT_EQ(Doc::parse(reply.body).value("code", 0), row.code) << row.name;
    EXPECT_EQ(reply.cut, row.cut) << row.name;
    EXPECT_EQ(exists(desk), row.executed) << row.name;
    const Doc record = desk.injected();
    ASSERT_EQ(record.size(), 1U);
    EXPECT_EQ(record[0]["fault"], row.name);
    EXPECT_EQ(record[0]["clientOrderId"], "mine");
    EXPECT_EQ(record[0]["truth"], row.executed ? "EXECUTED" : "NOT_EXECUTED");
    EXPECT_EQ(record[0]["request"], "POST /api/v3/order");
    EXPECT_EQ(desk.limit("BUY", "0.001", "48000").status, 200);  // it struck once
  }
}

TEST(FaultsTest, ARefusedOrderIsNoUnknownOutcome) {
  ProtocolDesk desk;
  desk.fault(arm("timeout_executed"));
  EXPECT_EQ(desk.limit("BUY", "0", "49000").status, 400);
  EXPECT_TRUE(desk.injected().empty());
  EXPECT_EQ(desk.limit("BUY", "0.001", "49000").status, 504);
}

TEST(FaultsTest, AWebSocketIsCutAndServedNoMore) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.service.open_ws_api("/ws-api/v3", peer);
  desk.fault(arm("cut_executed"));
  session->on_text(desk.ws("order.place", {{"symbol", "BTCUSDT"},
                                           {"side", "BUY"},
                                           {"type", "LIMIT"},
                                           {"timeInForce", "GTC"},
                                           {"quantity", "0.001"},
                                           {"price", "49000"},
                                           {"newClientOrderId", "mine"}}));
  EXPECT_TRUE(peer.was_cut);
  EXPECT_TRUE(peer.frames.empty());
  EXPECT_TRUE(exists(desk));
  EXPECT_EQ(desk.injected()[0]["request"], "order.place");
  session->on_text(R"({"id":1,"method":"ping"})");
  EXPECT_TRUE(peer.frames.empty());
}

TEST(FaultsTest, RepliesAndEventsAreLateApart) {
  Service::Options options;
  options.shuffle_ns = 0;
  struct Row {
    std::string_view name;
    std::int64_t reply_ms;
    std::int64_t event_ms;
    std::size_t events;
  };
  for (const Row& row : {Row{"late_reply", 12'000, 0, 2}, Row{"late_events", 0, 12'000, 2},
                         Row{"events_first", 50, 0, 2}, Row{"reply_first", 0, 50, 2},
                         Row{"duplicate_events", 0, 0, 4}}) {
    ProtocolDesk desk(options);
    TestPeer peer;
    const auto session = desk.user_stream(peer);
    desk.fault(arm(row.name));
    const HttpReply reply = desk.limit("BUY", "0.001", "49000");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.hold_ns, row.reply_ms * 1'000'000) << row.name;
    ASSERT_EQ(peer.frames.size(), row.events) << row.name;
    EXPECT_EQ(peer.frames.front().hold_ns, row.event_ms * 1'000'000) << row.name;
  }
}

TEST(FaultsTest, QueriesLagBehindAcceptance) {
  ProtocolDesk desk;
  desk.fault(arm("query_lag", R"(,"ms":300)"));
  desk.limit("BUY", "0.001", "49000", kMine);
  const auto query = [&] {
    return desk.sent("GET", "/order", "symbol=BTCUSDT&origClientOrderId=mine");
  };
  EXPECT_EQ(query()["code"], -2013);
  EXPECT_TRUE(desk.sent("GET", "/openOrders", "symbol=BTCUSDT").empty());
  desk.advance_ms(299);
  EXPECT_EQ(query()["code"], -2013);
  desk.advance_ms(1);
  EXPECT_EQ(query()["status"], "NEW");
}

TEST(FaultsTest, AFillCutsTheUserStream) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  desk.fault(arm("stream_cut"));
  desk.limit("BUY", "0.001", "50000", kMine);
  EXPECT_FALSE(peer.was_cut);
  peer.frames.clear();
  desk.outside_trade("49999", "1", true);
  EXPECT_TRUE(peer.was_cut);
  EXPECT_TRUE(peer.frames.empty());
  EXPECT_EQ(desk.injected()[0]["clientOrderId"], "mine");
}

TEST(FaultsTest, AFillSilencesTheSubscriptionAndNotItsSocket) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  desk.fault(arm("stream_silent"));
  desk.limit("BUY", "0.001", "50000", kMine);
  EXPECT_EQ(peer.events().size(), 2U);
  desk.outside_trade("49999", "1", true);
  desk.limit("BUY", "0.001", "49000");
  EXPECT_TRUE(peer.frames.empty());
  EXPECT_FALSE(peer.was_cut);
  session->on_text(R"({"id":1,"method":"ping"})");
  EXPECT_EQ(peer.last()["status"], 200);
  peer.frames.clear();
  TestPeer other;
  const auto anew = desk.user_stream(other);
  desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(other.events().size(), 2U);
  EXPECT_TRUE(peer.frames.empty());
}

TEST(FaultsTest, ASubscriptionIsLostAndNobodyIsTold) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  const auto listed = [&] {
    session->on_text(R"({"id":1,"method":"session.subscriptions"})");
    return peer.last()["result"].size();
  };
  EXPECT_EQ(listed(), 1U);
  peer.frames.clear();
  desk.fault(arm("stream_lost"));
  desk.limit("BUY", "0.001", "49000");
  EXPECT_TRUE(peer.frames.empty());
  EXPECT_FALSE(peer.was_cut || peer.closed);
  EXPECT_EQ(listed(), 0U);
}

TEST(FaultsTest, LimitsAreSaidToBeReachedInOrder) {
  ProtocolDesk desk;
  desk.fault(arm("rate_limited", R"(,"ms":7000)"));
  desk.fault(arm("ip_banned"));
  HttpReply reply = desk.limit("BUY", "0.001", "49000", kMine);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(desk.header(reply, "Retry-After"), "7");
  reply = desk.get("/ping");
  EXPECT_EQ(reply.status, 418);
  EXPECT_EQ(desk.get("/ping").status, 418);  // banned now
  EXPECT_FALSE(exists(desk));
}

TEST(FaultsTest, TheClockIsSkewedForTheRequestsItStrikes) {
  ProtocolDesk desk;
  desk.fault(arm("clock_skew", R"(,"ms":-6000,"count":2)"));
  EXPECT_EQ(desk.get("/time").body, R"({"serverTime":1789999994000})");
  EXPECT_NE(desk.limit("BUY", "0.001", "49000").body.find("ahead"), std::string::npos);
  EXPECT_EQ(desk.get("/time").body, R"({"serverTime":1790000000000})");
}

// The events of a request, and what comes before the next one, are stamped with the clock that it
// found.
TEST(FaultsTest, UserEventsAreStampedWithTheSkewedClock) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  const auto stamps = [&] {
    std::set<std::int64_t> all;
    for (const auto& frame : std::exchange(peer.frames, {})) {
      const Doc doc = Doc::parse(frame.text);
      if (doc.contains("event")) all.insert(doc["event"]["E"].get<std::int64_t>());
    }
    return all;
  };
  desk.fault(arm("clock_skew", R"(,"ms":700,"count":1)"));
  desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(stamps(), std::set<std::int64_t>{1'790'000'000'700});
  desk.limit("BUY", "0.001", "48000");
  EXPECT_EQ(stamps(), std::set<std::int64_t>{1'790'000'000'000});
}

TEST(FaultsTest, ACancelRacesAFill) {
  ProtocolDesk desk;
  TestPeer peer;
  const auto session = desk.user_stream(peer);
  desk.limit("BUY", "0.004", "49500");
  desk.limit("BUY", "0.002", "49000", kMine);  // behind it
  desk.fault(arm("fill_before_cancel"));
  EXPECT_EQ(desk.sent("DELETE", "/order", "symbol=BTCUSDT&orderId=2")["code"], -2011);
  EXPECT_EQ(desk.sent("GET", "/order", "symbol=BTCUSDT&orderId=2")["status"], "FILLED");
  EXPECT_EQ(desk.injected()[0]["truth"], "NOT_EXECUTED");
  EXPECT_EQ(desk.injected()[0]["clientOrderId"], "mine");

  desk.limit("BUY", "0.002", "49000", "&timeInForce=GTC&newClientOrderId=next");
  peer.frames.clear();
  desk.fault(arm("cancel_overtakes_fill"));
  const Doc canceled = desk.sent("DELETE", "/order", "symbol=BTCUSDT&origClientOrderId=next");
  EXPECT_EQ(canceled["executedQty"], "0.00100000") << canceled;
  std::vector<std::string> reports;
  for (const std::string& word : peer.events()) {
    if (word.starts_with("execution")) reports.push_back(word);
  }
  EXPECT_EQ(reports,
            (std::vector<std::string>{"executionReport CANCELED", "executionReport TRADE"}));
  EXPECT_EQ(desk.injected()[1]["truth"], "EXECUTED");
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(FaultsTest, CancelReplaceFailsByHalves) {
  const std::string request =
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=48000"
      "&newClientOrderId=mine&cancelOrderId=1&cancelReplaceMode=ALLOW_FAILURE";
  ProtocolDesk desk;
  desk.limit("BUY", "0.001", "49000");
  desk.fault(arm("replace_new_refused"));
  HttpReply reply = desk.send("POST", "/order/cancelReplace", request);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(Doc::parse(reply.body)["data"]["cancelResult"], "SUCCESS");
  EXPECT_FALSE(exists(desk));
  EXPECT_EQ(desk.injected()[0]["truth"], "NOT_EXECUTED");

  ProtocolDesk other;
  other.limit("BUY", "0.001", "49000");
  other.fault(arm("replace_cancel_refused"));
  reply = other.send("POST", "/order/cancelReplace", request);
  EXPECT_EQ(reply.status, 409) << reply.body;
  EXPECT_EQ(Doc::parse(reply.body)["data"]["cancelResult"], "FAILURE");
  EXPECT_TRUE(exists(other));
  EXPECT_EQ(other.injected()[0]["truth"], "EXECUTED");
}

TEST(FaultsTest, WebSocketsEndByCommand) {
  for (const std::string_view name : {"server_shutdown", "day_cut"}) {
    ProtocolDesk desk;
    TestPeer peer;
    const auto session = desk.user_stream(peer);
    desk.fault(arm(name));
    EXPECT_TRUE(peer.closed);
    EXPECT_EQ(peer.frames.size(), name == "day_cut" ? 0U : 1U);
  }
  ProtocolDesk desk;
  desk.fault(arm("missing_pings", R"(,"count":2)"));
  EXPECT_TRUE(desk.service.skip_ping());
  EXPECT_TRUE(desk.service.skip_ping());
  EXPECT_FALSE(desk.service.skip_ping());
}

std::string story_of(std::uint64_t seed) {
  Service::Options options;
  options.seed = seed;
  options.faults = {
      {.kind = FaultKind::TimeoutExecuted, .count = -1, .probability = bps(2'000)},
      {.kind = FaultKind::TimeoutNotExecuted, .count = -1, .probability = bps(2'000)},
      {.kind = FaultKind::QueryLag, .count = -1, .probability = bps(1'000)},
  };
  ProtocolDesk desk(options);
  std::string told;
  std::size_t open = 0;
  for (int i = 0; i < 60; ++i) {
    const HttpReply reply = desk.limit("BUY", "0.001", "49000");
    told += std::to_string(reply.status) + "+" + std::to_string(reply.hold_ns) + " ";
  }
  open = desk.exchange.open_orders(desk.account, desk.symbol).size();
  std::size_t lost = 0;
  for (const InjectedFault& fault : desk.service.faults().injected()) {
    lost += fault.truth == FaultTruth::NotExecuted ? 1 : 0;
  }
  EXPECT_EQ(open, 60 - lost);  // every order that is not there is on record, and no other
  return told + desk.injected().dump();
}

TEST(FaultsTest, TheSameSeedGivesTheSameFaultsAndAnotherOthers) {
  EXPECT_EQ(story_of(7), story_of(7));
  EXPECT_NE(story_of(7), story_of(8));
}

TEST(FaultPlanTest, ARuleDrawsForItself) {
  const auto strikes = [](bool with_other) {
    FaultPlan plan(3);
    plan.add({.kind = FaultKind::RateLimited, .count = -1, .probability = bps(3'000)});
    if (with_other) {
      plan.add({.kind = FaultKind::LateReply, .count = -1, .probability = bps(5'000)});
    }
    std::string story;
    for (int i = 0; i < 100; ++i) {
      story += plan.strike(FaultPlace::Request) ? '1' : '0';
      static_cast<void>(plan.strike(FaultPlace::Reply));
    }
    return story;
  };
  EXPECT_EQ(strikes(false), strikes(true));
  EXPECT_NE(strikes(false).find('1'), std::string::npos);
  EXPECT_NE(strikes(false).find('0'), std::string::npos);
}

TEST(FaultPlanTest, CountAndBoundsOfProbability) {
  FaultPlan plan(1);
  plan.add({.kind = FaultKind::LateReply, .count = -1, .probability = Rate()});
  plan.add({.kind = FaultKind::CutExecuted, .count = 2});
  EXPECT_EQ(plan.strike(FaultPlace::Reply)->kind, FaultKind::CutExecuted);
  EXPECT_TRUE(plan.strike(FaultPlace::Reply));
  EXPECT_FALSE(plan.strike(FaultPlace::Reply));
  EXPECT_EQ(plan.rules().size(), 1U);
}

TEST(ControlTest, BadCommandsNameTheField) {
  ProtocolDesk desk;
  struct Row {
    std::string_view path;
    std::string_view body;
    std::string_view field;
  };
  for (const Row& row :
       {Row{"/sim/faults", "{", "body:"}, Row{"/sim/faults", R"({"fault":"x"})", "fault:"},
        Row{"/sim/faults", R"({"fault":"late_reply","count":0})", "count:"},
        Row{"/sim/faults", R"({"fault":"late_reply","probability":"1.1"})", "probability:"},
        Row{"/sim/faults", R"({"fault":"late_reply","probabilty":"0.1"})", "probabilty:"},
        Row{"/sim/faults", R"({"fault":"late_reply","ms":-1})", "ms:"},
        Row{"/sim/deposit", R"({"account":9,"asset":"USDT","amount":"1"})", "account:"},
        Row{"/sim/deposit", R"({"account":0,"asset":"NOPE","amount":"1"})", "asset:"},
        Row{"/sim/deposit", R"({"account":0,"asset":"USDT","amount":"1e3"})", "amount:"},
        Row{"/sim/deposit", R"({"account":0,"asset":"USDT","amount":"-100001"})", "amount:"}}) {
    const HttpReply reply = desk.raw("POST", row.path, row.body);
    EXPECT_EQ(reply.status, 400) << row.body;
    EXPECT_NE(reply.body.find(R"({"error":")" + std::string(row.field)), std::string::npos)
        << reply.body;
  }
  EXPECT_EQ(desk.raw("GET", "/sim/export?account=x").status, 400);
  EXPECT_EQ(desk.raw("GET", "/sim/nope").status, 404);
  desk.fault(arm("late_reply"));
  EXPECT_TRUE(Doc::parse(desk.raw("DELETE", "/sim/faults").body)["rules"].empty());
}

}  // namespace
}  // namespace clawgate::sim
