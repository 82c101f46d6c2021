// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "schemas/core/result.h"

namespace clawgate::journal {

/// One process a data directory: an flock on its file `lock`, which the kernel gives back when the
/// process ends, however it ends. Held as long as this object lives.
class DirectoryLock {
 public:
  /// The directory exists. Reason::DataDirectoryLocked where another process, or another lock of
  /// this one, holds it.
  static Result<DirectoryLock> take(const std::string& directory);

  /// Whether `lock` is still the file that is held: another one would be held by another process.
  [[nodiscard]] bool holds() const;

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  DirectoryLock(std::string path, int handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  int handle_;
};

}  // namespace clawgate::journal
