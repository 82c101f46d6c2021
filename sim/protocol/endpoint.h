// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/protocol/call.h"

// Every request that is served, as a table.

namespace clawgate::sim {

enum class Security : std::uint8_t {
  None,
  UserData,  // a key that may read, signed
  Trade,     // a key that may trade, signed
  Signed     // USER_STREAM: any key, with a signature of its own even after session.logon
};

struct Endpoint {
  std::string_view verb;       // empty: not on REST
  std::string_view path;       // below /api/v3, or a whole one under /sapi
  std::string_view ws_method;  // empty: not on the WebSocket API
  Security security = Security::None;
  std::int64_t weight = 1;
  Reply (*handle)(Call&) = nullptr;
  std::string_view parameters;  // names it knows, besides those of signing
  bool writes = false;          // orders and cancels: weighs nothing when it succeeds
  std::int64_t (*weigh)(const Parameters&) = nullptr;  // in place of `weight`
};

[[nodiscard]] std::span<const Endpoint> endpoints();
[[nodiscard]] const Endpoint* find_rest(std::string_view verb, std::string_view path);
[[nodiscard]] bool is_rest_path(std::string_view path);
[[nodiscard]] const Endpoint* find_ws(std::string_view method);

}  // namespace clawgate::sim
