// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/outside_book.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/exchange/ladder.h"

namespace clawgate::sim {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kReach = 64;  // entries: how far an empty one is looked for

}  // namespace

std::size_t OutsideBook::state(Side side, Px price, Qty size, std::size_t hint) {
  Levels& levels = levels_of(side);
  std::size_t& gone = gone_[static_cast<std::size_t>(side)];
  const std::size_t place = ladder_place(levels, side, price, hint);
  if (place == levels.size() || levels[place].price != price) {
    if (size.is_zero()) return place;
    return insert(side, place, {.price = price, .size = size.raw()});
  }
  OutsideLevel& level = levels[place];
  if (level.size == 0 && !size.is_zero()) --gone;
  if (level.size != 0 && size.is_zero()) ++gone;
  level.size = size.raw();
  level.taken = std::min(level.taken, level.size);
  trim(side);
  return place;
}

// A book is deep and moves everywhere, so the room is taken from an empty entry close by.
std::size_t OutsideBook::insert(Side side, std::size_t place, const OutsideLevel& level) {
  Levels& levels = levels_of(side);
  const auto at = [&](std::size_t i) { return levels.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::size_t low = place - std::min(place, kReach);
  const std::size_t high = std::min(place + kReach, levels.size());
  const auto is_gone = [](const OutsideLevel& row) { return row.size == 0; };
  std::size_t& gone = gone_[static_cast<std::size_t>(side)];
  if (const auto above = std::find_if(at(place), at(high), is_gone); above != at(high)) {
    std::move_backward(at(place), above, above + 1);
    *at(place) = level;
    --gone;
    return place;
  }
  for (std::size_t i = place; i > low; --i) {
    if (!is_gone(levels[i - 1])) continue;
    std::move(at(i), at(place), at(i - 1));
    *at(place - 1) = level;
    --gone;
    return place - 1;
  }
  levels.insert(at(place), level);
  return place;
}

// Keeps the best entry a real one, and the empty ones fewer than the others.
void OutsideBook::trim(Side side) {
  Levels& levels = levels_of(side);
  std::size_t& gone = gone_[static_cast<std::size_t>(side)];
  while (!levels.empty() && levels.back().size == 0) pop_best(side);
  if (gone * 2 <= levels.size()) return;
  std::erase_if(levels, [](const OutsideLevel& level) { return level.size == 0; });
  gone = 0;
}

void OutsideBook::drop_better(Side side, Px price) {
  Levels& levels = levels_of(side);
  while (!levels.empty() && levels.back().price != price &&
         as_good(side, levels.back().price, price)) {
    pop_best(side);
  }
  trim(side);
}

void OutsideBook::drop_through(Side side, Px price) {
  Levels& levels = levels_of(side);
  while (!levels.empty() && as_good(side, levels.back().price, price)) pop_best(side);
  trim(side);
}

void OutsideBook::pop_best(Side side) {
  Levels& levels = levels_of(side);
  if (levels.back().size == 0) --gone_[static_cast<std::size_t>(side)];
  levels.pop_back();
}

// A price stated twice counts once, as stated first.
void OutsideBook::replace(Side side, std::span<const BookLevel> levels) {
  Levels fresh;
  fresh.reserve(levels.size());
  for (const BookLevel& level : levels) {
    if (level.quantity.is_zero()) continue;
    fresh.push_back({.price = level.price, .size = level.quantity.raw()});
  }
  std::stable_sort(fresh.begin(), fresh.end(),
                   [side](const OutsideLevel& a, const OutsideLevel& b) {
                     return a.price != b.price && as_good(side, b.price, a.price);
                   });
  const auto same = [](const OutsideLevel& a, const OutsideLevel& b) { return a.price == b.price; };
  fresh.erase(std::unique(fresh.begin(), fresh.end(), same), fresh.end());
  for (OutsideLevel& level : fresh) {
    const OutsideLevel* const before = at(side, level.price);
    if (before != nullptr) level.taken = std::min(before->taken, level.size);
  }
  levels_of(side) = std::move(fresh);
  gone_[static_cast<std::size_t>(side)] = 0;
}

std::size_t OutsideBook::next_available(Side side, std::size_t from) const {
  const Levels& levels = levels_of(side);
  for (std::size_t i = from; i < levels.size(); ++i) {
    if (entry(side, i).available() > 0) return i;
  }
  return kNone;
}

OutsideLevel* OutsideBook::available_from(Side side, std::size_t from) {
  const std::size_t i = next_available(side, from);
  if (i == kNone) return nullptr;
  Levels& levels = levels_of(side);
  return &levels[levels.size() - 1 - i];
}

OutsideLevel* OutsideBook::at(Side side, Px price) {
  Levels& levels = levels_of(side);
  const std::size_t place = ladder_place(levels, side, price);
  if (place == levels.size() || levels[place].price != price) return nullptr;
  return &levels[place];
}

Qty OutsideBook::stated(Side side, Px price) const {
  const Levels& levels = levels_of(side);
  const std::size_t place = ladder_place(levels, side, price);
  if (place == levels.size() || levels[place].price != price) return Qty();
  return Qty::from_raw(levels[place].size);
}

}  // namespace clawgate::sim
