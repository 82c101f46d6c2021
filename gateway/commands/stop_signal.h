// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <atomic>

namespace clawgate::gateway {

/// The first SIGINT or SIGTERM only says so, and interrupts what waits; a second one ends the
/// process. One at a time.
class StopSignal {
 public:
  StopSignal() {
    struct sigaction action {};
    action.sa_handler = [](int) { asked_ = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, &was_[0]);
    sigaction(SIGTERM, &action, &was_[1]);
  }
  ~StopSignal() {
    sigaction(SIGINT, &was_[0], nullptr);
    sigaction(SIGTERM, &was_[1], nullptr);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] const std::atomic<bool>& asked() const { return asked_; }

 private:
  static inline std::atomic<bool> asked_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);
  struct sigaction was_[2]{};
};

}  // namespace clawgate::gateway
