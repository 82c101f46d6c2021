// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signals/date.h"

namespace clawgate::signals {

/// Which part of a TradingAgents run a file is.
enum class Stage : unsigned char {
  Unknown,
  Decision,   // the portfolio manager's: 5_portfolio/decision.md, final_trade_decision.md
  Report,     // complete_report.md: all parts in one
  StateLog,   // full_states_log_<date>.json
  Memory,     // trading_memory.md
  OtherVoice  // analysts, researchers, trader, risk debate
};

/// What a path tells. Known layouts:
///   <TICKER>/TradingAgentsStrategy_logs/full_states_log_<date>.json
///   <TICKER>_<YYYYMMDD>_<HHMMSS>/5_portfolio/decision.md
///   <TICKER>/<YYYY-MM-DD>/reports/final_trade_decision.md
///   <TICKER>/<YYYYMMDD>_.../5_portfolio/decision.md
/// and any of them flattened into a file name with `_` for `/`.
struct Origin {
  Stage stage = Stage::Unknown;
  std::string ticker;        // empty when the path does not tell
  std::optional<Date> date;  // the trade date, or the day in the run's stamp
};

[[nodiscard]] Origin origin_of(std::string_view path);

}  // namespace clawgate::signals
