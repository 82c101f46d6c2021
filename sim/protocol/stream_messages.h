// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sim/protocol/json_writer.h"
#include "sim/protocol/stream_book.h"
#include "sim/protocol/tape.h"

// The payloads of the market data streams, field by field as Binance Spot documents them
// (web-socket-streams.md, 2026).

namespace clawgate::sim {

struct AggregateTrade {
  std::int64_t id = 0;
  std::int64_t first = 0;  // trade ids
  std::int64_t last = 0;
  Wide quantity = 0;  // 1e-8
  PublicTrade trade;  // its first
};

/// What a ticker shows besides its bar.
struct TickerExtras {
  Px last;
  Qty last_quantity;
  BookLevel bid;
  BookLevel ask;
};

[[nodiscard]] std::string trade_message(std::string_view symbol, const TapeTrade& print,
                                        TimeUnit unit);
[[nodiscard]] std::string agg_trade_message(std::string_view symbol, const AggregateTrade& row,
                                            TimeUnit unit);
[[nodiscard]] std::string book_ticker_message(std::string_view symbol, std::int64_t id,
                                              const BookLevel& bid, const BookLevel& ask);
[[nodiscard]] std::string depth_message(std::string_view symbol, const DepthDiff& diff,
                                        TimeUnit unit);
[[nodiscard]] std::string partial_depth_message(const DepthAnswer& depth);
[[nodiscard]] std::string kline_message(std::string_view symbol, const TapeBar& bar,
                                        std::string_view interval, bool closed, TimeNs now,
                                        TimeUnit unit);
[[nodiscard]] std::string mini_ticker_message(std::string_view symbol, const TapeBar& bar,
                                              TimeNs now, TimeUnit unit);
/// `window` empty: 24 hours; else "1h", "4h", "1d".
[[nodiscard]] std::string ticker_message(std::string_view symbol, std::string_view window,
                                         const TapeBar& bar, const TickerExtras& extras, TimeNs now,
                                         TimeUnit unit);
[[nodiscard]] std::string avg_price_message(std::string_view symbol, Px average, int minutes,
                                            TimeNs last_trade, TimeNs now, TimeUnit unit);
[[nodiscard]] std::string server_shutdown_message(TimeNs now, TimeUnit unit);

}  // namespace clawgate::sim
