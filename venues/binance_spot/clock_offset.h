// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "schemas/core/result.h"
#include "schemas/ids.h"

namespace clawgate::venues::binance_spot {

/// The venue's clock, measured: of the last samples the one with the shortest round trip counts.
/// It refuses to tell the time for an ordinary signature when the measurement is too coarse or too
/// old, or when our own clock stepped back behind it. Venue thread.
class ClockOffset {
 public:
  struct Options {
    std::int64_t uncertainty_max_ns = 250 * kNanosPerMilli;
    std::int64_t age_max_ns = 600 * kNanosPerSecond;
    std::int64_t margin_ns =
        20 * kNanosPerMilli;  // signed this far in the past: 1 s ahead is fatal
  };
  static constexpr std::size_t kSamples = 8;

  ClockOffset() : ClockOffset(Options()) {}
  explicit ClockOffset(const Options& options) : options_(options) {}

  /// One round trip on our clock, and the time the venue answered (in whole milliseconds).
  void add(UnixNanos sent, UnixNanos received, UnixNanos server_time);
  /// Nothing is signed with these samples any more: after -1021, or a step of our clock. Until
  /// there is another one they stay the best guess, for our own clock may be far off.
  void distrust();

  /// The time to sign with. An Error says which bound was broken and by what.
  [[nodiscard]] Result<UnixNanos> signing_time(UnixNanos now) const;
  /// The same of the best sample there is, however old or coarse: for what may not wait. Of a wrong
  /// one the venue's receive window is the judge.
  [[nodiscard]] Result<UnixNanos> signing_time_at_any_age(UnixNanos now) const;
  /// Our best guess without any bound, for limits and logs. `now` itself before the first sample.
  [[nodiscard]] UnixNanos venue_now(UnixNanos now) const;
  /// The venue's clock minus ours; 0 before the first sample.
  [[nodiscard]] std::int64_t ahead_ns(UnixNanos now) const;
  /// The same either way: half the round trip, and the venue's whole milliseconds.
  [[nodiscard]] std::int64_t uncertainty_ns(UnixNanos now) const;
  [[nodiscard]] std::size_t samples() const { return size_; }

 private:
  struct Sample {
    UnixNanos received;
    std::int64_t ahead_ns = 0;
    std::int64_t uncertainty_ns = 0;
  };
  [[nodiscard]] const Sample* best(UnixNanos now) const;

  Options options_;
  std::array<Sample, kSamples> ring_{};
  std::size_t size_ = 0;
  std::size_t next_ = 0;
  std::int64_t distrusted_ahead_ns_ = 0;  // of the samples before these
};

}  // namespace clawgate::venues::binance_spot
