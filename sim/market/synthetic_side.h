// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "schemas/core/assert.h"
#include "sim/market/random.h"
#include "sim/market/source.h"

namespace clawgate::sim {

/// One side of a synthetic book: the best price, and behind it levels at multiples of level_ticks.
/// Where a level stays its size mostly stays too.
class SyntheticSide {
 public:
  SyntheticSide(Side side, const SyntheticOptions& options) : side_(side), options_(options) {}

  /// Moves the side to a new best price. changes() then has what is different from what was stated.
  void move(std::int64_t best_ticks, Random& random);
  /// Makes changes() not empty: the best level grows by one lot.
  void grow_best();
  /// Takes up to one eighth of the best level; 0 when it has no two lots left.
  std::int64_t trade(Random& random);

  [[nodiscard]] std::span<const BookLevel> changes() const { return changes_; }
  /// The whole side as stated, best first.
  [[nodiscard]] std::vector<BookLevel> stated() const;
  [[nodiscard]] BookLevel best() const { return level(levels_.front(), levels_.front().lots); }

 private:
  struct Level {
    std::int64_t ticks = 0;
    std::int64_t lots = 0;
    std::int64_t stated_lots = 0;
  };

  [[nodiscard]] bool better(std::int64_t a, std::int64_t b) const {
    return side_ == Side::Buy ? a > b : a < b;
  }
  [[nodiscard]] std::int64_t behind(std::int64_t best_ticks) const;
  [[nodiscard]] std::int64_t draw_lots(Random& random) const;
  [[nodiscard]] BookLevel level(const Level& it, std::int64_t lots) const {
    return {Px::from_raw(it.ticks * options_.tick.raw()), Qty::from_raw(lots * options_.lot.raw())};
  }
  void keep(Level& it, Random& random) const;
  void state(Level& it);

  Side side_;
  const SyntheticOptions& options_;
  std::vector<Level> levels_;  // best first
  std::vector<Level> before_;
  std::vector<BookLevel> changes_;  // best first
};

}  // namespace clawgate::sim
