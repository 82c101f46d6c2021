// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "schemas/core/result.h"

namespace clawgate {

/// More than any file that is read whole: a device or a pipe that never ends is told from one.
inline constexpr std::size_t kReadBytesMax = std::size_t{256} << 20U;

/// Everything that the file (or pipe) `path` holds. An Error names it as `field`, or by its path,
/// and says what the system said: a directory is no file; or that it is larger than kReadBytesMax.
/// Any thread.
[[nodiscard]] Result<std::string> read_whole_file(const std::string& path, std::string field = "");

/// The same of a descriptor that is already open; it stays open. At most `most` bytes.
[[nodiscard]] Result<std::string> read_to_end(int file, std::string field,
                                              std::size_t most = kReadBytesMax);

}  // namespace clawgate
