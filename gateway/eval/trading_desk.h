// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config.h"
#include "gateway/eval/trading_case.h"
#include "gateway/runtime.h"
#include "gateway/sim_venue.h"
#include "signals/signals.h"

namespace clawgate::eval {

/// The gateway of one case: the real core and door, the real exchange, a clock and a market that
/// the rows move, records kept in memory.
class TradingDesk final : public gateway::Edges {
 public:
  TradingDesk();
  ~TradingDesk() override;

  /// Does one row; a Failure when an `expect` does not hold or the row is not understood.
  [[nodiscard]] std::optional<Failure> run(const Line& line);

  [[nodiscard]] std::uint32_t limits_version() const;
  [[nodiscard]] std::string head() const;

  void on(const gateway::AskApproval& what) override;
  void on(const gateway::HoldEnded& what) override;
  void on(const gateway::AnswerSignal& what) override;
  void on(const gateway::AnswerCommand& what) override;

 private:
  class Records;
  using Verb = std::optional<Failure> (TradingDesk::*)(const Line&);
  struct VerbRow {
    std::string_view name;
    Verb run;
  };
  static const std::vector<VerbRow>& verbs();

  std::optional<Failure> given(const Line& line);
  std::optional<Failure> limits(const Line& line);
  std::optional<Failure> market(const Line& line);
  std::optional<Failure> wait(const Line& line);
  std::optional<Failure> signal(const Line& line);
  std::optional<Failure> reads(const Line& line);
  std::optional<Failure> decide(const Line& line);
  std::optional<Failure> venue(const Line& line);
  std::optional<Failure> restart(const Line& line);
  std::optional<Failure> expect(const Line& line);

  void open();
  void start(bool clean);
  void pass(std::int64_t nanos);
  void deliver();
  void tell_market();
  template <class Input>
  void apply(const Input& input);
  [[nodiscard]] std::string state_of(const Line& line) const;
  [[nodiscard]] const gateway::Trade* trade(std::string_view name) const;

  gateway::Config config_;
  std::int64_t now_;
  std::int64_t hold_market_until_ = 0;
  Px bid_ = Px::of(59'999);
  Px ask_ = Px::of(60'001);
  bool market_silent_ = false;
  std::int64_t update_ = 0;
  std::int64_t trade_ = 0;
  bool opened_ = false;

  gateway::SimVenue venue_;
  std::unique_ptr<sim::Exchange> exchange_;
  sim::SymbolRules rules_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  std::unique_ptr<Records> records_;
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
  std::uint64_t commands_ = 0;
  OperatorCommand last_command_;
};

}  // namespace clawgate::eval
