// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/decimal.h"
#include "sim/exchange/types.h"

// What can be made to go wrong, each with a known truth afterwards.

namespace clawgate::sim {

enum class FaultKind : std::uint8_t {
  TimeoutExecuted,
  TimeoutNotExecuted,
  CutExecuted,
  CutNotExecuted,
  LateReply,
  LateEvents,
  BusErrorExecuted,
  BusErrorNotExecuted,
  QueryLag,
  StreamCut,
  DuplicateEvents,
  EventsFirst,
  ReplyFirst,
  RateLimited,
  IpBanned,
  ClockSkew,
  FillBeforeCancel,
  CancelOvertakesFill,
  ReplaceNewRefused,
  ReplaceCancelRefused,
  ServerShutdown,
  DayCut,
  MissingPings,
  StreamSilent,
  StreamLost,
};

/// Where in a request's life a fault strikes.
enum class FaultPlace : std::uint8_t {
  Request,   // before anything else
  Clock,     // the time that the request is checked with and shown
  Forward,   // an order or cancel that passed all checks, ahead of the matching engine
  Reply,     // the answer of an order or cancel that the matching engine executed
  Accepted,  // a new order
  Cancel,    // a cancel of a resting order, ahead of the matching engine
  Replace,   // a cancelReplace, ahead of the matching engine
  Events,    // the user events of a request
  Fill,      // one TRADE report to one WebSocket
  Sessions,  // all WebSockets
  Pings,     // asked by whoever sends them
};

/// What is true after the fault, whatever the client was told.
enum class FaultTruth : std::uint8_t {
  Executed,     // the request did what it asked
  NotExecuted,  // it did nothing
  Unchanged     // only when and whether something was told changed
};
template <>
inline constexpr auto kNames<FaultTruth> =
    std::to_array<std::string_view>({"EXECUTED", "NOT_EXECUTED", "UNCHANGED"});

struct FaultInfo {
  FaultKind kind;
  std::string_view name;
  FaultPlace place;
  std::int64_t default_ms;  // how long: a delay, a lag, Retry-After, a skew; 0 where it has none
  std::string_view what;
};

inline constexpr auto kFaults = std::to_array<FaultInfo>({
    {FaultKind::TimeoutExecuted, "timeout_executed", FaultPlace::Reply, 0,
     "executed, answered 504 -1007"},
    {FaultKind::TimeoutNotExecuted, "timeout_not_executed", FaultPlace::Forward, 0,
     "not executed, answered 504 -1007"},
    {FaultKind::CutExecuted, "cut_executed", FaultPlace::Reply, 0,
     "executed, the connection drops before the reply"},
    {FaultKind::CutNotExecuted, "cut_not_executed", FaultPlace::Forward, 0,
     "not executed, the connection drops"},
    {FaultKind::LateReply, "late_reply", FaultPlace::Reply, 12'000,
     "executed, the reply comes late, its events in time"},
    {FaultKind::LateEvents, "late_events", FaultPlace::Events, 12'000,
     "the reply comes in time, its events late"},
    {FaultKind::BusErrorExecuted, "bus_error_executed", FaultPlace::Reply, 0,
     "executed, answered -1006"},
    {FaultKind::BusErrorNotExecuted, "bus_error_not_executed", FaultPlace::Forward, 0,
     "not executed, answered -1006"},
    {FaultKind::QueryLag, "query_lag", FaultPlace::Accepted, 1'000,
     "queries do not know the new order for a while"},
    {FaultKind::StreamCut, "stream_cut", FaultPlace::Fill, 0,
     "the user stream's socket drops instead of telling of a fill"},
    {FaultKind::DuplicateEvents, "duplicate_events", FaultPlace::Events, 0,
     "each event comes twice"},
    {FaultKind::EventsFirst, "events_first", FaultPlace::Events, 50,
     "the reply comes that long after its events"},
    {FaultKind::ReplyFirst, "reply_first", FaultPlace::Events, 50,
     "the events come that long after their reply"},
    {FaultKind::RateLimited, "rate_limited", FaultPlace::Request, 30'000, "429 with Retry-After"},
    {FaultKind::IpBanned, "ip_banned", FaultPlace::Request, 120'000,
     "418, and a ban for that long"},
    {FaultKind::ClockSkew, "clock_skew", FaultPlace::Clock, 1'200,
     "the server's clock is that far ahead; negative: behind"},
    {FaultKind::FillBeforeCancel, "fill_before_cancel", FaultPlace::Cancel, 0,
     "the order fills just before its cancel, which is refused"},
    {FaultKind::CancelOvertakesFill, "cancel_overtakes_fill", FaultPlace::Cancel, 0,
     "half the order fills just before its cancel, and the events come cancel first"},
    {FaultKind::ReplaceNewRefused, "replace_new_refused", FaultPlace::Replace, 0,
     "409: the cancel succeeds, the new order is refused"},
    {FaultKind::ReplaceCancelRefused, "replace_cancel_refused", FaultPlace::Replace, 0,
     "the old order fills just before its cancel, which is refused"},
    {FaultKind::ServerShutdown, "server_shutdown", FaultPlace::Sessions, 0,
     "serverShutdown to every WebSocket, then close"},
    {FaultKind::DayCut, "day_cut", FaultPlace::Sessions, 0,
     "every WebSocket closes, as after 24 hours"},
    {FaultKind::MissingPings, "missing_pings", FaultPlace::Pings, 0,
     "the server leaves out a ping"},
    {FaultKind::StreamSilent, "stream_silent", FaultPlace::Fill, 0,
     "from a fill on the subscription tells nothing, and its socket lives"},
    {FaultKind::StreamLost, "stream_lost", FaultPlace::Sessions, 0,
     "every subscription ends and nobody is told, and its socket lives"},
});

[[nodiscard]] constexpr const FaultInfo& info(FaultKind kind) {
  return kFaults[static_cast<std::size_t>(kind)];
}
static_assert([] {
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (static_cast<std::size_t>(kFaults[i].kind) != i) return false;
  }
  return true;
}());

/// All names, with commas between.
[[nodiscard]] inline std::string fault_names() {
  std::string names;
  for (const FaultInfo& row : kFaults) {
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

/// nullopt for a name that no fault has.
[[nodiscard]] constexpr std::optional<FaultKind> fault_from_name(std::string_view name) {
  for (const FaultInfo& row : kFaults) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace clawgate::sim
