// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/symbol_feed.h"

#include <algorithm>

namespace clawgate::venues::binance_spot {

void SymbolFeed::doubt() {
  sure_ = false;
  waiting_.clear();
  ticker_ = {};
  trade_id_ = -1;
}

SymbolFeed::Outcome SymbolFeed::useful(UnixNanos now) {
  last_useful_ = now;
  return Outcome::Useful;
}

void SymbolFeed::keep(const DepthUpdate& update, UnixNanos now) {
  if (waiting_.empty()) waiting_since_ = now;
  if (waiting_.size() == kWaitingMax) waiting_.clear();  // then a gap is found, and a new snapshot
  const auto place = std::upper_bound(
      waiting_.begin(), waiting_.end(), update.first_id,
      [](std::int64_t first_id, const Waiting& row) { return first_id < row.first_id; });
  waiting_.insert(place, {.first_id = update.first_id,
                          .last_id = update.last_id,
                          .bids = {update.bids.begin(), update.bids.end()},
                          .asks = {update.asks.begin(), update.asks.end()}});
}

SymbolFeed::Outcome SymbolFeed::apply(const DepthUpdate& update) {
  switch (book_.on_depth(update)) {
    case LocalBook::Step::Applied:
      sure_ = true;
      return Outcome::Useful;
    case LocalBook::Step::Stale:
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
                                   .asks = next.asks});
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
    keep(update, now);
    return Outcome::Nothing;
  }
  const bool follows = update.first_id <= book_.last_id() + 1;
  if (!follows && overlapped) {
    keep(update, now);
    return Outcome::Nothing;
  }
  const Outcome outcome = apply(update);
  if (outcome == Outcome::Resync) {
    waiting_.clear();
    if (!follows) keep(update, now);
    return outcome;
  }
  if (outcome == Outcome::Nothing) return outcome;
  if (apply_waiting() == Outcome::Resync) return Outcome::Resync;
  return useful(now);
}

// All that the venue said since it is back stands behind our book, and its newest snapshot does
// too: it started again, and its update ids with it.
bool SymbolFeed::counts_anew(const DepthSnapshot& snapshot) const {
  return !sure_ && !waiting_.empty() && waiting_.back().last_id > snapshot.last_id &&
         waiting_.back().last_id <= book_.last_id();
}

SymbolFeed::Outcome SymbolFeed::on_snapshot(const DepthSnapshot& snapshot, UnixNanos now) {
  const bool behind =
      !waiting_.empty() && waiting_.back().last_id > snapshot.last_id &&
      std::none_of(waiting_.begin(), waiting_.end(), [&](const Waiting& row) {
        return row.first_id <= snapshot.last_id + 1 && row.last_id > snapshot.last_id;
      });
  if (behind) return Outcome::Again;
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
  if (apply_waiting() == Outcome::Resync) return Outcome::Again;
  if (!waiting_.empty()) {  // one is missing among those that waited
    book_.clear();
    sure_ = false;
    return Outcome::Again;
  }
  return useful(now);
}

SymbolFeed::Outcome SymbolFeed::on_ticker(const BookTicker& ticker, UnixNanos now) {
  if (ticker.update_id <= ticker_.update_id) return Outcome::Nothing;
  ticker_ = ticker;
  ticker_.symbol = {};
  return useful(now);
}

SymbolFeed::Outcome SymbolFeed::on_trade(const TradeEvent& trade, UnixNanos now) {
  if (trade.id <= trade_id_) return Outcome::Nothing;
  trade_id_ = trade.id;
  last_ = trade.price;
  return useful(now);
}

void SymbolFeed::on_average(Px average, UnixNanos now) {
  average_ = average;
  average_time_ = now;
}

SymbolFeed::Outcome SymbolFeed::on_time(UnixNanos now, std::int64_t patience_ns) {
  if (!book_.is_live() || waiting_.empty()) return Outcome::Nothing;
  if (now.value() - waiting_since_.value() < patience_ns) return Outcome::Nothing;
  if (!sure_ && waiting_.back().last_id <= book_.last_id()) return Outcome::Nothing;
  if (waiting_.back().last_id <= book_.last_id()) {  // it came after all, by another connection
    waiting_.clear();
    return Outcome::Nothing;
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
  const bool by_ticker = ticker_.update_id >= book_.last_id();
  const BookLevel bid = by_ticker ? ticker_.bid : book_.best_bid().value_or(BookLevel{});
  const BookLevel ask = by_ticker ? ticker_.ask : book_.best_ask().value_or(BookLevel{});
  return MarketTop{.instrument = instrument_,
                   .bid = bid.price,
                   .bid_qty = bid.quantity,
                   .ask = ask.price,
                   .ask_qty = ask.quantity,
                   .last = last_,
                   .average = average_,
                   .event_time = last_useful_};
}

}  // namespace clawgate::venues::binance_spot
