// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// execution_report 1.0: what the venue says happened to one order.
struct ExecutionReport {
  static constexpr bool kClosed = true;

  std::string execution_report_id;
  std::string order_intent_id;
  std::string venue;
  std::string gateway_trace_id;
  ExecutionStatus status = ExecutionStatus::Accepted;
  Qty filled_qty;
  Px avg_price;  // 0 when nothing is filled
  UnixNanos timestamp;
  std::optional<std::string> venue_order_id;
  std::optional<std::string> reject_reason;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("execution_report_id", self.execution_report_id, id_rule(64));
    field("order_intent_id", self.order_intent_id, id_rule(64));
    field("venue", self.venue, id_rule(32));
    field("gateway_trace_id", self.gateway_trace_id, id_rule(64));
    field("status", self.status);
    field("filled_qty", self.filled_qty, kNotNegative);
    field("avg_price", self.avg_price, kNotNegative);
    field("timestamp", self.timestamp);
    field("venue_order_id", self.venue_order_id, id_rule(24));
    field("reject_reason", self.reject_reason, prose_rule(256, 0, Empty::AbsentOrNull));
  }
};

[[nodiscard]] Result<ExecutionReport> decode_execution_report(std::string_view text);
[[nodiscard]] std::string encode(const ExecutionReport& value);

}  // namespace clawgate::contracts
