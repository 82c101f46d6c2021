// SPDX-License-Identifier: Apache-2.0
#include "bench/risk_bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "risk/check.h"
#include "risk/detail/rows.h"
#include "risk/plan.h"
#include "schemas/core/assert.h"

namespace clawgate::bench {
namespace {

constexpr std::size_t kWorlds = 64;  // 16 instruments, 4 accounts
constexpr int kCallsPerRound = 1 << 19;
constexpr std::size_t kLegs = 3;

constexpr std::size_t predicates_of_entry() {
  std::size_t count = 0;
  for (const risk::detail::Row& row : risk::detail::kRows) {
    if (row.on == risk::detail::On::Exit) continue;
    count += row.per == risk::detail::Per::Leg ? kLegs : 1;
  }
  return count;
}

constexpr std::size_t kPredicates = predicates_of_entry();

/// One instrument and account, with an order that passes.
struct World {
  SessionOpened session;
  Limits limits;
  SymbolPolicy policy;
  Instrument instrument;
  MarketTop market;
  SignalIntent signal;
  risk::CheckContext context;
  OrderCandidate entry;
  OrderCandidate exit;
};

void fill_instrument(World& w, std::uint16_t number) {
  w.policy.band = bps(50);
  w.policy.symbol = w.instrument.symbol = w.signal.symbol = Symbol("BTCUSDT");
  w.instrument.id = w.market.instrument = InstrumentId{number};
  w.instrument.status = InstrumentStatus::Trading;
  w.instrument.order_types = 0x1FF;
  w.instrument.maker_fee = w.instrument.taker_fee = bps(10);
  Filters& filters = w.instrument.filters;
  filters.min_px = filters.tick = Px::from_raw(1'000'000);
  filters.max_px = Px::of(1'000'000);
  filters.min_qty = filters.step = Qty::from_raw(1'000);
  filters.max_qty = filters.market_max_qty = Qty::of(9'000);
  filters.notional_min = Notional::of(5);
  filters.notional_max = Notional::of(9'000'000);
  filters.bid_percent_up = filters.ask_percent_up = Rate::of(5);
  filters.bid_percent_down = filters.ask_percent_down = bps(2'000);
  filters.max_num_orders = 200;
  filters.max_num_algo_orders = 5;
}

void fill_account(World& w) {
  const UnixNanos now{1'767'603'600 * kNanosPerSecond};
  w.market.event_time = w.signal.as_of = w.context.now = w.context.signal_as_of = now;
  w.context.session = &w.session;
  w.context.limits = &w.limits;
  w.context.policy = &w.policy;
  w.context.instrument = &w.instrument;
  w.context.market = &w.market;
  w.context.trading = TradingState::Open;
  w.context.engine_enabled = w.context.engine_healthy = w.context.throttle_ok = true;
  w.context.engine_weight = Rate::of(1);
  w.context.day =
      risk::DayRisk{Notional::of(10'000), {}, Notional::of(10'000), Notional::of(10'000)};
  w.context.cooldown_until = w.context.now;
  w.context.duplicate = w.context.conflicting = w.context.exit_pending = false;
  w.context.exit_possible = true;
  w.context.equity = w.context.free_quote = Notional::of(10'000);
  w.context.position = w.context.free_base = Qty::from_raw(1'000'000);
}

std::unique_ptr<std::array<World, kWorlds>> make_worlds() {
  auto worlds = std::make_unique<std::array<World, kWorlds>>();
  for (std::size_t i = 0; i < kWorlds; ++i) {
    World& w = (*worlds)[i];
    const auto shift = static_cast<std::int64_t>(i);
    fill_instrument(w, static_cast<std::uint16_t>(i % 16));
    fill_account(w);
    w.market.bid = w.market.average = Px::of(60'000 + shift);
    w.market.ask = Px::from_raw(w.market.bid.raw() + 10'000'000);
    w.signal.stop_loss = Px::of(58'800 + shift);
    w.signal.take_profit = Px::of(63'000 + shift);
    w.signal.side = SignalSide::Buy;
    w.entry = risk::plan(w.signal, HoldId{1}, AccountId{1}, w.context).candidate;
    w.signal.side = SignalSide::Sell;
    w.exit = risk::plan(w.signal, HoldId{2}, AccountId{1}, w.context).candidate;
    w.signal.side = SignalSide::Buy;
    CLAWGATE_ASSERT(w.entry.legs.size() == kLegs && risk::check(w.entry, w.context).empty());
    CLAWGATE_ASSERT(w.exit.legs.size() == 1 && risk::check(w.exit, w.context).empty());
  }
  return worlds;
}

/// A check as bare as it can be: is this integer above that one?
struct Bare {
  std::array<std::int64_t, kPredicates> value;
  std::array<std::int64_t, kPredicates> limit;
};

__attribute__((noinline)) std::uint64_t bare_loop(const Bare& bare) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kPredicates; ++i) {
    bits |= static_cast<std::uint64_t>(bare.value[i] > bare.limit[i]) << (i % 64);
    asm volatile("" : "+r"(bits));  // one by one: without it the compiler compares eight at once
  }
  return bits;
}

__attribute__((noinline)) std::uint64_t bare_vector(const Bare& bare) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kPredicates; ++i) {
    bits |= static_cast<std::uint64_t>(bare.value[i] > bare.limit[i]) << (i % 64);
  }
  return bits;
}

/// Nanoseconds a call of `call(i)`, which answers 0.
template <class Call>
double time_ns(Call&& call) {
  std::uint64_t sum = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kCallsPerRound; ++i) {
    sum += call(static_cast<std::size_t>(i) % kWorlds);
    asm volatile("" : "+r"(sum) : : "memory");
  }
  const auto took = std::chrono::steady_clock::now() - start;
  CLAWGATE_ASSERT(sum == 0);
  return std::chrono::duration<double, std::nano>(took).count() / kCallsPerRound;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

RiskFigures measure_risk(int rounds) {
  CLAWGATE_ASSERT(rounds >= 5);
  const auto worlds = make_worlds();
  const auto bares = std::make_unique<std::array<Bare, kWorlds>>();
  for (Bare& bare : *bares) {
    bare.value.fill(1);
    bare.limit.fill(2);
  }
  std::vector<double> loop, vector, entry, exit, planned, ratio;
  for (int round = 0; round < rounds; ++round) {
    loop.push_back(time_ns([&](std::size_t i) { return bare_loop((*bares)[i]); }));
    entry.push_back(time_ns([&](std::size_t i) {
      return risk::check((*worlds)[i].entry, (*worlds)[i].context).bits();
    }));
    vector.push_back(time_ns([&](std::size_t i) { return bare_vector((*bares)[i]); }));
    exit.push_back(time_ns([&](std::size_t i) {
      return risk::check((*worlds)[i].exit, (*worlds)[i].context).bits();
    }));
    planned.push_back(time_ns([&](std::size_t i) {
      const World& w = (*worlds)[i];
      return risk::plan(w.signal, HoldId{1}, AccountId{1}, w.context).denied.bits();
    }));
    ratio.push_back(entry.back() / loop.back());
  }
  return {.predicates = kPredicates,
          .bare_loop_ns = median(loop),
          .bare_vector_ns = median(vector),
          .check_entry_ns = median(entry),
          .check_exit_ns = median(exit),
          .plan_entry_ns = median(planned),
          .check_ratio = median(ratio)};
}

}  // namespace clawgate::bench
