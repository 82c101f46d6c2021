// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clawgate::signals {

/// What a single word can mean to an order. Bits: a word may mean several.
enum class Meaning : std::uint32_t {
  Trade = 1U << 0,        // buy, sell
  Stance = 1U << 1,       // short, cover, long: an action, a time or a style
  TimeOrStyle = 1U << 2,  // term, only: beside a stance it is no action
  Horizon = 1U << 3,      // horizon, period: what is so named may be long
  StrongSize = 1U << 4,   // amount, quantity, qty, notional, shares, contracts, lots
  WeakSize = 1U << 5,     // size, units, weight: also said of samples, days and indicators
  BareTool = 1U << 6,     // buy, sell: a tool only where a tool is named
  TradingTool = 1U << 7,  // buy_crypto, place_order, ...: never anything else
  ToolName = 1U << 8,     // name, tool, function, method, ...
  Arguments = 1U << 9,    // arguments, args, input, params, ...
  OrderField = 1U << 10,  // order_type, leverage, ...
  Allocation = 1U << 11,  // positions, target_weights, ...
  ThisAction = 1U << 12,
  OrderIntent = 1U << 13,  // order_intent, order_intent_id
  Price = 1U << 14,
  ExecutedAt = 1U << 15,
  Port = 1U << 16,
  MessageType = 1U << 17,
  SignalType = 1U << 18,
  Operation = 1U << 19,  // a message_type
  FeedTrade = 1U << 20,  // a signal_type: realtime, trade, position
  Copied = 1U << 21,
};

/// The meanings of a name or a short value, as bits; all 0 for prose.
struct Meanings {
  std::uint32_t whole = 0;  // of all its words, squeezed together
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t any = 0;  // of its words, each by itself
  std::uint16_t words = 0;
  bool trading_tool = false;
  bool bare_order = false;  // order.test, limit_order: a tool only where a tool is named
};

/// How a name or a short value looks, folded once and asked often. Views the text it was made of;
/// allocates nothing.
class Look {
 public:
  explicit Look(std::string_view text);

  /// The whole text, squeezed, is a word of that meaning.
  [[nodiscard]] bool is(Meaning meaning) const {
    return (of_.whole & static_cast<std::uint32_t>(meaning)) != 0;
  }

  /// buy, sell, short, cover, long and what is made of them (`buy_crypto`, `open long`). A horizon
  /// may be long without being an order, so the member's name is asked too.
  [[nodiscard]] bool is_action(const Look& name) const;
  /// A member named for buying or selling: `{"buy": {...}}`.
  [[nodiscard]] bool is_action_name() const;
  [[nodiscard]] bool is_strong_size() const;  // also `order_qty`, `amount_usd`
  [[nodiscard]] bool is_weak_size() const { return is(Meaning::WeakSize); }
  /// Also behind a server's prefix: `mcp__trade__buy_crypto`. Calls made of the word order are
  /// read by their words (order_calls.h): `exchange.createMarketBuyOrder`, `order.place`.
  [[nodiscard]] bool is_trading_tool() const { return of_.trading_tool; }
  /// A bare verb; behind a prefix too (`trade.buy`), but never "a good buy".
  [[nodiscard]] bool is_bare_tool() const;

 private:
  [[nodiscard]] bool any(Meaning meaning) const {
    return (of_.any & static_cast<std::uint32_t>(meaning)) != 0;
  }

  std::string_view text_;
  Meanings of_;
};

}  // namespace clawgate::signals
