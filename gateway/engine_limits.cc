// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/limits_change.h"

// Decisions, and the limits document that they let change.

namespace clawgate::gateway {

void Engine::apply(const DecisionRecorded& input, UnixNanos now) {
  now_ = now;
  const bool full = state_.decisions.full() || state_.decisions_spent.full();
  record(input);
  state_.fold(input, now_);
  if (full) set_block(Block::CapacityExhausted, true, "decisions");
}

void Engine::apply(const LedgerAnchored& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
}

void Engine::apply(const Limits& input, UnixNanos now) {
  apply(LimitsProposed{{}, {}, input}, now);
}

void Engine::apply(const LimitsProposed& input, UnixNanos now) {
  now_ = now;
  record(input);
  const bool first = !state_.limits;
  LimitsDecided fact;
  fact.document = input.document;
  fact.before = first ? LimitsVersion{} : state_.limits->version;
  fact.no_op = !first && subject_of(input.document, hasher_) == subject_of(*state_.limits, hasher_);
  fact.reason = fact.no_op ? Reason::None : judge(input, fact.decision);
  emit(fact);
  if (fact.reason == Reason::None && !fact.no_op && !first) void_holds(Reason::VoidedByLimits);
  if (!input.command_id.empty()) effect(AnswerCommand{input.command_id, fact.reason, fact.no_op});
}

// Taking away takes effect at once. Whatever allows more, or is about the engines, needs an
// approved decision over this very document. The first document of a journal is what a session was
// configured with; in S1 and S2 only a decision may set it above the defaults.
Reason Engine::judge(const LimitsProposed& input, DecisionId& spent) const {
  const Limits& document = input.document;
  if (!input.command_id.empty()) {
    const Operator* const who = state_.find_operator(input.operator_id);
    if (who == nullptr || !who->enabled) return Reason::OperatorUnknown;
    if (!who->may_unblock) return Reason::OperatorNotPermitted;
  }
  if (!risk::out_of_range(document).empty()) return Reason::LimitsOutOfRange;
  if (!state_.limits) {
    Limits defaults;
    defaults.symbols = document.symbols;
    defaults.engines = document.engines;
    defaults.weights = document.weights;
    const bool free =
        state_.session.stage == Stage::S0 || risk::loosened(defaults, document).empty();
    if (free) return Reason::None;
  } else {
    if (document.version <= state_.limits->version) return Reason::LimitsVersionOld;
    if (risk::loosened(*state_.limits, document).empty()) return Reason::None;
  }
  if (document.decision.empty()) return Reason::LimitsNeedDecision;
  spent = document.decision;
  const Reason refused = stands(document.decision, subject_of(document, hasher_));
  if (refused != Reason::None) spent = {};
  return refused;
}

// A decision permits one change, the one it was made on, if it was approved by an operator who may.
Reason Engine::stands(const DecisionId& id, const Digest& subject) const {
  const DecisionRecorded* const known = state_.decision(id);
  if (known == nullptr || known->end != DecisionEnd::Approved) return Reason::DecisionNotApproved;
  if (state_.is_spent(id)) return Reason::DecisionSpent;
  if (known->subject != subject) return Reason::DecisionOtherSubject;
  if (known->channel == OperatorChannel::Email) return Reason::UntrustedCommandSource;
  const Operator* const who = state_.find_operator(known->operator_id);
  if (who == nullptr || !who->enabled) return Reason::OperatorUnknown;
  if (!who->may_approve) return Reason::OperatorNotPermitted;
  if (state_.session.stage == Stage::S0) return Reason::None;
  if (!is_trusted(known->channel)) return Reason::ChannelNotAllowed;
  if (known->challenge != ChallengeStatus::Validated) return Reason::ChallengeRequired;
  return Reason::None;
}

}  // namespace clawgate::gateway
