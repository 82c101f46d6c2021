// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/limits_json.h"
#include "governance/policy/actions.h"
#include "schemas/record_json.h"
#include "tests/gateway/serve/api_fixture.h"

// The routes of the office: both answers of each, and what the core is told of it.

namespace clawgate::gateway {
namespace {

using contracts::DecisionPurpose;
using contracts::SideEffectClass;
using nlohmann::json;

class OfficeApiTest : public ApiTest {
 protected:
  static contracts::DecisionRequest a_request(const std::string& key = "stage:S1:1") {
    contracts::DecisionRequest request;
    request.purpose = DecisionPurpose::General;
    request.decision_key = key;
    request.title = "t";
    request.proposal = "p";
    request.side_effect_class = SideEffectClass::None;
    request.requested_by = "operator";
    request.rollback_plan = "none";
    request.evidence_refs = {"summary.json"};
    return request;
  }
  /// Puts it; its id.
  std::string opened(const contracts::DecisionRequest& request, json more = json::object()) {
    more["request"] = json::parse(encode(request));
    const auto& got = call("POST", "/v1/decisions", "operator", more.dump());
    EXPECT_EQ(got.status, 200) << got.body;
    return json::parse(got.body)["decision"]["decision"]["decision_id"];
  }
  static std::string answer_json(const std::string& action, const std::string& id,
                                 const std::string& command) {
    return json({{"action", action}, {"decision_id", id}, {"command_id", command}}).dump();
  }
  HttpResponse& say(const std::string& action, const std::string& id, const std::string& command) {
    return call("POST", "/v1/decisions/answer", "operator", answer_json(action, id, command));
  }
  std::string approved(const contracts::DecisionRequest& request, json more = json::object()) {
    const std::string id = opened(request, std::move(more));
    EXPECT_EQ(say("approve", id, "approve-" + id).status, 200) << answer->body;
    return id;
  }
  [[nodiscard]] std::string ledger() const {
    std::ifstream file(directory.path() / "data/governance/ledger.jsonl");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  [[nodiscard]] static std::vector<std::string> codes(const HttpResponse& response) {
    std::vector<std::string> all;
    const json body = json::parse(response.body);
    for (const json& row : body["findings"]) all.push_back(row["code"]);
    return all;
  }
  json document() { return json::parse(call("GET", "/v1/limits", "reader").body)["limits"]; }
  HttpResponse& propose(const json& limits, const std::string& command) {
    return call("POST", "/v1/limits", "operator",
                json({{"command_id", command}, {"limits", limits}}).dump());
  }
};

TEST_F(OfficeApiTest, ADecisionIsOpenedListedAndAnsweredOnce) {
  const std::string id = opened(a_request());
  const auto& again = call("POST", "/v1/decisions", "operator",
                           json({{"request", json::parse(encode(a_request()))}}).dump());
  EXPECT_EQ(json::parse(again.body)["replay_disposition"], "no_op");
  const auto waiting = json::parse(call("GET", "/v1/decisions?pending=true", "reader").body);
  ASSERT_EQ(waiting["decisions"].size(), 1U);
  EXPECT_EQ(say("approve", id, "c1").status, 200) << answer->body;
  EXPECT_EQ(json::parse(answer->body)["decision"]["decision"]["status"], "APPROVED");
  EXPECT_EQ(json::parse(say("approve", id, "c1").body)["replay_disposition"], "no_op");
  EXPECT_EQ(code(say("reject", id, "c1")), "COMMAND_CONFLICT");
  EXPECT_EQ(code(say("reject", id, "c2")), "DECISION_NOT_PENDING");
  EXPECT_EQ(answer->status, 409);
  const auto one = json::parse(call("GET", "/v1/decisions?id=" + id, "reader").body);
  EXPECT_EQ(one["decisions"][0]["decision"]["approver_operator_id"], "operator");
  const auto left = json::parse(call("GET", "/v1/decisions?pending=true", "reader").body);
  EXPECT_TRUE(left["decisions"].empty());
  const auto& unknown = call("GET", "/v1/decisions?id=DEC-20260105-999", "reader");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(code(unknown), "DECISION_UNKNOWN");
}

TEST_F(OfficeApiTest, AnyDecisionIsKilledOrRejectedOverHttp) {
  EXPECT_EQ(say("kill", opened(a_request("a:b:1")), "c1").status, 200);
  EXPECT_EQ(json::parse(answer->body)["decision"]["decision"]["status"], "KILLED");
  EXPECT_EQ(say("reject", opened(a_request("a:b:2")), "c2").status, 200);
  EXPECT_EQ(json::parse(answer->body)["decision"]["decision"]["status"], "REJECTED");
}

TEST_F(OfficeApiTest, WhatFreesMoneyTakesATrustedChannelAndASecondFactor) {
  auto request = a_request();
  request.purpose = DecisionPurpose::S1Entry;
  request.side_effect_class = SideEffectClass::Financial;
  const std::string id = opened(request);
  const auto& refused = say("approve", id, "c1");
  EXPECT_EQ(refused.status, 403);
  const auto all = codes(refused);
  for (const std::string wanted : {"CHANNEL_NOT_ALLOWED", "EXPLICIT_APPROVAL_MISSING",
                                   "EVIDENCE_MISSING", "CHALLENGE_REQUIRED"}) {
    EXPECT_NE(std::find(all.begin(), all.end(), wanted), all.end()) << wanted << refused.body;
  }
  const json full = {{"action", "approve"},
                     {"decision_id", id},
                     {"command_id", "c2"},
                     {"explicit_human_approval", true},
                     {"evidence_ref", "summary.json"},
                     {"challenge_id", "made-up"},
                     {"signature_or_proof", "123456"}};
  const auto& made_up = call("POST", "/v1/decisions/answer", "operator", full.dump());
  EXPECT_EQ(codes(made_up), std::vector<std::string>{"CHANNEL_NOT_ALLOWED"});
  EXPECT_EQ(say("reject", id, "c3").status, 200);
}

TEST_F(OfficeApiTest, NobodyAsksOrAnswersInAnothersName) {
  auto request = a_request();
  request.requested_by = "admin";
  const json draft = {{"request", json::parse(encode(request))}};
  EXPECT_EQ(code(call("POST", "/v1/decisions", "operator", draft.dump())),
            "OPERATOR_NOT_PERMITTED");
  EXPECT_EQ(call("POST", "/v1/decisions", "admin", draft.dump()).status, 200);
  json command = json::parse(answer_json("reject", "DEC-20260105-001", "c1"));
  command["channel"] = "telegram";
  EXPECT_EQ(code(call("POST", "/v1/decisions/answer", "operator", command.dump())),
            "CHANNEL_NOT_ALLOWED");
  command["channel"] = "email";
  EXPECT_EQ(code(call("POST", "/v1/decisions/answer", "operator", command.dump())),
            "UNTRUSTED_COMMAND_SOURCE");
  command["channel"] = "http";
  command["operator_id"] = "admin";
  EXPECT_EQ(code(call("POST", "/v1/decisions/answer", "operator", command.dump())),
            "OPERATOR_NOT_PERMITTED");
}

TEST_F(OfficeApiTest, ABadBodyNamesItsFieldAndChangesNothing) {
  struct Row {
    std::string path;
    std::string body;
    std::string code;
    std::string field;
    int status;
  };
  json odd = json::parse(encode(a_request()));
  odd["risk_tier"] = "R9";
  json bare = document();
  bare.erase("cooldown_ns");
  json typed = document();
  typed["day_orders_max"] = "6";
  json many = document();
  many["more"] = 1;
  const auto limits = [](const json& body) {
    return json({{"command_id", "c"}, {"limits", body}}).dump();
  };
  const std::vector<Row> rows = {
      {"/v1/decisions", "[]", "COMMAND_FIELD_VALUE", "", 400},
      {"/v1/decisions", "{}", "COMMAND_FIELD_MISSING", "/request", 400},
      {"/v1/decisions", json({{"request", odd}}).dump(), "FIELD_VALUE", "/request/risk_tier", 422},
      {"/v1/decisions", R"({"request":{},"x":1})", "COMMAND_FIELD_VALUE", "/x", 400},
      {"/v1/decisions",
       json({{"request", json::parse(encode(a_request()))}, {"cause", "RAIN"}}).dump(),
       "CAUSE_UNKNOWN", "/cause", 409},
      {"/v1/decisions/answer", "{", "JSON_SYNTAX", "", 400},
      {"/v1/decisions/answer", "{}", "COMMAND_FIELD_MISSING", "/action", 400},
      {"/v1/decisions/answer", answer_json("expire", "DEC-1", "c"), "COMMAND_FIELD_VALUE",
       "/action", 400},
      {"/v1/decisions/answer", R"({"action":"reject","decision_id":"DEC-1"})",
       "COMMAND_FIELD_MISSING", "/command_id", 400},
      {"/v1/decisions/answer", answer_json("reject", "DEC-1", "c"), "DECISION_UNKNOWN",
       "/decision_id", 404},
      {"/v1/stage/promote", "{}", "COMMAND_FIELD_MISSING", "/target", 400},
      {"/v1/stage/promote", R"({"target":"S3","decision_id":"DEC-1"})", "COMMAND_FIELD_VALUE",
       "/target", 400},
      {"/v1/stage/promote", R"({"target":"S1"})", "COMMAND_FIELD_MISSING", "/decision_id", 400},
      {"/v1/incidents/change", "{}", "COMMAND_FIELD_MISSING", "/incident_id", 400},
      {"/v1/incidents/change", R"({"incident_id":"INC-1","event":"note"})", "INCIDENT_UNKNOWN",
       "/incident_id", 404},
      {"/v1/stage/unblock", "{}", "COMMAND_FIELD_MISSING", "/decision_id", 400},
      {"/v1/stage/checklist", "{}", "FIELD_MISSING", "/schema_version", 422},
      {"/v1/limits", "{}", "COMMAND_FIELD_MISSING", "/command_id", 400},
      {"/v1/limits", R"({"command_id":"c"})", "COMMAND_FIELD_MISSING", "/limits", 400},
      {"/v1/limits", limits(bare), "FIELD_MISSING", "/limits/cooldown_ns", 422},
      {"/v1/limits", limits(typed), "FIELD_TYPE", "/limits/day_orders_max", 422},
      {"/v1/limits", limits(many), "FIELD_UNKNOWN", "/limits/more", 422},
  };
  for (const Row& row : rows) {
    const auto& got = call("POST", row.path, "operator", row.body);
    EXPECT_EQ(code(got), row.code) << row.path << row.body << got.body;
    EXPECT_EQ(got.status, row.status) << row.path << row.body << got.body;
    EXPECT_EQ(json::parse(got.body)["field"], row.field) << row.path << row.body;
  }
  EXPECT_EQ(count_records(LimitsProposed::kType), 1U) << "the session's own";
  EXPECT_EQ(ledger().find("decision_opened"), std::string::npos);
  EXPECT_EQ(ledger().find("checklist_recorded"), std::string::npos);
}

// A role that may not leaves no trace; an engine's token leaves that of a violation, in the journal
// and in the ledger.
TEST_F(OfficeApiTest, AReaderDecidesNothingAndAnEnginesAttemptIsAViolation) {
  std::size_t violations = 0;
  for (const Api::Route& route : Api::routes()) {
    if (route.action.empty()) continue;
    const std::string path(route.path);
    if (route.method == "POST") {
      EXPECT_EQ(code(call("POST", path, "reader", "{}")), "ROLE_NOT_ALLOWED") << path;
      EXPECT_EQ(answer->status, 403);
    }
    EXPECT_EQ(code(call(std::string(route.method), path, "engine", "{}")), "DECISION_BY_ENGINE")
        << path;
    EXPECT_EQ(count_records(ViolationRecorded::kType), ++violations) << path;
  }
  EXPECT_GE(violations, 8U);
  for (const Api::Route& route : Api::routes()) {
    if (route.method != "GET" || (route.roles & bit_of(Role::Engine)) != 0) continue;
    EXPECT_EQ(code(call("GET", std::string(route.path), "engine")), "ROLE_NOT_ALLOWED")
        << "to read is no attempt to decide";
  }
  EXPECT_EQ(count_records(ViolationRecorded::kType), violations);
  EXPECT_EQ(ledger(), "") << "nothing was decided";
  catch_up();
  link.bring(UnixNanos(now));
  const std::string text = ledger();
  std::size_t told = 0;
  for (std::size_t at = text.find("\"violation_recorded\""); at != std::string::npos;
       at = text.find("\"violation_recorded\"", at + 1)) {
    ++told;
  }
  EXPECT_EQ(told, violations);
}

TEST_F(OfficeApiTest, TheCoreKnowsADecisionBeforeWhoMadeItIsAnswered) {
  call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill","command_id":"k"})");
  auto request = a_request();
  request.purpose = DecisionPurpose::Unblock;
  const std::string other = approved(a_request("a:b:1"), {{"cause", "FOREIGN_ORDER"}});
  const std::string id = approved(request, {{"cause", "KILL"}});
  const auto unblock = [&](const std::string& decision, const std::string& command) {
    const json body = {{"action", "unblock"},
                       {"command_id", command},
                       {"cause", "KILL"},
                       {"decision_id", decision}};
    return code(call("POST", "/v1/hitl/commands", "operator", body.dump()));
  };
  EXPECT_EQ(unblock(other, "u1"), "DECISION_OTHER_SUBJECT");
  EXPECT_EQ(unblock(id, "u2"), "");
  EXPECT_EQ(word.read().state, TradingState::Open);
}

TEST_F(OfficeApiTest, TheStageSaysWhatIsMissingAndAPromotionIsRefusedWithAllOfIt) {
  const auto view = json::parse(call("GET", "/v1/stage", "reader").body);
  EXPECT_EQ(view["stage"], "S0");
  EXPECT_EQ(view["next"], "S1");
  ASSERT_GE(view["missing"].size(), 7U);
  const auto& refused = call("POST", "/v1/stage/promote", "operator",
                             R"({"target":"S1","decision_id":"DEC-20260105-001"})");
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(json::parse(refused.body)["findings"].size(), view["missing"].size());
  call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill","command_id":"k"})");
  const auto blocked = json::parse(call("GET", "/v1/stage", "reader").body);
  EXPECT_EQ(blocked["missing"].size(), view["missing"].size() + 1) << "the gateway is blocked";
}

// What the core found counts against a promotion, though nobody has told the office yet.
TEST_F(OfficeApiTest, APromotionKnowsTheCoresViolations) {
  call("POST", "/v1/hitl/commands", "engine", "{}");
  const auto& refused = call("POST", "/v1/stage/promote", "operator",
                             R"({"target":"S1","decision_id":"DEC-20260105-001"})");
  const auto all = codes(refused);
  EXPECT_NE(std::find(all.begin(), all.end(), "STAGE_VIOLATIONS"), all.end()) << refused.body;
}

// From the core's finding to the end of the block that it put on the stage.
TEST_F(OfficeApiTest, AnIncidentIsClosedWithItsCauseAndThenTheStageIsUnblocked) {
  an_open_trade();
  {
    const auto office = governance::Office::open(link.desk().place().directory(), UnixNanos(now));
    governance::StageMoved granted;
    granted.stage = Stage::S1;
    granted.cause = "a test";
    ASSERT_FALSE((*office)->record(governance::LedgerFact(granted), UnixNanos(now)));
  }
  apply(ConditionReported{Block::VenueUnreachable, true, Text<64>("test")});
  settle();
  catch_up();
  link.bring(UnixNanos(now));
  const auto records = json::parse(call("GET", "/v1/incidents", "reader").body)["records"];
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["severity"], "SEV-1");
  EXPECT_TRUE(json::parse(call("GET", "/v1/stage", "reader").body)["blocked"]);
  const auto change = [&](json body) {
    body["incident_id"] = records[0]["incident_id"];
    return call("POST", "/v1/incidents/change", "operator", body.dump());
  };
  EXPECT_EQ(code(change({{"event", "close"}})), "INCIDENT_INCOMPLETE");
  EXPECT_EQ(code(change({{"event", "end"}})), "COMMAND_FIELD_VALUE");
  EXPECT_EQ(change({{"event", "mitigate"}, {"action", "Reconnected."}}).status, 200);
  EXPECT_EQ(change({{"event", "close"}, {"root_cause", "A cable."}}).status, 200) << answer->body;
  EXPECT_EQ(code(change({{"event", "note"}})), "INCIDENT_MOVE");
  const auto& refused =
      call("POST", "/v1/stage/unblock", "operator", R"({"decision_id":"DEC-20260105-999"})");
  EXPECT_EQ(code(refused), "PROMOTION_DECISION");
  EXPECT_TRUE(json::parse(call("GET", "/v1/stage", "reader").body)["blocked"]);
}

TEST_F(OfficeApiTest, AChecklistOnHoldIsKeptAndNamesItsFindings) {
  contracts::PreLiveChecklist list;
  list.checklist_id = "CHECKLIST-1";
  list.decision_id = "DEC-20260105-001";
  list.operator_id = "operator";
  list.approved_at = UnixNanos(now);
  list.items.push_back({"eval_trading_green", contracts::ItemStatus::Fail, "summary.json"});
  const auto& held = call("POST", "/v1/stage/checklist", "operator", encode(list));
  EXPECT_EQ(held.status, 409) << held.body;
  const auto all = codes(held);
  EXPECT_NE(std::find(all.begin(), all.end(), "CHECKLIST_ITEM_FAILED"), all.end()) << held.body;
  EXPECT_TRUE(std::ifstream(directory.path() / "checklists/CHECKLIST-1.json").good());
  EXPECT_NE(ledger().find("checklist_recorded"), std::string::npos);
}

TEST_F(OfficeApiTest, AnUnknownOrderIsClosedByADecisionOverItself) {
  auto request = a_request("close:order:1");
  const std::string first = approved(request, {{"order", "cgOrder-1"}});
  request.decision_key = "close:order:2";
  const std::string second = approved(request, {{"order", "cgOrder-2"}});
  Sha256 hasher;
  const DecisionRecorded* const told = state->decision(DecisionId(first));
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->subject, subject_of(ClientOrderId("cgOrder-1"), hasher));
  EXPECT_NE(state->decision(DecisionId(second))->subject, told->subject);

  request.decision_key = "close:order:3";
  const auto refused = [&](const json& more) {
    json body = more;
    body["request"] = json::parse(encode(request));
    return code(call("POST", "/v1/decisions", "operator", body.dump()));
  };
  EXPECT_EQ(refused({{"order", "no id"}}), "COMMAND_FIELD_VALUE");
  EXPECT_EQ(refused({{"order", std::string(37, 'x')}}), "COMMAND_FIELD_VALUE");
  EXPECT_EQ(refused({{"order", "cgOrder-1"}, {"cause", "KILL"}}), "COMMAND_FIELD_VALUE")
      << "over two things";
  request.purpose = DecisionPurpose::Unblock;
  EXPECT_EQ(refused({{"order", "cgOrder-1"}}), "COMMAND_FIELD_VALUE") << "it would unblock a stage";
  request.purpose = DecisionPurpose::General;
  EXPECT_FALSE(opened(request, {{"order", std::string(36, 'x')}}).empty());
}

TEST_F(OfficeApiTest, LimitsGoDownAtOnceAndUpByADecisionOverThemselves) {
  json lower = document();
  lower["version"] = lower["version"].get<int>() + 1;
  lower["order_notional_max"] = "20";
  EXPECT_EQ(propose(lower, "l1").status, 200) << answer->body;
  EXPECT_EQ(state->limits->order_notional_max, Notional::of(20));
  EXPECT_EQ(json::parse(propose(lower, "l1").body)["replay_disposition"], "no_op");

  json higher = document();
  higher["version"] = higher["version"].get<int>() + 1;
  higher["order_notional_max"] = "21";
  EXPECT_EQ(code(propose(higher, "l2")), "LIMITS_NEED_DECISION");
  auto request = a_request("limits:orders:1");
  request.purpose = DecisionPurpose::LimitsChange;
  json other = higher;
  other["day_orders_max"] = 5;
  higher["decision"] = approved(request, {{"limits", other}});
  EXPECT_EQ(code(propose(higher, "l3")), "DECISION_OTHER_SUBJECT");
  request.decision_key = "limits:orders:2";
  higher["decision"] = approved(request, {{"limits", higher}});
  EXPECT_EQ(propose(higher, "l4").status, 200) << answer->body;
  EXPECT_EQ(state->limits->order_notional_max, Notional::of(21));
  json over = higher;
  over["version"] = over["version"].get<int>() + 1;
  over["drawdown_max"] = "0.5";
  EXPECT_EQ(code(propose(over, "l5")), "LIMITS_OUT_OF_RANGE");
}

TEST(LimitsJsonTest, WhatIsShownReadsBackAsTheSameDocument) {
  Limits limits;
  ASSERT_TRUE(limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), {}}));
  ASSERT_TRUE(limits.engines.push_back(EngineName("tradingagents")));
  ASSERT_TRUE(limits.weights.push_back(bps(2'500)));
  limits.level = RampLevel::L1;
  limits.decision = DecisionId("DEC-20260105-001");
  std::array<std::uint8_t, 4096> room;
  Writer writer(room);
  writer.put(limits);
  json shown = json::parse(record_json(Limits::kType, writer.written()));
  shown.erase("record");
  const auto read = limits_from(read_json(shown.dump()).value(), "");
  ASSERT_TRUE(read.has_value()) << to_text(read.error());
  Sha256 hasher;
  EXPECT_EQ(subject_of(*read, hasher), subject_of(limits, hasher));
  EXPECT_EQ(read->decision, limits.decision);
}

// Not the code, the table says what a command may do.
TEST_F(OfficeApiTest, ARowOfTheTableOfActionsDecidesOverEachCommand) {
  using governance::ActionRow;
  using governance::ActionRule;
  static constexpr ActionRow kNoOrders[] = {
      {governance::kPlaceOrder, ActionRule::Blocked},
      {governance::kStopEntries, ActionRule::OperatorRequired}};
  static constexpr ActionRow kNoKill[] = {{governance::kStopEntries, ActionRule::Blocked}};
  const HoldId hold = a_hold();
  const auto say_command = [&](const std::string& body) -> HttpResponse& {
    return call("POST", "/v1/hitl/commands", "operator", body);
  };
  open_api(kNoOrders);
  EXPECT_EQ(code(say_command(approve_json(hold, "a1"))), "ACTION_BLOCKED");
  EXPECT_EQ(answer->status, 403);
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(code(call("POST", "/v1/reconcile", "operator", R"({"command_id":"r1"})")),
            "ACTION_UNKNOWN")
      << "in no row";
  open_api(kNoKill);
  EXPECT_EQ(code(say_command(R"({"action":"kill"})")), "ACTION_BLOCKED");
  EXPECT_EQ(word.read().state, TradingState::Open);
  open_api(kNoOrders);
  EXPECT_EQ(say_command(R"({"action":"kill"})").status, 200) << answer->body;
  EXPECT_EQ(word.read().state, TradingState::Killed);
}

TEST_F(OfficeApiTest, WithItsOwnTableAnApprovalLeadsToAnOrder) {
  const HoldId hold = a_hold();
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "a1")).status, 200);
  EXPECT_EQ(venue.submitted.size(), 1U);
  EXPECT_EQ(call("POST", "/v1/reconcile", "operator", R"({"command_id":"r1"})").status, 200);
}

TEST_F(OfficeApiTest, WhatIsWrittenToTheOfficeHoldsUpNobodyElse) {
  std::vector<std::pair<std::function<HttpResponse()>, HttpReply>> held;
  aside = [&](std::function<HttpResponse()> work, HttpReply done) {
    if (!held.empty()) return false;
    held.emplace_back(std::move(work), std::move(done));
    return true;
  };
  open_api(governance::action_rows());
  const std::string body = json({{"request", json::parse(encode(a_request()))}}).dump();
  EXPECT_EQ(ask(request("POST", "/v1/decisions", "operator", body)).status, 0);
  EXPECT_EQ(ledger(), "") << "the disk is slow";
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})").status, 200);
  EXPECT_EQ(word.read().state, TradingState::Killed) << "a kill waited for the office";
  EXPECT_EQ(code(call("POST", "/v1/decisions", "operator", body)), "QUEUE_FULL");
  answer.reset();
  held[0].second(held[0].first());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200) << answer->body;
  EXPECT_NE(ledger(), "");
}

TEST(ActionRoutesTest, EachGuardedRouteLeadsToAnActionThatTheTableKeepsFromWhoShowsNothing) {
  for (const Api::Route& route : Api::routes()) {
    if (route.action.empty()) continue;
    const auto refused = governance::check_action({.action = route.action});
    ASSERT_TRUE(refused.has_value()) << route.path;
    EXPECT_EQ(refused->reason, Reason::ActionNotAllowed) << route.path;
  }
}

}  // namespace
}  // namespace clawgate::gateway
