// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/verify.h"

#include <gtest/gtest.h>

#include "tests/governance/journal/tamper.h"

namespace clawgate::journal {
namespace {

constexpr std::uint64_t kRecords = 50;

bool has(const VerifyReport& report, Reason reason) {
  for (const Finding& finding : report.findings) {
    if (finding.reason == reason) return true;
  }
  return false;
}

Anchor head_of(const Files& files) {
  const VerifyReport report = files.verify();
  return {report.head.seq, report.head.hash};
}

TEST(VerifyTest, AWholeJournalIsWhole) {
  const Files files = journal_files(kRecords, true);
  const VerifyReport report = files.verify();
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.records, frames_of(files).size());
  EXPECT_EQ(report.head, golden_head(kRecords));
  EXPECT_EQ(report.torn_tail_bytes, 0U);
  EXPECT_EQ(report.checkpoints, 3U);  // after 20, after 40, at the end
  EXPECT_EQ(report.anchor, AnchorKind::Checkpoint);
  EXPECT_EQ(report.anchor_seq, report.head.seq);
}

TEST(VerifyTest, AJournalThatWasNotClosedIsWholeAndEndsInZeros) {
  const Files files = journal_files(kRecords, false);
  EXPECT_TRUE(files.verify().ok);
  EXPECT_LT(files.verify().anchor_seq, files.verify().head.seq);
}

TEST(VerifyTest, EveryRemovedRecordIsSeen) {
  const Files whole = journal_files(kRecords, true);
  for (const Frame& frame : frames_of(whole)) {
    Files files = whole;
    remove_record(files, frame);
    EXPECT_FALSE(files.verify().ok) << frame.file << " " << frame.begin;
  }
}

TEST(VerifyTest, EveryDuplicatedRecordIsSeenWithoutAnyAnchor) {
  Files whole = journal_files(kRecords, true);
  whole.erase(kCheckpointFile);
  for (const Frame& frame : frames_of(whole)) {
    Files files = whole;
    duplicate_record(files, frame);
    EXPECT_TRUE(has(files.verify(), Reason::JournalSequence)) << frame.file << " " << frame.begin;
  }
}

TEST(VerifyTest, EverySwapOfNeighboursIsSeenWithoutAnyAnchor) {
  Files whole = journal_files(kRecords, true);
  whole.erase(kCheckpointFile);
  const std::vector<Frame> frames = frames_of(whole);
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    Files files = whole;
    swap_records(files, frames[i], frames[i + 1]);
    EXPECT_TRUE(has(files.verify(), Reason::JournalSequence)) << i;
  }
}

TEST(VerifyTest, EveryFlippedBitIsSeen) {
  std::mt19937_64 random(2026);
  for (const bool closed : {true, false}) {
    Files files = journal_files(kRecords, closed);
    for (int i = 0; i < 5000; ++i) {
      const BitPlace place = random_bit(files, random);
      flip(files, place);
      EXPECT_FALSE(files.verify().ok)
          << place.file << " byte " << place.byte << " bit " << place.bit;
      flip(files, place);
    }
  }
}

TEST(VerifyTest, EveryMissingSegmentIsSeen) {
  const Files whole = journal_files(kRecords, true);
  for (const auto& [name, content] : whole.all()) {
    if (!segment_number(name)) continue;
    Files files = whole;
    files.erase(name);
    EXPECT_FALSE(files.verify().ok) << name;
  }
}

TEST(VerifyTest, ASegmentFromTheMiddleIsNamed) {
  Files files = journal_files(kRecords, true);
  files.erase("00000002.cgj");
  const VerifyReport report = files.verify();
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].reason, Reason::JournalSegment);
  EXPECT_EQ(report.findings[0].file, "00000002.cgj");
}

TEST(VerifyTest, SegmentsInAnotherOrderAreSeen) {
  Files files = journal_files(kRecords, true);
  std::swap(files["00000002.cgj"], files["00000003.cgj"]);
  EXPECT_TRUE(has(files.verify(), Reason::JournalSequence));
}

TEST(VerifyTest, RecordsLostAtTheEndAreSeenAgainstTheNewestCheckpoint) {
  const Files whole = journal_files(kRecords, true);
  const std::vector<Frame> frames = frames_of(whole);
  Files files = whole;
  for (std::size_t i = frames.size(); i-- > 1;) {
    remove_record(files, frames[i]);
    if (frames[i].begin == kSegmentHeaderBytes) files.erase(frames[i].file);
    const VerifyReport report = files.verify();
    EXPECT_TRUE(has(report, Reason::JournalTailLost)) << "from " << i;
    EXPECT_EQ(report.findings.size(), 1U) << "from " << i;
  }
}

TEST(VerifyTest, WithoutAnchorALossAtTheEndLeavesNoTraceAndTheReportSaysSo) {
  Files files = journal_files(kRecords, true);
  const Anchor head = head_of(files);
  files.erase(kCheckpointFile);
  remove_record(files, frames_of(files).back());
  const VerifyReport report = files.verify();
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.anchor, AnchorKind::None);
  EXPECT_TRUE(has(files.verify({.anchor = head}), Reason::JournalTailLost));
}

TEST(VerifyTest, AnAnchorIsMetExactlyOrFound) {
  Files files = journal_files(kRecords, true);
  files.erase(kCheckpointFile);
  const Anchor head = head_of(files);
  const VerifyReport met = files.verify({.anchor = head});
  EXPECT_TRUE(met.ok);
  EXPECT_EQ(met.anchor, AnchorKind::Given);
  EXPECT_EQ(met.anchor_seq, head.seq);

  EXPECT_TRUE(has(files.verify({.anchor = Anchor{Seq{head.seq.value() + 1}, head.hash}}),
                  Reason::JournalTailLost));
  EXPECT_TRUE(has(files.verify({.anchor = Anchor{Seq{head.seq.value() - 1}, head.hash}}),
                  Reason::JournalCheckpoint));
}

TEST(VerifyTest, AnOlderCopyIsSeenAgainstALaterAnchor) {
  const Anchor later = head_of(journal_files(kRecords, true));
  const Files older = journal_files(kRecords - 10, true);
  EXPECT_TRUE(older.verify().ok);
  EXPECT_TRUE(has(older.verify({.anchor = later}), Reason::JournalTailLost));
}

// Someone who recomputes every hash from a forged record on is met by checkpoints and anchors.
TEST(VerifyTest, AForgedHistoryIsSeenAgainstCheckpointsAndAnchors) {
  const Files whole = journal_files(kRecords, true);
  Journal::Options options = small_options();
  options.configuration = sha256(clawgate::bytes_of("another"));
  Files forged = journal_files(kRecords, true, options);
  EXPECT_TRUE(forged.verify().ok);
  EXPECT_TRUE(has(forged.verify({.anchor = head_of(whole)}), Reason::JournalCheckpoint));

  Files original = whole;
  forged.add(kCheckpointFile, original[kCheckpointFile]);
  const VerifyReport report = forged.verify();
  EXPECT_TRUE(has(report, Reason::JournalCheckpoint));
  EXPECT_EQ(report.anchor, AnchorKind::None);
}

TEST(VerifyTest, CheckpointsOfAnotherKeyAreFoundWhereTheKeyIsKnown) {
  const Files files = journal_files(kRecords, true);
  const PublicKey key = ed25519_public_key(small_options().checkpoint_seed);
  EXPECT_TRUE(files.verify({.checkpoint_key = key}).ok);
  PublicKey other = key;
  other[0] ^= 1U;
  EXPECT_TRUE(has(files.verify({.checkpoint_key = other}), Reason::JournalCheckpoint));
}

TEST(VerifyTest, CheckpointsDuplicatedOrInAnotherOrderAreFound) {
  const Files whole = journal_files(kRecords, true);
  Files files = whole;
  Files::Content& sidecar = files[kCheckpointFile];
  const auto newline = std::find(sidecar.begin(), sidecar.end(), '\n') + 1;
  const Files::Content first(sidecar.begin(), newline);
  sidecar.insert(sidecar.begin(), first.begin(), first.end());
  EXPECT_TRUE(has(files.verify(), Reason::JournalCheckpoint));

  files = whole;
  Files::Content& moved = files[kCheckpointFile];
  moved.erase(moved.begin(), moved.begin() + static_cast<std::ptrdiff_t>(first.size()));
  EXPECT_TRUE(files.verify().ok) << "a checkpoint less is no finding";
  moved.insert(moved.end(), first.begin(), first.end());
  EXPECT_TRUE(has(files.verify(), Reason::JournalCheckpoint));
}

TEST(VerifyTest, ATornTailIsFoundAndMeasured) {
  const Files whole = journal_files(kRecords, false);
  const Frame last = frames_of(whole).back();
  for (std::size_t kept = 1; kept < last.end - last.begin; ++kept) {
    Files files = whole;
    Files::Content& content = files[last.file];
    std::fill(content.begin() + static_cast<std::ptrdiff_t>(last.begin + kept), content.end(), 0);
    const VerifyReport report = files.verify();
    ASSERT_EQ(report.findings.size(), 1U) << kept;
    EXPECT_EQ(report.findings[0].reason, Reason::JournalTornTail);
    EXPECT_EQ(report.findings[0].file, last.file);
    EXPECT_EQ(report.findings[0].offset, last.begin);
    EXPECT_LE(report.torn_tail_bytes, kept);
    EXPECT_EQ(report.records, frames_of(whole).size() - 1);
  }
}

TEST(VerifyTest, ADamagedMiddleNamesFileOffsetAndSequence) {
  Files files = journal_files(kRecords, true);
  const std::vector<Frame> frames = frames_of(files);
  const Frame& hurt = frames[frames.size() - 2];  // one whole record behind it
  files[hurt.file][hurt.begin + 30] ^= 1U;
  const VerifyReport report = files.verify();
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].reason, Reason::JournalCrc);
  EXPECT_EQ(report.findings[0].file, hurt.file);
  EXPECT_EQ(report.findings[0].offset, hurt.begin);
  EXPECT_EQ(report.findings[0].seq, Seq{frames.size() - 1});

  MemoryStore store;
  files.put_into(store);
  const auto opened = Journal::open(store, small_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::JournalCrc);
  EXPECT_EQ(opened.error().field, hurt.file + " offset " + std::to_string(hurt.begin) +
                                      " sequence " + std::to_string(frames.size() - 1));
}

TEST(VerifyTest, ANewerFormatIsNotTakenForATornWrite) {
  Files files = journal_files(2, true);
  files["00000001.cgj"][6] = 2;
  EXPECT_TRUE(has(files.verify(), Reason::JournalVersion));
}

TEST(VerifyTest, AnEmptyDirectoryHoldsNoJournal) {
  MemoryStore store;
  EXPECT_TRUE(has(verify(store), Reason::JournalMissing));
  store.set_file("00000001.cgj", Files::Content(1024, 0));
  EXPECT_TRUE(has(verify(store), Reason::JournalMissing)) << "begun and never written";
  EXPECT_TRUE(has(verify(std::string("/no/such/directory")), Reason::JournalMissing));
}

TEST(VerifyTest, AnchorsAreReadFromText) {
  const std::string hash(64, 'a');
  const auto anchor = parse_anchor("12:" + hash);
  ASSERT_TRUE(anchor);
  EXPECT_EQ(anchor->seq, Seq{12});
  EXPECT_EQ(to_hex(anchor->hash), hash);
  for (const std::string& text : {std::string("12"), std::string("12:"), ":" + hash,
                                  "12:" + hash + "a", "12:" + hash.substr(1), "x:" + hash,
                                  "-1:" + hash, "99999999999999999999:" + hash, std::string()}) {
    EXPECT_FALSE(parse_anchor(text)) << text;
  }
}

}  // namespace
}  // namespace clawgate::journal
