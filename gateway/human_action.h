// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/effect.h"

namespace clawgate::gateway {

/// What a person has to do at the venue, as the file human_action_required.md says it: what failed,
/// what it means, what to do now, and how to see that it helped.
[[nodiscard]] std::string human_action_text(const HumanActionRequired& what);

/// Writes it whole or not at all, mode 0600. False when the disk refused.
[[nodiscard]] bool write_human_action(const std::string& path, const HumanActionRequired& what);

}  // namespace clawgate::gateway
