// SPDX-License-Identifier: Apache-2.0
// HMAC by SHA256_CTX: copying two of them is the cheapest way to reuse a key (281 ns for 200 bytes
// against 388 ns of EVP_MAC), and OpenSSL 3 calls those functions deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "venues/binance_spot/signer.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "schemas/core/assert.h"
#include "schemas/core/digest.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::size_t kBlock = 64;  // of SHA-256
constexpr std::size_t kSecretMax = 256;
constexpr std::size_t kPemMax = 8192;
constexpr std::size_t kRawMax = 512;  // RSA of 4096 bits

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Signature base64(const std::uint8_t* bytes, std::size_t size) {
  CLAWGATE_ASSERT((size + 2) / 3 * 4 < Signature::kMax);  // OpenSSL ends it with a zero
  Signature text;
  text.size = static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.bytes.data()), bytes, static_cast<int>(size)));
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

}  // namespace

struct Signer::Impl {
  KeyType type = KeyType::Hmac;
  SHA256_CTX inner{};  // after the key's block with 0x36
  SHA256_CTX outer{};  // after the key's block with 0x5c
  EVP_PKEY* key = nullptr;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    OPENSSL_cleanse(&inner, sizeof inner);
    OPENSSL_cleanse(&outer, sizeof outer);
    EVP_PKEY_free(key);  // OpenSSL wipes private keys itself
  }

  void set_secret(std::string_view secret) {
    std::array<std::uint8_t, kBlock> block{};
    if (secret.size() > kBlock) {
      SHA256(bytes_of(secret).data(), secret.size(), block.data());
    } else {
      std::copy_n(bytes_of(secret).data(), secret.size(), block.begin());
    }
    for (std::uint8_t& byte : block) byte ^= 0x36U;
    SHA256_Init(&inner);
    SHA256_Update(&inner, block.data(), block.size());
    for (std::uint8_t& byte : block) byte ^= 0x36U ^ 0x5CU;
    SHA256_Init(&outer);
    SHA256_Update(&outer, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
  }

  [[nodiscard]] Signature sign_hmac(std::string_view payload) const {
    Digest digest;
    SHA256_CTX context = inner;
    SHA256_Update(&context, payload.data(), payload.size());
    SHA256_Final(digest.bytes.data(), &context);
    context = outer;
    SHA256_Update(&context, digest.bytes.data(), digest.bytes.size());
    SHA256_Final(digest.bytes.data(), &context);
    OPENSSL_cleanse(&context, sizeof context);
    Signature text;
    text.size = 2 * digest.bytes.size();
    to_hex(digest.bytes, text.bytes.data());
    return text;
  }

  [[nodiscard]] Signature sign_pem(std::string_view payload) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    CLAWGATE_ASSERT(context != nullptr);
    const EVP_MD* const hash = type == KeyType::Rsa ? EVP_sha256() : nullptr;
    std::array<std::uint8_t, kRawMax> bytes{};
    std::size_t size = bytes.size();
    const bool ok =
        EVP_DigestSignInit(context, nullptr, hash, nullptr, key) == 1 &&
        EVP_DigestSign(context, bytes.data(), &size, bytes_of(payload).data(), payload.size()) == 1;
    EVP_MD_CTX_free(context);
    CLAWGATE_ASSERT(ok);  // the key was tried when it was read
    return base64(bytes.data(), size);
  }
};

Signer::Signer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

Result<Signer> Signer::hmac(std::string_view secret) {
  if (secret.empty()) return Error{Reason::FieldEmpty, "api_secret", ""};
  if (secret.size() > kSecretMax) {
    return Error{Reason::FieldTooLong, "api_secret", std::to_string(secret.size()) + " bytes"};
  }
  // A line end or a space from a file would sign nothing that the venue accepts.
  if (!std::all_of(secret.begin(), secret.end(), is_alphanumeric)) {
    return Error{Reason::FieldValue, "api_secret", "something else than letters and digits"};
  }
  auto impl = std::make_unique<Impl>();
  impl->set_secret(secret);
  return Signer(std::move(impl));
}

Result<Signer> Signer::pem(std::string_view private_key_pem) {
  constexpr const char* kField = "private_key";
  if (private_key_pem.empty()) return Error{Reason::FieldEmpty, kField, ""};
  if (private_key_pem.size() > kPemMax) {
    return Error{Reason::FieldTooLong, kField, std::to_string(private_key_pem.size()) + " bytes"};
  }
  BIO* const bio =
      BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size()));
  CLAWGATE_ASSERT(bio != nullptr);
  auto impl = std::make_unique<Impl>();
  // Without a password callback of ours OpenSSL would ask at the terminal.
  impl->key = PEM_read_bio_PrivateKey(
      bio, nullptr, [](char*, int, int, void*) { return -1; }, nullptr);
  BIO_free(bio);
  ERR_clear_error();
  if (impl->key == nullptr) {
    return Error{Reason::FieldValue, kField, "no unencrypted private key in PEM"};
  }
  switch (EVP_PKEY_get_base_id(impl->key)) {
    case EVP_PKEY_ED25519:
      impl->type = KeyType::Ed25519;
      return Signer(std::move(impl));
    case EVP_PKEY_RSA:
      break;
    default:
      return Error{Reason::FieldValue, kField, "neither Ed25519 nor RSA"};
  }
  const int bits = EVP_PKEY_get_bits(impl->key);
  if (bits < 2048 || bits > 4096) {
    return Error{Reason::FieldOutOfRange, kField, "RSA of " + std::to_string(bits) + " bits"};
  }
  impl->type = KeyType::Rsa;
  return Signer(std::move(impl));
}

Signature Signer::sign(std::string_view payload) const {
  return impl_->type == KeyType::Hmac ? impl_->sign_hmac(payload) : impl_->sign_pem(payload);
}

KeyType Signer::type() const {
  return impl_->type;
}

Result<Credentials> credentials(std::string_view api_key, Signer signer) {
  if (api_key.empty()) return Error{Reason::FieldEmpty, "api_key", ""};
  if (api_key.size() > 128) {
    return Error{Reason::FieldTooLong, "api_key", std::to_string(api_key.size()) + " bytes"};
  }
  if (!std::all_of(api_key.begin(), api_key.end(), is_alphanumeric)) {
    return Error{Reason::FieldValue, "api_key", "something else than letters and digits"};
  }
  return Credentials{std::string(api_key), std::move(signer)};
}

Result<Credentials> credentials_from(std::string_view api_key_file,
                                     std::string_view private_key_file) {
  const std::string_view secret = trimmed(private_key_file);
  const bool is_pem = secret.starts_with("-----BEGIN");
  // A PEM goes whole: its last line end belongs to it.
  Result<Signer> signer = is_pem ? Signer::pem(private_key_file) : Signer::hmac(secret);
  if (!signer) return signer.error();
  return credentials(trimmed(api_key_file), std::move(*signer));
}

bool Credentials::may_sign_for(std::string_view host) const {
  const bool here = host == "127.0.0.1" || host == "localhost" || host == "::1";
  return here == (type == CredentialType::Practice);
}

}  // namespace clawgate::venues::binance_spot
