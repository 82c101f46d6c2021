// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "governance/journal/lock.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  SessionOptions options(const std::string& data) {
    SessionOptions options;
    options.signal_files = {CLAWGATE_SOURCE_DIR "/examples/signals.jsonl"};
    options.operators = "scripted:approve";
    options.data = folder_ + "/" + data;
    return options;
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }

  clawgate::testing::TemporaryDirectory temporary_;
  const std::string folder_ = temporary_.path().string();
};

// The same inputs give the same journal, on any machine and with any compiler. A change of this
// value is a change of decisions, of records or of the synthetic market: say which in the commit.
constexpr std::string_view kHead =
    "f23957ee277dd3744456f6b30c3491c780dbb42fb596160d0ea7d6a7b23bb96c";

TEST_F(SessionTest, ABacktestOfTheExampleHasOneHead) {
  SessionOptions backtest = options("a");
  backtest.backtest = true;
  const auto first = run_session(backtest);
  ASSERT_TRUE(first.has_value()) << to_text(first.error());
  EXPECT_EQ(to_hex(first->head_hash), kHead);
  backtest.data = folder_ + "/b";
  const auto second = run_session(backtest);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->head_hash, first->head_hash);
  EXPECT_TRUE(first->conserved);
}

// The first document of a journal has none before it that could stay.
TEST_F(SessionTest, ASessionWhoseLimitsAreRefusedSaysThatNoneAreInForce) {
  for (const bool backtest : {true, false}) {
    SessionOptions twice = options(backtest ? "a" : "b");
    twice.backtest = backtest;
    ASSERT_TRUE(twice.config.limits.engines.push_back(EngineName("tradingagents")));
    ::testing::internal::CaptureStderr();
    const auto outcome = run_session(twice);
    const std::string said = ::testing::internal::GetCapturedStderr();
    ASSERT_TRUE(outcome.has_value()) << to_text(outcome.error());
    const std::string none =
        "no limits are in force, so every signal is denied: the "
        "configuration's were refused, LIMITS_OUT_OF_RANGE: ";
    EXPECT_NE(said.find(none), std::string::npos) << said;
    EXPECT_NE(said.find("It is engines. Next: "), std::string::npos) << said;
  }
}

// What it asks a person to do by hand would do harm by now.
TEST_F(SessionTest, AStartWithdrawsACallForAPersonThatIsOver) {
  SessionOptions paper = options("a");
  // No signal passes, so that no command is answered either.
  ASSERT_TRUE(paper.config.limits.engines.push_back(EngineName("tradingagents")));
  std::filesystem::create_directories(paper.data);
  std::ofstream(paper.data + "/human_action_required.md") << "# Human\n\nIncident 7, SEV-1\n";
  ASSERT_TRUE(run_session(paper).has_value());
  EXPECT_FALSE(std::filesystem::exists(paper.data + "/human_action_required.md"));
  EXPECT_TRUE(std::filesystem::exists(paper.data + "/human_action_done-7.md"));
}

TEST_F(SessionTest, APaperSessionEndsInOrderAndNoTwoAreAlike) {
  const auto first = run_session(options("a"));
  const auto second = run_session(options("b"));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(first->failure.has_value());
  EXPECT_NE(first->head_hash, second->head_hash) << "nonces come from the kernel";
}

// The data directory goes on: the same signals again are duplicates, the ledger is the old one.
TEST_F(SessionTest, ASecondSessionOnTheSameDataSendsNothingTwice) {
  const auto first = run_session(options("a"));
  ASSERT_TRUE(first.has_value());
  const auto again = run_session(options("a"));
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_GT(again->head, first->head);
  EXPECT_TRUE(again->check_codes.empty()) << "a signal was held a second time";
  EXPECT_TRUE(again->conserved);
}

TEST_F(SessionTest, TwoGatewaysNeverShareADirectory) {
  const auto lock = journal::DirectoryLock::take(folder_);
  ASSERT_TRUE(lock.has_value());
  SessionOptions mine = options("");
  mine.data = folder_;
  const auto refused = run_session(mine);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().reason, Reason::DataDirectoryLocked);
}

struct BadRow {
  const char* what;
  void (*spoil)(SessionOptions&, const std::string& folder);
  Reason reason;
};

TEST_F(SessionTest, WhatCannotBeRunSaysWhy) {
  write("bad.jsonl", "{\"answer\":\"maybe\"}\n");
  write("unknown.jsonl", "{\"answer\":\"approve\",\"colour\":1}\n");
  write("empty.jsonl", "{}\n");
  write("broken.jsonl", "{\n");
  const BadRow rows[] = {
      {"no such signals",
       [](SessionOptions& o, const std::string&) { o.signal_files = {"/nowhere"}; },
       Reason::FileUnreadable},
      {"no such market", [](SessionOptions& o, const std::string&) { o.market = "/nowhere.gz"; },
       Reason::RecordingUnreadable},
      {"no such operator", [](SessionOptions& o, const std::string&) { o.operators = "nobody"; },
       Reason::UsageOption},
      {"a seed that is none",
       [](SessionOptions& o, const std::string&) { o.market = "synthetic:x"; },
       Reason::UsageOption},
      {"no such script",
       [](SessionOptions& o, const std::string&) { o.operators = "scripted:/nowhere"; },
       Reason::FileUnreadable},
      {"an answer that is none",
       [](SessionOptions& o, const std::string& f) {
         o.operators = "scripted:" + f + "/bad.jsonl";
       },
       Reason::ConfigValueRange},
      {"an unknown key",
       [](SessionOptions& o, const std::string& f) {
         o.operators = "scripted:" + f + "/unknown.jsonl";
       },
       Reason::ConfigKeyUnknown},
      {"no answer",
       [](SessionOptions& o, const std::string& f) {
         o.operators = "scripted:" + f + "/empty.jsonl";
       },
       Reason::ConfigKeyMissing},
      {"no JSON",
       [](SessionOptions& o, const std::string& f) {
         o.operators = "scripted:" + f + "/broken.jsonl";
       },
       Reason::ConfigSyntax},
      {"a symbol the exchange does not know",
       [](SessionOptions& o, const std::string&) { o.config.symbol = Symbol("NOPE"); },
       Reason::ConfigValueRange},
      {"a data directory that cannot be",
       [](SessionOptions& o, const std::string&) { o.data = "/proc/nowhere"; },
       Reason::DataDirectoryUnwritable},
  };
  for (const BadRow& row : rows) {
    SessionOptions spoilt = options("bad");
    row.spoil(spoilt, folder_);
    const auto outcome = run_session(spoilt);
    ASSERT_FALSE(outcome.has_value()) << row.what;
    EXPECT_EQ(info(outcome.error().reason).code, info(row.reason).code) << row.what;
    EXPECT_FALSE(to_text(outcome.error()).empty());
  }
}

}  // namespace
}  // namespace clawgate::gateway
