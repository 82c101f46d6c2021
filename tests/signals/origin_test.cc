// SPDX-License-Identifier: Apache-2.0
#include "signals/origin.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "signals/symbols.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

struct Row {
  std::string path;
  Stage stage;
  std::string ticker;
  std::string date;
};

TEST(OriginTest, KnownLayoutsTellStageTickerAndDay) {
  const std::vector<Row> rows = {
      {"logs/NVDA/TradingAgentsStrategy_logs/full_states_log_2026-03-22.json", Stage::StateLog,
       "NVDA", "2026-03-22"},
      {"reports/BTC-USD_20260414_205343/5_portfolio/decision.md", Stage::Decision, "BTC-USD",
       "2026-04-14"},
      {"reports/BBAS3.SA_20260503_230945/3_trading/trader.md", Stage::OtherVoice, "BBAS3.SA",
       "2026-05-03"},
      {"reports/APP_20260323_191500/complete_report.md", Stage::Report, "APP", "2026-03-23"},
      {"results/BTCUSDT/2026-03-23/reports/final_trade_decision.md", Stage::Decision, "BTCUSDT",
       "2026-03-23"},
      {"docs/AAPL/20260601_claude-opus-4-8_20260601_201203/5_portfolio/decision.md",
       Stage::Decision, "AAPL", "2026-06-01"},
      {"docs/AAPL/20260601_claude-opus-4-8_20260601_201203/2_research/manager.md",
       Stage::OtherVoice, "AAPL", "2026-06-01"},
      {"pr480_GC=F_full_states_2026-01-24.json", Stage::StateLog, "GC=F", "2026-01-24"},
      {"pr540_BTC_5_portfolio_decision.md", Stage::Decision, "BTC", ""},
      {"x_XAU_final_trade_decision_2026-03-22.md", Stage::Decision, "XAU", "2026-03-22"},
      {"memory/trading_memory.md", Stage::Memory, "", ""},
      {"results/X/2026-03-23/reports/market_report.md", Stage::OtherVoice, "X", "2026-03-23"},
      {"1_analysts/news.md", Stage::OtherVoice, "", ""},
      {"final_trade_decision.md", Stage::Decision, "", ""},
      {"somewhere/else.md", Stage::Unknown, "", ""},
      {"results/apple/2026-03-23/reports/final_trade_decision.md", Stage::Decision, "",
       "2026-03-23"},
      {"", Stage::Unknown, "", ""},
      {"C:\\runs\\ETH-USD_20260414_205343\\5_portfolio\\decision.md", Stage::Decision, "ETH-USD",
       "2026-04-14"},
  };
  for (const Row& row : rows) {
    const Origin origin = origin_of(row.path);
    EXPECT_EQ(static_cast<int>(origin.stage), static_cast<int>(row.stage)) << row.path;
    EXPECT_EQ(origin.ticker, row.ticker) << row.path;
    EXPECT_EQ(origin.date ? to_text(*origin.date) : "", row.date) << row.path;
  }
}

TEST(DateTest, OnlyDaysThatExist) {
  EXPECT_TRUE(date_from("2024-02-29"));
  for (const char* const text :
       {"2023-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-01", "2026-01-01 ",
        "1969-12-31", "", "20260101", "2026/01/01"}) {
    EXPECT_FALSE(date_from(text)) << text;
  }
  EXPECT_EQ(to_text(*date_from("2026-03-09")), "2026-03-09");
  EXPECT_EQ(date_from("1970-01-02")->days, 1);
  EXPECT_TRUE(date_from_stamp("20260323"));
  EXPECT_FALSE(date_from_stamp("20261323"));
}

TEST(DateTest, AnInstantLiesInItsDay) {
  const Date day = *date_from("2026-03-23");
  EXPECT_EQ(date_of(start_of(day)), day);
  EXPECT_EQ(date_of(UnixNanos{start_of(day).value() - 1}).days, day.days - 1);
  EXPECT_EQ(date_of(UnixNanos{-1}).days, -1);
}

TEST(SymbolsTest, SpellingsAreMatchedByteForByte) {
  const std::vector<AllowedSymbol> table = default_symbols();
  for (const char* const spelling : {"BTCUSDT", "BTC-USDT", "BTC-USD"}) {
    const AllowedSymbol* row = find_symbol(table, spelling);
    ASSERT_NE(row, nullptr) << spelling;
    EXPECT_EQ(row->symbol, "BTCUSDT");
  }
  for (const char* const other : {"BTC", "btcusdt", "BTCUSD", "BTC/USDT", "BTC-USDT ", "XBT-USD"}) {
    EXPECT_EQ(find_symbol(table, other), nullptr) << other;
  }
  EXPECT_NE(find_coin(table, "BTC"), nullptr);
  EXPECT_EQ(find_coin(table, "btc"), nullptr);
  EXPECT_EQ(find_coin(table, ""), nullptr);
}

TEST(SymbolsTest, TickersAreShortAndPlain) {
  for (const char* const good : {"BTCUSDT", "GC=F", "^GSPC", "BBAS3.SA", "600519.SS", "BTC/USDT"}) {
    EXPECT_TRUE(is_ticker(good)) << good;
  }
  EXPECT_TRUE(is_ticker(std::string(20, 'A')));
  EXPECT_FALSE(is_ticker(std::string(21, 'A')));
  for (const char* const bad : {"", "..", "A B", "A\nB", "\xE8\x85\xBE\xE8\xAE\xAF", "A;B"}) {
    EXPECT_FALSE(is_ticker(bad)) << bad;
  }
}

TEST(TextTest, ShownTextHasNothingInvisibleInIt) {
  EXPECT_EQ(cleaned("a\x01\x1b[31mb\n\tc", 100), "a[31mb\n\tc");
  EXPECT_EQ(cleaned("a\xE2\x80\xAE"
                    "b\xE2\x80\x8B"
                    "c\xC2\x85"
                    "d\x7F",
                    100),
            "abcd");
  EXPECT_EQ(cleaned("\xC3\xA9\xC3\xA9", 3), "\xC3\xA9");  // cut at a character's end
  EXPECT_EQ(cut("\xC3\xA9\xC3\xA9", 3), "\xC3\xA9");
  EXPECT_EQ(cut("abc", 3), "abc");
}

TEST(TextTest, LabelsAreReadThroughMarkdown) {
  const std::string text = "**Price Target**: 173.0\n\n## Time Horizon\n\n1-3 months\n";
  EXPECT_EQ(labelled(text, "price target"), "173.0");
  EXPECT_EQ(labelled(text, "time horizon"), "1-3 months");
  EXPECT_EQ(labelled(text, "rating"), "");
  EXPECT_EQ(section("**A**: one\ntwo\n\n**B**: three", "a", {"b"}), "one\ntwo");
}

}  // namespace
}  // namespace clawgate::signals
