// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/contracts/decision_request.h"
#include "schemas/contracts/fields.h"

// What happened to decisions. Decisions::fold is the only code that changes them, and this is all
// it reads; the ledger keeps each fact with its time.

namespace clawgate::governance {

struct DecisionOpened {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "decision_opened";

  contracts::Decision decision;
  contracts::DecisionPurpose purpose = contracts::DecisionPurpose::General;
  Stage stage = Stage::S0;  // in which it was put
  std::string requested_by;
  std::string rollback_plan;
  std::vector<std::string> evidence_refs;
  std::optional<contracts::RampLimits> limits;
  std::optional<Digest> subject;
  Digest request_digest;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("decision", self.decision);
    field("purpose", self.purpose);
    field("stage", self.stage);
    field("requested_by", self.requested_by, contracts::id_rule(32));
    field("rollback_plan", self.rollback_plan, contracts::prose_rule(1024));
    field("evidence_refs", self.evidence_refs, contracts::list_rule(16, 0, 256));
    field("limits", self.limits);
    field("subject", self.subject);
    field("request_digest", self.request_digest);
  }
};

/// The answer, or the end of its time (without an operator then).
struct DecisionMoved {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "decision_moved";

  std::string decision_id;
  contracts::DecisionStatus to = contracts::DecisionStatus::Expired;
  std::optional<std::string> operator_id;
  std::optional<OperatorChannel> channel;
  std::optional<std::string> user_id;  // on a chat channel
  std::optional<std::string> chat_id;
  std::optional<std::string> command_id;
  bool explicit_human_approval = false;
  std::optional<std::string> evidence_ref;
  std::optional<bool> signature_valid;
  bool opens_incident = false;  // its scope and topic timed out twice in a row

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("decision_id", self.decision_id, contracts::id_rule(32));
    field("to", self.to);
    field("operator_id", self.operator_id, contracts::id_rule(32));
    field("channel", self.channel);
    field("user_id", self.user_id, contracts::id_rule(32));
    field("chat_id", self.chat_id, contracts::id_rule(32));
    field("command_id", self.command_id, contracts::id_rule(64));
    field("explicit_human_approval", self.explicit_human_approval);
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
    field("signature_valid", self.signature_valid);
    field("opens_incident", self.opens_incident);
  }
};

/// Half of its time is over: the backup operator is told too.
struct DecisionEscalated {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "decision_escalated";

  std::string decision_id;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("decision_id", self.decision_id, contracts::id_rule(32));
  }
};

/// A command and what it was told; a repetition is recorded too, as no_op.
struct CommandAnswered {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "command_answered";

  std::string command_id;
  Digest command_digest;
  std::string decision_id;
  std::string operator_id;
  OperatorChannel channel = OperatorChannel::Terminal;
  std::string reason;  // a Reason's code; NONE when it was done
  std::string field;   // of the first refusal
  bool no_op = false;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field_of) {
    field_of("command_id", self.command_id, contracts::id_rule(64));
    field_of("command_digest", self.command_digest);
    field_of("decision_id", self.decision_id, contracts::id_rule(32));
    field_of("operator_id", self.operator_id, contracts::id_rule(32));
    field_of("channel", self.channel);
    field_of("reason", self.reason, contracts::id_rule(64));
    field_of("field", self.field, contracts::prose_rule(96, 0));
    field_of("no_op", self.no_op);
  }
};

/// The answer itself is nowhere: only its HMAC.
struct ChallengeIssued {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "challenge_issued";

  std::string challenge_id;
  std::string decision_id;
  std::string operator_id;
  Digest answer_hash;
  UnixNanos expires_at;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("challenge_id", self.challenge_id, contracts::id_rule(64));
    field("decision_id", self.decision_id, contracts::id_rule(32));
    field("operator_id", self.operator_id, contracts::id_rule(32));
    field("answer_hash", self.answer_hash);
    field("expires_at", self.expires_at);
  }
};

struct ChallengeMoved {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "challenge_moved";

  std::string challenge_id;
  contracts::ChallengeStatus to = contracts::ChallengeStatus::Pending;
  std::uint16_t attempts = 0;
  std::string cause;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("challenge_id", self.challenge_id, contracts::id_rule(64));
    field("to", self.to);
    field("attempts", self.attempts);
    field("cause", self.cause, contracts::id_rule(64));
  }
};

using DecisionFact = std::variant<DecisionOpened, DecisionMoved, DecisionEscalated, CommandAnswered,
                                  ChallengeIssued, ChallengeMoved>;

}  // namespace clawgate::governance
