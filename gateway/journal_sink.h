// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>

#include "gateway/channel.h"
#include "gateway/recorder.h"
#include "governance/journal/journal.h"

namespace clawgate::gateway {

/// The journal on the caller's own thread: for backtests, world tests and benchmarks. A backtest
/// risks nothing, so it lets `lazy_bytes` gather before a group is written and synced.
class InlineJournal final : public DurableRecorder {
 public:
  explicit InlineJournal(journal::Journal& journal, std::size_t lazy_bytes = 0)
      : journal_(journal), lazy_bytes_(lazy_bytes) {}

  Ticket append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                Bytes payload) override {
    journal_.append(type, type_version, time, payload);
    return Ticket(++appended_);
  }
  [[nodiscard]] Result<Ticket> sync() override {
    if (journal_.pending_bytes() < lazy_bytes_) return Ticket(appended_);
    const auto done = journal_.commit();
    if (!done) return done.error();
    return Ticket(appended_);
  }

 private:
  journal::Journal& journal_;
  std::size_t lazy_bytes_;
  std::uint64_t appended_ = 0;
};

/// The journal on a thread of its own, which chains, writes and syncs in groups: whatever gathered
/// while one group was being synced is the next. append() and sync() belong to the core thread.
class JournalThread final : public DurableRecorder {
 public:
  enum class Idle : std::uint8_t { Park, Spin };

  JournalThread(journal::Journal& journal, Idle idle);
  ~JournalThread() override;

  Ticket append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                Bytes payload) override;
  [[nodiscard]] Result<Ticket> sync() override;

  /// The newest record on disk, for those who follow the journal's files. Any thread.
  [[nodiscard]] Seq durable_seq() const {
    return Seq(durable_seq_.load(std::memory_order_acquire));
  }

  /// What was appended goes to disk now, and nobody waits for it.
  void wake();

  /// Ends the thread; the journal is the caller's again.
  void stop();

 private:
  static constexpr std::size_t kPayloadMax = 4096;
  static constexpr std::size_t kSlots = 2048;

  /// Copies only the bytes in use.
  struct Slot {
    std::uint16_t type = 0;
    std::uint16_t type_version = 0;
    std::uint32_t size = 0;
    UnixNanos time;
    const std::uint8_t* from = nullptr;  // set while it is pushed, never in the queue
    std::array<std::uint8_t, kPayloadMax> bytes;

    Slot() = default;
    Slot(const Slot& other);
    Slot& operator=(const Slot& other);
  };

  void run();

  journal::Journal& journal_;
  Idle idle_;
  Channel<Slot> channel_{kSlots};
  std::uint64_t appended_ = 0;             // core thread
  std::atomic<std::uint64_t> offered_{0};  // how many were pushed; the thread parks on it
  std::atomic<std::uint64_t> durable_{0};  // how many are on disk; the core parks on it
  std::atomic<std::uint64_t> durable_seq_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> stopping_{false};
  std::optional<Error> failure_;  // written before failed_ is set
  std::thread thread_;
};

}  // namespace clawgate::gateway
