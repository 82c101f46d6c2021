// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/checklist.h"

#include <gtest/gtest.h>

#include "tests/governance/gates/gates_support.h"

namespace clawgate::governance {
namespace {

class ChecklistTest : public ::testing::Test {
 protected:
  Desk desk_;
  contracts::PreLiveChecklist list_;

  void SetUp() override { list_ = a_checklist(desk_.approved(DecisionPurpose::S1Checklist)); }

  ChecklistVerdict check_it() {
    return check(list_, desk_.decisions, [](std::string_view ref) { return ref != "missing"; });
  }
  std::vector<std::string> fields() {
    std::vector<std::string> rows;
    for (const Error& error : check_it().findings) {
      rows.push_back(std::string(info(error.reason).code) + " " + error.field + " " + error.seen);
    }
    return rows;
  }
  using Rows = std::vector<std::string>;
};

TEST_F(ChecklistTest, EightPassedItemsWithEvidencePass) {
  const ChecklistVerdict verdict = check_it();
  EXPECT_TRUE(verdict.passes()) << to_text(verdict.findings.front());
  EXPECT_FALSE(verdict.trading_blocked);
}

TEST_F(ChecklistTest, AnyFailHoldsAndBlocks) {
  for (std::size_t i = 0; i < list_.items.size(); ++i) {
    list_.items[i].status = contracts::ItemStatus::Fail;
    const ChecklistVerdict verdict = check_it();
    EXPECT_EQ(verdict.readiness, contracts::Readiness::Hold);
    EXPECT_TRUE(verdict.trading_blocked);
    ASSERT_EQ(verdict.findings.size(), 1U);
    EXPECT_EQ(verdict.findings[0].field, "/items/" + std::to_string(i) + "/status");
    list_.items[i].status = contracts::ItemStatus::Pass;
  }
}

TEST_F(ChecklistTest, EveryMissingItemIsNamed) {
  list_.items.erase(list_.items.begin(), list_.items.begin() + 2);
  EXPECT_EQ(fields(), (Rows{"CHECKLIST_ITEM_MISSING /items eval_trading_green",
                            "CHECKLIST_ITEM_MISSING /items execution_gateway_only"}));
  list_.items.clear();
  EXPECT_EQ(fields().size(), kChecklistItems.size());
}

TEST_F(ChecklistTest, ADuplicateAndAnUnknownItemAreNamedWhereTheyStand) {
  list_.items.push_back(list_.items[0]);
  list_.items.push_back({"looks_fine", contracts::ItemStatus::Pass, "evidence"});
  EXPECT_EQ(fields(), (Rows{"CHECKLIST_ITEM_DUPLICATE /items/8/item_id eval_trading_green",
                            "CHECKLIST_ITEM_UNKNOWN /items/9/item_id looks_fine"}));
}

TEST_F(ChecklistTest, APassWithoutItsEvidenceIsNone) {
  list_.items[3].evidence_ref = "missing";
  EXPECT_EQ(fields(), Rows{"EVIDENCE_MISSING /items/3/evidence_ref missing"});
}

TEST_F(ChecklistTest, LiveBeginsAtL0UnderAnApprovedR3Decision) {
  list_.capital_ramp_level = RampLevel::L1;
  list_.risk_tier = RiskTier::R2;
  list_.decision_id = "DEC-20260105-999";
  EXPECT_EQ(fields(), (Rows{"CHECKLIST_TIER /risk_tier R2", "CHECKLIST_RAMP /capital_ramp_level L1",
                            "CHECKLIST_TIER /decision_id no such decision"}));
  list_ = a_checklist(desk_.approved(DecisionPurpose::S1Entry));
  EXPECT_EQ(fields(), Rows{"CHECKLIST_TIER /decision_id s1_entry"});
  list_.decision_id = desk_.opened(DecisionPurpose::S1Checklist);
  EXPECT_EQ(fields(), Rows{"CHECKLIST_TIER /decision_id PENDING"});
}

TEST_F(ChecklistTest, WhatCannotBeReadIsOnHoldWithItsFieldNamed) {
  struct Row {
    std::string from;
    std::string to;
    std::string finding;
  };
  const Row rows[] = {
      {R"("status":"pass")", R"("status":"ok")", "FIELD_VALUE /items/0/status"},
      {R"("operator_id":"alice",)", "", "FIELD_MISSING /operator_id"},
      {R"("risk_tier":"R3",)", R"("risk_tier":"R3","extra":1,)", "FIELD_UNKNOWN /extra"},
      {R"("schema_version":"1.0")", R"("schema_version":"0.9")", "SCHEMA_VERSION /schema_version"},
      {R"("checklist_id":"CHECKLIST)", R"("checklist_id":"../../CHECKLIST)",
       "FIELD_VALUE /checklist_id"},
  };
  for (const Row& row : rows) {
    std::string text = encode(list_);
    const std::size_t at = text.find(row.from);
    ASSERT_NE(at, std::string::npos) << row.from;
    text.replace(at, row.from.size(), row.to);
    const auto verdict = check_text(text, desk_.decisions, [](std::string_view) { return true; });
    ASSERT_EQ(verdict.findings.size(), 1U);
    EXPECT_TRUE(verdict.trading_blocked);
    EXPECT_EQ(std::string(info(verdict.findings[0].reason).code) + " " + verdict.findings[0].field,
              row.finding);
  }
}

}  // namespace
}  // namespace clawgate::governance
