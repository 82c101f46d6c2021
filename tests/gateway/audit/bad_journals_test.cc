// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/gateway/audit/command_fixture.h"
#include "tests/governance/journal/tamper.h"

// Every way in which a journal can be wrong, to the command that tells it, one case a rule.

namespace clawgate::audit {
namespace {

using journal::Files;
using journal::Forger;
using journal::Frame;

constexpr const char* kFirst = "00000001.cgj";

class BadJournalTest : public JournalCommandTest {
 protected:
  struct Row {
    std::string_view command;
    Reason reason;
    std::function<void()> make;  // in directory_
  };

  std::vector<Row> rows() {
    return {
        {"verify", Reason::JournalMissing,
         [&] { put(changed([](Files& f) { f = one(kFirst); })); }},
        {"verify", Reason::JournalMagic,
         [&] { put(changed([](Files& f) { f[kFirst][0] ^= 1U; })); }},
        {"verify", Reason::JournalVersion,
         [&] { put(changed([](Files& f) { f[kFirst][6] = 2; })); }},
        {"verify", Reason::JournalFrame,
         [&] { put(turned(0, [](const Frame& f) { return f.begin + 3; })); }},
        {"verify", Reason::JournalCrc,
         [&] { put(turned(2, [](const Frame& f) { return f.begin + 30; })); }},
        {"verify", Reason::JournalChain,
         [&] { put(turned(2, [](const Frame& f) { return f.end - 1; })); }},
        {"verify", Reason::JournalSequence,
         [&] { put(changed([](Files& f) { remove_record(f, frames_of(f)[2]); })); }},
        {"verify", Reason::JournalTime, [&] { put(backwards()); }},
        {"verify", Reason::JournalTornTail, [&] { put(torn()); }},
        {"verify", Reason::JournalTailLost, [&] { put(older()); }},
        {"verify", Reason::JournalCheckpoint,
         [&] { put(changed([](Files& f) { f[journal::kCheckpointFile][40] ^= 1U; })); }},
        {"verify", Reason::JournalSegment,
         [&] { put(changed([](Files& f) { f.erase("00000002.cgj"); })); }},
        {"upgrade-check", Reason::JournalRecord, [&] { write(with_a_short_record()); }},
        {"replay", Reason::JournalReplayDiffers, [&] { write(with_one_fact_more()); }},
        {"prove", Reason::JournalInvariant, [&] { write(without_the_approval()); }},
    };
  }

  void put(const Files& files) {
    fs::create_directories(directory_ / "journal");
    for (const auto& [name, content] : files.all()) {
      std::ofstream file(directory_ / "journal" / name, std::ios::binary);
      file.write(reinterpret_cast<const char*>(content.data()),
                 static_cast<std::streamsize>(content.size()));
    }
  }

  static Files changed(const std::function<void(Files&)>& change) {
    Files files = journal::journal_files(50, true);
    change(files);
    return files;
  }
  static Files one(const char* name) {
    Files files;
    files.add(name, {});
    return files;
  }
  /// One bit of a byte of the n-th frame.
  static Files turned(std::size_t n, const std::function<std::size_t(const Frame&)>& byte) {
    return changed([&](Files& files) {
      const Frame frame = frames_of(files)[n];
      files[frame.file][byte(frame)] ^= 1U;
    });
  }
  static Files backwards() {
    Forger forger;
    forger.open_segment(1);
    forger.next(5);
    forger.next(4);
    forger.next(6);
    Files files;
    files.add(kFirst, forger.take());
    return files;
  }
  static Files torn() {
    Files files = journal::journal_files(50, false);
    files.erase(journal::kCheckpointFile);
    const Frame last = frames_of(files).back();
    auto& content = files[last.file];
    std::fill(content.begin() + static_cast<std::ptrdiff_t>(last.end - 8), content.end(), 0);
    return files;
  }
  /// A copy from before the newest checkpoint.
  static Files older() {
    Files files = journal::journal_files(40, true);
    files[journal::kCheckpointFile] = journal::journal_files(50, true)[journal::kCheckpointFile];
    return files;
  }

  std::vector<KeptRecord> with_a_short_record() {
    std::vector<KeptRecord> records = story();
    records.back().payload.resize(records.back().payload.size() - 1);
    return records;
  }
  std::vector<KeptRecord> with_one_fact_more() {
    Forgery forged(story());
    forged.add(BlockChanged{});
    return forged.records();
  }
  std::vector<KeptRecord> without_the_approval() {
    Forgery forged(story());
    forged.erase(forged.find<OperatorCommand>());
    return forged.records();
  }
  /// An approved entry, told once.
  const std::vector<KeptRecord>& story() {
    if (story_.empty()) story_ = an_entry().records();
    return story_;
  }

  std::vector<KeptRecord> story_;
};

TEST_F(BadJournalTest, EachIsToldByItsCommandAndRule) {
  for (const Row& row : rows()) {
    fs::remove_all(directory_);
    row.make();
    const bool alone = row.command == "upgrade-check";
    const Ran ran = alone ? run({std::string(row.command), directory_.string(), "--json"})
                          : on_journal(std::string(row.command), {"--json"});
    EXPECT_EQ(ran.exit_code, 1) << row.command << " " << info(row.reason).code;
    const std::size_t at = ran.out.find("JOURNAL_");
    ASSERT_NE(at, std::string::npos) << info(row.reason).code << "\n" << ran.out << ran.err;
    EXPECT_EQ(ran.out.substr(at, ran.out.find('"', at) - at), info(row.reason).code) << row.command;
  }
}

TEST_F(BadJournalTest, AWriteThatFailsIsTold) {
  testing::MemoryStore store;
  const auto journal = journal::Journal::open(store, journal_options()).value();
  a_hold();
  const KeptRecord& record = recorder.records.front();
  journal->append(record.type, kRecordVersion, record.time, record.payload);
  testing::MemoryStore::Plan plan{.at_call = store.calls().size() + 1,
                                  .fault = testing::MemoryStore::Fault::Fail,
                                  .error = ENOSPC};
  plan.for_calls = 100;
  store.set_plan(plan);
  const auto failed = journal->commit();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().reason, Reason::JournalWrite);
}

TEST_F(BadJournalTest, EveryRowOfTheTableHasOneCase) {
  std::set<Reason> covered = {Reason::JournalWrite,          // by AWriteThatFailsIsTold
                              Reason::CheckpointUnwritten};  // the journal is whole
  for (const Row& row : rows()) {
    EXPECT_TRUE(covered.insert(row.reason).second) << info(row.reason).code << " twice";
  }
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Journal) continue;
    EXPECT_TRUE(covered.contains(row.reason)) << row.code;
  }
}

}  // namespace
}  // namespace clawgate::audit
