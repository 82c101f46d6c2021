// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace clawgate {

/// A string of at most N bytes, held in place: every string in a core record is one of these, so
/// that a record has a largest size and copying it allocates nothing. The unused tail is zero.
template <std::size_t N>
class Text {
  static_assert(N >= 1 && N <= 255, "the length is one byte");

 public:
  static constexpr std::size_t kMax = N;

  constexpr Text() = default;

  /// For literals and for text whose length was already checked; longer text is cut.
  constexpr explicit Text(std::string_view text) { assign(text); }

  /// nullopt when `text` is too long.
  [[nodiscard]] static constexpr std::optional<Text> from(std::string_view text) {
    if (text.size() > N) return std::nullopt;
    return Text(text);
  }

  [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(const Text& a, const Text& b) { return a.view() == b.view(); }
  friend constexpr auto operator<=>(const Text& a, const Text& b) { return a.view() <=> b.view(); }
  friend constexpr bool operator==(const Text& a, std::string_view b) { return a.view() == b; }

 private:
  constexpr void assign(std::string_view text) {
    size_ = static_cast<std::uint8_t>(std::min(text.size(), N));
    std::copy_n(text.data(), size_, bytes_.data());
  }

  std::array<char, N> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace clawgate

template <std::size_t N>
struct std::hash<clawgate::Text<N>> {
  std::size_t operator()(const clawgate::Text<N>& text) const noexcept {
    return std::hash<std::string_view>{}(text.view());
  }
};
