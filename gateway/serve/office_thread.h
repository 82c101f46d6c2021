// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace clawgate::gateway {

/// What requests write to the office's files, one after the other on a thread of its own: a slow
/// disk holds up who asked, and nobody else. The files' lock stands between it and other writers.
class OfficeThread {
 public:
  static constexpr std::size_t kWaitingMax = 64;

  OfficeThread();
  ~OfficeThread() { stop(); }
  OfficeThread(const OfficeThread&) = delete;
  OfficeThread& operator=(const OfficeThread&) = delete;

  /// Any thread. False when too much waits, and after stop().
  [[nodiscard]] bool run(std::function<void()> work);
  /// Does what waits, then ends. May be called again.
  void stop();

 private:
  void loop();

  std::mutex mutex_;
  std::condition_variable bell_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace clawgate::gateway
