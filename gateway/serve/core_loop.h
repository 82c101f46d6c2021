// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "gateway/runtime.h"
#include "gateway/serve/clock.h"
#include "gateway/serve/lanes.h"

namespace clawgate::gateway {

/// Who hears what came of offers. Called on the core thread, after the records behind it are
/// durable: it must be cheap, so the edges post it to their own threads.
class LoopListener {
 public:
  virtual ~LoopListener() = default;
  virtual void answered(OfferId offer, const AnswerSignal& answer) = 0;
  virtual void answered(OfferId offer, const AnswerCommand& answer) = 0;
  /// A SignalRefused or an EngineHeartbeat is in the journal.
  virtual void recorded(OfferId offer) = 0;
  virtual void ask(const AskApproval& what) = 0;
  virtual void ended(const HoldEnded& what) = 0;
  /// A person has to act; the incident in the journal says so too.
  virtual void human_action(const HumanActionRequired&) {}
  /// More of the journal is durable.
  virtual void durable() = 0;
  /// The journal failed: nothing is applied any more and the process must end (I6).
  virtual void failed(const Error& error) = 0;
};

/// The core thread of a live gateway: takes inputs from the lanes (control first), stamps and
/// applies them, makes what a turn brought durable at one barrier and carries out the effects.
/// Owns nothing of the venue. `clock` begins no earlier than the state's newest time: whatever
/// waits for a moment would wait until it is caught up.
class CoreLoop final : private Edges {
 public:
  enum class Idle : std::uint8_t { Park, Spin };
  struct Options {
    Idle idle = Idle::Park;
    const EmergencyFile* emergency = nullptr;  // outlives the loop
    // Of a lane's capacity, in percent: the condition Backlog begins and ends.
    unsigned backlog_percent = 75;
    unsigned drained_percent = 25;
  };

  /// Counted by the core thread, read by any.
  struct Counters {
    std::atomic<std::uint64_t> control{0};
    std::atomic<std::uint64_t> venue{0};
    std::atomic<std::uint64_t> market{0};
    std::atomic<std::uint64_t> signals{0};
    std::atomic<std::uint64_t> time{0};
    std::atomic<std::uint64_t> barriers{0};
    std::atomic<std::uint64_t> barrier_ns_sum{0};
    /// By upper bound, see kBarrierBounds; the last is above all of them.
    std::array<std::atomic<std::uint64_t>, 10> barrier_buckets{};
  };
  /// How long a barrier took, in nanoseconds: upper bounds of the buckets.
  static constexpr std::array<std::int64_t, 9> kBarrierBounds = {
      50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 100'000'000};

  CoreLoop(Engine& engine, DurableRecorder& recorder, Door& door, TradingWord& word, Lanes& lanes,
           AnchoredClock& clock, LoopListener& listener, const Options& options);
  ~CoreLoop() override;

  /// Before start(): what opens the session.
  template <class Input>
  void begin_with(const Input& input) {
    note(input);
    runtime_.apply(input, now());
    runtime_.settle(now());
  }
  void start();
  /// Takes what the lanes hold at this moment, makes it durable and ends the thread.
  void stop();

  /// Of the runtime; only while the thread does not run.
  [[nodiscard]] const std::optional<Error>& failure() const { return runtime_.failure(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  // One turn takes at most this much of a lane, so that no lane waits long for another.
  static constexpr int kControlTurn = 64;
  static constexpr int kVenueTurn = 256;
  static constexpr int kSignalTurn = 32;
  static constexpr std::int64_t kSleepMax = 100 * kNanosPerMilli;
  static constexpr std::int64_t kClockCheck = 100 * kNanosPerMilli;
  static constexpr std::int64_t kMarketCheck = kNanosPerSecond;

  /// The offers whose answers are still to come, in the order in which they were applied.
  class Waiting {
   public:
    Waiting() { offers_.reserve(512); }
    void push(OfferId offer) { offers_.push_back(offer); }
    [[nodiscard]] OfferId pop();
    template <class Tell>
    void drain(Tell&& tell) {
      for (; first_ < offers_.size(); ++first_) tell(offers_[first_]);
      offers_.clear();
      first_ = 0;
    }
    [[nodiscard]] bool empty() const { return first_ == offers_.size(); }

   private:
    std::vector<OfferId> offers_;
    std::size_t first_ = 0;
  };

  [[nodiscard]] UnixNanos now() const { return std::max(clock_.now(), runtime_.last_stamp()); }
  void run();
  void turn();
  void take_control();
  void take_venue();
  void take_markets();
  void take_signals();
  void watch_clock();
  void watch_backlog();
  void watch_markets();
  void end_unwatched_market();
  [[nodiscard]] bool is_watched(const Symbol& symbol) const;
  template <class Input>
  void note(const Input& input) {
    if constexpr (std::is_same_v<Input, Instrument>) {
      if (input.id.value() < State::kInstrumentsMax) listed_[input.id.value()] = true;
    }
  }
  void pass_time();
  void settle();
  void idle();
  template <class Input>
  void apply(const Input& input, std::atomic<std::uint64_t>& counter) {
    runtime_.apply(input, now());
    counter.fetch_add(1, std::memory_order_relaxed);
    dirty_ = true;
  }

  // Edges
  void on(const AskApproval& what) override { listener_.ask(what); }
  void on(const HoldEnded& what) override { listener_.ended(what); }
  void human_action(const HumanActionRequired& what) override { listener_.human_action(what); }
  void on(const AnswerSignal& what) override { listener_.answered(signals_waiting_.pop(), what); }
  void on(const AnswerCommand& what) override { listener_.answered(commands_waiting_.pop(), what); }

  AnchoredClock& clock_;
  Lanes& lanes_;
  LoopListener& listener_;
  Options options_;
  bool backlog_;  // as last reported
  Runtime runtime_;
  Counters counters_;
  Waiting signals_waiting_;
  Waiting commands_waiting_;
  Waiting recorded_waiting_;
  bool dirty_ = false;  // something was applied since the last barrier
  UnixNanos clock_checked_;
  UnixNanos markets_checked_;
  UnixNanos markets_since_;                                  // the thread's start
  std::array<UnixNanos, State::kInstrumentsMax> told_at_{};  // each one's newest top
  std::array<bool, State::kInstrumentsMax> listed_{};        // told by the venue in this session
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace clawgate::gateway
