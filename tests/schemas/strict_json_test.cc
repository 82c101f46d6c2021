// SPDX-License-Identifier: Apache-2.0
#include "schemas/strict_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace clawgate {
namespace {

using Kind = Json::Kind;

Json read(std::string_view text, const JsonOptions& options = {}) {
  return read_json(text, options).value();
}

struct Refusal {
  Reason reason;
  std::string field;
  bool operator==(const Refusal&) const = default;
};
void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << info(refusal.reason).code << " at '" << refusal.field << "'";
}

Refusal refusal(std::string_view text, const JsonOptions& options = {}) {
  const Result<Json> value = read_json(text, options);
  if (value) return {Reason::None, ""};
  return {value.error().reason, value.error().field};
}

TEST(StrictJsonTest, EveryKindIsRead) {
  const Json value =
      read(R"( {"n":null,"t":true,"f":false,"i":-12.50e+3,"s":"a","a":[1,[]],"o":{}} )");
  ASSERT_TRUE(value.is(Kind::Object));
  EXPECT_TRUE(value.find("n")->is(Kind::Null));
  EXPECT_TRUE(value.find("t")->boolean);
  EXPECT_TRUE(value.find("f")->is(Kind::Bool));
  EXPECT_FALSE(value.find("f")->boolean);
  EXPECT_EQ(value.find("i")->text, "-12.50e+3");
  EXPECT_EQ(value.find("s")->text, "a");
  ASSERT_EQ(value.find("a")->items.size(), 2U);
  EXPECT_TRUE(value.find("a")->items[1].is(Kind::Array));
  EXPECT_TRUE(value.find("o")->is(Kind::Object));
  EXPECT_EQ(value.find("x"), nullptr);
  EXPECT_EQ(value.find("s")->find("x"), nullptr);
}

TEST(StrictJsonTest, MembersKeepTheirOrder) {
  const Json value = read(R"({"b":1,"a":2})");
  ASSERT_EQ(value.members.size(), 2U);
  EXPECT_EQ(value.members[0].name, "b");
  EXPECT_EQ(value.members[1].name, "a");
}

TEST(StrictJsonTest, EscapesAreUnescaped) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")").text, "\"\\/\b\f\n\r\t");
  EXPECT_EQ(read(R"("\u0041\u00e9\u20AC\ud83d\ude00")").text,
            "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(read(R"("\u0000")").text, std::string_view("\0", 1));
  EXPECT_EQ(read(R"("\u007f\u0080\u07ff\u0800\uffff")").text,
            "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF");
  EXPECT_EQ(read(R"("\ud800\udc00\udbff\udfff")").text, "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}

TEST(StrictJsonTest, WhatIsNotOneJsonValueIsRefused) {
  for (const std::string_view text : {"{",
                                      "}",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "{\"a\":1,}",
                                      "{\"a\" 1}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{\"a\":}",
                                      "1 2",
                                      "{} {}",
                                      "[] x",
                                      "NaN",
                                      "nul",
                                      "Infinity",
                                      "-Infinity",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "01",
                                      "-",
                                      "-01",
                                      "1e",
                                      "1e+",
                                      "0x10",
                                      "True",
                                      "nulll",
                                      "\"",
                                      "\"a",
                                      "\"\\x\"",
                                      "\"\\\"",
                                      "\"\\u12\"",
                                      "\"\\u12G4\"",
                                      "\"\t\"",
                                      "// c\n1",
                                      "/**/1",
                                      "\"\n\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\\ud800x\"",
                                      "\"\\ud800\\n\"",
                                      "\xEF\xBB\xBF{}",
                                      "\v1",
                                      "[1;2]",
                                      "--1",
                                      "1.e5"}) {
    EXPECT_EQ(refusal(text).reason, Reason::JsonSyntax) << text;
  }
  EXPECT_EQ(refusal(std::string_view("1\0", 2)).reason, Reason::JsonSyntax);
  EXPECT_EQ(refusal(std::string_view("\0", 1)).reason, Reason::JsonSyntax);
}

TEST(StrictJsonTest, NothingAtAllHasItsOwnReason) {
  EXPECT_EQ(refusal("").reason, Reason::EmptyInput);
  EXPECT_EQ(refusal(" \t\r\n").reason, Reason::EmptyInput);
}

TEST(StrictJsonTest, OnlyUtf8IsText) {
  EXPECT_EQ(read("\"\xC3\xA9\xF4\x8F\xBF\xBF\"").text, "\xC3\xA9\xF4\x8F\xBF\xBF");
  for (const std::string_view text :
       {"\"\x80\"", "\"\xC3\"", "\"\xC0\x80\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"",
        "\"\xF4\x90\x80\x80\"", "\"\xF8\x88\x80\x80\x80\"", "\"\xFF\"", "{}\xFE"}) {
    EXPECT_EQ(refusal(text).reason, Reason::NotUtf8);
  }
}

TEST(StrictJsonTest, AByteOrderMarkIsNamed) {
  const auto marked = read_json("\xEF\xBB\xBF{}");
  ASSERT_FALSE(marked.has_value());
  EXPECT_EQ(marked.error().reason, Reason::JsonSyntax);
  EXPECT_EQ(marked.error().seen, "a byte order mark before the first byte");
  EXPECT_TRUE(read_json("{\"a\":\"\xEF\xBB\xBF\"}").has_value()) << "inside it is a space";
}

TEST(StrictJsonTest, ANameTwiceIsRefusedHoweverItIsWritten) {
  EXPECT_EQ(refusal(R"({"a":1,"a":1})"), (Refusal{Reason::JsonDuplicateKey, "/a"}));
  EXPECT_EQ(refusal(R"({"a":1,"b":2,"\u0061":1})"), (Refusal{Reason::JsonDuplicateKey, "/a"}));
  EXPECT_EQ(refusal(R"({"x":[{"":1,"":2}]})"), (Refusal{Reason::JsonDuplicateKey, "/x/0/"}));
  EXPECT_EQ(refusal(R"({"a":{"a":{"b":1}},"b":2})").reason, Reason::None);
  EXPECT_EQ(refusal(R"({"a":1,"A":1,"a ":1})").reason, Reason::None);
}

TEST(StrictJsonTest, ErrorsPointAtTheValue) {
  EXPECT_EQ(refusal(R"({"a":{"b/c~d":[0,nope]}})"), (Refusal{Reason::JsonSyntax, "/a/b~1c~0d/1"}));
  EXPECT_EQ(refusal(R"([[1],[2,{"k":tru}]])"), (Refusal{Reason::JsonSyntax, "/1/1/k"}));
  EXPECT_EQ(refusal(R"({"a":1} x)"), (Refusal{Reason::JsonSyntax, ""}));
  EXPECT_EQ(read_json(R"({"a":nope})").error().seen, "`nope` at byte 5");
  EXPECT_EQ(read_json("[1").error().seen, "the end at byte 2");
}

TEST(StrictJsonTest, DepthHasALimit) {
  EXPECT_EQ(refusal("[[1]]", {.depth_max = 2}).reason, Reason::None);
  EXPECT_EQ(refusal("[[[]]]", {.depth_max = 2}), (Refusal{Reason::JsonTooDeep, "/0/0"}));
  EXPECT_EQ(refusal(R"({"a":{"b":{}}})", {.depth_max = 2}), (Refusal{Reason::JsonTooDeep, "/a/b"}));
  EXPECT_EQ(refusal("1", {.depth_max = 0}).reason, Reason::None);
  EXPECT_EQ(refusal("[]", {.depth_max = 0}).reason, Reason::JsonTooDeep);
  EXPECT_EQ(refusal(std::string(16, '[') + std::string(16, ']')).reason, Reason::None);
  EXPECT_EQ(refusal(std::string(17, '[') + std::string(17, ']')).reason, Reason::JsonTooDeep);
  EXPECT_EQ(refusal(std::string(100'000, '[')).reason, Reason::JsonTooDeep);
}

TEST(StrictJsonTest, SizeHasALimit) {
  EXPECT_EQ(refusal("1234", {.bytes_max = 4}).reason, Reason::None);
  EXPECT_EQ(refusal("12345", {.bytes_max = 4}).reason, Reason::InputTooLarge);
  EXPECT_EQ(refusal(std::string(1U << 20, ' ') + " ").reason, Reason::InputTooLarge);
}

TEST(StrictJsonTest, DecimalsAreReadExactly) {
  EXPECT_EQ(decimal_of<Px>(read("0.1"), "").value(), Px::from_raw(10'000'000));
  EXPECT_EQ(decimal_of<Px>(read("92233720368.54775807"), "").value().raw(), 9223372036854775807);
  const auto reason = [](std::string_view text) {
    const Result<Px> px = decimal_of<Px>(read(text), "/px");
    return px ? Refusal{Reason::None, ""} : Refusal{px.error().reason, px.error().field};
  };
  EXPECT_EQ(reason("1e2"), (Refusal{Reason::NumberExponent, "/px"}));
  EXPECT_EQ(reason("0.12345678"), (Refusal{Reason::None, ""}));
  EXPECT_EQ(reason("0.123456789"), (Refusal{Reason::NumberTooManyDecimals, "/px"}));
  EXPECT_EQ(reason("92233720368.54775808"), (Refusal{Reason::NumberOutOfRange, "/px"}));
  EXPECT_EQ(reason("\"1\""), (Refusal{Reason::FieldType, "/px"}));
  EXPECT_EQ(reason("null"), (Refusal{Reason::FieldType, "/px"}));
}

TEST(StrictJsonTest, DecimalsOnlyHoldsForEveryNumber) {
  constexpr JsonOptions kDecimals{.decimals_only = true};
  EXPECT_EQ(refusal(R"({"a":[1.5,-0.00000001]})", kDecimals).reason, Reason::None);
  EXPECT_EQ(refusal(R"({"a":[1,1E5]})", kDecimals), (Refusal{Reason::NumberExponent, "/a/1"}));
  EXPECT_EQ(refusal("0.000000001", kDecimals).reason, Reason::NumberTooManyDecimals);
  EXPECT_EQ(refusal("99999999999", kDecimals).reason, Reason::NumberOutOfRange);
  EXPECT_EQ(refusal("1E5").reason, Reason::None);
}

TEST(StrictJsonTest, CanonicalJsonSortsAndKeepsNumbers) {
  EXPECT_EQ(
      to_canonical_json(read(R"( { "b" : [ 1.50 , true , null ] , "a" : "x\n\u0001\"\\é" } )")),
      "{\"a\":\"x\\u000a\\u0001\\\"\\\\é\",\"b\":[1.50,true,null]}");
  EXPECT_EQ(to_canonical_json(read("[[],{}]")), "[[],{}]");
}

TEST(StrictJsonTest, SeenIsCutAndPrintable) {
  EXPECT_EQ(printable("a\nb\x7F\xC3\xA9"), "a?b???");
  EXPECT_EQ(printable("abcdef", 3), "abc");
}

bool same(const Json& ours, const nlohmann::json& theirs) {
  switch (ours.kind) {
    case Kind::Null:
      return theirs.is_null();
    case Kind::Bool:
      return theirs.is_boolean() && theirs.get<bool>() == ours.boolean;
    case Kind::Number:
      return theirs.is_number() && nlohmann::json::parse(ours.text) == theirs;
    case Kind::String:
      return theirs.is_string() && theirs.get_ref<const std::string&>() == ours.text;
    case Kind::Array: {
      if (!theirs.is_array() || theirs.size() != ours.items.size()) return false;
      for (std::size_t i = 0; i < ours.items.size(); ++i) {
        if (!same(ours.items[i], theirs[i])) return false;
      }
      return true;
    }
    case Kind::Object: {
      if (!theirs.is_object() || theirs.size() != ours.members.size()) return false;
      for (const JsonMember& member : ours.members) {
        if (!theirs.contains(member.name) || !same(member.value, theirs[member.name])) return false;
      }
      return true;
    }
  }
  return false;
}

// nlohmann keeps the last of two equal names; this counts whether any object has such a pair.
bool has_duplicates(const std::string& text) {
  std::vector<std::set<std::string>> open;
  bool found = false;
  const auto watch = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key) found |= !open.back().insert(parsed.get<std::string>()).second;
    return true;
  };
  return !nlohmann::json::parse(text, watch, false).is_discarded() && found;
}

class RandomDocument {
 public:
  explicit RandomDocument(std::uint64_t seed) : random_(seed) {}

  std::string document() {
    std::string text = value(4);
    const auto edits = below(3);
    for (std::uint64_t i = 0; i < edits; ++i) damage(text);
    return text;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string pick(std::initializer_list<std::string_view> from) {
    return std::string(from.begin()[below(from.size())]);
  }
  std::string value(int depth) {
    switch (below(depth > 0 ? 8 : 5)) {
      case 0:
        return pick({"null", "true", "false"});
      case 1:
      case 2:
        return pick({"0", "-0", "1", "-1.5", "0.00000001", "9.25", "1e5", "1E-3", "-0.0e+1"});
      case 3:
      case 4:
        return name();
      case 5:
        return list('[', ']', depth, false);
      default:
        return list('{', '}', depth, true);
    }
  }
  std::string name() {
    return '"' + pick({"", "a", "b", "\\u0061", "\\n", "é", "\\ud83d\\ude00", "😀", "\\\"", "a/b"}) +
           '"';
  }
  std::string list(char open, char close, int depth, bool named) {
    std::string text(1, open);
    for (std::uint64_t i = below(4); i > 0; --i) {
      if (named) text += name() + pick({":", " : "});
      text += value(depth - 1);
      if (i > 1) text += pick({",", ", ", "\n,"});
    }
    return text + close;
  }
  void damage(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text.erase(at, 1);
        return;
      case 1:
        text.insert(at, pick({",", "}", "]", "\"", "\\", "0", ".", "e", "\x01", "\x80", ":", "n"}));
        return;
      case 2:
        text[at] = static_cast<char>(1 + below(255));  // NUL ends nlohmann's input
        return;
      default:
        text.resize(at);
    }
  }
  std::mt19937_64 random_;
};

TEST(StrictJsonPropertyTest, AgreesWithAnotherReaderOnRandomDocuments) {
  std::size_t accepted = 0;
  std::size_t duplicates = 0;
  constexpr std::size_t kDocuments = 40'000;
  RandomDocument random(7);
  for (std::size_t i = 0; i < kDocuments; ++i) {
    const std::string text = random.document();
    const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
    const Result<Json> ours = read_json(text);
    if (ours) {
      ASSERT_FALSE(theirs.is_discarded()) << text;
      ASSERT_TRUE(same(*ours, theirs)) << text;
      ASSERT_FALSE(has_duplicates(text)) << text;
      EXPECT_EQ(nlohmann::json::parse(to_canonical_json(*ours)), theirs) << text;
      ++accepted;
      continue;
    }
    if (theirs.is_discarded()) continue;
    ASSERT_EQ(ours.error().reason, Reason::JsonDuplicateKey) << text << "\n"
                                                             << to_text(ours.error());
    ASSERT_TRUE(has_duplicates(text)) << text;
    ++duplicates;
  }
  EXPECT_GT(accepted, kDocuments / 4);  // the generator reaches both sides
  EXPECT_GT(kDocuments - accepted, kDocuments / 4);
  EXPECT_GT(duplicates, 100U);
}

}  // namespace
}  // namespace clawgate
