// SPDX-License-Identifier: Apache-2.0
#include "signals/economic.h"

#include <gtest/gtest.h>

#include <string>

#include "signals/file.h"
#include "tests/signals/intake_support.h"

namespace clawgate::signals {
namespace {

std::string float_text(std::string_view text, Round round) {
  const auto raw = raw_of_float(text, round);
  return raw ? to_short_text(*raw) : "none";
}

TEST(EconomicTest, FloatsAreReadExactlyAndRoundedAsAsked) {
  EXPECT_EQ(float_text("0.6900000000000001", Round::Down), "0.69");
  EXPECT_EQ(float_text("0.6900000000000001", Round::Up), "0.69000001");
  EXPECT_EQ(float_text("9.5e-05", Round::Up), "0.000095");
  EXPECT_EQ(float_text("1e-9", Round::Up), "0.00000001");
  EXPECT_EQ(float_text("1e-9", Round::Down), "0");
  EXPECT_EQ(float_text("-1e-9", Round::Up), "0");
  EXPECT_EQ(float_text("-1e-9", Round::Down), "-0.00000001");
  EXPECT_EQ(float_text("1.5E+2", Round::Up), "150");
  EXPECT_EQ(float_text("0", Round::Up), "0");
  EXPECT_EQ(float_text("92233720368.54775807", Round::Up), "92233720368.54775807");
  EXPECT_EQ(float_text("92233720368.54775808", Round::Up), "none");
  for (const char* const text : {"", "-", ".5", "1e", "e5", "NaN", "1e999", "1.2.3", "0x1"}) {
    EXPECT_EQ(float_text(text, Round::Up), "none") << text;
  }
}

constexpr std::string_view kCosts =
    R"({"timestamp_start":"2026-02-21T08:14:39.5","timestamp_end":"2026-02-21T08:17:59","task_id":"t1",)"
    R"("cost_summary":{"total_cost":0.072864},"session_cost":9.0})"
    "\n"
    R"({"timestamp_start":"2026-02-21T08:10:00","timestamp_end":"2026-02-21T08:11:00","task_id":"t1",)"
    R"("cost_summary":{"total_cost":0.0000000001}})"
    "\n"
    R"({"type":"work_income","task_id":"t1","actual_payment":5.0,"payment_awarded":true})"
    "\n";
constexpr std::string_view kDone =
    R"({"task_id":"t1","attempt":1,"work_submitted":true,"evaluation_score":0.6000000000000001,)"
    R"("money_earned":171.3,"timestamp":"2026-02-21T08:41:37.3"})"
    "\n";

ClawWorkRecords records() {
  ClawWorkRecords out;
  out.agent = "Sonnet";
  out.token_costs = kCosts;
  out.task_completions = kDone;
  out.provider_path = {"openclaw", "anthropic"};
  out.utc_offset_minutes = -180;
  return out;
}

TEST(EconomicTest, ACompletedTaskIsOneRun) {
  const EconomicIntake intake = read_economic_runs(records());
  ASSERT_EQ(intake.runs.size(), 1U);
  EXPECT_TRUE(intake.refused.empty());
  const contracts::EconomicRun& run = intake.runs.front();
  EXPECT_EQ(to_text(run.total_cost_usd), "0.07286401");
  EXPECT_EQ(to_text(run.quality_score), "0.6");
  EXPECT_TRUE(run.success);
  EXPECT_EQ(run.scenario, "t1");
  const auto again = contracts::decode_economic_run(contracts::encode(run));
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->started_at, run.started_at);
  EXPECT_NE(contracts::encode(run).find("\"started_at\":\"2026-02-21T11:10:00Z\""),
            std::string::npos);
}

TEST(EconomicTest, SuccessNeedsWorkAScoreAndNoApiError) {
  const auto success = [](std::string_view from, std::string_view to, std::string_view balance) {
    ClawWorkRecords input = records();
    const std::string done = replaced(std::string(kDone), from, to);
    input.task_completions = done;
    input.balance = balance;
    const EconomicIntake intake = read_economic_runs(input);
    return !intake.runs.empty() && intake.runs.front().success;
  };
  EXPECT_TRUE(success("", "", ""));
  EXPECT_FALSE(success("0.6000000000000001", "0.5999999999999999", ""));
  EXPECT_TRUE(success("0.6000000000000001", "0.6", ""));
  EXPECT_FALSE(success("true", "false", ""));
  EXPECT_FALSE(success("", "", R"({"task_id":"t1","api_error":true})"));
  EXPECT_TRUE(success("", "", R"({"task_id":"t2","api_error":true})"));
  EXPECT_TRUE(success("", "", R"({"task_id":"t1","api_error":false})"));
}

TEST(EconomicTest, TheLastAttemptCountsWithTheCostOfAll) {
  ClawWorkRecords input = records();
  const std::string done = replaced(std::string(kDone), "\"attempt\":1", "\"attempt\":2") +
                           replaced(std::string(kDone), "0.6000000000000001", "0.1");
  input.task_completions = done;
  const EconomicIntake intake = read_economic_runs(input);
  ASSERT_EQ(intake.runs.size(), 1U);
  EXPECT_EQ(to_text(intake.runs.front().quality_score), "0.6");
}

TEST(EconomicTest, WhatIsNotKnownHoldsTheRunBack) {
  const auto refused = [](ClawWorkRecords input) {
    const EconomicIntake intake = read_economic_runs(input);
    if (!intake.runs.empty() || intake.refused.size() != 1) return std::string("taken");
    return code_of(intake.refused.front()) + " " + intake.refused.front().where;
  };
  ClawWorkRecords input = records();
  input.provider_path.clear();
  EXPECT_EQ(refused(input), "FIELD_MISSING task_completions.jsonl:1#/provider_path");
  input = records();
  input.utc_offset_minutes.reset();
  EXPECT_EQ(refused(input), "FIELD_MISSING task_completions.jsonl:1#/utc_offset_minutes");
  input = records();
  input.token_costs = "";
  EXPECT_EQ(refused(input), "FIELD_MISSING task_completions.jsonl:1#/total_cost_usd");
  input = records();
  input.governed = true;
  input.gateway = "litellm";
  EXPECT_EQ(refused(input), "FIELD_VALUE task_completions.jsonl:1#/provider_path");
  input.gateway = "openclaw";
  EXPECT_EQ(refused(input), "taken");
  input = records();
  input.task_completions = "{";
  EXPECT_EQ(refused(input), "JSON_SYNTAX task_completions.jsonl:1#/");
  const std::string high = replaced(std::string(kDone), "0.6000000000000001", "1.1");
  input.task_completions = high;
  EXPECT_EQ(refused(input), "FIELD_OUT_OF_RANGE task_completions.jsonl:1#/evaluation_score");
}

TEST(EconomicTest, RecordedRunsBecomeContracts) {
  const auto folder = shared_data() / "signals" / "clawwork";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings at " << folder;
  const std::string name = "kimi-k2.5-test-openrouter-10dollar-1";
  const auto costs = read_file((folder / (name + "_token_costs.jsonl")).string(), 1U << 24);
  const auto done = read_file((folder / (name + "_task_completions.jsonl")).string(), 1U << 24);
  ASSERT_TRUE(costs && done);
  ClawWorkRecords input = records();
  input.agent = name;
  input.token_costs = *costs;
  input.task_completions = *done;
  const EconomicIntake intake = read_economic_runs(input);
  EXPECT_EQ(intake.runs.size() + intake.refused.size(), 110U);
  EXPECT_GT(intake.runs.size(), 60U);
  for (const auto& run : intake.runs) {
    EXPECT_TRUE(contracts::decode_economic_run(contracts::encode(run))) << run.scenario;
  }
  for (const Reading& reading : intake.refused) EXPECT_EQ(code_of(reading), "FIELD_MISSING");
}

}  // namespace
}  // namespace clawgate::signals
