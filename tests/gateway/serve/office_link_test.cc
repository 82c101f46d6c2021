// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/office_link.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/gateway/engine_fixture.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

using governance::Office;

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

/// The real core on one side, the office's files on the other.
class OfficeLinkTest : public EngineTest {
 protected:
  clawgate::testing::TemporaryDirectory folder;
  Lanes lanes{{}};
  OfficePlace place = [this] {
    OfficePlace at;
    at.data = folder.path().string();
    at.lock_patience = std::chrono::milliseconds(0);
    return at;
  }();
  OfficeDesk desk{place, {{"operator", Role::Operator}}, OperatorChannel::Http};
  OfficeLink link{desk, lanes};
  std::size_t seen = 0;

  /// What the journal has goes to the office.
  void bring(OfficeLink& to, std::size_t from = 0) {
    see(to, from);
    to.bring(UnixNanos(now));
  }
  void see(OfficeLink& to, std::size_t from = 0) {
    for (std::size_t i = from; i < recorder.records.size(); ++i) {
      const KeptRecord& record = recorder.records[i];
      to.see({Seq(i + 1), record.time, record.type, 1, record.payload});
    }
    seen = recorder.records.size();
  }
  /// What the office has comes to the core.
  void tell() {
    link.tell(*state);
    const auto take = [this](const ControlInput& input) {
      std::visit([this](const auto& what) { apply(what); }, input.what);
    };
    while (lanes.take_control(take)) continue;
    settle();
  }
  void stand(Stage stage, bool blocked = false, RampLevel level = RampLevel::L0,
             std::optional<contracts::RampLimits> limits = {}) {
    const auto at = Office::open(place.directory(), kNoon).value();
    governance::StageMoved move;
    move.stage = stage;
    move.level = level;
    move.blocked = blocked;
    move.limits = limits;
    move.cause = "a test";
    EXPECT_FALSE(at->record(governance::LedgerFact(move), kNoon));
  }
  void enter(Stage stage) {
    SessionOpened session = state->session;
    session.stage = stage;
    apply(session);
    settle();
  }
  std::unique_ptr<Office> office() { return Office::read(place.directory()).value(); }
  void an_incident(governance::Severity severity) {
    const auto at = Office::open(place.directory(), kNoon).value();
    const auto incident = at->incidents().open({severity, "s", "i", "operator"}, kNoon);
    EXPECT_FALSE(at->record(*incident, kNoon));
  }
};

// The exposure that nobody manages: SEV-1 in the core's journal, so in the ledger, so the ladder
// falls, so the session of that stage is blocked.
TEST_F(OfficeLinkTest, AnIncidentOfTheCoreFellsTheLadderAndThatBlocksTheCore) {
  an_open_trade();
  stand(Stage::S1);
  enter(Stage::S1);
  tell();
  EXPECT_FALSE(state->blocked_by(Block::StageWithdrawn));
  apply(ConditionReported{Block::VenueUnreachable, true, Text<64>("test")});
  settle();
  ASSERT_TRUE(state->blocked_by(Block::UnmanagedExposure));
  bring(link);
  const auto incidents = office()->incidents().all();
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].severity, governance::Severity::Sev1);
  EXPECT_NE(incidents[0].summary.find("UNMANAGED_EXPOSURE"), std::string::npos);
  EXPECT_TRUE(office()->ladder().is_blocked());
  tell();
  EXPECT_TRUE(state->blocked_by(Block::StageWithdrawn));
}

TEST_F(OfficeLinkTest, AReplayOfTheJournalAddsNothing) {
  an_open_trade();
  apply(ConditionReported{Block::VenueUnreachable, true, Text<64>("test")});
  SignalRefused attempt;
  attempt.reason = Reason::DecisionByEngine;
  apply(attempt);
  settle();
  bring(link);
  const auto head = office()->head();
  EXPECT_EQ(office()->incidents().records().size(), 1U);
  ASSERT_TRUE(std::filesystem::exists(place.directory() + "/ledger.jsonl"));
  OfficeLink restarted{desk, lanes};
  bring(restarted);
  EXPECT_EQ(office()->head().seq, head.seq);
  EXPECT_EQ(office()->incidents().records().size(), 1U);
  apply(attempt);
  settle();
  bring(restarted, seen);
  EXPECT_EQ(office()->head().seq, head.seq + 1) << "another attempt is another violation";
}

TEST_F(OfficeLinkTest, EachLookAtALedgerThatGrewIsAnchored) {
  tell();
  EXPECT_TRUE(all<LedgerAnchored>().empty()) << "there is no ledger yet";
  stand(Stage::S0);
  tell();
  tell();
  ASSERT_EQ(all<LedgerAnchored>().size(), 1U);
  EXPECT_EQ(state->anchor.seq, office()->head().seq);
  EXPECT_EQ(state->anchor.hash, office()->head().hash);
  stand(Stage::S0);
  tell();
  EXPECT_EQ(all<LedgerAnchored>().size(), 2U);
  OfficeLink restarted{desk, lanes};
  const auto news = restarted.news(*state);
  ASSERT_TRUE(news.has_value());
  ASSERT_FALSE(news->empty());
  EXPECT_TRUE(std::holds_alternative<LedgerAnchored>(news->front())) << "a start anchors again";
}

TEST_F(OfficeLinkTest, ALedgerBehindTheAnchorIsAnAuditFailureAndStartsNothing) {
  stand(Stage::S0);
  stand(Stage::S0);
  tell();
  const std::string file = place.directory() + "/ledger.jsonl";
  std::string text;
  {
    std::ifstream stream(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::ofstream(file, std::ios::binary) << text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  ASSERT_TRUE(Office::read(place.directory()).has_value()) << "its own chain holds";
  tell();
  EXPECT_TRUE(state->blocked_by(Block::AuditFailure));
  OfficeLink restarted{desk, lanes};
  EXPECT_EQ(restarted.news(*state).error().reason, Reason::LedgerCut);
  std::filesystem::remove(file);
  OfficeLink again{desk, lanes};
  EXPECT_EQ(again.news(*state).error().reason, Reason::LedgerCut) << "a ledger that is gone";
  stand(Stage::S1);
  stand(Stage::S1);
  OfficeLink third{desk, lanes};
  EXPECT_EQ(third.news(*state).error().reason, Reason::LedgerRewritten);
  std::ofstream(file, std::ios::binary) << text;
  OfficeLink whole{desk, lanes};
  EXPECT_TRUE(whole.news(*state).has_value());
}

TEST_F(OfficeLinkTest, AViolationFellsTheLadderToo) {
  stand(Stage::S1);
  enter(Stage::S1);
  SignalRefused attempt;
  attempt.reason = Reason::DecisionByEngine;
  apply(attempt);
  settle();
  bring(link);
  EXPECT_TRUE(office()->ladder().is_blocked());
  EXPECT_EQ(office()->ladder().standing().cause, "DECISION_BY_ENGINE");
}

// While somebody else writes nothing is lost, and nobody is blamed.
TEST_F(OfficeLinkTest, AnOfficeThatIsHeldIsWaitedFor) {
  SignalRefused attempt;
  attempt.reason = Reason::DecisionByEngine;
  apply(attempt);
  settle();
  {
    const auto held = Office::open(place.directory(), kNoon).value();
    bring(link);
  }
  tell();
  EXPECT_FALSE(state->blocked_by(Block::AuditFailure));
  const auto before = office()->head().seq;
  link.bring(UnixNanos(now));
  EXPECT_EQ(office()->head().seq, before + 1);
}

// On another thread, one at a time; what comes meanwhile goes with the next one.
TEST_F(OfficeLinkTest, AnErrandBringsWhatWasSeenAndIsTakenBackOnce) {
  stand(Stage::S0);
  const auto refuse = [&] {
    SignalRefused attempt;
    attempt.reason = Reason::DecisionByEngine;
    apply(attempt);
    settle();
    see(link, seen);
  };
  refuse();
  const auto first = link.errand(kNoon);
  ASSERT_TRUE(first);
  EXPECT_FALSE(link.errand(kNoon)) << "one is under way";
  const auto before = office()->head().seq;
  refuse();
  link.brought(first());
  EXPECT_EQ(office()->head().seq, before + 1);
  const auto second = link.errand(kNoon);
  ASSERT_TRUE(second) << "what came meanwhile";
  link.brought(second());
  EXPECT_EQ(office()->head().seq, before + 2);
  EXPECT_FALSE(link.errand(UnixNanos(kNoon.value() + 5 * kNanosPerSecond - 1)));
  EXPECT_TRUE(link.errand(UnixNanos(kNoon.value() + 5 * kNanosPerSecond)))
      << "what is due by itself";
}

TEST_F(OfficeLinkTest, AnErrandThatFailedIsDoneAgain) {
  stand(Stage::S0);
  SignalRefused attempt;
  attempt.reason = Reason::DecisionByEngine;
  apply(attempt);
  settle();
  see(link);
  const auto before = office()->head().seq;
  ASSERT_TRUE(link.errand(kNoon));
  link.brought({1, Error{Reason::DataDirectoryUnwritable, "x", ""}, {}});
  tell();
  EXPECT_TRUE(state->blocked_by(Block::AuditFailure));
  const auto again = link.errand(kNoon);
  ASSERT_TRUE(again);
  link.brought(again());
  EXPECT_EQ(office()->head().seq, before + 1);
}

TEST_F(OfficeLinkTest, ABrokenLedgerIsAnAuditFailure) {
  stand(Stage::S0);
  std::ofstream(place.directory() + "/ledger.jsonl", std::ios::app) << "{}\n";
  tell();
  EXPECT_TRUE(state->blocked_by(Block::AuditFailure));
}

TEST_F(OfficeLinkTest, InS0NothingIsGrantedThatCouldBeWithdrawn) {
  stand(Stage::S0, true);
  tell();
  EXPECT_FALSE(state->blocked_by(Block::StageWithdrawn));
}

TEST_F(OfficeLinkTest, AWithdrawnStageIsToldAgainForAsLongAsItIs) {
  stand(Stage::S2);
  enter(Stage::S2);
  stand(Stage::S1);
  tell();
  ASSERT_TRUE(state->blocked_by(Block::StageWithdrawn)) << "S1 grants no S2";
  tell();
  Operator who = state->operators[0];
  who.channels |= bit_of(OperatorChannel::Telegram);
  apply(who);
  const auto lift = [this] {
    DecisionRecorded decision;
    decision.id = DecisionId("DEC-20260105-" + std::to_string(100 + ++decisions_made));
    decision.end = DecisionEnd::Approved;
    decision.subject = subject_of(Block::StageWithdrawn, subjects);
    decision.operator_id = OperatorId("alice");
    decision.channel = OperatorChannel::Telegram;
    decision.challenge = ChallengeStatus::Validated;
    apply(decision);
    OperatorCommand input = a_command(CommandAction::Unblock);
    input.block = Block::StageWithdrawn;
    input.channel = OperatorChannel::Telegram;
    input.challenge = ChallengeStatus::Validated;
    input.decision_id = decision.id;
    return command(input);
  };
  EXPECT_EQ(lift(), Reason::None);
  tell();
  EXPECT_TRUE(state->blocked_by(Block::StageWithdrawn)) << "the ledger still says so";
  stand(Stage::S2);
  EXPECT_EQ(lift(), Reason::None);
  tell();
  EXPECT_FALSE(state->blocked_by(Block::StageWithdrawn));
}

// L1 and a SEV-2: the level falls, trading goes on within the limits of L0.
TEST_F(OfficeLinkTest, ALowerLevelsLimitsApplyAtOnce) {
  const contracts::RampLimits most{Notional::of(200), Notional::of(900), 9};
  stand(Stage::S1, false, RampLevel::L1, most);
  Limits raised = next_limits([](Limits& limits) {
    limits.level = RampLevel::L1;
    limits.order_notional_max = Notional::of(200);
    limits.day_notional_max = Notional::of(900);
    limits.day_orders_max = 9;
  });
  ASSERT_EQ(propose_decided(raised), Reason::None);
  enter(Stage::S1);
  tell();
  EXPECT_EQ(state->limits->version, raised.version) << "as the ladder allows";
  an_incident(governance::Severity::Sev2);
  tell();
  EXPECT_EQ(state->limits->level, RampLevel::L0);
  EXPECT_EQ(state->limits->order_notional_max, Notional::of(50));
  EXPECT_EQ(state->limits->day_notional_max, Notional::of(300));
  EXPECT_EQ(state->limits->day_orders_max, 6);
  EXPECT_FALSE(state->blocked_by(Block::StageWithdrawn));
  const LimitsVersion after = state->limits->version;
  tell();
  EXPECT_EQ(state->limits->version, after) << "once";
  an_incident(governance::Severity::Sev2);
  tell();
  EXPECT_TRUE(state->blocked_by(Block::StageWithdrawn)) << "nothing is left to drop but trading";
}

TEST_F(OfficeLinkTest, EachNumberIsHeldToTheLevelsAndNoneIsRaised) {
  governance::StageMoved standing;
  standing.level = RampLevel::L1;
  standing.limits = contracts::RampLimits{Notional::of(40), Notional::of(500), 3};
  const auto lower = lowered_to(standing, *state->limits);
  ASSERT_TRUE(lower.has_value());
  EXPECT_EQ(lower->order_notional_max, Notional::of(40));
  EXPECT_EQ(lower->day_notional_max, state->limits->day_notional_max);
  EXPECT_EQ(lower->day_orders_max, 3);
  EXPECT_EQ(lower->level, state->limits->level);
  EXPECT_EQ(lower->version.value(), state->limits->version.value() + 1);
  EXPECT_FALSE(lowered_to(standing, *lower));
}

}  // namespace
}  // namespace clawgate::gateway
