// SPDX-License-Identifier: Apache-2.0
#include "signals/text.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>

namespace clawgate::signals {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";
constexpr std::string_view kWideColon = "\xEF\xBC\x9A";  // U+FF1A

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool joins_word(char c) {
  return is_digit(c) || is_letter(c);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::size_t find_ignoring_case(std::string_view text, std::string_view part, std::size_t from) {
  for (std::size_t i = from; i + part.size() <= text.size(); ++i) {
    if (equal_ignoring_case(text.substr(i, part.size()), part)) return i;
  }
  return std::string_view::npos;
}

// Length of `1.`, `12)`, `(3)`, `A)`, `IV.` with the space behind it; 0 when there is none.
std::size_t numbering(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '(' ? 1 : 0;
  const std::size_t start = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at == start) {
    const auto roman = [](char c) { return std::string_view("IVX").find(c) != kSpace.npos; };
    while (at < text.size() && roman(text[at])) ++at;
    if (at == start && at < text.size() && is_letter(text[at])) ++at;
  }
  if (at == start || at - start > 3 || at >= text.size()) return 0;
  if (text[at] != '.' && text[at] != ')') return 0;
  ++at;
  if (at < text.size() && text[at] != ' ') return 0;
  return at;
}

// Marks that may stand in front of a line's words.
std::size_t leading_mark(std::string_view text) {
  for (const std::string_view mark : {"#", ">", "-", "+", "\xE2\x80\xA2", "\xE2\x97\x8F"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

// Zero-width, direction-changing and other invisible characters.
constexpr bool is_invisible(char32_t point) {
  return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF || point == 0xAD ||
         (point >= 0xE0000 && point <= 0xE007F);
}

}  // namespace

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({lines.size() + 1, line});
    at = end + 1;
  }
  return lines;
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string lower(std::string_view ascii) {
  std::string out(ascii);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool contains(std::string_view text, std::string_view part) {
  return find_ignoring_case(text, part, 0) != text.npos;
}

bool contains_word(std::string_view text, std::string_view part) {
  for (std::size_t at = 0;; ++at) {
    at = find_ignoring_case(text, part, at);
    if (at == text.npos) return false;
    const std::size_t end = at + part.size();
    const bool joined_left = at > 0 && joins_word(text[at - 1]);
    const bool joined_right = end < text.size() && joins_word(text[end]);
    if (!joined_left && !joined_right) return true;
  }
}

std::string plain(std::string_view line) {
  std::string bare;
  for (const char c : line) {
    if (c != '*' && c != '`' && c != '_') bare += c;
  }
  std::string_view rest = trimmed(bare);
  for (int i = 0; i < 8; ++i) {  // `> ## 2) ` is four marks; more is no list
    std::size_t mark = leading_mark(rest);
    if (mark == 0) mark = numbering(rest);
    if (mark == 0) break;
    rest = trimmed(rest.substr(mark));
  }
  return std::string(rest);
}

Label label_of(std::string_view line) {
  const std::string text = plain(line);
  const std::size_t narrow = text.find(':');
  const std::size_t wide = text.find(kWideColon);
  const std::size_t colon = std::min(narrow, wide);
  if (colon == text.npos) return {lower(text), "", false};
  const std::size_t width = colon == narrow ? 1 : kWideColon.size();
  return {lower(trimmed(std::string_view(text).substr(0, colon))),
          std::string(trimmed(std::string_view(text).substr(colon + width))), true};
}

std::string labelled(std::string_view text, std::string_view name) {
  bool waiting = false;
  for (const Line& line : lines_of(text)) {
    if (waiting && !trimmed(line.text).empty()) return plain(line.text);
    const Label label = label_of(line.text);
    if (label.name != name) continue;
    if (!label.value.empty()) return label.value;
    waiting = true;
  }
  return {};
}

std::string section(std::string_view text, std::string_view name,
                    const std::vector<std::string_view>& stops) {
  std::string out;
  bool inside = false;
  for (const Line& line : lines_of(text)) {
    const Label label = label_of(line.text);
    if (label.name == name) {
      inside = true;
      out += label.value;
      continue;
    }
    if (std::find(stops.begin(), stops.end(), label.name) != stops.end()) inside = false;
    if (!inside) continue;
    if (!out.empty()) out += '\n';
    out += line.text;
  }
  return std::string(trimmed(out));
}

char32_t next_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t lead = byte(at++);
  const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return lead;
  char32_t point = lead & (0x3FU >> more);
  for (unsigned i = 0; i < more; ++i) {
    if ((byte(at) & 0xC0U) != 0x80) return 0xFFFD;
    point = point << 6U | (byte(at++) & 0x3FU);
  }
  return point;
}

std::string_view cut(std::string_view utf8, std::size_t bytes_max) {
  if (utf8.size() <= bytes_max) return utf8;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80) --end;
  return utf8.substr(0, end);
}

std::string cleaned(std::string_view utf8, std::size_t bytes_max) {
  const auto is_plain = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\t'; };
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t start = at;
    while (at < utf8.size() && is_plain(utf8[at])) ++at;
    const std::string_view run = utf8.substr(start, at - start);
    out += run.substr(0, bytes_max - out.size());
    if (out.size() == bytes_max || at == utf8.size()) break;
    const std::size_t other = at;
    const char32_t point = next_point(utf8, at);
    const bool control =
        point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029;
    if (control || is_invisible(point)) continue;
    if (out.size() + (at - other) > bytes_max) break;
    out += utf8.substr(other, at - other);
  }
  return out;
}

}  // namespace clawgate::signals
