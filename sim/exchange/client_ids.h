// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/exchange/made_ids.h"
#include "sim/exchange/own_book.h"

namespace clawgate::sim {

/// The newest order of a symbol that carries (account, client id). An id is unique among open
/// orders only, so a later order may take the place of a closed one here.
///
/// Ids that clients chose are in a table: open addressing over order numbers, 8 bytes an entry, the
/// order itself is the key. Ids that the exchange made carry the order's number and need no entry.
class ClientIds {
 public:
  explicit ClientIds(const Slab<OrderNode>& orders) : orders_(&orders), slots_(kSlotsMin) {}

  /// nullptr when the account never used the id on this symbol.
  [[nodiscard]] const OrderNode* find(AccountId account, const ClientId& id) const {
    const OrderNode* const chosen = find_chosen(account, id);
    const OrderNode* const made = find_made(account, id);
    if (chosen == nullptr || made == nullptr) return chosen == nullptr ? made : chosen;
    return chosen->id > made->id ? chosen : made;
  }

  /// The same among the ids that clients chose.
  [[nodiscard]] const OrderNode* find_chosen(AccountId account, const ClientId& id) const {
    if (used_ == 0) return nullptr;
    const std::uint32_t tag = tag_of(account, id);
    for (std::size_t i = tag & mask();; i = (i + 1) & mask()) {
      if (slots_[i].number == 0) return nullptr;
      if (slots_[i].tag == tag && holds(slots_[i], account, id)) return &order_of(slots_[i]);
    }
  }

  /// The id of order `number` when its client chose none. `turn` gives another one.
  [[nodiscard]] static ClientId make(std::uint64_t number, std::uint64_t turn) {
    return made_id(turn << kTurnShift | number);
  }

  void set(const OrderNode& order) {
    if (find_made(order.account, order.client_id) == &order) return;
    if (2 * (used_ + 1) > slots_.size()) grow();
    const std::uint32_t tag = tag_of(order.account, order.client_id);
    for (std::size_t i = tag & mask();; i = (i + 1) & mask()) {
      const bool free = slots_[i].number == 0;
      if (!free && !(slots_[i].tag == tag && holds(slots_[i], order.account, order.client_id))) {
        continue;
      }
      used_ += free ? 1 : 0;
      slots_[i] = {.tag = tag, .number = static_cast<std::uint32_t>(order.id.value())};
      return;
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;  // of the order in its symbol, from 1; 0: free
  };
  static constexpr std::size_t kSlotsMin = 1024;  // a power of two
  static constexpr std::uint64_t kTurnShift = 48;

  [[nodiscard]] const OrderNode* find_made(AccountId account, const ClientId& id) const {
    const auto number = number_of(id);
    if (!number) return nullptr;
    const std::uint64_t order = *number & ((std::uint64_t{1} << kTurnShift) - 1);
    if (order == 0 || order > orders_->size()) return nullptr;
    const OrderNode& node = (*orders_)[order - 1];
    return node.account == account && node.client_id == id ? &node : nullptr;
  }

  [[nodiscard]] static std::uint32_t tag_of(AccountId account, const ClientId& id) {
    const std::size_t hash = std::hash<std::string_view>{}(id.view());
    return static_cast<std::uint32_t>((hash >> 16U) ^ hash ^ (account.value() * 0x9E3779B9U));
  }
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  [[nodiscard]] const OrderNode& order_of(const Slot& slot) const {
    return (*orders_)[slot.number - 1];
  }
  [[nodiscard]] bool holds(const Slot& slot, AccountId account, const ClientId& id) const {
    const OrderNode& order = order_of(slot);
    return order.account == account && order.client_id == id;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == 0) continue;
      std::size_t i = slot.tag & mask();
      while (slots_[i].number != 0) i = (i + 1) & mask();
      slots_[i] = slot;
    }
  }

  const Slab<OrderNode>* orders_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace clawgate::sim
