// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "sim/exchange/own_book.h"

namespace clawgate::sim {

/// The orders of one symbol that wait for the last price: STOP_LOSS*, TAKE_PROFIT*.
class Triggers {
 public:
  void insert(OrderNode& order) {
    auto& waiting = waiting_of(order);
    waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), &order, later_to_fire), &order);
    order.parked = Parked::Triggers;
  }

  void remove(OrderNode& order) {
    auto& waiting = waiting_of(order);
    waiting.erase(std::find(waiting.begin(), waiting.end(), &order));
    order.parked = Parked::Nowhere;
  }

  /// Moves every order that a trade at `last` sets off to the end of `fired`: nearest trigger
  /// first, then the older order.
  void fire(Px last, std::vector<OrderNode*>& fired) {
    while (!rise_.empty() && rise_.back()->stop_price <= last) move_last(rise_, fired);
    while (!fall_.empty() && fall_.back()->stop_price >= last) move_last(fall_, fired);
  }

 private:
  static bool later_to_fire(const OrderNode* a, const OrderNode* b) {
    if (a->stop_price == b->stop_price) return a->priority > b->priority;
    const bool rise = triggers_on_rise(a->type, a->side);
    return rise ? a->stop_price > b->stop_price : a->stop_price < b->stop_price;
  }
  static void move_last(std::vector<OrderNode*>& from, std::vector<OrderNode*>& to) {
    from.back()->parked = Parked::Fired;
    to.push_back(from.back());
    from.pop_back();
  }
  [[nodiscard]] std::vector<OrderNode*>& waiting_of(const OrderNode& order) {
    return triggers_on_rise(order.type, order.side) ? rise_ : fall_;
  }

  // Next to fire at the back.
  std::vector<OrderNode*> rise_;
  std::vector<OrderNode*> fall_;
};

}  // namespace clawgate::sim
