// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "gateway/eval/rulebook.h"
#include "gateway/eval/trading_case.h"
#include "gateway/eval/trading_desk.h"

namespace clawgate::eval {
namespace {

constexpr std::string_view kGood =
    "case 13 A stop is needed\n"
    "given policy_stop_bps 0\n"
    "signal a buy\n"
    "expect a denied STOP_MISSING\n";

Error refused(const std::string& text) {
  const auto cases = parse_cases("x.cases", text);
  return cases ? Error{} : cases.error();
}

CaseResult run(const std::string& rows) {
  const auto cases = parse_cases("x.cases", "case 13 One\n" + rows);
  EXPECT_TRUE(cases) << to_text(cases.error());
  return run_case(cases->front(), CLAWGATE_SOURCE_DIR);
}

TEST(ParseCasesTest, ReadsWhatItIsGiven) {
  const auto cases = parse_cases("x.cases", std::string(kGood) + "\n# a comment\n" +
                                                "case 15 Another\nsignal a buy\nexpect a held\n");
  ASSERT_TRUE(cases);
  ASSERT_EQ(cases->size(), 2U);
  EXPECT_EQ(cases->front().number, 13);
  EXPECT_EQ(cases->front().rule, "A stop is needed");
  EXPECT_EQ(cases->front().lines.size(), 3U);
  EXPECT_EQ(cases->back().line, 7);
}

TEST(ParseCasesTest, NamesFileLineRuleAndWhatWasSeen) {
  struct Row {
    std::string text;
    std::string where;
    std::string seen;  // a part of it
  };
  const std::vector<Row> rows = {
      {"expect a held\n", "x.cases:1", "inside a case"},
      {"case 13 One\nhope a held\n", "x.cases:2", "hope"},
      {"case 13 One\nsignal a buy\n", "x.cases:2", "ends with expect"},
      {"case 13 One\nexpect a held\nsignal a buy\n", "x.cases:3", "ends with expect"},
      {"case 13 One\n", "x.cases:1", "rows"},
      {"case 13 One\ncase 14 Two\nsignal a buy\nexpect a held\n", "x.cases:1", "rows"},
      {"case 0 One\n", "x.cases:1", "1 to 53"},
      {"case 54 One\n", "x.cases:1", "1 to 53"},
      {"case thirteen One\n", "x.cases:1", "1 to 53"},
      {"case 13\n", "x.cases:1", "title"},
      {"case 13 One\nreads\nexpect reading reject\n", "x.cases:2", "DOCUMENT"},
      {"case 13 One\nexpect state OPEN\ncase 13 One\nexpect state OPEN\n", "x.cases:3", "once"},
      {"", "x.cases", "no case"},
      {"# nothing\n", "x.cases", "no case"},
  };
  for (const Row& row : rows) {
    const Error error = refused(row.text);
    EXPECT_EQ(error.reason, Reason::ConfigSyntax) << row.text;
    EXPECT_EQ(error.field, row.where) << row.text;
    EXPECT_NE(error.seen.find(row.seen), std::string::npos) << row.text << " said " << error.seen;
  }
  EXPECT_EQ(refused(std::string(kGood)).reason, Reason::None);
}

TEST(RunCaseTest, ATrueExpectationHolds) {
  const CaseResult result =
      run("given policy_stop_bps 0\nsignal a buy\nexpect a denied STOP_MISSING\n");
  EXPECT_TRUE(result.failures.empty());
  EXPECT_EQ(result.limits_version, 1U);
  EXPECT_EQ(result.journal_head.size(), 64U);
}

TEST(RunCaseTest, AFalseExpectationFailsWithWhatWasSeen) {
  const CaseResult result = run("given policy_stop_bps 0\nsignal a buy\nexpect a held\n");
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].line, 4);
  EXPECT_EQ(result.failures[0].expected, "a held");
  EXPECT_EQ(result.failures[0].seen, "denied STOP_MISSING");
  EXPECT_FALSE(result.failures[0].malformed);
}

TEST(RunCaseTest, EachKindOfExpectationCanFail) {
  for (const std::string row :
       {"expect a HELD closed", "expect a !held", "expect a qty=0.00084", "expect state BLOCKED",
        "expect door KILLED", "expect blocked KILL", "expect orders 1", "expect working 2",
        "expect records OrderIntent=1", "expect answer done", "expect gateway failed",
        "expect verdict STOP_MISSING", "expect blocked nothing BLOCKED", "expect reading reject",
        "expect state OPEN OPEN only"}) {
    const CaseResult result = run("signal a buy stop 59400\n" + row + "\n");
    ASSERT_EQ(result.failures.size(), 1U) << row;
    EXPECT_FALSE(result.failures[0].malformed) << row;
  }
}

TEST(RunCaseTest, ARowThatCannotBeReadIsNoFinding) {
  for (const std::string row : {"given colour blue",
                                "given cash much",
                                "given cash",
                                "given stage S9",
                                "given symbols all",
                                "given weights much",
                                "signal",
                                "signal a",
                                "signal a up",
                                "signal a buy stop",
                                "signal a buy stop high",
                                "signal a buy same_as b",
                                "approve a",
                                "reject",
                                "kill now",
                                "kill operator",
                                "unblock NOTHING",
                                "unblock KILL decision",
                                "close_unknown a",
                                "repeat",
                                "market up",
                                "market 1",
                                "wait",
                                "wait long",
                                "wait -1",
                                "venue asleep",
                                "venue cancels_stop a",
                                "restart",
                                "restart soon",
                                "restart before OrderIntent",
                                "condition KILL maybe",
                                "journal grows",
                                "limits",
                                "operator",
                                "operator bob channel pigeon",
                                "contract of_marriage",
                                "document signal_intent tiny",
                                "document signal_intent full with",
                                "pipeline nowhere",
                                "engine tradingagents sings",
                                "cause NOTHING",
                                "stage S9",
                                "limits x",
                                "limits 2 tick 1",
                                "decision D-1 unblock NOTHING",
                                "decision D-1 limits",
                                "days many green",
                                "days 1 blue",
                                "minutes",
                                "evidence kill bad",
                                "incident SEV-9 open",
                                "violation",
                                "backup perhaps",
                                "ask a nothing",
                                "challenge nobody",
                                "rotate now",
                                "answer nobody approve",
                                "again",
                                "checklist list without nothing",
                                "climb S3 a",
                                "host",
                                "redirect one",
                                "action a with luck",
                                "key",
                                "expect state",
                                "expect nobody held",
                                "expect state OPENISH",
                                "expect state !OPENISH"}) {
    const CaseResult result = run(row + "\nexpect state OPEN\n");
    ASSERT_FALSE(result.failures.empty()) << row;
    EXPECT_TRUE(result.failures[0].malformed) << row << ": " << result.failures[0].expected;
    EXPECT_EQ(result.failures[0].line, 2) << row;
    EXPECT_FALSE(result.failures[0].expected.empty()) << row;
  }
}

TEST(RunCaseTest, AGivenBehindAnActIsRefused) {
  const CaseResult result = run("signal a buy\ngiven cash 10\nexpect a held\n");
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_TRUE(result.failures[0].malformed);
}

std::string table(int rules, const std::string& not_yet_under_13 = "") {
  std::string text;
  for (int i = 1; i <= rules; ++i) {
    text += "rule " + std::to_string(i) + " title\n";
    if (i == 13) text += not_yet_under_13;
    if (i != 13) text += "not_yet " + std::to_string(i) + " why\n";
  }
  return text;
}

TEST(VocabularyTest, TheDocumentationNamesEveryWord) {
  std::ifstream file(CLAWGATE_SOURCE_DIR "/docs/eval-trading.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_GT(TradingDesk::vocabulary().size(), 40U);
  for (const std::string_view word : TradingDesk::vocabulary()) {
    const std::string name(word);
    const bool named =
        text.find("`" + name + "`") != text.npos || text.find("`" + name + " ") != text.npos;
    EXPECT_TRUE(named) << name;
  }
}

TEST(RulebookTest, ANumberIsProvedOrOpenAndNeverBoth) {
  const auto cases = parse_cases("x.cases", kGood);
  const auto proved = parse_rulebook("t", table(53));
  ASSERT_TRUE(proved) << to_text(proved.error());
  EXPECT_FALSE(uncovered("t", *proved, *cases));
  const auto gap = uncovered("t", *proved, {});
  ASSERT_TRUE(gap);
  EXPECT_NE(gap->seen.find("rule 13: neither"), std::string::npos);
  const auto both = uncovered("t", *parse_rulebook("t", table(53, "not_yet 13 why\n")), *cases);
  ASSERT_TRUE(both);
  EXPECT_NE(both->seen.find("rule 13: cases prove it"), std::string::npos);
}

TEST(RulebookTest, RefusesWhatIsNoTable) {
  for (const std::string& text :
       {table(52), table(54), table(53, "not_yet 12 why\n"), table(53, "not_yet 13\n"),
        table(53, "perhaps 13 why\n"), table(53, "not_yet 13 a\nnot_yet 13 b\n"),
        "rule 2 title\n" + table(53)}) {
    EXPECT_FALSE(parse_rulebook("t", text)) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace clawgate::eval
