// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/rate_limits.h"

#include <gtest/gtest.h>

#include <utility>

namespace clawgate::venues::binance_spot {
namespace {

const Symbol kBtc("BTCUSDT");
const CallInfo& kQuery = *query_order(kBtc, "E0").info;    // weight 4
const CallInfo& kCancel = *cancel(kBtc, "E0", true).info;  // weight 1
// What protects: weight 1, one order.
const CallInfo& guard() {
  Legs legs;
  EXPECT_TRUE(legs.push_back(Leg{}));
  return *place(kBtc, legs, "").info;
}
CallInfo entry() {
  CallInfo info = guard();
  info.priority = Priority::Entry;
  return info;
}
constexpr UnixNanos at_s(std::int64_t s) {
  return UnixNanos(s * kNanosPerSecond);
}
constexpr RateLimit kWeight{RateKind::RequestWeight, RateUnit::Minute, 1, 100};
constexpr RateLimit kOrders{RateKind::Orders, RateUnit::Second, 10, 10};

RateLimits with(std::initializer_list<RateLimit> limits) {
  RateLimits made;
  made.set_limits(std::vector<RateLimit>(limits));
  return made;
}
// Where our clock is the venue's.
bool take(RateLimits& limits, const CallInfo& call, UnixNanos now) {
  return limits.try_take(call, {now, now});
}
bool connect(RateLimits& limits, UnixNanos now) {
  return limits.try_connect({now, now});
}
int taken(RateLimits& limits, const CallInfo& call, UnixNanos now) {
  int count = 0;
  while (count < 1000 && take(limits, call, now)) ++count;
  return count;
}

TEST(RateLimitsTest, EachClassLeavesItsShareToTheOneBefore) {
  RateLimits limits = with({kWeight});
  EXPECT_EQ(taken(limits, *avg_price(kBtc).info, at_s(0)), 35);  // of weight 2
  EXPECT_EQ(taken(limits, entry(), at_s(0)), 10);                // 70 + 10
  EXPECT_EQ(taken(limits, kQuery, at_s(0)), 2);  // 80 + 2 * 4 = 88; another would pass 90
  EXPECT_EQ(taken(limits, guard(), at_s(0)), 1000);
  EXPECT_EQ(taken(limits, kCancel, at_s(0)), 1000);
}

TEST(RateLimitsTest, BeforeAnyLimitIsKnownEntriesAreRefused) {
  RateLimits limits;
  EXPECT_FALSE(take(limits, entry(), at_s(0)));
  EXPECT_TRUE(take(limits, kQuery, at_s(0)));
  EXPECT_TRUE(take(limits, kCancel, at_s(0)));
}

TEST(RateLimitsTest, OrdersAreCountedPerInterval) {
  RateLimits limits = with({kWeight, kOrders});
  EXPECT_EQ(taken(limits, entry(), at_s(9)), 8);
  for (int i = 0; i < 8; ++i) limits.settle(entry(), {}, at_s(9));
  EXPECT_FALSE(take(limits, entry(), UnixNanos(at_s(10).value() - 1)));
  EXPECT_TRUE(take(limits, entry(), at_s(10)));
}

TEST(RateLimitsTest, WhatIsUnderWayStillCountsInTheNextInterval) {
  RateLimits limits = with({kOrders});
  EXPECT_EQ(taken(limits, entry(), at_s(9)), 8);
  EXPECT_FALSE(take(limits, entry(), at_s(10)));
}

// The count of one interval is that of no other, whichever way the venue's clock moved.
TEST(RateLimitsTest, ACountIsOfItsOwnIntervalOnly) {
  RateLimits limits = with({kOrders});
  EXPECT_EQ(taken(limits, entry(), at_s(10)), 8);
  for (int i = 0; i < 8; ++i) limits.settle(entry(), {}, at_s(10));
  EXPECT_EQ(limits.used(at_s(10))[0].count, 8U);
  EXPECT_EQ(limits.used(UnixNanos(at_s(20).value() - 1))[0].count, 8U);
  EXPECT_EQ(limits.used(UnixNanos(at_s(10).value() - 1))[0].count, 0U) << "it went back";
  EXPECT_EQ(limits.used(at_s(20))[0].count, 0U);
  EXPECT_FALSE(take(limits, entry(), at_s(10)));
  EXPECT_TRUE(take(limits, entry(), at_s(9)));
}

// Without it nobody knows when the next interval begins.
TEST(RateLimitsTest, TheTimeMayBeAskedWhereTheBudgetIsUsedUp) {
  const CallInfo& time = *server_time().info;
  RateLimits limits = with({{RateKind::RequestWeight, RateUnit::Minute, 1, 10}});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(take(limits, guard(), at_s(0)));
  EXPECT_FALSE(take(limits, kQuery, at_s(0)));
  EXPECT_TRUE(take(limits, time, at_s(0)));
  EXPECT_EQ(limits.used(at_s(0))[0].count, 11U) << "and it counts";
}

TEST(RateLimitsTest, TheVenuesCountReplacesOurs) {
  RateLimits limits = with({kOrders});
  ASSERT_TRUE(take(limits, entry(), at_s(0)));
  const RateCount told[] = {{RateKind::Orders, RateUnit::Second, 10, 6},
                            {RateKind::Orders, RateUnit::Day, 1, 900}};
  limits.settle(entry(), told, at_s(1));
  EXPECT_EQ(limits.used(at_s(1))[0].count, 6U);
  EXPECT_EQ(taken(limits, entry(), at_s(1)), 2);
}

TEST(RateLimitsTest, NewLimitsKeepTheCounts) {
  RateLimits limits = with({kOrders});
  EXPECT_EQ(taken(limits, entry(), at_s(0)), 8);
  RateLimit wider = kOrders;
  wider.limit = 20;
  limits.set_limits(std::vector<RateLimit>{wider});
  EXPECT_EQ(taken(limits, entry(), at_s(0)), 8);  // 16 of 20
}

VenueError throttled(int status, std::optional<std::int64_t> wait_s) {
  VenueError error;
  error.status = status;
  error.code = -1003;
  if (wait_s) error.wait_ns = *wait_s * kNanosPerSecond;
  return error;
}

TEST(RateLimitsTest, AfterA429OnlyCancelsAndProtectionPassUntilTheMomentNamed) {
  for (const int status : {429, 418}) {
    RateLimits limits = with({kWeight, kOrders});
    limits.on_error(throttled(status, 30), at_s(10));
    const UnixNanos just_before(at_s(40).value() - 1);
    EXPECT_FALSE(take(limits, entry(), just_before));
    EXPECT_FALSE(take(limits, kQuery, just_before));
    EXPECT_FALSE(connect(limits, just_before));
    EXPECT_TRUE(take(limits, kCancel, just_before));
    EXPECT_TRUE(take(limits, guard(), just_before));
    EXPECT_EQ(limits.open_until(just_before), at_s(40));
    EXPECT_EQ(limits.open_until(at_s(40)), std::nullopt);
    EXPECT_TRUE(take(limits, kQuery, at_s(40)));
    EXPECT_TRUE(take(limits, entry(), at_s(40)));
  }
}

// Cancels and protection are signed with the venue's time, and a ban may last for days.
TEST(RateLimitsTest, TheClockIsAskedForOnceAMinuteWhateverTheBreakerSays) {
  const CallInfo& clock = *server_time().info;
  RateLimits limits = with({kWeight});
  EXPECT_TRUE(take(limits, clock, at_s(10)));
  EXPECT_TRUE(take(limits, clock, at_s(11))) << "as often as one likes";
  limits.on_error(throttled(418, 980), at_s(20));
  EXPECT_FALSE(take(limits, clock, UnixNanos(at_s(71).value() - 1)));
  EXPECT_TRUE(take(limits, clock, at_s(71)));
  EXPECT_FALSE(take(limits, clock, at_s(72)));
  EXPECT_FALSE(take(limits, kQuery, at_s(131)));
  EXPECT_TRUE(take(limits, clock, at_s(131)));
}

// Before the first sample nobody knows the venue's time; when it is known, no wait becomes longer
// or shorter by it.
TEST(RateLimitsTest, AWaitIsKeptOnOurClockWhereverTheVenuesStands) {
  const CallInfo& clock = *server_time().info;
  VenueError orders = throttled(400, 20);
  orders.code = -1015;
  for (const std::int64_t venue_s : {0, 1'000, 5'000}) {
    RateLimits limits = with({kWeight, kOrders});
    ASSERT_TRUE(limits.try_take(clock, {at_s(1'010), at_s(1'010)}));
    limits.on_error(throttled(418, 20), at_s(1'010));
    limits.on_error(orders, at_s(1'015));
    const UnixNanos before(at_s(1'030).value() - 1);
    EXPECT_FALSE(limits.try_take(kQuery, {before, at_s(venue_s)}));
    EXPECT_FALSE(limits.try_take(clock, {before, at_s(venue_s)})) << "once a minute";
    EXPECT_FALSE(limits.try_connect({before, at_s(venue_s)}));
    EXPECT_TRUE(limits.try_take(kQuery, {at_s(1'030), at_s(venue_s)}));
    EXPECT_TRUE(limits.try_connect({at_s(1'030), at_s(venue_s)}));
    EXPECT_FALSE(limits.try_take(entry(), {at_s(1'034), at_s(venue_s)}));
    EXPECT_TRUE(limits.try_take(entry(), {at_s(1'035), at_s(venue_s)}));
  }
}

// Of that budget a day may be used up: nothing but entries needs it.
TEST(RateLimitsTest, TooManyOrdersHoldBackEntriesAlone) {
  for (const int status : {429, 400}) {
    RateLimits limits = with({kWeight, kOrders});
    VenueError error;
    error.status = status;
    error.code = -1015;
    error.wait_ns = 4990 * kNanosPerSecond;
    limits.on_error(error, at_s(10));
    EXPECT_EQ(limits.open_until(at_s(10)), std::nullopt);
    EXPECT_EQ(limits.entries_held_until(at_s(10)), at_s(5000));
    const UnixNanos just_before(at_s(5000).value() - 1);
    EXPECT_FALSE(take(limits, entry(), just_before));
    EXPECT_TRUE(take(limits, kQuery, just_before));
    EXPECT_TRUE(take(limits, kCancel, just_before));
    EXPECT_TRUE(take(limits, guard(), just_before));
    EXPECT_TRUE(connect(limits, just_before));
    EXPECT_TRUE(take(limits, entry(), at_s(5000)));
  }
}

TEST(RateLimitsTest, AnEarlierMomentDoesNotShortenTheBreaker) {
  RateLimits limits = with({kWeight});
  limits.on_error(throttled(418, 990), at_s(10));
  limits.on_error(throttled(429, 9), at_s(11));
  EXPECT_EQ(limits.open_until(at_s(12)), at_s(1000));
}

TEST(RateLimitsTest, WithoutAMomentTheBreakerStaysOpenForAMinute) {
  RateLimits limits = with({kWeight});
  limits.on_error(throttled(429, std::nullopt), at_s(10));
  EXPECT_EQ(limits.open_until(at_s(10)), at_s(70));
}

TEST(RateLimitsTest, OtherErrorsOpenNothing) {
  RateLimits limits = with({kWeight});
  VenueError error;
  error.status = 400;
  error.code = -2010;
  limits.on_error(error, at_s(10));
  EXPECT_EQ(limits.open_until(at_s(10)), std::nullopt);
}

TEST(RateLimitsTest, EachSignOfAThrottleOpensTheBreaker) {
  for (const auto& [status, code] : {std::pair{429, 0}, {418, 0}, {400, -1003}}) {
    RateLimits limits = with({kWeight});
    VenueError error;
    error.status = status;
    error.code = code;
    limits.on_error(error, at_s(10));
    EXPECT_EQ(limits.open_until(at_s(10)), at_s(70)) << status << " " << code;
  }
}

TEST(RateLimitsTest, WhatIsUnderWayIsCountedOnceBesideAConnection) {
  RateLimits limits = with({kWeight});
  ASSERT_TRUE(take(limits, kQuery, at_s(0)));
  ASSERT_TRUE(connect(limits, at_s(0)));
  EXPECT_EQ(limits.used(at_s(0))[0].count, 6U);
  limits.settle(kQuery, {}, at_s(0));
  EXPECT_EQ(limits.used(at_s(0))[0].count, 6U);
}

// A budget that the venue names while a call is under way was not charged for it.
TEST(RateLimitsTest, ACallSettledInABudgetThatIsNewerThanItTakesNothingBack) {
  RateLimits limits = with({kWeight});
  ASSERT_TRUE(take(limits, kQuery, at_s(0)));
  constexpr RateLimit kRaw{RateKind::RawRequests, RateUnit::Minute, 5, 1'000};
  limits.set_limits(std::vector<RateLimit>{kWeight, kRaw});
  limits.settle(kQuery, {}, at_s(0));
  EXPECT_EQ(limits.used(at_s(0))[0].count, 4U);
  EXPECT_EQ(limits.used(at_s(0))[1].count, 1U);
}

// Budgets are told apart by kind, unit and number of units.
TEST(RateLimitsTest, NoBudgetTakesTheCountOfAnother) {
  constexpr RateLimit kFive{RateKind::RequestWeight, RateUnit::Minute, 5, 500};
  constexpr RateLimit kDay{RateKind::RequestWeight, RateUnit::Day, 1, 9'000};
  constexpr RateLimit kRaw{RateKind::RawRequests, RateUnit::Minute, 1, 1'000};
  const std::vector<RateLimit> all = {kWeight, kFive, kDay, kRaw};
  RateLimits limits;
  limits.set_limits(all);
  const RateCount told[] = {{RateKind::RequestWeight, RateUnit::Minute, 1, 10},
                            {RateKind::RequestWeight, RateUnit::Minute, 5, 20},
                            {RateKind::RequestWeight, RateUnit::Day, 1, 30},
                            {RateKind::RawRequests, RateUnit::Minute, 1, 40}};
  ASSERT_TRUE(take(limits, kQuery, at_s(0)));
  limits.settle(kQuery, told, at_s(0));
  for (int again = 0; again < 2; ++again) {
    const auto used = limits.used(at_s(0));
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(used[i].count, told[i].count) << i;
    limits.set_limits(all);
  }
}

TEST(RateLimitsTest, ConnectionsHaveABudgetAndAWeight) {
  RateLimits limits = with({kWeight, {RateKind::Connections, RateUnit::Minute, 5, 10}});
  int count = 0;
  while (count < 100 && connect(limits, at_s(0))) ++count;
  EXPECT_EQ(count, 9);
  EXPECT_EQ(limits.used(at_s(0))[0].count, 18U);
  EXPECT_TRUE(connect(limits, at_s(300)));
}

TEST(RateLimitsTest, HeadersOfEveryForm) {
  net::HttpAnswer answer;
  answer.headers = {{"x-mbx-used-weight", "7"},          {"x-mbx-used-weight-1m", "321"},
                    {"x-mbx-order-count-10s", "12"},     {"x-mbx-order-count-1d", "1043"},
                    {"x-mbx-used-weight-1x", "1"},       {"x-mbx-used-weight-m", "1"},
                    {"x-mbx-used-weight-0m", "1"},       {"x-mbx-used-weight-5m", "-3"},
                    {"x-mbx-used-weight-1mm", "1"},      {"x-mbx-used-weight-1h", "12x"},
                    {"content-type", "application/json"}};
  const std::vector<RateCount> expected = {{RateKind::RequestWeight, RateUnit::Minute, 1, 321},
                                           {RateKind::Orders, RateUnit::Second, 10, 12},
                                           {RateKind::Orders, RateUnit::Day, 1, 1043}};
  EXPECT_EQ(counts_in_headers(answer), expected);
}

// A wrong answer must not stop us for ever: no ban is longer than three days.
TEST(RateLimitsTest, AWaitHasAnEnd) {
  constexpr std::int64_t kFourDays = 4 * 86'400 * kNanosPerSecond;
  RateLimits limits;
  VenueError error;
  error.status = 418;
  error.code = -1003;
  error.wait_ns = INT64_MAX;
  limits.on_error(error, UnixNanos(0));
  EXPECT_TRUE(limits.open_until(UnixNanos(kFourDays - 1)).has_value());
  EXPECT_FALSE(limits.open_until(UnixNanos(kFourDays)).has_value());
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
