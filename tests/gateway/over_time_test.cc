// SPDX-License-Identifier: Apache-2.0
#include "risk/calendar.h"
#include "tests/gateway/engine_fixture.h"

// Risk over time through the whole engine: cooldown, daily stop, drawdown guard, the day's turn;
// and the same after a restart in the middle.

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kHour = 3600 * kNanosPerSecond;

class OverTimeTest : public EngineTest, public ::testing::WithParamInterface<bool> {
 protected:
  /// The second half of the tests lives a second life from here on.
  void perhaps_restart() {
    if (GetParam()) restart(true);
  }
  /// What the market says at `at`, and then a buy that the core sees at exactly `at`.
  void signal_at(std::int64_t at) {
    now = at - kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    now = at - kNanosPerMilli;
    SignalIntent signal = a_signal();
    send(signal);
  }
  /// A trade that closed at `px`; when.
  std::int64_t a_trade_out_at(Px px) {
    const HoldId hold = an_open_trade();
    says(a_fill(hold, LegRole::Stop, px, "out" + std::to_string(++outs_)));
    EXPECT_TRUE(trade(hold).closed);
    balance("BTC", {}, {});
    balance("USDT", Qty::of(9'990));
    return state->books.last_loss.value();
  }
  /// The day's result that closing an L0 trade at `px` gave.
  Notional result() { return state->books.realised; }

 private:
  int outs_ = 0;
};

TEST_P(OverTimeTest, ALossIsFollowedByACooldown) {
  const std::int64_t lost_at = a_trade_out_at(Px::of(59'400));
  ASSERT_GT(lost_at, 0);
  perhaps_restart();
  signal_at(lost_at + 6 * kHour - 1);
  EXPECT_TRUE(denied_for(Reason::CooldownActive));
  signal_at(lost_at + 6 * kHour);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
}

TEST_P(OverTimeTest, AProfitIsFollowedByNone) {
  EXPECT_EQ(a_trade_out_at(Px::of(61'000)), 0);
  perhaps_restart();
  market(Px::of(59'999), Px::of(60'001));
  send(a_signal());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
}

TEST_P(OverTimeTest, ADecisionChangesACooldownThatRuns) {
  const std::int64_t lost_at = a_trade_out_at(Px::of(59'400));
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.cooldown_ns = kHour; })),
            Reason::LimitsNeedDecision);
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) { l.cooldown_ns = kHour; })), Reason::None);
  perhaps_restart();
  signal_at(lost_at + kHour - 1);
  EXPECT_TRUE(denied_for(Reason::CooldownActive));
  signal_at(lost_at + kHour);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
}

// The day's loss decides, to the unit: the same trade under a daily stop of exactly its loss, and
// of the next rate above it.
TEST_P(OverTimeTest, TheDailyStopHoldsUntilTheNextDay) {
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) { l.cooldown_ns = 0; })), Reason::None);
  a_trade_out_at(Px::of(58'000));
  const Notional start = state->books.start;
  const std::int64_t rate = *mul_div(-result().raw(), Rate::kScale, start.raw(), Round::Down);
  ASSERT_GT(rate, 0);
  EXPECT_EQ(propose(next_limits([&](Limits& l) { l.day_loss_max = Rate::from_raw(rate + 1); })),
            Reason::None);
  perhaps_restart();
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->blocked_by(Block::DailyStop));
  send(a_signal());
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);

  EXPECT_EQ(propose(next_limits([&](Limits& l) { l.day_loss_max = Rate::from_raw(rate); })),
            Reason::None);
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_TRUE(state->blocked_by(Block::DailyStop));
  send(a_signal());
  EXPECT_TRUE(denied_for(Reason::DailyStop));
  EXPECT_TRUE(denied_for(Reason::ConditionHolds));

  perhaps_restart();
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  EXPECT_LE(runtime->next_deadline().value(), midnight);
  signal_at(midnight - 1);
  EXPECT_TRUE(denied_for(Reason::DailyStop));
  signal_at(midnight);
  EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
  EXPECT_EQ(state->day_orders, 0);
}

// An open position counts at the bid; the stop stays when the price comes back.
TEST_P(OverTimeTest, AnOpenLossStopsTheDayAndARecoveryDoesNotStartItAgain) {
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.day_loss_max = bps(1); })), Reason::None);
  an_open_trade();  // 50 USDT; one unit of the stop is 1 USDT: 2 % of it
  market(Px::of(59'100), Px::of(59'102));
  EXPECT_FALSE(state->blocked_by(Block::DailyStop));
  perhaps_restart();
  market(Px::of(58'600), Px::of(58'602));
  EXPECT_TRUE(state->blocked_by(Block::DailyStop));
  market(Px::of(60'000), Px::of(60'002));
  EXPECT_TRUE(state->blocked_by(Block::DailyStop));
}

TEST_P(OverTimeTest, TheDrawdownGuardLatchesAndADecisionStartsItAgain) {
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) {
              l.order_notional_max = l.day_notional_max = Notional::of(9'000);
              l.cooldown_ns = 0;
            })),
            Reason::None);
  const HoldId hold = an_open_trade();  // about 7 600 USDT
  perhaps_restart();
  const Qty held = trade(hold).position.qty;
  // Down to one unit of price above the guard of 800 USDT, and to it.
  const std::int64_t at = *mul_div(trade(hold).position.cost.raw() - Notional::of(800).raw(),
                                   Px::kScale, held.raw(), Round::Down);
  market(Px::from_raw(at + 200'000), Px::from_raw(at + 300'000));
  EXPECT_FALSE(state->blocked_by(Block::Drawdown));
  market(Px::from_raw(at), Px::from_raw(at + 200'000));
  EXPECT_TRUE(state->blocked_by(Block::Drawdown));
  market(Px::of(60'000), Px::of(60'002));
  EXPECT_TRUE(state->blocked_by(Block::Drawdown)) << "a cause latches";

  perhaps_restart();
  market(Px::from_raw(at), Px::from_raw(at + 200'000));
  EXPECT_EQ(unblock(Block::Drawdown), Reason::None);
  EXPECT_FALSE(state->blocked_by(Block::Drawdown));
  EXPECT_LT(state->books.peak, Notional::of(9'201));
  market(Px::from_raw(at), Px::from_raw(at + 200'000));
  EXPECT_FALSE(state->blocked_by(Block::Drawdown));
}

TEST_P(OverTimeTest, ADepositIsNoProfitAndHidesNoLoss) {
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) { l.cooldown_ns = 0; })), Reason::None);
  a_trade_out_at(Px::of(58'000));
  const Notional peak = state->books.peak;
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  now = midnight - kHour;
  balance("USDT", Qty::from_raw(Qty::of(12'000).raw() + result().raw()));  // 2 000 were paid in
  perhaps_restart();
  EXPECT_EQ(state->books.start, Notional::of(10'000));
  now = midnight;
  apply(TimePassed{});
  ASSERT_TRUE(state->books.based);
  EXPECT_EQ(state->books.start.raw(), Notional::of(12'000).raw() + result().raw());
  EXPECT_EQ(state->books.peak.raw(), peak.raw() + Notional::of(2'000).raw());
}

TEST_P(OverTimeTest, BalancesThatAreUnderWayGiveNoBase) {
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  now = midnight - kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
  now = midnight;
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->books.based);
  perhaps_restart();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  balance("USDT", Qty::of(9'950));
  EXPECT_FALSE(state->books.based);
  balance("BTC", {}, trade(hold).position.qty);
  now = state->books.last_fill.value() + 5 * kNanosPerSecond - kNanosPerMilli - 1;
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->books.based);
  now = state->books.last_fill.value() + 5 * kNanosPerSecond - kNanosPerMilli;
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_TRUE(state->books.based);
}

// They may be of yesterday: what was withdrawn meanwhile comes with the comparison.
TEST_P(OverTimeTest, BalancesThatAreBeingComparedGiveNoBase) {
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  apply(ConditionReported{Block::Reconciling, true, Text<64>("a new session")});
  now = midnight;
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->books.based);
  perhaps_restart();
  balance("USDT", Qty::of(1'000));
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->books.based);
  apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
  market(Px::of(59'999), Px::of(60'001));
  ASSERT_TRUE(state->books.based);
  EXPECT_EQ(state->books.start, Notional::of(1'000));
}

TEST_P(OverTimeTest, ACrossedMarketMarksNothing) {
  const HoldId hold = an_open_trade();
  perhaps_restart();
  const Notional peak = state->books.peak;
  market(Px::of(90'000), Px::of(60'001));
  EXPECT_EQ(state->books.peak, peak);
  market(Px::of(30'000), Px::of(29'999));
  EXPECT_FALSE(state->blocked_by(Block::Drawdown));
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_EQ(state->books.peak, peak);
  EXPECT_FALSE(trade(hold).closed);
  market(Px::of(61'000), Px::of(61'001));
  EXPECT_GT(state->books.peak, peak) << "a whole market does";
}

/// Balances come asset by asset.
class FirstDayTest : public EngineTest {};

TEST_F(FirstDayTest, WithoutTheAssetThatPaysThereIsNoBase) {
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  Instrument paid_in_euro = a_btcusdt();
  paid_in_euro.symbol = Symbol("BTCEUR");
  paid_in_euro.quote = Asset("EUR");
  apply(paid_in_euro);
  balance("USDT", {});
  now = midnight;
  balance("BTC", Qty::of(1));
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_FALSE(state->books.based);
  balance("EUR", Qty::of(100'000));
  market(Px::of(59'999), Px::of(60'001));
  ASSERT_TRUE(state->books.based);
  EXPECT_EQ(state->books.start, Notional::of(159'999));
}

INSTANTIATE_TEST_SUITE_P(Lives, OverTimeTest, ::testing::Bool(),
                         [](const auto& row) { return row.param ? "Restarted" : "InOne"; });

}  // namespace
}  // namespace clawgate::gateway
