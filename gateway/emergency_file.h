// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "schemas/core/result.h"

namespace clawgate::gateway {

/// emergency.log: gets one line behind those of earlier ends when the journal fails or the lock is
/// lost. Opened at the start, with room for the line on a disk that is full by then; where the file
/// system cannot promise any, the line may be missing.
class EmergencyFile {
 public:
  /// An Error where the file cannot be opened, or is none.
  [[nodiscard]] static Result<EmergencyFile> open(const std::string& path);
  EmergencyFile(EmergencyFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  EmergencyFile(const EmergencyFile&) = delete;
  EmergencyFile& operator=(const EmergencyFile&) = delete;
  EmergencyFile& operator=(EmergencyFile&&) = delete;
  ~EmergencyFile();

  /// With the time of this machine, in UTC: the core's may be a recording's.
  void tell(const Error& error, std::string_view what = "journal failed") const;

 private:
  explicit EmergencyFile(int file) : file_(file) {}
  int file_;
};

}  // namespace clawgate::gateway
