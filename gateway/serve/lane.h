// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace clawgate::gateway {

/// A bounded queue from many threads to one: exactly `capacity` items, held by credits, in a ring
/// that is sized once. No lock and, after the constructor, no allocation. Items of one producer
/// keep their order; what the order between producers is, the consumer says by taking them.
template <class T>
class Lane {
 public:
  explicit Lane(std::size_t capacity)
      : capacity_(capacity),
        mask_(std::bit_ceil(capacity) - 1),
        cells_(std::make_unique<Cell[]>(mask_ + 1)) {}

  /// Any thread. False, and counted, when fewer than `reserve` + 1 places are free.
  [[nodiscard]] bool try_push(const T& item, std::size_t reserve = 0) {
    const std::size_t before = credits_.fetch_add(1, std::memory_order_acq_rel);
    if (before + reserve >= capacity_) {
      credits_.fetch_sub(1, std::memory_order_acq_rel);
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    // So many credits mean that the cell of this place was given back; whoever got the last of them
    // saw that, and came by here first.
    const std::uint64_t place = pushed_.fetch_add(1, std::memory_order_acq_rel);
    Cell& cell = cells_[place & mask_];
    cell.item = item;
    cell.ready.store(place + 1, std::memory_order_release);
    return true;
  }

  /// Consumer thread. Gives the oldest item to `take` in place; false when none is ready.
  template <class Take>
  bool try_take(Take&& take) {
    Cell& cell = cells_[taken_ & mask_];
    if (cell.ready.load(std::memory_order_acquire) != taken_ + 1) return false;
    std::forward<Take>(take)(static_cast<const T&>(cell.item));
    ++taken_;
    credits_.fetch_sub(1, std::memory_order_acq_rel);
    return true;
  }

  /// Consumer thread.
  [[nodiscard]] bool empty() const {
    return cells_[taken_ & mask_].ready.load(std::memory_order_acquire) != taken_ + 1;
  }
  /// Any thread; a moment's view.
  [[nodiscard]] std::size_t size() const { return credits_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Cell {
    std::atomic<std::uint64_t> ready{0};  // the place of the item, counted from 1
    T item{};
  };

  std::size_t capacity_;
  std::size_t mask_;
  std::unique_ptr<Cell[]> cells_;
  std::atomic<std::size_t> credits_{0};  // items in the queue, and pushes under way
  std::atomic<std::uint64_t> pushed_{0};
  std::uint64_t taken_ = 0;  // consumer thread
  std::atomic<std::uint64_t> refused_{0};
};

/// The newest value from one thread for another: three places, one exchange each way. What was not
/// taken is replaced and counted.
template <class T>
class LatestSlot {
 public:
  /// Producer thread.
  void put(const T& value) {
    places_[back_] = value;
    const unsigned before = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel);
    if ((before & kFresh) != 0) replaced_.fetch_add(1, std::memory_order_relaxed);
    back_ = before & ~kFresh;
  }
  /// Consumer thread: the newest value not taken yet; null when there is none. Valid until the next
  /// call.
  [[nodiscard]] const T* take() {
    if (!fresh()) return nullptr;
    front_ = middle_.exchange(front_, std::memory_order_acq_rel) & ~kFresh;
    return &places_[front_];
  }
  [[nodiscard]] bool fresh() const {
    return (middle_.load(std::memory_order_acquire) & kFresh) != 0;
  }
  [[nodiscard]] std::uint64_t replaced() const { return replaced_.load(std::memory_order_relaxed); }

 private:
  static constexpr unsigned kFresh = 4;

  T places_[3]{};
  unsigned back_ = 0;                // producer thread
  std::atomic<unsigned> middle_{1};  // with kFresh when it was not taken
  unsigned front_ = 2;               // consumer thread
  std::atomic<std::uint64_t> replaced_{0};
};

}  // namespace clawgate::gateway
