// SPDX-License-Identifier: Apache-2.0
#include "risk/throttle.h"

#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <random>

namespace clawgate::risk {
namespace {

constexpr UnixNanos at_ms(std::int64_t ms) {
  return UnixNanos{ms * kNanosPerMilli};
}

TEST(ThrottleTest, BurstPassesThenTheRateHolds) {
  Throttle throttle({.orders_per_minute = 6, .burst = 2});  // one order per 10 s
  EXPECT_TRUE(throttle.try_take(at_ms(60'000)));
  EXPECT_TRUE(throttle.try_take(at_ms(60'000)));
  EXPECT_FALSE(throttle.try_take(at_ms(60'000)));
  EXPECT_FALSE(throttle.try_take(at_ms(69'999)));
  EXPECT_TRUE(throttle.try_take(at_ms(70'000)));
  EXPECT_FALSE(throttle.try_take(at_ms(79'999)));
}

TEST(ThrottleTest, RefusalCostsNothing) {
  Throttle throttle({.orders_per_minute = 600, .burst = 1});
  EXPECT_TRUE(throttle.try_take(at_ms(0)));
  for (int ms = 1; ms < 100; ++ms) EXPECT_FALSE(throttle.try_take(at_ms(ms)));
  EXPECT_TRUE(throttle.try_take(at_ms(100)));
}

TEST(ThrottleTest, LookingCostsNothingAndTellsTheTruth) {
  Throttle throttle({.orders_per_minute = 600, .burst = 1});
  EXPECT_TRUE(throttle.can_take(at_ms(0)));
  EXPECT_TRUE(throttle.can_take(at_ms(0)));
  EXPECT_TRUE(throttle.try_take(at_ms(0)));
  EXPECT_FALSE(throttle.can_take(at_ms(99)));
  EXPECT_TRUE(throttle.can_take(at_ms(100)));
}

TEST(ThrottleTest, RateThatDoesNotDivideAMinuteRoundsDown) {
  Throttle throttle({.orders_per_minute = 7, .burst = 1});
  EXPECT_TRUE(throttle.try_take(UnixNanos{0}));
  EXPECT_FALSE(throttle.try_take(UnixNanos{8'571'428'571}));
  EXPECT_TRUE(throttle.try_take(UnixNanos{8'571'428'572}));
}

TEST(ThrottleTest, IdleTimeDoesNotSaveUpMoreThanTheBurst) {
  Throttle throttle({.orders_per_minute = 6, .burst = 2});
  EXPECT_TRUE(throttle.try_take(at_ms(0)));
  EXPECT_TRUE(throttle.try_take(at_ms(3'600'000)));
  EXPECT_TRUE(throttle.try_take(at_ms(3'600'000)));
  EXPECT_FALSE(throttle.try_take(at_ms(3'600'000)));
}

TEST(ThrottleTest, TheStateIsOneInstantThatAnotherThrottleGoesOnFrom) {
  Throttle first({.orders_per_minute = 6, .burst = 2});
  EXPECT_TRUE(first.try_take(at_ms(60'000)));
  EXPECT_TRUE(first.try_take(at_ms(60'000)));
  EXPECT_EQ(first.paid_until(), at_ms(80'000));

  Throttle second({.orders_per_minute = 6, .burst = 2}, first.paid_until());
  EXPECT_FALSE(second.try_take(at_ms(69'999)));
  EXPECT_TRUE(second.try_take(at_ms(70'000)));
  EXPECT_EQ(second.paid_until(), at_ms(90'000));
}

TEST(ThrottleTest, ARateOrABurstOfZeroLetsNothingPass) {
  EXPECT_FALSE(Throttle({.orders_per_minute = 0, .burst = 1}).try_take(at_ms(1)));
  EXPECT_FALSE(Throttle({.orders_per_minute = 1, .burst = 0}).try_take(at_ms(1)));
  EXPECT_TRUE(Throttle({.orders_per_minute = 1, .burst = 1}).try_take(at_ms(1)));
}

TEST(ThrottleTest, TheEndOfTimeIsARefusal) {
  constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
  constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
  Throttle throttle({.orders_per_minute = 1, .burst = kMax});
  EXPECT_TRUE(throttle.try_take(UnixNanos{kEnd - 60 * kNanosPerSecond}));
  EXPECT_FALSE(throttle.try_take(UnixNanos{kEnd - 60 * kNanosPerSecond + 1}));
  EXPECT_EQ(throttle.paid_until(), UnixNanos{kEnd});
  EXPECT_FALSE(throttle.try_take(UnixNanos{-kEnd}));
}

// Over any arrivals, no window of a minute lets through more than rate + burst orders.
TEST(ThrottlePropertyTest, NoWindowExceedsRatePlusBurst) {
  constexpr std::uint32_t kRate = 7;  // does not divide a minute
  constexpr std::uint32_t kBurst = 3;
  Throttle throttle({.orders_per_minute = kRate, .burst = kBurst});
  std::mt19937_64 random(42);
  std::deque<std::int64_t> passed_ms;
  for (std::int64_t ms = 0; ms < 36'000'000; ms += static_cast<std::int64_t>(random() % 3'000)) {
    if (!throttle.try_take(at_ms(ms))) continue;
    passed_ms.push_back(ms);
    while (passed_ms.front() <= ms - 60'000) passed_ms.pop_front();
    ASSERT_LE(passed_ms.size(), kRate + kBurst) << "at " << ms << " ms, seed 42";
  }
}

}  // namespace
}  // namespace clawgate::risk
