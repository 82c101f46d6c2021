// SPDX-License-Identifier: Apache-2.0
#include "governance/decisions/decisions.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "governance/decisions/rules.h"
#include "schemas/contracts/date_time.h"

namespace clawgate::governance {
namespace {

using contracts::Decision;
using contracts::DecisionRequest;

/// Length before value: two fields can never be read as two others.
void add(Sha256& hash, std::string_view text) {
  const std::string size = std::to_string(text.size()) + ":";
  hash.update(bytes_of(size)).update(bytes_of(text));
}

std::string day_of(UnixNanos at) {
  const std::string date = contracts::to_date_time(at).substr(0, 10);
  return date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2);
}

std::string topic_of(const std::string& key) {
  return key.substr(0, key.rfind(':'));
}

/// Takes as long wherever they differ.
bool same(const Digest& a, const Digest& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.bytes.size(); ++i) {
    difference |= static_cast<unsigned>(a.bytes[i] ^ b.bytes[i]);
  }
  return difference == 0;
}

Error error(Reason reason, std::string field, std::string_view seen) {
  return {reason, std::move(field), printable(seen)};
}

DecisionAnswer refused(Error why) {
  DecisionAnswer answer;
  answer.refusals.push_back(std::move(why));
  return answer;
}

CommandAnswered answered(const DecisionCommand& command, const DecisionAnswer& answer) {
  CommandAnswered fact;
  fact.command_id = command.command_id;
  fact.command_digest = digest_of(command);
  fact.decision_id = command.decision_id;
  fact.operator_id = command.operator_id;
  fact.channel = command.channel;
  const Error first = answer.refusals.empty() ? Error{} : answer.refusals.front();
  fact.reason = std::string(info(first.reason).code);
  fact.field = first.field;
  fact.no_op = answer.no_op;
  return fact;
}

template <class T>
std::optional<T> unless_empty(const T& value) {
  return value.empty() ? std::nullopt : std::optional<T>(value);
}

}  // namespace

Digest digest_of(const DecisionCommand& command) {
  Sha256 hash;
  add(hash, "clawgate decision command");
  add(hash, std::to_string(static_cast<int>(command.action)));
  for (const std::string* text :
       {&command.decision_id, &command.command_id, &command.operator_id, &command.user_id,
        &command.chat_id, &command.evidence_ref, &command.challenge_id}) {
    add(hash, *text);
  }
  add(hash, std::to_string(static_cast<int>(command.channel)));
  add(hash, command.explicit_human_approval ? "1" : "0");
  add(hash, !command.signature_valid ? "-" : *command.signature_valid ? "1" : "0");
  hash.update(command.answer_hash.bytes);
  return hash.finish();
}

Digest challenge_hash(Bytes key, std::string_view challenge_id, std::string_view decision_id,
                      std::string_view operator_id, std::string_view answer) {
  std::string message;
  for (const std::string_view part : {challenge_id, decision_id, operator_id, answer}) {
    message += std::to_string(part.size()) + ":";
    message += part;
  }
  return hmac_sha256(key, bytes_of(message));
}

std::optional<DecisionRecorded> record_of(const DecisionRow& row) {
  constexpr std::array kEnds = {DecisionEnd::Approved, DecisionEnd::Rejected, DecisionEnd::Killed,
                                DecisionEnd::Expired};
  const auto status = static_cast<std::size_t>(row.decision.status);
  if (row.decision.status == DecisionStatus::Pending || !row.subject || !row.decided_at) {
    return std::nullopt;
  }
  DecisionRecorded record;
  record.id = DecisionId(row.decision.decision_id);
  record.end = kEnds[status - 1];
  record.subject = *row.subject;
  record.operator_id = OperatorId(row.decision.approver_operator_id.value_or(""));
  record.channel = row.decided_on.value_or(OperatorChannel::Terminal);
  record.challenge = static_cast<clawgate::ChallengeStatus>(row.decision.challenge_status);
  record.decided_at = *row.decided_at;
  return record;
}

DecisionAnswer Decisions::open(const DecisionRequest& request, Stage stage, UnixNanos now,
                               const DecisionIds& taken) const {
  const auto readable = contracts::decode_decision_request(encode(request));
  if (!readable) return refused(readable.error());
  DecisionAnswer answer;
  answer.refusals = broken_rules(request);
  const Digest digest = sha256(bytes_of(encode(request)));
  if (const DecisionRow* const row = pending_with_key(request.decision_key)) {
    answer.decision_id = row->decision.decision_id;
    answer.no_op = row->request_digest == digest;
    if (!answer.no_op) {
      answer.refusals.push_back(
          error(Reason::DecisionKeyTaken, "/decision_key", request.decision_key));
    }
    return answer;
  }
  if (request.risk_class != RiskClass::High && pending() >= kPendingMax) {
    answer.refusals.push_back(
        error(Reason::DecisionsFull, "/risk_class", contracts::word_of(request.risk_class)));
  }
  if (!answer.done()) return answer;

  DecisionOpened fact;
  Decision& decision = fact.decision;
  decision.decision_id = answer.decision_id = next_id(now, taken);
  decision.decision_key = request.decision_key;
  decision.title = request.title;
  decision.proposal = request.proposal;
  decision.risk_class = request.risk_class;
  decision.risk_tier = request.risk_tier;
  decision.data_sensitivity = request.data_sensitivity;
  decision.created_at = now;
  decision.timeout_at = UnixNanos{now.value() + sla_of(request.risk_class)};
  decision.side_effect_class = request.side_effect_class;
  DecisionRow row;
  row.decision = decision;
  if (is_critical(row, stage)) decision.challenge_status = ChallengeStatus::Pending;
  fact.purpose = request.purpose;
  fact.stage = stage;
  fact.requested_by = request.requested_by;
  fact.rollback_plan = request.rollback_plan;
  fact.evidence_refs = request.evidence_refs;
  fact.limits = request.limits;
  fact.subject = request.subject;
  fact.request_digest = digest;
  answer.facts.emplace_back(std::move(fact));
  return answer;
}

DecisionAnswer Decisions::challenge(const std::string& challenge_id, const std::string& decision_id,
                                    const std::string& operator_id, const Digest& answer_hash,
                                    UnixNanos now) const {
  const DecisionRow* const row = find(decision_id);
  if (row == nullptr) return refused(error(Reason::DecisionUnknown, "/decision_id", decision_id));
  if (row->decision.status != DecisionStatus::Pending) {
    return refused(error(Reason::DecisionNotPending, "/decision_id", decision_id));
  }
  if (now >= row->decision.timeout_at) {
    return refused(error(Reason::DecisionExpired, "/decision_id", decision_id));
  }
  if (is_locked(operator_id, now)) {
    return refused(error(Reason::OperatorLocked, "/operator_id", operator_id));
  }
  if (challenges_.contains(challenge_id)) {
    return refused(error(Reason::ChallengeInvalid, "/challenge_id", challenge_id));
  }
  DecisionAnswer answer;
  answer.decision_id = decision_id;
  for (const auto& [id, held] : challenges_) {
    const bool older = held.status == ChallengeStatus::Pending &&
                       held.issued.decision_id == decision_id &&
                       held.issued.operator_id == operator_id;
    if (!older) continue;
    answer.facts.emplace_back(
        ChallengeMoved{id, ChallengeStatus::Invalidated, held.attempts, "replaced"});
  }
  answer.facts.emplace_back(ChallengeIssued{challenge_id, decision_id, operator_id, answer_hash,
                                            UnixNanos{now.value() + kChallengeTtlNs}});
  return answer;
}

DecisionAnswer Decisions::apply(const DecisionCommand& command, std::span<const Operator> operators,
                                Stage stage, UnixNanos now) const {
  const Error form = form_error(command);
  if (form.reason != Reason::None) return refused(form);
  DecisionAnswer answer;
  answer.decision_id = command.decision_id;
  const auto known = commands_.find(command.command_id);
  if (known != commands_.end()) {
    answer.no_op = known->second.command_digest == digest_of(command);
    const Reason first = answer.no_op ? reason_of(known->second.reason) : Reason::CommandConflict;
    if (first != Reason::None) {
      answer.refusals.push_back(
          error(first, answer.no_op ? known->second.field : "/command_id", command.command_id));
    }
    answer.facts.emplace_back(answered(command, answer));
    return answer;
  }

  const DecisionRow* const row = find(command.decision_id);
  const Error who = operator_error(command, operators);
  if (row == nullptr) {
    answer.refusals.push_back(error(Reason::DecisionUnknown, "/decision_id", command.decision_id));
  } else if (who.reason != Reason::None) {
    answer.refusals.push_back(who);
  } else if (row->decision.status != DecisionStatus::Pending) {
    answer.refusals.push_back(error(Reason::DecisionNotPending, "/decision_id",
                                    contracts::word_of(row->decision.status)));
  } else if (now >= row->decision.timeout_at) {
    answer.refusals.push_back(error(Reason::DecisionExpired, "/decision_id", command.decision_id));
  } else if (command.action == DecisionEvent::Approve && is_critical(*row, stage) &&
             is_locked(command.operator_id, now)) {
    answer.refusals.push_back(error(Reason::OperatorLocked, "/operator_id", command.operator_id));
  } else {
    answer.refusals = broken_rules(command, *row, stage);
    const bool second_factor = command.action == DecisionEvent::Approve && is_critical(*row, stage);
    if (answer.done() && second_factor) answer_challenge(command, now, answer);
  }
  if (answer.done()) {
    DecisionMoved moved;
    moved.decision_id = command.decision_id;
    moved.to = *next_state(kDecisionTransitions, row->decision.status, command.action);
    moved.operator_id = command.operator_id;
    moved.channel = command.channel;
    moved.user_id = unless_empty(command.user_id);
    moved.chat_id = unless_empty(command.chat_id);
    moved.command_id = command.command_id;
    moved.explicit_human_approval = command.action == DecisionEvent::Approve &&
                                    command.explicit_human_approval &&
                                    command.channel != OperatorChannel::Scripted;
    moved.evidence_ref = unless_empty(command.evidence_ref);
    moved.signature_valid = command.signature_valid;
    answer.facts.emplace_back(std::move(moved));
  }
  answer.facts.emplace_back(answered(command, answer));
  return answer;
}

// A wrong answer is counted even though nothing else happens.
void Decisions::answer_challenge(const DecisionCommand& command, UnixNanos now,
                                 DecisionAnswer& answer) const {
  const auto refuse = [&](Reason reason) {
    answer.refusals.push_back(error(reason, "/challenge_id", command.challenge_id));
  };
  const auto found = challenges_.find(command.challenge_id);
  if (found == challenges_.end()) return refuse(Reason::ChallengeInvalid);
  const Challenge& held = found->second;
  const bool theirs = held.issued.decision_id == command.decision_id &&
                      held.issued.operator_id == command.operator_id;
  if (held.status == ChallengeStatus::Expired) return refuse(Reason::ChallengeExpired);
  if (!theirs || held.status != ChallengeStatus::Pending) return refuse(Reason::ChallengeInvalid);
  const auto attempts = static_cast<std::uint16_t>(held.attempts + 1);
  const auto move = [&](ChallengeStatus to, std::string cause) {
    answer.facts.emplace_back(ChallengeMoved{command.challenge_id, to, attempts, std::move(cause)});
  };
  if (now >= held.issued.expires_at) {
    move(ChallengeStatus::Expired, "time is over");
    return refuse(Reason::ChallengeExpired);
  }
  if (same(held.issued.answer_hash, command.answer_hash)) {
    return move(ChallengeStatus::Validated, "answered");
  }
  const bool last = attempts >= kChallengeAttemptsMax;
  move(last ? ChallengeStatus::Invalidated : ChallengeStatus::Pending, "wrong answer");
  refuse(Reason::ChallengeFailed);
}

std::vector<DecisionFact> Decisions::due(UnixNanos now) const {
  std::vector<DecisionFact> facts;
  for (const auto& [id, held] : challenges_) {
    if (held.status == ChallengeStatus::Pending && now >= held.issued.expires_at) {
      facts.emplace_back(
          ChallengeMoved{id, ChallengeStatus::Expired, held.attempts, "time is over"});
    }
  }
  for (const auto& [id, row] : rows_) {
    const Decision& decision = row.decision;
    if (decision.status != DecisionStatus::Pending) continue;
    const std::int64_t half = (decision.timeout_at.value() - decision.created_at.value()) / 2;
    if (now >= decision.timeout_at) {
      DecisionMoved moved;
      moved.decision_id = id;
      moved.opens_incident = times_out_again(row);
      facts.emplace_back(std::move(moved));
    } else if (row.escalations == 0 && now.value() >= decision.created_at.value() + half) {
      facts.emplace_back(DecisionEscalated{id});
    }
  }
  return facts;
}

std::vector<DecisionFact> Decisions::key_rotated() const {
  std::vector<DecisionFact> facts;
  for (const auto& [id, held] : challenges_) {
    if (held.status != ChallengeStatus::Pending) continue;
    facts.emplace_back(
        ChallengeMoved{id, ChallengeStatus::Invalidated, held.attempts, "key rotated"});
  }
  return facts;
}

const DecisionRow* Decisions::find(std::string_view id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

std::size_t Decisions::pending() const {
  return static_cast<std::size_t>(std::count_if(rows_.begin(), rows_.end(), [](const auto& row) {
    return row.second.decision.status == DecisionStatus::Pending;
  }));
}

ChallengeStatus Decisions::challenge_status(std::string_view challenge_id) const {
  const auto found = challenges_.find(challenge_id);
  return found == challenges_.end() ? ChallengeStatus::NotRequired : found->second.status;
}

bool Decisions::is_locked(std::string_view operator_id, UnixNanos now) const {
  const auto found = failures_.find(operator_id);
  return found != failures_.end() && now < found->second.locked_until;
}

std::string Decisions::next_id(UnixNanos now, const DecisionIds& taken) const {
  const std::string day = day_of(now);
  const auto count = opened_.find(day);
  for (std::uint32_t next = count == opened_.end() ? 1U : count->second + 1;; ++next) {
    char number[16];
    std::snprintf(number, sizeof number, "%03u", next);
    std::string id = "DEC-" + day + "-" + number;
    if (!taken.contains(id) && !rows_.contains(id)) return id;
  }
}

const DecisionRow* Decisions::pending_with_key(std::string_view key) const {
  for (const auto& [id, row] : rows_) {
    const bool waits = row.decision.status == DecisionStatus::Pending;
    if (waits && row.decision.decision_key == key) return &row;
  }
  return nullptr;
}

bool Decisions::times_out_again(const DecisionRow& row) const {
  const auto before = timeouts_.find(topic_of(row.decision.decision_key));
  return before != timeouts_.end() && before->second + 1 >= kTimeoutsToIncident;
}

void Decisions::fold(const DecisionFact& fact, UnixNanos at) {
  std::visit([&](const auto& one) { fold_one(one, at); }, fact);
}

void Decisions::fold_one(const DecisionOpened& fact, UnixNanos) {
  DecisionRow row;
  row.decision = fact.decision;
  row.purpose = fact.purpose;
  row.stage = fact.stage;
  row.requested_by = fact.requested_by;
  row.rollback_plan = fact.rollback_plan;
  row.evidence_refs = fact.evidence_refs;
  row.limits = fact.limits;
  row.subject = fact.subject;
  row.request_digest = fact.request_digest;
  ++opened_[day_of(fact.decision.created_at)];
  rows_.insert_or_assign(fact.decision.decision_id, std::move(row));
}

void Decisions::fold_one(const DecisionMoved& fact, UnixNanos at) {
  const auto found = rows_.find(fact.decision_id);
  if (found == rows_.end()) return;
  DecisionRow& row = found->second;
  Decision& decision = row.decision;
  decision.status = fact.to;
  row.decided_at = at;
  row.decided_on = fact.channel;
  std::uint16_t& timeouts = timeouts_[topic_of(decision.decision_key)];
  timeouts = fact.to == DecisionStatus::Expired ? static_cast<std::uint16_t>(timeouts + 1)
                                                : std::uint16_t{0};
  if (!fact.operator_id) return;
  decision.approver_operator_id = fact.operator_id;
  decision.last_command_id = fact.command_id;
  decision.explicit_human_approval = fact.explicit_human_approval;
  decision.approval_evidence_ref = fact.evidence_ref;
  decision.approval_signature_valid = fact.signature_valid;
  if (fact.channel == OperatorChannel::Telegram) {
    decision.approver_channel = contracts::TrustedChannel::Telegram;
    decision.auth_method = contracts::AuthMethod::TelegramAllowlist;
    decision.approver_telegram_user_id = fact.user_id;
    decision.approver_telegram_chat_id = fact.chat_id;
  }
  if (fact.channel == OperatorChannel::Slack) {
    decision.approver_channel = contracts::TrustedChannel::Slack;
    decision.auth_method = contracts::AuthMethod::SlackAllowlist;
    decision.approver_slack_user_id = fact.user_id;
    decision.approver_slack_channel_id = fact.chat_id;
  }
}

void Decisions::fold_one(const DecisionEscalated& fact, UnixNanos) {
  const auto found = rows_.find(fact.decision_id);
  if (found != rows_.end()) ++found->second.escalations;
}

void Decisions::fold_one(const CommandAnswered& fact, UnixNanos at) {
  if (fact.no_op || !commands_.emplace(fact.command_id, fact).second) return;
  const Reason reason = reason_of(fact.reason);
  const bool failed = reason == Reason::ChallengeFailed || reason == Reason::SignatureInvalid ||
                      reason == Reason::ChallengeInvalid;
  Failures& failures = failures_[fact.operator_id];
  if (reason == Reason::None) failures.in_a_row = 0;
  if (!failed) return;
  if (++failures.in_a_row < kFailuresToLock) return;
  failures.in_a_row = 0;
  failures.locked_until = UnixNanos{at.value() + kLockNs};
}

void Decisions::fold_one(const ChallengeIssued& fact, UnixNanos) {
  challenges_.insert_or_assign(fact.challenge_id, Challenge{fact});
  const auto found = rows_.find(fact.decision_id);
  if (found == rows_.end()) return;
  found->second.decision.challenge_id = fact.challenge_id;
  found->second.decision.challenge_status = ChallengeStatus::Pending;
  found->second.decision.challenge_expires_at = fact.expires_at;
}

void Decisions::fold_one(const ChallengeMoved& fact, UnixNanos) {
  const auto found = challenges_.find(fact.challenge_id);
  if (found == challenges_.end()) return;
  found->second.status = fact.to;
  found->second.attempts = fact.attempts;
  const auto row = rows_.find(found->second.issued.decision_id);
  if (row == rows_.end() || row->second.decision.challenge_id != fact.challenge_id) return;
  row->second.decision.challenge_status = fact.to;
}

}  // namespace clawgate::governance
