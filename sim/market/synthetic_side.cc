// SPDX-License-Identifier: Apache-2.0
#include "sim/market/synthetic_side.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kKeepOneIn = 8;  // a level that stays is drawn anew once in so many steps

}  // namespace

// The first multiple of level_ticks that is worse than the best price.
std::int64_t SyntheticSide::behind(std::int64_t best_ticks) const {
  const std::int64_t step = options_.level_ticks;
  if (side_ == Side::Buy) return (best_ticks - 1) / step * step;
  return (best_ticks / step + 1) * step;
}

std::int64_t SyntheticSide::draw_lots(Random& random) const {
  return random.between(options_.level_lots / 2, options_.level_lots * 3 / 2);
}

void SyntheticSide::keep(Level& it, Random& random) const {
  if (random.below(kKeepOneIn) == 0) it.lots = draw_lots(random);
}

void SyntheticSide::state(Level& it) {
  if (it.lots == it.stated_lots) return;
  it.stated_lots = it.lots;
  changes_.push_back(level(it, it.lots));
}

// Both the old and the new side are sorted, so one walk finds what went, stayed and came.
void SyntheticSide::move(std::int64_t best_ticks, Random& random) {
  before_.swap(levels_);
  levels_.clear();
  changes_.clear();
  const std::int64_t away = side_ == Side::Buy ? -options_.level_ticks : options_.level_ticks;
  auto old = before_.begin();
  std::int64_t ticks = best_ticks;
  for (std::int64_t i = 0; i < options_.levels; ++i) {
    for (; old != before_.end() && better(old->ticks, ticks); ++old) {
      changes_.push_back(level(*old, 0));
    }
    Level it{.ticks = ticks};
    if (old != before_.end() && old->ticks == ticks) {
      it = *old++;
      keep(it, random);
    } else {
      it.lots = draw_lots(random);
    }
    state(it);
    levels_.push_back(it);
    ticks = i == 0 ? behind(best_ticks) : ticks + away;
  }
  for (; old != before_.end(); ++old) changes_.push_back(level(*old, 0));
}

void SyntheticSide::grow_best() {
  ++levels_.front().lots;
  state(levels_.front());
}

std::int64_t SyntheticSide::trade(Random& random) {
  Level& best = levels_.front();
  if (best.lots < 2) return 0;
  const std::int64_t lots = 1 + random.below(best.lots / 8 + 1);
  best.lots -= lots;
  return lots;
}

std::vector<BookLevel> SyntheticSide::stated() const {
  std::vector<BookLevel> levels;
  for (const Level& it : levels_) levels.push_back(level(it, it.stated_lots));
  return levels;
}

}  // namespace clawgate::sim
