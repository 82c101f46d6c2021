// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schemas/core/decimal.h"

// What a request carries, written once in the form in which it is signed and sent.

namespace clawgate::venues::binance_spot {

/// Every parameter, in the order of their names: that in which the WebSocket API signs them, so
/// that a set of them needs no sorting.
enum class Param : std::uint8_t {
  ApiKey,
  CancelRestrictions,
  FromId,
  Limit,
  ListClientOrderId,
  NewClientOrderId,
  NewOrderRespType,
  OrderId,
  OrigClientOrderId,
  PendingAboveClientOrderId,
  PendingAbovePrice,
  PendingAboveStopPrice,
  PendingAboveTimeInForce,
  PendingAboveType,
  PendingBelowClientOrderId,
  PendingBelowPrice,
  PendingBelowStopPrice,
  PendingBelowTimeInForce,
  PendingBelowType,
  PendingClientOrderId,
  PendingPrice,
  PendingQuantity,
  PendingSide,
  PendingStopPrice,
  PendingTimeInForce,
  PendingType,
  Price,
  Quantity,
  RecvWindow,
  Side,
  StopPrice,
  Symbol,
  Symbols,
  TimeInForce,
  Timestamp,
  Type,
  WorkingClientOrderId,
  WorkingPrice,
  WorkingQuantity,
  WorkingSide,
  WorkingTimeInForce,
  WorkingType,
};
inline constexpr std::size_t kParams = static_cast<std::size_t>(Param::WorkingType) + 1;
static_assert(kParams <= 64, "a set of them is one word");

/// How a value stands in JSON. Decimals are text there.
enum class JsonForm : std::uint8_t { Text, Number, Array };

struct ParamRow {
  std::string_view name;
  JsonForm form = JsonForm::Text;
};
inline constexpr auto kParamRows = std::to_array<ParamRow>({
    {"apiKey"},
    {"cancelRestrictions"},
    {"fromId", JsonForm::Number},
    {"limit", JsonForm::Number},
    {"listClientOrderId"},
    {"newClientOrderId"},
    {"newOrderRespType"},
    {"orderId", JsonForm::Number},
    {"origClientOrderId"},
    {"pendingAboveClientOrderId"},
    {"pendingAbovePrice"},
    {"pendingAboveStopPrice"},
    {"pendingAboveTimeInForce"},
    {"pendingAboveType"},
    {"pendingBelowClientOrderId"},
    {"pendingBelowPrice"},
    {"pendingBelowStopPrice"},
    {"pendingBelowTimeInForce"},
    {"pendingBelowType"},
    {"pendingClientOrderId"},
    {"pendingPrice"},
    {"pendingQuantity"},
    {"pendingSide"},
    {"pendingStopPrice"},
    {"pendingTimeInForce"},
    {"pendingType"},
    {"price"},
    {"quantity"},
    {"recvWindow", JsonForm::Number},
    {"side"},
    {"stopPrice"},
    {"symbol"},
    {"symbols", JsonForm::Array},
    {"timeInForce"},
    {"timestamp", JsonForm::Number},
    {"type"},
    {"workingClientOrderId"},
    {"workingPrice"},
    {"workingQuantity"},
    {"workingSide"},
    {"workingTimeInForce"},
    {"workingType"},
});
static_assert(kParamRows.size() == kParams);
static_assert(std::is_sorted(kParamRows.begin(), kParamRows.end(),
                             [](const ParamRow& a, const ParamRow& b) { return a.name < b.name; }));
[[nodiscard]] constexpr const ParamRow& row_of(Param param) {
  return kParamRows[static_cast<std::size_t>(param)];
}

/// What stands before a value. It is copied with the room behind it, which is one move.
struct Lead {
  std::array<char, 32> text{};
  std::uint8_t size = 0;
};
[[nodiscard]] constexpr std::array<Lead, kParams> leads_of(std::string_view before,
                                                           std::string_view behind) {
  std::array<Lead, kParams> leads;
  for (std::size_t i = 0; i < kParams; ++i) {
    char* const begin = leads[i].text.data();
    char* at = begin;
    for (const std::string_view part : {before, kParamRows[i].name, behind}) {
      at = std::copy(part.begin(), part.end(), at);
    }
    leads[i].size = static_cast<std::uint8_t>(at - begin);
  }
  return leads;
}
inline constexpr auto kQueryLeads = leads_of("&", "=");
inline constexpr auto kJsonLeads = leads_of("\"", "\":");
[[nodiscard]] constexpr const Lead& query_lead(Param param) {
  return kQueryLeads[static_cast<std::size_t>(param)];
}
[[nodiscard]] constexpr const Lead& json_lead(Param param) {
  return kJsonLeads[static_cast<std::size_t>(param)];
}

/// Whether everything in it stands for itself in a query: letters, digits and `-._~`. Then it does
/// so in JSON too.
[[nodiscard]] bool is_plain(std::string_view text);

/// Parameters with their values, unescaped, each at most once. One request's worth of them
/// allocates nothing.
class Params {
 public:
  struct Piece {
    std::string_view whole;  // `&name=value`
    std::string_view value;
  };

  Params() { text_.resize(kUsual, boost::container::default_init); }

  void put(Param param, std::string_view value);
  void put_number(Param param, std::int64_t value);
  template <class Tag>
  void put(Param param, Decimal<Tag> value) {
    put_decimal(param, value.raw());
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Param param(std::size_t i) const { return places_[i].param; }
  [[nodiscard]] Piece piece(std::size_t i) const {
    const std::size_t begin = places_[i].begin;
    const std::size_t end = i + 1 < count_ ? places_[i + 1].begin : size_;
    const std::size_t value = begin + query_lead(places_[i].param).size;
    return {{text_.data() + begin, end - begin}, {text_.data() + value, end - value}};
  }
  /// All of them, in the order in which they were put.
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }
  /// Every value is_plain().
  [[nodiscard]] bool plain() const { return plain_; }

 private:
  static constexpr std::size_t kUsual = 640;  // bytes; the longest order takes 560

  struct Place {
    Param param;
    std::uint32_t begin;
  };

  /// Writes what stands before the value; answers where that goes, at most `value_max` bytes.
  char* begin(Param param, std::size_t value_max);
  void end(const char* at) { size_ = static_cast<std::size_t>(at - text_.data()); }
  void put_decimal(Param param, std::int64_t raw);

  boost::container::small_vector<char, kUsual> text_;  // size_ of them are in use
  std::size_t size_ = 0;
  std::array<Place, kParams> places_;  // count_ of them
  std::size_t count_ = 0;
  bool plain_ = true;
};

}  // namespace clawgate::venues::binance_spot
