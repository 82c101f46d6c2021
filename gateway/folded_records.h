// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/fact.h"

namespace clawgate::gateway {

template <class... Rows>
struct RecordList {};

/// What State::fold takes: inputs that are facts as they stand, and facts. An audit asks of each
/// whether it may be folded, by the same list.
using FoldedRecords =
    RecordList<SessionOpened, Limits, Instrument, BalanceReported, MarketTop, SignalIntent,
               SignalRefused, OperatorCommand, ExecutionReport, HandedOff, KillAcknowledged,
               TimePassed, ConditionReported, ClockStepped, Operator, SignalDecided, CandidateHeld,
               RiskVerdict, HoldMoved, OrderIntent, OrderMoved, FillApplied, ProtectionMoved,
               ProtectiveIssued, CommandDecided, BlockChanged, CancelIssued, QueryIssued, DayTurned,
               ViolationRecorded, TradeClosed, LimitsProposed, DecisionRecorded, LimitsDecided,
               EngineHeartbeat, CauseReported, DayBased, PeakMoved, IncidentOpened,
               EngineModeChanged, PositionSnapshotTaken, OpenOrdersSnapshotTaken,
               ProtectiveActionTaken, ReductionMoved, UnknownClosed, LedgerAnchored, BalanceMoved,
               MovementFound>;

}  // namespace clawgate::gateway
