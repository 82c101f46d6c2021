// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "schemas/core/decimal.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

/// Volume-weighted average price of the trades of the last `minutes` minutes, or the last price
/// when `minutes` is 0 or no trade is that recent. Trades are summed by the second, so a trade
/// leaves the window up to one second late. Exact sums; the average rounds down. No clock. A trade
/// too large to add counts as a last price only.
class AveragePrice {
 public:
  explicit AveragePrice(std::int32_t minutes) : minutes_(minutes) {}

  /// From here on. What is older than the longest window so far is forgotten already.
  void set_minutes(std::int32_t minutes) { minutes_ = minutes; }

  void add(Px price, Qty quantity, TimeNs at);
  /// 0 before the first trade.
  [[nodiscard]] Px at(TimeNs now);

 private:
  struct Second {
    std::int64_t second;
    Wide value;     // sum of price * quantity, 1e-16 quote
    Wide quantity;  // 1e-8 base
  };

  void drop_older_than(std::int64_t second);

  std::int32_t minutes_;
  std::deque<Second> seconds_;
  Wide value_ = 0;
  Wide quantity_ = 0;
  Px last_;
};

}  // namespace clawgate::sim
