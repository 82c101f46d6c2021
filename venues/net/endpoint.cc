// SPDX-License-Identifier: Apache-2.0
#include "venues/net/endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace clawgate::venues::net {
namespace {

constexpr std::size_t kUrlMax = 512;
constexpr std::size_t kHostMax = 253;  // RFC 1035

struct Scheme {
  std::string_view prefix;
  bool tls;
  std::uint16_t port;
};

constexpr std::array<Scheme, 4> kSchemes{{
    {"https://", true, 443},
    {"wss://", true, 443},
    {"http://", false, 80},
    {"ws://", false, 80},
}};

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return lower;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > kHostMax) return false;
  if (host.front() == '.' || host.front() == '-') return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
  });
}

bool is_ipv6(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Error refuse(std::string_view field, std::string seen) {
  return {Reason::ConfigValueRange, std::string(field), std::move(seen)};
}

// What stands between the scheme and the path: `host`, `host:port`, `[ipv6]:port`.
Result<Endpoint> read_authority(std::string_view authority, const Scheme& scheme,
                                std::string_view field) {
  Endpoint endpoint{.tls = scheme.tls, .host = {}, .port = scheme.port, .path = {}};
  const bool bracket = authority.starts_with('[');
  const std::size_t host_end = bracket ? authority.find(']') : authority.find(':');
  if (bracket && host_end == std::string_view::npos) return refuse(field, "a '[' without ']'");
  endpoint.host =
      lower_case(bracket ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
  if (!(bracket ? is_ipv6(endpoint.host) : is_host(endpoint.host))) {
    return refuse(field, "a host that is no name and no address");
  }
  std::string_view rest = host_end == std::string_view::npos
                              ? std::string_view{}
                              : authority.substr(host_end + (bracket ? 1 : 0));
  if (rest.empty()) return endpoint;
  if (!rest.starts_with(':')) return refuse(field, "text between host and port");
  rest.remove_prefix(1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), endpoint.port);
  if (error != std::errc{} || end != rest.data() + rest.size() || endpoint.port == 0) {
    return refuse(field, "a port that is not 1 to 65535");
  }
  return endpoint;
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url, std::string_view field) {
  if (url.empty() || url.size() > kUrlMax) {
    return refuse(field, std::to_string(url.size()) + " characters");
  }
  if (!is_printable(url)) return refuse(field, "a space or a control character");
  const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [&](const Scheme& row) {
    return lower_case(url.substr(0, row.prefix.size())) == row.prefix;
  });
  if (scheme == kSchemes.end()) return refuse(field, "no https://, wss://, http:// or ws://");
  const std::string_view rest = url.substr(scheme->prefix.size());
  if (rest.find('@') != std::string_view::npos) return refuse(field, "user information");
  if (rest.find('?') != std::string_view::npos) return refuse(field, "a query");
  if (rest.find('#') != std::string_view::npos) return refuse(field, "a fragment");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  Result<Endpoint> endpoint = read_authority(rest.substr(0, slash), *scheme, field);
  if (endpoint && rest.size() > slash + 1) endpoint->path = rest.substr(slash);
  return endpoint;
}

const std::vector<std::string>& loopback_hosts() {
  static const std::vector<std::string> kHosts = {"127.0.0.1", "localhost", "::1"};
  return kHosts;
}

bool is_loopback(std::string_view host) {
  return HostAllowlist(loopback_hosts()).allows(host);
}

HostAllowlist::HostAllowlist(const std::vector<std::string>& hosts) {
  hosts_.reserve(hosts.size());
  for (const std::string& host : hosts) hosts_.push_back(lower_case(host));
}

bool HostAllowlist::allows(std::string_view host) const {
  return std::find(hosts_.begin(), hosts_.end(), lower_case(host)) != hosts_.end();
}

}  // namespace clawgate::venues::net
