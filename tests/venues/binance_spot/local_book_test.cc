// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/local_book.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace clawgate::venues::binance_spot {
namespace {

using Step = LocalBook::Step;
using Levels = std::vector<BookLevel>;

BookLevel level(std::int64_t price, std::int64_t quantity) {
  return {Px::of(price), Qty::of(quantity)};
}

DepthUpdate change(std::int64_t first, std::int64_t last, const Levels& bids = {},
                   const Levels& asks = {}) {
  return {
      .symbol = "X", .event_ms = 0, .first_id = first, .last_id = last, .bids = bids, .asks = asks};
}

Step start(LocalBook& book, std::int64_t last_id, const Levels& bids = {level(99, 1)},
           const Levels& asks = {level(101, 1)}) {
  return book.on_snapshot({.last_id = last_id, .bids = bids, .asks = asks});
}

TEST(LocalBookTest, TheRuleAtEachBoundary) {
  struct Row {
    std::int64_t first, last;
    Step step;
    std::int64_t last_id;  // afterwards
  };
  const Row rows[] = {
      // after a snapshot at 100
      {90, 99, Step::Stale, 100},     {90, 100, Step::Stale, 100},
      {90, 101, Step::Applied, 101},  {100, 101, Step::Applied, 101},
      {101, 101, Step::Applied, 101}, {101, 110, Step::Applied, 110},
      {102, 110, Step::Gap, 0},       {102, 102, Step::Gap, 0},
  };
  for (const Row& row : rows) {
    LocalBook book;
    EXPECT_EQ(book.on_depth(change(row.first, row.last)), Step::NoSnapshot);
    ASSERT_EQ(start(book, 100), Step::Applied);
    EXPECT_EQ(book.on_depth(change(row.first, row.last)), row.step) << row.first << ' ' << row.last;
    EXPECT_EQ(book.last_id(), row.last_id) << row.first << ' ' << row.last;
    EXPECT_EQ(book.is_live(), row.step != Step::Gap);
    EXPECT_EQ(book.best_bid().has_value(), row.step != Step::Gap);
  }
}

TEST(LocalBookTest, LaterChangesFollowByTheSameRule) {
  LocalBook book;
  start(book, 100);
  EXPECT_EQ(book.on_depth(change(95, 105)), Step::Applied);
  EXPECT_EQ(book.on_depth(change(106, 106)), Step::Applied);
  EXPECT_EQ(book.on_depth(change(106, 106)), Step::Stale);
  EXPECT_EQ(book.on_depth(change(105, 107)), Step::Applied);
  EXPECT_EQ(book.on_depth(change(109, 109)), Step::Gap);
  EXPECT_EQ(book.on_depth(change(108, 109)), Step::NoSnapshot);
}

TEST(LocalBookTest, LevelsComeChangeAndGo) {
  LocalBook book;
  start(book, 1, {level(99, 1), level(98, 2)}, {level(101, 1), level(102, 2)});
  EXPECT_EQ(book.best_bid()->price, Px::of(99));
  EXPECT_EQ(book.best_ask()->price, Px::of(101));
  book.on_depth(change(2, 2, {level(100, 5), level(98, 3)}, {level(101, 0), level(55555, 0)}));
  EXPECT_EQ(book.best_bid()->price, Px::of(100));
  EXPECT_EQ(book.best_bid()->quantity, Qty::of(5));
  EXPECT_EQ(book.best_ask()->price, Px::of(102));
  EXPECT_EQ(book.bids().front().quantity, Qty::of(3));
  book.on_depth(change(3, 3, {level(100, 0), level(99, 0), level(98, 0)}));
  EXPECT_FALSE(book.best_bid());
  EXPECT_TRUE(book.is_live());
}

TEST(LocalBookTest, ACrossedBookIsLost) {
  LocalBook book;
  start(book, 1);
  EXPECT_EQ(book.on_depth(change(2, 2, {level(100, 1)})), Step::Applied);
  EXPECT_EQ(book.on_depth(change(3, 3, {level(101, 1)})), Step::Crossed);
  EXPECT_FALSE(book.is_live());
  EXPECT_EQ(start(book, 4, {level(101, 1)}, {level(101, 1)}), Step::Crossed);
  EXPECT_EQ(start(book, 4), Step::Applied);
}

TEST(LocalBookTest, AnOlderSnapshotChangesNothing) {
  LocalBook book;
  start(book, 100);
  EXPECT_EQ(start(book, 100, {}, {}), Step::Stale);
  EXPECT_EQ(start(book, 99, {}, {}), Step::Stale);
  EXPECT_TRUE(book.best_bid());
  EXPECT_EQ(start(book, 101, {}, {}), Step::Applied);
  EXPECT_FALSE(book.best_bid());
}

TEST(LocalBookTest, ItHasALargestSize) {
  LocalBook book(2);
  start(book, 1);
  EXPECT_EQ(book.on_depth(change(2, 2, {level(98, 1)})), Step::Applied);
  EXPECT_EQ(book.on_depth(change(3, 3, {level(97, 1)})), Step::Full);
  EXPECT_FALSE(book.is_live());
}

TEST(LocalBookTest, TheLargestSizeIsOfEachSide) {
  LocalBook book(2);
  start(book, 1);
  EXPECT_EQ(book.on_depth(change(2, 2, {}, {level(102, 1)})), Step::Applied);
  EXPECT_EQ(book.on_depth(change(3, 3, {level(98, 1)})), Step::Applied);
  EXPECT_EQ(book.on_depth(change(4, 4, {}, {level(103, 1)})), Step::Full);
  EXPECT_FALSE(book.is_live());
}

// The venue's book, and the changes it published.
struct Truth {
  std::map<std::int64_t, std::int64_t> bids, asks;
  std::int64_t last_id = 1000;

  struct Piece {
    std::int64_t first, last;
    Levels bids, asks;
    std::map<std::int64_t, std::int64_t> bids_after, asks_after;
  };

  Piece next(std::mt19937_64& random) {
    Piece piece{.first = last_id + 1,
                .last = 0,
                .bids = {},
                .asks = {},
                .bids_after = {},
                .asks_after = {}};
    last_id += 1 + static_cast<std::int64_t>(random() % 5);
    piece.last = last_id;
    for (std::uint64_t i = 0; i <= random() % 4; ++i) {
      const bool bid = random() % 2 == 0;
      const auto price = static_cast<std::int64_t>((bid ? 1 : 21) + random() % 20);
      const auto quantity = static_cast<std::int64_t>(random() % 3);
      auto& side = bid ? bids : asks;
      if (quantity == 0) side.erase(price);
      if (quantity != 0) side[price] = quantity;
      (bid ? piece.bids : piece.asks).push_back(level(price, quantity));
    }
    piece.bids_after = bids;
    piece.asks_after = asks;
    return piece;
  }
};

bool same(const std::vector<BookLevel>& mine, const std::map<std::int64_t, std::int64_t>& truth) {
  if (mine.size() != truth.size()) return false;
  return std::all_of(mine.begin(), mine.end(), [&](const BookLevel& row) {
    const auto found = truth.find(row.price.raw() / Px::kScale);
    return found != truth.end() && Qty::of(found->second) == row.quantity;
  });
}

// peers C 21: whatever is lost, doubled or out of order, the book equals the venue's at the same
// update, or says that something is missing.
TEST(LocalBookPropertyTest, ItEqualsTheTruthOrReportsAGap) {
  int applied = 0;
  int gaps = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    std::mt19937_64 random(seed);
    Truth truth;
    LocalBook book;
    std::vector<Truth::Piece> pieces;
    for (int i = 0; i < 60; ++i) pieces.push_back(truth.next(random));
    std::vector<std::size_t> told;
    const std::uint64_t trouble = seed % 4;  // 0: none
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (trouble == 1 && random() % 20 == 0) continue;
      told.push_back(i);
      if (trouble == 2 && random() % 5 == 0) told.push_back(i - random() % (i + 1));
      if (trouble == 3 && told.size() > 1 && random() % 10 == 0) {
        std::swap(told[told.size() - 1], told[told.size() - 2]);
      }
    }
    const Truth::Piece& base = pieces[random() % 10];
    Levels bids, asks;
    for (const auto& [price, quantity] : base.bids_after)
      bids.insert(bids.begin(), level(price, quantity));
    for (const auto& [price, quantity] : base.asks_after) asks.push_back(level(price, quantity));
    ASSERT_EQ(start(book, base.last, bids, asks), Step::Applied);
    bool gap = false;
    for (const std::size_t i : told) {
      const Truth::Piece& piece = pieces[i];
      const Step step = book.on_depth(change(piece.first, piece.last, piece.bids, piece.asks));
      gap = step == Step::Gap;
      if (gap) break;
      if (step != Step::Applied) continue;
      ++applied;
      ASSERT_EQ(book.last_id(), piece.last) << "seed " << seed;
      ASSERT_TRUE(same(book.bids(), piece.bids_after)) << "seed " << seed << " at " << piece.last;
      ASSERT_TRUE(same(book.asks(), piece.asks_after)) << "seed " << seed << " at " << piece.last;
    }
    gaps += gap ? 1 : 0;
    if (trouble == 0 || trouble == 2) {
      EXPECT_FALSE(gap) << "seed " << seed;
      EXPECT_EQ(book.last_id(), truth.last_id) << "seed " << seed;
    }
  }
  EXPECT_GT(applied, 10'000);
  EXPECT_GT(gaps, 100);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
