// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace clawgate::gateway {

/// SIGINT, SIGTERM, and SIGHUP where nobody asked to ignore it: blocked in every thread begun after
/// this, to be taken by one that waits for them.
inline sigset_t block_stop_signals() {
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

/// The first SIGINT, SIGTERM or SIGHUP only says so, and interrupts what waits; one that comes a
/// while after it ends the process. Wrappers send the same one twice at once. One at a time.
class StopSignal {
 public:
  StopSignal() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, &was_[0]);
    sigaction(SIGTERM, &action, &was_[1]);
    ::signal(SIGPIPE, SIG_IGN);  // where nobody reads any more what is printed
    sigaction(SIGHUP, nullptr, &was_[2]);
    if (was_[2].sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup ignores it
  }
  ~StopSignal() {
    sigaction(SIGINT, &was_[0], nullptr);
    sigaction(SIGTERM, &was_[1], nullptr);
    sigaction(SIGHUP, &was_[2], nullptr);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] const std::atomic<bool>& asked() const { return asked_; }

 private:
  static constexpr std::int64_t kSameMs = 500;

  static void on_signal(int signal) {
    const int error = errno;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t ms = now.tv_sec * 1'000 + now.tv_nsec / 1'000'000;
    if (!asked_) {
      first_ms_ = ms;
      asked_ = true;
    } else if (ms - first_ms_ > kSameMs) {
      ::signal(signal, SIG_DFL);
      ::raise(signal);
    }
    errno = error;
  }

  static inline std::atomic<std::int64_t> first_ms_{0};
  static inline std::atomic<bool> asked_{false};
  static_assert(std::atomic<bool>::is_always_lock_free &&
                std::atomic<std::int64_t>::is_always_lock_free);
  struct sigaction was_[3]{};
};

}  // namespace clawgate::gateway
