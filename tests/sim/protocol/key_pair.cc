// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/protocol/key_pair.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>
#include <vector>

namespace clawgate::sim {
namespace {

std::shared_ptr<void> owned(EVP_PKEY* key) {
  return {key, [](EVP_PKEY* old) { EVP_PKEY_free(old); }};
}

EVP_PKEY* raw(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

}  // namespace

KeyPair::KeyPair(const char* type)
    : key_(owned(std::strcmp(type, "RSA") == 0
                     ? EVP_PKEY_Q_keygen(nullptr, nullptr, type, std::size_t{2048})
                     : EVP_PKEY_Q_keygen(nullptr, nullptr, type))) {}

KeyPair KeyPair::from_pkcs8(std::string_view body) {
  const std::string pem =
      "-----BEGIN PRIVATE KEY-----\n" + std::string(body) + "\n-----END PRIVATE KEY-----\n";
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return KeyPair(owned(key));
}

std::string KeyPair::public_pem() const {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, raw(key_));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string KeyPair::sign(std::string_view payload) const {
  const EVP_MD* const digest =
      EVP_PKEY_get_base_id(raw(key_)) == EVP_PKEY_RSA ? EVP_sha256() : nullptr;
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(payload.data());
  std::size_t size = 0;
  EVP_DigestSignInit(context, nullptr, digest, nullptr, raw(key_));
  EVP_DigestSign(context, nullptr, &size, bytes, payload.size());
  std::vector<unsigned char> signature(size);
  EVP_DigestSign(context, signature.data(), &size, bytes, payload.size());
  EVP_MD_CTX_free(context);
  std::string text(4 * ((size + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), signature.data(),
                  static_cast<int>(size));
  return text;
}

}  // namespace clawgate::sim
