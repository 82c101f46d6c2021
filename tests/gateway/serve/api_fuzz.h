// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "schemas/core/assert.h"
#include "tests/gateway/serve/api_fixture.h"

namespace clawgate::gateway {

/// The HTTP surface over the real engine, asked with any bytes. It stops the process when an answer
/// breaks what the surface promises.
class ApiFuzz : public ApiTest {
 public:
  /// Bytes one to three choose method, path and principal; then up to a line's end what follows the
  /// path, then the body.
  void ask_with(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
      return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    constexpr const char* kMethods[] = {"GET", "POST", "PUT", "DELETE", "get", ""};
    constexpr const char* kWho[] = {"engine", "operator", "reader", "admin", "ai-trader"};
    const Api::Route& route = Api::routes()[at(1) % Api::routes().size()];
    const bool own = at(0) % 8 < 6;  // mostly the route's own method
    const std::string method(own ? std::string(route.method) : kMethods[at(0) % 6]);
    const std::string_view rest = bytes.substr(std::min<std::size_t>(3, bytes.size()));
    const std::size_t line = rest.find('\n');
    const std::string who = kWho[at(2) % 5];
    HttpRequest asked = request(
        method, std::string(route.path) + std::string(rest.substr(0, line)), who,
        line == std::string_view::npos ? std::string() : std::string(rest.substr(line + 1)));
    if (at(0) == 255) asked.authorization = "Bearer " + std::string(rest.substr(0, 64));
    ask(asked);
    core_turn();
    CLAWGATE_ASSERT(answer.has_value());
    CLAWGATE_ASSERT(answer->status >= 200 && answer->status < 600);
    CLAWGATE_ASSERT(answer->status != 500);
    // Not ready is no error: it says why by its status.
    const bool told = route.path == "/readyz" || !code(*answer).empty();
    if (answer->status >= 400) CLAWGATE_ASSERT(told);
    for (const char* const name : kWho) {
      if (bytes.find(token(name)) != bytes.npos) continue;  // what was asked may be said again
      CLAWGATE_ASSERT(answer->body.find(token(name)) == std::string::npos);
    }
  }

 protected:
  void TestBody() override {}
};

}  // namespace clawgate::gateway
