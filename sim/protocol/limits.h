// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/exchange/refusal.h"

// Binance's limits: request weight, raw requests and connections of an address, unfilled orders of
// an account. Intervals are aligned to UTC. No clock of its own.

namespace clawgate::sim {

/// The live values of 2026.
struct RateLimits {
  std::int64_t weight = 6'000;          // per minute and address
  std::int64_t raw_requests = 300'000;  // per 5 minutes and address
  std::int64_t orders_10s = 100;        // per 10 seconds and account
  std::int64_t orders_day = 200'000;    // per day and account
  std::int64_t connections = 300;       // per 5 minutes and address
  std::int64_t patience = 10;           // refused requests in a minute before a ban
};

/// A counter that starts again with each interval.
class WindowCount {
 public:
  explicit WindowCount(std::int64_t seconds) : seconds_(seconds) {}
  [[nodiscard]] std::int64_t& at(TimeNs now);
  /// Seconds until the next interval, up; at least 1.
  [[nodiscard]] std::int64_t seconds_left(TimeNs now) const;

 private:
  std::int64_t seconds_;
  std::int64_t interval_ = -1;
  std::int64_t count_ = 0;
};

/// Why a request may not go on, and when it may be tried again.
struct Throttled {
  int status = 429;  // or 418
  Refusal refusal;
  std::int64_t retry_after_s = 0;
};

struct OrderCounts {
  std::int64_t per_10s = 0;
  std::int64_t per_day = 0;
};

class RateLimiter {
 public:
  explicit RateLimiter(const RateLimits& limits) : limits_(limits) {}

  [[nodiscard]] const RateLimits& limits() const { return limits_; }

  /// One request of this weight. Refused ones count, and too many of those end in a ban of two
  /// minutes that doubles each time, up to three days.
  [[nodiscard]] std::optional<Throttled> request(std::string_view address, std::int64_t weight,
                                                 TimeNs now);
  /// An order or cancel that succeeded weighs nothing.
  void forgive(std::string_view address, std::int64_t weight, TimeNs now);
  [[nodiscard]] std::int64_t used_weight(std::string_view address, TimeNs now);
  /// False when the address opened too many connections.
  [[nodiscard]] bool connection(std::string_view address, TimeNs now);
  /// The answer of a ban that starts now.
  [[nodiscard]] Throttled ban(std::string_view address, TimeNs now, std::int64_t seconds);
  /// The answer of a limit that is said to be reached, whatever was counted.
  [[nodiscard]] Throttled too_much(std::int64_t seconds) const;

  /// `orders` more that are not filled yet; -1015 changes nothing.
  [[nodiscard]] std::optional<Throttled> orders(AccountId account, std::int64_t orders, TimeNs now);
  void return_orders(AccountId account, std::int64_t orders, TimeNs now);
  /// The first fill of an order gives some of the count back: more when it was a maker.
  void first_fill(AccountId account, bool maker, TimeNs now);
  [[nodiscard]] OrderCounts order_counts(AccountId account, TimeNs now);

 private:
  struct Address {
    WindowCount weight{60};
    WindowCount refused{60};
    WindowCount raw{300};
    WindowCount connections{300};
    TimeNs banned_until;
    std::int64_t bans = 0;
  };
  struct Orders {
    WindowCount ten_seconds{10};
    WindowCount day{86'400};
  };

  [[nodiscard]] Address& address(std::string_view name);
  [[nodiscard]] Throttled still_banned(const Address& address, TimeNs now) const;

  RateLimits limits_;
  std::map<std::string, Address, std::less<>> addresses_;
  std::map<AccountId, Orders> orders_;
};

}  // namespace clawgate::sim
