// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/html_plot.h"
#include "gateway/report/session_report.h"
#include "gateway/report/words.h"

// The parts of the page under its charts. Each says in words when it has nothing to show.

namespace clawgate::report {

// html_signals.cc
[[nodiscard]] std::string signals_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string refused_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string approvals_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string denials_html(const SessionReport& report);

/// A part of the charts.
struct Panel {
  std::string html;
  bool merged = false;  // a mark stands for several rows
};
// html_lanes.cc
[[nodiscard]] Panel lane_panel(const SessionReport& report, const Words& words, const Plot& plot);

// html_marks.cc: the orders of `symbol` that were filled, over the prices on `axis`
[[nodiscard]] Panel order_marks(const SessionReport& report, const Words& words, const Plot& plot,
                                const Symbol& symbol, const Axis& axis);

// html_timeline.cc
[[nodiscard]] std::string timeline_html(const SessionReport& report, const Words& words);
/// Blocks, cooldowns and engines as bars over the time of the charts; nothing when there were none.
[[nodiscard]] Panel trading_panel(const SessionReport& report, const Words& words,
                                  const Plot& plot);

// html_trades.cc
[[nodiscard]] std::string trades_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string orders_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string fills_html(const SessionReport& report, const Words& words);
[[nodiscard]] std::string costs_html(const SessionReport& report, const Words& words);

}  // namespace clawgate::report
