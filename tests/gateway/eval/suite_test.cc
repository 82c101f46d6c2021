// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/suite.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace clawgate::eval {
namespace {

using Json = nlohmann::json;

Suite rulebook() {
  auto suite = read_suite(CLAWGATE_SOURCE_DIR "/evals/trading");
  EXPECT_TRUE(suite) << to_text(suite.error());
  return *suite;
}

TEST(SuiteTest, EveryNumberHasACaseOrAReason) {
  const Suite suite = rulebook();
  ASSERT_EQ(suite.rulebook.size(), 53U);
  std::set<int> numbers;
  for (const TradingCase& one : suite.cases) numbers.insert(one.number);
  for (const Rule& rule : suite.rulebook) {
    EXPECT_NE(numbers.contains(rule.number), !rule.not_yet.empty()) << rule.number;
  }
}

TEST(SuiteTest, SideBySideOrOneByOneTheJournalsAreTheSame) {
  const Suite suite = rulebook();
  const SuiteResult alone = run_suite(suite, 1, {});
  std::size_t told = 0;
  const SuiteResult together =
      run_suite(suite, 4, [&](std::size_t, std::size_t all) { told += all > 0 ? 1 : 0; });
  ASSERT_EQ(alone.cases.size(), together.cases.size());
  EXPECT_EQ(told, suite.cases.size());
  for (std::size_t i = 0; i < alone.cases.size(); ++i) {
    EXPECT_EQ(alone.cases[i].journal_head, together.cases[i].journal_head) << suite.cases[i].rule;
    EXPECT_TRUE(together.cases[i].failures.empty()) << suite.cases[i].rule;
  }
}

TEST(SuiteTest, TheSummaryCountsAndNamesWhatIsOpen) {
  Suite suite = rulebook();
  keep_only(suite, 13);
  ASSERT_GT(suite.cases.size(), 2U);
  suite.cases[0].lines.back().words = {"expect", "state", "KILLED"};
  const SuiteResult result = run_suite(suite, 2, {});
  EXPECT_EQ(result.failed(), 1U);
  EXPECT_FALSE(result.malformed(suite));

  const Json summary = Json::parse(summary_json(suite, result, "abc"));
  EXPECT_EQ(summary["cases"], suite.cases.size());
  EXPECT_EQ(summary["passed"], suite.cases.size() - 1);
  EXPECT_EQ(summary["failed"], 1);
  EXPECT_EQ(summary["git_commit"], "abc");
  EXPECT_EQ(summary["limits_version"], 1);
  EXPECT_EQ(summary["rules_proved"].get<std::size_t>() + summary["not_yet"].size(), 53U);
  EXPECT_EQ(summary["results"].size(), suite.cases.size());
  EXPECT_EQ(summary["results"][0]["passed"], false);
  EXPECT_EQ(summary["results"][1]["journal_head"].get<std::string>().size(), 64U);

  const std::string lines = failures_jsonl(suite, result);
  const Json failure = Json::parse(lines);  // one line
  EXPECT_EQ(failure["case"], 13);
  EXPECT_EQ(failure["rule"], suite.cases[0].rule);
  EXPECT_EQ(failure["expected"], "state KILLED");
  EXPECT_EQ(failure["seen"], "OPEN");
  EXPECT_TRUE(failure["where"].get<std::string>().starts_with("evals/trading/hard-risk.cases:"));
}

TEST(SuiteTest, AMalformedRowIsAnErrorForAPerson) {
  Suite suite = rulebook();
  keep_only(suite, 13);
  suite.cases[0].lines.front().words = {"given", "colour", "blue"};
  const auto error = run_suite(suite, 1, {}).malformed(suite);
  ASSERT_TRUE(error);
  EXPECT_NE(error->seen.find("given colour blue"), std::string::npos);
  EXPECT_NE(error->seen.find(suite.cases[0].rule), std::string::npos);
}

}  // namespace
}  // namespace clawgate::eval
