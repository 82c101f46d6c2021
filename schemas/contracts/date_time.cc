// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/date_time.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace clawgate::contracts {
namespace {

constexpr std::size_t kSecondsEnd = 19;  // yyyy-mm-ddThh:mm:ss
constexpr std::size_t kFractionMax = 9;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kYear2000 = 946'684'800;    // its first second
constexpr std::int64_t kYear2100 = 4'102'444'800;  // likewise

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads fixed columns without a branch a character; whether all of them were good is asked once.
class Columns {
 public:
  explicit Columns(std::string_view text) : text_(text) {}

  unsigned two_digits(std::size_t at) {
    const unsigned tens = static_cast<unsigned char>(text_[at]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(text_[at + 1]) - unsigned{'0'};
    bad_ |= static_cast<unsigned>(tens > 9) | static_cast<unsigned>(ones > 9);
    return tens * 10 + ones;
  }
  void literal(std::size_t at, char c) { bad_ |= static_cast<unsigned>(text_[at] != c); }
  [[nodiscard]] bool good() const { return bad_ == 0; }

 private:
  std::string_view text_;
  unsigned bad_ = 0;
};

}  // namespace

Reason parse_date_time(std::string_view text, UnixNanos& out) {
  if (text.size() <= kSecondsEnd) return Reason::DateTimeSyntax;
  Columns columns(text);
  const unsigned year = columns.two_digits(0) * 100 + columns.two_digits(2);
  columns.literal(4, '-');
  const unsigned month = columns.two_digits(5);
  columns.literal(7, '-');
  const unsigned day = columns.two_digits(8);
  columns.literal(10, 'T');
  const unsigned hour = columns.two_digits(11);
  columns.literal(13, ':');
  const unsigned minute = columns.two_digits(14);
  columns.literal(16, ':');
  const unsigned second = columns.two_digits(17);
  if (!columns.good()) return Reason::DateTimeSyntax;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return Reason::DateTimeSyntax;
  text.remove_prefix(kSecondsEnd);

  std::int64_t nanos = 0;
  if (text.front() == '.') {
    std::size_t digits = 0;
    while (digits + 1 < text.size() && is_digit(text[digits + 1])) ++digits;
    if (digits == 0 || digits > kFractionMax) return Reason::DateTimeSyntax;
    for (std::size_t i = 1; i <= kFractionMax; ++i) {
      nanos = nanos * 10 + (i <= digits ? text[i] - '0' : 0);
    }
    text.remove_prefix(digits + 1);
  }

  std::int64_t offset_minutes = 0;
  if (text != "Z") {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return Reason::DateTimeSyntax;
    Columns zone(text);
    const unsigned hours = zone.two_digits(1);
    zone.literal(3, ':');
    const unsigned minutes = zone.two_digits(4);
    if (!zone.good() || hours > 23 || minutes > 59) return Reason::DateTimeSyntax;
    offset_minutes = hours * 60 + minutes;
    if (text[0] == '-') offset_minutes = -offset_minutes;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      days * kSecondsPerDay + hour * 3600 + minute * 60 + second - offset_minutes * 60;
  if (year < 2000 || year > 2099) return Reason::FieldOutOfRange;
  if (seconds < kYear2000 || seconds >= kYear2100) return Reason::FieldOutOfRange;
  out = UnixNanos(seconds * kNanosPerSecond + nanos);
  return Reason::None;
}

std::string to_date_time(UnixNanos time) {
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds(time.value())};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{at - midnight};
  std::array<char, 64> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  std::string out(text.data(), static_cast<std::size_t>(size));
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out + 'Z';
}

}  // namespace clawgate::contracts
