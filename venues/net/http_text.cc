// SPDX-License-Identifier: Apache-2.0
#include "venues/net/http_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace clawgate::venues::net {
namespace {

constexpr std::size_t kTargetMax = 32 * 1024;
constexpr std::array<std::string_view, 4> kMethods{"GET", "POST", "PUT", "DELETE"};
// What frames a message is the transport's alone.
constexpr std::array<std::string_view, 4> kOwnHeaders{"host", "content-length", "transfer-encoding",
                                                      "connection"};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

bool is_token(std::string_view name) {  // RFC 9110, 5.6.2
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c == ' ' || c == '\t' || is_visible(c); });
}

template <class List>
bool holds(const List& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

}  // namespace

std::string refusal_of(const HttpRequest& request) {
  if (!holds(kMethods, request.method)) return "method: not GET, POST, PUT or DELETE";
  if (!request.target.starts_with('/')) return "target: does not begin with '/'";
  if (request.target.size() > kTargetMax) return "target: too long";
  if (!std::all_of(request.target.begin(), request.target.end(), is_visible)) {
    return "target: a space or a control character";
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return "headers: a name that is no token";
    if (holds(kOwnHeaders, lower_case(name))) return "headers: " + name + " is the transport's own";
    if (!is_value(value)) return "headers: a control character in the value of " + name;
  }
  return {};
}

std::string host_header(const Endpoint& endpoint) {
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  std::string host = ipv6 ? "[" + endpoint.host + "]" : endpoint.host;
  if (endpoint.port != (endpoint.tls ? 443 : 80)) host += ":" + std::to_string(endpoint.port);
  return host;
}

std::string to_wire(const HttpRequest& request, const Endpoint& endpoint) {
  std::string text;
  text.reserve(256 + request.target.size() + request.body.size());
  text.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  text.append(host_header(endpoint)).append("\r\nUser-Agent: clawgate\r\n");
  for (const auto& [name, value] : request.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method != "GET") {
    text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  text.append("\r\n").append(request.body);
  return text;
}

}  // namespace clawgate::venues::net
