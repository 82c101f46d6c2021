// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>

namespace clawgate::testing {

/// The folder of real recordings, which are not part of the project: tests that read them skip
/// where it is absent.
inline std::filesystem::path shared_data() {
  const char* const named = std::getenv("CLAWGATE_SHARED_DATA");
  return named != nullptr ? named : CLAWGATE_SOURCE_DIR "/../shared/data";
}

}  // namespace clawgate::testing
