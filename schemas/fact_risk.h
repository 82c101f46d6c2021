// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/limits.h"
#include "schemas/order.h"
#include "schemas/reason.h"
#include "schemas/states.h"
#include "schemas/trading_state.h"

// Facts about limits and about risk over time: types 80 to 89. schemas/fact.h says what a fact is.

namespace clawgate {

/// What became of a limits document that was put forward.
struct LimitsDecided {
  static constexpr std::uint16_t kType = 80;

  Reason reason = Reason::None;  // None: it is in force
  bool no_op = false;            // it was in force already, word for word
  LimitsVersion before;          // 0: there were none
  DecisionId decision;           // spent on it; empty where none was needed
  Limits document;               // as it was put forward

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("reason", self.reason);
    field("no_op", self.no_op);
    field("before", self.before);
    field("decision", self.decision);
    field("document", self.document);
  }
};

/// The equity that a day is measured by is known. `equity` is what the account was worth at the
/// day's start (or at the first moment of the day at which that can be said), from balances and
/// marks; `result` is what our own fills and marks amounted to then. Everything later is measured
/// by results alone: equity + (result now - result then), so deposits are no profit.
struct DayBased {
  static constexpr std::uint16_t kType = 81;

  std::int32_t day = 0;
  Notional equity;
  Notional result;
  Notional peak;  // the highest equity so far, raised by what was paid in

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("day", self.day);
    field("equity", self.equity);
    field("result", self.result);
    field("peak", self.peak);
  }
};

/// The equity rose above its highest value, or a decision lets that start again.
struct PeakMoved {
  static constexpr std::uint16_t kType = 82;

  Notional peak;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("peak", self.peak);
  }
};

enum class Severity : std::uint8_t { Sev1, Sev2, Sev3 };

/// Something happened that a person has to look into.
struct IncidentOpened {
  static constexpr std::uint16_t kType = 83;

  std::uint32_t number = 0;  // counts them, from 1
  Severity severity = Severity::Sev1;
  Block cause = Block::AuditFailure;
  bool violation = false;  // a bound that nothing may cross was crossed
  Text<96> summary;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("number", self.number);
    field("severity", self.severity);
    field("cause", self.cause);
    field("violation", self.violation);
    field("summary", self.summary);
  }
};

/// Which engines entries may come from. Single: a secondary one is silent, the primary goes on.
enum class EngineMode : std::uint8_t { Normal, Single, FailClosed };

struct EngineModeChanged {
  static constexpr std::uint16_t kType = 84;

  EngineMode mode = EngineMode::FailClosed;
  EngineName engine;  // whose health changed it

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("mode", self.mode);
    field("engine", self.engine);
  }
};

enum class SnapshotMoment : std::uint8_t { Degradation, PreAction, PostAction };

struct HeldPosition {
  Symbol symbol;
  Qty qty;
  Notional cost;
  Px mark;             // the bid; 0 when not known
  ClientOrderId stop;  // empty: there is none
  Px stop_trigger;
  Qty stop_qty;
  bool stop_live = false;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol);
    field("qty", self.qty);
    field("cost", self.cost);
    field("mark", self.mark);
    field("stop", self.stop);
    field("stop_trigger", self.stop_trigger);
    field("stop_qty", self.stop_qty);
    field("stop_live", self.stop_live);
  }
};

struct HeldBalance {
  Asset asset;
  Qty free;
  Qty locked;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("asset", self.asset);
    field("free", self.free);
    field("locked", self.locked);
  }
};

/// position_snapshot, from our ledger. What does not fit is counted in `left_out`.
struct PositionSnapshotTaken {
  static constexpr std::uint16_t kType = 85;

  std::uint32_t number = 0;  // counts them; the open orders of the same moment have the same one
  SnapshotMoment moment = SnapshotMoment::Degradation;
  std::uint32_t action = 0;  // that it stands before or behind
  List<HeldPosition, 16> positions;
  List<HeldBalance, 16> balances;
  std::uint16_t left_out = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("number", self.number);
    field("moment", self.moment);
    field("action", self.action);
    field("positions", self.positions);
    field("balances", self.balances);
    field("left_out", self.left_out);
  }
};

struct OpenOrder {
  ClientOrderId client_order_id;
  Symbol symbol;
  LegRole role = LegRole::Entry;
  OrdType type = OrdType::Limit;
  OrderState state = OrderState::Released;
  Qty qty;
  Qty filled;
  Px limit;
  Px trigger;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("client_order_id", self.client_order_id);
    field("symbol", self.symbol);
    field("role", self.role);
    field("type", self.type);
    field("state", self.state);
    field("qty", self.qty);
    field("filled", self.filled);
    field("limit", self.limit);
    field("trigger", self.trigger);
  }
};

/// open_orders_snapshot, from our ledger.
struct OpenOrdersSnapshotTaken {
  static constexpr std::uint16_t kType = 86;

  std::uint32_t number = 0;
  SnapshotMoment moment = SnapshotMoment::Degradation;
  std::uint32_t action = 0;
  List<OpenOrder, 32> orders;
  std::uint16_t left_out = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("number", self.number);
    field("moment", self.moment);
    field("action", self.action);
    field("orders", self.orders);
    field("left_out", self.left_out);
  }
};

enum class ProtectiveAction : std::uint8_t { Cancel, Place };

/// A protective action began, or came to its end: the evidence beside its snapshots.
struct ProtectiveActionTaken {
  static constexpr std::uint16_t kType = 87;

  std::uint32_t number = 0;  // counts them, from 1
  ProtectiveAction action = ProtectiveAction::Cancel;
  bool ended = false;
  HoldId hold;
  ClientOrderId client_order_id;
  LegRole role = LegRole::Stop;
  OrderState result = OrderState::Released;  // of the order, when it ended
  std::uint32_t snapshot = 0;                // taken before (or, when it ended, behind) it
  Text<64> cause;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("number", self.number);
    field("action", self.action);
    field("ended", self.ended);
    field("hold", self.hold);
    field("client_order_id", self.client_order_id);
    field("role", self.role);
    field("result", self.result);
    field("snapshot", self.snapshot);
    field("cause", self.cause);
  }
};

/// A position is being brought down to what may stay open while the system is degraded, or was.
struct ReductionMoved {
  static constexpr std::uint16_t kType = 88;

  HoldId hold;
  bool begins = false;
  Qty held;
  Qty target;              // what may stay; 0: nothing
  Notional safe_notional;  // of the account

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("begins", self.begins);
    field("held", self.held);
    field("target", self.target);
    field("safe_notional", self.safe_notional);
  }
};

}  // namespace clawgate
