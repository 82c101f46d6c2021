// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/outside_book.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace clawgate::sim {
namespace {

// A deep book whose levels come and go everywhere, against a map: whatever room an entry is put
// into, the book says the same.
TEST(OutsideBookTest, ABookThatMovesEverywhereIsThatOfAMap) {
  for (const Side side : {Side::Buy, Side::Sell}) {
    std::mt19937_64 random(side == Side::Buy ? 1 : 2);
    OutsideBook book;
    std::map<std::int64_t, std::int64_t> expected;
    std::size_t hint = SIZE_MAX;
    for (int step = 0; step < 60'000; ++step) {
      const auto price = static_cast<std::int64_t>(1 + random() % 3'000);
      const bool removes = random() % 5 < 2;
      const std::int64_t size = removes ? 0 : static_cast<std::int64_t>(1 + random() % 1'000);
      hint = book.state(side, Px::of(price), Qty::from_raw(size), step % 3 == 0 ? SIZE_MAX : hint);
      if (removes) {
        expected.erase(price);
      } else {
        expected[price] = size;
      }
      if (step % 1'000 != 999) continue;
      std::size_t real = 0;
      for (std::size_t i = 0; i < book.entries(side); ++i) {
        const OutsideLevel& level = book.entry(side, i);
        if (i > 0) {
          const Px better = book.entry(side, i - 1).price;
          ASSERT_TRUE(side == Side::Buy ? better > level.price : better < level.price) << step;
        }
        if (level.size == 0) continue;
        ++real;
        const auto row = expected.find(level.price.raw() / Px::kScale);
        ASSERT_TRUE(row != expected.end() && row->second == level.size) << step;
      }
      ASSERT_EQ(real, expected.size()) << step;
      ASSERT_LE(book.entries(side), 2 * real) << "more empty entries than others";
      ASSERT_NE(book.entry(side, 0).size, 0) << "the best entry is a real one";
    }
  }
}

}  // namespace
}  // namespace clawgate::sim
