// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/signature.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <optional>
#include <vector>

#include "schemas/core/digest.h"

namespace clawgate::sim {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// nullopt for anything but padded base 64 without spaces.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  if (text.substr(0, text.size() - padding).find_first_not_of(kAlphabet) !=
      std::string_view::npos) {
    return std::nullopt;
  }
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

struct SignatureCheck::PublicKey {
  std::unique_ptr<EVP_PKEY, Free> key;
};

SignatureCheck::SignatureCheck(KeyType type, std::string_view secret) : type_(type) {
  if (type == KeyType::Hmac) {
    secret_ = secret;
    return;
  }
  const std::unique_ptr<BIO, Free> bio(
      BIO_new_mem_buf(secret.data(), static_cast<int>(secret.size())));
  auto key = std::make_unique<PublicKey>();
  key->key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  const int wanted = type == KeyType::Rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519;
  if (key->key && EVP_PKEY_get_base_id(key->key.get()) == wanted) key_ = std::move(key);
}

SignatureCheck::SignatureCheck(SignatureCheck&&) noexcept = default;
SignatureCheck& SignatureCheck::operator=(SignatureCheck&&) noexcept = default;
SignatureCheck::~SignatureCheck() = default;

bool SignatureCheck::usable() const {
  return type_ == KeyType::Hmac ? !secret_.empty() : key_ != nullptr;
}

bool SignatureCheck::hmac_valid(std::string_view payload, std::string_view signature) const {
  const auto sent = digest_from_hex(signature);
  if (!sent) return false;
  const Digest computed = hmac_sha256(bytes_of(secret_), bytes_of(payload));
  return CRYPTO_memcmp(sent->bytes.data(), computed.bytes.data(), computed.bytes.size()) == 0;
}

bool SignatureCheck::valid(std::string_view payload, std::string_view signature) const {
  if (!usable()) return false;
  if (type_ == KeyType::Hmac) return hmac_valid(payload, signature);
  const auto bytes = from_base64(signature);
  if (!bytes) return false;
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const EVP_MD* const digest = type_ == KeyType::Rsa ? EVP_sha256() : nullptr;
  if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_->key.get()) != 1) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes->data(), bytes->size(),
                          reinterpret_cast<const unsigned char*>(payload.data()),
                          payload.size()) == 1;
}

}  // namespace clawgate::sim
