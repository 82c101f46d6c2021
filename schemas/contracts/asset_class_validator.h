// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

struct CalendarRules {
  static constexpr bool kClosed = true;

  std::string calendar_id;
  std::string timezone;
  std::vector<std::string> tradable_statuses;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("calendar_id", self.calendar_id, id_rule(64));
    field("timezone", self.timezone, id_rule(64));
    field("tradable_statuses", self.tradable_statuses, list_rule(8, 1, 32));
  }
};

struct LotTickNotionalRules {
  static constexpr bool kClosed = true;

  Notional min_notional;
  Qty lot_size;
  Px tick_size;
  std::string quantity_rounding;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("min_notional", self.min_notional, kPositive);
    field("lot_size", self.lot_size, kPositive);
    field("tick_size", self.tick_size, kPositive);
    field("quantity_rounding", self.quantity_rounding, id_rule(32));
  }
};

struct RiskAssertions {
  static constexpr bool kClosed = true;

  std::string unit_guard;
  bool effective_risk_quote_required = true;
  bool requires_max_loss_per_unit_brl = false;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("unit_guard", self.unit_guard, id_rule(64));
    field("effective_risk_quote_required", self.effective_risk_quote_required);
    field("requires_max_loss_per_unit_brl", self.requires_max_loss_per_unit_brl);
  }
};

/// asset_class_validator 1.0, contract v1: the rules by which orders of one class are checked.
struct AssetClassValidator {
  static constexpr bool kClosed = true;

  BrazilianClass asset_class = BrazilianClass::EquitiesBr;
  std::string asset_profile_ref;
  CalendarRules calendar_rules;
  LotTickNotionalRules lot_tick_notional_rules;
  CostModel cost_rules;
  std::vector<std::string> market_state_blockers;
  RoundingRules normalization_rules;
  RiskAssertions risk_assertions;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("contract_version", Constant{"v1"});
    field("asset_class", self.asset_class);
    field("asset_profile_ref", self.asset_profile_ref, id_rule(96));
    field("calendar_rules", self.calendar_rules);
    field("lot_tick_notional_rules", self.lot_tick_notional_rules);
    field("cost_rules", self.cost_rules);
    field("market_state_blockers", self.market_state_blockers, list_rule(8, 1, 32));
    field("normalization_rules", self.normalization_rules);
    field("risk_assertions", self.risk_assertions);
  }
};

[[nodiscard]] Result<AssetClassValidator> decode_asset_class_validator(std::string_view text);
[[nodiscard]] std::string encode(const AssetClassValidator& value);

}  // namespace clawgate::contracts
