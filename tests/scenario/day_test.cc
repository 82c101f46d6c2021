// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "gateway/audit/directory.h"
#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/version.h"
#include "governance/journal/verify.h"
#include "schemas/names.h"
#include "tests/scenario/day_in_s0.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

// A day in S0 as a whole: what the gateway answered, and that its journal is one that anybody can
// check. What a person reads of it is in day_report_test.cc.

namespace clawgate::scenario {
namespace {

struct Expected {
  std::string_view what;
  std::string_view answer;
};

constexpr auto kDay = std::to_array<Expected>({
    {"signal breakout", "held"},
    {"approve breakout", "done"},
    {"signal follow-up", "held"},
    {"limits lowered", "done"},
    {"approve follow-up", "HOLD_NOT_PENDING"},
    {"signal of a silent engine", "ENGINE_UNHEALTHY"},
    {"signal pullback", "held"},
    {"approve pullback", "done"},
    {"signal while the primary is lost", "TRADING_BLOCKED CAUSE_LATCHED OPEN_TRADE_LIMIT"},
    {"unblock a silent primary", "CAUSE_STILL_HOLDS"},
    {"unblock the primary", "done"},
    {"signal in the cooldown", "COOLDOWN_ACTIVE"},
    {"limits raised without a decision", "LIMITS_NEED_DECISION"},
    {"limits raised by decision", "done"},
    {"signal at the cooldown's very end", "COOLDOWN_ACTIVE"},
    {"signal second leg", "held"},
    {"approve second leg", "done"},
    {"signal while degraded", "TRADING_BLOCKED CONDITION_HOLDS CAUSE_LATCHED OPEN_TRADE_LIMIT"},
    {"unblock before the ledgers agree", "CAUSE_STILL_HOLDS"},
    {"unblock by another decision", "DECISION_OTHER_SUBJECT"},
    {"unblock degraded", "done"},
    {"unblock unmanaged", "done"},
    {"signal after the daily stop",
     "TRADING_BLOCKED CONDITION_HOLDS COOLDOWN_ACTIVE DAILY_STOP_ACTIVE"},
    {"signal after the restart",
     "TRADING_BLOCKED CONDITION_HOLDS COOLDOWN_ACTIVE DAILY_STOP_ACTIVE"},
    {"signal at the day's very end",
     "TRADING_BLOCKED CONDITION_HOLDS COOLDOWN_ACTIVE DAILY_STOP_ACTIVE"},
    {"signal on the new day", "COOLDOWN_ACTIVE"},
    {"signal recovery", "held"},
    {"approve recovery", "done"},
    {"signal nobody decides on", "held"},
    {"approve too late", "HOLD_NOT_PENDING"},
    {"signal that is declined", "held"},
    {"reject hunch", "done"},
});

class DayInS0 : public ::testing::Test {
 protected:
  std::string path(std::string_view name) const { return (folder_.path() / name).string(); }

  clawgate::testing::TemporaryDirectory folder_;
};

std::string text_of(const audit::Finding& finding) {
  return finding.rule + " at " + std::to_string(finding.seq.value()) + " " + finding.record +
         "\n  expected " + finding.expected + "\n  seen " + finding.seen;
}

TEST_F(DayInS0, EveryRuleAnswersAtItsHour) {
  const DayOutcome day = play_day(path("day"));
  ASSERT_EQ(day.asked.size(), kDay.size());
  for (std::size_t i = 0; i < kDay.size(); ++i) {
    EXPECT_EQ(day.asked[i].what, kDay[i].what);
    EXPECT_EQ(day.asked[i].answer, kDay[i].answer) << kDay[i].what;
  }
  EXPECT_TRUE(day.conserved) << "the exchange's ledger does not sum to zero";
}

TEST_F(DayInS0, ALostPrimaryBlocksWithinAMinute) {
  const DayOutcome day = play_day(path("day"));
  const std::int64_t silence = day.blocked_at.value() - day.silent_since.value();
  EXPECT_GT(silence, 0);
  EXPECT_LE(silence, 60 * kNanosPerSecond + kNanosPerMilli);
}

TEST_F(DayInS0, TheCountersTurnWithTheDayInSaoPaulo) {
  const DayOutcome day = play_day(path("day"));
  EXPECT_EQ(day.day_orders, 3);
  EXPECT_EQ(day.day_orders_new, 0);
}

TEST_F(DayInS0, ThePromotionIsRefusedWithAllThatIsMissing) {
  const DayOutcome day = play_day(path("day"));
  std::vector<std::string> missing;
  for (const governance::Missing& row : day.missing) missing.push_back(row.field);
  EXPECT_EQ(missing,
            (std::vector<std::string>{"stage_window", "eval_trading_green_7_days",
                                      "pre_live_checklist", "credentials_posture", "decision_r3",
                                      "kill_exercised_24h", "backup_operator"}));
  const auto office = governance::Office::read(day.directory + "/governance");
  ASSERT_TRUE(office) << to_text(office.error());
  EXPECT_EQ((*office)->ladder().stage(), Stage::S0);
  EXPECT_EQ((*office)->head().seq, 2U) << "founded, and refused once";
}

TEST_F(DayInS0, APersonIsCalledWhenNobodyCanSeeThePosition) {
  const DayOutcome day = play_day(path("day"));
  EXPECT_EQ(day.humans_called, 1);
  EXPECT_NE(day.human_action.find("UNMANAGED_EXPOSURE"), std::string::npos);
  EXPECT_NE(day.human_action.find("BTCUSDT: 0.0"), std::string::npos) << day.human_action;
  EXPECT_NE(day.human_action.find("working when last heard of"), std::string::npos);
}

TEST_F(DayInS0, ItsJournalVerifiesProvesAndReplaysByteForByte) {
  const DayOutcome day = play_day(path("day"));
  const journal::VerifyReport verified = journal::verify(day.directory + "/journal");
  EXPECT_TRUE(verified.ok);
  EXPECT_EQ(verified.head.hash, day.head);
  EXPECT_GT(verified.records, 10'000U);

  const auto store = audit::open_journal(day.directory);
  ASSERT_TRUE(store);
  const audit::ProveReport proven = audit::prove(**store);
  EXPECT_TRUE(proven.ok()) << text_of(*proven.finding);
  EXPECT_EQ(proven.entries_sent, 4U);
  EXPECT_EQ(proven.approvals, 4U);
  EXPECT_EQ(proven.violations, 1U);

  const audit::ReplayReport replayed =
      audit::replay(**store, {.engine_version = std::string(gateway::kVersion), .progress = {}});
  EXPECT_TRUE(replayed.ok()) << text_of(*replayed.finding);
  EXPECT_EQ(replayed.folded, 0U);
  EXPECT_EQ(replayed.cuts, 0U);
  EXPECT_EQ(replayed.inputs + replayed.facts + 1, proven.extent.records) << "one opens a segment";
}

// The program itself reads the directory: a gateway's own records are enough.
TEST_F(DayInS0, TheProgramTellsItToo) {
  const DayOutcome day = play_day(path("day"));
  const auto run = [](std::vector<std::string> words) {
    words.insert(words.begin(), CLAWGATE_PROGRAM);
    clawgate::testing::ChildProcess child(words, {}, true);
    std::string text = child.read_all(std::chrono::seconds(60));
    return std::pair(child.end(0), std::move(text));
  };
  const auto [code, text] = run({"report", day.directory, "--out", path("out")});
  EXPECT_EQ(code, 0) << text;
  for (const std::string_view part :
       {"promotion to S1 refused", "UNMANAGED_EXPOSURE", "cooldown"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_TRUE(std::filesystem::exists(path("out") + "/report.html"));
  EXPECT_TRUE(std::filesystem::exists(path("out") + "/report.json"));
  for (const char* const audit : {"verify", "prove", "replay"}) {
    const auto [audited, said] = run({"journal", audit, day.directory});
    EXPECT_EQ(audited, 0) << audit << ": " << said;
  }
  std::ofstream(day.directory + "/governance/ledger.jsonl", std::ios::app) << "{}\n";
  EXPECT_EQ(run({"report", day.directory}).first, 2) << "a broken ledger is not told from";
  EXPECT_EQ(run({"report", path("nothing")}).first, 2);
}

TEST_F(DayInS0, TheSameDayTwiceIsTheSameBytes) {
  const DayOutcome first = play_day(path("first"));
  const DayOutcome second = play_day(path("second"));
  EXPECT_EQ(to_hex(first.head), to_hex(second.head));
  const auto segments = [](const std::string& directory) {
    std::map<std::string, std::string> bytes;  // checkpoints are of a key of their own
    for (const auto& file : std::filesystem::directory_iterator(directory + "/journal")) {
      std::ifstream content(file.path(), std::ios::binary);
      if (file.path().extension() == ".cgj") {
        bytes[file.path().filename()] = {std::istreambuf_iterator<char>(content), {}};
      }
    }
    return bytes;
  };
  EXPECT_EQ(segments(first.directory).size(), 1U);
  EXPECT_TRUE(segments(first.directory) == segments(second.directory));
}

}  // namespace
}  // namespace clawgate::scenario
