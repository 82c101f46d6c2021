// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/symbol_feed.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace clawgate::venues::binance_spot {

void SymbolFeed::doubt() {
  sure_ = false;
  waiting_.clear();
  ticker_ = {};
  owed_id_ = 0;
  old_heard_ = false;
  old_since_ = {};
  trade_id_ = -1;
}

void SymbolFeed::keep(const DepthUpdate& update, UnixNanos now) {
  // One of the two is a wrong id, and no snapshot would ever fit both.
  const bool apart =
      !waiting_.empty() && std::abs(update.first_id - waiting_.back().last_id) > kReachMax;
  // Then a gap is found, and a new snapshot.
  if (apart || waiting_.size() == kWaitingMax) waiting_.clear();
  if (waiting_.empty()) waiting_since_ = now;
  const auto place = std::upper_bound(
      waiting_.begin(), waiting_.end(), update.first_id,
      [](std::int64_t first_id, const Waiting& row) { return first_id < row.first_id; });
  waiting_.insert(place, {.first_id = update.first_id,
                          .last_id = update.last_id,
                          .bids = {update.bids.begin(), update.bids.end()},
                          .asks = {update.asks.begin(), update.asks.end()},
                          .said = now});
}

SymbolFeed::Outcome SymbolFeed::apply(const DepthUpdate& update, UnixNanos now) {
  switch (book_.on_depth(update)) {
    case LocalBook::Step::Applied:
      sure_ = true;
      book_time_ = now;
      last_useful_ = now;
      old_heard_ = false;
      old_since_ = {};
      ticker_shut_ = false;
      return Outcome::Useful;
    case LocalBook::Step::Stale:
      old_heard_ = true;
      return Outcome::Nothing;
    case LocalBook::Step::NoSnapshot:
    case LocalBook::Step::Gap:
    case LocalBook::Step::Crossed:
    case LocalBook::Step::Full:
      break;
  }
  sure_ = false;
  return Outcome::Resync;
}

// Stops before the first that does not follow; that one and the rest go on waiting.
SymbolFeed::Outcome SymbolFeed::apply_waiting() {
  while (!waiting_.empty() && waiting_.front().first_id <= book_.last_id() + 1) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    const Outcome outcome = apply({.symbol = {},
                                   .event_ms = 0,
                                   .first_id = next.first_id,
                                   .last_id = next.last_id,
                                   .bids = next.bids,
                                   .asks = next.asks},
                                  next.said);
    if (outcome == Outcome::Resync) return outcome;
  }
  return Outcome::Useful;
}

SymbolFeed::Outcome SymbolFeed::on_depth(const DepthUpdate& update, bool overlapped,
                                         UnixNanos now) {
  if (!book_.is_live()) {
    keep(update, now);
    return Outcome::Nothing;
  }
  if (!sure_ && update.last_id <= book_.last_id()) {  // old, or the first of a new count
    old_heard_ = true;
    keep(update, now);
    return Outcome::Nothing;
  }
  const bool follows = update.first_id <= book_.last_id() + 1;
  if (!follows && overlapped) {
    keep(update, now);
    return Outcome::Nothing;
  }
  const Outcome outcome = apply(update, now);
  if (outcome == Outcome::Resync) {
    waiting_.clear();
    if (!follows) keep(update, now);
    return outcome;
  }
  if (outcome == Outcome::Nothing) return outcome;
  return apply_waiting();
}

// All that the venue said since it is back stands behind our book, and its newest snapshot does
// too: it started again, and its update ids with it.
bool SymbolFeed::counts_anew(const DepthSnapshot& snapshot) const {
  return !sure_ && !waiting_.empty() && waiting_.back().last_id > snapshot.last_id &&
         waiting_.back().last_id <= book_.last_id();
}

SymbolFeed::Outcome SymbolFeed::on_snapshot(const DepthSnapshot& snapshot, UnixNanos asked) {
  const bool behind =
      !waiting_.empty() && waiting_.back().last_id > snapshot.last_id &&
      std::none_of(waiting_.begin(), waiting_.end(), [&](const Waiting& row) {
        return row.first_id <= snapshot.last_id + 1 && row.last_id > snapshot.last_id;
      });
  if (behind) return Outcome::Again;
  // The stream would never catch up with it.
  if (!waiting_.empty() && snapshot.last_id - waiting_.back().last_id > kReachMax) {
    return Outcome::Again;
  }
  if (book_.is_live() && snapshot.last_id < book_.last_id()) {
    if (sure_) return Outcome::Nothing;
    if (!counts_anew(snapshot)) return Outcome::Again;
    book_.clear();
  }
  if (!book_.is_live() || snapshot.last_id > book_.last_id()) {
    if (book_.on_snapshot(snapshot) != LocalBook::Step::Applied) {
      sure_ = false;
      return Outcome::Again;
    }
  }
  sure_ = true;
  book_time_ = asked;
  last_useful_ = std::max(last_useful_, asked);
  ticker_shut_ = false;
  if (apply_waiting() == Outcome::Resync) return Outcome::Again;
  if (!waiting_.empty()) {  // one is missing among those that waited
    book_.clear();
    sure_ = false;
    return Outcome::Again;
  }
  return Outcome::Useful;
}

// Only beside a book, which tells whether its id can be.
SymbolFeed::Outcome SymbolFeed::on_ticker(const BookTicker& ticker, UnixNanos now) {
  if (ticker.update_id <= std::max(ticker_.update_id, book_.last_id())) return Outcome::Nothing;
  if (!book_.is_live()) {
    last_useful_ = now;  // the stream tells, whether or not there is a book
    return Outcome::Nothing;
  }
  if (ticker_shut_ || ticker.update_id - book_.last_id() > kReachMax) return Outcome::Nothing;
  ticker_ = ticker;
  ticker_.symbol = {};
  ticker_time_ = now;
  last_useful_ = now;
  return Outcome::Useful;
}

// Says what was paid, and nothing of what is bid and asked now. Two connections tell the same
// trades; one that stands far behind the newest shows that the newest had a wrong id.
SymbolFeed::Outcome SymbolFeed::on_trade(const TradeEvent& trade) {
  if (trade.id <= trade_id_ && trade_id_ - trade.id <= kReachMax) return Outcome::Nothing;
  trade_id_ = trade.id;
  last_ = trade.price;
  return Outcome::Useful;
}

void SymbolFeed::on_average(Px average, UnixNanos now) {
  average_ = average;
  average_time_ = now;
}

// Whatever set the book that far ahead (a wrong id, or a venue that counts anew), the stream will
// not reach it.
bool SymbolFeed::is_old_news(UnixNanos now) {
  if (!std::exchange(old_heard_, false)) return false;
  if (old_since_ == UnixNanos{}) old_since_ = now;
  return now.value() - old_since_.value() >= kOldNewsNs;
}

// A ticker told an id that the depth did not reach in time.
bool SymbolFeed::is_ticker_left_alone(UnixNanos now) {
  if (owed_id_ <= book_.last_id()) owed_id_ = 0;
  if (owed_id_ == 0) {
    if (!is_ticker_ahead()) return false;
    owed_id_ = ticker_.update_id;
    owed_since_ = now;
  }
  return now.value() - owed_since_.value() >= kCatchUpNs;
}

SymbolFeed::Outcome SymbolFeed::on_time(UnixNanos now, std::int64_t patience_ns) {
  if (!book_.is_live()) return Outcome::Nothing;
  if (is_old_news(now)) {
    old_since_ = {};
    ticker_ = {};
    book_.clear();
    sure_ = false;
    return Outcome::Resync;
  }
  const bool left_alone = is_ticker_left_alone(now);
  if (left_alone) {
    ticker_ = {};
    owed_id_ = 0;
    ticker_shut_ = true;
  }
  const Outcome rest = left_alone ? Outcome::Useful : Outcome::Nothing;
  if (waiting_.empty()) return rest;
  if (now.value() - waiting_since_.value() < patience_ns) return rest;
  if (!sure_ && waiting_.back().last_id <= book_.last_id()) return rest;
  if (waiting_.back().last_id <= book_.last_id()) {  // it came after all, by another connection
    waiting_.clear();
    return rest;
  }
  book_.clear();
  sure_ = false;
  return Outcome::Resync;
}

std::optional<MarketTop> SymbolFeed::top(UnixNanos now, std::int64_t average_age_max_ns) const {
  if (!is_sure()) return std::nullopt;
  if (average_.is_zero() || now.value() - average_time_.value() > average_age_max_ns) {
    return std::nullopt;
  }
  const bool by_ticker = is_ticker_ahead();
  const BookLevel bid = by_ticker ? ticker_.bid : book_.best_bid().value_or(BookLevel{});
  const BookLevel ask = by_ticker ? ticker_.ask : book_.best_ask().value_or(BookLevel{});
  return MarketTop{.instrument = instrument_,
                   .bid = bid.price,
                   .bid_qty = bid.quantity,
                   .ask = ask.price,
                   .ask_qty = ask.quantity,
                   .last = last_,
                   .average = average_,
                   .event_time = by_ticker ? ticker_time_ : book_time_};
}

}  // namespace clawgate::venues::binance_spot
