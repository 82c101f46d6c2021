// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/digest.h"

#include <gtest/gtest.h>

#include "schemas/core/hex_digit.h"

namespace clawgate {
namespace {

// FIPS 180-4 examples.
TEST(DigestTest, Sha256OfKnownMessages) {
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(DigestTest, PiecesHashLikeTheWholeAndTheHasherIsReusable) {
  Sha256 hasher;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(hasher.update(bytes_of("a")).update(bytes_of("bc")).finish(),
              sha256(bytes_of("abc")));
  }
}

// RFC 4231, case 2.
TEST(DigestTest, HmacOfAKnownMessage) {
  EXPECT_EQ(to_hex(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(DigestTest, HexComesBackAndRefusesWhatIsNotADigest) {
  const Digest digest = sha256(bytes_of("abc"));
  EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
  EXPECT_EQ(digest_from_hex("ba78"), std::nullopt);
  EXPECT_EQ(digest_from_hex(std::string(64, 'g')), std::nullopt);
}

TEST(DigestTest, CrockfordTakesFiveBitsASymbol) {
  const std::uint8_t bytes[] = {0xFF, 0x00, 0x7C};
  EXPECT_EQ(crockford(bytes, 4), "ZW07");  // 11111 11100 00000 00111
}

TEST(DigestTest, HexDigitsOfEitherCaseAndNoNeighbourOfThem) {
  constexpr std::string_view kDigits[] = {"0123456789abcdef", "0123456789ABCDEF"};
  for (const std::string_view digits : kDigits) {
    for (std::uint32_t value = 0; value < digits.size(); ++value) {
      EXPECT_EQ(hex_digit(digits[value]), value);
    }
  }
  for (const char c : std::string_view("/:@G`g")) EXPECT_EQ(hex_digit(c), std::nullopt) << c;
}

}  // namespace
}  // namespace clawgate
