// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schemas/core/digest.h"

namespace clawgate::gateway {

/// Opens a file that must be a regular one: no link is followed, no pipe waited for. -1: errno says
/// why. A file that it makes has mode 0600.
[[nodiscard]] int open_regular_at(int directory, const std::string& name, int flags);

/// What errno says of a file that could not be opened or written.
[[nodiscard]] std::string file_trouble();

/// Makes or replaces the file `path`, mode 0600, with these bytes. Whoever looks, now or after any
/// crash, finds what was there before or all of it; once this answers true, all of it, on the disk.
/// False: errno says why. One writer of a path at a time.
[[nodiscard]] bool write_whole_file(const std::string& path, Bytes bytes);

/// The same where the directory is open already; `name` is a file in it.
[[nodiscard]] bool write_whole_file_at(int directory, const std::string& name, Bytes bytes);

/// The names of a directory are on the disk once this answers true.
bool sync_directory(const std::string& path);

}  // namespace clawgate::gateway
