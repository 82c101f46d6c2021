// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "venues/binance_spot/market_events.h"

namespace clawgate::venues::binance_spot {

/// The book of one symbol, kept from a snapshot and the changes after it, by the venue's own rule
/// ("How to manage a local order book correctly"). One thread.
class LocalBook {
 public:
  enum class Step : std::uint8_t {
    NoSnapshot,  // a change before any snapshot: keep it for then
    Applied,
    Stale,    // the book holds it already; nothing changed
    Gap,      // something between is missing
    Crossed,  // best bid not below best ask
    Full,     // more levels than a book may have
  };

  explicit LocalBook(std::size_t levels_max = kLevelsMax) : levels_max_(levels_max) {}

  /// Replaces everything. A snapshot older than the book is Stale.
  Step on_snapshot(const DepthSnapshot& snapshot);
  /// After Gap, Crossed and Full the book is empty and waits for a snapshot.
  Step on_depth(const DepthUpdate& update);
  void clear();

  /// There was a snapshot, and nothing has been missing since.
  [[nodiscard]] bool is_live() const { return live_; }
  /// The update that the book stands at.
  [[nodiscard]] std::int64_t last_id() const { return last_id_; }
  [[nodiscard]] std::optional<BookLevel> best_bid() const { return best(bids_); }
  [[nodiscard]] std::optional<BookLevel> best_ask() const { return best(asks_); }
  /// Worst first: the best stands at the back.
  [[nodiscard]] const std::vector<BookLevel>& bids() const { return bids_; }
  [[nodiscard]] const std::vector<BookLevel>& asks() const { return asks_; }

 private:
  static constexpr std::size_t kLevelsMax = 40'000;  // of one side

  [[nodiscard]] static std::optional<BookLevel> best(const std::vector<BookLevel>& side);
  Step lose(Step why);
  [[nodiscard]] Step check();

  std::size_t levels_max_;
  bool live_ = false;
  std::int64_t last_id_ = 0;
  std::vector<BookLevel> bids_;  // rising
  std::vector<BookLevel> asks_;  // falling
};

}  // namespace clawgate::venues::binance_spot
