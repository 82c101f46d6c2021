// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/alike.h"

#include <algorithm>

#include "gateway/report/format.h"

namespace clawgate::report {

std::vector<RefusedKind> refused_kinds(const SessionReport& report) {
  std::vector<RefusedKind> kinds;
  for (const RefusedRow& row : report.refused) {
    const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const RefusedKind& kind) {
      const RefusedRow& first = *kind.front();
      return first.source == row.source && first.disposition == row.disposition &&
             first.reason == row.reason;
    });
    if (at == kinds.end()) {
      kinds.push_back({&row});
    } else {
      at->push_back(&row);
    }
  }
  return kinds;
}

std::string ViolationRun::name() const {
  if (first == last) return "violation " + grouped_count(first->count);
  return "violations " + grouped_count(first->count) + " to " + grouped_count(last->count);
}

std::vector<ViolationRun> violation_runs(const SessionReport& report) {
  std::vector<ViolationRun> runs;
  for (const ViolationRow& row : report.violations) {
    const bool same = !runs.empty() && runs.back().first->source == row.source &&
                      runs.back().first->reason == row.reason;
    if (same) {
      runs.back().last = &row;
    } else {
      runs.push_back({&row, &row});
    }
  }
  return runs;
}

}  // namespace clawgate::report
