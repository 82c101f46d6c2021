// SPDX-License-Identifier: Apache-2.0
#include "sim/server/credentials.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "schemas/core/assert.h"

namespace clawgate::sim {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr long kValidSeconds = 825L * 86'400;  // as long as browsers accept

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string private_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  CLAWGATE_ASSERT(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) ==
                  1);
  return text_of(bio.get());
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  CLAWGATE_ASSERT(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

void extend(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  CLAWGATE_ASSERT(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate blank(EVP_PKEY* key, const char* name) {
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  std::array<unsigned char, 16> serial{};
  RAND_bytes(serial.data(), static_cast<int>(serial.size()));
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3FU) | 0x40U);  // positive, never short
  BIGNUM* const number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
  BN_free(number);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kValidSeconds);
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return made;
}

}  // namespace

std::string random_token() {
  static constexpr std::string_view kLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr unsigned char kFair = 256 / 62 * 62;  // above it some letters would be likelier
  std::string token;
  while (token.size() < 64) {
    unsigned char byte = 0;
    CLAWGATE_ASSERT(RAND_bytes(&byte, 1) == 1);
    if (byte < kFair) token.push_back(kLetters[byte % kLetters.size()]);
  }
  return token;
}

KeyPair make_ed25519_key() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CLAWGATE_ASSERT(key != nullptr);
  const Bio bio(BIO_new(BIO_s_mem()));
  CLAWGATE_ASSERT(PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1);
  return {private_pem(key.get()), text_of(bio.get())};
}

TestCertificate make_test_certificate() {
  const Key authority_key(EVP_EC_gen("P-256"));
  const Certificate authority = blank(authority_key.get(), "Clawgate simulator authority");
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  extend(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  CLAWGATE_ASSERT(X509_sign(authority.get(), authority_key.get(), EVP_sha256()) > 0);

  const Key key(EVP_EC_gen("P-256"));
  const Certificate leaf = blank(key.get(), "localhost");
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(authority.get()));
  extend(leaf.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(leaf.get(), authority.get(), NID_key_usage, "critical,digitalSignature");
  extend(leaf.get(), authority.get(), NID_ext_key_usage, "serverAuth");
  extend(leaf.get(), authority.get(), NID_subject_alt_name,
         "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1");
  extend(leaf.get(), authority.get(), NID_authority_key_identifier, "keyid:always");
  CLAWGATE_ASSERT(X509_sign(leaf.get(), authority_key.get(), EVP_sha256()) > 0);
  return {pem_of(authority.get()), pem_of(leaf.get()), private_pem(key.get())};
}

}  // namespace clawgate::sim
