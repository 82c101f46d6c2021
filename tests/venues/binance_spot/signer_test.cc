// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/signer.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "schemas/core/digest.h"

namespace clawgate::venues::binance_spot {
namespace {

// The secret of the venue's own documentation: it opens nothing.
constexpr std::string_view kDocumentedSecret =
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
constexpr std::string_view kFixKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u\n"
    "-----END PRIVATE KEY-----\n";

TEST(SignerTest, HmacOfADocumentedRestRequest) {
  const Signer signer = Signer::hmac(kDocumentedSecret).value();
  EXPECT_EQ(signer.type(), KeyType::Hmac);
  const std::string_view payload =
      "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
      "&timestamp=1499827319559";
  constexpr std::string_view kExpected =
      "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
  EXPECT_EQ(signer.sign(payload).view(), kExpected);
  EXPECT_EQ(signer.sign(payload).view(), kExpected);  // nothing is left over from the first
}

TEST(SignerTest, HmacOfADocumentedRestRequestInUnicode) {
  const Signer signer = Signer::hmac(kDocumentedSecret).value();
  EXPECT_EQ(signer
                .sign("symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY"
                      "&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
                      "&timestamp=1499827319559")
                .view(),
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3");
}

TEST(SignerTest, HmacOfADocumentedWebSocketRequest) {
  const Signer signer = Signer::hmac(kDocumentedSecret).value();
  EXPECT_EQ(signer
                .sign("apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
                      "&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL"
                      "&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT")
                .view(),
            "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24");
}

TEST(SignerTest, HmacAgreesWithOpenSslForEveryLengthOfSecretAroundABlock) {
  for (const std::size_t size : {1U, 32U, 63U, 64U, 65U, 128U, 256U}) {
    const std::string secret(size, 'k');
    const Signer signer = Signer::hmac(secret).value();
    for (const std::size_t length : {0U, 1U, 55U, 64U, 200U}) {
      const std::string payload(length, 'p');
      EXPECT_EQ(signer.sign(payload).view(),
                to_hex(hmac_sha256(bytes_of(secret), bytes_of(payload))))
          << size << " " << length;
    }
  }
}

TEST(SignerTest, Ed25519OfTheDocumentedFixLogon) {
  const Signer signer = Signer::pem(kFixKey).value();
  EXPECT_EQ(signer.type(), KeyType::Ed25519);
  EXPECT_EQ(signer
                .sign("A\x01"
                      "EXAMPLE\x01SPOT\x01"
                      "1\x01"
                      "20240627-11:17:25.223")
                .view(),
            "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gC"
            "A==");
}

std::string pem_of(EVP_PKEY* key, const char* password = nullptr) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, password == nullptr ? nullptr : EVP_aes_256_cbc(),
                                password, password == nullptr ? 0 : 4, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

std::vector<unsigned char> from_base64(const std::string& text) {
  std::vector<unsigned char> bytes(text.size());
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

bool verifies(EVP_PKEY* key, const EVP_MD* hash, std::string_view payload,
              const std::string& signature) {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const std::vector<unsigned char> bytes = from_base64(signature);
  const bool ok = EVP_DigestVerifyInit(context, nullptr, hash, nullptr, key) == 1 &&
                  EVP_DigestVerify(context, bytes.data(), bytes.size(), bytes_of(payload).data(),
                                   payload.size()) == 1;
  EVP_MD_CTX_free(context);
  return ok;
}

TEST(SignerTest, RsaAndEd25519SignWhatTheirPublicHalfVerifies) {
  for (const bool rsa : {true, false}) {
    EVP_PKEY* const key = rsa ? EVP_RSA_gen(2048) : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    const EVP_MD* const hash = rsa ? EVP_sha256() : nullptr;
    const Signer signer = Signer::pem(pem_of(key)).value();
    EXPECT_EQ(signer.type(), rsa ? KeyType::Rsa : KeyType::Ed25519);
    const std::string signature(signer.sign("timestamp=1").view());
    EXPECT_EQ(signature.size(), rsa ? 344U : 88U);
    EXPECT_TRUE(verifies(key, hash, "timestamp=1", signature));
    EXPECT_FALSE(verifies(key, hash, "timestamp=2", signature));
    EVP_PKEY_free(key);
  }
}

TEST(SignerTest, RefusesWhatItCannotSignWithAndNeverRepeatsIt) {
  EVP_PKEY* const small = EVP_RSA_gen(1024);
  EVP_PKEY* const curve = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  EVP_PKEY* const good = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  const std::string canary = "CANARYsecret0123456789";
  const Result<Signer> refused[] = {
      Signer::hmac(""),
      Signer::hmac(canary + "\n"),
      Signer::hmac(canary + std::string(256, 'x')),
      Signer::pem(""),
      Signer::pem(canary),
      Signer::pem("-----BEGIN PRIVATE KEY-----\n" + canary + "\n-----END PRIVATE KEY-----\n"),
      Signer::pem(canary + std::string(8192, 'x')),
      Signer::pem(pem_of(good, "pass")),
      Signer::pem(pem_of(small)),
      Signer::pem(pem_of(curve)),
  };
  for (const Result<Signer>& one : refused) {
    ASSERT_FALSE(one.has_value());
    EXPECT_EQ(to_text(one.error()).find("CANARY"), std::string::npos) << to_text(one.error());
    EXPECT_FALSE(one.error().field.empty());
  }
  EXPECT_EQ(refused[8].error().reason, Reason::FieldOutOfRange);
  for (EVP_PKEY* const key : {small, curve, good}) EVP_PKEY_free(key);
}

TEST(SignerTest, AnApiKeyMustBeFitForAHeader) {
  const auto with = [](std::string_view key) {
    const auto made = credentials(key, Signer::hmac("secret").value());
    return made ? Reason::None : made.error().reason;
  };
  EXPECT_EQ(with(std::string(128, 'a')), Reason::None);
  EXPECT_EQ(with(std::string(129, 'a')), Reason::FieldTooLong);
  EXPECT_EQ(with(""), Reason::FieldEmpty);
  EXPECT_EQ(with("abc\r\nX-Other: 1"), Reason::FieldValue);
}

TEST(SignerTest, CredentialsFromFilesLeaveTheWhiteSpaceOff) {
  const Credentials hmac = credentials_from("theKey\n", " secret\r\n").value();
  EXPECT_EQ(hmac.api_key, "theKey");
  EXPECT_EQ(hmac.signer.sign("p").view(), Signer::hmac("secret").value().sign("p").view());
  EXPECT_EQ(credentials_from("theKey", kFixKey).value().signer.type(), KeyType::Ed25519);
  EXPECT_EQ(credentials_from(" \n", "secret").error().reason, Reason::FieldEmpty);
  EXPECT_EQ(credentials_from("theKey", "\n").error().field, "api_secret");
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
