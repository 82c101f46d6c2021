// SPDX-License-Identifier: Apache-2.0
#include "gateway/data_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace clawgate::gateway {
namespace {

Error unwritable(const std::string& path) {
  return Error{Reason::DataDirectoryUnwritable, path, std::strerror(errno)};
}

/// Writes a whole new file of mode 0600. Evidence is never overwritten: EEXIST counts as done.
bool write_new(const std::string& path, Bytes bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return errno == EEXIST;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t some = ::write(file, bytes.data() + done, bytes.size() - done);
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) break;
    done += static_cast<std::size_t>(some);
  }
  const bool kept = done == bytes.size() && ::fdatasync(file) == 0;
  const int error = errno;
  ::close(file);
  errno = error;
  return kept;
}

bool read_exactly(const std::string& path, std::span<std::uint8_t> into) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t got = ::read(file, into.data(), into.size());
  ::close(file);
  return got == static_cast<ssize_t>(into.size());
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& path,
                                                           Entropy& entropy) {
  std::error_code error;
  std::filesystem::create_directories(path + "/blobs", error);
  if (error) return Error{Reason::DataDirectoryUnwritable, path, error.message()};
  auto lock = journal::DirectoryLock::take(path);
  if (!lock) return lock.error();

  std::unique_ptr<DataDirectory> directory(new DataDirectory);
  directory->path_ = path;
  directory->lock_.emplace(std::move(*lock));
  const std::string key_file = path + "/check.key";
  if (!read_exactly(key_file, directory->check_key_)) {
    entropy.fill(directory->check_key_);
    if (!write_new(key_file, directory->check_key_)) return unwritable(key_file);
  }
  const bool used_before = std::filesystem::exists(directory->journal(), error);
  const std::string closed = path + "/closed";
  directory->was_clean_ = !used_before || ::unlink(closed.c_str()) == 0;
  return directory;
}

Result<Digest> DataDirectory::keep(Bytes bytes) {
  const Digest digest = sha256(bytes);
  const std::string file = path_ + "/blobs/" + to_hex(digest);
  if (!write_new(file, bytes)) return unwritable(file);
  return digest;
}

void DataDirectory::mark_closed() {
  static_cast<void>(write_new(path_ + "/closed", {}));
}

}  // namespace clawgate::gateway
