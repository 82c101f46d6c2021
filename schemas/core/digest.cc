// SPDX-License-Identifier: Apache-2.0
// The functions of one algorithm, which OpenSSL 3 calls deprecated, cost a tenth less than EVP on a
// message of 256 bytes: that is most of the journal's own margin.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "schemas/core/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <cstring>
#include <new>

#include "schemas/core/assert.h"
#include "schemas/core/hex_digit.h"

namespace clawgate {
namespace {

// `000102...ff`
constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kDigits[byte >> 4U];
    pairs[2 * byte + 1] = kDigits[byte & 15U];
  }
  return pairs;
}();

}  // namespace

void Sha256::begin() {
  static_assert(sizeof(SHA256_CTX) <= sizeof state_ && alignof(SHA256_CTX) <= 8);
  const int ok = SHA256_Init(new (state_.data()) SHA256_CTX);
  CLAWGATE_ASSERT(ok == 1);
}

Sha256& Sha256::update(Bytes bytes) {
  auto* const context = std::launder(reinterpret_cast<SHA256_CTX*>(state_.data()));
  const int ok = SHA256_Update(context, bytes.data(), bytes.size());
  CLAWGATE_ASSERT(ok == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  auto* const context = std::launder(reinterpret_cast<SHA256_CTX*>(state_.data()));
  const int ok = SHA256_Final(digest.bytes.data(), context);
  CLAWGATE_ASSERT(ok == 1);
  begin();
  return digest;
}

Digest sha256(Bytes bytes) {
  return Sha256().update(bytes).finish();
}

Digest hmac_sha256(Bytes key, Bytes message) {
  Digest digest;
  unsigned size = 0;
  const auto* const made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                message.data(), message.size(), digest.bytes.data(), &size);
  CLAWGATE_ASSERT(made != nullptr && size == digest.bytes.size());
  return digest;
}

void to_hex(Bytes bytes, char* out) {
  for (const std::uint8_t byte : bytes) {
    std::memcpy(out, kHexPairs.data() + std::size_t{2} * byte, 2);
    out += 2;
  }
}

std::string to_hex(Bytes bytes) {
  std::string hex(bytes.size() * 2, '0');
  to_hex(bytes, hex.data());
  return hex;
}

std::optional<Digest> digest_from_hex(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    const auto high = hex_digit(hex[2 * i]);
    const auto low = hex_digit(hex[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest.bytes[i] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return digest;
}

void crockford(Bytes bytes, std::size_t symbols, char* out) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  CLAWGATE_ASSERT(bytes.size() * 8 >= symbols * 5);
  for (std::size_t i = 0; i < symbols; ++i) {
    unsigned group = 0;
    for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      group = group << 1U | (static_cast<unsigned>(bytes[bit / 8]) >> (7 - bit % 8) & 1U);
    }
    out[i] = kAlphabet[group];
  }
}

std::string crockford(Bytes bytes, std::size_t symbols) {
  std::string text(symbols, '0');
  crockford(bytes, symbols, text.data());
  return text;
}

}  // namespace clawgate
