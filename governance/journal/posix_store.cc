// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/posix_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "governance/journal/io.h"

namespace clawgate::journal {
namespace {

template <class T>
T answer(T result) {
  return result < 0 ? static_cast<T>(-errno) : result;
}

// A directory is on the disk once the one above it was synced.
int sync_parent(const std::filesystem::path& directory) {
  const int parent = ::open(directory.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return -errno;
  const int error = answer(::fsync(parent));
  ::close(parent);
  return error;
}

// Of a pipe or a device nothing could be read that stays as it is.
int refuse_special(int handle) {
  struct stat status {};
  if (::fstat(handle, &status) != 0) return -errno;
  if (S_ISDIR(status.st_mode)) return -EISDIR;
  return S_ISREG(status.st_mode) ? 0 : -ENXIO;
}

int create_directories_durably(const std::filesystem::path& directory) {
  if (std::filesystem::is_directory(directory)) return 0;
  if (directory.has_parent_path() && directory.parent_path() != directory) {
    if (const int error = create_directories_durably(directory.parent_path()); error != 0) {
      return error;
    }
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return -errno;
  return sync_parent(directory);
}

}  // namespace

Result<std::unique_ptr<PosixStore>> PosixStore::create(const std::string& directory) {
  std::error_code failed;
  const auto path = std::filesystem::absolute(directory, failed).lexically_normal();
  const int error = failed ? -failed.value() : create_directories_durably(path);
  if (error != 0) return io_error(Reason::DataDirectoryUnwritable, directory, "mkdir", error);
  return open_existing(directory);
}

Result<std::unique_ptr<PosixStore>> PosixStore::open_existing(const std::string& directory) {
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return io_error(Reason::JournalMissing, directory, "open", -errno);
  return std::unique_ptr<PosixStore>(new PosixStore(handle));
}

PosixStore::~PosixStore() {
  ::close(directory_);
}

int PosixStore::open(const std::string& name, Open how) {
  // Not blocking: a pipe under a segment's name would wait for its other end.
  int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  if (how == Open::Read) flags |= O_RDONLY;
  if (how == Open::Write) flags |= O_RDWR;
  if (how == Open::CreateNew) flags |= O_RDWR | O_CREAT | O_EXCL;
  const int handle = answer(::openat(directory_, name.c_str(), flags, 0600));
  if (handle < 0) return handle;
  const int wrong = refuse_special(handle);
  if (wrong == 0) return handle;
  ::close(handle);
  return wrong;
}

void PosixStore::close(int handle) {
  ::close(handle);
}

std::int64_t PosixStore::size(int handle) {
  struct stat status {};
  if (::fstat(handle, &status) != 0) return -errno;
  return status.st_size;
}

std::int64_t PosixStore::read(int handle, std::span<std::uint8_t> into, std::uint64_t offset) {
  return answer(::pread(handle, into.data(), into.size(), static_cast<off_t>(offset)));
}

std::int64_t PosixStore::write(int handle, Bytes bytes, std::uint64_t offset) {
  return answer(::pwrite(handle, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
}

int PosixStore::allocate(int handle, std::uint64_t size) {
  return answer(::fallocate(handle, 0, 0, static_cast<off_t>(size)));
}

int PosixStore::reserve(int handle, std::uint64_t size) {
  return answer(::fallocate(handle, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)));
}

int PosixStore::truncate(int handle, std::uint64_t size) {
  return answer(::ftruncate(handle, static_cast<off_t>(size)));
}

int PosixStore::sync(int handle) {
  return answer(::fdatasync(handle));
}

int PosixStore::drop_cache(int handle) {
  return -::posix_fadvise(handle, 0, 0, POSIX_FADV_DONTNEED);
}

int PosixStore::list(std::vector<std::string>& names) {
  const int handle = ::openat(directory_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return -errno;
  DIR* const entries = ::fdopendir(handle);
  if (entries == nullptr) {
    const int error = -errno;
    ::close(handle);
    return error;
  }
  errno = 0;
  while (const dirent* const entry = ::readdir(entries)) names.emplace_back(entry->d_name);
  const int error = -errno;
  ::closedir(entries);
  return error;
}

int PosixStore::rename(const std::string& from, const std::string& to) {
  return answer(::renameat(directory_, from.c_str(), directory_, to.c_str()));
}

int PosixStore::remove(const std::string& name) {
  return answer(::unlinkat(directory_, name.c_str(), 0));
}

int PosixStore::sync_directory() {
  return answer(::fsync(directory_));
}

}  // namespace clawgate::journal
