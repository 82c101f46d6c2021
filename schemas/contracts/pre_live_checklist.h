// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/decision.h"
#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

struct ChecklistItem {
  static constexpr bool kClosed = true;

  std::string item_id;
  ItemStatus status = ItemStatus::Fail;
  std::string evidence_ref;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("item_id", self.item_id, id_rule(64));
    field("status", self.status);
    field("evidence_ref", self.evidence_ref, id_rule(256));
  }
};

/// pre_live_checklist 1.0: what a person checked before real money. Which items it must have and
/// what they amount to is governance/gates/checklist.h.
struct PreLiveChecklist {
  static constexpr bool kClosed = true;

  std::string checklist_id;
  std::string decision_id;
  RiskTier risk_tier = RiskTier::R3;
  UnixNanos approved_at;
  std::string operator_id;
  AssetClass asset_class = AssetClass::CryptoSpot;
  RampLevel capital_ramp_level = RampLevel::L0;
  std::vector<ChecklistItem> items;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("checklist_id", self.checklist_id, id_rule(64, Empty::Absent, is_checklist_id));
    field("decision_id", self.decision_id, shape_rule(is_decision_id));
    field("risk_tier", self.risk_tier);
    field("approved_at", self.approved_at);
    field("operator_id", self.operator_id, id_rule(32));
    field("asset_class", self.asset_class);
    field("capital_ramp_level", self.capital_ramp_level);
    field("items", self.items, list_rule(32));
  }

  /// A file is named after it, so it is letters, digits, '-' and '_' only.
  [[nodiscard]] static bool is_checklist_id(std::string_view text);
};

[[nodiscard]] Result<PreLiveChecklist> decode_pre_live_checklist(std::string_view text);
[[nodiscard]] std::string encode(const PreLiveChecklist& value);

}  // namespace clawgate::contracts
