// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/lanes.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <ctime>

#include "schemas/core/assert.h"

namespace clawgate::gateway {

Doorbell::Doorbell() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  CLAWGATE_ASSERT(event_ >= 0);
}

Doorbell::~Doorbell() {
  ::close(event_);
}

// One side stores "asleep" and then looks at the queues, the other fills a queue and then looks at
// "asleep". Read-modify-writes of one word are ordered, so at least one of them sees the other.
void Doorbell::ring() {
  if (!asleep_.exchange(false, std::memory_order_seq_cst)) return;
  const std::uint64_t one = 1;
  const ssize_t written = ::write(event_, &one, sizeof one);
  static_cast<void>(written);  // full only when it is rung already
}

void Doorbell::lie_down() {
  asleep_.exchange(true, std::memory_order_seq_cst);
}

void Doorbell::sleep(std::int64_t nanos) {
  pollfd watched{event_, POLLIN, 0};
  const timespec pause{nanos / kNanosPerSecond, nanos % kNanosPerSecond};
  if (::ppoll(&watched, 1, &pause, nullptr) > 0) {
    std::uint64_t rings = 0;
    const ssize_t got = ::read(event_, &rings, sizeof rings);
    static_cast<void>(got);
  }
  stay_awake();
}

Lanes::Lanes(const Options& options)
    : options_(options),
      control_(options.control),
      signals_(options.signals),
      venue_(options.venue) {}

bool Lanes::offer(const ControlInput& input) {
  const auto* const command = std::get_if<OperatorCommand>(&input.what);
  const bool kill = command != nullptr && command->action == CommandAction::Kill;
  const bool taken = control_.try_push(input, kill ? 0 : options_.kill_reserve);
  doorbell_.ring();
  return taken;
}

bool Lanes::offer(const SignalInput& input) {
  const bool taken = signals_.try_push(input);
  doorbell_.ring();
  return taken;
}

bool Lanes::put(const venues::VenueInput& input) {
  venue_waiting_.fetch_add(1, std::memory_order_relaxed);
  const bool taken = venue_.try_push(input);
  if (!taken) venue_waiting_.fetch_sub(1, std::memory_order_relaxed);
  doorbell_.ring();
  return taken;
}

void Lanes::market(const MarketTop& top) {
  if (top.instrument.value() >= markets_.size()) return;
  markets_[top.instrument.value()].put(top);
  markets_seen_.fetch_or(std::uint64_t{1} << top.instrument.value(), std::memory_order_release);
  doorbell_.ring();
}

bool Lanes::empty() const {
  if (!control_.empty() || !signals_.empty() || !venue_.empty()) return false;
  for (const LatestSlot<MarketTop>& slot : markets_) {
    if (slot.fresh()) return false;
  }
  return true;
}

std::uint64_t Lanes::markets_replaced() const {
  std::uint64_t sum = 0;
  for (const LatestSlot<MarketTop>& slot : markets_) sum += slot.replaced();
  return sum;
}

}  // namespace clawgate::gateway
