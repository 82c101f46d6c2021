// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

namespace clawgate::mutants {

/// The number that `--mutant` chose; 0: none.
[[nodiscard]] int chosen();

/// Which fault acts. None while the compiler evaluates: a fault in a constant table would change
/// nothing, and survives.
[[nodiscard]] constexpr int active() {
  return std::is_constant_evaluated() ? 0 : chosen();
}

}  // namespace clawgate::mutants
