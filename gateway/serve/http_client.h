// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/serve/http_message.h"

namespace clawgate::gateway {

/// Where a running gateway listens, and how to speak to it.
struct Endpoint {
  std::string host;  // a loopback address
  std::uint16_t port = 0;
  std::string token;  // never shown
};

/// `http://127.0.0.1:8420`
[[nodiscard]] Result<Endpoint> endpoint_from(const std::string& url);

/// One request, one answer. An Error when none came within `timeout_ms`.
[[nodiscard]] Result<HttpResponse> call(const Endpoint& endpoint, const std::string& method,
                                        const std::string& target, const std::string& body = "",
                                        std::int64_t timeout_ms = 15'000);

/// How an event stream was over: with neither of these, `event` wanted no more.
struct StreamEnd {
  std::optional<HttpResponse> refused;  // it was not opened
  std::string why;  // it was open and ended: the gateway's words, or the network's
};

/// Reads the event stream until `event` answers false or it ends. An Error when nobody is there.
[[nodiscard]] Result<StreamEnd> follow_stream(const Endpoint& endpoint, const std::string& target,
                                              const std::function<bool(const std::string&)>& event);

}  // namespace clawgate::gateway
