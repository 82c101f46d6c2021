// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/gateway/engine_fixture.h"

// What the account holds against what we executed: a difference is never hidden, and nothing that
// is only late is a difference.

namespace clawgate::gateway {
namespace {

class BalancesTest : public EngineTest {
 protected:
  BalancesTest() { balance("BTC", {}); }

  /// `unheard`: after a time in which the stream was down.
  void compared(bool unheard = false) {
    apply(ConditionReported{Block::Reconciling, true, Text<64>("start")});
    apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree"), unheard});
  }
  /// The end of a comparison, which the core sees at exactly `at`.
  void compared_at(std::int64_t at, bool unheard = false) {
    now = at - kNanosPerMilli;
    apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree"), unheard});
  }
  void pass(std::int64_t seconds) {
    now += seconds * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
  }
  void an_ethusdt() {
    Instrument eth = a_btcusdt();
    eth.id = InstrumentId{1};
    eth.symbol = Symbol("ETHUSDT");
    eth.base = Asset("ETH");
    apply(eth);
  }
  /// As a comparison tells it.
  void holds(Qty base) { balance("BTC", {}, base); }
  void announced(std::int64_t raw, std::string_view asset = "BTC") {
    apply(BalanceMoved{AccountId{}, Asset(asset), Qty::from_raw(raw), UnixNanos(now)});
  }
  [[nodiscard]] bool balances_agree() const {
    return std::all_of(state->gaps.begin(), state->gaps.end(),
                       [](const BalanceGap& row) { return row.gap.is_zero(); });
  }
  [[nodiscard]] bool contradicted() const { return state->blocked_by(Block::VenueContradiction); }
  [[nodiscard]] std::string said(Block block) const {
    return std::string(all<BlockChanged>().back().block == block
                           ? all<BlockChanged>().back().evidence.view()
                           : "another block");
  }
};

TEST_F(BalancesTest, AComparisonThatAgreesSaysSo) {
  const HoldId hold = an_open_trade();
  pass(60);
  holds(trade(hold).position.qty);
  compared();
  EXPECT_FALSE(contradicted());
  EXPECT_EQ(said(Block::Reconciling), "the ledgers agree");
  EXPECT_FALSE(state->blocked_by(Block::Reconciling));
}

TEST_F(BalancesTest, AnAmountThatNoExecutionExplainsIsAContradictionAtTheNextComparison) {
  const HoldId hold = an_open_trade();
  const Qty held = trade(hold).position.qty;
  pass(60);
  holds(Qty::of(1));
  compared();
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(said(Block::Reconciling), "compared; the balances do not agree");
  const std::string evidence(state->block_row(Block::VenueContradiction).evidence.view());
  EXPECT_EQ(evidence, "BTC: 1 there, " + to_text(held) + " expected (+" +
                          to_text(Qty::from_raw(Qty::of(1).raw() - held.raw())) + ")");
  restart(true);
  EXPECT_TRUE(contradicted());
  // A person looked, and takes it as it is.
  EXPECT_EQ(unblock(Block::VenueContradiction), Reason::None);
  pass(600);
  holds(Qty::of(1));
  compared();
  EXPECT_FALSE(contradicted());
  holds(Qty::from_raw(Qty::of(1).raw() + 1));
  compared();
  EXPECT_TRUE(contradicted()) << "one unit more than was accepted";
}

TEST_F(BalancesTest, BalancesAndReportsOfOneExecutionComeInAnyOrder) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  const ExecutionReport fill = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  const Qty after = Qty::from_raw(fill.last_qty.raw() - fill.fee.raw());
  holds(after);
  compared();
  EXPECT_FALSE(contradicted()) << "the report may be on its way";
  says(fill);
  EXPECT_EQ(trade(hold).position.qty, after);
  pass(200);
  holds(after);
  compared();
  EXPECT_FALSE(contradicted());
}

// A working stop may just have sold, for as long as it takes to ask.
TEST_F(BalancesTest, ADifferenceThatStaysIsAContradiction) {
  const HoldId hold = an_open_trade();
  const Qty dust = Qty::from_raw(trade(hold).position.qty.raw() -
                                 trade(hold).find(LegRole::Stop)->leg.qty.raw());
  pass(60);
  holds(dust);
  compared();
  EXPECT_FALSE(contradicted()) << "its stop may have filled";
  pass(89);
  holds(dust);
  EXPECT_FALSE(contradicted());
  pass(1);
  holds(dust);
  EXPECT_TRUE(contradicted());
}

TEST_F(BalancesTest, AnOrderOfUnknownOutcomeExplainsWhatItMayHaveExecutedAndNoMore) {
  for (const std::int64_t more : {0, 1}) {
    const HoldId hold = a_hold();
    venue.next = HandOff::Unknown;
    ASSERT_EQ(approve(hold), Reason::None);
    ASSERT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
    const Qty whole = trade(hold).find(LegRole::Entry)->leg.qty;
    pass(200);
    holds(Qty::from_raw(whole.raw() + more));
    compared();
    EXPECT_EQ(contradicted(), more > 0);
    EXPECT_FALSE(state->blocked_by(Block::Reconciling));
    if (more == 0) {
      EXPECT_EQ(said(Block::Reconciling), "compared; the outcome of an order is not known");
      holds({});
      OperatorCommand close = a_command(CommandAction::CloseUnknown);
      close.order = trade(hold).find(LegRole::Entry)->leg.client_order_id;
      close.decision_id = a_decision(subject_of(close.order, subjects));
      static_cast<void>(command(close));
      static_cast<void>(unblock(Block::UnknownOutcome));
    }
  }
}

// The announcement and the balance come in any order, and each at its own time.
TEST_F(BalancesTest, AnAnnouncedMovementIsNoContradictionAndOneUnitMoreIs) {
  for (const bool announced_first : {true, false}) {
    const std::int64_t before = state->balance(AccountId{}, Asset("BTC"))->locked.raw();
    const std::int64_t moved = announced_first ? 70'000'000 : -30'000'000;
    if (announced_first) announced(moved);
    holds(Qty::from_raw(before + moved));
    if (!announced_first) announced(moved);
    compared();
    pass(600);
    holds(Qty::from_raw(before + moved));
    compared();
    EXPECT_FALSE(contradicted()) << moved;
    EXPECT_EQ(said(Block::Reconciling), "the ledgers agree");
  }
  restart(true);
  announced(5);
  holds(Qty::from_raw(40'000'000 + 6));
  compared();
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(state->block_row(Block::VenueContradiction).evidence.view(),
            "BTC: 0.40000006 there, 0.40000005 expected (+0.00000001)");
}

TEST_F(BalancesTest, AnAnnouncementThatNoBalanceFollowsIsAContradictionInTime) {
  announced(100);
  pass(89);
  holds({});
  EXPECT_FALSE(contradicted());
  pass(1);
  holds({});
  EXPECT_TRUE(contradicted());
}

TEST_F(BalancesTest, AnnouncementsOfOthersAndOfWhatPaysChangeNothing) {
  apply(BalanceMoved{AccountId(7), Asset("BTC"), Qty::of(-1), UnixNanos(now)});
  announced(-100, "USDT");
  announced(-100, "DOGE");
  announced(INT64_MIN);
  pass(600);
  holds({});
  compared();
  EXPECT_FALSE(contradicted());
}

// An exit would find less than it is to sell.
TEST_F(BalancesTest, AnAnnouncedWithdrawalOfWhatATradeHoldsIsNotOverlooked) {
  const HoldId hold = an_open_trade();
  const std::int64_t held = trade(hold).position.qty.raw();
  pass(60);
  holds(Qty::from_raw(held + 10));
  announced(10);
  announced(-10);
  EXPECT_FALSE(contradicted()) << "what is left is all that we hold";
  announced(-1);
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(state->block_row(Block::VenueContradiction).evidence.view(),
            "BTC: " + to_text(Qty::from_raw(held - 1)) + " left by a withdrawal, " +
                to_text(Qty::from_raw(held)) + " held by trades");
}

// What is held of one asset says nothing of another.
TEST_F(BalancesTest, AWithdrawalOfAnotherAssetTakesNothingThatATradeHolds) {
  an_ethusdt();
  an_open_trade();
  balance("ETH", Qty::from_raw(10));
  announced(-1, "ETH");
  EXPECT_FALSE(contradicted());
}

TEST_F(BalancesTest, AnOrderOfAnotherAssetExplainsNothing) {
  an_ethusdt();
  an_open_trade();  // its stop may sell BTC
  balance("ETH", Qty::from_raw(10));
  pass(60);
  balance("ETH", Qty::from_raw(9));
  compared();
  EXPECT_TRUE(contradicted());
}

TEST_F(BalancesTest, WhatAnotherAccountHoldsIsNoDifference) {
  const auto other_holds = [this](Qty base) {
    apply(BalanceReported{AccountId(7), Asset("BTC"), base, {}, UnixNanos(now)});
  };
  other_holds(Qty::of(1));
  other_holds(Qty::of(2));
  compared();
  EXPECT_FALSE(contradicted());
  holds(Qty::from_raw(1));
  compared();
  EXPECT_TRUE(contradicted());
}

// Balances and reports of one execution are five seconds apart at most.
TEST_F(BalancesTest, FiveSecondsAfterAnExecutionADifferenceCounts) {
  an_open_trade();
  holds(Qty::of(1));
  const std::int64_t filled = state->books.last_fill.value();
  compared_at(filled + 5 * kNanosPerSecond - 1);
  EXPECT_FALSE(contradicted());
  compared_at(filled + 5 * kNanosPerSecond);
  EXPECT_TRUE(contradicted());
}

TEST_F(BalancesTest, NinetySecondsIsADifferencesTime) {
  const HoldId hold = an_open_trade();
  const Qty dust = Qty::from_raw(trade(hold).position.qty.raw() -
                                 trade(hold).find(LegRole::Stop)->leg.qty.raw());
  pass(60);
  holds(dust);
  const std::int64_t since = now;
  now = since + 90 * kNanosPerSecond - 1 - kNanosPerMilli;
  holds(dust);
  EXPECT_FALSE(contradicted());
  now = since + 90 * kNanosPerSecond - kNanosPerMilli;
  holds(dust);
  EXPECT_TRUE(contradicted());
}

// ---- while nobody listened ---------------------------------------------------------------------

TEST_F(BalancesTest, MoreThanExpectedAfterTheStreamWasDownIsRecordedAndBlocksNothing) {
  const HoldId hold = an_open_trade();
  const std::int64_t held = trade(hold).position.qty.raw();
  pass(60);
  const UnixNanos seen(now + kNanosPerMilli);
  holds(Qty::from_raw(held + 1));
  compared(true);
  EXPECT_EQ(said(Block::Reconciling), "compared; the balances do not agree");
  EXPECT_TRUE(all<MovementFound>().empty()) << "an announcement may be late";
  pass(60);
  holds(Qty::from_raw(held + 1));
  ASSERT_EQ(all<MovementFound>().size(), 1U);
  const MovementFound found = all<MovementFound>().back();
  EXPECT_EQ(found.asset, Asset("BTC"));
  EXPECT_EQ(found.delta, Qty::from_raw(1));
  EXPECT_EQ(found.there, Qty::from_raw(held + 1));
  EXPECT_EQ(found.since, seen);
  restart(true);
  pass(600);
  holds(Qty::from_raw(held + 1));
  compared();
  EXPECT_FALSE(contradicted());
  EXPECT_EQ(said(Block::Reconciling), "the ledgers agree");
  EXPECT_EQ(all<MovementFound>().size(), 1U);
  // It is expected from now on: one unit less is less than there should be.
  holds(Qty::from_raw(held));
  pass(600);
  holds(Qty::from_raw(held));
  compared();
  EXPECT_TRUE(contradicted());
}

// A late announcement has five seconds, whether a balance or a comparison looks.
TEST_F(BalancesTest, AMovementIsFoundAfterFiveSeconds) {
  for (const bool comparison : {false, true}) {
    SCOPED_TRACE(comparison);
    const std::size_t before = all<MovementFound>().size();
    pass(60);
    const Qty more = Qty::from_raw(state->balance(AccountId{}, Asset("BTC"))->locked.raw() + 1);
    holds(more);
    const std::int64_t since = now;
    compared(true);
    const auto look_at = [&](std::int64_t at) {
      now = at - kNanosPerMilli;
      comparison ? compared_at(at, true) : holds(more);
    };
    look_at(since + 5 * kNanosPerSecond - 1);
    EXPECT_EQ(all<MovementFound>().size(), before);
    look_at(since + 5 * kNanosPerSecond);
    EXPECT_EQ(all<MovementFound>().size(), before + 1);
    EXPECT_FALSE(contradicted());
  }
}

TEST_F(BalancesTest, LessThanExpectedIsAContradictionWhetherTheStreamWasDownOrNot) {
  for (const bool down : {true, false}) {
    announced(100);
    holds(Qty::from_raw(100));
    compared();
    ASSERT_FALSE(contradicted());
    holds(Qty::from_raw(99));
    compared(down);
    EXPECT_TRUE(contradicted()) << down;
    EXPECT_EQ(state->block_row(Block::VenueContradiction).evidence.view(),
              "BTC: 0.00000099 there, 0.000001 expected (-0.00000001)");
    holds({});
    EXPECT_EQ(unblock(Block::VenueContradiction), Reason::None);
  }
  EXPECT_TRUE(all<MovementFound>().empty());
}

TEST_F(BalancesTest, MoreThanExpectedWhileTheStreamWasUpIsAContradiction) {
  holds(Qty::from_raw(1));
  compared(false);
  EXPECT_TRUE(contradicted());
  EXPECT_EQ(state->block_row(Block::VenueContradiction).evidence.view(),
            "BTC: 0.00000001 there, 0 expected (+0.00000001)");
  // What was named is for a person to accept, whatever the stream did since.
  compared(true);
  pass(60);
  holds(Qty::from_raw(1));
  EXPECT_TRUE(all<MovementFound>().empty());
}

// A stream that was down explains what there was when it came back, and nothing that came later.
TEST_F(BalancesTest, WhatComesAfterTheStreamCameBackIsNotExplainedByIt) {
  holds(Qty::from_raw(5));
  compared(true);
  holds(Qty::from_raw(6));
  pass(60);
  holds(Qty::from_raw(6));
  EXPECT_TRUE(all<MovementFound>().empty());
  pass(30);
  holds(Qty::from_raw(6));
  EXPECT_TRUE(contradicted());
}

TEST_F(BalancesTest, AnAnnouncementThatComesLateIsTheOneThatCounts) {
  holds(Qty::from_raw(5));
  compared(true);
  pass(4);
  holds(Qty::from_raw(5));
  announced(5);
  pass(600);
  holds(Qty::from_raw(5));
  compared();
  EXPECT_TRUE(all<MovementFound>().empty());
  EXPECT_FALSE(contradicted());
}

TEST_F(BalancesTest, NothingIsFoundWhileTheVenueIsBeingCompared) {
  holds(Qty::from_raw(5));
  compared(true);
  apply(ConditionReported{Block::Reconciling, true, Text<64>("start")});
  pass(60);
  holds(Qty::from_raw(5));
  EXPECT_TRUE(all<MovementFound>().empty());
  apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
  EXPECT_EQ(all<MovementFound>().size(), 1U);
  EXPECT_EQ(said(Block::Reconciling), "the ledgers agree");
  EXPECT_FALSE(contradicted());
}

// It may be what nobody told us of: an order of ours that was lost, or somebody else's.
TEST_F(BalancesTest, WhatAnOrderMayHaveExecutedIsNotExplainedAway) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(hold), Reason::None);
  const Qty whole = trade(hold).find(LegRole::Entry)->leg.qty;
  pass(200);
  holds(whole);
  compared(true);
  EXPECT_FALSE(contradicted()) << "it waits for the order's outcome";
  pass(600);
  holds(whole);
  EXPECT_TRUE(all<MovementFound>().empty());
  EXPECT_FALSE(contradicted());
  // Closed by a person, who cannot know better: the difference is named.
  OperatorCommand close = a_command(CommandAction::CloseUnknown);
  close.order = trade(hold).find(LegRole::Entry)->leg.client_order_id;
  close.decision_id = a_decision(subject_of(close.order, subjects));
  ASSERT_EQ(command(close), Reason::None);
  holds(whole);
  EXPECT_TRUE(all<MovementFound>().empty());
  EXPECT_TRUE(contradicted());
}

// The venue counts executions of a purchase that is over, and has not told them: the surplus may be
// theirs. Once they are told it is.
TEST_F(BalancesTest, WhatAnEndedPurchaseMissesIsNotExplainedAway) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
  says(a_report(hold, LegRole::Entry, ExecType::Canceled, OrdStatus::Canceled));
  says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  ASSERT_TRUE(trade(hold).closed);
  ExecutionReport count = a_report(hold, LegRole::Entry, ExecType::Status, OrdStatus::Canceled);
  count.cum_qty = Qty::from_raw(5);
  says(count);
  holds(Qty::from_raw(5));
  compared(true);
  pass(60);
  holds(Qty::from_raw(5));
  EXPECT_TRUE(all<MovementFound>().empty());
  ExecutionReport told = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  told.ord_status = OrdStatus::Canceled;
  told.last_qty = told.cum_qty = Qty::from_raw(5);
  told.fee = {};
  says(told);
  EXPECT_TRUE(balances_agree());
  EXPECT_FALSE(contradicted());
}

/// A unit too many appears beside a reduce that just left, or that works at the venue.
class SurplusBesideASaleTest : public BalancesTest {
 protected:
  void appears(bool works) {
    const HoldId hold = an_open_trade();
    says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    if (works) says(a_report(hold, LegRole::Reduce, ExecType::New, OrdStatus::New));
    ASSERT_EQ(order_state(hold, LegRole::Reduce), works ? OrderState::Working : OrderState::Sent);
    pass(60);
    const Qty more = Qty::from_raw(trade(hold).position.qty.raw() + 1);
    holds(more);
    compared(true);
    pass(60);
    holds(more);
  }
};

// What a sale that just left does is not known to any comparison yet, and so neither is what is
// left over.
TEST_F(SurplusBesideASaleTest, IsNamedWhereTheSaleJustLeft) {
  appears(false);
  EXPECT_TRUE(all<MovementFound>().empty());
  EXPECT_TRUE(contradicted());
}

TEST_F(SurplusBesideASaleTest, IsRecordedWhereTheSaleWorks) {
  appears(true);
  EXPECT_EQ(all<MovementFound>().size(), 1U);
  EXPECT_FALSE(contradicted());
}

TEST_F(BalancesTest, MoreThanAnUnknownOrderCanHaveExecutedIsNotExplainedAwayEither) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  ASSERT_EQ(approve(hold), Reason::None);
  const Qty whole = trade(hold).find(LegRole::Entry)->leg.qty;
  pass(200);
  holds(Qty::from_raw(whole.raw() + 1));
  compared(true);
  EXPECT_TRUE(contradicted());
  EXPECT_TRUE(all<MovementFound>().empty());
}

TEST_F(BalancesTest, WhatAForeignOrderMayHaveExecutedIsNotExplainedAway) {
  ExecutionReport foreign;
  foreign.instrument = kBtc;
  foreign.client_order_id = ClientOrderId("by-hand");
  foreign.venue_order_id = VenueOrderId("77");
  foreign.side = Side::Buy;
  foreign.ord_status = OrdStatus::Filled;
  holds(Qty::from_raw(5));
  says(foreign);
  ASSERT_TRUE(state->blocked_by(Block::ForeignOrder));
  compared(true);
  EXPECT_TRUE(contradicted());
  EXPECT_TRUE(all<MovementFound>().empty());
}

TEST_F(BalancesTest, AnOlderViewOfABalanceIsNoNewsAndOneOfTheSameMomentIs) {
  const auto told = [&](std::int64_t free, std::int64_t at) {
    apply(BalanceReported{AccountId{}, Asset("USDT"), Qty::of(free), {}, UnixNanos(at)});
    return state->balance(AccountId{}, Asset("USDT"))->free;
  };
  const std::int64_t at = state->balance(AccountId{}, Asset("USDT"))->event_time.value();
  EXPECT_EQ(told(9'000, at), Qty::of(9'000));
  const std::size_t before = recorder.records.size();
  EXPECT_EQ(told(8'000, at - 1), Qty::of(9'000));
  EXPECT_EQ(recorder.records.size(), before);
}

TEST_F(BalancesTest, ADepositOfWhatPaysIsNoContradiction) {
  balance("USDT", Qty::of(20'000));
  compared();
  pass(600);
  balance("USDT", Qty::of(5));
  compared();
  EXPECT_FALSE(contradicted());
}

}  // namespace
}  // namespace clawgate::gateway
