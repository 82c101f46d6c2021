// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "gateway/channel.h"
#include "gateway/serve/lane.h"
#include "gateway/state.h"
#include "schemas/command.h"
#include "schemas/signal.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// Names one offer of an edge; its answer carries it. 0: nobody waits for the answer.
using OfferId = std::uint64_t;

struct ControlInput {
  OfferId offer = 0;
  std::variant<OperatorCommand, ConditionReported, Operator, LimitsProposed, DecisionRecorded,
               CauseReported, LedgerAnchored>
      what;
};
struct SignalInput {
  OfferId offer = 0;
  std::variant<SignalIntent, SignalRefused, EngineHeartbeat> what;
};

/// Wakes one sleeping thread; without a system call where it is awake.
class Doorbell {
 public:
  Doorbell();
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  /// Any thread, after it put something where the sleeper looks.
  void ring();
  /// The sleeper: announces sleep. Then it looks once more, and calls sleep() or stay_awake().
  void lie_down();
  void stay_awake() { asleep_.exchange(false, std::memory_order_seq_cst); }
  void sleep(std::int64_t nanos);

 private:
  std::atomic<bool> asleep_{false};
  int event_ = -1;  // an eventfd
};

/// What waits for the core thread, by lane. Full means: control refuses (kills keep places of
/// their own), venue reports stop reading the socket, signals answer 503, markets are replaced.
class Lanes final : public venues::VenueInbox {
 public:
  struct Options {
    std::size_t control = 256;
    std::size_t kill_reserve = 32;  // places of `control` that only a kill may take
    std::size_t venue = 4096;
    std::size_t signals = 1024;
  };

  explicit Lanes(const Options& options);

  /// Any thread. False when full. A kill's word is stored before this is called.
  [[nodiscard]] bool offer(const ControlInput& input);
  [[nodiscard]] bool offer(const SignalInput& input);

  // VenueInbox: the venue's thread.
  [[nodiscard]] bool put(const venues::VenueInput& input) override;
  void market(const MarketTop& top) override;

  // The core thread's side.
  template <class Take>
  bool take_control(Take&& take) {
    return control_.try_take(std::forward<Take>(take));
  }
  template <class Take>
  bool take_venue(Take&& take) {
    if (!venue_.try_take(std::forward<Take>(take))) return false;
    venue_waiting_.fetch_sub(1, std::memory_order_relaxed);
    return true;
  }
  template <class Take>
  bool take_signal(Take&& take) {
    return signals_.try_take(std::forward<Take>(take));
  }
  [[nodiscard]] const MarketTop* take_market(std::size_t instrument) {
    return markets_[instrument].take();
  }
  [[nodiscard]] bool empty() const;
  [[nodiscard]] Doorbell& doorbell() { return doorbell_; }

  // Any thread; a moment's view.
  [[nodiscard]] std::size_t control_size() const { return control_.size(); }
  [[nodiscard]] std::size_t signals_size() const { return signals_.size(); }
  [[nodiscard]] std::size_t venue_size() const {
    return venue_waiting_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t control_refused() const { return control_.refused(); }
  [[nodiscard]] std::uint64_t signals_refused() const { return signals_.refused(); }
  [[nodiscard]] std::uint64_t venue_refused() const { return venue_.refused(); }
  [[nodiscard]] std::uint64_t markets_replaced() const;
  /// At least one top of it came since the start.
  [[nodiscard]] bool has_market(InstrumentId instrument) const {
    return (markets_seen_.load(std::memory_order_acquire) >> instrument.value() & 1U) != 0;
  }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  Options options_;
  Lane<ControlInput> control_;
  Lane<SignalInput> signals_;
  Channel<venues::VenueInput> venue_;
  std::atomic<std::size_t> venue_waiting_{0};
  std::array<LatestSlot<MarketTop>, State::kInstrumentsMax> markets_;
  static_assert(State::kInstrumentsMax <= 64);
  std::atomic<std::uint64_t> markets_seen_{0};  // bits by instrument
  Doorbell doorbell_;
};

}  // namespace clawgate::gateway
