// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"

// What the market data streams say. Source: binance-spot-api-docs of 2026-07-21,
// web-socket-streams.md and rest-api.md.

namespace clawgate::venues::binance_spot {

struct BookLevel {
  Px price;
  Qty quantity;  // in a change, 0 takes the level away
};

/// What changed in a book from update `first_id` to update `last_id`, both included.
struct DepthUpdate {
  std::string_view symbol;  // upper case, as the venue writes it
  std::int64_t event_ms = 0;
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
  std::span<const BookLevel> bids;
  std::span<const BookLevel> asks;
};

/// Best bid and ask as of one update. Prices are 0 where a side is empty. It carries no time.
struct BookTicker {
  std::string_view symbol;
  std::int64_t update_id = 0;
  BookLevel bid;
  BookLevel ask;
};

/// One trade, or one aggregate of trades of one taker at one price.
struct TradeEvent {
  std::string_view symbol;
  std::int64_t event_ms = 0;
  std::int64_t id = 0;  // of the trade; of the aggregate where it is one
  Px price;
  Qty quantity;
  std::int64_t trade_ms = 0;
  bool aggregate = false;
};

/// The server will go: connect elsewhere now.
struct ServerShutdown {
  std::int64_t event_ms = 0;
};

/// Valid, but of a kind nobody here reads: other streams, answers to SUBSCRIBE.
struct OtherEvent {};

using StreamEvent = std::variant<DepthUpdate, BookTicker, TradeEvent, ServerShutdown, OtherEvent>;

/// GET /api/v3/depth: the whole book, or its best levels, as of one update.
struct DepthSnapshot {
  std::int64_t last_id = 0;
  std::span<const BookLevel> bids;
  std::span<const BookLevel> asks;
};

/// Reads frames and answers of the market data endpoints. Exact decimals, never through a double.
/// An Error names the field (`data.b`) and what stood there. Spans and views of what was read last
/// until the next call. One thread.
class MarketDecoder {
 public:
  static constexpr std::size_t kLevelsMax = 20'000;  // of one side of one message

  MarketDecoder();
  ~MarketDecoder();
  MarketDecoder(const MarketDecoder&) = delete;
  MarketDecoder& operator=(const MarketDecoder&) = delete;

  /// A frame of a raw stream, or of a combined one (`{"stream":..,"data":{..}}`).
  [[nodiscard]] Result<StreamEvent> read(std::string_view frame);
  [[nodiscard]] Result<DepthSnapshot> read_snapshot(std::string_view body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::venues::binance_spot
