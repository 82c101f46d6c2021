// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/result.h"

namespace clawgate::sim {

/// How far the update ids of each symbol may have been told, in a file, so that a practice exchange
/// that starts again goes on from there: its clients' books would take lower ids for old news. Ids
/// are set aside many at a time, and the file is replaced only when they run out. One thread.
class UpdateIds {
 public:
  static constexpr std::int64_t kAtOnce = 1'000'000;

  /// A file that is not there is one of a new exchange.
  [[nodiscard]] static Result<UpdateIds> open(const std::string& path);

  /// The highest that may have been told; 0: none.
  [[nodiscard]] std::int64_t last(std::string_view symbol) const;
  /// Before `id` is told.
  [[nodiscard]] std::optional<Error> tell(std::string_view symbol, std::int64_t id);

 private:
  explicit UpdateIds(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] std::optional<Error> save() const;

  std::string path_;
  std::map<std::string, std::int64_t, std::less<>> last_;
};

}  // namespace clawgate::sim
