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
