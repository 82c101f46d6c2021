// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clawgate {

/// What the gateway may do. The worst cause or condition in force decides.
enum class TradingState : std::uint8_t { Open, ReduceOnly, Blocked, Killed };

/// Why entries are blocked. A condition clears by evidence; a cause latches until a recorded
/// decision clears it. Values are bits in core state and reach the journal: conditions are 0 to 7,
/// causes 8 to 31, and none is ever given another meaning.
enum class Block : std::uint8_t {
  // conditions
  MarketDataStale = 0,
  Reconciling = 1,
  Backlog = 2,
  DiskLow = 3,
  DailyStop = 4,
  VenueUnreachable = 5,
  SecondaryEngineLost = 6,
  // causes
  EvalMissing = 8,
  ChecklistFailed = 9,
  ChannelLost = 10,
  BypassDetected = 11,
  AuditFailure = 12,
  LiveAttempt = 13,
  LiveLocked = 14,
  BackupOperatorMissing = 15,
  Kill = 16,
  PolicyViolation = 17,
  UnknownOutcome = 18,
  ProtectionMissing = 19,
  ForeignOrder = 20,
  Severity = 21,
  CapacityExhausted = 22,
  VenueContradiction = 23,
  VenueRejects = 24,
  PrimaryEngineLost = 25,
  SystemDegraded = 26,
  UnmanagedExposure = 27,
  SafeNotionalUnknown = 28,
  Drawdown = 29,
  StageWithdrawn = 30,
};

/// Who says that it began: the core by its own books, or an edge by an input (a condition by
/// ConditionReported, a cause by CauseReported).
enum class BlockSource : std::uint8_t { Core, Edge };

struct BlockInfo {
  Block block;
  bool latches;  // a cause
  TradingState state;
  std::string_view code;
  std::string_view meaning;
  std::string_view clears;  // what ends it
  BlockSource source = BlockSource::Core;
};

/// The one table that says which is which. What is not in it is a cause.
inline constexpr auto kBlocks = std::to_array<BlockInfo>({
    {Block::MarketDataStale, false, TradingState::Blocked, "MARKET_DATA_STALE",
     "Market data stopped arriving.", "Fresh market data."},
    {Block::Reconciling, false, TradingState::Blocked, "RECONCILING",
     "Our ledger and the venue's have not been compared yet.", "A reconciliation that agrees.",
     BlockSource::Edge},
    {Block::Backlog, false, TradingState::Blocked, "BACKLOG", "A queue is too full.",
     "The queue drains.", BlockSource::Edge},
    {Block::DiskLow, false, TradingState::Blocked, "DISK_LOW",
     "The journal's disk is below its watermark.", "Free disk space.", BlockSource::Edge},
    {Block::DailyStop, false, TradingState::Blocked, "DAILY_STOP",
     "The day's loss reached the daily stop.", "The next day, at 00:00 in Sao Paulo."},
    {Block::VenueUnreachable, false, TradingState::Blocked, "VENUE_UNREACHABLE",
     "The venue cannot be reached.", "A call that the venue answers.", BlockSource::Edge},
    {Block::SecondaryEngineLost, false, TradingState::Blocked, "SECONDARY_ENGINE_LOST",
     "A secondary signal engine is silent and the limits forbid going on with one.",
     "A heartbeat of that engine."},
    {Block::EvalMissing, true, TradingState::Blocked, "EVAL_MISSING",
     "eval-trading is absent, cannot run or failed.", "A green run and a recorded decision.",
     BlockSource::Edge},
    {Block::ChecklistFailed, true, TradingState::Blocked, "CHECKLIST_FAILED",
     "An item of the pre-live checklist failed.",
     "A checklist that passes and a recorded decision.", BlockSource::Edge},
    {Block::ChannelLost, true, TradingState::Blocked, "CHANNEL_LOST",
     "No approval channel is left, or its fallback was never validated.",
     "A working channel and a recorded decision.", BlockSource::Edge},
    {Block::BypassDetected, true, TradingState::Blocked, "BYPASS_DETECTED",
     "Something tried to go around the gateway.", "A review by a person and a recorded decision.",
     BlockSource::Edge},
    {Block::AuditFailure, true, TradingState::Blocked, "AUDIT_FAILURE",
     "An audit failed, or data contradict one another.", "A recorded decision.", BlockSource::Edge},
    {Block::LiveAttempt, true, TradingState::Blocked, "LIVE_ATTEMPT",
     "An order for a live venue or a class that is not enabled was attempted.",
     "A review by a person and a recorded decision."},
    {Block::LiveLocked, true, TradingState::Blocked, "LIVE_LOCKED",
     "A stage with real money was entered: it starts blocked.", "A recorded decision."},
    {Block::BackupOperatorMissing, true, TradingState::Blocked, "BACKUP_OPERATOR_MISSING",
     "No backup operator is enabled who may approve, reject and kill.",
     "An enabled backup operator and a recorded decision."},
    {Block::Kill, true, TradingState::Killed, "KILL", "An operator pulled the kill switch.",
     "A recorded decision."},
    {Block::PolicyViolation, true, TradingState::Blocked, "POLICY_VIOLATION",
     "An engine that may only signal tried to order or to decide, more than once.",
     "A recorded decision."},
    {Block::UnknownOutcome, true, TradingState::Blocked, "UNKNOWN_OUTCOME",
     "The outcome of an order is not known.", "Evidence from the venue and a recorded decision."},
    {Block::ProtectionMissing, true, TradingState::ReduceOnly, "PROTECTION_MISSING",
     "A position has no live stop.",
     "A recorded decision once the position is protected or closed."},
    {Block::ForeignOrder, true, TradingState::Blocked, "FOREIGN_ORDER",
     "The venue reports an order that this gateway did not send.",
     "The order's end, at the latest by its cancel at the venue, and a recorded decision.",
     BlockSource::Edge},
    {Block::Severity, true, TradingState::Blocked, "SEVERITY",
     "An incident of severity SEV-1 or SEV-2 is open.", "A recorded decision.", BlockSource::Edge},
    {Block::CapacityExhausted, true, TradingState::Blocked, "CAPACITY_EXHAUSTED",
     "A table of the core is full: it takes no entries any more, and exits go on.",
     "A new data directory, once nothing is held."},
    {Block::VenueContradiction, true, TradingState::Blocked, "VENUE_CONTRADICTION",
     "The venue reported what its own earlier reports exclude.", "A recorded decision."},
    {Block::VenueRejects, true, TradingState::Blocked, "VENUE_REJECTS",
     "The venue refused several entries in a row.", "A recorded decision."},
    {Block::PrimaryEngineLost, true, TradingState::Blocked, "PRIMARY_ENGINE_LOST",
     "The primary signal engine is silent or says that it is not healthy.",
     "Its heartbeat and a recorded decision."},
    {Block::SystemDegraded, true, TradingState::Blocked, "SYSTEM_DEGRADED",
     "A part that the gateway needs failed.",
     "Reconciliation, a live stop behind each position, and a recorded decision.",
     BlockSource::Edge},
    {Block::UnmanagedExposure, true, TradingState::Blocked, "UNMANAGED_EXPOSURE",
     "A position is held and the venue cannot be reached.",
     "The venue, reconciliation, and a recorded decision."},
    {Block::SafeNotionalUnknown, true, TradingState::Blocked, "SAFE_NOTIONAL_UNKNOWN",
     "How far a position must be reduced cannot be computed.",
     "Limits and a market that are known, and a recorded decision."},
    {Block::Drawdown, true, TradingState::Blocked, "DRAWDOWN",
     "The equity fell from its highest value by the drawdown guard.",
     "A recorded decision; the highest value then starts again."},
    {Block::StageWithdrawn, true, TradingState::Blocked, "STAGE_WITHDRAWN",
     "The ledger blocked this session's stage, or grants a lower one.",
     "A ledger that grants the stage again, and a recorded decision.", BlockSource::Edge},
});

[[nodiscard]] constexpr std::uint32_t bit_of(Block block) {
  return std::uint32_t{1} << static_cast<unsigned>(block);
}

[[nodiscard]] constexpr const BlockInfo& info(Block block) {
  for (const BlockInfo& row : kBlocks) {
    if (row.block == block) return row;
  }
  return kBlocks.back();
}
/// The cause of that code; nullptr for a condition and for no block at all.
[[nodiscard]] constexpr const BlockInfo* find_cause(std::string_view code) {
  for (const BlockInfo& row : kBlocks) {
    if (row.latches && row.code == code) return &row;
  }
  return nullptr;
}

inline constexpr std::uint32_t kConditionBits = 0x000000FF;
inline constexpr std::uint32_t kCauseBits = 0xFFFFFF00;

static_assert(
    [] {
      for (const BlockInfo& row : kBlocks) {
        if (row.latches != ((bit_of(row.block) & kCauseBits) != 0)) return false;
      }
      return true;
    }(),
    "conditions are the low eight bits, causes the others");

/// The state that a set of blocks amounts to: the worst of its rows.
[[nodiscard]] constexpr TradingState state_of(std::uint32_t blocks) {
  TradingState worst = TradingState::Open;
  for (const BlockInfo& row : kBlocks) {
    if ((blocks & bit_of(row.block)) != 0 && row.state > worst) worst = row.state;
  }
  return worst;
}

}  // namespace clawgate
