// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/market_calendar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "governance/gates/asset_class.h"

namespace clawgate::governance {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 3> kB3 = {"b3_cash_equities", "b3_fii", "b3_fixed_income"};

std::int64_t day_of(int year_of, int month_of, int day) {
  return sys_days(year(year_of) / month_of / day).time_since_epoch().count();
}
bool trades(int year_of, int month_of, int day) {
  return trades_from("b3_fii", day_of(year_of, month_of, day)).has_value();
}

/// Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
sys_days easter(int y) {
  const int a = y % 19, b = y / 100, c = y % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return year(y) / (n / 31) / (n % 31 + 1);
}

/// The weekdays of a year on which B3 is closed: its rules since 2024.
std::set<sys_days> closed_by_rule(int y) {
  constexpr std::array<std::pair<int, int>, 11> kFixed = {{{1, 1},
                                                           {4, 21},
                                                           {5, 1},
                                                           {9, 7},
                                                           {10, 12},
                                                           {11, 2},
                                                           {11, 15},
                                                           {11, 20},
                                                           {12, 24},
                                                           {12, 25},
                                                           {12, 31}}};
  std::set<sys_days> closed;
  for (const auto& [m, d] : kFixed) closed.insert(year(y) / m / d);
  for (const int away : {-48, -47, -2, 60}) closed.insert(easter(y) + days(away));
  std::erase_if(closed,
                [](sys_days day) { return weekday(day) == Saturday || weekday(day) == Sunday; });
  return closed;
}

std::set<sys_days> days_of(int y, std::initializer_list<std::pair<int, int>> list) {
  std::set<sys_days> all;
  for (const auto& [m, d] : list) all.insert(year(y) / m / d);
  return all;
}

/// B3's own lists of the days without trading, as they were published:
///   2024  seudinheiro.com/2023/bolsa-dolar/calendario-feriados-bolsa-b3-2024-rsgp, and 20
///   November,
///         a national holiday by Law 14.759 of 21 December 2023 after that list
///         (seudinheiro.com/2024/economia/b3-vai-abrir-dia-da-consciencia-negra-...)
///   2025  opovo.com.br/noticias/economia/2024/12/04/b3-divulga-calendario-de-feriados-de-2025-...
///   2026  exame.com/invest/mercados/quando-a-bolsa-fecha-em-2026-confira-o-calendario-da-b3, and
///         timesbrasil.com.br/minhas-financas/bolsa-de-valores-em-2026-...; what we have of it ends
///         with 24 December
const std::set<sys_days> kPublished2024 = days_of(2024, {{1, 1},
                                                         {2, 12},
                                                         {2, 13},
                                                         {3, 29},
                                                         {5, 1},
                                                         {5, 30},
                                                         {11, 15},
                                                         {11, 20},
                                                         {12, 24},
                                                         {12, 25},
                                                         {12, 31}});
const std::set<sys_days> kPublished2025 = days_of(2025, {{1, 1},
                                                         {3, 3},
                                                         {3, 4},
                                                         {4, 18},
                                                         {4, 21},
                                                         {5, 1},
                                                         {6, 19},
                                                         {11, 20},
                                                         {12, 24},
                                                         {12, 25},
                                                         {12, 31}});
const std::set<sys_days> kPublished2026 = days_of(2026, {{1, 1},
                                                         {2, 16},
                                                         {2, 17},
                                                         {4, 3},
                                                         {4, 21},
                                                         {5, 1},
                                                         {6, 4},
                                                         {9, 7},
                                                         {10, 12},
                                                         {11, 2},
                                                         {11, 20},
                                                         {12, 24}});
/// ANBIMA's list of the financial system's holidays, of which B3 keeps each:
/// anbima.com.br/feriados, as kept in github.com/philss/feriados-anbima
/// (anual/feriados-anbima-2027.csv).
const std::set<sys_days> kAnbima2027 = days_of(2027, {{1, 1},
                                                      {2, 8},
                                                      {2, 9},
                                                      {3, 26},
                                                      {4, 21},
                                                      {5, 1},
                                                      {5, 27},
                                                      {9, 7},
                                                      {11, 2},
                                                      {11, 15},
                                                      {11, 20},
                                                      {12, 25}});

TEST(MarketCalendarTest, TheRulesGiveTheListsThatB3Published) {
  EXPECT_EQ(closed_by_rule(2024), kPublished2024);
  EXPECT_EQ(closed_by_rule(2025), kPublished2025);
}

TEST(MarketCalendarTest, TheCalendarIsTheListThatB3Published) {
  const sys_days last = year(2026) / 12 / 24;
  for (sys_days day = year(2026) / 1 / 1; day <= last; day += days(1)) {
    const weekday on(day);
    const bool open = on != Saturday && on != Sunday && !kPublished2026.contains(day);
    const std::int64_t count = day.time_since_epoch().count();
    for (const std::string_view calendar : kB3) {
      EXPECT_EQ(trades_from(calendar, count).has_value(), open) << calendar << " " << count;
    }
  }
  // "Quarta-feira de Cinzas: negociacoes as 13h"; every other day trades from its usual hour.
  EXPECT_EQ(trades_from("b3_fii", day_of(2026, 2, 18)), 13 * 60);
  EXPECT_EQ(trades_from("b3_fii", day_of(2026, 7, 9)), 0) << "published as a usual day";
  for (const sys_days day : kAnbima2027) {
    EXPECT_FALSE(trades_from("b3_fii", day.time_since_epoch().count()));
  }
}

TEST(MarketCalendarTest, EveryDayOfBothYearsIsAsTheRulesSay) {
  for (int y = kB3FirstYear; y <= kB3LastYear; ++y) {
    const std::set<sys_days> closed = closed_by_rule(y);
    const sys_days ash = easter(y) - days(46);
    int open = 0;
    for (sys_days day = year(y) / 1 / 1; day < sys_days(year(y + 1) / 1 / 1); day += days(1)) {
      const weekday on(day);
      const bool expected = on != Saturday && on != Sunday && !closed.contains(day);
      for (const std::string_view calendar : kB3) {
        const auto from = trades_from(calendar, day.time_since_epoch().count());
        ASSERT_EQ(from.has_value(), expected) << calendar << " " << day.time_since_epoch().count();
        ASSERT_EQ(from.value_or(0), expected && day == ash ? 13 * 60 : 0);
      }
      open += expected ? 1 : 0;
    }
    EXPECT_EQ(open, y == 2026 ? 247 : 249) << y;
  }
}

TEST(MarketCalendarTest, BothSidesOfAHoliday) {
  EXPECT_TRUE(trades(2026, 2, 13));
  EXPECT_FALSE(trades(2026, 2, 16));
  EXPECT_FALSE(trades(2026, 2, 17));
  EXPECT_TRUE(trades(2026, 2, 18));
  EXPECT_TRUE(trades(2026, 12, 23));
  EXPECT_FALSE(trades(2026, 12, 24));
  EXPECT_TRUE(trades(2026, 12, 28));
  EXPECT_FALSE(trades(2026, 12, 31));
  EXPECT_FALSE(trades(2027, 1, 1));
  EXPECT_TRUE(trades(2027, 1, 4));
}

TEST(MarketCalendarTest, HolidaysOfTheCityAndTheStateAreDaysOfTrading) {
  EXPECT_TRUE(trades(2027, 1, 25));
  EXPECT_TRUE(trades(2026, 7, 9));
}

TEST(MarketCalendarTest, WhatIsNotKnownDoesNotTrade) {
  EXPECT_TRUE(trades(2027, 12, 30));
  EXPECT_FALSE(trades(2028, 1, 3)) << "a Monday of a year that nobody entered";
  EXPECT_FALSE(trades(2025, 12, 29));
  EXPECT_FALSE(trades_from("b3_futures", day_of(2026, 1, 5)));
  EXPECT_FALSE(trades_from("", day_of(2026, 1, 5)));
  EXPECT_EQ(trades_from("crypto_continuous", day_of(2031, 12, 25)), 0);
}

/// One shipped class at a local time of Sao Paulo.
bool open_at(const std::string& name, std::int64_t day, int hour, int minute) {
  std::ifstream file(CLAWGATE_SOURCE_DIR "/schemas/json/profiles/" + name + ".json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto profile = contracts::decode_asset_profile(text).value();
  const std::int64_t minutes = (day * 24 + hour + 3) * 60 + minute;
  return in_session(profile, UnixNanos{minutes * 60 * kNanosPerSecond});
}

TEST(MarketCalendarTest, SessionsOfTheShippedClassesKeepIt) {
  for (const std::string name : {"equities_br", "fii_br", "fixed_income_br"}) {
    EXPECT_TRUE(open_at(name, day_of(2026, 4, 20), 11, 0)) << name;
    EXPECT_FALSE(open_at(name, day_of(2026, 4, 21), 11, 0)) << name << ", Tiradentes";
    EXPECT_TRUE(open_at(name, day_of(2026, 4, 22), 11, 0)) << name;
    EXPECT_FALSE(open_at(name, day_of(2026, 4, 18), 11, 0)) << name << ", a Saturday";
    EXPECT_FALSE(open_at(name, day_of(2026, 2, 18), 12, 59)) << name << ", Ash Wednesday";
    EXPECT_TRUE(open_at(name, day_of(2026, 2, 18), 13, 0)) << name;
    EXPECT_FALSE(open_at(name, day_of(2028, 4, 20), 11, 0)) << name << ", no calendar";
  }
  EXPECT_TRUE(open_at("crypto_spot", day_of(2026, 12, 25), 3, 0));
}

// Late on 20 April in Sao Paulo it is 21 April in UTC: the local date counts.
TEST(MarketCalendarTest, TheLocalDateDecides) {
  const auto profile = [] {
    std::ifstream file(CLAWGATE_SOURCE_DIR "/schemas/json/profiles/equities_br.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto read = contracts::decode_asset_profile(text).value();
    read.market_sessions[0].opens_at = "00:00";
    read.market_sessions[0].closes_at = "24:00";
    return read;
  }();
  const std::int64_t holiday = (day_of(2026, 4, 21) * 24 + 3) * 3600 * kNanosPerSecond;
  EXPECT_TRUE(in_session(profile, UnixNanos{holiday - 1}));
  EXPECT_FALSE(in_session(profile, UnixNanos{holiday}));
  EXPECT_FALSE(in_session(profile, UnixNanos{holiday + 24 * 3600 * kNanosPerSecond - 1}));
  EXPECT_TRUE(in_session(profile, UnixNanos{holiday + 24 * 3600 * kNanosPerSecond}));
}

}  // namespace
}  // namespace clawgate::governance
