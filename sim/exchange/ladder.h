// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/exchange/types.h"

// One side of a book as an array sorted by price, the best price at the back: levels come and go
// near the best price, where moving the tail of an array is cheaper than walking a tree.

namespace clawgate::sim {

/// Whether price `a` is at least as good as `b` for an order of `side` that rests there.
[[nodiscard]] constexpr bool as_good(Side side, Px a, Px b) {
  return side == Side::Buy ? a >= b : a <= b;
}

/// The first entry whose `price` is as good as `price`: its level, or where it would go. Leaps back
/// from `hint` (the place of a price as good or better, when the caller knows one) in steps that
/// double, then halves the last one: prices that are asked for together lie close together.
template <class Entry>
[[nodiscard]] std::size_t ladder_place(const std::vector<Entry>& ladder, Side side, Px price,
                                       std::size_t hint = SIZE_MAX) {
  std::size_t high = ladder.size();
  if (hint < high && as_good(side, ladder[hint].price, price)) high = hint;
  std::size_t leap = 1;
  while (leap <= high && as_good(side, ladder[high - leap].price, price)) {
    high -= leap;
    leap *= 2;
  }
  std::size_t low = leap <= high ? high - leap + 1 : 0;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (as_good(side, ladder[middle].price, price)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace clawgate::sim
