// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/mutator.h"

#include <algorithm>
#include <array>
#include <utility>

namespace clawgate::conformance {
namespace {

using Kind = Json::Kind;

constexpr std::array<std::string_view, 24> kNumbers = {"0",          "-0",
                                                       "0.0",        "1",
                                                       "1.0",        "1.00000001",
                                                       "0.99999999", "-0.00000001",
                                                       "0.00000001", "0.000000001",
                                                       "1e0",        "1E-3",
                                                       "1e308",      "92233720368.54775807",
                                                       "65535",      "92233720368.54775808",
                                                       "65536",      "-92233720368.54775807",
                                                       "2.50",       "9007199254740993",
                                                       "1.5",        "100000000000000000000",
                                                       "-1",         "1.0000000000000000000001"};

constexpr std::array<std::string_view, 31> kTexts = {
    "",
    "a",
    "1.0",
    "1.4",
    "v1",
    "buy",
    "hold",
    "S1",
    "R0",
    "null",
    "BUY",
    "limit",
    "no_op",
    "2026-01-05T09:00:00Z",
    "2026-02-29T09:00:00Z",
    "2028-02-29T23:59:59.9-23:59",
    "2026-04-31T09:00:00Z",
    "2026-01-05T09:00:00",
    "1999-01-05T09:00:00Z",
    "2026-01-05T09:00:60Z",
    "2000-01-01T00:00:00+05:30",
    "caf\u00e9",
    "\u65e5\u672c\u8a9e",
    "\U0001F600",
    "line\nbreak",
    "\x7F",
    "24:00",
    "DEC-20260105-001",
    "a:b:c",
    "\"\\/",
    "crypto_spot",
};
constexpr std::array<std::size_t, 14> kSizes = {12,  16,  20,  24,  32,   36,   64,
                                                128, 200, 256, 512, 1024, 4096, 8192};
constexpr std::array<std::string_view, 6> kFills = {"a",      "z",          "\u00e9",
                                                    "\u65e5", "\U0001F600", " "};

void collect(Json& value, std::vector<Json*>& out) {
  out.push_back(&value);
  for (Json& item : value.items) collect(item, out);
  for (JsonMember& member : value.members) collect(member.value, out);
}

void collect_names(const Json& value, std::vector<std::string>& out) {
  for (const Json& item : value.items) collect_names(item, out);
  for (const JsonMember& member : value.members) {
    out.push_back(member.name);
    collect_names(member.value, out);
  }
}

Json text_value(std::string text) {
  Json value;
  value.kind = Kind::String;
  value.text = std::move(text);
  return value;
}

void append(std::string& out, const Json& value) {
  switch (value.kind) {
    case Kind::Null:
      out += "null";
      return;
    case Kind::Bool:
      out += value.boolean ? "true" : "false";
      return;
    case Kind::Number:
      out += value.text;
      return;
    case Kind::String:
      append_json_string(out, value.text);
      return;
    case Kind::Array:
      out += '[';
      for (const Json& item : value.items) {
        if (&item != value.items.data()) out += ", ";
        append(out, item);
      }
      out += ']';
      return;
    case Kind::Object:
      out += '{';
      for (const JsonMember& member : value.members) {
        if (&member != value.members.data()) out += ",";
        append_json_string(out, member.name);
        out += ": ";
        append(out, member.value);
      }
      out += '}';
      return;
  }
}

}  // namespace

std::string to_plain_json(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

Mutator::Mutator(std::uint64_t seed, const std::vector<std::string>& good) : random_(seed) {
  for (const std::string& text : good) good_.push_back(read_json(text).value());
  for (const Json& document : good_) collect_names(document, names_);
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  names_.insert(names_.end(), {"", "unexpected", "Symbol", "symbol ", "price\n"});
}

std::string Mutator::next() {
  Json document = pick(good_);
  for (std::uint64_t changes = 1 + below(3); changes > 0; --changes) {
    if (below(3) == 0) {
      change_members(*any_object(document));
    } else {
      change_value(*any_value(document));
    }
  }
  std::string text = to_plain_json(document);
  if (below(12) == 0) damage(text);
  return text;
}

Json* Mutator::any_value(Json& root) {
  std::vector<Json*> all;
  collect(root, all);
  return pick(all);
}

Json* Mutator::any_object(Json& root) {
  std::vector<Json*> all;
  collect(root, all);
  std::erase_if(all, [](const Json* value) { return !value->is(Kind::Object); });
  return all.empty() ? &root : pick(all);
}

void Mutator::change_members(Json& object) {
  auto& members = object.members;
  if (!object.is(Kind::Object) || members.empty()) return change_value(object);
  const std::size_t at = below(members.size());
  switch (below(6)) {
    case 0:
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    case 1:
      members.push_back(JsonMember(members[at]));
      return;
    case 2:
      members[at].name = pick(names_);
      return;
    case 3:
      members.push_back({pick(names_), random_value(2)});
      return;
    case 4:
      std::swap(members[at].value, members[below(members.size())].value);
      return;
    default:
      std::shuffle(members.begin(), members.end(), random_);
  }
}

void Mutator::change_value(Json& value) {
  const std::uint64_t choice = below(10);
  if (value.is(Kind::Number) && choice < 8) {
    value.text = pick(kNumbers);
    return;
  }
  if (value.is(Kind::String) && choice < 7) {
    value.text = random_text();
    return;
  }
  if (value.is(Kind::Bool) && choice < 7) {
    value.boolean = !value.boolean;
    return;
  }
  if (value.is(Kind::Array) && choice < 8 && !value.items.empty()) {
    const std::size_t copies = choice < 4 ? 1 : below(80);
    for (std::size_t i = 0; i < copies; ++i) value.items.push_back(Json(value.items.front()));
    if (choice == 0) value.items.clear();
    return;
  }
  if (choice == 9) {  // deep inside arrays
    for (std::uint64_t i = below(20); i > 0; --i) {
      Json around;
      around.kind = Kind::Array;
      around.items.push_back(std::move(value));
      value = std::move(around);
    }
    return;
  }
  value = random_value(3);
}

Json Mutator::random_value(int depth) {
  Json value;
  value.kind = static_cast<Kind>(below(depth > 0 ? 6 : 4));
  if (value.is(Kind::Bool)) value.boolean = below(2) == 0;
  if (value.is(Kind::Number)) value.text = pick(kNumbers);
  if (value.is(Kind::String)) value = text_value(random_text());
  const std::uint64_t size = value.is(Kind::Array) || value.is(Kind::Object)
                                 ? (below(20) == 0 ? 60 + below(8) : below(3))
                                 : 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    if (value.is(Kind::Array)) value.items.push_back(random_value(depth - 1));
    if (value.is(Kind::Object)) {
      value.members.push_back({pick(names_) + std::to_string(i), random_value(depth - 1)});
    }
  }
  return value;
}

std::string Mutator::random_text() {
  const std::uint64_t choice = below(10);
  if (choice < 6) return std::string(pick(kTexts));
  if (choice == 6) return std::string("a\0b", 3);
  const std::size_t size = pick(kSizes) + below(2);
  const std::string_view fill = pick(kFills);
  std::string text;
  const bool characters = below(2) == 0;  // `size` counts characters, else bytes
  for (std::size_t i = 0; i < (characters ? size : size / fill.size()); ++i) text += fill;
  return text;
}

void Mutator::damage(std::string& text) {
  constexpr std::array<std::string_view, 12> kPieces = {
      ",",       "}", "\"",   "\\",           "\\u0041", "\\ud800",
      "\\u0000", " ", "\x80", "\xED\xA0\x80", "0",       "e5"};
  if (text.empty()) return;
  const std::size_t at = below(text.size());
  switch (below(4)) {
    case 0:
      text.erase(at, 1);
      return;
    case 1:
      text.insert(at, pick(kPieces));
      return;
    case 2:
      text[at] = static_cast<char>(1 + below(255));
      return;
    default:
      text += pick(kPieces);
  }
}

}  // namespace clawgate::conformance
