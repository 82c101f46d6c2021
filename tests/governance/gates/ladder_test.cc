// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/ladder.h"

#include <gtest/gtest.h>

#include <functional>

#include "governance/gates/requirements.h"
#include "tests/governance/gates/gates_support.h"

namespace clawgate::governance {
namespace {

/// A gateway whose every requirement is kept, until a test breaks one.
class LadderTest : public ::testing::Test {
 protected:
  Desk desk_;
  Incidents incidents_;
  Ladder ladder_;
  bool backup_ = true;
  bool blocked_ = false;
  UnixNanos now_ = kNoon;
  std::string decision_;

  void pass(std::int64_t ns) {
    now_ = UnixNanos{now_.value() + ns};
    desk_.now = now_;
  }
  template <class Fact>
  void fold(const Fact& fact) {
    ladder_.fold(StageFact(fact), now_);
  }
  Surroundings around() const { return {desk_.decisions, incidents_, backup_, blocked_}; }
  std::vector<std::string> missing(Climb climb) {
    std::vector<std::string> names;
    for (const Missing& row : ladder_.missing_for(climb, decision_, around(), now_)) {
      names.push_back(row.field);
    }
    return names;
  }
  void eval(std::uint16_t failed = 0) { fold(EvalRecorded{53, failed, "summary.json", {}}); }
  void green_days(int days) {
    for (int i = 0; i < days; ++i) {
      pass(kDayNs);
      eval();
    }
  }
  void evidence() {
    fold(KillExercised{now_, "kill.json", {}});
    fold(PostureRecorded{true, "posture.json", {}});
    fold(ReconciliationRecorded{true, 0, "reconciled.json", {}});
  }
  std::string incident(Severity severity) {
    const auto record = incidents_.open({severity, "s", "i", "alice"}, now_).value();
    EXPECT_EQ(incidents_.fold(record).reason, Reason::None);
    return record.incident_id;
  }
  void close(const std::string& id) {
    const auto record =
        incidents_.change({id, IncidentEvent::Close, "done", "known"}, now_).value();
    EXPECT_EQ(incidents_.fold(record).reason, Reason::None);
  }
  void found() {
    StageMoved founded;
    founded.cause = "founded";
    fold(founded);
  }
  void ready_for_s1() {
    found();
    green_days(28);
    evidence();
    fold(ChecklistRecorded{"CHECKLIST-1", desk_.approved(DecisionPurpose::S1Checklist), true, {}});
    decision_ = desk_.approved(DecisionPurpose::S1Entry);
  }
  void in_s1() {
    ready_for_s1();
    fold(ladder_.climb(Climb::S1, decision_, around(), now_).value());
  }
  void ready_for(Climb climb) {
    in_s1();
    green_days(30);
    evidence();
    decision_ = desk_.approved(climb == Climb::S2 ? DecisionPurpose::S2Promotion
                                                  : DecisionPurpose::RampRaise);
  }
  using Names = std::vector<std::string>;
};

TEST_F(LadderTest, WithNothingAtAllEverythingIsNamed) {
  EXPECT_EQ(missing(Climb::S1),
            (Names{"stage_window", "eval_trading_green_7_days", "pre_live_checklist",
                   "credentials_posture", "decision_r3", "kill_exercised_24h"}));
  backup_ = false;
  blocked_ = true;
  EXPECT_EQ(missing(Climb::S2),
            (Names{"stage_order", "stage_window", "eval_trading_green_7_days", "pre_live_checklist",
                   "credentials_posture", "decision_r3", "decision_limits", "kill_exercised_24h",
                   "reconciliation_without_duplicates", "backup_operator", "not_blocked"}));
  EXPECT_FALSE(ladder_.climb(Climb::S1, decision_, around(), now_));
}

TEST_F(LadderTest, WithEverythingOneClimbsToS1AtL0) {
  ready_for_s1();
  EXPECT_EQ(missing(Climb::S1), Names{});
  const auto move = ladder_.climb(Climb::S1, decision_, around(), now_);
  ASSERT_TRUE(move);
  fold(*move);
  EXPECT_EQ(ladder_.stage(), Stage::S1);
  EXPECT_EQ(ladder_.level(), RampLevel::L0);
  EXPECT_EQ(ladder_.standing().decision_id, decision_);
  EXPECT_EQ(ladder_.standing().checklist_id, "CHECKLIST-1");
}

TEST_F(LadderTest, S2TakesTheLimitsOfItsDecision) {
  ready_for(Climb::S2);
  EXPECT_EQ(missing(Climb::S2), Names{});
  fold(ladder_.climb(Climb::S2, decision_, around(), now_).value());
  EXPECT_EQ(ladder_.stage(), Stage::S2);
  EXPECT_EQ(ladder_.level(), RampLevel::L1);
  ASSERT_TRUE(ladder_.standing().limits);
  EXPECT_EQ(ladder_.standing().limits->max_daily_notional, Notional::of(1000));
}

TEST_F(LadderTest, TheRampRisesInsideAStage) {
  ready_for(Climb::L1);
  EXPECT_EQ(missing(Climb::L1), Names{});
  fold(ladder_.climb(Climb::L1, decision_, around(), now_).value());
  EXPECT_EQ(ladder_.stage(), Stage::S1);
  EXPECT_EQ(ladder_.level(), RampLevel::L1);
}

// Each row breaks one requirement of a climb that could be done, and only that one is named.
TEST_F(LadderTest, WithoutAnyOneThePromotionIsRefused) {
  struct Row {
    std::string_view name;
    std::function<void()> spoil;
  };
  const Row rows[] = {
      {"no_sev1_sev2", [&] { incident(Severity::Sev1); }},
      {"no_sev1_sev2", [&] { close(incident(Severity::Sev2)); }},
      {"no_hard_violation",
       [&] {
         fold(ViolationRecorded{"RISK_ABOVE_BUDGET", "e"});
       }},
      {"eval_trading_green_7_days", [&] { eval(1); }},
      {"pre_live_checklist",
       [&] {
         fold(ChecklistRecorded{"CHECKLIST-2", "DEC-20260105-900", false, {}});
       }},
      {"credentials_posture",
       [&] {
         fold(PostureRecorded{false, "posture.json", {}});
       }},
      {"decision_r3", [&] { decision_ = desk_.opened(DecisionPurpose::S2Promotion); }},
      {"kill_exercised_24h",
       [&] {
         fold(KillExercised{UnixNanos{now_.value() - kKillAgeMaxNs - 1}, "e", {}});
       }},
      {"kill_exercised_24h",
       [&] {
         fold(KillExercised{UnixNanos{now_.value() + 1}, "e", {}});
       }},
      {"reconciliation_without_duplicates",
       [&] {
         fold(ReconciliationRecorded{true, 1, "e", {}});
         fold(ReconciliationRecorded{true, 0, "e", {}});
       }},
      {"reconciliation_without_duplicates",
       [&] {
         fold(ReconciliationRecorded{false, 0, "e", {}});
       }},
      {"backup_operator", [&] { backup_ = false; }},
      {"not_blocked", [&] { blocked_ = true; }},
  };
  for (const Row& row : rows) {
    desk_ = Desk();
    incidents_ = Incidents();
    ladder_ = Ladder();
    now_ = kNoon;
    backup_ = true;
    blocked_ = false;
    ready_for(Climb::S2);
    ASSERT_EQ(missing(Climb::S2), Names{});
    row.spoil();
    EXPECT_EQ(missing(Climb::S2), Names{std::string(row.name)});
    EXPECT_FALSE(ladder_.climb(Climb::S2, decision_, around(), now_));
  }
}

TEST_F(LadderTest, TheWindowsEndToTheNanosecond) {
  found();
  pass(kPaperWindowNs - 1);
  const auto lacks_window = [&](Climb climb) {
    const auto names = missing(climb);
    return std::find(names.begin(), names.end(), "stage_window") != names.end();
  };
  EXPECT_TRUE(lacks_window(Climb::S1));
  pass(1);
  EXPECT_FALSE(lacks_window(Climb::S1));
  in_s1();
  pass(kLiveWindowNs - 1);
  EXPECT_TRUE(lacks_window(Climb::S2));
  EXPECT_TRUE(lacks_window(Climb::L1));
  pass(1);
  EXPECT_FALSE(lacks_window(Climb::S2));
}

TEST_F(LadderTest, AClosedIncidentAgesOutOfTheWindowButAnOpenOneNever) {
  found();
  const std::string id = incident(Severity::Sev2);
  incident(Severity::Sev3);
  const auto lacks = [&] {
    const auto names = missing(Climb::S1);
    return std::find(names.begin(), names.end(), "no_sev1_sev2") != names.end();
  };
  pass(kPaperWindowNs + 1);
  EXPECT_TRUE(lacks());
  close(id);
  EXPECT_FALSE(lacks());
}

TEST_F(LadderTest, SevenGreenDaysInARow) {
  found();
  green_days(6);
  EXPECT_EQ(ladder_.green_days(now_), 6);
  pass(2 * kDayNs);  // a day without a run
  eval();
  EXPECT_EQ(ladder_.green_days(now_), 1);
  green_days(6);
  EXPECT_EQ(ladder_.green_days(now_), 7);
  pass(kDayNs);
  EXPECT_EQ(ladder_.green_days(now_), 7);  // today's run is still to come
  eval(1);
  eval();  // once red, the day stays red
  EXPECT_EQ(ladder_.green_days(now_), 0);
}

TEST_F(LadderTest, TheDayTurnsAtMidnightInSaoPaulo) {
  now_ = UnixNanos{kNoon.value() + 14 * kNanosPerHour + 59 * kNanosPerMinute};  // 23:59 local
  eval();
  pass(kNanosPerMinute);
  eval();
  EXPECT_EQ(ladder_.green_days(now_), 2);
}

TEST_F(LadderTest, ARunWithoutCasesIsNotGreen) {
  fold(EvalRecorded{0, 0, "summary.json", {}});
  EXPECT_EQ(ladder_.green_days(now_), 0);
}

TEST_F(LadderTest, NoDecisionCountsTwice) {
  ready_for_s1();
  const std::string of_checklist = ladder_.checklist()->decision_id;
  decision_ = of_checklist;
  EXPECT_EQ(missing(Climb::S1), (Names{"decision_r3", "decision_of_its_own"}));
  in_s1();
  EXPECT_TRUE(ladder_.is_used(decision_));
}

TEST_F(LadderTest, MishapsDropToL0OrBlock) {
  struct Row {
    Mishap mishap;
    RampLevel level;
    bool blocked;
  };
  const Row rows[] = {{Mishap::Sev1, RampLevel::L0, true},
                      {Mishap::Sev2, RampLevel::L0, false},
                      {Mishap::HardViolation, RampLevel::L0, true}};
  ready_for(Climb::S2);
  fold(ladder_.climb(Climb::S2, decision_, around(), now_).value());
  const Ladder high = ladder_;
  for (const Row& row : rows) {
    ladder_ = high;
    const auto fall = ladder_.fall(row.mishap, "INC-1");
    ASSERT_TRUE(fall);
    fold(*fall);
    EXPECT_EQ(ladder_.stage(), Stage::S2);
    EXPECT_EQ(ladder_.level(), row.level);
    EXPECT_EQ(ladder_.is_blocked(), row.blocked);
    EXPECT_FALSE(ladder_.standing().limits);
  }
  EXPECT_FALSE(high.fall(Mishap::Sev3, "INC-1"));
}

TEST_F(LadderTest, AtL0ASecondFallBlocks) {
  in_s1();
  fold(ladder_.fall(Mishap::Sev2, "INC-1").value());
  EXPECT_TRUE(ladder_.is_blocked());
}

TEST_F(LadderTest, OnPaperThereIsNothingToFallFrom) {
  found();
  EXPECT_FALSE(ladder_.fall(Mishap::Sev1, "INC-1"));
}

TEST_F(LadderTest, ABlockIsLiftedByItsOwnDecisionOnceIncidentsAreClosed) {
  in_s1();
  const std::string id = incident(Severity::Sev1);
  fold(ladder_.fall(Mishap::Sev1, id).value());
  EXPECT_FALSE(ladder_.unblock("", around()));
  EXPECT_FALSE(ladder_.unblock(desk_.opened(DecisionPurpose::Unblock), around()));
  EXPECT_FALSE(ladder_.unblock(desk_.approved(DecisionPurpose::S1Entry), around()));
  const std::string decision = desk_.approved(DecisionPurpose::Unblock);
  EXPECT_EQ(ladder_.unblock(decision, around()).error().reason, Reason::StageIncidents);
  close(id);
  fold(ladder_.unblock(decision, around()).value());
  EXPECT_FALSE(ladder_.is_blocked());
  EXPECT_EQ(ladder_.stage(), Stage::S1);
  EXPECT_EQ(ladder_.unblock(decision, around()).error().reason, Reason::DecisionReused);
}

TEST_F(LadderTest, LiveTradingIsEnabledByAnApprovedDecisionThatAPersonExpresslyMade) {
  DecisionRow row;
  row.decision.explicit_human_approval = true;
  EXPECT_FALSE(may_enable(row)) << "it waits";
  row.decision.status = contracts::DecisionStatus::Approved;
  EXPECT_TRUE(may_enable(row));
  row.decision.explicit_human_approval = false;
  EXPECT_FALSE(may_enable(row));
}

TEST_F(LadderTest, EveryClimbHasRequirementsAndEveryNameIsOnce) {
  std::set<std::string_view> names;
  for (const Requirement& row : requirements()) EXPECT_TRUE(names.insert(row.name).second);
  EXPECT_GE(names.size(), 14U);
  EXPECT_EQ(climb_from("S2"), Climb::S2);
  EXPECT_EQ(climb_from("s2"), std::nullopt);
}

}  // namespace
}  // namespace clawgate::governance
