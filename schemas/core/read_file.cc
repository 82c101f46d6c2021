// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace clawgate {
namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10U;

Error unreadable(std::string field) {
  return {Reason::FileUnreadable, std::move(field), std::generic_category().message(errno)};
}

Error too_large(std::string field, std::size_t most) {
  return {Reason::FileUnreadable, std::move(field), "more than " + std::to_string(most) + " bytes"};
}

}  // namespace

Result<std::string> read_to_end(int file, std::string field, std::size_t most) {
  std::string text;
  struct stat about {};
  std::size_t room = kBlock;
  if (::fstat(file, &about) == 0 && about.st_size > 0) {
    room = static_cast<std::size_t>(about.st_size) + 1;  // the last read finds the end
  }
  for (;;) {
    if (text.size() > most || room > most + kBlock) return too_large(std::move(field), most);
    const std::size_t had = text.size();
    text.resize(had + room);
    const ssize_t some = ::read(file, text.data() + had, room);
    text.resize(had + (some > 0 ? static_cast<std::size_t>(some) : 0));
    if (some == 0) return text;
    if (some < 0 && errno != EINTR) return unreadable(std::move(field));
    room = kBlock;
  }
}

Result<std::string> read_whole_file(const std::string& path, std::string field) {
  if (field.empty()) field = path;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unreadable(std::move(field));
  auto text = read_to_end(file, std::move(field));
  ::close(file);
  return text;
}

}  // namespace clawgate
