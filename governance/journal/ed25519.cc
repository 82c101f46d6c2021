// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/ed25519.h"

#include <openssl/evp.h>

#include <memory>

#include "schemas/core/assert.h"

namespace clawgate::journal {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

Key private_key(const Seed& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  CLAWGATE_ASSERT(key != nullptr);
  return key;
}

}  // namespace

PublicKey ed25519_public_key(const Seed& seed) {
  PublicKey bytes;
  std::size_t size = bytes.size();
  const int ok = EVP_PKEY_get_raw_public_key(private_key(seed).get(), bytes.data(), &size);
  CLAWGATE_ASSERT(ok == 1 && size == bytes.size());
  return bytes;
}

Signature ed25519_sign(const Seed& seed, Bytes message) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  CLAWGATE_ASSERT(context != nullptr);
  Signature signature;
  std::size_t size = signature.size();
  const bool ok =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
  CLAWGATE_ASSERT(ok && size == signature.size());
  return signature;
}

bool ed25519_verify(const PublicKey& bytes, const Signature& signature, Bytes message) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  if (key == nullptr) return false;
  const Context context(EVP_MD_CTX_new());
  CLAWGATE_ASSERT(context != nullptr);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace clawgate::journal
