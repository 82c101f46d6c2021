// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/audit/office_ledger.h"
#include "gateway/audit/prover.h"
#include "risk/calendar.h"
#include "risk/limits_change.h"
#include "risk/throttle.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

std::string version_text(LimitsVersion version) {
  return "limits version " + std::to_string(version.value());
}

}  // namespace

void Prover::on(const Limits& input) {
  if (!own_limits_) {
    return fail("I5", "limits that are put forward and decided on", version_text(input.version));
  }
  limits_ = input;
}

void Prover::on(const LimitsProposed& input) {
  input_ = input;
}

// Only where an anchor says that the ledger beside the journal is the one that the core was told
// of. In S0 the operator of a session may decide at its own terminal, at that moment.
void Prover::on(const DecisionRecorded& input) {
  decisions_.try_emplace(input.id, input);
  if (office_ == nullptr || anchor_.seq == 0) return;
  if (session_.stage == Stage::S0 && input.decided_at == time_) return;
  report_.finding = contradiction(*office_, input, seq_);
  if (failed()) return;
  decided_up_to_ = std::max(decided_up_to_, office_->decisions.at(input.id).seq);
}

// The ledger only grows: an anchor behind an earlier one, or another one of the same entry, is of a
// ledger that was cut or rewritten meanwhile.
void Prover::on(const LedgerAnchored& input) {
  const bool back = input.seq < anchor_.seq;
  if (back || (input.seq == anchor_.seq && input.hash != anchor_.hash)) {
    return fail("I5", "a governance ledger that goes on from entry " + std::to_string(anchor_.seq),
                back ? "one that ends at entry " + std::to_string(input.seq) : "another entry");
  }
  if (input.seq < decided_up_to_) {
    return fail("I5", "a ledger with the decision of entry " + std::to_string(decided_up_to_),
                "one that ends at entry " + std::to_string(input.seq));
  }
  anchor_ = input;
  if (office_ == nullptr) return;
  ++report_.anchors;
  report_.finding = contradiction(*office_, input, seq_);
}

/// Why nothing may be done by a decision; empty when nothing speaks against it.
std::string Prover::may_not_spend(const DecisionId& id, const Digest& subject) const {
  const std::string name(id.view());
  const auto at = decisions_.find(id);
  if (at == decisions_.end()) return "decision " + name + ", which is not recorded";
  if (at->second.end != DecisionEnd::Approved) {
    return "decision " + name + ", which ended " + std::string(word(at->second.end));
  }
  if (spent_.contains(id)) return "decision " + name + " a second time";
  if (at->second.subject != subject) return "decision " + name + ", which was over something else";
  if (at->second.channel == OperatorChannel::Email) return "decision " + name + ", made by email";
  const std::string wrong = may_not_decide(at->second);
  return wrong.empty() ? "" : "decision " + name + ", by " + wrong;
}

/// Why the one who decided may not; judged when it is spent, as the engine does.
std::string Prover::may_not_decide(const DecisionRecorded& decision) const {
  const std::string name = "operator " + std::string(decision.operator_id.view());
  const auto who = operators_.find(decision.operator_id);
  if (who == operators_.end()) return name + ", who is not registered";
  if (!who->second.enabled) return name + ", who is disabled";
  if (!who->second.may_approve) return name + ", who may not approve";
  const std::string missing = unproven(decision.channel, decision.challenge);
  return missing.empty() ? "" : name + ": " + missing;
}

void Prover::on(const UnknownClosed& fact) {
  const OperatorCommand* const command = input<OperatorCommand>();
  if (command == nullptr || command->action != CommandAction::CloseUnknown ||
      command->order != fact.client_order_id || command->decision_id != fact.decision_id) {
    return fail("I3", "a command to close it by that decision", "none before it");
  }
  Sha256 hasher;
  std::string wrong = may_not_spend(fact.decision_id, subject_of(fact.client_order_id, hasher));
  if (!wrong.empty()) return fail("I3", "an approved decision to close it", std::move(wrong));
  spent_.insert(fact.decision_id);
  close_decided_ = true;
}

/// Why an operator may not put limits in force; empty for the start of a session, which none asks.
std::string Prover::may_not_propose(const LimitsProposed& input) const {
  if (input.command_id.empty()) return "";
  const std::string name = "operator " + std::string(input.operator_id.view());
  const auto who = operators_.find(input.operator_id);
  if (who == operators_.end()) return name + ", who is not registered";
  if (!who->second.enabled) return name + ", who is disabled";
  return who->second.may_unblock ? "" : name + ", who may not unblock";
}

/// What in a document needs a decision; empty when nothing does. The first one of a journal is
/// free in S0, and up to the defaults in every stage.
std::string Prover::loosened_by(const Limits& document) const {
  if (limits_) return std::string(risk::loosened(*limits_, document));
  if (session_.stage == Stage::S0) return "";
  Limits defaults;
  defaults.symbols = document.symbols;
  defaults.engines = document.engines;
  defaults.weights = document.weights;
  return std::string(risk::loosened(defaults, document));
}

void Prover::on(const LimitsDecided& fact) {
  watched_ = true;
  const LimitsProposed* const proposed = input<LimitsProposed>();
  Sha256 hasher;
  const Digest subject = subject_of(fact.document, hasher);
  if (proposed == nullptr || subject_of(proposed->document, hasher) != subject) {
    return fail("I5", "a limits document that it decides on", "none before it");
  }
  const LimitsVersion before = limits_ ? limits_->version : LimitsVersion{};
  if (fact.before != before) return fail("I5", version_text(before), version_text(fact.before));
  if (fact.reason != Reason::None || fact.no_op) return;
  if (limits_ && fact.document.version <= before) {
    return fail("I5", "a version above " + std::to_string(before.value()),
                version_text(fact.document.version));
  }
  if (std::string wrong = may_not_propose(*proposed); !wrong.empty()) {
    return fail("I5", "an operator who may change limits", std::move(wrong));
  }
  const std::string looser = loosened_by(fact.document);
  if (!looser.empty() || !fact.decision.empty()) {
    std::string wrong = may_not_spend(fact.decision, subject);
    if (!wrong.empty()) return fail("I5", "an approved decision over " + looser, std::move(wrong));
    spent_.insert(fact.decision);
  }
  limits_ = fact.document;
}

// ---- risk over time ----------------------------------------------------------------------------

void Prover::judge_cooldown(const OrderIntent& fact) {
  if (!watched_ || !fact.order.is_entry() || !last_loss_ || !limits_) return;
  const std::int64_t over = last_loss_->value() + limits_->cooldown_ns;
  if (time_.value() >= over) return;
  fail("I5", "no entry before the cooldown is over, " + time_text(over), time_text(time_.value()));
}

// What it may cost counts for the day from its release on, whatever becomes of it.
void Prover::judge_day(const OrderCandidate& entry) {
  if (day_orders_ >= limits_->day_orders_max) {
    return fail("I5", "at most " + std::to_string(limits_->day_orders_max) + " entries a day",
                std::to_string(day_orders_ + 1));
  }
  const auto worth = notional(entry.legs[0].limit, entry.legs[0].qty, Round::Up);
  const auto total = worth ? add(day_notional_, *worth) : std::nullopt;
  if (!total || *total > limits_->day_notional_max) {
    return fail("I5", "entries of at most " + to_text(limits_->day_notional_max) + " a day",
                total ? to_text(*total) : "more than fits");
  }
  const auto spent = add(day_notional_, entry.worst_cost);
  if (!spent) return fail("I5", "sums that fit", "an overflow");
  ++day_orders_;
  day_notional_ = *spent;
}

void Prover::judge_rate() {
  risk::Throttle throttle({limits_->orders_per_minute, limits_->orders_burst}, rate_paid_until_);
  if (!throttle.try_take(time_)) {
    return fail("I5",
                "at most " + std::to_string(limits_->orders_per_minute) + " entries a minute, " +
                    std::to_string(limits_->orders_burst) + " at once",
                "one more");
  }
  rate_paid_until_ = throttle.paid_until();
}

void Prover::judge_open_trades(HoldId entry) {
  const std::size_t others = open_.size() - open_.count(entry);
  if (others < limits_->open_trades_max) return;
  fail("I5", "at most " + std::to_string(limits_->open_trades_max) + " trades at a time",
       std::to_string(others + 1));
}

/// What waits for a person counts like what is open: it may become so at any time.
void Prover::count_open(HoldId id, const LedgerHold& hold) {
  const bool waits = hold.state == HoldState::Held || hold.state == HoldState::Approved;
  const bool open = waits || (hold.state == HoldState::Released && !hold.closed);
  if (open && hold.order.is_entry()) {
    open_.insert(id);
  } else {
    open_.erase(id);
  }
}

void Prover::on(const DayTurned& fact) {
  if (fact.day <= day_ && day_ != 0) {
    return fail("I5", "a later day than " + std::to_string(day_), std::to_string(fact.day));
  }
  const std::int64_t today = risk::trading_day(time_).value();
  if (fact.day != today) {
    return fail("I5",
                "the trading day of " + time_text(time_.value()) + ", " + std::to_string(today),
                std::to_string(fact.day));
  }
  day_ = fact.day;
  day_orders_ = 0;
  day_notional_ = {};
}

void Prover::on(const DayBased& fact) {
  if (fact.day != day_) return fail("I5", "the day " + std::to_string(day_), "another");
  if (fact.equity.raw() <= 0) return fail("I5", "an equity above 0", to_text(fact.equity));
  if (fact.peak < peak_) {
    return fail("I5", "a highest equity of at least " + to_text(peak_), to_text(fact.peak));
  }
  peak_ = fact.peak;
}

// The highest equity only rises, but where a decision ended DRAWDOWN.
void Prover::on(const PeakMoved& fact) {
  const OperatorCommand* const command = input<OperatorCommand>();
  const bool decided = command != nullptr && command->action == CommandAction::Unblock &&
                       command->block == Block::Drawdown &&
                       (blocks_ & bit_of(Block::Drawdown)) == 0;
  if (fact.peak < peak_ && !decided) {
    return fail("I5", "a highest equity of at least " + to_text(peak_), to_text(fact.peak));
  }
  peak_ = fact.peak;
}

// ---- degraded mode -----------------------------------------------------------------------------

void Prover::on(const IncidentOpened& fact) {
  if (fact.number != incidents_ + 1) {
    return fail("I5", "incident " + std::to_string(incidents_ + 1), std::to_string(fact.number));
  }
  incidents_ = fact.number;
  const bool tells = fact.cause == Block::UnmanagedExposure && fact.severity == Severity::Sev1;
  if (tells) human_called_for_ = false;
}

void Prover::on(const PositionSnapshotTaken& fact) {
  if (fact.number != snapshots_ + 1) {
    return fail("I5", "snapshot " + std::to_string(snapshots_ + 1), std::to_string(fact.number));
  }
  snapshots_ = fact.number;
  for (const HeldPosition& row : fact.positions) {
    Qty held;
    for (const auto& [id, hold] : ledger_.holds) {
      if (hold.closed || hold.order.symbol != row.symbol || !hold.has_intent) continue;
      held = std::max(held, hold.held);
    }
    if (row.qty > held) return fail("I11", "a position of " + to_text(held), to_text(row.qty));
  }
}

void Prover::on(const OpenOrdersSnapshotTaken& fact) {
  if (fact.number != snapshots_) {
    return fail("I5", "the snapshot of positions of that moment", "another");
  }
  snapshot_before_ = snapshot_before_ || fact.moment == SnapshotMoment::PreAction;
}

void Prover::on(const ProtectiveActionTaken& fact) {
  if (fact.snapshot != snapshots_) {
    return fail("I5", "the snapshots taken beside it, " + std::to_string(snapshots_),
                std::to_string(fact.snapshot));
  }
  if (!fact.ended) {
    if (fact.number != last_action_ + 1) {
      return fail("I5", "action " + std::to_string(last_action_ + 1), std::to_string(fact.number));
    }
    last_action_ = fact.number;
    actions_[fact.number] = {fact.hold, fact.client_order_id, fact.action};
    return;
  }
  const auto begun = actions_.find(fact.number);
  if (begun == actions_.end() || begun->second.hold != fact.hold ||
      begun->second.order != fact.client_order_id || begun->second.action != fact.action) {
    return fail("I5", "an action that began", "action " + std::to_string(fact.number));
  }
  actions_.erase(begun);
  const LedgerOrder* const order = ledger_.find(fact.client_order_id);
  if (order == nullptr || order->state != fact.result) {
    return fail("I5", "the order's state as the action's result", std::string(word(fact.result)));
  }
}

void Prover::on(const ReductionMoved& fact) {
  LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr || fact.held != hold->held) {
    return fail("I11", "the position that is reduced", "another");
  }
  if (!fact.begins) {  // a stop may have sold more meanwhile than was to go
    if (hold->keep == fact.target) return hold->keep.reset();
    return fail("I11", "a reduction that began, to that target", to_text(fact.target));
  }
  if (fact.target > fact.held) {
    return fail("I11", "a part of " + to_text(fact.held) + " that may stay", to_text(fact.target));
  }
  if ((blocks_ & bit_of(Block::SystemDegraded)) == 0) {
    return fail("I5", "SYSTEM_DEGRADED in force", "not in force");
  }
  hold->keep = fact.target;
}

}  // namespace clawgate::audit
