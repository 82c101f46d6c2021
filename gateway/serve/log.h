// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/serve/clock.h"
#include "gateway/serve/line_writer.h"

namespace clawgate::gateway {

enum class LogLevel : std::uint8_t {
  Info,   // as it should be
  Warn,   // a connection was lost, an order that waited is void, a block began: it may pass
  Error,  // a person must look
};
[[nodiscard]] std::string_view word(LogLevel level);

/// What a running gateway says of itself, for whoever watches the machine: one JSON object a line,
/// to standard error. Told after the fact; the journal is the record. No secret is ever given to
/// it. Any thread: nobody waits for a reader that does not read, the lines it leaves no room for
/// are counted instead.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;  // with its end of line

  /// An empty sink: standard error, by a LineWriter.
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
  [[nodiscard]] std::string line_of(LogLevel level, std::string_view component,
                                    std::string_view correlation, std::string_view message) const;

  const Clock& clock_;
  std::string session_;
  Sink sink_;
  std::mutex writing_;
  std::optional<LineWriter> standard_error_;  // ends first: it tells what was dropped
};

}  // namespace clawgate::gateway
