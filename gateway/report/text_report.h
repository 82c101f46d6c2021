// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/session_report.h"

namespace clawgate::report {

enum class Colour : bool { Off, On };

/// The report for a terminal: what happened, why each signal went the way it did, the result and
/// the journal's head. Long tables are cut and say so; the other forms have every row.
[[nodiscard]] std::string to_text(const SessionReport& report, Colour colour = Colour::Off);

}  // namespace clawgate::report
