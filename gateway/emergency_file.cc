// SPDX-License-Identifier: Apache-2.0
#include "gateway/emergency_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

constexpr off_t kRoom = 4096;

}  // namespace

Result<EmergencyFile> EmergencyFile::open(const std::string& path) {
  // Not blocking: a pipe without a reader would wait for one.
  constexpr int kHow = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  EmergencyFile file(::open(path.c_str(), kHow, 0600));
  struct stat status {};
  if (file.file_ < 0 || ::fstat(file.file_, &status) != 0) {
    return Error{Reason::DataDirectoryUnwritable, path, std::strerror(errno)};
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{Reason::DataDirectoryUnwritable, path, "not a regular file"};
  }
  const int reserved = ::fallocate(file.file_, FALLOC_FL_KEEP_SIZE, status.st_size, kRoom);
  static_cast<void>(reserved);
  return file;
}

EmergencyFile::~EmergencyFile() {
  if (file_ >= 0) ::close(file_);
}

void EmergencyFile::tell(const Error& error, std::string_view what) const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string line = time_text(std::chrono::nanoseconds(now).count()) + " " +
                           std::string(what) + ": " + to_text(error) + "\n";
  const ssize_t written = ::write(file_, line.data(), line.size());
  static_cast<void>(written);  // there is nowhere left to complain
}

}  // namespace clawgate::gateway
