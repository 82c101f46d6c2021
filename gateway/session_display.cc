// SPDX-License-Identifier: Apache-2.0
#include "gateway/session_display.h"

#include <cstdio>
#include <utility>

#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kSilenceSaidMs = 10'000;

std::string clock_of(std::int64_t unix_ns) {
  return time_text(unix_ns).substr(11, 8);
}

}  // namespace

void SessionDisplay::show(Rate behind, const Seen& seen) {
  if (!progress_) return;
  const int percent = static_cast<int>(behind.raw() / 1'000'000);
  if (std::exchange(shown_, percent) == percent) return;
  const std::string bar(static_cast<std::size_t>(percent) / 4, '#');
  std::fprintf(stderr, "\r  [%-25s] %3d %%  %s  %zu of %zu signals", bar.c_str(), percent,
               clock_of(seen.now.value()).c_str(), seen.delivered, seen.signals);
  if (percent == 100) std::fprintf(stderr, "\n");
}

void SessionDisplay::show_live(const Seen& seen) {
  if (!progress_) return;
  const int second = static_cast<int>(seen.now.value() / kNanosPerSecond % 60);
  if (std::exchange(shown_, second) == second) return;
  std::fprintf(stderr, "\r  live  %s  %s %s  %zu of %zu signals; Ctrl-C ends it ",
               clock_of(seen.now.value()).c_str(), std::string(symbol_.view()).c_str(),
               to_text(seen.mid).c_str(), seen.delivered, seen.signals);
}

void SessionDisplay::end() const {
  if (progress_ && shown_ != 100) std::fprintf(stderr, "\n");
}

void SessionDisplay::is_back() {
  if (std::exchange(silent_, false)) std::fprintf(stderr, "Market data is back.\n");
}

void SessionDisplay::waits(std::int64_t wall_ms, const std::string& trouble) {
  if (wall_ms - heard_ms_ < kSilenceSaidMs || std::exchange(silent_, true)) return;
  std::fprintf(stderr, "%sNo market data since %s (%s): no entry is allowed until it is back.\n",
               progress_ ? "\n" : "", clock_of(heard_ms_ * kNanosPerMilli).c_str(),
               trouble.c_str());
}

}  // namespace clawgate::gateway
