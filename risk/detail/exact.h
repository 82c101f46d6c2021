// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "schemas/core/decimal.h"
#include "schemas/order.h"

// Products of raw values without rounding, shared by plan and check. A value of quote currency is
// counted in 1e-8 (`Notional`), a price times a quantity in 1e-16, and that times a rate in 1e-24:
// comparing two of the same kind needs no division.

namespace clawgate::risk::detail {

inline constexpr std::int64_t kOne = Px::kScale;  // 1.0, as a rate too
inline constexpr Wide kOne2 = Wide{kOne} * kOne;

/// The largest price times quantity (1e-16) that still is a Notional. Up to here the products
/// below fit: 2^63 * 1e8 * (4 * 1e8) < 2^119.
inline constexpr Wide kValueMax = Wide{std::numeric_limits<std::int64_t>::max()} * kOne;

/// 0..1. Anything else is no fee, band or share of equity.
[[nodiscard]] constexpr bool is_share(Rate rate) {
  return static_cast<std::uint64_t>(rate.raw()) <= static_cast<std::uint64_t>(kOne);
}

/// 1e-16.
[[nodiscard]] constexpr Wide value(Px px, Qty qty) {
  return Wide{px.raw()} * qty.raw();
}

/// 1e-24: what one unit of base loses when it is bought at `entry` and sold at `exit`, each side
/// costing `cost` of its value (fee and slippage). Not divided by anything: times a quantity of
/// 1e-8 it is 1e-24 of quote.
[[nodiscard]] constexpr Wide unit_loss(Px entry, Px exit, std::int64_t cost) {
  return (Wide{entry.raw()} - exit.raw()) * kOne + (Wide{entry.raw()} + exit.raw()) * cost;
}

/// The price a stop is counted at: where it may still sell.
[[nodiscard]] constexpr Px worst_exit(const Leg& stop) {
  return stop.limit.raw() > 0 ? stop.limit : stop.trigger;
}

[[nodiscard]] constexpr Rate highest_fee(const Instrument& instrument) {
  return instrument.maker_fee > instrument.taker_fee ? instrument.maker_fee : instrument.taker_fee;
}

/// What arrives of `qty` bought, when the venue takes its fee from it. 1e-16.
[[nodiscard]] constexpr Wide received(Qty qty, Rate fee) {
  return Wide{qty.raw()} * (kOne - fee.raw());
}

}  // namespace clawgate::risk::detail
