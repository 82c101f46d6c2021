// SPDX-License-Identifier: Apache-2.0
// HMAC by SHA256_CTX copies: the fastest that OpenSSL has (docs/limits.md), and what it calls
// deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "bench/desk.h"
#include "bench/harness.h"
#include "venues/binance_spot/call.h"
#include "venues/binance_spot/signer.h"

namespace clawgate::bench {
namespace {

namespace spot = venues::binance_spot;

constexpr std::string_view kSecret =
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
constexpr std::string_view kApiKey =
    "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
constexpr std::int64_t kVenueNow = 1'767'603'600 * kNanosPerSecond;

/// HMAC-SHA-256 and nothing else: two kept states, no text.
class BareHmac {
 public:
  BareHmac() {
    std::array<unsigned char, 64> block{};
    kSecret.copy(reinterpret_cast<char*>(block.data()), block.size());
    for (unsigned char& byte : block) byte ^= 0x36U;
    SHA256_Init(&inner_);
    SHA256_Update(&inner_, block.data(), block.size());
    for (unsigned char& byte : block) byte ^= 0x36U ^ 0x5CU;
    SHA256_Init(&outer_);
    SHA256_Update(&outer_, block.data(), block.size());
  }
  [[nodiscard]] unsigned char sign(std::string_view payload) const {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256_CTX context = inner_;
    SHA256_Update(&context, payload.data(), payload.size());
    SHA256_Final(digest.data(), &context);
    context = outer_;
    SHA256_Update(&context, digest.data(), digest.size());
    SHA256_Final(digest.data(), &context);
    return digest[0];
  }

 private:
  SHA256_CTX inner_{};
  SHA256_CTX outer_{};
};

/// Nanoseconds of one call, in a loop of them.
template <class Call>
double per_call(int count, const Call& call) {
  const std::int64_t begin = now_ns();
  for (int i = 0; i < count; ++i) call(i);
  return static_cast<double>(now_ns() - begin) / count;
}

template <class Encode, class Write>
Row order_row(const Options& options, const std::string& name, std::string payload,
              const Encode& encode, const Write& write) {
  const int count = options.count(20'000);
  std::size_t bytes = 0;
  std::size_t written = 0;
  std::vector<double> writing;
  const Timed product = [&](std::vector<double>&) {
    writing.push_back(per_call(count, [&](int) { written += write(); }));
    return per_call(count, [&](int i) { bytes = encode(i); });
  };
  const BareHmac hmac;
  unsigned seen = 0;
  const Timed limit = [&](std::vector<double>&) {
    return per_call(count, [&](int i) {
      payload[0] = static_cast<char>(i);
      seen += hmac.sign(payload);
    });
  };
  Row row = interleave(name, 1.6, options, product, limit);
  row.note = "an entry with its stop; " + std::to_string(payload.size()) + " bytes signed, " +
             std::to_string(bytes) + " sent; " + std::to_string(std::lround(median(writing))) +
             " ns write the parameters, the HMAC is the limit's, the rest is the request's text "
             "and memory; batches, no single-call p99" +
             (seen + written == 0 ? "." : "");  // what was made is used
  return row;
}

}  // namespace

std::vector<Row> order_rows(const Options& options) {
  const spot::Credentials keys =
      spot::credentials(kApiKey, spot::Signer::hmac(kSecret).value()).value();
  const Symbol symbol("BTCUSDT");
  const Legs legs = an_entry();
  const std::string list = "cgBNCHABCDEFGHJKMNPQRSL0";
  const auto at = [](int i) { return UnixNanos(kVenueNow + i * kNanosPerMilli); };
  const auto rest = [&](int i) {
    const auto request =
        spot::rest_request(spot::place(symbol, legs, list), "/api", &keys, at(i), 1'000);
    return request.target.size();
  };
  const auto frame = [&](int i) {
    return spot::ws_request(spot::place(symbol, legs, list), static_cast<std::uint64_t>(i), &keys,
                            false, at(i), 1'000)
        .size();
  };
  const auto write = [&] { return spot::place(symbol, legs, list).params.text().size(); };
  const std::string target =
      spot::rest_request(spot::place(symbol, legs, list), "/api", &keys, at(0), 1'000).target;
  const std::size_t begin = target.find('?') + 1;
  const std::string query = target.substr(begin, target.find("&signature=") - begin);
  // What the WebSocket API signs has the key in it too.
  const std::string params = query + "&apiKey=" + std::string(kApiKey);
  return {order_row(options, "encode and sign an order, REST : HMAC alone", query, rest, write),
          order_row(options, "encode and sign an order, WebSocket API : HMAC alone", params, frame,
                    write)};
}

}  // namespace clawgate::bench
