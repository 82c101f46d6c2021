// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/ids.h"

namespace clawgate::risk {

/// Caps the order rate of one account: at most `burst` at once, `orders_per_minute` sustained.
/// A rate or a burst of 0 lets nothing pass.
///
/// This is the token bucket in its arrival-time form (GCRA, ITU-T I.371): one integer of state,
/// no timer, no floating point. Core thread only.
class Throttle {
 public:
  struct Options {
    std::uint32_t orders_per_minute;
    std::uint32_t burst;  // orders
  };

  /// `paid_until` is the state read from an earlier throttle: after a restart, or when the limits
  /// change.
  explicit Throttle(const Options& options, UnixNanos paid_until = UnixNanos{0});

  /// Whether try_take() would be true. Changes nothing.
  [[nodiscard]] bool can_take(UnixNanos now) const;

  /// True spends one order's worth of budget. False changes nothing.
  [[nodiscard]] bool try_take(UnixNanos now);

  /// The whole state: the instant up to which the budget is spent.
  [[nodiscard]] UnixNanos paid_until() const { return UnixNanos{paid_until_ns_}; }

 private:
  std::int64_t interval_ns_;    // budget one order costs; 0 lets nothing pass
  std::int64_t burst_ns_;       // how far ahead of `now` the account may run
  std::int64_t paid_until_ns_;  // the budget is spent up to here
};

}  // namespace clawgate::risk
