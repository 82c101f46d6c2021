// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/replay.h"

#include "schemas/record_json.h"
#include "tests/gateway/audit/support.h"

namespace clawgate::audit {
namespace {

ReplayOptions options() {
  return {.engine_version = kVersion, .keys = std::size_t{1} << 10U, .progress = {}};
}

class ReplayTest : public gateway::EngineTest {
 protected:
  /// A signal held and approved, its stop hit: every kind of fact but those of failures.
  void trade_once() {
    const HoldId hold = an_open_trade();
    says(a_fill(hold, LegRole::Stop, Px::of(59'390), "stop-fill"));
  }
  [[nodiscard]] ReplayReport replayed(const std::vector<KeptRecord>& records) const {
    return replay(*journal_of(records), options());
  }
};

TEST_F(ReplayTest, AnHonestJournalHasNoDifferenceAndSaysWhatItHolds) {
  trade_once();
  const auto store = journal_of(recorder.records);
  const ReplayReport report = replay(*store, options());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.inputs + report.facts, recorder.records.size());
  EXPECT_EQ(report.extent.records, recorder.records.size() + 1);
  EXPECT_EQ(report.extent.head.seq, Seq(recorder.records.size() + 1));
  EXPECT_EQ(report.folded, 0U);
  EXPECT_EQ(report.cuts, 0U);
  EXPECT_EQ(report.state, state->hash());
}

TEST_F(ReplayTest, SegmentsMayEndAnywhere) {
  trade_once();
  for (const std::uint64_t bytes : {600U, 1'000U, 1'500U}) {
    journal::Journal::Options small = journal_options();
    small.segment_bytes = bytes;
    const auto store = journal_of(recorder.records, small);
    EXPECT_GT(store->file_names().size(), 4U);
    const ReplayReport report = replay(*store, options());
    EXPECT_TRUE(report.ok()) << report.finding->expected;
    EXPECT_EQ(report.state, state->hash());
  }
}

// Every record in turn: one byte of it, its time, its version of type, its absence.
TEST_F(ReplayTest, EveryChangeOfAFactIsFoundAtThatFact) {
  trade_once();
  for (std::size_t at = 0; at < recorder.records.size(); ++at) {
    if (!is_fact(recorder.records[at].type)) continue;
    std::vector<KeptRecord> records = recorder.records;
    records[at].payload.back() ^= 1;
    const ReplayReport report = replayed(records);
    ASSERT_FALSE(report.ok()) << at;
    EXPECT_EQ(report.finding->reason, Reason::JournalReplayDiffers);
    EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
    EXPECT_EQ(report.finding->record, record_name(records[at].type));
    EXPECT_EQ(report.finding->expected,
              record_json(records[at].type, recorder.records[at].payload));
    EXPECT_EQ(report.finding->seen, record_json(records[at].type, records[at].payload));
    EXPECT_EQ(report.extent.records, records.size() + 1) << "read on to the end";
  }
}

TEST_F(ReplayTest, EveryFactThatIsRemovedIsMissedAtTheNextRecord) {
  trade_once();
  for (std::size_t at = 0; at + 1 < recorder.records.size(); ++at) {
    if (!is_fact(recorder.records[at].type)) continue;
    Forgery forged(recorder.records);
    forged.erase(at);
    const ReplayReport report = replayed(forged.records());
    ASSERT_FALSE(report.ok()) << at;
    EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
  }
}

TEST_F(ReplayTest, AFactThatNoInputExplainsIsFound) {
  trade_once();
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<TradeClosed>();
  forged.insert(at + 1, *decode<TradeClosed>(forged.records()[at].payload));
  const ReplayReport report = replayed(forged.records());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at + 1));
}

TEST_F(ReplayTest, AFactAtAnotherTimeIsFound) {
  trade_once();
  std::vector<KeptRecord> records = recorder.records;
  const std::size_t at = Forgery(records).find<CandidateHeld>();
  ASSERT_LT(records[at].time.value() + 1, records[at + 1].time.value());
  records[at].time = UnixNanos(records[at].time.value() + 1);
  const ReplayReport report = replayed(records);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
}

TEST_F(ReplayTest, AnInputThatTheCoreWouldNotHaveRecordedIsFound) {
  MarketTop elsewhere{InstrumentId{5}, Px::of(1), Qty::of(1), Px::of(2),
                      Qty::of(1),      Px::of(1), Px::of(1),  UnixNanos(now)};
  Forgery forged(recorder.records);
  const std::size_t at = forged.add(elsewhere);
  const ReplayReport report = replayed(forged.records());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
}

TEST_F(ReplayTest, AnInputThatIsNoneIsNamedAndNotExecuted) {
  OperatorCommand command = a_command(CommandAction::Kill);
  command.action = static_cast<CommandAction>(9);
  Forgery forged(recorder.records);
  const std::size_t at = forged.add(command);
  const ReplayReport report = replayed(forged.records());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->reason, Reason::JournalRecord);
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
}

TEST_F(ReplayTest, SegmentsOfAnotherEngineVersionAreFoldedAndSaidSo) {
  trade_once();
  const std::size_t old = recorder.records.size();
  std::vector<KeptRecord> records = recorder.records;
  const std::size_t at = Forgery(records).find<RiskVerdict>();
  ++records[at].payload.back();  // what another version decided is not judged
  MemoryStore store;
  write_run(store, records, journal_options("older"));
  restart(true);
  after_cooldown();
  a_hold();
  write_run(store,
            {recorder.records.begin() + static_cast<std::ptrdiff_t>(old), recorder.records.end()});
  const ReplayReport report = replay(store, options());
  EXPECT_TRUE(report.ok()) << report.finding->expected << report.finding->seen;
  EXPECT_EQ(report.folded, old);
  EXPECT_EQ(report.inputs + report.facts, recorder.records.size() - old);
  EXPECT_EQ(report.extent.engine_versions.at("older"), old + 1);
  EXPECT_EQ(report.state, state->hash());
}

TEST_F(ReplayTest, AFoldThatTheTablesDoNotAllowIsAFindingNotACrash) {
  trade_once();
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<HoldMoved>();
  forged.erase(at);  // approved: the release behind it leads on from HELD
  const std::size_t release = forged.find<HoldMoved>();
  const auto store = journal_of(forged.records(), journal_options("older"));
  const ReplayReport report = replay(*store, options());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->reason, Reason::JournalRecord);
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(release));
}

// The process dies after any record; the next one folds what is there and goes on.
TEST_F(ReplayTest, ACrashMayCutABatchAnywhere) {
  trade_once();
  const std::vector<KeptRecord> whole = recorder.records;
  std::uint64_t cuts = 0;
  for (std::size_t length = 1; length <= whole.size(); ++length) {
    recorder.records.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    state = std::make_unique<gateway::State>(std::size_t{1} << 10U);
    for (const KeptRecord& record : recorder.records) {
      ASSERT_TRUE(state->fold(record.type, record.payload, record.time));
    }
    restart(false);
    market(Px::of(59'999), Px::of(60'001));
    settle();
    const ReplayReport report = replayed(recorder.records);
    ASSERT_TRUE(report.ok()) << "cut behind record " << length << ": expected "
                             << report.finding->expected << " seen " << report.finding->seen;
    EXPECT_EQ(report.state, state->hash()) << length;
    EXPECT_EQ(report.inputs + report.facts, recorder.records.size());
    EXPECT_LE(report.cuts, 1U);
    cuts += report.cuts;
  }
  EXPECT_GT(cuts, 10U);
}

TEST_F(ReplayTest, TheEndOfTheJournalMayCutABatchToo) {
  trade_once();
  Forgery forged(recorder.records);
  forged.cut(forged.find<OrderIntent>());
  const ReplayReport report = replayed(forged.records());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.cuts, 1U);
}

TEST_F(ReplayTest, ASessionThatClosedInOrderWasNotCut) {
  trade_once();
  Forgery forged(recorder.records);
  forged.cut(forged.find<OrderIntent>());
  SessionOpened session = state->session;
  session.clean_start = true;
  const std::size_t at = forged.add(session);
  const ReplayReport report = replayed(forged.records());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
  EXPECT_EQ(report.finding->record, "SessionOpened");
}

TEST_F(ReplayTest, DamagedBytesAreAFinding) {
  trade_once();
  const auto store = journal_of(recorder.records);
  std::vector<std::uint8_t> bytes = store->file("00000001.cgj");
  bytes[bytes.size() / 2] ^= 1;
  store->set_file("00000001.cgj", bytes);
  const ReplayReport report = replay(*store, options());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->reason, Reason::JournalCrc);
}

}  // namespace
}  // namespace clawgate::audit
