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
};

// Those that the gateway itself decides about.
inline constexpr std::string_view kPlaceOrder = "trading_place_order";
inline constexpr std::string_view kReconcile = "trading_reconcile_orders";
inline constexpr std::string_view kLiveEnable = "trading_live_enable";
inline constexpr std::string_view kChangePolicy = "change_global_policy";

struct ActionRow {
  std::string_view action;
  ActionRule rule;
};

/// The whole table; what is not in it is denied.
[[nodiscard]] std::span<const ActionRow> action_rows();

/// What whoever asks can show.
struct ActionAsk {
  std::string_view action;
  bool is_execution_gateway = false;
  bool has_decision = false;   // an approved one, for this action
  bool has_human = false;      // its explicit approval on a trusted channel
  bool has_challenge = false;  // validated
};

/// nullopt when it may be done.
[[nodiscard]] std::optional<Error> check_action(const ActionAsk& ask);

}  // namespace clawgate::governance
