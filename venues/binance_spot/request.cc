// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <cstring>

#include "schemas/core/assert.h"
#include "schemas/strict_json.h"
#include "venues/binance_spot/call.h"

namespace clawgate::venues::binance_spot {
namespace {

std::int64_t millis(UnixNanos time) {
  return time.value() / kNanosPerMilli;
}

/// Memory for text whose greatest size is known, so that each piece is a copy and no more.
using Memory = boost::container::small_vector<char, 2048>;

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}
/// Of what has room to be read and written behind it: most pieces are one move.
char* put_piece(char* at, std::string_view text) {
  constexpr std::size_t kMove = Params::kReadable;
  if (text.size() > kMove) return put(at, text);
  std::memcpy(at, text.data(), kMove);
  return at + text.size();
}
char* put(char* at, const Lead& lead) {
  std::memcpy(at, &lead, sizeof lead);
  return at + lead.size;
}

/// Two sets of parameters as one, in the order of their names.
class ByName {
 public:
  ByName(const Params& one, const Params& other) {
    add(one);
    add(other);
  }

  /// visit(param, piece)
  template <class Visit>
  void each(Visit&& visit) const {
    for (std::uint64_t left = named_; left != 0; left &= left - 1) {
      const Place& place = places_[static_cast<std::size_t>(std::countr_zero(left))];
      visit(place.params->param(place.index), place.params->piece(place.index));
    }
  }

 private:
  struct Place {
    const Params* params;
    std::size_t index;
  };

  void add(const Params& params) {
    for (std::size_t i = 0; i < params.size(); ++i) {
      const auto at = static_cast<std::size_t>(params.param(i));
      places_[at] = {&params, i};
      named_ |= std::uint64_t{1} << at;
    }
  }

  std::array<Place, kParams> places_;  // where named_ has a bit
  std::uint64_t named_ = 0;
};

/// `name=value` joined with `&`, the values percent-encoded.
std::string encoded(const Params& params) {
  std::string text;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (!text.empty()) text += '&';
    text += row_of(params.param(i)).name;
    text += '=';
    text += percent_encoded(params.piece(i).value);
  }
  return text;
}

/// The member, and a comma behind it.
char* put_json(char* at, Param param, std::string_view value, bool plain) {
  at = put(at, json_lead(param));
  if (row_of(param).form == JsonForm::Bare) {
    at = put(at - 1, value);  // without the quote
  } else if (plain) {
    at = put_piece(at, value);
    *at++ = '"';
  } else {
    std::string escaped;
    append_json_string(escaped, value);
    at = put(at - 1, escaped);  // it has its own quotes
  }
  *at++ = ',';
  return at;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_plain({&c, 1})) {
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

  const Params& params = call.params;
  net::HttpRequest request;
  request.method = info.http;
  std::string& target = request.target;
  // A query with its two numbers and a signature of HMAC; anything longer grows.
  target.reserve(base_path.size() + info.path.size() + params.text().size() + 160);
  // The wallet's paths are whole; all others are below the base.
  if (!info.path.starts_with("/sapi/")) target.append(base_path);
  target.append(info.path);
  const std::size_t query = target.size() + 1;
  target += '?';
  if (params.plain()) {
    if (params.size() > 0) target.append(params.text().substr(1));
  } else {
    target.append(encoded(params));
  }
  if (info.security != Security::None) {
    Params more;
    more.put_number(Param::RecvWindow, recv_window_ms);
    more.put_number(Param::Timestamp, millis(venue_now));
    target.append(more.text().substr(params.size() > 0 ? 0 : 1));
    const Signature signature = credentials->signer.sign(std::string_view(target).substr(query));
    target.append("&signature=");
    if (credentials->signer.type() == KeyType::Hmac) {  // hex
      target.append(signature.view());
    } else {
      target.append(percent_encoded(signature.view()));
    }
    request.headers.emplace_back("X-MBX-APIKEY", credentials->api_key);
  }
  if (target.size() == query) target.pop_back();
  return request;
}

std::string ws_request(const Call& call, std::uint64_t id, const Credentials* credentials,
                       bool logged_on, UnixNanos venue_now, std::int64_t recv_window_ms) {
  const CallInfo& info = *call.info;
  CLAWGATE_ASSERT(!info.ws_method.empty());
  const bool with_key =
      info.security == Security::AlwaysSigned || (info.security == Security::Signed && !logged_on);
  CLAWGATE_ASSERT(!with_key || credentials != nullptr);

  Params more;
  if (info.security != Security::None) {  // also on a session, and there unsigned
    more.put_number(Param::RecvWindow, recv_window_ms);
    more.put_number(Param::Timestamp, millis(venue_now));
  }
  if (with_key) more.put_plain(Param::ApiKey, credentials->api_key);
  const ByName by_name(call.params, more);
  const bool plain = call.params.plain() && more.plain();
  const std::size_t raw = call.params.text().size() + more.text().size();
  const std::size_t count = call.params.size() + more.size();
  constexpr std::size_t kEscapeMax = 6;  // bytes that one byte becomes in JSON
  // What is not of a parameter, and where the last move may write behind its piece.
  constexpr std::size_t kAround = 128 + Params::kReadable;
  Memory memory;
  memory.resize(kAround + info.ws_method.size() + count * (sizeof(Lead) + 4) +
                    raw * (plain ? 1 : kEscapeMax) + Signature::kMax,
                boost::container::default_init);
  Memory payload;  // what is signed is what is sent, in the same order
  payload.resize(raw + Params::kReadable, boost::container::default_init);
  char* payload_end = payload.data();
  char* at = put(memory.data(), "{\"id\":");
  at = std::to_chars(at, at + kAround, id).ptr;
  at = put(at, ",\"method\":\"");
  at = put(at, info.ws_method);
  at = put(at, "\",\"params\":{");
  by_name.each([&](Param param, const Params::Piece& piece) {
    at = put_json(at, param, piece.value, plain);
    payload_end = put_piece(payload_end, piece.whole);
  });
  if (with_key) {
    const Signature signature = credentials->signer.sign({payload.data() + 1, payload_end});
    at = put(at, "\"signature\":\"");
    at = put(at, signature.view());  // hex or base64
    *at++ = '"';
  } else if (count > 0) {
    --at;
  }
  at = put(at, "}}");
  return {memory.data(), at};
}

}  // namespace clawgate::venues::binance_spot
