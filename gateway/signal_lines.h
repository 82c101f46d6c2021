// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace clawgate::gateway {

/// Lines that come while a session runs, from a pipe or a terminal. Never waits. One thread.
class SignalLines {
 public:
  /// A line longer than that comes cut, and intake refuses it: the rest of it is passed over.
  static constexpr std::size_t kLineMax = (std::size_t{4} << 20U) + 1;

  /// `file` stays open.
  explicit SignalLines(int file) : file_(file) {}

  /// The next line that came whole, without its end; blank ones are passed over. At the end of the
  /// input what is left counts as one.
  [[nodiscard]] std::optional<std::string> next();
  /// How many next() gave, blank ones counted too: the last one's number in the input.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  [[nodiscard]] std::optional<std::string> take();
  bool read_some();

  int file_;
  std::string text_;  // came, and was not given
  bool ended_ = false;
  bool cut_ = false;  // of a line, the beginning was given
  std::size_t number_ = 0;
};

}  // namespace clawgate::gateway
