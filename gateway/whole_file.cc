// SPDX-License-Identifier: Apache-2.0
#include "gateway/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace clawgate::gateway {
namespace {

constexpr int kNotRegular = ENXIO;  // as the kernel says of a pipe without a reader

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

int open_regular_at(int directory, const std::string& name, int flags) {
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int file = ::openat(directory, name.c_str(), flags | kAlways, 0600);
  struct stat status {};
  const bool known = file >= 0 && ::fstat(file, &status) == 0;
  if (known && S_ISREG(status.st_mode)) return file;
  const int error = known ? kNotRegular : errno;
  if (file >= 0) ::close(file);
  errno = error;
  return -1;
}

std::string file_trouble() {
  return errno == kNotRegular ? "not a regular file" : std::strerror(errno);
}

bool sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced;
}

// What a crash left of an earlier attempt is written over.
bool write_whole_file_at(int directory, const std::string& name, Bytes bytes) {
  const std::string fresh = name + ".new";
  const int file = open_regular_at(directory, fresh, O_WRONLY | O_CREAT | O_TRUNC);
  if (file < 0) return false;
  const bool kept = write_all(file, bytes) && ::fdatasync(file) == 0;
  const int error = errno;
  ::close(file);
  errno = error;
  if (!kept || ::renameat(directory, fresh.c_str(), directory, name.c_str()) != 0) return false;
  return ::fsync(directory) == 0;
}

bool write_whole_file(const std::string& path, Bytes bytes) {
  const std::size_t slash = path.rfind('/');
  const bool bare = slash == std::string::npos;
  const std::string parent = bare ? "." : path.substr(0, slash + 1);
  const int directory = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool kept = write_whole_file_at(directory, bare ? path : path.substr(slash + 1), bytes);
  const int error = errno;
  ::close(directory);
  errno = error;
  return kept;
}

}  // namespace clawgate::gateway
