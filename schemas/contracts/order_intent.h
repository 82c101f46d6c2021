// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// order_intent 1.0: an order that a person approved. Made from the core's OrderIntent by
/// contracts/mapping.h.
struct OrderIntent {
  static constexpr bool kClosed = true;

  std::string order_intent_id;
  std::string signal_intent_id;
  std::string symbol;
  Side side = Side::Buy;
  OrderType order_type = OrderType::Limit;
  Qty quantity;
  Stage stage = Stage::S0;
  std::string decision_id;
  std::string approved_by;
  UnixNanos approved_at;
  std::optional<Px> price;
  std::optional<Px> stop_price;
  std::optional<std::string> asset_class;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> trace_id;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("order_intent_id", self.order_intent_id, id_rule(64));
    field("signal_intent_id", self.signal_intent_id, id_rule(64));
    field("symbol", self.symbol, id_rule(20));
    field("side", self.side);
    field("order_type", self.order_type);
    field("quantity", self.quantity, kPositive);
    field("stage", self.stage);
    field("decision_id", self.decision_id, id_rule(32));
    field("approved_by", self.approved_by, id_rule(32));
    field("approved_at", self.approved_at);
    field("price", self.price, kPositive);
    field("stop_price", self.stop_price, kPositive);
    field("asset_class", self.asset_class, Rule{.size_most = 24, .printable = true});
    field("idempotency_key", self.idempotency_key, id_rule(64));
    field("trace_id", self.trace_id, id_rule(64));
  }
};

[[nodiscard]] Result<OrderIntent> decode_order_intent(std::string_view text);
[[nodiscard]] std::string encode(const OrderIntent& value);

}  // namespace clawgate::contracts
