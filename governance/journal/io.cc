// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/io.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace clawgate::journal {
namespace {

template <class Call>
auto unless_interrupted(Call call) {
  auto answer = call();
  while (answer == -EINTR) answer = call();
  return answer;
}

}  // namespace

File::File(Store& store, const std::string& name, Store::Open how)
    : store_(&store), handle_(unless_interrupted([&] { return store.open(name, how); })) {}

File::File(File&& other) noexcept
    : store_(other.store_), handle_(std::exchange(other.handle_, -1)) {}

File& File::operator=(File&& other) noexcept {
  if (this == &other) return *this;
  close();
  store_ = other.store_;
  handle_ = std::exchange(other.handle_, -1);
  return *this;
}

void File::close() {
  if (handle_ >= 0) store_->close(handle_);
  handle_ = -1;
}

int write_all(Store& store, int handle, Bytes bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const std::int64_t count =
        unless_interrupted([&] { return store.write(handle, bytes, offset); });
    if (count < 0) return static_cast<int>(count);
    if (count == 0) return -ENOSPC;  // no progress and no reason given
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return 0;
}

int allocate(Store& store, int handle, std::uint64_t size) {
  const int answer = unless_interrupted([&] { return store.allocate(handle, size); });
  return answer == -EOPNOTSUPP ? truncate(store, handle, size) : answer;
}

int truncate(Store& store, int handle, std::uint64_t size) {
  return unless_interrupted([&] { return store.truncate(handle, size); });
}

int read_file(Store& store, const std::string& name, std::uint64_t size_max,
              std::vector<std::uint8_t>& into) {
  const File file(store, name, Store::Open::Read);
  if (!file.is_open()) return file.error();
  const std::int64_t size = store.size(file.handle());
  if (size < 0) return static_cast<int>(size);
  if (static_cast<std::uint64_t>(size) > size_max) return -EFBIG;
  into.resize(static_cast<std::size_t>(size));
  std::size_t filled = 0;
  while (filled < into.size()) {
    const std::int64_t count = unless_interrupted(
        [&] { return store.read(file.handle(), std::span(into).subspan(filled), filled); });
    if (count < 0) return static_cast<int>(count);
    if (count == 0) break;  // cut by someone since size()
    filled += static_cast<std::size_t>(count);
  }
  into.resize(filled);
  return 0;
}

Error io_error(Reason reason, std::string_view name, std::string_view call, int error) {
  return {.reason = reason,
          .field = std::string(name),
          .seen = std::string(call) + ": " + std::system_category().message(-error)};
}

}  // namespace clawgate::journal
