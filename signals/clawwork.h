// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "schemas/strict_json.h"
#include "signals/input.h"

// ClawWork (4678bcb of 2026-02-21): costs and scores of office work. Never a signal.

namespace clawgate::signals {

/// EconomicRecord for a row of token_costs, balance, task_completions or evaluations; nullopt when
/// the document is none of these.
[[nodiscard]] std::optional<Reading> read_clawwork(const Json& document, const Input& input);

}  // namespace clawgate::signals
