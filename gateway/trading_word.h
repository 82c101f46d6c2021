// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "schemas/ids.h"
#include "schemas/trading_state.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The trading state as one atomic word: what the door reads at the last instruction before a byte
/// leaves. Any thread may kill; only the core lowers a kill, after a recorded decision.
class TradingWord final : public venues::SendGate {
 public:
  struct View {
    TradingState state;
    KillEpoch epoch;  // counts the kills
  };

  [[nodiscard]] bool is_open(KillEpoch released_in) const override {
    const View view = read();
    return view.state == TradingState::Open && view.epoch == released_in;
  }

  [[nodiscard]] View read() const { return unpack(word_.load(std::memory_order_acquire)); }

  /// Stores KILLED and answers true, or false when it already was.
  bool kill() {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    for (;;) {
      const View view = unpack(seen);
      if (view.state == TradingState::Killed) return false;
      const std::uint64_t killed = pack(TradingState::Killed, KillEpoch(view.epoch.value() + 1));
      if (word_.compare_exchange_weak(seen, killed, std::memory_order_acq_rel)) return true;
    }
  }

  /// Core thread only: publishes the state it decided under `epoch`. A kill that came in between
  /// wins.
  void publish(TradingState state, KillEpoch epoch) {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    for (;;) {
      if (unpack(seen).epoch > epoch) return;
      if (word_.compare_exchange_weak(seen, pack(state, epoch), std::memory_order_acq_rel)) return;
    }
  }

 private:
  static std::uint64_t pack(TradingState state, KillEpoch epoch) {
    return std::uint64_t{epoch.value()} << 8U | static_cast<std::uint64_t>(state);
  }
  static View unpack(std::uint64_t word) {
    return {static_cast<TradingState>(word & 0xFFU),
            KillEpoch(static_cast<std::uint32_t>(word >> 8U))};
  }

  std::atomic<std::uint64_t> word_{0};
};

}  // namespace clawgate::gateway
