// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/eval/trading_case.h"
#include "governance/gates/ladder.h"

namespace clawgate::eval {

/// Decisions, stages and their gates, as one case moves them: the real books, a clock of its own
/// that begins at noon of the first day, operators alice and bob on every channel. One thread.
class GovernDesk {
 public:
  GovernDesk();

  [[nodiscard]] static bool is_verb(std::string_view word);
  [[nodiscard]] static std::vector<std::string_view> vocabulary();

  [[nodiscard]] std::optional<Failure> run(const Line& line);
  /// What is seen of `what`; nullopt when that is nothing of this desk's.
  [[nodiscard]] std::optional<std::string> state_of(std::string_view what) const;

 private:
  using Verb = std::optional<Failure> (GovernDesk::*)(const Line&);
  struct VerbRow {
    std::string_view name;
    Verb run;
  };
  static const std::vector<VerbRow>& verbs();

  std::optional<Failure> days(const Line& line);
  std::optional<Failure> minutes(const Line& line);
  std::optional<Failure> evidence(const Line& line);
  std::optional<Failure> incident(const Line& line);
  std::optional<Failure> violation(const Line& line);
  std::optional<Failure> backup(const Line& line);
  std::optional<Failure> ask(const Line& line);
  std::optional<Failure> challenge(const Line& line);
  std::optional<Failure> rotate(const Line& line);
  std::optional<Failure> answer(const Line& line);
  std::optional<Failure> again(const Line& line);
  std::optional<Failure> decided(const Line& line);
  std::optional<Failure> checklist(const Line& line);
  std::optional<Failure> climb(const Line& line);
  std::optional<Failure> host(const Line& line);
  std::optional<Failure> redirect(const Line& line);
  std::optional<Failure> action(const Line& line);
  std::optional<Failure> key(const Line& line);

  void pass(std::int64_t ns);
  void fold(const governance::DecisionAnswer& answer);
  void open_decision(const std::string& name, contracts::DecisionRequest request);
  void issue(const std::string& name, const std::string& who);
  void answer_with(const governance::DecisionCommand& command);
  [[nodiscard]] governance::DecisionCommand approval(const std::string& name) const;
  [[nodiscard]] const std::string& id_of(std::string_view name) const;

  UnixNanos now_;
  governance::Decisions decisions_;
  governance::Incidents incidents_;
  governance::Ladder ladder_;
  std::vector<Operator> operators_;
  bool backup_ = true;
  std::map<std::string, std::string, std::less<>> ids_;         // decisions by their name
  std::map<std::string, std::string, std::less<>> challenges_;  // the newest of each
  int challenge_count_ = 0;
  int command_count_ = 0;
  governance::DecisionCommand last_command_;
  std::string last_decision_;
  std::string request_ = "none";
  std::string reply_ = "none";
  std::string checklist_ = "none";
  std::string climb_ = "none";
  std::string policy_ = "none";
};

}  // namespace clawgate::eval
