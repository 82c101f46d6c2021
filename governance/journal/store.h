// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "schemas/core/digest.h"

namespace clawgate::journal {

/// The system calls a journal needs, on the files of one directory, named without a path.
///
/// Each function is one call and answers as the kernel does: the result, or minus errno. Nothing is
/// retried in here, so that a store for tests can fail or stop at any of them.
class Store {
 public:
  enum class Open : std::uint8_t {
    Read,       // must exist
    Write,      // must exist; for reading and writing
    CreateNew,  // must not exist; mode 0600, for reading and writing
  };

  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] virtual int open(const std::string& name, Open how) = 0;  // a handle, 0 or above
  virtual void close(int handle) = 0;
  [[nodiscard]] virtual std::int64_t size(int handle) = 0;
  [[nodiscard]] virtual std::int64_t read(int handle, std::span<std::uint8_t> into,
                                          std::uint64_t offset) = 0;  // 0 at the end of the file
  [[nodiscard]] virtual std::int64_t write(int handle, Bytes bytes, std::uint64_t offset) = 0;
  /// Reserves zeros up to `size`, and the file is then at least that long.
  [[nodiscard]] virtual int allocate(int handle, std::uint64_t size) = 0;
  /// Reserves room up to `size` for a file that stays as long as it is, so that what is written
  /// there later finds a place on a disk that is full by then.
  [[nodiscard]] virtual int reserve(int handle, std::uint64_t size) = 0;
  [[nodiscard]] virtual int truncate(int handle, std::uint64_t size) = 0;
  /// Data and length are on the disk when this answers 0. After any other answer nothing is known
  /// about either, and a second call would not tell: the kernel may have dropped the dirty pages.
  [[nodiscard]] virtual int sync(int handle) = 0;
  /// Forgets cached pages that are not dirty, so that the next read sees the disk.
  [[nodiscard]] virtual int drop_cache(int handle) = 0;

  [[nodiscard]] virtual int list(std::vector<std::string>& names) = 0;
  [[nodiscard]] virtual int rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual int remove(const std::string& name) = 0;
  /// Created, renamed and removed names are on the disk when this answers 0.
  [[nodiscard]] virtual int sync_directory() = 0;
};

}  // namespace clawgate::journal
