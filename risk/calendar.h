// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/strong.h"
#include "schemas/ids.h"

namespace clawgate::risk {

/// Days since 1970-01-01 in America/Sao_Paulo. Daily counters belong to one of these.
using TradingDay = Strong<struct TradingDayTag, std::int64_t>;

/// UTC-3 all year: Brazil abolished daylight saving time in 2019 (decree 9.772).
inline constexpr std::int64_t kSaoPauloOffsetNs = -3 * 3600 * kNanosPerSecond;
inline constexpr std::int64_t kNanosPerDay = 24 * 3600 * kNanosPerSecond;

/// The day that `at` falls in; it turns at 00:00:00.000000000 local time.
[[nodiscard]] constexpr TradingDay trading_day(UnixNanos at) {
  // The shift comes after the division, so that the first hours of int64 do not overflow.
  const std::int64_t day = at.value() / kNanosPerDay;
  const std::int64_t local = at.value() % kNanosPerDay + kSaoPauloOffsetNs;
  if (local >= 0) return TradingDay{day};
  return TradingDay{local >= -kNanosPerDay ? day - 1 : day - 2};
}

/// The first instant of a day.
[[nodiscard]] constexpr UnixNanos start_of(TradingDay day) {
  return UnixNanos{day.value() * kNanosPerDay - kSaoPauloOffsetNs};
}

}  // namespace clawgate::risk
