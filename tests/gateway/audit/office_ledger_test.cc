// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/office_ledger.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/audit/upgrade_check.h"
#include "governance/ledger/office.h"
#include "tests/gateway/audit/command_fixture.h"

namespace clawgate::audit {
namespace {

using governance::EvalRecorded;
using governance::LedgerFact;
using governance::Office;

/// A data directory with a journal and an office; the journal is anchored to the office's ledger as
/// a running gateway anchors it.
class OfficeLedgerTest : public JournalCommandTest {
 protected:
  const std::string data_ = directory_.string();
  const std::string file_ = data_ + "/governance/ledger.jsonl";

  /// `count` more entries, and the journal is told.
  void grow(int count, std::uint16_t cases = 50) {
    const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
    for (int i = 0; i < count; ++i) {
      ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{cases, 0, "s", {}}), UnixNanos(now)));
    }
    apply(LedgerAnchored{office->head().seq, office->head().hash});
    settle();
  }
  std::string text() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  static std::string without_last_line(const std::string& text) {
    return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  }
  /// What proving and checking find; both read the same ledger.
  std::optional<Finding> found() {
    const auto ledger = read_office_ledger(data_);
    EXPECT_TRUE(ledger.has_value());
    ProveOptions options;
    options.office = &*ledger;
    const auto proven = prove(*journal_of(recorder.records), options).finding;
    const auto checked =
        upgrade_check(*journal_of(recorder.records, journal_options("any")), {}, &*ledger).finding;
    EXPECT_EQ(proven.has_value(), checked.has_value());
    return proven;
  }
  void expect_found(Reason reason, const std::string& seen) {
    const auto finding = found();
    ASSERT_TRUE(finding.has_value()) << "nothing found";
    EXPECT_EQ(finding->reason, reason);
    EXPECT_EQ(finding->record, "LedgerAnchored");
    EXPECT_NE(finding->seen.find(seen), std::string::npos) << finding->seen;
  }

  void SetUp() override {
    std::filesystem::create_directories(directory_ / "journal");
    grow(2);
    a_hold();
    grow(3);
  }
};

TEST_F(OfficeLedgerTest, TheLedgerThatGrewOnIsInOrder) {
  EXPECT_FALSE(found());
  const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
  ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{50, 0, "s", {}}), UnixNanos(now)));
  EXPECT_FALSE(found()) << "what was decided since is not in the journal yet";
}

TEST_F(OfficeLedgerTest, ALedgerThatWasCutIsFound) {
  put(without_last_line(text()));
  expect_found(Reason::LedgerCut, "it has 5");
  put("");
  expect_found(Reason::LedgerCut, "it has 0");
  std::filesystem::remove(file_);
  expect_found(Reason::LedgerCut, "it has 0");
}

TEST_F(OfficeLedgerTest, AnOlderCopyIsFoundEvenWhenItGrewAgain) {
  const std::string newest = text();
  const std::string older = without_last_line(without_last_line(newest));
  put(older);
  expect_found(Reason::LedgerCut, "it has 4");
  {
    const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
    for (std::uint16_t i = 0; i < 3; ++i) {
      ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{52, 0, "s", {}}), UnixNanos(now)));
    }
  }
  ASSERT_GT(text().size(), newest.size());
  expect_found(Reason::LedgerRewritten, "ledger.jsonl entry 6");
}

TEST_F(OfficeLedgerTest, ALedgerThatWasWrittenAnewIsFound) {
  std::filesystem::remove(file_);
  const auto office = Office::open(data_ + "/governance", UnixNanos(now)).value();
  for (int i = 0; i < 8; ++i) {
    ASSERT_FALSE(office->record(LedgerFact(EvalRecorded{49, 0, "s", {}}), UnixNanos(now)));
  }
  expect_found(Reason::LedgerRewritten, "ledger.jsonl entry ");
}

TEST_F(OfficeLedgerTest, AByteThatWasChangedIsFound) {
  std::string changed = text();
  changed[changed.find("\"50\"") == std::string::npos ? changed.find("50")
                                                      : changed.find("\"50\"")] = '4';
  put(changed);
  expect_found(Reason::LedgerChain, "line ");
}

TEST_F(OfficeLedgerTest, AnchorsThatGoBackAreFoundInTheJournalItself) {
  Forgery forged(recorder.records);
  ForgeryTest::expect_honest(forged);
  const std::size_t last = forged.find<LedgerAnchored>(1);
  forged.change<LedgerAnchored>(last, [](LedgerAnchored& row) { row.seq = 1; });
  ForgeryTest::expect_found(forged, "I5", last);
  Forgery other(recorder.records);
  other.change<LedgerAnchored>(last, [](LedgerAnchored& row) { row.seq = 3; });
  ForgeryTest::expect_found(other, "I5", last);
}

TEST_F(OfficeLedgerTest, AJournalWithoutAnAnchorSaysNothingOfTheLedger) {
  Forgery old(recorder.records);
  old.erase(old.find<LedgerAnchored>(1));
  old.erase(old.find<LedgerAnchored>());
  recorder.records = old.records();
  EXPECT_FALSE(found());
  put("");
  EXPECT_FALSE(found());
}

TEST_F(OfficeLedgerTest, TheCommandsCompareTheDataDirectoryAndNotAJournalAlone) {
  write(recorder.records);
  Ran ran = on_journal("prove");
  EXPECT_EQ(ran.exit_code, 0) << ran.out;
  EXPECT_NE(ran.out.find("2 anchors"), std::string::npos) << ran.out;
  put(without_last_line(text()));
  ran = on_journal("prove");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.out.find("LEDGER_CUT"), std::string::npos) << ran.out;
  EXPECT_EQ(run({"journal", "prove", data_ + "/journal"}).exit_code, 1) << "the one beside it";
  EXPECT_EQ(run({"upgrade-check", data_}).exit_code, 1);
  std::filesystem::create_directories(data_ + "/copy");
  std::filesystem::copy(data_ + "/journal", data_ + "/copy/alone");
  EXPECT_EQ(run({"journal", "prove", data_ + "/copy/alone"}).exit_code, 0);
}

}  // namespace
}  // namespace clawgate::audit
