// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

namespace clawgate::gateway {
namespace {

TEST_F(EngineTest, ASignalBecomesAHoldAndNothingIsSent) {
  const HoldId hold = a_hold();
  EXPECT_EQ(edges.asked, std::vector{hold});
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  EXPECT_TRUE(venue.submitted.empty());
}

TEST_F(EngineTest, ApprovedIsExactlyWhatIsSent) {
  const HoldId hold = a_hold();
  const OrderCandidate held = trade(hold).order;
  EXPECT_EQ(approve(hold), Reason::None);
  ASSERT_EQ(venue.submitted.size(), 1U);
  Sha256 hasher;
  EXPECT_EQ(approval_digest(venue.submitted[0].order, hasher), approval_digest(held, hasher));
  EXPECT_EQ(venue.submitted[0].digest, trade(hold).digest);
  EXPECT_EQ(trade(hold).hold, HoldState::Released);
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Sent);
  EXPECT_EQ(trade(hold).protection, ProtectionState::PendingAtVenue);
}

TEST_F(EngineTest, AnotherDigestIsRefused) {
  const HoldId hold = a_hold();
  OperatorCommand command = a_command(CommandAction::Approve, hold);
  command.digest.bytes[0] ^= 1;
  EXPECT_EQ(this->command(command), Reason::DigestMismatch);
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  EXPECT_TRUE(venue.submitted.empty());
}

TEST_F(EngineTest, ARepeatedCommandIsANoOpAndAChangedOneIsRefused) {
  const HoldId hold = a_hold();
  OperatorCommand command = a_command(CommandAction::Approve, hold);
  EXPECT_EQ(this->command(command), Reason::None);
  EXPECT_EQ(this->command(command), Reason::None);
  EXPECT_TRUE(edges.commands.back().no_op);
  command.note = Text<96>("other");
  EXPECT_EQ(this->command(command), Reason::CommandConflict);
  EXPECT_EQ(venue.submitted.size(), 1U);
}

TEST_F(EngineTest, AHoldIsDecidedOnce) {
  const HoldId hold = a_hold();
  EXPECT_EQ(command(a_command(CommandAction::Reject, hold)), Reason::None);
  EXPECT_EQ(approve(hold), Reason::HoldNotPending);
  EXPECT_EQ(command(a_command(CommandAction::Reject, hold)), Reason::HoldNotPending);
  EXPECT_TRUE(venue.submitted.empty());
}

TEST_F(EngineTest, WhoMayDecide) {
  const HoldId hold = a_hold();
  OperatorCommand command = a_command(CommandAction::Approve, hold);
  command.operator_id = OperatorId("mallory");
  EXPECT_EQ(this->command(command), Reason::OperatorUnknown);
  command = a_command(CommandAction::Approve, hold);
  command.channel = OperatorChannel::Slack;
  EXPECT_EQ(this->command(command), Reason::ChannelNotAllowed);
  command = a_command(CommandAction::Approve, HoldId{99});
  EXPECT_EQ(this->command(command), Reason::HoldUnknown);
  Operator reader;
  reader.id = OperatorId("bob");
  reader.channels = bit_of(OperatorChannel::Terminal);
  reader.may_approve = false;
  apply(reader);
  command = a_command(CommandAction::Approve, hold);
  command.operator_id = OperatorId("bob");
  EXPECT_EQ(this->command(command), Reason::OperatorNotPermitted);
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
}

TEST_F(EngineTest, TheLastInstantBeforeExpiryStillCounts) {
  const HoldId hold = a_hold();
  now = trade(hold).order.expires_at.value() - kNanosPerMilli - 1;
  market(Px::of(59'999), Px::of(60'001));  // applied one millisecond further on
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  now = trade(hold).order.expires_at.value() - kNanosPerMilli;
  EXPECT_EQ(approve(hold), Reason::HoldExpired);
  EXPECT_EQ(trade(hold).hold, HoldState::Expired);
}

TEST_F(EngineTest, AHoldExpiresWhenItsTimeIsUp) {
  const HoldId hold = a_hold();
  EXPECT_LE(runtime->next_deadline(), trade(hold).order.expires_at);
  now = trade(hold).order.expires_at.value() - kNanosPerMilli;
  apply(TimePassed{});
  EXPECT_EQ(trade(hold).hold, HoldState::Expired);
}

TEST_F(EngineTest, DriftBeyondTheBandVoidsAndDriftAtTheBandDoesNot) {
  const HoldId hold = a_hold();  // reference 60 000, band 20 bps: 120 either side
  market(Px::of(60'119), Px::of(60'121));
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  market(Px::of(60'119), Px::from_raw(Px::of(60'121).raw() + 2));
  EXPECT_EQ(trade(hold).hold, HoldState::Voided);
  EXPECT_EQ(trade(hold).hold_reason, Reason::PriceDrift);
}

TEST_F(EngineTest, RiskIsCheckedAgainAfterTheApproval) {
  const HoldId hold = a_hold();
  balance("USDT", Qty::of(1));
  EXPECT_EQ(approve(hold), Reason::VoidedByRecheck);
  EXPECT_EQ(trade(hold).hold, HoldState::Voided);
  EXPECT_TRUE(venue.submitted.empty());
}

TEST_F(EngineTest, NewLimitsVoidWhatWaits) {
  const HoldId hold = a_hold();
  Limits limits = l0_limits();
  limits.version = LimitsVersion{2};
  apply(limits);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByLimits);
}

TEST_F(EngineTest, TheSameIntentTwiceIsANoOpAndAChangedOneAConflict) {
  SignalIntent signal = send(a_signal());
  send(signal);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Duplicate);
  signal.payload.bytes[0] ^= 1;
  send(signal);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Conflict);
  EXPECT_EQ(edges.asked.size(), 1U);
}

TEST_F(EngineTest, TheSameTraceUnderAnotherIntentIsADuplicate) {
  const SignalIntent first = send(a_signal());
  SignalIntent second = a_signal();
  second.trace_id = first.trace_id;
  send(second);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Duplicate);
}

// What was answered as a duplicate was never decided: its intent is free.
TEST_F(EngineTest, ADuplicatesOwnIntentIsNotRemembered) {
  const SignalIntent first = send(a_signal());
  SignalIntent again = a_signal();
  again.trace_id = first.trace_id;
  send(again);
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Duplicate);
  SignalIntent other = a_signal();
  other.intent_id = again.intent_id;
  send(other);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::OpenTradeLimit))
      << info(edges.signals.back().reasons.first()).code;
}

TEST_F(EngineTest, OppositeWordsWhileTheFirstWaitsHoldBackBoth) {
  const HoldId hold = a_hold();
  send(a_signal(SignalSide::Sell));
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Conflict);
  EXPECT_EQ(trade(hold).hold_reason, Reason::ConflictingIntent);
}

TEST_F(EngineTest, AHoldSignalIsNeverAnOrder) {
  send(a_signal(SignalSide::Hold));
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::NoAction);
  EXPECT_TRUE(edges.asked.empty());
}

TEST_F(EngineTest, OneOpenTradeAtATime) {
  a_hold();
  send(a_signal());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Denied);
  EXPECT_TRUE(edges.signals.back().reasons.has(Reason::OpenTradeLimit));
}

TEST_F(EngineTest, TheSecondDirectOrderLatchesAViolation) {
  SignalRefused refused;
  refused.reason = Reason::DirectOrderSized;
  refused.source = EngineName("ai-trader");
  apply(refused);
  EXPECT_EQ(state->trading_state(), TradingState::Open);
  apply(refused);
  EXPECT_TRUE(state->blocked_by(Block::PolicyViolation));
  EXPECT_EQ(state->block_row(Block::PolicyViolation).evidence, "ai-trader: DIRECT_ORDER_SIZED");
  send(a_signal());
  EXPECT_TRUE(edges.signals.back().reasons.has(Reason::CauseLatched));
}

TEST_F(EngineTest, KillVoidsHoldsClosesTheDoorAndIsLiftedOnlyByADecision) {
  const HoldId hold = a_hold();
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByKill);
  EXPECT_EQ(word.read().state, TradingState::Killed);
  OperatorCommand unblock = a_command(CommandAction::Unblock);
  EXPECT_EQ(command(unblock), Reason::DecisionIdMissing);
  unblock = a_command(CommandAction::Unblock);
  unblock.decision_id = DecisionId("DEC-20260105-001");
  EXPECT_EQ(command(unblock), Reason::DecisionNotApproved) << "nobody recorded it";
  unblock = a_command(CommandAction::Unblock);
  unblock.decision_id = a_decision(subject_of(Block::Kill, subjects), DecisionEnd::Rejected);
  EXPECT_EQ(command(unblock), Reason::DecisionNotApproved);
  unblock = a_command(CommandAction::Unblock);
  unblock.decision_id = a_decision(subject_of(Block::LiveLocked, subjects));
  EXPECT_EQ(command(unblock), Reason::DecisionOtherSubject);
  EXPECT_EQ(word.read().state, TradingState::Killed);
  EXPECT_EQ(gateway::EngineTest::unblock(Block::Kill), Reason::None);
  EXPECT_EQ(word.read().state, TradingState::Open);
  EXPECT_EQ(word.read().epoch, KillEpoch{1});
}

TEST_F(EngineTest, AKillBetweenReleaseAndTheDoorLetsNoByteOut) {
  const HoldId hold = a_hold();
  apply(a_command(CommandAction::Approve, hold));
  EXPECT_TRUE(word.kill());  // another thread, before anything was durable
  settle();
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::NotSent);
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(EngineTest, AKillCancelsTheWorkingEntryByItsOwnIdAndLeavesStopsAlone) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_EQ(venue.cancels[0].client_order_id,
            trade(hold).find(LegRole::Entry)->leg.client_order_id);
  EXPECT_TRUE(venue.cancels[0].only_new);
}

TEST_F(EngineTest, AKillIsCompleteOnceTheVenueHasSeenIt) {
  venue.confirms = false;
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  EXPECT_EQ(state->kill_epoch, KillEpoch{1});
  EXPECT_EQ(state->kill_acknowledged, KillEpoch{0});
  apply(KillAcknowledged{KillEpoch{1}});
  EXPECT_EQ(state->kill_acknowledged, KillEpoch{1});
}

// Nobody waits any more for what the process that ended was to tell.
TEST_F(EngineTest, AKillThatTheVenueHadNotSeenIsShownToItAgainAfterARestart) {
  venue.confirms = false;
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  venue.confirms = true;
  restart(true);
  EXPECT_EQ(state->kill_acknowledged, KillEpoch{1});
  EXPECT_EQ(all<KillAcknowledged>().size(), 1U);
  restart(true);
  EXPECT_EQ(all<KillAcknowledged>().size(), 1U) << "once is enough";
}

TEST_F(EngineTest, AKillWithAnOpenPositionCancelsNothing) {
  const HoldId hold = an_open_trade();
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  EXPECT_TRUE(venue.cancels.empty());
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
}

TEST_F(EngineTest, AStopOutClosesTheTrade) {
  const HoldId hold = an_open_trade();
  says(a_fill(hold, LegRole::Stop, Px::of(59'390), "2"));
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Done);
  EXPECT_LT(trade(hold).position.realised, Notional{});
}

TEST_F(EngineTest, TheSameExecutionTwiceCountsOnce) {
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  ExecutionReport again = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  says(again);
  EXPECT_EQ(trade(hold).position.qty, held);
  EXPECT_EQ(state->trading_state(), TradingState::Open);
}

TEST_F(EngineTest, TheSameExecutionToldOtherwiseIsAContradiction) {
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  const ExecutionReport again = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  const auto contradicts = [&](auto change) {
    ExecutionReport other = again;
    change(other);
    says(other);
    const bool latched = state->blocked_by(Block::VenueContradiction);
    EXPECT_EQ(trade(hold).position.qty, held);
    if (latched) EXPECT_EQ(unblock(Block::VenueContradiction), Reason::None);
    return latched;
  };
  EXPECT_FALSE(contradicts([](ExecutionReport&) {}));
  EXPECT_FALSE(contradicts([](ExecutionReport& row) { row.fee_asset = {}; }));
  EXPECT_TRUE(contradicts([](ExecutionReport& row) { row.side = Side::Sell; }));
  EXPECT_TRUE(
      contradicts([](ExecutionReport& row) { row.last_px = Px::from_raw(row.last_px.raw() + 1); }));
  EXPECT_TRUE(contradicts(
      [](ExecutionReport& row) { row.last_qty = Qty::from_raw(row.last_qty.raw() + 1); }));
}

TEST_F(EngineTest, AFillBeyondTheOrderIsAContradiction) {
  const HoldId hold = an_open_trade();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "9"));
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
}

TEST_F(EngineTest, ASaleThatOvertakesItsPurchaseWaitsForIt) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  const ExecutionReport sale = a_fill(hold, LegRole::Stop, Px::of(59'390), "2");
  says(sale);
  EXPECT_EQ(venue.queries.size(), 2U);  // the purchase's executions, then the sale's again
  EXPECT_TRUE(trade(hold).position.qty.is_zero());
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(sale);
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(EngineTest, ASaleOfAllThatIsHeldWaitsForNothing) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  const auto part_of = [&](LegRole role, std::string_view exec) {
    ExecutionReport fill = a_fill(hold, role, Px::of(60'000), exec);
    fill.ord_status = OrdStatus::PartiallyFilled;
    fill.last_qty = fill.cum_qty = Qty::from_raw(30'000);
    fill.fee = {};
    return fill;
  };
  says(part_of(LegRole::Entry, "1"));
  says(part_of(LegRole::Stop, "2"));
  EXPECT_TRUE(trade(hold).position.qty.is_zero());
  EXPECT_EQ(all<FillApplied>().size(), 2U);
  EXPECT_TRUE(venue.queries.empty());
}

TEST_F(EngineTest, AReportWithoutTheVenuesIdIsAboutTheOrderThatIsKnown) {
  const HoldId hold = an_open_trade();
  ExecutionReport report = a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled);
  report.venue_order_id = {};
  says(report);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
}

TEST_F(EngineTest, ASaleWithoutAnyPurchaseIsAContradiction) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  const ExecutionReport sale = a_fill(hold, LegRole::Stop, Px::of(59'390), "2");
  says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
  says(sale);
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
}

TEST_F(EngineTest, AnUnfilledFokEndsTheTrade) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Done);
}

TEST_F(EngineTest, AMissingStopIsAnsweredByAnImmediateReduce) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Missing);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
  EXPECT_LE(venue.protective[0].leg.qty, trade(hold).position.qty);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "2"));
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(EngineTest, ARefusedReduceLatchesACauseAndIsTriedAgainAndAgain) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing)) << "the first is on its way";
  for (int i = 0; i < 20; ++i) {
    says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
    EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
    now += 60 * kNanosPerSecond;
    apply(TimePassed{});
  }
  EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
  EXPECT_EQ(venue.protective.size(), 10U);
}

// A ban of a few minutes must not use up every attempt.
TEST_F(EngineTest, ARefusedReduceIsFollowedByTheNextAfterAPauseThatDoubles) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
  ASSERT_EQ(venue.protective.size(), 1U) << "the first leaves at once";
  std::int64_t pause = kNanosPerSecond;
  for (std::size_t sent = 1; sent < 10; ++sent) {
    says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
    const std::int64_t due = now + pause;
    EXPECT_LE(runtime->next_deadline(), UnixNanos(due));
    now = due - kNanosPerMilli - 1;  // apply() adds a millisecond
    apply(TimePassed{});
    settle();
    EXPECT_EQ(venue.protective.size(), sent) << "a nanosecond too early";
    now = due - kNanosPerMilli;
    apply(TimePassed{});
    settle();
    ASSERT_EQ(venue.protective.size(), sent + 1);
    pause = std::min(2 * pause, 60 * kNanosPerSecond);
  }
}

TEST_F(EngineTest, AReportOfAnotherInstrumentOrAccountIsAContradictionAndBooksNothing) {
  for (const bool instrument : {true, false}) {
    SCOPED_TRACE(instrument);
    const HoldId hold = a_hold();
    ASSERT_EQ(approve(hold), Reason::None);
    ExecutionReport fill = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
    if (instrument) fill.instrument = InstrumentId{1};
    if (!instrument) fill.account = AccountId{1};
    says(fill);
    EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
    EXPECT_TRUE(trade(hold).position.qty.is_zero());
    says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
    says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
    ASSERT_EQ(unblock(Block::VenueContradiction), Reason::None);
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
  }
}

// The answer to a list is lost when its entry has long executed and a reduce waits at the door.
TEST_F(EngineTest, ALostAnswerSaysNothingOfWhatWasPutOutLater) {
  const HoldId hold = a_hold();
  venue.later = true;
  ASSERT_EQ(approve(hold), Reason::None);
  const ClientOrderId entry = trade(hold).find(LegRole::Entry)->leg.client_order_id;
  apply(HandedOff{entry, HandOff::Sent, true});
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(order_state(hold, LegRole::Reduce), OrderState::Released);
  apply(HandedOff{entry, HandOff::Unknown, true});
  settle();
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Released);
  EXPECT_FALSE(state->blocked_by(Block::UnknownOutcome));
}

// Of what is released the door speaks first.
TEST_F(EngineTest, AnOrderThatIsNotFoundBeforeTheDoorSpokeIsNotUnknown) {
  const HoldId hold = a_hold();
  venue.later = true;
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::NotFound, OrdStatus::New));
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Released);
  EXPECT_FALSE(state->blocked_by(Block::UnknownOutcome));
}

TEST_F(EngineTest, AnUnknownOrderIsDueWhenItIsToBeAskedForAgain) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(hold), Reason::None);
  apply(ConditionReported{Block::MarketDataStale, true, Text<64>("BTCUSDT")});
  EXPECT_EQ(runtime->next_deadline(), trade(hold).find(LegRole::Entry)->next_query);
}

// A market is stale the nanosecond after its age, and nothing is due before.
TEST_F(EngineTest, AWaitingHoldIsDueWhenItsMarketIsStale) {
  a_hold();
  const std::int64_t told = state->market(kBtc)->event_time.value();
  const std::int64_t stale = told + state->session.market_age_max_ns + 1;
  EXPECT_EQ(runtime->next_deadline(), UnixNanos(stale));
  now = stale - 1 - kNanosPerMilli;
  apply(TimePassed{});
  EXPECT_FALSE(state->blocked_by(Block::MarketDataStale));
  now = stale - kNanosPerMilli;
  apply(TimePassed{});
  EXPECT_TRUE(state->blocked_by(Block::MarketDataStale));
  for (const std::int64_t older : {1, 0}) {
    MarketTop top = *state->market(kBtc);
    top.event_time = UnixNanos(now + kNanosPerMilli - state->session.market_age_max_ns - older);
    apply(top);
    EXPECT_EQ(state->blocked_by(Block::MarketDataStale), older == 1);
  }
}

TEST_F(EngineTest, AnotherVenueOrderUnderAKnownIdIsAContradiction) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  ExecutionReport first = a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New);
  first.venue_order_id = VenueOrderId("28");
  says(first);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
  says(first);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
  first.venue_order_id = VenueOrderId("29");
  says(first);
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
}

TEST_F(EngineTest, AWorkingOrderThatNobodyKnowsAnyMoreIsUnknown) {
  const HoldId hold = an_open_trade();
  says(a_report(hold, LegRole::Stop, ExecType::NotFound, OrdStatus::Rejected));
  EXPECT_EQ(trade(hold).find(LegRole::Stop)->state, OrderState::Unknown);
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome));
  EXPECT_EQ(venue.protective.size(), 0U) << "nothing is sold on a guess";
  says(a_report(hold, LegRole::Stop, ExecType::Status, OrdStatus::New));
  EXPECT_EQ(trade(hold).find(LegRole::Stop)->state, OrderState::Working);
}

TEST_F(EngineTest, AnApprovedExitTakesTheStopDownThenSells) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
      << info(edges.signals.back().reasons.first()).code;
  const HoldId exit = edges.signals.back().hold;
  EXPECT_EQ(approve(exit), Reason::None);
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_TRUE(venue.protective.empty()) << "sold before the stop was known to be down";
  EXPECT_EQ(trade(hold).protection, ProtectionState::Replacing);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Exit);
  says(a_fill(hold, LegRole::Exit, Px::of(60'100), "2"));
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(trade(exit).closed);
}

TEST_F(EngineTest, AnExitThatDoesNotSellPutsTheStopBack) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  const HoldId exit = edges.signals.back().hold;
  EXPECT_EQ(approve(exit), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  says(a_report(hold, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
  ASSERT_EQ(venue.protective.size(), 2U);
  EXPECT_EQ(venue.protective[1].leg.role, LegRole::Stop);
  EXPECT_NE(venue.protective[1].leg.client_order_id, trade(hold).order.legs[1].client_order_id);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_TRUE(trade(exit).closed);
}

TEST_F(EngineTest, TheStopMayWinTheRaceAgainstTheExit) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  const HoldId exit = edges.signals.back().hold;
  EXPECT_EQ(approve(exit), Reason::None);
  says(a_fill(hold, LegRole::Stop, Px::of(59'390), "2"));
  EXPECT_TRUE(venue.protective.empty());
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(trade(exit).closed);
}

TEST_F(EngineTest, AnOrderNobodySentLatchesForeignOrder) {
  ExecutionReport report;
  report.instrument = kBtc;
  report.client_order_id = ClientOrderId("someone-else");
  says(report);
  EXPECT_TRUE(state->blocked_by(Block::ForeignOrder));
}

TEST_F(EngineTest, AnUnknownOutcomeStaysUnknownUntilEvidence) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  EXPECT_EQ(approve(hold), Reason::None);
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome));
  EXPECT_FALSE(venue.queries.empty());
  says(a_report(hold, LegRole::Entry, ExecType::NotFound, OrdStatus::Rejected));
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown) << "absence is no evidence";
  const std::size_t asked = venue.queries.size();
  while (now < kStart + 6 * kNanosPerSecond) {
    now = runtime->next_deadline().value();
    apply(TimePassed{});
    settle();
  }
  EXPECT_GT(venue.queries.size(), asked);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome)) << "a cause ends only by a decision";
}

TEST_F(EngineTest, AnUnknownOutcomeMayBeClosedByADecision) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  EXPECT_EQ(approve(hold), Reason::None);
  OperatorCommand close = a_command(CommandAction::CloseUnknown);
  close.order = trade(hold).find(LegRole::Entry)->leg.client_order_id;
  EXPECT_EQ(command(close), Reason::DecisionIdMissing);
  close = a_command(CommandAction::CloseUnknown);
  close.order = trade(hold).find(LegRole::Entry)->leg.client_order_id;
  const ClientOrderId order = close.order;
  const auto closed_by = [&](const DecisionId& decision) {
    close = a_command(CommandAction::CloseUnknown);
    close.order = order;
    close.decision_id = decision;
    return command(close);
  };
  EXPECT_EQ(closed_by(DecisionId("DEC-20260105-001")), Reason::DecisionNotApproved)
      << "nobody recorded it";
  EXPECT_EQ(closed_by(a_decision(subject_of(order, subjects), DecisionEnd::Rejected)),
            Reason::DecisionNotApproved);
  EXPECT_EQ(closed_by(a_decision(subject_of(Block::UnknownOutcome, subjects))),
            Reason::DecisionOtherSubject);
  const ClientOrderId stop = trade(hold).find(LegRole::Stop)->leg.client_order_id;
  EXPECT_EQ(closed_by(a_decision(subject_of(stop, subjects))), Reason::DecisionOtherSubject)
      << "over another order of the same list";
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
  EXPECT_TRUE(all<UnknownClosed>().empty());
  const DecisionId decision = a_decision(subject_of(order, subjects));
  EXPECT_EQ(closed_by(decision), Reason::None);
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::ClosedByDecision);
  EXPECT_TRUE(trade(hold).closed);
  ASSERT_EQ(all<UnknownClosed>().size(), 1U);
  EXPECT_TRUE(state->is_spent(decision));
  restart(true);
  EXPECT_TRUE(state->is_spent(decision)) << "a fold forgets that it was used";
}

// The table says what the execution gateway may do; the door asks it.
TEST_F(EngineTest, ARowOfTheTableOfActionsOpensOrClosesTheDoor) {
  using governance::ActionRow;
  using governance::ActionRule;
  static constexpr ActionRow kRows[] = {{governance::kPlaceOrder, ActionRule::Blocked},
                                        {governance::kReconcile, ActionRule::ExecutionGatewayOnly}};
  Door closed(venue, word, kRows);
  runtime = std::make_unique<Runtime>(*engine, recorder, closed, word, edges, Runtime::Options{});
  const HoldId hold = a_hold();
  static_cast<void>(approve(hold));
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::NotSent);
  closed.cancel({});
  EXPECT_TRUE(venue.cancels.empty()) << "in no row";
  closed.query({});
  EXPECT_EQ(venue.queries.size(), 1U);

  runtime = std::make_unique<Runtime>(*engine, recorder, door, word, edges, Runtime::Options{});
  const HoldId other = a_hold();
  EXPECT_EQ(approve(other), Reason::None);
  EXPECT_EQ(venue.submitted.size(), 1U);
  door.cancel({});
  EXPECT_EQ(venue.cancels.size(), 1U);
}

TEST_F(EngineTest, AFailedSyncStopsEverythingAndCancelsWorkingEntries) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  recorder.fail_sync = true;
  apply(TimePassed{});
  settle();
  EXPECT_TRUE(runtime->failure().has_value());
  EXPECT_EQ(word.read().state, TradingState::Killed);
  ASSERT_EQ(venue.cancels.size(), 1U);
  const std::size_t records = recorder.records.size();
  apply(a_signal());
  EXPECT_EQ(recorder.records.size(), records) << "an input was taken after the journal failed";
  static_cast<void>(hold);
}

TEST_F(EngineTest, AFailedSyncBeforeTheDoorLetsNoOrderOut) {
  const HoldId hold = a_hold();
  apply(a_command(CommandAction::Approve, hold));
  recorder.fail_sync = true;
  settle();
  EXPECT_TRUE(venue.submitted.empty());
}

TEST_F(EngineTest, ACleanRestartKeepsTheHoldAndTheOpenPosition) {
  const HoldId open = an_open_trade();
  send(a_signal(SignalSide::Sell));
  const HoldId exit = edges.signals.back().hold;
  edges.asked.clear();
  restart(true);
  EXPECT_EQ(trade(open).protection, ProtectionState::Live);
  EXPECT_EQ(trade(exit).hold, HoldState::Held);
  EXPECT_EQ(edges.asked, std::vector{exit}) << "the operator is asked again";
}

TEST_F(EngineTest, AnUncleanRestartVoidsWhatWaits) {
  const HoldId hold = a_hold();
  restart(false);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByRestart);
}

// What a person saw was an order of that stage, at that venue, in that account.
TEST_F(EngineTest, WhatWaitsIsVoidWhereItWouldNotBeWhatWasShown) {
  const HoldId hold = a_hold();
  SessionOpened session = state->session;
  session.clean_start = true;
  restart_as(session);
  EXPECT_EQ(trade(hold).hold, HoldState::Held) << "nothing changed";
  session.account = AccountId(1);
  restart_as(session);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByRestart);
}

TEST_F(EngineTest, WhatWaitsIsVoidInAnotherStage) {
  const HoldId hold = a_hold();
  SessionOpened session = state->session;
  session.clean_start = true;
  session.stage = Stage::S1;
  restart_as(session);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByRestart);
}

TEST_F(EngineTest, WhatWaitsIsVoidAtAnotherVenue) {
  const HoldId hold = a_hold();
  SessionOpened session = state->session;
  session.clean_start = true;
  session.venue = VenueKind::BinanceSpot;
  restart_as(session);
  EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByRestart);
}

TEST_F(EngineTest, ARestartWithAnUnknownOutcomeVoidsWhatWaits) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  const HoldId unknown = a_hold();
  const HoldId waits = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(unknown), Reason::None);
  ASSERT_EQ(trade(waits).hold, HoldState::Held);
  restart(true);
  EXPECT_EQ(trade(waits).hold, HoldState::Voided);
  EXPECT_EQ(trade(waits).hold_reason, Reason::VoidedByRestart);
}

// How often the venue's market is written down: for a person who decides, for a position, for
// nobody.
TEST_F(EngineTest, MarketsAreRecordedWhileSomethingWaitsOrIsHeld) {
  EXPECT_EQ(engine->market_pause_ns(), std::nullopt);
  const HoldId hold = an_open_trade();
  EXPECT_EQ(engine->market_pause_ns(), kNanosPerSecond);
  send(a_signal(SignalSide::Sell));
  EXPECT_EQ(engine->market_pause_ns(), 100 * kNanosPerMilli);
  says(a_fill(hold, LegRole::Stop, Px::of(59'390), "2"));
  ASSERT_EQ(command(a_command(CommandAction::Reject, edges.signals.back().hold)), Reason::None);
  EXPECT_EQ(engine->market_pause_ns(), std::nullopt);
}

TEST_F(EngineTest, ReleasedWithoutSentIsUnknownAfterARestartAndNeverSentAgain) {
  const HoldId hold = a_hold();
  apply(a_command(CommandAction::Approve, hold));
  EXPECT_TRUE(recorder.sync().has_value());  // durable, and then the process dies
  restart(false);
  EXPECT_TRUE(venue.submitted.empty());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
  EXPECT_FALSE(venue.queries.empty());
}

TEST_F(EngineTest, DailyCountersTurnAtMidnightInSaoPaulo) {
  const HoldId hold = an_open_trade();
  says(a_fill(hold, LegRole::Stop, Px::of(59'390), "2"));
  EXPECT_EQ(state->day_orders, 1);
  now = (kStart / (86'400 * kNanosPerSecond) + 1) * 86'400 * kNanosPerSecond +
        3 * 3'600 * kNanosPerSecond - 1 - kNanosPerMilli;
  apply(TimePassed{});
  EXPECT_EQ(state->day_orders, 1);
  apply(TimePassed{});
  EXPECT_EQ(state->day_orders, 0);
  EXPECT_EQ(state->day_notional, Notional{});
}

// It is where the venue's list is read from after a restart, and reports come in any order.
TEST_F(EngineTest, TheNewestOrderOfASymbolIsTheHighestNumberThatItsVenueTold) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  const auto told = [&](LegRole role, OrdStatus status, std::string_view id) {
    ExecutionReport report = a_report(hold, role, ExecType::New, status);
    report.venue_order_id = VenueOrderId(id);
    says(report);
    return state->newest_venue_order[kBtc.value()];
  };
  EXPECT_EQ(told(LegRole::Stop, OrdStatus::PendingNew, "78"), 78);
  EXPECT_EQ(told(LegRole::Entry, OrdStatus::New, "77"), 78);
  EXPECT_EQ(told(LegRole::Stop, OrdStatus::New, "78"), 78);
  restart(true);
  EXPECT_EQ(state->newest_venue_order[kBtc.value()], 78);
}

}  // namespace
}  // namespace clawgate::gateway
