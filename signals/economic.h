// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/economic_run.h"
#include "signals/signals.h"

// ClawWork's records as economic_run 1.0. They are costs and scores, never signals; a run needs
// three of its files and what only the run's configuration knows.

namespace clawgate::signals {

struct ClawWorkRecords {
  std::string agent;                  // the folder's name
  std::string_view token_costs;       // economic/token_costs.jsonl
  std::string_view task_completions;  // economic/task_completions.jsonl
  std::string_view balance;           // economic/balance.jsonl; empty: no api_error is known

  std::vector<std::string> provider_path;          // empty: not known, and every run is held back
  std::optional<std::int32_t> utc_offset_minutes;  // of the timestamps, which have no zone
  bool governed = false;                           // then the provider path must start at `gateway`
  std::string gateway;
};

struct EconomicIntake {
  std::vector<contracts::EconomicRun> runs;
  std::vector<Reading> refused;  // quarantined for what is not known, rejected for what is wrong
};

/// One run a completed task: its last attempt, with the cost of every attempt (the sum of
/// `cost_summary.total_cost` over the task's cost rows, each rounded up to 1e-8). Success is work
/// submitted, a score of at least 0.6, and no api_error for the task. A score keeps eight decimals,
/// the rest is cut. `metadata` holds the SHA-256 of each file: restated payments are other files,
/// so other runs never overwrite these.
[[nodiscard]] EconomicIntake read_economic_runs(const ClawWorkRecords& records);

/// A number as floating point writes it, exponent and any count of decimals allowed, in units of
/// 1e-8. nullopt when it is no number or does not fit.
[[nodiscard]] std::optional<std::int64_t> raw_of_float(std::string_view text, Round round);

}  // namespace clawgate::signals
