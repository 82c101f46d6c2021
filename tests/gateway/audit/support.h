// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <string>
#include <vector>

#include "governance/journal/journal.h"
#include "tests/gateway/engine_fixture.h"
#include "tests/support/memory_store.h"

namespace clawgate::audit {

using gateway::KeptRecord;
using testing::MemoryStore;

inline constexpr const char* kVersion = "test";
inline constexpr std::uint16_t kRecordVersion = 1;

/// The first record of a list stands here: a segment begins with a record of the journal's own.
inline constexpr std::uint64_t kFirstSeq = 2;

inline journal::Journal::Options journal_options(const std::string& version = kVersion) {
  journal::Journal::Options options;
  options.journal_id.bytes = {1, 2, 3, 4};
  options.engine_version = Text<64>(version);
  options.configuration = sha256(bytes_of("configuration"));
  options.segment_bytes = std::uint64_t{1} << 18U;
  options.checkpoint_seed.fill(7);
  return options;
}

/// Appends `records` to the journal in `store`, as a run of its own.
inline void write_run(MemoryStore& store, const std::vector<KeptRecord>& records,
                      const journal::Journal::Options& options = journal_options()) {
  const auto journal = journal::Journal::open(store, options).value();
  for (const KeptRecord& record : records) {
    journal->append(record.type, kRecordVersion, record.time, record.payload);
  }
  ASSERT_TRUE(journal->close(1'767'603'600'000).has_value());
}

inline std::unique_ptr<MemoryStore> journal_of(
    const std::vector<KeptRecord>& records,
    const journal::Journal::Options& options = journal_options()) {
  auto store = std::make_unique<MemoryStore>();
  write_run(*store, records, options);
  return store;
}

template <class Row>
std::vector<std::uint8_t> bytes_of_row(const Row& row) {
  std::vector<std::uint8_t> room(8192);
  Writer writer(room);
  writer.put(row);
  room.resize(writer.size());
  return room;
}

/// The records of a story, to be forged: each change answers the record's place in the list.
class Forgery {
 public:
  explicit Forgery(std::vector<KeptRecord> records) : records_(std::move(records)) {}

  [[nodiscard]] const std::vector<KeptRecord>& records() const { return records_; }
  [[nodiscard]] static Seq seq_of(std::size_t at) { return Seq(at + kFirstSeq); }

  /// The n-th record of its type that `wanted` takes.
  template <class Row, std::predicate<const Row&> Wanted>
  [[nodiscard]] std::size_t find(Wanted wanted, std::size_t n = 0) const {
    for (std::size_t at = 0; at < records_.size(); ++at) {
      if (records_[at].type != Row::kType) continue;
      if (wanted(*decode<Row>(records_[at].payload)) && n-- == 0) return at;
    }
    ADD_FAILURE() << "no such record of type " << Row::kType;
    return 0;
  }
  template <class Row>
  [[nodiscard]] std::size_t find(std::size_t n = 0) const {
    return find<Row>([](const Row&) { return true; }, n);
  }

  template <class Row, class Change>
  void change(std::size_t at, Change change) {
    Row row = *decode<Row>(records_[at].payload);
    change(row);
    records_[at].payload = bytes_of_row(row);
  }
  /// Another text, as long as the one before, wherever it stands.
  void rename(std::string_view before, std::string_view after) {
    ASSERT_EQ(before.size(), after.size());
    for (KeptRecord& record : records_) {
      auto at = record.payload.begin();
      while ((at = std::search(at, record.payload.end(), before.begin(), before.end())) !=
             record.payload.end()) {
        at = std::copy(after.begin(), after.end(), at);
      }
    }
  }
  void erase(std::size_t at) { records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(at)); }
  /// Keeps the records before `at` only.
  void cut(std::size_t at) { records_.resize(at); }
  /// A record before the one at `at`, at its time.
  template <class Row>
  void insert(std::size_t at, const Row& row) {
    const UnixNanos time = at < records_.size() ? records_[at].time : records_.back().time;
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(at),
                    {Row::kType, time, bytes_of_row(row)});
  }
  template <class Row>
  std::size_t add(const Row& row) {
    insert(records_.size(), row);
    return records_.size() - 1;
  }

 private:
  std::vector<KeptRecord> records_;
};

}  // namespace clawgate::audit
