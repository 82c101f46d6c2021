// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/core_loop.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

#include "schemas/core/assert.h"

namespace clawgate::gateway {
namespace {

constexpr unsigned percent_of(std::size_t size, std::size_t capacity) {
  return static_cast<unsigned>(size * 100 / capacity);
}

}  // namespace

OfferId CoreLoop::Waiting::pop() {
  CLAWGATE_ASSERT(!empty());
  const OfferId offer = offers_[first_++];
  if (empty()) {
    offers_.clear();
    first_ = 0;
  }
  return offer;
}

CoreLoop::CoreLoop(Engine& engine, DurableRecorder& recorder, Door& door, TradingWord& word,
                   Lanes& lanes, AnchoredClock& clock, LoopListener& listener,
                   const Options& options)
    : clock_(clock),
      lanes_(lanes),
      listener_(listener),
      options_(options),
      backlog_(engine.state().blocked_by(Block::Backlog)),
      runtime_(engine, recorder, door, word, *this, Runtime::Options{options.emergency}) {}

CoreLoop::~CoreLoop() {
  stop();
}

void CoreLoop::start() {
  CLAWGATE_ASSERT(!thread_.joinable());
  markets_since_ = now();
  thread_ = std::thread([this] { run(); });
}

void CoreLoop::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  lanes_.doorbell().ring();
  thread_.join();
}

void CoreLoop::run() {
  for (;;) {
    const bool last = stopping_.load(std::memory_order_acquire);
    turn();
    if (runtime_.failure()) return listener_.failed(*runtime_.failure());
    if (!lanes_.empty()) continue;
    if (last) return;
    idle();
  }
}

void CoreLoop::turn() {
  watch_clock();
  take_control();
  take_venue();
  take_control();  // what came while reports were taken does not wait for markets and signals
  take_markets();
  take_signals();
  watch_backlog();
  watch_markets();
  pass_time();
  settle();
}

void CoreLoop::take_control() {
  const auto take = [this](const ControlInput& input) {
    const auto* const command = std::get_if<OperatorCommand>(&input.what);
    if (command != nullptr) {
      // A kill decides nothing, so it needs no newer market.
      if (command->action != CommandAction::Kill) runtime_.refresh_market(now());
      commands_waiting_.push(input.offer);
    }
    const auto* const limits = std::get_if<LimitsProposed>(&input.what);
    if (limits != nullptr && !limits->command_id.empty()) commands_waiting_.push(input.offer);
    std::visit([&](const auto& what) { apply(what, counters_.control); }, input.what);
  };
  for (int i = 0; i < kControlTurn && lanes_.take_control(take); ++i) continue;
}

void CoreLoop::take_venue() {
  const auto take = [this](const venues::VenueInput& input) {
    std::visit(
        [&](const auto& what) {
          note(what);
          apply(what, counters_.venue);
        },
        input);
  };
  for (int i = 0; i < kVenueTurn && lanes_.take_venue(take); ++i) continue;
}

void CoreLoop::take_markets() {
  for (std::size_t i = 0; i < State::kInstrumentsMax; ++i) {
    const MarketTop* const top = lanes_.take_market(i);
    if (top == nullptr) continue;
    told_at_[i] = std::max(told_at_[i], top->event_time);
    const UnixNanos before = runtime_.last_stamp();
    runtime_.market(*top, now());
    counters_.market.fetch_add(1, std::memory_order_relaxed);
    if (runtime_.last_stamp() != before) dirty_ = true;
  }
}

void CoreLoop::take_signals() {
  const auto take = [this](const SignalInput& input) {
    if (const auto* const signal = std::get_if<SignalIntent>(&input.what)) {
      runtime_.refresh_market(now());
      signals_waiting_.push(input.offer);
      return apply(*signal, counters_.signals);
    }
    recorded_waiting_.push(input.offer);
    std::visit([&](const auto& what) { apply(what, counters_.signals); }, input.what);
  };
  for (int i = 0; i < kSignalTurn && lanes_.take_signal(take); ++i) continue;
}

void CoreLoop::watch_clock() {
  const UnixNanos at = clock_.now();
  if (at.value() - clock_checked_.value() < kClockCheck) return;
  clock_checked_ = at;
  if (const auto step = clock_.take_step()) apply(ClockStepped{*step}, counters_.time);
}

void CoreLoop::watch_backlog() {
  const Lanes::Options& room = lanes_.options();
  const unsigned fullest = std::max({percent_of(lanes_.control_size(), room.control),
                                     percent_of(lanes_.signals_size(), room.signals),
                                     percent_of(lanes_.venue_size(), room.venue)});
  const bool begins = !backlog_ && fullest >= options_.backlog_percent;
  const bool ends = backlog_ && fullest <= options_.drained_percent;
  if (!begins && !ends) return;
  backlog_ = begins;
  const Text<64> evidence("fullest lane at " + std::to_string(fullest) + " %");
  apply(ConditionReported{Block::Backlog, begins, evidence}, counters_.time);
}

// Every symbol that may be traded, whether or not anything waits on its market now: who looks at
// the status, or signals next, finds out first.
void CoreLoop::watch_markets() {
  const UnixNanos at = now();
  if (at.value() - markets_checked_.value() < kMarketCheck) return;
  markets_checked_ = at;
  const State& state = runtime_.state();
  if (!state.limits) return;
  if (state.blocked_by(Block::MarketDataStale)) return end_unwatched_market();
  for (const SymbolPolicy& policy : state.limits->symbols) {
    if (!is_watched(policy.symbol)) continue;
    const Instrument* const instrument = state.instrument(policy.symbol);
    const UnixNanos told = std::max(told_at_[instrument->id.value()], markets_since_);
    if (at.value() - told.value() <= state.session.market_age_max_ns) continue;
    return apply(ConditionReported{Block::MarketDataStale, true, Text<64>(policy.symbol.view())},
                 counters_.time);
  }
}

// Listed by the venue in this session, and in the limits: no other market comes.
bool CoreLoop::is_watched(const Symbol& symbol) const {
  const State& state = runtime_.state();
  const Instrument* const instrument = state.instrument(symbol);
  return instrument != nullptr && listed_[instrument->id.value()] &&
         state.policy(symbol) != nullptr;
}

// A symbol that was taken out of the configuration or the limits has no market to wait for, unless
// something is open on it.
void CoreLoop::end_unwatched_market() {
  const State& state = runtime_.state();
  const bool rules_known = std::any_of(listed_.begin(), listed_.end(), [](bool is) { return is; });
  const Symbol symbol(state.block_row(Block::MarketDataStale).evidence.view());
  if (!rules_known || is_watched(symbol)) return;
  for (const Trade& trade : state.live()) {
    if (!trade.finished() && trade.order.symbol == symbol) return;
  }
  const std::string why = std::string(symbol.view()) + " is not traded any more";
  apply(ConditionReported{Block::MarketDataStale, false, Text<64>(why)}, counters_.time);
}

void CoreLoop::pass_time() {
  if (now() >= runtime_.next_deadline()) apply(TimePassed{}, counters_.time);
}

void CoreLoop::settle() {
  if (!dirty_ || runtime_.failure()) return;
  const auto begin = std::chrono::steady_clock::now();
  runtime_.settle(now());
  dirty_ = false;
  const std::int64_t took =
      std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kBarrierBounds.begin(), kBarrierBounds.end(), took) -
      kBarrierBounds.begin());
  counters_.barrier_buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  counters_.barrier_ns_sum.fetch_add(static_cast<std::uint64_t>(took), std::memory_order_relaxed);
  counters_.barriers.fetch_add(1, std::memory_order_relaxed);
  if (runtime_.failure()) return;
  recorded_waiting_.drain([this](OfferId offer) { listener_.recorded(offer); });
  listener_.durable();
}

// Parked until something is put into a lane, the next deadline, or the next look at the clock.
void CoreLoop::idle() {
  if (options_.idle == Idle::Spin) return;
  const std::int64_t left = runtime_.next_deadline().value() - now().value();
  if (left <= 0) return;
  Doorbell& doorbell = lanes_.doorbell();
  doorbell.lie_down();
  if (!lanes_.empty() || stopping_.load(std::memory_order_acquire)) return doorbell.stay_awake();
  doorbell.sleep(std::min(left, kSleepMax));
}

}  // namespace clawgate::gateway
