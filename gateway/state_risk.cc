// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/state.h"
#include "schemas/core/assert.h"

// State, the part about limits, decisions, risk over time, engines and degradation.

namespace clawgate::gateway {

// In journals of version 0.2 and before the input itself put the limits in force.
void State::fold(const Limits& input, UnixNanos) {
  limits = input;
}

void State::fold(const LedgerAnchored& input, UnixNanos) {
  anchor = input;
}

void State::fold(const LimitsDecided& fact, UnixNanos) {
  if (fact.reason != Reason::None || fact.no_op) return;
  limits = fact.document;
  spend(fact.decision);
}

void State::fold(const UnknownClosed& fact, UnixNanos) {
  spend(fact.decision_id);
}

void State::fold(const DecisionRecorded& input, UnixNanos) {
  decisions.insert(hasher_.update(bytes_of(input.id.view())).finish(), input);
}

void State::fold(const EngineHeartbeat& input, UnixNanos time) {
  const EngineLife row{input.engine, time, input.healthy};
  const auto at = std::find_if(engine_lives.begin(), engine_lives.end(),
                               [&](const EngineLife& it) { return it.engine == input.engine; });
  if (at != engine_lives.end()) {
    *at = row;
    return;
  }
  if (engine_lives.push_back(row)) return;
  // Full of engines that were removed from the limits: those in it are at most half as many.
  for (EngineLife& it : engine_lives) {
    const bool listed = limits && std::find(limits->engines.begin(), limits->engines.end(),
                                            it.engine) != limits->engines.end();
    if (listed) continue;
    it = row;
    return;
  }
}

void State::fold(const DayBased& fact, UnixNanos) {
  books.based = true;
  books.start = fact.equity;
  books.start_result = fact.result;
  books.peak = fact.peak;
}

void State::fold(const PeakMoved& fact, UnixNanos) {
  books.peak = fact.peak;
}

void State::fold(const IncidentOpened& fact, UnixNanos) {
  incidents = fact.number;
  if (fact.violation && fact.cause == Block::UnmanagedExposure) unmanaged_too_long = true;
}

void State::fold(const EngineModeChanged& fact, UnixNanos) {
  engine_mode = fact.mode;
}

void State::fold(const PositionSnapshotTaken& fact, UnixNanos) {
  snapshots = fact.number;
}

void State::fold(const ProtectiveActionTaken& fact, UnixNanos) {
  actions = std::max(actions, fact.number);
  TradeOrder* order = nullptr;
  if (find(fact.client_order_id, &order) == nullptr) return;
  order->action = fact.ended ? 0 : fact.number;
  order->action_kind = fact.action;
}

void State::fold(const ReductionMoved& fact, UnixNanos) {
  Trade* const trade = find(fact.hold);
  CLAWGATE_ASSERT(trade != nullptr);
  trade->reducing = fact.begins;
  trade->keep = fact.begins ? fact.target : Qty{};
  if (fact.begins) trade->reduces_before = trade->made(LegRole::Reduce);
}

const DecisionRecorded* State::decision(const DecisionId& id) const {
  return decisions.find(hasher_.update(bytes_of(id.view())).finish());
}

bool State::is_spent(const DecisionId& id) const {
  return decisions_spent.find(hasher_.update(bytes_of(id.view())).finish()) != nullptr;
}

void State::spend(const DecisionId& id) {
  if (id.empty() || decision(id) == nullptr) return;
  decisions_spent.insert(hasher_.update(bytes_of(id.view())).finish(), 1);
}

bool State::is_supervised(const EngineName& engine) const {
  return session.stage != Stage::S0 || life(engine) != nullptr;
}

UnixNanos State::silent_at(const EngineName& engine) const {
  const EngineLife* const row = life(engine);
  const UnixNanos heard = row == nullptr ? opened_at : std::max(row->beat, opened_at);
  return UnixNanos(heard.value() + limits->engine_silence_max_ns);
}

const EngineLife* State::life(const EngineName& engine) const {
  for (const EngineLife& row : engine_lives) {
    if (row.engine == engine) return &row;
  }
  return nullptr;
}

}  // namespace clawgate::gateway
