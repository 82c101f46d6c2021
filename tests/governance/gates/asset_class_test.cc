// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/asset_class.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>

#include "tests/governance/gates/gates_support.h"

namespace clawgate::governance {
namespace {

std::string shipped(const std::string& folder, const std::string& name) {
  std::ifstream file(CLAWGATE_SOURCE_DIR "/schemas/json/" + folder + "/" + name + ".json");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

AssetClassRules rules_of(const std::string& name) {
  return {contracts::decode_asset_profile(shipped("profiles", name)).value(),
          contracts::decode_asset_class_validator(shipped("validators", name)).value(),
          contracts::decode_venue_adapter(shipped("adapters", name)).value()};
}

constexpr std::int64_t kMinutesOfNoon = 12 * 60;  // kNoon is 2026-01-05, a Monday, 12:00 UTC
/// A time of that Monday in Sao Paulo.
ClassMarket at(int hour, int minute, std::string status = "open") {
  const std::int64_t minutes = (hour + 3) * 60 + minute - kMinutesOfNoon;
  return {std::move(status), UnixNanos{kNoon.value() + minutes * kNanosPerMinute}, false};
}

class AssetClassTest : public ::testing::Test {
 protected:
  AssetClassRules rules_ = rules_of("equities_br");
  ClassOrder order_ = an_order();

  static ClassOrder an_order() {
    ClassOrder order;
    order.symbol = "PETR4";
    order.quantity = Qty::of(10);
    order.price = Px::of(35);
    order.stop_price = Px::of(34);
    order.quantity_unit = "share";
    order.quote_currency = "BRL";
    order.equity = Notional::of(10'000);
    return order;
  }
  std::vector<std::string> blocked(const ClassMarket& market = at(11, 0)) {
    const auto verdict = check_class_order(rules_, order_, market);
    EXPECT_EQ(verdict.validator_status == contracts::ValidatorStatus::Pass,
              verdict.block_reasons.empty());
    EXPECT_TRUE(contracts::decode_pre_trade_validator(encode(verdict)));
    return verdict.block_reasons;
  }
  using Codes = std::vector<std::string>;
};

TEST_F(AssetClassTest, AnOrderThatKeepsEveryRulePasses) {
  EXPECT_EQ(blocked(), Codes{});
  const auto verdict = check_class_order(rules_, order_, at(11, 0));
  EXPECT_EQ(verdict.effective_risk_quote.safe_notional, Notional::of(350));
  EXPECT_EQ(verdict.effective_risk_quote.budget, Notional::of(100));
}

TEST_F(AssetClassTest, EachRuleBlocksByItsName) {
  struct Row {
    void (*change)(AssetClassRules&, ClassOrder&);
    std::string code;
  };
  const Row rows[] = {
      {[](AssetClassRules&, ClassOrder& o) {
         o.stop_price.reset();
         o.equity = Notional::of(100'000);
       },
       "STOP_MISSING"},
      {[](AssetClassRules&, ClassOrder& o) { o.stop_price = Px::of(35); }, "STOP_WRONG_SIDE"},
      {[](AssetClassRules&, ClassOrder& o) { o.equity.reset(); }, "EQUITY_MISSING"},
      {[](AssetClassRules&, ClassOrder& o) { o.equity = Notional::of(1000); }, "RISK_ABOVE_BUDGET"},
      {[](AssetClassRules&, ClassOrder& o) { o.quantity = Qty::of(15); },
       "NOTIONAL_ABOVE_ORDER_LIMIT"},
      {[](AssetClassRules&, ClassOrder& o) { o.price = Px::from_raw(3'500'500'000); },
       "PRICE_FILTER"},
      {[](AssetClassRules&, ClassOrder& o) { o.stop_price = Px::from_raw(3'400'500'000); },
       "PRICE_FILTER"},
      {[](AssetClassRules&, ClassOrder& o) { o.quantity = Qty::from_raw(1'050'000'000); },
       "LOT_SIZE"},
      {[](AssetClassRules&, ClassOrder& o) { o.quantity = Qty::of(2); }, "MIN_NOTIONAL"},
      {[](AssetClassRules&, ClassOrder& o) { o.quantity_unit = "lot"; }, "UNIT_MISMATCH"},
      {[](AssetClassRules&, ClassOrder& o) { o.quote_currency = "USD"; }, "UNIT_MISMATCH"},
      {[](AssetClassRules& r, ClassOrder&) {
         r.adapter.supported_order_types = {contracts::OrderType::Market};
       },
       "ORDER_TYPE_NOT_SUPPORTED"},
      {[](AssetClassRules& r, ClassOrder&) { r.validator.asset_profile_ref = "equities_br@2025"; },
       "PROFILE_MISMATCH"},
  };
  for (const Row& row : rows) {
    rules_ = rules_of("equities_br");
    order_ = an_order();
    row.change(rules_, order_);
    EXPECT_EQ(blocked(), Codes{row.code});
  }
  order_ = an_order();
  rules_ = rules_of("equities_br");
  order_.quantity = Qty::from_raw(50'000'000);
  EXPECT_EQ(blocked(), (Codes{"SIZE_BELOW_STEP", "LOT_SIZE", "MIN_NOTIONAL"}));
}

TEST_F(AssetClassTest, AReducingSaleNeedsNoStop) {
  order_.side = Side::Sell;
  order_.stop_price.reset();
  EXPECT_EQ(blocked(), Codes{});
}

TEST_F(AssetClassTest, CostsCountAgainstTheBudgetToTheCent) {
  // 10 shares lose 10.00 at the stop; 14.6 bps of 350 + 340 are 1.0074.
  order_.equity = Notional::of(1102);
  EXPECT_EQ(blocked(), Codes{});
  order_.equity = Notional::of(1100);
  EXPECT_EQ(blocked(), Codes{"RISK_ABOVE_BUDGET"});
}

TEST_F(AssetClassTest, LimitsHoldAtTheirBounds) {
  order_.price = Px::of(50);
  order_.stop_price = Px::of(49);
  EXPECT_EQ(blocked(), Codes{});  // 500, the limit itself
  order_.quantity = Qty::of(2);
  EXPECT_EQ(blocked(), Codes{});  // 100, the least itself
}

TEST_F(AssetClassTest, TheMarketIsOpenOnlyInItsSessionAndItsState) {
  EXPECT_EQ(blocked(at(10, 0)), Codes{});
  EXPECT_EQ(blocked(at(16, 59)), Codes{});
  EXPECT_EQ(blocked(at(9, 59)), Codes{"MARKET_CLOSED"});
  EXPECT_EQ(blocked(at(17, 0)), Codes{"MARKET_CLOSED"});
  for (const std::string status : {"auction", "halt", "closed", "unknown", ""}) {
    EXPECT_EQ(check_class_order(rules_, order_, at(11, 0, status)).block_reasons,
              Codes{"MARKET_CLOSED"});
  }
  ClassMarket saturday = at(11, 0);
  saturday.at = UnixNanos{saturday.at.value() + 5 * 24 * kNanosPerHour};
  EXPECT_EQ(blocked(saturday), Codes{"MARKET_CLOSED"});
  rules_.profile.market_sessions[0].timezone = "America/New_York";
  rules_.validator.calendar_rules.timezone = "America/New_York";
  EXPECT_EQ(blocked(), Codes{"MARKET_CLOSED"});
}

TEST_F(AssetClassTest, LiveIsBlockedUntilTheAdapterIsReady) {
  ClassMarket live = at(11, 0);
  live.live = true;
  EXPECT_EQ(blocked(live), Codes{"PROFILE_BLOCKED"});
  rules_.adapter.status = contracts::AdapterStatus::LiveReady;
  EXPECT_EQ(blocked(live), Codes{});
}

TEST_F(AssetClassTest, AFixedIncomeOrderIsSizedByItsLossPerUnit) {
  rules_ = rules_of("fixed_income_br");
  order_.price = Px::of(1000);
  order_.stop_price = Px::of(999);
  order_.quantity = Qty::of(2);
  order_.quantity_unit = "bond_unit";
  order_.equity = Notional::of(6000);
  EXPECT_EQ(blocked(), Codes{});  // 2 * 25 and costs are under 60
  order_.equity = Notional::of(5000);
  EXPECT_EQ(blocked(), Codes{"RISK_ABOVE_BUDGET"});
  order_.equity = Notional::of(6000);
  order_.order_type = contracts::OrderType::Market;
  EXPECT_EQ(blocked(), Codes{"ORDER_TYPE_NOT_SUPPORTED"});
}

TEST_F(AssetClassTest, WhatDoesNotFitIsAnAnswer) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  order_.quantity = Qty::from_raw(kMost - kMost % Qty::kScale);
  order_.price = Px::from_raw(kMost - kMost % 1'000'000);
  EXPECT_EQ(blocked(), (Codes{"MIN_NOTIONAL", "ARITHMETIC_OVERFLOW"}));
}

TEST_F(AssetClassTest, TheShippedClassesDoNotContradictThemselves) {
  for (const std::string name : {"equities_br", "fii_br", "fixed_income_br"}) {
    const AssetClassRules rules = rules_of(name);
    EXPECT_TRUE(contradictions(rules).empty()) << to_text(contradictions(rules).front());
    EXPECT_EQ(rules.adapter.status, contracts::AdapterStatus::Blocked);
  }
  rules_.validator.market_state_blockers = {"closed"};
  EXPECT_EQ(contradictions(rules_).size(), 2U);
}

class ShadowReviewTest : public ::testing::Test {
 protected:
  Desk desk_;
  contracts::ShadowModeReview review_ =
      contracts::decode_shadow_mode_review(shipped("fixtures/shadow_mode_review/good", "full"))
          .value();

  void SetUp() override {
    review_.decision_id = desk_.approved(DecisionPurpose::AssetClassEnablement);
  }
  std::vector<std::string> fields() {
    std::vector<std::string> names;
    for (const Error& error : check_shadow_review(
             review_, desk_.decisions, [](std::string_view ref) { return ref != "missing"; })) {
      names.push_back(error.field);
    }
    return names;
  }
  using Fields = std::vector<std::string>;
};

TEST_F(ShadowReviewTest, ACompletedReviewHasEverything) {
  EXPECT_EQ(fields(), Fields{});
  review_.stability_window.completed_sessions = 9;
  EXPECT_EQ(fields(), Fields{"/stability_window/completed_sessions"});
  review_.stability_window.completed_sessions = 11;
  EXPECT_EQ(fields(), (Fields{"/stability_window/completed_sessions",
                              "/stability_window/completed_sessions"}));
  review_.stability_window.completed_sessions = 10;
  review_.shadow_evidence_refs = {"missing"};
  EXPECT_EQ(fields(), Fields{"/shadow_evidence_refs/0"});
  review_.shadow_evidence_refs.clear();
  EXPECT_EQ(fields(), Fields{"/shadow_evidence_refs"});
}

TEST_F(ShadowReviewTest, ItsDecisionIsApprovedR3AndAboutEnablement) {
  review_.decision_id = "not-issued";
  EXPECT_EQ(fields(), Fields{"/decision_id"});
  review_.decision_id = desk_.opened(DecisionPurpose::AssetClassEnablement);
  EXPECT_EQ(fields(), Fields{"/decision_id"});
  review_.decision_id = desk_.approved(DecisionPurpose::S1Entry);
  review_.risk_tier = RiskTier::R2;
  review_.decision_status = contracts::ShadowDecision::Pending;
  review_.promote_readiness = contracts::Readiness::Hold;
  EXPECT_EQ(fields(),
            (Fields{"/decision_status", "/risk_tier", "/decision_id", "/promote_readiness"}));
}

TEST_F(ShadowReviewTest, APendingOneHoldsEverythingBack) {
  review_.status = contracts::ShadowStatus::PendingShadow;
  EXPECT_EQ(fields(), (Fields{"/decision_ref", "/shadow_evidence_refs", "/promote_readiness"}));
  review_.decision_ref.reset();
  review_.shadow_evidence_refs.clear();
  review_.promote_readiness = contracts::Readiness::Hold;
  EXPECT_EQ(fields(), Fields{});
}

}  // namespace
}  // namespace clawgate::governance
