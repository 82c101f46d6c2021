// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/params.h"

#include <algorithm>
#include <limits>

namespace clawgate::sim {
namespace {

constexpr std::size_t kDigitsMax = 20;
constexpr std::size_t kDecimals = 8;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= kDigitsMax &&
         std::all_of(text.begin(), text.end(), is_digit);
}

template <class Enum>
Answer<Enum> read_word(std::string_view text, std::int32_t code, std::string_view refusal) {
  const auto value = from_name<Enum>(text);
  if (!value) return refuse::invalid_word(code, refusal);
  return *value;
}

}  // namespace

bool is_client_id(std::string_view text) {
  if (text.empty() || text.size() > ClientId::kMax) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

Answer<ClientId> read_client_id(std::string_view parameter, std::string_view text) {
  if (!is_client_id(text)) return refuse::illegal_characters(parameter, kClientIdRange);
  return ClientId(text);
}

std::optional<Refusal> read_raw_decimal(std::string_view parameter, std::string_view text,
                                        std::int64_t& raw) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view("0") : text.substr(dot + 1);
  if (!all_digits(whole) || !all_digits(fraction)) {
    return refuse::illegal_characters(parameter, kDecimalRange);
  }
  if (fraction.size() > kDecimals) return refuse::too_precise(parameter);

  raw = 0;
  bool fits = true;
  const auto push = [&](char c) {
    fits = fits && !__builtin_mul_overflow(raw, 10, &raw) &&
           !__builtin_add_overflow(raw, c - '0', &raw);
  };
  for (const char c : whole) push(c);
  for (std::size_t i = 0; i < kDecimals; ++i) push(i < fraction.size() ? fraction[i] : '0');
  if (!fits) raw = std::numeric_limits<std::int64_t>::max();
  return std::nullopt;
}

Answer<Side> read_side(std::string_view text) {
  return read_word<Side>(text, -1117, "Invalid side.");
}
Answer<OrderType> read_order_type(std::string_view text) {
  return read_word<OrderType>(text, -1116, "Invalid orderType.");
}
Answer<TimeInForce> read_time_in_force(std::string_view text) {
  return read_word<TimeInForce>(text, -1115, "Invalid timeInForce.");
}
Answer<StpMode> read_stp_mode(std::string_view text) {
  const auto mode = from_name<StpMode>(text);
  if (!mode) return refuse::stp_not_allowed();
  return *mode;
}
Answer<CancelRestriction> read_cancel_restriction(std::string_view text) {
  const auto value = from_name<CancelRestriction>(text);
  if (!value || *value == CancelRestriction::None) {
    return refuse::invalid_word(-1145, "Invalid cancelRestrictions");
  }
  return *value;
}

}  // namespace clawgate::sim
