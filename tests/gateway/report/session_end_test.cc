// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/report/html_report.h"
#include "gateway/report/json_report.h"
#include "gateway/report/text_report.h"
#include "tests/gateway/report/sample_session.h"
#include "tests/gateway/report/short_tape.h"

// A session ends later than its journal: the market goes on after the last record.

namespace clawgate::report {
namespace {

/// One unit bought at 100 by an account of 1000; the last record is a mark of 105.
Tape open_position() {
  ShortTape tape;
  BalanceReported cash;
  cash.asset = Asset("USDT");
  cash.free = qty("900");
  BalanceReported coins;
  coins.asset = Asset("BTC");
  coins.free = qty("1");
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100"), {}, qty("1"), money("100"));
  tape.put(cash).put(coins).put(top("105", "106"));
  return tape.tape;
}

SessionExtras ended(UnixNanos time, std::optional<MarketTop> last) {
  SessionExtras extras;
  PriceSeries prices;
  prices.symbol = Symbol("BTCUSDT");
  prices.points = {{at_ms(0), px("100.5")}};
  extras.prices.push_back(prices);
  extras.end = SessionEnd{time, last};
  return extras;
}

TEST(SessionEndTest, WithoutTheSessionsWordTheJournalsLastRecordIsTheEnd) {
  const Tape tape = open_position();
  const SessionReport report = report_of(tape);
  EXPECT_EQ(report.last_time, tape.records().back().time);
  EXPECT_EQ(report.equity.end, money("1005"));
  EXPECT_EQ(report.trades[0].unrealised, money("5"));
}

TEST(SessionEndTest, WhatIsHeldIsWorthTheLastBid) {
  const SessionReport report = report_of(open_position(), ended(at_minute(2), top("80", "82")));
  EXPECT_EQ(report.last_time, at_minute(2));
  EXPECT_EQ(report.equity.end, money("980"));
  EXPECT_EQ(report.equity.drawdown_max, money("25"));
  EXPECT_EQ(report.equity.drawdown_max_at, at_minute(2));
  EXPECT_EQ(report.equity.points.back().time, at_minute(2));
  EXPECT_EQ(report.trades[0].unrealised, money("-20"));
  ASSERT_EQ(report.extras.prices[0].points.size(), 2U);
  EXPECT_EQ(report.extras.prices[0].points[1].time, at_minute(2));
  EXPECT_EQ(report.extras.prices[0].points[1].mid, px("81"));
  const std::size_t records = open_position().records().size();
  EXPECT_EQ(report.records_total, records) << "it is no record";
}

TEST(SessionEndTest, EveryFormTellsIt) {
  const SessionReport report = report_of(open_position(), ended(at_minute(2), top("80", "82")));
  EXPECT_NE(to_text(report, Colour::Off).find("12:00:00 to 12:02:00 UTC (2 min 00 s)"),
            std::string::npos);
  EXPECT_NE(to_html(report).find("12:00:00 to 12:02:00 UTC, 2 min 00 s"), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["last_time"], "2024-08-08T12:02:00.000000000Z");
  EXPECT_EQ(json["equity"]["points"].back()["time"], json["last_time"]);
}

TEST(SessionEndTest, WithoutAUsablePriceOnlyTheTimeMoves) {
  for (const auto& last : {std::optional<MarketTop>(), std::optional(top("80", "80"))}) {
    const SessionReport report = report_of(open_position(), ended(at_minute(2), last));
    EXPECT_EQ(report.last_time, at_minute(2));
    EXPECT_EQ(report.equity.end, money("1005"));
    EXPECT_EQ(report.equity.points.back().time, at_minute(2)) << "it holds until the end";
  }
}

TEST(SessionEndTest, TimeNeverRunsBackwardsAndNothingIsNoSession) {
  const Tape tape = open_position();
  EXPECT_EQ(report_of(tape, ended(at_ms(1), top("80", "82"))).last_time,
            tape.records().back().time);
  EXPECT_EQ(report_of(Tape(), ended(at_minute(2), top("80", "82"))).last_time, UnixNanos());
}

}  // namespace
}  // namespace clawgate::report
