// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// DEC-YYYYMMDD- and 3..16 digits or capital letters.
[[nodiscard]] bool is_decision_id(std::string_view text);
/// scope:topic:window, three parts without spaces.
[[nodiscard]] bool is_decision_key(std::string_view text);

/// decision 1.4: a question put to a person, and the answer. Every order has one. What is not known
/// yet is null.
struct Decision {
  static constexpr bool kClosed = true;

  std::string decision_id;
  std::string decision_key;  // scope:topic:window
  std::string title;
  std::string proposal;
  RiskClass risk_class = RiskClass::High;
  RiskTier risk_tier = RiskTier::R3;
  DataSensitivity data_sensitivity = DataSensitivity::Internal;
  DecisionStatus status = DecisionStatus::Pending;
  UnixNanos created_at;
  UnixNanos timeout_at;
  std::optional<std::string> approver_operator_id;
  std::optional<TrustedChannel> approver_channel;
  std::optional<std::string> approver_telegram_user_id;
  std::optional<std::string> approver_telegram_chat_id;
  std::optional<std::string> approver_slack_user_id;
  std::optional<std::string> approver_slack_channel_id;
  std::optional<AuthMethod> auth_method;
  std::optional<std::string> last_command_id;
  SideEffectClass side_effect_class = SideEffectClass::None;
  bool explicit_human_approval = false;
  std::optional<std::string> approval_evidence_ref;
  std::optional<bool> approval_signature_valid;
  std::optional<std::string> challenge_id;
  ChallengeStatus challenge_status = ChallengeStatus::NotRequired;
  std::optional<UnixNanos> challenge_expires_at;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.4"});
    field("decision_id", self.decision_id, shape_rule(is_decision_id));
    field("decision_key", self.decision_key,
          id_rule(128, Empty::Absent, is_decision_key, "scope:topic:window"));
    field("title", self.title, prose_rule(200));
    field("proposal", self.proposal, prose_rule(4096));
    field("risk_class", self.risk_class);
    field("risk_tier", self.risk_tier);
    field("data_sensitivity", self.data_sensitivity);
    field("status", self.status);
    field("created_at", self.created_at);
    field("timeout_at", self.timeout_at);
    field("approver_operator_id", self.approver_operator_id, id_rule(32, Empty::Null));
    field("approver_channel", self.approver_channel, null_rule());
    field("approver_telegram_user_id", self.approver_telegram_user_id, id_rule(32, Empty::Null));
    field("approver_telegram_chat_id", self.approver_telegram_chat_id, id_rule(32, Empty::Null));
    field("approver_slack_user_id", self.approver_slack_user_id, id_rule(32, Empty::Null));
    field("approver_slack_channel_id", self.approver_slack_channel_id, id_rule(32, Empty::Null));
    field("auth_method", self.auth_method, null_rule());
    field("last_command_id", self.last_command_id, id_rule(64, Empty::Null));
    field("side_effect_class", self.side_effect_class);
    field("explicit_human_approval", self.explicit_human_approval);
    field("approval_evidence_ref", self.approval_evidence_ref, id_rule(256, Empty::Null));
    field("approval_signature_valid", self.approval_signature_valid, null_rule());
    field("challenge_id", self.challenge_id, id_rule(64, Empty::Null));
    field("challenge_status", self.challenge_status);
    field("challenge_expires_at", self.challenge_expires_at, null_rule());
  }
};

[[nodiscard]] Result<Decision> decode_decision(std::string_view text);
[[nodiscard]] std::string encode(const Decision& value);

}  // namespace clawgate::contracts
