// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/params.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace clawgate::venues::binance_spot {
namespace {

constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  constexpr std::string_view kBytes =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
  for (const char c : kBytes) plain[static_cast<unsigned char>(c)] = true;
  return plain;
}();

constexpr std::uint64_t each(std::uint8_t byte) {
  return 0x0101'0101'0101'0101U * byte;
}
constexpr std::uint64_t kHighBits = each(0x80);

/// The high bit of each byte of `eight`, all below 0x80, that is one of `first`..`last`.
constexpr std::uint64_t within(std::uint64_t eight, std::uint8_t first, std::uint8_t last) {
  return (eight + each(0x80 - first)) & ~(eight + each(0x7F - last));
}

bool are_letters_or_digits(std::uint64_t eight) {
  const std::uint64_t low = eight & ~kHighBits;
  const std::uint64_t found = within(low | each(0x20), 'a', 'z') | within(low, '0', '9');
  return (found & ~eight & kHighBits) == kHighBits;
}

/// Ids and keys mostly are; false of what is shorter than one step.
bool is_letters_or_digits(std::string_view text) {
  std::uint64_t eight = 0;
  if (text.size() < sizeof eight) return false;
  bool all = true;
  for (std::size_t at = 0; at + sizeof eight < text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    all &= are_letters_or_digits(eight);
  }
  std::memcpy(&eight, text.data() + text.size() - sizeof eight, sizeof eight);
  return all && are_letters_or_digits(eight);
}

}  // namespace

bool is_plain(std::string_view text) {
  if (is_letters_or_digits(text)) return true;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return kPlain[static_cast<unsigned char>(c)]; });
}

void Params::put(Param param, std::string_view value) {
  plain_ = plain_ && is_plain(value);
  put_plain(param, value);
}

void Params::put_number(Param param, std::int64_t value) {
  constexpr std::size_t kMax = std::numeric_limits<std::int64_t>::digits10 + 2;
  char* const at = begin(param, kMax);
  end(std::to_chars(at, at + kMax, value).ptr);
}

void Params::put_decimal(Param param, std::int64_t raw) {
  end(write_short_text(raw, begin(param, kDecimalTextMax)));
}

}  // namespace clawgate::venues::binance_spot
