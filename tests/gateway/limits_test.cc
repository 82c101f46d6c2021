// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

// The limits document: what takes effect at once, what needs a decision, what it does to holds.

namespace clawgate::gateway {
namespace {

using LimitsTest = EngineTest;

TEST_F(LimitsTest, TheFirstDocumentIsInForce) {
  ASSERT_EQ(all<LimitsDecided>().size(), 1U);
  EXPECT_EQ(all<LimitsDecided>()[0].before, LimitsVersion{});
  EXPECT_EQ(state->limits->version, LimitsVersion{1});
}

TEST_F(LimitsTest, TheSameDocumentAgainIsANoOp) {
  const HoldId hold = a_hold();
  apply(l0_limits());
  EXPECT_TRUE(all<LimitsDecided>().back().no_op);
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
}

TEST_F(LimitsTest, LoweringTakesEffectAtOnceAndVoidsWhatWaits) {
  const HoldId hold = a_hold();
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
            Reason::None);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByLimits);
  const HoldId next = a_hold();
  EXPECT_EQ(trade(next).order.limits_version, LimitsVersion{2});
  EXPECT_LE(notional(trade(next).order.legs[0].limit, trade(next).order.legs[0].qty)->raw(),
            Notional::of(20).raw());
  EXPECT_EQ(all<RiskVerdict>().back().limits_version, LimitsVersion{2});
}

TEST_F(LimitsTest, ARefusedDocumentChangesNothing) {
  const HoldId hold = a_hold();
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(51); })),
            Reason::LimitsNeedDecision);
  EXPECT_EQ(state->limits->version, LimitsVersion{1});
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  EXPECT_EQ(approve(hold), Reason::None);
}

// Even with a decision over that very document, which stays unspent.
TEST_F(LimitsTest, AMalformedDocumentChangesNothing) {
  using Change = void (*)(Limits&);
  static constexpr auto kChanges = std::to_array<Change>({
      [](Limits& l) { l.order_notional_max = Notional{}; },
      [](Limits& l) { l.order_notional_max = Notional::from_raw(-1); },
      [](Limits& l) { l.order_notional_max = Notional::of(301); },
      [](Limits& l) { l.day_notional_max = Notional{}; },
      [](Limits& l) { l.day_orders_max = 0; },
      [](Limits& l) { l.open_trades_max = 0; },
      [](Limits& l) { l.risk_per_trade = Rate{}; },
      [](Limits& l) { l.slippage = Rate::from_raw(-1); },
      [](Limits& l) { l.orders_per_minute = 0; },
      [](Limits& l) { l.orders_burst = 0; },
      [](Limits& l) { l.cooldown_ns = -1; },
      [](Limits& l) { l.day_loss_max = Rate{}; },
      [](Limits& l) { l.drawdown_max = bps(1'201); },
      [](Limits& l) { l.engine_silence_max_ns = 0; },
      [](Limits& l) { l.symbols[0].band = Rate::from_raw(-1); },
      [](Limits& l) { static_cast<void>(l.engines.push_back(l.engines[0])); },
      [](Limits& l) { static_cast<void>(l.weights.push_back(Rate::from_raw(-1))); },
  });
  const HoldId hold = a_hold();
  for (std::size_t i = 0; i < kChanges.size(); ++i) {
    SCOPED_TRACE(i);
    Limits document = next_limits(kChanges[i]);
    document.decision = a_decision(subject_of(document, subjects));
    const Digest before = subject_of(*state->limits, subjects);
    const std::uint32_t blocks = state->blocks;
    EXPECT_EQ(propose(document), Reason::LimitsOutOfRange);
    EXPECT_EQ(subject_of(*state->limits, subjects), before);
    EXPECT_EQ(state->blocks, blocks);
    EXPECT_FALSE(state->is_spent(document.decision));
    EXPECT_EQ(all<LimitsDecided>().back().reason, Reason::LimitsOutOfRange) << "it is on record";
  }
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  EXPECT_EQ(approve(hold), Reason::None);
}

TEST_F(LimitsTest, AnApprovedDecisionOverTheDocumentRaisesOnce) {
  const Limits raised = next_limits([](Limits& l) { l.order_notional_max = Notional::of(60); });
  EXPECT_EQ(propose_decided(raised), Reason::None);
  EXPECT_EQ(state->limits->order_notional_max, Notional::of(60));
  EXPECT_TRUE(state->is_spent(state->limits->decision));
}

TEST_F(LimitsTest, ADecisionIsAskedForWhoMadeIt) {
  Operator bob;
  bob.id = OperatorId("bob");
  bob.may_approve = false;
  apply(bob);
  Limits raised = next_limits([](Limits& l) { l.open_trades_max = 2; });
  DecisionRecorded decision;
  decision.id = DecisionId("DEC-20260105-001");
  decision.end = DecisionEnd::Approved;
  decision.subject = subject_of(raised, subjects);
  decision.operator_id = OperatorId("bob");
  apply(decision);
  raised.decision = decision.id;
  EXPECT_EQ(propose(raised), Reason::OperatorNotPermitted);
}

TEST_F(LimitsTest, HowADecisionEndedNeverChanges) {
  Limits raised = next_limits([](Limits& l) { l.open_trades_max = 2; });
  DecisionRecorded decision;
  decision.id = DecisionId("DEC-20260105-001");
  decision.end = DecisionEnd::Killed;
  decision.subject = subject_of(raised, subjects);
  decision.operator_id = OperatorId("alice");
  apply(decision);
  decision.end = DecisionEnd::Approved;
  apply(decision);
  raised.decision = decision.id;
  EXPECT_EQ(propose(raised), Reason::DecisionNotApproved);
}

TEST_F(LimitsTest, ADecisionSurvivesARestartAndSoDoesItsUse) {
  Limits raised = next_limits([](Limits& l) { l.open_trades_max = 2; });
  raised.decision = a_decision(subject_of(raised, subjects));
  restart(true);
  EXPECT_EQ(propose(raised), Reason::None);
  restart(true);
  Limits more = next_limits([](Limits& l) { l.open_trades_max = 3; });
  more.decision = raised.decision;
  EXPECT_EQ(propose(more), Reason::DecisionSpent);
  EXPECT_EQ(state->limits->open_trades_max, 2);
}

TEST_F(LimitsTest, AStartNeverUndoesWhatIsInForce) {
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.day_orders_max = 2; })), Reason::None);
  restart(true);
  apply(l0_limits());  // as the configuration still says
  EXPECT_EQ(all<LimitsDecided>().back().reason, Reason::LimitsVersionOld);
  EXPECT_EQ(state->limits->day_orders_max, 2);
}

TEST_F(LimitsTest, WithRealMoneyADecisionNeedsTheSecondFactor) {
  SessionOpened session = state->session;
  session.stage = Stage::S1;
  apply(session);
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) { l.open_trades_max = 2; })),
            Reason::ChannelNotAllowed);
  Limits raised = next_limits([](Limits& l) { l.open_trades_max = 2; });
  DecisionRecorded decision;
  decision.id = DecisionId("DEC-20260105-001");
  decision.end = DecisionEnd::Approved;
  decision.subject = subject_of(raised, subjects);
  decision.operator_id = OperatorId("alice");
  decision.channel = OperatorChannel::Telegram;
  decision.challenge = ChallengeStatus::Pending;
  apply(decision);
  raised.decision = decision.id;
  EXPECT_EQ(propose(raised), Reason::ChallengeRequired);
  Limits by_email = next_limits([](Limits& l) { l.open_trades_max = 2; });
  decision.id = DecisionId("DEC-20260105-003");
  decision.subject = subject_of(by_email, subjects);
  decision.channel = OperatorChannel::Email;
  decision.challenge = ChallengeStatus::Validated;
  apply(decision);
  by_email.decision = decision.id;
  EXPECT_EQ(propose(by_email), Reason::UntrustedCommandSource);
  decision.channel = OperatorChannel::Telegram;
  decision.subject = subject_of(raised, subjects);
  decision.id = DecisionId("DEC-20260105-002");
  apply(decision);
  raised.decision = decision.id;
  EXPECT_EQ(propose(raised), Reason::None);
}

TEST(FirstLimitsTest, WithRealMoneyTheFirstDocumentIsNotAboveTheDefaults) {
  for (const std::int64_t raw : {0, 1}) {
    MemoryRecorder recorder;
    State state(1024);
    Engine engine(state, recorder);
    SessionOpened session;
    session.stage = Stage::S1;
    engine.apply(session, UnixNanos(kStart));
    Limits limits = l0_limits();
    limits.order_notional_max = Notional::from_raw(limits.order_notional_max.raw() + raw);
    engine.apply(limits, UnixNanos(kStart + 1));
    EXPECT_EQ(state.limits.has_value(), raw == 0);
  }
}

}  // namespace
}  // namespace clawgate::gateway
