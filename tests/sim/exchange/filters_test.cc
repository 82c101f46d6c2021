// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/filters.h"

#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// Each filter at its bound, one unit below, and one above.

namespace clawgate::sim {
namespace {

const SymbolRules& btcusdt() {
  return *find_built_in("BTCUSDT");
}

std::string broken(const SymbolRules& rules, const OrderNumbers& order,
                   std::string_view reference) {
  const auto filter = check_numbers(rules, order, px(reference));
  return filter ? std::string(name(*filter)) : "";
}

OrderNumbers limit(Side side, std::string_view quantity, std::string_view price) {
  return {.side = side,
          .type = OrderType::Limit,
          .price = px(price),
          .stop_price = Px(),
          .quantity = qty(quantity),
          .quote_order_qty = Notional()};
}

OrderNumbers market(std::string_view quantity) {
  return {.side = Side::Buy,
          .type = OrderType::Market,
          .price = Px(),
          .stop_price = Px(),
          .quantity = qty(quantity),
          .quote_order_qty = Notional()};
}

OrderNumbers stop(OrderType type, std::string_view quantity, std::string_view stop_price,
                  std::string_view price) {
  return {.side = Side::Sell,
          .type = type,
          .price = px(price),
          .stop_price = px(stop_price),
          .quantity = qty(quantity),
          .quote_order_qty = Notional()};
}

TEST(FilterTest, PriceFilterHoldsPriceAndStopPriceToTheTick) {
  SymbolRules rules = btcusdt();
  rules.percent_price_by_side.reset();
  rules.notional.reset();
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "0.01"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "0.00999999"), "50000"), "PRICE_FILTER");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "1000000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "1000000.01"), "50000"), "PRICE_FILTER");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "50000.01"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "50000.001"), "50000"), "PRICE_FILTER");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "50000.01000001"), "50000"), "PRICE_FILTER");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "50000.00999999"), "50000"), "PRICE_FILTER");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLossLimit, "1", "49000.001", "49000"), "50000"),
            "PRICE_FILTER");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLoss, "1", "49000.001", "0"), "50000"),
            "PRICE_FILTER");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLoss, "1", "49000.01", "0"), "50000"), "");
}

TEST(FilterTest, ABoundOrStepOfZeroIsNoRule) {
  SymbolRules rules = btcusdt();
  rules.percent_price_by_side.reset();
  rules.notional.reset();
  rules.price = PriceFilter{};
  rules.lot = LotFilter{};
  rules.market_lot = LotFilter{};
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.00000001", "0.00000001"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1000000", "90000000"), "50000"), "");
  EXPECT_EQ(broken(rules, market("12345678.12345678"), "50000"), "");
}

TEST(FilterTest, LotSizeHoldsTheQuantityToTheStep) {
  SymbolRules rules = btcusdt();
  rules.notional.reset();
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.00001", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.00000999", "50000"), "50000"), "LOT_SIZE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.000015", "50000"), "50000"), "LOT_SIZE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.00002001", "50000"), "50000"), "LOT_SIZE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "9000", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "9000.00001", "50000"), "50000"), "LOT_SIZE");
}

TEST(FilterTest, MarketLotSizeHoldsOrdersWithoutALimit) {
  SymbolRules rules = btcusdt();
  rules.market_lot = LotFilter{.min = qty("0.001"), .max = qty("97"), .step = qty("0.001")};
  EXPECT_EQ(broken(rules, market("0.001"), "50000"), "");
  EXPECT_EQ(broken(rules, market("0.00099"), "50000"), "MARKET_LOT_SIZE");
  EXPECT_EQ(broken(rules, market("0.00101"), "50000"), "MARKET_LOT_SIZE");
  EXPECT_EQ(broken(rules, market("97"), "50000"), "");
  EXPECT_EQ(broken(rules, market("97.001"), "50000"), "MARKET_LOT_SIZE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "97.001", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLoss, "97.001", "49000", "0"), "50000"),
            "MARKET_LOT_SIZE");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLossLimit, "97.001", "49000", "49000"), "50000"), "");
}

TEST(FilterTest, PercentPriceBySideHasItsOwnBoundsASide) {
  SymbolRules rules = btcusdt();
  rules.price->tick = Px();
  const auto percent = [](std::int64_t hundredths) {
    return Rate::from_raw(hundredths * Rate::kScale / 100);
  };
  rules.percent_price_by_side = PercentPriceBySideFilter{.bid_up = percent(110),
                                                         .bid_down = percent(80),
                                                         .ask_up = percent(120),
                                                         .ask_down = percent(90)};
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "55000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "55000.00000001"), "50000"),
            "PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "40000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "39999.99999999"), "50000"),
            "PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "60000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "60000.00000001"), "50000"),
            "PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "45000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "44999.99999999"), "50000"),
            "PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLossLimit, "1", "45000", "44999.99999999"), "50000"),
            "PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLoss, "1", "30000", "0"), "50000"), "")
      << "no order price, no rule";
}

TEST(FilterTest, PercentPriceHoldsBothSidesToOneBand) {
  SymbolRules rules = btcusdt();
  rules.percent_price_by_side.reset();
  rules.percent_price =
      PercentPriceFilter{.up = Rate::from_raw(130'000'000), .down = Rate::from_raw(70'000'000)};
  rules.price->tick = Px();
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "65000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Sell, "1", "65000.00000001"), "50000"), "PERCENT_PRICE");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "35000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "34999.99999999"), "50000"), "PERCENT_PRICE");
}

TEST(FilterTest, NotionalBoundsPriceTimesQuantity) {
  SymbolRules rules = btcusdt();
  rules.lot->max = Qty();
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.0001", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.0001", "49999.99"), "50000"), "NOTIONAL");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.0001", "50000.01"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "180", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "180", "50000.01"), "50000"), "NOTIONAL");
  EXPECT_EQ(broken(rules, stop(OrderType::StopLossLimit, "0.0001", "50000", "49999.99"), "50000"),
            "NOTIONAL")
      << "a stop with a limit is worth its limit";
  EXPECT_EQ(broken(rules, stop(OrderType::StopLoss, "0.0001", "49999.99", "0"), "50000"),
            "NOTIONAL")
      << "a stop without one is worth its trigger";
}

TEST(FilterTest, NotionalOfAMarketOrderIsTakenAtTheReferencePrice) {
  SymbolRules rules = btcusdt();
  EXPECT_EQ(broken(rules, market("0.0001"), "50000"), "");
  EXPECT_EQ(broken(rules, market("0.0001"), "49999.99999999"), "NOTIONAL");
  rules.notional->apply_min_to_market = false;
  EXPECT_EQ(broken(rules, market("0.0001"), "49999.99999999"), "");
  rules.market_lot.reset();
  EXPECT_EQ(broken(rules, market("180.00001"), "50000"), "");
  rules.notional->apply_max_to_market = true;
  EXPECT_EQ(broken(rules, market("180.00001"), "50000"), "NOTIONAL");
  EXPECT_EQ(broken(rules, market("180"), "50000"), "");

  OrderNumbers by_quote = market("0");
  rules.notional->apply_min_to_market = true;
  by_quote.quote_order_qty = quote("5");
  EXPECT_EQ(broken(rules, by_quote, "50000"), "");
  by_quote.quote_order_qty = quote("4.99999999");
  EXPECT_EQ(broken(rules, by_quote, "50000"), "NOTIONAL");
}

TEST(FilterTest, MinNotionalIsTheOlderLowerBound) {
  SymbolRules rules = btcusdt();
  rules.notional.reset();
  rules.min_notional = MinNotionalFilter{.min = Notional::of(10), .apply_to_market = true};
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.0002", "50000"), "50000"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.0002", "49999.99"), "50000"), "MIN_NOTIONAL");
  EXPECT_EQ(broken(rules, market("0.0002"), "49999.99"), "MIN_NOTIONAL");
  rules.min_notional->apply_to_market = false;
  EXPECT_EQ(broken(rules, market("0.0002"), "49999.99"), "");
}

TEST(FilterTest, WithoutATradeNoReferenceRuleIsEnforced) {
  SymbolRules rules = btcusdt();
  EXPECT_EQ(broken(rules, market("0.00001"), "0"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "1", "900000"), "0"), "");
  EXPECT_EQ(broken(rules, limit(Side::Buy, "0.00001", "50000"), "0"), "NOTIONAL");
}

std::string too_much(const SymbolRules& rules, const AccountLoad& load, const AddedLoad& added) {
  const auto filter = check_load(rules, load, added);
  return filter ? std::string(name(*filter)) : "";
}

TEST(FilterTest, CountsStopAtTheirMaximum) {
  SymbolRules rules = btcusdt();
  EXPECT_EQ(too_much(rules, {.orders = 199}, {.orders = 1}), "");
  EXPECT_EQ(too_much(rules, {.orders = 200}, {.orders = 1}), "MAX_NUM_ORDERS");
  EXPECT_EQ(too_much(rules, {.orders = 198}, {.orders = 3}), "MAX_NUM_ORDERS");
  EXPECT_EQ(too_much(rules, {.algo_orders = 4}, {.algo_orders = 1}), "");
  EXPECT_EQ(too_much(rules, {.algo_orders = 5}, {.algo_orders = 1}), "MAX_NUM_ALGO_ORDERS");
  EXPECT_EQ(too_much(rules, {.algo_orders = 5}, {.algo_orders = 0}), "");
  EXPECT_EQ(too_much(rules, {.lists = 19}, {.lists = 1}), "");
  EXPECT_EQ(too_much(rules, {.lists = 20}, {.lists = 1}), "MAX_NUM_ORDER_LISTS");
  EXPECT_EQ(too_much(rules, {.lists = 20}, {.lists = 0}), "");
}

TEST(FilterTest, MaxPositionCountsHoldingsAndOpenBuys) {
  SymbolRules rules = btcusdt();
  rules.max_position = qty("10");
  const AccountLoad load{.base_held = qty("4").raw(), .open_buys = qty("3").raw()};
  EXPECT_EQ(too_much(rules, load, {.buys = qty("3").raw()}), "");
  EXPECT_EQ(too_much(rules, load, {.buys = qty("3.00000001").raw()}), "MAX_POSITION");
  EXPECT_EQ(too_much(rules, load, {.buys = 0}), "");
}

// The same through the exchange, which must count and average by itself.

TEST(ExchangeFilterTest, TheTwoHundredAndFirstOpenOrderIsRefused) {
  Desk desk;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(desk.place(Desk::limit(Side::Buy, "0.001", "49000"))) << i;
  }
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.001", "49000")),
            "-1013 Filter failure: MAX_NUM_ORDERS");
  ASSERT_TRUE(desk.cancel(OrderId(7)));
  EXPECT_TRUE(desk.place(Desk::limit(Side::Buy, "0.001", "49000")));
}

TEST(ExchangeFilterTest, TheSixthStopIsRefused) {
  Desk desk;
  const OrderTerms terms =
      Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.001", "49000", "48990");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(desk.place(terms)) << i;
  EXPECT_EQ(desk.refused(terms), "-1013 Filter failure: MAX_NUM_ALGO_ORDERS");
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "0.001", "51000")));
  ASSERT_TRUE(desk.cancel(OrderId(1)));
  EXPECT_TRUE(desk.place(terms));
}

TEST(ExchangeFilterTest, MaxPositionFollowsFillsAndCancels) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.max_position = qty("2");
  Desk desk(rules);  // holds 1
  const OrderAnswer open = desk.placed(Desk::limit(Side::Buy, "0.6", "49000"));
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.40001", "49000")),
            "-1013 Filter failure: MAX_POSITION");
  ASSERT_TRUE(desk.cancel(open.order.id));
  EXPECT_TRUE(desk.place(Desk::market(Side::Buy, "0.5")));  // holds 1.4995
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.50051", "49000")),
            "-1013 Filter failure: MAX_POSITION");
  EXPECT_TRUE(desk.place(Desk::limit(Side::Buy, "0.5005", "49000")));
}

TEST(ExchangeFilterTest, TheBandFollowsTheAverageOfTheLastFiveMinutes) {
  Desk desk;  // one trade at 50000, 0.00001
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.001", "250000.01")),
            "-1013 Filter failure: PERCENT_PRICE_BY_SIDE");
  desk.now = at_ms(1000);
  desk.outside_trade("60000", "0.00003", false);  // average 57500
  EXPECT_EQ(desk.exchange.average_price(desk.symbol), px("57500"));
  EXPECT_EQ(desk.refused(Desk::limit(Side::Sell, "0.001", "287500.01")),
            "-1013 Filter failure: PERCENT_PRICE_BY_SIDE");
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "0.001", "287500")));
  desk.now = at_ms(300'999);
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "0.001", "60000")));
  EXPECT_EQ(desk.exchange.average_price(desk.symbol), px("57500"));
  desk.now = at_ms(301'000);
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "0.001", "60000")));
  EXPECT_EQ(desk.exchange.average_price(desk.symbol), px("60000")) << "the first trade is too old";
  desk.now = at_ms(400'000);
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "0.001", "60000")));
  EXPECT_EQ(desk.exchange.average_price(desk.symbol), px("60000")) << "no trade: the last price";
}

TEST(ExchangeFilterTest, TheRowsOfTheFidelityListAreRefusedByName) {
  Desk desk;
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.001", "50000.001")),
            "-1013 Filter failure: PRICE_FILTER");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.000001", "50000")),
            "-1013 Filter failure: LOT_SIZE");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.000015", "50000")),
            "-1013 Filter failure: LOT_SIZE");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "9001", "50000")),
            "-1013 Filter failure: LOT_SIZE");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.00005", "50000")),
            "-1013 Filter failure: NOTIONAL");
  EXPECT_EQ(desk.refused(Desk::market(Side::Buy, "0.00005")), "-1013 Filter failure: NOTIONAL");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.001", "255000")),
            "-1013 Filter failure: PERCENT_PRICE_BY_SIDE");
}

}  // namespace
}  // namespace clawgate::sim
