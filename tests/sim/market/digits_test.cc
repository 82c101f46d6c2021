// SPDX-License-Identifier: Apache-2.0
#include "sim/market/digits.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/market/random.h"

namespace clawgate::sim {
namespace {

DecimalText read(const std::string& text) {
  const std::string padded = text + "\"" + std::string(16, '9');
  const DecimalText result = read_decimal(padded.data(), padded.data() + text.size() + 1, '"');
  if (result.value.error == DecimalError::None) {
    EXPECT_EQ(result.end, padded.data() + text.size()) << text;
  }
  return result;
}

TEST(DigitsTest, EightDigitsAreReadAsTheNumberTheyWrite) {
  EXPECT_EQ(eight_digits(eight_chars("12345678")), 12'345'678U);
  EXPECT_EQ(eight_digits(eight_chars("00000001")), 1U);
  EXPECT_EQ(eight_digits(eight_chars("99999999")), 99'999'999U);
}

TEST(DigitsTest, OnlyDigitsAreDigits) {
  EXPECT_TRUE(are_eight_digits(eight_chars("09090909")));
  for (std::size_t place = 0; place < 8; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "12345678";
      text[place] = static_cast<char>(c);
      EXPECT_EQ(are_eight_digits(eight_chars(text.data())), c >= '0' && c <= '9') << c;
    }
  }
}

TEST(DigitsTest, ThePointIsFoundWhereverItStands) {
  EXPECT_EQ(place_of_point(eight_chars(".1234567")), 0);
  EXPECT_EQ(place_of_point(eight_chars("1.23.567")), 1);
  EXPECT_EQ(place_of_point(eight_chars("1234567.")), 7);
  EXPECT_EQ(place_of_point(eight_chars("12345678")), 8);
  EXPECT_EQ(place_of_point(eight_chars("1/345678")), 8);  // the character after the point
}

// The fast way and the careful way must never differ.
TEST(DigitsTest, ReadsEveryFormAsParseDecimalDoes) {
  for (const std::string text : {"61837.63000000",
                                 "0.00000001",
                                 "0.00000000",
                                 "9999999.99999999",
                                 "12345678.00000001",
                                 "1234567890.12345678",
                                 "12345678912345678",
                                 "12345678x12345678",
                                 "91999999999.99999999",
                                 "99999999999.99999999",
                                 "1",
                                 "1.5",
                                 "0",
                                 "01.00000000",
                                 "00.00000000",
                                 "1.000000000",
                                 "1.0000000",
                                 "1.0000000x",
                                 "x1.00000000",
                                 "-1.00000000",
                                 "+1.00000000",
                                 ".10000000",
                                 "1.",
                                 "",
                                 "1e5",
                                 "1.00000000e1",
                                 "1..0000000",
                                 "1.0000 000",
                                 "1 .00000000",
                                 "12 4.00000000"}) {
    const DecimalText fast = read(text);
    const RawDecimal careful = parse_decimal(text);
    EXPECT_EQ(fast.value.error, careful.error) << text;
    EXPECT_EQ(fast.value.raw, careful.raw) << text;
  }
}

TEST(DigitsTest, ReadsWhatWasWrittenForAnyValue) {
  Random random(7);
  for (int i = 0; i < 100'000; ++i) {
    const auto raw = static_cast<std::int64_t>(random.next() >> (1 + random.below(62)));
    ASSERT_EQ(read(to_fixed_text(raw)).value.raw, raw);
  }
}

TEST(DigitsTest, NothingBehindTheLimitIsTaken) {
  const std::string text = "1.00000000\"";
  EXPECT_EQ(read_decimal(text.data(), text.data() + 11, '"').value.error, DecimalError::None);
  EXPECT_EQ(read_decimal(text.data(), text.data() + 10, '"').value.error, DecimalError::Syntax);
}

TEST(DigitsTest, WholeNumbersEndAtTheLargestThatFits) {
  EXPECT_EQ(read_whole("0"), 0);
  EXPECT_EQ(read_whole("1723161253937085768"), 1'723'161'253'937'085'768);
  EXPECT_EQ(read_whole("9223372036854775807"), 9'223'372'036'854'775'807);
  EXPECT_EQ(read_whole("9223372036854775808"), -1);
  EXPECT_EQ(read_whole("10000000000000000000"), -1);
  EXPECT_EQ(read_whole(""), -1);
  EXPECT_EQ(read_whole("-1"), -1);
  EXPECT_EQ(read_whole("1234567a"), -1);
  EXPECT_EQ(read_whole("12345678a"), -1);
}

}  // namespace
}  // namespace clawgate::sim
