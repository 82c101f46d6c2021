// SPDX-License-Identifier: Apache-2.0
#include "governance/policy/domains.h"

#include <algorithm>

#include "schemas/strict_json.h"

namespace clawgate::governance {
namespace {

constexpr std::size_t kUrlMax = 512;
constexpr std::size_t kHostMax = 253;  // RFC 1035
constexpr std::size_t kLabelMax = 63;  // the same
constexpr std::string_view kNoHost = "(no host name)";

constexpr std::uint8_t bit(Caller caller) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(caller));
}

constexpr auto kBinance = std::to_array<std::string_view>(
    {"api.binance.com", "stream.binance.com", "data-api.binance.vision", "testnet.binance.vision"});
/// Signed sessions beside REST: the WebSocket API and FIX.
constexpr auto kBinanceSessions = std::to_array<std::string_view>(
    {"ws-api.binance.com", "ws-api.testnet.binance.vision", "fix-oe.binance.com",
     "fix-dc.binance.com", "fix-md.binance.com"});
constexpr auto kControlPlane = std::to_array<std::string_view>(
    {"*.convex.cloud", "api.telegram.org", "slack.com", "api.slack.com", "hooks.slack.com"});
constexpr auto kModels = std::to_array<std::string_view>({"openrouter.ai", "api.openrouter.ai"});
constexpr auto kStorage =
    std::to_array<std::string_view>({"*.amazonaws.com", "*.s3.amazonaws.com"});
constexpr auto kDocs = std::to_array<std::string_view>({"github.com", "docs.github.com"});
constexpr auto kProviders = std::to_array<std::string_view>(
    {"api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com"});

const std::array<DomainGroup, 8> kGroups{{
    {"trading_phase1_binance", bit(Caller::ExecutionGateway) | bit(Caller::MarketData), false,
     kBinance},
    {"trading_phase1_binance_sessions", bit(Caller::ExecutionGateway), false, kBinanceSessions},
    {"trading_phase2_brokers", bit(Caller::ExecutionGateway), true, {}},
    {"control_plane", bit(Caller::ControlPlane), false, kControlPlane},
    {"llm_gateway", bit(Caller::ModelGateway), false, kModels},
    {"storage", bit(Caller::ControlPlane), false, kStorage},
    {"docs", bit(Caller::Docs), false, kDocs},
    {"direct_model_providers", bit(Caller::ModelGateway), true, kProviders},
}};

/// Only market data may come over these; orders go elsewhere.
constexpr auto kPublicOnly =
    std::to_array<std::string_view>({"stream.binance.com", "data-api.binance.vision"});

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  if (label.starts_with("xn--")) return false;  // a name that looks like another
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Two labels at least, none empty, and the last no number: 0x7f.1 and 2130706433 are addresses.
bool is_name(std::string_view host) {
  if (host.empty() || host.size() > kHostMax) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t at = 0; at <= host.size(); ++labels) {
    const std::size_t end = std::min(host.find('.', at), host.size());
    last = host.substr(at, end - at);
    if (!is_label(last)) return false;
    at = end + 1;
  }
  return labels >= 2 && !std::all_of(last.begin(), last.end(), is_digit) && !is_digit(last.front());
}

bool matches(std::string_view host, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return host == pattern;
  const std::string_view suffix = pattern.substr(1);  // with its dot: whole labels only
  return host.size() > suffix.size() && host.ends_with(suffix);
}

}  // namespace

std::span<const DomainGroup> domain_groups() {
  return kGroups;
}

Result<std::string> host_of(std::string_view url) {
  const auto refuse = [](std::string_view seen) {
    return Error{Reason::HostForm, "url", printable(seen)};
  };
  if (url.size() > kUrlMax) return refuse("a URL that is too long");
  std::string lower(url.substr(0, url.find('/', 8)));
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  const std::string_view text = lower;
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("wss://") ? 6 : 0;
  if (scheme == 0) return refuse("no https:// or wss://");
  const std::string_view rest = text.substr(scheme);
  std::string_view host = rest.substr(0, std::min(rest.find_first_of("/?#\\"), rest.size()));
  if (host.find('@') != std::string_view::npos) return refuse("user information");
  // 443 is what the scheme says; stream.binance.com also listens on 9443.
  for (const std::string_view port : {":443", ":9443"}) {
    if (host.ends_with(port)) host.remove_suffix(port.size());
  }
  if (!is_name(host)) return refuse(host.empty() ? kNoHost : host);
  return std::string(host);
}

Result<std::string_view> check_domain(const DomainAsk& ask) {
  const auto host = host_of(ask.url);
  if (!host) return host.error();
  for (const DomainGroup& group : kGroups) {
    if ((group.callers & bit(ask.caller)) == 0 || (group.by_decision && !ask.has_decision))
      continue;
    const auto hit = std::find_if(group.hosts.begin(), group.hosts.end(),
                                  [&](std::string_view row) { return matches(*host, row); });
    if (hit == group.hosts.end()) continue;
    const bool market_data =
        std::find(kPublicOnly.begin(), kPublicOnly.end(), *hit) != kPublicOnly.end();
    if (ask.caller == Caller::MarketData && group.hosts.data() == kBinance.data() && !market_data) {
      continue;
    }
    return group.name;
  }
  return Error{Reason::HostNotListed, "url", *host};
}

Result<std::string_view> check_redirect(const DomainAsk& from, std::string_view to) {
  const auto before = host_of(from.url);
  if (!before) return before.error();
  const auto after = host_of(to);
  if (!after) return after.error();
  if (*after != *before) return Error{Reason::HostNotListed, "location", *after};
  return check_domain(from);
}

std::vector<std::string> hosts_of(Caller caller) {
  std::vector<std::string> hosts;
  for (const DomainGroup& group : kGroups) {
    for (const std::string_view host : group.hosts) {
      const std::string url = "https://" + std::string(host);
      if (!host.starts_with("*") && check_domain({url, caller, false})) hosts.emplace_back(host);
    }
  }
  return hosts;
}

}  // namespace clawgate::governance
