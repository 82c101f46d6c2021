// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/account.h"

// What blocks entries: how a condition or cause begins, which inputs begin it, the health of the
// engines, and whether what latched a cause has ended.

namespace clawgate::gateway {
namespace {

/// Failures that put the whole system into degraded mode.
constexpr std::uint32_t kDegrading = bit_of(Block::Severity) | bit_of(Block::ChannelLost);

bool may_all(const Operator& who) {
  return who.enabled && who.may_approve && who.may_reject && who.may_kill;
}

}  // namespace

Text<96> joined(std::string_view origin, std::string_view evidence) {
  CLAWGATE_ASSERT(origin.size() <= 24 && evidence.size() <= 64);
  std::array<char, 24 + 2 + 64> room{};
  char* at = std::copy(origin.begin(), origin.end(), room.data());
  *at++ = ':';
  *at++ = ' ';
  at = std::copy(evidence.begin(), evidence.end(), at);
  return Text<96>(std::string_view(room.data(), static_cast<std::size_t>(at - room.data())));
}

void Engine::set_block(Block block, bool active, std::string_view evidence, const OperatorId& who,
                       const DecisionId& decision) {
  if (state_.blocked_by(block) == active) return;
  BlockChanged fact;
  fact.block = block;
  fact.active = active;
  fact.blocks = active ? state_.blocks | bit_of(block) : state_.blocks & ~bit_of(block);
  fact.kill_epoch = state_.kill_epoch;
  if (block == Block::Kill && active) fact.kill_epoch = KillEpoch(state_.kill_epoch.value() + 1);
  fact.decision_id = decision;
  fact.operator_id = who;
  fact.evidence = Text<96>(evidence);
  emit(fact);
}

void Engine::apply(const ConditionReported& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
  const BlockInfo& row = info(input.condition);
  if (row.block != input.condition || row.latches) return;  // a cause is begun by a CauseReported
  if (input.condition == Block::Reconciling && !input.holds) {
    return end_reconciling(input.evidence.view());
  }
  const bool was = state_.blocked_by(input.condition);
  set_block(input.condition, input.holds, input.evidence.view());
  if (input.condition != Block::VenueUnreachable || was == input.holds || !has_exposure()) return;
  if (state_.blocked_by(Block::SystemDegraded)) return manage_exposure();
  if (input.holds) degrade("venue unreachable");
}

void Engine::apply(const CauseReported& input, UnixNanos now) {
  now_ = now;
  record(input);
  const BlockInfo& row = info(input.cause);
  const bool allowed = row.block == input.cause && row.latches && row.source == BlockSource::Edge;
  if (!allowed) return;
  const Text<96> evidence = joined(input.origin.view(), input.evidence.view());
  if (input.cause == Block::SystemDegraded) return degrade(evidence.view());
  set_block(input.cause, true, evidence.view());
  if ((bit_of(input.cause) & kDegrading) != 0) degrade(row.code);
}

void Engine::apply(const Operator& input, UnixNanos now) {
  now_ = now;
  const bool had = has_backup();
  const bool fits = state_.has_room_for_operator(input.id);
  record(input);
  state_.fold(input, now_);
  if (!fits) set_block(Block::CapacityExhausted, true, "operators");
  if (had && !has_backup() && state_.session.stage != Stage::S0) {
    set_block(Block::BackupOperatorMissing, true, input.id.view());
  }
}

bool Engine::has_backup() const {
  return std::any_of(state_.operators.begin(), state_.operators.end(),
                     [](const Operator& who) { return who.backup && may_all(who); });
}

// A stage with real money starts blocked, whatever it was before.
void Engine::lock_stage(Stage before, bool resumed) {
  if (state_.session.stage == Stage::S0 || (resumed && state_.session.stage == before)) return;
  set_block(Block::LiveLocked, true, "stage entered");
}

// Looked at whenever an entry is about to be planned or released.
void Engine::watch_readiness(const Symbol& symbol) {
  const SessionOpened& session = state_.session;
  const Instrument* const instrument = state_.instrument(symbol);
  const bool live = session.venue != VenueKind::Simulator;
  const bool enabled = instrument == nullptr || instrument->asset_class == AssetClass::CryptoSpot;
  if (live && (session.stage == Stage::S0 || !enabled) && !state_.blocked_by(Block::LiveAttempt)) {
    set_block(Block::LiveAttempt, true, symbol.view());
    open_incident(Severity::Sev2, Block::LiveAttempt, false,
                  "an order for a venue or class that "
                  "is not enabled was attempted");
  }
  if (session.stage != Stage::S0 && !has_backup()) {
    set_block(Block::BackupOperatorMissing, true, "no backup operator is enabled");
  }
}

// ---- engines -----------------------------------------------------------------------------------

void Engine::apply(const EngineHeartbeat& input, UnixNanos now) {
  now_ = now;
  if (!is_listed(input.engine)) return;  // nobody relies on it
  record(input);
  state_.fold(input, now_);
  watch_engines();
}

bool Engine::is_listed(const EngineName& engine) const {
  if (!state_.limits) return false;
  const auto& engines = state_.limits->engines;
  return std::find(engines.begin(), engines.end(), engine) != engines.end();
}

bool Engine::is_lost(const EngineName& engine) const {
  if (!state_.is_supervised(engine)) return false;
  const EngineLife* const life = state_.life(engine);
  if (life != nullptr && !life->healthy) return true;
  return now_ >= state_.silent_at(engine);
}

// Stricter than not lost: after a start it must have been heard once.
bool Engine::is_healthy(const EngineName& engine) const {
  if (!state_.is_supervised(engine)) return true;
  const EngineLife* const life = state_.life(engine);
  return life != nullptr && life->beat >= state_.opened_at && !is_lost(engine);
}

Engine::RollCall Engine::call_the_roll() const {
  RollCall roll{.mode = state_.engine_mode};
  if (!state_.limits || state_.limits->engines.empty()) return roll;
  const auto& engines = state_.limits->engines;
  const auto* const silent = std::find_if(
      engines.begin(), engines.end(), [&](const EngineName& engine) { return is_lost(engine); });
  if (silent != engines.end()) roll.silent = silent;
  roll.primary = is_lost(engines[0]);
  roll.secondary = roll.silent != nullptr && !roll.primary;
  EngineMode mode = EngineMode::Normal;
  if (roll.secondary) mode = EngineMode::Single;
  if (roll.primary || (roll.secondary && !state_.limits->single_engine)) {
    mode = EngineMode::FailClosed;
  }
  // A start alone makes nothing better: who was lost before it must be heard.
  const bool unheard = std::any_of(engines.begin(), engines.end(), [&](const EngineName& engine) {
    const EngineLife* const life = state_.life(engine);
    return life != nullptr && life->beat < state_.opened_at;
  });
  roll.waits = unheard && mode < state_.engine_mode;
  if (!roll.waits) roll.mode = mode;
  return roll;
}

// The primary one is lost: no entries until a decision. A secondary one is lost: the others go on
// if the limits say so, and only while the primary one is well.
void Engine::watch_engines() {
  if (!state_.limits || state_.limits->engines.empty()) return;
  const RollCall roll = call_the_roll();
  if (roll.waits) return;
  if (roll.mode != state_.engine_mode) {
    emit(EngineModeChanged{roll.mode, roll.silent == nullptr ? EngineName() : *roll.silent});
  }
  if (roll.primary) set_block(Block::PrimaryEngineLost, true, state_.limits->engines[0].view());
  const bool forbidden = roll.secondary && !state_.limits->single_engine;
  set_block(Block::SecondaryEngineLost, forbidden,
            forbidden ? roll.silent->view() : std::string_view("heard again"));
}

Rate Engine::weight_of(const EngineName& engine) const {
  const auto& engines = state_.limits->engines;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    if (engines[i] != engine) continue;
    return i < state_.limits->weights.size() ? state_.limits->weights[i] : Rate::of(1);
  }
  return {};
}

// ---- the ends of causes ------------------------------------------------------------------------

bool Engine::all_protected() const {
  return std::all_of(state_.trades.begin(), state_.trades.end(), [&](const Trade& trade) {
    return !is_open(trade) || (trade.protection == ProtectionState::Live && !trade.reducing);
  });
}

bool Engine::anything_unknown() const {
  return std::any_of(state_.trades.begin(), state_.trades.end(), [](const Trade& trade) {
    return std::any_of(trade.orders.begin(), trade.orders.end(),
                       [](const TradeOrder& order) { return order.state == OrderState::Unknown; });
  });
}

bool Engine::still_degraded() const {
  return state_.blocked_by(Block::VenueUnreachable) || state_.blocked_by(Block::Reconciling) ||
         anything_unknown() || !all_protected();
}

bool Engine::primary_is_unwell() const {
  return state_.limits && !state_.limits->engines.empty() && !is_healthy(state_.limits->engines[0]);
}

// A decision ends a cause; it does not end what is the case. Causes that are not here have no case
// that the core could look at.
/// A table that nothing makes room in.
bool Engine::is_full() const {
  return !state_.has_room_for_signal(false) || state_.commands.full() || state_.decisions.full() ||
         state_.decisions_spent.full();
}

bool Engine::still_holds(Block cause) const {
  struct Row {
    Block cause;
    bool (*holds)(const Engine&);
  };
  static constexpr auto kCases = std::to_array<Row>({
      {Block::SystemDegraded, [](const Engine& e) { return e.still_degraded(); }},
      {Block::UnmanagedExposure, [](const Engine& e) { return e.still_degraded(); }},
      {Block::ProtectionMissing, [](const Engine& e) { return !e.all_protected(); }},
      {Block::ForeignOrder, [](const Engine& e) { return !e.state_.foreign_orders.empty(); }},
      {Block::UnknownOutcome, [](const Engine& e) { return e.anything_unknown(); }},
      {Block::PrimaryEngineLost, [](const Engine& e) { return e.primary_is_unwell(); }},
      {Block::BackupOperatorMissing, [](const Engine& e) { return !e.has_backup(); }},
      {Block::SafeNotionalUnknown, [](const Engine& e) { return !e.safe_notional(); }},
      {Block::CapacityExhausted, [](const Engine& e) { return e.is_full(); }},
      // The highest value starts again: from what?
      {Block::Drawdown, [](const Engine& e) { return !e.day_risk(); }},
  });
  for (const Row& row : kCases) {
    if (row.cause == cause) return row.holds(*this);
  }
  return false;
}

void Engine::open_incident(Severity severity, Block cause, bool violation,
                           std::string_view summary) {
  emit(IncidentOpened{state_.incidents + 1, severity, cause, violation, Text<96>(summary)});
}

}  // namespace clawgate::gateway
