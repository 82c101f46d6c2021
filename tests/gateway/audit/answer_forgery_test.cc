// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// What was answered is what was done: one who may kill does, and what was declined is.

namespace clawgate::audit {
namespace {

class AnswerForgeryTest : public ForgeryTest {
 protected:
  /// A kill while an entry waits, and an input behind it.
  Forgery a_kill() {
    entry = a_hold();
    EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
    apply(TimePassed{});
    return Forgery(recorder.records);
  }
  /// Nothing but the n-th command and its answer, which refuses.
  static Forgery as_refused(const Forgery& honest, Reason reason = Reason::OperatorNotPermitted,
                            std::size_t n = 0) {
    Forgery forged = honest;
    const std::size_t at = forged.find<OperatorCommand>(n);
    while (forged.records()[at + 1].type != CommandDecided::kType) forged.erase(at + 1);
    forged.change<CommandDecided>(at + 1, [&](CommandDecided& row) { row.reason = reason; });
    forged.erase(forged.find<KillAcknowledged>());
    return forged;
  }
  static std::size_t end_of(const Forgery& forged) { return forged.records().size() - 1; }
};

TEST_F(AnswerForgeryTest, AKillOfOneWhoMayIsInForceWhateverIsAnswered) {
  const Forgery honest = a_kill();
  expect_honest(honest);
  for (const Reason reason : {Reason::OperatorNotPermitted, Reason::OperatorUnknown,
                              Reason::CommandFieldValue, Reason::CauseLatched}) {
    const Forgery forged = as_refused(honest, reason);
    expect_found(forged, "I4", end_of(forged), "not in force");
  }
}

TEST_F(AnswerForgeryTest, AKillOfOneWhoMayNotIsRefused) {
  const Forgery forged = as_refused(a_kill());
  const auto by = [&](auto change) {
    Forgery refused = forged;
    refused.change<Operator>(refused.find<Operator>(), change);
    return refused;
  };
  expect_honest(by([](Operator& who) { who.may_kill = false; }));
  expect_honest(by([](Operator& who) { who.enabled = false; }));
  expect_honest(by([](Operator& who) { who.channels = 0; }));
  expect_honest(by([](Operator& who) { who.id = OperatorId("bob"); }));
  const Forgery unchanged = by([](Operator&) {});
  expect_found(unchanged, "I4", end_of(unchanged));
}

// A core keeps sixteen: one more is unknown to it, until one of them may do nothing any more.
TEST_F(AnswerForgeryTest, AKillOfOneWhomACoreHasNoRoomFor) {
  const Forgery refused = as_refused(a_kill(), Reason::OperatorUnknown);
  const auto behind = [&](int others, bool enabled) {
    Forgery forged = refused;
    const std::size_t at = forged.find<Operator>();
    Operator who = *decode<Operator>(forged.records()[at].payload);
    for (int i = 0; i < others; ++i) {
      who.id = OperatorId("other-" + std::to_string(i));
      who.enabled = enabled || i != 0;
      forged.insert(at + static_cast<std::size_t>(i), who);
    }
    return forged;
  };
  expect_honest(behind(16, true));
  for (const Forgery& forged : {behind(15, true), behind(16, false)}) {
    expect_found(forged, "I4", end_of(forged));
  }
}

TEST_F(AnswerForgeryTest, AKillNeedsNoSecondFactorInAnyStage) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  apply(TimePassed{});
  Forgery forged = as_refused(Forgery(recorder.records), Reason::ChallengeRequired);
  forged.change<SessionOpened>(forged.find<SessionOpened>(), [](SessionOpened& row) {
    row.stage = Stage::S1;
    row.venue = VenueKind::BinanceSpot;
  });
  expect_found(forged, "I4", end_of(forged));
}

TEST_F(AnswerForgeryTest, AKillThatACrashCutIsNoForgery) {
  Forgery forged = a_kill();
  forged.cut(forged.find<OperatorCommand>() + 1);
  SessionOpened session = state->session;
  session.clean_start = false;
  forged.add(session);
  expect_honest(forged);
}

TEST_F(AnswerForgeryTest, TheSameKillAgainBehindItsEndIsOnlyAnswered) {
  const OperatorCommand kill = a_command(CommandAction::Kill);
  EXPECT_EQ(command(kill), Reason::None);
  EXPECT_EQ(unblock(Block::Kill), Reason::None);
  EXPECT_EQ(command(kill), Reason::None);
  apply(TimePassed{});
  EXPECT_FALSE(state->blocked_by(Block::Kill));
  expect_honest(Forgery(recorder.records));
}

TEST_F(AnswerForgeryTest, AKillUnderTheIdOfAnotherCommandStops) {
  OperatorCommand kill = a_command(CommandAction::Reconcile);
  EXPECT_EQ(command(kill), Reason::None);
  kill.action = CommandAction::Kill;
  EXPECT_EQ(command(kill), Reason::CommandConflict);
  apply(TimePassed{});
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const Forgery forged = as_refused(honest, Reason::CommandConflict, 1);
  expect_found(forged, "I4", end_of(forged));
  const auto as_of = [&](const std::string& version) {
    return prove(*journal_of(forged.records(), journal_options(version)));
  };
  EXPECT_TRUE(as_of("0.6.0").ok()) << "it did not yet";
  EXPECT_FALSE(as_of("0.7.0").ok());
}

TEST_F(AnswerForgeryTest, ARejectionThatIsAnsweredAsDoneDeclined) {
  entry = a_hold();
  EXPECT_EQ(command(a_command(CommandAction::Reject, entry)), Reason::None);
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t at = honest.find<OperatorCommand>();
  Forgery forged = honest;
  forged.erase(at + 1);
  expect_found(forged, "I1", at + 1);
  forged.change<CommandDecided>(at + 1,
                                [](CommandDecided& row) { row.reason = Reason::HoldNotPending; });
  expect_honest(forged);

  forged = honest;  // of another hold
  forged.change<OperatorCommand>(at, [](OperatorCommand& row) { row.hold = HoldId{9}; });
  expect_found(forged, "I1", at + 2);
}

TEST_F(AnswerForgeryTest, ARejectionAnsweredAsDoneBeforeAnApproval) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<OperatorCommand>();
  OperatorCommand reject = a_command(CommandAction::Reject, entry);
  Forgery forged = honest;
  const std::size_t answer = insert_command(forged, at, reject);
  expect_found(forged, "I1", answer);
  forged = honest;
  insert_command(forged, at, reject, Reason::HoldNotPending);
  expect_honest(forged);
}

}  // namespace
}  // namespace clawgate::audit
