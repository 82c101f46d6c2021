// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

#include "schemas/record_json.h"

namespace clawgate::report {
namespace {

constexpr int kDecimals = 8;

constexpr std::int64_t ten_to(int power) {
  std::int64_t value = 1;
  for (int i = 0; i < power; ++i) value *= 10;
  return value;
}

// Two, or as many as show that a share is not nothing.
int percent_decimals(Wide percent) {
  int decimals = 2;
  const Wide magnitude = percent < 0 ? -percent : percent;
  if (magnitude == 0) return decimals;
  while (decimals < kDecimals && 2 * magnitude < ten_to(kDecimals - decimals)) ++decimals;
  return decimals;
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

// Shortest forms only, no surrogates, nothing above U+10FFFF (RFC 3629).
CodePoint code_point_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[bytes] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
  return {value, bytes};
}

// Controls, and what reorders or hides text around it (Unicode TR 36).
bool misleads(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0xAD || value == 0x61C ||
         (value >= 0x200B && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2060 && value <= 0x206F) || value == 0xFEFF || value >= 0xE0000;
}

std::string by_number(const char* format, std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

struct Unit {
  std::string_view name;
  std::int64_t ns;
  std::int64_t least;  // fewer of them are told in the next smaller unit
};
constexpr auto kUnits = std::to_array<Unit>({
    {"d", 24 * 3600 * kNanosPerSecond, 2},
    {"h", 3600 * kNanosPerSecond, 2},
    {"min", 60 * kNanosPerSecond, 2},
    {"s", kNanosPerSecond, 1},
    {"ms", kNanosPerMilli, 1},
    {"us", 1'000, 1},
    {"ns", 1, 1},
});

/// About how long, in one number: 45 s, 2 min, 3 h, 5 d.
std::string about(std::int64_t ns) {
  for (const Unit& unit : kUnits) {
    const bool fits = ns >= unit.ns * unit.least || unit.ns == kNanosPerSecond;
    if (fits) return std::to_string(ns / unit.ns) + " " + std::string(unit.name);
  }
  return "";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint at = code_point_at(text);
    if (at.bytes == 0) {
      out += by_number("<%02X>", static_cast<std::uint8_t>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (misleads(at.value)) {
      out += by_number("<U+%04X>", at.value);
    } else {
      out += text.substr(0, at.bytes);
    }
    text.remove_prefix(at.bytes);
  }
  return out;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80;
  }));
}

std::string_view first_columns(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if ((static_cast<std::uint8_t>(text[at]) & 0xC0U) == 0x80) continue;
    if (seen++ == most) break;
  }
  return text.substr(0, at);
}

std::string cut(std::string_view text, std::size_t most) {
  if (columns(text) <= most || most == 0) return std::string(text);
  return std::string(first_columns(text, most - 1)) + "…";
}

std::string grouped(Wide raw, int decimals) {
  const std::int64_t unit = ten_to(kDecimals - decimals);
  const bool negative = raw < 0;
  const Wide magnitude = ((negative ? -raw : raw) + unit / 2) / unit;
  const std::int64_t scale = ten_to(decimals);
  std::string text = grouped_count(static_cast<std::uint64_t>(magnitude / scale));
  if (decimals > 0) {
    const std::string digits = std::to_string(static_cast<std::int64_t>(magnitude % scale) + scale);
    text += "." + digits.substr(1);  // the leading 1 keeps the zeros
  }
  return (negative && magnitude != 0 ? "-" : "") + text;
}

std::string with_sign(Wide raw, int decimals) {
  const std::string text = grouped(raw, decimals);
  const bool zero = text.find_first_not_of("0.,") == std::string::npos;
  return raw > 0 && !zero ? "+" + text : text;
}

std::string grouped_count(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

int decimals_of(std::int64_t step) {
  int decimals = kDecimals;
  for (; decimals > 0 && step > 0 && step % 10 == 0; --decimals) step /= 10;
  return decimals;
}

int decimals_for(Wide raw) {
  int decimals = 2;
  const Wide magnitude = raw < 0 ? -raw : raw;
  while (decimals < kDecimals && magnitude / ten_to(kDecimals - decimals) < 1000) ++decimals;
  return decimals;
}

std::string percent(Rate rate) {
  const Wide percent = static_cast<Wide>(rate.raw()) * 100;
  return grouped(percent, percent_decimals(percent)) + " %";
}

std::string percent_with_sign(Rate rate) {
  const Wide percent = static_cast<Wide>(rate.raw()) * 100;
  return with_sign(percent, percent_decimals(percent)) + " %";
}

std::string basis_points(Rate rate) {
  return grouped(static_cast<Wide>(rate.raw()) * 10'000, 1) + " bp";
}

std::string duration_text(std::int64_t ns) {
  if (ns < 0) return "-" + duration_text(-ns);
  const auto two_digits = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  const std::int64_t ms = (ns + kNanosPerMilli / 2) / kNanosPerMilli;
  if (ms < 1000) return std::to_string(ms) + " ms";
  if (ms < 60'000) return std::to_string(ms / 1000) + "." + std::to_string(ms / 100 % 10) + " s";
  const std::int64_t seconds = ms / 1000;
  if (seconds < 3600) {
    return std::to_string(seconds / 60) + " min " + two_digits(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3600) + " h " + two_digits(seconds / 60 % 60) + " min";
}

std::string exact_duration(std::int64_t ns) {
  if (ns < 0) return "-" + exact_duration(-ns);
  for (const Unit& unit : kUnits) {
    if (ns < unit.ns * unit.least || ns % unit.ns != 0) continue;
    return std::to_string(ns / unit.ns) + " " + std::string(unit.name);
  }
  return "0 s";
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, count);
  if (failed != std::errc() || count < 0) return std::nullopt;
  std::string_view name(stop, static_cast<std::size_t>(end - stop));
  if (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.ns) return std::nullopt;
    return count * unit.ns;
  }
  return std::nullopt;
}

std::string moment_text(UnixNanos at, UnixNanos now) {
  const std::string day = date_text(at) == date_text(now) ? "" : date_text(at) + " ";
  const std::int64_t ago = now.value() - at.value();
  const std::string when = ago < 0 ? "in " + about(-ago) : about(ago) + " ago";
  return day + clock_text(at) + " UTC (" + when + ")";
}

std::string date_text(UnixNanos time) {
  return time_text(time.value()).substr(0, 10);
}

std::string clock_text(UnixNanos time) {
  return time_text(time.value()).substr(11, 8);
}

}  // namespace clawgate::report
