// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "schemas/core/assert.h"
#include "schemas/strict_json.h"
#include "venues/binance_spot/call.h"

namespace clawgate::venues::binance_spot {
namespace {

// Parameters that are whole numbers: in JSON they stand without quotes.
constexpr auto kNumbers =
    std::to_array<std::string_view>({"fromId", "limit", "orderId", "recvWindow", "timestamp"});

bool is_raw_in_json(std::string_view name, std::string_view value) {
  if (name == "symbols") return true;  // an array that exchange_info() wrote as JSON
  if (std::find(kNumbers.begin(), kNumbers.end(), name) == kNumbers.end()) return false;
  return !value.empty() && json_number_size(value) == value.size();
}

std::string millis(UnixNanos time) {
  return std::to_string(time.value() / kNanosPerMilli);
}

/// `k=v` joined with `&`.
template <class Params, class Encode>
std::string joined(const Params& params, Encode&& encode) {
  std::string text;
  for (const auto& [name, value] : params) {
    if (!text.empty()) text += '&';
    text += name;
    text += '=';
    text += encode(value);
  }
  return text;
}

using Param = std::pair<std::string_view, std::string>;

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

net::HttpRequest rest_request(const Call& call, std::string_view base_path,
                              const Credentials* credentials, UnixNanos venue_now,
                              std::int64_t recv_window_ms) {
  const CallInfo& info = *call.info;
  CLAWGATE_ASSERT(!info.http.empty());
  CLAWGATE_ASSERT(info.security == Security::None || credentials != nullptr);

  net::HttpRequest request;
  request.method = info.http;
  std::string query = joined(call.params, percent_encoded);
  if (info.security != Security::None) {
    if (!query.empty()) query += '&';
    query += "recvWindow=" + std::to_string(recv_window_ms) + "&timestamp=" + millis(venue_now);
    query += "&signature=" + percent_encoded(credentials->signer.sign(query));
    request.headers.emplace_back("X-MBX-APIKEY", credentials->api_key);
  }
  // The wallet's paths are whole; all others are below the base.
  if (!info.path.starts_with("/sapi/")) request.target = base_path;
  request.target += info.path;
  if (!query.empty()) request.target += '?' + query;
  return request;
}

std::string ws_request(const Call& call, std::uint64_t id, const Credentials* credentials,
                       bool logged_on, UnixNanos venue_now, std::int64_t recv_window_ms) {
  const CallInfo& info = *call.info;
  CLAWGATE_ASSERT(!info.ws_method.empty());
  const bool with_key =
      info.security == Security::AlwaysSigned || (info.security == Security::Signed && !logged_on);
  CLAWGATE_ASSERT(!with_key || credentials != nullptr);

  boost::container::small_vector<Param, 28> params(call.params.begin(), call.params.end());
  if (info.security != Security::None) {  // also on a session, and there unsigned
    params.emplace_back("recvWindow", std::to_string(recv_window_ms));
    params.emplace_back("timestamp", millis(venue_now));
  }
  if (with_key) params.emplace_back("apiKey", credentials->api_key);
  std::sort(params.begin(), params.end(),
            [](const Param& one, const Param& other) { return one.first < other.first; });
  if (with_key) {
    const auto as_is = [](const std::string& value) -> const std::string& { return value; };
    params.emplace_back("signature", credentials->signer.sign(joined(params, as_is)));
  }

  std::string text = "{\"id\":" + std::to_string(id) + ",\"method\":\"";
  text += info.ws_method;
  text += "\",\"params\":{";
  bool first = true;
  for (const auto& [name, value] : params) {
    if (!first) text += ',';
    first = false;
    append_json_string(text, name);
    text += ':';
    if (is_raw_in_json(name, value)) {
      text += value;
    } else {
      append_json_string(text, value);
    }
  }
  text += "}}";
  return text;
}

}  // namespace clawgate::venues::binance_spot
