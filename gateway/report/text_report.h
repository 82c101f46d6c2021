// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "gateway/report/session_report.h"

namespace clawgate::report {

enum class Colour : bool { Off, On };

/// Where nobody says how wide the page is.
inline constexpr std::size_t kUsualWidth = 118;

/// The report for a terminal: what happened, why each signal went the way it did, the result and
/// the journal's head. Long tables are cut and say so; the other forms have every row.
/// `width`: of its lines, in columns.
[[nodiscard]] std::string to_text(const SessionReport& report, Colour colour = Colour::Off,
                                  std::size_t width = kUsualWidth);

}  // namespace clawgate::report
