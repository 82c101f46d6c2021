// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace clawgate::venues::binance_spot {

enum class RateKind : std::uint8_t { RequestWeight, Orders, RawRequests, Connections };
enum class RateUnit : std::uint8_t { Second, Minute, Hour, Day };

/// One budget of the venue, as it states it: `limit` per `units` of `unit`. Its intervals are
/// aligned to the venue's clock in UTC.
struct RateLimit {
  RateKind kind = RateKind::RequestWeight;
  RateUnit unit = RateUnit::Minute;
  std::uint32_t units = 1;
  std::uint32_t limit = 0;
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

/// How much of it the venue says is used in the interval that runs.
struct RateCount {
  RateKind kind = RateKind::RequestWeight;
  RateUnit unit = RateUnit::Minute;
  std::uint32_t units = 1;
  std::uint32_t count = 0;
  friend bool operator==(const RateCount&, const RateCount&) = default;
};

}  // namespace clawgate::venues::binance_spot
