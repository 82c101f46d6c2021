// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/report/session_report.h"

namespace clawgate::report {

/// What happened to trading, in the order of its beginning: every block with its end, what the
/// engines' health allowed, cooldowns, limits, incidents, what was done about positions, the day's
/// turn, restarts, stages, violations and refused commands.
[[nodiscard]] std::vector<Episode> timeline_of(const SessionReport& report);

/// For how long trading was not OPEN.
[[nodiscard]] std::int64_t blocked_ns(const SessionReport& report);

/// "2 h 10 min"; "still" where it has no end yet; "" for an instant.
[[nodiscard]] std::string lasted(const Episode& episode);

/// The fields in which two documents differ: `order_notional_max 5,000 -> 4,000`.
[[nodiscard]] std::vector<std::string> changes(const Limits& before, const Limits& after);

}  // namespace clawgate::report
