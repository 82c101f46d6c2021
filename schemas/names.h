// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "schemas/fact.h"

// The words of every enumeration, as journals, reports and APIs print them. One table each, in the
// order of the values.

namespace clawgate {

template <class Enum>
inline constexpr std::array<std::string_view, 0> kWords{};

template <>
inline constexpr auto kWords<AssetClass> =
    std::to_array<std::string_view>({"crypto_spot", "equities_br", "fii_br", "fixed_income_br"});
template <>
inline constexpr auto kWords<InstrumentStatus> = std::to_array<std::string_view>(
    {"UNKNOWN", "TRADING", "HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY"});
template <>
inline constexpr auto kWords<Stage> = std::to_array<std::string_view>({"S0", "S1", "S2"});
template <>
inline constexpr auto kWords<VenueKind> = std::to_array<std::string_view>({"simulator",
                                                                           "binance_spot"});
template <>
inline constexpr auto kWords<RiskTier> = std::to_array<std::string_view>({"R0", "R1", "R2", "R3"});
template <>
inline constexpr auto kWords<Side> = std::to_array<std::string_view>({"buy", "sell"});
template <>
inline constexpr auto kWords<OrdType> =
    std::to_array<std::string_view>({"market", "limit", "limit_maker", "stop_loss",
                                     "stop_loss_limit", "take_profit", "take_profit_limit"});
template <>
inline constexpr auto kWords<TimeInForce> = std::to_array<std::string_view>({"GTC", "IOC", "FOK"});
template <>
inline constexpr auto kWords<LegRole> =
    std::to_array<std::string_view>({"entry", "stop", "take_profit", "exit", "reduce"});
template <>
inline constexpr auto kWords<SignalSide> = std::to_array<std::string_view>({"buy", "sell", "hold"});
template <>
inline constexpr auto kWords<Disposition> = std::to_array<std::string_view>({"signal", "quarantine",
                                                                             "reject"});
template <>
inline constexpr auto kWords<Strength> =
    std::to_array<std::string_view>({"none", "Buy", "Overweight", "Hold", "Underweight", "Sell"});
template <>
inline constexpr auto kWords<RampLevel> = std::to_array<std::string_view>({"L0", "L1"});
template <>
inline constexpr auto kWords<OrdStatus> = std::to_array<std::string_view>(
    {"PENDING_NEW", "NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "REJECTED", "EXPIRED"});
template <>
inline constexpr auto kWords<ExecType> = std::to_array<std::string_view>(
    {"NEW", "TRADE", "CANCELED", "REJECTED", "EXPIRED", "STATUS", "NOT_FOUND"});
template <>
inline constexpr auto kWords<HandOff> = std::to_array<std::string_view>({"sent", "refused",
                                                                         "not_sent", "unknown"});
template <>
inline constexpr auto kWords<CommandAction> = std::to_array<std::string_view>(
    {"approve", "reject", "kill", "unblock", "close_unknown", "reconcile"});
template <>
inline constexpr auto kWords<OperatorChannel> = std::to_array<std::string_view>(
    {"terminal", "scripted", "http", "telegram", "slack", "none", "email"});
template <>
inline constexpr auto kWords<ChallengeStatus> = std::to_array<std::string_view>(
    {"NOT_REQUIRED", "PENDING", "VALIDATED", "EXPIRED", "INVALIDATED"});
template <>
inline constexpr auto kWords<Severity> = std::to_array<std::string_view>({"SEV-1", "SEV-2",
                                                                          "SEV-3"});
template <>
inline constexpr auto kWords<EngineMode> =
    std::to_array<std::string_view>({"normal", "single_engine_mode", "fail_closed"});
template <>
inline constexpr auto kWords<SnapshotMoment> =
    std::to_array<std::string_view>({"degradation", "pre_action", "post_action"});
template <>
inline constexpr auto kWords<ProtectiveAction> = std::to_array<std::string_view>({"cancel",
                                                                                  "place"});
template <>
inline constexpr auto kWords<DecisionEnd> = std::to_array<std::string_view>({"APPROVED", "REJECTED",
                                                                             "KILLED", "EXPIRED"});
template <>
inline constexpr auto kWords<TradingState> = std::to_array<std::string_view>({"OPEN", "REDUCE_ONLY",
                                                                              "BLOCKED", "KILLED"});
template <>
inline constexpr auto kWords<HoldState> = std::to_array<std::string_view>({"HELD", "APPROVED",
                                                                           "DECLINED", "EXPIRED",
                                                                           "VOIDED", "RELEASED"});
template <>
inline constexpr auto kWords<HoldEvent> =
    std::to_array<std::string_view>({"approve", "decline", "expire", "void", "release"});
template <>
inline constexpr auto kWords<OrderState> = std::to_array<std::string_view>(
    {"RELEASED", "NOT_SENT", "SENT", "UNKNOWN", "PENDING", "WORKING", "PARTIALLY_FILLED", "FILLED",
     "CANCELED", "REJECTED", "EXPIRED", "CLOSED_BY_DECISION"});
template <>
inline constexpr auto kWords<OrderEvent> = std::to_array<std::string_view>(
    {"send", "refuse_at_door", "lose_track", "ack_pending", "ack", "partial_fill", "fill", "cancel",
     "reject", "expire", "close_by_decision", "reappear"});
template <>
inline constexpr auto kWords<ProtectionState> = std::to_array<std::string_view>(
    {"NONE", "PENDING_AT_VENUE", "LIVE", "MISSING", "REPLACING", "DONE"});
template <>
inline constexpr auto kWords<ProtectionEvent> = std::to_array<std::string_view>(
    {"sent_with_entry", "armed", "lost", "taken_down", "put_back", "closed", "reopened"});
template <>
inline constexpr auto kWords<SignalOutcome> =
    std::to_array<std::string_view>({"held", "denied", "no_action", "duplicate", "conflict"});
template <>
inline constexpr auto kWords<RiskPhase> = std::to_array<std::string_view>({"hold", "release"});

/// "?" for a value this version does not know, such as one from a newer journal.
template <class Enum>
[[nodiscard]] constexpr std::string_view word(Enum value) {
  const auto at = static_cast<std::size_t>(value);
  return at < kWords<Enum>.size() ? kWords<Enum>[at] : "?";
}

[[nodiscard]] constexpr std::string_view word(Reason reason) {
  return info(reason).code;
}
[[nodiscard]] constexpr std::string_view word(Block block) {
  return info(block).code;
}

/// nullopt for a word that is no value's.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> from_word(std::string_view text) {
  for (std::size_t i = 0; i < kWords<Enum>.size(); ++i) {
    if (kWords<Enum>[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace clawgate
