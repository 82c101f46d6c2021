// SPDX-License-Identifier: Apache-2.0
#include "gateway/terminal_desk.h"

#include <poll.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>

#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

struct Word {
  std::string_view text;
  CommandAction action;
};

constexpr Word kWords[] = {
    {"a", CommandAction::Approve}, {"approve", CommandAction::Approve},
    {"r", CommandAction::Reject},  {"reject", CommandAction::Reject},
    {"k", CommandAction::Kill},    {"kill", CommandAction::Kill},
};

std::optional<CommandAction> action_of(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return std::nullopt;
  line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  const auto* const row = std::find_if(std::begin(kWords), std::end(kWords),
                                       [&](const Word& w) { return w.text == line; });
  return row == std::end(kWords) ? std::nullopt : std::optional(row->action);
}

}  // namespace

void TerminalDesk::ask(const Card& card, const Trade&, UnixNanos now) {
  asked_.insert_or_assign(card.hold, Asked{card, now, Wall::now()});
  if (closed_) {
    std::cout << to_text(card) << "  Nobody can answer any more: it expires." << std::endl;
    return;
  }
  waiting_.push_back(card.hold);
  if (!shown_) show_next();
}

void TerminalDesk::show_next() {
  shown_.reset();
  if (waiting_.empty()) return;
  shown_ = waiting_.front();
  waiting_.pop_front();
  Asked& asked = asked_.at(*shown_);
  drop_typed();
  if (closed_) return;
  Card card = asked.card;
  card.left_ns = left_ns(asked);
  std::cout << to_text(card);
  prompt();
}

void TerminalDesk::prompt() const {
  std::cout << "  [a]pprove  [r]eject  [k]ill everything, "
            << (left_ns(asked_.at(*shown_)) + kNanosPerSecond - 1) / kNanosPerSecond << " s left > "
            << std::flush;
}

/// In session time.
std::int64_t TerminalDesk::waited_ns(const Asked& asked) const {
  const auto wall = std::chrono::nanoseconds(Wall::now() - asked.since).count();
  return wall * speed_.value_or(1);
}

std::int64_t TerminalDesk::left_ns(const Asked& asked) const {
  return std::max<std::int64_t>(0, asked.card.left_ns - waited_ns(asked));
}

void TerminalDesk::ended(HoldId hold, HoldState state, Reason reason) {
  if (asked_.erase(hold) == 0) return;
  std::erase(waiting_, hold);
  std::erase_if(answers_, [&](const Answer& answer) { return answer.command.hold == hold; });
  if (shown_ == hold) std::cout << "\n";
  std::cout << "  order " << hold.value() << ": " << word(state);
  if (reason != Reason::None) std::cout << " (" << info(reason).meaning << ")";
  std::cout << std::endl;
  if (shown_ == hold) show_next();
}

std::optional<UnixNanos> TerminalDesk::next_due() const {
  std::optional<UnixNanos> first;
  for (const Answer& answer : answers_) {
    if (!first || answer.at < *first) first = answer.at;
  }
  return first;
}

std::optional<OperatorCommand> TerminalDesk::take(UnixNanos now) {
  const auto due = std::find_if(answers_.begin(), answers_.end(),
                                [&](const Answer& answer) { return answer.at <= now; });
  if (due == answers_.end()) return std::nullopt;
  const OperatorCommand command = due->command;
  answers_.erase(due);
  return command;
}

void TerminalDesk::wait(int wall_ms) {
  if (closed_) {
    if (wall_ms > 0) ::poll(nullptr, 0, wall_ms);
    return;
  }
  pollfd input{input_, POLLIN, 0};
  if (::poll(&input, 1, wall_ms) > 0 && read_some()) read_lines();
  if (!shown_ || left_ns(asked_.at(*shown_)) > 0) return;
  std::cout << "\n  No answer in time."
            << std::endl;  // it ends when the session's time comes there
  show_next();
}

// False: nothing came. At the end of the input nobody is asked any more.
bool TerminalDesk::read_some() {
  std::array<char, 256> some;
  const ssize_t got = ::read(input_, some.data(), some.size());
  if (got > 0) {
    typed_.append(some.data(), static_cast<std::size_t>(got));
    return true;
  }
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  std::cout << "\n  The input ended: nobody answers, and what waits expires." << std::endl;
  close();
  return false;
}

void TerminalDesk::drop_typed() {
  ::tcflush(input_, TCIFLUSH);  // also a line that is not finished; no terminal: no effect
  pollfd input{input_, POLLIN, 0};
  while (!closed_ && ::poll(&input, 1, 0) > 0 && read_some()) {
  }
  typed_.clear();
}

void TerminalDesk::read_lines() {
  for (std::size_t end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
    const std::string line = typed_.substr(0, end);
    typed_.erase(0, end + 1);
    read_line(line);
  }
}

void TerminalDesk::read_line(std::string_view line) {
  const auto action = action_of(line);
  if (!action) {
    std::cout << "  Answer a, r or k (or approve, reject, kill).\n";
    if (shown_) prompt();
    return;
  }
  OperatorCommand command;
  command.action = *action;
  command.operator_id = operator_id();
  command.channel = channel();
  UnixNanos at;  // a kill counts at once
  if (*action != CommandAction::Kill) {
    if (!shown_) {
      std::cout << "  No order waits for an answer." << std::endl;
      return;
    }
    const Asked& asked = asked_.at(*shown_);
    command.hold = asked.card.hold;
    if (*action == CommandAction::Approve) command.digest = asked.card.digest;
    if (!speed_) at = UnixNanos(asked.at.value() + waited_ns(asked));
  }
  command.command_id = CommandId("terminal-" + std::to_string(command.hold.value()) + "-" +
                                 std::string(word(*action)) + "-" + std::to_string(++commands_));
  answers_.push_back({at, command});
  if (*action == CommandAction::Kill) waiting_.clear();
  show_next();
}

void TerminalDesk::close() {
  closed_ = true;
  shown_.reset();
  waiting_.clear();
  answers_.clear();
  typed_.clear();
}

}  // namespace clawgate::gateway
