// SPDX-License-Identifier: Apache-2.0
#include "governance/ledger/ledger.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "governance/ledger/office.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::governance {
namespace {

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

UnixNanos after(std::int64_t ns) {
  return UnixNanos{kNoon.value() + ns};
}

contracts::DecisionRequest a_request(std::string key) {
  contracts::DecisionRequest request;
  request.purpose = DecisionPurpose::General;
  request.decision_key = std::move(key);
  request.title = "A question";
  request.proposal = "Of a test.";
  request.side_effect_class = SideEffectClass::None;
  request.requested_by = "alice";
  request.rollback_plan = "None.";
  return request;
}

std::string three_lines() {
  LedgerHead head;
  std::string text;
  for (std::uint16_t i = 0; i < 3; ++i) {
    const auto line =
        next_line(head, EvalRecorded{static_cast<std::uint16_t>(50 + i), 0, "s", {}}, after(i));
    text += line.value().text;
    head = line->head;
  }
  return text;
}

TEST(LedgerTest, WhatIsWrittenIsReadBack) {
  const auto read = read_ledger(three_lines());
  ASSERT_TRUE(read) << to_text(read.error());
  ASSERT_EQ(read->entries.size(), 3U);
  EXPECT_EQ(read->entries[2].seq, 3U);
  EXPECT_EQ(read->entries[2].at, after(2));
  EXPECT_EQ(std::get<EvalRecorded>(read->entries[2].fact).cases, 52);
  EXPECT_EQ(read->head.seq, 3U);
}

TEST(LedgerTest, TimeNeverRunsBackwards) {
  const LedgerHead head{1, {}, after(10)};
  EXPECT_EQ(next_line(head, EvalRecorded{1, 0, "s", {}}, kNoon)->head.at, after(10));
}

TEST(LedgerTest, AFactThatCouldNotBeReadBackIsNotWritten) {
  const auto line = next_line({}, EvalRecorded{1, 0, "", {}}, kNoon);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().reason, Reason::FieldEmpty);
  EXPECT_EQ(line.error().field, "/body/evidence_ref");
}

TEST(LedgerTest, AnyByteThatChangesIsSeen) {
  const std::string good = three_lines();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    const auto read = read_ledger(text);
    // The last newline alone turns its line into one that was never finished.
    const bool cut = read && read->entries.size() < 3;
    EXPECT_TRUE(!read || cut) << "byte " << i;
    seen += read ? 0U : 1U;
  }
  EXPECT_GE(seen, good.size() - 1);
}

TEST(LedgerTest, LinesThatAreMovedRemovedOrDoubledAreSeen) {
  const std::string good = three_lines();
  const std::size_t first = good.find('\n') + 1;
  const std::size_t second = good.find('\n', first) + 1;
  const std::string a = good.substr(0, first);
  const std::string b = good.substr(first, second - first);
  const std::string c = good.substr(second);
  for (const std::string& text : {b + c, a + c, a + c + b, a + b + b + c, a + a + b + c}) {
    const auto read = read_ledger(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, Reason::LedgerChain);
  }
  EXPECT_EQ(read_ledger(a + c).error().field, "line 2, /prev_hash");
  EXPECT_TRUE(read_ledger(a + b));  // a lost end is the reader's head to compare
}

class OfficeTest : public ::testing::Test {
 protected:
  clawgate::testing::TemporaryDirectory folder_;
  std::string path_ = (folder_.path() / "governance").string();

  std::unique_ptr<Office> open(UnixNanos now = kNoon) {
    auto office = Office::open(path_, now);
    EXPECT_TRUE(office) << to_text(office.error());
    return office ? std::move(*office) : nullptr;
  }
  std::string text(const std::string& name) {
    std::ifstream file(path_ + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << content;
  }
};

TEST_F(OfficeTest, ADirectoryBeginsOnPaperAndRemembers) {
  {
    const auto office = open();
    EXPECT_EQ(office->ladder().stage(), Stage::S0);
    EXPECT_EQ(office->ladder().since(), kNoon);
    const auto answer = office->decisions().open(a_request("a:b:c"), Stage::S0, kNoon);
    ASSERT_FALSE(office->record(answer.facts, kNoon));
    const auto incident = office->incidents().open({Severity::Sev1, "s", "i", "alice"}, kNoon);
    ASSERT_FALSE(office->record(incident.value(), kNoon));
  }
  const auto office = open(after(kDayNs));
  EXPECT_EQ(office->ladder().since(), kNoon);
  EXPECT_NE(office->decisions().find("DEC-20260105-001"), nullptr);
  EXPECT_NE(office->incidents().find("INC-20260105-001"), nullptr);
  EXPECT_EQ(Office::read(path_).value()->head().hash, office->head().hash);
}

TEST_F(OfficeTest, ARefusedPromotionIsOnRecordAndMovesNothing) {
  const auto office = open();
  const Digest before = office->head().hash;
  const auto missing = office->promote(Climb::S1, "", false, true, after(kDayNs));
  ASSERT_TRUE(missing) << to_text(missing.error());
  EXPECT_EQ(missing->size(), 8U);
  EXPECT_EQ(office->ladder().stage(), Stage::S0);
  EXPECT_EQ(office->ladder().since(), kNoon);
  EXPECT_NE(office->head().hash, before);
  const auto read = read_ledger(text("ledger.jsonl"));
  ASSERT_TRUE(read) << to_text(read.error());
  const auto& refused = std::get<PromotionRefused>(read->entries.back().fact);
  EXPECT_EQ(read->entries.back().at, after(kDayNs));
  EXPECT_EQ(refused.target, "S1");
  EXPECT_FALSE(refused.decision_id);
  ASSERT_EQ(refused.missing.size(), missing->size());
  for (std::size_t i = 0; i < missing->size(); ++i) {
    EXPECT_EQ(refused.missing[i].requirement, (*missing)[i].field);
    EXPECT_EQ(refused.missing[i].code, info((*missing)[i].reason).code);
    EXPECT_EQ(refused.missing[i].seen, (*missing)[i].seen);
  }
}

TEST_F(OfficeTest, OneWriterAtATime) {
  const auto office = open();
  const auto second = Office::open(path_, kNoon);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, Reason::DataDirectoryLocked);
  const auto reader = Office::read(path_);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->record(LedgerFact(EvalRecorded{1, 0, "s", {}}), kNoon));
}

TEST_F(OfficeTest, ACutLineIsTakenOffAndABrokenOneOpensNothing) {
  open();
  const std::string good = text("ledger.jsonl");
  write("ledger.jsonl", good + "{\"at\":\"2026");
  const auto cut = open();
  EXPECT_EQ(cut->head().seq, 1U);
  EXPECT_EQ(text("ledger.jsonl"), good);
}

TEST_F(OfficeTest, ABrokenChainOpensNothing) {
  open();
  std::string bad = text("ledger.jsonl");
  bad.replace(bad.find("founded"), 7, "fOunded");
  write("ledger.jsonl", bad);
  EXPECT_EQ(Office::open(path_, kNoon).error().reason, Reason::LedgerChain);
  EXPECT_EQ(Office::read(path_).error().reason, Reason::LedgerChain);
  EXPECT_EQ(text("ledger.jsonl"), bad);
}

TEST_F(OfficeTest, ABrokenIncidentChainOpensNothing) {
  {
    const auto office = open();
    const auto incident = office->incidents().open({Severity::Sev3, "s", "i", "alice"}, kNoon);
    ASSERT_FALSE(office->record(incident.value(), kNoon));
  }
  std::string bad = text("incidents.jsonl");
  bad.replace(bad.find("SEV-3"), 5, "SEV-2");
  write("incidents.jsonl", bad);
  EXPECT_EQ(Office::open(path_, kNoon).error().reason, Reason::IncidentChain);
}

TEST_F(OfficeTest, ASevereIncidentAndAViolationMoveALiveStage) {
  const auto office = open();
  StageMoved live;
  live.stage = Stage::S2;
  live.level = RampLevel::L1;
  live.cause = "promotion";
  ASSERT_FALSE(office->record(LedgerFact(live), kNoon));
  const auto incident = office->incidents().open({Severity::Sev2, "s", "i", "alice"}, kNoon);
  ASSERT_FALSE(office->record(incident.value(), kNoon));
  EXPECT_EQ(office->ladder().level(), RampLevel::L0);
  EXPECT_FALSE(office->ladder().is_blocked());
  const auto note =
      office->incidents().change({"INC-20260105-001", IncidentEvent::Note, "looked at", ""}, kNoon);
  ASSERT_FALSE(office->record(note.value(), kNoon));
  EXPECT_FALSE(office->ladder().is_blocked());  // only a new incident falls
  ASSERT_FALSE(office->violation({"RISK_ABOVE_BUDGET", "e"}, kNoon));
  EXPECT_TRUE(office->ladder().is_blocked());
}

TEST_F(OfficeTest, TwoTimeoutsInARowOpenAnIncident) {
  const auto office = open();
  for (int i = 0; i < 2; ++i) {
    const UnixNanos at = after(i * kNanosPerHour);
    const auto answer =
        office->decisions().open(a_request("risk:limits:" + std::to_string(i)), Stage::S0, at);
    ASSERT_FALSE(office->record(answer.facts, at));
    EXPECT_TRUE(office->incidents().all().empty());
    ASSERT_FALSE(office->pass(UnixNanos{at.value() + 15 * kNanosPerMinute}));
  }
  ASSERT_EQ(office->incidents().all().size(), 1U);
  EXPECT_EQ(office->incidents().all()[0].severity, Severity::Sev3);
  EXPECT_EQ(office->decisions().pending(), 0U);
}

}  // namespace
}  // namespace clawgate::governance
