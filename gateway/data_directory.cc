// SPDX-License-Identifier: Apache-2.0
#include "gateway/data_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "gateway/whole_file.h"

namespace clawgate::gateway {
namespace {

Error unwritable(const std::string& path) {
  return Error{Reason::DataDirectoryUnwritable, path, file_trouble()};
}

bool read_exactly(const std::string& path, std::span<std::uint8_t> into) {
  const int file = open_regular_at(AT_FDCWD, path, O_RDONLY);
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
  directory->blobs_ = ::open((path + "/blobs").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory->blobs_ < 0) return unwritable(path + "/blobs");
  auto emergency = EmergencyFile::open(path + "/emergency.log");
  if (!emergency) return emergency.error();
  directory->emergency_.emplace(std::move(*emergency));
  const std::string key_file = path + "/check.key";
  if (std::filesystem::exists(key_file, error)) {
    if (!read_exactly(key_file, directory->check_key_)) {
      return Error{Reason::FileUnreadable, key_file, "not 32 bytes"};
    }
  } else {
    entropy.fill(directory->check_key_);
    if (!write_whole_file(key_file, directory->check_key_)) return unwritable(key_file);
  }
  const bool used_before = std::filesystem::exists(directory->journal(), error);
  const std::string closed = path + "/closed";
  directory->was_clean_ = !used_before || ::unlink(closed.c_str()) == 0;
  // After a power cut the mark must not be back for a session that it does not speak of.
  if (!sync_directory(path)) return unwritable(path);
  return directory;
}

DataDirectory::~DataDirectory() {
  if (blobs_ >= 0) ::close(blobs_);
}

Result<Digest> DataDirectory::keep(Bytes bytes) {
  const Digest digest = sha256(bytes);
  const std::string name = to_hex(digest);
  // One that is there is whole: it was renamed into place.
  if (::faccessat(blobs_, name.c_str(), F_OK, 0) == 0) return digest;
  if (!write_whole_file_at(blobs_, name, bytes)) return unwritable(path_ + "/blobs/" + name);
  return digest;
}

void DataDirectory::mark_closed() {
  static_cast<void>(write_whole_file(path_ + "/closed", {}));
}

}  // namespace clawgate::gateway
