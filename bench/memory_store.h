// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "governance/journal/store.h"

namespace clawgate::bench {

/// A journal's files in memory, without a disk, or with one that takes its time to sync: it exists
/// only here.
class MemoryStore final : public journal::Store {
 public:
  explicit MemoryStore(std::chrono::milliseconds sync_takes = {}) : sync_takes_(sync_takes) {}

  [[nodiscard]] int open(const std::string& name, Open how) override {
    const bool known = names_.contains(name);
    if (how == Open::CreateNew ? known : !known) return how == Open::CreateNew ? -EEXIST : -ENOENT;
    if (!known) {
      names_[name] = static_cast<int>(files_.size());
      files_.emplace_back();
    }
    return names_[name];
  }
  void close(int) override {}
  [[nodiscard]] std::int64_t size(int handle) override {
    return static_cast<std::int64_t>(file(handle).size());
  }
  [[nodiscard]] std::int64_t read(int handle, std::span<std::uint8_t> into,
                                  std::uint64_t offset) override {
    const auto& bytes = file(handle);
    if (offset >= bytes.size()) return 0;
    const std::size_t count = std::min<std::size_t>(into.size(), bytes.size() - offset);
    std::memcpy(into.data(), bytes.data() + offset, count);
    return static_cast<std::int64_t>(count);
  }
  [[nodiscard]] std::int64_t write(int handle, Bytes bytes, std::uint64_t offset) override {
    auto& to = file(handle);
    if (to.size() < offset + bytes.size()) to.resize(offset + bytes.size());
    std::memcpy(to.data() + offset, bytes.data(), bytes.size());
    return static_cast<std::int64_t>(bytes.size());
  }
  [[nodiscard]] int allocate(int handle, std::uint64_t size) override {
    if (file(handle).size() < size) file(handle).resize(size);
    return 0;
  }
  [[nodiscard]] int reserve(int, std::uint64_t) override { return 0; }
  [[nodiscard]] int truncate(int handle, std::uint64_t size) override {
    file(handle).resize(size);
    return 0;
  }
  [[nodiscard]] int sync(int) override {
    if (sync_takes_.count() > 0) std::this_thread::sleep_for(sync_takes_);
    return 0;
  }
  [[nodiscard]] int drop_cache(int) override { return 0; }
  [[nodiscard]] int list(std::vector<std::string>& names) override {
    for (const auto& [name, handle] : names_) names.push_back(name);
    return 0;
  }
  [[nodiscard]] int rename(const std::string& from, const std::string& to) override {
    names_[to] = names_[from];
    names_.erase(from);
    return 0;
  }
  [[nodiscard]] int remove(const std::string& name) override {
    names_.erase(name);
    return 0;
  }
  [[nodiscard]] int sync_directory() override { return 0; }

 private:
  std::vector<std::uint8_t>& file(int handle) { return files_[static_cast<std::size_t>(handle)]; }

  std::chrono::milliseconds sync_takes_;
  std::map<std::string, int> names_;
  std::vector<std::vector<std::uint8_t>> files_;
};

}  // namespace clawgate::bench
