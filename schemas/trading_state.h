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
/// decision clears it. Values are bits in core state and reach the journal: add at the end.
enum class Block : std::uint8_t {
  // conditions
  MarketDataStale = 0,
  Reconciling = 1,
  Backlog = 2,
  DiskLow = 3,
  // causes
  Kill = 16,
  PolicyViolation = 17,
  UnknownOutcome = 18,
  ProtectionMissing = 19,
  ForeignOrder = 20,
  Severity = 21,
  CapacityExhausted = 22,
  VenueContradiction = 23,
  VenueRejects = 24,
};

struct BlockInfo {
  Block block;
  bool latches;  // a cause
  TradingState state;
  std::string_view code;
  std::string_view meaning;
  std::string_view clears;  // what ends it
};

/// The one table that says which is which. What is not in it is a cause.
inline constexpr auto kBlocks = std::to_array<BlockInfo>({
    {Block::MarketDataStale, false, TradingState::Blocked, "MARKET_DATA_STALE",
     "Market data stopped arriving.", "Fresh market data."},
    {Block::Reconciling, false, TradingState::Blocked, "RECONCILING",
     "Our ledger and the venue's have not been compared yet.", "A reconciliation that agrees."},
    {Block::Backlog, false, TradingState::Blocked, "BACKLOG", "A queue is too full.",
     "The queue drains."},
    {Block::DiskLow, false, TradingState::Blocked, "DISK_LOW",
     "The journal's disk is below its watermark.", "Free disk space."},
    {Block::Kill, true, TradingState::Killed, "KILL", "An operator pulled the kill switch.",
     "A recorded decision."},
    {Block::PolicyViolation, true, TradingState::Blocked, "POLICY_VIOLATION",
     "An engine that may only signal tried to order, more than once.", "A recorded decision."},
    {Block::UnknownOutcome, true, TradingState::Blocked, "UNKNOWN_OUTCOME",
     "The outcome of an order is not known.", "Evidence from the venue and a recorded decision."},
    {Block::ProtectionMissing, true, TradingState::ReduceOnly, "PROTECTION_MISSING",
     "A position has no live stop.",
     "A recorded decision once the position is protected or closed."},
    {Block::ForeignOrder, true, TradingState::Blocked, "FOREIGN_ORDER",
     "The venue reports an order that this gateway did not send.", "A recorded decision."},
    {Block::Severity, true, TradingState::Blocked, "SEVERITY",
     "An incident of severity SEV-1 or SEV-2 is open.", "A recorded decision."},
    {Block::CapacityExhausted, true, TradingState::Blocked, "CAPACITY_EXHAUSTED",
     "A table of the core is full.", "A restart with larger tables and a recorded decision."},
    {Block::VenueContradiction, true, TradingState::Blocked, "VENUE_CONTRADICTION",
     "The venue reported what its own earlier reports exclude.", "A recorded decision."},
    {Block::VenueRejects, true, TradingState::Blocked, "VENUE_REJECTS",
     "The venue refused several entries in a row.", "A recorded decision."},
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

inline constexpr std::uint32_t kConditionBits = 0x0000FFFF;
inline constexpr std::uint32_t kCauseBits = 0xFFFF0000;

static_assert(
    [] {
      for (const BlockInfo& row : kBlocks) {
        if (row.latches != ((bit_of(row.block) & kCauseBits) != 0)) return false;
      }
      return true;
    }(),
    "conditions are the low half, causes the high half");

/// The state that a set of blocks amounts to: the worst of its rows.
[[nodiscard]] constexpr TradingState state_of(std::uint32_t blocks) {
  TradingState worst = TradingState::Open;
  for (const BlockInfo& row : kBlocks) {
    if ((blocks & bit_of(row.block)) != 0 && row.state > worst) worst = row.state;
  }
  return worst;
}

}  // namespace clawgate
