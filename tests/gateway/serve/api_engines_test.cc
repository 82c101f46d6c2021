// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/gateway/serve/api_fixture.h"

// What engines say about themselves over HTTP, and who may say it.

namespace clawgate::gateway {
namespace {

using nlohmann::json;

constexpr std::string_view kHeartbeat = "/v1/engines/heartbeat";

class ApiEnginesTest : public ApiTest {
 protected:
  ApiEnginesTest() {
    const Limits two = next_limits(
        [](Limits& limits) { EXPECT_TRUE(limits.engines.push_back(EngineName("ai-trader"))); });
    EXPECT_EQ(propose_decided(two), Reason::None);
    settle();
  }
  HttpResponse& beat(const std::string& who, const std::string& body) {
    return call("POST", std::string(kHeartbeat), who, body);
  }
  [[nodiscard]] json engine(std::size_t at) {
    return json::parse(call("GET", "/v1/status", "reader").body)["engines"][at];
  }
};

TEST_F(ApiEnginesTest, AHeartbeatIsRecordedAndShown) {
  EXPECT_EQ(engine(0)["health"], "not_watched");
  EXPECT_EQ(engine(0)["role"], "primary");
  EXPECT_EQ(engine(1)["role"], "secondary");
  const auto& told = beat("engine", R"({"engine":"tradingagents","healthy":true,"note":"warm"})");
  EXPECT_EQ(told.status, 200) << told.body;
  EXPECT_EQ(json::parse(told.body)["health"], "healthy");
  EXPECT_EQ(count_records(EngineHeartbeat::kType), 1U);
  EXPECT_EQ(engine(0)["health"], "healthy");
  EXPECT_EQ(engine(1)["health"], "not_watched");
}

TEST_F(ApiEnginesTest, ItIsAnsweredOnlyOnceItIsRecorded) {
  EXPECT_EQ(
      ask(request("POST", std::string(kHeartbeat), "ai-trader", R"({"healthy":true})")).status, 0);
  EXPECT_EQ(count_records(EngineHeartbeat::kType), 0U);
  core_turn();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(json::parse(answer->body)["engine"], "ai-trader");
}

TEST_F(ApiEnginesTest, AnEngineSpeaksForItselfOnly) {
  const auto& other = beat("ai-trader", R"({"engine":"tradingagents","healthy":false})");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(code(other), "ENGINE_NOT_PRINCIPAL");
  // The token that stands for the engines without one does not stand for those with one.
  const auto& shared = beat("engine", R"({"engine":"ai-trader","healthy":true})");
  EXPECT_EQ(code(shared), "ENGINE_NOT_PRINCIPAL");
  EXPECT_EQ(count_records(EngineHeartbeat::kType), 0U);
  EXPECT_EQ(count_records(SignalRefused::kType), 2U);
  EXPECT_FALSE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(beat("admin", R"({"engine":"ai-trader","healthy":true})").status, 200);
  for (const char* const who : {"operator", "reader"}) {
    EXPECT_EQ(code(beat(who, R"({"engine":"tradingagents","healthy":true})")), "ROLE_NOT_ALLOWED");
  }
}

TEST_F(ApiEnginesTest, BadHeartbeatsAreNamedAndChangeNothing) {
  struct Row {
    std::string who;
    std::string body;
    int status;
    std::string code;
    std::string field;
  };
  const Row rows[] = {
      {"engine", "{", 400, "JSON_SYNTAX", ""},
      {"engine", "[]", 422, "FIELD_TYPE", ""},
      {"engine", R"({"healthy":true})", 422, "FIELD_MISSING", "/engine"},
      {"ai-trader", R"({})", 422, "FIELD_MISSING", "/healthy"},
      {"ai-trader", R"({"healthy":"yes"})", 422, "FIELD_TYPE", "/healthy"},
      {"ai-trader", R"({"healthy":true,"engine":7})", 422, "FIELD_TYPE", "/engine"},
      {"ai-trader", R"({"healthy":true,"order":1})", 422, "FIELD_UNKNOWN", "/order"},
      {"ai-trader", R"({"healthy":true,"schema_version":"2.0"})", 422, "SCHEMA_VERSION",
       "/schema_version"},
      {"ai-trader", R"({"healthy":true,"note":")" + std::string(65, 'n') + "\"}", 422,
       "FIELD_TOO_LONG", "/note"},
      {"admin", R"({"engine":"nobody","healthy":true})", 409, "ENGINE_NOT_ENABLED", "/engine"},
  };
  std::size_t refused = 0;
  for (const Row& row : rows) {
    const auto& told = beat(row.who, row.body);
    EXPECT_EQ(told.status, row.status) << row.body << " " << told.body;
    EXPECT_EQ(code(told), row.code) << row.body;
    EXPECT_EQ(json::parse(told.body)["field"], row.field) << row.body;
    EXPECT_EQ(count_records(SignalRefused::kType), ++refused);
  }
  EXPECT_EQ(count_records(EngineHeartbeat::kType), 0U);
}

TEST_F(ApiEnginesTest, AnUnwellPrimaryBlocksAndItsEndNeedsADecision) {
  EXPECT_EQ(beat("engine", R"({"engine":"tradingagents","healthy":false})").status, 200);
  EXPECT_EQ(engine(0)["health"], "unwell");
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  const std::string unblock =
      R"({"action":"unblock","cause":"PRIMARY_ENGINE_LOST","decision_id":")" +
      std::string(a_decision(subject_of(Block::PrimaryEngineLost, subjects)).view()) +
      R"(","command_id":")";
  EXPECT_EQ(code(call("POST", "/v1/hitl/commands", "operator", unblock + "u1\"}")),
            "CAUSE_STILL_HOLDS");
  beat("engine", R"({"engine":"tradingagents","healthy":true})");
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost)) << "a heartbeat alone ends nothing";
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", unblock + "u2\"}").status, 200);
  EXPECT_EQ(state->blocks, 0U);
}

TEST_F(ApiEnginesTest, TheMomentOfSilenceIsShown) {
  beat("engine", R"({"engine":"tradingagents","healthy":true})");
  const std::int64_t left = state->limits->engine_silence_max_ns;
  now += left - 1;
  EXPECT_EQ(engine(0)["health"], "healthy");
  now += 1;
  EXPECT_EQ(engine(0)["health"], "silent");
}

}  // namespace
}  // namespace clawgate::gateway
