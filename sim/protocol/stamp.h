// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sim/exchange/refusal.h"

// `timestamp` and `recvWindow`: accept iff T < S + 1000 ms and S - T <= R. Pure.

namespace clawgate::sim {

using SpanNs = Strong<struct SpanNsTag, std::int64_t>;  // nanoseconds

inline constexpr SpanNs kRecvWindowDefault{5'000'000'000};
inline constexpr SpanNs kRecvWindowMax{60'000'000'000};

/// Up to three decimals of a millisecond; above 60000 is -1102.
[[nodiscard]] Answer<SpanNs> read_recv_window(std::string_view text);

/// nullopt when a request of `sent` may still enter at `server`.
[[nodiscard]] std::optional<Refusal> check_stamp(TimeNs sent, TimeNs server, SpanNs recv_window);

}  // namespace clawgate::sim
