// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace clawgate {

/// How often this process has allocated with new. Linking allocations.cc replaces the operator.
[[nodiscard]] std::size_t allocations_so_far();

}  // namespace clawgate
