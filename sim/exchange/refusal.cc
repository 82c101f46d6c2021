// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/refusal.h"

namespace clawgate::sim::refuse {
namespace {

std::string quoted(std::string_view before, std::string_view word, std::string_view after) {
  std::string text(before);
  text += '\'';
  text += word;
  text += '\'';
  text += after;
  return text;
}

}  // namespace

Refusal filter(Filter filter) {
  return {-1013, "Filter failure: " + std::string(name(filter))};
}
Refusal invalid_quantity() {
  return {-1013, "Invalid quantity."};
}
Refusal invalid_price() {
  return {-1013, "Invalid price."};
}
Refusal stp_not_allowed() {
  return {-1013, "This symbol does not allow the specified self-trade prevention mode."};
}

Refusal illegal_characters(std::string_view parameter, std::string_view range) {
  return {-1100, quoted("Illegal characters found in parameter ", parameter,
                        quoted("; legal range is ", range, "."))};
}
Refusal mandatory(std::string_view parameter) {
  return {-1102, quoted("Mandatory parameter ", parameter,
                        " was not sent, was empty/null, or malformed.")};
}
Refusal mandatory_either(std::string_view first, std::string_view second) {
  return {-1102, quoted("Param ", first,
                        quoted(" or ", second, " must be sent, but both were empty/null!"))};
}
Refusal not_required(std::string_view parameter) {
  return {-1106, quoted("Parameter ", parameter, " sent when not required.")};
}
Refusal too_precise(std::string_view parameter) {
  return {-1111, quoted("Parameter ", parameter, " has too much precision.")};
}
Refusal bad_combination() {
  return {-1128, "Combination of optional parameters invalid."};
}
Refusal strategy_type() {
  return {-1134, "strategyType was less than 1000000."};
}
Refusal unsupported_combination() {
  return {-1014, "Unsupported order combination."};
}
Refusal invalid_word(std::int32_t code, std::string_view text) {
  return {code, std::string(text)};
}

Refusal list_shape(std::int32_t code, std::string_view text) {
  return {code, std::string(text)};
}

Refusal new_order(std::string_view text, RejectReason reject) {
  return {-2010, std::string(text), reject};
}
Refusal insufficient_balance() {
  return new_order("Account has insufficient balance for requested action.",
                   RejectReason::InsufficientBalances);
}
Refusal would_trigger() {
  return new_order("Order would trigger immediately.", RejectReason::StopPriceWouldTrigger);
}
Refusal would_match() {
  return new_order("Order would immediately match and take.", RejectReason::WouldMatchImmediately);
}
Refusal oco_prices() {
  return new_order("The relationship of the prices for the orders is not correct.",
                   RejectReason::OcoBadPrices);
}
Refusal cancel(std::string_view text) {
  return {-2011, std::string(text)};
}
Refusal unknown_order() {
  return cancel("Unknown order sent.");
}
Refusal no_such_order() {
  return {-2013, "Order does not exist."};
}
Refusal no_such_list() {
  return {-2018, "Order list does not exist."};
}
Refusal client_id_mismatch() {
  return {-2039, "Client order ID is not correct for this order ID."};
}

}  // namespace clawgate::sim::refuse
