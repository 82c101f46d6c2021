// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace clawgate {

__extension__ using Wide = __int128;  // products of two Decimals

/// Which way a result that does not fit the scale goes. Money rounds against the order.
enum class Round : std::uint8_t { Down, Up };

/// A decimal held as a whole number of 1e-8 units. Range about +/-92 billion. Never a double.
template <class Tag>
class Decimal {
 public:
  static constexpr std::int64_t kScale = 100'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal from_raw(std::int64_t raw) { return Decimal(raw); }
  /// `units` whole units; for literals and tests.
  static constexpr Decimal of(std::int64_t units) { return Decimal(units * kScale); }
  [[nodiscard]] constexpr std::int64_t raw() const { return raw_; }
  [[nodiscard]] constexpr bool is_zero() const { return raw_ == 0; }
  friend constexpr auto operator<=>(Decimal, Decimal) = default;

 private:
  constexpr explicit Decimal(std::int64_t raw) : raw_(raw) {}
  std::int64_t raw_ = 0;
};

using Px = Decimal<struct PxTag>;              // quote currency per unit of base
using Qty = Decimal<struct QtyTag>;            // units of an asset; the side is separate
using Notional = Decimal<struct NotionalTag>;  // quote currency
using Rate = Decimal<struct RateTag>;          // a plain ratio: 0.001 is 10 bps

[[nodiscard]] constexpr Rate bps(std::int64_t value) {
  return Rate::from_raw(value * 10'000);
}

[[nodiscard]] constexpr std::optional<std::int64_t> narrow(Wide value) {
  if (value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (value < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// a * b / divisor, rounded. `divisor` > 0. nullopt when the result does not fit: an answer, never
/// a wrap.
[[nodiscard]] constexpr std::optional<std::int64_t> mul_div(std::int64_t a, std::int64_t b,
                                                            std::int64_t divisor, Round round) {
  const Wide product = static_cast<Wide>(a) * b;
  Wide quotient = product / divisor;
  const Wide rest = product % divisor;
  if (round == Round::Up && rest > 0) ++quotient;
  if (round == Round::Down && rest < 0) --quotient;
  return narrow(quotient);
}

/// px * qty, rounded away from zero so that a limit check never rounds in the order's favour.
/// nullopt when the product does not fit; callers treat that as a breach.
[[nodiscard]] constexpr std::optional<Notional> notional(Px px, Qty qty, Round round = Round::Up) {
  const auto raw = mul_div(px.raw(), qty.raw(), Px::kScale, round);
  if (!raw) return std::nullopt;
  return Notional::from_raw(*raw);
}

/// value * rate, rounded. nullopt when it does not fit.
template <class Tag>
[[nodiscard]] constexpr std::optional<Decimal<Tag>> scaled(Decimal<Tag> value, Rate rate,
                                                           Round round) {
  const auto raw = mul_div(value.raw(), rate.raw(), Rate::kScale, round);
  if (!raw) return std::nullopt;
  return Decimal<Tag>::from_raw(*raw);
}

template <class Tag>
[[nodiscard]] constexpr std::optional<Decimal<Tag>> add(Decimal<Tag> a, Decimal<Tag> b) {
  std::int64_t raw = 0;
  if (__builtin_add_overflow(a.raw(), b.raw(), &raw)) return std::nullopt;
  return Decimal<Tag>::from_raw(raw);
}

template <class Tag>
[[nodiscard]] constexpr std::optional<Decimal<Tag>> subtract(Decimal<Tag> a, Decimal<Tag> b) {
  std::int64_t raw = 0;
  if (__builtin_sub_overflow(a.raw(), b.raw(), &raw)) return std::nullopt;
  return Decimal<Tag>::from_raw(raw);
}

/// The multiple of `step` at or below (above) `value`; `value` >= 0. A step of 0 leaves it as it
/// is.
template <class Tag>
[[nodiscard]] constexpr Decimal<Tag> floor_to(Decimal<Tag> value, Decimal<Tag> step) {
  if (step.raw() <= 0) return value;
  return Decimal<Tag>::from_raw(value.raw() - value.raw() % step.raw());
}

/// Why text is not a Decimal. Each has a row in the reason table.
enum class DecimalError : std::uint8_t { None, Syntax, Exponent, TooManyDecimals, OutOfRange };

struct RawDecimal {
  std::int64_t raw = 0;
  DecimalError error = DecimalError::None;
};

/// Reads `-?digits[.digits]` exactly: at most 8 decimals, no exponent, no sign but a leading minus,
/// no leading zeros before another digit (as JSON). Never goes through a double.
[[nodiscard]] RawDecimal parse_decimal(std::string_view text);

/// Of any Decimal as text.
inline constexpr std::size_t kDecimalTextMax = 21;

/// All eight decimals (`0.00100000`), as the venue writes them.
[[nodiscard]] std::string to_fixed_text(std::int64_t raw);
/// Without trailing zeros (`0.001`).
[[nodiscard]] std::string to_short_text(std::int64_t raw);
/// The same to memory of kDecimalTextMax bytes; answers its end.
[[nodiscard]] char* write_short_text(std::int64_t raw, char* out);

template <class Tag>
[[nodiscard]] std::optional<Decimal<Tag>> decimal_from(std::string_view text) {
  const RawDecimal parsed = parse_decimal(text);
  if (parsed.error != DecimalError::None) return std::nullopt;
  return Decimal<Tag>::from_raw(parsed.raw);
}

template <class Tag>
[[nodiscard]] std::string to_text(Decimal<Tag> value) {
  return to_short_text(value.raw());
}

}  // namespace clawgate
