// SPDX-License-Identifier: Apache-2.0
#include "sim/market/book_rule.h"

#include <gtest/gtest.h>

namespace clawgate::sim {
namespace {

using Step = BookRule::Step;

BookRule after_snapshot(std::int64_t last_id) {
  BookRule rule;
  EXPECT_EQ(rule.on_snapshot(last_id), Step::Apply);
  return rule;
}

TEST(BookRuleTest, DepthWaitsForTheSnapshot) {
  BookRule rule;
  EXPECT_EQ(rule.on_depth(1, 2), Step::Wait);
  EXPECT_FALSE(rule.started());
}

TEST(BookRuleTest, AnEventThatEndsAtTheSnapshotIsStale) {
  EXPECT_EQ(after_snapshot(100).on_depth(90, 99), Step::Stale);
  EXPECT_EQ(after_snapshot(100).on_depth(90, 100), Step::Stale);
  EXPECT_EQ(after_snapshot(100).on_depth(90, 101), Step::Apply);
}

TEST(BookRuleTest, TheFirstKeptEventContainsTheNextId) {
  EXPECT_EQ(after_snapshot(100).on_depth(101, 101), Step::Apply);
  EXPECT_EQ(after_snapshot(100).on_depth(102, 110), Step::Gap);
}

TEST(BookRuleTest, StaleEventsDoNotEndTheStart) {
  BookRule rule = after_snapshot(100);
  EXPECT_EQ(rule.on_depth(80, 89), Step::Stale);
  EXPECT_EQ(rule.on_depth(90, 99), Step::Stale);
  EXPECT_EQ(rule.on_depth(99, 105), Step::Apply);
  EXPECT_EQ(rule.wanted(), 106);
}

TEST(BookRuleTest, LaterEventsFollowExactly) {
  for (const auto& [first, step] :
       {std::pair{105, Step::Gap}, {106, Step::Apply}, {107, Step::Gap}}) {
    BookRule rule = after_snapshot(100);
    EXPECT_EQ(rule.on_depth(101, 105), Step::Apply);
    EXPECT_EQ(rule.on_depth(first, 120), step) << first;
  }
}

TEST(BookRuleTest, AnEventSeenTwiceIsAGap) {
  BookRule rule = after_snapshot(100);
  EXPECT_EQ(rule.on_depth(101, 105), Step::Apply);
  EXPECT_EQ(rule.on_depth(101, 105), Step::Gap);
}

TEST(BookRuleTest, ALaterSnapshotCountsOnlyWhenItIsNewer) {
  BookRule rule = after_snapshot(100);
  EXPECT_EQ(rule.on_depth(101, 105), Step::Apply);
  EXPECT_EQ(rule.on_snapshot(105), Step::Stale);
  EXPECT_EQ(rule.on_depth(106, 106), Step::Apply);
  EXPECT_EQ(rule.on_snapshot(107), Step::Apply);
  EXPECT_EQ(rule.on_depth(107, 107), Step::Stale);
  EXPECT_EQ(rule.on_depth(107, 109), Step::Apply);
}

}  // namespace
}  // namespace clawgate::sim
