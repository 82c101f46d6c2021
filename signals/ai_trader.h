// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "schemas/strict_json.h"
#include "signals/input.h"

// AI-Trader, both generations: the benchmark (branch Official-AITrader-v1, c8b24a0 of 2026-03-11)
// and the copy-trading service (05cbc0e of 2026-04-24). It may only signal, and hardly ever does:
//
//   position.jsonl   a row with an order: DirectOrderAction, found before this reader runs;
//                    a no_trade row or the opening row of zeros: ContextOnly, it says nothing
//   log.jsonl        NarrativeOnly
//   price series     ContextOnly
//   service bodies   operations and trades: DirectOrder..., found before;
//                    a strategy post with one allowed symbol and a stance that our own prompt asked
//                    for: a signal of confidence 0.30 at most that a person must review;
//                    any other post: NarrativeOnly

namespace clawgate::signals {

/// A row of the book that carries no order: `no_trade` with no symbol and no amount, or the opening
/// row in which every holding but cash is zero. Such a row is exempt from the search for orders,
/// although it names this_action and positions. Anything else in it and it is not exempt.
[[nodiscard]] bool is_idle_book_row(const Json& document);
[[nodiscard]] Reading read_idle_book_row(const Json& document, const Input& input);

/// nullopt when the document is none of AI-Trader's.
[[nodiscard]] std::optional<Reading> read_ai_trader(const Json& document, const Input& input);

}  // namespace clawgate::signals
