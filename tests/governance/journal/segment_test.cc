// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/segment.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/governance/journal/tamper.h"

namespace clawgate::journal {
namespace {

/// The reason that ends the walk of segment 1; None for a clean end.
Reason walk(const Files::Content& bytes) {
  SegmentCursor cursor(bytes, 1, Chain{}, std::nullopt);
  while (cursor.next() == SegmentCursor::Step::Record) {
  }
  return cursor.reason();
}

RecordView a_record(std::uint64_t seq, std::int64_t time_ns, std::uint16_t type) {
  return {.seq = Seq{seq},
          .time = UnixNanos{time_ns},
          .type = type,
          .type_version = 1,
          .payload = clawgate::bytes_of("payload")};
}

TEST(SegmentCursorTest, SequencesGoUpByOne) {
  for (const std::uint64_t seq : {1U, 2U, 3U}) {
    Forger forger;
    forger.open_segment(1);
    forger.record(a_record(seq, 1, 2));
    EXPECT_EQ(walk(forger.take()), seq == 2 ? Reason::None : Reason::JournalSequence) << seq;
  }
}

TEST(SegmentCursorTest, TimeMayStandStillButNotRunBack) {
  for (const std::int64_t time_ns : {9, 10, 11}) {
    Forger forger;
    forger.open_segment(1);
    forger.next(10);
    forger.next(time_ns);
    EXPECT_EQ(walk(forger.take()), time_ns == 9 ? Reason::JournalTime : Reason::None) << time_ns;
  }
}

TEST(SegmentCursorTest, LengthsAreBetweenTheBodysHeaderAndTheLargestPayload) {
  for (const std::size_t payload : {std::size_t{0}, kPayloadMax, kPayloadMax + 1}) {
    Forger forger;
    forger.open_segment(1);
    const Files::Content bytes(payload, 1);
    forger.record(
        {.seq = Seq{2}, .time = UnixNanos{1}, .type = 2, .type_version = 1, .payload = bytes});
    EXPECT_EQ(walk(forger.take()), payload > kPayloadMax ? Reason::JournalFrame : Reason::None)
        << payload;
  }
}

TEST(SegmentCursorTest, AShorterBodyThanItsHeaderIsNoFrame) {
  Forger forger;
  forger.open_segment(1);
  Files::Content bytes = forger.take();
  const std::size_t at = bytes.size();
  bytes.resize(at + 200);
  store(bytes.data() + at, std::uint32_t{kBodyHeaderBytes - 1});
  EXPECT_EQ(walk(bytes), Reason::JournalFrame);
}

TEST(SegmentCursorTest, AFrameEndsWithinTheFile) {
  Forger forger;
  forger.open_segment(1);
  forger.next(1);
  const Files::Content whole = forger.take();
  EXPECT_EQ(walk(whole), Reason::None);
  EXPECT_EQ(walk({whole.begin(), whole.end() - 1}), Reason::JournalFrame);
}

TEST(SegmentCursorTest, OnlyZerosFollowTheEnd) {
  Forger forger;
  forger.open_segment(1);
  forger.next(1);
  Files::Content bytes = forger.take();
  for (int zeros = 1; zeros <= 10; ++zeros) {
    bytes.push_back(0);
    EXPECT_EQ(walk(bytes), Reason::None) << zeros;
  }
  bytes.back() = 1;
  EXPECT_EQ(walk(bytes), Reason::JournalFrame);
}

TEST(SegmentCursorTest, ASegmentWithoutARecordIsBroken) {
  Forger forger;
  forger.segment_header();
  EXPECT_EQ(walk(forger.take()), Reason::JournalFrame);
  EXPECT_EQ(walk({}), Reason::JournalMagic);
}

TEST(SegmentCursorTest, TheHeaderIsMagicAndVersion) {
  Forger forger;
  forger.open_segment(1);
  const Files::Content whole = forger.take();
  for (std::size_t byte = 0; byte < kSegmentHeaderBytes; ++byte) {
    Files::Content bytes = whole;
    bytes[byte] ^= 0x80U;
    EXPECT_EQ(walk(bytes), byte < kMagic.size() ? Reason::JournalMagic : Reason::JournalVersion);
  }
  Files::Content bytes = whole;
  bytes[kMagic.size()] = 0;
  EXPECT_EQ(walk(bytes), Reason::JournalMagic) << "version 0 was never written";
}

TEST(SegmentCursorTest, ABrokenFrameBeforeAWholeOneIsNotTorn) {
  Forger forger;
  forger.open_segment(1);
  const std::size_t first = forger.take().size();
  Forger again;
  again.open_segment(1);
  again.next(1);
  again.next(1);
  Files::Content bytes = again.take();
  const std::size_t frame = (bytes.size() - first) / 2;
  const auto looks_torn = [](const Files::Content& content) { return scan(content).looks_torn; };

  Files::Content second_last = bytes;
  second_last[first + 30] ^= 1U;
  EXPECT_FALSE(looks_torn(second_last)) << "a whole frame behind it";
  Files::Content last = bytes;
  last[first + frame + 30] ^= 1U;
  EXPECT_TRUE(looks_torn(last));
  Files::Content hash_cut = bytes;
  hash_cut.back() ^= 1U;
  EXPECT_EQ(scan(hash_cut).reason, Reason::JournalChain);
  EXPECT_TRUE(looks_torn(hash_cut)) << "its CRC is whole, its hash was not written";
}

TEST(SegmentCursorTest, TheExpectedRecordBehindTheBreakIsNotTorn) {
  Forger forger;
  forger.open_segment(1);
  const std::size_t first = forger.take().size();
  Forger again;
  again.open_segment(1);
  again.next(1);
  Files::Content bytes = again.take();
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(first), 0xFF);
  EXPECT_EQ(scan(bytes).reason, Reason::JournalFrame);
  EXPECT_FALSE(scan(bytes).looks_torn);
}

TEST(SegmentCursorTest, AnOlderWholeFrameBehindTheBreakDoesNotCount) {
  Forger forger;
  forger.open_segment(1);
  forger.next(1);
  Files::Content bytes = forger.take();
  const std::size_t end = bytes.size();
  Forger older;
  older.open_segment(1);
  const std::size_t open_bytes = older.take().size();
  bytes.push_back(255);  // the break
  const Files::Content frame(bytes.begin() + static_cast<std::ptrdiff_t>(open_bytes),
                             bytes.begin() + static_cast<std::ptrdiff_t>(end));
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  EXPECT_EQ(scan(bytes).reason, Reason::JournalFrame);
  EXPECT_TRUE(scan(bytes).looks_torn);
  EXPECT_EQ(scan(bytes).torn_bytes, bytes.size() - end);
}

TEST(ScanTest, TakesUpTheChainWhereTheSegmentSaysItBegins) {
  const Files files = journal_files(50, true);
  std::uint64_t records = 0;
  for (const auto& [name, content] : files.all()) {
    if (!segment_number(name)) continue;
    const SegmentScan result = scan(content);
    EXPECT_EQ(result.reason, Reason::None) << name;
    EXPECT_EQ(result.good_bytes, content.size());
    records += result.records;
  }
  EXPECT_EQ(records, frames_of(files).size());
}

TEST(ScanTest, AnyBytesMayBeGiven) {
  std::mt19937_64 random(5);
  const Files files = journal_files(10, false);
  for (int i = 0; i < 3000; ++i) {
    Files::Content bytes = files.all().at("00000001.cgj");
    for (int k = 0; k < 3; ++k) {
      const auto begin = random() % bytes.size();
      const auto count = std::min<std::size_t>(random() % 40, bytes.size() - begin);
      for (std::size_t at = begin; at < begin + count; ++at) {
        bytes[at] = static_cast<std::uint8_t>(random());
      }
    }
    bytes.resize(random() % (bytes.size() + 1));
    const SegmentScan result = scan(bytes);
    EXPECT_LE(result.good_bytes + result.torn_bytes, bytes.size());
    if (result.reason == Reason::None) {
      EXPECT_FALSE(result.looks_torn);
      EXPECT_TRUE(all_zero(Bytes(bytes).subspan(result.good_bytes)));
    }
  }
}

}  // namespace
}  // namespace clawgate::journal
