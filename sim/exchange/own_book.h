// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/exchange/order.h"
#include "sim/exchange/slab.h"

namespace clawgate::sim {

struct OwnLevel;

/// Where an open order waits.
enum class Parked : std::uint8_t {
  Nowhere,   // being worked on, pending in a list, or done
  Book,      // in a price level
  Triggers,  // for the last price
  Fired,     // its trigger was reached; it is worked on when the current order is done
};

/// The queue ahead of an order whose market has not been fed again since a restore.
inline constexpr std::int64_t kQueueUnknown = INT64_MAX;

/// An order with its place in the books. Lives as long as the exchange; queries copy the record.
struct OrderNode : OrderRecord {
  OwnLevel* level = nullptr;
  OrderNode* earlier = nullptr;  // in the same price level
  OrderNode* later = nullptr;
  OrderNode* previous_open = nullptr;  // of the same account and symbol, by id
  OrderNode* next_open = nullptr;
  std::int64_t ahead = 0;     // outside quantity that trades before this order, 1e-8
  std::uint64_t touched = 0;  // the call that changed it last
  bool thin = false;          // a quote-quantity order that the book could not fill
  Parked parked = Parked::Nowhere;
};

/// One price with at least one own order, in time priority.
struct OwnLevel {
  Px price;
  OrderNode* first = nullptr;
  OrderNode* last = nullptr;
  Wide total = 0;  // what the book shows of all orders, 1e-8
  // Depth events shorten the queue ahead; trades that they already include must not shorten it
  // again. `told` is how much of the queue went that way, `told_at` the event's time.
  std::int64_t told = 0;
  TimeNs told_at;
};

/// The accounts' resting orders on one symbol, price then time. Holds no funds and knows no rules.
class OwnBook {
 public:
  /// At the end of its price level, behind `order.ahead` of the outside market.
  void insert(OrderNode& order);
  void remove(OrderNode& order);
  /// After `quantity` of what it shows was filled.
  void reduce(OrderNode& order, Qty quantity) { order.level->total -= quantity.raw(); }

  /// nullptr when the side is empty.
  [[nodiscard]] OwnLevel* best(Side side) const {
    const auto& levels = levels_of(side);
    return levels.empty() ? nullptr : levels.back().level;
  }
  /// nullptr when no own order rests there.
  [[nodiscard]] OwnLevel* at(Side side, Px price) const;
  /// 0 is the best level; nullptr past the last.
  [[nodiscard]] OwnLevel* nth(Side side, std::size_t n) const {
    const auto& levels = levels_of(side);
    return n < levels.size() ? levels[levels.size() - 1 - n].level : nullptr;
  }
  [[nodiscard]] bool empty(Side side) const { return levels_of(side).empty(); }

 private:
  struct Entry {
    Px price;
    OwnLevel* level;
  };
  using Levels = std::vector<Entry>;

  [[nodiscard]] Levels& levels_of(Side side) { return levels_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Levels& levels_of(Side side) const {
    return levels_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] OwnLevel& new_level(Px price);

  std::array<Levels, 2> levels_;
  Slab<OwnLevel> pool_;
  std::vector<OwnLevel*> free_;
};

}  // namespace clawgate::sim
