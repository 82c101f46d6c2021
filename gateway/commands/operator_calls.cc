// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/operator_calls.h"

#include <utility>

#include "gateway/serve/principals.h"
#include "schemas/core/read_file.h"

namespace clawgate::gateway {
namespace {

Result<Endpoint> with_token(Result<Endpoint> endpoint, const std::string& token_file) {
  if (!endpoint) return endpoint;
  auto token = read_secret(token_file);
  if (!token) return token.error();
  endpoint->token = std::move(*token);
  return endpoint;
}

}  // namespace

Result<Endpoint> find_gateway(const GatewayPlace& place) {
  if (!place.url.empty()) {
    if (place.token_file.empty()) return Error{Reason::UsageOption, "--token-file", "missing"};
    return with_token(endpoint_from(place.url), place.token_file);
  }
  if (place.data.empty()) return Error{Reason::UsageOption, "--url or --data", "missing"};
  const std::string path = place.data + "/serve.json";
  const auto text = read_whole_file(path);
  if (!text) return Error{Reason::GatewayUnreachable, path, "no gateway runs on this directory"};
  const CallJson json = CallJson::parse(*text, nullptr, false);
  const bool readable = json.is_object() && json.contains("url") && json["url"].is_string() &&
                        json.contains("tokens") && json["tokens"].is_object();
  if (!readable) return Error{Reason::FileUnreadable, path, "not what a gateway writes"};
  if (!json["tokens"].contains(place.principal)) {
    std::string names;
    for (const auto& row : json["tokens"].items()) names += " " + row.key();
    return Error{Reason::UsageOption, "--as", place.principal + "; it has tokens for" + names};
  }
  const std::string token_file = place.token_file.empty()
                                     ? json["tokens"][place.principal].get<std::string>()
                                     : place.token_file;
  return with_token(endpoint_from(json["url"].get<std::string>()), token_file);
}

Result<CallAnswer> answered(Result<HttpResponse> response) {
  if (!response) return response.error();
  CallAnswer answer;
  answer.status = response->status;
  answer.text = std::move(response->body);
  answer.json = CallJson::parse(answer.text, nullptr, false);
  if (!answer.json.is_object()) {
    return Error{Reason::GatewayUnreachable, "answer", "status " + std::to_string(answer.status)};
  }
  return answer;
}

Result<CallAnswer> get(const Endpoint& endpoint, const std::string& path) {
  return answered(call(endpoint, "GET", path));
}

Result<CallAnswer> command(const Endpoint& endpoint, const CallJson& body,
                           const std::string& path) {
  // What a person typed may be any bytes; what is sent is UTF-8.
  return answered(
      call(endpoint, "POST", path, body.dump(-1, ' ', false, CallJson::error_handler_t::replace)));
}

}  // namespace clawgate::gateway
