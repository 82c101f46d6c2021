// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/replay.h"
#include "gateway/audit/report_text.h"
#include "tests/gateway/audit/forgery_fixture.h"

// Which engine wrote what: old versions are judged by what they knew, so nobody may go back to one.

namespace clawgate::audit {
namespace {

class EngineVersionTest : public ForgeryTest {
 protected:
  /// One life of `first`, and the next one of `second`.
  std::unique_ptr<MemoryStore> two_lives(const std::string& first, const std::string& second) {
    const std::vector<KeptRecord> all = recorder.records;
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(first_life_);
    auto store = std::make_unique<MemoryStore>();
    write_run(*store, {all.begin(), middle}, journal_options(first));
    write_run(*store, {middle, all.end()}, journal_options(second));
    return store;
  }
  void live_twice() {
    a_hold();
    first_life_ = recorder.records.size();
    restart(true);
  }
  static Forgery stating(const Forgery& honest, const std::string& version) {
    Forgery forged = honest;
    forged.change<SessionOpened>(forged.find<SessionOpened>(), [&](SessionOpened& row) {
      row.engine_version = Text<32>(version);
    });
    return forged;
  }

  std::size_t first_life_ = 0;
};

TEST_F(EngineVersionTest, ASegmentOfAnOlderEngineThanOneBefore) {
  live_twice();
  struct Row {
    const char* first;
    const char* second;
    bool honest;
  };
  const Row rows[] = {
      {"0.6.0", "0.6.0", true},  {"0.6.0", "0.6.1", true},   {"0.9.0", "0.10.0", true},
      {"0.9.9", "1.0.0", true},  {"0.6.1", "0.6.0", false},  {"0.10.0", "0.9.0", false},
      {"1.0.0", "0.9.9", false}, {"0.6.0", "0.1.0", false},  {"0.6.0", "eval", true},
      {"eval", "0.6.0", true},   {"0.6.0", "0.5.0-x", true},  // the name of no release
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.first) + " then " + row.second);
    const ProveReport report = prove(*two_lives(row.first, row.second));
    EXPECT_EQ(report.ok(), row.honest) << text_of(report);
    if (row.honest || report.ok()) continue;
    EXPECT_EQ(report.finding->rule, "I7");
    EXPECT_EQ(report.finding->seen, row.second);
    EXPECT_EQ(report.finding->record, "SessionOpened");
    // Behind the records that open the segments.
    EXPECT_EQ(report.finding->seq.value(), first_life_ + kFirstSeq + 1);
  }
}

TEST_F(EngineVersionTest, ANameBetweenTwoReleasesDoesNotMakeTheFirstForgotten) {
  live_twice();
  const std::size_t second_life = recorder.records.size();
  restart(true);
  const std::vector<KeptRecord>& all = recorder.records;
  const auto part = [&](std::size_t from, std::size_t to) {
    return std::vector<KeptRecord>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                   all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  MemoryStore store;
  write_run(store, part(0, first_life_), journal_options("0.6.0"));
  write_run(store, part(first_life_, second_life), journal_options("eval"));
  write_run(store, part(second_life, all.size()), journal_options("0.5.0"));
  const ProveReport report = prove(store);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->rule, "I7");
}

TEST_F(EngineVersionTest, ASessionOfAnotherEngineThanItsSegment) {
  const Forgery honest = an_entry();
  const auto proven = [&](const std::string& stated) {
    return prove(*journal_of(stating(honest, stated).records(), journal_options("0.6.0")));
  };
  EXPECT_TRUE(proven("0.6.0").ok());
  ProveReport report = proven("0.5.0");
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->rule, "I7");
  EXPECT_EQ(report.finding->seen, "0.5.0");
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(0));
  report = proven("0.7.0");
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->rule, "I7");
  EXPECT_EQ(report.finding->seen, "0.7.0");
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(0));
}

// A segment of no release is folded, not executed: so nobody may rename that of a release.
TEST_F(EngineVersionTest, ASessionOfAReleaseInASegmentOfNone) {
  const Forgery honest = an_entry();
  struct Row {
    const char* segment;
    const char* session;
    bool honest;
  };
  const Row rows[] = {
      {"0.7.0", "0.7.0", true},      {"eval", "eval", true},    {"eval", "0.7.0", false},
      {"0.7.0-rc1", "0.7.0", false}, {"0.7.1", "0.7.0", false}, {"0.6.0", "0.7.0", false},
      {"0.7.0", "test", true},  // a build that is no release
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.session) + " in " + row.segment);
    const auto store =
        journal_of(stating(honest, row.session).records(), journal_options(row.segment));
    const ProveReport proven = prove(*store);
    EXPECT_EQ(proven.ok(), row.honest) << text_of(proven);
    const ReplayReport replayed =
        replay(*store, {.engine_version = "0.7.0", .keys = std::size_t{1} << 10U, .progress = {}});
    EXPECT_EQ(replayed.ok(), row.honest);
    if (row.honest || replayed.ok()) continue;
    EXPECT_EQ(replayed.finding->rule, "I7");
    EXPECT_EQ(replayed.finding->seq, Forgery::seq_of(0));
    EXPECT_EQ(replayed.finding->seen, row.session);
    EXPECT_EQ(replayed.extent.records, honest.records().size() + 1) << "read on to the end";
  }
}

TEST_F(EngineVersionTest, AReplayThatExecutedNothingSaysSo) {
  an_entry();
  const auto store = journal_of(recorder.records, journal_options("eval"));
  const auto told = [&](const std::string& version) {
    return to_text(
        replay(*store, {.engine_version = version, .keys = std::size_t{1} << 10U, .progress = {}}),
        1);
  };
  EXPECT_TRUE(told("0.7.0").starts_with("OK: nothing was executed")) << told("0.7.0");
  EXPECT_TRUE(told("eval").starts_with("OK: the engine decides again")) << told("eval");
}

}  // namespace
}  // namespace clawgate::audit
