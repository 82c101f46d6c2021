// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/journal.h"

#include <gtest/gtest.h>

#include "tests/governance/journal/tamper.h"

namespace clawgate::journal {
namespace {

std::vector<TestRecord> test_records(std::uint64_t count) {
  std::vector<TestRecord> records;
  for (std::uint64_t n = 0; n < count; ++n) records.push_back(test_record(n));
  return records;
}

/// The opening records, in order.
std::vector<SegmentOpen> openings(Store& store) {
  std::vector<SegmentOpen> all;
  JournalReader reader(store);
  while (reader.next() == JournalReader::Step::Record) {
    if (reader.record().type == kTypeSegmentOpen) all.push_back(reader.segment_open());
  }
  return all;
}

TEST(JournalTest, WhatWasCommittedIsReadBackInOrder) {
  MemoryStore store;
  const auto journal = must_open(store);
  for (const TestRecord& record : test_records(50)) append(*journal, record);
  const auto durable = journal->commit();
  ASSERT_TRUE(durable);
  EXPECT_EQ(*durable, journal->head().seq);
  EXPECT_EQ(journal->durable_seq(), journal->head().seq);
  EXPECT_EQ(read_all(store), test_records(50));
}

TEST(JournalTest, NothingReachesTheStoreBeforeCommit) {
  MemoryStore store;
  const auto journal = must_open(store);
  store.forget_calls();
  for (const TestRecord& record : test_records(50)) append(*journal, record);
  EXPECT_TRUE(store.calls().empty());
  EXPECT_EQ(journal->durable_seq(), Seq{0});
  EXPECT_GT(journal->pending_bytes(), 0U);
}

TEST(JournalTest, AnEmptyGroupCostsNoCall) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->commit());
  store.forget_calls();
  EXPECT_EQ(journal->commit().value(), Seq{2});
  EXPECT_TRUE(store.calls().empty());
}

TEST(JournalTest, AGroupWithinASegmentIsOneWriteAndOneSync) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->commit());
  store.forget_calls();
  append(*journal, test_record(1));
  append(*journal, test_record(2));
  ASSERT_TRUE(journal->commit());
  ASSERT_EQ(store.calls().size(), 2U);
  EXPECT_STREQ(store.calls()[0].name, "write");
  EXPECT_STREQ(store.calls()[1].name, "sync");
}

// The same records give this head on any machine, in any run, by any version of format 1.
TEST(JournalTest, TheHeadOfAFixedRunOfRecordsNeverChanges) {
  EXPECT_EQ(to_hex(golden_head(80).hash),
            "ee395543a4d3bf20d4086207972efe97407315fa34e85c3fa38b0c02b4c46d3a");
  EXPECT_EQ(golden_head(80).seq, Seq{100});
}

TEST(JournalTest, GroupsAndRestartsLeaveNoTraceInTheChain) {
  const auto records = test_records(60);
  for (const std::size_t group : {1U, 2U, 7U, 60U}) {
    MemoryStore store;
    auto journal = must_open(store);
    for (std::size_t n = 0; n < records.size(); ++n) {
      append(*journal, records[n]);
      if ((n + 1) % group == 0) {
        ASSERT_TRUE(journal->commit());
      }
      if (n == 30 && group == 2) {
        ASSERT_TRUE(journal->close(kWallMs));
        journal = must_open(store);
      }
    }
    EXPECT_EQ(journal->head(), golden_head(60)) << "groups of " << group;
  }
}

TEST(JournalTest, ASegmentEndsBeforeTheRecordThatWouldMakeItTooLong) {
  const std::size_t opening = kSegmentHeaderBytes + kFrameOverhead + SegmentOpen::kPayloadBytesMin +
                              std::string("0.1.0").size();
  for (const std::size_t spare : {0U, 1U}) {
    Journal::Options options = small_options();
    options.segment_bytes = opening + 2 * (kFrameOverhead + 100) - spare;
    MemoryStore store;
    const auto journal = must_open(store, options);
    const std::vector<std::uint8_t> payload(100, 1);
    journal->append(2, 1, UnixNanos{1}, payload);
    journal->append(2, 1, UnixNanos{1}, payload);
    ASSERT_TRUE(journal->commit());
    EXPECT_EQ(openings(store).size(), 1 + spare);
  }
}

TEST(JournalTest, ARecordLargerThanASegmentHasOneOfItsOwn) {
  MemoryStore store;
  const auto journal = must_open(store);
  const std::vector<std::uint8_t> payload(kPayloadMax, 1);
  for (int i = 0; i < 3; ++i) journal->append(2, 1, UnixNanos{1}, payload);
  ASSERT_TRUE(journal->close(kWallMs));
  EXPECT_EQ(openings(store).size(), 3U);
  EXPECT_TRUE(verify(store).ok);
}

/// Segments so small that each record begins one.
Journal::Options tiny_options() {
  Journal::Options options = small_options();
  options.segment_bytes = 64;
  return options;
}

TEST(JournalTest, ARestartWithinASmallSegmentLeavesNoTrace) {
  MemoryStore steady;
  MemoryStore restarting;
  const auto expected = must_open(steady, tiny_options());
  for (std::uint64_t n = 0; n < 5; ++n) {
    append(*expected, test_record(n));
    const auto journal = must_open(restarting, tiny_options());
    append(*journal, test_record(n));
    ASSERT_TRUE(journal->close(kWallMs));
    EXPECT_EQ(journal->head(), expected->head()) << n;
  }
}

// The write was cut between the record that opens a segment and the one that needed it.
TEST(JournalTest, ASegmentThatIsOnlyOpenedTakesTheRecordThatNeededIt) {
  MemoryStore store;
  Chain head;
  {
    const auto journal = must_open(store, tiny_options());
    append(*journal, test_record(1));
    append(*journal, test_record(2));
    ASSERT_TRUE(journal->commit());
    head = journal->head();
  }
  Files files(store);
  remove_record(files, frames_of(files).back());
  MemoryStore left;
  files.put_into(left);
  const auto journal = must_open(left, tiny_options());
  append(*journal, test_record(2));
  EXPECT_EQ(journal->head(), head);
}

TEST(JournalTest, EverySegmentNamesItsJournalItsNumberAndTheHashBefore) {
  MemoryStore store;
  const auto journal = must_open(store);
  for (const TestRecord& record : test_records(30)) append(*journal, record);
  ASSERT_TRUE(journal->commit());
  const auto opened = openings(store);
  ASSERT_GT(opened.size(), 3U);
  for (std::size_t i = 0; i < opened.size(); ++i) {
    EXPECT_EQ(opened[i].journal_id, small_options().journal_id);
    EXPECT_EQ(opened[i].segment, i + 1);
    EXPECT_EQ(opened[i].engine_version, "0.1.0");
    EXPECT_EQ(opened[i].configuration, small_options().configuration);
  }
  EXPECT_EQ(opened[0].previous_hash, Digest{});
  EXPECT_NE(opened[1].previous_hash, Digest{});
}

TEST(JournalTest, AnotherVersionOrConfigurationBeginsASegmentAndTheSameDoesNot) {
  MemoryStore store;
  const auto run = [&](const Journal::Options& options) {
    const auto journal = must_open(store, options);
    journal->append(2, 1, UnixNanos{1}, {});
    journal->close(kWallMs).value();
    return openings(store).size();
  };
  Journal::Options options = small_options();
  EXPECT_EQ(run(options), 1U);
  EXPECT_EQ(run(options), 1U);
  options.engine_version = Text<64>("0.2.0");
  EXPECT_EQ(run(options), 2U);
  EXPECT_EQ(run(options), 2U);
  options.configuration = sha256(clawgate::bytes_of("another"));
  EXPECT_EQ(run(options), 3U);
  EXPECT_EQ(openings(store).back().engine_version, "0.2.0");
  EXPECT_TRUE(verify(store).ok);
}

TEST(JournalTest, AJournalThatExistsKeepsItsId) {
  MemoryStore store;
  auto journal = must_open(store);
  EXPECT_TRUE(journal->recovery().created);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->close(kWallMs));
  Journal::Options options = small_options();
  options.journal_id.bytes.fill(9);
  journal = must_open(store, options);
  EXPECT_FALSE(journal->recovery().created);
  EXPECT_EQ(journal->journal_id(), small_options().journal_id);
  EXPECT_EQ(journal->recovery().records, 2U);
}

TEST(JournalTest, OpeningShowsEveryRecord) {
  MemoryStore store;
  auto journal = must_open(store);
  for (const TestRecord& record : test_records(30)) append(*journal, record);
  ASSERT_TRUE(journal->commit());
  std::vector<TestRecord> shown;
  std::uint64_t last = 0;
  journal = Journal::open(store, small_options(), [&](const RecordView& record) {
              EXPECT_EQ(record.seq.value(), ++last);
              if (record.type != kTypeSegmentOpen) shown.push_back(copy(record));
            }).value();
  EXPECT_EQ(shown, test_records(30));
  EXPECT_EQ(journal->last_time(), test_record(29).time);
}

TEST(JournalTest, ACutWriteIsCutOffAndReported) {
  Files files = journal_files(30, false);
  files.erase(kCheckpointFile);
  const Frame last = frames_of(files).back();
  Files::Content& content = files[last.file];
  std::fill(content.begin() + static_cast<std::ptrdiff_t>(last.begin + 50), content.end(), 0xEE);
  MemoryStore store;
  files.put_into(store);
  const auto journal = must_open(store);
  EXPECT_EQ(journal->recovery().torn_bytes, content.size() - last.begin);
  EXPECT_EQ(journal->recovery().records, frames_of(journal_files(30, false)).size() - 1);
  EXPECT_TRUE(verify(store).ok);
}

TEST(JournalTest, ReservesItsSegmentAndGivesBackWhatItDidNotUse) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(1));
  ASSERT_TRUE(journal->commit());
  EXPECT_EQ(store.file("00000001.cgj").size(), small_options().segment_bytes);
  ASSERT_TRUE(journal->close(kWallMs));
  EXPECT_LT(store.file("00000001.cgj").size(), small_options().segment_bytes);
  EXPECT_EQ(store.open_handles(), 0U);
}

// What is closed to be opened again keeps its room, so that a disk that is full by then stops
// nothing.
TEST(JournalTest, KeepsItsRoomForTheNextStart) {
  MemoryStore store;
  {
    const auto journal = must_open(store);
    append(*journal, test_record(1));
    ASSERT_TRUE(journal->close(kWallMs, Journal::Room::Keep));
  }
  EXPECT_EQ(store.open_handles(), 0U);
  EXPECT_EQ(store.file("00000001.cgj").size(), small_options().segment_bytes);
  EXPECT_TRUE(verify(store).ok);
  const auto again = must_open(store);
  EXPECT_EQ(again->recovery().torn_bytes, 0U);
  append(*again, test_record(2));
  ASSERT_TRUE(again->close(kWallMs + 1));
  EXPECT_TRUE(verify(store).ok);
}

TEST(JournalTest, AClosedJournalTakesNothing) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->close(kWallMs));
  store.forget_calls();
  append(*journal, test_record(1));
  EXPECT_FALSE(journal->commit());
  EXPECT_TRUE(store.calls().empty());
}

TEST(JournalTest, AJournalWithoutARecordLeavesNoFile) {
  MemoryStore store;
  ASSERT_TRUE(must_open(store)->close(kWallMs));
  EXPECT_TRUE(store.file_names().empty());
}

TEST(JournalDeathTest, WhatTheCallerMustNotDoStopsTheProcess) {
  MemoryStore store;
  const auto journal = must_open(store);
  journal->append(2, 1, UnixNanos{5}, {});
  EXPECT_DEATH(journal->append(kTypeSegmentOpen, 1, UnixNanos{5}, {}), "kTypeFirstFree");
  EXPECT_DEATH(journal->append(2, 1, UnixNanos{4}, {}), "time >= head_.time");
  const std::vector<std::uint8_t> payload(kPayloadMax + 1);
  EXPECT_DEATH(journal->append(2, 1, UnixNanos{5}, payload), "kPayloadMax");
}

TEST(JournalReaderTest, SkipsUnverifiedToAnySequence) {
  const Files files = journal_files(50, false);
  const std::uint64_t records = frames_of(files).size();
  for (std::uint64_t from = 1; from <= records + 1; ++from) {
    MemoryStore store;
    files.put_into(store);
    JournalReader reader(store);
    const auto step = reader.skip_unverified_to(Seq{from});
    if (from > records) {
      EXPECT_EQ(step, JournalReader::Step::End);
      continue;
    }
    ASSERT_EQ(step, JournalReader::Step::Record) << from;
    EXPECT_EQ(reader.record().seq, Seq{from});
    std::uint64_t left = 1;
    while (reader.next() == JournalReader::Step::Record) ++left;
    EXPECT_EQ(left, records - from + 1) << "from there on everything is checked";
    EXPECT_EQ(reader.chain(), files.verify().head);
  }
}

TEST(JournalReaderTest, SkippingLooksAtNoCrcButReadingOnDoes) {
  Files files = journal_files(50, false);
  const std::vector<Frame> frames = frames_of(files);
  files[frames[3].file][frames[3].begin + 30] ^= 1U;
  MemoryStore store;
  files.put_into(store);
  JournalReader skipping(store);
  EXPECT_EQ(skipping.skip_unverified_to(Seq{10}), JournalReader::Step::Record);
  JournalReader stopping(store);
  EXPECT_EQ(stopping.skip_unverified_to(Seq{3}), JournalReader::Step::Record);
  EXPECT_EQ(stopping.next(), JournalReader::Step::Damage);
  EXPECT_EQ(stopping.next(), JournalReader::Step::Damage) << "and stays there";
}

}  // namespace
}  // namespace clawgate::journal
