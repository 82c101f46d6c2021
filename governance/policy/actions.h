// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "schemas/core/result.h"

namespace clawgate::governance {

/// What an action takes before it may be done.
enum class ActionRule : std::uint8_t {
  ExecutionGatewayOnly,
  DecisionRequired,
  DecisionAndHitlRequired,
  HitlChallengeRequired,
  Blocked,
  OperatorRequired,  // and nothing else
};

// Those that the gateway itself decides about.
inline constexpr std::string_view kPlaceOrder = "trading_place_order";
inline constexpr std::string_view kCancelOrder = "trading_cancel_order";
inline constexpr std::string_view kReconcile = "trading_reconcile_orders";
inline constexpr std::string_view kWithdraw = "trading_withdraw_funds";
/// A kill that only stops: entries end, positions and their stops stay. Closing positions by a kill
/// is `kill_switch`, which asks for more.
inline constexpr std::string_view kStopEntries = "trading_stop_entries";
inline constexpr std::string_view kLiveEnable = "trading_live_enable";
inline constexpr std::string_view kChangePolicy = "change_global_policy";

struct ActionRow {
  std::string_view action;
  ActionRule rule;
};

using ActionTable = std::span<const ActionRow>;

/// The whole table; what is not in it is denied.
[[nodiscard]] ActionTable action_rows();

/// What whoever asks can show.
struct ActionAsk {
  std::string_view action;
  bool is_execution_gateway = false;
  bool has_decision = false;   // an approved one, for this action
  bool has_human = false;      // its explicit approval on a trusted channel
  bool has_challenge = false;  // validated
  bool is_operator = false;    // one who may decide, by token or terminal
};

/// nullopt when it may be done.
[[nodiscard]] std::optional<Error> check_action(const ActionAsk& ask,
                                                ActionTable table = action_rows());

/// Whether the execution gateway itself may do it, with nothing else to show.
[[nodiscard]] inline bool gateway_may(std::string_view action, ActionTable table) {
  return !check_action({.action = action, .is_execution_gateway = true}, table);
}

}  // namespace clawgate::governance
