// SPDX-License-Identifier: Apache-2.0
#include "risk/throttle.h"

#include <algorithm>
#include <limits>

namespace clawgate::risk {
namespace {

constexpr std::int64_t kNanosPerMinute = 60 * kNanosPerSecond;

// Rounds up, so that a rate that does not divide a minute is never exceeded.
constexpr std::int64_t interval_of(std::uint32_t per_minute) {
  return per_minute == 0 ? 0 : (kNanosPerMinute + per_minute - 1) / per_minute;
}

// What does not fit is longer than the clock: the largest value is the same.
constexpr std::int64_t burst_of(std::int64_t interval_ns, std::uint32_t burst) {
  std::int64_t ns = 0;
  if (!__builtin_mul_overflow(interval_ns, std::int64_t{burst}, &ns)) return ns;
  return std::numeric_limits<std::int64_t>::max();
}

}  // namespace

Throttle::Throttle(const Options& options, UnixNanos paid_until)
    : interval_ns_(interval_of(options.orders_per_minute)),
      burst_ns_(burst_of(interval_ns_, options.burst)),
      paid_until_ns_(paid_until.value()) {}

bool Throttle::can_take(UnixNanos now) const {
  if (interval_ns_ == 0) return false;
  const std::int64_t start_ns = std::max(paid_until_ns_, now.value());
  std::int64_t paid_after_ns = 0;
  std::int64_t ahead_ns = 0;
  if (__builtin_add_overflow(start_ns, interval_ns_, &paid_after_ns)) return false;
  if (__builtin_sub_overflow(paid_after_ns, now.value(), &ahead_ns)) return false;
  return ahead_ns <= burst_ns_;
}

bool Throttle::try_take(UnixNanos now) {
  if (!can_take(now)) return false;
  paid_until_ns_ = std::max(paid_until_ns_, now.value()) + interval_ns_;
  return true;
}

}  // namespace clawgate::risk
