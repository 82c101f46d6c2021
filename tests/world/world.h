// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/journal_sink.h"
#include "gateway/runtime.h"
#include "gateway/sim_venue.h"
#include "tests/support/memory_store.h"

// The deterministic simulation: the real engine, runtime, door and journal; the real exchange; two
// signal sources and an operator; all under one scheduler that draws everything from a seed.
// Messages are late, doubled and out of order, orders get lost between the door and the venue, the
// process dies, the power fails, the clock jumps. After every event the invariants are checked;
// what breaks one names the seed.

namespace clawgate::world {

/// SplitMix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 .. bound-1
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(std::uint64_t per_thousand) { return below(1'000) < per_thousand; }

 private:
  std::uint64_t state_;
};

struct Counts {
  int signals = 0;
  int held = 0;
  int submitted = 0;
  int filled = 0;
  int lost = 0;  // handed over, never arrived
  int crashes = 0;
  int kills = 0;
  int unknown = 0;
  int closed = 0;  // trades that came to their end
};

class World final : public gateway::Edges {
 public:
  /// With a plan the store dies (or fails) there, and nothing else goes wrong: crash-point
  /// enumeration.
  explicit World(std::uint64_t seed, std::optional<testing::MemoryStore::Plan> plan = {});
  ~World() override;

  /// Runs `steps` with faults and then as many quiet ones as it takes to settle. The first broken
  /// invariant, or nothing.
  [[nodiscard]] std::optional<std::string> run(int steps);
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Journal system calls of this life so far; since the last crash.
  [[nodiscard]] std::uint64_t store_calls() const { return store_->calls().size(); }
  /// Over all facts of the whole life: equal seeds have equal hashes.
  [[nodiscard]] Digest head() const { return journal_->head().hash; }
  /// The files of its journal, all lives in it.
  [[nodiscard]] journal::Store& store() { return *store_; }

  void on(const gateway::AskApproval& what) override;
  void on(const gateway::HoldEnded&) override {}
  void on(const gateway::AnswerSignal& what) override;
  void on(const gateway::AnswerCommand&) override {}

 private:
  class LossyVenue;
  struct Answer {
    UnixNanos at;
    OperatorCommand command;
  };

  void start_or_crash(bool clean);
  void start(bool clean);
  void crash();
  void survive(void (World::*one)());
  void step();
  void quiet_step();
  void move_market();
  void tell_hand_offs();
  void tell_reports();
  void maybe_signal();
  void operate();
  void clear_causes();
  template <class Input>
  void apply(const Input& input);
  void check();
  void check_trades();
  void broken(const std::string& what);
  [[nodiscard]] OperatorCommand a_command(CommandAction action);
  /// Under a decision over `subject`, approved by whoever commands.
  void apply_decided(OperatorCommand command, const Digest& subject);
  [[nodiscard]] bool settled() const;
  [[nodiscard]] Qty base_at_exchange() const;
  [[nodiscard]] Qty base_in_ledger() const;

  std::uint64_t seed_;
  Random random_;
  std::int64_t now_;
  bool faults_ = true;
  Counts counts_;
  std::optional<std::string> broken_;

  std::unique_ptr<testing::MemoryStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<gateway::InlineJournal> recorder_;
  std::unique_ptr<gateway::State> state_;
  std::unique_ptr<gateway::Engine> engine_;
  std::unique_ptr<gateway::TradingWord> word_;
  std::unique_ptr<gateway::Door> door_;
  std::unique_ptr<gateway::Runtime> runtime_;

  gateway::SimVenue sim_;
  sim::Exchange exchange_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  std::unique_ptr<LossyVenue> venue_;
  std::int64_t bid_;  // in ticks of 0.01
  std::int64_t update_ = 1;
  std::int64_t trade_ = 0;
  std::vector<gateway::SimVenue::Report> late_;
  std::vector<HandedOff> handed_off_;  // told in a later step
  std::optional<KillEpoch> kill_;      // to be acknowledged behind them
  std::deque<Answer> answers_;
  std::uint64_t made_ = 0;
  std::map<std::string, UnixNanos> unknown_since_;
  std::uint64_t decisions_ = 0;
};

}  // namespace clawgate::world
