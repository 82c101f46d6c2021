// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/exchange/answers.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

/// One price of the recorded or synthetic market.
struct OutsideLevel {
  Px price;
  std::int64_t size = 0;   // as the market last stated it, 1e-8; 0: the level is gone
  std::int64_t taken = 0;  // what our orders took from it; 0..size

  [[nodiscard]] constexpr std::int64_t available() const { return size - taken; }
};

/// The market that is not ours: levels fed by market events.
///
/// What our orders take stays taken while the level stands. A level that shrinks loses what is
/// left first (`taken` never exceeds `size`), what it grows is new and can be taken, and only its
/// removal forgets everything. So nobody can take the same recorded size twice.
///
/// Removed levels stay as empty entries, since the same prices come back all the time, until they
/// are half of a side.
class OutsideBook {
 public:
  /// The whole side at once. Levels that stay keep what was taken from them.
  void replace(Side side, std::span<const BookLevel> levels);
  /// States `size` at `price`; 0 removes the level. Answers its place, which is a good `hint` for
  /// a next, worse price.
  std::size_t state(Side side, Px price, Qty size, std::size_t hint = SIZE_MAX);
  /// Everything better than `price` is gone: the market's best price is `price` or worse.
  void drop_better(Side side, Px price);
  /// The same, and `price` itself: the other side now stands there.
  void drop_through(Side side, Px price);

  /// The best level with anything to take; nullptr when there is none.
  [[nodiscard]] OutsideLevel* best(Side side) { return available_from(side, 0); }
  /// What the market states at `price`, taken or not; 0 when nothing.
  [[nodiscard]] Qty stated(Side side, Px price) const;
  [[nodiscard]] OutsideLevel* at(Side side, Px price);

  /// For walking from the best price: the index of an entry with anything to take, at or after
  /// `from`, as best(); SIZE_MAX when there is none. Entries count from the best, 0.
  [[nodiscard]] std::size_t next_available(Side side, std::size_t from) const;
  [[nodiscard]] const OutsideLevel& entry(Side side, std::size_t i) const {
    const Levels& levels = levels_of(side);
    return levels[levels.size() - 1 - i];
  }
  [[nodiscard]] std::size_t entries(Side side) const { return levels_of(side).size(); }

 private:
  using Levels = std::vector<OutsideLevel>;

  [[nodiscard]] Levels& levels_of(Side side) { return levels_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Levels& levels_of(Side side) const {
    return levels_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] OutsideLevel* available_from(Side side, std::size_t from);
  std::size_t insert(Side side, std::size_t place, const OutsideLevel& level);
  void pop_best(Side side);
  void trim(Side side);

  std::array<Levels, 2> levels_;
  std::array<std::size_t, 2> gone_{};  // entries of size 0
};

}  // namespace clawgate::sim
