// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

// TRADING_BLOCKED: what begins each cause, that only a decision ends it, that a restart keeps it;
// and the health of the signal engines.

namespace clawgate::gateway {
namespace {

class BlocksTest : public EngineTest {
 protected:
  void enter(Stage stage) {
    SessionOpened session = state->session;
    session.stage = stage;
    apply(session);
  }
  void report(Block cause) {
    apply(CauseReported{cause, Text<24>("edge"), Text<64>("seen")});
    settle();
  }
  DecisionId a_trusted_decision(const Digest& subject) {
    DecisionRecorded decision;
    decision.id = DecisionId("DEC-20260105-" + std::to_string(500 + ++decisions_made));
    decision.end = DecisionEnd::Approved;
    decision.subject = subject;
    decision.operator_id = OperatorId("alice");
    decision.channel = OperatorChannel::Telegram;
    decision.challenge = ChallengeStatus::Validated;
    apply(decision);
    return decision.id;
  }
  OperatorCommand a_trusted_unblock(Block cause) {
    OperatorCommand input = a_command(CommandAction::Unblock);
    input.block = cause;
    input.channel = OperatorChannel::Telegram;
    input.challenge = ChallengeStatus::Validated;
    input.decision_id = a_trusted_decision(subject_of(cause, subjects));
    return input;
  }
  void trust_alice() {
    Operator who = state->operators[0];
    who.channels |= bit_of(OperatorChannel::Telegram);
    apply(who);
  }
};

TEST_F(BlocksTest, AnEdgeBeginsExactlyTheCausesThatTheTableGivesIt) {
  for (const BlockInfo& row : kBlocks) {
    report(row.block);
    const bool may = row.latches && row.source == BlockSource::Edge;
    EXPECT_EQ(state->blocked_by(row.block),
              may || (row.block == Block::Reconciling && state->blocked_by(Block::SystemDegraded)))
        << row.code;
  }
}

// One symbol's market says nothing about another's.
TEST_F(BlocksTest, AnotherSymbolsMarketDoesNotEndAStaleOne) {
  Instrument eth = a_btcusdt();
  eth.id = InstrumentId{1};
  eth.symbol = Symbol("ETHUSDT");
  eth.base = Asset("ETH");
  apply(eth);
  apply(ConditionReported{Block::MarketDataStale, true, Text<64>("ETHUSDT")});
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_TRUE(state->blocked_by(Block::MarketDataStale));
  MarketTop top{InstrumentId{1}, Px::of(3'000), Qty::of(5),    Px::of(3'001),
                Qty::of(5),      Px::of(3'000), Px::of(3'000), UnixNanos(now)};
  top.event_time = UnixNanos(now - state->session.market_age_max_ns - kNanosPerSecond);
  apply(top);
  EXPECT_TRUE(state->blocked_by(Block::MarketDataStale)) << "an old one";
  top.event_time = UnixNanos(now);
  apply(top);
  EXPECT_FALSE(state->blocked_by(Block::MarketDataStale));
}

TEST_F(BlocksTest, AnUnknownOutcomeIsUnblockedOnlyOnceNothingIsUnknown) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(hold), Reason::None);
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown);
  EXPECT_NE(unblock(Block::UnknownOutcome), Reason::None);
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome));
  OperatorCommand close = a_command(CommandAction::CloseUnknown);
  close.order = trade(hold).find(LegRole::Entry)->leg.client_order_id;
  close.decision_id = a_decision(subject_of(close.order, subjects));
  ASSERT_EQ(command(close), Reason::None);
  EXPECT_EQ(unblock(Block::UnknownOutcome), Reason::None);
  EXPECT_FALSE(state->blocked_by(Block::UnknownOutcome));
}

TEST_F(BlocksTest, AnEntryThatTheVenueTookEndsARowOfRejects) {
  const auto rejected = [this] {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Entry, ExecType::Rejected, OrdStatus::Rejected));
    says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    return state->blocked_by(Block::VenueRejects);
  };
  EXPECT_FALSE(rejected());
  EXPECT_FALSE(rejected());
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
  says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(rejected());
  EXPECT_FALSE(rejected());
  EXPECT_TRUE(rejected());
}

TEST_F(BlocksTest, TheEndOfAnotherCauseEndsNoRowOfRejects) {
  const auto rejected = [this] {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Entry, ExecType::Rejected, OrdStatus::Rejected));
    says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    return state->blocked_by(Block::VenueRejects);
  };
  EXPECT_FALSE(rejected());
  EXPECT_FALSE(rejected());
  apply(ConditionReported{Block::MarketDataStale, true, Text<64>("BTCUSDT")});
  ASSERT_TRUE(state->blocked_by(Block::MarketDataStale));
  market(Px::of(59'999), Px::of(60'001));
  ASSERT_FALSE(state->blocked_by(Block::MarketDataStale));
  EXPECT_TRUE(rejected());
  // That of its own does.
  ASSERT_EQ(unblock(Block::VenueRejects), Reason::None);
  EXPECT_FALSE(rejected());
  EXPECT_FALSE(rejected());
  EXPECT_TRUE(rejected());
}

TEST_F(BlocksTest, AnEdgeBeginsNoCauseAsACondition) {
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches) continue;
    apply(ConditionReported{row.block, true, Text<64>("seen")});
    EXPECT_FALSE(state->blocked_by(row.block)) << row.code;
  }
}

TEST_F(BlocksTest, ACauseKeepsItsOriginAndTimeAndSurvivesARestart) {
  report(Block::EvalMissing);
  const UnixNanos since(now);
  restart(true);
  EXPECT_TRUE(state->blocked_by(Block::EvalMissing));
  EXPECT_EQ(state->block_row(Block::EvalMissing).since, since);
  EXPECT_EQ(state->block_row(Block::EvalMissing).evidence.view(), "edge: seen");
  send(a_signal());
  EXPECT_TRUE(denied_for(Reason::CauseLatched));
}

TEST_F(BlocksTest, EachCauseIsClearedByItsOwnDecisionAndAllMustBe) {
  report(Block::EvalMissing);
  report(Block::ChecklistFailed);
  OperatorCommand without = a_command(CommandAction::Unblock);
  without.block = Block::EvalMissing;
  EXPECT_EQ(command(without), Reason::DecisionIdMissing);
  OperatorCommand other = a_command(CommandAction::Unblock);
  other.block = Block::EvalMissing;
  other.decision_id = a_decision(subject_of(Block::ChecklistFailed, subjects));
  EXPECT_EQ(command(other), Reason::DecisionOtherSubject);
  EXPECT_EQ(unblock(Block::EvalMissing), Reason::None);
  market(Px::of(59'999), Px::of(60'001));
  send(a_signal());
  EXPECT_TRUE(denied_for(Reason::CauseLatched));
  EXPECT_EQ(unblock(Block::ChecklistFailed), Reason::None);
  a_hold();
}

TEST_F(BlocksTest, AStageWithRealMoneyStartsBlocked) {
  trust_alice();
  enter(Stage::S1);
  EXPECT_TRUE(state->blocked_by(Block::LiveLocked));
  OperatorCommand unrecorded = a_trusted_unblock(Block::LiveLocked);
  unrecorded.decision_id = DecisionId("DEC-20260105-999");
  EXPECT_EQ(command(unrecorded), Reason::DecisionNotApproved);
  EXPECT_EQ(command(a_trusted_unblock(Block::LiveLocked)), Reason::None);
  restart(true);
  EXPECT_FALSE(state->blocked_by(Block::LiveLocked)) << "the same stage again";
}

TEST_F(BlocksTest, WithoutABackupOperatorRealMoneyIsBlocked) {
  trust_alice();
  send(a_signal());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held) << "not needed in S0";
  EXPECT_EQ(command(a_command(CommandAction::Reject, edges.signals.back().hold)), Reason::None);
  enter(Stage::S1);
  send(a_signal());
  EXPECT_TRUE(state->blocked_by(Block::BackupOperatorMissing));
  EXPECT_EQ(command(a_trusted_unblock(Block::BackupOperatorMissing)), Reason::CauseStillHolds);
  Operator bob;
  bob.id = OperatorId("bob");
  bob.backup = true;
  bob.may_kill = false;
  apply(bob);
  EXPECT_EQ(command(a_trusted_unblock(Block::BackupOperatorMissing)), Reason::CauseStillHolds);
  bob.may_kill = true;
  apply(bob);
  EXPECT_EQ(command(a_trusted_unblock(Block::BackupOperatorMissing)), Reason::None);
  bob.enabled = false;
  apply(bob);
  EXPECT_TRUE(state->blocked_by(Block::BackupOperatorMissing)) << "at once, without a signal";
}

TEST_F(BlocksTest, AnOrderForALiveVenueInS0IsBlockedAndTold) {
  SessionOpened session = state->session;
  session.venue = VenueKind::BinanceSpot;
  apply(session);
  send(a_signal());
  EXPECT_TRUE(denied_for(Reason::VenueNotAllowed));
  EXPECT_TRUE(state->blocked_by(Block::LiveAttempt));
  ASSERT_EQ(all<IncidentOpened>().size(), 1U);
  EXPECT_EQ(all<IncidentOpened>()[0].cause, Block::LiveAttempt);
  send(a_signal());
  EXPECT_EQ(all<IncidentOpened>().size(), 1U);
}

// ---- engines -----------------------------------------------------------------------------------

class EnginesTest : public BlocksTest {
 protected:
  EnginesTest() {
    EXPECT_EQ(propose_decided(next_limits(
                  [](Limits& l) { EXPECT_TRUE(l.engines.push_back(EngineName("ai-trader"))); })),
              Reason::None);
  }
  void beat(std::string_view who, bool healthy = true) {
    apply(EngineHeartbeat{EngineName(who), healthy, {}});
    settle();
  }
  void time_is(std::int64_t at) {
    now = at - kNanosPerMilli;
    apply(TimePassed{});
    settle();
  }
  SignalOutcome says_buy(std::string_view who) {
    market(Px::of(59'999), Px::of(60'001));
    SignalIntent signal = a_signal();
    signal.source_engine = EngineName(who);
    send(signal);
    const AnswerSignal answer = edges.signals.back();
    if (answer.outcome == SignalOutcome::Held) {
      EXPECT_EQ(command(a_command(CommandAction::Reject, answer.hold)), Reason::None);
    }
    return answer.outcome;
  }
  static constexpr std::int64_t kMinute = 60 * kNanosPerSecond;
};

TEST_F(EnginesTest, InS0AnEngineThatNeverSpokeIsNotWaitedFor) {
  time_is(now + 10 * kMinute);
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Held);
  EXPECT_EQ(state->engine_mode, EngineMode::Normal);
}

TEST_F(EnginesTest, ThePrimaryIsLostAfterAMinuteOfSilence) {
  beat("tradingagents");
  const std::int64_t last = now;
  time_is(last + kMinute - 1);
  EXPECT_FALSE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(runtime->next_deadline(), UnixNanos(last + kMinute));
  time_is(last + kMinute);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed);
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Denied);
  EXPECT_EQ(says_buy("ai-trader"), SignalOutcome::Denied);
}

// The silence is due for as long as nobody has acted on it, whatever came first behind its end.
TEST_F(EnginesTest, AnInputThatLooksAtNoEngineDoesNotHideTheSilence) {
  beat("tradingagents");
  now += kMinute;
  apply(ConditionReported{Block::Backlog, true, Text<64>("first")});
  EXPECT_FALSE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(runtime->next_deadline(), UnixNanos(now));
  time_is(now);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_GT(runtime->next_deadline(), UnixNanos(now));
}

TEST_F(EnginesTest, ASignalAloneFindsTheSilence) {
  beat("tradingagents");
  now += kMinute;
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Denied);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
}

TEST_F(EnginesTest, APrimaryThatSaysItIsUnwellIsLostAtOnce) {
  beat("tradingagents", false);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
}

TEST_F(EnginesTest, ThePrimarysReturnNeedsItsHeartbeatAndADecision) {
  beat("tradingagents", false);
  EXPECT_EQ(unblock(Block::PrimaryEngineLost), Reason::CauseStillHolds);
  beat("tradingagents");
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost)) << "a heartbeat clears nothing";
  restart(true);
  EXPECT_EQ(unblock(Block::PrimaryEngineLost), Reason::CauseStillHolds)
      << "unheard since the start";
  beat("tradingagents");
  EXPECT_EQ(unblock(Block::PrimaryEngineLost), Reason::None);
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Held);
}

TEST_F(EnginesTest, ProtectionGoesOnWithoutThePrimary) {
  const HoldId hold = an_open_trade();
  beat("tradingagents", false);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
}

TEST_F(EnginesTest, ThePrimaryGoesOnWhileASecondaryIsSilent) {
  beat("tradingagents");
  beat("ai-trader", false);
  EXPECT_EQ(state->engine_mode, EngineMode::Single);
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Held);
  EXPECT_EQ(says_buy("ai-trader"), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::EngineUnhealthy));
  beat("ai-trader");
  EXPECT_EQ(state->engine_mode, EngineMode::Normal);
  EXPECT_EQ(says_buy("ai-trader"), SignalOutcome::Held);
}

TEST_F(EnginesTest, ThereIsNoSingleEngineModeWithoutAHealthyPrimary) {
  beat("ai-trader", false);
  beat("tradingagents", false);
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
}

TEST_F(EnginesTest, TheLimitsMayForbidTheSingleEngineMode) {
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.single_engine = false; })), Reason::None);
  beat("tradingagents");
  beat("ai-trader", false);
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed);
  EXPECT_TRUE(state->blocked_by(Block::SecondaryEngineLost));
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Denied);
  beat("ai-trader");
  EXPECT_FALSE(state->blocked_by(Block::SecondaryEngineLost));
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Held);
}

TEST_F(EnginesTest, WithRealMoneyAnEngineMustHaveSpoken) {
  enter(Stage::S1);
  const std::int64_t opened = now;
  EXPECT_EQ(says_buy("tradingagents"), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::EngineUnhealthy));
  EXPECT_FALSE(state->blocked_by(Block::PrimaryEngineLost));
  time_is(opened + kMinute);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
}

TEST_F(EnginesTest, ASilenceSurvivesARestart) {
  beat("tradingagents");
  beat("ai-trader", false);
  restart(true);
  EXPECT_EQ(state->engine_mode, EngineMode::Single);
  beat("tradingagents");
  EXPECT_EQ(says_buy("ai-trader"), SignalOutcome::Denied);
}

// Nobody could hear it while the gateway was down.
TEST_F(EnginesTest, AfterAnOutageOfOursASilenceIsCountedFromTheStart) {
  beat("tradingagents");
  now += 10 * kMinute;
  restart(true);
  const std::int64_t opened = state->opened_at.value();
  time_is(opened + kMinute - 1);
  EXPECT_FALSE(state->blocked_by(Block::PrimaryEngineLost));
  time_is(opened + kMinute);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
}

TEST_F(EnginesTest, AnEngineThatNobodyEnabledIsNotHeard) {
  const std::size_t before = recorder.records.size();
  beat("stranger");
  EXPECT_EQ(recorder.records.size(), before);
}

TEST_F(EnginesTest, AWeightTakesItsShareOfTheRisk) {
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) {
              l.order_notional_max = l.day_notional_max = Notional::of(9'000);
              EXPECT_TRUE(l.weights.push_back(bps(2'500)));
            })),
            Reason::None);
  market(Px::of(59'999), Px::of(60'001));
  const HoldId hold = a_hold();
  EXPECT_LE(trade(hold).order.risk, Notional::of(25));
  EXPECT_GT(trade(hold).order.risk, Notional::of(24));
}

}  // namespace
}  // namespace clawgate::gateway
