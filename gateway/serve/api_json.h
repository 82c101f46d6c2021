// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "gateway/serve/http_message.h"
#include "gateway/serve/projection.h"

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

[[nodiscard]] inline OrderedJson reason_row(Reason reason) {
  const ReasonInfo& row = info(reason);
  return {{"code", row.code}, {"message", row.meaning}, {"next", row.next}};
}

// api_views.cc
/// How a hold ended, e.g. "VOIDED, VOIDED_BY_KILL"; empty: it waits, or nothing is known of it.
[[nodiscard]] std::string end_of_hold(const Projection& projection, HoldId hold);
[[nodiscard]] OrderedJson hold_moves_json(const Projection& projection);
[[nodiscard]] OrderedJson commands_json(const Projection& projection);

}  // namespace clawgate::gateway
