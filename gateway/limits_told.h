// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "schemas/core/result.h"
#include "schemas/ids.h"
#include "schemas/limits.h"
#include "schemas/reason.h"

// The limits that a configuration asks for are put forward at every start; those in force are the
// journal's. Where they differ a person has to be told, or they trade on limits they do not know.

namespace clawgate::gateway {

/// Whether what is in force says the same as the configuration of everything but the version and
/// the decision. Nothing is in force where the first document of a journal was refused.
[[nodiscard]] bool same_limits(const std::optional<Limits>& in_force, const Limits& configured);

/// What the core said of the newest document that was put forward in the record `from` or behind
/// it. Reads what is durable.
[[nodiscard]] Result<Reason> limits_refused(const std::string& journal, Seq from);

/// What the configuration asks for and is not in force, why, and what comes next. `data`: of a
/// gateway that takes proposals while it runs; empty: of one that does not.
[[nodiscard]] std::string words_of_refused_limits(const std::optional<Limits>& in_force,
                                                  const Limits& configured, Reason why,
                                                  const std::string& data);

}  // namespace clawgate::gateway
