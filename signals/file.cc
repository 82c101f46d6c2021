// SPDX-License-Identifier: Apache-2.0
#include "signals/file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

namespace clawgate::signals {

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const auto unreadable = [&] { return Error{Reason::FileUnreadable, path, std::strerror(errno)}; };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) return unreadable();
  std::string bytes;
  std::array<char, 64 * 1024> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    bytes += std::string_view(buffer.data(), count);
    if (bytes.size() > bytes_max) {
      return Error{Reason::InputTooLarge, path, "more than " + std::to_string(bytes_max)};
    }
  }
  if (std::ferror(file.get()) != 0) return unreadable();
  return bytes;
}

}  // namespace clawgate::signals
