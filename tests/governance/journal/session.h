// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/governance/journal/support.h"

namespace clawgate::journal {

/// What a gateway does with its journal, step by step: a number appends that many records, and
/// 'c' commits, 'k' writes a checkpoint, 'x' closes, 'o' opens (a restart).
struct Session {
  const char* name;
  std::vector<int> steps;
};
inline constexpr int kCommit = -'c';
inline constexpr int kCheckpoint = -'k';
inline constexpr int kClose = -'x';
inline constexpr int kOpen = -'o';

/// Segments hold 1 KiB and records are 60 to 310 bytes, so about every sixth begins a segment.
inline const std::vector<Session>& sessions() {
  static const std::vector<Session> all = {
      {"one record", {kOpen, 1, kCommit, kClose}},
      {"record by record", {kOpen, 1, kCommit, 1, kCommit, 1, kCommit, 1, kCommit, 1, kCommit}},
      {"groups within a segment", {kOpen, 2, kCommit, 2, kCommit}},
      {"a roll at a group's start", {kOpen, 6, kCommit, 6, kCommit, kClose}},
      {"a roll within a group", {kOpen, 4, kCommit, 4, kCommit, 4, kCommit}},
      {"many rolls within a group", {kOpen, 2, kCommit, 25, kCommit, kClose}},
      {"checkpoints", {kOpen, 3, kCheckpoint, 3, kCheckpoint, 3, kClose}},
      {"restarts after closing", {kOpen, 5, kClose, kOpen, 5, kClose, kOpen, 5, kClose}},
      {"a restart without closing", {kOpen, 5, kCommit, kOpen, 9, kCommit, kOpen, 2, kClose}},
      {"a restart that loses a group", {kOpen, 5, kCommit, 3, kOpen, 3, kCommit, kClose}},
  };
  return all;
}

/// Where the chain of test_record(0), test_record(1), … stands after each sequence. It does not
/// depend on groups, restarts or crashes.
inline const std::vector<Chain>& golden_chain() {
  static const std::vector<Chain> chain = [] {
    MemoryStore store;
    const auto journal = must_open(store);
    for (std::uint64_t n = 0; n < 80; ++n) append(*journal, test_record(n));
    journal->commit().value();
    std::vector<Chain> heads{Chain{}};
    JournalReader reader(store);
    while (reader.next() == JournalReader::Step::Record) heads.push_back(reader.chain());
    return heads;
  }();
  return chain;
}

/// Runs a session against a store. Killed passes through; `acknowledged` stands then.
class SessionRun {
 public:
  SessionRun(MemoryStore& store, const Session& session) : store_(store), session_(session) {}

  void run() {
    for (const int step : session_.steps) {
      if (error_) return;
      if (step > 0) {
        for (int i = 0; i < step; ++i) append(*journal_, test_record(next_record_++));
      } else if (step == kOpen) {
        open();
      } else {
        acknowledge(step == kCommit       ? journal_->commit()
                    : step == kCheckpoint ? journal_->checkpoint(kWallMs)
                                          : journal_->close(kWallMs));
      }
    }
  }

  /// The last sequence that the journal called durable.
  [[nodiscard]] Seq acknowledged() const { return acknowledged_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] Journal* journal() { return journal_.get(); }

 private:
  void open() {
    journal_.reset();
    next_record_ = 0;
    auto opened = Journal::open(store_, small_options(), [this](const RecordView& record) {
      if (record.type != kTypeSegmentOpen) ++next_record_;
    });
    if (!opened) {
      error_ = opened.error();
      return;
    }
    journal_ = std::move(*opened);
    acknowledged_ = journal_->durable_seq();
  }
  void acknowledge(const Result<Seq>& answer) {
    if (answer) acknowledged_ = *answer;
    if (!answer) error_ = answer.error();
  }

  MemoryStore& store_;
  const Session& session_;
  std::unique_ptr<Journal> journal_;
  std::uint64_t next_record_ = 0;
  Seq acknowledged_;
  std::optional<Error> error_;
};

/// The calls of a session that nothing disturbs.
inline std::vector<MemoryStore::Call> calls_of(const Session& session) {
  MemoryStore store;
  SessionRun(store, session).run();
  return store.calls();
}

}  // namespace clawgate::journal
