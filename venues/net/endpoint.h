// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"
#include "venues/net/transport.h"

namespace clawgate::venues::net {

/// Reads `https://host[:port][/path]`, and http, wss and ws likewise. The host comes back in lower
/// case. Refused: user information, queries, fragments, hosts with characters that names and
/// addresses do not have. `field` is only for the error, which never repeats the whole URL.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url, std::string_view field = "url");

/// The names that this machine has for itself.
[[nodiscard]] const std::vector<std::string>& loopback_hosts();
[[nodiscard]] bool is_loopback(std::string_view host);

/// The hosts that a process may talk to: exact names, no patterns. An empty list allows nothing.
class HostAllowlist {
 public:
  HostAllowlist() = default;
  explicit HostAllowlist(const std::vector<std::string>& hosts);

  [[nodiscard]] bool allows(std::string_view host) const;

 private:
  std::vector<std::string> hosts_;  // lower case
};

}  // namespace clawgate::venues::net
