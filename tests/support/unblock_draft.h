// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace clawgate::testing {

/// What `POST /v1/decisions` takes to ask a question without a side effect; the operator asks.
inline nlohmann::json decision_draft(const std::string& purpose, const std::string& key) {
  return {{"request",
           {{"schema_version", "1.0"},
            {"purpose", purpose},
            {"decision_key", purpose + ":" + key},
            {"title", "Go on"},
            {"proposal", "It is over."},
            {"risk_class", "alto"},
            {"risk_tier", "R3"},
            {"data_sensitivity", "internal"},
            {"side_effect_class", "none"},
            {"requested_by", "operator"},
            {"rollback_plan", "Kill."},
            {"evidence_refs", nlohmann::json::array()}}}};
}

/// Whether a cause may end.
inline nlohmann::json unblock_draft(const std::string& cause, const std::string& key) {
  nlohmann::json draft = decision_draft("unblock", cause + ":" + key);
  draft["cause"] = cause;
  return draft;
}

/// Whether an unknown order counts as over.
inline nlohmann::json close_draft(const std::string& order, const std::string& key) {
  nlohmann::json draft = decision_draft("general", order + ":" + key);
  draft["order"] = order;
  return draft;
}

}  // namespace clawgate::testing
