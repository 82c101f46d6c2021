// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "gateway/release.h"

namespace clawgate::gateway {
namespace {

Digest content_of(OperatorCommand command, Sha256& hasher) {
  std::array<std::uint8_t, 1024> room;
  command.command_id = {};
  Writer writer(room);
  writer.put(command);
  return hasher.update(writer.written()).finish();
}

bool permits(const Operator& who, CommandAction action) {
  switch (action) {
    case CommandAction::Approve:
      return who.may_approve;
    case CommandAction::Reject:
      return who.may_reject;
    case CommandAction::Kill:
      return who.may_kill;
    case CommandAction::Unblock:
      return who.may_unblock;
    case CommandAction::CloseUnknown:
    case CommandAction::Reconcile:
      return who.may_unblock;
  }
  return false;
}

}  // namespace

void Engine::apply(const OperatorCommand& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
  const Digest content = content_of(input, hasher_);
  const Digest id = hasher_.update(bytes_of(input.command_id.view())).finish();

  CommandDecided fact;
  fact.command_id = input.command_id;
  fact.content = content;
  fact.hold = input.hold;
  if (const CommandSeen* const first = state_.commands.find(id)) {
    const bool same = first->content == content;
    // Its edge has shut the door already, and that word is never taken back without a record.
    const bool kills = !same && input.action == CommandAction::Kill;
    if (kills && may_decide(input) == Reason::None) static_cast<void>(kill(input));
    fact.no_op = true;
    fact.reason = same ? first->reason : Reason::CommandConflict;
    emit(fact);
    return effect(AnswerCommand{input.command_id, fact.reason, same});
  }
  // The table of commands bounds decisions, never a kill.
  if (state_.commands.full()) set_block(Block::CapacityExhausted, true, "commands");
  turn_day();
  fact.reason = decide(input);
  emit(fact);
  effect(AnswerCommand{input.command_id, fact.reason, false});
}

Reason Engine::decide(const OperatorCommand& input) {
  const Reason refused = may_decide(input);
  if (refused != Reason::None) return refused;
  switch (input.action) {
    case CommandAction::Approve:
      return approve(input);
    case CommandAction::Reject:
      return reject(input);
    case CommandAction::Kill:
      return kill(input);
    case CommandAction::Unblock:
      return unblock(input);
    case CommandAction::CloseUnknown:
      return close_unknown(input);
    case CommandAction::Reconcile:
      return reconcile(input);
  }
  return Reason::CommandFieldValue;
}

Reason Engine::may_decide(const OperatorCommand& input) const {
  if (input.command_id.empty()) return Reason::CommandFieldMissing;
  if (input.action > CommandAction::Reconcile) return Reason::CommandFieldValue;
  if (input.channel == OperatorChannel::Email) return Reason::UntrustedCommandSource;
  const Operator* const who = state_.find_operator(input.operator_id);
  if (who == nullptr || !who->enabled) return Reason::OperatorUnknown;
  const bool paper =
      state_.session.stage == Stage::S0 && state_.session.venue == VenueKind::Simulator;
  if (input.channel == OperatorChannel::Scripted && !paper) return Reason::ScriptedNotAllowed;
  if (!who->uses(input.channel)) return Reason::ChannelNotAllowed;
  if (!permits(*who, input.action)) return Reason::OperatorNotPermitted;
  if (state_.session.stage == Stage::S0) return Reason::None;
  // Stopping, and asking the venue, must always be possible; whatever can lead to an order needs a
  // trusted channel and a second factor.
  if (input.action == CommandAction::Kill || input.action == CommandAction::Reject ||
      input.action == CommandAction::Reconcile) {
    return Reason::None;
  }
  if (!is_trusted(input.channel)) return Reason::ChannelNotAllowed;
  if (input.challenge != ChallengeStatus::Validated) return Reason::ChallengeRequired;
  return Reason::None;
}

Reason Engine::approve(const OperatorCommand& input) {
  Trade* const trade = state_.find(input.hold);
  if (trade == nullptr) return Reason::HoldUnknown;
  if (input.digest != trade->digest) return Reason::DigestMismatch;
  if (trade->hold != HoldState::Held) return Reason::HoldNotPending;
  if (now_ >= trade->order.expires_at) {
    move_hold(*trade, HoldEvent::Expire, Reason::HoldExpired);
    return Reason::HoldExpired;
  }
  move_hold(*trade, HoldEvent::Approve, Reason::None, &input);
  release(*trade, input);
  return trade->hold == HoldState::Released ? Reason::None : trade->hold_reason;
}

// The whole risk table once more, on what is known now. Only a PASS makes an order_intent and a
// permit; all of it and the approval become durable together, before the door opens.
void Engine::release(Trade& trade, const OperatorCommand& input) {
  if (trade.order.is_entry()) watch_readiness(trade.order.symbol);
  watch_account();
  const risk::CheckContext context =
      context_for(trade.order.symbol, trade.source_engine, trade.held_at, trade.id());
  const ReasonSet reasons = risk::check(trade.order, context);
  record_verdict(trade.id(), RiskPhase::Release, reasons, trade.order.is_entry(), context);
  if (!reasons.empty()) return move_hold(trade, HoldEvent::Void, Reason::VoidedByRecheck, &input);

  OrderIntent intent;
  intent.order = trade.order;
  intent.digest = trade.digest;
  intent.decision_id = input.decision_id;
  intent.approved_by = input.operator_id;
  intent.approved_at = now_;
  intent.scripted = input.channel == OperatorChannel::Scripted;
  intent.kill_epoch = state_.kill_epoch;
  intent.trace_id = trade.trace_id;
  emit(intent);
  move_hold(trade, HoldEvent::Release, Reason::None, &input);
  if (!trade.order.is_entry()) return start_exit(trade);
  effect(SendEntry{intent, Release::entry(intent)});
}

Reason Engine::reject(const OperatorCommand& input) {
  Trade* const trade = state_.find(input.hold);
  if (trade == nullptr) return Reason::HoldUnknown;
  if (trade->hold != HoldState::Held) return Reason::HoldNotPending;
  move_hold(*trade, HoldEvent::Decline, Reason::DeclinedByOperator, &input);
  return Reason::None;
}

// Decides nothing: it latches, voids what waits and cancels working entries by their own ids. Stops
// stay where they are.
Reason Engine::kill(const OperatorCommand& input) {
  set_block(Block::Kill, true, input.note.view(), input.operator_id);
  effect_at_once(ConfirmKill{state_.kill_epoch});
  void_holds(Reason::VoidedByKill, &input);
  for (Trade& trade : state_.trades) {
    for (TradeOrder& order : trade.orders) {
      if (increases_exposure(order.leg.role) && !is_final(order.state)) {
        cancel(trade, order, true, "kill");
      }
    }
  }
  return Reason::None;
}

Reason Engine::unblock(const OperatorCommand& input) {
  if (input.decision_id.empty()) return Reason::DecisionIdMissing;
  if (!info(input.block).latches || !state_.blocked_by(input.block)) return Reason::CauseUnknown;
  const Reason refused = stands(input.decision_id, subject_of(input.block, hasher_));
  if (refused != Reason::None) return refused;
  if (still_holds(input.block)) return Reason::CauseStillHolds;
  set_block(input.block, false, input.note.view(), input.operator_id, input.decision_id);
  if (input.block == Block::Drawdown) emit(PeakMoved{day_risk()->equity});
  return Reason::None;
}

Reason Engine::close_unknown(const OperatorCommand& input) {
  if (input.decision_id.empty()) return Reason::DecisionIdMissing;
  TradeOrder* order = nullptr;
  Trade* const trade = state_.find(input.order, &order);
  if (trade == nullptr || order->state != OrderState::Unknown) return Reason::UnknownNotOpen;
  const Reason refused = stands(input.decision_id, subject_of(input.order, hasher_));
  if (refused != Reason::None) return refused;
  emit(UnknownClosed{trade->id(), input.order, input.decision_id});
  // A list stands or falls with its entry.
  const bool list = increases_exposure(order->leg.role);
  for (TradeOrder& row : trade->orders) {
    const bool falls = &row == order || (list && trade->is_listed(row));
    if (row.state != OrderState::Unknown || !falls) continue;
    move_order(*trade, row, OrderEvent::CloseByDecision, nullptr);
  }
  after_order_change(*trade);
  return Reason::None;
}

// What the venue says meanwhile comes as reports; that both agree, as the end of the condition.
Reason Engine::reconcile(const OperatorCommand& input) {
  set_block(Block::Reconciling, true, "asked for by an operator", input.operator_id);
  effect(AskReconciliation{});
  return Reason::None;
}

void Engine::move_hold(Trade& trade, HoldEvent event, Reason reason,
                       const OperatorCommand* command) {
  const auto next = next_state(kHoldTransitions, trade.hold, event);
  CLAWGATE_ASSERT(next.has_value());
  HoldMoved fact;
  fact.hold = trade.id();
  fact.event = event;
  fact.to = *next;
  fact.reason = reason;
  if (command != nullptr) {
    fact.operator_id = command->operator_id;
    fact.channel = command->channel;
    fact.command_id = command->command_id;
  }
  emit(fact);
  if (*next != HoldState::Approved) effect(HoldEnded{trade.id(), *next, reason});
}

void Engine::void_holds(Reason reason, const OperatorCommand* command) {
  for (Trade& trade : state_.trades) {
    if (trade.hold == HoldState::Held) move_hold(trade, HoldEvent::Void, reason, command);
  }
}

}  // namespace clawgate::gateway
