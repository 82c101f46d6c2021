// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/ids.h"

namespace clawgate::signals {

/// A calendar day without a zone, as engines write it. Years 1970 to 9999.
struct Date {
  std::int32_t days = 0;  // since 1970-01-01
  friend constexpr auto operator<=>(Date, Date) = default;
};

/// Exactly `YYYY-MM-DD`, and a day that exists.
[[nodiscard]] std::optional<Date> date_from(std::string_view text);
/// Exactly `YYYYMMDD`.
[[nodiscard]] std::optional<Date> date_from_stamp(std::string_view text);
[[nodiscard]] std::string to_text(Date date);

[[nodiscard]] constexpr UnixNanos start_of(Date date) {
  return UnixNanos{static_cast<std::int64_t>(date.days) * 86'400 * kNanosPerSecond};
}
[[nodiscard]] constexpr Date date_of(UnixNanos at) {
  constexpr std::int64_t kDay = 86'400 * kNanosPerSecond;
  const std::int64_t floor = at.value() / kDay - (at.value() % kDay < 0 ? 1 : 0);
  return Date{static_cast<std::int32_t>(floor)};
}
[[nodiscard]] constexpr std::int32_t days_apart(Date a, Date b) {
  return a.days < b.days ? b.days - a.days : a.days - b.days;
}

}  // namespace clawgate::signals
