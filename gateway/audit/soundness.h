// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/state.h"

// A gateway folds and executes only what it wrote itself, so the state asserts that each record
// fits. An audit reads what anyone may have written: it asks first. Empty answers mean yes.

namespace clawgate::audit {

/// Why a record cannot be folded into `state`; types this version does not know always can.
[[nodiscard]] std::string fold_objection(const gateway::State& state, std::uint16_t type,
                                         Bytes payload);

/// Why an input could never have reached the core: the edges refuse it.
[[nodiscard]] std::string input_objection(std::uint16_t type, Bytes payload);

}  // namespace clawgate::audit
