// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "risk/calendar.h"
#include "tests/gateway/engine_fixture.h"

// A restart in the middle of each rule that time decides: what is answered afterwards, on either
// side of the instant at which it turns, is what would have been answered without it. Cooldown,
// daily stop, drawdown and the day's base are in over_time_test.cc, ten minutes of unmanaged
// exposure in degraded_test.cc.

namespace clawgate::gateway {
namespace {

enum class Life : std::uint8_t { InOne, Restarted, Crashed };

class RestartTest : public EngineTest, public ::testing::WithParamInterface<Life> {
 protected:
  void perhaps_restart() {
    if (GetParam() == Life::InOne) return;
    const UnixNanos due = runtime->next_deadline();
    restart(GetParam() == Life::Restarted);
    EXPECT_EQ(runtime->next_deadline(), due) << "what is due next is due when it was";
  }
  [[nodiscard]] bool is_restarted() const { return GetParam() != Life::InOne; }
  /// The core sees it at exactly `at`.
  /// A buy that the core sees at exactly `at`, on a market of a second before.
  SignalOutcome signal_at(std::int64_t at) {
    now = at - kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    now = at - kNanosPerMilli;
    send(a_signal());
    return edges.signals.back().outcome;
  }
  /// Room for many entries at once.
  void allow_many(std::uint32_t a_minute, std::uint32_t burst, std::uint16_t a_day) {
    EXPECT_EQ(propose_decided(next_limits([&](Limits& l) {
                l.order_notional_max = Notional::of(20);
                l.open_trades_max = 20;
                l.orders_per_minute = a_minute;
                l.orders_burst = burst;
                l.day_orders_max = a_day;
              })),
              Reason::None);
  }
  /// An entry that left, when, and is done with: the venue did not fill it.
  std::int64_t an_entry() {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    const std::int64_t left = now;
    says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
    says(a_report(hold, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
    says(a_report(hold, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
    return left;
  }
};

TEST_P(RestartTest, TheRateOfOrders) {
  allow_many(6, 3, 100);
  std::int64_t first = 0;
  for (int i = 0; i < 3; ++i) {
    const std::int64_t left = an_entry();
    if (i == 0) first = left;
  }
  EXPECT_EQ(signal_at(first + 2 * kNanosPerSecond), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::OrderRate));
  perhaps_restart();
  const std::int64_t again = first + 10 * kNanosPerSecond;  // six a minute
  EXPECT_EQ(signal_at(again - 1), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::OrderRate));
  EXPECT_EQ(signal_at(again), SignalOutcome::Held);
}

TEST_P(RestartTest, TheDaysCounters) {
  allow_many(600, 20, 3);
  for (int i = 0; i < 2; ++i) an_entry();
  perhaps_restart();
  EXPECT_EQ(state->day_orders, 2);
  const Notional spent = state->day_notional;
  EXPECT_GT(spent.raw(), 0);
  market(Px::of(59'999), Px::of(60'001));
  an_entry();
  perhaps_restart();
  const std::int64_t midnight = risk::start_of(risk::TradingDay(state->day + 1)).value();
  EXPECT_EQ(signal_at(midnight - 1), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::OrdersAboveDailyLimit));
  EXPECT_EQ(signal_at(midnight), SignalOutcome::Held);
  EXPECT_EQ(state->day_orders, 0);
  EXPECT_TRUE(state->day_notional.is_zero());
}

// A crash voids what waited; an ordinary restart asks again, and the time to decide is the same.
TEST_P(RestartTest, TheTimeToDecide) {
  const HoldId hold = a_hold();
  const std::int64_t ends = trade(hold).order.expires_at.value();
  if (GetParam() == Life::Crashed) {
    restart(false);
    EXPECT_EQ(trade(hold).hold_reason, Reason::VoidedByRestart);
    return;
  }
  perhaps_restart();
  time_is(ends - 1);
  EXPECT_EQ(trade(hold).hold, HoldState::Held);
  time_is(ends);
  EXPECT_EQ(trade(hold).hold, HoldState::Expired);
}

// Entries are denied from the same instant on. In between a restarted gateway is stricter: it has
// to hear an engine first, and gives it a whole silence for that before it calls it lost.
TEST_P(RestartTest, ThePrimarysSilence) {
  apply(EngineHeartbeat{EngineName("tradingagents"), true, {}});
  settle();
  const std::int64_t silent = now + state->limits->engine_silence_max_ns;
  if (is_restarted()) restart(GetParam() == Life::Restarted);
  const std::int64_t lost = is_restarted() ? now + state->limits->engine_silence_max_ns : silent;
  const SignalOutcome before = signal_at(silent - 1);
  EXPECT_EQ(before, is_restarted() ? SignalOutcome::Denied : SignalOutcome::Held);
  EXPECT_EQ(signal_at(silent), SignalOutcome::Denied);
  EXPECT_TRUE(denied_for(Reason::EngineUnhealthy));
  time_is(lost);
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed);
  EXPECT_EQ(signal_at(lost + 1), SignalOutcome::Denied);
}

TEST_P(RestartTest, ALostPrimaryStaysLost) {
  apply(EngineHeartbeat{EngineName("tradingagents"), true, {}});
  time_is(now + state->limits->engine_silence_max_ns);
  ASSERT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  const UnixNanos since = state->block_row(Block::PrimaryEngineLost).since;
  if (is_restarted()) restart(GetParam() == Life::Restarted);
  time_is(now + kNanosPerSecond);
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed) << "nobody has heard it";
  EXPECT_TRUE(state->blocked_by(Block::PrimaryEngineLost));
  EXPECT_EQ(state->block_row(Block::PrimaryEngineLost).since, since);
  EXPECT_EQ(unblock(Block::PrimaryEngineLost), Reason::CauseStillHolds);
}

TEST_P(RestartTest, ASilentSecondaryHoldsTheOthersUntilItIsHeard) {
  EXPECT_EQ(propose_decided(next_limits([](Limits& l) {
              EXPECT_TRUE(l.engines.push_back(EngineName("second")));
              l.single_engine = false;
            })),
            Reason::None);
  const auto beat = [&](std::string_view who) {
    apply(EngineHeartbeat{EngineName(who), true, {}});
    settle();
  };
  beat("second");
  const std::int64_t silent = now + state->limits->engine_silence_max_ns;
  now = silent - 2 * kNanosPerSecond;
  beat("tradingagents");
  time_is(silent);
  ASSERT_TRUE(state->blocked_by(Block::SecondaryEngineLost));
  if (is_restarted()) restart(GetParam() == Life::Restarted);
  beat("tradingagents");
  EXPECT_TRUE(state->blocked_by(Block::SecondaryEngineLost));
  EXPECT_EQ(state->engine_mode, EngineMode::FailClosed);
  EXPECT_EQ(signal_at(now + 2 * kNanosPerSecond), SignalOutcome::Denied);
  beat("second");
  EXPECT_FALSE(state->blocked_by(Block::SecondaryEngineLost));
  EXPECT_EQ(state->engine_mode, EngineMode::Normal);
  EXPECT_EQ(signal_at(now + 2 * kNanosPerSecond), SignalOutcome::Held);
}

TEST_P(RestartTest, TheAgeOfTheMarketBehindAPosition) {
  an_open_trade();
  market(Px::of(59'999), Px::of(60'001));
  const std::int64_t told = state->market(kBtc)->event_time.value();
  perhaps_restart();
  time_is(told + state->session.market_age_max_ns);
  EXPECT_FALSE(state->blocked_by(Block::MarketDataStale));
  time_is(told + state->session.market_age_max_ns + 1);
  EXPECT_TRUE(state->blocked_by(Block::MarketDataStale));
}

TEST_P(RestartTest, TheNextQuestionAboutAnUnknownOrder) {
  const HoldId hold = a_hold();
  venue.next = HandOff::Unknown;
  EXPECT_EQ(approve(hold), Reason::None);
  ASSERT_EQ(order_state(hold, LegRole::Entry), OrderState::Unknown);
  const std::int64_t due = trade(hold).find(LegRole::Entry)->next_query.value();
  perhaps_restart();
  venue.queries.clear();
  time_is(due - 1);
  EXPECT_TRUE(venue.queries.empty());
  time_is(due);
  EXPECT_FALSE(venue.queries.empty());
}

TEST_P(RestartTest, TheNextAttemptToSellWhatHasNoStop) {
  const HoldId hold = an_open_trade();
  venue.next = HandOff::NotSent;
  says(a_report(hold, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
  ASSERT_EQ(venue.protective.size(), 1U);
  market(Px::of(59'999), Px::of(60'001));
  const std::int64_t due = runtime->next_deadline().value();
  ASSERT_LT(due, now + 3600 * kNanosPerSecond);
  perhaps_restart();
  time_is(due - 1);
  EXPECT_EQ(venue.protective.size(), 1U);
  time_is(due);
  EXPECT_EQ(venue.protective.size(), 2U);
}

std::string name_of(const ::testing::TestParamInfo<Life>& row) {
  constexpr std::array kNames = {"InOne", "Restarted", "Crashed"};
  return kNames[static_cast<std::size_t>(row.param)];
}

INSTANTIATE_TEST_SUITE_P(Lives, RestartTest,
                         ::testing::Values(Life::InOne, Life::Restarted, Life::Crashed), name_of);

}  // namespace
}  // namespace clawgate::gateway
