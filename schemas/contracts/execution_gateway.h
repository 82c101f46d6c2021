// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// The characters a venue allows in a client order id: letters, digits, `-` and `_`.
[[nodiscard]] bool is_client_order_id(std::string_view text);

/// execution_gateway 1.0, contract v1: one order on the only path to a venue. The response half is
/// empty until the venue answered.
struct ExecutionGateway {
  static constexpr bool kClosed = true;

  std::string order_intent_id;
  std::string client_order_id;
  std::string idempotency_key;
  std::string asset_class;
  std::string symbol;
  std::string decision_id;
  Side side = Side::Buy;
  OrderType order_type = OrderType::Limit;
  Qty quantity;
  Px stop_price;
  std::optional<Px> price;  // when the type needs one
  RiskTier risk_tier = RiskTier::R3;

  std::optional<std::string> execution_id;
  std::optional<std::string> venue_order_id;
  std::optional<std::string> position_snapshot_ref;
  std::optional<std::string> reconciliation_trace_id;
  std::optional<ExecutionStatus> status;
  std::optional<Qty> filled_quantity;
  std::optional<Px> avg_fill_price;
  std::optional<std::string> reject_reason;
  std::optional<ReplayDisposition> replay_disposition;
  std::optional<ReconciliationStatus> reconciliation_status;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("contract_version", Constant{"v1"});
    field("order_intent_id", self.order_intent_id, id_rule(64));
    field("client_order_id", self.client_order_id, id_rule(36, Empty::Absent, is_client_order_id));
    field("idempotency_key", self.idempotency_key, id_rule(64));
    field("asset_class", self.asset_class, id_rule(24));
    field("symbol", self.symbol, id_rule(20));
    field("decision_id", self.decision_id, id_rule(32));
    field("side", self.side);
    field("order_type", self.order_type);
    field("quantity", self.quantity, kPositive);
    field("stop_price", self.stop_price, kPositive);
    field("price", self.price, kPositive);
    field("risk_tier", self.risk_tier);
    field("execution_id", self.execution_id, id_rule(64));
    field("venue_order_id", self.venue_order_id, id_rule(24));
    field("position_snapshot_ref", self.position_snapshot_ref, id_rule(128));
    field("reconciliation_trace_id", self.reconciliation_trace_id, id_rule(64));
    field("status", self.status);
    field("filled_quantity", self.filled_quantity, kNotNegative);
    field("avg_fill_price", self.avg_fill_price, kNotNegative);
    field("reject_reason", self.reject_reason, prose_rule(256, 0, Empty::AbsentOrNull));
    field("replay_disposition", self.replay_disposition);
    field("reconciliation_status", self.reconciliation_status);
  }
};

[[nodiscard]] Result<ExecutionGateway> decode_execution_gateway(std::string_view text);
[[nodiscard]] std::string encode(const ExecutionGateway& value);

}  // namespace clawgate::contracts
