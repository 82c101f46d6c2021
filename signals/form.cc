// SPDX-License-Identifier: Apache-2.0
#include "signals/form.h"

#include <algorithm>
#include <string>
#include <utility>

#include "schemas/core/hex_digit.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr ByteSet kQuotes("\"'`\\");
constexpr ByteSet kSpaces(" \t\r\n\\");  // a shell's line ends in a backslash
constexpr ByteSet kValueEnds(" \t\r\n\"'`\\<>&");

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_name_byte(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-.%[]+").find(c) != std::string_view::npos;
}

std::size_t skip(const ByteSet& set, std::string_view text, std::size_t at) {
  while (at < text.size() && set.has(text[at])) ++at;
  return at;
}

std::size_t skip_name(std::string_view text, std::size_t at) {
  while (at < text.size() && is_name_byte(text[at])) ++at;
  return at;
}

// What does not decode to UTF-8 stays as it was written.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '%' && at + 2 < text.size();
    const auto high = escape ? hex_digit(text[at + 1]) : std::nullopt;
    const auto low = escape ? hex_digit(text[at + 2]) : std::nullopt;
    if (!high || !low) {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    out += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return is_utf8(out) ? out : std::string(text);
}

// Where the next name begins: behind `&`, or behind an option of curl (`-d`, `--data-urlencode`).
// `at` when no name follows.
std::size_t next_name(std::string_view text, std::size_t at) {
  std::size_t next = skip(kSpaces, text, skip(kQuotes, text, at));
  if (next < text.size() && text[next] == '&') {
    while (next < text.size() && text[next] == '&') {
      ++next;
      if (text.substr(next).starts_with("amp;")) next += 4;
      next = skip(kSpaces, text, next);
    }
    return next;
  }
  if (next == at || next >= text.size() || text[next] != '-') return at;
  while (next < text.size() && text[next] == '-') ++next;
  const std::size_t option = next;
  while (next < text.size() && (is_letter(text[next]) || text[next] == '-')) ++next;
  if (next == option) return at;
  if (next < text.size() && text[next] == '=') ++next;
  return skip(kQuotes, text, skip(kSpaces, text, next));
}

// Reads on from where a name begins.
Form read_form(std::string_view text, std::size_t begin) {
  Form form{begin, begin, {}};
  form.members.kind = Json::Kind::Object;
  for (std::size_t at = begin;;) {
    const std::size_t name_end = skip_name(text, at);
    form.end = name_end;
    if (name_end < text.size() && text[name_end] == '=' && name_end > at) {
      std::size_t value = skip(kQuotes, text, name_end + 1);
      form.end = std::min(kValueEnds.find_in(text, value), text.size());
      Json json;
      json.kind = Json::Kind::String;
      json.text = decoded(text.substr(value, form.end - value));
      form.members.members.push_back({decoded(text.substr(at, name_end - at)), std::move(json)});
    }
    at = next_name(text, form.end);
    if (at == form.end) return form;
  }
}

}  // namespace

std::optional<Form> next_form(std::string_view text, std::size_t from) {
  for (;;) {
    const std::size_t equals = text.find('=', from);
    if (equals == text.npos) return std::nullopt;
    std::size_t begin = equals;
    while (begin > from && is_name_byte(text[begin - 1])) --begin;
    from = equals + 1;
    if (begin == equals) continue;
    Form form = read_form(text, begin);
    from = std::max(form.end, from);
    if (form.members.members.size() >= 2) return form;
  }
}

}  // namespace clawgate::signals
