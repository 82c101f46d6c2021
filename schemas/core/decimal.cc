// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/decimal.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace clawgate {
namespace {

constexpr int kDecimals = 8;
constexpr auto kScale = static_cast<std::uint64_t>(Px::kScale);

// `000102...99`
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::uint64_t magnitude(std::int64_t raw) {
  return raw < 0 ? 0 - static_cast<std::uint64_t>(raw) : static_cast<std::uint64_t>(raw);
}

// A decimal taken apart for writing.
struct Parts {
  explicit Parts(std::int64_t raw)
      : negative(raw < 0),
        units(magnitude(raw) / kScale),
        rest(static_cast<std::uint32_t>(magnitude(raw) % kScale)) {}
  bool negative;
  std::uint64_t units;
  std::uint32_t rest;  // of a unit, in its smallest parts
};

// The whole units; answers the end.
char* write_units(const Parts& parts, char* out) {
  if (parts.negative) *out++ = '-';
  if (parts.units < 10) {  // most quantities
    *out = static_cast<char>('0' + parts.units);
    return out + 1;
  }
  return std::to_chars(out, out + kDecimalTextMax, parts.units).ptr;
}

// The point and all eight decimals; answers the end.
char* write_decimals(const Parts& parts, char* out) {
  *out++ = '.';
  const std::uint32_t high = parts.rest / 10'000;
  const std::uint32_t low = parts.rest % 10'000;
  for (const std::uint32_t pair : {high / 100, high % 100, low / 100, low % 100}) {
    std::memcpy(out, kPairs.data() + std::size_t{2} * pair, 2);
    out += 2;
  }
  return out;
}

}  // namespace

RawDecimal parse_decimal(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  if (at == end || !is_digit(*at)) return {0, DecimalError::Syntax};
  if (*at == '0' && at + 1 != end && is_digit(at[1])) return {0, DecimalError::Syntax};

  std::uint64_t value = 0;
  bool overflow = false;
  const auto push = [&](char c) {
    overflow = overflow || __builtin_mul_overflow(value, std::uint64_t{10}, &value);
    overflow =
        overflow || __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value);
  };
  for (; at != end && is_digit(*at); ++at) push(*at);

  int decimals = 0;
  if (at != end && *at == '.') {
    ++at;
    if (at == end || !is_digit(*at)) return {0, DecimalError::Syntax};
    for (; at != end && is_digit(*at); ++at) {
      if (++decimals > kDecimals) return {0, DecimalError::TooManyDecimals};
      push(*at);
    }
  }
  if (at != end && (*at == 'e' || *at == 'E')) return {0, DecimalError::Exponent};
  if (at != end) return {0, DecimalError::Syntax};
  constexpr std::uint64_t kPowers[] = {1,       10,        100,        1'000,      10'000,
                                       100'000, 1'000'000, 10'000'000, 100'000'000};
  overflow = overflow || __builtin_mul_overflow(value, kPowers[kDecimals - decimals], &value);

  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (overflow || value > kMax) return {0, DecimalError::OutOfRange};
  const auto raw = static_cast<std::int64_t>(value);
  return {negative ? -raw : raw, DecimalError::None};
}

std::string to_fixed_text(std::int64_t raw) {
  char memory[kDecimalTextMax];
  const Parts parts(raw);
  return {memory, write_decimals(parts, write_units(parts, memory))};
}

char* write_short_text(std::int64_t raw, char* out) {
  const Parts parts(raw);
  out = write_units(parts, out);
  if (parts.rest == 0) return out;
  char* end = write_decimals(parts, out);
  while (end[-1] == '0') --end;
  return end;
}

std::string to_short_text(std::int64_t raw) {
  char memory[kDecimalTextMax];
  return {memory, write_short_text(raw, memory)};
}

}  // namespace clawgate
