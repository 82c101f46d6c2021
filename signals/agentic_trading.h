// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "schemas/strict_json.h"
#include "signals/input.h"

// AgenticTrading (FinAgents, e0d450d of 2025-11-30). Phase 2: its alpha lists are read and shown,
// and rejected as SourceDisabled until a decision enables the source.
//
//   alpha_signals_output.json  one reading an item: LONG buys, SHORT sells what is held, NEUTRAL
//   holds AlphaStrategyFlow          decision{signal, confidence, reasoning} AlphaSignal symbol,
//   direction, confidence risk_signals_output.json   ContextOnly: it may only tighten target
//   weights, action{order_type}, execute_orders: DirectOrder..., found before this reader runs
//
// Its confidence is no probability (in recorded files it equals the size of the signal): at most
// 0.50, marked derived.

namespace clawgate::signals {

/// Empty when the document is none of AgenticTrading's.
[[nodiscard]] std::vector<Reading> read_agentic_trading(const Json& document, const Input& input);

}  // namespace clawgate::signals
