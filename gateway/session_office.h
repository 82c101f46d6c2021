// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "schemas/core/result.h"
#include "schemas/governed.h"

// What a session takes from the office of its data directory when it begins.

namespace clawgate::gateway {

/// Where the office's ledger stands; seq 0 where there is none. An Error when it was cut, rewritten
/// or broken since the journal was anchored to `known`.
[[nodiscard]] Result<LedgerAnchored> ledger_head(const std::string& data,
                                                 const LedgerAnchored& known);

/// The decision as the office has it. `own`, the operator's word at this start, where it has none
/// of that id; nullopt where its ledger is not whole: that decides nothing.
[[nodiscard]] std::optional<DecisionRecorded> decision_or(const std::string& data,
                                                          const DecisionRecorded& own);

}  // namespace clawgate::gateway
