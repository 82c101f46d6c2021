// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/equity_curve.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/report/thin.h"
#include "tests/gateway/report/short_tape.h"

namespace clawgate::report {
namespace {

BalanceReported balance(std::string_view asset, std::string_view free,
                        std::string_view locked = "0") {
  BalanceReported row;
  row.asset = Asset(asset);
  row.free = qty(free);
  row.locked = qty(locked);
  return row;
}

EquityCurve with_instrument() {
  EquityCurve curve;
  curve.add(btcusdt());
  return curve;
}

TEST(EquityCurveTest, IsQuoteAndBaseAtTheBid) {
  EquityCurve curve = with_instrument();
  curve.add(balance("USDT", "60", "40"), at_ms(0));
  curve.add(balance("BTC", "1.5", "0.5"), at_ms(0));
  curve.add(top("10", "11"), at_ms(5));
  const EquityReport report = curve.finish(at_ms(10));
  EXPECT_EQ(report.start, money("120"));
  EXPECT_EQ(report.points.front().time, at_ms(5));
  EXPECT_EQ(report.points.back().time, at_ms(10)) << "it holds until the end";
}

TEST(EquityCurveTest, IsNotKnownWhileAHeldAssetHasNoMark) {
  EquityCurve curve = with_instrument();
  curve.add(balance("USDT", "100"), at_ms(0));
  curve.add(balance("BTC", "1"), at_ms(0));
  curve.add(top("11", "11"), at_ms(5));  // not usable
  EXPECT_FALSE(curve.finish(at_ms(10)).start.has_value());

  EquityCurve other = with_instrument();
  other.add(balance("USDT", "100"), at_ms(0));
  other.add(balance("DOGE", "1"), at_ms(0));
  EXPECT_FALSE(other.finish(at_ms(10)).start.has_value()) << "no instrument values it";

  EquityCurve nothing_held = with_instrument();
  nothing_held.add(balance("USDT", "100"), at_ms(0));
  nothing_held.add(balance("BTC", "0"), at_ms(0));
  EXPECT_EQ(nothing_held.finish(at_ms(10)).start, money("100"));
}

// A fill moves two balances, one record each: within a millisecond they are one change.
TEST(EquityCurveTest, BalancesThatMoveTogetherAreOneChange) {
  struct Case {
    std::int64_t between_ns;
    Notional drawdown;
  };
  for (const Case& at :
       {Case{0, {}}, Case{kNanosPerMilli - 1, {}}, Case{kNanosPerMilli, money("50")}}) {
    EquityCurve curve = with_instrument();
    curve.add(balance("USDT", "100"), at_ms(0));
    curve.add(balance("BTC", "0"), at_ms(0));
    curve.add(top("50", "51"), at_ms(5));
    curve.add(balance("USDT", "50"), at_ms(10));
    curve.add(balance("BTC", "1"), UnixNanos(at_ms(10).value() + at.between_ns));
    EXPECT_EQ(curve.finish(at_ms(20)).drawdown_max, at.drawdown) << at.between_ns;
  }
}

TEST(EquityCurveTest, DrawdownIsFromTheHighestBeforeIt) {
  EquityCurve curve = with_instrument();
  curve.add(balance("USDT", "0"), at_ms(0));
  curve.add(balance("BTC", "1"), at_ms(0));
  std::int64_t ms = 10;
  for (const std::string_view bid : {"100", "90", "200", "150", "160", "140", "300"}) {
    curve.add(top(bid, "1000"), at_ms(ms += 10));
  }
  const EquityReport report = curve.finish(at_ms(1000));
  EXPECT_EQ(report.drawdown_max, money("60"));
  EXPECT_EQ(report.drawdown_max_rate, Rate::from_raw(30'000'000));
  EXPECT_EQ(report.drawdown_max_at, at_ms(70));
  EXPECT_EQ(report.end, money("300"));
}

struct Point {
  UnixNanos time;
  std::int64_t value = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

std::int64_t value_of(const Point& at) {
  return at.value;
}

TEST(ThinTest, KeepsEndsAndExtremes) {
  std::vector<Point> points;
  for (int i = 0; i < 10'000; ++i) points.push_back({at_ms(i), i % 7});
  points[5000].value = 99;
  points[7001].value = -99;
  const std::vector<Point> few = thinned(points, 100, value_of);
  EXPECT_LE(few.size(), 104U);
  EXPECT_EQ(few.front(), points.front());
  EXPECT_EQ(few.back(), points.back());
  EXPECT_NE(std::find(few.begin(), few.end(), points[5000]), few.end());
  EXPECT_NE(std::find(few.begin(), few.end(), points[7001]), few.end());
  EXPECT_EQ(thinned(few, few.size(), value_of), few) << "no more than allowed: all of them";
}

TEST(ThinTest, RunsKeepTheirEndsAndNothingElse) {
  const std::vector<std::int64_t> values = {5, 5, 5, 7, 7, 5, 7, 7, 7, 7};
  std::vector<Point> points;
  for (const std::int64_t value : values) {
    points.push_back({at_ms(static_cast<std::int64_t>(points.size())), value});
  }
  std::vector<Point> expected;
  for (const std::size_t i : {0U, 2U, 3U, 4U, 5U, 6U, 9U}) expected.push_back(points[i]);
  EXPECT_EQ(without_runs(points, value_of), expected);
  const std::vector<Point> two = {points[0], points[1]};
  EXPECT_EQ(without_runs(two, value_of), two) << "the first and the last stay";
  EXPECT_TRUE(without_runs(std::vector<Point>(), value_of).empty());
}

// A busy minute must not crowd out a quiet hour.
TEST(ThinTest, SpansAreOfTimeNotOfPoints) {
  std::vector<Point> points;
  for (int i = 0; i < 60; ++i) points.push_back({at_ms(i * 60'000), i});
  for (int i = 0; i < 100'000; ++i) points.push_back({at_ms(3'600'000 + i), 60});
  const std::vector<Point> few = thinned(points, 200, value_of);
  EXPECT_TRUE(std::equal(points.begin(), points.begin() + 60, few.begin()));
}

}  // namespace
}  // namespace clawgate::report
