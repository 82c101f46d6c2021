// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/operators.h"

namespace clawgate::gateway {

/// A person at the terminal: shows one card at a time and reads whole lines. What was typed before
/// a card was shown is no answer to it. The time a person takes counts: without a pace of its own
/// the session stands still meanwhile, and the answer comes that much later in its time.
class TerminalDesk final : public ApprovalDesk {
 public:
  /// `speed` of the session, times real time; nullopt as fast as it goes.
  explicit TerminalDesk(std::optional<std::int64_t> speed, int input = STDIN_FILENO)
      : speed_(speed), input_(input) {}

  [[nodiscard]] OperatorId operator_id() const override { return OperatorId("terminal"); }
  [[nodiscard]] OperatorChannel channel() const override { return OperatorChannel::Terminal; }
  void ask(const Card& card, const Trade& trade, UnixNanos now) override;
  void ended(HoldId hold, HoldState state, Reason reason) override;
  [[nodiscard]] std::optional<UnixNanos> next_due() const override;
  [[nodiscard]] std::optional<OperatorCommand> take(UnixNanos now) override;
  void wait(int wall_ms) override;
  [[nodiscard]] bool is_asking() const override { return shown_.has_value(); }
  void close() override;

 private:
  using Wall = std::chrono::steady_clock;
  struct Asked {
    Card card;
    UnixNanos at;  // in session time
    Wall::time_point since;
  };
  struct Answer {
    UnixNanos at;
    OperatorCommand command;
  };

  [[nodiscard]] std::int64_t waited_ns(const Asked& asked) const;
  [[nodiscard]] std::int64_t left_ns(const Asked& asked) const;
  void show_next();
  void prompt() const;
  void drop_typed();
  [[nodiscard]] bool read_some();
  void read_lines();
  void read_line(std::string_view line);

  std::optional<std::int64_t> speed_;
  int input_;
  std::map<HoldId, Asked> asked_;  // that have not ended
  std::deque<HoldId> waiting_;     // to be shown
  std::optional<HoldId> shown_;    // and not answered
  std::deque<Answer> answers_;
  std::string typed_;  // no whole line yet
  std::uint64_t commands_ = 0;
  bool closed_ = false;  // nobody will answer: what waits expires
};

}  // namespace clawgate::gateway
