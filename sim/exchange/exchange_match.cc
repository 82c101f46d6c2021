// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "schemas/core/assert.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/exchange_report.h"
#include "sim/exchange/ladder.h"

// Who trades with whom. At a price, the outside size that stood before an own order trades first,
// then the order, then what came after it. An iceberg shows one part at a time; when that part is
// filled the next one goes to the back of the level, behind the outside too.

namespace clawgate::sim {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// What `taker` would meet, best first, as (price, quantity) pieces, without changing anything.
// `visit` answers whether to go on. Own orders of the taker's account are passed over or end the
// walk, as its self-trade prevention mode will do.
template <class Visit>
void walk(const SymbolState& symbol, const OrderRecord& taker, Visit visit) {
  const Side makers = opposite(taker.side);
  std::size_t depth = 0;
  const OwnLevel* level = symbol.own.nth(makers, depth);
  const OrderNode* order = level == nullptr ? nullptr : level->first;
  std::size_t place = symbol.outside.next_available(makers, 0);
  std::int64_t left = place == kNone ? 0 : symbol.outside.entry(makers, place).available();
  std::int64_t passed = 0;  // of the outside entry

  const auto reaches = [&](Px price) {
    return !has_limit(taker.type) || as_good(makers, price, taker.price);
  };
  const auto next_outside = [&] {
    place = symbol.outside.next_available(makers, place + 1);
    left = place == kNone ? 0 : symbol.outside.entry(makers, place).available();
    passed = 0;
  };

  while (order != nullptr || place != kNone) {
    const bool outside_first =
        place != kNone &&
        (order == nullptr ||
         (symbol.outside.entry(makers, place).price != level->price &&
          as_good(makers, symbol.outside.entry(makers, place).price, level->price)));
    if (outside_first) {
      const Px price = symbol.outside.entry(makers, place).price;
      if (!reaches(price) || !visit(price, left)) return;
      next_outside();
      continue;
    }
    if (!reaches(level->price)) return;
    if (place != kNone && symbol.outside.entry(makers, place).price == level->price) {
      const std::int64_t before = std::clamp<std::int64_t>(order->ahead - passed, 0, left);
      if (before > 0 && !visit(level->price, before)) return;
      left -= before;
      passed += before;
      if (left == 0) next_outside();
    }
    if (order->account != taker.account) {
      if (!visit(level->price, order->displayed().raw())) return;
    } else if (taker.stp != StpMode::ExpireMaker) {
      return;
    }
    order = order->later;
    if (order != nullptr) continue;
    for (const OrderNode* each = level->first; each != nullptr; each = each->later) {
      const std::int64_t hidden = each->leaves().raw() - each->displayed().raw();
      if (hidden == 0 || each->account == taker.account) continue;
      if (!visit(level->price, hidden)) return;
    }
    level = symbol.own.nth(makers, ++depth);
    order = level == nullptr ? nullptr : level->first;
  }
}

std::int64_t clamp_wide(Wide value) {
  return narrow(value).value_or(std::numeric_limits<std::int64_t>::max());
}

std::int64_t quote_up(Px price, std::int64_t quantity) {
  return mul_div(price.raw(), quantity, Px::kScale, Round::Up)
      .value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

std::optional<Exchange::Offer> Exchange::best_offer(SymbolState& symbol, Side taker) {
  const Side makers = opposite(taker);
  const OwnLevel* const own = symbol.own.best(makers);
  const OutsideLevel* const outside = symbol.outside.best(makers);
  if (own == nullptr && outside == nullptr) return std::nullopt;
  const bool own_first =
      outside == nullptr || (own != nullptr && as_good(makers, own->price, outside->price));
  if (!own_first) {
    return Offer{outside->price, Qty::from_raw(outside->available()), nullptr};
  }
  OrderNode& order = *own->first;
  if (outside != nullptr && outside->price == own->price && order.ahead > 0) {
    return Offer{own->price, Qty::from_raw(std::min(order.ahead, outside->available())), nullptr};
  }
  return Offer{own->price, order.displayed(), &order};
}

bool Exchange::would_cross(SymbolState& symbol, Side side, Px price) {
  const auto offer = best_offer(symbol, side);
  return offer && as_good(opposite(side), offer->price, price);
}

bool Exchange::can_fill(const SymbolState& symbol, const OrderRecord& order) {
  std::int64_t missing = order.leaves().raw();
  walk(symbol, order, [&](Px, std::int64_t quantity) {
    missing -= std::min(missing, quantity);
    return missing > 0;
  });
  return missing == 0;
}

// By quantity: what it costs. By quote: how much base that is, whole steps, and what it costs.
Answer<Exchange::Funding> Exchange::plan_market(const SymbolState& symbol,
                                                const OrderRecord& order) {
  const bool by_quote = !order.quote_order_qty.is_zero();
  std::int64_t quantity = 0;
  std::int64_t cost = 0;
  if (!by_quote) {
    walk(symbol, order, [&](Px price, std::int64_t offered) {
      const std::int64_t take = std::min(offered, order.leaves().raw() - quantity);
      quantity += take;
      cost = clamp_wide(static_cast<Wide>(cost) + quote_up(price, take));
      return quantity < order.leaves().raw();
    });
    return Funding{.quantity = order.quantity,
                   .need = order.side == Side::Buy ? cost : order.leaves().raw()};
  }

  std::int64_t budget = order.quote_order_qty.raw();
  bool spent = false;
  walk(symbol, order, [&](Px price, std::int64_t offered) {
    const std::int64_t affordable =
        mul_div(budget, Px::kScale, price.raw(), Round::Down).value_or(offered);
    quantity += std::min(offered, affordable);
    budget -= std::min(budget, quote_up(price, std::min(offered, affordable)));
    spent = affordable <= offered;
    return !spent;
  });
  const Qty step = symbol.rules.lot ? symbol.rules.lot->step : Qty();
  const Qty lowest = symbol.rules.lot ? symbol.rules.lot->min : Qty();
  const Qty whole = floor_to(Qty::from_raw(quantity), step);
  if (whole.is_zero() || whole < lowest) {
    return refuse::new_order("Order book liquidity is less than LOT_SIZE filter minimum quantity.");
  }
  return Funding{.quantity = whole,
                 .need = order.side == Side::Buy ? order.quote_order_qty.raw() : whole.raw(),
                 .thin = !spent};
}

void Exchange::match(SymbolState& symbol, OrderNode& taker, OrderAnswer* answer) {
  const Side makers = opposite(taker.side);
  while (is_open(taker.status) && !taker.leaves().is_zero()) {
    const auto offer = best_offer(symbol, taker.side);
    if (!offer) return;
    if (has_limit(taker.type) && !as_good(makers, offer->price, taker.price)) return;
    if (offer->maker != nullptr && offer->maker->account == taker.account) {
      prevent(symbol, taker, *offer->maker, answer);
      continue;
    }
    const Qty quantity = std::min(offer->quantity, taker.leaves());
    if (!can_settle(symbol, taker, offer->price, quantity)) return;
    if (offer->maker != nullptr && !can_settle(symbol, *offer->maker, offer->price, quantity)) {
      return;
    }
    if (offer->maker == nullptr) take_outside(symbol, makers, offer->price, quantity);
    trade(symbol, &taker, offer->maker, offer->price, quantity, answer);
  }
}

// Whether every sum that the trade adds to stays in range; one that does not is not made.
bool Exchange::can_settle(const SymbolState& symbol, const OrderNode& order, Px price,
                          Qty quantity) const {
  const auto value = notional(price, quantity, Round::Down);
  if (!value) return false;
  const bool buys = order.side == Side::Buy;
  const Ledger::Balance& balance =
      ledger_.balance(order.account, asset_given(symbol, opposite(order.side)));
  std::int64_t sum = 0;
  return !__builtin_add_overflow(balance.free, balance.locked, &sum) &&
         !__builtin_add_overflow(sum, buys ? quantity.raw() : value->raw(), &sum) &&
         !__builtin_add_overflow(order.cumulative_quote.raw(), value->raw(), &sum);
}

// The level must have it. Own orders behind it move up.
void Exchange::take_outside(SymbolState& symbol, Side side, Px price, Qty quantity) {
  OutsideLevel* const level = symbol.outside.at(side, price);
  level->taken += quantity.raw();
  CLAWGATE_ASSERT(level->taken <= level->size);
  OwnLevel* const own = symbol.own.at(side, price);
  if (own == nullptr) return;
  for (OrderNode* order = own->first; order != nullptr; order = order->later) {
    order->ahead = std::max<std::int64_t>(0, order->ahead - quantity.raw());
  }
}

void Exchange::prevent(SymbolState& symbol, OrderNode& taker, OrderNode& maker,
                       OrderAnswer* answer) {
  const bool maker_ends = taker.stp != StpMode::ExpireTaker;
  const bool taker_ends = taker.stp != StpMode::ExpireMaker;
  const Qty execution = std::min(taker.leaves(), maker.leaves());
  Change change;
  change.prevented_match_id = symbol.prevented_matches++;
  change.prevented_price = maker.price;
  change.prevented_execution = execution;
  change.prevented_quote = notional(maker.price, execution, Round::Down).value_or(Notional());
  const Qty taker_lost = taker_ends ? taker.leaves() : Qty();
  const Qty maker_lost = maker_ends ? maker.leaves() : Qty();
  symbol.touched = true;
  if (answer != nullptr) {
    answer->prevented.push_back(
        {change.prevented_match_id, maker.id, maker.price, taker_lost, maker_lost});
  }
  const auto end = [&](OrderNode& order, Qty lost, OrderId counter) {
    order.status = OrderStatus::ExpiredInMatch;
    close(symbol, order);
    order.prevented = Qty::from_raw(order.prevented.raw() + lost.raw());
    order.prevented_match_id = change.prevented_match_id;
    change.last_prevented = lost;
    change.counter_order = counter;
    report(order, ExecType::TradePrevention, change);
    leg_ended(symbol, order);
  };
  if (maker_ends) end(maker, maker_lost, taker.id);
  if (taker_ends) end(taker, taker_lost, maker.id);
}

void Exchange::trade(SymbolState& symbol, OrderNode* taker, OrderNode* maker, Px price,
                     Qty quantity, OrderAnswer* answer) {
  if (maker != nullptr) part_pair(symbol, *maker);
  const auto value = notional(price, quantity, Round::Down);
  CLAWGATE_ASSERT(value.has_value());
  TradeRecord terms;
  terms.symbol = symbol.id;
  terms.id = TradeId(++symbol.trades);
  terms.price = price;
  terms.quantity = quantity;
  terms.quote = *value;
  terms.time = now_;
  symbol.touched = true;

  // What the outside market gives and gets, when it is the other side.
  if (maker == nullptr || taker == nullptr) {
    const Side outside = opposite(maker == nullptr ? taker->side : maker->side);
    const bool buys = outside == Side::Buy;
    (buys ? ledger_.to_outside(symbol.base, quantity.raw())
          : ledger_.from_outside(symbol.base, quantity.raw()));
    (buys ? ledger_.from_outside(symbol.quote, value->raw())
          : ledger_.to_outside(symbol.quote, value->raw()));
  }
  on_price(symbol, price, quantity);
  print(symbol, price, quantity,
        maker == nullptr ? taker->side == Side::Sell : maker->side == Side::Buy,
        taker == nullptr ? OrderId() : taker->id);
  if (maker != nullptr) {
    terms.maker = true;
    settle_side(symbol, *maker, terms, nullptr);
  }
  if (taker != nullptr) {
    terms.maker = false;
    settle_side(symbol, *taker, terms, answer);
  }
}

// One side of a trade: funds, running totals, the trade's record, the report.
void Exchange::settle_side(SymbolState& symbol, OrderNode& order, const TradeRecord& terms,
                           OrderAnswer* answer) {
  const bool buys = order.side == Side::Buy;
  const std::int64_t given = buys ? terms.quote.raw() : terms.quantity.raw();
  const std::int64_t received = buys ? terms.quantity.raw() : terms.quote.raw();
  const CommissionRates commission = rates(order.account, symbol.id);
  const Rate rate = terms.maker ? commission.maker : commission.taker;
  const std::int64_t fee = scaled(Qty::from_raw(received), rate, Round::Down)->raw();

  order.executed = Qty::from_raw(order.executed.raw() + terms.quantity.raw());
  order.cumulative_quote = Notional::from_raw(order.cumulative_quote.raw() + terms.quote.raw());
  const AssetId from = asset_given(symbol, order.side);
  ledger_.spend(order.account, from, given);
  ledger_.receive(order.account, asset_given(symbol, opposite(order.side)), received, fee);
  order.locked -= given;
  if (buys) {
    symbol.of(order.account).load.open_buys -= terms.quantity.raw();
    release_excess(symbol, order);
  }
  if (order.parked == Parked::Book) {
    symbol.own.reduce(order, terms.quantity);
    if (order.is_iceberg()) order.shown = Qty::from_raw(order.shown.raw() - terms.quantity.raw());
  }
  order.status = OrderStatus::PartiallyFilled;
  const bool done = order.leaves().is_zero() && !order.thin;
  if (done) {
    order.status = OrderStatus::Filled;
    close(symbol, order);
  } else if (order.parked == Parked::Book && order.displayed().is_zero()) {
    show_next_part(symbol, order);
  }
  touch(order);

  TradeRecord record = terms;
  record.account = order.account;
  record.order = order.id;
  record.list = order.list;
  record.buyer = buys;
  record.commission = fee;
  record.commission_asset = asset_given(symbol, opposite(order.side));
  symbol.of(order.account).trades.add(record);
  if (facts_ != nullptr) touched_trades_.push_back(record);
  if (answer != nullptr) {
    answer->fills.push_back(
        {record.id, record.price, record.quantity, fee, record.commission_asset});
  }
  report(order, ExecType::Trade, Change::of(record));
  if (done) leg_ended(symbol, order);
}

// A limit order that bought below its price needs less than it locked.
void Exchange::release_excess(const SymbolState& symbol, OrderNode& order) {
  if (!has_limit(order.type)) return;
  const std::int64_t excess = order.locked - quote_up(order.price, order.leaves().raw());
  if (excess <= 0) return;
  ledger_.unlock(order.account, asset_given(symbol, order.side), excess);
  order.locked -= excess;
}

void Exchange::print(const SymbolState& symbol, Px price, Qty quantity, bool buyer_is_maker,
                     OrderId taker) const {
  for (TapeSink* const tape : tapes_) {
    tape->on_trade({symbol.id, price, quantity, now_, buyer_is_maker, taker, call_});
  }
}

// Every trade, ours or outside, moves the last price and may set off stops.
void Exchange::on_price(SymbolState& symbol, Px price, Qty quantity) {
  symbol.last_price = price;
  symbol.average.add(price, quantity, now_);
  symbol.triggers.fire(price, symbol.fired);
}

}  // namespace clawgate::sim
