// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

// What a WebSocket's server holds its client to. Time is an argument.

namespace clawgate::sim {

using SteadyTime = std::chrono::steady_clock::time_point;

/// At most `most` messages in any second.
class MessageRate {
 public:
  explicit MessageRate(std::size_t most) : most_(most) {}

  /// Counts one; false: it is one too many.
  [[nodiscard]] bool admit(SteadyTime now) {
    while (!times_.empty() && now - times_.front() >= std::chrono::seconds(1)) times_.pop_front();
    if (times_.size() >= most_) return false;
    times_.push_back(now);
    return true;
  }

 private:
  std::size_t most_;
  std::deque<SteadyTime> times_;
};

/// Pings and their pongs. A pong counts when it echoes a ping that was sent, and answers the pings
/// before it too.
class PingBook {
 public:
  explicit PingBook(std::chrono::milliseconds limit) : limit_(limit) {}

  void sent(std::string payload, SteadyTime now) { open_.emplace_back(std::move(payload), now); }

  void pong(std::string_view payload) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].first != payload) continue;
      open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return;
    }
  }

  /// A ping has waited for its pong as long as it may.
  [[nodiscard]] bool overdue(SteadyTime now) const {
    return !open_.empty() && now - open_.front().second >= limit_;
  }

 private:
  std::chrono::milliseconds limit_;
  std::deque<std::pair<std::string, SteadyTime>> open_;
};

}  // namespace clawgate::sim
