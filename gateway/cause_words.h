// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/state.h"

namespace clawgate::gateway {

/// The code of the cause that `given` may have meant, with the fewest letters to change; case does
/// not count.
[[nodiscard]] std::string_view nearest_cause(std::string_view given);

/// What is said of a cause that cannot be cleared because it is none, or not in force: "FOO,
/// perhaps KILL; in force: SEVERITY".
[[nodiscard]] std::string words_of_no_cause(std::string_view given, const State& state);

}  // namespace clawgate::gateway
