// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

#include "venues/net/transport.h"

namespace clawgate::venues::binance_spot {

/// After a refusal that says nothing of it.
inline constexpr std::int64_t kRetryAfterDefaultS = 60;

/// For how many seconds the venue wants no request: its Retry-After; nullopt where it says nothing
/// that can be understood.
[[nodiscard]] inline std::optional<std::int64_t> retry_after_s(const net::HttpAnswer& answer) {
  constexpr std::int64_t kMax = 4 * 86'400;  // bans last up to 3 days
  for (const auto& [name, value] : answer.headers) {
    if (name != "retry-after") continue;
    const char* const last = value.data() + value.size();
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), last, seconds);
    if (error == std::errc() && end == last && seconds >= 0) return std::min(seconds, kMax);
  }
  return std::nullopt;
}

}  // namespace clawgate::venues::binance_spot
