// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "governance/journal/store.h"

namespace clawgate::testing {

/// A directory in memory that knows what would be left of it after a crash, and that fails or stops
/// at any call it is told to. One thread.
///
/// What was written is seen at once, and is on the "disk" after sync(). After a failed sync the
/// changes are still seen but are clean and will never be written, as ext4, XFS and Btrfs do it
/// (Rebello et al., ATC'20); drop_cache() then shows the disk again. Names (create, rename, remove)
/// are on the disk after sync_directory().
class MemoryStore final : public journal::Store {
 public:
  /// Thrown where the process is to die.
  struct Killed {};

  enum class Fault : std::uint8_t {
    None,
    KillBefore,  // the call has no effect
    KillInside,  // a write or allocation takes place up to `bytes`; other calls as KillAfter
    KillAfter,   // the call takes effect, nobody hears of it
    Fail,        // answers -error; a failed sync makes the dirty pages clean
    ShortWrite,  // a write takes place up to `bytes` and says so; other calls are not touched
  };
  struct Plan {
    std::uint64_t at_call = 0;  // from 1; 0 is never
    Fault fault = Fault::None;
    int error = 0;
    std::size_t bytes = 0;
    std::uint64_t for_calls = 1;  // this many calls from at_call on
  };
  struct Call {
    const char* name;
    std::string file;
    std::size_t bytes;
  };

  /// A change that is not on the disk.
  struct Change {
    enum class Kind : std::uint8_t { Write, Truncate, Allocate } kind;
    std::uint64_t offset;  // or the size
    std::vector<std::uint8_t> bytes;
  };
  /// How much of a change made it: any number of a Write's bytes from its start, 0 or all of
  /// others.
  using Survivor = std::function<std::size_t(const Change&)>;
  static constexpr std::size_t kAll = ~std::size_t{0};

  void set_plan(const Plan& plan) { plan_ = plan; }
  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  void forget_calls() { calls_.clear(); }
  [[nodiscard]] std::size_t open_handles() const { return handles_.size(); }

  /// What a new process finds after this one died: all that was written.
  [[nodiscard]] std::unique_ptr<MemoryStore> after_process_death() const {
    auto next = std::make_unique<MemoryStore>();
    std::map<const Inode*, std::shared_ptr<Inode>> copies;
    for (const auto& [name, inode] : disk_names_) next->disk_names_[name] = copy(copies, inode);
    for (const auto& [name, inode] : names_) next->names_[name] = copy(copies, inode);
    return next;
  }

  /// What the machine finds after its power failed: what was synced, and of the rest what
  /// `survivor` says. It is asked about each change, or about each piece of a write that ends at a
  /// multiple of `piece_bytes` (a sector). `names_survive` is about names alone.
  [[nodiscard]] std::unique_ptr<MemoryStore> after_power_loss(
      const Survivor& survivor, bool names_survive, std::size_t piece_bytes = kAll) const {
    auto next = std::make_unique<MemoryStore>();
    for (const auto& [name, inode] : names_survive ? names_ : disk_names_) {
      auto left = std::make_shared<Inode>();
      left->disk = inode->disk;
      for (const Change& change : inode->dirty) {
        for (Change& piece : pieces(change, piece_bytes)) {
          const std::size_t kept = survivor(piece);
          const bool is_write = piece.kind == Change::Kind::Write;
          if (is_write) piece.bytes.resize(std::min(kept, piece.bytes.size()));
          if (is_write || kept != 0) apply(piece, left->disk);
        }
      }
      left->seen = left->disk;
      next->names_[name] = left;
    }
    next->disk_names_ = next->names_;
    return next;
  }

  /// For tampering: the bytes of a file, which must exist, on the disk and in every eye.
  [[nodiscard]] std::vector<std::uint8_t> file(const std::string& name) const {
    return names_.at(name)->seen;
  }
  void set_file(const std::string& name, std::vector<std::uint8_t> bytes) {
    auto inode = std::make_shared<Inode>();
    inode->seen = inode->disk = std::move(bytes);
    names_[name] = disk_names_[name] = inode;
  }
  void erase_file(const std::string& name) {
    names_.erase(name);
    disk_names_.erase(name);
  }
  [[nodiscard]] std::vector<std::string> file_names() const {
    std::vector<std::string> names;
    for (const auto& [name, inode] : names_) names.push_back(name);
    return names;
  }

  [[nodiscard]] int open(const std::string& name, Open how) override {
    return during("open", name, 0, [&](std::size_t) -> int {
      const auto found = names_.find(name);
      if (how == Open::CreateNew ? found != names_.end() : found == names_.end()) {
        return how == Open::CreateNew ? -EEXIST : -ENOENT;
      }
      if (how == Open::CreateNew) names_[name] = std::make_shared<Inode>();
      handles_[next_handle_] = {name, names_[name]};
      return next_handle_++;
    });
  }
  void close(int handle) override { handles_.erase(handle); }
  [[nodiscard]] std::int64_t size(int handle) override {
    return during("size", at(handle).name, 0, [&](std::size_t) {
      return static_cast<std::int64_t>(at(handle).inode->seen.size());
    });
  }
  [[nodiscard]] std::int64_t read(int handle, std::span<std::uint8_t> into,
                                  std::uint64_t offset) override {
    return during("read", at(handle).name, 0, [&](std::size_t) -> std::int64_t {
      const auto& seen = at(handle).inode->seen;
      if (offset >= seen.size()) return 0;
      const std::size_t count = std::min<std::size_t>(into.size(), seen.size() - offset);
      std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
      return static_cast<std::int64_t>(count);
    });
  }
  [[nodiscard]] std::int64_t write(int handle, Bytes bytes, std::uint64_t offset) override {
    return during("write", at(handle).name, bytes.size(), [&](std::size_t limit) {
      const Bytes part = bytes.first(std::min(limit, bytes.size()));
      change(handle, {Change::Kind::Write, offset, {part.begin(), part.end()}});
      return static_cast<std::int64_t>(part.size());
    });
  }
  [[nodiscard]] int allocate(int handle, std::uint64_t size) override {
    return during("allocate", at(handle).name, 0, [&](std::size_t) {
      change(handle, {Change::Kind::Allocate, size, {}});
      return 0;
    });
  }
  [[nodiscard]] int reserve(int handle, std::uint64_t) override {
    return during("reserve", at(handle).name, 0, [](std::size_t) { return 0; });
  }
  [[nodiscard]] int truncate(int handle, std::uint64_t size) override {
    return during("truncate", at(handle).name, 0, [&](std::size_t) {
      change(handle, {Change::Kind::Truncate, size, {}});
      return 0;
    });
  }
  [[nodiscard]] int sync(int handle) override {
    Inode& inode = *at(handle).inode;
    const auto effect = [&](std::size_t) {
      for (const Change& change : inode.dirty) apply(change, inode.disk);
      inode.dirty.clear();
      return 0;
    };
    return during("sync", at(handle).name, 0, effect, [&] { inode.dirty.clear(); });
  }
  [[nodiscard]] int drop_cache(int handle) override {
    return during("drop_cache", at(handle).name, 0, [&](std::size_t) {
      Inode& inode = *at(handle).inode;
      inode.seen = inode.disk;
      for (const Change& change : inode.dirty) apply(change, inode.seen);
      return 0;
    });
  }
  [[nodiscard]] int list(std::vector<std::string>& names) override {
    return during("list", ".", 0, [&](std::size_t) {
      for (const auto& [name, inode] : names_) names.push_back(name);
      return 0;
    });
  }
  [[nodiscard]] int rename(const std::string& from, const std::string& to) override {
    return during("rename", from, 0, [&](std::size_t) {
      const auto found = names_.find(from);
      if (found == names_.end()) return -ENOENT;
      const std::shared_ptr<Inode> inode = found->second;
      names_.erase(found);
      names_[to] = inode;
      return 0;
    });
  }
  [[nodiscard]] int remove(const std::string& name) override {
    return during("remove", name, 0,
                  [&](std::size_t) { return names_.erase(name) == 0 ? -ENOENT : 0; });
  }
  [[nodiscard]] int sync_directory() override {
    return during("sync_directory", ".", 0, [&](std::size_t) {
      disk_names_ = names_;
      return 0;
    });
  }

 private:
  struct Inode {
    std::vector<std::uint8_t> seen;
    std::vector<std::uint8_t> disk;
    std::vector<Change> dirty;
  };
  struct Handle {
    std::string name;
    std::shared_ptr<Inode> inode;
  };

  static std::vector<Change> pieces(const Change& whole, std::size_t piece_bytes) {
    if (whole.kind != Change::Kind::Write || piece_bytes == kAll) return {whole};
    std::vector<Change> result;
    for (std::size_t at = 0; at < whole.bytes.size();) {
      const std::size_t left_in_piece = piece_bytes - (whole.offset + at) % piece_bytes;
      const std::size_t count = std::min(left_in_piece, whole.bytes.size() - at);
      const auto begin = whole.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      result.push_back({Change::Kind::Write,
                        whole.offset + at,
                        {begin, begin + static_cast<std::ptrdiff_t>(count)}});
      at += count;
    }
    return result;
  }

  static void apply(const Change& change, std::vector<std::uint8_t>& bytes) {
    if (change.kind == Change::Kind::Truncate) bytes.resize(change.offset);
    if (change.kind == Change::Kind::Allocate) bytes.resize(std::max(bytes.size(), change.offset));
    if (change.kind != Change::Kind::Write || change.bytes.empty()) return;
    bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + change.bytes.size()));
    std::copy(change.bytes.begin(), change.bytes.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
  }

  static std::shared_ptr<Inode> copy(std::map<const Inode*, std::shared_ptr<Inode>>& copies,
                                     const std::shared_ptr<Inode>& inode) {
    auto& made = copies[inode.get()];
    if (!made) made = std::make_shared<Inode>(*inode);
    return made;
  }

  Handle& at(int handle) { return handles_.at(handle); }

  void change(int handle, Change change) {
    Inode& inode = *at(handle).inode;
    apply(change, inode.seen);
    inode.dirty.push_back(std::move(change));
  }

  static void nothing() {}

  /// Counts the call, and does `effect(bytes at most)` unless the plan says otherwise.
  template <class Effect, class OnFailure = void (*)()>
  auto during(const char* name, const std::string& file, std::size_t bytes, Effect effect,
              OnFailure on_failure = nothing) -> decltype(effect(kAll)) {
    calls_.push_back({name, file, bytes});
    const std::uint64_t number = calls_.size();
    const bool planned =
        plan_.at_call != 0 && number >= plan_.at_call && number < plan_.at_call + plan_.for_calls;
    const Fault fault = planned ? plan_.fault : Fault::None;
    if (fault == Fault::KillBefore) throw Killed{};
    if (fault == Fault::Fail) {
      on_failure();
      return -plan_.error;
    }
    const bool cut = fault == Fault::KillInside || fault == Fault::ShortWrite;
    const auto answer = effect(cut ? plan_.bytes : kAll);
    if (fault == Fault::KillInside || fault == Fault::KillAfter) throw Killed{};
    return answer;
  }

  std::map<std::string, std::shared_ptr<Inode>> names_;
  std::map<std::string, std::shared_ptr<Inode>> disk_names_;
  std::map<int, Handle> handles_;
  int next_handle_ = 3;
  std::vector<Call> calls_;
  Plan plan_;
};

}  // namespace clawgate::testing
