// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace clawgate::sim {

/// Binance's rule for a local book kept from depth changes: which of them follow on a snapshot.
/// developers.binance.com, "How to manage a local order book correctly" (2026-01).
class BookRule {
 public:
  enum class Step : std::uint8_t {
    Wait,   // no snapshot yet
    Apply,  // the next piece of the book
    Stale,  // the book already holds it
    Gap     // something between is missing
  };

  /// The next update id that the book needs.
  [[nodiscard]] constexpr std::int64_t wanted() const { return last_ + 1; }
  [[nodiscard]] constexpr bool started() const { return start_ != Start::None; }

  constexpr Step on_snapshot(std::int64_t last_id) {
    if (started() && last_id <= last_) return Step::Stale;
    last_ = last_id;
    start_ = Start::Snapshot;
    return Step::Apply;
  }

  /// `first` <= `last`. A first event after a snapshot may reach back behind it, later ones not.
  constexpr Step on_depth(std::int64_t first, std::int64_t last) {
    if (start_ == Start::None) return Step::Wait;
    const bool after_snapshot = start_ == Start::Snapshot;
    if (after_snapshot && last <= last_) return Step::Stale;
    if (first > wanted() || (first < wanted() && !after_snapshot)) return Step::Gap;
    last_ = last;
    start_ = Start::Depth;
    return Step::Apply;
  }

 private:
  enum class Start : std::uint8_t { None, Snapshot, Depth };
  Start start_ = Start::None;
  std::int64_t last_ = 0;
};

}  // namespace clawgate::sim
