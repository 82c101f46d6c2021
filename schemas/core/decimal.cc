// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/decimal.h"

namespace clawgate {
namespace {

constexpr int kDecimals = 8;
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::uint64_t magnitude(std::int64_t raw) {
  return raw < 0 ? 0 - static_cast<std::uint64_t>(raw) : static_cast<std::uint64_t>(raw);
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
  constexpr auto kScale = static_cast<std::uint64_t>(Px::kScale);
  const std::uint64_t value = magnitude(raw);
  std::string text = std::to_string(value % kScale + kScale);  // a leading 1 keeps the zeros
  text[0] = '.';
  return (raw < 0 ? "-" : "") + std::to_string(value / kScale) + text;
}

std::string to_short_text(std::int64_t raw) {
  std::string text = to_fixed_text(raw);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace clawgate
