// SPDX-License-Identifier: Apache-2.0
#include "risk/plan.h"

#include <algorithm>
#include <limits>

#include "risk/detail/exact.h"
#include "schemas/core/assert.h"

namespace clawgate::risk {
namespace {

using detail::is_share;
using detail::kOne;
using detail::kOne2;
using detail::kValueMax;

constexpr Wide floor_div(Wide n, Wide d) {  // n >= 0, d > 0
  return n / d;
}
constexpr Wide ceil_div(Wide n, Wide d) {
  return (n + d - 1) / d;
}

Px floor_px(Wide raw_e8, Px tick) {  // of a price times a rate; >= 0
  const auto raw = narrow(raw_e8 / kOne);
  return raw ? floor_to(Px::from_raw(*raw), tick) : Px{};
}

// Up to the tick; 0 when it does not fit.
Px ceil_px(Wide raw_e8, Px tick) {
  const Wide step = std::max<std::int64_t>(tick.raw(), 1);
  const auto raw = narrow(ceil_div(ceil_div(raw_e8, kOne), step) * step);
  return raw ? Px::from_raw(*raw) : Px{};
}

/// What both kinds of order need to be priced at all.
ReasonSet missing_inputs(const CheckContext& context, bool entry) {
  ReasonSet denied;
  denied.add_if(context.session == nullptr, Reason::StageNotAllowed);
  denied.add_if(context.instrument == nullptr, Reason::InstrumentRulesMissing);
  denied.add_if(context.market == nullptr, Reason::MarketMissing);
  denied.add_if(context.market != nullptr && !context.market->usable(), Reason::MarketCrossed);
  if (!entry) return denied;
  denied.add_if(context.limits == nullptr, Reason::LimitsMissing);
  denied.add_if(context.policy == nullptr, Reason::SymbolNotEnabled);
  denied.add_if(!context.equity || context.equity->raw() <= 0, Reason::EquityMissing);
  denied.add_if(context.engine_weight.is_zero(), Reason::EngineNotEnabled);
  return denied;
}

OrderCandidate envelope(const SignalIntent& signal, HoldId hold, AccountId account,
                        const CheckContext& context, ReasonSet& denied) {
  OrderCandidate order;
  order.hold = hold;
  order.account = account;
  order.instrument = context.instrument->id;
  order.symbol = context.instrument->symbol;
  order.venue = context.session->venue;
  order.stage = context.session->stage;
  if (context.limits != nullptr) order.limits_version = context.limits->version;
  order.reference = context.market->mid();
  order.band = context.policy != nullptr ? context.policy->band : kExitBandDefault;
  order.thesis = signal.thesis;
  order.nonce = signal.nonce;
  std::int64_t expires_ns = 0;
  if (__builtin_add_overflow(context.now.value(), context.session->hold_ttl_ns, &expires_ns)) {
    denied.add(Reason::ArithmeticOverflow);
  }
  order.expires_at = UnixNanos{expires_ns};
  return order;
}

/// The largest quantities that each rule leaves, in raw lots of 1e-8, before the lot step.
struct Room {
  Wide risk;
  Wide order;
  Wide day;
  Wide balance;
  Wide position;
  Wide lot;
};

/// 0 < exit < limit.
Room room_for(Px limit, Px exit, const CheckContext& context) {
  const Limits& limits = *context.limits;
  const Instrument& instrument = *context.instrument;
  const Filters& filters = instrument.filters;
  const Wide unlimited = std::numeric_limits<std::int64_t>::max();
  const Wide held =
      Wide{context.free_base.raw()} + context.locked_base.raw() + context.open_buy_qty.raw();

  const Wide budget = Wide{context.equity->raw()} * limits.risk_per_trade.raw() *
                      context.engine_weight.raw() / kOne2;
  const std::int64_t cost = instrument.taker_fee.raw() + limits.slippage.raw();
  const Wide unit_loss = detail::unit_loss(limit, exit, cost);
  const Wide unit_price = limit.raw();
  const Wide unit_spent = unit_price * (kOne + instrument.taker_fee.raw());
  const Wide day_left = Wide{limits.day_notional_max.raw()} - context.day_notional.raw();

  return {
      .risk = floor_div(budget * kOne2, unit_loss),
      .order = floor_div(Wide{std::max<std::int64_t>(limits.order_notional_max.raw(), 0)} * kOne,
                         unit_price),
      .day = floor_div(std::max<Wide>(day_left, 0) * kOne, unit_price),
      .balance =
          floor_div(Wide{std::max<std::int64_t>(context.free_quote.raw(), 0)} * kOne2, unit_spent),
      .position = filters.max_position.raw() > 0
                      ? std::max<Wide>(Wide{filters.max_position.raw()} - held, 0)
                      : unlimited,
      .lot = filters.max_qty.raw() > 0 ? Wide{filters.max_qty.raw()} : unlimited,
  };
}

/// The quantity within all of it, in whole steps. When that is none, names each rule that alone
/// leaves less than one step.
Qty sized(const Room& room, Strength strength, Qty step, ReasonSet& denied) {
  const Wide least =
      std::min({room.risk, room.order, room.day, room.balance, room.position, room.lot});
  const Wide one_step = std::max<std::int64_t>(step.raw(), 1);
  Qty qty = floor_to(Qty::from_raw(narrow(least).value_or(0)), step);
  if (strength == Strength::Overweight) qty = floor_to(Qty::from_raw(qty.raw() / 2), step);
  if (qty.raw() > 0) return qty;
  denied.add(Reason::SizeBelowStep);
  denied.add_if(room.risk < one_step, Reason::RiskAboveBudget);
  denied.add_if(room.order < one_step, Reason::NotionalAboveOrderLimit);
  denied.add_if(room.day < one_step, Reason::NotionalAboveDailyLimit);
  denied.add_if(room.balance < one_step, Reason::BalanceInsufficient);
  denied.add_if(room.position < one_step, Reason::MaxPosition);
  denied.add_if(room.lot < one_step, Reason::LotSize);
  return qty;
}

/// Where the position is to be closed if it loses; 0 when nobody said.
Px stop_price(const SignalIntent& signal, const CheckContext& context, OrderCandidate& order) {
  const Px tick = context.instrument->filters.tick;
  if (signal.stop_loss) return floor_to(*signal.stop_loss, tick);
  if (context.policy->stop.raw() == 0) return Px{};
  order.stop_derived = true;
  return floor_px(Wide{order.reference.raw()} * (kOne - context.policy->stop.raw()), tick);
}

Leg make_leg(LegRole role, Side side, OrdType type, TimeInForce tif = TimeInForce::Gtc) {
  Leg leg;
  leg.role = role;
  leg.side = side;
  leg.type = type;
  leg.tif = tif;
  return leg;
}

void append(Legs& legs, const Leg& leg) {
  CLAWGATE_ASSERT(legs.push_back(leg));
}

Leg stop_leg(Px trigger, const Instrument& instrument, Rate band) {
  Leg stop = make_leg(LegRole::Stop, Side::Sell, OrdType::StopLoss);
  stop.trigger = trigger;
  if (instrument.supports(OrderTypeBit::StopLoss)) return stop;
  stop.type = OrdType::StopLossLimit;
  stop.limit = floor_px(Wide{trigger.raw()} * (kOne - band.raw()), instrument.filters.tick);
  return stop;
}

/// Rounded up. `qty * px` is within kValueMax.
Wide fee_on(Px px, Qty qty, Rate fee) {
  return ceil_div(detail::value(px, qty) * fee.raw(), kOne2);
}

bool rates_are_shares(const CheckContext& context, bool entry) {
  const Instrument& instrument = *context.instrument;
  if (!is_share(instrument.maker_fee) || !is_share(instrument.taker_fee)) return false;
  if (context.policy != nullptr && !is_share(context.policy->band)) return false;
  if (!entry) return true;
  if (!is_share(context.policy->stop)) return false;
  return is_share(context.limits->slippage) && is_share(context.limits->risk_per_trade) &&
         is_share(context.engine_weight);
}

void state_costs(OrderCandidate& order, Wide cost, Wide fees, Wide loss, ReasonSet& denied) {
  const auto worst_cost = narrow(cost);
  const auto fees_ceiling = narrow(fees);
  const auto risk = narrow(loss);
  if (!worst_cost || !fees_ceiling || !risk) return denied.add(Reason::ArithmeticOverflow);
  order.worst_cost = Notional::from_raw(*worst_cost);
  order.fees_ceiling = Notional::from_raw(*fees_ceiling);
  order.risk = Notional::from_raw(*risk);
}

void plan_entry(const SignalIntent& signal, const CheckContext& context, Plan& plan) {
  const Instrument& instrument = *context.instrument;
  const Filters& filters = instrument.filters;
  OrderCandidate& order = plan.candidate;

  Leg entry = make_leg(LegRole::Entry, Side::Buy, OrdType::Limit, TimeInForce::Fok);
  entry.limit = worst_entry(context.market->ask, order.band, filters.tick);
  if (entry.limit.raw() <= 0) return plan.denied.add(Reason::ArithmeticOverflow);

  const Px trigger = stop_price(signal, context, order);
  if (trigger.raw() <= 0) return plan.denied.add(Reason::StopMissing);
  Leg stop = stop_leg(trigger, instrument, order.band);
  if (trigger >= entry.limit) return plan.denied.add(Reason::StopWrongSide);

  const Room room = room_for(entry.limit, detail::worst_exit(stop), context);
  entry.qty = sized(room, signal.strength, filters.step, plan.denied);
  const Rate fee = detail::highest_fee(instrument);
  const auto kept = narrow(detail::received(entry.qty, fee) / kOne);
  stop.qty = floor_to(Qty::from_raw(kept.value_or(0)), filters.step);
  plan.denied.add_if(stop.qty.raw() <= 0, Reason::SizeBelowStep);

  Leg profit = make_leg(LegRole::TakeProfit, Side::Sell, OrdType::LimitMaker);
  profit.qty = stop.qty;
  if (signal.take_profit) profit.limit = floor_to(*signal.take_profit, filters.tick);
  const Px highest = std::max(entry.limit, profit.limit);
  if (detail::value(highest, entry.qty) > kValueMax) {
    return plan.denied.add(Reason::ArithmeticOverflow);
  }

  const OrderTypeBit list = signal.take_profit ? OrderTypeBit::Otoco : OrderTypeBit::Oto;
  plan.denied.add_if(!instrument.supports(list), Reason::OrderTypeNotSupported);
  append(order.legs, entry);
  append(order.legs, stop);
  if (signal.take_profit) append(order.legs, profit);

  const std::int64_t cost = instrument.taker_fee.raw() + context.limits->slippage.raw();
  const Wide spent = detail::value(entry.limit, entry.qty) * (kOne + instrument.taker_fee.raw());
  const Wide loss =
      detail::unit_loss(entry.limit, detail::worst_exit(stop), cost) * entry.qty.raw();
  state_costs(order, ceil_div(spent, kOne2),
              fee_on(entry.limit, entry.qty, fee) + fee_on(highest, entry.qty, fee),
              ceil_div(loss, kOne2), plan.denied);
  const Wide budget = Wide{context.equity->raw()} * context.limits->risk_per_trade.raw() *
                      context.engine_weight.raw();
  plan.denied.add_if(Wide{order.risk.raw()} * kOne2 > budget, Reason::RiskAboveBudget);
}

void plan_exit(const CheckContext& context, Plan& plan) {
  const Instrument& instrument = *context.instrument;
  const Filters& filters = instrument.filters;
  OrderCandidate& order = plan.candidate;
  if (context.position.raw() <= 0) return plan.denied.add(Reason::NothingToReduce);

  // The venue's balance may be a rounding below our ledger; what is not there cannot be sold.
  const Wide at_venue = Wide{context.free_base.raw()} + context.locked_base.raw();
  const Wide held = std::clamp<Wide>(at_venue, 0, context.position.raw());
  Leg exit = make_leg(LegRole::Exit, Side::Sell, OrdType::Limit, TimeInForce::Fok);
  exit.qty = floor_to(Qty::from_raw(static_cast<std::int64_t>(held)), filters.step);
  if (exit.qty.raw() <= 0) return plan.denied.add(Reason::SizeBelowStep);
  exit.limit = ceil_px(Wide{context.market->bid.raw()} * (kOne - order.band.raw()), filters.tick);
  // A better price than the limit pays a larger fee: the bid may rise by the band before it sells.
  const Px risen = ceil_px(Wide{context.market->bid.raw()} * (kOne + order.band.raw()), Px{});
  const Px highest = std::max(exit.limit, risen);  // a coarse tick can lift the limit above both
  if (exit.limit.raw() <= 0 || risen.raw() <= 0) {
    return plan.denied.add(Reason::ArithmeticOverflow);
  }
  if (detail::value(highest, exit.qty) > kValueMax) {
    return plan.denied.add(Reason::ArithmeticOverflow);
  }
  append(order.legs, exit);
  const Wide earned = detail::value(exit.limit, exit.qty) * (kOne - instrument.taker_fee.raw());
  state_costs(order, earned / kOne2, fee_on(highest, exit.qty, instrument.taker_fee), 0,
              plan.denied);
}

// A side that contradicts the engine's own word for it.
bool contradicts(const SignalIntent& signal) {
  switch (signal.strength) {
    case Strength::None:
      return false;
    case Strength::Buy:
    case Strength::Overweight:
      return signal.side != SignalSide::Buy;
    case Strength::Underweight:
    case Strength::Sell:
      return signal.side != SignalSide::Sell;
    case Strength::Hold:
      break;
  }
  return true;
}

}  // namespace

Px worst_entry(Px ask, Rate band, Px tick) {
  return floor_px(Wide{ask.raw()} * (kOne + band.raw()), tick);
}

Plan plan(const SignalIntent& signal, HoldId hold, AccountId account, const CheckContext& context) {
  Plan plan;
  const bool entry = signal.side == SignalSide::Buy;
  if (!entry && signal.side != SignalSide::Sell) return plan;
  plan.denied = missing_inputs(context, entry);
  plan.denied.add_if(contradicts(signal), Reason::ConflictingIntent);
  plan.denied.add_if(entry && signal.reduce_only, Reason::NothingToReduce);
  if (!plan.denied.empty()) return plan;
  if (!rates_are_shares(context, entry)) {
    plan.denied.add(Reason::ArithmeticOverflow);
    return plan;
  }
  plan.candidate = envelope(signal, hold, account, context, plan.denied);
  if (entry) {
    plan_entry(signal, context, plan);
  } else {
    plan_exit(context, plan);
  }
  return plan;
}

}  // namespace clawgate::risk
