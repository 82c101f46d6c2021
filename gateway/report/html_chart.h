// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/session_report.h"
#include "gateway/report/words.h"

namespace clawgate::report {

/// Prices with what was done at them, signals and holds, equity and drawdown, all over one time
/// axis, as SVG, and beside it the numbers that the page's script reads out under the pointer.
[[nodiscard]] std::string charts_html(const SessionReport& report, const Words& words);

}  // namespace clawgate::report
