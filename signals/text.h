// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Prose as engines write it: lines, Markdown marks, labels, words.

namespace clawgate::signals {

struct Line {
  std::size_t number = 0;  // from 1
  std::string_view text;   // without its end
};

[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string lower(std::string_view ascii);
/// ASCII case is ignored.
[[nodiscard]] bool starts_with(std::string_view text, std::string_view prefix);
[[nodiscard]] bool contains(std::string_view text, std::string_view part);
/// `part` with no ASCII letter or digit on either side.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view part);

/// A line without what Markdown puts around words: heading, quote and list marks, numbering in
/// front, stars, underscores and backticks anywhere. `**2. Rating**: *Buy*` becomes `Rating: Buy`.
[[nodiscard]] std::string plain(std::string_view line);

/// `name: value` of a plain line.
struct Label {
  std::string name;   // lower case; the whole line when there is no colon
  std::string value;  // empty when nothing follows
  bool colon = false;
};
[[nodiscard]] Label label_of(std::string_view line);

/// The value of the first line with that label; the next non-empty line's when it stands alone.
/// Empty when there is none.
[[nodiscard]] std::string labelled(std::string_view text, std::string_view name);

/// The paragraphs from a label to the next label of `stops`, its own label left out.
[[nodiscard]] std::string section(std::string_view text, std::string_view name,
                                  const std::vector<std::string_view>& stops);

/// Safe to show and to store: control characters other than newline and tab, zero-width and
/// direction-changing marks are dropped; cut to `bytes_max` at a character's end.
[[nodiscard]] std::string cleaned(std::string_view utf8, std::size_t bytes_max);
/// Cut at a character's end.
[[nodiscard]] std::string_view cut(std::string_view utf8, std::size_t bytes_max);

/// A set of ASCII characters, asked byte by byte.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }
  [[nodiscard]] constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  /// The place of the first of them from `at` on; npos when there is none.
  [[nodiscard]] std::size_t find_in(std::string_view text, std::size_t at) const {
    while (at < text.size() && !has(text[at])) ++at;
    return at < text.size() ? at : std::string_view::npos;
  }

 private:
  std::array<bool, 256> has_{};
};

/// One code point from valid UTF-8; `at` moves behind it. Broken bytes are taken one by one.
[[nodiscard]] char32_t next_point(std::string_view text, std::size_t& at);

}  // namespace clawgate::signals
