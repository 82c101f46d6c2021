// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/commands/operator_words.h"
#include "gateway/serve/http_client.h"
#include "schemas/core/result.h"

// What the operator's commands ask a running gateway. For their .cc files.

namespace clawgate::gateway {

/// Where the gateway is, as the command line says it: `--url` with `--token-file`, or `--data`.
struct GatewayPlace {
  std::string url;
  std::string token_file;
  std::string data;
  std::string principal = "operator";  // whose token of the data directory
};

[[nodiscard]] Result<Endpoint> find_gateway(const GatewayPlace& place);

struct CallAnswer {
  int status = 0;
  std::string text;
  CallJson json;
  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// An Error when no gateway answers; a refusal is an answer.
[[nodiscard]] Result<CallAnswer> get(const Endpoint& endpoint, const std::string& path);
[[nodiscard]] Result<CallAnswer> command(const Endpoint& endpoint, const CallJson& body,
                                         const std::string& path = "/v1/hitl/commands");

/// The same, of an answer that came by itself.
[[nodiscard]] Result<CallAnswer> answered(Result<HttpResponse> response);

}  // namespace clawgate::gateway
