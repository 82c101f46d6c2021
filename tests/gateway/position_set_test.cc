// SPDX-License-Identifier: Apache-2.0
#include "gateway/position_set.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace clawgate::gateway {
namespace {

using Set = PositionSet<256>;

std::vector<std::size_t> all_of(const Set& set) {
  std::vector<std::size_t> found;
  for (std::size_t i = set.next(0); i < 256; i = set.next(i + 1)) found.push_back(i);
  return found;
}

TEST(PositionSetTest, PlacesComeBackInOrderAcrossWords) {
  Set set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.next(0), 256U);
  for (const std::size_t at : {255U, 0U, 64U, 63U, 127U, 128U}) set.put(at, true);
  EXPECT_EQ(all_of(set), (std::vector<std::size_t>{0, 63, 64, 127, 128, 255}));
  EXPECT_EQ(set.next(65), 127U);
  EXPECT_EQ(set.next(255), 255U);
  EXPECT_EQ(set.next(256), 256U);
  set.put(64, false);
  set.put(1, false);
  EXPECT_EQ(all_of(set), (std::vector<std::size_t>{0, 63, 127, 128, 255}));
  set.put(0, true);  // again
  EXPECT_EQ(all_of(set).size(), 5U);
}

TEST(PositionSetTest, WhoGoesThroughSeesWhatChangesAheadOfHim) {
  std::array<int, 256> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int>(i);
  Set set;
  for (const std::size_t at : {3U, 5U, 200U}) set.put(at, true);
  std::vector<int> seen;
  for (const int row : Selected<int, 256>(rows.data(), set)) {
    seen.push_back(row);
    if (row != 3) continue;
    set.put(3, false);
    set.put(5, false);
    set.put(1, true);
    set.put(70, true);
  }
  EXPECT_EQ(seen, (std::vector<int>{3, 70, 200}));
}

}  // namespace
}  // namespace clawgate::gateway
