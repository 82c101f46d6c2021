// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/order.h"
#include "schemas/venue.h"

// The venue's words for our enumerations.

namespace clawgate::venues::binance_spot {

/// What an order type is called, and which parameters it must and must not carry.
struct TypeRow {
  OrdType type;
  std::string_view word;
  bool has_tif;  // sent where it has none: -1106
  bool has_limit;
  bool has_trigger;
};
inline constexpr auto kTypeRows = std::to_array<TypeRow>({
    {OrdType::Market, "MARKET", false, false, false},
    {OrdType::Limit, "LIMIT", true, true, false},
    {OrdType::LimitMaker, "LIMIT_MAKER", false, true, false},
    {OrdType::StopLoss, "STOP_LOSS", false, false, true},
    {OrdType::StopLossLimit, "STOP_LOSS_LIMIT", true, true, true},
    {OrdType::TakeProfit, "TAKE_PROFIT", false, false, true},
    {OrdType::TakeProfitLimit, "TAKE_PROFIT_LIMIT", true, true, true},
});
[[nodiscard]] constexpr const TypeRow& row_of(OrdType type) {
  return kTypeRows[static_cast<std::size_t>(type)];
}

template <class Value>
struct WordRow {
  std::string_view word;
  Value value;
};

inline constexpr auto kSideWords =
    std::to_array<WordRow<Side>>({{"BUY", Side::Buy}, {"SELL", Side::Sell}});
inline constexpr auto kTifWords = std::to_array<WordRow<TimeInForce>>(
    {{"GTC", TimeInForce::Gtc}, {"IOC", TimeInForce::Ioc}, {"FOK", TimeInForce::Fok}});
// PENDING_CANCEL is documented as unused; an order that shows it still stands.
inline constexpr auto kStatusWords = std::to_array<WordRow<OrdStatus>>({
    {"NEW", OrdStatus::New},
    {"PENDING_NEW", OrdStatus::PendingNew},
    {"PARTIALLY_FILLED", OrdStatus::PartiallyFilled},
    {"FILLED", OrdStatus::Filled},
    {"CANCELED", OrdStatus::Canceled},
    {"PENDING_CANCEL", OrdStatus::New},
    {"REJECTED", OrdStatus::Rejected},
    {"EXPIRED", OrdStatus::Expired},
    {"EXPIRED_IN_MATCH", OrdStatus::Expired},
});
inline constexpr auto kExpiryWords = std::to_array<std::string_view>({
    "NONE",
    "REJECTED",
    "EXCHANGE_CANCELED",
    "OCO_TRIGGER",
    "OTO_PHASE_ONE_EXPIRED",
    "UNFILLED_IOC_QUANTITY_EXPIRED",
    "UNFILLED_FOK_ORDER_EXPIRED",
    "INSUFFICIENT_LIQUIDITY",
    "EXECUTION_RULE_PRICE_RANGE_EXCEEDED",
});

template <class Rows>
[[nodiscard]] constexpr auto value_of(const Rows& rows, std::string_view word)
    -> std::optional<decltype(rows[0].value)> {
  for (const auto& row : rows) {
    if (row.word == word) return row.value;
  }
  return std::nullopt;
}
template <class Rows, class Value>
[[nodiscard]] constexpr std::string_view word_of(const Rows& rows, Value value) {
  for (const auto& row : rows) {
    if (row.value == value) return row.word;
  }
  return {};
}
[[nodiscard]] constexpr std::optional<OrdType> type_of(std::string_view word) {
  for (const TypeRow& row : kTypeRows) {
    if (row.word == word) return row.type;
  }
  return std::nullopt;
}

static_assert(
    [] {
      for (std::size_t i = 0; i < kTypeRows.size(); ++i) {
        if (static_cast<std::size_t>(kTypeRows[i].type) != i) return false;
      }
      return kTypeRows.size() == 7;
    }(),
    "one row per OrdType, in order");

}  // namespace clawgate::venues::binance_spot
