// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/digest.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/trading_state.h"

namespace clawgate {

enum class CommandAction : std::uint8_t {
  Approve,
  Reject,
  Kill,
  Unblock,
  CloseUnknown,
  Reconcile,  // compare our ledger with the venue's, all of it; entries wait until they agree
};

/// Where a command came from. Scripted is possible only in S0 against the simulator.
/// None: nobody said anything; no operator uses it. Email: anybody may have said it; it is recorded
/// and nothing else ever follows.
enum class OperatorChannel : std::uint8_t {
  Terminal,
  Scripted,
  Http,
  Telegram,
  Slack,
  None,
  Email
};

/// Where what can lead to an order in S1 and S2 has to come from.
[[nodiscard]] constexpr bool is_trusted(OperatorChannel channel) {
  return channel == OperatorChannel::Telegram || channel == OperatorChannel::Slack;
}

enum class ChallengeStatus : std::uint8_t { NotRequired, Pending, Validated, Expired, Invalidated };

/// What a person (or, in S0, a script) told the gateway to do. The edge verified who it is; secrets
/// stay there. Input record.
struct OperatorCommand {
  static constexpr std::uint16_t kType = 17;

  CommandId command_id;
  CommandAction action = CommandAction::Reject;
  OperatorId operator_id;
  OperatorChannel channel = OperatorChannel::Terminal;
  ChallengeStatus challenge = ChallengeStatus::NotRequired;
  HoldId hold;                // Approve, Reject
  Digest digest;              // Approve: of the order that was shown
  Block block = Block::Kill;  // Unblock: the cause to clear
  DecisionId decision_id;     // Unblock, CloseUnknown: the recorded decision
  ClientOrderId order;        // CloseUnknown: the order it closes
  Text<96> note;              // why, in the operator's words

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("command_id", self.command_id);
    field("action", self.action);
    field("operator_id", self.operator_id);
    field("channel", self.channel);
    field("challenge", self.challenge);
    field("hold", self.hold);
    field("digest", self.digest);
    field("block", self.block);
    field("decision_id", self.decision_id);
    field("order", self.order);
    field("note", self.note);
  }
};

/// A kill that is stored before the core hears of it. The core refuses one that came by e-mail.
[[nodiscard]] constexpr bool kills_at_once(const OperatorCommand& command) {
  return command.action == CommandAction::Kill && command.channel != OperatorChannel::Email;
}

/// One row of the operator registry. Input record.
struct Operator {
  static constexpr std::uint16_t kType = 25;

  OperatorId id;
  bool enabled = true;
  bool may_approve = true;
  bool may_reject = true;
  bool may_kill = true;
  bool may_unblock = true;
  std::uint8_t channels = 0;  // bits by OperatorChannel
  bool backup = false;        // stands in for the primary one

  [[nodiscard]] constexpr bool uses(OperatorChannel channel) const {
    return channel != OperatorChannel::None && channel != OperatorChannel::Email &&
           (channels >> static_cast<unsigned>(channel) & 1U) != 0;
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("enabled", self.enabled);
    field("may_approve", self.may_approve);
    field("may_reject", self.may_reject);
    field("may_kill", self.may_kill);
    field("may_unblock", self.may_unblock);
    field("channels", self.channels);
    field("backup", self.backup);
  }
};

[[nodiscard]] constexpr std::uint8_t bit_of(OperatorChannel channel) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(channel));
}

/// Time went on with nothing else to say: something the core waits for is due. Input record.
struct TimePassed {
  static constexpr std::uint16_t kType = 20;
  template <class Self, class Visitor>
  static constexpr void visit(Self&, Visitor&&) {}
};

/// An edge's evidence that a condition began or ended. Input record.
struct ConditionReported {
  static constexpr std::uint16_t kType = 21;

  Block condition = Block::Backlog;
  bool holds = false;
  Text<64> evidence;
  bool unheard = false;  // RECONCILING ends, and movements before it may not have been announced

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("condition", self.condition);
    field("holds", self.holds);
    field("evidence", self.evidence);
    field("unheard", self.unheard);
  }
};

/// The wall clock stepped against the monotonic one. Input record.
struct ClockStepped {
  static constexpr std::uint16_t kType = 22;

  std::int64_t step_ns = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("step_ns", self.step_ns);
  }
};

}  // namespace clawgate
