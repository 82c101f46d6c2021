// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

#include "tests/governance/journal/session.h"

// Every call that a journal makes of its store fails once, or is interrupted, or does half its
// work.

namespace clawgate::journal {
namespace {

using Fault = MemoryStore::Fault;

std::size_t none(const MemoryStore::Change&) {
  return 0;
}

/// Whether the kernel may answer EINTR and the call may be made again. A sync may not.
bool is_tried_again(const MemoryStore::Call& call) {
  static const std::set<std::string> names = {"open", "read", "write", "allocate", "truncate"};
  return names.contains(call.name);
}

/// Whether the call is about checkpoints, without which the journal is whole: the making of their
/// key and of their file, a line of it.
bool is_of_checkpoints(const std::vector<MemoryStore::Call>& calls, std::uint64_t call) {
  const std::string_view file = calls[call - 1].file;
  if (file.starts_with("checkpoint")) return true;
  return file == "." && call > 1 && calls[call - 2].file.starts_with("checkpoint");
}

/// What a new process, and after it a machine that lost its power, finds in the store.
void expect_nothing_lost(const MemoryStore& store, Seq acknowledged, const std::string& where) {
  const auto left = store.after_process_death();
  Chain head;
  {
    const auto again = Journal::open(*left, small_options());
    ASSERT_TRUE(again) << where << ": " << to_text(again.error());
    head = (*again)->head();
  }
  ASSERT_GE(head.seq, acknowledged) << where;
  ASSERT_EQ(head, golden_chain()[head.seq.value()]) << where;
  const auto powered_off = left->after_power_loss(none, false);
  ASSERT_EQ(verify(*powered_off).head, head) << where << ": recovery vouched for lost records";
}

class FaultTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] const Session& session() const { return sessions()[GetParam()]; }
};

TEST_P(FaultTest, AFailedCallIsAnsweredAndNothingIsTriedAfterIt) {
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    for (const int error : {EIO, ENOSPC}) {
      MemoryStore store;
      store.set_plan({.at_call = call, .fault = Fault::Fail, .error = error});
      SessionRun run(store, session());
      run.run();
      const std::string where = "call " + std::to_string(call) + " " + calls[call - 1].name;
      if (!run.error()) {
        ASSERT_TRUE(is_of_checkpoints(calls, call)) << where;
        ASSERT_EQ(run.journal()->head(), golden_chain()[run.journal()->head().seq.value()]);
        ASSERT_TRUE(verify(store).ok || run.acknowledged() == Seq{}) << where;
      } else {
        ASSERT_EQ(store.calls().size(), call) << where << ": something was tried after it";
      }
      ASSERT_NO_FATAL_FAILURE(expect_nothing_lost(store, run.acknowledged(), where));
    }
  }
}

TEST_P(FaultTest, TheFirstErrorIsTheAnswerForEver) {
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    MemoryStore store;
    store.set_plan({.at_call = call, .fault = Fault::Fail, .error = EIO});
    SessionRun run(store, session());
    run.run();
    if (run.journal() == nullptr) continue;  // open() failed: there is no journal to ask
    if (!run.error()) continue;              // a checkpoint's call: see above
    const std::string first = to_text(*run.error());
    append(*run.journal(), test_record(79));
    EXPECT_EQ(to_text(run.journal()->commit().error()), first);
    EXPECT_EQ(to_text(run.journal()->checkpoint(kWallMs).error()), first);
    EXPECT_EQ(to_text(run.journal()->close(kWallMs).error()), first);
    EXPECT_EQ(to_text(*run.journal()->failure()), first);
    EXPECT_EQ(store.calls().size(), call);
  }
}

TEST_P(FaultTest, AnInterruptedCallIsMadeAgainButASyncNever) {
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    MemoryStore store;
    store.set_plan({.at_call = call, .fault = Fault::Fail, .error = EINTR, .for_calls = 3});
    SessionRun run(store, session());
    run.run();
    const std::string where = "call " + std::to_string(call) + " " + calls[call - 1].name;
    if (is_tried_again(calls[call - 1])) {
      ASSERT_FALSE(run.error()) << where << ": " << to_text(*run.error());
      ASSERT_EQ(run.journal()->head(), golden_chain()[run.acknowledged().value()]) << where;
      ASSERT_TRUE(verify(store).ok) << where;
    } else if (is_of_checkpoints(calls, call)) {
      ASSERT_NO_FATAL_FAILURE(expect_nothing_lost(store, run.acknowledged(), where));
    } else {
      ASSERT_TRUE(run.error()) << where;
      ASSERT_EQ(store.calls().size(), call) << where;
    }
  }
}

TEST_P(FaultTest, AShortWriteGoesOnWhereItStopped) {
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    const std::size_t bytes = calls[call - 1].bytes;
    for (const std::size_t written : {std::size_t{1}, bytes / 2, bytes - 1}) {
      if (bytes < 2) continue;
      MemoryStore store;
      store.set_plan({.at_call = call, .fault = Fault::ShortWrite, .bytes = written});
      SessionRun run(store, session());
      run.run();
      ASSERT_FALSE(run.error()) << "call " << call;
      ASSERT_EQ(store.calls().size(), calls.size() + 1) << "one more write, call " << call;
      ASSERT_TRUE(verify(store).ok) << "call " << call;
      ASSERT_EQ(run.journal()->head(), golden_chain()[run.acknowledged().value()]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sessions, FaultTest, ::testing::Range<std::size_t>(0, sessions().size()));

TEST(JournalFaultTest, AWriteThatMakesNoProgressIsAFailure) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  // create, sync the directory, allocate, write
  store.set_plan({.at_call = store.calls().size() + 4, .fault = Fault::ShortWrite, .bytes = 0});
  const auto committed = journal->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().reason, Reason::JournalWrite);
}

TEST(JournalFaultTest, AFileSystemThatCannotReserveGetsAHole) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  // create, sync the directory, allocate
  store.set_plan({.at_call = store.calls().size() + 3, .fault = Fault::Fail, .error = EOPNOTSUPP});
  ASSERT_TRUE(journal->commit());
  EXPECT_EQ(store.file("00000001.cgj").size(), small_options().segment_bytes);
}

// Every call of each checkpoint and of what is prepared for it fails, one at a time.
TEST(JournalFaultTest, ACheckpointThatCannotBeWrittenIsToldAndTheJournalGoesOn) {
  MemoryStore calm;
  const auto first_open = must_open(calm);
  const std::uint64_t opened_by = calm.calls().size();
  append(*first_open, test_record(0));
  ASSERT_TRUE(first_open->commit());
  const std::uint64_t before = calm.calls().size();
  ASSERT_TRUE(first_open->checkpoint(kWallMs));
  const std::uint64_t after = calm.calls().size();
  ASSERT_GT(after, before + 3);
  for (std::uint64_t call = before + 1; call <= after; ++call) {
    for (const Fault fault : {Fault::Fail, Fault::ShortWrite}) {
      MemoryStore store;
      store.set_plan({.at_call = call, .fault = fault, .error = ENOSPC, .bytes = 0});
      const auto journal = must_open(store);
      ASSERT_EQ(store.calls().size(), opened_by);
      append(*journal, test_record(0));
      const auto durable = journal->checkpoint(kWallMs);
      ASSERT_TRUE(durable) << "call " << call;
      EXPECT_EQ(*durable, journal->head().seq);
      EXPECT_FALSE(journal->failure());
      if (fault == Fault::ShortWrite && !journal->unsigned_because()) continue;  // no write
      ASSERT_TRUE(journal->unsigned_because()) << "call " << call;
      EXPECT_NE(journal->unsigned_because()->reason, Reason::JournalWrite);
      append(*journal, test_record(1));
      ASSERT_TRUE(journal->close(kWallMs + 1)) << "call " << call;
      EXPECT_FALSE(journal->unsigned_because());
      const VerifyReport report = verify(store);
      EXPECT_TRUE(report.ok) << "call " << call;
      EXPECT_EQ(report.anchor_seq, journal->head().seq);
    }
  }
}

TEST(JournalFaultTest, AFullDiskAtTheFirstCloseLeavesASignedJournalAndNoDraft) {
  MemoryStore store;
  const auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->commit());
  for (const std::string& name : store.file_names()) EXPECT_FALSE(name.ends_with(".tmp")) << name;
  // The key is there, and the sidecar with room in it: nothing new has to be made.
  store.forget_calls();
  ASSERT_TRUE(journal->close(kWallMs));
  EXPECT_FALSE(journal->unsigned_because());
  for (const MemoryStore::Call& call : store.calls()) {
    EXPECT_FALSE(call.file.ends_with(".tmp")) << call.name;
    EXPECT_STRNE(call.name, "sync_directory");
  }
}

TEST(JournalFaultTest, AKeyThatCannotBeMadeIsToldLeavesNothingAndIsMadeAtTheNextStart) {
  MemoryStore calm;
  const auto undisturbed = must_open(calm);
  append(*undisturbed, test_record(0));
  ASSERT_TRUE(undisturbed->commit());
  for (std::uint64_t call = 1; call <= calm.calls().size(); ++call) {
    if (!calm.calls()[call - 1].file.ends_with(".tmp")) continue;
    MemoryStore store;
    store.set_plan({.at_call = call, .fault = Fault::Fail, .error = ENOSPC});
    auto journal = must_open(store);
    append(*journal, test_record(0));
    ASSERT_TRUE(journal->commit()) << "the records do not depend on it";
    ASSERT_TRUE(journal->unsigned_because()) << "call " << call;
    EXPECT_EQ(journal->unsigned_because()->reason, Reason::CheckpointUnwritten);
    for (const std::string& name : store.file_names()) EXPECT_FALSE(name.ends_with(".tmp")) << name;
    journal = must_open(store);
    EXPECT_FALSE(journal->unsigned_because());
    ASSERT_TRUE(journal->close(kWallMs));
    EXPECT_EQ(verify(store).anchor_seq, journal->head().seq);
  }
}

// The kernel shows what it failed to write as if it were clean, and a later sync answers 0.
TEST(JournalFaultTest, WhatAFailedSyncLostIsNotRecoveredFromTheCache) {
  MemoryStore store;
  auto journal = must_open(store);
  append(*journal, test_record(0));
  ASSERT_TRUE(journal->commit());
  const Chain durable = journal->head();
  append(*journal, test_record(1));
  // write, sync
  store.set_plan({.at_call = store.calls().size() + 2, .fault = Fault::Fail, .error = EIO});
  ASSERT_FALSE(journal->commit());

  const auto left = store.after_process_death();
  EXPECT_GT(verify(*left).head.seq, durable.seq) << "the cache should still show the record";
  const auto again = must_open(*left);
  EXPECT_EQ(again->head(), durable);
}

}  // namespace
}  // namespace clawgate::journal
