// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/own_book.h"

#include "schemas/core/assert.h"
#include "sim/exchange/ladder.h"

namespace clawgate::sim {

OwnLevel* OwnBook::at(Side side, Px price) const {
  const Levels& levels = levels_of(side);
  if (levels.empty()) return nullptr;
  const std::size_t place = ladder_place(levels, side, price);
  if (place == levels.size() || levels[place].price != price) return nullptr;
  return levels[place].level;
}

OwnLevel& OwnBook::new_level(Px price) {
  if (free_.empty()) free_.push_back(&pool_.add());
  OwnLevel& level = *free_.back();
  free_.pop_back();
  level = OwnLevel{};
  level.price = price;
  return level;
}

void OwnBook::insert(OrderNode& order) {
  CLAWGATE_ASSERT(order.level == nullptr && order.displayed().raw() > 0);
  Levels& levels = levels_of(order.side);
  const std::size_t place = ladder_place(levels, order.side, order.price);
  if (place == levels.size() || levels[place].price != order.price) {
    levels.insert(levels.begin() + static_cast<std::ptrdiff_t>(place),
                  Entry{order.price, &new_level(order.price)});
  }
  OwnLevel& level = *levels[place].level;
  order.level = &level;
  order.earlier = level.last;
  order.later = nullptr;
  (level.last == nullptr ? level.first : level.last->later) = &order;
  level.last = &order;
  level.total += order.displayed().raw();
  order.parked = Parked::Book;
}

void OwnBook::remove(OrderNode& order) {
  OwnLevel& level = *order.level;
  (order.earlier == nullptr ? level.first : order.earlier->later) = order.later;
  (order.later == nullptr ? level.last : order.later->earlier) = order.earlier;
  level.total -= order.displayed().raw();
  order.level = nullptr;
  order.earlier = nullptr;
  order.later = nullptr;
  order.parked = Parked::Nowhere;
  if (level.first != nullptr) return;
  Levels& levels = levels_of(order.side);
  levels.erase(levels.begin() +
               static_cast<std::ptrdiff_t>(ladder_place(levels, order.side, level.price)));
  free_.push_back(&level);
}

}  // namespace clawgate::sim
