// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::journal {

/// The files of one directory of this machine. Calls on different handles may come from different
/// threads.
class PosixStore final : public Store {
 public:
  /// Creates the directory, and those above it, where they do not exist.
  static Result<std::unique_ptr<PosixStore>> create(const std::string& directory);
  /// Reason::JournalMissing where the directory does not exist.
  static Result<std::unique_ptr<PosixStore>> open_existing(const std::string& directory);
  ~PosixStore() override;

  [[nodiscard]] int open(const std::string& name, Open how) override;
  void close(int handle) override;
  [[nodiscard]] std::int64_t size(int handle) override;
  [[nodiscard]] std::int64_t read(int handle, std::span<std::uint8_t> into,
                                  std::uint64_t offset) override;
  [[nodiscard]] std::int64_t write(int handle, Bytes bytes, std::uint64_t offset) override;
  [[nodiscard]] int allocate(int handle, std::uint64_t size) override;
  [[nodiscard]] int reserve(int handle, std::uint64_t size) override;
  [[nodiscard]] int truncate(int handle, std::uint64_t size) override;
  [[nodiscard]] int sync(int handle) override;
  [[nodiscard]] int drop_cache(int handle) override;
  [[nodiscard]] int list(std::vector<std::string>& names) override;
  [[nodiscard]] int rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] int remove(const std::string& name) override;
  [[nodiscard]] int sync_directory() override;

 private:
  explicit PosixStore(int directory) : directory_(directory) {}
  int directory_;
};

}  // namespace clawgate::journal
