// SPDX-License-Identifier: Apache-2.0
#include "gateway/journal_sink.h"

#include <cstring>

#include "schemas/core/assert.h"

namespace clawgate::gateway {

JournalThread::Slot::Slot(const Slot& other) {
  *this = other;
}

JournalThread::Slot& JournalThread::Slot::operator=(const Slot& other) {
  if (this == &other) return *this;
  type = other.type;
  type_version = other.type_version;
  size = other.size;
  time = other.time;
  std::memcpy(bytes.data(), other.from != nullptr ? other.from : other.bytes.data(), size);
  return *this;
}

JournalThread::JournalThread(journal::Journal& journal, Idle idle)
    : journal_(journal),
      idle_(idle),
      durable_seq_(journal.durable_seq().value()),
      thread_([this] { run(); }) {}

JournalThread::~JournalThread() {
  stop();
}

Ticket JournalThread::append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                             Bytes payload) {
  CLAWGATE_ASSERT(payload.size() <= kPayloadMax);
  Slot slot;
  slot.type = type;
  slot.type_version = type_version;
  slot.size = static_cast<std::uint32_t>(payload.size());
  slot.time = time;
  slot.from = payload.data();
  // Full: the core waits, so intake stops; the journal thread is awake and making room.
  while (!channel_.try_push(slot)) {
    if (failed_.load(std::memory_order_acquire)) break;
    wake();
    std::this_thread::yield();
  }
  return Ticket(++appended_);
}

Result<Ticket> JournalThread::sync() {
  wake();
  for (;;) {
    if (failed_.load(std::memory_order_acquire)) return *failure_;
    const std::uint64_t durable = durable_.load(std::memory_order_acquire);
    if (durable >= appended_) return Ticket(durable);
    if (idle_ == Idle::Park) durable_.wait(durable, std::memory_order_acquire);
  }
}

void JournalThread::wake() {
  offered_.store(appended_, std::memory_order_release);
  if (idle_ == Idle::Park) offered_.notify_one();
}

void JournalThread::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  offered_.fetch_add(1, std::memory_order_acq_rel);
  offered_.notify_one();
  thread_.join();
}

void JournalThread::run() {
  std::uint64_t taken = 0;
  for (;;) {
    const std::uint64_t seen = offered_.load(std::memory_order_acquire);
    const std::uint64_t before = taken;
    while (channel_.try_take([&](const Slot& slot) {
      journal_.append(slot.type, slot.type_version, slot.time, {slot.bytes.data(), slot.size});
    })) {
      ++taken;
    }
    if (taken != before) {
      const auto done = journal_.commit();
      if (!done) {
        failure_ = done.error();
        failed_.store(true, std::memory_order_release);
        // Another value wakes a core that waits for this one; it looks at failed_ first.
        durable_.store(UINT64_MAX, std::memory_order_release);
        durable_.notify_one();
        return;
      }
      durable_seq_.store(done->value(), std::memory_order_release);
      durable_.store(taken, std::memory_order_release);
      if (idle_ == Idle::Park) durable_.notify_one();
      continue;
    }
    if (stopping_.load(std::memory_order_acquire)) return;
    if (idle_ == Idle::Park) offered_.wait(seen, std::memory_order_acquire);
  }
}

}  // namespace clawgate::gateway
