// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/retry.h"

#include <algorithm>

#include "schemas/core/decimal.h"

namespace clawgate::venues::binance_spot {

std::optional<std::int64_t> delay_ns(const Backoff& backoff, std::uint32_t attempts,
                                     std::uint64_t random_bits) {
  if (attempts == 0) return 0;
  if (attempts >= backoff.attempts_max) return std::nullopt;
  std::int64_t whole = std::min(backoff.first_ns, backoff.cap_ns);
  for (std::uint32_t i = 1; i < attempts && whole < backoff.cap_ns; ++i) {
    whole = whole > backoff.cap_ns / 2 ? backoff.cap_ns : whole * 2;
  }
  const std::int64_t half = whole / 2;
  const Wide spread = static_cast<Wide>(whole - half) * (random_bits >> 1U);
  return half + static_cast<std::int64_t>(spread >> 63U);
}

bool may_retry(const CallInfo& call, net::Fate fate, int http_status,
               std::optional<std::int32_t> code) {
  if (call.priority == Priority::Entry || call.priority == Priority::Protect) return false;
  if (fate != net::Fate::Answered || http_status >= 500) return true;
  switch (advice_of(http_status, code)) {
    case Advice::BackOff:
    case Advice::ResyncClock:
    case Advice::Reconnect:
      return true;
    case Advice::Query:  // a refused cancel is no reason for another one
      return call.priority == Priority::Query;
    case Advice::None:
    case Advice::StopTrading:
      return false;
  }
  return false;
}

}  // namespace clawgate::venues::binance_spot
