// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "schemas/core/decimal.h"

// Digits, eight at a time. Callers own eight readable bytes behind every place they read from.

namespace clawgate::sim {

static_assert(std::endian::native == std::endian::little,
              "digits are read as a little-endian word");

[[nodiscard]] inline std::uint64_t eight_chars(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// All eight bytes are '0'..'9': their high half is 3, and stays 3 when 6 is added.
[[nodiscard]] constexpr bool are_eight_digits(std::uint64_t word) {
  constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0;
  return ((word & kHigh) | (((word + 0x0606060606060606) & kHigh) >> 4)) == 0x3333333333333333;
}

/// The number that eight digits write: pairs, then fours, then all.
[[nodiscard]] constexpr std::uint64_t eight_digits(std::uint64_t word) {
  word = (word & 0x0F0F0F0F0F0F0F0F) * (1 + (10 << 8)) >> 8;
  word = (word & 0x00FF00FF00FF00FF) * (1 + (100 << 16)) >> 16;
  return (word & 0x0000FFFF0000FFFF) * (1 + (std::uint64_t{10'000} << 32)) >> 32;
}

/// Where the first '.' among eight characters stands, 0..7; 8 when there is none.
[[nodiscard]] constexpr int place_of_point(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t points = word ^ (kOnes * '.');  // zero where one is
  const std::uint64_t found = (points - kOnes) & ~points & (kOnes << 7);
  return std::countr_zero(found) / 8;
}

struct DecimalText {
  RawDecimal value;
  const char* end = nullptr;  // where the end mark stands; only without an error
};

/// Reads a decimal from `at` up to `end_mark`, by the rules of parse_decimal(). `limit` is the end
/// of the memory that may hold the mark. The venue's own form, 1..7 digits, a point and 8 decimals,
/// takes no loop.
[[nodiscard]] inline DecimalText read_decimal(const char* at, const char* limit, char end_mark) {
  const std::uint64_t start = eight_chars(at);
  const int digits = place_of_point(start);
  const bool leading_zero = at[0] == '0' && digits > 1;
  if (digits >= 1 && digits <= 7 && !leading_zero && limit - at > digits + 9 &&
      at[digits + 9] == end_mark) {
    constexpr std::uint64_t kZeros = 0x3030303030303030;
    const std::uint64_t whole = start << (64 - 8 * digits) | kZeros >> (8 * digits);
    const std::uint64_t decimals = eight_chars(at + digits + 1);
    if (are_eight_digits(whole) && are_eight_digits(decimals)) {
      const std::uint64_t value = eight_digits(whole) * Px::kScale + eight_digits(decimals);
      return {{static_cast<std::int64_t>(value), DecimalError::None}, at + digits + 9};
    }
  }
  const auto room = static_cast<std::size_t>(limit - at);
  const auto* const end = static_cast<const char*>(std::memchr(at, end_mark, room));
  if (end == nullptr) return {{0, DecimalError::Syntax}, nullptr};
  return {parse_decimal({at, static_cast<std::size_t>(end - at)}), end};
}

/// A whole number of 1..19 digits that fits, and nothing else; -1 for anything else.
[[nodiscard]] inline std::int64_t read_whole(std::string_view text) {
  if (text.empty() || text.size() > 19) return -1;
  std::uint64_t value = 0;  // 19 digits fit
  for (; text.size() >= 8; text.remove_prefix(8)) {
    const std::uint64_t word = eight_chars(text.data());
    if (!are_eight_digits(word)) return -1;
    value = value * 100'000'000 + eight_digits(word);
  }
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value > kMax ? -1 : static_cast<std::int64_t>(value);
}

}  // namespace clawgate::sim
