// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace clawgate {
namespace {

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();

TEST(DecimalTest, NotionalRoundsAgainstTheOrder) {
  EXPECT_EQ(notional(Px::from_raw(1), Qty::from_raw(1)), Notional::from_raw(1));
  EXPECT_EQ(notional(Px::of(2), Qty::of(3)), Notional::of(6));
  EXPECT_EQ(notional(Px::from_raw(1), Qty::from_raw(1), Round::Down), Notional::from_raw(0));
}

TEST(DecimalTest, RoundingGoesTheWayItIsNamedOnBothSidesOfZero) {
  EXPECT_EQ(mul_div(7, 1, 2, Round::Down), 3);
  EXPECT_EQ(mul_div(7, 1, 2, Round::Up), 4);
  EXPECT_EQ(mul_div(-7, 1, 2, Round::Down), -4);
  EXPECT_EQ(mul_div(-7, 1, 2, Round::Up), -3);
  EXPECT_EQ(mul_div(8, 1, 2, Round::Up), 4);
}

TEST(DecimalTest, WhatDoesNotFitIsAnAnswer) {
  EXPECT_EQ(notional(Px::from_raw(kMax), Qty::from_raw(kMax)), std::nullopt);
  EXPECT_EQ(add(Px::from_raw(kMax), Px::from_raw(1)), std::nullopt);
  EXPECT_EQ(add(Px::from_raw(kMax - 1), Px::from_raw(1)), Px::from_raw(kMax));
  EXPECT_EQ(subtract(Px::from_raw(-kMax), Px::from_raw(2)), std::nullopt);
  EXPECT_EQ(mul_div(kMax, 2, 2, Round::Down), kMax);
  EXPECT_EQ(mul_div(kMax, 2, 1, Round::Down), std::nullopt);
}

struct Row {
  std::string_view text;
  std::int64_t raw;
  DecimalError error;
};

TEST(DecimalTest, ReadsExactlyOrSaysWhy) {
  using E = DecimalError;
  const Row rows[] = {
      {"0", 0, E::None},
      {"1", 100'000'000, E::None},
      {"-1.5", -150'000'000, E::None},
      {"0.00000001", 1, E::None},
      {"61556.00000000", 6'155'600'000'000, E::None},
      {"92233720368.54775807", kMax, E::None},
      {"92233720368.54775808", 0, E::OutOfRange},
      {"99999999999999999999", 0, E::OutOfRange},
      {"0.000000001", 0, E::TooManyDecimals},
      {"1.000000000", 0, E::TooManyDecimals},
      {"1e3", 0, E::Exponent},
      {"1.5E3", 0, E::Exponent},
      {"", 0, E::Syntax},
      {"-", 0, E::Syntax},
      {"+1", 0, E::Syntax},
      {".5", 0, E::Syntax},
      {"1.", 0, E::Syntax},
      {"01", 0, E::Syntax},
      {"1,5", 0, E::Syntax},
      {" 1", 0, E::Syntax},
      {"1 ", 0, E::Syntax},
      {"NaN", 0, E::Syntax},
  };
  for (const Row& row : rows) {
    const RawDecimal got = parse_decimal(row.text);
    EXPECT_EQ(got.error, row.error) << row.text;
    if (row.error == E::None) {
      EXPECT_EQ(got.raw, row.raw) << row.text;
    }
  }
}

TEST(DecimalTest, TextComesBackAsTheSameNumber) {
  for (const std::int64_t raw : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, kMax, -kMax,
                                 std::int64_t{100'000'000}, std::int64_t{123'456'789}}) {
    EXPECT_EQ(parse_decimal(to_fixed_text(raw)).raw, raw);
    EXPECT_EQ(parse_decimal(to_short_text(raw)).raw, raw);
  }
  EXPECT_EQ(to_fixed_text(100'000), "0.00100000");
  EXPECT_EQ(to_short_text(100'000), "0.001");
  EXPECT_EQ(to_short_text(-150'000'000), "-1.5");
  EXPECT_EQ(to_short_text(0), "0");
}

TEST(DecimalTest, FloorToAStep) {
  EXPECT_EQ(floor_to(Qty::from_raw(19), Qty::from_raw(10)), Qty::from_raw(10));
  EXPECT_EQ(floor_to(Qty::from_raw(20), Qty::from_raw(10)), Qty::from_raw(20));
  EXPECT_EQ(floor_to(Qty::from_raw(19), Qty::from_raw(0)), Qty::from_raw(19));
}

}  // namespace
}  // namespace clawgate
