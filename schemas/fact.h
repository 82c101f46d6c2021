// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/command.h"
#include "schemas/core/record.h"
#include "schemas/fact_risk.h"
#include "schemas/governed.h"
#include "schemas/limits.h"
#include "schemas/market.h"
#include "schemas/order.h"
#include "schemas/reason.h"
#include "schemas/signal.h"
#include "schemas/states.h"
#include "schemas/venue.h"

// What the core decided. Inputs (types 10 to 49) and facts (types 60 to 99) together are the
// journal: state is a fold over both, so recovery never decides anything again, and an audit
// re-executes the inputs and compares the facts. Type numbers are never reused; fields are only
// appended.

namespace clawgate {

enum class SignalOutcome : std::uint8_t { Held, Denied, NoAction, Duplicate, Conflict };

/// What became of an accepted signal.
struct SignalDecided {
  static constexpr std::uint16_t kType = 60;

  HoldId hold;  // the input's sequence; a hold of this id exists when Held
  SignalOutcome outcome = SignalOutcome::Denied;
  std::uint64_t reasons = 0;  // ReasonSet
  EngineName source_engine;
  IntentId intent_id;
  Digest intent_key;  // SHA-256 of engine and intent id
  Digest trace_key;   // SHA-256 of the trace id
  Digest payload;
  Symbol symbol;
  SignalSide side = SignalSide::Hold;
  HoldId first;  // Duplicate, Conflict: the hold of the one before

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("outcome", self.outcome);
    field("reasons", self.reasons);
    field("source_engine", self.source_engine);
    field("intent_id", self.intent_id);
    field("intent_key", self.intent_key);
    field("trace_key", self.trace_key);
    field("payload", self.payload);
    field("symbol", self.symbol);
    field("side", self.side);
    field("first", self.first);
  }
};

/// An order waits for a person.
struct CandidateHeld {
  static constexpr std::uint16_t kType = 61;

  OrderCandidate order;
  Digest digest;
  TraceId trace_id;
  EngineName source_engine;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("order", self.order);
    field("digest", self.digest);
    field("trace_id", self.trace_id);
    field("source_engine", self.source_engine);
  }
};

enum class RiskPhase : std::uint8_t { Hold, Release };

/// The whole risk table ran over one candidate.
struct RiskVerdict {
  static constexpr std::uint16_t kType = 62;

  HoldId hold;
  RiskPhase phase = RiskPhase::Hold;
  std::uint64_t reasons = 0;  // ReasonSet; 0 is PASS
  std::uint8_t checks = 0;    // rows of the table that ran
  LimitsVersion limits_version;
  Notional equity;
  Px bid;
  Px ask;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("phase", self.phase);
    field("reasons", self.reasons);
    field("checks", self.checks);
    field("limits_version", self.limits_version);
    field("equity", self.equity);
    field("bid", self.bid);
    field("ask", self.ask);
  }
};

struct HoldMoved {
  static constexpr std::uint16_t kType = 63;

  HoldId hold;
  HoldEvent event = HoldEvent::Void;
  HoldState to = HoldState::Voided;
  Reason reason = Reason::None;
  OperatorId operator_id;  // who decided it; empty: nobody, as after a restart
  OperatorChannel channel = OperatorChannel::None;
  CommandId command_id;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("event", self.event);
    field("to", self.to);
    field("reason", self.reason);
    field("operator_id", self.operator_id);
    field("channel", self.channel);
    field("command_id", self.command_id);
  }
};

struct OrderMoved {
  static constexpr std::uint16_t kType = 65;

  HoldId hold;
  ClientOrderId client_order_id;
  LegRole role = LegRole::Entry;
  OrderEvent event = OrderEvent::Send;
  OrderState to = OrderState::Sent;
  std::int32_t venue_code = 0;
  Text<64> text;
  VenueOrderId venue_order_id;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("role", self.role);
    field("event", self.event);
    field("to", self.to);
    field("venue_code", self.venue_code);
    field("text", self.text);
    field("venue_order_id", self.venue_order_id);
  }
};

struct FillApplied {
  static constexpr std::uint16_t kType = 66;

  HoldId hold;
  ClientOrderId client_order_id;
  LegRole role = LegRole::Entry;
  ExecId exec_id;
  Side side = Side::Buy;
  Qty qty;
  Px px;
  Qty fee;
  Asset fee_asset;
  // The trade's position afterwards; risk::Position says what each means.
  Qty held;
  Notional cost;
  Notional realised;
  Notional fees;
  std::uint32_t fees_elsewhere = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("role", self.role);
    field("exec_id", self.exec_id);
    field("side", self.side);
    field("qty", self.qty);
    field("px", self.px);
    field("fee", self.fee);
    field("fee_asset", self.fee_asset);
    field("held", self.held);
    field("cost", self.cost);
    field("realised", self.realised);
    field("fees", self.fees);
    field("fees_elsewhere", self.fees_elsewhere);
  }
};

struct ProtectionMoved {
  static constexpr std::uint16_t kType = 67;

  HoldId hold;
  ProtectionEvent event = ProtectionEvent::Closed;
  ProtectionState to = ProtectionState::Done;
  Text<64> cause;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("event", self.event);
    field("to", self.to);
    field("cause", self.cause);
  }
};

/// A ProtectPermit was given: one reduce-only order out of an approved envelope.
struct ProtectiveIssued {
  static constexpr std::uint16_t kType = 68;

  HoldId hold;  // of the entry whose envelope covers it
  HoldId exit;  // of the approved exit, when it is one
  Leg leg;
  Qty held;  // the position at that moment: leg.qty is never more

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("exit", self.exit);
    field("leg", self.leg);
    field("held", self.held);
  }
};

struct CommandDecided {
  static constexpr std::uint16_t kType = 69;

  CommandId command_id;
  Digest content;                // SHA-256 of the command's record without its id
  Reason reason = Reason::None;  // None: done
  bool no_op = false;            // a replay: answered with the first outcome
  HoldId hold;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("command_id", self.command_id);
    field("content", self.content);
    field("reason", self.reason);
    field("no_op", self.no_op);
    field("hold", self.hold);
  }
};

/// A condition or cause began or ended.
struct BlockChanged {
  static constexpr std::uint16_t kType = 70;

  Block block = Block::Kill;
  bool active = false;
  std::uint32_t blocks = 0;  // all of them, afterwards
  KillEpoch kill_epoch;      // counts the kills
  DecisionId decision_id;    // a cause ends only by one
  OperatorId operator_id;
  Text<96> evidence;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("block", self.block);
    field("active", self.active);
    field("blocks", self.blocks);
    field("kill_epoch", self.kill_epoch);
    field("decision_id", self.decision_id);
    field("operator_id", self.operator_id);
    field("evidence", self.evidence);
  }
};

/// A cancel of one of our working orders was issued.
struct CancelIssued {
  static constexpr std::uint16_t kType = 72;

  HoldId hold;
  ClientOrderId client_order_id;
  bool only_new = false;
  Text<64> cause;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("only_new", self.only_new);
    field("cause", self.cause);
  }
};

/// The venue was asked what became of an order.
struct QueryIssued {
  static constexpr std::uint16_t kType = 73;

  HoldId hold;
  ClientOrderId client_order_id;
  std::uint8_t attempt = 0;
  UnixNanos next_at;  // when the next one is due if no evidence comes

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("attempt", self.attempt);
    field("next_at", self.next_at);
  }
};

/// The trading day (America/Sao_Paulo) turned: daily counters start again.
struct DayTurned {
  static constexpr std::uint16_t kType = 74;

  std::int32_t day = 0;  // days since 1970-01-01 in that zone
  Notional equity;       // at the turn; 0 when unknown
  bool has_result = false;
  Notional result;  // at the turn, as in DayBased

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("day", self.day);
    field("equity", self.equity);
    field("has_result", self.has_result);
    field("result", self.result);
  }
};

/// An engine that may only signal tried to order, or to decide on an order (I13).
struct ViolationRecorded {
  static constexpr std::uint16_t kType = 75;

  EngineName source;
  Reason reason = Reason::None;
  Digest payload;
  std::uint32_t count = 0;  // so far, this one included

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("source", self.source);
    field("reason", self.reason);
    field("payload", self.payload);
    field("count", self.count);
  }
};

/// A trade came to its end: nothing works at the venue and no more than dust is held.
struct TradeClosed {
  static constexpr std::uint16_t kType = 76;

  HoldId hold;
  Notional realised;  // profit, fees of both sides included
  Notional fees;
  Qty dust;  // base that is left, less than the venue takes an order for

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("realised", self.realised);
    field("fees", self.fees);
    field("dust", self.dust);
  }
};

/// An order whose outcome nobody could find out ends by a decision, and its list with it.
struct UnknownClosed {
  static constexpr std::uint16_t kType = 77;

  HoldId hold;
  ClientOrderId client_order_id;  // the one that was decided on
  DecisionId decision_id;         // spent on it

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("decision_id", self.decision_id);
  }
};

/// An account holds more of an asset than was executed and announced, while nobody listened for
/// announcements, and two comparisons showed it: it came by itself, as in BalanceMoved.
struct MovementFound {
  static constexpr std::uint16_t kType = 78;

  AccountId account;
  Asset asset;
  Qty delta;        // above 0
  Qty there;        // what the account holds, this included
  UnixNanos since;  // first seen

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("asset", self.asset);
    field("delta", self.delta);
    field("there", self.there);
    field("since", self.since);
  }
};

}  // namespace clawgate
