// SPDX-License-Identifier: Apache-2.0
#include "risk/position.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <random>
#include <vector>

namespace clawgate::risk {
namespace {

using Big = boost::multiprecision::cpp_rational;

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
constexpr Qty kStep = Qty::from_raw(1'000);

Fill a_fill(Side side, std::int64_t px_raw, std::int64_t qty_raw, std::int64_t fee_base = 0,
            std::int64_t fee_quote = 0) {
  Fill fill;
  fill.side = side;
  fill.px = Px::from_raw(px_raw);
  fill.qty = Qty::from_raw(qty_raw);
  fill.fee_base = Qty::from_raw(fee_base);
  fill.fee_quote = Notional::from_raw(fee_quote);
  return fill;
}

TEST(PositionTest, ABuyPaysItsPriceAndItsFeeInBase) {
  Position position;
  EXPECT_EQ(position.apply(a_fill(Side::Buy, Px::of(100).raw(), Qty::of(2).raw(), 200'000)),
            FillOutcome::Applied);
  EXPECT_EQ(position.qty, Qty::from_raw(199'800'000));
  EXPECT_EQ(position.cost, Notional::of(200));
  EXPECT_EQ(position.fees, Notional::from_raw(20'000'000));  // 0.002 at 100
  EXPECT_EQ(position.realised, Notional{});
  // 200 / 1.998 = 100.1001001..., rounded up
  EXPECT_EQ(position.average_entry(), Px::from_raw(10'010'010'011));
}

TEST(PositionTest, ASellRealisesItsShareOfTheCost) {
  Position position;
  (void)position.apply(a_fill(Side::Buy, Px::of(100).raw(), Qty::of(3).raw()));
  EXPECT_EQ(position.apply(a_fill(Side::Sell, Px::of(110).raw(), Qty::of(1).raw(), 0, 11'000'000)),
            FillOutcome::Applied);
  EXPECT_EQ(position.qty, Qty::of(2));
  EXPECT_EQ(position.cost, Notional::of(200));
  EXPECT_EQ(position.realised, Notional::from_raw(989'000'000));  // 110 - 0.11 - 100
  EXPECT_EQ(position.fees, Notional::from_raw(11'000'000));
  EXPECT_EQ(position.unrealised(Px::of(90)), Notional::of(-20));
}

TEST(PositionTest, RoundingGoesAgainstUs) {
  Position position;
  (void)position.apply(a_fill(Side::Buy, 1, 1));  // 1e-16, and pays a whole 1e-8
  EXPECT_EQ(position.cost, Notional::from_raw(1));
  (void)position.apply(a_fill(Side::Sell, 99'999'999, 1));  // almost 1e-8, and receives none
  EXPECT_EQ(position.realised, Notional::from_raw(-1));
  EXPECT_EQ(position.cost, Notional{});

  Position thirds;
  (void)thirds.apply(a_fill(Side::Buy, 10, Qty::of(1).raw() + 2));  // cost 11 of 100000002
  EXPECT_EQ(thirds.cost, Notional::from_raw(11));
  (void)thirds.apply(a_fill(Side::Sell, 10, Qty::of(1).raw() / 2));
  EXPECT_EQ(thirds.realised, Notional::from_raw(5 - 6));  // 5.49.. of cost counts as 6
  EXPECT_EQ(thirds.unrealised(Px::from_raw(10)), Notional::from_raw(0));  // 5.0000002 is 5, of 5

  Position base_fee;
  (void)base_fee.apply(a_fill(Side::Buy, 1, 2, 1));  // a fee of 1e-16
  EXPECT_EQ(base_fee.fees, Notional::from_raw(1));
}

// As on BNBUSDT with fees in BNB: what is not held any more is paid by what else the account has.
TEST(PositionTest, AFeeInBaseBeyondWhatIsHeldCostsItsWorth) {
  Position position;
  (void)position.apply(a_fill(Side::Buy, Px::of(100).raw(), Qty::of(2).raw()));
  Position exact = position;
  EXPECT_EQ(exact.apply(a_fill(Side::Sell, Px::of(110).raw(), 199'900'000, 100'000)),
            FillOutcome::Applied);
  EXPECT_TRUE(exact.qty.is_zero());
  EXPECT_EQ(exact.realised, Notional::from_raw(1'989'000'000));  // 219.89 - 200
  EXPECT_EQ(position.apply(a_fill(Side::Sell, Px::of(110).raw(), Qty::of(2).raw(), 100'000)),
            FillOutcome::Applied);
  EXPECT_TRUE(position.qty.is_zero());
  EXPECT_TRUE(position.cost.is_zero());
  EXPECT_EQ(position.realised, Notional::from_raw(1'989'000'000));  // 220 - 0.11 - 200
  EXPECT_EQ(position.fees, exact.fees);
}

TEST(PositionTest, WhatContradictsTheLedgerChangesNothing) {
  Position position;
  (void)position.apply(a_fill(Side::Buy, Px::of(100).raw(), 1'000));
  const Position before = position;
  struct Row {
    Fill fill;
    FillOutcome outcome;
  };
  const Row rows[] = {
      {a_fill(Side::Sell, Px::of(1).raw(), 1'001), FillOutcome::MoreThanHeld},
      {a_fill(Side::Buy, Px::of(1).raw(), 0), FillOutcome::Malformed},
      {a_fill(Side::Buy, 0, 1), FillOutcome::Malformed},
      {a_fill(Side::Sell, Px::of(1).raw(), -1), FillOutcome::Malformed},
      {a_fill(Side::Buy, Px::of(1).raw(), 10, 11), FillOutcome::Malformed},
      {a_fill(Side::Buy, Px::of(1).raw(), 10, -1), FillOutcome::Malformed},
      {a_fill(Side::Buy, Px::of(1).raw(), 10, 0, -1), FillOutcome::Malformed},
      {a_fill(Side::Buy, kMax, kMax), FillOutcome::Overflow},
      {a_fill(Side::Buy, 1, kMax), FillOutcome::Overflow},                 // qty
      {a_fill(Side::Buy, kMax, Qty::of(1).raw()), FillOutcome::Overflow},  // cost
      {a_fill(Side::Buy, Px::of(1).raw(), 10, 0, kMax), FillOutcome::Overflow},
      {a_fill(Side::Sell, kMax, 1'000, 0, kMax), FillOutcome::Applied},
      {a_fill(Side::Buy, Px::of(1).raw(), 10, 10), FillOutcome::Applied},
  };
  for (const Row& row : rows) {
    Position after = before;
    EXPECT_EQ(after.apply(row.fill), row.outcome) << row.fill.px.raw() << " " << row.fill.qty.raw();
    if (row.outcome == FillOutcome::Applied) continue;
    EXPECT_EQ(after.qty, before.qty);
    EXPECT_EQ(after.cost, before.cost);
    EXPECT_EQ(after.realised, before.realised);
    EXPECT_EQ(after.fees, before.fees);
  }
}

TEST(PositionTest, AnOverflowingFeeOrLossIsAnAnswer) {
  Position fees;
  (void)fees.apply(a_fill(Side::Buy, 1, 10, 0, kMax - 10));
  EXPECT_EQ(fees.apply(a_fill(Side::Sell, 1, 1, 0, 11)), FillOutcome::Overflow);
  EXPECT_EQ(fees.apply(a_fill(Side::Sell, 1, 1, 0, 10)), FillOutcome::Applied);

  Position gains;
  gains.qty = Qty::of(2);
  EXPECT_EQ(gains.apply(a_fill(Side::Sell, kMax, Qty::of(1).raw() + 1)), FillOutcome::Overflow);
  EXPECT_EQ(gains.apply(a_fill(Side::Sell, kMax, Qty::of(1).raw())), FillOutcome::Applied);

  Position losses;
  losses.qty = Qty::from_raw(2);
  losses.cost = Notional::from_raw(10);
  losses.realised = Notional::from_raw(-kMax);
  EXPECT_EQ(losses.apply(a_fill(Side::Sell, 1, 2)), FillOutcome::Overflow);
  losses.realised = Notional::from_raw(-kMax + 10);
  EXPECT_EQ(losses.apply(a_fill(Side::Sell, 1, 2)), FillOutcome::Applied);
  EXPECT_EQ(losses.realised, Notional::from_raw(-kMax));
}

TEST(PositionTest, FeesInAThirdAssetAreCountedNotValued) {
  Instrument instrument;
  instrument.base = Asset("BTC");
  instrument.quote = Asset("USDT");
  ExecutionReport report;
  report.side = Side::Buy;
  report.last_px = Px::of(100);
  report.last_qty = Qty::of(1);
  report.fee = Qty::from_raw(5);

  report.fee_asset = Asset("BTC");
  EXPECT_EQ(fill_of(report, instrument).fee_base, Qty::from_raw(5));
  report.fee_asset = Asset("USDT");
  EXPECT_EQ(fill_of(report, instrument).fee_quote, Notional::from_raw(5));
  report.fee_asset = Asset("BNB");
  const Fill fill = fill_of(report, instrument);
  EXPECT_TRUE(fill.fee_elsewhere);
  EXPECT_TRUE(fill.fee_base.is_zero() && fill.fee_quote.is_zero());
  Position position;
  EXPECT_EQ(position.apply(fill), FillOutcome::Applied);
  EXPECT_EQ(position.fees_elsewhere, 1U);
  report.fee = Qty{};
  EXPECT_FALSE(fill_of(report, instrument).fee_elsewhere);
}

TEST(PositionTest, BelowAStepItIsDustAndNoTrade) {
  Position position;
  EXPECT_FALSE(position.is_open(kStep) || position.is_dust(kStep));
  position.qty = Qty::from_raw(999);
  EXPECT_TRUE(position.is_dust(kStep) && !position.is_open(kStep));
  EXPECT_EQ(position.sellable(kStep), Qty{});
  position.qty = Qty::from_raw(1'000);
  EXPECT_TRUE(position.is_open(kStep) && !position.is_dust(kStep));
  position.qty = Qty::from_raw(1'999);
  EXPECT_EQ(position.sellable(kStep), Qty::from_raw(1'000));
}

TEST(PositionTest, AverageAndMarkAnswerWhenTheyCannotBeComputed) {
  Position position;
  EXPECT_EQ(position.average_entry(), std::nullopt);
  position.qty = Qty::from_raw(1);
  position.cost = Notional::of(1'000'000'000);
  EXPECT_EQ(position.average_entry(), std::nullopt);
  position.qty = Qty::from_raw(kMax);
  EXPECT_EQ(position.unrealised(Px::of(2)), std::nullopt);
}

TEST(EquityTest, EveryHoldingCountsAtItsMarkRoundedDown) {
  const Holding holdings[] = {
      {Qty::from_raw(3), Px::from_raw(99'999'999)}, {Qty::of(2), Px::of(100)}, {Qty{}, Px{}}};
  EXPECT_EQ(equity_of(Notional::of(50), holdings), Notional::from_raw(25'000'000'002));
}

TEST(EquityTest, AMissingMarkOrAnOverflowMeansThatEquityIsNotKnown) {
  const Holding no_mark[] = {{Qty::from_raw(1), Px{}}};
  EXPECT_EQ(equity_of(Notional::of(50), no_mark), std::nullopt);
  const Holding negative_mark[] = {{Qty::from_raw(1), Px::from_raw(-1)}};
  EXPECT_EQ(equity_of(Notional::of(50), negative_mark), std::nullopt);
  const Holding too_much[] = {{Qty::from_raw(kMax), Px::of(2)}};
  EXPECT_EQ(equity_of(Notional::of(50), too_much), std::nullopt);
  const Holding one[] = {{Qty::of(1), Px::from_raw(1)}};
  EXPECT_EQ(equity_of(Notional::from_raw(kMax), one), std::nullopt);
  EXPECT_EQ(equity_of(Notional::from_raw(kMax - 1), one), Notional::from_raw(kMax));
}

// Any series of fills that ends flat: what we say we made is at most what came in minus what went
// out, and short of it by less than one unit a fill.
TEST(PositionPropertyTest, AClosedTradeMakesWhatCameInMinusWhatWentOut) {
  std::mt19937_64 random(7);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  for (int trade = 0; trade < 2'000; ++trade) {
    Position position;
    Big cash = 0;  // 1e-16 of quote
    int fills = 0;
    const auto fill = [&](Side side, std::int64_t qty_raw) {
      const std::int64_t px_raw = 1 + below(10'000'000'000'000);
      const std::int64_t fee_base = side == Side::Buy ? below(qty_raw / 1'000 + 1) : 0;
      const std::int64_t fee_quote = side == Side::Sell ? below(1'000'000) : 0;
      ASSERT_EQ(position.apply(a_fill(side, px_raw, qty_raw, fee_base, fee_quote)),
                FillOutcome::Applied);
      const Big value = Big(px_raw) * qty_raw;
      cash += (side == Side::Buy ? -value : value) - Big(fee_quote) * 100'000'000;
      ++fills;
    };
    for (std::int64_t i = below(8); i >= 0; --i) fill(Side::Buy, 1 + below(100'000'000));
    while (position.qty.raw() > 0) {
      fill(Side::Sell, std::min(position.qty.raw(), 1 + below(200'000'000)));
    }
    EXPECT_EQ(position.cost, Notional{});
    const Big realised = Big(position.realised.raw()) * 100'000'000;
    ASSERT_LE(realised, cash) << "trade " << trade << ", seed 7";
    ASSERT_GT(realised, cash - Big(fills) * 100'000'000) << "trade " << trade << ", seed 7";
  }
}

}  // namespace
}  // namespace clawgate::risk
