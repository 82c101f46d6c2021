// SPDX-License-Identifier: Apache-2.0
#include "tests/risk/slow_risk.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <limits>

namespace clawgate::risk {
namespace {

using Int = boost::multiprecision::checked_int512_t;

const Int kUnits = 100'000'000;       // in one
const Int kUnits2 = kUnits * kUnits;  // raw price times raw quantity, in one

template <class Decimal>
Int raw(Decimal value) {
  return Int(value.raw());
}

/// Whole raw units of an amount that is counted `per_unit` times finer, up or down.
Int up_to_units(const Int& amount, const Int& per_unit) {
  const Int whole = amount / per_unit;
  return whole * per_unit < amount ? Int(whole + 1) : whole;
}
Int down_to_units(const Int& amount, const Int& per_unit) {
  const Int whole = amount / per_unit;
  return whole * per_unit > amount ? Int(whole - 1) : whole;
}

bool is_multiple(const Int& value, const Int& step) {
  return step <= 0 || (value / step) * step == value;
}

struct Slow {
  const OrderCandidate& order;
  const CheckContext& c;
  ReasonSet broken;

  void deny(Reason reason, bool is_broken) {
    if (is_broken) broken.add(reason);
  }
  bool exits() const {
    return order.legs.size() == 1 && order.legs[0].role != LegRole::Entry &&
           order.legs[0].side == Side::Sell;
  }
  Int fee() const { return raw(c.instrument->taker_fee); }
  Int highest_fee() const { return std::max(raw(c.instrument->maker_fee), fee()); }

  void drift() {
    Int mid = 0;
    if (c.market->bid.raw() > 0 && c.market->ask > c.market->bid) {
      mid = down_to_units(raw(c.market->bid) + raw(c.market->ask), 2);
    }
    const Int reference = raw(order.reference);
    const Int lowest = reference * (kUnits - raw(order.band));
    const Int highest = reference * (kUnits + raw(order.band));
    deny(Reason::PriceDrift, mid * kUnits < lowest || mid * kUnits > highest);
  }

  void entry() {
    const Leg& buy = order.legs[0];
    const Int spent = raw(buy.limit) * raw(buy.qty);
    deny(Reason::NotionalAboveOrderLimit,
         up_to_units(spent, kUnits) > raw(c.limits->order_notional_max));
    deny(Reason::NotionalAboveDailyLimit,
         raw(c.day_notional) + up_to_units(spent, kUnits) > raw(c.limits->day_notional_max));
    deny(Reason::OrdersAboveDailyLimit, Int(c.day_orders) + 1 > Int(c.limits->day_orders_max));
    deny(Reason::OpenTradeLimit, Int(c.open_trades) + 1 > Int(c.limits->open_trades_max));

    deny(Reason::CooldownActive, c.now < c.cooldown_until);
    // Lost at least loss_max of the start; fallen at least drawdown_max below the peak.
    deny(Reason::DailyStop,
         -raw(c.day->result) * kUnits >= raw(c.day->start) * raw(c.limits->day_loss_max));
    deny(Reason::DrawdownFrozen,
         raw(c.day->equity) * kUnits <= raw(c.day->peak) * (kUnits - raw(c.limits->drawdown_max)));

    const Int with_fee = up_to_units(spent * kUnits + spent * fee(), kUnits2);
    deny(Reason::BalanceInsufficient,
         with_fee > raw(order.worst_cost) || raw(order.worst_cost) > raw(c.free_quote));
    if (order.legs.size() < 2) return;
    protection();
  }

  void protection() {
    const Leg& buy = order.legs[0];
    const Leg& stop = order.legs[1];
    // What is left of the base bought after the venue took its fee from it.
    const Int kept = raw(buy.qty) * kUnits - raw(buy.qty) * highest_fee();
    for (std::size_t i = 1; i < order.legs.size(); ++i) {
      deny(Reason::BalanceInsufficient, raw(order.legs[i].qty) * kUnits > kept);
    }
    const Int step = std::max(raw(c.instrument->filters.step), Int(1));
    deny(Reason::StopMissing, kept - raw(stop.qty) * kUnits >= step * kUnits);
    deny(Reason::StopWrongSide, stop.trigger >= buy.limit || stop.trigger >= c.market->bid);
    if (order.legs.size() == 3) {
      deny(Reason::TakeProfitWrongSide, order.legs[2].limit <= buy.limit);
    }

    // Buy at the limit, sell at the stop (at its limit when it has one); each side pays its cost.
    const Px sold_at = stop.limit.raw() > 0 ? stop.limit : stop.trigger;
    const Int cost = fee() + raw(c.limits->slippage);
    const Int out = raw(buy.qty) * raw(buy.limit) * (kUnits + cost);
    const Int in = raw(buy.qty) * raw(sold_at) * (kUnits - cost);
    const Int loss = up_to_units(out - in, kUnits2);
    const Int budget = down_to_units(
        raw(c.equity.value()) * raw(c.limits->risk_per_trade) * raw(c.engine_weight), kUnits2);
    deny(Reason::RiskAboveBudget, loss > raw(order.risk) || raw(order.risk) > budget);
  }

  void exit() {
    const Int there = raw(c.free_base) + raw(c.locked_base);
    deny(Reason::NothingToReduce, c.position.raw() <= 0);
    deny(Reason::BalanceInsufficient,
         raw(order.legs[0].qty) > raw(c.position) || raw(order.legs[0].qty) > there);
  }

  void price(Px px) {
    const Filters& f = c.instrument->filters;
    if (px.raw() == 0) return;
    deny(Reason::PriceFilter, px.raw() < 0 || !is_multiple(raw(px), raw(f.tick)));
    deny(Reason::PriceFilter, f.min_px.raw() > 0 && px < f.min_px);
    deny(Reason::PriceFilter, f.max_px.raw() > 0 && px > f.max_px);
  }

  void percent(Reason reason, Px px, Rate most, Rate least) {
    const Int average = raw(c.market->average);
    deny(reason, most.raw() > 0 && raw(px) * kUnits > average * raw(most));
    deny(reason, least.raw() > 0 && raw(px) * kUnits < average * raw(least));
  }

  void leg(const Leg& leg) {
    const Filters& f = c.instrument->filters;
    const bool buys = leg.side == Side::Buy;
    price(leg.limit);
    price(leg.trigger);
    const bool has_limit = leg.type != OrdType::StopLoss;
    const bool has_trigger = leg.type == OrdType::StopLoss || leg.type == OrdType::StopLossLimit;
    deny(Reason::PriceFilter, has_limit ? leg.limit.raw() <= 0 : leg.limit.raw() != 0);
    deny(Reason::PriceFilter, has_trigger ? leg.trigger.raw() <= 0 : leg.trigger.raw() != 0);
    deny(Reason::SizeBelowStep, leg.qty.raw() <= 0 || leg.qty < f.step);
    deny(Reason::LotSize, f.min_qty.raw() > 0 && leg.qty < f.min_qty);
    deny(Reason::LotSize, f.max_qty.raw() > 0 && leg.qty > f.max_qty);
    deny(Reason::LotSize, !is_multiple(raw(leg.qty), raw(f.step)));
    if (leg.type == OrdType::StopLoss) {
      deny(Reason::MarketLotSize, f.market_min_qty.raw() > 0 && leg.qty < f.market_min_qty);
      deny(Reason::MarketLotSize, f.market_max_qty.raw() > 0 && leg.qty > f.market_max_qty);
      deny(Reason::MarketLotSize, !is_multiple(raw(leg.qty), raw(f.market_step)));
    }
    const Px at = leg.limit.raw() > 0 ? leg.limit : leg.trigger;
    const Int value = raw(at) * raw(leg.qty);
    deny(Reason::MinNotional, value < raw(f.min_notional) * kUnits);
    deny(Reason::NotionalFilter, value < raw(f.notional_min) * kUnits);
    deny(Reason::NotionalFilter, f.notional_max.raw() > 0 && value > raw(f.notional_max) * kUnits);
    percent(Reason::PercentPrice, at, f.percent_up, f.percent_down);
    percent(Reason::PercentPriceBySide, at, buys ? f.bid_percent_up : f.ask_percent_up,
            buys ? f.bid_percent_down : f.ask_percent_down);
    if (!buys || f.max_position.raw() == 0) return;
    deny(Reason::MaxPosition,
         raw(c.free_base) + raw(c.locked_base) + raw(c.open_buy_qty) + raw(leg.qty) >
             raw(f.max_position));
  }

  void counts() {
    const Filters& f = c.instrument->filters;
    std::size_t algo = 0;
    for (const Leg& leg : order.legs) {
      if (leg.type == OrdType::StopLoss || leg.type == OrdType::StopLossLimit) ++algo;
    }
    deny(Reason::MaxNumOrders,
         f.max_num_orders > 0 && c.open_orders + order.legs.size() > f.max_num_orders);
    deny(Reason::MaxNumAlgoOrders, f.max_num_algo_orders > 0 && algo > 0 &&
                                       c.open_algo_orders + algo > f.max_num_algo_orders);
  }
};

bool is_share(Rate rate) {
  return rate.raw() >= 0 && rate <= Rate::of(1);
}

}  // namespace

ReasonSet slow_breaches(const OrderCandidate& order, const CheckContext& context) {
  Slow slow{order, context, {}};
  slow.drift();
  slow.counts();
  for (const Leg& leg : order.legs) slow.leg(leg);
  if (slow.exits()) {
    slow.exit();
  } else {
    slow.entry();
  }
  return slow.broken;
}

ReasonSet slow_reasons() {
  ReasonSet set;
  for (const Reason reason : {Reason::PriceDrift,
                              Reason::StopWrongSide,
                              Reason::TakeProfitWrongSide,
                              Reason::RiskAboveBudget,
                              Reason::NotionalAboveOrderLimit,
                              Reason::NotionalAboveDailyLimit,
                              Reason::OrdersAboveDailyLimit,
                              Reason::OpenTradeLimit,
                              Reason::BalanceInsufficient,
                              Reason::NothingToReduce,
                              Reason::SizeBelowStep,
                              Reason::PriceFilter,
                              Reason::LotSize,
                              Reason::MarketLotSize,
                              Reason::MinNotional,
                              Reason::NotionalFilter,
                              Reason::PercentPrice,
                              Reason::PercentPriceBySide,
                              Reason::MaxNumOrders,
                              Reason::MaxNumAlgoOrders,
                              Reason::MaxPosition,
                              Reason::CooldownActive,
                              Reason::DailyStop,
                              Reason::DrawdownFrozen,
                              Reason::StopMissing}) {
    set.add(reason);
  }
  return set;
}

bool slow_fits(const OrderCandidate& order, const CheckContext& context) {
  const Int most = Int(std::numeric_limits<std::int64_t>::max()) * kUnits;
  for (const Leg& a : order.legs) {
    if (a.qty.raw() < 0 || a.limit.raw() < 0 || a.trigger.raw() < 0) return false;
    for (const Leg& b : order.legs) {
      if (raw(a.qty) * raw(b.limit) > most || raw(a.qty) * raw(b.trigger) > most) return false;
    }
  }
  const bool of_venue = is_share(order.band) && is_share(context.instrument->maker_fee) &&
                        is_share(context.instrument->taker_fee);
  const bool of_limits = is_share(context.limits->slippage) &&
                         is_share(context.limits->risk_per_trade) &&
                         is_share(context.limits->day_loss_max) &&
                         is_share(context.limits->drawdown_max) && is_share(context.engine_weight);
  const bool exits = order.legs.size() == 1 && order.legs[0].role != LegRole::Entry &&
                     order.legs[0].side == Side::Sell;
  return of_venue && (exits || of_limits);
}

}  // namespace clawgate::risk
