// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/exchange/types.h"

namespace clawgate::sim {

/// What the exchange says no with: the code and the text a Binance client sees.
struct Refusal {
  std::int32_t code = 0;
  std::string text;
  RejectReason reject = RejectReason::None;  // for the `r` of a list leg refused when armed

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const Refusal& refusal,
                                                    const boost::source_location& where) {
  std::fprintf(stderr, "%s:%u: refused: %d %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), refusal.code, refusal.text.c_str());
  std::abort();
}

/// A T or a Refusal. Test it, then use `*answer`.
template <class T>
class [[nodiscard]] Answer : public boost::system::result<T, Refusal> {
 public:
  using boost::system::result<T, Refusal>::result;
};

enum class Filter : std::uint8_t {
  Price,
  LotSize,
  MarketLotSize,
  PercentPrice,
  PercentPriceBySide,
  MinNotional,
  Notional,
  MaxNumOrders,
  MaxNumOrderLists,
  MaxNumAlgoOrders,
  MaxPosition,
  IcebergParts,
  MaxNumIcebergOrders
};
template <>
inline constexpr auto kNames<Filter> = std::to_array<std::string_view>(
    {"PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE",
     "MIN_NOTIONAL", "NOTIONAL", "MAX_NUM_ORDERS", "MAX_NUM_ORDER_LISTS", "MAX_NUM_ALGO_ORDERS",
     "MAX_POSITION", "ICEBERG_PARTS", "MAX_NUM_ICEBERG_ORDERS"});

namespace refuse {

// -1013: rejected before the matching engine.
[[nodiscard]] Refusal filter(Filter filter);
[[nodiscard]] Refusal invalid_quantity();
[[nodiscard]] Refusal invalid_price();
[[nodiscard]] Refusal stp_not_allowed();

// -1100 .. -1134: parameters.
[[nodiscard]] Refusal illegal_characters(std::string_view parameter, std::string_view range);
[[nodiscard]] Refusal mandatory(std::string_view parameter);
[[nodiscard]] Refusal mandatory_either(std::string_view first, std::string_view second);
[[nodiscard]] Refusal not_required(std::string_view parameter);
[[nodiscard]] Refusal too_precise(std::string_view parameter);
[[nodiscard]] Refusal bad_combination();
[[nodiscard]] Refusal strategy_type();
[[nodiscard]] Refusal unsupported_combination();
[[nodiscard]] Refusal invalid_word(std::int32_t code, std::string_view text);

// -1158 .. -1199: the shape of a list.
[[nodiscard]] Refusal list_shape(std::int32_t code, std::string_view text);

// -2010, -2011, -2013, -2039: the matching engine.
[[nodiscard]] Refusal new_order(std::string_view text, RejectReason reject = RejectReason::None);
[[nodiscard]] Refusal insufficient_balance();
[[nodiscard]] Refusal would_trigger();
[[nodiscard]] Refusal would_match();
[[nodiscard]] Refusal oco_prices();
[[nodiscard]] Refusal cancel(std::string_view text);
[[nodiscard]] Refusal unknown_order();
[[nodiscard]] Refusal no_such_order();
[[nodiscard]] Refusal no_such_list();
[[nodiscard]] Refusal client_id_mismatch();

}  // namespace refuse
}  // namespace clawgate::sim
