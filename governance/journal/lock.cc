// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "governance/journal/io.h"

namespace clawgate::journal {

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  const std::string path = directory + "/lock";
  const int handle = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (handle < 0) return io_error(Reason::DataDirectoryUnwritable, path, "open", -errno);
  DirectoryLock lock(path, handle);
  while (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    const Reason reason =
        errno == EWOULDBLOCK ? Reason::DataDirectoryLocked : Reason::DataDirectoryUnwritable;
    return io_error(reason, path, "flock", -errno);
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : path_(std::move(other.path_)), handle_(std::exchange(other.handle_, -1)) {}

bool DirectoryLock::holds() const {
  struct stat held {};
  struct stat there {};
  if (::fstat(handle_, &held) != 0 || ::lstat(path_.c_str(), &there) != 0) return false;
  return held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(handle_, other.handle_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (handle_ >= 0) ::close(handle_);
}

}  // namespace clawgate::journal
