// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "gateway/serve/http_message.h"
#include "gateway/serve/projection.h"
#include "schemas/record_json.h"

// The JSON of answers. For the API's own .cc files.

namespace clawgate::gateway {

using OrderedJson = nlohmann::ordered_json;

[[nodiscard]] inline HttpResponse json_response(int status, const OrderedJson& body) {
  HttpResponse response;
  response.status = status;
  // Texts of engines and venues may hold any bytes; an answer is UTF-8 all the same.
  response.body = body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return response;
}

template <class Tag>
[[nodiscard]] std::string money(Decimal<Tag> value) {
  return to_text(value);
}
template <class Tag>
[[nodiscard]] OrderedJson money_or_null(Decimal<Tag> value) {
  if (value.is_zero()) return nullptr;
  return to_text(value);
}
[[nodiscard]] inline std::string time_of(UnixNanos at) {
  return time_text(at.value());
}

// api_holds.cc
/// Code, rule and what to do about it, in the order of the table; of a cooldown that goes on, until
/// when.
[[nodiscard]] OrderedJson reason_rows(ReasonSet reasons, const State& state, UnixNanos now);
/// How a hold ended, e.g. "VOIDED, VOIDED_BY_KILL"; empty: it waits, or nothing is known of it.
[[nodiscard]] std::string end_of_hold(const Projection& projection, HoldId hold);
[[nodiscard]] OrderedJson hold_moves_json(const Projection& projection);
[[nodiscard]] OrderedJson commands_json(const Projection& projection);

}  // namespace clawgate::gateway
