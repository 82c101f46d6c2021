// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/day_risk.h"
#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/plan.h"
#include "risk/throttle.h"

namespace clawgate::gateway {
namespace {

constexpr std::uint32_t kViolationsTolerated = 1;  // audited; one more latches a cause

Digest key_of(Sha256& hasher, std::string_view engine, std::string_view id) {
  return hasher.update(bytes_of(engine))
      .update(bytes_of(std::string_view("\0", 1)))
      .update(bytes_of(id))
      .finish();
}

Digest digest_of(const SignalIntent& input, Sha256& hasher) {
  std::array<std::uint8_t, kRecordBytesMax> room;
  Writer writer(room);
  writer.put(input);
  return hasher.update(writer.written()).finish();
}

bool opposite(SignalSide a, SignalSide b) {
  return (a == SignalSide::Buy && b == SignalSide::Sell) ||
         (a == SignalSide::Sell && b == SignalSide::Buy);
}

// What one live trade takes up of the account and of the venue's allowances.
void count_in(const Trade& trade, risk::CheckContext& context) {
  if (trade.order.is_entry()) ++context.open_trades;
  if (trade.order.instrument != context.instrument->id) return;
  if (!trade.order.is_entry()) {
    context.exit_pending = true;
    return;
  }
  for (const TradeOrder& order : trade.orders) {
    if (is_final(order.state)) continue;
    ++context.open_orders;
    if (is_algo(order.leg.type)) ++context.open_algo_orders;
    if (order.leg.side != Side::Buy) continue;
    context.open_buy_qty =
        Qty::from_raw(context.open_buy_qty.raw() + order.leg.qty.raw() - order.cum_qty.raw());
  }
}

/// The most that entries may have spent of which the venue has not told anything yet: their funds
/// stay reserved, whatever an older balance says.
Notional reserved_in(const State& state, const Asset& quote, HoldId except) {
  Notional sum;
  for (const Trade& trade : state.live()) {
    if (trade.hold != HoldState::Released || trade.closed || !trade.order.is_entry()) continue;
    const Instrument* const instrument = state.instrument(trade.order.instrument);
    if (trade.id() == except || instrument == nullptr || instrument->quote != quote) continue;
    const TradeOrder* const entry = trade.find(LegRole::Entry);
    const bool unheard = entry != nullptr &&
                         (entry->state == OrderState::Released ||
                          entry->state == OrderState::Sent || entry->state == OrderState::Unknown);
    if (unheard) sum = Notional::from_raw(sum.raw() + trade.order.worst_cost.raw());
  }
  return sum;
}

}  // namespace

void Engine::apply(const SignalRefused& input, UnixNanos now) {
  now_ = now;
  record(input);
  if (!is_direct_order(input.reason)) return;
  emit(ViolationRecorded{input.source, input.reason, input.payload, state_.violations + 1});
  if (state_.violations > kViolationsTolerated) {
    const Text<96> evidence = joined(input.source.view(), info(input.reason).code);
    set_block(Block::PolicyViolation, true, evidence.view());
  }
}

void Engine::apply(const SignalIntent& input, UnixNanos now) {
  now_ = now;
  record(input);
  const HoldId hold(state_.next_hold);
  const Digest key = key_of(hasher_, input.source_engine.view(), input.intent_id.view());
  const Digest trace = key_of(hasher_, "trace", input.trace_id.view());

  if (const IntentSeen* const first = state_.intents.find(key)) {
    const bool same = first->payload == input.payload;
    return decide_signal(input, same ? SignalOutcome::Duplicate : SignalOutcome::Conflict,
                         ReasonSet::of(same ? Reason::DuplicateIntent : Reason::ConflictingIntent),
                         key, trace, first->hold);
  }
  if (const HoldId* const first = state_.traces.find(trace)) {
    return decide_signal(input, SignalOutcome::Duplicate, ReasonSet::of(Reason::DuplicateIntent),
                         key, trace, *first);
  }
  if (!state_.has_room_for_signal(input.side == SignalSide::Sell)) {
    set_block(Block::CapacityExhausted, true, "intents");
    return decide_signal(input, SignalOutcome::Denied, ReasonSet::of(Reason::CauseLatched), key,
                         trace, {});
  }
  if (const LastWord* const word = contradicted(input)) {
    Trade* const first = state_.find(word->hold);
    decide_signal(input, SignalOutcome::Conflict, ReasonSet::of(Reason::ConflictingIntent), key,
                  trace, word->hold);
    return move_hold(*first, HoldEvent::Void, Reason::ConflictingIntent);
  }
  if (input.side == SignalSide::Hold) {
    return decide_signal(input, SignalOutcome::NoAction, {}, key, trace, {});
  }

  const bool entry = input.side == SignalSide::Buy;
  turn_day();
  watch_engines();
  watch_account();
  if (entry) watch_readiness(input.symbol);
  const risk::CheckContext context =
      context_for(input.symbol, input.source_engine, input.as_of, hold);
  risk::Plan plan = risk::plan(input, hold, state_.session.account, context);
  ReasonSet reasons = plan.denied | (plan.has_order() ? risk::check(plan.candidate, context)
                                                      : risk::check_surroundings(entry, context));
  if (reasons.empty() && !state_.has_room_for_trade()) {
    set_block(Block::CapacityExhausted, true, "trades");
    reasons.add(Reason::CauseLatched);
  }
  decide_signal(input, reasons.empty() ? SignalOutcome::Held : SignalOutcome::Denied, reasons, key,
                trace, {});
  record_verdict(hold, RiskPhase::Hold, reasons, entry, context);
  if (!reasons.empty()) return;

  plan.candidate.intent = digest_of(input, hasher_);
  assign_client_order_ids(plan.candidate, state_.session.id_epoch.view(), hasher_);
  emit(CandidateHeld{plan.candidate, approval_digest(plan.candidate, hasher_), input.trace_id,
                     input.source_engine});
  effect(AskApproval{hold});
}

void Engine::record_verdict(HoldId hold, RiskPhase phase, ReasonSet reasons, bool entry,
                            const risk::CheckContext& context) {
  RiskVerdict verdict;
  verdict.hold = hold;
  verdict.phase = phase;
  verdict.reasons = reasons.bits();
  verdict.checks = static_cast<std::uint8_t>(risk::checks_count(entry));
  verdict.equity = context.equity.value_or(Notional{});
  if (context.limits != nullptr) verdict.limits_version = context.limits->version;
  if (context.market != nullptr) {
    verdict.bid = context.market->bid;
    verdict.ask = context.market->ask;
  }
  emit(verdict);
}

void Engine::decide_signal(const SignalIntent& input, SignalOutcome outcome, ReasonSet reasons,
                           const Digest& key, const Digest& trace, HoldId first) {
  SignalDecided fact;
  fact.hold = HoldId(state_.next_hold);
  fact.outcome = outcome;
  fact.reasons = reasons.bits();
  fact.source_engine = input.source_engine;
  fact.intent_id = input.intent_id;
  fact.intent_key = key;
  fact.trace_key = trace;
  fact.payload = input.payload;
  fact.symbol = input.symbol;
  fact.side = input.side;
  fact.first = first;
  emit(fact);
  effect(AnswerSignal{fact.hold, outcome, reasons});
}

// Opposite words of one engine about one symbol, the first still waiting for its decision: neither
// can be trusted, and a person must look at both.
const LastWord* Engine::contradicted(const SignalIntent& input) const {
  for (const LastWord& word : state_.last_words) {
    if (word.engine != input.source_engine || word.symbol != input.symbol) continue;
    const Trade* const trade = state_.find(word.hold);
    if (trade == nullptr || trade->hold != HoldState::Held) continue;
    if (opposite(word.side, input.side)) return &word;
  }
  return nullptr;
}

// Everything the risk table looks at, gathered once. `except` is the hold that is being judged: it
// does not count against itself.
risk::CheckContext Engine::context_for(const Symbol& symbol, const EngineName& engine,
                                       UnixNanos as_of, HoldId except) const {
  risk::CheckContext context;
  context.now = now_;
  context.signal_as_of = as_of;
  context.session = &state_.session;
  context.limits = state_.limits ? &*state_.limits : nullptr;
  context.policy = state_.policy(symbol);
  context.instrument = state_.instrument(symbol);
  context.trading = state_.trading_state();
  context.blocks = state_.blocks;
  context.duplicate = false;  // both were answered before anything is planned
  context.conflicting = false;
  context.exit_pending = false;
  context.day_notional = state_.day_notional;
  context.day_orders = state_.day_orders;
  context.day = day_risk();
  if (context.limits != nullptr) {
    context.engine_enabled = is_listed(engine);
    context.engine_healthy = context.engine_enabled && is_healthy(engine);
    context.engine_weight = weight_of(engine);
    context.cooldown_until = cooldown_until(state_);
    context.throttle_ok =
        risk::Throttle({context.limits->orders_per_minute, context.limits->orders_burst},
                       state_.throttle_paid_until)
            .can_take(now_);
  }
  if (context.instrument == nullptr) return context;
  const Trade* const judged = state_.find(except);
  const Trade* const held = judged != nullptr && !judged->order.is_entry()
                                ? state_.find(judged->exits)
                                : state_.trade_to_exit(context.instrument->id);
  const bool holds = held != nullptr && !held->closed;
  if (holds) context.position = held->position.qty;
  context.exit_possible = !holds || has_room_to_sell(*held);
  context.market = state_.market(context.instrument->id);
  context.equity = equity_in(context.instrument->quote);
  if (const auto* row = state_.balance(state_.session.account, context.instrument->quote)) {
    const Notional reserved = reserved_in(state_, context.instrument->quote, except);
    context.free_quote =
        Notional::from_raw(std::max<std::int64_t>(row->free.raw() - reserved.raw(), 0));
  }
  if (const auto* row = state_.balance(state_.session.account, context.instrument->base)) {
    context.free_base = row->free;
    context.locked_base = row->locked;
  }
  for (const Trade& trade : state_.live()) {
    if (!trade.finished() && trade.id() != except) count_in(trade, context);
  }
  return context;
}

}  // namespace clawgate::gateway
