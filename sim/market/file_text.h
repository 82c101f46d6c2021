// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "schemas/core/result.h"

namespace clawgate::sim {

/// The text of one file at a time, unpacked where it is gzip, whole in memory. The memory is kept
/// from file to file. One thread at a time.
class FileText {
 public:
  /// That many bytes behind the text can be read: they are zero. What simdjson asks for.
  static constexpr std::size_t kPadding = 64;

  /// The text lives until the next load(). Errors: RecordingUnreadable, RecordingCompressed.
  Result<std::string_view> load(const std::string& path);

 private:
  Result<std::string_view> unpack(const std::string& path, std::string_view packed);
  void grow(std::size_t capacity, std::size_t keep);

  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char[], Free> bytes_;
  std::size_t capacity_ = 0;  // padding not counted
};

/// The size of a regular file in bytes. Error: RecordingUnreadable.
[[nodiscard]] Result<std::int64_t> file_size(const std::string& path);

}  // namespace clawgate::sim
