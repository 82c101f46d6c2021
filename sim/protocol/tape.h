// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/exchange/events.h"

// The public trades of each symbol, and what is computed from them. Trades and aggregate trades are
// numbered from 1 here; the numbers are not those of an account's own trades.

namespace clawgate::sim {

struct TapeTrade {
  std::int64_t id = 0;
  std::int64_t aggregate = 0;  // id of the aggregate trade it belongs to
  PublicTrade trade;
};

/// Open, high, low, close and sums over a stretch of time; `count` 0: no trade, prices of the last.
struct TapeBar {
  TimeNs open_time;
  TimeNs close_time;  // last nanosecond
  Px open;
  Px high;
  Px low;
  Px close;
  Wide base = 0;   // 1e-8
  Wide quote = 0;  // 1e-8
  Wide taker_base = 0;
  Wide taker_quote = 0;
  std::int64_t count = 0;
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
};

/// A word of `interval`, "1m".
struct KlineInterval {
  std::string_view name;
  std::int64_t seconds;  // 0: a calendar month
};
[[nodiscard]] const KlineInterval* find_interval(std::string_view name);

class Tape final : public TapeSink {
 public:
  static constexpr std::size_t kTradesMax = 100'000;   // a symbol
  static constexpr std::size_t kSecondsMax = 400'000;  // seconds with a trade, a symbol

  void on_trade(const PublicTrade& trade) override;

  /// Newest at the back.
  [[nodiscard]] const std::deque<TapeTrade>& trades(SymbolId symbol) const;
  /// Oldest first, up to `limit`: from `start` when given, else the newest. Stretches without a
  /// trade are flat; those before the first trade are left out.
  [[nodiscard]] std::vector<TapeBar> bars(SymbolId symbol, const KlineInterval& interval,
                                          std::optional<TimeNs> start, std::optional<TimeNs> end,
                                          std::size_t limit, TimeNs now) const;
  /// One bar over from..to, both included.
  [[nodiscard]] TapeBar bar(SymbolId symbol, TimeNs from, TimeNs to) const;

 private:
  struct OfSymbol {
    std::deque<TapeTrade> trades;
    std::deque<TapeBar> seconds;
    std::int64_t next_id = 1;
    std::int64_t aggregates = 0;
  };

  [[nodiscard]] const OfSymbol& of(SymbolId symbol) const;

  std::map<SymbolId, OfSymbol> symbols_;
};

}  // namespace clawgate::sim
