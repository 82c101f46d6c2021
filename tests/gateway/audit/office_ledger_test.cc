// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/office_ledger.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/audit/upgrade_check.h"
#include "governance/decisions/decisions.h"
#include "governance/ledger/office.h"
#include "tests/gateway/audit/command_fixture.h"

namespace clawgate::audit {
namespace {

using governance::EvalRecorded;
using governance::LedgerFact;
using governance::Office;

/// A data directory with a journal and an office; the journal is anchored to the office's ledger as
/// a running gateway anchors it.
class OfficeLedgerTest : public JournalCommandTest {
 protected:
  const std::string data_ = directory_.string();
  const std::string file_ = data_ + "/governance/ledger.jsonl";

  /// `count` more entries, and the journal is told.
  void grow(int count, std::uint16_t cases = 50) {
    const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
    for (int i = 0; i < count; ++i) {
      ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{cases, 0, "s", {}}), UnixNanos(now)));
    }
    apply(LedgerAnchored{office->head().seq, office->head().hash});
    settle();
  }
  std::string text() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  static std::string without_last_line(const std::string& text) {
    return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  }
  /// What proving and checking find; both read the same ledger.
  std::optional<Finding> found() {
    const auto ledger = read_office_ledger(data_);
    EXPECT_TRUE(ledger.has_value());
    ProveOptions options;
    options.office = &*ledger;
    const auto proven = prove(*journal_of(recorder.records), options).finding;
    const auto checked =
        upgrade_check(*journal_of(recorder.records, journal_options("any")), {}, &*ledger).finding;
    EXPECT_EQ(proven.has_value(), checked.has_value());
    return proven;
  }
  void expect_found(Reason reason, const std::string& seen) {
    const auto finding = found();
    ASSERT_TRUE(finding.has_value()) << "nothing found";
    EXPECT_EQ(finding->reason, reason);
    EXPECT_EQ(finding->record, "LedgerAnchored");
    EXPECT_NE(finding->seen.find(seen), std::string::npos) << finding->seen;
  }

  void SetUp() override {
    std::filesystem::create_directories(directory_ / "journal");
    grow(2);
    a_hold();
    grow(3);
  }
};

TEST_F(OfficeLedgerTest, TheLedgerThatGrewOnIsInOrder) {
  EXPECT_FALSE(found());
  const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
  ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{50, 0, "s", {}}), UnixNanos(now)));
  EXPECT_FALSE(found()) << "what was decided since is not in the journal yet";
}

TEST_F(OfficeLedgerTest, ALedgerThatWasCutIsFound) {
  put(without_last_line(text()));
  expect_found(Reason::LedgerCut, "it has 5");
  put("");
  expect_found(Reason::LedgerCut, "it has 0");
  std::filesystem::remove(file_);
  expect_found(Reason::LedgerCut, "it has 0");
}

TEST_F(OfficeLedgerTest, AnOlderCopyIsFoundEvenWhenItGrewAgain) {
  const std::string newest = text();
  const std::string older = without_last_line(without_last_line(newest));
  put(older);
  expect_found(Reason::LedgerCut, "it has 4");
  {
    const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
    for (std::uint16_t i = 0; i < 3; ++i) {
      ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{52, 0, "s", {}}), UnixNanos(now)));
    }
  }
  ASSERT_GT(text().size(), newest.size());
  expect_found(Reason::LedgerRewritten, "ledger.jsonl entry 6");
}

TEST_F(OfficeLedgerTest, ALedgerThatWasWrittenAnewIsFound) {
  std::filesystem::remove(file_);
  const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
  for (int i = 0; i < 8; ++i) {
    ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{49, 0, "s", {}}), UnixNanos(now)));
  }
  expect_found(Reason::LedgerRewritten, "ledger.jsonl entry ");
}

TEST_F(OfficeLedgerTest, AByteThatWasChangedIsFound) {
  std::string changed = text();
  changed[changed.find("\"50\"") == std::string::npos ? changed.find("50")
                                                      : changed.find("\"50\"")] = '4';
  put(changed);
  expect_found(Reason::LedgerChain, "line ");
}

TEST_F(OfficeLedgerTest, AnchorsThatGoBackAreFoundInTheJournalItself) {
  Forgery forged(recorder.records);
  ForgeryTest::expect_honest(forged);
  const std::size_t last = forged.find<LedgerAnchored>(1);
  forged.change<LedgerAnchored>(last, [](LedgerAnchored& row) { row.seq = 1; });
  ForgeryTest::expect_found(forged, "I5", last);
  Forgery other(recorder.records);
  other.change<LedgerAnchored>(last, [](LedgerAnchored& row) { row.seq = 3; });
  ForgeryTest::expect_found(other, "I5", last);
}

TEST_F(OfficeLedgerTest, AJournalWithoutAnAnchorSaysNothingOfTheLedger) {
  Forgery old(recorder.records);
  old.erase(old.find<LedgerAnchored>(1));
  old.erase(old.find<LedgerAnchored>());
  recorder.records = old.records();
  EXPECT_FALSE(found());
  put("");
  EXPECT_FALSE(found());
}

// ---- decisions ---------------------------------------------------------------------------------

class OfficeDecisionTest : public OfficeLedgerTest {
 protected:
  /// alice decides in the office that KILL may end, and the core is told as a running gateway
  /// tells it.
  DecisionRecorded decide() {
    const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
    contracts::DecisionRequest request;
    request.purpose = contracts::DecisionPurpose::General;
    request.decision_key = "gateway:kill:1";
    request.title = "End KILL";
    request.proposal = "It was a drill.";
    request.side_effect_class = contracts::SideEffectClass::None;
    request.requested_by = "alice";
    request.rollback_plan = "Kill again.";
    request.subject = subject_of(Block::Kill, subjects);
    const auto opened = office->decisions().open(request, Stage::S0, UnixNanos(now));
    EXPECT_FALSE(office->record(opened.facts, UnixNanos(now)));
    governance::DecisionCommand command;
    command.action = governance::DecisionEvent::Approve;
    command.decision_id = opened.decision_id;
    command.command_id = "office-1";
    command.operator_id = "alice";
    command.explicit_human_approval = true;
    const Operator& alice = *state->find_operator(OperatorId("alice"));
    const auto answer = office->decisions().apply(command, {&alice, 1}, Stage::S0, UnixNanos(now));
    EXPECT_TRUE(answer.done());
    EXPECT_FALSE(office->record(answer.facts, UnixNanos(now)));
    apply(LedgerAnchored{office->head().seq, office->head().hash});
    const auto record =
        governance::record_of(*office->decisions().find(opened.decision_id)).value();
    apply(record);
    settle();
    return record;
  }
  std::optional<Finding> proven(const Forgery& forged, bool beside = true) const {
    const auto ledger = read_office_ledger(data_);
    ProveOptions options;
    if (beside) options.office = &*ledger;
    return prove(*journal_of(forged.records()), options).finding;
  }
  void expect_found_at(const Forgery& forged, std::size_t at, std::string_view seen) const {
    SCOPED_TRACE(seen);
    const auto finding = proven(forged);
    ASSERT_TRUE(finding.has_value()) << "nothing found";
    EXPECT_EQ(finding->rule, "I5");
    EXPECT_EQ(finding->seq, Forgery::seq_of(at));
    EXPECT_NE(finding->seen.find(seen), std::string::npos) << finding->seen;
    EXPECT_FALSE(proven(forged, false)) << "no ledger to compare with";
  }
};

TEST_F(OfficeDecisionTest, OneThatTheLedgerHoldsEndsACause) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  OperatorCommand unblock = a_command(CommandAction::Unblock);
  unblock.decision_id = decide().id;
  EXPECT_EQ(command(unblock), Reason::None);
  grow(1);
  EXPECT_FALSE(proven(Forgery(recorder.records)));
}

TEST_F(OfficeDecisionTest, OneThatTheLedgerDoesNotHoldOrOtherwise) {
  decide();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<DecisionRecorded>();
  const auto found = [&](std::string_view seen, auto change) {
    Forgery forged = honest;
    forged.change<DecisionRecorded>(at, change);
    expect_found_at(forged, at, seen);
  };
  using Row = DecisionRecorded;
  found("nowhere", [](Row& row) { row.id = DecisionId("DEC-20260105-777"); });
  found("another end", [](Row& row) { row.end = DecisionEnd::Rejected; });
  found("another subject", [](Row& row) { row.subject.bytes[0] ^= 1; });
  found("another operator", [](Row& row) { row.operator_id = OperatorId("bob"); });
  found("channel", [](Row& row) { row.channel = OperatorChannel::Telegram; });
  found("another time", [](Row& row) { row.decided_at = UnixNanos(row.decided_at.value() - 1); });
  found("a second factor", [](Row& row) { row.challenge = ChallengeStatus::Validated; });
}

TEST_F(OfficeDecisionTest, OneThatWasMadeAtTheSessionsOwnTerminal) {
  DecisionRecorded own = decide();
  Forgery forged(recorder.records);
  own.id = DecisionId("DEC-20260105-777");
  own.decided_at = forged.records().back().time;
  const std::size_t at = forged.add(own);
  EXPECT_FALSE(proven(forged)) << "on paper, at that moment";
  SessionOpened session = state->session;
  session.stage = Stage::S1;
  forged.insert(at, session);
  expect_found_at(forged, at + 1, "nowhere");
}

TEST_F(OfficeDecisionTest, OneFromBeforeTheJournalKnewOfALedger) {
  decide();
  Forgery forged(recorder.records);
  forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(), [](DecisionRecorded& row) {
    row.id = DecisionId("DEC-20260105-777");
  });
  for (int i = 0; i < 3; ++i) forged.erase(forged.find<LedgerAnchored>());
  EXPECT_FALSE(proven(forged));
}

TEST_F(OfficeDecisionTest, OneThatWasWrittenIntoTheLedgerBehindALaterAnchor) {
  decide();
  const Forgery honest(recorder.records);
  EXPECT_FALSE(proven(honest));
  const LedgerAnchored before =
      *decode<LedgerAnchored>(honest.records()[honest.find<LedgerAnchored>(1)].payload);
  Forgery forged = honest;
  const std::size_t last = forged.find<LedgerAnchored>(2);
  forged.change<LedgerAnchored>(last, [&](LedgerAnchored& row) { row = before; });
  EXPECT_FALSE(proven(forged)) << "the ledger may be read again before it is anchored";
  const std::size_t at = forged.add(before);
  expect_found_at(forged, at, "ends at entry");
}

TEST_F(OfficeLedgerTest, TheCommandsCompareTheDataDirectoryAndNotAJournalAlone) {
  write(recorder.records);
  Ran ran = on_journal("prove");
  EXPECT_EQ(ran.exit_code, 0) << ran.out;
  EXPECT_NE(ran.out.find("2 anchors"), std::string::npos) << ran.out;
  put(without_last_line(text()));
  ran = on_journal("prove");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.out.find("LEDGER_CUT"), std::string::npos) << ran.out;
  EXPECT_EQ(run({"journal", "prove", data_ + "/journal"}).exit_code, 1) << "the one beside it";
  EXPECT_EQ(run({"upgrade-check", data_}).exit_code, 1);
  std::filesystem::create_directories(data_ + "/copy");
  std::filesystem::copy(data_ + "/journal", data_ + "/copy/alone");
  EXPECT_EQ(run({"journal", "prove", data_ + "/copy/alone"}).exit_code, 0);
}

}  // namespace
}  // namespace clawgate::audit
