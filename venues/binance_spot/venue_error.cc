// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/venue_error.h"

#include <algorithm>
#include <array>

#include "schemas/strict_json.h"
#include "venues/binance_spot/detail/error_body.h"
#include "venues/binance_spot/retry_after.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::size_t kKeyRun = 32;  // no word is as long; API keys have 64, signatures 64 or more

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_key_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
         c == '=';
}

/// How many bytes at the front are an IPv4 address; 0 when none.
std::size_t ipv4_size(std::string_view text) {
  std::size_t at = 0;
  for (int group = 0; group < 4; ++group) {
    if (group > 0 && (at == text.size() || text[at++] != '.')) return 0;
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == from || at - from > 3) return 0;
  }
  return at;
}

/// The same of IPv6: hex groups with at least two colons.
std::size_t ipv6_size(std::string_view text) {
  std::size_t at = 0;
  std::size_t colons = 0;
  for (; at < text.size() && (is_hex(text[at]) || text[at] == ':' || text[at] == '.'); ++at) {
    if (text[at] == ':') ++colons;
  }
  return colons >= 2 ? at : 0;
}

std::size_t key_size(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_key_letter);
  const auto size = static_cast<std::size_t>(end - text.begin());
  return size >= kKeyRun ? size : 0;
}

struct Mask {
  std::size_t (*size)(std::string_view);
  std::string_view shown;
};
constexpr auto kMasks =
    std::to_array<Mask>({{ipv4_size, "[ip]"}, {ipv6_size, "[ip]"}, {key_size, "[key]"}});

}  // namespace

Text<64> scrubbed(std::string_view message) {
  std::string clean;
  for (std::size_t at = 0; at < message.size() && clean.size() < Text<64>::kMax;) {
    const std::string_view rest = message.substr(at);
    const bool inside = at > 0 && is_hex(message[at - 1]) && is_hex(message[at]);
    const Mask* found = nullptr;
    for (const Mask& mask : kMasks) {
      if (found == nullptr && !inside && mask.size(rest) != 0) found = &mask;
    }
    if (found == nullptr) {
      clean += message[at++];
      continue;
    }
    clean += found->shown;
    at += found->size(rest);
  }
  return Text<64>(printable(clean, 64));
}

VenueError read_rest_error(const net::HttpAnswer& answer) {
  VenueError error = detail::read_error_body(answer.body);
  error.status = answer.status;
  if (const auto seconds = retry_after_s(answer)) error.wait_ns = *seconds * kNanosPerSecond;
  return error;
}

}  // namespace clawgate::venues::binance_spot
