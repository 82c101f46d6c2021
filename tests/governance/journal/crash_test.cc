// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tests/governance/journal/session.h"

// A process or a machine dies at every call a journal makes of its store: before it, after it, and
// inside it at every byte. What was acknowledged must be there afterwards, what was not may be, and
// nothing else; and the journal goes on as if nothing had happened.

namespace clawgate::journal {
namespace {

using Fault = MemoryStore::Fault;

std::size_t none(const MemoryStore::Change&) {
  return 0;
}
std::size_t all(const MemoryStore::Change&) {
  return MemoryStore::kAll;
}

/// Recovers what a crash left, checks it, goes on, and checks that too. Empty when all is well.
std::string objection_to(MemoryStore& left, Seq acknowledged) {
  const std::vector<Chain>& golden = golden_chain();
  const VerifyReport before = verify(left);
  std::uint64_t found = 0;
  auto opened = Journal::open(left, small_options(), [&](const RecordView& record) {
    if (record.type != kTypeSegmentOpen) ++found;
  });
  if (!opened) return "does not open: " + to_text(opened.error());
  Journal& journal = **opened;
  if (journal.head().seq < acknowledged) return "lost an acknowledged record";
  if (journal.head() != golden[journal.head().seq.value()]) return "another chain";
  if (journal.recovery().torn_bytes != before.torn_tail_bytes) return "torn bytes not reported";

  const auto recovered = left.after_power_loss(none, false);
  const Chain head = journal.head();
  if (verify(*recovered).head != head) return "recovered records were not made durable";
  if (head.seq != Seq{} && !verify(*recovered).ok) return "recovery left something to find";

  for (std::uint64_t n = found; n < 80; ++n) append(journal, test_record(n));
  if (!journal.close(kWallMs)) return "does not go on";
  if (journal.head() != golden.back()) return "goes on along another chain";
  const VerifyReport after = verify(left);
  if (!after.ok) return "does not verify: " + after.findings[0].text;
  if (after.anchor_seq != golden.back().seq) return "no checkpoint at the end";
  return "";
}

struct Crash {
  std::uint64_t call;
  Fault fault;
  std::size_t bytes;
};

/// Where to die inside a write: at every byte of its last record, and now and then before it.
bool is_place_to_die(std::size_t byte, const MemoryStore::Call& write) {
  constexpr std::size_t kLargestFrame = kFrameOverhead + 250;  // of a test_record()
  if (!segment_number(write.file)) return byte % 16 == 0;
  return byte + kLargestFrame >= write.bytes || byte % 32 == 0;
}

/// Every place to die in the session.
std::vector<Crash> crashes_of(const Session& session) {
  std::vector<Crash> crashes;
  const auto calls = calls_of(session);
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    crashes.push_back({call, Fault::KillBefore, 0});
    crashes.push_back({call, Fault::KillAfter, 0});
    for (std::size_t bytes = 1; bytes < calls[call - 1].bytes; ++bytes) {
      if (!is_place_to_die(bytes, calls[call - 1])) continue;
      crashes.push_back({call, Fault::KillInside, bytes});
    }
  }
  return crashes;
}

/// Runs up to the crash. False when the session ended before.
bool run_into(MemoryStore& store, SessionRun& run, const Crash& crash) {
  store.set_plan({.at_call = crash.call, .fault = crash.fault, .bytes = crash.bytes});
  try {
    run.run();
  } catch (const MemoryStore::Killed&) {
    return true;
  }
  return false;
}

class CrashTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] const Session& session() const { return sessions()[GetParam()]; }
};

TEST_P(CrashTest, NothingAcknowledgedIsLostWhereverTheProcessDies) {
  for (const Crash& crash : crashes_of(session())) {
    MemoryStore store;
    SessionRun run(store, session());
    ASSERT_TRUE(run_into(store, run, crash));
    const auto left = store.after_process_death();
    ASSERT_EQ(objection_to(*left, run.acknowledged()), "")
        << "call " << crash.call << " fault " << static_cast<int>(crash.fault) << " byte "
        << crash.bytes;
  }
}

TEST_P(CrashTest, NothingAcknowledgedIsLostWhereverThePowerFails) {
  for (const Crash& crash : crashes_of(session())) {
    if (crash.fault == Fault::KillInside) continue;  // bytes that no sync followed: see below
    MemoryStore store;
    SessionRun run(store, session());
    ASSERT_TRUE(run_into(store, run, crash));
    for (const bool names_survive : {false, true}) {
      for (const auto& survivor : {none, all}) {
        const auto left = store.after_power_loss(survivor, names_survive);
        ASSERT_EQ(objection_to(*left, run.acknowledged()), "")
            << "call " << crash.call << " fault " << static_cast<int>(crash.fault)
            << " names survive " << names_survive;
      }
    }
  }
}

// The changes since the last sync survive in any selection, a write up to any byte.
TEST_P(CrashTest, NothingAcknowledgedIsLostWhateverPartOfAnUnsyncedGroupSurvives) {
  std::mt19937_64 random(7);
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    MemoryStore store;
    SessionRun run(store, session());
    ASSERT_TRUE(run_into(store, run, {call, Fault::KillBefore, 0}));
    for (int i = 0; i < 12; ++i) {
      const auto part = [&](const MemoryStore::Change& change) -> std::size_t {
        if (change.kind != MemoryStore::Change::Kind::Write) return random() % 2;
        return random() % (change.bytes.size() + 1);
      };
      const auto left = store.after_power_loss(part, random() % 2 == 0);
      ASSERT_EQ(objection_to(*left, run.acknowledged()), "") << "call " << call << " try " << i;
    }
  }
}

// A disk may write the sectors of one group in any order. Then a whole record can stand behind a
// broken one, which is refused as damage; but what opens has lost nothing.
TEST_P(CrashTest, SectorsInAnyOrderNeverLoseAnAcknowledgedRecordUnseen) {
  std::mt19937_64 random(11);
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); ++call) {
    if (std::string(calls[call - 1].name) != "sync") continue;
    MemoryStore store;
    SessionRun run(store, session());
    ASSERT_TRUE(run_into(store, run, {call, Fault::KillBefore, 0}));
    for (int i = 0; i < 30; ++i) {
      const auto some = [&](const MemoryStore::Change&) -> std::size_t {
        return random() % 2 == 0 ? 0 : MemoryStore::kAll;
      };
      const auto left = store.after_power_loss(some, true, 64);
      const std::string objection = objection_to(*left, run.acknowledged());
      ASSERT_TRUE(objection.empty() || objection.starts_with("does not open")) << objection;
    }
  }
}

TEST_P(CrashTest, ASecondCrashDuringRecoveryLosesNothing) {
  const auto calls = calls_of(session());
  for (std::uint64_t call = 1; call <= calls.size(); call += 2) {
    for (std::uint64_t second = 1;; ++second) {
      MemoryStore store;
      SessionRun run(store, session());
      const std::size_t bytes = calls[call - 1].bytes / 2;
      ASSERT_TRUE(run_into(store, run, {call, Fault::KillInside, bytes}));
      const auto left = store.after_process_death();
      left->set_plan({.at_call = second, .fault = Fault::KillInside, .bytes = 40});
      bool died = false;
      Seq acknowledged = run.acknowledged();
      try {
        const auto again = must_open(*left);
        acknowledged = again->durable_seq();
        append(*again, test_record(70));
      } catch (const MemoryStore::Killed&) {
        died = true;
      }
      for (const auto& twice : {left->after_process_death(), left->after_power_loss(none, false)}) {
        ASSERT_EQ(objection_to(*twice, acknowledged), "") << "calls " << call << ", " << second;
      }
      if (!died) break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sessions, CrashTest, ::testing::Range<std::size_t>(0, sessions().size()),
                         [](const auto& test) {
                           std::string name = sessions()[test.param].name;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           std::replace(name.begin(), name.end(), '\'', '_');
                           return name;
                         });

}  // namespace
}  // namespace clawgate::journal
