// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schemas/strict_json.h"
#include "signals/input.h"

// TradingAgents (85946c2, v0.3.0 of 2026-06-22, and the older layouts in users' folders): state
// logs, report trees, decision texts, the decision log.

namespace clawgate::signals {

/// Flat, or keyed by date as older releases wrote it.
[[nodiscard]] bool is_full_states(const Json& document);
/// One reading a day.
[[nodiscard]] std::vector<Reading> read_full_states(const Json& document, const Input& input);

/// A text that may be a decision, a report, one voice of the debate, or the decision log.
[[nodiscard]] Reading read_decision_text(std::string_view text, const Input& input);

/// Confidence of a reading, since the engine gives none: Buy and Sell 0.60, Overweight and
/// Underweight 0.45, Hold 0.30; less 0.15 when the trader's direction differs, less 0.15 when read
/// from free text, less 0.10 for each empty analyst report (at most 0.20); never below 0.05.
struct ConfidenceBasis {
  Strength rating = Strength::Hold;
  bool trader_differs = false;
  bool free_text = false;
  int empty_reports = 0;
};
[[nodiscard]] Rate derived_confidence(const ConfidenceBasis& basis);

}  // namespace clawgate::signals
