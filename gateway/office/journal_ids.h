// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "governance/decisions/decisions.h"

namespace clawgate::gateway {

/// The decisions that the journal of a data directory names, in its limits documents or as
/// recorded by an operator's word: in S0 either may be one that was never opened in the office.
/// Of a journal that is damaged those before the damage; without a journal none.
[[nodiscard]] governance::DecisionIds ids_in_journal(const std::string& data);

}  // namespace clawgate::gateway
