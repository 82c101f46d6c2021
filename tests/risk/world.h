// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "risk/check.h"
#include "risk/plan.h"

// A market, an account and a signal in which everything is allowed: tests change what they are
// about.

namespace clawgate::risk {

constexpr std::int64_t kSecond = kNanosPerSecond;

inline std::uint16_t order_types(std::initializer_list<OrderTypeBit> types) {
  std::uint16_t bits = 0;
  for (const OrderTypeBit type : types) bits = static_cast<std::uint16_t>(bits | unsigned(type));
  return bits;
}

constexpr Px px(std::int64_t cents) {
  return Px::from_raw(cents * 1'000'000);
}

struct World {
  SessionOpened session;
  Limits limits;
  SymbolPolicy policy;
  Instrument instrument;
  MarketTop market;
  SignalIntent signal;
  CheckContext facts;  // its pointers are set by context()
  OrderCandidate order;

  bool has_session = true;
  bool has_limits = true;
  bool has_policy = true;
  bool has_instrument = true;
  bool has_market = true;

  [[nodiscard]] CheckContext context() const {
    CheckContext context = facts;
    context.session = has_session ? &session : nullptr;
    context.limits = has_limits ? &limits : nullptr;
    context.policy = has_policy ? &policy : nullptr;
    context.instrument = has_instrument ? &instrument : nullptr;
    context.market = has_market ? &market : nullptr;
    return context;
  }
  [[nodiscard]] Plan plan() const { return risk::plan(signal, HoldId{7}, AccountId{1}, context()); }
  [[nodiscard]] ReasonSet check() const { return risk::check(order, context()); }
};

/// BTCUSDT at 60000.00 / 60000.10, an account of 10000 USDT, level L0, and a buy with stop and
/// take-profit: an entry of three legs.
inline World a_world() {
  World w;
  w.session.engine_version = Text<32>("test");
  w.policy.symbol = Symbol("BTCUSDT");
  w.policy.band = bps(50);
  w.policy.stop = bps(200);
  (void)w.limits.symbols.push_back(w.policy);

  w.instrument.id = InstrumentId{3};
  w.instrument.symbol = Symbol("BTCUSDT");
  w.instrument.base = Asset("BTC");
  w.instrument.quote = Asset("USDT");
  w.instrument.status = InstrumentStatus::Trading;
  w.instrument.order_types = order_types(
      {OrderTypeBit::Limit, OrderTypeBit::LimitMaker, OrderTypeBit::Market, OrderTypeBit::StopLoss,
       OrderTypeBit::StopLossLimit, OrderTypeBit::Oto, OrderTypeBit::Otoco});
  w.instrument.maker_fee = bps(10);
  w.instrument.taker_fee = bps(10);
  Filters& filters = w.instrument.filters;
  filters.min_px = px(1);
  filters.max_px = Px::of(1'000'000);
  filters.tick = px(1);
  filters.min_qty = Qty::from_raw(1'000);
  filters.max_qty = Qty::of(9'000);
  filters.step = Qty::from_raw(1'000);
  filters.market_max_qty = Qty::of(100);
  filters.notional_min = Notional::of(5);
  filters.notional_min_on_market = true;
  filters.notional_max = Notional::of(9'000'000);
  filters.bid_percent_up = Rate::of(5);
  filters.bid_percent_down = Rate::from_raw(20'000'000);
  filters.ask_percent_up = Rate::of(5);
  filters.ask_percent_down = Rate::from_raw(20'000'000);
  filters.max_num_orders = 200;
  filters.max_num_algo_orders = 5;

  const UnixNanos now{1'767'603'600 * kSecond};
  w.market.instrument = w.instrument.id;
  w.market.bid = px(60'000'00);
  w.market.bid_qty = Qty::of(1);
  w.market.ask = px(60'000'10);
  w.market.ask_qty = Qty::of(1);
  w.market.last = px(60'000'05);
  w.market.average = px(60'000'00);
  w.market.event_time = now;

  w.signal.symbol = w.instrument.symbol;
  w.signal.side = SignalSide::Buy;
  w.signal.stop_loss = px(58'800'00);
  w.signal.take_profit = px(63'000'00);
  w.signal.as_of = now;

  w.facts.now = now;
  w.facts.trading = TradingState::Open;
  w.facts.signal_as_of = now;
  w.facts.engine_enabled = true;
  w.facts.engine_healthy = true;
  w.facts.engine_weight = Rate::of(1);
  w.facts.day = DayRisk{Notional::of(10'000), {}, Notional::of(10'000), Notional::of(10'000)};
  w.facts.cooldown_until = now;
  w.facts.duplicate = false;
  w.facts.conflicting = false;
  w.facts.throttle_ok = true;
  w.facts.exit_pending = false;
  w.facts.exit_possible = true;
  w.facts.equity = Notional::of(10'000);
  w.facts.free_quote = Notional::of(10'000);
  w.order = w.plan().candidate;
  return w;
}

/// The same account holding 0.01 BTC and a sell: an exit of one leg.
inline World an_exit() {
  World w = a_world();
  w.facts.position = Qty::from_raw(1'000'000);
  w.facts.free_base = Qty::from_raw(200'000);
  w.facts.locked_base = Qty::from_raw(800'000);
  w.signal.side = SignalSide::Sell;
  w.signal.stop_loss.reset();
  w.signal.take_profit.reset();
  w.order = w.plan().candidate;
  return w;
}

}  // namespace clawgate::risk
