// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/governance_watch.h"

#include <gtest/gtest.h>

#include <fstream>

#include "governance/journal/lock.h"
#include "governance/ledger/office.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

using governance::Office;

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

class GovernanceWatchTest : public ::testing::Test {
 protected:
  clawgate::testing::TemporaryDirectory folder_;
  std::string path_ = (folder_.path() / "governance").string();
  GovernanceWatch watch_{path_};

  /// A decision over a document, rejected at once.
  std::string decide(const std::string& key, bool with_subject = true) {
    const auto office = Office::open(path_, kNoon).value();
    contracts::DecisionRequest request;
    request.purpose = contracts::DecisionPurpose::General;
    request.decision_key = key;
    request.title = "t";
    request.proposal = "p";
    request.side_effect_class = contracts::SideEffectClass::None;
    request.requested_by = "operator";
    request.rollback_plan = "none";
    if (with_subject) request.subject = sha256(bytes_of(key));
    const auto opened = office->decisions().open(request, Stage::S0, kNoon);
    EXPECT_FALSE(office->record(opened.facts, kNoon));
    governance::DecisionCommand command;
    command.decision_id = opened.decision_id;
    command.command_id = "command-" + key;
    command.operator_id = "operator";
    Operator who;
    who.id = OperatorId("operator");
    who.channels = bit_of(OperatorChannel::Terminal);
    const auto answer = office->decisions().apply(command, {&who, 1}, Stage::S0, kNoon);
    EXPECT_FALSE(office->record(answer.facts, kNoon));
    return opened.decision_id;
  }
  void stand(Stage stage, bool blocked) {
    const auto office = Office::open(path_, kNoon).value();
    governance::StageMoved move;
    move.stage = stage;
    move.blocked = blocked;
    move.cause = "a test";
    EXPECT_FALSE(office->record(governance::LedgerFact(move), kNoon));
  }
  Reason refusal(Stage stage) {
    const auto error = watch_.refuse(stage);
    return error ? error->reason : Reason::None;
  }
  void spoil() {
    std::fstream file(path_ + "/ledger.jsonl", std::ios::in | std::ios::out | std::ios::app);
    file << "{}\n";
  }
};

TEST_F(GovernanceWatchTest, EachDecisionIsToldOnce) {
  EXPECT_TRUE(watch_.news().value().decisions.empty());
  const std::string id = decide("a:b:1");
  decide("a:b:2", false);  // over nothing that the core knows
  const auto news = watch_.news().value().decisions;
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].id.view(), id);
  EXPECT_EQ(news[0].end, DecisionEnd::Rejected);
  EXPECT_TRUE(watch_.news().value().decisions.empty());
  decide("a:b:3");
  EXPECT_EQ(watch_.news().value().decisions.size(), 1U);
}

// An entry whose write is under way may yet be cut off again.
TEST_F(GovernanceWatchTest, WhatIsBeingWrittenIsNoNewsYet) {
  EXPECT_TRUE(watch_.news().value().decisions.empty());
  decide("a:b:1");
  {
    const auto writer = journal::DirectoryLock::take(path_);
    ASSERT_TRUE(writer.has_value());
    const auto news = watch_.news();
    EXPECT_TRUE(news.value().decisions.empty());
    EXPECT_FALSE(news.value().anchor);
  }
  EXPECT_EQ(watch_.news().value().decisions.size(), 1U);
}

TEST_F(GovernanceWatchTest, AStageRunsOnlyWhenTheLedgerGrantsIt) {
  EXPECT_EQ(refusal(Stage::S0), Reason::None);
  EXPECT_EQ(refusal(Stage::S1), Reason::StageNotGranted);
  stand(Stage::S1, false);
  EXPECT_EQ(refusal(Stage::S1), Reason::None);
  EXPECT_EQ(refusal(Stage::S2), Reason::StageNotGranted);
  stand(Stage::S1, true);
  EXPECT_EQ(refusal(Stage::S1), Reason::PromotionBlocked);
  EXPECT_EQ(refusal(Stage::S0), Reason::None);
}

// With real money a green evaluation and a checklist that passes must not be missing.
TEST_F(GovernanceWatchTest, WhatIsMissingWithRealMoneyIsACause) {
  const auto blocks = [&](Stage stage, UnixNanos at = kNoon) {
    std::vector<Block> rows;
    for (const CauseReported& cause : watch_.causes(stage, at)) rows.push_back(cause.cause);
    return rows;
  };
  using Rows = std::vector<Block>;
  EXPECT_EQ(blocks(Stage::S0), Rows{});
  EXPECT_EQ(blocks(Stage::S1), (Rows{Block::EvalMissing, Block::ChecklistFailed}));
  const auto record = [&](const governance::LedgerFact& fact) {
    const auto office = Office::open(path_, kNoon).value();
    EXPECT_FALSE(office->record(fact, kNoon));
  };
  const Digest any = sha256(bytes_of("any"));
  record(governance::EvalRecorded{53, 0, "summary.json", any});
  record(governance::ChecklistRecorded{"CHECKLIST-1", "DEC-20260105-AAA", true, any});
  EXPECT_EQ(blocks(Stage::S1), Rows{});
  EXPECT_EQ(blocks(Stage::S2, UnixNanos(kNoon.value() + 3 * governance::kDayNs)),
            Rows{Block::EvalMissing})
      << "the run is too old";
  record(governance::EvalRecorded{53, 1, "summary.json", any});
  record(governance::ChecklistRecorded{"CHECKLIST-2", "DEC-20260105-AAA", false, any});
  EXPECT_EQ(blocks(Stage::S1), (Rows{Block::EvalMissing, Block::ChecklistFailed}));
  EXPECT_EQ(watch_.causes(Stage::S1, kNoon)[1].evidence.view(), "CHECKLIST-2");
}

TEST_F(GovernanceWatchTest, AnOpenSevereIncidentIsACauseUntilItIsClosed) {
  const auto is_severe = [&] {
    const auto rows = watch_.causes(Stage::S1, kNoon);
    return std::any_of(rows.begin(), rows.end(),
                       [](const auto& row) { return row.cause == Block::Severity; });
  };
  const auto open = [&](governance::Severity severity) {
    const auto office = Office::open(path_, kNoon).value();
    const auto incident =
        office->incidents().open({severity, "it broke", "entries", "operator"}, kNoon).value();
    EXPECT_FALSE(office->record(incident, kNoon));
    return incident.incident_id;
  };
  static_cast<void>(open(governance::Severity::Sev3));
  EXPECT_FALSE(is_severe());
  const std::string id = open(governance::Severity::Sev2);
  EXPECT_TRUE(is_severe());
  const auto office = Office::open(path_, kNoon).value();
  const auto closed =
      office->incidents().change({id, governance::IncidentEvent::Close, "mended", "a bug"}, kNoon);
  ASSERT_TRUE(closed.has_value()) << to_text(closed.error());
  EXPECT_FALSE(office->record(*closed, kNoon));
  EXPECT_FALSE(is_severe());
}

TEST_F(GovernanceWatchTest, ABrokenLedgerIsToldAndStartsNothing) {
  decide("a:b:1");
  spoil();
  EXPECT_EQ(watch_.news().error().reason, Reason::LedgerChain);
  EXPECT_EQ(refusal(Stage::S0), Reason::LedgerChain);
}

}  // namespace
}  // namespace clawgate::gateway
