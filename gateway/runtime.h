// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "gateway/door.h"
#include "gateway/emergency_file.h"
#include "gateway/engine.h"
#include "gateway/recorder.h"
#include "gateway/trading_word.h"

namespace clawgate::gateway {

/// Who is told what came of things. Called on the core thread, after the records behind it are
/// durable.
class Edges {
 public:
  virtual ~Edges() = default;
  virtual void on(const AskApproval& what) = 0;
  virtual void on(const HoldEnded& what) = 0;
  virtual void on(const AnswerSignal& what) = 0;
  virtual void on(const AnswerCommand& what) = 0;
  /// Where nobody listens there is the incident in the journal.
  virtual void human_action(const HumanActionRequired&) {}
};

/// Stamps inputs, applies them, makes their records durable and then carries out their effects, in
/// order. Core thread only, but for kill().
class Runtime {
 public:
  struct Options {
    const EmergencyFile* emergency = nullptr;  // outlives the runtime
  };

  Runtime(Engine& engine, DurableRecorder& journal, Door& door, TradingWord& word, Edges& edges,
          const Options& options);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Applies one input at `now` (or one nanosecond after the last, where the clock has not moved)
  /// and does at once what may be done at once.
  template <class Input>
  void apply(const Input& input, UnixNanos now) {
    if (failure_) return;
    engine_.apply(input, stamp(now));
    word_.publish(engine_.state().trading_state(), engine_.state().kill_epoch);
    carry_out_at_once();
  }

  /// Makes everything durable and carries out what waited for it, until nothing waits.
  void settle(UnixNanos now);

  /// True when something waits for durability.
  [[nodiscard]] bool has_waiting() const { return !ready_.empty(); }

  /// The newest market of an instrument; kept here and given to the core only when it matters.
  void market(const MarketTop& top, UnixNanos now);

  /// Gives the core the newest market before it decides on something else.
  void refresh_market(UnixNanos now);

  /// Set when the journal failed: nothing is applied any more and the process must end (I6).
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] const State& state() const { return engine_.state(); }
  [[nodiscard]] UnixNanos next_deadline() const { return engine_.next_deadline(); }
  [[nodiscard]] UnixNanos last_stamp() const { return last_stamp_; }

 private:
  [[nodiscard]] UnixNanos stamp(UnixNanos now);
  void carry_out_at_once();
  void carry_out(Effect& effect, UnixNanos now);
  void fail_stop(const Error& error);

  Engine& engine_;
  DurableRecorder& journal_;
  Door& door_;
  TradingWord& word_;
  Edges& edges_;
  const EmergencyFile* emergency_;
  UnixNanos last_stamp_;
  std::array<std::optional<MarketTop>, State::kInstrumentsMax> latest_;
  std::array<UnixNanos, State::kInstrumentsMax> given_at_{};
  std::optional<Error> failure_;
  std::vector<Effect> ready_;
  std::vector<Effect> carrying_;
};

}  // namespace clawgate::gateway
