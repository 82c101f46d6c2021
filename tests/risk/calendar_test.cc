// SPDX-License-Identifier: Apache-2.0
#include "risk/calendar.h"

#include <gtest/gtest.h>

#include <limits>

namespace clawgate::risk {
namespace {

constexpr UnixNanos at_s(std::int64_t seconds, std::int64_t nanos = 0) {
  return UnixNanos{seconds * kNanosPerSecond + nanos};
}

TEST(CalendarTest, TheDayTurnsAtMidnightInSaoPaulo) {
  // 2026-01-05T03:00:00Z is 2026-01-05 00:00 in Sao Paulo; 2026-01-05 is day 20458.
  EXPECT_EQ(trading_day(at_s(1'767'582'000)), TradingDay{20'458});
  EXPECT_EQ(trading_day(at_s(1'767'582'000, -1)), TradingDay{20'457});
  EXPECT_EQ(trading_day(at_s(1'767'582'000 + 86'400, -1)), TradingDay{20'458});
  EXPECT_EQ(trading_day(at_s(1'767'582'000 + 86'400)), TradingDay{20'459});
}

TEST(CalendarTest, ThereIsNoSummerTime) {
  // 2026-07-01T03:00:00Z, and 2025-11-15T03:00:00Z when summer time used to hold.
  EXPECT_EQ(trading_day(at_s(1'782'874'800)), TradingDay{20'635});
  EXPECT_EQ(trading_day(at_s(1'782'874'800, -1)), TradingDay{20'634});
  EXPECT_EQ(trading_day(at_s(1'763'175'600)), TradingDay{20'407});
  EXPECT_EQ(trading_day(at_s(1'763'175'600, -1)), TradingDay{20'406});
}

TEST(CalendarTest, TheFirstHoursOfTheEpochAreTheDayBefore) {
  EXPECT_EQ(trading_day(UnixNanos{0}), TradingDay{-1});
  EXPECT_EQ(trading_day(at_s(3 * 3600)), TradingDay{0});
  EXPECT_EQ(trading_day(at_s(3 * 3600, -1)), TradingDay{-1});
  EXPECT_EQ(trading_day(at_s(-21 * 3600)), TradingDay{-1});
  EXPECT_EQ(trading_day(at_s(-21 * 3600, -1)), TradingDay{-2});
}

TEST(CalendarTest, EveryInstantHasADay) {
  EXPECT_EQ(trading_day(UnixNanos{std::numeric_limits<std::int64_t>::min()}), TradingDay{-106'753});
  EXPECT_EQ(trading_day(UnixNanos{std::numeric_limits<std::int64_t>::max()}), TradingDay{106'751});
}

}  // namespace
}  // namespace clawgate::risk
