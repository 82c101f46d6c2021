// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace clawgate::testing {

/// What `POST /v1/decisions` takes to ask whether a cause may end; the operator asks.
inline nlohmann::json unblock_draft(const std::string& cause, const std::string& key) {
  return {{"request",
           {{"schema_version", "1.0"},
            {"purpose", "unblock"},
            {"decision_key", "cause:" + cause + ":" + key},
            {"title", "Go on"},
            {"proposal", "The cause is gone."},
            {"risk_class", "alto"},
            {"risk_tier", "R3"},
            {"data_sensitivity", "internal"},
            {"side_effect_class", "none"},
            {"requested_by", "operator"},
            {"rollback_plan", "Kill."},
            {"evidence_refs", nlohmann::json::array()}}},
          {"cause", cause}};
}

}  // namespace clawgate::testing
