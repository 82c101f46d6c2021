// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace clawgate::gateway {

/// A bounded queue between two fixed threads: exactly `capacity` items, and a counter of those
/// refused. What full means is the lane's to say (ARCHITECTURE.md, threads and lanes).
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : queue_(capacity) {}

  /// Producer thread. False, and counted, when full.
  [[nodiscard]] bool try_push(const T& item) {
    if (queue_.push(item)) return true;
    refused_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }

  /// Consumer thread. Gives the oldest item to `take` in place; false when empty.
  template <class Take>
  bool try_take(Take&& take) {
    return queue_.consume_one(std::forward<Take>(take));
  }

  [[nodiscard]] bool empty() const { return queue_.read_available() == 0; }  // consumer thread
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  boost::lockfree::spsc_queue<T> queue_;
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace clawgate::gateway
