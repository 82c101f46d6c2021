// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/decision.h"
#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// decision_request 1.0: what is put to a person, before it has an id.
struct DecisionRequest {
  static constexpr bool kClosed = true;

  DecisionPurpose purpose = DecisionPurpose::General;
  std::string decision_key;  // scope:topic:window; one pending decision a key
  std::string title;
  std::string proposal;
  RiskClass risk_class = RiskClass::High;
  RiskTier risk_tier = RiskTier::R3;
  DataSensitivity data_sensitivity = DataSensitivity::Internal;
  SideEffectClass side_effect_class = SideEffectClass::Financial;
  std::string requested_by;
  std::string rollback_plan;
  std::vector<std::string> evidence_refs;
  std::optional<RampLimits> limits;  // the new ones, where capital is raised
  std::optional<Digest> subject;     // of exactly what it is over (schemas/governed.h)

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("purpose", self.purpose);
    field("decision_key", self.decision_key,
          id_rule(128, Empty::Absent, is_decision_key, "scope:topic:window"));
    field("title", self.title, prose_rule(200));
    field("proposal", self.proposal, prose_rule(4096));
    field("risk_class", self.risk_class);
    field("risk_tier", self.risk_tier);
    field("data_sensitivity", self.data_sensitivity);
    field("side_effect_class", self.side_effect_class);
    field("requested_by", self.requested_by, id_rule(32));
    field("rollback_plan", self.rollback_plan, prose_rule(1024));
    field("evidence_refs", self.evidence_refs, list_rule(16, 0, 256));
    field("limits", self.limits);
    field("subject", self.subject);
  }
};

[[nodiscard]] Result<DecisionRequest> decode_decision_request(std::string_view text);
[[nodiscard]] std::string encode(const DecisionRequest& value);

}  // namespace clawgate::contracts
