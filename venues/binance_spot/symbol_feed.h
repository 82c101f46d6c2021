// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "schemas/market.h"
#include "venues/binance_spot/local_book.h"
#include "venues/binance_spot/market_events.h"

namespace clawgate::venues::binance_spot {

/// What is known of one symbol's market: its book, what waits for a snapshot, its last trade. It
/// gives a top only while no update is known, or must be feared, to be missing. No I/O; one thread.
class SymbolFeed {
 public:
  enum class Outcome : std::uint8_t {
    Nothing,  // old news
    Useful,   // the top may have changed
    Resync,   // the book is lost: a snapshot is needed
    Again,    // this snapshot is older than what must follow on it: another is needed
  };
  static constexpr std::size_t kWaitingMax = 4096;  // seven minutes of depth@100ms

  explicit SymbolFeed(InstrumentId instrument) : instrument_(instrument) {}

  /// `overlapped`: two connections tell the same, one maybe ahead of the other, so that what seems
  /// to be missing is given time to come.
  /// `now` of an event is when it was said, on our clock.
  Outcome on_depth(const DepthUpdate& update, bool overlapped, UnixNanos now);
  Outcome on_ticker(const BookTicker& ticker, UnixNanos now);
  Outcome on_trade(const TradeEvent& trade, UnixNanos now);
  Outcome on_snapshot(const DepthSnapshot& snapshot, UnixNanos now);
  void on_average(Px average, UnixNanos now);

  /// Every connection is gone: updates may be missing until the next one, or a snapshot, fits. The
  /// venue may even count anew when it is back.
  void doubt();
  /// Resync when something missing had `patience_ns` to come, and did not.
  Outcome on_time(UnixNanos now, std::int64_t patience_ns);

  /// nullopt while the book is not sure, or no average is known that is younger than `age_max_ns`.
  [[nodiscard]] std::optional<MarketTop> top(UnixNanos now, std::int64_t average_age_max_ns) const;
  [[nodiscard]] bool is_sure() const { return sure_ && book_.is_live(); }
  [[nodiscard]] const LocalBook& book() const { return book_; }
  /// When something useful came last; 0 before the first.
  [[nodiscard]] UnixNanos last_useful() const { return last_useful_; }

 private:
  struct Waiting {
    std::int64_t first_id = 0;
    std::int64_t last_id = 0;
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
  };

  void keep(const DepthUpdate& update, UnixNanos now);
  [[nodiscard]] bool counts_anew(const DepthSnapshot& snapshot) const;
  Outcome apply(const DepthUpdate& update);
  Outcome apply_waiting();
  Outcome useful(UnixNanos now);

  InstrumentId instrument_;
  LocalBook book_;
  bool sure_ = false;
  std::deque<Waiting> waiting_;  // by first_id; in doubt also those behind the book
  UnixNanos waiting_since_;
  BookTicker ticker_;  // its symbol is not kept
  std::int64_t trade_id_ = -1;
  Px last_;
  Px average_;
  UnixNanos average_time_;
  UnixNanos last_useful_;
};

}  // namespace clawgate::venues::binance_spot
