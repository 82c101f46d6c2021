// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/log.h"

#include <unistd.h>

#include <utility>

#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::size_t kMessageMax = 1'024;

}  // namespace

std::string_view word(LogLevel level) {
  static constexpr std::string_view kWords[] = {"INFO", "WARN", "ERROR"};
  return kWords[static_cast<std::size_t>(level)];
}

Log::Log(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {
  if (sink_) return;
  standard_error_.emplace(STDERR_FILENO, [this](std::uint64_t lines) {
    return line_of(LogLevel::Warn, "log", session_,
                   std::to_string(lines) + " lines are missing here: nobody read standard error");
  });
  sink_ = [this](std::string_view line) { standard_error_->write(line); };
}

std::string Log::line_of(LogLevel level, std::string_view component, std::string_view correlation,
                         std::string_view message) const {
  return R"({"time":")" + time_text(clock_.wall().value()) + R"(","level":")" +
         std::string(word(level)) + R"(","component":)" + json_quote(component) +
         R"(,"correlation":)" + json_quote(correlation) + R"(,"message":)" +
         json_quote(printable(message, kMessageMax)) + "}\n";
}

void Log::write(LogLevel level, std::string_view component, std::string_view correlation,
                std::string_view message) {
  const std::string line = line_of(level, component, correlation, message);
  const std::lock_guard lock(writing_);
  sink_(line);
}

}  // namespace clawgate::gateway
