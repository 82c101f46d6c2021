// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// I13 and I14, and what a crash may leave out.

namespace clawgate::audit {
namespace {

class RepeatForgeryTest : public ForgeryTest {
 protected:
  void refuse(Reason reason) {
    SignalRefused refused;
    refused.reason = reason;
    refused.source = EngineName("ai-trader");
    refused.payload = sha256(bytes_of("order"));
    apply(refused);
    settle();
  }
};

// ---- I13 ---------------------------------------------------------------------------------------

TEST_F(RepeatForgeryTest, ADirectOrderIsRecordedAsAViolation) {
  refuse(Reason::DirectOrderSized);
  apply(TimePassed{});
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t at = honest.find<ViolationRecorded>();
  Forgery forged = honest;
  forged.erase(at);
  expect_found(forged, "I13", at);  // the next input
  const auto found = [&](auto change) {
    forged = honest;
    forged.change<ViolationRecorded>(at, change);
    expect_found(forged, "I13", at);
  };
  found([](ViolationRecorded& row) { row.count = 2; });
  found([](ViolationRecorded& row) { row.count = 0; });
  found([](ViolationRecorded& row) { row.source = EngineName("other"); });
  found([](ViolationRecorded& row) { row.reason = Reason::DirectOrderFields; });
  found([](ViolationRecorded& row) { row.payload = {}; });
}

TEST_F(RepeatForgeryTest, AnotherFactBeforeTheViolation) {
  refuse(Reason::DirectOrderToolCall);
  refuse(Reason::DirectOrderDocument);  // the second one latches
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t at = forged.find<ViolationRecorded>(1);
  forged.erase(at);
  expect_found(forged, "I13", at);  // the block stands there now
}

TEST_F(RepeatForgeryTest, AViolationThatNobodyCommitted) {
  refuse(Reason::DirectOrderSized);
  const ViolationRecorded violation = *decode<ViolationRecorded>(
      recorder.records[Forgery(recorder.records).find<ViolationRecorded>()].payload);
  Forgery forged(recorder.records);
  std::size_t at = forged.add(violation);
  expect_found(forged, "I13", at);
  refuse(Reason::JsonSyntax);
  forged = Forgery(recorder.records);
  expect_honest(forged);  // a refusal that is no direct order needs none
  ViolationRecorded second = violation;
  second.count = 2;
  second.reason = Reason::JsonSyntax;
  at = forged.add(second);
  expect_found(forged, "I13", at);
}

// ---- I14, commands -----------------------------------------------------------------------------

class CommandRepeatTest : public RepeatForgeryTest {
 protected:
  /// The same approval three times: done, no-op, changed and refused.
  Forgery repeats() {
    entry = a_hold();
    OperatorCommand command = a_command(CommandAction::Approve, entry);
    EXPECT_EQ(this->command(command), Reason::None);
    EXPECT_EQ(this->command(command), Reason::None);
    command.note = Text<96>("other");
    EXPECT_EQ(this->command(command), Reason::CommandConflict);
    return Forgery(recorder.records);
  }
};

TEST_F(CommandRepeatTest, AreAnsweredAgainAndDoNothingElse) {
  const Forgery honest = repeats();
  expect_honest(honest);
  const std::size_t no_op = honest.find<CommandDecided>(1);
  const std::size_t conflict = honest.find<CommandDecided>(2);
  const auto found = [&](std::size_t at, auto change) {
    Forgery forged = honest;
    forged.change<CommandDecided>(at, change);
    expect_found(forged, "I14", at);
  };
  found(no_op, [](CommandDecided& row) { row.no_op = false; });
  found(no_op, [](CommandDecided& row) { row.reason = Reason::HoldNotPending; });
  found(conflict, [](CommandDecided& row) { row.reason = Reason::None; });
  found(conflict, [](CommandDecided& row) { row.no_op = false; });
  found(no_op, [](CommandDecided& row) { row.command_id = CommandId("another"); });

  Forgery forged = honest;
  HoldMoved moved;
  moved.hold = entry;
  forged.insert(no_op, moved);
  expect_found(forged, "I14", no_op);
  forged = honest;
  forged.insert(no_op + 1, moved);
  expect_found(forged, "I14", no_op + 1);
}

TEST_F(CommandRepeatTest, ANewCommandIsNoNoOp) {
  Forgery forged = repeats();
  const std::size_t at = forged.find<CommandDecided>();
  forged.change<CommandDecided>(at, [](CommandDecided& row) { row.no_op = true; });
  expect_found(forged, "I14", at);
}

TEST_F(CommandRepeatTest, EveryCommandIsAnsweredOnce) {
  Forgery forged = repeats();
  const std::size_t at = forged.find<CommandDecided>(1);
  const CommandDecided decided = *decode<CommandDecided>(forged.records()[at].payload);
  forged.erase(at);
  expect_found(forged, "I14", at);
  forged = Forgery(recorder.records);
  const std::size_t first = forged.find<CommandDecided>();
  forged.insert(first + 1, decided);
  expect_found(forged, "I14", first + 1);
}

// ---- I14, signals ------------------------------------------------------------------------------

class SignalRepeatTest : public RepeatForgeryTest {
 protected:
  /// One intent twice, then changed, then its trace under another name.
  Forgery repeats() {
    SignalIntent signal = send(a_signal());
    send(signal);
    signal.payload.bytes[0] ^= 1;
    send(signal);
    SignalIntent other = a_signal();
    other.trace_id = signal.trace_id;
    send(other);
    return Forgery(recorder.records);
  }
};

TEST_F(SignalRepeatTest, AreAnsweredAgainAndDoNothingElse) {
  const Forgery honest = repeats();
  expect_honest(honest);
  const auto found = [&](std::size_t n, auto change) {
    Forgery forged = honest;
    const std::size_t at = forged.find<SignalDecided>(n);
    forged.change<SignalDecided>(at, change);
    expect_found(forged, "I14", at);
  };
  found(0, [](SignalDecided& row) { row.outcome = SignalOutcome::Duplicate; });
  found(1, [](SignalDecided& row) { row.outcome = SignalOutcome::Held; });
  found(1, [](SignalDecided& row) { row.outcome = SignalOutcome::Denied; });
  found(1, [](SignalDecided& row) { row.outcome = SignalOutcome::Conflict; });
  found(1, [](SignalDecided& row) { row.first = HoldId{9}; });
  found(2, [](SignalDecided& row) { row.outcome = SignalOutcome::Duplicate; });
  found(2, [](SignalDecided& row) { row.first = HoldId{2}; });
  found(3, [](SignalDecided& row) { row.outcome = SignalOutcome::Denied; });
  found(3, [](SignalDecided& row) { row.first = HoldId{3}; });

  Forgery forged = honest;
  const std::size_t at = forged.find<SignalDecided>(1) + 1;
  forged.insert(at, RiskVerdict{});
  expect_found(forged, "I14", at);
  forged = honest;
  const std::size_t before = forged.find<SignalDecided>(1);
  forged.insert(before, RiskVerdict{});
  expect_found(forged, "I14", before);
}

TEST_F(SignalRepeatTest, EverySignalIsDecidedOnce) {
  Forgery forged = repeats();
  const std::size_t at = forged.find<SignalDecided>(1);
  const SignalDecided decided = *decode<SignalDecided>(forged.records()[at].payload);
  forged.erase(at);
  expect_found(forged, "I14", at);
  forged = Forgery(recorder.records);
  const std::size_t first = forged.find<SignalDecided>();
  forged.insert(first + 1, decided);
  expect_found(forged, "I1", first + 1);
}

// ---- what a crash leaves out -------------------------------------------------------------------

class CutTest : public RepeatForgeryTest {
 protected:
  /// The story ends before `at`, and another session opens.
  std::size_t reopen(Forgery& forged, std::size_t at, bool clean) {
    forged.cut(at);
    SessionOpened session = state->session;
    session.clean_start = clean;
    return forged.add(session);
  }
};

TEST_F(CutTest, WhatFollowsAnInputMayBeCutByACrashButNotByACloseInOrder) {
  refuse(Reason::DirectOrderSized);
  apply(a_command(CommandAction::Kill));
  a_signal();
  apply(a_signal());
  const Forgery honest(recorder.records);
  const std::size_t cuts[] = {honest.find<ViolationRecorded>(), honest.find<BlockChanged>(),
                              honest.find<CommandDecided>(), honest.find<SignalDecided>()};
  for (const std::size_t at : cuts) {
    Forgery forged = honest;
    const std::size_t session = reopen(forged, at, false);
    expect_honest(forged);
    forged = honest;
    EXPECT_EQ(reopen(forged, at, true), session);
    expect_found(forged, at == cuts[0] ? "I13" : "I14", session);
    forged = honest;
    forged.cut(at);
    expect_honest(forged);
  }
}

// Every cut of a long story, with the restart that the real engine makes of it.
TEST_F(CutTest, EveryRestartAfterACrashIsProven) {
  an_exit();
  const std::vector<KeptRecord> whole = recorder.records;
  for (std::size_t length = 1; length <= whole.size(); ++length) {
    recorder.records.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    state = std::make_unique<gateway::State>(std::size_t{1} << 10U);
    for (const KeptRecord& record : recorder.records) {
      ASSERT_TRUE(state->fold(record.type, record.payload, record.time));
    }
    restart(false);
    market(Px::of(59'999), Px::of(60'001));
    apply(TimePassed{});
    settle();
    SCOPED_TRACE(length);
    expect_honest(Forgery(recorder.records));
  }
}

TEST_F(CutTest, AFactWithoutAnyInputIsFound) {
  expect_honest(Forgery({{SessionOpened::kType, UnixNanos(1), {}}}));
  const Forgery forged({{DayTurned::kType, UnixNanos(1), {}}});
  expect_found(forged, "I7", 0);
}

TEST_F(CutTest, BytesThatAreNoRecordAreFound) {
  a_hold();
  std::vector<KeptRecord> records = recorder.records;
  const std::size_t at = Forgery(records).find<CandidateHeld>();
  records[at].payload.resize(records[at].payload.size() - 1);
  const ProveReport report = prove(*journal_of(records));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->reason, Reason::JournalRecord);
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
}

TEST_F(CutTest, RecordsOfANewerVersionArePassedOverAndCounted) {
  a_hold();
  std::vector<KeptRecord> records = recorder.records;
  records.push_back({98, records.back().time, {1, 2, 3}});
  records.push_back({49, records.back().time, {1, 2, 3}});
  const ProveReport report = prove(*journal_of(records));
  EXPECT_TRUE(report.ok()) << text_of(report);
  EXPECT_EQ(report.unknown_types, 2U);
}

}  // namespace
}  // namespace clawgate::audit
