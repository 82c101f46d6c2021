// SPDX-License-Identifier: Apache-2.0
#include "schemas/strict_json.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "schemas/core/hex_digit.h"

namespace clawgate {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_word(char c) {  // what a bare word or a number could be made of, to show it whole
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
         c == '.';
}

// Four hex digits.
std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

char* write_utf8(char* out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
  return out;
}

// The code point of `\uXXXX`, or of a pair of them, at the front of `text`, which it shortens.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  constexpr std::string_view kMark = "\\u";
  const auto high = hex4(text.substr(kMark.size()));
  if (!high || (*high >= 0xDC00 && *high <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(kMark.size() + 4);
  if (*high < 0xD800 || *high > 0xDBFF) return high;
  if (text.substr(0, kMark.size()) != kMark) return std::nullopt;
  const auto low = hex4(text.substr(kMark.size()));
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  text.remove_prefix(kMark.size() + 4);
  return 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
}

// Where the reader stands, as a chain up the stack; written out only for an error.
struct Step {
  const Step* above = nullptr;
  std::string_view name;  // of a member
  std::size_t index = 0;  // of an item
  bool in_list = false;

  [[nodiscard]] std::string pointer() const {
    if (above == nullptr) return {};
    if (in_list) return above->pointer() + '/' + std::to_string(index);
    return json_pointer(above->pointer(), name);
  }
};

// Recursive descent over valid UTF-8. Every function answers false after writing error_.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonOptions& options) : text_(text), options_(options) {}

  bool document(Json& out) {
    skip_space();
    if (!value(out, Step{}, 0)) return false;
    skip_space();
    return at_ == text_.size() || fail(Reason::JsonSyntax, Step{});
  }
  [[nodiscard]] Error take_error() { return std::move(error_); }

 private:
  bool fail(Reason reason, const Step& where) {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == at_) end = std::min(at_ + 1, text_.size());
    const std::string what =
        at_ == text_.size() ? "the end" : "`" + printable(text_.substr(at_, end - at_), 24) + "`";
    return fail(reason, where, what + " at byte " + std::to_string(at_));
  }
  bool fail(Reason reason, const Step& where, std::string seen) {
    error_ = {reason, where.pointer(), std::move(seen)};
    return false;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool value(Json& out, const Step& where, std::size_t depth) {
    switch (peek()) {
      case '{':
        return depth < options_.depth_max ? object(out, where, depth)
                                          : fail(Reason::JsonTooDeep, where);
      case '[':
        return depth < options_.depth_max ? array(out, where, depth)
                                          : fail(Reason::JsonTooDeep, where);
      case '"':
        out.kind = Json::Kind::String;
        return string(out.text, where);
      case 't':
        out.kind = Json::Kind::Bool;
        out.boolean = true;
        return word("true", where);
      case 'f':
        out.kind = Json::Kind::Bool;
        return word("false", where);
      case 'n':
        return word("null", where);
      default:
        return number(out, where);
    }
  }

  bool word(std::string_view expected, const Step& where) {
    if (text_.substr(at_, expected.size()) != expected) return fail(Reason::JsonSyntax, where);
    at_ += expected.size();
    return true;
  }

  bool number(Json& out, const Step& where) {
    const std::size_t size = json_number_size(text_.substr(at_));
    if (size == 0) return fail(Reason::JsonSyntax, where);
    out.kind = Json::Kind::Number;
    out.text = std::string(text_.substr(at_, size));
    at_ += size;
    if (!options_.decimals_only) return true;
    const DecimalError error = parse_decimal(out.text).error;
    return error == DecimalError::None || fail(reason_of(error), where, printable(out.text));
  }

  bool string(std::string& out, const Step& where) {
    if (!take('"')) return fail(Reason::JsonSyntax, where);
    const std::size_t start = at_;
    bool escaped = false;
    while (peek() != '"') {
      if (peek() == '\\') {
        escaped = true;
        ++at_;
      }
      if (static_cast<unsigned char>(peek()) < 0x20) return fail(Reason::JsonSyntax, where);
      ++at_;
    }
    out = text_.substr(start, at_ - start);
    ++at_;
    if (!escaped) return true;
    const auto size = unescape_json(out.data(), out.size());
    if (size) out.resize(*size);
    return size || fail(Reason::JsonSyntax, where, printable(out));
  }

  bool array(Json& out, const Step& where, std::size_t depth) {
    out.kind = Json::Kind::Array;
    ++at_;
    skip_space();
    if (take(']')) return true;
    for (;;) {
      const Step item{&where, {}, out.items.size(), true};
      skip_space();
      if (!value(out.items.emplace_back(), item, depth + 1)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail(Reason::JsonSyntax, where);
    }
  }

  bool object(Json& out, const Step& where, std::size_t depth) {
    out.kind = Json::Kind::Object;
    ++at_;
    skip_space();
    if (take('}')) return true;
    if (depth == 0) out.members.reserve(kUsualMembers);
    for (;;) {
      JsonMember& member = out.members.emplace_back();
      skip_space();
      if (!string(member.name, where)) return false;
      skip_space();
      if (!take(':')) return fail(Reason::JsonSyntax, where);
      skip_space();
      if (!value(member.value, Step{&where, member.name}, depth + 1)) return false;
      skip_space();
      if (take('}')) return names_differ(out, where);
      if (!take(',')) return fail(Reason::JsonSyntax, where);
    }
  }

  // Once at the end of each object, and sorted: comparing pairs would let a large one cost
  // quadratic time.
  bool names_differ(const Json& object, const Step& where) {
    const std::vector<JsonMember>& members = object.members;
    if (members.size() <= kUsualMembers && !any_alike(members)) return true;
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const JsonMember& member : members) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    return fail(Reason::JsonDuplicateKey, Step{&where, *twice}, printable(*twice));
  }
  static bool any_alike(const std::vector<JsonMember>& members) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].name == members[j].name) return true;
      }
    }
    return false;
  }

  static constexpr std::size_t kUsualMembers = 16;

  std::string_view text_;
  const JsonOptions& options_;
  std::size_t at_ = 0;
  Error error_;
};

void append_canonical(std::string& out, const Json& value) {
  switch (value.kind) {
    case Json::Kind::Null:
      out += "null";
      return;
    case Json::Kind::Bool:
      out += value.boolean ? "true" : "false";
      return;
    case Json::Kind::Number:
      out += value.text;
      return;
    case Json::Kind::String:
      append_json_string(out, value.text);
      return;
    case Json::Kind::Array: {
      out += '[';
      for (const Json& item : value.items) {
        if (&item != value.items.data()) out += ',';
        append_canonical(out, item);
      }
      out += ']';
      return;
    }
    case Json::Kind::Object: {
      std::vector<const JsonMember*> sorted;
      for (const JsonMember& member : value.members) sorted.push_back(&member);
      std::sort(sorted.begin(), sorted.end(),
                [](const JsonMember* a, const JsonMember* b) { return a->name < b->name; });
      out += '{';
      for (const JsonMember* member : sorted) {
        if (member != sorted.front()) out += ',';
        append_json_string(out, member->name);
        out += ':';
        append_canonical(out, member->value);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Result<Json> read_json(std::string_view text, const JsonOptions& options) {
  if (text.size() > options.bytes_max) {
    return Error{
        Reason::InputTooLarge, "",
        std::to_string(text.size()) + " bytes, at most " + std::to_string(options.bytes_max)};
  }
  if (std::all_of(text.begin(), text.end(), is_space)) return Error{Reason::EmptyInput, "", ""};
  if (!simdjson::validate_utf8(text.data(), text.size())) return Error{Reason::NotUtf8, "", ""};
  if (text.starts_with("\xEF\xBB\xBF")) {
    return Error{Reason::JsonSyntax, "", "a byte order mark before the first byte"};
  }
  JsonReader reader(text, options);
  Json value;
  if (!reader.document(value)) return reader.take_error();
  return value;
}

std::size_t json_number_size(std::string_view text) {
  std::size_t at = 0;
  const auto is = [&](char c) { return at < text.size() && text[at] == c; };
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at != start;
  };
  if (is('-')) ++at;
  if (is('0')) {
    ++at;
  } else if (!digits()) {
    return 0;
  }
  if (is('.')) {
    ++at;
    if (!digits()) return 0;
  }
  if (is('e') || is('E')) {
    ++at;
    if (is('+') || is('-')) ++at;
    if (!digits()) return 0;
  }
  return at;
}

std::optional<std::size_t> unescape_json(char* text, std::size_t size) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  char* out = text;
  for (std::string_view left(text, size); !left.empty();) {
    if (left[0] != '\\') {
      *out++ = left[0];
      left.remove_prefix(1);
      continue;
    }
    if (left.size() < 2) return std::nullopt;
    if (left[1] == 'u') {
      const auto point = take_code_point(left);
      if (!point) return std::nullopt;
      out = write_utf8(out, *point);
      continue;
    }
    const std::size_t found = kLetters.find(left[1]);
    if (found == kLetters.npos) return std::nullopt;
    *out++ = kMeant[found];
    left.remove_prefix(2);
  }
  return static_cast<std::size_t>(out - text);
}

Reason reason_of(DecimalError error) {
  switch (error) {
    case DecimalError::None:
      return Reason::None;
    case DecimalError::Syntax:
      return Reason::JsonSyntax;
    case DecimalError::Exponent:
      return Reason::NumberExponent;
    case DecimalError::TooManyDecimals:
      return Reason::NumberTooManyDecimals;
    case DecimalError::OutOfRange:
      return Reason::NumberOutOfRange;
  }
  return Reason::JsonSyntax;
}

Result<std::int64_t> raw_decimal_of(const Json& value, std::string_view field) {
  if (!value.is(Json::Kind::Number)) {
    return Error{Reason::FieldType, std::string(field), printable(to_canonical_json(value))};
  }
  const RawDecimal parsed = parse_decimal(value.text);
  if (parsed.error == DecimalError::None) return parsed.raw;
  return Error{reason_of(parsed.error), std::string(field), printable(value.text)};
}

std::string json_pointer(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string printable(std::string_view text, std::size_t max) {
  std::string out(text.substr(0, max));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      out += c;
    } else {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out += '"';
}

std::string to_canonical_json(const Json& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

}  // namespace clawgate
