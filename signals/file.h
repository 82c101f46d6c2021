// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "schemas/core/result.h"

namespace clawgate::signals {

/// The whole file. Errors: FileUnreadable, InputTooLarge. The only I/O of this folder; everything
/// else takes bytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace clawgate::signals
