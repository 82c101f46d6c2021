// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schemas/fact.h"
#include "schemas/names.h"

// What happened to trading itself, as rows of a SessionReport: starts, engines, cooldowns, limits,
// incidents, what was done about positions, and what the governance ledger adds.

namespace clawgate::report {

/// A process began on this journal.
struct StartRow {
  UnixNanos time;
  Stage stage = Stage::S0;
  bool clean = false;
};

struct EngineModeRow {
  UnixNanos time;
  EngineMode mode = EngineMode::Normal;
  EngineName engine;  // that is not well; empty when all are
};

/// No entries after a loss. It moves with the limits while it lasts.
struct CooldownRow {
  UnixNanos since;
  UnixNanos until;
  HoldId hold;  // the trade that lost
  Notional lost;
};

/// What became of a limits document that was put forward.
struct LimitsDecidedRow {
  UnixNanos time;
  LimitsDecided fact;
  OperatorId operator_id;  // empty: a start of the session
  std::optional<Limits> before;
};

struct IncidentRow {
  UnixNanos time;
  IncidentOpened fact;
};

struct SnapshotRow {
  UnixNanos time;
  std::uint32_t number = 0;
  SnapshotMoment moment = SnapshotMoment::Degradation;
  std::uint32_t action = 0;
  std::size_t positions = 0;
  std::size_t orders = 0;
};

/// One protective action, between its two snapshots.
struct ActionRow {
  UnixNanos time;
  std::optional<UnixNanos> ended_at;
  std::uint32_t number = 0;
  ProtectiveAction action = ProtectiveAction::Cancel;
  HoldId hold;
  LegRole role = LegRole::Stop;
  OrderState result = OrderState::Released;
  std::uint32_t before = 0;  // snapshots
  std::uint32_t after = 0;   // 0: none yet
  Text<64> cause;
};

/// A position on its way down to what may stay open.
struct ReductionRow {
  UnixNanos time;
  std::optional<UnixNanos> ended_at;
  HoldId hold;
  Qty held;
  Qty target;
  Qty left;  // when it ended
  Notional safe_notional;
};

/// An amount came or went without an order.
struct MovementRow {
  UnixNanos time;
  Asset asset;
  Qty delta;           // below 0: it left
  bool found = false;  // by comparisons, after a time without announcements
  Qty there;           // found: what the account holds, this included
};

struct DecisionEndRow {
  UnixNanos time;
  DecisionRecorded decision;
};

/// One requirement that was missing, in words.
struct MissingRow {
  std::string requirement;
  std::string code;
  std::string seen;
};

/// The stage moved, or a promotion was refused: from the governance ledger.
struct StageRow {
  UnixNanos time;
  std::string stage;  // that it moved to, or that was asked for
  std::string level;  // empty: a promotion that was refused
  bool blocked = false;
  std::string cause;
  std::string decision_id;
  std::vector<MissingRow> missing;  // refused: all of it

  [[nodiscard]] bool refused() const { return !missing.empty(); }
};

/// How a fate or an episode feels: decides colours, never content.
enum class Tone : std::uint8_t { Good, Bad, Refused, Waiting, Quiet };

/// What an episode is about.
enum class Matter : std::uint8_t {
  Start,
  Block,
  Engines,
  Cooldown,
  Incident,
  Protection,
  Limits,
  Day,
  Stage,
  Violation,
  Command,
  Movement
};

/// One thing that happened to trading: when, what, why, and what ended it. Texts are printable.
struct Episode {
  UnixNanos since;
  std::optional<UnixNanos> until;
  bool lasts = false;  // without `until` it still holds at the end
  Matter matter = Matter::Block;
  Tone tone = Tone::Quiet;
  std::string what;
  std::string why;
  std::string meanwhile;  // what trading could do
  std::string ended;      // by what; while it holds, what would end it; of an instant, by whom
};

}  // namespace clawgate::report

namespace clawgate {

template <>
inline constexpr auto kWords<report::Matter> = std::to_array<std::string_view>(
    {"start", "block", "engines", "cooldown", "incident", "protection", "limits", "day", "stage",
     "violation", "command", "movement"});

}  // namespace clawgate
