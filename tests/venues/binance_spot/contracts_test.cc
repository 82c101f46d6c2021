// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "schemas/core/digest.h"
#include "tests/conformance/contracts.h"
#include "tests/conformance/mutator.h"
#include "tests/conformance/schema_validator.h"
#include "tests/venues/binance_spot/resources.h"
#include "venues/binance_spot/call.h"

namespace clawgate::venues::binance_spot {
namespace {

using conformance::SchemaValidator;
using conformance::Verdict;

class BinanceContractsTest : public ::testing::TestWithParam<ResourceRow> {};

TEST_P(BinanceContractsTest, GoodOnesAreAcceptedByReaderAndContract) {
  SchemaValidator contract(contract_path(GetParam()));
  for (const Fixture& fixture : fixtures_of(GetParam(), "good")) {
    const Error error = GetParam().read(fixture.text);
    EXPECT_EQ(error.reason, Reason::None) << fixture.name << ": " << to_text(error);
    EXPECT_EQ(contract.validate(fixture.text), Verdict::Accepts) << fixture.name;
  }
}

// The second part of a fixture's name is the field with dots for slashes.
TEST_P(BinanceContractsTest, BadOnesAreRefusedForTheRuleTheyAreNamedAfter) {
  for (const Fixture& fixture : fixtures_of(GetParam(), "bad")) {
    const Error error = GetParam().read(fixture.text);
    if (GetParam().name == "error") {  // an unreadable error is an error without a code
      EXPECT_NE(error.reason, Reason::None) << fixture.name;
      continue;
    }
    const Reason named = conformance::reason_in_name(fixture.name);
    EXPECT_NE(named, Reason::None) << fixture.name;
    EXPECT_EQ(error.reason, named) << fixture.name << ": " << to_text(error);
    std::string field = fixture.name.substr(fixture.name.find('-') + 1);
    field = field.substr(0, field.find('-'));
    if (named == Reason::JsonSyntax || field == "root") continue;
    std::string expected = "/" + field;
    std::replace(expected.begin(), expected.end(), '.', '/');
    EXPECT_EQ(error.field, expected) << fixture.name;
  }
}

// The contract never refuses what the reader takes: drift is seen by both or by neither.
TEST_P(BinanceContractsTest, WhatTheReaderAcceptsTheContractAccepts) {
  constexpr int kDocuments = 3000;
  SchemaValidator contract(contract_path(GetParam()));
  std::vector<std::string> good;
  for (const Fixture& fixture : fixtures_of(GetParam(), "good")) good.push_back(fixture.text);
  conformance::Mutator mutator(20260721, good);
  int accepted = 0;
  for (int i = 0; i < kDocuments; ++i) {
    const std::string text = mutator.next();
    if (GetParam().read(text).reason != Reason::None) continue;
    if (GetParam().lazy && contract.validate(text) == Verdict::Unreadable) continue;
    ++accepted;
    ASSERT_EQ(contract.validate(text), Verdict::Accepts) << text;
  }
  EXPECT_GT(accepted, kDocuments / 100);
  EXPECT_LT(accepted, kDocuments * 9 / 10);
}

TEST_P(BinanceContractsTest, AContractChangesOnlyWithItsVersion) {
  const std::string text = conformance::read_file(contract_path(GetParam()));
  const nlohmann::json contract = nlohmann::json::parse(text);
  const std::string name(GetParam().name);
  EXPECT_EQ(to_hex(sha256(bytes_of(text))), GetParam().sha256)
      << name << " changed: write it as the next version, with its fixtures and its reader";
  EXPECT_EQ(contract.at("$id"), "urn:clawgate:contract:binance_spot." + name + ":v" +
                                    std::to_string(GetParam().version));
  EXPECT_EQ(contract.at("title"), name);
}

void expect_known_keywords(const nlohmann::json& schema, const std::string& where) {
  static const std::set<std::string> kKnown = {
      "$schema",   "$id",       "title",      "description", "type",     "const",
      "enum",      "required",  "properties", "items",       "minItems", "maxItems",
      "minLength", "maxLength", "pattern",    "minimum",     "if",       "then"};
  ASSERT_TRUE(schema.is_object()) << where;
  for (const auto& [keyword, value] : schema.items()) {
    EXPECT_TRUE(kKnown.contains(keyword)) << where << " uses " << keyword;
    if (keyword == "items" || keyword == "if" || keyword == "then") {
      expect_known_keywords(value, where + "/" + keyword);
    }
    if (keyword != "properties") continue;
    for (const auto& [name, child] : value.items()) {
      expect_known_keywords(child, where + "/" + name);
    }
  }
}

TEST_P(BinanceContractsTest, UsesOnlyKeywordsThatMeanTheSameInBothDrafts) {
  const auto contract = nlohmann::json::parse(conformance::read_file(contract_path(GetParam())));
  EXPECT_EQ(contract.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  expect_known_keywords(contract, std::string(GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(Resources, BinanceContractsTest,
                         ::testing::ValuesIn(resources().begin(), resources().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(BinanceContractListTest, EveryContractHasARow) {
  std::set<std::string> files;
  const auto folder = contract_path(resources()[0]).parent_path();
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (name.ends_with(".json")) files.insert(name);
  }
  std::set<std::string> rows;
  for (const ResourceRow& row : resources()) rows.insert(contract_path(row).filename().string());
  EXPECT_EQ(files, rows);
}

/// What answers a call, or is a row of its answer where that is a list.
struct AnswerRow {
  std::string_view call;
  std::string_view resource;
};
constexpr auto kAnswers = std::to_array<AnswerRow>({
    {"order", "order_reply"},
    {"oto", "list_reply"},
    {"otoco", "list_reply"},
    {"cancel", "order_reply"},
    {"query_order", "order"},
    {"open_orders", "order"},
    {"open_orders_all", "order"},
    {"all_orders", "order"},
    {"my_trades", "my_trades"},
    {"trades_of_order", "my_trades"},
    {"account", "account"},
    {"commission", "commission"},
    {"exchange_info", "exchange_info"},
    {"time", "server_time"},
    {"avg_price", "avg_price"},
    {"depth_100", "depth_snapshot"},
    {"depth_500", "depth_snapshot"},
    {"depth_1000", "depth_snapshot"},
    {"depth_5000", "depth_snapshot"},
    {"logon", "logon"},
    {"subscribe", "subscription"},
    {"subscribe_signed", "subscription"},
    {"subscriptions", "subscriptions"},
    {"key_restrictions", "key_restrictions"},
});

TEST(BinanceContractListTest, TheAnswerOfEveryCallHasAContract) {
  std::set<std::string_view> contracts;
  for (const ResourceRow& row : resources()) contracts.insert(row.name);
  for (const AnswerRow& row : kAnswers) EXPECT_TRUE(contracts.contains(row.resource)) << row.call;
  std::multiset<std::string_view> answered;
  for (const AnswerRow& row : kAnswers) answered.insert(row.call);
  std::multiset<std::string_view> calls;
  for (const CallInfo& call : all_calls()) calls.insert(call.name);
  EXPECT_EQ(answered, calls);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
