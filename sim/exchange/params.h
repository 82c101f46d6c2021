// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/exchange/refusal.h"

// From the text of a parameter to a typed value, with Binance's answers for text that is not one.
// For whoever speaks a wire protocol in front of the exchange. Pure.

namespace clawgate::sim {

inline constexpr std::string_view kDecimalRange = R"(^([0-9]{1,20})(\.[0-9]{1,20})?$)";
inline constexpr std::string_view kClientIdRange = "^[a-zA-Z0-9-_]{1,36}$";

[[nodiscard]] bool is_client_id(std::string_view text);

/// -1100 for text outside kClientIdRange.
[[nodiscard]] Answer<ClientId> read_client_id(std::string_view parameter, std::string_view text);

/// -1100 outside kDecimalRange, -1111 with a digit beyond the eighth decimal. A value above the
/// range of a Decimal reads as the largest one, so that a filter's maximum refuses it.
[[nodiscard]] std::optional<Refusal> read_raw_decimal(std::string_view parameter,
                                                      std::string_view text, std::int64_t& raw);

/// The same as a Px, Qty, Notional or Rate.
template <class Number>
[[nodiscard]] Answer<Number> read_decimal(std::string_view parameter, std::string_view text) {
  std::int64_t raw = 0;
  if (auto no = read_raw_decimal(parameter, text, raw)) return *std::move(no);
  return Number::from_raw(raw);
}

[[nodiscard]] Answer<Side> read_side(std::string_view text);
[[nodiscard]] Answer<OrderType> read_order_type(std::string_view text);
[[nodiscard]] Answer<TimeInForce> read_time_in_force(std::string_view text);
[[nodiscard]] Answer<StpMode> read_stp_mode(std::string_view text);
[[nodiscard]] Answer<CancelRestriction> read_cancel_restriction(std::string_view text);

}  // namespace clawgate::sim
