// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schemas/core/result.h"

namespace clawgate {

/// Everything that the file (or pipe) `path` holds. An Error names it as `field`, or by its path,
/// and says what the system said: a directory is no file. Any thread.
[[nodiscard]] Result<std::string> read_whole_file(const std::string& path, std::string field = "");

/// The same of a descriptor that is already open; it stays open.
[[nodiscard]] Result<std::string> read_to_end(int file, std::string field);

}  // namespace clawgate
