// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/exchange/exchange.h"
#include "sim/exchange/ladder.h"

// The outside market meets our resting orders. Four rules:
//
//   queue      An order rests behind all that the market states at its price.
//   trades     An outside trade at the order's price, hitting its side, first uses up the queue
//              and then fills it; one through its price fills it, up to the traded quantity.
//              Each unit of outside volume is used once, best price and oldest order first.
//   depth      A level that shrinks is taken to shrink behind us: the queue ahead is at most what
//              the level still states. A trade that such an event already told (its time is not
//              after the event's) does not shorten the queue a second time.
//   crossing   Outside size that is quoted at or through our price trades with us at our price.
//
// bookTicker states the best prices between two depth events. It moves prices and sizes that can
// be taken, but not the queue: the depth event that follows does that.

namespace clawgate::sim {
namespace {

// The queue ahead of each order is at most `stated`.
void shorten_queue(OwnLevel& level, Qty stated, TimeNs at) {
  std::int64_t most = 0;
  for (OrderNode* order = level.first; order != nullptr; order = order->later) {
    const std::int64_t ahead = std::min(order->ahead, stated.raw());
    if (order->ahead < kQueueUnknown / 2) most = std::max(most, order->ahead - ahead);
    order->ahead = ahead;
  }
  if (most == 0) return;
  level.told += most;
  level.told_at = at;
}

// The newest statement wins: a level that stands where the other side was is proof that the other
// side is gone, even if the market never said so.
void apply_side(SymbolState& symbol, Side side, std::span<const BookLevel> levels, TimeNs at) {
  std::size_t place = SIZE_MAX;
  for (const BookLevel& level : levels) {
    if (!level.quantity.is_zero()) symbol.outside.drop_through(opposite(side), level.price);
    place = symbol.outside.state(side, level.price, level.quantity, place);
    if (symbol.own.empty(side)) continue;
    OwnLevel* const own = symbol.own.at(side, level.price);
    if (own != nullptr) shorten_queue(*own, level.quantity, at);
  }
}

// Both sides first lose what the new best prices leave behind, then get them.
void apply_top(SymbolState& symbol) {
  const OutsideTop& top = symbol.top;
  symbol.outside.drop_better(Side::Buy, top.bid.price);
  symbol.outside.drop_better(Side::Sell, top.ask.price);
  symbol.outside.state(Side::Buy, top.bid.price, top.bid.quantity);
  symbol.outside.state(Side::Sell, top.ask.price, top.ask.quantity);
}

}  // namespace

void Exchange::apply(const MarketEvent& event, TimeNs now) {
  begin(now);
  SymbolState& s = state(event.symbol);
  switch (event.kind) {
    case MarketKind::Snapshot:
      on_snapshot(s, event);
      break;
    case MarketKind::Depth:
      on_depth(s, event);
      break;
    case MarketKind::BookTicker:
      on_top(s, event);
      break;
    case MarketKind::Trade:
      on_trade(s, event);
      break;
  }
  if (event.kind != MarketKind::Trade) {
    fill_crossed(s, Side::Buy);
    fill_crossed(s, Side::Sell);
  }
  settle(s);
  finish();
}

void Exchange::on_snapshot(SymbolState& symbol, const MarketEvent& event) {
  symbol.outside.replace(Side::Buy, event.bids);
  symbol.outside.replace(Side::Sell, event.asks);
  if (const OutsideLevel* const ask = symbol.outside.best(Side::Sell)) {
    symbol.outside.drop_through(Side::Buy, ask->price);
  }
  symbol.depth_id = event.last_id;
  for (const Side side : {Side::Buy, Side::Sell}) {
    for (std::size_t i = 0; OwnLevel* const own = symbol.own.nth(side, i); ++i) {
      shorten_queue(*own, symbol.outside.stated(side, own->price), event.exchange_time);
    }
  }
  if (symbol.top.id > symbol.depth_id) apply_top(symbol);
}

void Exchange::on_depth(SymbolState& symbol, const MarketEvent& event) {
  if (event.last_id <= symbol.depth_id) return;
  apply_side(symbol, Side::Buy, event.bids, event.exchange_time);
  apply_side(symbol, Side::Sell, event.asks, event.exchange_time);
  symbol.depth_id = event.last_id;
  // A depth event may be older than best prices already seen; those stand.
  if (symbol.top.id > symbol.depth_id) apply_top(symbol);
}

void Exchange::on_top(SymbolState& symbol, const MarketEvent& event) {
  if (event.last_id <= symbol.top.id || event.last_id < symbol.depth_id) return;
  symbol.top = {.id = event.last_id, .bid = event.bid, .ask = event.ask};
  apply_top(symbol);
}

void Exchange::on_trade(SymbolState& symbol, const MarketEvent& event) {
  const Side hit = event.buyer_is_maker ? Side::Buy : Side::Sell;
  Qty left = event.quantity;
  if (!symbol.own.empty(hit)) {
    const Qty ours = fill_at(symbol, hit, event.price, event.quantity, event.exchange_time);
    left = Qty::from_raw(left.raw() - ours.raw());
  }
  on_price(symbol, event.price, event.quantity);
  if (!left.is_zero()) print(symbol, event.price, left, event.buyer_is_maker, OrderId());
}

Qty Exchange::fill_at(SymbolState& symbol, Side side, Px price, Qty volume, TimeNs at) {
  Qty ours;
  while (!volume.is_zero()) {
    OwnLevel* const level = symbol.own.best(side);
    if (level == nullptr || !as_good(side, level->price, price)) return ours;
    OrderNode& order = *level->first;
    if (level->price == price) {
      if (at > level->told_at) level->told = 0;
      const std::int64_t known = std::min(level->told, volume.raw());
      level->told -= known;
      const std::int64_t queue = std::min(order.ahead, volume.raw() - known);
      for (OrderNode* each = level->first; each != nullptr; each = each->later) {
        each->ahead = std::max<std::int64_t>(0, each->ahead - queue);
      }
      volume = Qty::from_raw(volume.raw() - known - queue);
      if (volume.is_zero()) return ours;
    }
    const Qty quantity = std::min(volume, order.displayed());
    if (!can_settle(symbol, order, order.price, quantity)) return ours;
    trade(symbol, nullptr, &order, order.price, quantity, nullptr);
    ours = Qty::from_raw(ours.raw() + quantity.raw());
    volume = Qty::from_raw(volume.raw() - quantity.raw());
  }
  return ours;
}

void Exchange::fill_crossed(SymbolState& symbol, Side side) {
  while (!symbol.own.empty(side)) {
    OrderNode& order = *symbol.own.best(side)->first;
    const OutsideLevel* const taker = symbol.outside.best(opposite(side));
    if (taker == nullptr || !as_good(side, order.price, taker->price)) return;
    const Qty quantity = std::min(order.displayed(), Qty::from_raw(taker->available()));
    if (!can_settle(symbol, order, order.price, quantity)) return;
    take_outside(symbol, opposite(side), taker->price, quantity);
    trade(symbol, nullptr, &order, order.price, quantity, nullptr);
  }
}

}  // namespace clawgate::sim
