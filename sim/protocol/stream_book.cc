// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/stream_book.h"

#include <algorithm>
#include <set>
#include <utility>

namespace clawgate::sim {
namespace {

template <class Map>
auto found_or_zero(const Map& map, Px price) {
  const auto found = map.find(price);
  return found == map.end() ? typename Map::mapped_type() : found->second;
}

template <class Overlay>
Qty shown(std::int64_t stated, const Overlay& laid) {
  const Wide sum = std::max<Wide>(0, static_cast<Wide>(stated) - laid.taken) + laid.own;
  return Qty::from_raw(narrow(sum).value_or(INT64_MAX));
}

}  // namespace

template <class Levels>
Levels StreamBook::overlay_of(Side side, std::span<const BookMark> marks) {
  Levels laid;
  for (const BookMark& mark : marks) {
    if (mark.side != side) continue;
    Overlay& here = laid[mark.price];
    (mark.delta > 0 ? here.own : here.taken) += mark.delta > 0 ? mark.delta : -mark.delta;
  }
  return laid;
}

// What the market restates and what our side changed since the last diff, best price first.
template <class Side_>
void StreamBook::restate(Side_& ladder, Side side, std::span<const BookLevel> levels, bool whole,
                         std::span<const BookMark> marks, std::vector<BookLevel>& changed) {
  std::set<Px, typename decltype(ladder.stated)::key_compare> prices;
  const auto before = whole ? std::exchange(ladder.stated, {}) : decltype(ladder.stated)();
  for (const auto& [price, size] : before) prices.insert(price);
  for (const BookLevel& level : levels) {
    if (level.quantity.is_zero()) {
      ladder.stated.erase(level.price);
    } else {
      ladder.stated[level.price] = level.quantity.raw();
    }
    prices.insert(level.price);
  }
  auto laid = overlay_of<decltype(ladder.laid)>(side, marks);
  for (const auto& [price, here] : ladder.laid) {
    if (found_or_zero(laid, price) != here) prices.insert(price);
  }
  for (const auto& [price, here] : laid) {
    if (found_or_zero(ladder.laid, price) != here) prices.insert(price);
  }
  for (const Px price : prices) {
    const Qty now = shown(found_or_zero(ladder.stated, price), found_or_zero(laid, price));
    if (whole && now == shown(found_or_zero(before, price), found_or_zero(ladder.laid, price))) {
      continue;
    }
    changed.push_back({price, now});
  }
  ladder.laid = std::move(laid);
}

std::optional<DepthDiff> StreamBook::apply(const MarketEvent& event,
                                           std::span<const BookMark> marks) {
  const bool whole = event.kind == MarketKind::Snapshot;
  const bool first = !std::exchange(started_, true);
  if (!first && event.last_id <= last_id_) return std::nullopt;
  DepthDiff diff;
  diff.first = last_id_ + 1;
  diff.last = event.last_id;
  restate(bids_, Side::Buy, event.bids, whole, marks, diff.bids);
  restate(asks_, Side::Sell, event.asks, whole, marks, diff.asks);
  last_id_ = event.last_id;
  if (first && whole) return std::nullopt;
  if (first) diff.first = event.first_id;
  return diff;
}

template <class Side_>
void StreamBook::list(const Side_& ladder, Side side, std::span<const BookMark> marks,
                      std::size_t limit, std::vector<BookLevel>& levels) {
  const auto laid = overlay_of<decltype(ladder.laid)>(side, marks);
  auto stated = ladder.stated.begin();
  auto ours = laid.begin();
  const auto before = ladder.stated.key_comp();
  while (levels.size() < limit && (stated != ladder.stated.end() || ours != laid.end())) {
    const bool take_ours =
        stated == ladder.stated.end() || (ours != laid.end() && before(ours->first, stated->first));
    BookLevel level;
    if (take_ours) {
      level = {ours->first, shown(0, ours->second)};
      ++ours;
    } else {
      const bool both = ours != laid.end() && ours->first == stated->first;
      level = {stated->first, shown(stated->second, both ? ours->second : Overlay())};
      if (both) ++ours;
      ++stated;
    }
    if (!level.quantity.is_zero()) levels.push_back(level);
  }
}

DepthAnswer StreamBook::snapshot(std::span<const BookMark> marks, std::size_t limit) const {
  DepthAnswer answer;
  answer.last_update_id = last_id_;
  list(bids_, Side::Buy, marks, limit, answer.bids);
  list(asks_, Side::Sell, marks, limit, answer.asks);
  return answer;
}

void DiffSum::add(const DepthDiff& diff) {
  if (last_ == 0) first_ = diff.first;
  last_ = diff.last;
  time_ = diff.time;
  for (const BookLevel& level : diff.bids) bids_[level.price] = level.quantity;
  for (const BookLevel& level : diff.asks) asks_[level.price] = level.quantity;
}

DepthDiff DiffSum::take() {
  DepthDiff sum{first_, last_, time_, {}, {}};
  for (const auto& [price, size] : bids_) sum.bids.push_back({price, size});
  for (const auto& [price, size] : asks_) sum.asks.push_back({price, size});
  *this = DiffSum();
  return sum;
}

}  // namespace clawgate::sim
