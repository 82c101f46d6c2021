// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/clock.h"

#include <algorithm>
#include <chrono>

namespace clawgate::gateway {

UnixNanos SystemClock::wall() const {
  using namespace std::chrono;
  return UnixNanos(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

std::int64_t SystemClock::monotonic_ns() const {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

AnchoredClock::AnchoredClock(const Clock& clock, UnixNanos not_before) : clock_(clock) {
  const std::int64_t wall = clock.wall().value();
  ahead_at_start_ns_ = std::max<std::int64_t>(0, not_before.value() - wall);
  anchor_ns_ = wall + ahead_at_start_ns_ - clock.monotonic_ns();
  wall_ahead_ns_ = -ahead_at_start_ns_;
}

UnixNanos AnchoredClock::now() const {
  return UnixNanos(clock_.monotonic_ns() + anchor_ns_.load(std::memory_order_relaxed));
}

std::optional<std::int64_t> AnchoredClock::take_step() {
  const std::int64_t ahead = clock_.wall().value() - now().value();
  const std::int64_t step = ahead - wall_ahead_ns_;
  if (step < kStepMin && step > -kStepMin) return std::nullopt;
  if (ahead > 0) {
    anchor_ns_.fetch_add(ahead, std::memory_order_relaxed);
    wall_ahead_ns_ = 0;
  } else {
    wall_ahead_ns_ = ahead;
  }
  return step;
}

}  // namespace clawgate::gateway
