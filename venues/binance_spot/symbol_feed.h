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
  /// How far an id may stand before what the depth told and still be believed. In the recordings of
  /// BTCUSDT, the busiest symbol, a ticker stands up to 1402 ids before depth@100ms: seventy times
  /// that is room for any burst, and far from what a wrong id is.
  static constexpr std::int64_t kReachMax = 100'000;
  /// By then the depth has told what a ticker told before it, or the ticker counts no more.
  static constexpr std::int64_t kCatchUpNs = kNanosPerSecond;
  /// A stream that tells only what is older than the book, for that long: the book is wrong. Longer
  /// than a snapshot is ahead of its stream.
  static constexpr std::int64_t kOldNewsNs = 5 * kNanosPerSecond;

  explicit SymbolFeed(InstrumentId instrument) : instrument_(instrument) {}

  /// `overlapped`: two connections tell the same, one maybe ahead of the other, so that what seems
  /// to be missing is given time to come.
  /// `now` of an event is when it was said, on our clock.
  Outcome on_depth(const DepthUpdate& update, bool overlapped, UnixNanos now);
  Outcome on_ticker(const BookTicker& ticker, UnixNanos now);
  Outcome on_trade(const TradeEvent& trade);
  /// `asked`: when it was asked for, so that it is no older than that.
  Outcome on_snapshot(const DepthSnapshot& snapshot, UnixNanos asked);
  void on_average(Px average, UnixNanos now);

  /// Every connection is gone: updates may be missing until the next one, or a snapshot, fits. The
  /// venue may even count anew when it is back.
  void doubt();
  /// Resync when something missing had `patience_ns` to come, and did not, and when only old news
  /// come; Useful when a ticker counts no more.
  Outcome on_time(UnixNanos now, std::int64_t patience_ns);

  /// nullopt while the book is not sure, or no average is known that is younger than `age_max_ns`.
  [[nodiscard]] std::optional<MarketTop> top(UnixNanos now, std::int64_t average_age_max_ns) const;
  [[nodiscard]] bool is_sure() const { return sure_ && book_.is_live(); }
  [[nodiscard]] const LocalBook& book() const { return book_; }
  /// When a quote came last: depth, a ticker or a snapshot; 0 before the first.
  [[nodiscard]] UnixNanos last_useful() const { return last_useful_; }

 private:
  struct Waiting {
    std::int64_t first_id = 0;
    std::int64_t last_id = 0;
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
    UnixNanos said;
  };

  void keep(const DepthUpdate& update, UnixNanos now);
  [[nodiscard]] bool counts_anew(const DepthSnapshot& snapshot) const;
  Outcome apply(const DepthUpdate& update, UnixNanos now);
  Outcome apply_waiting();
  [[nodiscard]] bool is_ticker_ahead() const { return ticker_.update_id > book_.last_id(); }
  [[nodiscard]] bool is_old_news(UnixNanos now);
  [[nodiscard]] bool is_ticker_left_alone(UnixNanos now);

  InstrumentId instrument_;
  LocalBook book_;
  bool sure_ = false;
  std::deque<Waiting> waiting_;  // by first_id; in doubt also those behind the book
  UnixNanos waiting_since_;
  UnixNanos book_time_;       // of the newest that was applied to it
  bool old_heard_ = false;    // since on_time() last looked, and nothing was applied since
  UnixNanos old_since_;       // 0: no old news, or news since
  BookTicker ticker_;         // its symbol is not kept
  UnixNanos ticker_time_;     // when it was said
  std::int64_t owed_id_ = 0;  // a ticker told it, and the depth must follow; 0: none
  UnixNanos owed_since_;
  bool ticker_shut_ = false;  // until the depth tells again
  std::int64_t trade_id_ = -1;
  Px last_;
  Px average_;
  UnixNanos average_time_;
  UnixNanos last_useful_;
};

}  // namespace clawgate::venues::binance_spot
