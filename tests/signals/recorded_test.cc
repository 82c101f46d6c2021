// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "signals/file.h"
#include "tests/signals/intake_support.h"

// Every recorded file of the four engines against what a careful person reads in it
// (signals/expected.json beside the recordings). Its words for TradingAgents are signal, quarantine
// and reject; for the other engines it is prose, given here as a reason.

namespace clawgate::signals {
namespace {

std::string word_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::Signal:
      return "signal";
    case Disposition::Quarantine:
      return "quarantine";
    case Disposition::Reject:
      break;
  }
  return "reject";
}

class RecordedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = shared_data() / "signals";
    std::ifstream file(root_ / "expected.json");
    if (!file) GTEST_SKIP() << "no recordings at " << root_;
    expected_ = nlohmann::json::parse(file)["files"];
  }
  [[nodiscard]] Intake taken_in(const std::string& name) const {
    const auto bytes = read_file((root_ / name).string(), 16U << 20);
    EXPECT_TRUE(bytes) << name;
    return bytes ? read(source_of(name, *bytes)) : Intake{};
  }
  [[nodiscard]] bool is_recorded(const std::string& name) const {
    return std::filesystem::exists(root_ / name);
  }

  std::filesystem::path root_;
  nlohmann::json expected_;
};

TEST_F(RecordedTest, TradingAgentsIsReadAsACarefulPersonReadsIt) {
  int files = 0;
  for (const auto& [name, row] : expected_.items()) {
    if (row["engine"] != "tradingagents") continue;
    ++files;
    const Intake intake = taken_in(name);
    ASSERT_EQ(intake.readings.size(), 1U) << name;
    const Reading& reading = intake.readings.front();
    EXPECT_EQ(word_of(intake.disposition), row["disposition"]) << name << ": " << to_text(intake);
    if (row["disposition"] != "signal") continue;
    ASSERT_TRUE(reading.signal) << name;
    EXPECT_EQ(reading.direction, row["direction"]) << name;
    const std::string rating = row["recorded_rating"];
    EXPECT_TRUE(rating.starts_with(reading.rating)) << name << ": " << reading.rating;
    EXPECT_TRUE(reading.signal->confidence_derived) << name;
    EXPECT_EQ(reading.signal->reduce_only, reading.direction == "sell") << name;
  }
  EXPECT_EQ(files, 24);
}

TEST_F(RecordedTest, WhyEachUnreadDecisionIsUnread) {
  const std::map<std::string, Reason> reasons = {
      {"pr450_VST_final_trade_decision.md", Reason::NotFinalDecision},
      {"pr450_APP_complete_report.md", Reason::RatingConflict},
      {"pr516_SPY_decision_cp949_sell.md", Reason::NotUtf8},
      {"pr931_trading_memory.md", Reason::HistoryEntry},
      {"pr954_COIN_3_trading_trader.md", Reason::NotFinalDecision},
      {"pr954_COIN_2_research_manager.md", Reason::NotFinalDecision},
      {"pr954_AAPL_3_trading_trader.md", Reason::NotFinalDecision},
      {"pr540_BTC_5_portfolio_decision.md", Reason::PriceSanity},
      {"pr540_BTC_3_trading_trader.md", Reason::NotFinalDecision},
      {"pr705_BBAS3.SA_5_portfolio_decision.md", Reason::RatingMissing},
      {"pr705_BBAS3.SA_3_trading_trader.md", Reason::NotFinalDecision},
  };
  for (const auto& [name, reason] : reasons) {
    const Intake intake = taken_in("tradingagents/" + name);
    EXPECT_EQ(info(intake.reason).code, info(reason).code) << name;
  }
}

TEST_F(RecordedTest, TheContentAloneTellsTheVoicesApart) {
  for (const char* const name :
       {"pr954_COIN_2_research_manager.md", "pr954_COIN_3_trading_trader.md",
        "pr954_AAPL_3_trading_trader.md", "pr540_BTC_3_trading_trader.md",
        "pr450_VST_final_trade_decision.md"}) {
    const auto bytes = read_file((root_ / "tradingagents" / name).string(), 1U << 20);
    ASSERT_TRUE(bytes) << name;
    EXPECT_EQ(code_of(one("-", *bytes)), "NOT_FINAL_DECISION") << name;
  }
}

// A direct order each row but the opening book and no_trade.
TEST_F(RecordedTest, AiTradersBooksAreOrdersRowByRow) {
  struct Book {
    std::string name;
    std::size_t rows;
    std::size_t orders;
  };
  for (const Book& book : {Book{"crypto_gpt-5_position.jsonl", 35, 31},
                           Book{"crypto_MiniMax-M2_position.jsonl", 33, 26},
                           Book{"crypto_claude-3.7-sonnet_position.jsonl", 71, 69},
                           Book{"astock_qwen3-max_position.jsonl", 76, 66},
                           Book{"us_gpt-5_position.jsonl", 120, 36}}) {
    const Intake intake = taken_in("ai-trader/" + book.name);
    EXPECT_EQ(intake.readings.size(), book.rows) << book.name;
    EXPECT_EQ(intake.direct_orders, book.orders) << book.name;
    EXPECT_EQ(intake.rejected, book.rows) << book.name;
    EXPECT_EQ(intake.reason, Reason::DirectOrderAction) << book.name;
    EXPECT_EQ(intake.readings.front().format, "account snapshot") << book.name;
    for (const Reading& reading : intake.readings) {
      const bool order = reading.reason == Reason::DirectOrderAction;
      EXPECT_TRUE(order || reading.reason == Reason::ContextOnly) << reading.where;
    }
  }
}

TEST_F(RecordedTest, TheOtherEnginesNeverSignalByDefault) {
  for (const auto& [name, row] : expected_.items()) {
    if (row["engine"] == "tradingagents" || row["kind"] == "direct_order_log") continue;
    if (!is_recorded(name)) continue;  // the oracle names one file that was not kept
    Reason reason = Reason::EconomicRecord;
    if (row["kind"] == "narrative") reason = Reason::NarrativeOnly;
    if (row["kind"] == "price_series" || row["kind"] == "risk") reason = Reason::ContextOnly;
    if (row["kind"] == "signal_list") reason = Reason::SourceDisabled;
    const Intake intake = taken_in(name);
    EXPECT_EQ(intake.signals, 0U) << name;
    EXPECT_EQ(intake.direct_orders, 0U) << name;
    EXPECT_EQ(intake.disposition, Disposition::Reject) << name;
    for (const Reading& reading : intake.readings) {
      EXPECT_EQ(code_of(reading), info(reason).code) << reading.where;
      EXPECT_EQ(reading.engine, row["engine"]) << reading.where;
    }
  }
}

TEST_F(RecordedTest, TheAlphaListIsShownAlthoughItsSourceIsOff) {
  const Intake intake = taken_in("agentictrading/alpha_signals_output.json");
  ASSERT_EQ(intake.readings.size(), 4U);
  EXPECT_EQ(intake.readings[0].symbol, "MSFT");
  EXPECT_EQ(intake.readings[0].direction, "sell");
  EXPECT_EQ(intake.readings[3].direction, "hold");
}

}  // namespace
}  // namespace clawgate::signals
