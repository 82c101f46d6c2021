// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "schemas/ids.h"
#include "venues/binance_spot/call.h"
#include "venues/binance_spot/rate.h"
#include "venues/binance_spot/venue_error.h"
#include "venues/net/transport.h"

namespace clawgate::venues::binance_spot {

/// Keeps our requests inside the venue's budgets. Limits come from exchangeInfo, counts from the
/// venue's answers; in between, what we sent is added. Cancels and what protects always pass,
/// queries leave a tenth of every budget to them, entries a fifth, market data three tenths, and
/// the time may always be asked. Before any limit is known entries are refused. After a 429 or 418
/// only cancels and protection pass, until the moment the venue named, and once a minute the
/// question for its time, which they are signed with. The venue's intervals are aligned to its own
/// clock. What it asks to wait is a span, and kept on ours, which the first sample of its clock and
/// each better one do not move. Venue thread.
class RateLimits {
 public:
  /// Replaces the limits; counts of those that stay are kept.
  void set_limits(std::span<const RateLimit> limits);

  /// The same moment on both clocks.
  struct Moment {
    UnixNanos ours;
    UnixNanos venue;
  };

  /// True charges the call. False changes nothing.
  [[nodiscard]] bool try_take(const CallInfo& call, const Moment& now);
  /// The same for opening one WebSocket.
  [[nodiscard]] bool try_connect(const Moment& now);
  /// A call that was charged has its answer, or will have none. `counts` is what the answer said.
  void settle(const CallInfo& call, std::span<const RateCount> counts, UnixNanos venue_now);
  /// A 429, a 418 or -1003: opens the breaker. -1015, too many orders of this account: holds back
  /// entries only, as nothing else needs that budget. Others change nothing.
  void on_error(const VenueError& error, UnixNanos ours);

  // On our clock.
  /// Until when only cancels and protection pass.
  [[nodiscard]] std::optional<UnixNanos> open_until(UnixNanos ours) const;
  /// Until when no entry passes, as the account has placed too many orders.
  [[nodiscard]] std::optional<UnixNanos> entries_held_until(UnixNanos ours) const;

  struct Used {
    RateLimit limit;
    std::uint32_t count = 0;  // in the interval of `venue_now`, with what is under way
  };
  [[nodiscard]] std::vector<Used> used(UnixNanos venue_now) const;

 private:
  struct Budget {
    RateLimit limit;
    std::int64_t interval = 0;  // which one since 1970 `count` belongs to
    std::uint32_t count = 0;
    std::uint32_t in_flight = 0;
  };
  [[nodiscard]] static std::uint32_t count_at(const Budget& budget, UnixNanos venue_now);
  [[nodiscard]] static bool has_room(const Budget& budget, std::uint32_t cost, Priority priority,
                                     UnixNanos venue_now);

  std::vector<Budget> budgets_;
  // On our clock.
  UnixNanos open_until_;
  UnixNanos entries_held_until_;
  UnixNanos clock_taken_;  // when the venue's time was last asked for
};

/// Why nothing leaves before that time of our clock.
[[nodiscard]] std::string wait_words(UnixNanos until);

/// `x-mbx-used-weight-1m`, `x-mbx-order-count-10s` and their like.
[[nodiscard]] std::vector<RateCount> counts_in_headers(const net::HttpAnswer& answer);

}  // namespace clawgate::venues::binance_spot
