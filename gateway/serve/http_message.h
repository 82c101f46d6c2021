// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/core/result.h"

// HTTP as the handlers see it: no socket, no library.

namespace clawgate::gateway {

struct HttpRequest {
  std::string method;
  std::string target;  // path, and maybe ? and a query
  std::string host;
  std::string origin;         // empty: none was sent
  std::string authorization;  // never logged
  std::string content_type;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside type and length
};

/// Answers one request, once, on the API's thread: at once or later.
using HttpReply = std::function<void(HttpResponse)>;

/// The value of one parameter of the target's query, as it stands there; "" when it is not.
[[nodiscard]] std::string_view query_parameter(std::string_view target, std::string_view name);
/// The names in the target's query, in order; an empty one is none.
[[nodiscard]] std::vector<std::string_view> query_names(std::string_view target);
/// Digits alone, as a number that fits.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

/// The status that a refusal has over HTTP.
[[nodiscard]] int http_status_of(Reason reason);

/// `{code, field, message, seen, next}` out of the reason table.
[[nodiscard]] std::string error_json(const Error& error);
[[nodiscard]] HttpResponse error_response(const Error& error);
/// The first of them as an error always is, and all of them beside it.
[[nodiscard]] HttpResponse findings_response(const std::vector<Error>& findings);

}  // namespace clawgate::gateway
