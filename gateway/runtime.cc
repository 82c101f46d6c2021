// SPDX-License-Identifier: Apache-2.0
#include "gateway/runtime.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace clawgate::gateway {
namespace {

bool same_market(const MarketTop& a, const MarketTop& b) {
  return a.bid == b.bid && a.ask == b.ask && a.last == b.last && a.average == b.average &&
         a.event_time == b.event_time;
}

bool is_at_once(const Effect& effect) {
  return std::holds_alternative<CancelRequest>(effect.what) ||
         std::holds_alternative<QueryRequest>(effect.what) ||
         std::holds_alternative<ConfirmKill>(effect.what);
}

}  // namespace

Runtime::Runtime(Engine& engine, DurableRecorder& journal, Door& door, TradingWord& word,
                 Edges& edges, const Options& options)
    : engine_(engine),
      journal_(journal),
      door_(door),
      word_(word),
      edges_(edges),
      emergency_(options.emergency),
      last_stamp_(engine.state().last_time) {
  ready_.reserve(512);
  carrying_.reserve(512);
}

UnixNanos Runtime::stamp(UnixNanos now) {
  last_stamp_ = UnixNanos(std::max(last_stamp_.value() + 1, now.value()));
  return last_stamp_;
}

void Runtime::market(const MarketTop& top, UnixNanos now) {
  const std::size_t at = top.instrument.value();
  if (at >= State::kInstrumentsMax) return;
  latest_[at] = top;
  const State& state = engine_.state();
  const Instrument* const instrument = state.instrument(top.instrument);
  // Only one that ends the block: a market that lags would put every one of its tops on record.
  const bool awaited =
      state.blocked_by(Block::MarketDataStale) && instrument != nullptr &&
      state.block_row(Block::MarketDataStale).evidence.view() == instrument->symbol.view() &&
      now.value() - top.event_time.value() <= state.session.market_age_max_ns;
  if (!awaited) {
    const auto pause = engine_.market_pause_ns();
    if (!pause || now.value() - given_at_[at].value() < *pause) return;
  }
  given_at_[at] = now;
  apply(top, now);
}

void Runtime::refresh_market(UnixNanos now) {
  for (const auto& top : latest_) {
    if (!top) continue;
    const MarketTop* const known = engine_.state().market(top->instrument);
    if (known != nullptr && same_market(*known, *top)) continue;
    given_at_[top->instrument.value()] = now;
    apply(*top, now);
  }
}

// Cancels, queries and a kill never wait for the disk.
void Runtime::carry_out_at_once() {
  std::optional<KillEpoch> acknowledged;
  for (Effect& effect : engine_.effects()) {
    if (const auto* cancel = std::get_if<CancelRequest>(&effect.what)) door_.cancel(*cancel);
    if (const auto* query = std::get_if<QueryRequest>(&effect.what)) door_.query(*query);
    if (const auto* kill = std::get_if<ConfirmKill>(&effect.what)) {
      if (door_.confirm_kill(kill->epoch)) acknowledged = kill->epoch;
    }
    if (!is_at_once(effect)) ready_.push_back(std::move(effect));
  }
  engine_.effects().clear();
  if (acknowledged) apply(KillAcknowledged{*acknowledged}, last_stamp_);
}

void Runtime::settle(UnixNanos now) {
  while (!failure_) {
    const auto durable = journal_.sync();
    if (!durable) return fail_stop(durable.error());
    if (ready_.empty()) return;
    std::vector<Effect>& batch = carrying_;
    batch.clear();
    std::swap(batch, ready_);
    for (Effect& effect : batch) carry_out(effect, now);
  }
}

void Runtime::carry_out(Effect& effect, UnixNanos now) {
  if (auto* entry = std::get_if<SendEntry>(&effect.what)) {
    const auto outcome = door_.send(std::move(entry->permit), entry->intent);
    if (!outcome) return;  // the venue's thread will say
    return apply(HandedOff{entry->intent.order.legs[0].client_order_id, *outcome}, now);
  }
  if (auto* protective = std::get_if<SendProtective>(&effect.what)) {
    const auto outcome = door_.protect(std::move(protective->permit), protective->order);
    if (!outcome) return;  // the venue's thread will say
    return apply(HandedOff{protective->order.leg.client_order_id, *outcome}, now);
  }
  if (const auto* ask = std::get_if<AskApproval>(&effect.what)) return edges_.on(*ask);
  if (const auto* ended = std::get_if<HoldEnded>(&effect.what)) return edges_.on(*ended);
  if (const auto* answer = std::get_if<AnswerSignal>(&effect.what)) return edges_.on(*answer);
  if (const auto* answer = std::get_if<AnswerCommand>(&effect.what)) return edges_.on(*answer);
  if (const auto* human = std::get_if<HumanActionRequired>(&effect.what)) {
    return edges_.human_action(*human);
  }
  if (std::holds_alternative<AskReconciliation>(effect.what)) door_.reconcile();
}

// The journal is gone, so nothing that needs it may happen again: entries stop now, working entries
// are cancelled without waiting for anything, one line says why, and the process ends.
void Runtime::fail_stop(const Error& error) {
  failure_ = error;
  word_.kill();
  ready_.clear();
  for (const Trade& trade : engine_.state().trades) {
    for (const TradeOrder& order : trade.orders) {
      if (!increases_exposure(order.leg.role) || is_final(order.state)) continue;
      door_.cancel({trade.order.account, trade.order.instrument, order.leg.client_order_id, true});
    }
  }
  if (emergency_ != nullptr) emergency_->tell(error);
}

}  // namespace clawgate::gateway
