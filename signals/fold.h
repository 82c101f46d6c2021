// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clawgate::signals {

/// Folding stops soon behind this many bytes: what is longer is prose, not a word.
inline constexpr std::size_t kSkeletonMax = 64;

/// What a text looks like to a person, so that spelling tricks do not hide it: letters of other
/// scripts and styles become the Latin letter they resemble, accents, invisible marks, spaces and
/// punctuation go, case goes, and letters that resemble one another become one (`i l 1 |`, `o 0`,
/// `s 5 $`, ...). Only for comparing one skeleton with another: that of "Ｂ-u у" is that of "buy".
/// After the idea of UTS #39 (Unicode confusables). Allocates nothing.
class Skeleton {
 public:
  explicit Skeleton(std::string_view utf8);

  /// All words, with nothing between them.
  [[nodiscard]] std::string_view whole() const { return {bytes_.data(), size_}; }
  /// `Buy crypto`, `buy-crypto` and `buyCrypto` are alike: two words.
  [[nodiscard]] std::size_t words() const { return words_; }
  [[nodiscard]] std::string_view word(std::size_t i) const {
    const std::size_t end = i + 1 < words_ ? begins_[i + 1] : size_;
    return whole().substr(begins_[i], end - begins_[i]);
  }
  /// The last `count` words, at least one.
  [[nodiscard]] std::string_view last(std::size_t count) const {
    return whole().substr(begins_[words_ - count]);
  }
  [[nodiscard]] bool is_prose() const { return size_with_gaps() > kSkeletonMax; }

 private:
  // Stopping behind kSkeletonMax, the last letter may be one of four bytes.
  static constexpr std::size_t kBytesMax = kSkeletonMax + 4;
  static constexpr std::size_t kWordsMax = kSkeletonMax / 2 + 2;

  [[nodiscard]] std::size_t size_with_gaps() const { return words_ == 0 ? 0 : size_ + words_ - 1; }

  std::array<char, kBytesMax> bytes_;
  std::array<std::uint8_t, kWordsMax> begins_;
  std::size_t size_ = 0;
  std::size_t words_ = 0;
};

/// Of each word of a table's row, parted by spaces.
template <class Take>
void for_each_skeleton(std::string_view words, Take take) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    take(Skeleton(words.substr(0, end)).whole());
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

}  // namespace clawgate::signals
