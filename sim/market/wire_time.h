// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Times as Binance writes them: milliseconds, or microseconds in the dumps since 2025.

namespace clawgate::sim {

inline constexpr std::int64_t kNanosPerWireMilli = 1'000'000;
inline constexpr std::int64_t kWireMillisMax =
    9'000'000'000'000;  // the year 2255: fits nanoseconds

/// Milliseconds or microseconds, told apart by their size. Negative for neither.
[[nodiscard]] constexpr std::int64_t nanos_of_stamp(std::int64_t stamp) {
  constexpr std::int64_t kMicrosMin = 100'000'000'000'000;  // the year 1973
  constexpr std::int64_t kMicrosMax = kWireMillisMax * 1'000;
  if (stamp >= 0 && stamp <= kWireMillisMax) return stamp * kNanosPerWireMilli;
  if (stamp >= kMicrosMin && stamp <= kMicrosMax) return stamp * 1'000;
  return -1;
}

}  // namespace clawgate::sim
