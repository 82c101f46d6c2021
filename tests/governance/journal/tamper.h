// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "governance/journal/group_buffer.h"
#include "tests/governance/journal/support.h"

namespace clawgate::journal {

/// The files of a journal, to be changed and put into a store.
class Files {
 public:
  using Content = std::vector<std::uint8_t>;

  Files() = default;
  explicit Files(const MemoryStore& store) {
    for (const std::string& name : store.file_names()) content_[name] = store.file(name);
  }

  [[nodiscard]] Content& operator[](const std::string& name) { return content_.at(name); }
  [[nodiscard]] const std::map<std::string, Content>& all() const { return content_; }
  void erase(const std::string& name) { content_.erase(name); }
  void add(const std::string& name, Content content) { content_[name] = std::move(content); }

  [[nodiscard]] VerifyReport verify(const VerifyOptions& options = {}) const {
    MemoryStore store;
    put_into(store);
    return journal::verify(store, options);
  }
  void put_into(MemoryStore& store) const {
    for (const auto& [name, content] : content_) store.set_file(name, content);
  }

 private:
  std::map<std::string, Content> content_;
};

/// Where a frame stands: [begin, end) of a file.
struct Frame {
  std::string file;
  std::size_t begin;
  std::size_t end;
};

/// All frames in order, by their lengths alone.
inline std::vector<Frame> frames_of(const Files& files) {
  std::vector<Frame> frames;
  for (const auto& [name, content] : files.all()) {
    if (!segment_number(name)) continue;
    std::size_t at = kSegmentHeaderBytes;
    while (at + kLengthBytes <= content.size()) {
      const auto length = load<std::uint32_t>(content.data() + at);
      if (length == 0) break;
      const std::size_t end = at + kLengthBytes + length + kCrcBytes + kDigestBytes;
      frames.push_back({name, at, end});
      at = end;
    }
  }
  return frames;
}

inline Files::Content cut_out(Files& files, const Frame& frame) {
  Files::Content& content = files[frame.file];
  const auto begin = content.begin() + static_cast<std::ptrdiff_t>(frame.begin);
  const auto end = content.begin() + static_cast<std::ptrdiff_t>(frame.end);
  Files::Content bytes(begin, end);
  content.erase(begin, end);
  return bytes;
}

inline void paste(Files& files, const std::string& file, std::size_t at,
                  const Files::Content& bytes) {
  Files::Content& content = files[file];
  content.insert(content.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
}

inline Files::Content bytes_of(Files& files, const Frame& frame) {
  const Files::Content& content = files[frame.file];
  return {content.begin() + static_cast<std::ptrdiff_t>(frame.begin),
          content.begin() + static_cast<std::ptrdiff_t>(frame.end)};
}

inline void remove_record(Files& files, const Frame& frame) {
  (void)cut_out(files, frame);
}
inline void duplicate_record(Files& files, const Frame& frame) {
  paste(files, frame.file, frame.end, bytes_of(files, frame));
}
/// `second` stands behind `first`, in the same file or a later one.
inline void swap_records(Files& files, const Frame& first, const Frame& second) {
  const Files::Content later = cut_out(files, second);
  const Files::Content earlier = cut_out(files, first);
  const std::size_t moved = first.file == second.file ? first.end - first.begin : 0;
  paste(files, second.file, second.begin - moved, earlier);
  paste(files, first.file, first.begin, later);
}

/// Writes segments as a writer that knows the format but not its rules would: CRC and chain hash
/// are right, everything else is as told.
class Forger {
 public:
  explicit Forger(Chain chain = {}) : chain_(chain) {}

  void segment_header() { buffer_.add_segment_header(); }
  void open_segment(std::uint32_t number) {
    segment_header();
    open({.journal_id = small_options().journal_id,
          .segment = number,
          .configuration = {},
          .previous_hash = chain_.hash,
          .engine_version = Text<64>("0.1.0")});
  }
  void open(const SegmentOpen& open) {
    std::array<std::uint8_t, 256> memory;
    Writer payload(memory);
    payload.put(open);
    record({.seq = Seq{chain_.seq.value() + 1},
            .time = UnixNanos{std::max<std::int64_t>(chain_.time.value(), 0)},
            .type = kTypeSegmentOpen,
            .type_version = 1,
            .payload = payload.written()});
  }
  void record(const RecordView& record) {
    chain_.hash = buffer_.add_frame(chain_.hash, record);
    chain_.seq = record.seq;
    chain_.time = record.time;
  }
  /// A record that is in order, `time_ns` aside.
  void next(std::int64_t time_ns, std::uint16_t type = kTypeFirstFree) {
    record({.seq = Seq{chain_.seq.value() + 1},
            .time = UnixNanos{time_ns},
            .type = type,
            .type_version = 1,
            .payload = clawgate::bytes_of("payload")});
  }

  [[nodiscard]] const Chain& chain() const { return chain_; }
  /// The segment so far; the next one follows on the chain.
  [[nodiscard]] Files::Content take() {
    const Files::Content content(buffer_.bytes().begin(), buffer_.bytes().end());
    buffer_.reset(chain_.hash);
    return content;
  }

 private:
  GroupBuffer buffer_{1024};
  Chain chain_;
};

/// A bit somewhere in the segments or the sidecar.
struct BitPlace {
  std::string file;
  std::size_t byte;
  unsigned bit;
};
inline BitPlace random_bit(const Files& files, std::mt19937_64& random) {
  std::size_t total = 0;
  for (const auto& [name, content] : files.all()) {
    if (name != kCheckpointKeyFile) total += content.size();
  }
  std::size_t at = random() % total;
  for (const auto& [name, content] : files.all()) {
    if (name == kCheckpointKeyFile) continue;
    if (at < content.size()) return {name, at, static_cast<unsigned>(random() % 8)};
    at -= content.size();
  }
  return {};
}
inline void flip(Files& files, const BitPlace& place) {
  files[place.file][place.byte] ^= static_cast<std::uint8_t>(1U << place.bit);
}

/// A journal of `count` records with checkpoints on the way. Closed, or left as a crash leaves it:
/// then the last segment ends in zeros.
inline Files journal_files(std::uint64_t count, bool closed,
                           const Journal::Options& options = small_options()) {
  MemoryStore store;
  const auto journal = must_open(store, options);
  for (std::uint64_t n = 0; n < count; ++n) {
    append(*journal, test_record(n));
    if (n % 20 == 19) journal->checkpoint(kWallMs + static_cast<std::int64_t>(n)).value();
  }
  journal->commit().value();
  if (closed) journal->close(kWallMs + 1000).value();
  return Files(store);
}

}  // namespace clawgate::journal
