// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace clawgate::bench {

/// Medians over the rounds, in nanoseconds per call.
struct RiskFigures {
  std::size_t predicates = 0;  // that check() evaluates for an entry of three legs
  double bare_loop_ns = 0;     // as many integer comparisons, one by one
  double bare_vector_ns = 0;   // the same, as the compiler likes it
  double check_entry_ns = 0;
  double check_exit_ns = 0;
  double plan_entry_ns = 0;
  double check_ratio = 0;  // median of check_entry / bare_loop of each round
};

/// Times the pre-trade table against a bare loop, interleaved round by round, over 16 instruments
/// times 4 accounts. `rounds` >= 5.
[[nodiscard]] RiskFigures measure_risk(int rounds);

}  // namespace clawgate::bench
