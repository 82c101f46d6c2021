// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/checkpoint.h"

#include <gtest/gtest.h>

#include "tests/governance/journal/tamper.h"

namespace clawgate::journal {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> from_hex(std::string_view hex) {
  std::array<std::uint8_t, N> bytes;
  for (std::size_t i = 0; i < N; ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
  }
  return bytes;
}

// RFC 8032, section 7.1, TEST 2.
TEST(Ed25519Test, SignsAndVerifiesAKnownMessage) {
  const auto seed =
      from_hex<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const auto key = from_hex<32>("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = from_hex<64>(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  const std::uint8_t message[] = {0x72};
  const std::uint8_t other[] = {0x73};
  EXPECT_EQ(ed25519_public_key(seed), key);
  EXPECT_EQ(ed25519_sign(seed, message), signature);
  EXPECT_TRUE(ed25519_verify(key, signature, message));
  EXPECT_FALSE(ed25519_verify(key, signature, other));
}

Checkpoint a_checkpoint() {
  Seed seed{};
  seed.fill(7);
  return sign_checkpoint(seed, Seq{12}, sha256(clawgate::bytes_of("head")), kWallMs);
}

TEST(CheckpointTest, ALineComesBackAndItsSignatureHolds) {
  const Checkpoint checkpoint = a_checkpoint();
  const auto parsed = parse_checkpoint(to_line(checkpoint));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->seq, Seq{12});
  EXPECT_EQ(parsed->hash, checkpoint.hash);
  EXPECT_EQ(parsed->wall_ms, kWallMs);
  EXPECT_EQ(to_line(*parsed), to_line(checkpoint));
  EXPECT_TRUE(signature_holds(*parsed));
}

TEST(CheckpointTest, EveryFlippedBitOfALineIsSeen) {
  const std::string line = to_line(a_checkpoint());
  for (std::size_t byte = 0; byte < line.size(); ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = line;
      changed[byte] = static_cast<char>(changed[byte] ^ (1 << bit));
      const auto parsed = parse_checkpoint(changed);
      EXPECT_FALSE(parsed && signature_holds(*parsed)) << changed;
    }
  }
}

TEST(CheckpointTest, OnlyTheOneFormIsALine) {
  const std::string line = to_line(a_checkpoint());
  const std::string seq = R"("seq":12,)";
  const auto with_seq = [&](const std::string& text) {
    return std::string(line).replace(line.find(seq), seq.size(), text);
  };
  EXPECT_TRUE(parse_checkpoint(with_seq(R"("seq":0,)")));
  EXPECT_TRUE(parse_checkpoint(with_seq(R"("seq":9999999999999999999,)")));
  for (const std::string& changed :
       {with_seq(R"("seq":012,)"), with_seq(R"("seq":,)"), with_seq(R"("seq":-1,)"),
        with_seq(R"("seq":10000000000000000000,)"), with_seq(R"("seq": 12,)"), line + " ",
        " " + line, line.substr(0, line.size() - 1), std::string()}) {
    EXPECT_FALSE(parse_checkpoint(changed)) << changed;
  }
}

TEST(CheckpointTest, TheKeyIsMadeOnceAndKept) {
  MemoryStore store;
  Seed first{};
  first.fill(1);
  Seed second{};
  second.fill(2);
  EXPECT_EQ(open_checkpoint_key(store, first).value(), first);
  EXPECT_EQ(open_checkpoint_key(store, second).value(), first);
}

TEST(CheckpointTest, AKeyFileThatIsNoKeyIsRefused) {
  for (const std::string& text : {std::string(), std::string(64, 'a'), std::string(63, 'a') + "\n",
                                  std::string(64, 'x') + "\n"}) {
    MemoryStore store;
    store.set_file(kCheckpointKeyFile, {text.begin(), text.end()});
    const auto key = open_checkpoint_key(store, small_options().checkpoint_seed);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().reason, Reason::JournalCheckpoint);
  }
}

TEST(CheckpointTest, OneIsWrittenForEachPlaceOnTheChainAtMost) {
  MemoryStore store;
  const auto journal = must_open(store);
  ASSERT_TRUE(journal->checkpoint(kWallMs)) << "nothing to sign yet";
  EXPECT_EQ(read_checkpoints(store).value().lines.size(), 0U);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->checkpoint(kWallMs));
  ASSERT_TRUE(journal->checkpoint(kWallMs + 1));
  ASSERT_TRUE(journal->close(kWallMs + 2));
  EXPECT_EQ(read_checkpoints(store).value().lines.size(), 1U);
}

TEST(CheckpointTest, ARestartDoesNotSignTheSamePlaceAgain) {
  MemoryStore store;
  auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->close(kWallMs));
  ASSERT_TRUE(must_open(store)->close(kWallMs + 1));
  EXPECT_EQ(read_checkpoints(store).value().lines.size(), 1U);
  EXPECT_TRUE(verify(store).ok);
}

TEST(CheckpointTest, ACheckpointAndItsKeyAreDurableWhenItAnswers) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->checkpoint(kWallMs));
  const auto left =
      store.after_power_loss([](const MemoryStore::Change&) -> std::size_t { return 0; }, false);
  const VerifyReport report = verify(*left);
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.anchor_seq, Seq{2});
  EXPECT_EQ(open_checkpoint_key(*left, Seed{1}).value(), small_options().checkpoint_seed);
}

TEST(CheckpointTest, ALineWithZerosInsideWasCutEvenIfItsNewlineWasWritten) {
  Files files = journal_files(30, true);
  Files::Content& sidecar = files[kCheckpointFile];
  std::fill(sidecar.end() - 100, sidecar.end() - 50, 0);
  MemoryStore store;
  files.put_into(store);
  const auto journal = must_open(store);
  EXPECT_GT(journal->recovery().torn_checkpoint_bytes, 100U);
  EXPECT_TRUE(verify(store).ok);
}

TEST(CheckpointTest, AJournalThatEndsBeforeItsNewestCheckpointDoesNotOpen) {
  Files files = journal_files(30, true);
  remove_record(files, frames_of(files).back());
  MemoryStore store;
  files.put_into(store);
  const auto opened = Journal::open(store, small_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::JournalTailLost);
}

TEST(CheckpointTest, AJournalOfAnotherHistoryThanItsNewestCheckpointDoesNotOpen) {
  Files files = journal_files(30, true);
  Journal::Options options = small_options();
  options.engine_version = Text<64>("0.1.1");
  Files other = journal_files(30, true, options);
  files.add(kCheckpointFile, other[kCheckpointFile]);
  MemoryStore store;
  files.put_into(store);
  const auto opened = Journal::open(store, small_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::JournalCheckpoint);
}

TEST(CheckpointTest, AChangedNewestCheckpointDoesNotOpenAndATornOneIsCut) {
  const Files whole = journal_files(30, true);
  Files changed = whole;
  Files::Content& sidecar = changed[kCheckpointFile];
  sidecar[sidecar.size() - 10] ^= 1U;
  MemoryStore refused;
  changed.put_into(refused);
  EXPECT_EQ(Journal::open(refused, small_options()).error().reason, Reason::JournalCheckpoint);

  Files torn = whole;
  torn[kCheckpointFile].resize(torn[kCheckpointFile].size() - 10);
  MemoryStore mended;
  torn.put_into(mended);
  const auto journal = must_open(mended);
  EXPECT_GT(journal->recovery().torn_checkpoint_bytes, 0U);
  EXPECT_TRUE(verify(mended).ok);
}

}  // namespace
}  // namespace clawgate::journal
