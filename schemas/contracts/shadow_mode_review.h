// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

struct StabilityWindow {
  static constexpr bool kClosed = true;

  std::string window_label;
  std::uint16_t required_sessions = 0;
  std::uint16_t completed_sessions = 0;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("window_label", self.window_label, id_rule(64));
    field("required_sessions", self.required_sessions, kNotNegative);
    field("completed_sessions", self.completed_sessions, kNotNegative);
  }
};

struct StabilityCheck {
  static constexpr bool kClosed = true;

  std::string check_id;
  CheckStatus status = CheckStatus::Pending;
  std::string notes;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("check_id", self.check_id, id_rule(64));
    field("status", self.status);
    field("notes", self.notes, prose_rule(512, 0));
  }
};

/// shadow_mode_review 1.0: one asset class beside the market, before it may trade. Whether it
/// holds together is governance/gates/asset_class.h.
struct ShadowModeReview {
  static constexpr bool kClosed = true;

  std::string shadow_review_id;
  BrazilianClass asset_class = BrazilianClass::EquitiesBr;
  std::string asset_profile_ref;
  std::string validator_profile_ref;
  std::string eval_suite_ref;
  ShadowStatus status = ShadowStatus::PendingShadow;
  StabilityWindow stability_window;
  std::vector<StabilityCheck> stability_checks;
  std::string decision_id;  // `not-issued` until there is one
  ShadowDecision decision_status = ShadowDecision::NotRequiredYet;
  std::optional<std::string> decision_ref;
  RiskTier risk_tier = RiskTier::R3;
  std::vector<std::string> shadow_evidence_refs;
  Readiness promote_readiness = Readiness::Hold;
  std::string notes;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("shadow_review_id", self.shadow_review_id, id_rule(64));
    field("asset_class", self.asset_class);
    field("asset_profile_ref", self.asset_profile_ref, id_rule(96));
    field("validator_profile_ref", self.validator_profile_ref, id_rule(96));
    field("eval_suite_ref", self.eval_suite_ref, id_rule(96));
    field("status", self.status);
    field("stability_window", self.stability_window);
    field("stability_checks", self.stability_checks, list_rule(32, 1));
    field("decision_id", self.decision_id, id_rule(32));
    field("decision_status", self.decision_status);
    field("decision_ref", self.decision_ref, id_rule(256, Empty::Null));
    field("risk_tier", self.risk_tier);
    field("shadow_evidence_refs", self.shadow_evidence_refs, list_rule(64, 0, 256));
    field("promote_readiness", self.promote_readiness);
    field("notes", self.notes, prose_rule(1024, 0));
  }
};

[[nodiscard]] Result<ShadowModeReview> decode_shadow_mode_review(std::string_view text);
[[nodiscard]] std::string encode(const ShadowModeReview& value);

}  // namespace clawgate::contracts
