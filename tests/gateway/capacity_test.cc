// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/gateway/engine_fixture.h"

// Tables that are full say so, and lose nothing that is needed to get out.

namespace clawgate::gateway {
namespace {

class CapacityTest : public EngineTest {
 protected:
  void add_operator(const std::string& id, bool enabled = true) {
    Operator who;
    who.id = OperatorId(id);
    who.channels = bit_of(OperatorChannel::Terminal);
    who.enabled = enabled;
    apply(who);
  }
  /// Signals that ask for nothing, until no entry is taken any more.
  void fill_signals() {
    for (int i = 0; i < 2'000 && state->has_room_for_signal(false); ++i) {
      send(a_signal(SignalSide::Hold));
    }
    ASSERT_FALSE(state->has_room_for_signal(false));
  }
};

TEST_F(CapacityTest, ASeventeenthOperatorIsTurnedAwayByName) {
  for (std::size_t i = 1; i < State::kOperatorsMax; ++i) add_operator("op-" + std::to_string(i));
  EXPECT_FALSE(state->blocked_by(Block::CapacityExhausted));
  add_operator("one-too-many");
  EXPECT_TRUE(state->blocked_by(Block::CapacityExhausted));
  EXPECT_EQ(state->find_operator(OperatorId("one-too-many")), nullptr);
  restart(true);
}

TEST_F(CapacityTest, AnOperatorWhoMayDoNothingMakesRoom) {
  for (std::size_t i = 1; i < State::kOperatorsMax; ++i) add_operator("op-" + std::to_string(i));
  add_operator("op-3", false);
  add_operator("new");
  EXPECT_FALSE(state->blocked_by(Block::CapacityExhausted));
  EXPECT_NE(state->find_operator(OperatorId("new")), nullptr);
  EXPECT_EQ(state->find_operator(OperatorId("op-3")), nullptr);
  EXPECT_NE(state->find_operator(OperatorId("alice")), nullptr);
  restart(true);
}

TEST_F(CapacityTest, WhereThereIsRoomNobodyIsForgotten) {
  add_operator("op-1", false);
  add_operator("new");
  EXPECT_NE(state->find_operator(OperatorId("op-1")), nullptr);
  EXPECT_NE(state->find_operator(OperatorId("new")), nullptr);
}

TEST_F(CapacityTest, AnInputThatDoesNotFitIsRecordedBeforeItsBlock) {
  const std::size_t before = recorder.records.size();
  Instrument beyond = a_btcusdt();
  beyond.id = InstrumentId(State::kInstrumentsMax);
  apply(beyond);
  ASSERT_EQ(recorder.records.size(), before + 2);
  EXPECT_EQ(recorder.records[before].type, Instrument::kType);
  EXPECT_EQ(recorder.records[before + 1].type, BlockChanged::kType);
  restart(true);
}

TEST_F(CapacityTest, MoreBalancesThanThereIsRoomForAreRecordedBeforeTheirBlock) {
  for (std::size_t i = state->balances.size(); i < State::kBalancesMax; ++i) {
    balance("A" + std::to_string(i), Qty::of(1));
  }
  EXPECT_FALSE(state->blocked_by(Block::CapacityExhausted));
  const std::size_t before = recorder.records.size();
  balance("BEYOND", Qty::of(1));
  ASSERT_EQ(recorder.records.size(), before + 2);
  EXPECT_EQ(recorder.records[before].type, BalanceReported::kType);
  EXPECT_TRUE(state->blocked_by(Block::CapacityExhausted));
  restart(true);
}

TEST_F(CapacityTest, TheLastExecutionOfATradeThatFitsIsBookedAndTheNextOneBlocks) {
  const HoldId hold = a_hold();
  ASSERT_EQ(approve(hold), Reason::None);
  ExecutionReport fill = a_fill(hold, LegRole::Entry, Px::of(60'001), "1");
  fill.ord_status = OrdStatus::PartiallyFilled;
  fill.last_qty = Qty::from_raw(100);
  fill.cum_qty = {};
  fill.fee = {};
  for (std::size_t i = 0; i <= Trade::kExecutionsMax; ++i) {
    EXPECT_FALSE(state->blocked_by(Block::CapacityExhausted)) << i;
    fill.exec_id = ExecId("e" + std::to_string(i));
    fill.cum_qty = Qty::from_raw(fill.cum_qty.raw() + 100);
    says(fill);
  }
  EXPECT_TRUE(state->blocked_by(Block::CapacityExhausted));
  EXPECT_EQ(all<FillApplied>().size(), Trade::kExecutionsMax);
}

// Of 768 places for what a signal says and as many for where it comes from 256 are kept for exits,
// to the last one.
class SignalPlacesTest : public CapacityTest {
 protected:
  static constexpr int kPlaces = 768;
  static constexpr int kKept = 256;

  [[nodiscard]] bool is_full() const { return state->blocked_by(Block::CapacityExhausted); }
};

// A signal that says otherwise under the id of another takes a place of the second kind only.
TEST_F(SignalPlacesTest, EntriesHaveAllButThoseOfExits) {
  SignalIntent other = send(a_signal(SignalSide::Hold));
  other.trace_id = TraceId("another");
  other.payload = sha256(bytes_of("another"));
  send(other);
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Conflict);
  for (int i = 2; i < kPlaces - kKept; ++i) send(a_signal(SignalSide::Hold));
  EXPECT_FALSE(is_full());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::NoAction);
  send(a_signal(SignalSide::Hold));
  EXPECT_TRUE(is_full());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Denied);
  for (int i = 0; i < kKept; ++i) send(a_signal(SignalSide::Sell));
  EXPECT_FALSE(denied_for(Reason::CauseLatched)) << "the last exit that has a place";
  send(a_signal(SignalSide::Sell));
  EXPECT_TRUE(denied_for(Reason::CauseLatched));
}

// An exit is never blocked by a limit, and this one is ours.
TEST_F(CapacityTest, WhereSignalsAreFullEntriesEndAndExitsGoOn) {
  const HoldId hold = an_open_trade();
  fill_signals();
  after_cooldown();
  for (int i = 0; i < 300; ++i) {  // more than there are places kept
    send(a_signal());
    ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Denied);
  }
  EXPECT_TRUE(state->blocked_by(Block::CapacityExhausted));
  EXPECT_EQ(unblock(Block::CapacityExhausted), Reason::CauseStillHolds);

  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
      << info(edges.signals.back().reasons.first()).code;
  EXPECT_EQ(approve(edges.signals.back().hold), Reason::None);
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  says(a_fill(hold, LegRole::Exit, Px::of(59'990), "2"));
  EXPECT_TRUE(trade(hold).closed);
}

// The oldest of those that are over makes room for a trade, wherever it stands, and an open one
// never does.
TEST_F(CapacityTest, TheOldestTradeThatIsOverIsForgottenFirst) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  const HoldId open = an_open_trade();
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  std::vector<HoldId> over;
  const auto a_declined_one = [&] {
    over.push_back(a_hold());
    ASSERT_EQ(command(a_command(CommandAction::Reject, over.back())), Reason::None);
  };
  for (std::size_t i = 1; i < State::kTradesMax; ++i) a_declined_one();
  for (std::size_t forgotten = 0; forgotten < 3; ++forgotten) {
    EXPECT_NE(state->find(over[forgotten]), nullptr);
    a_declined_one();
    EXPECT_EQ(state->find(over[forgotten]), nullptr);
    EXPECT_NE(state->find(over[forgotten + 1]), nullptr);
    EXPECT_NE(state->find(over.back()), nullptr);
  }
  EXPECT_NE(state->find(open), nullptr);
  EXPECT_EQ(trade(open).protection, ProtectionState::Live);
  restart(true);
}

// Its edge has shut the door already: what is not recorded could not be lifted.
TEST_F(CapacityTest, AKillUnderTheIdOfAnotherCommandIsAKill) {
  OperatorCommand other = a_command(CommandAction::Reconcile);
  ASSERT_EQ(command(other), Reason::None);
  OperatorCommand kill = a_command(CommandAction::Kill);
  kill.command_id = other.command_id;
  EXPECT_EQ(command(kill), Reason::CommandConflict);
  EXPECT_TRUE(state->blocked_by(Block::Kill));
  EXPECT_EQ(state->kill_epoch.value(), 1U);
  EXPECT_EQ(command(kill), Reason::CommandConflict);
  EXPECT_EQ(state->kill_epoch.value(), 1U) << "one kill is one epoch";
}

TEST_F(CapacityTest, ARepeatedKillIsNoNewOne) {
  const OperatorCommand kill = a_command(CommandAction::Kill);
  ASSERT_EQ(command(kill), Reason::None);
  ASSERT_EQ(unblock(Block::Kill), Reason::None);
  EXPECT_EQ(command(kill), Reason::None);
  EXPECT_FALSE(state->blocked_by(Block::Kill)) << "it was answered before";
}

}  // namespace
}  // namespace clawgate::gateway
