// SPDX-License-Identifier: Apache-2.0
#include "signals/date.h"

#include <chrono>

namespace clawgate::signals {
namespace {

// -1 when it is not all digits.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<Date> date(int year, int month, int day) {
  if (year < 1970 || month < 1 || day < 1) return std::nullopt;
  const auto civil = std::chrono::year{year} / month / day;
  if (!civil.ok()) return std::nullopt;
  return Date{static_cast<std::int32_t>(std::chrono::sys_days{civil}.time_since_epoch().count())};
}

std::string padded(unsigned value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::optional<Date> date_from(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return date(number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2)));
}

std::optional<Date> date_from_stamp(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  return date(number(text.substr(0, 4)), number(text.substr(4, 2)), number(text.substr(6, 2)));
}

std::string to_text(Date date) {
  const std::chrono::year_month_day civil{std::chrono::sys_days{std::chrono::days{date.days}}};
  return std::to_string(static_cast<int>(civil.year())) + '-' +
         padded(static_cast<unsigned>(civil.month())) + '-' +
         padded(static_cast<unsigned>(civil.day()));
}

}  // namespace clawgate::signals
