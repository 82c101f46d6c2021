// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"

namespace clawgate::gateway {

struct PricePoint {
  UnixNanos time;
  Px mid;
};

/// The prices of a session of any length in bounded memory, evenly thinned: when there are too many
/// points, every second one goes and the pause between two doubles.
class PriceSeries {
 public:
  void note(UnixNanos time, Px mid) {
    if (!points_.empty() && time.value() - points_.back().time.value() < pause_ns_) return;
    points_.push_back({time, mid});
    if (points_.size() < kPointsMax) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points_.size(); i += 2) points_[kept++] = points_[i];
    points_.resize(kept);
    pause_ns_ *= 2;
  }
  [[nodiscard]] std::vector<PricePoint> take() { return std::move(points_); }

 private:
  static constexpr std::size_t kPointsMax = 8'000;

  std::vector<PricePoint> points_;
  std::int64_t pause_ns_ = 100 * kNanosPerMilli;
};

}  // namespace clawgate::gateway
