// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

// A venue that shows, executes or still has what had ended here; and one that executes otherwise
// than was approved.

namespace clawgate::gateway {
namespace {

class ReappearingTest : public EngineTest {
 protected:
  [[nodiscard]] bool contradicted() const { return state->blocked_by(Block::VenueContradiction); }
  [[nodiscard]] std::string_view evidence() const {
    return state->block_row(Block::VenueContradiction).evidence.view();
  }
  ExecutionReport status(HoldId hold, LegRole role, OrdStatus is) {
    return a_report(hold, role, ExecType::Status, is);
  }
  HoldId a_rejected_list() {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Entry, ExecType::Rejected, OrdStatus::Rejected));
    says(a_report(hold, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
    EXPECT_TRUE(trade(hold).closed);
    return hold;
  }
  /// A trade whose stop was told as canceled and whose reduce sold everything.
  HoldId a_sold_trade() {
    const HoldId hold = an_open_trade();
    says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "2"));
    EXPECT_TRUE(trade(hold).closed);
    EXPECT_FALSE(contradicted());
    return hold;
  }
};

TEST_F(ReappearingTest, AnExecutionAfterADecisionOpensTheTradeAgainAndItsStopGuardsIt) {
  const HoldId hold = a_closed_unknown();
  const std::size_t asked = venue.queries.size();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_TRUE(contradicted());
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_FALSE(trade(hold).position.qty.is_zero());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown) << "its list arrived";
  EXPECT_EQ(venue.queries.size(), asked + 1) << "so the venue is asked";
  EXPECT_TRUE(venue.protective.empty()) << "what locks the base may be there";
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_TRUE(venue.cancels.empty());
  restart(true);
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  says(a_fill(hold, LegRole::Stop, Px::of(59'390), "2"));
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(ReappearingTest, AnExecutionAfterTheEndOpensTheTradeBehindACrashToo) {
  const HoldId hold = a_closed_unknown();
  const std::size_t before = recorder.records.size();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  crash_behind<FillApplied>(before);
  EXPECT_TRUE(contradicted());
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Missing);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown) << "its list arrived";
  EXPECT_TRUE(venue.protective.empty()) << "what locks the base may be there";
  EXPECT_TRUE(state->blocked_by(Block::UnknownOutcome));
  EXPECT_EQ(venue.queries.back().client_order_id,
            trade(hold).find(LegRole::Entry)->leg.client_order_id);
  ExecutionReport filled = status(hold, LegRole::Entry, OrdStatus::Filled);
  filled.cum_qty = trade(hold).find(LegRole::Entry)->leg.qty;
  says(filled);
  EXPECT_TRUE(venue.protective.empty());
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  restart(true);
  EXPECT_FALSE(trade(hold).closed);
}

// A list of open orders tells of the stop before the executions of its entry are asked for.
TEST_F(ReappearingTest, AStopThatComesBackBeforeItsEntryIsKept) {
  const HoldId hold = a_closed_unknown();
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Working);
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
  EXPECT_TRUE(venue.cancels.empty());
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_TRUE(venue.cancels.empty());
  EXPECT_TRUE(venue.protective.empty());
}

TEST_F(ReappearingTest, AStopThatIsGoneBehindSuchAnExecutionIsAnsweredByAReduce) {
  const HoldId hold = a_closed_unknown();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(status(hold, LegRole::Stop, OrdStatus::Canceled));
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.qty, trade(hold).position.sellable(Qty::from_raw(1'000)));
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "2"));
  EXPECT_TRUE(trade(hold).closed);
}

TEST_F(ReappearingTest, ItCountsAsAnOpenTradeAgain) {
  const HoldId hold = a_closed_unknown();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(status(hold, LegRole::Stop, OrdStatus::New));
  std::size_t open = 0;
  for (const Trade& row : state->live()) open += row.id() == hold && !row.closed ? 1U : 0U;
  EXPECT_EQ(open, 1U);
}

TEST_F(ReappearingTest, WhatTheVenueEndedTooIsEndedByItsWord) {
  const HoldId hold = a_closed_unknown();
  says(status(hold, LegRole::Entry, OrdStatus::Expired));
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Expired);
  says(status(hold, LegRole::Stop, OrdStatus::Expired));
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Expired);
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(venue.cancels.empty());
}

TEST_F(ReappearingTest, ARejectedEntryThatExecutedIsGuarded) {
  const HoldId hold = a_rejected_list();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_TRUE(contradicted());
  EXPECT_FALSE(trade(hold).closed);
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown);
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
}

TEST_F(ReappearingTest, AnExecutionAfterACancelOpensTheTradeAgainAndIsSold) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  ASSERT_TRUE(trade(hold).closed);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Missing);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
}

TEST_F(ReappearingTest, AnOrphanedStopIsAskedForOnceAndThenTakenDown) {
  const HoldId hold = a_sold_trade();
  const std::size_t asked = venue.queries.size();
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_FALSE(contradicted()) << "it may have been said before the cancel";
  EXPECT_EQ(venue.queries.size(), asked + 1);
  EXPECT_TRUE(venue.cancels.empty());
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_TRUE(contradicted());
  EXPECT_NE(evidence().find("CANCELED"), std::string_view::npos) << evidence();
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Working);
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_EQ(venue.cancels[0].client_order_id, trade(hold).find(LegRole::Stop)->leg.client_order_id);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_EQ(venue.cancels.size(), 1U) << "said before this cancel, perhaps: asked for again";
}

TEST_F(ReappearingTest, AStatusFromBeforeTheCancelIsForgottenByTheAnswer) {
  const HoldId hold = a_sold_trade();
  says(status(hold, LegRole::Stop, OrdStatus::New));
  says(status(hold, LegRole::Stop, OrdStatus::Canceled));
  EXPECT_FALSE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
}

TEST_F(ReappearingTest, AnAcknowledgementOfTheStreamBehindTheCancelIsLateAndNoMore) {
  const HoldId hold = a_sold_trade();
  const std::size_t asked = venue.queries.size();
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_FALSE(contradicted());
  EXPECT_EQ(venue.queries.size(), asked);
}

TEST_F(ReappearingTest, AStopThatIsStillThereGuardsWhatIsStillHeld) {
  const HoldId hold = an_open_trade();
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(trade(hold).protection, ProtectionState::Missing);
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  says(status(hold, LegRole::Stop, OrdStatus::New));
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_TRUE(venue.cancels.empty());
}

TEST_F(ReappearingTest, AnEntryThatNeverLeftAndExecutedIsGuarded) {
  const HoldId hold = a_hold();
  venue.next = HandOff::NotSent;
  EXPECT_EQ(approve(hold), Reason::None);
  venue.next = HandOff::Sent;
  ASSERT_EQ(order_state(hold, LegRole::Entry), OrderState::NotSent);
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown) << "its list arrived";
  says(status(hold, LegRole::Stop, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
}

TEST_F(ReappearingTest, AStopThatIsShownPendingIsBack) {
  const HoldId hold = a_sold_trade();
  says(status(hold, LegRole::Stop, OrdStatus::PendingNew));
  says(status(hold, LegRole::Stop, OrdStatus::PendingNew));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Pending);
  EXPECT_EQ(venue.cancels.size(), 1U);
}

TEST_F(ReappearingTest, AStatusFromBeforeTheFillIsLateAndNoMore) {
  const HoldId hold = an_open_trade();
  const std::size_t asked = venue.queries.size();
  for (int i = 0; i < 2; ++i) says(status(hold, LegRole::Entry, OrdStatus::New));
  EXPECT_FALSE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Filled);
  EXPECT_EQ(venue.queries.size(), asked);
}

// It would sell what the stop guards.
TEST_F(ReappearingTest, ASaleThatComesBackBesideTheStopIsTakenDown) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  says(a_report(hold, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  ASSERT_EQ(trade(hold).protection, ProtectionState::Live);
  venue.cancels.clear();
  for (int i = 0; i < 2; ++i) says(status(hold, LegRole::Exit, OrdStatus::New));
  EXPECT_TRUE(contradicted());
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_EQ(venue.cancels[0].client_order_id, trade(hold).find(LegRole::Exit)->leg.client_order_id);
}

// The entry's limit, and one tick either side of it.
TEST_F(ReappearingTest, AnExecutionBeyondTheLimitIsBookedAndContradicts) {
  for (const int ticks : {-1, 0, 1}) {
    SCOPED_TRACE(ticks);
    const HoldId hold = a_hold();
    ASSERT_EQ(approve(hold), Reason::None);
    const Px limit = trade(hold).find(LegRole::Entry)->leg.limit;
    says(a_fill(hold, LegRole::Entry, Px::from_raw(limit.raw() + ticks * 1'000'000),
                std::to_string(10 + ticks)));
    EXPECT_EQ(contradicted(), ticks > 0);
    EXPECT_FALSE(trade(hold).position.qty.is_zero());
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    says(a_fill(hold, LegRole::Stop, Px::of(59'390), std::to_string(20 + ticks)));
    after_cooldown();
  }
}

class FeesTest : public ReappearingTest, public ::testing::WithParamInterface<int> {};

TEST_P(FeesTest, BeyondTheCeilingAreBookedAndContradict) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  ExecutionReport fill = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  fill.fee_asset = Asset("USDT");
  fill.fee = Qty::from_raw(trade(hold).order.fees_ceiling.raw() + GetParam());
  says(fill);
  EXPECT_EQ(contradicted(), GetParam() > 0);
  EXPECT_FALSE(trade(hold).position.qty.is_zero());
}
INSTANTIATE_TEST_SUITE_P(AtTheCeiling, FeesTest, ::testing::Values(-1, 0, 1));

TEST(OrderTest, ALimitExcludesOneSide) {
  Leg leg;
  leg.limit = Px::of(100);
  leg.side = Side::Buy;
  EXPECT_FALSE(is_worse_than_limit(leg, Px::of(100)));
  EXPECT_TRUE(is_worse_than_limit(leg, Px::from_raw(Px::of(100).raw() + 1)));
  leg.side = Side::Sell;
  EXPECT_FALSE(is_worse_than_limit(leg, Px::of(100)));
  EXPECT_TRUE(is_worse_than_limit(leg, Px::from_raw(Px::of(100).raw() - 1)));
  leg.limit = Px{};
  EXPECT_FALSE(is_worse_than_limit(leg, Px::from_raw(1))) << "it has none";
}

// That an order executed a part before it was canceled may be told after its end, and is no return.
TEST_F(ReappearingTest, AnExecutionOfBeforeACancelIsBookedAndNothingMore) {
  const HoldId hold = an_open_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(order_state(hold, LegRole::Exit), OrderState::Sent);
  const Qty held = trade(hold).position.qty;
  ExecutionReport late = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
  late.ord_status = OrdStatus::PartiallyFilled;
  late.last_qty = late.cum_qty = a_btcusdt().filters.step;
  says(late);
  EXPECT_EQ(trade(hold).position.qty.raw(), held.raw() - late.last_qty.raw());
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Canceled);
  EXPECT_FALSE(contradicted()) << evidence();
}

}  // namespace
}  // namespace clawgate::gateway
