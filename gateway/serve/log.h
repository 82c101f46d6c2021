// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/serve/clock.h"

namespace clawgate::gateway {

enum class LogLevel : std::uint8_t {
  Info,   // as it should be
  Warn,   // a connection was lost, an order that waited is void, a block began: it may pass
  Error,  // a person must look
};
[[nodiscard]] std::string_view word(LogLevel level);

/// What a running gateway says of itself, for whoever watches the machine: one JSON object a line,
/// to standard error. Told after the fact; the journal is the record. No secret is ever given to
/// it. Any thread, though not the core's: a reader that does not read holds up whoever writes.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;  // with its end of line

  /// An empty sink: standard error.
  explicit Log(const Clock& clock, Sink sink = {});

  /// The correlation of lines that have none of their own. Before other threads write.
  void set_session(std::string_view session) { session_ = session; }

  /// `correlation` is the id that other lines, records and answers about the same thing carry: a
  /// hold, an order, a command, a record's sequence.
  void write(LogLevel level, std::string_view component, std::string_view correlation,
             std::string_view message);
  void write(LogLevel level, std::string_view component, std::string_view message) {
    write(level, component, session_, message);
  }

 private:
  const Clock& clock_;
  Sink sink_;
  std::string session_;
  std::mutex writing_;
};

}  // namespace clawgate::gateway
