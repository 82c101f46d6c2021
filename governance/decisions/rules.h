// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "governance/decisions/decisions.h"

// The rules of the protocol as rows. Each answer carries every rule that is broken.

namespace clawgate::governance {

/// Whether its answer needs a trusted channel and a second factor: everything with a side effect,
/// and outside of S0 everything of high risk.
[[nodiscard]] bool is_critical(const DecisionRow& row, Stage stage);

/// What is wrong with a request by itself.
[[nodiscard]] std::vector<Error> broken_rules(const contracts::DecisionRequest& request);

/// What is wrong with a command about a pending decision, but for the answer to its challenge.
[[nodiscard]] std::vector<Error> broken_rules(const DecisionCommand& command,
                                              const DecisionRow& row, Stage stage);

/// A field that is missing, too long or not printable. Such a command is not even recorded.
[[nodiscard]] Error form_error(const DecisionCommand& command);

/// Whether this operator may say that on this channel. Reason::None when so.
[[nodiscard]] Error operator_error(const DecisionCommand& command,
                                   std::span<const Operator> operators);

}  // namespace clawgate::governance
