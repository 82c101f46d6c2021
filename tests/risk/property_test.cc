// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "risk/check.h"
#include "risk/plan.h"
#include "tests/risk/random_world.h"
#include "tests/risk/slow_risk.h"

namespace clawgate::risk {
namespace {

constexpr int kMillion = 1'000'000;

/// How many worlds a property looks at: RISK_PROPERTY_WORLDS of the environment, else `usual`. The
/// number stands in the test's report.
int worlds(int usual) {
  const char* const asked = std::getenv("RISK_PROPERTY_WORLDS");
  const int count = asked == nullptr ? 0 : std::atoi(asked);
  const int taken = count > 0 ? count : usual;
  ::testing::Test::RecordProperty("worlds", taken);
  std::printf("  %d worlds\n", taken);
  return taken;
}

std::string text(ReasonSet set) {
  std::string text;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && set.has(row.reason)) text += std::string(row.code) + " ";
  }
  return text;
}

ReasonSet both(ReasonSet a, ReasonSet b) {
  return ReasonSet::from_bits(a.bits() & b.bits());
}

template <class Decimal>
Decimal moved(Decimal value, std::int64_t by) {
  return Decimal::from_raw(value.raw() + by);
}

// Puts one rule's bound at the order itself, or one unit beside it, or moves one field of the
// order.
void to_the_edge(World& w, RandomWorlds& random) {
  OrderCandidate& order = w.order;
  Leg& leg = order.legs[static_cast<std::size_t>(
      random.below(static_cast<std::int64_t>(order.legs.size())))];
  Filters& f = w.instrument.filters;
  const Leg& lead = order.legs[0];
  const std::int64_t by = random.nudge();
  const Px price = leg.limit.raw() > 0 ? leg.limit : leg.trigger;
  const Notional lead_worth = notional(lead.limit, lead.qty).value_or(Notional{});
  const Notional worth = notional(price, leg.qty).value_or(Notional{});
  DayRisk& day = *w.facts.day;
  switch (random.below(29)) {
    case 26:
      day.result = Notional::from_raw(
          -*mul_div(day.start.raw(), w.limits.day_loss_max.raw(), Rate::kScale, Round::Up) + by);
      break;
    case 27:
      day.equity = Notional::from_raw(
          day.peak.raw() -
          *mul_div(day.peak.raw(), w.limits.drawdown_max.raw(), Rate::kScale, Round::Up) + by);
      break;
    case 28:
      w.facts.cooldown_until = UnixNanos(w.facts.now.value() + by);
      break;
    case 0:
      w.limits.order_notional_max = moved(lead_worth, by);
      break;
    case 1:
      w.limits.day_notional_max = moved(w.facts.day_notional, lead_worth.raw() + by);
      break;
    case 2:
      w.facts.free_quote = moved(order.worst_cost, by);
      break;
    case 3:
      order.worst_cost = moved(order.worst_cost, by);
      break;
    case 4:
      order.risk = moved(order.risk, by);
      break;
    case 5:
      w.facts.equity = Notional::from_raw(std::max<std::int64_t>(
          1,
          *mul_div(order.risk.raw(), Rate::kScale, w.limits.risk_per_trade.raw(), Round::Up) + by));
      break;
    case 6:
      leg.qty = moved(leg.qty, by);
      break;
    case 7:
      leg.qty = moved(leg.qty, by * f.step.raw());
      break;
    case 8:
      f.min_qty = moved(leg.qty, by);
      break;
    case 9:
      f.max_qty = moved(leg.qty, by);
      break;
    case 10:
      f.market_max_qty = moved(leg.qty, by);
      break;
    case 11:
      f.market_min_qty = moved(leg.qty, by);
      break;
    case 12:
      f.min_px = moved(price, by);
      break;
    case 13:
      f.max_px = moved(price, by);
      break;
    case 14:
      f.min_notional = moved(worth, by);
      break;
    case 15:
      f.notional_min = moved(worth, by);
      break;
    case 16:
      f.notional_max = moved(worth, by);
      break;
    case 17:
      f.percent_up = moved(Rate::of(1), by);
      w.market.average = moved(price, random.nudge());
      break;
    case 18:
      f.percent_down = moved(Rate::of(1), by);
      w.market.average = moved(price, random.nudge());
      break;
    case 19:
      (leg.side == Side::Buy ? f.bid_percent_up : f.ask_percent_up) = moved(Rate::of(1), by);
      w.market.average = moved(price, random.nudge());
      break;
    case 20:
      f.max_position = Qty::from_raw(w.facts.free_base.raw() + w.facts.locked_base.raw() +
                                     w.facts.open_buy_qty.raw() + leg.qty.raw() + by);
      break;
    case 21:
      w.facts.position = moved(lead.qty, by);
      break;
    case 22:
      (leg.limit.raw() > 0 ? leg.limit : leg.trigger) = moved(price, by);
      break;
    case 23: {  // the market moves by the band
      const std::int64_t band = *mul_div(order.reference.raw(), order.band.raw(), Rate::kScale,
                                         random.one_in(2) ? Round::Up : Round::Down);
      const std::int64_t by_band = (random.one_in(2) ? band : -band) + by;
      w.market.bid = moved(w.market.bid, by_band);
      w.market.ask = moved(w.market.ask, by_band);
      break;
    }
    case 24:
      w.limits.slippage = moved(w.limits.slippage, by);
      break;
    default:
      w.instrument.taker_fee = moved(w.instrument.taker_fee, by);
      break;
  }
}

World a_random_world(RandomWorlds& random) {
  World w = random.one_in(4) ? random.exit() : random.entry();
  w.order = w.plan().candidate;
  return w;
}

// The table and the slow calculator give the same numeric verdict on every order, on either side of
// every bound.
TEST(RiskPropertyTest, TheTableAgreesWithTheSlowCalculator) {
  RandomWorlds random(1);
  int compared = 0;
  int passed = 0;
  int denied = 0;
  const int count = worlds(kMillion);
  for (int i = 0; i < count; ++i) {
    World w = a_random_world(random);
    if (w.order.legs.empty()) continue;
    if (!random.one_in(4)) to_the_edge(w, random);
    const CheckContext context = w.context();
    if (!slow_fits(w.order, context)) {
      ASSERT_TRUE(check(w.order, context).has(Reason::ArithmeticOverflow)) << "world " << i;
      continue;
    }
    const ReasonSet fast = check(w.order, context);
    const ReasonSet slow = slow_breaches(w.order, context);
    ASSERT_EQ(text(both(fast, slow_reasons())), text(slow)) << "world " << i << ", seed 1";
    ++compared;
    ++(fast.empty() ? passed : denied);
  }
  EXPECT_GT(compared, count / 4 * 3);
  EXPECT_GT(passed, count / 10);
  EXPECT_GT(denied, count / 10);
}

// What plan and check allow keeps every limit after its worst fill, and one step more would not.
TEST(RiskPropertyTest, APlanIsTheLargestThatEveryLimitAllows) {
  RandomWorlds random(2);
  int allowed = 0;
  const int count = worlds(60'000);
  for (int i = 0; i < count; ++i) {
    World w = random.entry();
    w.facts.open_trades = w.facts.day_orders = 0;
    const Plan plan = w.plan();
    if (!plan.has_order()) continue;
    w.order = plan.candidate;
    const ReasonSet slow = slow_breaches(w.order, w.context());
    for (const Reason reason : {Reason::RiskAboveBudget, Reason::NotionalAboveOrderLimit,
                                Reason::NotionalAboveDailyLimit, Reason::BalanceInsufficient,
                                Reason::MaxPosition, Reason::StopMissing, Reason::SizeBelowStep}) {
      ASSERT_FALSE(slow.has(reason)) << info(reason).code << " world " << i << ", seed 2";
    }
    ++allowed;
    if (w.signal.strength == Strength::Overweight) continue;

    // One step more, honestly stated.
    Leg& entry = w.order.legs[0];
    entry.qty = moved(entry.qty, std::max<std::int64_t>(w.instrument.filters.step.raw(), 1));
    w.order.risk = Notional::of(50'000'000'000);
    w.order.worst_cost = *scaled(*notional(entry.limit, entry.qty),
                                 moved(w.instrument.taker_fee, Rate::kScale), Round::Up);
    const ReasonSet more = slow_breaches(w.order, w.context());
    const bool at_lot_max = more.has(Reason::LotSize);
    const bool at_cap = more.has(Reason::NotionalAboveOrderLimit) ||
                        more.has(Reason::NotionalAboveDailyLimit) ||
                        more.has(Reason::BalanceInsufficient) || more.has(Reason::MaxPosition);
    w.order.risk = Notional::from_raw(
        static_cast<std::int64_t>(Wide{w.facts.equity->raw()} * w.limits.risk_per_trade.raw() *
                                  w.facts.engine_weight.raw() / Rate::kScale / Rate::kScale));
    const bool at_risk = slow_breaches(w.order, w.context()).has(Reason::RiskAboveBudget);
    ASSERT_TRUE(at_lot_max || at_cap || at_risk) << "world " << i << ", seed 2";
  }
  EXPECT_GT(allowed, count / 2);
}

// What is allowed keeps every limit when the venue does its worst with it: filled whole at the
// limit price, fee taken, then sold at its stop with slippage and fee. Added up anew from the
// fills.
TEST(RiskPropertyTest, AllowedHoldsAfterTheWorstFill) {
  RandomWorlds random(6);
  const int count = worlds(kMillion);
  int allowed = 0;
  for (int i = 0; i < count; ++i) {
    World w = random.entry();
    w.order = w.plan().candidate;
    if (w.order.legs.empty()) continue;
    if (random.one_in(2)) to_the_edge(w, random);
    const CheckContext context = w.context();
    if (!check(w.order, context).empty()) continue;
    ++allowed;
    const Leg& buy = w.order.legs[0];
    const Leg& stop = w.order.legs[1];
    const Wide one = Rate::kScale;
    const Wide spent = Wide{buy.limit.raw()} * buy.qty.raw();  // 1e-16
    const Wide fee = w.instrument.taker_fee.raw();
    const auto where = "world " + std::to_string(i) + ", seed 6";
    ASSERT_LE(spent, Wide{w.limits.order_notional_max.raw()} * one) << where;
    ASSERT_LE(spent + Wide{w.facts.day_notional.raw()} * one,
              Wide{w.limits.day_notional_max.raw()} * one)
        << where;
    ASSERT_LE(w.facts.day_orders + 1, w.limits.day_orders_max) << where;
    ASSERT_LE(w.facts.open_trades + 1, w.limits.open_trades_max) << where;
    ASSERT_LE(spent / one * (one + fee) / one, Wide{w.facts.free_quote.raw()}) << where;
    // The account afterwards, 1e-24: paid with fee and slippage, received less both.
    const Px out = stop.limit.raw() > 0 ? stop.limit : stop.trigger;
    const Wide cost = fee + w.limits.slippage.raw();
    const Wide lost = spent * (one + cost) - Wide{out.raw()} * buy.qty.raw() * (one - cost);
    ASSERT_LE(lost / one, Wide{w.facts.equity->raw()} * w.limits.risk_per_trade.raw() / one *
                                  w.facts.engine_weight.raw() +
                              one)
        << where;
    ASSERT_LT(out, buy.limit) << where;
    ASSERT_GE(w.facts.now, w.facts.cooldown_until) << where;
    const DayRisk& day = *w.facts.day;
    ASSERT_LT(-Wide{day.result.raw()} * one, Wide{day.start.raw()} * w.limits.day_loss_max.raw())
        << where;
    ASSERT_GT(Wide{day.equity.raw()} * one,
              Wide{day.peak.raw()} * (one - w.limits.drawdown_max.raw()))
        << where;
  }
  EXPECT_GT(allowed, count / 10);
}

// An Overweight is never more than half of the Buy.
TEST(RiskPropertyTest, StrengthOnlyLowersTheSize) {
  RandomWorlds random(3);
  const int count = worlds(20'000);
  for (int i = 0; i < count; ++i) {
    World w = random.entry();
    w.signal.strength = Strength::Overweight;
    const Plan half = w.plan();
    if (!half.has_order()) continue;
    w.signal.strength = Strength::Buy;
    const Plan whole = w.plan();
    ASSERT_LE(2 * half.candidate.legs[0].qty.raw(), whole.candidate.legs[0].qty.raw());
  }
}

// Takes something away from the account or from a limit.
void tighten(World& w, RandomWorlds& random) {
  const auto less = [&](auto& value) { value = moved(value, -random.below(value.raw() + 1)); };
  Filters& f = w.instrument.filters;
  const auto lose = [&](Notional& value) {
    value = moved(value, -random.below(w.facts.equity->raw() / 20 + 1));
  };
  switch (random.below(20)) {
    case 13:
      return less(w.limits.day_loss_max);
    case 14:
      return less(w.limits.drawdown_max);
    case 15:
      return less(w.facts.engine_weight);
    case 16:
      return lose(w.facts.day->result);
    case 17:
      return lose(w.facts.day->equity);
    case 18:
      w.facts.day->peak = moved(w.facts.day->peak, random.below(w.facts.equity->raw() / 10));
      return;
    case 19:
      w.facts.cooldown_until = UnixNanos(w.facts.cooldown_until.value() + random.below(3));
      return;
    case 0:
      return less(w.limits.risk_per_trade);
    case 1:
      return less(w.limits.order_notional_max);
    case 2:
      return less(w.limits.day_notional_max);
    case 3:
      w.limits.day_orders_max = static_cast<std::uint16_t>(random.below(w.limits.day_orders_max));
      return;
    case 4:
      w.limits.open_trades_max = static_cast<std::uint16_t>(random.below(w.limits.open_trades_max));
      return;
    case 5:
      w.limits.slippage = moved(w.limits.slippage, random.below(1'000'000));
      return;
    case 6:
      return less(w.facts.free_quote);
    case 7:
      w.facts.equity = moved(*w.facts.equity, -random.below(w.facts.equity->raw()));
      return;
    case 8:
      w.facts.day_notional = moved(w.facts.day_notional, random.below(1'000'000'000));
      return;
    case 9:
      w.instrument.taker_fee = moved(w.instrument.taker_fee, random.below(1'000'000));
      return;
    case 10:
      w.facts.open_buy_qty = moved(w.facts.open_buy_qty, random.below(1'000'000'000));
      return;
    case 11:
      f.max_qty = Qty::from_raw(
          1 + random.below(f.max_qty.raw() > 0 ? f.max_qty.raw() : 1'000'000'000'000));
      return;
    default:
      ++w.facts.day_orders;
      ++w.facts.open_trades;
      ++w.facts.open_orders;
      ++w.facts.open_algo_orders;
      return;
  }
}

// No order passes after tightening that did not pass before, no reason goes away, and no plan
// grows.
TEST(RiskPropertyTest, TighteningNeverAllowsMore) {
  RandomWorlds random(4);
  int passed_before = 0;
  int denied_after = 0;
  const int count = worlds(kMillion);
  for (int i = 0; i < count; ++i) {
    World w = a_random_world(random);
    if (w.order.legs.empty()) continue;
    const Plan plan_before = w.plan();
    const ReasonSet before = w.check();
    const bool entry = w.signal.side == SignalSide::Buy;
    tighten(w, random);
    const Plan plan_after = w.plan();
    const ReasonSet after = w.check();
    ASSERT_EQ(text(both(before, after)), text(before)) << "world " << i << ", seed 4";
    if (entry && plan_after.has_order()) {
      ASSERT_TRUE(plan_before.has_order()) << "world " << i << ", seed 4";
      ASSERT_LE(plan_after.candidate.legs[0].qty, plan_before.candidate.legs[0].qty)
          << "world " << i << ", seed 4";
    }
    if (!before.empty()) continue;
    ++passed_before;
    if (!after.empty()) ++denied_after;
  }
  EXPECT_GT(passed_before, count / 5);
  EXPECT_GT(denied_after, count / 40);
}

// Any integers at all: nothing wraps (the sanitizers watch), and what passes is truly within every
// limit.
TEST(RiskPropertyTest, NoNumbersAreTooLarge) {
  RandomWorlds random(5);
  int planned = 0;
  const int count = worlds(100'000);
  for (int i = 0; i < count; ++i) {
    World w = a_random_world(random);
    const auto any = [&](auto& value) {
      if (random.one_in(6)) value = std::decay_t<decltype(value)>::from_raw(random.extreme());
    };
    for (Leg& leg : w.order.legs) {
      any(leg.qty);
      any(leg.limit);
      any(leg.trigger);
    }
    any(w.order.reference);
    any(w.order.band);
    any(w.order.risk);
    any(w.order.worst_cost);
    any(w.market.bid);
    any(w.market.ask);
    any(w.market.average);
    Filters::visit(w.instrument.filters, [&](const char*, auto& field) {
      if constexpr (requires { field.raw(); }) any(field);
    });
    any(w.instrument.taker_fee);
    any(w.instrument.maker_fee);
    any(w.limits.risk_per_trade);
    any(w.limits.slippage);
    any(w.limits.order_notional_max);
    any(w.limits.day_notional_max);
    any(w.policy.band);
    any(w.policy.stop);
    any(*w.facts.equity);
    any(w.facts.free_quote);
    any(w.facts.free_base);
    any(w.facts.locked_base);
    any(w.facts.open_buy_qty);
    any(w.facts.position);
    any(w.facts.day_notional);
    any(w.facts.engine_weight);
    any(w.limits.day_loss_max);
    any(w.limits.drawdown_max);
    any(w.facts.day->start);
    any(w.facts.day->result);
    any(w.facts.day->equity);
    any(w.facts.day->peak);
    if (w.signal.stop_loss) any(*w.signal.stop_loss);
    if (w.signal.take_profit) any(*w.signal.take_profit);
    if (random.one_in(6)) w.facts.now = UnixNanos{random.extreme()};
    if (random.one_in(6)) w.facts.signal_as_of = UnixNanos{random.extreme()};
    if (random.one_in(6)) w.market.event_time = UnixNanos{random.extreme()};

    const Plan plan = w.plan();
    const OrderCandidate orders[] = {w.order, plan.candidate};
    for (const OrderCandidate& order : orders) {
      const ReasonSet broken = check(order, w.context());
      if (!broken.empty()) continue;
      ++planned;
      ASSERT_TRUE(slow_fits(order, w.context())) << "world " << i << ", seed 5";
      ASSERT_EQ(text(slow_breaches(order, w.context())), "") << "world " << i << ", seed 5";
    }
  }
  EXPECT_GT(planned, count / 1'000);
}

}  // namespace
}  // namespace clawgate::risk
