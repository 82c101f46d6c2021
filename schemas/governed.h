// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "schemas/command.h"
#include "schemas/core/digest.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/limits.h"

// Inputs that govern what may be traded: decisions and the documents that need them.

namespace clawgate {

/// How a decision ended. Only an approved one permits anything.
enum class DecisionEnd : std::uint8_t { Approved, Rejected, Killed, Expired };

/// A decision that came to its end, as the core needs to know it: which one, how, by whom, and over
/// exactly what. Whoever records it has verified the person; the core asks again whether that
/// operator may decide. Input record.
struct DecisionRecorded {
  static constexpr std::uint16_t kType = 31;

  DecisionId id;
  DecisionEnd end = DecisionEnd::Rejected;
  Digest subject;  // of what was decided on: see subject_of()
  OperatorId operator_id;
  OperatorChannel channel = OperatorChannel::Terminal;
  ChallengeStatus challenge = ChallengeStatus::NotRequired;
  UnixNanos decided_at;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("end", self.end);
    field("subject", self.subject);
    field("operator_id", self.operator_id);
    field("channel", self.channel);
    field("challenge", self.challenge);
    field("decided_at", self.decided_at);
  }
};

/// A limits document is put forward: by the start of a session (no command id, no operator), or by
/// an operator. Input record.
struct LimitsProposed {
  static constexpr std::uint16_t kType = 30;

  CommandId command_id;
  OperatorId operator_id;
  Limits document;  // its `decision` names the one that approved it, where it needs one

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("command_id", self.command_id);
    field("operator_id", self.operator_id);
    field("document", self.document);
  }
};

/// A signal engine says that it lives, and whether it is fit to signal. Input record.
struct EngineHeartbeat {
  static constexpr std::uint16_t kType = 32;

  EngineName engine;
  bool healthy = false;
  Text<64> note;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("engine", self.engine);
    field("healthy", self.healthy);
    field("note", self.note);
  }
};

/// An edge's evidence that a cause began. It can begin only what kBlocks lets an edge begin, and
/// end nothing. Input record.
struct CauseReported {
  static constexpr std::uint16_t kType = 33;

  Block cause = Block::AuditFailure;
  Text<24> origin;    // the part that says so
  Text<64> evidence;  // what it saw

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("cause", self.cause);
    field("origin", self.origin);
    field("evidence", self.evidence);
  }
};

/// Where the governance ledger stood when the core was told what it says: its newest entry. The
/// ledger only grows, so each anchor stays on its chain; journals without one say nothing of it.
/// Input record.
struct LedgerAnchored {
  static constexpr std::uint16_t kType = 34;

  std::uint64_t seq = 0;
  Digest hash;  // entry_hash of that entry

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("seq", self.seq);
    field("hash", self.hash);
  }
};

/// What a decision over a limits document covers: SHA-256 of its record without `decision`.
[[nodiscard]] Digest subject_of(Limits document, Sha256& hasher);
/// What a decision that lifts a cause covers: SHA-256 of "unblock:" and its code.
[[nodiscard]] Digest subject_of(Block cause, Sha256& hasher);
/// What a decision that closes an unknown order covers: SHA-256 of "close_unknown:" and its id.
[[nodiscard]] Digest subject_of(const ClientOrderId& order, Sha256& hasher);

}  // namespace clawgate
