// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/core/decimal.h"
#include "schemas/core/strong.h"
#include "schemas/core/text.h"

// The words of the practice exchange: ids, enumerations and their names as Binance Spot writes
// them.

namespace clawgate::sim {

using TimeNs = Strong<struct TimeNsTag, std::int64_t>;  // since 1970-01-01 UTC, in nanoseconds

using AccountId = Strong<struct SimAccountTag, std::uint32_t>;  // index, from 0
using SymbolId = Strong<struct SimSymbolTag, std::uint32_t>;    // index, from 0
using AssetId = Strong<struct SimAssetTag, std::uint32_t>;      // index, from 0
using OrderId = Strong<struct SimOrderTag, std::int64_t>;       // per symbol, from 1
using TradeId = Strong<struct SimTradeTag, std::int64_t>;       // per symbol, from 1
using ListId = Strong<struct SimListTag, std::int64_t>;         // over all symbols, from 0

inline constexpr ListId kNoList{-1};    // what Binance writes for "not in a list"
inline constexpr TradeId kNoTrade{-1};  // what Binance writes for "not a trade"

using ClientId = Text<36>;    // ^[a-zA-Z0-9-_]{1,36}$
using SymbolName = Text<24>;  // "BTCUSDT"
using AssetName = Text<16>;   // "USDT"

enum class Side : std::uint8_t { Buy, Sell };
enum class OrderType : std::uint8_t {
  Limit,
  LimitMaker,
  Market,
  StopLoss,
  StopLossLimit,
  TakeProfit,
  TakeProfitLimit
};
enum class TimeInForce : std::uint8_t { Gtc, Ioc, Fok };
enum class OrderStatus : std::uint8_t {
  New,
  PendingNew,
  PartiallyFilled,
  Filled,
  Canceled,
  Expired,
  ExpiredInMatch
};
enum class ExecType : std::uint8_t { New, Canceled, Trade, Expired, TradePrevention };
enum class ExpiryReason : std::uint8_t {
  None,
  Rejected,
  OcoTrigger,
  OtoPhaseOneExpired,
  UnfilledIoc,
  UnfilledFok,
  InsufficientLiquidity
};
/// `r` of an execution report: why the matching engine refused an order that was in a list.
enum class RejectReason : std::uint8_t {
  None,
  InsufficientBalances,
  StopPriceWouldTrigger,
  WouldMatchImmediately,
  OcoBadPrices
};
enum class StpMode : std::uint8_t {
  None,
  ExpireTaker,
  ExpireMaker,
  ExpireBoth,
  Decrement,
  Transfer
};
enum class Contingency : std::uint8_t { Oco, Oto };
enum class ListStatusType : std::uint8_t { Response, ExecStarted, AllDone };
enum class ListOrderStatus : std::uint8_t { Executing, AllDone, Reject };
enum class SymbolStatus : std::uint8_t { Trading, EndOfDay, Halt, Break, CancelOnly };
enum class CancelRestriction : std::uint8_t { None, OnlyNew, OnlyPartiallyFilled };

/// The names of an enumeration, in the order of its values.
template <class Enum>
inline constexpr std::array<std::string_view, 0> kNames{};

template <>
inline constexpr auto kNames<Side> = std::to_array<std::string_view>({"BUY", "SELL"});
template <>
inline constexpr auto kNames<OrderType> =
    std::to_array<std::string_view>({"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS",
                                     "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"});
template <>
inline constexpr auto kNames<TimeInForce> = std::to_array<std::string_view>({"GTC", "IOC", "FOK"});
template <>
inline constexpr auto kNames<OrderStatus> =
    std::to_array<std::string_view>({"NEW", "PENDING_NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED",
                                     "EXPIRED", "EXPIRED_IN_MATCH"});
template <>
inline constexpr auto kNames<ExecType> =
    std::to_array<std::string_view>({"NEW", "CANCELED", "TRADE", "EXPIRED", "TRADE_PREVENTION"});
template <>
inline constexpr auto kNames<ExpiryReason> = std::to_array<std::string_view>(
    {"NONE", "REJECTED", "OCO_TRIGGER", "OTO_PHASE_ONE_EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED",
     "UNFILLED_FOK_ORDER_EXPIRED", "INSUFFICIENT_LIQUIDITY"});
template <>
inline constexpr auto kNames<RejectReason> = std::to_array<std::string_view>(
    {"NONE", "INSUFFICIENT_BALANCES", "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY",
     "WOULD_MATCH_IMMEDIATELY", "OCO_BAD_PRICES"});
template <>
inline constexpr auto kNames<StpMode> = std::to_array<std::string_view>(
    {"NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER"});
template <>
inline constexpr auto kNames<Contingency> = std::to_array<std::string_view>({"OCO", "OTO"});
template <>
inline constexpr auto kNames<ListStatusType> =
    std::to_array<std::string_view>({"RESPONSE", "EXEC_STARTED", "ALL_DONE"});
template <>
inline constexpr auto kNames<ListOrderStatus> =
    std::to_array<std::string_view>({"EXECUTING", "ALL_DONE", "REJECT"});
template <>
inline constexpr auto kNames<SymbolStatus> =
    std::to_array<std::string_view>({"TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY"});
template <>
inline constexpr auto kNames<CancelRestriction> =
    std::to_array<std::string_view>({"NONE", "ONLY_NEW", "ONLY_PARTIALLY_FILLED"});

template <class Enum>
[[nodiscard]] constexpr std::string_view name(Enum value) {
  return kNames<Enum>[static_cast<std::size_t>(value)];
}

/// nullopt for a word that is no value's name.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> from_name(std::string_view word) {
  for (std::size_t i = 0; i < kNames<Enum>.size(); ++i) {
    if (kNames<Enum>[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

[[nodiscard]] constexpr Side opposite(Side side) {
  return side == Side::Buy ? Side::Sell : Side::Buy;
}

/// In force: may still trade, or will once its list arms it.
[[nodiscard]] constexpr bool is_open(OrderStatus status) {
  return status == OrderStatus::New || status == OrderStatus::PendingNew ||
         status == OrderStatus::PartiallyFilled;
}

/// STOP_LOSS*, TAKE_PROFIT*: waits for the last price. Binance's "algo" orders.
[[nodiscard]] constexpr bool is_algo(OrderType type) {
  return type == OrderType::StopLoss || type == OrderType::StopLossLimit ||
         type == OrderType::TakeProfit || type == OrderType::TakeProfitLimit;
}

[[nodiscard]] constexpr bool is_stop_loss(OrderType type) {
  return type == OrderType::StopLoss || type == OrderType::StopLossLimit;
}

/// Carries a limit price. The others take any price once they work.
[[nodiscard]] constexpr bool has_limit(OrderType type) {
  return type == OrderType::Limit || type == OrderType::LimitMaker ||
         type == OrderType::StopLossLimit || type == OrderType::TakeProfitLimit;
}

/// STOP_LOSS BUY and TAKE_PROFIT SELL wait for a rise; the other two for a fall.
[[nodiscard]] constexpr bool triggers_on_rise(OrderType type, Side side) {
  return is_stop_loss(type) == (side == Side::Buy);
}

}  // namespace clawgate::sim
