// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/asset_class_suite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_directory.h"

namespace clawgate::eval {
namespace {

using contracts::BrazilianClass;

const std::string kSource = CLAWGATE_SOURCE_DIR;
constexpr BrazilianClass kAll[] = {BrazilianClass::EquitiesBr, BrazilianClass::FiiBr,
                                   BrazilianClass::FixedIncomeBr};

/// A copy of what is shipped, for a test to spoil.
class AssetClassSuiteTest : public ::testing::Test {
 protected:
  clawgate::testing::TemporaryDirectory folder_;
  ClassPlaces places_{(folder_.path() / "cases").string(), (folder_.path() / "json").string()};

  void SetUp() override {
    namespace fs = std::filesystem;
    fs::copy(kSource + "/evals/asset_classes", places_.cases, fs::copy_options::recursive);
    for (const std::string name : {"profiles", "validators", "adapters", "shadow_reviews"}) {
      fs::create_directories(places_.contracts);
      fs::copy(kSource + "/schemas/json/" + name, places_.contracts + "/" + name);
    }
  }
  void edit(const std::string& path, const std::string& from, const std::string& to) {
    std::ifstream in(path);
    std::string text(std::istreambuf_iterator<char>(in), {});
    ASSERT_NE(text.find(from), std::string::npos) << path;
    text.replace(text.find(from), from.size(), to);
    std::ofstream(path) << text;
  }
  std::vector<std::string> failed(BrazilianClass which) {
    const auto checks = run_asset_class(which, places_);
    if (!checks) return {to_text(checks.error())};
    std::vector<std::string> ids;
    for (const ClassCheck& check : *checks) {
      if (!check.passed()) ids.push_back(check.id + ": " + check.seen);
    }
    return ids;
  }
  using Ids = std::vector<std::string>;
};

TEST_F(AssetClassSuiteTest, EveryClassIsGreen) {
  for (const BrazilianClass which : kAll) {
    EXPECT_EQ(failed(which), Ids{}) << contracts::word_of(which);
    EXPECT_GE(run_asset_class(which, places_)->size(), 6U + 7U);
  }
}

TEST_F(AssetClassSuiteTest, AnOpenAdapterFails) {
  edit(places_.contracts + "/adapters/fii_br.json", "\"blocked\"", "\"live_ready\"");
  const Ids ids = failed(BrazilianClass::FiiBr);
  EXPECT_EQ(ids, (Ids{"adapter_status: live_ready", "fii_fail_live: PASS"}));
}

TEST_F(AssetClassSuiteTest, AProfileThatDriftsFromItsValidatorFails) {
  edit(places_.contracts + "/profiles/equities_br.json", "\"slippage_bps\": 8",
       "\"slippage_bps\": 7");
  const Ids ids = failed(BrazilianClass::EquitiesBr);
  ASSERT_FALSE(ids.empty());
  EXPECT_EQ(ids[0], "contradictions: validator/cost_rules other costs");
}

TEST_F(AssetClassSuiteTest, ACompletedReviewWithoutItsDecisionFails) {
  edit(places_.contracts + "/shadow_reviews/equities_br.json", "pending_shadow", "completed");
  EXPECT_EQ(failed(BrazilianClass::EquitiesBr).size(), 1U);
}

TEST_F(AssetClassSuiteTest, AWrongExpectationFails) {
  edit(places_.cases + "/equities_br/equities_fail_auction.json", "\"auction\"", "\"open\"");
  const Ids ids = failed(BrazilianClass::EquitiesBr);
  ASSERT_EQ(ids.size(), 1U);
  EXPECT_TRUE(ids[0].starts_with("equities_fail_"));
}

TEST_F(AssetClassSuiteTest, ACaseThatCannotBeReadNamesFileAndField) {
  edit(places_.cases + "/fii_br/fii_pass.json", "\"PASS\"", "\"MAYBE\"");
  const auto checks = run_asset_class(BrazilianClass::FiiBr, places_);
  ASSERT_FALSE(checks);
  EXPECT_TRUE(checks.error().field.ends_with("fii_pass.json:/expected_status"));
}

TEST_F(AssetClassSuiteTest, AClassNeedsACaseThatPasses) {
  std::filesystem::remove(places_.cases + "/fii_br/fii_pass.json");
  EXPECT_FALSE(run_asset_class(BrazilianClass::FiiBr, places_));
}

}  // namespace
}  // namespace clawgate::eval
