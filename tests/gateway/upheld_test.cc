// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/gateway/engine_fixture.h"

// What is held is guarded or being sold, whatever was cut short, used up or left over.

namespace clawgate::gateway {
namespace {

class UpheldTest : public EngineTest {
 protected:
  UpheldTest() {
    Instrument row = a_btcusdt();
    row.filters.notional_min_on_market = true;
    apply(row);
  }

  /// The venue took the stop of `hold` away by itself.
  void stop_goes(HoldId hold) {
    says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  }
  void expect_reduce(HoldId hold) {
    ASSERT_EQ(venue.protective.size(), 1U);
    EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
    EXPECT_EQ(trade(hold).protection, ProtectionState::Missing);
    says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "2"));
    EXPECT_TRUE(trade(hold).closed);
  }

  /// An exit that is approved, takes the stop down, does not sell and puts the stop back.
  void exit_without_sale(HoldId hold) {
    send(a_signal(SignalSide::Sell));
    ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
        << info(edges.signals.back().reasons.first()).code;
    ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
    stop_goes(hold);
    says(a_report(hold, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    ASSERT_EQ(trade(hold).protection, ProtectionState::Live);
  }

  /// The stop goes, and the venue refuses one reduce after another.
  void refuse_reduces(HoldId hold, int times) {
    stop_goes(hold);
    for (int i = 0; i < times; ++i) {
      says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
      if (i + 1 < times) wait_a_minute();
    }
  }
  void wait_a_minute() {
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    apply(TimePassed{});
    settle();
  }
  /// An exit where no stop stands any more; it does not sell, and a stop is put back.
  void exit_unguarded_without_sale(HoldId hold) {
    send(a_signal(SignalSide::Sell));
    ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
        << info(edges.signals.back().reasons.first()).code;
    ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
    says(a_report(hold, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
    EXPECT_EQ(trade(hold).protection, ProtectionState::Replacing);
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    ASSERT_EQ(trade(hold).protection, ProtectionState::Live);
  }

  /// Its stop, with a part of it executed, then canceled by the venue: `left` is held.
  void stop_leaves(HoldId hold, Qty left) {
    ExecutionReport fill = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
    fill.ord_status = OrdStatus::PartiallyFilled;
    fill.last_qty = fill.cum_qty = Qty::from_raw(trade(hold).position.qty.raw() - left.raw());
    says(fill);
    ExecutionReport end = a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled);
    end.cum_qty = fill.cum_qty;
    says(end);
  }
};

TEST_F(UpheldTest, ACrashBetweenTheLossOfTheStopAndItsConsequenceSellsAllTheSame) {
  const HoldId hold = an_open_trade();
  const std::size_t before = recorder.records.size();
  stop_goes(hold);
  ASSERT_EQ(venue.protective.size(), 1U) << "what a run that is not cut does";
  venue.protective.clear();
  crash_behind<OrderMoved>(before);  // neither that the protection is lost nor the reduce
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
  expect_reduce(hold);
}

TEST_F(UpheldTest, ACrashBehindTheLossOfTheProtectionSellsAllTheSame) {
  const HoldId hold = an_open_trade();
  const std::size_t before = recorder.records.size();
  stop_goes(hold);
  venue.protective.clear();
  crash_behind<ProtectionMoved>(before);
  expect_reduce(hold);
}

TEST_F(UpheldTest, ARestartWithAWorkingStopSellsNothing) {
  const HoldId hold = an_open_trade();
  restart(true);
  EXPECT_TRUE(venue.protective.empty());
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
}

// Whatever takes a stop down must be able to sell and to put it back.
TEST_F(UpheldTest, AnExitIsDeniedBeforeItWouldTakeDownAStopThatCannotBePutBack) {
  const HoldId hold = an_open_trade();
  for (int i = 0; i < 9; ++i) exit_without_sale(hold);
  send(a_signal(SignalSide::Sell));
  EXPECT_TRUE(denied_for(Reason::ExitAttemptsUsed));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);

  venue.protective.clear();
  stop_goes(hold);
  expect_reduce(hold);
}

// Behind the exit stands the stop, and behind the stop the last reduce.
TEST_F(UpheldTest, AnExitOfAGuardedPositionKeepsAReduceInReserve) {
  const HoldId hold = an_open_trade();
  refuse_reduces(hold, 8);
  exit_unguarded_without_sale(hold);
  send(a_signal(SignalSide::Sell));
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
}

TEST_F(UpheldTest, AnExitOfAGuardedPositionIsDeniedWhereOneReduceIsLeft) {
  const HoldId hold = an_open_trade();
  refuse_reduces(hold, 9);
  exit_unguarded_without_sale(hold);
  send(a_signal(SignalSide::Sell));
  EXPECT_TRUE(denied_for(Reason::ExitAttemptsUsed));
}

// 24 orders are one trade's places.
TEST_F(UpheldTest, AnExitOfAGuardedPositionNeedsThreePlaces) {
  const HoldId hold = an_open_trade();
  refuse_reduces(hold, 7);
  exit_unguarded_without_sale(hold);
  for (int i = 0; i < 5; ++i) exit_without_sale(hold);
  ASSERT_EQ(trade(hold).orders.size(), 21U);
  send(a_signal(SignalSide::Sell));
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
}

TEST_F(UpheldTest, AnExitOfAGuardedPositionIsDeniedWhereTwoPlacesAreLeft) {
  const HoldId hold = an_open_trade();
  refuse_reduces(hold, 8);
  exit_unguarded_without_sale(hold);
  for (int i = 0; i < 5; ++i) exit_without_sale(hold);
  ASSERT_EQ(trade(hold).orders.size(), 22U);
  send(a_signal(SignalSide::Sell));
  EXPECT_TRUE(denied_for(Reason::ExitAttemptsUsed));
}

TEST_F(UpheldTest, TheLastPlaceIsAReducesAndBehindItNothingIsDue) {
  const HoldId hold = an_open_trade();
  refuse_reduces(hold, 7);
  exit_unguarded_without_sale(hold);
  for (int i = 0; i < 6; ++i) exit_without_sale(hold);
  ASSERT_EQ(trade(hold).orders.size(), 23U);
  wait_a_minute();
  venue.protective.clear();
  stop_goes(hold);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  wait_a_minute();
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
  EXPECT_GT(runtime->next_deadline(), UnixNanos(now));
}

TEST_F(UpheldTest, AReductionThatHasNoRoomLeavesTheStopAndIsAnIncident) {
  const HoldId hold = an_open_trade();
  for (int i = 0; i < 9; ++i) exit_without_sale(hold);
  ASSERT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
            Reason::None);
  const std::size_t cancels = venue.cancels.size();
  apply(CauseReported{Block::SystemDegraded, Text<24>("store"), Text<64>("down")});
  settle();
  EXPECT_FALSE(trade(hold).reducing);
  EXPECT_EQ(venue.cancels.size(), cancels);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_EQ(all<IncidentOpened>().size(), 1U);
}

// What is worth less than the venue's least sale can be neither guarded nor sold.
TEST_F(UpheldTest, ARemainderBelowTheLeastSaleIsDustAndTheTradeIsOver) {
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(8'000));  // 4.80 of 5 USDT
  EXPECT_TRUE(venue.protective.empty());
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Done);
  EXPECT_EQ(all<TradeClosed>().back().dust, Qty::from_raw(8'000));
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing));
}

TEST_F(UpheldTest, ARemainderOfTheLeastSaleIsSold) {
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(9'000));  // 5.40 USDT
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.qty, Qty::from_raw(9'000));
  EXPECT_FALSE(trade(hold).closed);
}

// It cost less than the venue's least sale, and is worth exactly that.
TEST_F(UpheldTest, ARemainderThatIsWorthTheLeastSaleNowIsSold) {
  const HoldId hold = an_open_trade();
  market(Px::of(62'500), Px::of(62'501));
  stop_leaves(hold, Qty::from_raw(8'000));
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_FALSE(trade(hold).closed);
}

TEST_F(UpheldTest, WithoutAPriceNoRemainderIsDust) {
  const HoldId hold = an_open_trade();
  market(Px{}, Px{});
  stop_leaves(hold, Qty::from_raw(8'000));
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_FALSE(trade(hold).closed);
}

TEST_F(UpheldTest, WhereTheVenueNamesNoLeastForTheMarketARemainderIsSold) {
  apply(a_btcusdt());
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(8'000));
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_FALSE(trade(hold).closed);
}

// It may be the only way out that is left.
TEST_F(UpheldTest, WithoutAStopAnExitNeedsNoRoomForOne) {
  const HoldId hold = an_open_trade();
  stop_goes(hold);
  for (int i = 0; i < 20; ++i) {
    says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    apply(TimePassed{});
    settle();
  }
  ASSERT_EQ(venue.protective.size(), 10U);
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
      << info(edges.signals.back().reasons.first()).code;
  EXPECT_EQ(approve(edges.signals.back().hold), Reason::None);
  says(a_fill(hold, LegRole::Exit, Px::of(59'990), "2"));
  EXPECT_TRUE(trade(hold).closed);
}

// A venue that shows a dead entry alive: nothing is due that could not be done.
TEST_F(UpheldTest, ADeadEntryThatComesBackKeepsNoDeadlineInThePast) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  const Qty half = Qty::from_raw(40'000);
  ExecutionReport part = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  part.ord_status = OrdStatus::PartiallyFilled;
  part.last_qty = part.cum_qty = half;
  says(part);
  ExecutionReport end = a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired);
  end.cum_qty = half;
  says(end);
  says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  ExecutionReport alive =
      a_report(hold, LegRole::Entry, ExecType::Status, OrdStatus::PartiallyFilled);
  alive.cum_qty = half;
  says(alive);
  says(alive);
  ASSERT_FALSE(is_final(order_state(hold, LegRole::Entry)));
  now += 60 * kNanosPerSecond;
  apply(TimePassed{});
  settle();
  EXPECT_GT(runtime->next_deadline(), UnixNanos(now));
}

// An exit sells what is left of what was approved, and never more than is held.
TEST_F(UpheldTest, AStopThatExecutedAPartLeavesTheExitTheRest) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  stop_leaves(hold, Qty::from_raw(30'000));
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Exit);
  EXPECT_EQ(venue.protective[0].leg.qty, Qty::from_raw(30'000));
}

// What the venue does not know may stand there, and what it answers comes first.
TEST_F(UpheldTest, AnExitTakesAnUnknownStopDownOnceItIsKnown) {
  const HoldId hold = an_open_trade();
  says(a_report(hold, LegRole::Stop, ExecType::NotFound, OrdStatus::New));
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown);
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  EXPECT_TRUE(venue.cancels.empty());
  EXPECT_TRUE(venue.protective.empty());
  says(a_report(hold, LegRole::Stop, ExecType::Status, OrdStatus::New));
  EXPECT_EQ(venue.cancels.size(), 1U);
}

// Its evidence is of the first cancel; each word of the venue that the stop still stands is
// answered by another.
TEST_F(UpheldTest, AStopIsTakenDownByOneActionHoweverOftenItIsCanceled) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(venue.cancels.size(), 2U);
  EXPECT_EQ(all<ProtectiveActionTaken>().size(), 1U);
}

TEST_F(UpheldTest, AStopThatTheVenueDoesNotTakeBackIsAnsweredByReducesUntilOneSells) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  stop_goes(hold);
  says(a_report(hold, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Missing);
  ASSERT_EQ(venue.protective.back().leg.role, LegRole::Reduce);
  const std::size_t before = venue.protective.size();
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  wait_a_minute();
  EXPECT_EQ(venue.protective.size(), before + 1);
}

// The venue raised its least sale meanwhile.
TEST_F(UpheldTest, WhatBecameDustBehindARefusedReduceIsDueNoMore) {
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(9'000));  // 5.40 USDT
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  Instrument row = a_btcusdt();
  row.filters.notional_min_on_market = true;
  row.filters.notional_min = Notional::of(10);
  apply(row);
  wait_a_minute();
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_GT(runtime->next_deadline(), UnixNanos(now));
}

TEST_F(UpheldTest, ARemainderBelowTheLeastQuantityIsDust) {
  Instrument row = a_btcusdt();
  row.filters.min_qty = Qty::from_raw(10'000);
  apply(row);
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(9'000));
  EXPECT_TRUE(venue.protective.empty());
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(UpheldTest, ARemainderOfTheLeastQuantityIsSold) {
  Instrument row = a_btcusdt();
  row.filters.min_qty = Qty::from_raw(9'000);
  apply(row);
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(9'000));
  EXPECT_EQ(venue.protective.size(), 1U);
  EXPECT_FALSE(trade(hold).closed);
}

// The sale is recorded, the ends of both are torn away.
TEST_F(UpheldTest, ACrashBehindTheFillOfAnExitEndsBoth) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  const HoldId exit = edges.signals.back().hold;
  ASSERT_EQ(approve(exit), Reason::None);
  stop_goes(hold);
  const std::size_t before = recorder.records.size();
  says(a_fill(hold, LegRole::Exit, Px::of(59'990), "2"));
  ASSERT_TRUE(trade(hold).closed);
  crash_behind<OrderMoved>(before);
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(trade(exit).closed);
}

TEST_F(UpheldTest, AFalsePriceDoesNotMakeAPositionDust) {
  const HoldId hold = an_open_trade();
  market(Px::of(1), Px::of(2));
  stop_goes(hold);
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_EQ(venue.protective.size(), 1U);
}

TEST_F(UpheldTest, AWithdrawalOfWhatAClosedTradeLeftIsNoContradiction) {
  const HoldId hold = an_open_trade();
  stop_leaves(hold, Qty::from_raw(8'000));
  ASSERT_TRUE(trade(hold).closed);
  balance("BTC", Qty::from_raw(8'000));
  apply(BalanceMoved{AccountId{}, Asset("BTC"), Qty::from_raw(-8'000), UnixNanos(now)});
  balance("BTC", {});
  settle();
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
}

// One exit is one trade: what is sold is what was approved.
TEST_F(UpheldTest, AnExitSellsTheTradeThatItIsAboutAndNoOther) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  const HoldId first = an_open_trade();
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  const HoldId second = a_hold();
  ASSERT_EQ(approve(second), Reason::None);
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(second, LegRole::Entry, Px::of(60'001), "9"));
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::New));
  const Qty both =
      Qty::from_raw(trade(first).position.qty.raw() + trade(second).position.qty.raw());
  balance("BTC", {}, both);

  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
  const HoldId exit = edges.signals.back().hold;
  const Qty approved = trade(exit).order.legs[0].qty;
  EXPECT_EQ(approved, trade(first).position.sellable(a_btcusdt().filters.step));
  ASSERT_EQ(approve(exit), Reason::None);
  stop_goes(first);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.qty, approved);
  EXPECT_EQ(trade(second).protection, ProtectionState::Live);
}

TEST_F(UpheldTest, AnExitPassesOverATradeThatHoldsNothingYet) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  const HoldId first = a_hold();
  ASSERT_EQ(approve(first), Reason::None);
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  const HoldId second = a_hold();
  ASSERT_EQ(approve(second), Reason::None);
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(second, LegRole::Entry, Px::of(60'001), "9"));
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::New));
  balance("BTC", {}, trade(second).position.qty);
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
      << info(edges.signals.back().reasons.first()).code;
  EXPECT_EQ(trade(edges.signals.back().hold).exits, second);
}

TEST_F(UpheldTest, AnExitOfNothingIsDeniedForThatAlone) {
  send(a_signal(SignalSide::Sell));
  EXPECT_TRUE(denied_for(Reason::NothingToReduce));
  EXPECT_FALSE(denied_for(Reason::ExitAttemptsUsed));
}

TEST_F(UpheldTest, AnExitWhoseTradeEndedMeanwhileIsVoid) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  const HoldId exit = edges.signals.back().hold;
  says(a_fill(hold, LegRole::Stop, Px::of(59'400), "2"));
  ASSERT_TRUE(trade(hold).closed);
  EXPECT_EQ(approve(exit), Reason::VoidedByRecheck);
}

// ---- a stop of which nothing is heard ----------------------------------------------------------

TEST_F(UpheldTest, AStopThatIsNotConfirmedIsAskedAboutAndThenMissed) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  const std::int64_t filled = now;
  const ClientOrderId stop = trade(hold).find(LegRole::Stop)->leg.client_order_id;
  time_is(filled + 2 * kNanosPerSecond - 1);
  EXPECT_TRUE(venue.queries.empty()) << "a venue arms it at once, and tells so a moment later";
  EXPECT_EQ(engine->next_deadline(), UnixNanos(filled + 2 * kNanosPerSecond));
  time_is(filled + 2 * kNanosPerSecond);
  ASSERT_EQ(venue.queries.size(), 1U);
  EXPECT_EQ(venue.queries[0].client_order_id, stop);
  time_is(filled + 15 * kNanosPerSecond - 1);
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing));
  time_is(filled + 15 * kNanosPerSecond);
  EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
  EXPECT_TRUE(venue.protective.empty()) << "silence is no evidence that it is gone";
  EXPECT_EQ(unblock(Block::ProtectionMissing), Reason::CauseStillHolds);

  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_EQ(unblock(Block::ProtectionMissing), Reason::None);
  const std::size_t asked = venue.queries.size();
  time_is(filled + 60 * kNanosPerSecond);
  EXPECT_EQ(venue.queries.size(), asked);
}

// Nobody listened while no gateway ran.
TEST_F(UpheldTest, AStopIsAwaitedSinceTheStart) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  now += 17 * kNanosPerSecond;
  restart(false);
  const std::int64_t opened = now;
  market(Px::of(59'999), Px::of(60'001));
  time_is(opened + 15 * kNanosPerSecond - 1);
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing));
  time_is(opened + 15 * kNanosPerSecond);
  EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
}

// ---- a sale of what is not held any more -------------------------------------------------------

class OrphanTest : public UpheldTest {
 protected:
  /// An exit whose answer is lost is closed by a decision; the stop that was put back behind it
  /// works at the venue, which then tells that the exit sold.
  void put_a_stop_beside_a_sale(HoldId hold) {
    send(a_signal(SignalSide::Sell));
    EXPECT_EQ(approve(edges.signals.back().hold), Reason::None);
    venue.next = HandOff::Unknown;
    stop_goes(hold);
    venue.next = HandOff::Sent;
    EXPECT_EQ(close_unknown(hold, LegRole::Exit), Reason::None);
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Working);
    venue.cancels.clear();
  }
  HoldId a_stop_beside_a_sale() {
    const HoldId hold = an_open_trade();
    put_a_stop_beside_a_sale(hold);
    return hold;
  }
};

TEST_F(OrphanTest, IsTakenDownAfterAMoment) {
  const HoldId hold = a_stop_beside_a_sale();
  says(a_fill(hold, LegRole::Exit, Px::of(60'100), "2"));
  const std::int64_t sold = now;
  ASSERT_FALSE(trade(hold).position.is_open(a_btcusdt().filters.step));
  EXPECT_EQ(engine->next_deadline(), UnixNanos(sold + 2 * kNanosPerSecond));
  time_is(sold + 2 * kNanosPerSecond - 1);
  EXPECT_TRUE(venue.cancels.empty()) << "the orders of a list end one another";
  time_is(sold + 2 * kNanosPerSecond);
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_EQ(venue.cancels[0].client_order_id, trade(hold).find(LegRole::Stop)->leg.client_order_id);
  // Where the cancel got lost it stands there still: the question says so, and it is sent again.
  const UnixNanos again = trade(hold).find(LegRole::Stop)->next_query;
  EXPECT_EQ(venue.queries.back().client_order_id, venue.cancels[0].client_order_id);
  says(a_report(hold, LegRole::Stop, ExecType::Status, OrdStatus::New));
  EXPECT_LE(engine->next_deadline(), again);
  time_is(again.value() - 1);
  EXPECT_EQ(venue.cancels.size(), 1U);
  time_is(again.value());
  EXPECT_EQ(venue.cancels.size(), 2U);
  const std::size_t actions = state->actions;
  time_is(again.value() + 600 * kNanosPerSecond);
  EXPECT_EQ(venue.cancels.size(), 3U);
  EXPECT_EQ(state->actions, actions) << "one action, however often it is tried";
  stop_goes(hold);
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(OrphanTest, IsNoneWhileOneStepIsHeld) {
  const HoldId hold = a_stop_beside_a_sale();
  ExecutionReport most = a_fill(hold, LegRole::Exit, Px::of(60'100), "2");
  const Qty step = a_btcusdt().filters.step;
  const Qty held = trade(hold).position.sellable(step);
  most.last_qty = most.cum_qty = Qty::from_raw(held.raw() - step.raw());
  most.ord_status = OrdStatus::Canceled;
  says(most);
  ASSERT_TRUE(trade(hold).position.is_open(step));
  time_is(now + 60 * kNanosPerSecond);
  EXPECT_TRUE(venue.cancels.empty());
}

TEST_F(OrphanTest, IsTakenDownAfterARestart) {
  const HoldId hold = a_stop_beside_a_sale();
  says(a_fill(hold, LegRole::Exit, Px::of(60'100), "2"));
  restart(false);
  const std::int64_t opened = now;
  time_is(opened + 2 * kNanosPerSecond - 1);
  EXPECT_TRUE(venue.cancels.empty()) << "it is asked about first";
  time_is(opened + 2 * kNanosPerSecond);
  EXPECT_EQ(venue.cancels.size(), 1U);
  restart(false);  // and nobody knows whether it left
  time_is(engine->next_deadline().value());
  for (int i = 0; i < 5 && venue.cancels.size() == 1U; ++i) {
    time_is(engine->next_deadline().value());
  }
  EXPECT_EQ(venue.cancels.size(), 2U);
}

// It is armed by an execution of its entry, whatever a person decided meanwhile.
TEST_F(OrphanTest, IsNoStopWhoseEntryIsNotKnownToHaveExecuted) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  ASSERT_EQ(close_unknown(hold, LegRole::Entry), Reason::None);
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Working);
  time_is(now + 60 * kNanosPerSecond);
  EXPECT_TRUE(venue.cancels.empty());
}

// More is to be told of what was bought: the stop may guard it.
TEST_F(OrphanTest, IsNoneWhileExecutionsOfTheEntryAreMissing) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  ExecutionReport part = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  part.last_qty = part.cum_qty = Qty::from_raw(part.cum_qty.raw() - a_btcusdt().filters.step.raw());
  part.ord_status = OrdStatus::Canceled;
  says(part);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  balance("BTC", {}, trade(hold).position.qty);
  put_a_stop_beside_a_sale(hold);
  says(a_fill(hold, LegRole::Exit, Px::of(60'100), "2"));
  ASSERT_FALSE(trade(hold).position.is_open(a_btcusdt().filters.step));
  ExecutionReport more = a_report(hold, LegRole::Entry, ExecType::Status, OrdStatus::Canceled);
  more.cum_qty = trade(hold).find(LegRole::Entry)->leg.qty;
  says(more);
  ASSERT_TRUE(trade(hold).find(LegRole::Entry)->misses_executions());
  time_is(now + 3 * kNanosPerSecond);
  EXPECT_TRUE(venue.cancels.empty());
}

// The same answer again is no news of its executions: the pauses between the questions grow.
TEST_F(UpheldTest, AStopThatIsPendingStillIsAskedAboutByTheSameSchedule) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  time_is(now + 2 * kNanosPerSecond);
  ASSERT_EQ(venue.queries.size(), 1U);
  const TradeOrder& stop = *trade(hold).find(LegRole::Stop);
  const UnixNanos next = stop.next_query;
  says(a_report(hold, LegRole::Stop, ExecType::Status, OrdStatus::PendingNew));
  EXPECT_EQ(stop.next_query, next);
  time_is(next.value() - 1);
  EXPECT_EQ(venue.queries.size(), 1U);
  time_is(next.value());
  EXPECT_EQ(venue.queries.size(), 2U);
}

TEST_F(UpheldTest, AStopThatAwaitsItsEntryIsNotAskedAbout) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  time_is(now + 60 * kNanosPerSecond);
  EXPECT_TRUE(venue.queries.empty());
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing));
}

// ---- dust has a price --------------------------------------------------------------------------

TEST_F(UpheldTest, ARemainderThatTheMarketMakesDustIsOver) {
  market(Px::of(62'999), Px::of(63'001));
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  stop_leaves(hold, Qty::from_raw(8'000));  // 5.04 by the bid, 4.81 by its cost
  ASSERT_EQ(venue.protective.size(), 1U);
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  ASSERT_FALSE(trade(hold).closed);
  market(Px::of(62'500), Px::of(62'502));  // 5.00
  EXPECT_FALSE(trade(hold).closed);
  market(Px::of(62'499), Px::of(62'501));
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(UpheldTest, AnExitThatIsUnderWayOutlivesTheMarket) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  market(Px::of(59'998), Px::of(60'000));
  stop_goes(hold);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Exit);
}

// A purchase that the venue canceled had executed a part, which is told late: what cannot be sold
// is no trade that begins again, and the least that can is one.
TEST_F(UpheldTest, DustThatIsToldAfterTheEndIsNoContradiction) {
  for (const std::int64_t raw : {8'000, 9'000}) {  // worth 4.80 and 5.40
    const HoldId hold = a_hold();
    ASSERT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
    says(a_report(hold, LegRole::Entry, ExecType::Canceled, OrdStatus::Canceled));
    says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
    ASSERT_TRUE(trade(hold).closed);
    ExecutionReport late = a_fill(hold, LegRole::Entry, Px::of(60'001), std::to_string(raw));
    late.ord_status = OrdStatus::Canceled;
    late.last_qty = late.cum_qty = Qty::from_raw(raw);
    late.fee = {};
    says(late);
    EXPECT_EQ(trade(hold).position.qty, late.last_qty);
    EXPECT_EQ(state->blocked_by(Block::VenueContradiction), raw == 9'000);
    EXPECT_EQ(trade(hold).closed, raw == 8'000);
    EXPECT_EQ(venue.protective.size(), raw == 9'000 ? 1U : 0U) << "there is no stop for it";
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
  }
}

// ---- executions --------------------------------------------------------------------------------

/// Orders of some hundred steps, so that they can be executed in as many parts.
class ManyExecutionsTest : public UpheldTest {
 protected:
  ManyExecutionsTest() {
    balance("USDT", Qty::of(100'000));
    EXPECT_EQ(propose_decided(next_limits([](Limits& limits) {
                limits.order_notional_max = limits.day_notional_max = Notional::of(400);
              })),
              Reason::None);
  }
  /// `parts` executions of one step each, beginning behind `from`.
  void executes(HoldId hold, LegRole role, int from, int parts, Px px) {
    const std::int64_t step = a_btcusdt().filters.step.raw();
    for (int i = from; i < from + parts; ++i) {
      ExecutionReport report =
          a_fill(hold, role, px, std::string(clawgate::word(role)) + std::to_string(i));
      report.last_qty = Qty::from_raw(step);
      report.cum_qty = Qty::from_raw(step * (i + 1));
      report.fee = {};
      const bool whole = report.cum_qty == trade(hold).find(role)->leg.qty;
      if (!whole) report.ord_status = OrdStatus::PartiallyFilled;
      apply(report);
    }
    settle();
  }
  [[nodiscard]] int steps_of(HoldId hold, LegRole role) const {
    return static_cast<int>(trade(hold).find(role)->leg.qty.raw() / a_btcusdt().filters.step.raw());
  }
  HoldId an_entry() {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
    return hold;
  }
};

// Those of an order that is executed as a whole make room: nothing new can come of it.
TEST_F(ManyExecutionsTest, NoneIsDroppedWhereWholeOrdersMakeRoom) {
  const HoldId hold = an_entry();
  const int entry = steps_of(hold, LegRole::Entry);
  ASSERT_GT(entry, static_cast<int>(Trade::kExecutionsMax));
  const Qty step = a_btcusdt().filters.step;
  // All but 100 at once.
  ExecutionReport first = a_fill(hold, LegRole::Entry, Px::of(60'001), "first");
  first.last_qty = first.cum_qty = Qty::from_raw(step.raw() * (entry - 100));
  first.ord_status = OrdStatus::PartiallyFilled;
  first.fee = {};
  says(first);
  executes(hold, LegRole::Entry, entry - 100, 100, Px::of(60'001));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  balance("BTC", {}, trade(hold).position.qty);
  ASSERT_EQ(trade(hold).position.qty, trade(hold).find(LegRole::Entry)->leg.qty);

  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  stop_goes(hold);
  executes(hold, LegRole::Exit, 0, 154, Px::of(60'100));
  EXPECT_EQ(trade(hold).executions.size(), Trade::kExecutionsMax);
  EXPECT_FALSE(trade(hold).find(LegRole::Entry)->forgotten);
  executes(hold, LegRole::Exit, 154, 1, Px::of(60'100));
  EXPECT_TRUE(trade(hold).find(LegRole::Entry)->forgotten);
  restart(true);
  says(first);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction)) << "a list tells it again";
  ExecutionReport rest = a_fill(hold, LegRole::Exit, Px::of(60'100), "rest");
  rest.last_qty = Qty::from_raw(rest.cum_qty.raw() - 155 * step.raw());
  rest.fee = {};
  says(rest);
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(trade(hold).position.qty.is_zero());
  EXPECT_EQ(state->blocks, 0U);
}

TEST_F(ManyExecutionsTest, MoreThanThereIsRoomForOfOneOrderIsSaid) {
  const HoldId hold = an_entry();
  executes(hold, LegRole::Entry, 0, static_cast<int>(Trade::kExecutionsMax), Px::of(60'001));
  EXPECT_FALSE(state->blocked_by(Block::CapacityExhausted));
  executes(hold, LegRole::Entry, static_cast<int>(Trade::kExecutionsMax), 1, Px::of(60'001));
  EXPECT_TRUE(state->blocked_by(Block::CapacityExhausted));
}

// As on BNBUSDT, where fees are paid in BNB: what else the account has of it pays.
TEST_F(UpheldTest, ASaleWhoseFeeIsTakenFromOtherBaseIsBooked) {
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  ExecutionReport part = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
  part.last_qty = part.cum_qty = a_btcusdt().filters.step;
  part.ord_status = OrdStatus::PartiallyFilled;
  part.fee = Qty::from_raw(100);
  part.fee_asset = Asset("BTC");
  says(part);
  EXPECT_EQ(trade(hold).position.qty.raw(), held.raw() - part.last_qty.raw() - 100);
  ExecutionReport rest = a_fill(hold, LegRole::Stop, Px::of(59'400), "3");
  rest.last_qty = trade(hold).position.sellable(a_btcusdt().filters.step);
  rest.cum_qty = Qty::from_raw(part.cum_qty.raw() + rest.last_qty.raw());
  rest.ord_status = OrdStatus::PartiallyFilled;
  rest.fee = Qty::from_raw(trade(hold).position.qty.raw() - rest.last_qty.raw() + 50);
  rest.fee_asset = Asset("BTC");
  says(rest);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
  EXPECT_TRUE(trade(hold).position.qty.is_zero());
}

// No venue takes more for a sale than what is sold.
TEST_F(UpheldTest, ASaleWhoseFeeIsMoreThanWhatIsSoldIsAContradiction) {
  const HoldId hold = an_open_trade();
  const Qty step = a_btcusdt().filters.step;
  ExecutionReport part = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
  part.last_qty = part.cum_qty = part.fee = step;
  part.fee_asset = Asset("BTC");
  part.ord_status = OrdStatus::PartiallyFilled;
  says(part);
  EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
  EXPECT_EQ(trade(hold).find(LegRole::Stop)->cum_qty, step);
  part.exec_id = ExecId("3");
  part.cum_qty = Qty::from_raw(2 * step.raw());
  part.fee = Qty::from_raw(step.raw() + 1);
  says(part);
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
  EXPECT_EQ(trade(hold).find(LegRole::Stop)->cum_qty, step);
}

// What the venue says beside an execution that cannot be is not believed either.
TEST_F(UpheldTest, ASaleOfMoreThanIsHeldMovesNothing) {
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  ExecutionReport report = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
  report.last_qty = report.cum_qty = Qty::from_raw(held.raw() + 1);
  says(report);
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Working);
  EXPECT_EQ(trade(hold).position.qty, held);
}

// ---- what a crash cut --------------------------------------------------------------------------

TEST_F(UpheldTest, AnOrderThatACrashLeavesUnknownIsLatched) {
  const HoldId hold = an_open_trade();
  venue.next = HandOff::Unknown;
  const std::size_t before = recorder.records.size();
  stop_goes(hold);
  venue.next = HandOff::Sent;
  ASSERT_EQ(order_state(hold, LegRole::Reduce), OrderState::Unknown);
  std::size_t lost = before;
  while (recorder.records[lost].type != HandedOff::kType) ++lost;
  crash_behind<OrderMoved>(lost);
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Unknown);
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome));
  EXPECT_EQ(unblock(Block::UnknownOutcome), Reason::CauseStillHolds);
}

TEST_F(UpheldTest, NothingIsLatchedWhereNothingIsUnknown) {
  an_open_trade();
  restart(false);
  EXPECT_FALSE(state->blocked_by(Block::UnknownOutcome));
}

TEST_F(UpheldTest, AContradictionStandsBeforeWhatIsBookedOfIt) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  const std::size_t before = recorder.records.size();
  const Px limit = trade(hold).find(LegRole::Entry)->leg.limit;
  says(a_fill(hold, LegRole::Entry, Px::from_raw(limit.raw() + 1), "1"));
  crash_behind<FillApplied>(before);
  EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
}

// ---- a kill that was cut -----------------------------------------------------------------------

TEST_F(UpheldTest, AKillWhoseFactsWereTornOffIsInForce) {
  const HoldId hold = a_hold();
  const std::size_t before = recorder.records.size();
  ASSERT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  crash_behind<OperatorCommand>(before);
  EXPECT_EQ(state->trading_state(), TradingState::Killed);
  EXPECT_EQ(state->kill_epoch, KillEpoch{1});
  EXPECT_NE(approve(hold), Reason::None);
  ASSERT_EQ(unblock(Block::Kill), Reason::None);
  restart(true);
  EXPECT_EQ(state->trading_state(), TradingState::Open) << "a decision ended it, once";
}

TEST_F(UpheldTest, AKillOfOneWhoMayNotIsNoneAfterACrashEither) {
  const std::size_t before = recorder.records.size();
  OperatorCommand input = a_command(CommandAction::Kill);
  input.operator_id = OperatorId("mallory");
  ASSERT_EQ(command(input), Reason::OperatorUnknown);
  crash_behind<OperatorCommand>(before);
  EXPECT_EQ(state->trading_state(), TradingState::Open);
}

}  // namespace
}  // namespace clawgate::gateway
