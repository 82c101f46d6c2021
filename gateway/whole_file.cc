// SPDX-License-Identifier: Apache-2.0
#include "gateway/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace clawgate::gateway {
namespace {

bool write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t some = ::write(file, bytes.data(), bytes.size());
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(some));
  }
  return true;
}

}  // namespace

bool sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced;
}

// What a crash left of an earlier attempt is written over.
bool write_whole_file(const std::string& path, Bytes bytes) {
  const std::string fresh = path + ".new";
  const int file =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  const bool kept = write_all(file, bytes) && ::fdatasync(file) == 0;
  const int error = errno;
  ::close(file);
  errno = error;
  if (!kept || std::rename(fresh.c_str(), path.c_str()) != 0) return false;
  const std::size_t slash = path.rfind('/');
  return sync_directory(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace clawgate::gateway
