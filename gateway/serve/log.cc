// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/log.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::size_t kMessageMax = 1'024;

void to_standard_error(std::string_view line) {
  while (!line.empty()) {
    const ssize_t some = ::write(STDERR_FILENO, line.data(), line.size());
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) return;  // nobody to tell
    line.remove_prefix(static_cast<std::size_t>(some));
  }
}

}  // namespace

std::string_view word(LogLevel level) {
  static constexpr std::string_view kWords[] = {"INFO", "WARN", "ERROR"};
  return kWords[static_cast<std::size_t>(level)];
}

Log::Log(const Clock& clock, Sink sink)
    : clock_(clock), sink_(sink ? std::move(sink) : to_standard_error) {}

void Log::write(LogLevel level, std::string_view component, std::string_view correlation,
                std::string_view message) {
  std::string line = R"({"time":")" + time_text(clock_.wall().value()) + R"(","level":")" +
                     std::string(word(level)) + R"(","component":)" + json_quote(component) +
                     R"(,"correlation":)" + json_quote(correlation) + R"(,"message":)" +
                     json_quote(printable(message, kMessageMax)) + "}\n";
  const std::lock_guard lock(writing_);
  sink_(line);
}

}  // namespace clawgate::gateway
