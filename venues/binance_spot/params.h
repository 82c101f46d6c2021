// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "schemas/core/assert.h"
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

/// How a value stands in JSON. Decimals are text there; numbers and what was put as JSON are bare.
enum class JsonForm : std::uint8_t { Text, Bare };

struct ParamRow {
  std::string_view name;
  JsonForm form = JsonForm::Text;
};
inline constexpr auto kParamRows = std::to_array<ParamRow>({
    {"apiKey"},
    {"cancelRestrictions"},
    {"fromId", JsonForm::Bare},
    {"limit", JsonForm::Bare},
    {"listClientOrderId"},
    {"newClientOrderId"},
    {"newOrderRespType"},
    {"orderId", JsonForm::Bare},
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
    {"recvWindow", JsonForm::Bare},
    {"side"},
    {"stopPrice"},
    {"symbol"},
    {"symbols", JsonForm::Bare},
    {"timeInForce"},
    {"timestamp", JsonForm::Bare},
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

/// What stands before a value. All of it is copied, which is one move; a value or room follows.
struct alignas(32) Lead {
  std::array<char, 31> text{};
  std::uint8_t size = 0;
};
static_assert(sizeof(Lead) == 32);
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
inline constexpr auto kJsonLeads = leads_of("\"", "\":\"");  // of a text
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
  /// Bytes that may be read from where a piece or its value begins, whatever its size.
  static constexpr std::size_t kReadable = 64;

  struct Piece {
    std::string_view whole;  // `&name=value`
    std::string_view value;
  };

  Params() { text_.resize(kUsual, boost::container::default_init); }

  void put(Param param, std::string_view value);
  /// What is known to be plain: a word of our tables, an API key.
  void put_plain(Param param, std::string_view value) {
    char* const at = begin(param, value.size());
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
    end(at + value.size());
  }
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
  static constexpr std::size_t kUsual =
      768;  // bytes; the longest order takes 560, and what may be read behind it

  struct Place {
    Param param;
    std::uint32_t begin;
  };

  /// Writes what stands before the value; answers where that goes, at most `value_max` bytes.
  char* begin(Param param, std::size_t value_max) {
    const Lead& lead = query_lead(param);
    const std::size_t needed = size_ + sizeof lead + value_max + kReadable;
    CLAWGATE_ASSERT(count_ < kParams && needed < std::numeric_limits<std::uint32_t>::max());
    if (needed > text_.size()) text_.resize(2 * needed, boost::container::default_init);
    char* const at = text_.data() + size_;
    std::memcpy(at, &lead, sizeof lead);
    places_[count_++] = {param, static_cast<std::uint32_t>(size_)};
    return at + lead.size;
  }
  void end(const char* at) { size_ = static_cast<std::size_t>(at - text_.data()); }
  void put_decimal(Param param, std::int64_t raw);

  boost::container::small_vector<char, kUsual> text_;  // size_ of them are in use
  std::size_t size_ = 0;
  std::array<Place, kParams> places_;  // count_ of them
  std::size_t count_ = 0;
  bool plain_ = true;
};

}  // namespace clawgate::venues::binance_spot
