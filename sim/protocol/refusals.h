// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sim/exchange/refusal.h"

// What the protocol says no with, ahead of the exchange. Texts are those of Binance's error page
// where it has one.

namespace clawgate::sim::refuse {

[[nodiscard]] Refusal duplicate_parameter();                                         // -1101
[[nodiscard]] Refusal unread(std::size_t read, std::size_t sent);                    // -1104
[[nodiscard]] Refusal empty_parameter(std::string_view parameter);                   // -1105
[[nodiscard]] Refusal too_great(std::string_view parameter, std::string_view most);  // -1102
[[nodiscard]] Refusal too_early();         // -1021: behind by more than recvWindow
[[nodiscard]] Refusal ahead();             // -1021
[[nodiscard]] Refusal bad_signature();     // -1022
[[nodiscard]] Refusal key_format();        // -2014
[[nodiscard]] Refusal key_rejected();      // -2015
[[nodiscard]] Refusal invalid_symbol();    // -1121
[[nodiscard]] Refusal invalid_interval();  // -1120
[[nodiscard]] Refusal time_unit();         // -1194
[[nodiscard]] Refusal timeout();           // -1007
[[nodiscard]] Refusal bus_error();         // -1006
[[nodiscard]] Refusal invalid_json();      // -1135
[[nodiscard]] Refusal unknown_method();    // -1020

}  // namespace clawgate::sim::refuse

namespace clawgate::sim {

/// The HTTP status (and WebSocket API `status`) that goes with a code.
[[nodiscard]] int status_of(std::int32_t code);

}  // namespace clawgate::sim
