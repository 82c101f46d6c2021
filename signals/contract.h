// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/strict_json.h"
#include "signals/input.h"

// signal_intent 1.0, our own contract, from any engine that speaks it.

namespace clawgate::signals {

/// The document means to be a signal_intent, well made or not.
[[nodiscard]] bool claims_signal_intent(const Json& document);

/// Decoded by the contract's own decoder, after the search for orders in disguise: a member that
/// the contract does not have is refused, and is no violation by itself.
[[nodiscard]] Reading read_signal_intent(const Json& document, const Input& input);

}  // namespace clawgate::signals
