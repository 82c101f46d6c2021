// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// venue_adapter 1.0, contract v1: the way to the market of one asset class.
struct VenueAdapter {
  static constexpr bool kClosed = true;

  std::string adapter_id;
  BrazilianClass asset_class = BrazilianClass::EquitiesBr;
  VenueType venue_type = VenueType::BrokerAdapter;
  ExecutionPath execution_path = ExecutionPath::ExecutionGatewayOnly;
  std::string allowlist_group;
  std::vector<OrderType> supported_order_types;
  bool shadow_mode_required = true;
  bool decision_r3_required_for_live = true;
  AdapterStatus status = AdapterStatus::Blocked;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("contract_version", Constant{"v1"});
    field("adapter_id", self.adapter_id, id_rule(64));
    field("asset_class", self.asset_class);
    field("venue_type", self.venue_type);
    field("execution_path", self.execution_path);
    field("allowlist_group", self.allowlist_group, id_rule(64));
    field("supported_order_types", self.supported_order_types, list_rule(4, 1));
    field("shadow_mode_required", self.shadow_mode_required);
    field("decision_r3_required_for_live", self.decision_r3_required_for_live);
    field("status", self.status);
  }
};

[[nodiscard]] Result<VenueAdapter> decode_venue_adapter(std::string_view text);
[[nodiscard]] std::string encode(const VenueAdapter& value);

}  // namespace clawgate::contracts
