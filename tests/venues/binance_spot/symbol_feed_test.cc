// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/symbol_feed.h"

#include <gtest/gtest.h>

#include <utility>

// One symbol's market by itself: what counts on either side of each bound. How connections and
// snapshots bring it is in market_feed_test.cc.

namespace clawgate::venues::binance_spot {
namespace {

using Outcome = SymbolFeed::Outcome;

constexpr UnixNanos at_ms(std::int64_t ms) {
  return UnixNanos(1'000 * kNanosPerSecond + ms * kNanosPerMilli);
}
constexpr UnixNanos just_before(UnixNanos time) {
  return UnixNanos(time.value() - 1);
}
constexpr std::int64_t kPatience = kNanosPerSecond;
constexpr std::int64_t kAverageAge = 300 * kNanosPerSecond;

class SymbolFeedTest : public ::testing::Test {
 protected:
  Outcome depth(std::int64_t first, std::int64_t last, UnixNanos now, bool overlapped = false) {
    return feed_.on_depth({.symbol = {},
                           .event_ms = 0,
                           .first_id = first,
                           .last_id = last,
                           .bids = bids_,
                           .asks = asks_},
                          overlapped, now);
  }
  Outcome snapshot(std::int64_t last, UnixNanos asked) {
    return feed_.on_snapshot({.last_id = last, .bids = bids_, .asks = asks_}, asked);
  }
  /// At a bid of 98, where the book's is 99.
  Outcome ticker(std::int64_t id, UnixNanos now) {
    return feed_.on_ticker(
        {.symbol = {}, .update_id = id, .bid = {Px::of(98), Qty::of(1)}, .ask = asks_[0]}, now);
  }
  /// At update 110 and sure, at moment 0.
  void live() {
    feed_.on_average(Px::of(100), at_ms(0));
    ASSERT_EQ(snapshot(110, at_ms(0)), Outcome::Useful);
    ASSERT_TRUE(feed_.is_sure());
  }
  [[nodiscard]] Px bid(UnixNanos now) const {
    const auto top = feed_.top(now, kAverageAge);
    return top ? top->bid : Px{};
  }

  std::vector<BookLevel> bids_ = {{Px::of(99), Qty::of(1)}};
  std::vector<BookLevel> asks_ = {{Px::of(101), Qty::of(1)}};
  SymbolFeed feed_{InstrumentId{1}};
};

TEST_F(SymbolFeedTest, ATickerOfTheBooksOwnUpdateIsNoQuoteOfItsOwn) {
  live();
  EXPECT_EQ(ticker(110, at_ms(5'000)), Outcome::Nothing);
  EXPECT_EQ(feed_.last_useful(), at_ms(0));
  EXPECT_EQ(ticker(111, at_ms(5'000)), Outcome::Useful);
  EXPECT_EQ(feed_.last_useful(), at_ms(5'000));
}

TEST_F(SymbolFeedTest, ATickerOfBeforeADisconnectCountsNoMore) {
  live();
  ASSERT_EQ(ticker(115, at_ms(10)), Outcome::Useful);
  feed_.doubt();
  ASSERT_EQ(depth(111, 111, at_ms(2'000)), Outcome::Useful);
  EXPECT_EQ(bid(at_ms(2'000)), Px::of(99));
}

TEST_F(SymbolFeedTest, ATickerHasASecondUntilTheDepthMustHaveFollowed) {
  live();
  ticker(111, at_ms(0));
  EXPECT_EQ(feed_.on_time(at_ms(0), kPatience), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(just_before(at_ms(1'000)), kPatience), Outcome::Nothing);
  EXPECT_EQ(bid(at_ms(999)), Px::of(98));
  EXPECT_EQ(feed_.on_time(at_ms(1'000), kPatience), Outcome::Useful);
  EXPECT_EQ(bid(at_ms(1'000)), Px::of(99));
}

// What the depth reached is owed no more; the next ticker has a second of its own.
TEST_F(SymbolFeedTest, ADepthThatReachesTheTickerPaysWhatItOwed) {
  live();
  ticker(111, at_ms(0));
  feed_.on_time(at_ms(0), kPatience);
  depth(111, 111, at_ms(900));
  ticker(112, at_ms(900));
  EXPECT_EQ(feed_.on_time(at_ms(1'000), kPatience), Outcome::Nothing);
  EXPECT_EQ(bid(at_ms(1'000)), Px::of(98));
  EXPECT_EQ(feed_.on_time(at_ms(2'000), kPatience), Outcome::Useful);
  EXPECT_EQ(bid(at_ms(2'000)), Px::of(99));
}

TEST_F(SymbolFeedTest, ASnapshotLetsTickersCountAgain) {
  live();
  ticker(111, at_ms(0));
  feed_.on_time(at_ms(0), kPatience);
  feed_.on_time(at_ms(1'000), kPatience);
  ASSERT_EQ(ticker(112, at_ms(1'100)), Outcome::Nothing);
  ASSERT_EQ(snapshot(113, at_ms(1'200)), Outcome::Useful);
  EXPECT_EQ(ticker(114, at_ms(1'300)), Outcome::Useful);
}

TEST_F(SymbolFeedTest, ASnapshotThatWasAskedForLongAgoMakesNoQuoteOlder) {
  ticker(105, at_ms(5'000));
  ASSERT_EQ(feed_.last_useful(), at_ms(5'000));
  ASSERT_EQ(snapshot(110, at_ms(0)), Outcome::Useful);
  EXPECT_EQ(feed_.last_useful(), at_ms(5'000));
}

TEST_F(SymbolFeedTest, AnAverageCountsUntilItsAge) {
  live();
  const UnixNanos last(at_ms(0).value() + kAverageAge);
  EXPECT_TRUE(feed_.top(last, kAverageAge).has_value());
  EXPECT_FALSE(feed_.top(UnixNanos(last.value() + 1), kAverageAge).has_value());
}

TEST_F(SymbolFeedTest, WhatIsMissingHasItsPatienceToCome) {
  live();
  EXPECT_EQ(depth(112, 112, at_ms(0), true), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(just_before(at_ms(1'000)), kPatience), Outcome::Nothing);
  EXPECT_TRUE(feed_.is_sure());
  EXPECT_EQ(feed_.on_time(at_ms(1'000), kPatience), Outcome::Resync);
  EXPECT_FALSE(feed_.is_sure());
}

// Five seconds of old news and no other; news in between begin them again.
TEST_F(SymbolFeedTest, NewsBetweenOldNewsBeginTheirTimeAgain) {
  live();
  depth(105, 105, at_ms(0));
  EXPECT_EQ(feed_.on_time(at_ms(0), kPatience), Outcome::Nothing);
  ASSERT_EQ(depth(111, 111, at_ms(4'000)), Outcome::Useful);
  depth(105, 105, at_ms(4'900));
  EXPECT_EQ(feed_.on_time(at_ms(5'000), kPatience), Outcome::Nothing);
  depth(105, 105, at_ms(9'900));
  EXPECT_EQ(feed_.on_time(just_before(at_ms(10'000)), kPatience), Outcome::Nothing);
  depth(105, 105, at_ms(10'000));
  EXPECT_EQ(feed_.on_time(at_ms(10'000), kPatience), Outcome::Resync);
}

TEST_F(SymbolFeedTest, ASnapshotWithinReachOfWhatWaitsIsBelieved) {
  depth(100, 105, at_ms(0));
  EXPECT_EQ(snapshot(105 + SymbolFeed::kReachMax + 1, at_ms(1)), Outcome::Again);
  EXPECT_EQ(snapshot(105 + SymbolFeed::kReachMax, at_ms(2)), Outcome::Useful);
}

// Behind a gap, one that stands out of reach takes the place of what waited.
TEST_F(SymbolFeedTest, AnUpdateWithinReachOfWhatWaitsWaitsBesideIt) {
  const std::int64_t far = 105 + SymbolFeed::kReachMax;
  depth(100, 105, at_ms(0));
  depth(far, far, at_ms(1));
  depth(106, far - 1, at_ms(2));
  EXPECT_EQ(snapshot(103, at_ms(3)), Outcome::Useful);
  EXPECT_EQ(feed_.book().last_id(), far);
}

TEST_F(SymbolFeedTest, AnUpdateOutOfReachOfWhatWaitsTakesItsPlace) {
  const std::int64_t far = 105 + SymbolFeed::kReachMax + 1;
  depth(100, 105, at_ms(0));
  depth(far, far, at_ms(1));
  EXPECT_EQ(snapshot(far - 1, at_ms(2)), Outcome::Useful);
  EXPECT_EQ(feed_.book().last_id(), far);
}

// What a connection of before a disconnect told and what it owed is none of what comes after it:
// the venue may count anew.
TEST_F(SymbolFeedTest, NothingThatWaitedOutlivesADisconnect) {
  live();
  ASSERT_EQ(depth(113, 113, at_ms(0), true), Outcome::Nothing);
  feed_.doubt();
  EXPECT_EQ(depth(111, 112, at_ms(2'000)), Outcome::Useful);
  EXPECT_EQ(feed_.book().last_id(), 112);
}

TEST_F(SymbolFeedTest, ATickerAfterADisconnectHasASecondOfItsOwn) {
  live();
  ticker(111, at_ms(0));
  feed_.on_time(at_ms(0), kPatience);
  feed_.doubt();
  ticker(115, at_ms(5'000));
  EXPECT_EQ(feed_.on_time(at_ms(5'000), kPatience), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(just_before(at_ms(6'000)), kPatience), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(at_ms(6'000), kPatience), Outcome::Useful);
}

TEST_F(SymbolFeedTest, OldNewsOfBeforeADisconnectAreForgotten) {
  for (const bool looked : {true, false}) {
    SCOPED_TRACE(looked);
    feed_ = SymbolFeed{InstrumentId{1}};
    live();
    depth(105, 105, at_ms(0));
    if (looked) feed_.on_time(at_ms(0), kPatience);
    feed_.doubt();
    feed_.on_time(at_ms(1), kPatience);
    depth(105, 105, at_ms(5'001));
    EXPECT_EQ(feed_.on_time(at_ms(5'001), kPatience), Outcome::Nothing);
    depth(105, 105, at_ms(10'000));
    EXPECT_EQ(feed_.on_time(just_before(at_ms(10'001)), kPatience), Outcome::Nothing);
    depth(105, 105, at_ms(10'001));
    EXPECT_EQ(feed_.on_time(at_ms(10'001), kPatience), Outcome::Resync);
  }
}

// An old update is no beginning of a gap: what is missing has its patience from when it was missed.
TEST_F(SymbolFeedTest, OldNewsBeforeAGapTakeNothingOfItsPatience) {
  live();
  EXPECT_EQ(depth(105, 105, at_ms(0), true), Outcome::Nothing);
  EXPECT_EQ(depth(112, 112, at_ms(500), true), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(just_before(at_ms(1'500)), kPatience), Outcome::Nothing);
  EXPECT_EQ(feed_.on_time(at_ms(1'500), kPatience), Outcome::Resync);
}

// A book that is lost loses what waited for it too: one that stands far ahead would turn away every
// snapshot until the stream is there.
TEST_F(SymbolFeedTest, ACrossedBookForgetsWhatWaited) {
  live();
  ASSERT_EQ(depth(50'000, 50'000, at_ms(0), true), Outcome::Nothing);
  const std::vector<BookLevel> bids = std::exchange(bids_, asks_);
  EXPECT_EQ(depth(111, 111, at_ms(1)), Outcome::Resync);
  bids_ = bids;
  EXPECT_EQ(snapshot(112, at_ms(2)), Outcome::Useful);
  EXPECT_TRUE(feed_.is_sure());
}

// Behind a disconnect the venue counts anew, and its count has reached the book's own by chance.
TEST_F(SymbolFeedTest, ANewCountMayReachTheOldOne) {
  live();
  feed_.doubt();
  ASSERT_EQ(depth(51, 110, at_ms(1'000)), Outcome::Nothing);
  EXPECT_EQ(snapshot(50, at_ms(1'001)), Outcome::Useful);
  EXPECT_EQ(feed_.book().last_id(), 110);
  EXPECT_TRUE(feed_.is_sure());
}

// Only where it said something after the snapshot.
TEST_F(SymbolFeedTest, ANewCountIsOneThatGoesOnBehindItsSnapshot) {
  live();
  feed_.doubt();
  ASSERT_EQ(depth(50, 60, at_ms(1'000)), Outcome::Nothing);
  EXPECT_EQ(snapshot(60, at_ms(1'001)), Outcome::Again);
  EXPECT_EQ(snapshot(59, at_ms(1'002)), Outcome::Useful);
  EXPECT_EQ(feed_.book().last_id(), 60);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
