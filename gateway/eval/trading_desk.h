// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config.h"
#include "gateway/eval/desk_records.h"
#include "gateway/eval/desk_venue.h"
#include "gateway/eval/govern_desk.h"
#include "gateway/eval/trading_case.h"
#include "gateway/runtime.h"
#include "gateway/sim_venue.h"
#include "signals/signals.h"

namespace clawgate::eval {

/// The gateway of one case: the real core and door, the real exchange, a clock and a market that
/// the rows move, records kept in memory. One thread.
///
/// trading_desk.cc moves the world, desk_given.cc prepares it, desk_commands.cc speaks for the
/// operators, desk_documents.cc reads contracts, desk_expect.cc looks.
class TradingDesk final : public gateway::Edges {
 public:
  explicit TradingDesk(std::string root);

  [[nodiscard]] static bool is_verb(std::string_view word);
  /// Every verb, and every name that `given` takes.
  [[nodiscard]] static std::vector<std::string_view> vocabulary();

  /// Does one row; a Failure when an `expect` does not hold or the row is not understood.
  [[nodiscard]] std::optional<Failure> run(const Line& line);

  /// What the journal of the case contradicts.
  [[nodiscard]] std::optional<Failure> prove() const;

  [[nodiscard]] std::uint32_t limits_version() const { return config_.limits.version.value(); }
  [[nodiscard]] std::string head() const { return to_hex(records_.head()); }

  void on(const gateway::AskApproval& what) override;
  void on(const gateway::HoldEnded& what) override;
  void on(const gateway::AnswerSignal& what) override;
  void on(const gateway::AnswerCommand& what) override;
  void human_action(const gateway::HumanActionRequired& what) override;

 private:
  using Verb = std::optional<Failure> (TradingDesk::*)(const Line&);
  struct VerbRow {
    std::string_view name;
    Verb run;
    bool prepares = false;  // stands before the gateway starts
  };
  static const std::vector<VerbRow>& verbs();
  struct GivenRow;
  static const std::vector<GivenRow>& givens();

  std::optional<Failure> given(const Line& line);
  std::optional<Failure> operators(const Line& line);
  std::optional<Failure> limits(const Line& line);
  std::optional<Failure> decision(const Line& line);
  std::optional<Failure> engine(const Line& line);
  std::optional<Failure> cause(const Line& line);
  std::optional<Failure> stage(const Line& line);
  std::optional<Failure> market(const Line& line);
  std::optional<Failure> wait(const Line& line);
  std::optional<Failure> signal(const Line& line);
  std::optional<Failure> reads(const Line& line);
  std::optional<Failure> decide(const Line& line);
  std::optional<Failure> close_unknown(const Line& line);
  std::optional<Failure> repeat(const Line& line);
  std::optional<Failure> condition(const Line& line);
  std::optional<Failure> journal(const Line& line);
  std::optional<Failure> venue(const Line& line);
  std::optional<Failure> restart(const Line& line);
  std::optional<Failure> contract(const Line& line);
  std::optional<Failure> document(const Line& line);
  std::optional<Failure> pipeline(const Line& line);
  std::optional<Failure> expect(const Line& line);

  [[nodiscard]] bool read_limits(const Line& line, std::size_t at, Limits& document);
  /// Takes one `given`; `of_limits` only a row of the limits document.
  [[nodiscard]] bool take_given(std::string_view name, std::string_view value, bool of_limits);
  void open();
  void start(bool clean);
  void pass(std::int64_t nanos);
  void deliver();
  void tell_market();
  template <class Input>
  void apply(const Input& input) {
    runtime_->apply(input, UnixNanos(now_));
    runtime_->settle(UnixNanos(now_));
  }
  /// Reads the options of a command, two words each, from word `at` on.
  [[nodiscard]] std::optional<Failure> read_options(const Line& line, std::size_t at,
                                                    OperatorCommand& command);
  void send(const OperatorCommand& command);
  [[nodiscard]] std::optional<std::string> state_of(std::string_view what) const;
  [[nodiscard]] std::string trade_text(std::string_view name) const;
  [[nodiscard]] const gateway::Trade* trade(std::string_view name) const;

  std::string root_;
  GovernDesk govern_;
  gateway::Config config_;
  std::vector<Operator> operators_;
  std::int64_t now_;
  Px bid_ = Px::of(59'999);
  Px ask_ = Px::of(60'001);
  bool market_silent_ = false;
  std::int64_t update_ = 0;
  std::int64_t trade_ = 0;
  bool opened_ = false;
  bool told_twice_ = false;  // the venue repeats each report

  gateway::SimVenue exchange_venue_;
  DeskVenue venue_;
  std::unique_ptr<sim::Exchange> exchange_;
  sim::SymbolRules rules_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  DeskRecords records_;
  std::unique_ptr<gateway::State> state_;
  std::unique_ptr<gateway::Engine> engine_;
  gateway::TradingWord word_;
  std::unique_ptr<gateway::Door> door_;
  std::unique_ptr<gateway::Runtime> runtime_;
  std::map<std::string, HoldId, std::less<>> holds_;  // by the name of the signal
  std::map<std::string, std::string, std::less<>> outcomes_;
  std::map<std::string, SignalIntent, std::less<>> signals_;
  std::string current_;      // the signal being answered
  std::string last_answer_;  // of a command
  std::vector<signals::Reading> readings_;
  std::vector<EngineHeartbeat> beating_;  // what engines say each second
  unsigned humans_called_ = 0;
  std::string contract_;  // what the schema says, in words
  std::string document_;  // what its decoder says
  std::string pipeline_;  // the commands of a script
  std::uint64_t commands_ = 0;
  unsigned times_ = 1;  // how often the next command arrives before anything is carried out
  OperatorCommand last_command_;
};

/// A row that says nothing about the gateway because it cannot be read.
[[nodiscard]] std::optional<Failure> not_understood(const Line& line, std::string_view rule);

/// nullptr for a code that is no block's.
[[nodiscard]] const BlockInfo* block_named(std::string_view code);

/// The codes of the risk reasons, a space between.
[[nodiscard]] std::string reasons_text(ReasonSet reasons);

[[nodiscard]] std::optional<std::int64_t> whole(std::string_view text);

}  // namespace clawgate::eval
