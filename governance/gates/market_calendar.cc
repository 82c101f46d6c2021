// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/market_calendar.h"

#include <algorithm>
#include <chrono>

namespace clawgate::governance {
namespace {

struct Calendar {
  std::string_view id;
  bool continuous;
};
constexpr auto kCalendars = std::to_array<Calendar>({
    {"crypto_continuous", true},
    {"b3_cash_equities", false},
    {"b3_fii", false},
    {"b3_fixed_income", false},
});

}  // namespace

std::optional<std::int64_t> trades_from(std::string_view calendar, std::int64_t local_day) {
  const auto* const known = std::find_if(kCalendars.begin(), kCalendars.end(),
                                         [&](const Calendar& row) { return row.id == calendar; });
  if (known == kCalendars.end()) return std::nullopt;
  if (known->continuous) return 0;
  const std::chrono::sys_days day{std::chrono::days(local_day)};
  const std::chrono::weekday weekday(day);
  if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return std::nullopt;
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  if (year < kB3FirstYear || year > kB3LastYear) return std::nullopt;
  for (const SpecialDay& row : kB3Days) {
    const bool same = row.year == year && row.month == static_cast<unsigned>(date.month()) &&
                      row.day == static_cast<unsigned>(date.day());
    if (!same) continue;
    if (row.opens_at == kClosed) return std::nullopt;
    return row.opens_at;
  }
  return 0;
}

}  // namespace clawgate::governance
