// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gateway/report/html_report.h"
#include "gateway/report/json_report.h"
#include "gateway/report/text_report.h"
#include "gateway/report/timeline.h"
#include "schemas/record_json.h"
#include "tests/scenario/day_in_s0.h"
#include "tests/support/temporary_directory.h"

// What a person can read of the day: each of its episodes stands in every form of the report, with
// its hour, its reason and its end. CLAWGATE_KEEP_DAY=DIR keeps the pages, to be looked at.

namespace clawgate::scenario {
namespace {

struct Told {
  std::string_view what;
  std::int64_t hour;
  std::int64_t minute;
  std::string_view lasted;  // "" for an instant
  std::string_view why;     // a part of it
  std::string_view ended;   // a part of it
};

constexpr auto kStory = std::to_array<Told>({
    {"stage S0/L0", 12, 0, "", "founded", ""},
    {"limits v2", 13, 30, "", "order_notional_max 5,000 -> 4,000", "alice; it allows nothing new"},
    {"promotion to S1 refused", 14, 0, "", "7 missing: stage_window (0 of 28 days)",
     "DEC-20260105-001"},
    {"single_engine_mode", 14, 31, "14 min 00 s", "aitrader", "heard again"},
    {"PRIMARY_ENGINE_LOST", 14, 51, "25 min 00 s", "tradingagents",
     "alice, decision DEC-20260105-002"},
    {"fail_closed", 14, 51, "24 min 00 s", "tradingagents", "heard again"},
    {"cooldown", 15, 1, "6 h 00 min", "Trade 4 closed at -66.90 USDT", "time"},
    {"command refused", 15, 12, "", "What latched the cause has not ended yet.", ""},
    {"limits v3 refused", 20, 0, "", "order_notional_max 4,000 -> 5,000", "allows more"},
    {"limits v3", 20, 10, "", "order_notional_max 4,000 -> 5,000", "decision DEC-20260105-003"},
    {"SYSTEM_DEGRADED", 21, 30, "12 min 00 s", "the depth stream lost its sequence",
     "alice, decision DEC-20260105-004"},
    {"RECONCILING", 21, 30, "12 min 00 s", "degraded", "balances, orders and executions agree"},
    {"snapshot 3", 21, 30, "", "position_snapshot: 1 held; open_orders_snapshot: 2 open", ""},
    {"reduced to safe_notional", 21, 30, "60 ms", "safe_notional 4,000.00 USDT", "held"},
    {"cancel stop", 21, 30, "30 ms",
     "reduce to safe_notional. Evidence: snapshot 4 before, 6 after", "CANCELED"},
    {"place reduce", 21, 30, "30 ms", "Evidence: snapshot 8 before, 9 after", "FILLED"},
    {"place stop", 21, 30, "30 ms", "Evidence: snapshot 10 before, 11 after", "WORKING"},
    {"VENUE_UNREACHABLE", 21, 36, "4 min 00 s", "three calls in a row timed out",
     "the venue answers"},
    {"UNMANAGED_EXPOSURE", 21, 36, "6 min 00 s", "with an open position", "DEC-20260105-005"},
    {"SEV-1 incident 1", 21, 36, "", "human_action_required.md", ""},
    {"MARKET_DATA_STALE", 21, 36, "3 min 57 s", "BTCUSDT", "Fresh market data"},
    {"command refused", 21, 40, "", "has not ended yet", ""},
    {"command refused", 21, 42, "", "The decision approved something else.", ""},
    {"DAILY_STOP", 22, 10, "4 h 49 min", "loss at the daily stop", "a new day"},
    {"cooldown", 22, 10, "6 h 00 min", "Trade 8 closed at -380.80 USDT", "time"},
    {"started again", 23, 30, "", "did not end in order", ""},
    {"a new day", 27, 0, "", "the daily counters start again", ""},
    {"violation 1", 31, 0, "", "The payload names a side together with a size.", ""},
});

class DayReport : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const clawgate::testing::TemporaryDirectory folder;
    report_ = std::make_unique<report::SessionReport>(
        report_of_day(play_day((folder.path() / "day").string())));
    const char* const keep = std::getenv("CLAWGATE_KEEP_DAY");
    if (keep == nullptr) return;
    std::filesystem::create_directories(keep);
    std::ofstream(std::string(keep) + "/report.html") << to_html(*report_);
    std::ofstream(std::string(keep) + "/report.json") << to_json(*report_);
    std::ofstream(std::string(keep) + "/report.txt") << to_text(*report_);
  }
  static void TearDownTestSuite() { report_.reset(); }

  /// The episode of that name which begins within that minute.
  static const report::Episode* find(const Told& told) {
    const std::int64_t from = clock(told.hour, told.minute);
    for (const report::Episode& row : report_->timeline) {
      const std::int64_t since = row.since.value() - from;
      if (row.what == told.what && since >= 0 && since < 60 * kNanosPerSecond) return &row;
    }
    return nullptr;
  }

  static std::unique_ptr<report::SessionReport> report_;
};
std::unique_ptr<report::SessionReport> DayReport::report_;

TEST_F(DayReport, EveryEpisodeHasItsHourItsReasonAndItsEnd) {
  for (const Told& told : kStory) {
    SCOPED_TRACE(std::string(told.what) + " at " + std::to_string(told.hour) + ":" +
                 std::to_string(told.minute));
    const report::Episode* const row = find(told);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(lasted(*row), told.lasted);
    EXPECT_NE(row->why.find(told.why), std::string::npos) << row->why;
    EXPECT_NE(row->ended.find(told.ended), std::string::npos) << row->ended;
  }
}

TEST_F(DayReport, NothingIsToldThatTheStoryDoesNotHold) {
  for (const report::Episode& row : report_->timeline) {
    const bool told = std::any_of(kStory.begin(), kStory.end(),
                                  [&](const Told& at) { return at.what == row.what; });
    // The rest of the protective actions, and what the venue's own order of reports begins.
    EXPECT_TRUE(told || row.what == "cancel take-profit") << row.what << ": " << row.why;
  }
}

TEST_F(DayReport, TheTerminalTellsTheStory) {
  std::string text = to_text(*report_);
  std::string flat;  // lines are wrapped
  for (const char c : text) {
    const char next = c == '\n' ? ' ' : c;
    if (next != ' ' || !flat.ends_with(' ')) flat += next;
  }
  for (const Told& told : kStory) {
    EXPECT_NE(flat.find(std::string(told.what) + " "), std::string::npos) << told.what;
    EXPECT_NE(flat.find(told.why), std::string::npos) << told.why;
    EXPECT_NE(flat.find(told.ended), std::string::npos) << told.ended;
  }
  EXPECT_EQ(text.find("more, in the HTML"), std::string::npos) << "nothing of it is cut";
}

TEST_F(DayReport, TheJsonTellsTheStory) {
  const auto json = nlohmann::json::parse(to_json(*report_));
  for (const Told& told : kStory) {
    const report::Episode* const row = find(told);
    ASSERT_NE(row, nullptr) << told.what;
    const auto at =
        std::find_if(json["timeline"].begin(), json["timeline"].end(), [&](const auto& one) {
          return one["what"] == told.what && one["since"] == time_text(row->since.value());
        });
    ASSERT_NE(at, json["timeline"].end()) << told.what;
    EXPECT_EQ((*at)["until"].is_null(), told.lasted.empty()) << told.what;
    EXPECT_EQ((*at)["why"], row->why);
    EXPECT_EQ((*at)["ended"], row->ended);
  }
  EXPECT_EQ(json["engine_modes"].size(), 4U);
  EXPECT_EQ(json["cooldowns"].size(), 2U);
  EXPECT_EQ(json["limits_decided"].size(), 3U);
  EXPECT_EQ(json["incidents"].size(), 1U);
  EXPECT_EQ(json["reductions"].size(), 1U);
  EXPECT_EQ(json["decisions"].size(), 4U);
  EXPECT_EQ(json["stages"][1]["missing"].size(), 7U);
  EXPECT_GT(json["entries_blocked_ns"], 5 * 3600 * kNanosPerSecond);
}

TEST_F(DayReport, ThePageTellsTheStory) {
  const std::string html = to_html(*report_);
  const std::size_t begin = html.find("id=\"timeline\"");
  ASSERT_NE(begin, std::string::npos);
  const std::string table = html.substr(begin, html.find("</table>", begin) - begin);
  for (const Told& told : kStory) {
    EXPECT_NE(table.find(">" + std::string(told.what) + "<"), std::string::npos) << told.what;
  }
  for (const std::string_view part :
       {"order_notional_max 5,000 → 4,000", "Trade 8 closed at −380.80 USDT",
        "three calls in a row timed out", "stage_window (0 of 28 days)"}) {
    EXPECT_NE(table.find(part), std::string::npos) << part;
  }
  EXPECT_NE(html.find("class=\"panel states\""), std::string::npos);
  EXPECT_NE(html.find("Trading was not open for 5 h"), std::string::npos);
}

TEST_F(DayReport, ItsNumbersAreTheTrades) {
  EXPECT_EQ(report_->totals.won, 2U);
  EXPECT_EQ(report_->totals.lost, 2U);
  EXPECT_EQ(report_->totals.trades_open, 0U);
  EXPECT_EQ(report_->facts_unmatched, 0U);
  EXPECT_EQ(report_->records_undecodable, 0U);
  ASSERT_TRUE(report_->equity.start && report_->equity.end);
  const Notional moved =
      Notional::from_raw(report_->equity.end->raw() - report_->equity.start->raw());
  // What is left beside the result is dust, at the last bid.
  EXPECT_LE(std::abs(moved.raw() - report_->totals.realised.raw()), Notional::of(1).raw());
}

}  // namespace
}  // namespace clawgate::scenario
