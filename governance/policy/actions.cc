// SPDX-License-Identifier: Apache-2.0
#include "governance/policy/actions.h"

#include <algorithm>
#include <array>
#include <string>

#include "schemas/strict_json.h"

namespace clawgate::governance {
namespace {

constexpr auto kActions = std::to_array<ActionRow>({
    {kPlaceOrder, ActionRule::ExecutionGatewayOnly},
    {kCancelOrder, ActionRule::ExecutionGatewayOnly},
    {"trading_replace_order", ActionRule::ExecutionGatewayOnly},
    {kReconcile, ActionRule::ExecutionGatewayOnly},
    {kWithdraw, ActionRule::Blocked},
    {"deploy_production", ActionRule::Blocked},
    {kLiveEnable, ActionRule::DecisionAndHitlRequired},
    {"restore_telegram_channel", ActionRule::DecisionAndHitlRequired},
    {"kill_switch", ActionRule::HitlChallengeRequired},
    {kStopEntries, ActionRule::OperatorRequired},
    {"trading_api_key_create", ActionRule::DecisionRequired},
    {"trading_api_key_rotate", ActionRule::DecisionRequired},
    {kChangePolicy, ActionRule::DecisionRequired},
});

/// What is lacking; "" when nothing is.
std::string_view lacks(ActionRule rule, const ActionAsk& ask) {
  switch (rule) {
    case ActionRule::ExecutionGatewayOnly:
      return ask.is_execution_gateway ? "" : "only the execution gateway may";
    case ActionRule::DecisionRequired:
      return ask.has_decision ? "" : "no approved decision";
    case ActionRule::DecisionAndHitlRequired:
      if (!ask.has_decision) return "no approved decision";
      return ask.has_human ? "" : "no person approved it";
    case ActionRule::HitlChallengeRequired:
      return ask.has_challenge ? "" : "no validated challenge";
    case ActionRule::Blocked:
      return "blocked";
    case ActionRule::OperatorRequired:
      return ask.is_operator ? "" : "only an operator may";
  }
  return "blocked";
}

}  // namespace

ActionTable action_rows() {
  return kActions;
}

std::optional<Error> check_action(const ActionAsk& ask, ActionTable table) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const ActionRow& at) { return at.action == ask.action; });
  if (row == table.end()) return Error{Reason::ActionUnknown, "action", printable(ask.action)};
  const std::string_view missing = lacks(row->rule, ask);
  if (missing.empty()) return std::nullopt;
  const Reason reason =
      row->rule == ActionRule::Blocked ? Reason::ActionBlocked : Reason::ActionNotAllowed;
  return Error{reason, std::string(row->action), std::string(missing)};
}

}  // namespace clawgate::governance
