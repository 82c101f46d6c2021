// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/audit/upgrade_check.h"
#include "gateway/version.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/verify.h"
#include "tests/gateway/audit/forgery_fixture.h"

namespace clawgate::audit {
namespace {

// A change of the engine's decisions is a new version: its journal is added beside the others,
// which are only folded and proven from then on.
const std::string kEngineVersion(gateway::kVersion);

std::string golden_directory(const std::string& version) {
  return std::string(CLAWGATE_SOURCE_DIR) + "/tests/gateway/audit/golden/" + version;
}

/// One journal of every released version.
class GoldenJournalTest : public ForgeryTest {
 protected:
  static std::vector<std::string> versions() {
    std::vector<std::string> versions;
    for (const auto& entry : std::filesystem::directory_iterator(golden_directory(""))) {
      if (entry.is_directory()) versions.push_back(entry.path().filename().string());
    }
    return versions;
  }
  static std::unique_ptr<journal::PosixStore> golden(const std::string& version) {
    return journal::PosixStore::open_existing(golden_directory(version)).value();
  }

  /// Something of everything: a stop that hits, an exit that sells, a stop that is refused, a
  /// rejection, a violation, repeats, a kill and its end, an unknown outcome, a crash and a clean
  /// restart with a position and a hold.
  void tell() {
    an_open_trade();
    says(a_fill(HoldId{1}, LegRole::Stop, Px::of(59'390), "stop-1"));
    balance("BTC", {}, {});
    balance("USDT", Qty::of(9'999));
    after_cooldown();
    EXPECT_EQ(command(a_command(CommandAction::Reject, a_hold())), Reason::None);
    minute();
    SignalIntent again = a_signal();
    send(again);
    send(again);
    again.payload.bytes[0] ^= 1;
    send(again);
    EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
    EXPECT_EQ(unblock(Block::Kill), Reason::None);
    SignalRefused refused;
    refused.reason = Reason::DirectOrderSized;
    refused.source = EngineName("ai-trader");
    apply(refused);
    minute();
    an_unknown();
    venue.next = HandOff::Sent;
    OperatorCommand close = a_command(CommandAction::CloseUnknown);
    close.order = id_of(LegRole::Entry);
    close.decision_id = a_decision(subject_of(close.order, subjects));
    EXPECT_EQ(command(close), Reason::None);
    EXPECT_EQ(unblock(Block::UnknownOutcome), Reason::None);
    minute();
    entry = open_another("entry-2");
    send(a_signal(SignalSide::Sell));
    EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
    restart(true);
    EXPECT_EQ(command(a_command(CommandAction::Reject, edges.signals.back().hold)), Reason::None);
  }
  /// A crash cuts the batch of an approval, and the next session finds that out.
  void crash() {
    market(Px::of(59'999), Px::of(60'001));
    send(a_signal(SignalSide::Sell));
    exit = edges.signals.back().hold;
    EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held);
    EXPECT_EQ(approve(exit), Reason::None);
    Forgery cut(recorder.records);
    cut.cut(move_of(cut, HoldEvent::Release, 3));
    recorder.records = cut.records();
    state = std::make_unique<gateway::State>(std::size_t{1} << 10U);
    for (const KeptRecord& record : recorder.records) {
      ASSERT_TRUE(state->fold(record.type, record.payload, record.time));
    }
    restart(false);
    market(Px::of(59'999), Px::of(60'001));
    settle();
  }
  /// The rate limit lets six orders a minute through, and marks must not be stale.
  void minute() {
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
  }
};

TEST_F(GoldenJournalTest, EveryReleasedVersionIsWholeFoldsAndIsProven) {
  const std::vector<std::string> all = versions();
  EXPECT_FALSE(all.empty());
  for (const std::string& version : all) {
    SCOPED_TRACE(version);
    const journal::VerifyReport verified = journal::verify(golden_directory(version));
    EXPECT_TRUE(verified.ok);
    EXPECT_EQ(verified.anchor, journal::AnchorKind::Checkpoint);
    const UpgradeReport checked = upgrade_check(*golden(version));
    EXPECT_TRUE(checked.ok()) << checked.finding->seen;
    const ProveReport proven = prove(*golden(version));
    EXPECT_TRUE(proven.ok()) << text_of(proven);
    EXPECT_GT(proven.fills, 2U);
  }
}

TEST_F(GoldenJournalTest, TheEngineDecidesAgainWhatItDecidedThen) {
  const ReplayReport report =
      replay(*golden(kEngineVersion),
             {.engine_version = kEngineVersion, .keys = std::size_t{1} << 10U, .progress = {}});
  ASSERT_TRUE(report.ok()) << "sequence " << report.finding->seq.value() << "\nexpected "
                           << report.finding->expected << "\nseen " << report.finding->seen;
  EXPECT_EQ(report.folded, 0U);
  EXPECT_EQ(report.cuts, 1U);
  EXPECT_EQ(report.state, upgrade_check(*golden(kEngineVersion)).state);
}

// Run by hand, once a version: --gtest_also_run_disabled_tests --gtest_filter='*WriteTheGolden*'
TEST_F(GoldenJournalTest, DISABLED_WriteTheGoldenJournalOfThisVersion) {
  tell();
  crash();
  const std::string directory = golden_directory(kEngineVersion);
  ASSERT_FALSE(std::filesystem::exists(directory));
  const auto store = journal::PosixStore::create(directory).value();
  journal::Journal::Options options = journal_options(kEngineVersion);
  options.segment_bytes = 16'384;
  const auto journal = journal::Journal::open(*store, options).value();
  for (const KeptRecord& record : recorder.records) {
    journal->append(record.type, kRecordVersion, record.time, record.payload);
  }
  ASSERT_TRUE(journal->close(1'767'603'600'000).has_value());
  EXPECT_EQ(store->remove(journal::kCheckpointKeyFile), 0);
}

}  // namespace
}  // namespace clawgate::audit
