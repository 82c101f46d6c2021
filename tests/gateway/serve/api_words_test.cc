// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/limits_json.h"
#include "tests/gateway/serve/api_fixture.h"

// What an answer says to whoever has to act on it: why, until when, which field, which step next.

namespace clawgate::gateway {
namespace {

using nlohmann::json;

class ApiWordsTest : public ApiTest {
 protected:
  json get(const std::string& target) { return json::parse(call("GET", target, "reader").body); }
  json decide(const std::string& body) {
    return json::parse(call("POST", "/v1/hitl/commands", "operator", body).body);
  }
  static std::vector<std::string> codes(const json& rows) {
    std::vector<std::string> all;
    for (const json& row : rows) all.push_back(row["code"]);
    return all;
  }
  void a_loss() {
    const HoldId hold = an_open_trade();
    says(a_fill(hold, LegRole::Stop, Px::of(59'400), "out"));
    balance("BTC", {}, {});
    balance("USDT", Qty::of(9'990));
    market(Px::of(59'999), Px::of(60'001));
    settle();
  }
};

TEST_F(ApiWordsTest, AnApprovalThatTheRecheckVoidsSaysWhy) {
  const HoldId hold = a_hold();
  balance("USDT", Qty::of(1));
  const json refused = decide(approve_json(hold, "c1"));
  EXPECT_EQ(answer->status, 409);
  EXPECT_EQ(refused["code"], "VOIDED_BY_RECHECK");
  const auto found = ReasonSet::from_bits(all<RiskVerdict>().back().reasons);
  ASSERT_EQ(all<RiskVerdict>().back().phase, RiskPhase::Release);
  ASSERT_GT(found.size(), 1);
  const auto said = codes(refused["findings"]);
  ASSERT_EQ(said.size(), static_cast<std::size_t>(found.size()) + 1);
  EXPECT_EQ(said[0], "VOIDED_BY_RECHECK") << "the first is this error";
  EXPECT_EQ(said[1], info(found.first()).code);
  EXPECT_EQ(codes(decide(approve_json(hold, "c1"))["findings"]), said)
      << "a repetition says so too";

  const json ended = get("/v1/holds?hold=1")["ended"];
  ASSERT_EQ(ended.size(), 2U) << "its approval and its end";
  EXPECT_EQ(ended[0]["reason"], "VOIDED_BY_RECHECK");
  EXPECT_EQ(codes(ended[0]["reasons"]), std::vector(said.begin() + 1, said.end()));
  EXPECT_FALSE(ended[0]["reasons"][0]["next"].get<std::string>().empty());
}

TEST_F(ApiWordsTest, AnotherRefusalHasNothingBesideIt) {
  const HoldId hold = a_hold();
  decide(R"({"action":"reject","command_id":"r","hold":1})");
  const json refused = decide(approve_json(hold, "c1"));
  EXPECT_EQ(refused["code"], "HOLD_NOT_PENDING");
  EXPECT_FALSE(refused.contains("findings"));
  EXPECT_TRUE(get("/v1/holds?hold=1")["ended"][0]["reasons"].empty());
}

TEST_F(ApiWordsTest, ADeniedSignalSentAgainGetsTheFirstAnswersReasons) {
  const std::string denied = signal_json("a", R"(,"stop_loss":70000)");
  const json first = json::parse(call("POST", "/v1/signals", "engine", denied).body);
  ASSERT_FALSE(first["reasons"].empty());
  const json again = json::parse(call("POST", "/v1/signals", "engine", denied).body);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(again["replay_disposition"], "no_op");
  EXPECT_EQ(again["reasons"], first["reasons"]);
  call("POST", "/v1/signals", "engine", signal_json("b"));
  const json held = json::parse(call("POST", "/v1/signals", "engine", signal_json("b")).body);
  EXPECT_EQ(held["outcome"], "held");
  EXPECT_TRUE(held["reasons"].empty());
}

TEST_F(ApiWordsTest, ADeniedSignalHasItsTime) {
  call("POST", "/v1/signals", "engine", signal_json("a", R"(,"stop_loss":70000)"));
  const std::string at = time_text(now);
  const auto row = [&] { return get("/v1/holds")["ended"][0]; };
  EXPECT_EQ(row()["time"].get<std::string>().substr(0, 19), at.substr(0, 19));
  EXPECT_EQ(row()["this_session"], true);
  EXPECT_EQ(codes(row()["reasons"])[0], "STOP_WRONG_SIDE");
  now += kNanosPerSecond;
  restart(true);
  EXPECT_EQ(row()["this_session"], false);
}

TEST_F(ApiWordsTest, ACooldownIsSaidWithItsEnd) {
  EXPECT_TRUE(get("/v1/status")["day"]["cooldown_until"].is_null());
  a_loss();
  const std::int64_t until = state->books.last_loss.value() + state->limits->cooldown_ns;
  EXPECT_EQ(get("/v1/status")["day"]["cooldown_until"], time_text(until));
  const json denied = json::parse(call("POST", "/v1/signals", "engine", signal_json("a")).body);
  ASSERT_EQ(denied["outcome"], "denied") << denied;
  bool said = false;
  for (const json& row : denied["reasons"]) {
    const bool is_it = row["code"] == "COOLDOWN_ACTIVE";
    EXPECT_EQ(row.contains("until"), is_it) << row;
    said = said || (is_it && row["until"] == time_text(until));
  }
  EXPECT_TRUE(said) << denied;
  now = until - kNanosPerMilli;
  EXPECT_FALSE(get("/v1/status")["day"]["cooldown_until"].is_null());
  now = until;
  EXPECT_TRUE(get("/v1/status")["day"]["cooldown_until"].is_null()) << "the first instant after it";
}

TEST_F(ApiWordsTest, TheStatusSaysWhatTheDayLeaves) {
  const json before = get("/v1/status")["day"];
  EXPECT_EQ(before["entries"], 0);
  EXPECT_EQ(before["entries_max"], 6);
  EXPECT_EQ(before["notional"], "0");
  EXPECT_EQ(before["notional_max"], "300");
  a_loss();
  ASSERT_TRUE(state->books.based);
  const json day = get("/v1/status")["day"];
  EXPECT_EQ(day["entries"], 1);
  EXPECT_EQ(day["notional"], to_text(state->day_notional));
  EXPECT_EQ(day["result"], to_text(state->books.realised));
  EXPECT_EQ(day["result"].get<std::string>()[0], '-');
  EXPECT_EQ(day["result_min"], "-300") << "3 % of 10,000";
}

TEST_F(ApiWordsTest, APositionTellsItsStopsPrice) {
  an_open_trade();
  const json row = get("/v1/positions")["positions"][0];
  EXPECT_EQ(row["protection"], "LIVE");
  EXPECT_EQ(row["stop_price"], "59400");
}

TEST_F(ApiWordsTest, AWrongValueInAQueryIsNamed) {
  a_hold();
  for (const std::string wrong : {"abc", "0", "-1", "1.0", "99999999999999999999"}) {
    const auto& got = call("GET", "/v1/holds?hold=" + wrong, "reader");
    EXPECT_EQ(got.status, 400) << wrong;
    EXPECT_EQ(code(got), "COMMAND_FIELD_VALUE");
    EXPECT_EQ(member(got, "field"), "?hold");
    EXPECT_EQ(member(got, "seen"), wrong);
  }
  EXPECT_EQ(get("/v1/holds?hold=1")["holds"].size(), 1U);
  Seq after;
  const auto stream = [&](const std::string& text) {
    const auto refused =
        api->refuse_stream(request("GET", "/v1/stream?after=" + text, "reader"), after);
    return refused ? code(*refused) + " " + member(*refused, "field") : "";
  };
  EXPECT_EQ(stream("abc"), "COMMAND_FIELD_VALUE ?after");
  EXPECT_EQ(stream("-1"), "COMMAND_FIELD_VALUE ?after");
  EXPECT_EQ(stream("99999"), "STREAM_GAP ?after");
  EXPECT_EQ(stream("0"), "");
}

// Who mistypes one would take the whole list for what was asked for.
TEST_F(ApiWordsTest, AParameterThatARouteDoesNotReadIsNamed) {
  for (const Api::Route& route : Api::routes()) {
    if (route.method != "GET") continue;
    const auto& got = call("GET", std::string(route.path) + "?foo=1", "reader");
    EXPECT_EQ(got.status, 400) << route.path;
    EXPECT_EQ(code(got), "COMMAND_FIELD_VALUE") << route.path;
    EXPECT_EQ(member(got, "field"), "?foo") << route.path;
  }
  EXPECT_EQ(member(call("GET", "/v1/holds?hold=1&x", "reader"), "seen"),
            "no parameter of /v1/holds; it takes: hold");
  EXPECT_EQ(member(call("GET", "/v1/status?x=1", "reader"), "seen"),
            "no parameter of /v1/status; it takes: none");
  for (const char* const fine : {"/v1/status?", "/v1/holds?hold=1", "/v1/decisions?pending=true",
                                 "/v1/stage?decision=DEC-20260105-001"}) {
    EXPECT_EQ(call("GET", fine, "reader").status, 200) << fine;
  }
  Seq after;
  const auto stream = api->refuse_stream(request("GET", "/v1/stream?from=1", "reader"), after);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(member(*stream, "field"), "?from");
}

TEST_F(ApiWordsTest, ACauseThatIsNoneOrNotInForceIsToldWhichAre) {
  const auto seen = [&](const std::string& cause) {
    const json got = decide(R"({"action":"unblock","command_id":"u-)" + cause + R"(","cause":")" +
                            cause + R"(","decision_id":"DEC-20260105-001"})");
    EXPECT_EQ(got["field"], "/cause") << got;
    return got["seen"].get<std::string>();
  };
  EXPECT_EQ(seen("FOREIGN_ODER"), "FOREIGN_ODER, perhaps FOREIGN_ORDER; in force: none");
  EXPECT_EQ(seen("KILL"), "KILL is not in force; no cause is");
  decide(R"({"action":"kill","command_id":"k"})");
  EXPECT_EQ(seen("kil"), "kil, perhaps KILL; in force: KILL");
  EXPECT_EQ(seen("DRAWDOWN"), "DRAWDOWN is not in force; these are: KILL");
}

TEST_F(ApiWordsTest, ARiskThatIsLittleOfALargeAccountIsNotNone) {
  const auto card = [&] {
    a_hold();
    return get("/v1/holds")["holds"].back()["card"].get<std::string>();
  };
  balance("USDT", Qty::of(1'000'000'000));
  const std::string text = card();
  EXPECT_NE(text.find("(< 0.0001 % of the account)"), std::string::npos) << text;
}

TEST_F(ApiWordsTest, AnEmptyBodyIsSaidToBeEmptyAndAsksForJson) {
  const std::vector<std::pair<std::string, std::string>> routes = {
      {"/v1/hitl/commands", "operator"},
      {"/v1/engines/heartbeat", "engine"},
      {"/v1/reconcile", "operator"},
      {"/v1/decisions", "operator"}};
  for (const auto& [path, who] : routes) {
    for (const std::string body : {"", " \n"}) {
      const auto& got = call("POST", path, who, body);
      EXPECT_EQ(got.status, 400) << path;
      EXPECT_EQ(code(got), "JSON_SYNTAX") << path;
      EXPECT_EQ(member(got, "seen"), "an empty body") << path;
      EXPECT_EQ(got.body.find("signal_intent"), std::string::npos) << got.body;
    }
  }
}

TEST_F(ApiWordsTest, ASignalBehindAByteOrderMarkIsNamedForTheMark) {
  const auto& got = call("POST", "/v1/signals", "engine", "\xEF\xBB\xBF" + signal_json("a"));
  EXPECT_EQ(code(got), "JSON_SYNTAX");
  EXPECT_EQ(member(got, "seen"), "a byte order mark before the first byte");
  EXPECT_EQ(got.status, 400);
  const auto& order = call("POST", "/v1/signals", "engine",
                           "\xEF\xBB\xBF{\"side\":\"buy\",\"amount\":1,\"symbol\":\"BTCUSDT\"}");
  EXPECT_EQ(order.status, 403) << "an order stays one: " << order.body;
}

TEST_F(ApiWordsTest, ARefusedLimitsDocumentNamesItsField) {
  json document = get("/v1/limits")["limits"];
  document["version"] = 2;
  const auto propose = [&](const std::string& field, const json& value) {
    json changed = document;
    changed[field] = value;
    const json body = {{"command_id", "l" + field}, {"limits", changed}};
    const auto& got = call("POST", "/v1/limits", "operator", body.dump());
    return code(got) + " " + member(got, "field") + " " + member(got, "seen");
  };
  EXPECT_EQ(propose("order_notional_max", "301"),
            "LIMITS_OUT_OF_RANGE /limits/order_notional_max 301");
  EXPECT_EQ(propose("order_notional_max", "60"),
            "LIMITS_NEED_DECISION /limits/order_notional_max 60");
  EXPECT_EQ(propose("cooldown_ns", -1).substr(0, 5), "FIELD");
  EXPECT_EQ(propose("cooldown_ns", 0), "LIMITS_NEED_DECISION /limits/cooldown_ns 0");
  document["order_notional_max"] = "60";
  EXPECT_EQ(propose("version", 1), "LIMITS_VERSION_OLD /limits/version 1");
  EXPECT_EQ(propose("decision", "DEC-20260105-AAA"),
            "DECISION_NOT_APPROVED /limits/decision DEC-20260105-AAA");
}

}  // namespace
}  // namespace clawgate::gateway
