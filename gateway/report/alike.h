// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/report/session_report.h"

// What repeats is told once with its number: one folder of the wrong files is hundreds of refusals.

namespace clawgate::report {

/// Refused inputs of one source, disposition and reason.
using RefusedKind = std::vector<const RefusedRow*>;
/// In the order of their first; no kind is empty. Points into the report.
[[nodiscard]] std::vector<RefusedKind> refused_kinds(const SessionReport& report);

/// Violations that follow one another from one source, by one rule.
struct ViolationRun {
  const ViolationRow* first;
  const ViolationRow* last;

  /// "violation 3", "violations 3 to 228".
  [[nodiscard]] std::string name() const;
};
[[nodiscard]] std::vector<ViolationRun> violation_runs(const SessionReport& report);

}  // namespace clawgate::report
