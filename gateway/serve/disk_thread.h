// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace clawgate::gateway {

/// What waits for the disk, one after the other on a thread of its own: a slow one holds up who
/// asked, and nobody else, least of all a kill.
class DiskThread {
 public:
  explicit DiskThread(std::size_t waiting_max = 64);
  ~DiskThread() { stop(); }
  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;

  /// Any thread. False when too much waits, and after stop().
  [[nodiscard]] bool run(std::function<void()> work);
  /// Does what waits, then ends. May be called again.
  void stop();

 private:
  void loop();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace clawgate::gateway
