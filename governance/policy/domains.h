// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"

namespace clawgate::governance {

/// Which part of the system asks for a connection.
enum class Caller : std::uint8_t { ExecutionGateway, MarketData, ControlPlane, ModelGateway, Docs };

struct DomainGroup {
  std::string_view name;
  std::uint8_t callers;                     // bits by Caller
  bool by_decision;                         // breakglass: only under a recorded decision
  std::span<const std::string_view> hosts;  // exact, or `*.suffix` for the labels below it
};

/// The groups in table order. What stands in none is denied.
[[nodiscard]] std::span<const DomainGroup> domain_groups();

struct DomainAsk {
  std::string_view url;
  Caller caller = Caller::ExecutionGateway;
  bool has_decision = false;  // of those that breakglass asks for
};

/// The group that allows it. HostForm for anything but https or wss to a plain host name: user
/// information, another port, an address in digits, a trailing dot, an encoded or international
/// name, a character that no host has. HostNotListed for every host that is on no list of this
/// caller. The error names the host, never the rest of the URL.
[[nodiscard]] Result<std::string_view> check_domain(const DomainAsk& ask);

/// Whether an answer of `from` may send the same request on to `to`: never to another host.
[[nodiscard]] Result<std::string_view> check_redirect(const DomainAsk& from, std::string_view to);

/// The exact hosts of every group that this caller has without a decision: what the transport is
/// given as its list.
[[nodiscard]] std::vector<std::string> hosts_of(Caller caller);

/// The bare name that a URL leads to, in lower case; HostForm otherwise.
[[nodiscard]] Result<std::string> host_of(std::string_view url);

}  // namespace clawgate::governance
