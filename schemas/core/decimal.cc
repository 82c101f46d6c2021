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

// The whole units; answers the end.
char* write_units(std::int64_t raw, char* out) {
  if (raw < 0) *out++ = '-';
  return std::to_chars(out, out + kDecimalTextMax, magnitude(raw) / kScale).ptr;
}

// The point and all eight decimals; answers the end.
char* write_decimals(std::int64_t raw, char* out) {
  *out++ = '.';
  auto rest = static_cast<std::uint32_t>(magnitude(raw) % kScale);
  for (int i = kDecimals - 2; i >= 0; i -= 2, rest /= 100) {
    std::memcpy(out + i, kPairs.data() + std::size_t{2} * (rest % 100), 2);
  }
  return out + kDecimals;
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
  return {memory, write_decimals(raw, write_units(raw, memory))};
}

char* write_short_text(std::int64_t raw, char* out) {
  out = write_units(raw, out);
  if (raw % Px::kScale == 0) return out;
  char* end = write_decimals(raw, out);
  while (end[-1] == '0') --end;
  return end;
}

std::string to_short_text(std::int64_t raw) {
  char memory[kDecimalTextMax];
  return {memory, write_short_text(raw, memory)};
}

}  // namespace clawgate
