// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "schemas/ids.h"
#include "venues/binance_spot/call.h"
#include "venues/binance_spot/outcome.h"

namespace clawgate::venues::binance_spot {

/// How long to wait before the next attempt: doubling from `first_ns` up to `cap_ns`, of which the
/// second half is random.
struct Backoff {
  std::int64_t first_ns = 250 * kNanosPerMilli;
  std::int64_t cap_ns = 10 * kNanosPerSecond;
  std::uint32_t attempts_max = 6;  // the first one included
};

/// `attempts` have been made. nullopt: that was the last.
[[nodiscard]] std::optional<std::int64_t> delay_ns(const Backoff& backoff, std::uint32_t attempts,
                                                   std::uint64_t random_bits);

/// Queries and cancels only, and only after what may pass next time. A placement is never sent
/// again, whatever came of it.
[[nodiscard]] bool may_retry(const CallInfo& call, net::Fate fate, int http_status,
                             std::optional<std::int32_t> code);

}  // namespace clawgate::venues::binance_spot
