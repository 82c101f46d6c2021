// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// economic_run 1.0: what one benchmark run cost and how good it was.
struct EconomicRun {
  static constexpr bool kClosed = true;

  std::string run_id;
  std::string benchmark;
  std::string scenario;
  bool success = false;
  Rate quality_score;  // 0..1
  Notional total_cost_usd;
  std::vector<std::string> provider_path;  // at least one
  UnixNanos started_at;
  UnixNanos ended_at;
  std::optional<std::string> notes;
  std::optional<Json> metadata;  // an object

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("run_id", self.run_id, id_rule(64));
    field("benchmark", self.benchmark, id_rule(64));
    field("scenario", self.scenario, id_rule(128));
    field("success", self.success);
    field("quality_score", self.quality_score, kRatio);
    field("total_cost_usd", self.total_cost_usd, kNotNegative);
    field("provider_path", self.provider_path, list_rule(16, 1, 128));
    field("started_at", self.started_at);
    field("ended_at", self.ended_at);
    field("notes", self.notes, prose_rule(4096, 0));
    field("metadata", self.metadata, list_rule(64));
  }
};

[[nodiscard]] Result<EconomicRun> decode_economic_run(std::string_view text);
[[nodiscard]] std::string encode(const EconomicRun& value);

}  // namespace clawgate::contracts
