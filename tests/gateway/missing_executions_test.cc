// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

// A venue that counts executions which it does not tell.

namespace clawgate::gateway {
namespace {

class MissingExecutionsTest : public EngineTest {
 protected:
  /// The position's stop went, and its reduce was handed over.
  HoldId a_reduce() {
    const HoldId hold = an_open_trade();
    says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Sent);
    return hold;
  }
  /// The reduce's status as a query answers it: all of it executed.
  ExecutionReport filled(HoldId hold) {
    ExecutionReport report = a_report(hold, LegRole::Reduce, ExecType::Status, OrdStatus::Filled);
    report.venue_order_id = VenueOrderId("9");
    report.cum_qty = trade(hold).find(LegRole::Reduce)->leg.qty;
    return report;
  }
  /// Everything that the core asks for, at once, for so long; the venue answers each query with the
  /// same status.
  void pass(HoldId hold, std::int64_t seconds) {
    const std::int64_t end = now + seconds * kNanosPerSecond;
    std::size_t answered = venue.queries.size();
    while (now < end) {
      now = std::min(end, std::max(now + 1, engine->next_deadline().value()));
      market(Px::of(59'999), Px::of(60'001));
      apply(TimePassed{});
      settle();
      for (; answered < venue.queries.size() && answered < 2'000; ++answered) says(filled(hold));
    }
  }
  [[nodiscard]] bool contradicted() const { return state->blocked_by(Block::VenueContradiction); }
};

TEST_F(MissingExecutionsTest, AreAskedForFurtherAndFurtherApartAndThenByAPerson) {
  const HoldId hold = a_reduce();
  const std::size_t before = venue.queries.size();
  for (int i = 0; i < 100; ++i) says(filled(hold));
  EXPECT_EQ(venue.queries.size(), before + 1) << "the count again is no reason to ask again";
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Sent);
  pass(hold, 20);
  EXPECT_FALSE(contradicted()) << "they may be late";
  EXPECT_GE(venue.queries.size(), before + 3);
  pass(hold, 300);
  EXPECT_LE(venue.queries.size(), before + 16);
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Unknown);
  restart(true);
  EXPECT_TRUE(contradicted());
}

TEST_F(MissingExecutionsTest, ThatComeLateCount) {
  const HoldId hold = a_reduce();
  says(filled(hold));
  pass(hold, 10);
  ExecutionReport fill = a_fill(hold, LegRole::Reduce, Px::of(59'990), "77");
  fill.venue_order_id = VenueOrderId("9");
  says(fill);
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Filled);
  EXPECT_TRUE(trade(hold).closed);
  const std::size_t asked = venue.queries.size();
  pass(hold, 600);
  EXPECT_EQ(venue.queries.size(), asked);
  EXPECT_FALSE(contradicted());
}

TEST_F(MissingExecutionsTest, AnExecutionOfTwoOrdersIsAContradiction) {
  const HoldId hold = a_reduce();
  ExecutionReport fill = a_fill(hold, LegRole::Reduce, Px::of(59'990), "1");  // the entry's
  fill.venue_order_id = VenueOrderId("9");
  const Qty held = trade(hold).position.qty;
  says(fill);
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(trade(hold).position.qty, held);
  const std::size_t asked = venue.queries.size();
  pass(hold, 300);
  EXPECT_LE(venue.queries.size(), asked + 16);
}

// The same in all but the order.
TEST_F(MissingExecutionsTest, AnExecutionOfTwoSalesIsAContradiction) {
  const HoldId hold = an_open_trade();
  const auto part_of = [&](LegRole role) {
    ExecutionReport fill = a_fill(hold, role, Px::of(59'400), "2");
    fill.ord_status = OrdStatus::PartiallyFilled;
    fill.last_qty = fill.cum_qty = Qty::from_raw(30'000);
    return fill;
  };
  says(part_of(LegRole::Stop));
  ExecutionReport end = a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled);
  end.cum_qty = Qty::from_raw(30'000);
  says(end);
  const Qty held = trade(hold).position.qty;
  says(part_of(LegRole::Reduce));
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(trade(hold).position.qty, held);
}

TEST_F(MissingExecutionsTest, AreAskedForSixTimesBeforeTheOrderIsUnknown) {
  const HoldId hold = a_reduce();
  const std::size_t before = venue.queries.size();
  says(filled(hold));
  for (std::size_t asked = 1; asked <= 6; ++asked) {
    EXPECT_FALSE(contradicted());
    ASSERT_EQ(venue.queries.size(), before + asked);
    now = trade(hold).find(LegRole::Reduce)->next_query.value() - kNanosPerMilli;
    apply(TimePassed{});
    settle();
  }
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(order_state(hold, LegRole::Reduce), OrderState::Unknown);
}

TEST_F(MissingExecutionsTest, AreDueWhenTheyAreToBeAskedForAgain) {
  const HoldId hold = a_reduce();
  says(filled(hold));
  apply(ConditionReported{Block::MarketDataStale, true, Text<64>("BTCUSDT")});
  EXPECT_EQ(runtime->next_deadline(), trade(hold).find(LegRole::Reduce)->next_query);
}

TEST_F(MissingExecutionsTest, MoreThanWasOrderedIsAContradictionAtOnce) {
  const HoldId hold = a_reduce();
  ExecutionReport more = filled(hold);
  more.cum_qty = Qty::from_raw(more.cum_qty.raw() + 1);
  const std::size_t asked = venue.queries.size();
  says(more);
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(venue.queries.size(), asked);
}

// An answer that counts one execution more each time is no reason to begin the schedule anew: it
// would never end.
TEST_F(MissingExecutionsTest, ACountThatGrowsIsAskedForByTheSameSchedule) {
  const HoldId hold = a_reduce();
  const std::size_t before = venue.queries.size();
  ExecutionReport some = filled(hold);
  some.ord_status = OrdStatus::PartiallyFilled;
  for (int i = 1; i <= 20; ++i) {
    some.cum_qty = Qty::from_raw(1'000 * i);
    says(some);
  }
  EXPECT_EQ(venue.queries.size(), before + 1);
  EXPECT_EQ(trade(hold).find(LegRole::Reduce)->told, some.cum_qty);
}

// Where nothing was missing the first count is asked for at once, though the order was asked about
// a moment ago.
TEST_F(MissingExecutionsTest, TheFirstCountIsAskedForAtOnce) {
  const HoldId hold = a_reduce();
  apply(HandedOff{trade(hold).find(LegRole::Reduce)->leg.client_order_id, HandOff::Unknown, true});
  ASSERT_EQ(order_state(hold, LegRole::Reduce), OrderState::Unknown);
  const std::size_t asked = venue.queries.size();
  ASSERT_GT(trade(hold).find(LegRole::Reduce)->next_query.value(), now + kNanosPerMilli);
  says(filled(hold));
  EXPECT_EQ(venue.queries.size(), asked + 1);
}

// What is not believed of an order counts nothing for it: nobody is asked for it.
TEST_F(MissingExecutionsTest, OnlyTheOrdersOwnCountCounts) {
  const HoldId hold = a_reduce();
  const auto nothing_is_missing = [&] {
    EXPECT_TRUE(contradicted());
    EXPECT_FALSE(trade(hold).find(LegRole::Reduce)->misses_executions());
    const std::size_t asked = venue.queries.size();
    pass(hold, 120);
    EXPECT_EQ(venue.queries.size(), asked);
    EXPECT_EQ(unblock(Block::VenueContradiction), Reason::None);
  };
  ExecutionReport report = filled(hold);
  report.account = AccountId(7);
  says(report);
  nothing_is_missing();
  report = filled(hold);
  report.instrument = InstrumentId{1};
  says(report);
  nothing_is_missing();
  report = filled(hold);
  report.cum_qty = Qty::from_raw(report.cum_qty.raw() + 1);
  says(report);
  nothing_is_missing();
  says(a_report(hold, LegRole::Reduce, ExecType::New, OrdStatus::New));  // the venue's order 1
  report = filled(hold);                                                 // another one, 9
  says(report);
  nothing_is_missing();
  report.venue_order_id = VenueOrderId("1");
  says(report);
  EXPECT_TRUE(trade(hold).find(LegRole::Reduce)->misses_executions());
}

// A sale ahead of its purchase: of the purchase nothing is counted, so however often it is asked
// about in vain, nobody says that its outcome is not known.
TEST_F(MissingExecutionsTest, APurchaseOfWhichNothingIsMissingIsNotUnknown) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  const ExecutionReport sale = a_fill(hold, LegRole::Stop, Px::of(59'400), "2");
  for (int asked = 1; asked <= 8; ++asked) {
    says(sale);
    EXPECT_GE(trade(hold).find(LegRole::Entry)->queries, asked);
    now = trade(hold).find(LegRole::Entry)->next_query.value();
  }
  EXPECT_EQ(order_state(hold, LegRole::Entry), OrderState::Working);
  EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown) << "it misses what it sold";
}

}  // namespace
}  // namespace clawgate::gateway
