// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "governance/journal/journal.h"
#include "governance/journal/reader.h"
#include "governance/journal/verify.h"
#include "tests/support/memory_store.h"

namespace clawgate::journal {

using testing::MemoryStore;

inline constexpr std::int64_t kWallMs = 1'700'000'000'000;

/// Segments of 1 KiB, so that a handful of records rolls over.
inline Journal::Options small_options() {
  Journal::Options options;
  options.journal_id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  options.engine_version = Text<64>("0.1.0");
  options.configuration = sha256(bytes_of("configuration"));
  options.segment_bytes = 1024;
  options.group_bytes = 4096;
  options.checkpoint_seed.fill(7);
  return options;
}

/// The n-th of a fixed run of records: sizes from 0 to 250, stamps that sometimes stand still.
struct TestRecord {
  std::uint16_t type;
  std::uint16_t type_version;
  UnixNanos time;
  std::vector<std::uint8_t> payload;
  friend bool operator==(const TestRecord&, const TestRecord&) = default;
};

inline TestRecord test_record(std::uint64_t n) {
  TestRecord record{static_cast<std::uint16_t>(kTypeFirstFree + n % 5),
                    static_cast<std::uint16_t>(1 + n % 2),
                    UnixNanos{1'000'000 + static_cast<std::int64_t>(n / 2) * 1000},
                    {}};
  record.payload.resize(n * 37 % 251);
  for (std::size_t i = 0; i < record.payload.size(); ++i) {
    record.payload[i] = static_cast<std::uint8_t>(n * 31 + i * 7);
  }
  return record;
}

inline Seq append(Journal& journal, const TestRecord& record) {
  return journal.append(record.type, record.type_version, record.time, record.payload);
}

inline TestRecord copy(const RecordView& view) {
  return {view.type, view.type_version, view.time, {view.payload.begin(), view.payload.end()}};
}

/// All records but those that open segments.
inline std::vector<TestRecord> read_all(Store& store) {
  std::vector<TestRecord> records;
  JournalReader reader(store);
  while (reader.next() == JournalReader::Step::Record) {
    if (reader.record().type != kTypeSegmentOpen) records.push_back(copy(reader.record()));
  }
  return records;
}

inline std::unique_ptr<Journal> must_open(Store& store,
                                          const Journal::Options& options = small_options()) {
  return Journal::open(store, options).value();
}

/// Where the chain of the first `count` test records stands, however they were written.
inline Chain golden_head(std::uint64_t count) {
  MemoryStore store;
  const auto journal = must_open(store);
  for (std::uint64_t n = 0; n < count; ++n) append(*journal, test_record(n));
  return journal->head();
}

}  // namespace clawgate::journal
