// SPDX-License-Identifier: Apache-2.0
#include "risk/check.h"

#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "risk/detail/facts.h"
#include "risk/detail/rows.h"
#include "tests/risk/world.h"

namespace clawgate::risk {
namespace {

constexpr Qty kUnit = Qty::from_raw(1);
constexpr auto kMax = std::numeric_limits<std::int64_t>::max();

Px up(Px value) {
  return Px::from_raw(value.raw() + 1);
}
Px down(Px value) {
  return Px::from_raw(value.raw() - 1);
}
Qty up(Qty value) {
  return Qty::from_raw(value.raw() + 1);
}
Qty down(Qty value) {
  return Qty::from_raw(value.raw() - 1);
}
Notional down(Notional value) {
  return Notional::from_raw(value.raw() - 1);
}
Notional up(Notional value) {
  return Notional::from_raw(value.raw() + 1);
}
Rate down(Rate value) {
  return Rate::from_raw(value.raw() - 1);
}
UnixNanos plus(UnixNanos at, std::int64_t ns) {
  return UnixNanos{at.value() + ns};
}
Leg& entry(World& w) {
  return w.order.legs[0];
}
Leg& stop(World& w) {
  return w.order.legs[1];
}
Leg& profit(World& w) {
  return w.order.legs[2];
}
Notional worth(const Leg& leg, Px at, Round round) {
  return *notional(at, leg.qty, round);
}

/// Two worlds one unit apart: `last` is still allowed, `first` is the first that is not.
struct Case {
  Reason reason;
  const char* name;
  std::function<World()> start;
  std::function<void(World&)> last;
  std::function<void(World&)> first;
  std::set<Reason> also = {};  // what necessarily breaks with it
};

void nothing(World&) {}

// clang-format off
const std::vector<Case>& cases() {
  using R = Reason;
  using W = World&;
  static const std::vector<Case> kCases = {
    {R::TradingKilled, "killed", a_world, nothing,
     [](W w) { w.facts.trading = TradingState::Killed; }},
    {R::TradingBlocked, "blocked", a_world, nothing,
     [](W w) { w.facts.trading = TradingState::Blocked; }},
    {R::TradingReduceOnly, "reduce only", a_world, nothing,
     [](W w) { w.facts.trading = TradingState::ReduceOnly; }},
    {R::ConditionHolds, "lowest condition", a_world, nothing,
     [](W w) { w.facts.blocks = bit_of(Block::MarketDataStale); }},
    {R::ConditionHolds, "highest condition", a_world, nothing,
     [](W w) { w.facts.blocks = 1U << 7; }},
    {R::CauseLatched, "lowest cause", a_world, nothing,
     [](W w) { w.facts.blocks = 1U << 8; }},
    {R::CauseLatched, "highest cause", a_world, nothing,
     [](W w) { w.facts.blocks = 1U << 31; }},

    {R::StageNotAllowed, "no session", a_world, nothing,
     [](W w) { w.has_session = false; }},
    {R::StageNotAllowed, "other stage", a_world, nothing,
     [](W w) { w.order.stage = Stage::S1; }},
    {R::StageNotAllowed, "exit, other stage", an_exit, nothing,
     [](W w) { w.order.stage = Stage::S1; }},
    {R::VenueNotAllowed, "S0 only on the simulator", a_world,
     [](W w) { w.session.stage = w.order.stage = Stage::S1;
               w.session.venue = w.order.venue = VenueKind::BinanceSpot; },
     [](W w) { w.session.venue = w.order.venue = VenueKind::BinanceSpot; }},
    {R::VenueNotAllowed, "other venue than the session's", a_world,
     [](W w) { w.session.stage = w.order.stage = Stage::S1; },
     [](W w) { w.session.stage = w.order.stage = Stage::S1;
               w.order.venue = VenueKind::BinanceSpot; }},
    {R::VenueNotAllowed, "exit, other venue", an_exit, nothing,
     [](W w) { w.order.venue = VenueKind::BinanceSpot; }},

    {R::VenueNotAllowed, "exit, S0 only on the simulator", an_exit, nothing,
     [](W w) { w.session.venue = w.order.venue = VenueKind::BinanceSpot; }},
    {R::SymbolNotEnabled, "no policy", a_world, nothing,
     [](W w) { w.has_policy = false; }},
    {R::SymbolNotEnabled, "policy of another symbol", a_world, nothing,
     [](W w) { w.policy.symbol = Symbol("BTCUSDC"); }},
    {R::AssetClassNotEnabled, "policy says another class", a_world, nothing,
     [](W w) { w.policy.asset_class = AssetClass::EquitiesBr; }},
    {R::AssetClassNotEnabled, "not crypto_spot", a_world, nothing,
     [](W w) { w.policy.asset_class = w.instrument.asset_class = AssetClass::FiiBr; }},
    {R::EngineNotEnabled, "engine", a_world, nothing,
     [](W w) { w.facts.engine_enabled = false; }},
    {R::EngineNotEnabled, "exit, engine", an_exit, nothing,
     [](W w) { w.facts.engine_enabled = false; }},
    {R::RiskAboveBudget, "the engine's weight of the budget", a_world,
     [](W w) { w.order.risk = Notional::of(50); w.facts.engine_weight = bps(5'000); },
     [](W w) { w.order.risk = Notional::of(50);
               w.facts.engine_weight = down(bps(5'000)); }},
    {R::CooldownActive, "the last instant of a cooldown", a_world,
     [](W w) { w.facts.cooldown_until = w.facts.now; },
     [](W w) { w.facts.cooldown_until = plus(w.facts.now, 1); }},
    {R::DailyStop, "a loss of the day at the stop", a_world,
     [](W w) { w.facts.day->result = up(Notional::of(-300)); },
     [](W w) { w.facts.day->result = Notional::of(-300); }},
    {R::DailyStop, "a daily stop that a decision moved", a_world,
     [](W w) { w.limits.day_loss_max = bps(1'000);
               w.facts.day->result = up(Notional::of(-1'000)); },
     [](W w) { w.limits.day_loss_max = bps(1'000);
               w.facts.day->result = Notional::of(-1'000); }},
    {R::DrawdownFrozen, "an equity at the guard of 8 %", a_world,
     [](W w) { w.facts.day->equity = up(Notional::of(9'200)); },
     [](W w) { w.facts.day->equity = Notional::of(9'200); }},
    {R::DrawdownFrozen, "a guard of 12 % by decision", a_world,
     [](W w) { w.limits.drawdown_max = bps(1'200);
               w.facts.day->equity = up(Notional::of(8'800)); },
     [](W w) { w.limits.drawdown_max = bps(1'200);
               w.facts.day->equity = Notional::of(8'800); }},
    {R::DayBaseMissing, "no day", a_world, nothing,
     [](W w) { w.facts.day.reset(); }},
    {R::DayBaseMissing, "a day that started with nothing", a_world,
     [](W w) { w.facts.day->start = Notional::from_raw(1); },
     [](W w) { w.facts.day->start = Notional{}; }},
    {R::DayBaseMissing, "no highest equity", a_world,
     [](W w) { w.facts.day->peak = Notional::from_raw(1); },
     [](W w) { w.facts.day->peak = Notional{}; }},
    {R::EngineUnhealthy, "engine silent", a_world, nothing,
     [](W w) { w.facts.engine_healthy = false; }},
    {R::LimitsMissing, "no limits", a_world, nothing,
     [](W w) { w.has_limits = false; }},
    {R::InstrumentRulesMissing, "no rules", a_world, nothing,
     [](W w) { w.has_instrument = false; }},
    {R::InstrumentRulesMissing, "rules of another instrument", a_world, nothing,
     [](W w) { w.instrument.id = InstrumentId{4}; }},
    {R::InstrumentRulesMissing, "rules that cannot be", a_world,
     [](W w) { w.instrument.filters.max_position = Qty{}; },
     [](W w) { w.instrument.filters.max_position = Qty::from_raw(-1); }},
    {R::InstrumentRulesMissing, "exit, rules that cannot be", an_exit, nothing,
     [](W w) { w.instrument.filters.min_px = Px::from_raw(-1); }},
    {R::InstrumentRulesMissing, "exit, no rules", an_exit, nothing,
     [](W w) { w.has_instrument = false; }},
    {R::InstrumentRulesMissing, "exit, rules of another instrument", an_exit, nothing,
     [](W w) { w.instrument.id = InstrumentId{4}; }},
    {R::SymbolNotTrading, "halted", a_world, nothing,
     [](W w) { w.instrument.status = InstrumentStatus::Halt; }},
    {R::SymbolNotTrading, "status unknown", a_world, nothing,
     [](W w) { w.instrument.status = InstrumentStatus::Unknown; }},
    {R::SymbolNotTrading, "exit, cancel only", an_exit, nothing,
     [](W w) { w.instrument.status = InstrumentStatus::CancelOnly; }},

    {R::SignalStale, "600 s and a nanosecond", a_world,
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, -600 * kSecond); },
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, -600 * kSecond - 1); }},
    {R::SignalStale, "exit, 600 s and a nanosecond", an_exit,
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, -600 * kSecond); },
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, -600 * kSecond - 1); }},
    {R::SignalFromFuture, "2 s and a nanosecond", a_world,
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, 2 * kSecond); },
     [](W w) { w.facts.signal_as_of = plus(w.facts.now, 2 * kSecond + 1); }},
    {R::PriceDrift, "the price rose by the band", a_world,
     [](W w) { w.order.reference = Px::of(50'000); w.order.band = Rate::from_raw(20'000'100); },
     [](W w) { w.order.reference = Px::of(50'000); w.order.band = Rate::from_raw(20'000'099); }},
    {R::PriceDrift, "the price fell by the band", a_world,
     [](W w) { w.order.reference = Px::of(80'000); w.order.band = Rate::from_raw(24'999'938); },
     [](W w) { w.order.reference = Px::of(80'000); w.order.band = Rate::from_raw(24'999'937); }},
    {R::PriceDrift, "no reference", a_world, nothing,
     [](W w) { w.order.reference = Px{}; }},
    {R::PriceDrift, "exit, drift", an_exit,
     [](W w) { w.order.reference = Px::of(50'000); w.order.band = Rate::from_raw(20'000'100); },
     [](W w) { w.order.reference = Px::of(50'000); w.order.band = Rate::from_raw(20'000'099); }},
    {R::MarketMissing, "no market", a_world, nothing,
     [](W w) { w.has_market = false; }},
    {R::MarketMissing, "market of another instrument", a_world, nothing,
     [](W w) { w.market.instrument = InstrumentId{4}; }},
    {R::MarketMissing, "no average for PERCENT_PRICE_BY_SIDE", a_world,
     [](W w) { w.market.average = Px{}; w.instrument.filters.bid_percent_up = Rate{};
               w.instrument.filters.bid_percent_down = Rate{};
               w.instrument.filters.ask_percent_up = Rate{};
               w.instrument.filters.ask_percent_down = Rate{}; },
     [](W w) { w.market.average = Px{}; w.instrument.filters.bid_percent_up = Rate{};
               w.instrument.filters.bid_percent_down = Rate{};
               w.instrument.filters.ask_percent_up = Rate{}; }},
    {R::MarketMissing, "no average for PERCENT_PRICE", a_world, nothing,
     [](W w) { w.market.average = Px{}; w.instrument.filters.percent_up = Rate::of(5); },
     {R::PercentPrice, R::PercentPriceBySide}},
    {R::MarketMissing, "exit, market of another instrument", an_exit, nothing,
     [](W w) { w.market.instrument = InstrumentId{4}; }},
    {R::MarketMissing, "exit, no average", an_exit, nothing,
     [](W w) { w.market.average = Px{}; },
     {R::PercentPriceBySide}},
    {R::MarketMissing, "no average to value a market order at", an_exit,
     [](W w) { w.instrument.filters = Filters{}; entry(w).type = OrdType::Market;
               entry(w).limit = Px{}; w.market.average = Px::from_raw(1); },
     [](W w) { w.instrument.filters = Filters{}; entry(w).type = OrdType::Market;
               entry(w).limit = Px{}; w.market.average = Px{}; }},
    {R::MarketMissing, "exit, no market", an_exit, nothing,
     [](W w) { w.has_market = false; }},
    {R::MarketStale, "5 s and a nanosecond", a_world,
     [](W w) { w.market.event_time = plus(w.facts.now, -5 * kSecond); },
     [](W w) { w.market.event_time = plus(w.facts.now, -5 * kSecond - 1); }},
    {R::MarketStale, "as far in the future", a_world,
     [](W w) { w.market.event_time = plus(w.facts.now, 5 * kSecond); },
     [](W w) { w.market.event_time = plus(w.facts.now, 5 * kSecond + 1); }},
    {R::MarketStale, "exit, 5 s and a nanosecond", an_exit,
     [](W w) { w.market.event_time = plus(w.facts.now, -5 * kSecond); },
     [](W w) { w.market.event_time = plus(w.facts.now, -5 * kSecond - 1); }},
    {R::MarketCrossed, "bid and ask meet", a_world,
     [](W w) { w.market.ask = up(w.market.bid); },
     [](W w) { w.market.ask = w.market.bid; },
     {R::PriceDrift}},
    {R::MarketCrossed, "no bid", a_world, nothing,
     [](W w) { w.market.bid = Px{}; },
     {R::PriceDrift, R::StopWrongSide}},
    {R::MarketCrossed, "exit, no ask", an_exit, nothing,
     [](W w) { w.market.ask = Px{}; },
     {R::PriceDrift}},

    {R::StopMissing, "entry alone", a_world, nothing,
     [](W w) { const Leg only = entry(w);
               w.order.legs.clear();
               (void)w.order.legs.push_back(only); },
     {R::RiskAboveBudget}},
    {R::StopMissing, "second leg is no stop", a_world, nothing,
     [](W w) { stop(w).role = LegRole::Exit; }},
    {R::StopMissing, "stop of a type that never triggers", a_world, nothing,
     [](W w) { stop(w).type = OrdType::Limit; stop(w).limit = stop(w).trigger;
               stop(w).trigger = Px{}; },
     {R::StopWrongSide}},
    {R::StopMissing, "stop without a trigger", a_world, nothing,
     [](W w) { stop(w).trigger = Px{}; w.order.risk = Notional::of(50); },
     {R::PriceFilter, R::NotionalFilter, R::PercentPriceBySide}},
    {R::StopMissing, "a step of the entry stays without stop", a_world, nothing,
     [](W w) { stop(w).qty = profit(w).qty = Qty::from_raw(stop(w).qty.raw() - 1'000); }},
    {R::StopWrongSide, "stop at the limit", a_world,
     [](W w) { stop(w).trigger = px(60'300'09); w.market.bid = px(60'400'00);
               w.market.ask = px(60'400'10); w.order.band = bps(100); },
     [](W w) { stop(w).trigger = px(60'300'10); w.market.bid = px(60'400'00);
               w.market.ask = px(60'400'10); w.order.band = bps(100); }},
    {R::StopWrongSide, "stop at the bid", a_world,
     [](W w) { stop(w).trigger = px(59'999'99); },
     [](W w) { stop(w).trigger = px(60'000'00); }},
    {R::StopWrongSide, "stop that buys", a_world, nothing,
     [](W w) { stop(w).side = Side::Buy; }},
    {R::StopWrongSide, "stop-limit above its trigger", a_world,
     [](W w) { stop(w).type = OrdType::StopLossLimit; stop(w).limit = stop(w).trigger; },
     [](W w) { stop(w).type = OrdType::StopLossLimit; stop(w).limit = px(58'800'01); }},
    {R::TakeProfitWrongSide, "take-profit at the limit", a_world,
     [](W w) { profit(w).limit = px(60'300'11); },
     [](W w) { profit(w).limit = px(60'300'10); }},
    {R::TakeProfitWrongSide, "take-profit that buys", a_world, nothing,
     [](W w) { profit(w).side = Side::Buy; }},
    {R::TakeProfitWrongSide, "third leg is no take-profit", a_world, nothing,
     [](W w) { profit(w).role = LegRole::Reduce; }},
    {R::TakeProfitWrongSide, "take-profit that may take", a_world, nothing,
     [](W w) { profit(w).type = OrdType::Limit; }},
    {R::EquityMissing, "no equity", a_world, nothing,
     [](W w) { w.facts.equity.reset(); }},
    {R::EquityMissing, "equity of zero", a_world,
     [](W w) { w.facts.equity = Notional::from_raw(1); w.limits.risk_per_trade = Rate::of(1);
               w.order.risk = Notional::from_raw(1); entry(w).limit = px(2);
               stop(w).trigger = px(1); profit(w).limit = px(3);
               w.instrument.filters = Filters{};
               for (Leg& leg : w.order.legs) leg.qty = kUnit;
               w.instrument.maker_fee = w.instrument.taker_fee = Rate{}; },
     [](W w) { w.facts.equity = Notional{}; w.limits.risk_per_trade = Rate::of(1);
               w.order.risk = Notional::from_raw(1); entry(w).limit = px(2);
               stop(w).trigger = px(1); profit(w).limit = px(3);
               w.instrument.filters = Filters{};
               for (Leg& leg : w.order.legs) leg.qty = kUnit;
               w.instrument.maker_fee = w.instrument.taker_fee = Rate{}; }},

    // The plan states the true loss; a nanodollar less is a lie.
    {R::RiskAboveBudget, "stated risk below the true one", a_world, nothing,
     [](W w) { w.order.risk = down(w.order.risk); }},
    {R::RiskAboveBudget, "stated risk at the budget", a_world,
     [](W w) { w.order.risk = Notional::of(100); },
     [](W w) { w.order.risk = up(Notional::of(100)); }},
    {R::RiskAboveBudget, "the budget rounds down", a_world,
     [](W w) { w.order.risk = Notional::of(100); w.facts.equity = Notional::of(10'000); },
     [](W w) { w.order.risk = Notional::of(100); w.facts.equity = down(Notional::of(10'000)); }},
    {R::RiskAboveBudget, "slippage grew since", a_world, nothing,
     [](W w) { w.limits.slippage = Rate::from_raw(w.limits.slippage.raw() + 10); }},
    {R::NotionalAboveOrderLimit, "order limit", a_world,
     [](W w) { w.limits.order_notional_max = worth(entry(w), entry(w).limit, Round::Up); },
     [](W w) { w.limits.order_notional_max = down(worth(entry(w), entry(w).limit, Round::Up)); }},
    {R::NotionalAboveDailyLimit, "daily value", a_world,
     [](W w) { w.facts.day_notional = Notional::of(100);
               w.limits.day_notional_max = *add(Notional::of(100),
                                                worth(entry(w), entry(w).limit, Round::Up)); },
     [](W w) { w.facts.day_notional = up(Notional::of(100));
               w.limits.day_notional_max = *add(Notional::of(100),
                                                worth(entry(w), entry(w).limit, Round::Up)); }},
    {R::OrdersAboveDailyLimit, "sixth and seventh order of the day", a_world,
     [](W w) { w.facts.day_orders = 5; },
     [](W w) { w.facts.day_orders = 6; }},
    {R::OpenTradeLimit, "second trade", a_world, nothing,
     [](W w) { w.facts.open_trades = 1; }},
    {R::OpenTradeLimit, "third of two trades", a_world,
     [](W w) { w.limits.open_trades_max = 2; w.facts.open_trades = 1; },
     [](W w) { w.limits.open_trades_max = 2; w.facts.open_trades = 2; }},
    {R::BalanceInsufficient, "free quote", a_world,
     [](W w) { w.facts.free_quote = w.order.worst_cost; },
     [](W w) { w.facts.free_quote = down(w.order.worst_cost); }},
    {R::BalanceInsufficient, "stated cost below the true one", a_world, nothing,
     [](W w) { w.order.worst_cost = down(w.order.worst_cost); }},
    {R::BalanceInsufficient, "protective legs beyond what the fee leaves", a_world,
     [](W w) { w.instrument.filters.step = Qty{}; w.instrument.taker_fee = bps(10);
               stop(w).qty = profit(w).qty = Qty::from_raw(81'918); },
     [](W w) { w.instrument.filters.step = Qty{};
               stop(w).qty = profit(w).qty = Qty::from_raw(81'919); }},
    {R::BalanceInsufficient, "exit above the position", an_exit,
     [](W w) { entry(w).qty = w.facts.position; },
     [](W w) { w.facts.position = down(entry(w).qty); }},
    {R::BalanceInsufficient, "exit above the venue's balance", an_exit, nothing,
     [](W w) { w.facts.locked_base = down(w.facts.locked_base); }},
    {R::NothingToReduce, "no position", an_exit, nothing,
     [](W w) { w.facts.position = Qty{}; },
     {R::BalanceInsufficient}},
    {R::NothingToReduce, "one unit of position", an_exit,
     [](W w) { w.instrument.filters = Filters{}; w.facts.position = entry(w).qty = kUnit; },
     [](W w) { w.instrument.filters = Filters{}; w.facts.position = entry(w).qty = Qty{}; },
     {R::SizeBelowStep}},

    {R::SizeBelowStep, "one step", an_exit,
     [](W w) { w.instrument.filters = Filters{}; w.instrument.filters.step = Qty::from_raw(1'000);
               entry(w).qty = Qty::from_raw(1'000); },
     [](W w) { w.instrument.filters = Filters{}; w.instrument.filters.step = Qty::from_raw(1'000);
               entry(w).qty = Qty::from_raw(999); },
     {R::LotSize}},
    {R::PriceFilter, "smallest price", an_exit,
     [](W w) { w.instrument.filters.min_px = entry(w).limit; },
     [](W w) { w.instrument.filters.min_px = up(entry(w).limit); }},
    {R::PriceFilter, "largest price", a_world,
     [](W w) { w.instrument.filters.max_px = profit(w).limit; },
     [](W w) { w.instrument.filters.max_px = down(profit(w).limit); }},
    {R::PriceFilter, "smallest trigger", a_world,
     [](W w) { w.instrument.filters.min_px = stop(w).trigger; },
     [](W w) { w.instrument.filters.min_px = up(stop(w).trigger); }},
    {R::PriceFilter, "limit off the tick", a_world, nothing,
     [](W w) { profit(w).limit = up(profit(w).limit); }},
    {R::PriceFilter, "trigger off the tick", a_world, nothing,
     [](W w) { stop(w).trigger = up(stop(w).trigger); }},
    {R::PriceFilter, "a limit order with a trigger", a_world, nothing,
     [](W w) { profit(w).trigger = px(62'000'00); }},
    {R::PriceFilter, "a stop with a limit it cannot have", a_world, nothing,
     [](W w) { stop(w).limit = stop(w).trigger; }},
    {R::PriceFilter, "exit without a price", an_exit, nothing,
     [](W w) { entry(w).limit = Px{}; },
     {R::NotionalFilter, R::PercentPriceBySide}},
    {R::LotSize, "smallest quantity", a_world,
     [](W w) { w.instrument.filters.min_qty = stop(w).qty; },
     [](W w) { w.instrument.filters.min_qty = up(stop(w).qty); }},
    {R::LotSize, "largest quantity", a_world,
     [](W w) { w.instrument.filters.max_qty = entry(w).qty; },
     [](W w) { w.instrument.filters.max_qty = down(entry(w).qty); }},
    {R::LotSize, "off the step", an_exit,
     [](W w) { entry(w).qty = Qty::from_raw(999'000); },
     [](W w) { entry(w).qty = Qty::from_raw(999'001); }},
    {R::MarketLotSize, "the stop sells at market: largest", a_world,
     [](W w) { w.instrument.filters.market_max_qty = stop(w).qty; },
     [](W w) { w.instrument.filters.market_max_qty = down(stop(w).qty); }},
    {R::MarketLotSize, "the stop sells at market: smallest", a_world,
     [](W w) { w.instrument.filters.market_min_qty = stop(w).qty; },
     [](W w) { w.instrument.filters.market_min_qty = up(stop(w).qty); }},
    {R::MarketLotSize, "the stop sells at market: step", a_world,
     [](W w) { w.instrument.filters.market_step = stop(w).qty; },
     [](W w) { w.instrument.filters.market_step = up(stop(w).qty); }},
    {R::MarketLotSize, "a limit order has none", a_world,
     [](W w) { stop(w).type = OrdType::StopLossLimit; stop(w).limit = stop(w).trigger;
               w.instrument.filters.market_max_qty = kUnit; },
     [](W w) { w.instrument.filters.market_max_qty = kUnit; }},
    {R::MinNotional, "the stop at its trigger is the smallest leg", a_world,
     [](W w) { w.instrument.filters.min_notional = worth(stop(w), stop(w).trigger, Round::Down); },
     [](W w) { w.instrument.filters.min_notional =
                   up(worth(stop(w), stop(w).trigger, Round::Down)); }},
    {R::MinNotional, "exit", an_exit,
     [](W w) { w.instrument.filters.min_notional =
                   worth(entry(w), entry(w).limit, Round::Down); },
     [](W w) { w.instrument.filters.min_notional =
                   up(worth(entry(w), entry(w).limit, Round::Down)); }},
    {R::MinNotional, "market order only where the rule says so", an_exit,
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.min_notional = Notional::of(601); },
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.min_notional = Notional::of(601);
               w.instrument.filters.min_notional_on_market = true; }},
    {R::NotionalFilter, "smallest", a_world,
     [](W w) { w.instrument.filters.notional_min = worth(stop(w), stop(w).trigger, Round::Down); },
     [](W w) { w.instrument.filters.notional_min =
                   up(worth(stop(w), stop(w).trigger, Round::Down)); }},
    {R::NotionalFilter, "largest", a_world,
     [](W w) { w.instrument.filters.notional_max =
                   worth(profit(w), profit(w).limit, Round::Up); },
     [](W w) { w.instrument.filters.notional_max =
                   down(worth(profit(w), profit(w).limit, Round::Up)); }},
    {R::NotionalFilter, "market order, at the average", an_exit,
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.notional_min = Notional::of(600); },
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.notional_min = up(Notional::of(600)); }},
    {R::NotionalFilter, "market order, largest where the rule says so", an_exit,
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.notional_max = Notional::of(599); },
     [](W w) { entry(w).type = OrdType::Market; entry(w).limit = Px{};
               w.instrument.filters.notional_max = Notional::of(599);
               w.instrument.filters.notional_max_on_market = true; }},
    {R::PercentPrice, "highest", a_world,
     [](W w) { w.instrument.filters.percent_up = Rate::from_raw(105'000'000); },
     [](W w) { w.instrument.filters.percent_up = down(Rate::from_raw(105'000'000)); }},
    {R::PercentPrice, "lowest, the stop at its trigger", a_world,
     [](W w) { w.instrument.filters.percent_down = Rate::from_raw(98'000'000); },
     [](W w) { w.instrument.filters.percent_down = Rate::from_raw(98'000'001); }},
    {R::PercentPriceBySide, "highest buy", a_world,
     [](W w) { w.market.average = Px::of(30'000);
               w.instrument.filters.bid_percent_up = Rate::from_raw(201'000'334); },
     [](W w) { w.market.average = Px::of(30'000);
               w.instrument.filters.bid_percent_up = Rate::from_raw(201'000'333); }},
    {R::PercentPriceBySide, "lowest buy", a_world,
     [](W w) { w.instrument.filters.bid_percent_down = Rate::from_raw(100'500'166); },
     [](W w) { w.instrument.filters.bid_percent_down = Rate::from_raw(100'500'167); }},
    {R::PercentPriceBySide, "highest sell", a_world,
     [](W w) { w.instrument.filters.ask_percent_up = Rate::from_raw(105'000'000); },
     [](W w) { w.instrument.filters.ask_percent_up = down(Rate::from_raw(105'000'000)); }},
    {R::PercentPriceBySide, "lowest sell", a_world,
     [](W w) { w.instrument.filters.ask_percent_down = Rate::from_raw(98'000'000); },
     [](W w) { w.instrument.filters.ask_percent_down = Rate::from_raw(98'000'001); }},
    {R::PercentPriceBySide, "exit", an_exit,
     [](W w) { w.instrument.filters.ask_percent_down = Rate::from_raw(99'500'000); },
     [](W w) { w.instrument.filters.ask_percent_down = Rate::from_raw(99'500'001); }},
    {R::MaxNumOrders, "three more", a_world,
     [](W w) { w.facts.open_orders = 197; },
     [](W w) { w.facts.open_orders = 198; }},
    {R::MaxNumOrders, "one more", an_exit,
     [](W w) { w.facts.open_orders = 199; },
     [](W w) { w.facts.open_orders = 200; }},
    {R::MaxNumAlgoOrders, "one stop more", a_world,
     [](W w) { w.facts.open_algo_orders = 4; },
     [](W w) { w.facts.open_algo_orders = 5; }},
    {R::MaxPosition, "free, locked, open and this", a_world,
     [](W w) { w.facts.free_base = Qty::of(1); w.facts.locked_base = Qty::of(2);
               w.facts.open_buy_qty = Qty::of(3);
               w.instrument.filters.max_position = *add(Qty::of(6), entry(w).qty); },
     [](W w) { w.facts.free_base = Qty::of(1); w.facts.locked_base = Qty::of(2);
               w.facts.open_buy_qty = up(Qty::of(3));
               w.instrument.filters.max_position = *add(Qty::of(6), entry(w).qty); }},
    {R::EntryTypeNotProtectable, "IOC", a_world, nothing,
     [](W w) { entry(w).tif = TimeInForce::Ioc; }},
    {R::EntryTypeNotProtectable, "GTC", a_world, nothing,
     [](W w) { entry(w).tif = TimeInForce::Gtc; }},
    {R::EntryTypeNotProtectable, "LIMIT_MAKER", a_world, nothing,
     [](W w) { entry(w).type = OrdType::LimitMaker; }},
    {R::EntryTypeNotProtectable, "an entry that sells", a_world, nothing,
     [](W w) { entry(w).side = Side::Sell; }},
    {R::EntryTypeNotProtectable, "a list led by no entry", a_world, nothing,
     [](W w) { entry(w).role = LegRole::Exit; }},
    {R::EntryTypeNotProtectable, "a second entry in the list", a_world, nothing,
     [](W w) { profit(w).role = LegRole::Entry; },
     {R::TakeProfitWrongSide}},
    {R::OrderTypeNotSupported, "no LIMIT_MAKER", a_world, nothing,
     [](W w) { w.instrument.order_types =
                   static_cast<std::uint16_t>(w.instrument.order_types & ~2U); }},
    {R::OrderTypeNotSupported, "no OTOCO for three legs", a_world, nothing,
     [](W w) { w.instrument.order_types =
                   static_cast<std::uint16_t>(w.instrument.order_types & ~256U); }},
    {R::OrderTypeNotSupported, "no OTO for two legs", a_world,
     [](W w) { w.signal.take_profit.reset(); w.order = w.plan().candidate;
               w.instrument.order_types =
                   static_cast<std::uint16_t>(w.instrument.order_types & ~256U); },
     [](W w) { w.signal.take_profit.reset(); w.order = w.plan().candidate;
               w.instrument.order_types =
                   static_cast<std::uint16_t>(w.instrument.order_types & ~128U); }},
    {R::OrderTypeNotSupported, "pending legs of two sizes", a_world, nothing,
     [](W w) { profit(w).qty = Qty::from_raw(profit(w).qty.raw() - 1'000); }},
    {R::OrderTypeNotSupported, "exit, no LIMIT", an_exit, nothing,
     [](W w) { w.instrument.order_types = 0; }},
    {R::OrderTypeNotSupported, "a type that is none", an_exit, nothing,
     [](W w) { entry(w).type = static_cast<OrdType>(200); },
     {R::PriceFilter}},

    {R::DuplicateIntent, "duplicate", a_world, nothing,
     [](W w) { w.facts.duplicate = true; }},
    {R::DuplicateIntent, "exit, duplicate", an_exit, nothing,
     [](W w) { w.facts.duplicate = true; }},
    {R::ConflictingIntent, "conflict", a_world, nothing,
     [](W w) { w.facts.conflicting = true; }},
    {R::OrderRate, "throttle", a_world, nothing,
     [](W w) { w.facts.throttle_ok = false; }},
    {R::ExitPending, "entry while an exit is under way", a_world, nothing,
     [](W w) { w.facts.exit_pending = true; }},
    {R::ExitPending, "second exit", an_exit, nothing,
     [](W w) { w.facts.exit_pending = true; }},
    {R::ExitAttemptsUsed, "no room for a sale and the stop behind it", an_exit, nothing,
     [](W w) { w.facts.exit_possible = false; }},
    {R::ArithmeticOverflow, "value beyond a Notional", an_exit,
     [](W w) { w.instrument.filters = Filters{}; entry(w).qty = Qty::of(1);
               w.facts.position = w.facts.free_base = Qty::of(1);
               entry(w).limit = Px::from_raw(kMax); },
     [](W w) { w.instrument.filters = Filters{}; entry(w).qty = up(Qty::of(1));
               w.facts.position = w.facts.free_base = Qty::of(2);
               entry(w).limit = Px::from_raw(kMax); }},
    {R::ArithmeticOverflow, "a fee of more than everything", an_exit,
     [](W w) { w.instrument.taker_fee = Rate::of(1); },
     [](W w) { w.instrument.taker_fee = Rate::from_raw(Rate::kScale + 1); }},
    {R::ArithmeticOverflow, "a negative fee", an_exit,
     [](W w) { w.instrument.maker_fee = Rate{}; },
     [](W w) { w.instrument.maker_fee = Rate::from_raw(-1); }},
    {R::ArithmeticOverflow, "a negative price", an_exit, nothing,
     [](W w) { entry(w).trigger = Px::from_raw(-1); },
     {R::PriceFilter}},
    {R::ArithmeticOverflow, "a negative day", a_world,
     [](W w) { w.facts.day_notional = Notional{}; },
     [](W w) { w.facts.day_notional = Notional::from_raw(-1); }},
  };
  return kCases;
}
// clang-format on

std::string text(ReasonSet set) {
  std::string text;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && set.has(row.reason)) text += std::string(row.code) + " ";
  }
  return text;
}

TEST(CheckTest, TheBaseWorldsPass) {
  EXPECT_EQ(text(a_world().check()), "");
  EXPECT_EQ(a_world().order.legs.size(), 3U);
  EXPECT_EQ(text(an_exit().check()), "");
  EXPECT_EQ(an_exit().order.legs.size(), 1U);
}

TEST(CheckTest, EveryRuleHoldsAtItsBoundaryAndBreaksOneUnitBeyond) {
  for (const Case& row : cases()) {
    World allowed = row.start();
    row.last(allowed);
    EXPECT_EQ(text(allowed.check()), "") << info(row.reason).code << ": " << row.name;

    World denied = row.start();
    row.first(denied);
    ReasonSet expected;
    expected.add(row.reason);
    for (const Reason reason : row.also) expected.add(reason);
    EXPECT_EQ(text(denied.check()), text(expected)) << info(row.reason).code << ": " << row.name;
  }
}

TEST(CheckTest, EveryRiskReasonHasACaseAndIsNamed) {
  std::set<Reason> tested;
  for (const Case& row : cases()) tested.insert(row.reason);
  std::set<Reason> named;
  for (const CheckName& row : checks()) EXPECT_TRUE(named.insert(row.reason).second);
  std::size_t risk_reasons = 0;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Risk) continue;
    ++risk_reasons;
    EXPECT_TRUE(tested.contains(row.reason)) << row.code;
    EXPECT_TRUE(named.contains(row.reason)) << row.code;
  }
  EXPECT_EQ(risk_reasons, checks().size());
}

TEST(CheckTest, TheCardCountsWhatRanForItsKindOfOrder) {
  EXPECT_EQ(checks_count(true), 52U);  // all but NOTHING_TO_REDUCE and EXIT_ATTEMPTS_USED
  EXPECT_EQ(checks_count(false), 30U);
}

// Limits, counters and the trading state never stop an exit.
TEST(CheckTest, NoLimitAndNoBlockStopsAnExit) {
  World w = an_exit();
  w.has_limits = w.has_policy = false;
  w.facts.equity.reset();
  w.facts.trading = TradingState::Killed;
  w.facts.blocks = ~0U;
  w.facts.throttle_ok = false;
  w.facts.day_notional = Notional::of(-1);
  w.facts.day_orders = w.facts.open_trades = std::numeric_limits<std::uint32_t>::max();
  w.facts.free_quote = Notional::of(-1);
  EXPECT_EQ(text(w.check()), "");
  for (const TradingState state :
       {TradingState::ReduceOnly, TradingState::Blocked, TradingState::Killed}) {
    w.facts.trading = state;
    EXPECT_EQ(text(w.check()), "");
  }
}

TEST(CheckTest, AnExitThatBuysIsHeldToTheRulesOfAnEntry) {
  World w = an_exit();
  w.order.legs[0].side = Side::Buy;
  w.facts.trading = TradingState::Killed;
  const ReasonSet broken = w.check();
  EXPECT_TRUE(broken.has(Reason::TradingKilled));
  EXPECT_TRUE(broken.has(Reason::StopMissing));
  EXPECT_TRUE(broken.has(Reason::EntryTypeNotProtectable));
}

TEST(CheckTest, SeveralBreachesAreAllNamed) {
  World w = a_world();
  w.facts.trading = TradingState::Killed;
  w.facts.duplicate = true;
  w.market.event_time = UnixNanos{0};
  stop(w).qty = Qty::from_raw(1);
  const ReasonSet broken = w.check();
  EXPECT_TRUE(broken.has(Reason::TradingKilled));
  EXPECT_TRUE(broken.has(Reason::DuplicateIntent));
  EXPECT_TRUE(broken.has(Reason::MarketStale));
  EXPECT_TRUE(broken.has(Reason::LotSize));
  EXPECT_EQ(broken.first(), Reason::TradingKilled);
}

TEST(CheckTest, ADefaultContextDeniesByEveryNameItCan) {
  const World w = a_world();
  const ReasonSet entry = check(w.order, CheckContext{});
  for (const Reason reason :
       {Reason::TradingBlocked, Reason::StageNotAllowed, Reason::SymbolNotEnabled,
        Reason::EngineNotEnabled, Reason::LimitsMissing, Reason::InstrumentRulesMissing,
        Reason::MarketMissing, Reason::EquityMissing, Reason::BalanceInsufficient,
        Reason::DuplicateIntent, Reason::ConflictingIntent, Reason::OrderRate, Reason::ExitPending,
        Reason::CooldownActive, Reason::DayBaseMissing, Reason::EngineUnhealthy}) {
    EXPECT_TRUE(entry.has(reason)) << info(reason).code;
  }
  const ReasonSet exit = check(an_exit().order, CheckContext{});
  EXPECT_TRUE(exit.has(Reason::InstrumentRulesMissing));
  EXPECT_TRUE(exit.has(Reason::NothingToReduce));
}

TEST(CheckTest, EveryPercentRuleNeedsTheAverage) {
  World w = an_exit();
  Filters& f = w.instrument.filters;
  w.market.average = Px{};
  for (Rate* const rate : {&f.percent_up, &f.percent_down, &f.bid_percent_up, &f.bid_percent_down,
                           &f.ask_percent_up, &f.ask_percent_down}) {
    f.percent_up = f.percent_down = f.bid_percent_up = f.bid_percent_down = f.ask_percent_up =
        f.ask_percent_down = Rate{};
    EXPECT_FALSE(w.check().has(Reason::MarketMissing));
    *rate = Rate::from_raw(1);
    EXPECT_TRUE(w.check().has(Reason::MarketMissing));
  }
}

TEST(CheckTest, NamesSayWhatEachCheckRunsOn) {
  const auto named = [](Reason reason) {
    for (const CheckName& row : checks()) {
      if (row.reason == reason) return row;
    }
    return CheckName{};
  };
  const CheckName killed = named(Reason::TradingKilled);
  EXPECT_TRUE(killed.entry && !killed.exit && !killed.each_leg);
  const CheckName nothing_held = named(Reason::NothingToReduce);
  EXPECT_TRUE(!nothing_held.entry && nothing_held.exit && !nothing_held.each_leg);
  const CheckName lot = named(Reason::LotSize);
  EXPECT_TRUE(lot.entry && lot.exit && lot.each_leg);
  const CheckName limits = named(Reason::LimitsMissing);
  EXPECT_TRUE(limits.entry && !limits.exit && !limits.each_leg);
}

// A row that reads an input without saying so would be asked about an empty one, and could pass.
TEST(CheckTest, EveryRowDeclaresTheInputsItReads) {
  using namespace detail;
  std::vector<World> worlds;
  for (const Case& row : cases()) {
    for (const Stage stage : {Stage::S0, Stage::S1}) {
      World w = row.start();
      row.first(w);
      w.session.stage = stage;
      w.facts.day_orders = w.facts.open_trades = 3;
      w.facts.day_notional = Notional::of(280);
      w.limits.order_notional_max = Notional::of(20);
      w.limits.day_orders_max = w.limits.open_trades_max = 3;
      w.session.signal_age_max_ns = w.session.signal_future_max_ns = w.session.market_age_max_ns =
          -1;
      if (w.has_session && w.has_limits && w.has_policy && w.has_instrument && w.has_market &&
          w.facts.equity && facts_of(w.order, w.context()).fits) {
        worlds.push_back(w);
      }
    }
  }
  ASSERT_GT(worlds.size(), 200U);
  using Hide = void (*)(CheckContext&);
  const std::pair<std::uint8_t, Hide> hidden[] = {
      {kSession, [](CheckContext& context) { context.session = nullptr; }},
      {kLimits, [](CheckContext& context) { context.limits = nullptr; }},
      {kPolicy, [](CheckContext& context) { context.policy = nullptr; }},
      {kInstrument, [](CheckContext& context) { context.instrument = nullptr; }},
      {kMarket, [](CheckContext& context) { context.market = nullptr; }},
      {kEquity, [](CheckContext& context) { context.equity.reset(); }},
  };
  for (const World& w : worlds) {
    const CheckContext whole = w.context();
    for (const auto& [input, hide] : hidden) {
      CheckContext part = whole;
      hide(part);
      for (const Row& row : kRows) {
        if ((row.needs & input) != 0) continue;
        for (const Leg& leg : w.order.legs) {
          EXPECT_EQ(row.broken(facts_of(w.order, whole), leg),
                    row.broken(facts_of(w.order, part), leg))
              << info(row.reason).code << " reads input " << int{input};
        }
      }
    }
  }
}

TEST(CheckTest, NoRuleOfTheVenueIsNegative) {
  World w = a_world();
  Filters::visit(w.instrument.filters, [&](const char* name, auto& field) {
    if constexpr (requires { field.raw(); }) {
      const auto before = field;
      field = std::decay_t<decltype(field)>::from_raw(-1);
      EXPECT_TRUE(w.check().has(Reason::InstrumentRulesMissing)) << name;
      field = before;
    }
  });
  EXPECT_EQ(text(w.check()), "");
}

TEST(CheckTest, AnOrderWithoutLegsNeverPasses) {
  World w = a_world();
  w.order.legs.clear();
  EXPECT_TRUE(w.check().has(Reason::EntryTypeNotProtectable));
  EXPECT_TRUE(w.check().has(Reason::StopMissing));
}

TEST(CheckTest, SurroundingsAreTheChecksThatNeedNoOrder) {
  World w = a_world();
  EXPECT_EQ(text(check_surroundings(true, w.context())), "");
  w.facts.trading = TradingState::Killed;
  w.facts.duplicate = true;
  w.facts.equity.reset();
  w.has_market = false;
  w.order.legs[1].qty = Qty::from_raw(1);
  EXPECT_EQ(text(check_surroundings(true, w.context())),
            "TRADING_KILLED MARKET_MISSING EQUITY_MISSING DUPLICATE_INTENT ");
  w.facts.position = Qty::of(1);
  EXPECT_EQ(text(check_surroundings(false, w.context())), "MARKET_MISSING DUPLICATE_INTENT ");
}

}  // namespace
}  // namespace clawgate::risk
