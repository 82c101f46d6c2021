// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/session_report.h"
#include "gateway/report/words.h"

// The parts of the page under its charts. Each says in words when it has nothing to show.

namespace clawgate::report {

// html_signals.cc
[[nodiscard]] std::string signals_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string refused_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string approvals_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string denials_html(const SessionReport& report);
[[nodiscard]] std::string incidents_html(const SessionReport& report, const Words& words);

// html_trades.cc
[[nodiscard]] std::string trades_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string orders_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string fills_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string costs_html(const SessionReport& report, const Words& words);

}  // namespace clawgate::report
