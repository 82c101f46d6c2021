// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/api.h"

#include "tests/gateway/serve/api_fixture.h"

namespace clawgate::gateway {
namespace {

TEST_F(ApiTest, WithoutATokenNothingIsSaid) {
  HttpRequest none = request("GET", "/v1/holds", "reader");
  none.authorization = "";
  EXPECT_EQ(ask(none).status, 401);
  EXPECT_EQ(code(*answer), "TOKEN_MISSING");
  none.authorization = "Basic " + token("reader");
  EXPECT_EQ(code(ask(none)), "TOKEN_MISSING");
  none.authorization = "Bearer " + token("reader") + "0";
  EXPECT_EQ(ask(none).status, 401);
  EXPECT_EQ(code(*answer), "TOKEN_UNKNOWN");
  EXPECT_EQ(answer->body.find(token("reader")), std::string::npos);
  EXPECT_EQ(ask(request("GET", "/v1/holds", "reader")).status, 200);
}

// Both answers for every route and every role.
TEST_F(ApiTest, EachRoleReachesItsRoutesAndNoOther) {
  const std::pair<Role, std::string> roles[] = {{Role::Engine, "engine"},
                                                {Role::Operator, "operator"},
                                                {Role::Reader, "reader"},
                                                {Role::Admin, "admin"}};
  for (const Api::Route& route : Api::routes()) {
    for (const auto& [role, name] : roles) {
      const bool allowed = (route.roles & bit_of(role)) != 0;
      const auto& got = call(std::string(route.method), std::string(route.path), name, "{}");
      const bool refused = code(got) == "ROLE_NOT_ALLOWED" || code(got) == "DECISION_BY_ENGINE";
      EXPECT_EQ(refused, !allowed) << route.path << " " << name << " " << got.body;
      EXPECT_TRUE(allowed || got.status == 403) << got.status;
    }
  }
}

// In words of the core, which heard of balances and executions; not of the venue's side.
TEST_F(ApiTest, TheStatusSaysHowTheLastComparisonEnded) {
  const auto compared = [&] {
    apply(ConditionReported{Block::Reconciling, true, Text<64>("asked")});
    apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
    settle();
    return nlohmann::json::parse(call("GET", "/v1/status", "reader").body)["reconciliation"];
  };
  balance("BTC", {});
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  auto said = compared();
  EXPECT_EQ(said["agrees"], true) << said;
  EXPECT_EQ(said["evidence"], "the ledgers agree");
  const auto first = said["seq"].get<std::uint64_t>();

  balance("BTC", {}, Qty::from_raw(held.raw() - 1));
  said = compared();
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction)) << "it was filled just now";
  EXPECT_EQ(said["agrees"], false) << said;
  EXPECT_EQ(said["evidence"], "compared; the balances do not agree");
  EXPECT_GT(said["seq"].get<std::uint64_t>(), first);

  balance("BTC", {}, held);
  EXPECT_EQ(compared()["agrees"], true);
}

TEST_F(ApiTest, AnotherHostOrOriginIsRefusedBeforeTheToken) {
  HttpRequest asked = request("GET", "/v1/holds", "reader");
  asked.host = "evil.example:1";
  EXPECT_EQ(code(ask(asked)), "HOST_NOT_ALLOWED");
  asked.host = "127.0.0.1:2";
  EXPECT_EQ(code(ask(asked)), "HOST_NOT_ALLOWED");
  asked.host = "127.0.0.1:1";
  asked.origin = "http://evil.example";
  EXPECT_EQ(code(ask(asked)), "ORIGIN_NOT_ALLOWED");
  asked.origin = "https://127.0.0.1:1";
  EXPECT_EQ(code(ask(asked)), "ORIGIN_NOT_ALLOWED");
  asked.origin = "null";
  EXPECT_EQ(code(ask(asked)), "ORIGIN_NOT_ALLOWED");
  asked.origin = "http://127.0.0.1:1";
  EXPECT_EQ(ask(asked).status, 200);
}

TEST_F(ApiTest, TheSchemeOfATokenIsReadInAnyCase) {
  HttpRequest asked = request("GET", "/v1/holds", "reader");
  for (const char* const scheme : {"Bearer ", "bearer ", "BEARER "}) {
    asked.authorization = scheme + token("reader");
    EXPECT_EQ(ask(asked).status, 200) << scheme;
  }
  for (const char* const scheme : {"", "Basic ", "Bearer", "bearer\t"}) {
    asked.authorization = scheme + token("reader");
    EXPECT_EQ(code(ask(asked)), "TOKEN_MISSING") << scheme;
  }
  asked.authorization = "bearer " + token("reader") + "x";
  EXPECT_EQ(code(ask(asked)), "TOKEN_UNKNOWN");
}

TEST_F(ApiTest, UnknownRoutesMethodsAndTypesAreNamed) {
  EXPECT_EQ(code(ask(request("GET", "/v1/nothing", "reader"))), "ROUTE_UNKNOWN");
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(code(ask(request("DELETE", "/v1/holds", "reader"))), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(answer->status, 405);
  const auto allowed = [&](const char* method, const char* target, const char* who) {
    for (const auto& [name, value] : ask(request(method, target, who)).headers) {
      if (name == "Allow") return value;
    }
    return std::string();
  };
  EXPECT_EQ(allowed("DELETE", "/v1/holds", "reader"), "GET, HEAD");
  EXPECT_EQ(allowed("GET", "/v1/reconcile", "operator"), "POST");
  EXPECT_EQ(allowed("PUT", "/v1/limits", "operator"), "GET, HEAD, POST");
  EXPECT_EQ(allowed("GET", "/v1/nothing", "operator"), "");
  HttpRequest text = request("POST", "/v1/signals", "engine", signal_json("a"));
  text.content_type = "text/plain";
  EXPECT_EQ(code(ask(text)), "CONTENT_TYPE_NOT_JSON");
  EXPECT_EQ(answer->status, 415);
  text.content_type = "Application/JSON; charset=utf-8";
  EXPECT_EQ(call(text).status, 202);
  EXPECT_EQ(ask(request("GET", "/v1/holds?hold=1", "reader")).status, 200);
}

TEST_F(ApiTest, ASignalIsAnsweredOnceItIsDurable) {
  EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json("a"))).status, 0);
  EXPECT_EQ(api->waiting(), 1U);
  core_turn();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 202);
  const auto body = nlohmann::json::parse(answer->body);
  EXPECT_EQ(body["outcome"], "held");
  EXPECT_EQ(body["replay_disposition"], "accepted");
  EXPECT_EQ(kept[0], sha256(bytes_of(signal_json("a")))) << "the bytes are evidence";
}

TEST_F(ApiTest, TheSameSignalAgainIsANoOpThatAnswersTheFirst) {
  call("POST", "/v1/signals", "engine", signal_json("a"));
  const auto& again = call("POST", "/v1/signals", "engine", signal_json("a"));
  EXPECT_EQ(again.status, 200);
  const auto body = nlohmann::json::parse(again.body);
  EXPECT_EQ(body["replay_disposition"], "no_op");
  EXPECT_EQ(body["outcome"], "held");
  EXPECT_EQ(body["hold"], 1);
  EXPECT_EQ(count_records(CandidateHeld::kType), 1U);
}

TEST_F(ApiTest, AConflictSaysWithWhat) {
  call("POST", "/v1/signals", "engine", signal_json("a"));
  const auto& other =
      call("POST", "/v1/signals", "engine", signal_json("a", R"(,"stop_loss":59000)"));
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(code(other), "CONFLICTING_INTENT");
  EXPECT_EQ(member(other, "field"), "/intent_id");
  EXPECT_EQ(member(other, "seen"), "other content than under hold 1");

  std::string sell = signal_json("b");
  sell.replace(sell.find(R"("buy")"), 5, R"("sell")");
  const auto& opposite = call("POST", "/v1/signals", "engine", sell);
  EXPECT_EQ(code(opposite), "CONFLICTING_INTENT") << opposite.body;
  EXPECT_EQ(member(opposite, "field"), "/side");
  EXPECT_EQ(member(opposite, "seen"), "the opposite of hold 1");
}

TEST_F(ApiTest, ADeniedSignalSaysWhy) {
  const auto& denied =
      call("POST", "/v1/signals", "engine", signal_json("a", R"(,"stop_loss":70000)"));
  EXPECT_EQ(denied.status, 202);
  const auto body = nlohmann::json::parse(denied.body);
  EXPECT_EQ(body["outcome"], "denied");
  ASSERT_FALSE(body["reasons"].empty());
  EXPECT_EQ(body["reasons"][0]["code"], "STOP_WRONG_SIDE");
}

TEST_F(ApiTest, ABadSignalNamesItsFieldAndIsRecorded) {
  const auto& bad = call("POST", "/v1/signals", "engine", signal_json("a", R"(,"quantity":1)"));
  EXPECT_EQ(bad.status, 403) << "a size makes it an order in disguise: " << bad.body;
  EXPECT_EQ(count_records(SignalRefused::kType), 1U);
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
  const auto& typed =
      call("POST", "/v1/signals", "engine", signal_json("b", R"(,"stop_loss":"x")"));
  EXPECT_EQ(typed.status, 422);
  EXPECT_EQ(code(typed), "FIELD_TYPE");
  EXPECT_NE(typed.body.find("/stop_loss"), std::string::npos) << typed.body;
  EXPECT_EQ(call("POST", "/v1/signals", "engine", "{").status, 400);
  EXPECT_EQ(call("POST", "/v1/signals", "engine", "").status, 400);
  EXPECT_EQ(count_records(SignalRefused::kType), 4U);
  EXPECT_EQ(count_records(SignalDecided::kType), 0U);
}

TEST_F(ApiTest, AnEngineWithItsOwnTokenSpeaksForItselfOnly) {
  const auto& other = call("POST", "/v1/signals", "ai-trader", signal_json("a"));
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(code(other), "ENGINE_NOT_PRINCIPAL");
  EXPECT_EQ(count_records(SignalRefused::kType), 1U);
  EXPECT_EQ(call("POST", "/v1/signals", "ai-trader", signal_json("b", "", "ai-trader")).status,
            202);
}

// A violation is on the account of who sent it, whatever the document calls itself.
TEST_F(ApiTest, ARefusedDocumentIsOnTheAccountOfItsSender) {
  const std::string order = R"(,"quantity":1)";
  EXPECT_EQ(call("POST", "/v1/signals", "ai-trader", signal_json("a", order)).status, 403);
  EXPECT_EQ(call("POST", "/v1/signals", "engine", signal_json("b", order)).status, 403);
  for (const std::string nobody : {R"({"symbol":"BTCUSDT","side":"buy","amount":1})",
                                   R"(buy 1 {"symbol":"BTCUSDT","side":"buy","amount":1})"}) {
    EXPECT_EQ(call("POST", "/v1/signals", "engine", nobody).status, 403) << nobody;
  }
  std::vector<std::string> sources;
  for (const KeptRecord& record : recorder.records) {
    if (record.type != SignalRefused::kType) continue;
    sources.emplace_back(decode<SignalRefused>(record.payload)->source.view());
  }
  EXPECT_EQ(sources, (std::vector<std::string>{"ai-trader", "tradingagents", "engine", "engine"}));
  EXPECT_EQ(state->block_row(Block::PolicyViolation).evidence.view().substr(0, 13), "tradingagents")
      << "the second";
}

// I13: the second attempt latches, as any order of an engine does.
TEST_F(ApiTest, AnEngineOnADecisionRouteIsAViolation) {
  const auto& first = call("POST", "/v1/hitl/commands", "engine", R"({"action":"kill"})");
  EXPECT_EQ(first.status, 403);
  EXPECT_EQ(code(first), "DECISION_BY_ENGINE");
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
  EXPECT_EQ(word.read().state, TradingState::Open);
  EXPECT_FALSE(state->blocked_by(Block::PolicyViolation));
  call("GET", "/v1/hitl/commands", "engine");
  EXPECT_EQ(count_records(ViolationRecorded::kType), 2U);
  EXPECT_TRUE(state->blocked_by(Block::PolicyViolation));
}

TEST_F(ApiTest, AnApprovalNeedsTheDigestThatWasShown) {
  const HoldId hold = a_hold();
  const std::string wrong =
      R"({"action":"approve","command_id":"c0","hold":1,"digest":")" + std::string(64, 'a') + "\"}";
  EXPECT_EQ(code(call("POST", "/v1/hitl/commands", "operator", wrong)), "DIGEST_MISMATCH");
  EXPECT_EQ(answer->status, 409);
  EXPECT_TRUE(venue.submitted.empty());
  const auto& done = call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "c1"));
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(venue.submitted.size(), 1U);
  const auto& again = call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "c1"));
  EXPECT_EQ(nlohmann::json::parse(again.body)["replay_disposition"], "no_op");
  EXPECT_EQ(venue.submitted.size(), 1U);
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "c2")).status, 409);
  const std::string other = R"({"action":"reject","command_id":"c1","hold":1})";
  EXPECT_EQ(code(call("POST", "/v1/hitl/commands", "operator", other)), "COMMAND_CONFLICT");
}

TEST_F(ApiTest, StagesWithMoneyTakeNoApprovalOverHttp) {
  const HoldId hold = a_hold();
  for (const Stage stage : {Stage::S1, Stage::S2}) {
    SessionOpened session = state->session;
    session.stage = stage;
    apply(session);
    settle();
    const std::string id = "c" + std::string(clawgate::word(stage));
    const auto& refused = call("POST", "/v1/hitl/commands", "operator", approve_json(hold, id));
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code(refused), "CHANNEL_NOT_ALLOWED");
  }
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})").status, 200)
      << "stopping is always possible";
}

TEST_F(ApiTest, NeitherOperatorNorChannelCanBeClaimed) {
  const std::string base = R"({"action":"reject","command_id":"c1","hold":1,)";
  EXPECT_EQ(code(call("POST", "/v1/hitl/commands", "operator", base + R"("channel":"telegram"})")),
            "CHANNEL_NOT_ALLOWED");
  EXPECT_EQ(code(call("POST", "/v1/hitl/commands", "operator", base + R"("operator_id":"alice"})")),
            "OPERATOR_NOT_PERMITTED");
  EXPECT_EQ(count_records(OperatorCommand::kType), 0U);
}

TEST_F(ApiTest, WhatAnEmailAsksForIsRecordedAndNeverDone) {
  const HoldId hold = a_hold();
  const std::string asked[] = {approve_json(hold, "mail-1"),
                               R"({"action":"reject","command_id":"mail-2","hold":1})",
                               R"({"action":"kill","command_id":"mail-3"})"};
  for (std::string body : asked) {
    body.back() = ',';
    body += R"("channel":"email"})";
    const auto refused = call("POST", "/v1/hitl/commands", "operator", body);
    EXPECT_EQ(refused.status, 403) << body;
    EXPECT_EQ(code(refused), "UNTRUSTED_COMMAND_SOURCE") << body;
    EXPECT_EQ(member(refused, "field"), "/channel") << body;
    EXPECT_EQ(member(refused, "seen"), "email") << body;
  }
  EXPECT_EQ(count_records(OperatorCommand::kType), 3U);
  EXPECT_TRUE(all<HoldMoved>().empty());
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(all<CommandDecided>().back().reason, Reason::UntrustedCommandSource);
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "c")).status, 200)
      << "the hold is still there, and nothing was killed";
}

TEST_F(ApiTest, ACommandNamesWhatIsWrongWithIt) {
  struct Row {
    std::string body;
    std::string code;
    std::string field;
  };
  const std::vector<Row> rows = {
      {R"([])", "COMMAND_FIELD_VALUE", ""},
      {R"({})", "COMMAND_FIELD_MISSING", "/action"},
      {R"({"action":"buy"})", "COMMAND_FIELD_VALUE", "/action"},
      {R"({"action":"reject","hold":1})", "COMMAND_FIELD_MISSING", "/command_id"},
      {R"({"action":"reject","command_id":"c"})", "COMMAND_FIELD_MISSING", "/hold"},
      {R"({"action":"reject","command_id":"c","hold":0})", "COMMAND_FIELD_VALUE", "/hold"},
      {R"({"action":"reject","command_id":"c","hold":1.5})", "COMMAND_FIELD_VALUE", "/hold"},
      {R"({"action":"reject","command_id":"c","hold":"1"})", "COMMAND_FIELD_VALUE", "/hold"},
      {R"({"action":"approve","command_id":"c","hold":1})", "COMMAND_FIELD_MISSING", "/digest"},
      {R"({"action":"approve","command_id":"c","hold":1,"digest":"x"})", "COMMAND_FIELD_VALUE",
       "/digest"},
      {R"({"action":"unblock","command_id":"c","cause":"BACKLOG"})", "COMMAND_FIELD_VALUE",
       "/cause"},
      {R"({"action":"kill","schema_version":"2.0"})", "COMMAND_FIELD_VALUE", "/schema_version"},
      {R"({"action":"reject","command_id":"c","hold":1,"note":")" + std::string(97, 'n') + "\"}",
       "COMMAND_FIELD_VALUE", "/note"},
      {R"({"action":"reject","command_id":"c","hold":1,"note":"\u00e9"})", "COMMAND_FIELD_VALUE",
       "/note"},
      {R"({"action":"reject","command_id":"c","hold":1,"challenge_id":""})", "COMMAND_FIELD_VALUE",
       "/challenge_id"},
      {R"({"action":"kill","command_id":""})", "COMMAND_FIELD_VALUE", "/command_id"},
      {R"({"action":"kill","action":"kill"})", "JSON_DUPLICATE_KEY", "/action"},
  };
  for (const Row& row : rows) {
    const auto& got = call("POST", "/v1/hitl/commands", "operator", row.body);
    EXPECT_EQ(code(got), row.code) << row.body;
    EXPECT_EQ(got.status, 400) << row.body;
    EXPECT_EQ(nlohmann::json::parse(got.body)["field"], row.field) << row.body;
  }
  EXPECT_EQ(word.read().state, TradingState::Open);
  EXPECT_EQ(count_records(OperatorCommand::kType), 0U);
}

// What the core refuses names the member that it is about, and what that is.
TEST_F(ApiTest, ARefusalOfTheCoreNamesItsField) {
  a_hold();
  struct Row {
    std::string body;
    std::string code;
    std::string field;
    std::string seen;
  };
  const std::vector<Row> rows = {
      {R"({"action":"reject","command_id":"c1","hold":9})", "HOLD_UNKNOWN", "/hold", "9"},
      {R"({"action":"approve","command_id":"c2","hold":1,"digest":")" + std::string(64, 'a') +
           "\"}",
       "DIGEST_MISMATCH", "/digest", "aaaaaaaaaaaa.."},
      {R"({"action":"unblock","command_id":"c3","cause":"KILL","decision_id":"DEC-20260105-AAA"})",
       "CAUSE_UNKNOWN", "/cause", "KILL is not in force; no cause is"},
      {R"({"action":"unblock","command_id":"c4","cause":"KILL"})", "DECISION_ID_MISSING",
       "/decision_id", ""},
      {R"({"action":"close_unknown","command_id":"c5","order":"X1","decision_id":"D"})",
       "UNKNOWN_NOT_OPEN", "/order", "X1"},
  };
  for (const Row& row : rows) {
    const auto& got = call("POST", "/v1/hitl/commands", "operator", row.body);
    EXPECT_EQ(code(got), row.code) << got.body;
    EXPECT_EQ(member(got, "field"), row.field) << got.body;
    EXPECT_EQ(member(got, "seen"), row.seen) << got.body;
  }
}

TEST_F(ApiTest, WhatAKillVoidedIsSaidToBeVoidAndByWhom) {
  const HoldId hold = a_hold();
  const std::string approve = approve_json(hold, "c1");
  call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill","command_id":"k"})");
  const auto& late = call("POST", "/v1/hitl/commands", "operator", approve);
  EXPECT_EQ(code(late), "HOLD_NOT_PENDING");
  EXPECT_EQ(member(late, "field"), "/hold");
  EXPECT_EQ(member(late, "seen"), "1, VOIDED, VOIDED_BY_KILL");

  const auto ended = nlohmann::json::parse(call("GET", "/v1/holds", "reader").body)["ended"];
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0]["reason"], "VOIDED_BY_KILL");
  EXPECT_EQ(ended[0]["this_session"], true);
  const HoldMoved moved = all<HoldMoved>().back();
  EXPECT_EQ(moved.operator_id.view(), "operator");
  EXPECT_EQ(moved.channel, OperatorChannel::Http);
  EXPECT_EQ(moved.command_id.view(), "k");
}

TEST_F(ApiTest, WhatARestartVoidedNobodyDecided) {
  a_hold();
  restart(false);
  const HoldMoved moved = all<HoldMoved>().back();
  EXPECT_EQ(moved.reason, Reason::VoidedByRestart);
  EXPECT_EQ(moved.channel, OperatorChannel::None);
  EXPECT_TRUE(moved.operator_id.empty());
  const auto ended = nlohmann::json::parse(call("GET", "/v1/holds", "reader").body)["ended"];
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0]["reason"], "VOIDED_BY_RESTART");
}

// A denied signal has a number too, and whoever asks for it is told.
TEST_F(ApiTest, ADeniedSignalIsAmongWhatEnded) {
  call("POST", "/v1/signals", "engine", signal_json("a", R"(,"stop_loss":70000)"));
  const auto& refused = call("POST", "/v1/hitl/commands", "operator",
                             R"({"action":"reject","command_id":"c1","hold":1})");
  EXPECT_EQ(member(refused, "seen"), "1, its signal was denied and no order waited");
  const auto ended = nlohmann::json::parse(call("GET", "/v1/holds", "reader").body)["ended"];
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0]["state"], "denied");
  EXPECT_EQ(ended[0]["reason"], "STOP_WRONG_SIDE");
}

TEST_F(ApiTest, ADecisionThatNobodyRecordedIsNamed) {
  call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill","command_id":"k"})");
  const auto& refused = call(
      "POST", "/v1/hitl/commands", "operator",
      R"({"action":"unblock","command_id":"u","cause":"KILL","decision_id":"DEC-20260105-AAA"})");
  EXPECT_EQ(code(refused), "DECISION_NOT_APPROVED");
  EXPECT_EQ(member(refused, "field"), "/decision_id");
  EXPECT_EQ(member(refused, "seen"), "DEC-20260105-AAA");
}

// A decision does not end what is the case: the order at the venue must go first.
TEST_F(ApiTest, AForeignOrderIsUnblockedOnceItIsOver) {
  ExecutionReport foreign;
  foreign.instrument = kBtc;
  foreign.client_order_id = ClientOrderId("handmade-1");
  foreign.exec_type = ExecType::New;
  foreign.ord_status = OrdStatus::New;
  apply(foreign);
  settle();
  const auto decision = a_decision(subject_of(Block::ForeignOrder, subjects));
  const auto unblock = [&](const std::string& id) {
    return call("POST", "/v1/hitl/commands", "operator",
                R"({"action":"unblock","cause":"FOREIGN_ORDER","command_id":")" + id +
                    R"(","decision_id":")" + std::string(decision.view()) + "\"}");
  };
  const HttpResponse refused = unblock("u1");
  EXPECT_EQ(code(refused), "CAUSE_STILL_HOLDS");
  EXPECT_EQ(member(refused, "field"), "/cause");
  EXPECT_EQ(member(refused, "seen"), "handmade-1 is still there: cancel it at the venue first");
  EXPECT_TRUE(state->blocked_by(Block::ForeignOrder));
  foreign.exec_type = ExecType::Canceled;
  foreign.ord_status = OrdStatus::Canceled;
  apply(foreign);
  settle();
  EXPECT_EQ(unblock("u2").status, 200);
  EXPECT_FALSE(state->blocked_by(Block::ForeignOrder));
}

// A stop whose outcome nobody knows is not called live.
TEST_F(ApiTest, AStopThatNobodyKnowsIsUnknown) {
  const HoldId hold = an_open_trade();
  const auto position = [&] {
    return nlohmann::json::parse(call("GET", "/v1/positions", "reader").body)["positions"][0];
  };
  EXPECT_EQ(position()["protection"], "LIVE");
  says(a_report(hold, LegRole::Stop, ExecType::NotFound, OrdStatus::New));
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown);
  EXPECT_EQ(position()["protection"], "UNKNOWN");
}

TEST_F(ApiTest, AMarkHasAnAge) {
  an_open_trade();
  now += 12 * kNanosPerSecond;
  const auto row =
      nlohmann::json::parse(call("GET", "/v1/positions", "reader").body)["positions"][0];
  EXPECT_GE(row["mark_age_ms"], 12'000);
  EXPECT_LT(row["mark_age_ms"], 13'000);
}

TEST_F(ApiTest, AConnectionStandsByItsToken) {
  EXPECT_EQ(api->standing(request("GET", "/", "operator")), Standing::Decider);
  EXPECT_EQ(api->standing(request("GET", "/", "admin")), Standing::Decider);
  EXPECT_EQ(api->standing(request("GET", "/", "engine")), Standing::Member);
  EXPECT_EQ(api->standing(request("GET", "/", "reader")), Standing::Member);
  HttpRequest nobody = request("GET", "/", "operator");
  nobody.authorization += "0";
  EXPECT_EQ(api->standing(nobody), Standing::Stranger);
  nobody.authorization.clear();
  EXPECT_EQ(api->standing(nobody), Standing::Stranger);
}

TEST_F(ApiTest, AKillIsInForceBeforeTheCoreHearsOfIt) {
  ask(request("POST", "/v1/hitl/commands", "operator", R"({"action":"kill","command_id":"k"})"));
  EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(word.read().state, TradingState::Killed);
  core_turn();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(nlohmann::json::parse(answer->body)["trading_state"], "KILLED");
}

// The core's word is ahead of the records that a status is read from.
TEST_F(ApiTest, AStatusTellsTheStricterOfTheDoorAndTheBlocks) {
  const auto told = [&] {
    call("GET", "/v1/status", "reader");
    return nlohmann::json::parse(answer->body)["trading_state"];
  };
  apply(ConditionReported{Block::Reconciling, true, Text<64>("start")});
  settle();
  EXPECT_EQ(told(), "BLOCKED");
  word.publish(TradingState::Open, word.read().epoch);
  EXPECT_EQ(told(), "BLOCKED") << "beside a block that says so";
  apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
  settle();
  EXPECT_EQ(told(), "OPEN");
  EXPECT_TRUE(word.kill());
  EXPECT_EQ(told(), "KILLED") << "before any record of it";
}

// A retry of an old kill must not close again what a decision reopened, with nothing latched.
TEST_F(ApiTest, ARepeatedKillAfterItsDecisionKillsNothing) {
  const std::string kill = R"({"action":"kill","command_id":"k"})";
  call("POST", "/v1/hitl/commands", "operator", kill);
  const std::string unblock =
      R"({"action":"unblock","command_id":"u","cause":"KILL","decision_id":")" +
      std::string(a_decision(subject_of(Block::Kill, subjects)).view()) + "\"}";
  const auto& open = call("POST", "/v1/hitl/commands", "operator", unblock);
  EXPECT_EQ(open.status, 200) << open.body;
  EXPECT_EQ(word.read().state, TradingState::Open);
  const auto& again = call("POST", "/v1/hitl/commands", "operator", kill);
  EXPECT_EQ(nlohmann::json::parse(again.body)["replay_disposition"], "no_op");
  EXPECT_EQ(word.read().state, TradingState::Open);
}

// Its own thread was held up: what the core said meanwhile waits to be heard, and no cause latches.
TEST_F(ApiTest, ATickThatIsLateItselfBlamesNobody) {
  ask(request("POST", "/v1/signals", "engine", signal_json("a")));
  api->tick();
  now += 11 * kNanosPerSecond;
  api->tick();
  EXPECT_FALSE(answer.has_value());
  core_turn();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 202);
}

TEST_F(ApiTest, ALateAnswerIsSaidToBeLate) {
  ask(request("POST", "/v1/signals", "engine", signal_json("a")));
  now += 10 * kNanosPerSecond - 1;
  api->tick();
  EXPECT_FALSE(answer.has_value());
  now += 1;
  api->tick();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 504);
  core_turn();  // the core's answer finds nobody, and nothing breaks
  EXPECT_EQ(call("POST", "/v1/signals", "engine", signal_json("a")).status, 200);
}

TEST_F(ApiTest, AFailureAnswersAllWhoWait) {
  ask(request("POST", "/v1/signals", "engine", signal_json("a")));
  api->fail({Reason::JournalWrite, "", ""});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(ask(request("GET", "/healthz", "reader")).status, 503);
  EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json("b"))).status, 503);
  ask(request("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})"));
  EXPECT_EQ(word.read().state, TradingState::Killed);
}

class FullApiTest : public ApiTest {
 protected:
  FullApiTest() : ApiTest({.control = 3, .kill_reserve = 1, .venue = 4, .signals = 2}) {}
};

TEST_F(FullApiTest, FullSignalsAnswer503AndRetryAfter) {
  ask(request("POST", "/v1/signals", "engine", signal_json("a")));
  ask(request("POST", "/v1/signals", "engine", signal_json("b")));
  EXPECT_FALSE(answer.has_value());
  const auto& full = ask(request("POST", "/v1/signals", "engine", signal_json("c")));
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(code(full), "QUEUE_FULL");
  ASSERT_FALSE(full.headers.empty());
  EXPECT_EQ(full.headers[0].first, "Retry-After");
  core_turn();
  EXPECT_EQ(call("POST", "/v1/signals", "engine", signal_json("c")).status, 202);
}

// I4 with every queue full: the word is stored whatever happens to the command.
TEST_F(FullApiTest, AKillNeedsNoRoomAnywhere) {
  const auto reject = [](int n) {
    return R"({"action":"reject","hold":1,"command_id":"r)" + std::to_string(n) + "\"}";
  };
  ask(request("POST", "/v1/signals", "engine", signal_json("a")));
  ask(request("POST", "/v1/signals", "engine", signal_json("b")));
  while (lanes.put(HandedOff{})) continue;
  ask(request("POST", "/v1/hitl/commands", "operator", reject(1)));
  ask(request("POST", "/v1/hitl/commands", "operator", reject(2)));
  EXPECT_EQ(ask(request("POST", "/v1/hitl/commands", "operator", reject(3))).status, 503);
  EXPECT_EQ(word.read().state, TradingState::Open);
  ask(request("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})"));
  EXPECT_FALSE(answer.has_value()) << "the kill's own place was free";
  EXPECT_EQ(word.read().state, TradingState::Killed);
  EXPECT_EQ(ask(request("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})")).status,
            503);
  EXPECT_EQ(word.read().state, TradingState::Killed);
  core_turn();
  EXPECT_TRUE(state->blocked_by(Block::Kill));
}

TEST_F(ApiTest, AStreamBeginsWhereItIsAskedTo) {
  const HoldId hold = a_hold();
  static_cast<void>(hold);
  Seq after;
  EXPECT_FALSE(api->refuse_stream(request("GET", "/v1/stream", "reader"), after).has_value());
  EXPECT_EQ(after, projection.head().seq);
  EXPECT_FALSE(api->refuse_stream(request("GET", "/v1/stream?after=3", "reader"), after));
  EXPECT_EQ(after, Seq(3));
  const auto refused = [&](const std::string& target, const std::string& who) {
    const auto response = api->refuse_stream(request("GET", target, who), after);
    return response ? response->status : 0;
  };
  EXPECT_EQ(refused("/v1/stream", "engine"), 403);
  EXPECT_EQ(refused("/v1/stream?after=x", "reader"), 400);
  EXPECT_EQ(refused("/v1/stream?after=2&x=1", "reader"), 400);
  EXPECT_EQ(refused("/v1/stream?&after=2&", "reader"), 0);
  EXPECT_EQ(after, Seq(2));
  EXPECT_EQ(refused("/v1/stream?after=99999", "reader"), 410);
  EXPECT_EQ(refused("/v1/nothing", "reader"), 404);
  const auto other = api->refuse_stream(request("GET", "/v1/status", "reader"), after);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->status, 400);
  EXPECT_EQ(member(*other, "field"), "Upgrade");
  EXPECT_EQ(member(*other, "seen"), "only /v1/stream is a WebSocket");
  HttpRequest foreign = request("GET", "/v1/stream", "reader");
  foreign.origin = "http://evil.example";
  EXPECT_EQ(api->refuse_stream(foreign, after)->status, 403);
}

// A record that is only in the core's memory is shown to nobody.
TEST_F(ApiTest, OnlyWhatIsDurableIsShown) {
  apply(a_signal());  // not settled
  ASSERT_LT(recorder.durable, recorder.records.size());
  ask(request("GET", "/v1/journal/head", "reader"));
  EXPECT_EQ(nlohmann::json::parse(answer->body)["seq"], recorder.durable);
  settle();
  ask(request("GET", "/v1/journal/head", "reader"));
  EXPECT_EQ(nlohmann::json::parse(answer->body)["seq"], recorder.records.size());
}

}  // namespace
}  // namespace clawgate::gateway
