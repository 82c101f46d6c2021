// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/market/event.h"

namespace clawgate::sim {

/// The levels that changed from update id `first` to `last`: their whole new sizes, 0 for gone.
struct DepthDiff {
  std::int64_t first = 0;
  std::int64_t last = 0;
  TimeNs time;
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
};

/// One symbol's book as the depth stream tells it: the market's own depth events, with our orders
/// and what they took laid over it. A client that follows Binance's local-book rule from any
/// snapshot() holds what this holds after each diff. Update ids are the market's: a change of ours
/// alone is in the snapshot at once and in the next diff.
class StreamBook {
 public:
  /// A Snapshot or Depth event. nullopt: nothing to tell (the first snapshot, or an old event).
  [[nodiscard]] std::optional<DepthDiff> apply(const MarketEvent& event,
                                               std::span<const BookMark> marks);

  /// Best first, at most `limit` a side.
  [[nodiscard]] DepthAnswer snapshot(std::span<const BookMark> marks, std::size_t limit) const;

  [[nodiscard]] std::int64_t last_id() const { return last_id_; }

 private:
  struct Overlay {
    std::int64_t own = 0;
    std::int64_t taken = 0;
    friend bool operator==(const Overlay&, const Overlay&) = default;
  };
  template <class Order>
  struct Ladder {
    std::map<Px, std::int64_t, Order> stated;  // 1e-8
    std::map<Px, Overlay, Order> laid;         // as of the last diff
  };
  using Bids = Ladder<std::greater<>>;
  using Asks = Ladder<std::less<>>;

  template <class Levels>
  [[nodiscard]] static Levels overlay_of(Side side, std::span<const BookMark> marks);
  template <class Side_>
  static void restate(Side_& ladder, Side side, std::span<const BookLevel> levels, bool whole,
                      std::span<const BookMark> marks, std::vector<BookLevel>& changed);
  template <class Side_>
  static void list(const Side_& ladder, Side side, std::span<const BookMark> marks,
                   std::size_t limit, std::vector<BookLevel>& levels);

  Bids bids_;
  Asks asks_;
  std::int64_t last_id_ = 0;
  bool started_ = false;
};

/// Several diffs in a row as one.
class DiffSum {
 public:
  void add(const DepthDiff& diff);
  [[nodiscard]] bool empty() const { return last_ == 0; }
  /// Starts afresh.
  [[nodiscard]] DepthDiff take();

 private:
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  TimeNs time_;
  std::map<Px, Qty, std::greater<>> bids_;
  std::map<Px, Qty> asks_;
};

}  // namespace clawgate::sim
