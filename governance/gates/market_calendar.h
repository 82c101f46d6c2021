// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// The days on which each market of asset_profile's `market_calendar` trades. Pure, and data: a year
// that is not in the table is a year in which nothing trades.

namespace clawgate::governance {

/// A day on which a market does not keep its usual hours.
struct SpecialDay {
  std::int16_t year;
  std::uint8_t month;
  std::uint8_t day;
  std::int16_t opens_at;  // local minute from which it trades; kClosed: not at all
  std::string_view name;
};
inline constexpr std::int16_t kClosed = -1;
inline constexpr std::int16_t kAshWednesday = 13 * 60;

/// B3, all of its markets: where the listed and the over-the-counter ones differ (24 and 31
/// December), the stricter holds. Municipal and state holidays (25 January, 9 July) are days of
/// trading.
///
/// Source: the rules by which B3 closes: national holidays (laws 662/1949, 6.802/1980, 9.093/1995,
/// 10.607/2002, 14.759/2023), Carnival, Corpus Christi, 24 and 31 December; Ash Wednesday from
/// 13:00. Each year is to be compared with B3's own list ("Calendario de negociacao", b3.com.br)
/// before a class that depends on it is enabled. Days on a weekend are left out.
inline constexpr auto kB3Days = std::to_array<SpecialDay>({
    {2026, 1, 1, kClosed, "Confraternizacao Universal"},
    {2026, 2, 16, kClosed, "Carnaval"},
    {2026, 2, 17, kClosed, "Carnaval"},
    {2026, 2, 18, kAshWednesday, "Quarta-feira de Cinzas"},
    {2026, 4, 3, kClosed, "Paixao de Cristo"},
    {2026, 4, 21, kClosed, "Tiradentes"},
    {2026, 5, 1, kClosed, "Dia do Trabalho"},
    {2026, 6, 4, kClosed, "Corpus Christi"},
    {2026, 9, 7, kClosed, "Independencia"},
    {2026, 10, 12, kClosed, "Nossa Senhora Aparecida"},
    {2026, 11, 2, kClosed, "Finados"},
    {2026, 11, 20, kClosed, "Consciencia Negra"},
    {2026, 12, 24, kClosed, "Vespera de Natal"},
    {2026, 12, 25, kClosed, "Natal"},
    {2026, 12, 31, kClosed, "Vespera de Ano Novo"},
    {2027, 1, 1, kClosed, "Confraternizacao Universal"},
    {2027, 2, 8, kClosed, "Carnaval"},
    {2027, 2, 9, kClosed, "Carnaval"},
    {2027, 2, 10, kAshWednesday, "Quarta-feira de Cinzas"},
    {2027, 3, 26, kClosed, "Paixao de Cristo"},
    {2027, 4, 21, kClosed, "Tiradentes"},
    {2027, 5, 27, kClosed, "Corpus Christi"},
    {2027, 9, 7, kClosed, "Independencia"},
    {2027, 10, 12, kClosed, "Nossa Senhora Aparecida"},
    {2027, 11, 2, kClosed, "Finados"},
    {2027, 11, 15, kClosed, "Proclamacao da Republica"},
    {2027, 12, 24, kClosed, "Vespera de Natal"},
    {2027, 12, 31, kClosed, "Vespera de Ano Novo"},
});
inline constexpr std::int16_t kB3FirstYear = 2026;
inline constexpr std::int16_t kB3LastYear = 2027;

/// From which minute of that local day (days since 1970-01-01) a calendar trades: 0 on a usual day;
/// nullopt when it does not, when the year is not known, and for a calendar that is not.
[[nodiscard]] std::optional<std::int64_t> trades_from(std::string_view calendar,
                                                      std::int64_t local_day);

}  // namespace clawgate::governance
