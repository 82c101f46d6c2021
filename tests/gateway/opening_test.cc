// SPDX-License-Identifier: Apache-2.0
#include "gateway/opening.h"

#include "gateway/engine_detail.h"
#include "governance/journal/journal.h"
#include "tests/gateway/engine_fixture.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

class OpeningTest : public EngineTest {
 protected:
  static constexpr std::size_t kFirstSeq = 2;  // behind the record that opens the segment

  /// A start on a data directory whose journal holds `records`, each chained to the one before.
  Result<OpenJournal> started_on(const std::vector<KeptRecord>& records,
                                 const Config& config = Config()) {
    const clawgate::testing::TemporaryDirectory folder;
    SystemEntropy entropy;
    const auto directory = DataDirectory::open(folder.path().string(), entropy).value();
    {
      const auto store = journal::PosixStore::create(directory->journal()).value();
      journal::Journal::Options options;
      options.checkpoint_seed.fill(7);
      const auto journal = journal::Journal::open(*store, options).value();
      for (const KeptRecord& record : records) {
        journal->append(record.type, kRecordVersion, record.time, record.payload);
      }
      EXPECT_TRUE(journal->close(kStart / kNanosPerMilli).has_value());
    }
    const auto fresh = std::make_unique<State>(std::size_t{1} << 10U);
    return open_journal(*directory, config, entropy, *fresh);
  }
  static std::size_t place_of(const std::vector<KeptRecord>& records, std::uint16_t type,
                              std::size_t from) {
    while (records.at(from).type != type) ++from;
    return from;
  }
};

TEST_F(OpeningTest, WhatTheEngineWroteIsTakenUp) {
  an_open_trade();
  const auto opened = started_on(recorder.records);
  EXPECT_TRUE(opened.has_value()) << to_text(opened.error());
}

// It could neither be watched nor sold there.
TEST_F(OpeningTest, ATradeThatIsOpenElsewhereIsToldByWhatDiffers) {
  an_open_trade();
  Config config;
  config.session.account = AccountId(7);
  const auto account = started_on(recorder.records, config);
  ASSERT_FALSE(account.has_value());
  EXPECT_EQ(account.error().field, "account");
  EXPECT_TRUE(account.error().seen.starts_with(
      "account 7, and trade 1 in BTCUSDT is open in account 0: close it there"))
      << account.error().seen;
  config.session.venue = VenueKind::BinanceSpot;
  const auto venue = started_on(recorder.records, config);
  ASSERT_FALSE(venue.has_value());
  EXPECT_EQ(venue.error().field, "venue");
  EXPECT_TRUE(venue.error().seen.starts_with(
      "binance_spot, and trade 1 in BTCUSDT is open at simulator: close it there"))
      << venue.error().seen;
}

// Whoever can write a journal can chain it rightly: the start says where it is wrong, and ends.
TEST_F(OpeningTest, ARecordThatFitsNothingBeforeItIsNamedByItsSequence) {
  an_open_trade();
  struct Row {
    std::uint16_t absent;
    std::uint16_t told;
  };
  const Row rows[] = {{CandidateHeld::kType, HoldMoved::kType},
                      {HoldMoved::kType, HoldMoved::kType},
                      {OrderIntent::kType, OrderMoved::kType}};
  for (const Row& row : rows) {
    SCOPED_TRACE(record_name(row.absent));
    std::vector<KeptRecord> records = recorder.records;
    const std::size_t at = place_of(records, row.absent, 0);
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
    const std::size_t wrong = place_of(records, row.told, at);
    const auto opened = started_on(records);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().reason, Reason::JournalRecord);
    EXPECT_EQ(opened.error().field, "sequence " + std::to_string(wrong + kFirstSeq));
    EXPECT_TRUE(opened.error().seen.starts_with(record_name(row.told))) << opened.error().seen;
  }
}

}  // namespace
}  // namespace clawgate::gateway
