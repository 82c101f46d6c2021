// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "risk/account.h"
#include "risk/detail/exact.h"
#include "risk/detail/facts.h"
#include "risk/drift.h"
#include "schemas/reason.h"

// The pre-trade table as data: to add a check, add its line. check.cc says how it is run.

namespace clawgate::risk::detail {

using F = const Facts&;
using L = const Leg&;  // the leg that a Leg row is asked about; the lead for the others

enum class On : std::uint8_t { Entry = 1, Exit = 2, Both = 3 };
enum class Per : std::uint8_t {
  World,  // looks at the context only
  Order,  // once for the candidate
  Leg,    // once for each of its legs
};

struct Row {
  Reason reason;
  On on;
  Per per;
  std::uint8_t needs;  // inputs; one that is missing answers instead, by its own name
  bool (*broken)(F, L);
};

/// An input that rows need, and what its absence is called.
struct Input {
  std::uint8_t bit;
  Reason reason;
};

inline constexpr auto kInputs = std::to_array<Input>({
    {kSession, Reason::StageNotAllowed},
    {kLimits, Reason::LimitsMissing},
    {kPolicy, Reason::SymbolNotEnabled},
    {kInstrument, Reason::InstrumentRulesMissing},
    {kMarket, Reason::MarketMissing},
    {kEquity, Reason::EquityMissing},
    {kDay, Reason::DayBaseMissing},
});

constexpr bool off_step(std::int64_t raw, std::int64_t step) {
  return step > 1 && raw % step != 0;
}
/// Outside [min, max], where a bound of 0 is none.
constexpr bool outside(std::int64_t raw, std::int64_t min, std::int64_t max) {
  return (min > 0 && raw < min) || (max > 0 && raw > max);
}

constexpr bool off_price_filter(Px px, const Filters& filters) {
  return px.raw() < 0 ||
         (px.raw() > 0 && (outside(px.raw(), filters.min_px.raw(), filters.max_px.raw()) ||
                           off_step(px.raw(), filters.tick.raw())));
}

/// Market orders have no price of their own: the venue takes its average.
constexpr Px filter_price(F f, L leg) {
  return leg.type == OrdType::Market ? f.market.average : price_of(leg);
}

constexpr bool off_percent(Px px, Px average, Rate up, Rate down) {
  const Wide scaled_px = Wide{px.raw()} * kOne;
  return (up.raw() > 0 && scaled_px > Wide{average.raw()} * up.raw()) ||
         (down.raw() > 0 && scaled_px < Wide{average.raw()} * down.raw());
}

constexpr bool is_protective(L leg) {
  return leg.role == LegRole::Stop || leg.role == LegRole::TakeProfit;
}

constexpr bool has_percent_rule(const Filters& filters) {
  return (filters.percent_up.raw() | filters.percent_down.raw() | filters.bid_percent_up.raw() |
          filters.bid_percent_down.raw() | filters.ask_percent_up.raw() |
          filters.ask_percent_down.raw()) != 0;
}

/// A bound or a step below 0 is no rule of any venue: what was read is not what was meant.
constexpr bool impossible(const Filters& f) {
  const std::int64_t signs =
      f.min_px.raw() | f.max_px.raw() | f.tick.raw() | f.min_qty.raw() | f.max_qty.raw() |
      f.step.raw() | f.market_min_qty.raw() | f.market_max_qty.raw() | f.market_step.raw() |
      f.min_notional.raw() | f.notional_min.raw() | f.notional_max.raw() | f.percent_up.raw() |
      f.percent_down.raw() | f.bid_percent_up.raw() | f.bid_percent_down.raw() |
      f.ask_percent_up.raw() | f.ask_percent_down.raw() | f.max_position.raw();
  return signs < 0;
}

constexpr Px mid_of(F f) {
  return f.market.usable() ? f.market.mid() : Px{};
}

constexpr bool apart(UnixNanos a, UnixNanos b, std::int64_t most_ns) {
  return Wide{a.value()} - b.value() > most_ns || Wide{b.value()} - a.value() > most_ns;
}

// The largest lot-step multiple of what the entry brings in after the venue's fee is what its stop
// has to sell: more would be refused at activation, less leaves a part without a stop.
constexpr Wide received_by_lead(F f) {
  return received(f.lead.qty, f.fits ? highest_fee(f.instrument) : Rate{});
}
constexpr bool covers_entry(F f) {
  const Wide one_more = Wide{f.stop.qty.raw()} + std::max<std::int64_t>(f.filters.step.raw(), 1);
  return one_more * kOne > received_by_lead(f);
}

constexpr bool is_stop(L leg) {
  return leg.role == LegRole::Stop && leg.trigger.raw() > 0 &&
         (leg.type == OrdType::StopLoss || leg.type == OrdType::StopLossLimit);
}

constexpr Wide loss(F f) {  // 1e-24
  if (!f.fits) return 0;
  return unit_loss(f.lead.limit, worst_exit(f.stop), f.cost) * f.lead.qty.raw();
}

constexpr std::uint64_t algo_legs(F f) {
  std::uint64_t count = 0;
  for (const Leg& leg : f.order.legs) count += is_algo(leg.type) ? 1U : 0U;
  return count;
}

constexpr bool list_supported(F f) {
  if (f.order.legs.size() == 1) return true;
  if (f.order.legs.size() == 2) return f.instrument.supports(OrderTypeBit::Oto);
  // Both pending legs of an OTOCO share one quantity.
  return f.order.legs.size() == 3 && f.instrument.supports(OrderTypeBit::Otoco) &&
         f.stop.qty == f.profit.qty;
}

// The table. One line is one check; a reason may stand in several.
// clang-format off
inline constexpr auto kRows = std::to_array<Row>({
    // May anything be traded at all?
    {Reason::TradingKilled, On::Entry, Per::World, 0,
     [](F f, L) { return f.context.trading == TradingState::Killed; }},
    {Reason::TradingBlocked, On::Entry, Per::World, 0,
     [](F f, L) { return f.context.trading == TradingState::Blocked; }},
    {Reason::TradingReduceOnly, On::Entry, Per::World, 0,
     [](F f, L) { return f.context.trading == TradingState::ReduceOnly; }},
    {Reason::ConditionHolds, On::Entry, Per::World, 0,
     [](F f, L) { return (f.context.blocks & kConditionBits) != 0; }},
    {Reason::CauseLatched, On::Entry, Per::World, 0,
     [](F f, L) { return (f.context.blocks & kCauseBits) != 0; }},
    {Reason::StageNotAllowed, On::Both, Per::Order, kSession,
     [](F f, L) { return f.order.stage != f.session.stage; }},
    {Reason::VenueNotAllowed, On::Both, Per::World, kSession,
     [](F f, L) { return f.session.stage == Stage::S0 &&
                         f.session.venue != VenueKind::Simulator; }},
    {Reason::VenueNotAllowed, On::Both, Per::Order, kSession,
     [](F f, L) { return f.order.venue != f.session.venue; }},

    // This symbol, this engine?
    {Reason::SymbolNotEnabled, On::Entry, Per::Order, kPolicy,
     [](F f, L) { return f.policy.symbol != f.order.symbol; }},
    {Reason::AssetClassNotEnabled, On::Entry, Per::World, kInstrument | kPolicy,
     [](F f, L) { return f.instrument.asset_class != AssetClass::CryptoSpot ||
                         f.policy.asset_class != f.instrument.asset_class; }},
    {Reason::EngineNotEnabled, On::Both, Per::World, 0,
     [](F f, L) { return !f.context.engine_enabled; }},
    {Reason::InstrumentRulesMissing, On::Both, Per::Order, kInstrument,
     [](F f, L) { return f.instrument.id != f.order.instrument; }},
    {Reason::InstrumentRulesMissing, On::Both, Per::World, kInstrument,
     [](F f, L) { return impossible(f.filters); }},
    {Reason::SymbolNotTrading, On::Both, Per::World, kInstrument,
     [](F f, L) { return f.instrument.status != InstrumentStatus::Trading; }},

    // Is what we know fresh, and is the price still the one that was planned on? The band holds in
    // both directions: an order that became cheaper is another order too.
    {Reason::SignalStale, On::Both, Per::World, kSession,
     [](F f, L) { return Wide{f.context.now.value()} - f.context.signal_as_of.value() >
                         f.session.signal_age_max_ns; }},
    {Reason::SignalFromFuture, On::Both, Per::World, kSession,
     [](F f, L) { return Wide{f.context.signal_as_of.value()} - f.context.now.value() >
                         f.session.signal_future_max_ns; }},
    {Reason::PriceDrift, On::Both, Per::Order, kMarket,
     [](F f, L) { return drifted(f.order.reference, mid_of(f), f.order.band); }},
    {Reason::MarketMissing, On::Both, Per::Order, kMarket,
     [](F f, L) { return f.market.instrument != f.order.instrument; }},
    {Reason::MarketMissing, On::Both, Per::World, kMarket | kInstrument,
     [](F f, L) { return f.market.average.raw() <= 0 && has_percent_rule(f.filters); }},
    {Reason::MarketMissing, On::Both, Per::Leg, kMarket,
     [](F f, L leg) { return f.market.average.raw() <= 0 && leg.type == OrdType::Market; }},
    {Reason::MarketStale, On::Both, Per::World, kMarket | kSession,
     [](F f, L) { return apart(f.context.now, f.market.event_time, f.session.market_age_max_ns); }},
    {Reason::MarketCrossed, On::Both, Per::World, kMarket,
     [](F f, L) { return !f.market.usable(); }},

    // Is the entry protected? The stop rests below the bid, or it would trigger at once.
    {Reason::StopMissing, On::Entry, Per::Order, kInstrument,
     [](F f, L) { return !is_stop(f.stop) || !covers_entry(f); }},
    {Reason::StopWrongSide, On::Entry, Per::Order, kMarket,
     [](F f, L) { return f.stop.role == LegRole::Stop &&
                         (f.stop.side != Side::Sell || f.stop.trigger >= f.lead.limit ||
                          f.stop.trigger >= f.market.bid || f.stop.limit > f.stop.trigger); }},
    {Reason::TakeProfitWrongSide, On::Entry, Per::Order, 0,
     [](F f, L) { return f.order.legs.size() > 2 &&
                         (f.profit.role != LegRole::TakeProfit || f.profit.side != Side::Sell ||
                          f.profit.type != OrdType::LimitMaker ||
                          f.profit.limit <= f.lead.limit); }},
    {Reason::EntryTypeNotProtectable, On::Entry, Per::Order, 0,
     [](F f, L) { return f.lead.role != LegRole::Entry || f.lead.side != Side::Buy ||
                         f.lead.type != OrdType::Limit || f.lead.tif != TimeInForce::Fok ||
                         increases_exposure(f.stop.role) || increases_exposure(f.profit.role); }},

    // Is it small enough? What a person was shown must hold too: stated risk and cost are at least
    // the true ones and within the budget and the balance.
    {Reason::RiskAboveBudget, On::Entry, Per::Order, kLimits | kInstrument | kEquity,
     [](F f, L) { return loss(f) > Wide{f.order.risk.raw()} * kOne2; }},
    {Reason::RiskAboveBudget, On::Entry, Per::Order, kLimits | kEquity,
     [](F f, L) { return f.fits && Wide{f.order.risk.raw()} * kOne2 >
                         Wide{f.equity.raw()} * f.limits.risk_per_trade.raw() *
                             f.context.engine_weight.raw(); }},
    {Reason::NotionalAboveOrderLimit, On::Entry, Per::Order, kLimits,
     [](F f, L) { return f.lead_value > Wide{f.limits.order_notional_max.raw()} * kOne; }},
    {Reason::NotionalAboveDailyLimit, On::Entry, Per::Order, kLimits,
     [](F f, L) { return f.lead_value > (Wide{f.limits.day_notional_max.raw()} -
                                         f.context.day_notional.raw()) * kOne; }},
    {Reason::OrdersAboveDailyLimit, On::Entry, Per::World, kLimits,
     [](F f, L) { return f.context.day_orders >= f.limits.day_orders_max; }},
    {Reason::OpenTradeLimit, On::Entry, Per::World, kLimits,
     [](F f, L) { return f.context.open_trades >= f.limits.open_trades_max; }},
    {Reason::BalanceInsufficient, On::Entry, Per::Order, kInstrument,
     [](F f, L) { return f.lead_value * (kOne + f.fee) > Wide{f.order.worst_cost.raw()} * kOne2; }},
    {Reason::BalanceInsufficient, On::Entry, Per::Order, 0,
     [](F f, L) { return f.order.worst_cost > f.context.free_quote; }},
    {Reason::BalanceInsufficient, On::Entry, Per::Leg, kInstrument,
     [](F f, L leg) { return is_protective(leg) &&
                             Wide{leg.qty.raw()} * kOne > received_by_lead(f); }},
    {Reason::BalanceInsufficient, On::Exit, Per::Order, 0,
     [](F f, L) { return f.lead.qty > f.context.position ||
                         f.lead.qty.raw() > Wide{f.context.free_base.raw()} +
                                                f.context.locked_base.raw(); }},
    {Reason::NothingToReduce, On::Exit, Per::World, 0,
     [](F f, L) { return f.context.position.raw() <= 0; }},

    // Would the venue take it? Bounds and steps of 0 are no rule (Binance Spot filters).
    {Reason::SizeBelowStep, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return leg.qty.raw() <= 0 || leg.qty < f.filters.step; }},
    {Reason::PriceFilter, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return is_in(kLimitTypes, leg.type) != (leg.limit.raw() > 0) ||
                             is_in(kTriggerTypes, leg.type) != (leg.trigger.raw() > 0) ||
                             off_price_filter(leg.limit, f.filters) ||
                             off_price_filter(leg.trigger, f.filters); }},
    {Reason::LotSize, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return outside(leg.qty.raw(), f.filters.min_qty.raw(),
                                     f.filters.max_qty.raw()) ||
                             off_step(leg.qty.raw(), f.filters.step.raw()); }},
    {Reason::MarketLotSize, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return is_in(kMarketTypes, leg.type) &&
                             (outside(leg.qty.raw(), f.filters.market_min_qty.raw(),
                                      f.filters.market_max_qty.raw()) ||
                              off_step(leg.qty.raw(), f.filters.market_step.raw())); }},
    {Reason::MinNotional, On::Both, Per::Leg, kInstrument | kMarket,
     [](F f, L leg) { return (leg.type != OrdType::Market || f.filters.min_notional_on_market) &&
                             value(filter_price(f, leg), leg.qty) <
                                 Wide{f.filters.min_notional.raw()} * kOne; }},
    {Reason::NotionalFilter, On::Both, Per::Leg, kInstrument | kMarket,
     [](F f, L leg) { return (leg.type != OrdType::Market || f.filters.notional_min_on_market) &&
                             value(filter_price(f, leg), leg.qty) <
                                 Wide{f.filters.notional_min.raw()} * kOne; }},
    {Reason::NotionalFilter, On::Both, Per::Leg, kInstrument | kMarket,
     [](F f, L leg) { return (leg.type != OrdType::Market || f.filters.notional_max_on_market) &&
                             f.filters.notional_max.raw() > 0 &&
                             value(filter_price(f, leg), leg.qty) >
                                 Wide{f.filters.notional_max.raw()} * kOne; }},
    {Reason::PercentPrice, On::Both, Per::Leg, kInstrument | kMarket,
     [](F f, L leg) { return leg.type != OrdType::Market &&
                             off_percent(price_of(leg), f.market.average, f.filters.percent_up,
                                         f.filters.percent_down); }},
    {Reason::PercentPriceBySide, On::Both, Per::Leg, kInstrument | kMarket,
     [](F f, L leg) { const bool buy = leg.side == Side::Buy;
                      return leg.type != OrdType::Market &&
                             off_percent(price_of(leg), f.market.average,
                                 buy ? f.filters.bid_percent_up : f.filters.ask_percent_up,
                                 buy ? f.filters.bid_percent_down : f.filters.ask_percent_down); }},
    {Reason::MaxNumOrders, On::Both, Per::Order, kInstrument,
     [](F f, L) { return f.filters.max_num_orders > 0 &&
                         f.context.open_orders + f.order.legs.size() > f.filters.max_num_orders; }},
    {Reason::MaxNumAlgoOrders, On::Both, Per::Order, kInstrument,
     [](F f, L) { return f.filters.max_num_algo_orders > 0 && algo_legs(f) > 0 &&
                         f.context.open_algo_orders + algo_legs(f) >
                             f.filters.max_num_algo_orders; }},
    {Reason::MaxPosition, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return leg.side == Side::Buy && f.filters.max_position.raw() > 0 &&
                             Wide{f.context.free_base.raw()} + f.context.locked_base.raw() +
                                     f.context.open_buy_qty.raw() + leg.qty.raw() >
                                 f.filters.max_position.raw(); }},
    {Reason::OrderTypeNotSupported, On::Both, Per::Leg, kInstrument,
     [](F f, L leg) { return !is_in(kKnownTypes, leg.type) ||
                             !f.instrument.supports(bit_of(leg.type)); }},
    {Reason::OrderTypeNotSupported, On::Both, Per::Order, kInstrument,
     [](F f, L) { return !list_supported(f); }},

    // Is it new, and in turn?
    {Reason::DuplicateIntent, On::Both, Per::World, 0,
     [](F f, L) { return f.context.duplicate; }},
    {Reason::ConflictingIntent, On::Both, Per::World, 0,
     [](F f, L) { return f.context.conflicting; }},
    {Reason::OrderRate, On::Entry, Per::World, 0,
     [](F f, L) { return !f.context.throttle_ok; }},
    {Reason::ExitPending, On::Both, Per::World, 0,
     [](F f, L) { return f.context.exit_pending; }},
    {Reason::ExitAttemptsUsed, On::Exit, Per::World, 0,
     [](F f, L) { return !f.context.exit_possible; }},

    // What happened lately? At the bound itself entries stop; a cooldown is over at its last
    // instant.
    {Reason::CooldownActive, On::Entry, Per::World, 0,
     [](F f, L) { return f.context.now < f.context.cooldown_until; }},
    {Reason::DailyStop, On::Entry, Per::World, kLimits | kDay,
     [](F f, L) { return day_stopped(f.day, f.limits.day_loss_max); }},
    {Reason::DrawdownFrozen, On::Entry, Per::World, kLimits | kDay,
     [](F f, L) { return drawn_down(f.day, f.limits.drawdown_max); }},
    {Reason::EngineUnhealthy, On::Entry, Per::World, 0,
     [](F f, L) { return !f.context.engine_healthy; }},

    // Values that do not fit, or that cannot be: negative prices, fees above 100 %.
    {Reason::ArithmeticOverflow, On::Both, Per::Order, 0,
     [](F f, L) { return !f.fits; }},
    {Reason::ArithmeticOverflow, On::Entry, Per::World, 0,
     [](F f, L) { return f.context.day_notional.raw() < 0; }},
});
// clang-format on

}  // namespace clawgate::risk::detail
