// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/eval/rulebook.h"
#include "gateway/eval/trading_case.h"
#include "schemas/core/result.h"

// The trading rulebook as a whole: the table, the cases beside it, run side by side, and what came
// of it as artifacts.

namespace clawgate::eval {

struct Suite {
  std::string root;  // the source tree: two folders above the cases
  std::vector<Rule> rulebook;
  std::vector<TradingCase> cases;
};

/// Reads DIRECTORY/rulebook.table and every DIRECTORY/*.cases. `complete` demands that table and
/// cases agree; off when only some cases are looked at.
[[nodiscard]] Result<Suite> read_suite(const std::string& directory, bool complete = true);

/// Keeps the cases of one number.
void keep_only(Suite& suite, int number);

/// Told after each case; called under a lock, on any thread.
using CaseDone = std::function<void(std::size_t done, std::size_t all)>;

struct SuiteResult {
  std::vector<CaseResult> cases;  // as in Suite::cases
  std::int64_t duration_ms = 0;

  [[nodiscard]] std::size_t failed() const;
  /// The first row that could not be read, as an error for a person.
  [[nodiscard]] std::optional<Error> malformed(const Suite& suite) const;
};

/// Runs the cases on `threads` threads (0: one a core). Each has a gateway of its own.
[[nodiscard]] SuiteResult run_suite(const Suite& suite, unsigned threads, const CaseDone& done);

/// summary.json and failures.jsonl.
[[nodiscard]] std::string summary_json(const Suite& suite, const SuiteResult& result,
                                       const std::string& git_commit);
[[nodiscard]] std::string failures_jsonl(const Suite& suite, const SuiteResult& result);

}  // namespace clawgate::eval
