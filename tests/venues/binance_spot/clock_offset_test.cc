// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/clock_offset.h"

#include <gtest/gtest.h>

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::int64_t kMs = kNanosPerMilli;
constexpr UnixNanos at_ms(std::int64_t ms) {
  return UnixNanos(ms * kMs);
}
constexpr ClockOffset::Options kOptions{
    .uncertainty_max_ns = 100 * kMs, .age_max_ns = 1000 * kMs, .margin_ns = 20 * kMs};

TEST(ClockOffsetTest, ServerTimeIsThatOfTheMiddleOfTheRoundTrip) {
  ClockOffset clock(kOptions);
  clock.add(at_ms(1000), at_ms(1010), at_ms(6005));  // 5 s ahead, and half a millisecond unseen
  EXPECT_EQ(clock.ahead_ns(at_ms(1010)), 5000 * kMs + kMs / 2);
  EXPECT_EQ(clock.uncertainty_ns(at_ms(1010)), 5 * kMs + kMs / 2);
  EXPECT_EQ(clock.signing_time(at_ms(1100)).value(), UnixNanos(6080 * kMs + kMs / 2));
  EXPECT_EQ(clock.venue_now(at_ms(1100)), UnixNanos(6100 * kMs + kMs / 2));
}

TEST(ClockOffsetTest, TheShortestRoundTripCounts) {
  ClockOffset clock(kOptions);
  clock.add(at_ms(1000), at_ms(1100), at_ms(1000));
  clock.add(at_ms(1200), at_ms(1202), at_ms(1301));  // 100 ms ahead
  clock.add(at_ms(1300), at_ms(1350), at_ms(1300));
  EXPECT_EQ(clock.ahead_ns(at_ms(1400)), 100 * kMs + kMs / 2);
}

TEST(ClockOffsetTest, AnOldSampleGivesWayToAYoungerCoarserOne) {
  ClockOffset clock(kOptions);
  clock.add(at_ms(1000), at_ms(1002), at_ms(1101));
  clock.add(at_ms(1900), at_ms(1950), at_ms(1925));
  EXPECT_EQ(clock.ahead_ns(at_ms(2002)), 100 * kMs + kMs / 2);
  EXPECT_EQ(clock.ahead_ns(at_ms(2003)), kMs / 2);
}

TEST(ClockOffsetTest, RefusesToSignBeyondItsBounds) {
  const auto field = [](const ClockOffset& clock, UnixNanos now) {
    const auto time = clock.signing_time(now);
    return time ? std::string("signs") : time.error().field;
  };
  ClockOffset clock(kOptions);
  EXPECT_EQ(field(clock, at_ms(0)), "venue_clock");
  clock.add(at_ms(1000), at_ms(1199), at_ms(1100));  // 99.5 ms and half a millisecond
  EXPECT_EQ(field(clock, at_ms(1199)), "signs");
  EXPECT_EQ(field(clock, at_ms(1198)), "venue_clock/age");  // stepped back
  EXPECT_EQ(field(clock, at_ms(2199)), "signs");
  EXPECT_EQ(field(clock, UnixNanos(2199 * kMs + 1)), "venue_clock/age");
  clock.distrust();
  EXPECT_EQ(field(clock, at_ms(1199)), "venue_clock");
  clock.add(at_ms(1000), at_ms(1200), at_ms(1100));
  EXPECT_EQ(field(clock, at_ms(1200)), "venue_clock/uncertainty");
}

// Events are stamped and budgets counted meanwhile, and our own clock may be far off.
TEST(ClockOffsetTest, WhatIsNotSignedWithAnyMoreStaysTheBestGuess) {
  ClockOffset clock(kOptions);
  EXPECT_EQ(clock.ahead_ns(at_ms(1000)), 0);
  clock.add(at_ms(1000), at_ms(1000), at_ms(9000));
  clock.add(at_ms(1100), at_ms(1150), at_ms(9005));  // coarser
  for (int i = 0; i < 2; ++i) {
    clock.distrust();
    EXPECT_EQ(clock.samples(), 0U);
    EXPECT_EQ(clock.ahead_ns(at_ms(1200)), 8000 * kMs + kMs / 2);
    EXPECT_EQ(clock.venue_now(at_ms(1200)), UnixNanos(9200 * kMs + kMs / 2));
    EXPECT_FALSE(clock.signing_time(at_ms(1200)));
    EXPECT_FALSE(clock.signing_time_at_any_age(at_ms(1200)));
  }
  clock.add(at_ms(1300), at_ms(1300), at_ms(1400));
  EXPECT_EQ(clock.ahead_ns(at_ms(1300)), 100 * kMs + kMs / 2);
}

// What guards a position does not wait for a better clock.
TEST(ClockOffsetTest, WhatMayNotWaitIsSignedWithTheBestSampleThereIs) {
  ClockOffset clock(kOptions);
  EXPECT_EQ(clock.signing_time_at_any_age(at_ms(0)).error().field, "venue_clock");
  clock.add(at_ms(1000), at_ms(1010), at_ms(6005));
  clock.add(at_ms(1020), at_ms(1220), at_ms(9005));  // younger, and too coarse
  EXPECT_EQ(clock.signing_time_at_any_age(at_ms(1300)).value(),
            clock.signing_time(at_ms(1300)).value());
  ASSERT_FALSE(clock.signing_time(at_ms(900'000)));
  EXPECT_EQ(clock.signing_time_at_any_age(at_ms(900'000)).value(),
            UnixNanos((900'000 + 9005 - 1120 - 20) * kMs + kMs / 2));
}

TEST(ClockOffsetTest, OnlyTheLastSamplesAreKept) {
  ClockOffset clock(kOptions);
  clock.add(at_ms(1000), at_ms(1000), at_ms(2000));  // the best there can be
  for (std::size_t i = 0; i < ClockOffset::kSamples; ++i) {
    clock.add(at_ms(1000), at_ms(1010), at_ms(1005));
  }
  EXPECT_EQ(clock.samples(), ClockOffset::kSamples);
  EXPECT_EQ(clock.ahead_ns(at_ms(1010)), kMs / 2);
}

TEST(ClockOffsetTest, ASampleThatOurClockSteppedThroughIsDropped) {
  ClockOffset clock(kOptions);
  clock.add(at_ms(1000), at_ms(999), at_ms(1000));
  EXPECT_EQ(clock.samples(), 0U);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
