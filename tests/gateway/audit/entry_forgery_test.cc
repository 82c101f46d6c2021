// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// I1 of entries, clause by clause: each is broken in a journal that is honest otherwise, and found
// at the first record that rests on it.

namespace clawgate::audit {
namespace {

class EntryForgeryTest : public ForgeryTest {};

TEST_F(EntryForgeryTest, AnHonestEntryIsProven) {
  const Forgery honest = an_entry();
  const ProveReport report = prove(*journal_of(honest.records()));
  EXPECT_TRUE(report.ok()) << text_of(report);
  EXPECT_EQ(report.signals, 1U);
  EXPECT_EQ(report.holds, 1U);
  EXPECT_EQ(report.approvals, 1U);
  EXPECT_EQ(report.entries_sent, 1U);
  EXPECT_EQ(report.protective_sent, 0U);
  EXPECT_EQ(report.commands, 1U);
}

// ---- the signal --------------------------------------------------------------------------------

TEST_F(EntryForgeryTest, WithoutASignal) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<SignalIntent>();
  forged.erase(at);
  expect_found(forged, "I1", at);  // its decision stands there now
}

TEST_F(EntryForgeryTest, OfAnotherSignal) {
  Forgery forged = an_entry();
  forged.change<SignalIntent>(forged.find<SignalIntent>(),
                              [](SignalIntent& row) { row.confidence = bps(1); });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, OfASignalThatWasNotHeld) {
  Forgery forged = an_entry();
  forged.change<SignalDecided>(forged.find<SignalDecided>(),
                               [](SignalDecided& row) { row.outcome = SignalOutcome::Denied; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithoutADecisionOfTheSignal) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<SignalDecided>();
  forged.erase(at);
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithADecisionOfAnotherSignal) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<SignalDecided>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<SignalDecided>(at, change);
    expect_found(forged, "I1", at);
  };
  found([](SignalDecided& row) { row.source_engine = EngineName("other"); });
  found([](SignalDecided& row) { row.intent_id = IntentId("other"); });
  found([](SignalDecided& row) { row.payload = {}; });
  found([](SignalDecided& row) { row.symbol = Symbol("ETHUSDT"); });
  found([](SignalDecided& row) { row.side = SignalSide::Sell; });
}

TEST_F(EntryForgeryTest, WithAHoldIdThatWasUsed) {
  an_entry();
  send(a_signal());
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t at = forged.find<SignalDecided>(1);
  forged.change<SignalDecided>(at, [&](SignalDecided& row) { row.hold = entry; });
  expect_found(forged, "I3", at);
}

// ---- the PASS at hold --------------------------------------------------------------------------

TEST_F(EntryForgeryTest, WithoutAVerdictAtHold) {
  Forgery forged = an_entry();
  forged.erase(verdict_of(forged, RiskPhase::Hold));
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithAVerdictAtHoldThatDenies) {
  Forgery forged = an_entry();
  forged.change<RiskVerdict>(verdict_of(forged, RiskPhase::Hold),
                             [](RiskVerdict& row) { row.reasons = 1; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithAVerdictAtHoldOfNoChecks) {
  Forgery forged = an_entry();
  forged.change<RiskVerdict>(verdict_of(forged, RiskPhase::Hold),
                             [](RiskVerdict& row) { row.checks = 0; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithTheVerdictOfAnotherHold) {
  Forgery forged = an_entry();
  forged.change<RiskVerdict>(verdict_of(forged, RiskPhase::Hold),
                             [](RiskVerdict& row) { row.hold = HoldId{7}; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

// ---- the candidate -----------------------------------------------------------------------------

TEST_F(EntryForgeryTest, WithADigestThatIsNotTheOrders) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<CandidateHeld>();
  forged.change<CandidateHeld>(at, [](CandidateHeld& row) { row.digest.bytes[31] ^= 1; });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, WithAnOrderThatIsNotTheDigests) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<CandidateHeld>();
  forged.change<CandidateHeld>(
      at, [](CandidateHeld& row) { row.order.fees_ceiling = Notional::from_raw(1); });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, WithASecondEntryAmongItsLegs) {
  Forgery forged = an_entry();
  change_order(forged, [](OrderCandidate& order) { order.legs[1].role = LegRole::Entry; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, WithALegThatBuysBesideTheEntry) {
  Forgery forged = an_entry();
  change_order(forged, [](OrderCandidate& order) { order.legs[1].side = Side::Buy; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, OfAnotherStage) {
  Forgery forged = an_entry();
  change_order(forged, [](OrderCandidate& order) { order.stage = Stage::S1; });
  expect_found(forged, "I1", forged.find<CandidateHeld>());
}

TEST_F(EntryForgeryTest, OfAnotherEngineOrTraceThanItsSignal) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<CandidateHeld>();
  Forgery forged = honest;
  forged.change<CandidateHeld>(at, [](CandidateHeld& row) { row.trace_id = TraceId("other"); });
  expect_found(forged, "I1", at);
  forged = honest;
  forged.change<CandidateHeld>(at,
                               [](CandidateHeld& row) { row.source_engine = EngineName("other"); });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, HeldTwice) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<CandidateHeld>();
  forged.insert(at + 1, *decode<CandidateHeld>(forged.records()[at].payload));
  expect_found(forged, "I3", at + 1);
}

// The venue's records are of this very order: its ids are taken from its digest.
TEST_F(EntryForgeryTest, UnderIdsThatAreNotItsOwn) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<CandidateHeld>();
  const auto named = [&](std::size_t from, std::size_t to, char symbol) {
    Forgery forged = honest;
    give_ids(forged, 0, [&](OrderCandidate& order) {
      for (std::size_t i = from; i < to; ++i) {
        std::string id(order.legs[i].client_order_id.view());
        id[10] = symbol;
        order.legs[i].client_order_id = ClientOrderId(id);
      }
    });
    return forged;
  };
  const auto seen = id_of(LegRole::Entry);
  expect_honest(named(0, 2, seen.view()[10]));
  expect_found(named(0, 2, '-'), "I1", at, "-");
  expect_found(named(1, 2, '-'), "I1", at, "-");
}

TEST_F(EntryForgeryTest, UnderTheIdsOfAnotherDirectory) {
  const Forgery honest = an_entry();
  const auto in_epoch = [&](std::string_view epoch) {
    Forgery forged = honest;
    forged.change<SessionOpened>(forged.find<SessionOpened>(),
                                 [&](SessionOpened& row) { row.id_epoch = Text<4>(epoch); });
    return forged;
  };
  expect_honest(in_epoch("TEST"));
  expect_found(in_epoch("TESU"), "I1", honest.find<CandidateHeld>(), "cgTEST");
  expect_found(in_epoch("TES"), "I1", honest.find<CandidateHeld>(), "TES");
}

// ---- the approval ------------------------------------------------------------------------------

TEST_F(EntryForgeryTest, WithoutACommand) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<OperatorCommand>();
  forged.erase(at);
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, ApprovedTwiceOrWithoutACandidate) {
  Forgery forged = an_entry();
  const std::size_t at = move_of(forged, HoldEvent::Approve);
  const HoldMoved moved = *decode<HoldMoved>(forged.records()[at].payload);
  forged.insert(at + 1, moved);
  expect_found(forged, "I3", at + 1);
  forged.change<HoldMoved>(at, [](HoldMoved& row) { row.hold = HoldId{9}; });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, WithACommandThatRejects) {
  Forgery forged = an_entry();
  forged.change<OperatorCommand>(forged.find<OperatorCommand>(),
                                 [](OperatorCommand& row) { row.action = CommandAction::Reject; });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, WithACommandForAnotherHold) {
  Forgery forged = an_entry();
  forged.change<OperatorCommand>(forged.find<OperatorCommand>(),
                                 [](OperatorCommand& row) { row.hold = HoldId{7}; });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, WithAnApprovalOfAnotherDigest) {
  Forgery forged = an_entry();
  forged.change<OperatorCommand>(forged.find<OperatorCommand>(),
                                 [](OperatorCommand& row) { row.digest.bytes[0] ^= 1; });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, ByAnOperatorWhoIsNotRegistered) {
  Forgery forged = an_entry();
  forged.erase(forged.find<Operator>());
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, ByAnOperatorWhoIsDisabled) {
  Forgery forged = an_entry();
  forged.change<Operator>(forged.find<Operator>(), [](Operator& row) { row.enabled = false; });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, ByAnOperatorWhoMayNotApprove) {
  Forgery forged = an_entry();
  forged.change<Operator>(forged.find<Operator>(), [](Operator& row) { row.may_approve = false; });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, OverAChannelThatTheOperatorDoesNotUse) {
  Forgery forged = an_entry();
  forged.change<Operator>(forged.find<Operator>(),
                          [](Operator& row) { row.channels = bit_of(OperatorChannel::Telegram); });
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, ByAnOperatorRegisteredAfterwards) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<Operator>();
  const Operator who = *decode<Operator>(forged.records()[at].payload);
  forged.erase(at);
  forged.add(who);
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, WithAnotherNameInTheStepThanInTheCommand) {
  Forgery forged = an_entry();
  const std::size_t at = move_of(forged, HoldEvent::Approve);
  forged.change<HoldMoved>(at, [](HoldMoved& row) { row.operator_id = OperatorId("bob"); });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, ByAScriptOrWithoutASecondFactorWhereThatIsNotAllowed) {
  struct Row {
    Stage stage;
    VenueKind venue;
    OperatorChannel channel;
    ChallengeStatus challenge;
    bool honest;
  };
  using enum ChallengeStatus;
  constexpr auto kSim = VenueKind::Simulator;
  constexpr auto kBinance = VenueKind::BinanceSpot;
  const Row rows[] = {
      {Stage::S0, kSim, OperatorChannel::Scripted, NotRequired, true},
      {Stage::S0, kBinance, OperatorChannel::Scripted, NotRequired, false},
      {Stage::S1, kSim, OperatorChannel::Scripted, Validated, false},
      {Stage::S0, kSim, OperatorChannel::Http, NotRequired, true},
      {Stage::S1, kSim, OperatorChannel::Http, Validated, false},
      {Stage::S1, kSim, OperatorChannel::Terminal, Validated, false},
      {Stage::S1, kSim, OperatorChannel::Telegram, Validated, true},
      {Stage::S1, kSim, OperatorChannel::Telegram, Pending, false},
      {Stage::S1, kSim, OperatorChannel::Telegram, Expired, false},
      {Stage::S2, kBinance, OperatorChannel::Slack, Validated, true},
      {Stage::S2, kBinance, OperatorChannel::Slack, NotRequired, false},
      {Stage::S0, kSim, OperatorChannel::Email, NotRequired, false},
      {Stage::S1, kSim, OperatorChannel::Email, Validated, false},
  };
  const Forgery honest = an_entry();
  for (const Row& row : rows) {
    Forgery forged = honest;
    const std::size_t approve = move_of(forged, HoldEvent::Approve);
    move_to(forged, row.stage, row.venue, row.channel, row.challenge);
    SCOPED_TRACE(static_cast<int>(&row - rows));
    if (row.honest) {
      expect_honest(forged);
    } else {
      expect_found(forged, "I1", approve);
    }
  }
}

TEST_F(EntryForgeryTest, ApprovedAtTheInstantOfItsExpiry) {
  Forgery forged = an_entry();
  const std::size_t at = move_of(forged, HoldEvent::Approve);
  const UnixNanos time = forged.records()[at].time;
  change_order(forged,
               [&](OrderCandidate& order) { order.expires_at = UnixNanos(time.value() + 1); });
  expect_honest(forged);
  change_order(forged, [&](OrderCandidate& order) { order.expires_at = time; });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, ApprovedAfterAKillThatWasLifted) {
  Forgery forged = an_entry();
  insert_kill(forged, forged.find<OperatorCommand>(), true);
  expect_found(forged, "I1", move_of(forged, HoldEvent::Approve));
}

TEST_F(EntryForgeryTest, WithAnApprovalThatWasAnsweredAsRefused) {
  Forgery forged = an_entry();
  forged.change<CommandDecided>(forged.find<CommandDecided>(),
                                [](CommandDecided& row) { row.reason = Reason::DigestMismatch; });
  expect_found(forged, "I1", forged.find<HandedOff>());
}

TEST_F(EntryForgeryTest, WithAnApprovalThatWasNotAnswered) {
  Forgery forged = an_entry();
  forged.erase(forged.find<CommandDecided>());
  expect_found(forged, "I14", forged.find<HandedOff>());
}

// ---- the PASS at release and the order_intent --------------------------------------------------

TEST_F(EntryForgeryTest, WithoutAVerdictAtRelease) {
  Forgery forged = an_entry();
  forged.erase(verdict_of(forged, RiskPhase::Release));
  expect_found(forged, "I1", forged.find<OrderIntent>());
}

TEST_F(EntryForgeryTest, WithAVerdictAtReleaseThatDenies) {
  Forgery forged = an_entry();
  forged.change<RiskVerdict>(verdict_of(forged, RiskPhase::Release),
                             [](RiskVerdict& row) { row.reasons = 1U << 20U; });
  expect_found(forged, "I1", forged.find<OrderIntent>());
}

TEST_F(EntryForgeryTest, WithAVerdictAtReleaseFromBeforeTheApproval) {
  Forgery forged = an_entry();
  const std::size_t at = verdict_of(forged, RiskPhase::Release);
  const RiskVerdict verdict = *decode<RiskVerdict>(forged.records()[at].payload);
  forged.erase(at);
  forged.insert(move_of(forged, HoldEvent::Approve), verdict);
  expect_found(forged, "I1", forged.find<OrderIntent>());
}

TEST_F(EntryForgeryTest, WithAnOrderIntentThatIsNotTheCandidate) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<OrderIntent>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<OrderIntent>(at, change);
    expect_found(forged, "I1", at);
  };
  found([](OrderIntent& row) { row.order.legs[0].qty = Qty::from_raw(1'000); });
  found([](OrderIntent& row) { row.order.legs[1].trigger = Px::of(1); });
  found([](OrderIntent& row) { row.order.nonce.bytes[0] ^= 1; });
  found([](OrderIntent& row) { row.digest.bytes[0] ^= 1; });
  found([](OrderIntent& row) { row.approved_by = OperatorId("bob"); });
  found([](OrderIntent& row) { row.approved_at = UnixNanos(row.approved_at.value() - 1); });
  found([](OrderIntent& row) { row.decision_id = DecisionId("DEC-20260105-001"); });
  found([](OrderIntent& row) { row.scripted = true; });
  found([](OrderIntent& row) { row.kill_epoch = KillEpoch{1}; });
  found([](OrderIntent& row) { row.trace_id = TraceId("another"); });
}

TEST_F(EntryForgeryTest, WithAnOrderIntentBeforeTheApproval) {
  Forgery forged = an_entry();
  const OrderIntent intent =
      *decode<OrderIntent>(forged.records()[forged.find<OrderIntent>()].payload);
  forged.erase(forged.find<OrderIntent>());
  const std::size_t at = move_of(forged, HoldEvent::Approve);
  forged.insert(at, intent);
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, WithoutAnOrderIntent) {
  Forgery forged = an_entry();
  forged.erase(forged.find<OrderIntent>());
  expect_found(forged, "I1", move_of(forged, HoldEvent::Release));
}

TEST_F(EntryForgeryTest, WithoutARelease) {
  Forgery forged = an_entry();
  forged.erase(move_of(forged, HoldEvent::Release));
  expect_found(forged, "I1", forged.find<CommandDecided>());
}

TEST_F(EntryForgeryTest, WithoutAReleaseAndAnsweredAsRefused) {
  Forgery forged = an_entry();
  forged.erase(move_of(forged, HoldEvent::Release));
  forged.change<CommandDecided>(forged.find<CommandDecided>(),
                                [](CommandDecided& row) { row.reason = Reason::VoidedByRecheck; });
  expect_found(forged, "I1", forged.find<HandedOff>());
}

TEST_F(EntryForgeryTest, WithoutAReleaseAndFoundAfterACrash) {
  Forgery forged = an_entry();
  forged.cut(move_of(forged, HoldEvent::Release));
  SessionOpened session = state->session;
  session.clean_start = false;
  forged.add(session);
  OrderMoved moved;
  moved.hold = entry;
  moved.client_order_id = id_of(LegRole::Entry);
  moved.event = OrderEvent::RefuseAtDoor;
  moved.to = OrderState::NotSent;
  const std::size_t at = forged.add(moved);
  expect_honest(forged);  // it certainly never left
  forged.change<OrderMoved>(at, [](OrderMoved& row) {
    row.event = OrderEvent::LoseTrack;
    row.to = OrderState::Unknown;
  });
  expect_found(forged, "I1", at);  // but nobody may say that it might have
}

// ---- the door ----------------------------------------------------------------------------------

TEST_F(EntryForgeryTest, HandedOverUnderAnIdThatNobodyApproved) {
  Forgery forged = an_entry();
  const std::size_t at = forged.add(HandedOff{ClientOrderId("cgTESTsomeoneE0"), HandOff::Sent});
  expect_found(forged, "I1", at);
  forged.change<HandedOff>(at, [](HandedOff& row) { row.outcome = HandOff::Unknown; });
  expect_found(forged, "I1", at);
  forged.change<HandedOff>(at, [](HandedOff& row) { row.outcome = HandOff::NotSent; });
  expect_honest(forged);  // no byte left
}

TEST_F(EntryForgeryTest, MovedUnderAnIdThatNobodyApproved) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<OrderMoved>();
  forged.change<OrderMoved>(
      at, [](OrderMoved& row) { row.client_order_id = ClientOrderId("cgTESTsomeoneE0"); });
  expect_found(forged, "I1", at);
}

TEST_F(EntryForgeryTest, HandedOverBehindTheAcknowledgedKill) {
  // The venue's thread has the order when the kill comes, and tells only then that it was sent.
  venue.later = true;
  venue.confirms = false;
  an_entry();
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  apply(HandedOff{id_of(LegRole::Entry), HandOff::Sent, true});
  settle();
  const std::size_t told = Forgery(recorder.records).find<HandedOff>();
  apply(KillAcknowledged{KillEpoch{1}});
  expect_honest(Forgery(recorder.records));

  Forgery forged(recorder.records);
  forged.insert(told, KillAcknowledged{KillEpoch{1}});
  expect_found(forged, "I4", told + 1);
}

TEST_F(EntryForgeryTest, AnAcknowledgementOfNoKill) {
  Forgery forged = an_entry();
  const std::size_t at = forged.add(KillAcknowledged{KillEpoch{1}});
  expect_found(forged, "I4", at);
}

TEST_F(EntryForgeryTest, KilledBetweenReleaseAndTheDoor) {
  Forgery forged = an_entry();
  std::size_t at = insert_kill(forged, forged.find<HandedOff>(), false);
  ASSERT_EQ(at, forged.find<HandedOff>());
  expect_found(forged, "I4", at);
  forged = Forgery(recorder.records);
  at = insert_kill(forged, forged.find<HandedOff>(), true);
  ASSERT_EQ(at, forged.find<HandedOff>());
  expect_found(forged, "I1", at);  // lifted, but approved before it
}

TEST_F(EntryForgeryTest, HandedOverWhileBlocked) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<HandedOff>();
  forged.insert(at, ConditionReported{Block::Backlog, true, {}});
  BlockChanged block;
  block.block = Block::Backlog;
  block.active = true;
  block.blocks = bit_of(Block::Backlog);
  forged.insert(at + 1, block);
  expect_found(forged, "I5", at + 2);
  block.active = false;
  block.blocks = 0;
  forged.insert(at + 2, ConditionReported{Block::Backlog, false, {}});
  forged.insert(at + 3, block);  // a condition ends by evidence alone
  expect_honest(forged);
}

}  // namespace
}  // namespace clawgate::audit
