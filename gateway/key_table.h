// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>

#include "schemas/core/assert.h"
#include "schemas/core/digest.h"

namespace clawgate::gateway {

/// Remembers values by digest, for ever, in memory sized once: open addressing over the digest's
/// own bits. Nothing is ever removed. The memory comes zeroed from the kernel,
/// page by page as it is used. Core thread only.
template <class Value>
class KeyTable {
  static_assert(std::is_trivially_copyable_v<Value>, "all zero bytes are an unused slot");

 public:
  /// `capacity` is a power of two; at most three quarters of it are used.
  explicit KeyTable(std::size_t capacity)
      : slots_(static_cast<Slot*>(std::calloc(capacity, sizeof(Slot)))), mask_(capacity - 1) {
    CLAWGATE_ASSERT(capacity >= 4 && (capacity & mask_) == 0 && slots_ != nullptr);
  }

  /// Touches the memory, so that no later insert waits for the kernel.
  void prefault() { std::memset(static_cast<void*>(slots_.get()), 0, (mask_ + 1) * sizeof(Slot)); }

  [[nodiscard]] const Value* find(const Digest& key) const {
    const Slot& slot = slots_[place_of(key)];
    return slot.used ? &slot.value : nullptr;
  }

  [[nodiscard]] bool full() const { return room() == 0; }
  [[nodiscard]] std::size_t room() const { return (mask_ + 1) / 4 * 3 - size_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// False when there is no room. A key that is there keeps its first value.
  bool insert(const Digest& key, const Value& value) {
    Slot& slot = slots_[place_of(key)];
    if (slot.used) return true;
    if (full()) return false;
    slot = {key, value, true};
    ++size_;
    return true;
  }

 private:
  struct Slot {
    Digest key;
    Value value{};
    bool used = false;
  };

  [[nodiscard]] std::size_t place_of(const Digest& key) const {
    std::uint64_t hash = 0;
    std::memcpy(&hash, key.bytes.data(), sizeof hash);  // a digest's bits are as good as any hash
    std::size_t at = static_cast<std::size_t>(hash) & mask_;
    while (slots_[at].used && slots_[at].key != key) at = (at + 1) & mask_;
    return at;
  }

  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };
  std::unique_ptr<Slot[], Free> slots_;
  std::size_t mask_;
  std::size_t size_ = 0;
};

}  // namespace clawgate::gateway
