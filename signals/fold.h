// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clawgate::signals {

/// Folding stops soon behind this many bytes: what is longer is prose, not a word.
inline constexpr std::size_t kSkeletonMax = 64;

/// What a word looks like to a person, so that spelling tricks do not hide it: letters of other
/// scripts and styles become the Latin letter they resemble, accents, invisible marks, spaces and
/// punctuation go, case goes, and letters that resemble one another become one (`i l 1 |`, `o 0`,
/// `s 5 $`, ...). Only for comparing one skeleton with another: `skeleton("Ｂ-u у") ==
/// skeleton("buy")`. After the idea of UTS #39 (Unicode confusables).
[[nodiscard]] std::string skeleton(std::string_view utf8);

/// The same, with one `_` between words (`Buy crypto`, `buy-crypto`, `buyCrypto` are alike).
[[nodiscard]] std::string skeleton_words(std::string_view utf8);

}  // namespace clawgate::signals
