// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/follower.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "governance/journal/posix_store.h"
#include "tests/governance/journal/tamper.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::journal {
namespace {

std::uint64_t follow(Follower& follower, Seq durable, std::vector<Seq>& seen) {
  const auto done = follower.follow_to(
      durable, [&](const RecordView& record, const Chain&) { seen.push_back(record.seq); });
  EXPECT_TRUE(done.has_value()) << (done ? "" : to_text(done.error()));
  return done ? done->value() : 0;
}

TEST(FollowerTest, ShowsExactlyTheDurablePrefix) {
  MemoryStore store;
  const auto journal = must_open(store);
  Follower follower(store);
  std::vector<Seq> seen;
  for (std::uint64_t n = 0; n < 30; ++n) {
    append(*journal, test_record(n));
    EXPECT_EQ(follow(follower, journal->durable_seq(), seen), journal->durable_seq().value())
        << "a record that only the writer knows was shown";
    if (n % 3 != 2) continue;
    ASSERT_TRUE(journal->commit());
  }
  follow(follower, journal->durable_seq(), seen);
  ASSERT_EQ(seen.size(), journal->durable_seq().value());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].value(), i + 1);
  EXPECT_EQ(follower.chain(), journal->head());
}

// On disk already, but not said to be durable: it might still be lost.
TEST(FollowerTest, NeverGoesBeyondWhatTheWriterSaid) {
  MemoryStore store;
  const auto journal = must_open(store);
  for (std::uint64_t n = 0; n < 9; ++n) append(*journal, test_record(n));
  ASSERT_TRUE(journal->commit());
  Follower follower(store);
  std::vector<Seq> seen;
  EXPECT_EQ(follow(follower, Seq(4), seen), 4U);
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_EQ(follow(follower, Seq(5), seen), 5U);
  EXPECT_EQ(follow(follower, Seq(5), seen), 5U);
  EXPECT_EQ(seen.size(), 5U);
}

TEST(FollowerTest, GoesOnFromSegmentToSegment) {
  MemoryStore store;
  Journal::Options options;
  options.segment_bytes = 1'024;
  const auto journal = Journal::open(store, options).value();
  Follower follower(store);
  std::vector<Seq> seen;
  for (std::uint64_t n = 0; n < 200; ++n) {
    append(*journal, test_record(n));
    if (n % 7 != 0) continue;
    ASSERT_TRUE(journal->commit());
    ASSERT_EQ(follow(follower, journal->durable_seq(), seen), journal->durable_seq().value());
  }
  ASSERT_TRUE(journal->commit());
  follow(follower, journal->durable_seq(), seen);
  EXPECT_EQ(seen.size(), journal->head().seq.value());
  EXPECT_EQ(follower.chain(), journal->head());
}

TEST(FollowerTest, ARecordThatWasChangedIsRefusedForGood) {
  MemoryStore store;
  const auto journal = must_open(store);
  for (std::uint64_t n = 0; n < 9; ++n) append(*journal, test_record(n));
  ASSERT_TRUE(journal->commit());
  const int handle = store.open(segment_name(1), Store::Open::Write);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(store.size(handle)));
  ASSERT_GT(store.read(handle, bytes, 0), 0);
  const std::size_t middle = 400;
  bytes[middle] ^= 1U;
  ASSERT_GT(store.write(handle, Bytes(bytes).subspan(middle, 1), middle), 0);
  store.close(handle);
  Follower follower(store);
  const auto ignore = [](const RecordView&, const Chain&) {};
  const auto first = follower.follow_to(journal->durable_seq(), ignore);
  ASSERT_FALSE(first.has_value());
  EXPECT_EQ(first.error().reason, Reason::JournalCrc);
  EXPECT_FALSE(follower.follow_to(Seq(1), ignore).has_value());
}

// The writer on its own thread and on a real disk, the follower behind it.
TEST(FollowerTest, KeepsUpWithAWriterOnAnotherThread) {
  const clawgate::testing::TemporaryDirectory directory;
  const auto store = PosixStore::create(directory.path() / "journal").value();
  Journal::Options options;
  options.segment_bytes = 16 * 1'024;
  const auto journal = Journal::open(*store, options).value();
  std::atomic<std::uint64_t> durable{0};
  std::thread writer([&] {
    for (std::uint64_t n = 0; n < 600; ++n) {
      append(*journal, test_record(n));
      if (n % 5 != 0) continue;
      const auto done = journal->commit();
      if (done) durable.store(done->value());
    }
  });
  const auto reading = PosixStore::open_existing(directory.path() / "journal").value();
  Follower follower(*reading);
  std::vector<Seq> seen;
  while (seen.size() < 600) {
    const Seq until(durable.load());
    ASSERT_EQ(follow(follower, until, seen), until.value());
  }
  writer.join();
}

}  // namespace
}  // namespace clawgate::journal
