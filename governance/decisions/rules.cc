// SPDX-License-Identifier: Apache-2.0
#include "governance/decisions/rules.h"

#include <algorithm>
#include <array>
#include <string>

namespace clawgate::governance {
namespace {

using contracts::word_of;

struct TierRow {
  RiskClass risk;
  RiskTier least;
  RiskTier most;
};
constexpr auto kTiers = std::to_array<TierRow>({
    {RiskClass::Low, RiskTier::R0, RiskTier::R1},
    {RiskClass::Medium, RiskTier::R2, RiskTier::R2},
    {RiskClass::High, RiskTier::R3, RiskTier::R3},
});

/// The least tier that may have such an effect.
constexpr std::array<RiskTier, 3> kTierOfEffect = {RiskTier::R0, RiskTier::R2, RiskTier::R3};

struct PurposeRow {
  DecisionPurpose purpose;
  bool frees_capital;  // financial and R3, whatever the request says
  bool states_limits;
  bool has_subject;  // the very document that it lets change
};
constexpr auto kPurposes = std::to_array<PurposeRow>({
    {DecisionPurpose::Order, false, false, false},
    {DecisionPurpose::S1Checklist, true, false, false},
    {DecisionPurpose::S1Entry, true, false, false},
    {DecisionPurpose::S2Promotion, true, true, false},
    {DecisionPurpose::RampRaise, true, true, false},
    {DecisionPurpose::Unblock, false, false, false},
    {DecisionPurpose::LimitsChange, false, false, true},
    {DecisionPurpose::AssetClassEnablement, true, false, false},
    {DecisionPurpose::General, false, false, false},
});

struct Ask {
  const DecisionCommand& command;
  const DecisionRow& row;
  Stage stage;

  [[nodiscard]] bool approves() const { return command.action == DecisionEvent::Approve; }
  [[nodiscard]] bool frees_money() const {
    return approves() && row.decision.side_effect_class == SideEffectClass::Financial;
  }
};

struct CommandRule {
  Reason reason;
  std::string_view field;
  bool (*asked)(const Ask&);
  bool (*kept)(const Ask&);
};

// Rejecting and killing only stop something, so they ask for less.
constexpr auto kCommandRules = std::to_array<CommandRule>({
    {Reason::ScriptedNotAllowed, "/channel", [](const Ask& ask) { return ask.approves(); },
     [](const Ask& ask) {
       return ask.command.channel != OperatorChannel::Scripted || ask.stage == Stage::S0;
     }},
    {Reason::ChannelNotAllowed, "/channel",
     [](const Ask& ask) { return ask.approves() && is_critical(ask.row, ask.stage); },
     [](const Ask& ask) { return is_trusted(ask.command.channel); }},
    {Reason::CommandFieldMissing, "/user_id",
     [](const Ask& ask) { return is_trusted(ask.command.channel); },
     [](const Ask& ask) { return !ask.command.user_id.empty(); }},
    {Reason::CommandFieldMissing, "/chat_id",
     [](const Ask& ask) { return is_trusted(ask.command.channel); },
     [](const Ask& ask) { return !ask.command.chat_id.empty(); }},
    {Reason::SignatureInvalid, "/signature_valid",
     [](const Ask& ask) { return ask.command.channel == OperatorChannel::Slack; },
     [](const Ask& ask) { return ask.command.signature_valid.value_or(false); }},
    {Reason::ExplicitApprovalMissing, "/explicit_human_approval",
     [](const Ask& ask) { return ask.frees_money(); },
     [](const Ask& ask) { return ask.command.explicit_human_approval; }},
    {Reason::EvidenceMissing, "/evidence_ref", [](const Ask& ask) { return ask.frees_money(); },
     [](const Ask& ask) { return !ask.command.evidence_ref.empty(); }},
    {Reason::ChallengeRequired, "/challenge_id",
     [](const Ask& ask) { return ask.approves() && is_critical(ask.row, ask.stage); },
     [](const Ask& ask) { return !ask.command.challenge_id.empty(); }},
});

std::string seen_by(const DecisionCommand& command, std::string_view field) {
  if (field == "/channel") return std::string(word_of(command.channel));
  if (field == "/explicit_human_approval") return "false";
  if (field == "/signature_valid") return command.signature_valid ? "false" : "nothing";
  return "nothing";
}

bool may(const Operator& who, DecisionEvent action) {
  switch (action) {
    case DecisionEvent::Approve:
      return who.may_approve;
    case DecisionEvent::Reject:
      return who.may_reject;
    case DecisionEvent::Kill:
      return who.may_kill;
    case DecisionEvent::Expire:
      return false;
  }
  return false;
}

}  // namespace

bool is_critical(const DecisionRow& row, Stage stage) {
  if (row.decision.side_effect_class != SideEffectClass::None) return true;
  return stage != Stage::S0 && row.decision.risk_class == RiskClass::High;
}

std::vector<Error> broken_rules(const contracts::DecisionRequest& request) {
  std::vector<Error> broken;
  const auto add = [&](Reason reason, std::string field, std::string_view seen) {
    broken.push_back({reason, std::move(field), std::string(seen)});
  };
  const TierRow& tier = kTiers[static_cast<std::size_t>(request.risk_class)];
  const PurposeRow& purpose = kPurposes[static_cast<std::size_t>(request.purpose)];
  const RiskTier least = kTierOfEffect[static_cast<std::size_t>(request.side_effect_class)];
  const bool of_class = request.risk_tier >= tier.least && request.risk_tier <= tier.most;
  if (!of_class || request.risk_tier < least) {
    add(Reason::RiskTierMismatch, "/risk_tier", word_of(request.risk_tier));
  }
  if (purpose.frees_capital && request.side_effect_class != SideEffectClass::Financial) {
    add(Reason::RiskTierMismatch, "/side_effect_class", word_of(request.side_effect_class));
  }
  if (purpose.states_limits != request.limits.has_value()) {
    add(Reason::GrantLimits, "/limits", request.limits ? "limits" : "nothing");
  }
  if (request.limits &&
      request.limits->max_notional_per_order > request.limits->max_daily_notional) {
    add(Reason::GrantLimits, "/limits/max_notional_per_order", "more than max_daily_notional");
  }
  if (purpose.has_subject && !request.subject) add(Reason::FieldMissing, "/subject", "nothing");
  if (purpose.frees_capital && request.evidence_refs.empty()) {
    add(Reason::EvidenceMissing, "/evidence_refs", "nothing");
  }
  return broken;
}

std::vector<Error> broken_rules(const DecisionCommand& command, const DecisionRow& row,
                                Stage stage) {
  const Ask ask{command, row, stage};
  std::vector<Error> broken;
  for (const CommandRule& rule : kCommandRules) {
    if (!rule.asked(ask) || rule.kept(ask)) continue;
    broken.push_back({rule.reason, std::string(rule.field), seen_by(command, rule.field)});
  }
  return broken;
}

Error form_error(const DecisionCommand& command) {
  struct Field {
    std::string_view name;
    const std::string& text;
    std::size_t most;
    bool required;
  };
  const Field fields[] = {{"/decision_id", command.decision_id, 32, true},
                          {"/command_id", command.command_id, 64, true},
                          {"/operator_id", command.operator_id, 32, true},
                          {"/user_id", command.user_id, 32, false},
                          {"/chat_id", command.chat_id, 32, false},
                          {"/evidence_ref", command.evidence_ref, 256, false},
                          {"/challenge_id", command.challenge_id, 64, false}};
  for (const Field& field : fields) {
    const std::string name(field.name);
    if (field.required && field.text.empty()) return {Reason::CommandFieldMissing, name, ""};
    const bool fits = field.text.size() <= field.most && field.text == printable(field.text, 256);
    if (!fits) return {Reason::CommandFieldValue, name, printable(field.text)};
  }
  return {};
}

Error operator_error(const DecisionCommand& command, std::span<const Operator> operators) {
  if (command.channel == OperatorChannel::Email) {
    return {Reason::UntrustedCommandSource, "/channel", std::string(word_of(command.channel))};
  }
  const auto who = std::find_if(operators.begin(), operators.end(), [&](const Operator& row) {
    return row.id.view() == command.operator_id;
  });
  if (who == operators.end() || !who->enabled) {
    return {Reason::OperatorUnknown, "/operator_id", printable(command.operator_id)};
  }
  if (!may(*who, command.action)) {
    return {Reason::OperatorNotPermitted, "/operator_id", printable(command.operator_id)};
  }
  if (!who->uses(command.channel)) {
    return {Reason::ChannelNotAllowed, "/channel", std::string(word_of(command.channel))};
  }
  return {};
}

}  // namespace clawgate::governance
