// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sim/exchange/refusal.h"
#include "sim/exchange/requests.h"
#include "sim/exchange/symbol_rules.h"

// Whether the parameters of a request fit together, before anything is looked up. Pure.

namespace clawgate::sim {

/// nullopt when the terms have exactly the parameters their type needs. `prefix` is put before
/// parameter names in texts ("above" makes "aboveTimeInForce"); empty for a plain order.
[[nodiscard]] std::optional<Refusal> check_shape(const OrderTerms& terms, std::string_view prefix);

/// nullopt when the symbol trades this type of order in this mode.
[[nodiscard]] std::optional<Refusal> check_supported(const SymbolRules& rules,
                                                     const OrderTerms& terms,
                                                     std::optional<StpMode> stp);

/// The legs of an OCO pair: one LIMIT_MAKER or TAKE_PROFIT*, one STOP_LOSS*, each on its side of
/// the market.
[[nodiscard]] std::optional<Refusal> check_pair_types(Side side, OrderType above, OrderType below);

}  // namespace clawgate::sim
