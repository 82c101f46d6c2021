// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/prover.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

bool may_act(const Operator& who, CommandAction action) {
  switch (action) {
    case CommandAction::Approve:
      return who.may_approve;
    case CommandAction::Reject:
      return who.may_reject;
    case CommandAction::Kill:
      return who.may_kill;
    case CommandAction::Unblock:
    case CommandAction::CloseUnknown:
    case CommandAction::Reconcile:
      return who.may_unblock;
  }
  return false;
}

std::string epoch_text(KillEpoch epoch) {
  return "kill epoch " + std::to_string(epoch.value());
}

std::string hex_text(Bytes bytes) {
  return to_hex(sha256(bytes));
}

}  // namespace

void Prover::on(const OperatorCommand& input) {
  input_ = input;
  ++report_.commands;
  repeated_ = commands_.contains(input.command_id);
}

/// Why an operator may not give a command that can lead to an order or lift a block; empty when
/// nothing speaks against it.
std::string Prover::may_not(const OperatorCommand& command) const {
  std::string wrong = may_not_say(command);
  return wrong.empty() ? unproven(command.channel, command.challenge) : wrong;
}

/// Why an operator may not give it at all: to stop, no second factor is needed.
std::string Prover::may_not_say(const OperatorCommand& command) const {
  const std::string name(command.operator_id.view());
  const auto at = operators_.find(command.operator_id);
  if (at == operators_.end()) return "operator " + name + " is not registered";
  const Operator& who = at->second;
  if (!who.enabled) return "operator " + name + " is disabled";
  if (!may_act(who, command.action)) {
    return "operator " + name + " may not " + std::string(word(command.action));
  }
  const std::string channel(word(command.channel));
  if (!who.uses(command.channel)) return "operator " + name + " does not use " + channel;
  const bool paper = session_.stage == Stage::S0 && session_.venue == VenueKind::Simulator;
  return command.channel == OperatorChannel::Scripted && !paper ? "a script outside of S0" : "";
}

/// What is missing outside of S0: a trusted channel and a second factor.
std::string Prover::unproven(OperatorChannel channel, ChallengeStatus challenge) const {
  if (session_.stage == Stage::S0) return "";
  if (!is_trusted(channel)) {
    return std::string(word(channel)) + " is no trusted channel in " +
           std::string(word(session_.stage));
  }
  if (challenge == ChallengeStatus::Validated) return "";
  return "a second factor that is " + std::string(word(challenge));
}

void Prover::on(const HoldMoved& fact) {
  LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr || !hold->has_candidate) {
    return fail("I1", "a candidate on hold",
                "hold " + std::to_string(fact.hold.value()) + ", which has none");
  }
  const auto next = next_state(kHoldTransitions, hold->state, fact.event);
  if (!next || *next != fact.to) {
    return fail("I3", "a step that leads on from " + std::string(word(hold->state)),
                std::string(word(fact.event)) + " to " + std::string(word(fact.to)));
  }
  if (fact.event == HoldEvent::Approve) approve(*hold, fact);
  if (fact.event == HoldEvent::Decline) declined_ = fact.hold;
  if (fact.event == HoldEvent::Release && !hold->has_intent) {
    return fail("I1", "an order_intent before the release", "none");
  }
  if (fact.event == HoldEvent::Release && hold->order.is_entry()) judge_open();
  hold->state = *next;
  count_open(fact.hold, *hold);
}

// Whatever becomes of it at the door, and whoever tells of that: an entry is released only while
// nothing blocks entries.
void Prover::judge_open() {
  if ((blocks_ & bit_of(Block::Kill)) != 0) return fail("I4", "no kill in force", "a kill");
  const TradingState state = state_of(blocks_);
  if (state != TradingState::Open) fail("I5", "trading state OPEN", std::string(word(state)));
}

// A session may have been opened again, elsewhere, since the order was planned.
void Prover::judge_place(const OrderCandidate& order) {
  if (order.stage != session_.stage || order.venue != session_.venue ||
      order.account != session_.account) {
    fail("I1", "the stage, venue and account of the session", "others");
  }
}

void Prover::approve(LedgerHold& hold, const HoldMoved& fact) {
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->action != CommandAction::Approve ||
      command->hold != fact.hold) {
    return fail("I1", "an operator's command to approve hold " + std::to_string(fact.hold.value()),
                "none before it");
  }
  if (command->digest != hold.digest) {
    return fail("I1", "an approval of digest " + to_hex(hold.digest), to_hex(command->digest));
  }
  if (std::string wrong = may_not(*command); !wrong.empty()) {
    return fail("I1", "an operator who may approve", std::move(wrong));
  }
  if (fact.operator_id != command->operator_id || fact.channel != command->channel ||
      fact.command_id != command->command_id) {
    return fail("I1", "the operator, channel and id of the command", "others");
  }
  if (time_ >= hold.order.expires_at) {
    return fail("I1", "an approval before " + time_text(hold.order.expires_at.value()),
                time_text(time_.value()));
  }
  if (hold.held_under != kill_epoch_) {
    return fail("I1", "no kill since it was held, in " + epoch_text(hold.held_under),
                epoch_text(kill_epoch_));
  }
  hold.approval = *command;
  hold.approved_at = time_;
  hold.pass_at_release = false;
  ++report_.approvals;
}

void Prover::on(const OrderIntent& fact) {
  LedgerHold* const hold = ledger_.find(fact.order.hold);
  if (hold == nullptr || !hold->has_candidate || hold->state != HoldState::Approved) {
    return fail("I1", "an approved hold",
                "hold " + std::to_string(fact.order.hold.value()) + ", which is not");
  }
  if (hold->has_intent) return fail("I3", "one order_intent of one approval", "a second");
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->command_id != hold->approval.command_id) {
    return fail("I3", "an order_intent that comes from its approval", "another input");
  }
  if (!hold->pass_at_release) {
    return fail("I1", "a RiskVerdict PASS at release, after the approval", "none before it");
  }
  const std::vector<std::uint8_t> bytes = encoded(fact.order);
  if (bytes != hold->bytes) {
    return fail("I1", "the order that was approved, hash " + hex_text(hold->bytes),
                "another order, hash " + hex_text(bytes));
  }
  if (fact.digest != hold->digest) {
    return fail("I1", "digest " + to_hex(hold->digest), to_hex(fact.digest));
  }
  if (fact.approved_by != command->operator_id || fact.decision_id != command->decision_id ||
      fact.scripted != (command->channel == OperatorChannel::Scripted) ||
      fact.trace_id != hold->trace_id) {
    return fail("I1", "the operator, decision, channel and trace of the approval", "others");
  }
  if (fact.approved_at != hold->approved_at) {
    return fail("I1", "approved at " + time_text(hold->approved_at.value()),
                time_text(fact.approved_at.value()));
  }
  if (fact.kill_epoch != kill_epoch_) {
    return fail("I1", epoch_text(kill_epoch_), epoch_text(fact.kill_epoch));
  }
  if (!limits_ || fact.order.limits_version != limits_->version) {
    return fail("I5", "an order planned under the limits in force",
                "limits version " + std::to_string(fact.order.limits_version.value()));
  }
  judge_place(fact.order);
  if (session_.stage == Stage::S0 && session_.venue != VenueKind::Simulator) {
    return fail("I10", "no order_intent in S0 but for the simulator",
                "venue " + std::string(word(session_.venue)));
  }
  judge_cooldown(fact);
  hold->has_intent = true;
  hold->released_under = fact.kill_epoch;
  if (!fact.order.is_entry()) return;
  judge_open();
  judge_day(fact.order);
  judge_rate();
  judge_open_trades(fact.order.hold);
  for (const Leg& leg : fact.order.legs) add_order(fact.order.hold, leg, true);
}

// Refused, for the id was another command's; in force all the same.
bool Prover::kills_under_a_known_id() const {
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->action != CommandAction::Kill || answered_) return false;
  const auto first = commands_.find(command->command_id);
  return first != commands_.end() && first->second.record != input_bytes_;
}

// One who may kill does, whatever was answered. The same command again is only answered again.
void Prover::end_of_kill() {
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->action != CommandAction::Kill) return;
  if ((blocks_ & bit_of(Block::Kill)) != 0 || command->command_id.empty()) return;
  if (!may_not_say(*command).empty()) return;
  if (repeated_ &&
      (one_command_an_id_ || commands_.at(command->command_id).record == input_bytes_)) {
    return;
  }
  fail("I4", "KILL in force behind a kill of one who may", "not in force");
}

void Prover::on(const CommandDecided& fact) {
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->command_id != fact.command_id) {
    return fail("I14", "a command that it answers", "none before it");
  }
  if (answered_) return fail("I14", "one answer to one command", "a second");
  answered_ = true;
  if (fact.no_op != repeated_) {
    return fail("I14",
                repeated_ ? "a no-op: the command was answered before"
                          : "a decision: the command was never answered before",
                repeated_ ? "a decision" : "a no-op");
  }
  if (repeated_) {
    const SeenCommand& first = commands_.at(fact.command_id);
    const Reason expected = first.record == input_bytes_ ? first.reason : Reason::CommandConflict;
    if (fact.reason == expected) return;
    return fail("I14", "the answer " + std::string(word(expected)), std::string(word(fact.reason)));
  }
  commands_.try_emplace(fact.command_id, SeenCommand{input_bytes_, fact.reason});
  if (fact.reason != Reason::None) return;
  if (command->action == CommandAction::Kill && (blocks_ & bit_of(Block::Kill)) == 0) {
    return fail("I4", "KILL in force once the command is answered", "not in force");
  }
  if (command->action == CommandAction::Reject &&
      (declined_ != command->hold || declined_ == HoldId{})) {
    return fail("I1", "a declined hold once its rejection is answered", "a hold that is not");
  }
  if (command->action != CommandAction::Approve) return;
  LedgerHold* const hold = ledger_.find(command->hold);
  if (hold == nullptr || hold->state != HoldState::Released ||
      hold->approval.command_id != command->command_id) {
    return fail("I1", "a released hold once its approval is answered", "a hold that is not");
  }
  hold->decided = true;
}

void Prover::on(const ConditionReported& input) {
  input_ = input;
}

// A condition ends by the evidence that its row names.
void Prover::judge_condition(const BlockChanged& fact) {
  const BlockInfo& row = info(fact.block);
  const std::string name(row.code);
  if (fact.block == Block::DailyStop && last_fact_ != DayTurned::kType) {
    return fail("I5", "a new day that ends DAILY_STOP", "none before it");
  }
  const ConditionReported* const told = input<ConditionReported>();
  if (told != nullptr && told->condition == fact.block && !told->holds) return;
  if (fact.block == Block::MarketDataStale && input_type_ != MarketTop::kType) {
    return fail("I5", "a market that ends " + name, "none before it");
  }
  if (row.source != BlockSource::Edge) return;
  fail("I5", "a report that " + name + " is over", "none before it");
}

void Prover::on(const BlockChanged& fact) {
  if (info(fact.block).block != fact.block) {
    return fail("I5", "a block of the table", std::to_string(static_cast<int>(fact.block)));
  }
  const std::string name(word(fact.block));
  const std::uint32_t bit = bit_of(fact.block);
  if (((blocks_ & bit) != 0) == fact.active) {
    return fail("I5", "a change of " + name, fact.active ? "it was in force" : "it was not");
  }
  const std::uint32_t blocks = fact.active ? blocks_ | bit : blocks_ & ~bit;
  if (fact.blocks != blocks) {
    return fail("I5", "blocks " + std::to_string(blocks), std::to_string(fact.blocks));
  }
  const bool kills = fact.block == Block::Kill && fact.active;
  const KillEpoch epoch(kill_epoch_.value() + (kills ? 1 : 0));
  if (fact.kill_epoch != epoch) return fail("I4", epoch_text(epoch), epoch_text(fact.kill_epoch));
  blocks_ = blocks;
  kill_epoch_ = epoch;
  if (fact.block == Block::UnmanagedExposure && fact.active) human_called_for_ = true;
  if (fact.active) return;
  if (!info(fact.block).latches) return judge_condition(fact);
  if (fact.decision_id.empty()) return fail("I5", "a decision id that ends " + name, "none");
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->action != CommandAction::Unblock ||
      command->block != fact.block || command->decision_id != fact.decision_id) {
    return fail("I5", "an operator's command to end " + name + " by that decision", "none");
  }
  if (std::string wrong = may_not(*command); !wrong.empty()) {
    return fail("I5", "an operator who may end " + name, std::move(wrong));
  }
  const bool own = own_record_ && session_.stage == Stage::S0;
  if (own && !decisions_.contains(fact.decision_id)) return;
  Sha256 hasher;
  std::string wrong = may_not_spend(fact.decision_id, subject_of(fact.block, hasher));
  if (!wrong.empty()) return fail("I5", "an approved decision to end " + name, std::move(wrong));
  spent_.insert(fact.decision_id);
}

}  // namespace clawgate::audit
