// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/records.h"

#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/audit/upgrade_check.h"
#include "governance/journal/segment.h"
#include "tests/gateway/audit/forgery_fixture.h"

// What no start would take, no audit calls in order.

namespace clawgate::audit {
namespace {

class RecordsTest : public ForgeryTest {
 protected:
  /// What every audit says of it; the same of all.
  static std::optional<Reason> judged(journal::Store& store) {
    const auto reason = [](const auto& report) {
      return report.ok() ? std::nullopt : std::optional(report.finding->reason);
    };
    ReplayOptions options;
    options.engine_version = kVersion;
    const std::optional<Reason> proved = reason(prove(store));
    EXPECT_EQ(reason(replay(store, options)), proved);
    EXPECT_EQ(reason(upgrade_check(store)), proved);
    return proved;
  }
  std::vector<KeptRecord> some_records() {
    a_hold();
    return recorder.records;
  }
};

TEST_F(RecordsTest, AJournalThatEndsAtItsCheckpointIsInOrder) {
  const auto store = journal_of(some_records());
  ASSERT_FALSE(store->file(journal::kCheckpointFile).empty());
  EXPECT_EQ(judged(*store), std::nullopt);
}

TEST_F(RecordsTest, RecordsLostBehindTheNewestCheckpointAreMissed) {
  std::vector<KeptRecord> records = some_records();
  const auto whole = journal_of(records);
  records.pop_back();
  const auto shorter = journal_of(records);
  shorter->set_file(journal::kCheckpointFile, whole->file(journal::kCheckpointFile));
  EXPECT_EQ(judged(*shorter), Reason::JournalTailLost);
  shorter->set_file(journal::segment_name(1), {});
  EXPECT_EQ(judged(*shorter), Reason::JournalTailLost);
  shorter->erase_file(journal::kCheckpointFile);
  EXPECT_EQ(judged(*shorter), Reason::JournalMissing);
}

TEST_F(RecordsTest, AnotherHashThanTheCheckpointsIsSeen) {
  std::vector<KeptRecord> records = some_records();
  const auto whole = journal_of(records);
  records.back().time = UnixNanos(records.back().time.value() + 1);
  const auto other = journal_of(records);
  other->set_file(journal::kCheckpointFile, whole->file(journal::kCheckpointFile));
  EXPECT_EQ(judged(*other), Reason::JournalCheckpoint);
}

TEST_F(RecordsTest, ACheckpointThatCannotBeReadIsSeen) {
  const auto store = journal_of(some_records());
  auto line = store->file(journal::kCheckpointFile);
  line[line.size() / 2] ^= 1U;
  store->set_file(journal::kCheckpointFile, line);
  EXPECT_EQ(judged(*store), Reason::JournalCheckpoint);
}

}  // namespace
}  // namespace clawgate::audit
