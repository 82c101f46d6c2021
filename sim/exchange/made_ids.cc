// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/made_ids.h"

#include <array>

namespace clawgate::sim {
namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZa";  // five bits a character
constexpr std::size_t kLength = 22;
constexpr std::size_t kNumberLength = 13;  // the first 65 bits; the rest is for looks and check

constexpr std::uint64_t kFirst = 0xBF58476D1CE4E5B9;
constexpr std::uint64_t kSecond = 0x94D049BB133111EB;

// The inverse of an odd number modulo 2^64, by Newton's method.
constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}
static_assert(kFirst * inverse(kFirst) == 1 && kSecond * inverse(kSecond) == 1);

// SplitMix64's finaliser, a bijection, and its way back.
constexpr std::uint64_t spread(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * kFirst;
  value = (value ^ (value >> 27U)) * kSecond;
  return value ^ (value >> 31U);
}
constexpr std::uint64_t gather(std::uint64_t value) {
  value = (value ^ (value >> 31U) ^ (value >> 62U)) * inverse(kSecond);
  value = (value ^ (value >> 27U) ^ (value >> 54U)) * inverse(kFirst);
  return value ^ (value >> 30U) ^ (value >> 60U);
}
static_assert(gather(spread(1)) == 1 && gather(spread(0xFEDCBA9876543210)) == 0xFEDCBA9876543210);

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = 0xFF;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

}  // namespace

ClientId made_id(std::uint64_t number) {
  std::array<char, kLength> text{};
  std::uint64_t bits = spread(number);
  const std::uint64_t more = spread(bits);
  for (std::size_t i = 0; i < kNumberLength; ++i, bits >>= 5U) text[i] = kAlphabet[bits & 31U];
  bits = more;
  for (std::size_t i = kNumberLength; i < kLength; ++i, bits >>= 5U)
    text[i] = kAlphabet[bits & 31U];
  return ClientId({text.data(), text.size()});
}

std::optional<std::uint64_t> number_of(const ClientId& id) {
  if (id.size() != kLength) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t i = kNumberLength; i-- > 0;) {
    const std::uint64_t value = kValues[static_cast<unsigned char>(id.view()[i])];
    if (value > 31) return std::nullopt;
    bits = bits << 5U | value;
  }
  const std::uint64_t number = gather(bits);
  if (made_id(number) != id) return std::nullopt;
  return number;
}

}  // namespace clawgate::sim
