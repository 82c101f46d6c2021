// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// hitl_command 1.0, contract v1: one operator's answer. What it does (approve, reject, kill) comes
/// from the route. Open: other members are allowed and not kept.
struct HitlCommand {
  static constexpr bool kClosed = false;

  std::string decision_id;
  std::string command_id;
  std::string operator_id;
  TrustedChannel channel = TrustedChannel::Telegram;
  std::string challenge_id;
  std::string signature_or_proof;
  std::string evidence_ref;
  std::optional<SideEffectClass> side_effect_class;
  std::optional<bool> explicit_human_approval;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{.value = "1.0", .required = false});
    field("decision_id", self.decision_id, id_rule(32));
    field("command_id", self.command_id, id_rule(64));
    field("operator_id", self.operator_id, id_rule(32));
    field("channel", self.channel);
    field("challenge_id", self.challenge_id, id_rule(64));
    field("signature_or_proof", self.signature_or_proof, id_rule(512));
    field("evidence_ref", self.evidence_ref, id_rule(256));
    field("side_effect_class", self.side_effect_class);
    field("explicit_human_approval", self.explicit_human_approval);
  }
};

[[nodiscard]] Result<HitlCommand> decode_hitl_command(std::string_view text);
[[nodiscard]] std::string encode(const HitlCommand& value);

}  // namespace clawgate::contracts
