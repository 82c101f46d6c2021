// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/engine_fixture.h"

// What the account holds against what we executed: a difference is never hidden, and nothing that
// is only late is a difference.

namespace clawgate::gateway {
namespace {

class BalancesTest : public EngineTest {
 protected:
  BalancesTest() { balance("BTC", {}); }

  void compared() {
    apply(ConditionReported{Block::Reconciling, true, Text<64>("start")});
    apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
  }
  void pass(std::int64_t seconds) {
    now += seconds * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
  }
  /// As a comparison tells it.
  void holds(Qty base) { balance("BTC", {}, base); }
  void announced(std::int64_t raw, std::string_view asset = "BTC") {
    apply(BalanceMoved{AccountId{}, Asset(asset), Qty::from_raw(raw), UnixNanos(now)});
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
  EXPECT_EQ(evidence, "BTC: 1 there, " + to_text(held) + " by our executions");
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
            "BTC: 0.40000006 there, 0.40000005 by our executions");
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
