// SPDX-License-Identifier: Apache-2.0
#include "risk/account.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace clawgate::risk {
namespace {

constexpr Notional raw(std::int64_t value) {
  return Notional::from_raw(value);
}

TEST(AccountTest, AResultIsRealisedAndWhatIsHeldAtTheBid) {
  const std::array lots{OpenLot{Qty::of(2), Notional::of(190), Px::of(100)},
                        OpenLot{Qty::of(1), Notional::of(60), Px::of(50)}};
  EXPECT_EQ(result_of(Notional::of(-3), lots), Notional::of(-3 + 10 - 10));
  EXPECT_EQ(result_of(Notional::of(7), {}), Notional::of(7));
}

TEST(AccountTest, AResultIsNotKnownWithoutAMarkUnlessNothingIsHeld) {
  EXPECT_EQ(result_of({}, std::array{OpenLot{Qty::of(1), Notional::of(1), Px{}}}), std::nullopt);
  EXPECT_EQ(result_of({}, std::array{OpenLot{Qty{}, Notional{}, Px{}}}), Notional{});
}

TEST(AccountTest, AResultThatDoesNotFitIsNotKnown) {
  const Notional most = raw(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(result_of(most, std::array{OpenLot{Qty::of(1), {}, Px::from_raw(1)}}), std::nullopt);
}

TEST(AccountTest, TheDayStopsAtItsLossAndNotOneUnitBefore) {
  const DayRisk day{Notional::of(10'000), Notional::of(-300), {}, {}};
  EXPECT_TRUE(day_stopped(day, bps(300)));
  DayRisk better = day;
  better.result = raw(day.result.raw() + 1);
  EXPECT_FALSE(day_stopped(better, bps(300)));
  DayRisk worse = day;
  worse.result = raw(day.result.raw() - 1);
  EXPECT_TRUE(day_stopped(worse, bps(300)));
  EXPECT_FALSE(day_stopped(day, Rate::from_raw(bps(300).raw() + 1)));
}

TEST(AccountTest, ADayLimitThatIsNoWholeUnitRoundsToNobody) {
  // 3 % of 0.00000033 is 0.0000000099: a loss of one unit is beyond it.
  EXPECT_TRUE(day_stopped({raw(33), raw(-1), {}, {}}, bps(300)));
  EXPECT_FALSE(day_stopped({raw(34), raw(-1), {}, {}}, bps(300)));  // 0.0000000102
}

TEST(AccountTest, TheGuardFreezesAtItsDrawdownAndNotOneUnitBefore) {
  for (const Rate guard : {bps(800), bps(1'200)}) {
    const std::int64_t fall =
        *mul_div(Notional::of(10'000).raw(), guard.raw(), Rate::kScale, Round::Up);
    const DayRisk day{
        Notional::of(1), {}, raw(Notional::of(10'000).raw() - fall), Notional::of(10'000)};
    EXPECT_TRUE(drawn_down(day, guard));
    DayRisk better = day;
    better.equity = raw(day.equity.raw() + 1);
    EXPECT_FALSE(drawn_down(better, guard));
  }
}

TEST(AccountTest, ADepositRaisesThePeakAndAMissingAmountDoesNotLowerIt) {
  const Notional peak = Notional::of(1'000);
  EXPECT_EQ(peak_after(peak, Notional::of(950), Notional::of(1'950)), Notional::of(2'000));
  EXPECT_EQ(peak_after(peak, Notional::of(950), Notional::of(450)), peak);
  EXPECT_EQ(peak_after(peak, Notional::of(950), Notional::of(950)), peak);
  EXPECT_EQ(peak_after(peak, raw(950), raw(951)), raw(peak.raw() + 1));
  const Notional most = raw(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(peak_after(most, Notional::of(1), Notional::of(2)), most);
}

TEST(SafeNotionalTest, IsTheLeastOfExposureOrderLimitAndAQuarterOfTheDay) {
  Limits limits;  // 50 and 300: a quarter is 75
  EXPECT_EQ(safe_notional(&limits, Notional::of(49)), Notional::of(49));
  EXPECT_EQ(safe_notional(&limits, Notional::of(51)), Notional::of(50));
  limits.order_notional_max = Notional::of(76);
  EXPECT_EQ(safe_notional(&limits, Notional::of(100)), Notional::of(75));
  limits.day_notional_max = raw(7);
  EXPECT_EQ(safe_notional(&limits, Notional::of(100)), raw(1));
  EXPECT_EQ(safe_notional(&limits, Notional{}), Notional{});
}

TEST(SafeNotionalTest, IsNotKnownWhereAParameterIsMissing) {
  Limits limits;
  EXPECT_EQ(safe_notional(nullptr, Notional::of(1)), std::nullopt);
  EXPECT_EQ(safe_notional(&limits, std::nullopt), std::nullopt);
  limits.order_notional_max = {};
  EXPECT_EQ(safe_notional(&limits, Notional::of(1)), std::nullopt);
  limits = {};
  limits.day_notional_max = {};
  EXPECT_EQ(safe_notional(&limits, Notional::of(1)), std::nullopt);
}

}  // namespace
}  // namespace clawgate::risk
