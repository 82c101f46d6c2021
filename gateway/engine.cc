// SPDX-License-Identifier: Apache-2.0
#include "gateway/engine.h"

#include <algorithm>
#include <array>
#include <limits>

#include "gateway/engine_detail.h"
#include "risk/calendar.h"
#include "risk/drift.h"
#include "risk/position.h"

namespace clawgate::gateway {
namespace {

constexpr std::size_t kEffectsMax = 512;
constexpr UnixNanos kNever{std::numeric_limits<std::int64_t>::max()};

UnixNanos later(UnixNanos time, std::int64_t nanos) {
  return UnixNanos(time.value() + nanos);
}

bool is_of(const SessionOpened& session, const OrderCandidate& order) {
  return order.stage == session.stage && order.venue == session.venue &&
         order.account == session.account;
}

template <class Input>
bool decode_and_apply(Engine& engine, Bytes payload, UnixNanos now) {
  const auto input = decode<Input>(payload);
  if (!input) return false;
  engine.apply(*input, now);
  return true;
}

using ApplyBytes = bool (*)(Engine&, Bytes, UnixNanos);
struct InputRow {
  std::uint16_t type;
  ApplyBytes apply;
};

template <class... Inputs>
constexpr auto input_table() {
  return std::to_array<InputRow>({{Inputs::kType, &decode_and_apply<Inputs>}...});
}

constexpr auto kInputs =
    input_table<SessionOpened, LimitsProposed, DecisionRecorded, LedgerAnchored, EngineHeartbeat,
                CauseReported, Instrument, BalanceReported, MarketTop, SignalIntent, SignalRefused,
                OperatorCommand, ExecutionReport, HandedOff, KillAcknowledged, TimePassed,
                ConditionReported, ClockStepped, Operator, BalanceMoved>();

}  // namespace

Engine::Engine(State& state, Recorder& recorder) : state_(state), recorder_(recorder) {
  effects_.reserve(kEffectsMax);
}

bool Engine::apply(std::uint16_t type, Bytes payload, UnixNanos now) {
  const auto* const row = std::find_if(kInputs.begin(), kInputs.end(),
                                       [&](const InputRow& at) { return at.type == type; });
  return row != kInputs.end() && row->apply(*this, payload, now);
}

void Engine::apply(const SessionOpened& input, UnixNanos now) {
  now_ = now;
  const bool resumed = state_.opened;
  const Stage before = state_.session.stage;
  const UnixNanos last = state_.last_time;
  record(input);
  state_.fold(input, now_);
  turn_day();
  lock_stage(before, resumed);
  if (resumed) resume_after_restart(input.clean_start, last);
}

// What a crash may have cut in two: an approval without its release is void; an order that was
// released and never reported as sent is unknown; a kill that was recorded is in force; an exit
// that never reached its order starts again; what was shown for another stage, venue or account is
// no longer what would be approved; an execution after a trade's end opens it again; and what came
// of an order's last step, a sale of what lost its stop above all, is looked at once more.
void Engine::resume_after_restart(bool clean, UnixNanos last) {
  if (state_.unanswered_kill && may_decide(*state_.unanswered_kill) == Reason::None) {
    static_cast<void>(kill(*state_.unanswered_kill));
  }
  // Nobody may wait for the acknowledgement of a venue's thread that ended with its process.
  if (state_.kill_acknowledged != state_.kill_epoch) effect_at_once(ConfirmKill{state_.kill_epoch});
  for (Trade& trade : state_.trades) {
    for (TradeOrder& order : trade.orders) {
      if (order.state != OrderState::Released) continue;
      // Its batch was cut before the release: the door never opened for it.
      if (trade.hold != HoldState::Released) {
        move_order(trade, order, OrderEvent::RefuseAtDoor, nullptr);
        continue;
      }
      lose_track(trade, order);
    }
  }
  if (anything_unknown()) set_block(Block::UnknownOutcome, true, "unknown before the restart");
  const bool unclear = !clean || state_.blocked_by(Block::UnknownOutcome);
  for (Trade& trade : state_.trades) {
    const bool cut = trade.hold == HoldState::Approved;
    const bool in_doubt = unclear || !is_of(state_.session, trade.order);
    if (cut || (in_doubt && trade.hold == HoldState::Held)) {
      move_hold(trade, HoldEvent::Void, Reason::VoidedByRestart);
    }
  }
  for (Trade& trade : state_.trades) {
    if (trade.hold == HoldState::Held) effect(AskApproval{trade.id()});
    if (trade.hold != HoldState::Released || trade.closed) continue;
    if (!trade.order.is_entry()) {
      start_exit(trade);
      continue;
    }
    for (TradeOrder& order : trade.orders) {
      if (!is_final(order.state) && order.state != OrderState::Unknown) query(trade, order);
    }
  }
  for (Trade& trade : state_.trades) {
    const bool cut_open = !clean && trade.executed_after_end && state_.books.last_fill == last;
    if (cut_open && trade.closed && !is_dust(trade)) reopen(trade);
    const bool open = trade.order.is_entry() && trade.hold == HoldState::Released && !trade.closed;
    if (open) after_order_change(trade);
  }
  resume_exposure();
}

void Engine::apply(const Instrument& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
  if (input.id.value() >= State::kInstrumentsMax) {
    set_block(Block::CapacityExhausted, true, "instruments");
  }
}

void Engine::apply(const BalanceReported& input, UnixNanos now) {
  now_ = now;
  const BalanceReported* const known = state_.balance(input.account, input.asset);
  const bool fits = known != nullptr || state_.balances.size() < State::kBalancesMax;
  if (known != nullptr && input.event_time < known->event_time) return;  // an older view
  record(input);
  state_.fold(input, now_);
  if (!fits) return set_block(Block::CapacityExhausted, true, "balances");
  watch_gap(input.asset);
  watch_account();
}

void Engine::apply(const BalanceMoved& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
  if (input.account == state_.session.account && input.delta.raw() < 0) watch_taken(input.asset);
}

void Engine::apply(const MarketTop& input, UnixNanos now) {
  now_ = now;
  if (state_.instrument(input.instrument) == nullptr) return;
  record(input);
  state_.fold(input, now_);
  // One symbol's market says nothing about another's. Whoever else is stale blocks again.
  const std::string_view symbol = state_.instrument(input.instrument)->symbol.view();
  const bool awaited = state_.block_row(Block::MarketDataStale).evidence.view() == symbol;
  const bool fresh = now_ <= later(input.event_time, state_.session.market_age_max_ns);
  if (awaited && fresh) set_block(Block::MarketDataStale, false, symbol);
  turn_day();
  watch_account();
  if (!input.usable()) return;
  for (Trade& trade : state_.live()) {
    const bool unguarded = trade.protection == ProtectionState::Missing;
    if (unguarded && trade.order.instrument == input.instrument) close_if_done(trade);  // as dust
    if (trade.hold != HoldState::Held || trade.order.instrument != input.instrument) continue;
    if (risk::drifted(trade.order.reference, input.mid(), trade.order.band)) {
      move_hold(trade, HoldEvent::Void, Reason::PriceDrift);
    }
  }
}

void Engine::apply(const ClockStepped& input, UnixNanos now) {
  now_ = now;
  record(input);
  turn_day();
}

void Engine::apply(const TimePassed& input, UnixNanos now) {
  now_ = now;
  record(input);
  turn_day();
  expire_holds();
  query_unknowns();
  watch_stops();
  take_down_orphans();
  reduce_again();
  watch_market_age();
  watch_account();
  watch_engines();
  watch_exposure();
}

void Engine::expire_holds() {
  for (Trade& trade : state_.live()) {
    if (trade.hold == HoldState::Held && now_ >= trade.order.expires_at) {
      move_hold(trade, HoldEvent::Expire, Reason::HoldExpired);
    }
  }
}

void Engine::query_unknowns() {
  for (Trade& trade : state_.live()) {
    for (TradeOrder& order : trade.orders) {
      if (now_ < order.next_query) continue;
      if (order.state == OrderState::Unknown) {
        query(trade, order);
      } else if (order.misses_executions()) {
        ask_for_executions(trade, order);
      }
    }
  }
}

void Engine::reduce_again() {
  for (Trade& trade : state_.live()) {
    const auto due = next_reduce(trade);
    if (due && now_ >= *due) keep_protected(trade);
  }
}

void Engine::watch_market_age() {
  for (const Trade& trade : state_.live()) {
    if (trade.finished() || state_.blocked_by(Block::MarketDataStale)) continue;
    const MarketTop* const top = state_.market(trade.order.instrument);
    if (top == nullptr || now_ > later(top->event_time, state_.session.market_age_max_ns)) {
      set_block(Block::MarketDataStale, true, trade.order.symbol.view());
    }
  }
}

UnixNanos Engine::next_deadline() const {
  UnixNanos first = kNever;
  if (state_.opened) first = risk::start_of(risk::TradingDay(state_.day + 1));
  if (const auto until = unmanaged_until()) first = std::min(first, *until);
  if (state_.limits) {
    // Any input may be the first behind the end of somebody's patience.
    if (call_the_roll().mode != state_.engine_mode) first = now_;
    for (const EngineName& engine : state_.limits->engines) {
      if (!state_.is_supervised(engine) || is_lost(engine)) continue;
      first = std::min(first, state_.silent_at(engine));
    }
  }
  for (const Trade& trade : state_.live()) {
    if (trade.hold == HoldState::Held) first = std::min(first, trade.order.expires_at);
    for (const TradeOrder& order : trade.orders) {
      const bool asks = order.state == OrderState::Unknown || order.misses_executions();
      if (asks) first = std::min(first, order.next_query);
    }
    for (const auto& due : {next_reduce(trade), next_stop_question(trade), stop_missed_at(trade),
                            orphans_due(trade)}) {
      if (due) first = std::min(first, *due);
    }
    if (trade.finished() || state_.blocked_by(Block::MarketDataStale)) continue;
    if (const MarketTop* const top = state_.market(trade.order.instrument)) {
      first = std::min(first, later(top->event_time, state_.session.market_age_max_ns + 1));
    }
  }
  return first;
}

std::optional<std::int64_t> Engine::market_pause_ns() const {
  constexpr std::int64_t kWhileWaiting = 100 * kNanosPerMilli;
  constexpr std::int64_t kWhileOpen = kNanosPerSecond;
  std::optional<std::int64_t> pause;
  if (!state_.books.based) pause = kWhileOpen;
  for (const Trade& trade : state_.live()) {
    if (trade.waiting()) return kWhileWaiting;
    if (trade.hold == HoldState::Released && !trade.closed) pause = kWhileOpen;
  }
  return pause;
}

}  // namespace clawgate::gateway
