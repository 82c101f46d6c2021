// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "schemas/core/digest.h"
#include "schemas/strict_json.h"
#include "tests/conformance/contracts.h"
#include "tests/conformance/schema_validator.h"

namespace clawgate::conformance {
namespace {

class FixturesTest : public testing::TestWithParam<ContractRow> {};

TEST_P(FixturesTest, GoodOnesAreAcceptedByDecoderAndSchema) {
  SchemaValidator schema(schema_path(GetParam()));
  for (const Fixture& fixture : fixtures(GetParam(), "good")) {
    const Error error = GetParam().decode(fixture.text);
    EXPECT_EQ(error.reason, Reason::None) << fixture.name << ": " << to_text(error);
    EXPECT_EQ(schema.validate(fixture.text), Verdict::Accepts) << fixture.name;
  }
}

TEST_P(FixturesTest, WhatWeWriteTheSchemaAcceptsAndWeReadBack) {
  SchemaValidator schema(schema_path(GetParam()));
  for (const Fixture& fixture : fixtures(GetParam(), "good")) {
    const std::string written = GetParam().reencode(fixture.text);
    EXPECT_EQ(schema.validate(written), Verdict::Accepts) << fixture.name << "\n" << written;
    EXPECT_EQ(GetParam().decode(written).reason, Reason::None) << fixture.name << "\n" << written;
    EXPECT_EQ(GetParam().reencode(written), written) << fixture.name;
  }
}

void remove(Json& object, std::string_view name) {
  std::erase_if(object.members, [&](const JsonMember& member) { return member.name == name; });
}

// Byte for byte, but for members that a contract leaves open and the core does not know.
TEST_P(FixturesTest, NothingOfAContractIsLostOnTheWay) {
  const std::string text =
      read_file(json_folder() / "fixtures" / GetParam().name / "good/full.json");
  Json full = read_json(text).value();
  if (GetParam().name == "hitl_command") remove(full, "client");
  for (JsonMember& member : full.members) {
    if (GetParam().name == "signal_intent") remove(member.value, "engine");
  }
  EXPECT_EQ(GetParam().reencode(text), to_canonical_json(full));
}

TEST_P(FixturesTest, BadOnesAreRefusedForTheRuleTheyAreNamedAfter) {
  SchemaValidator schema(schema_path(GetParam()));
  for (const Fixture& fixture : fixtures(GetParam(), "bad")) {
    const Error error = GetParam().decode(fixture.text);
    EXPECT_NE(reason_in_name(fixture.name), Reason::None) << fixture.name;
    EXPECT_EQ(error.reason, reason_in_name(fixture.name)) << fixture.name << ": " << to_text(error);
    EXPECT_NE(schema.validate(fixture.text), Verdict::Accepts) << fixture.name;
  }
}

// The second part of a fixture's name is the field with dots for slashes.
TEST_P(FixturesTest, TheErrorNamesTheField) {
  for (const std::string_view kind : {"bad", "stricter"}) {
    for (const Fixture& fixture : fixtures(GetParam(), kind)) {
      const Error error = GetParam().decode(fixture.text);
      if (error.reason == Reason::JsonSyntax || error.reason == Reason::NotUtf8) continue;
      std::string field = fixture.name.substr(fixture.name.find('-') + 1);
      field = field.substr(0, field.find('-'));
      std::string expected = field == "root" ? "" : "/" + field;
      for (char& c : expected) {
        if (c == '.') c = '/';
      }
      const bool deeper = error.reason == Reason::JsonTooDeep;  // somewhere inside the field
      EXPECT_EQ(deeper ? error.field.substr(0, expected.size()) : error.field, expected)
          << fixture.name;
    }
  }
}

TEST_P(FixturesTest, StricterOnesAreAcceptedByTheSchemaOnly) {
  SchemaValidator schema(schema_path(GetParam()));
  for (const Fixture& fixture : fixtures(GetParam(), "stricter")) {
    const Error error = GetParam().decode(fixture.text);
    EXPECT_EQ(error.reason, reason_in_name(fixture.name)) << fixture.name << ": " << to_text(error);
    EXPECT_TRUE(is_stricter(error.reason, fixture.text)) << fixture.name;
    const bool readable = error.reason != Reason::NotUtf8;  // no JSON at all to that reader
    EXPECT_EQ(schema.validate(fixture.text), readable ? Verdict::Accepts : Verdict::Unreadable)
        << fixture.name;
  }
}

TEST_P(FixturesTest, SizeHasALimitThatTheSchemaDoesNotKnow) {
  constexpr std::size_t kBytesMax = 64 * 1024;
  SchemaValidator schema(schema_path(GetParam()));
  std::string text = read_file(json_folder() / "fixtures" / GetParam().name / "good/full.json");
  text.resize(kBytesMax, ' ');
  EXPECT_EQ(GetParam().decode(text).reason, Reason::None);
  text += ' ';
  EXPECT_EQ(GetParam().decode(text).reason, Reason::InputTooLarge);
  EXPECT_EQ(schema.validate(text), Verdict::Accepts);
}

TEST_P(FixturesTest, ASchemaChangesOnlyWithItsVersion) {
  const std::string text = read_file(schema_path(GetParam()));
  const nlohmann::json schema = nlohmann::json::parse(text);
  const std::string version(GetParam().version);
  EXPECT_EQ(to_hex(sha256(bytes_of(text))), GetParam().sha256)
      << "the schema of " << GetParam().name << " changed: give it a new version, and that row of "
      << "tests/conformance/contracts.cc its version and hash";
  EXPECT_EQ(schema.at("$id"),
            "urn:clawgate:schema:" + std::string(GetParam().name) + ":" + version);
  EXPECT_EQ(schema.at("properties").at("schema_version"), (nlohmann::json{{"const", version}}));
}

// What both drafts read the same way; valijson silently ignores what it does not know.
void expect_known_keywords(const nlohmann::json& schema, const std::string& where) {
  static const std::set<std::string> kKnown = {
      "$schema", "$id",      "title",    "description",      "type",
      "const",   "enum",     "required", "properties",       "additionalProperties",
      "items",   "minItems", "maxItems", "minLength",        "maxLength",
      "pattern", "minimum",  "maximum",  "exclusiveMinimum", "maxProperties",
      "if",      "then"};
  ASSERT_TRUE(schema.is_object()) << where;
  for (const auto& [keyword, value] : schema.items()) {
    EXPECT_TRUE(kKnown.contains(keyword)) << where << " uses " << keyword;
    if (keyword == "additionalProperties") {
      EXPECT_EQ(value, false) << where;
    }
    if (keyword == "items" || keyword == "if" || keyword == "then") {
      expect_known_keywords(value, where + "/" + keyword);
    }
    if (keyword == "properties") {
      for (const auto& [name, child] : value.items()) {
        expect_known_keywords(child, where + "/" + name);
      }
    }
  }
}

TEST_P(FixturesTest, TheSchemaUsesOnlyKeywordsThatMeanTheSameInBothDrafts) {
  const nlohmann::json schema = nlohmann::json::parse(read_file(schema_path(GetParam())));
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema.at("title"), std::string(GetParam().name));
  expect_known_keywords(schema, std::string(GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(Contracts, FixturesTest, testing::ValuesIn(contracts()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(SchemasTest, EverySchemaHasARow) {
  std::set<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(json_folder())) {
    const std::string name = file.path().filename().string();
    constexpr std::string_view kSuffix = ".schema.json";
    if (name.ends_with(kSuffix)) files.insert(name.substr(0, name.size() - kSuffix.size()));
  }
  std::set<std::string> rows;
  for (const ContractRow& row : contracts()) rows.insert(std::string(row.name));
  EXPECT_EQ(files, rows);
}

TEST(SchemasTest, WhatIsShippedForTheAssetClassesIsValid) {
  std::size_t files = 0;
  for (const ContractRow& row : contracts()) {
    const std::string folder = row.name == "asset_profile"           ? "profiles"
                               : row.name == "venue_adapter"         ? "adapters"
                               : row.name == "asset_class_validator" ? "validators"
                               : row.name == "shadow_mode_review"    ? "shadow_reviews"
                                                                     : "";
    if (folder.empty()) continue;
    for (const auto& file : std::filesystem::directory_iterator(json_folder() / folder)) {
      const std::string text = read_file(file.path());
      EXPECT_EQ(row.decode(text).reason, Reason::None) << file.path();
      EXPECT_EQ(SchemaValidator(schema_path(row)).validate(text), Verdict::Accepts) << file.path();
      ++files;
    }
  }
  EXPECT_EQ(files, 4U + 3U + 3U + 3U);
}

}  // namespace
}  // namespace clawgate::conformance
