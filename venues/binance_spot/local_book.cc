// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/local_book.h"

#include <algorithm>

namespace clawgate::venues::binance_spot {
namespace {

// `worse` orders a side from its worst price to its best. Changes are mostly near the best, which
// is why that is the end where a vector moves little.
template <class Worse>
void apply(std::vector<BookLevel>& side, std::span<const BookLevel> changes, Worse worse) {
  for (const BookLevel& change : changes) {
    const auto place = std::lower_bound(
        side.begin(), side.end(), change.price,
        [&](const BookLevel& level, Px price) { return worse(level.price, price); });
    const bool there = place != side.end() && place->price == change.price;
    if (there && change.quantity.is_zero()) {
      side.erase(place);
    } else if (there) {
      place->quantity = change.quantity;
    } else if (!change.quantity.is_zero()) {
      side.insert(place, change);
    }
  }
}

constexpr auto kBidWorse = [](Px a, Px b) { return a < b; };
constexpr auto kAskWorse = [](Px a, Px b) { return a > b; };

}  // namespace

std::optional<BookLevel> LocalBook::best(const std::vector<BookLevel>& side) {
  if (side.empty()) return std::nullopt;
  return side.back();
}

void LocalBook::clear() {
  live_ = false;
  last_id_ = 0;
  bids_.clear();
  asks_.clear();
}

LocalBook::Step LocalBook::lose(Step why) {
  clear();
  return why;
}

LocalBook::Step LocalBook::check() {
  if (bids_.size() > levels_max_ || asks_.size() > levels_max_) return lose(Step::Full);
  const bool both = !bids_.empty() && !asks_.empty();
  if (both && bids_.back().price >= asks_.back().price) return lose(Step::Crossed);
  return Step::Applied;
}

LocalBook::Step LocalBook::on_snapshot(const DepthSnapshot& snapshot) {
  if (live_ && snapshot.last_id <= last_id_) return Step::Stale;
  clear();
  // The venue lists the best first: backwards each level goes to the end.
  const std::vector<BookLevel> bids(snapshot.bids.rbegin(), snapshot.bids.rend());
  const std::vector<BookLevel> asks(snapshot.asks.rbegin(), snapshot.asks.rend());
  apply(bids_, bids, kBidWorse);
  apply(asks_, asks, kAskWorse);
  last_id_ = snapshot.last_id;
  live_ = true;
  return check();
}

LocalBook::Step LocalBook::on_depth(const DepthUpdate& update) {
  if (!live_) return Step::NoSnapshot;
  if (update.last_id <= last_id_) return Step::Stale;
  if (update.first_id > last_id_ + 1) return lose(Step::Gap);
  apply(bids_, update.bids, kBidWorse);
  apply(asks_, update.asks, kAskWorse);
  last_id_ = update.last_id;
  return check();
}

}  // namespace clawgate::venues::binance_spot
