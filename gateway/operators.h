// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/card.h"
#include "schemas/command.h"
#include "schemas/core/result.h"

// Who answers for an order in S0: a script, or a person at the terminal (terminal_desk.h). Both
// speak OperatorCommand.

namespace clawgate::gateway {

class ApprovalDesk {
 public:
  virtual ~ApprovalDesk() = default;
  [[nodiscard]] virtual OperatorId operator_id() const = 0;
  [[nodiscard]] virtual OperatorChannel channel() const = 0;
  /// An order waits. `now` is the session's time.
  virtual void ask(const Card& card, const Trade& trade, UnixNanos now) = 0;
  /// A hold came to its end: it needs no answer any more.
  virtual void ended(HoldId hold, HoldState state, Reason reason) = 0;
  /// When the next answer is due in session time; nullopt when none is.
  [[nodiscard]] virtual std::optional<UnixNanos> next_due() const = 0;
  /// The next answer that is due by `now`.
  [[nodiscard]] virtual std::optional<OperatorCommand> take(UnixNanos now) = 0;
  /// Lets up to `wall_ms` pass while a person may type; -1 waits for an answer where one is asked
  /// for.
  virtual void wait(int wall_ms) = 0;
  /// True while a person is asked and time should stand still for a session without a pace of its
  /// own.
  [[nodiscard]] virtual bool is_asking() const = 0;
  /// The session ends: nobody is asked any more, and answers that are not due yet count no more.
  virtual void close() = 0;
};

/// Answers by rule or by file, after a pause in session time. Possible only in S0 against the
/// simulator: the core refuses the channel anywhere else, and each answer is recorded as scripted.
class ScriptedDesk final : public ApprovalDesk {
 public:
  enum class Answer : std::uint8_t { Approve, Reject, Ignore, Kill };
  struct Rule {
    std::string intent;  // matches a signal's trace_id; empty matches all
    Answer answer = Answer::Approve;
    std::int64_t pause_ns = 2 * kNanosPerSecond;
  };

  explicit ScriptedDesk(std::vector<Rule> rules) : rules_(std::move(rules)) {}
  /// `approve`, `reject`, or a JSONL file of rules:
  /// `{"trace_id":"...", "answer":"approve|reject|ignore|kill", "pause_ms":2000}`; the first match
  /// counts.
  [[nodiscard]] static Result<std::vector<Rule>> rules_of(const std::string& spec);

  [[nodiscard]] OperatorId operator_id() const override { return OperatorId("scripted"); }
  [[nodiscard]] OperatorChannel channel() const override { return OperatorChannel::Scripted; }
  void ask(const Card& card, const Trade& trade, UnixNanos now) override;
  void ended(HoldId hold, HoldState state, Reason reason) override;
  [[nodiscard]] std::optional<UnixNanos> next_due() const override;
  [[nodiscard]] std::optional<OperatorCommand> take(UnixNanos now) override;
  void wait(int wall_ms) override;
  [[nodiscard]] bool is_asking() const override { return false; }
  void close() override { due_.clear(); }

 private:
  struct Due {
    UnixNanos at;
    OperatorCommand command;
  };

  std::vector<Rule> rules_;
  std::map<HoldId, Due> due_;
};

}  // namespace clawgate::gateway
