// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "schemas/ids.h"

namespace clawgate::gateway {

/// Where time comes from: the seam that lets a test step it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UnixNanos wall() const = 0;
  [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixNanos wall() const override;
  [[nodiscard]] std::int64_t monotonic_ns() const override;
};

/// UTC that never runs backwards and never stands still: the monotonic clock, anchored once to the
/// wall clock, or to the newest time on record where the wall clock is behind that. A step of the
/// wall clock forward is followed; after a step back our time goes on where it was (signals look
/// older, nothing looks younger), over restarts too, until the wall clock has caught up. A step is
/// told once. now() is for every thread, take_step() for one.
class AnchoredClock {
 public:
  /// What slewing and two readings one after the other may add up to.
  static constexpr std::int64_t kStepMin = 250 * kNanosPerMilli;

  explicit AnchoredClock(const Clock& clock, UnixNanos not_before = {});

  [[nodiscard]] UnixNanos now() const;
  /// How far our time stood before the wall clock when it was anchored; mostly 0.
  [[nodiscard]] std::int64_t ahead_at_start_ns() const { return ahead_at_start_ns_; }
  /// How far the wall clock stepped since the last call; nullopt when it did not.
  [[nodiscard]] std::optional<std::int64_t> take_step();

 private:
  const Clock& clock_;
  std::int64_t ahead_at_start_ns_;
  std::atomic<std::int64_t> anchor_ns_;  // our time minus the monotonic clock
  std::int64_t wall_ahead_ns_;           // the wall clock minus our time, as last told
};

}  // namespace clawgate::gateway
