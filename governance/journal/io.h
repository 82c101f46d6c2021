// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "governance/journal/store.h"
#include "schemas/core/result.h"

// Whole operations made of a Store's single calls: an interrupted call is made again, a short read
// or write goes on where it stopped. A sync is never made again, for whatever reason it failed.
// All answer 0 or minus errno.

namespace clawgate::journal {

/// An open file, closed at the end of its scope.
class File {
 public:
  File() = default;
  File(Store& store, const std::string& name, Store::Open how);
  ~File() { close(); }
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  [[nodiscard]] bool is_open() const { return handle_ >= 0; }
  /// 0, or minus errno of the open.
  [[nodiscard]] int error() const { return handle_ < 0 ? handle_ : 0; }
  [[nodiscard]] int handle() const { return handle_; }
  void close();

 private:
  Store* store_ = nullptr;
  int handle_ = -1;
};

[[nodiscard]] int write_all(Store& store, int handle, Bytes bytes, std::uint64_t offset);
/// Where the file system cannot reserve (EOPNOTSUPP), the file is made longer by a hole.
[[nodiscard]] int allocate(Store& store, int handle, std::uint64_t size);
[[nodiscard]] int truncate(Store& store, int handle, std::uint64_t size);
/// The whole file; -EFBIG above `size_max`.
[[nodiscard]] int read_file(Store& store, const std::string& name, std::uint64_t size_max,
                            std::vector<std::uint8_t>& into);

/// `call` is what was tried, `error` minus errno.
[[nodiscard]] Error io_error(Reason reason, std::string_view name, std::string_view call,
                             int error);

}  // namespace clawgate::journal
