// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// What a plain order does when it is taken.

namespace clawgate::sim {
namespace {

TEST(ExchangeOrderTest, ALimitBelowTheMarketRestsAndLocksItsNotional) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  EXPECT_EQ(answer.order.status, OrderStatus::New);
  EXPECT_EQ(answer.order.executed, Qty());
  EXPECT_TRUE(answer.fills.empty());
  EXPECT_EQ(answer.order.list, kNoList);
  EXPECT_EQ(answer.order.working_since, answer.transact_time);
  EXPECT_EQ(answer.order.client_id.size(), 22U);
  EXPECT_EQ(desk.locked_usdt(), "49");
  EXPECT_EQ(desk.free_usdt(), "99951");
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "POSITION"}));
}

TEST(ExchangeOrderTest, ALimitThroughTheAskFillsAtTheAsksPrice) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "0.5", "50001"));
  EXPECT_EQ(answer.order.status, OrderStatus::Filled);
  ASSERT_EQ(answer.fills.size(), 1U);
  EXPECT_EQ(answer.fills[0].price, px("50001"));
  EXPECT_EQ(answer.fills[0].quantity, qty("0.5"));
  EXPECT_EQ(answer.fills[0].commission, qty("0.0005").raw());
  EXPECT_EQ(answer.fills[0].commission_asset, desk.exchange.base(desk.symbol));
  EXPECT_EQ(answer.order.cumulative_quote, quote("25000.5"));
  EXPECT_EQ(desk.free_btc(), "1.4995");
  EXPECT_EQ(desk.free_usdt(), "74999.5");
  EXPECT_EQ(desk.locked_usdt(), "0");
  EXPECT_TRUE(desk.exchange.conserved());
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "TRADE #1 FILLED 0.5@50001", "POSITION"}));
}

TEST(ExchangeOrderTest, ABetterPriceReleasesWhatTheLimitHadLocked) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "0.5", "50100"));
  EXPECT_EQ(answer.fills[0].price, px("50001"));
  EXPECT_EQ(desk.free_usdt(), "74999.5");
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeOrderTest, ALimitLargerThanTheAskRestsWithTheRemainder) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "1.5", "50001"));
  EXPECT_EQ(answer.order.status, OrderStatus::PartiallyFilled);
  EXPECT_EQ(answer.order.executed, qty("1"));
  const DepthAnswer depth = desk.exchange.depth(desk.symbol, 5);
  ASSERT_EQ(depth.bids.size(), 2U);
  EXPECT_EQ(depth.bids[0].price, px("50001"));
  EXPECT_EQ(depth.bids[0].quantity, qty("0.5"));
  EXPECT_TRUE(depth.asks.empty());
  EXPECT_EQ(desk.locked_usdt(), "25000.5");
}

TEST(ExchangeOrderTest, AnImmediateOrCancelExpiresItsRest) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "1.5", "50001", TimeInForce::Ioc));
  EXPECT_EQ(answer.order.status, OrderStatus::Expired);
  EXPECT_EQ(answer.order.executed, qty("1"));
  EXPECT_EQ(answer.order.expiry_reason, ExpiryReason::UnfilledIoc);
  EXPECT_EQ(desk.locked_usdt(), "0");
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "TRADE #1 PARTIALLY_FILLED 1@50001",
                                 "EXPIRED #1 EXPIRED UNFILLED_IOC_QUANTITY_EXPIRED", "POSITION"}));
}

TEST(ExchangeOrderTest, AFillOrKillThatDoesNotFillTradesNothing) {
  Desk desk;
  const OrderAnswer one_too_many =
      desk.placed(Desk::limit(Side::Buy, "1.00001", "50001", TimeInForce::Fok));
  EXPECT_EQ(one_too_many.order.status, OrderStatus::Expired);
  EXPECT_EQ(one_too_many.order.executed, Qty());
  EXPECT_EQ(one_too_many.order.expiry_reason, ExpiryReason::UnfilledFok);
  EXPECT_EQ(desk.free_usdt(), "100000");
  const OrderAnswer exact = desk.placed(Desk::limit(Side::Buy, "1", "50001", TimeInForce::Fok));
  EXPECT_EQ(exact.order.status, OrderStatus::Filled);
}

TEST(ExchangeOrderTest, AMarketOrderTakesWhatThereIsAndExpires) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.deposit(desk.account, desk.exchange.base(desk.symbol), qty("2").raw(),
                                    desk.now));
  const OrderAnswer answer = desk.placed(Desk::market(Side::Sell, "3"));
  EXPECT_EQ(answer.order.status, OrderStatus::Expired);
  EXPECT_EQ(answer.order.executed, qty("1"));
  EXPECT_EQ(answer.order.expiry_reason, ExpiryReason::InsufficientLiquidity);
  EXPECT_EQ(answer.order.time_in_force, TimeInForce::Gtc);
  EXPECT_EQ(answer.order.price, Px());
  EXPECT_EQ(desk.free_btc(), "2");
  EXPECT_EQ(desk.free_usdt(), "149950");  // 50000 less 0.1 %
}

TEST(ExchangeOrderTest, AQuoteQuantityBuysWholeSteps) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::market_quote(Side::Buy, "100"));
  EXPECT_EQ(answer.order.status, OrderStatus::Filled);
  EXPECT_EQ(answer.order.executed, qty("0.00199"));
  EXPECT_EQ(answer.order.quote_order_qty, quote("100"));
  EXPECT_EQ(answer.order.cumulative_quote, quote("99.50199"));
  EXPECT_EQ(desk.free_usdt(), "99900.49801");
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeOrderTest, AQuoteQuantityLargerThanTheBookExpires) {
  Desk desk;
  const OrderAnswer answer = desk.placed(Desk::market_quote(Side::Sell, "50001"));
  EXPECT_EQ(answer.order.executed, qty("1"));
  EXPECT_EQ(answer.order.status, OrderStatus::Expired);
  EXPECT_EQ(answer.order.expiry_reason, ExpiryReason::InsufficientLiquidity);
}

TEST(ExchangeOrderTest, PostOnlyIsRefusedAtTheAskAndRestsBelowIt) {
  Desk desk;
  EXPECT_EQ(desk.refused(Desk::maker(Side::Buy, "0.001", "50001")),
            "-2010 Order would immediately match and take.");
  const OrderAnswer answer = desk.placed(Desk::maker(Side::Buy, "0.001", "50000.99"));
  EXPECT_EQ(answer.order.status, OrderStatus::New);
}

TEST(ExchangeOrderTest, AnotherAccountsOrderIsMetAtItsPriceFirst) {
  Desk desk;
  const AccountId other = desk.open("0", "1");
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Sell, "0.4", "50000.5")));
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "0.5", "50001"));
  ASSERT_EQ(answer.fills.size(), 2U);
  EXPECT_EQ(answer.fills[0].price, px("50000.5"));
  EXPECT_EQ(answer.fills[0].quantity, qty("0.4"));
  EXPECT_EQ(answer.fills[1].price, px("50001"));
  EXPECT_EQ(answer.fills[1].trade, TradeId(answer.fills[0].trade.value() + 1));
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeOrderTest, EachAccountPaysItsOwnRateOnWhatItReceives) {
  Desk desk;
  const AccountId other = desk.open("0", "1");
  desk.exchange.set_rates(other, desk.symbol, {.maker = bps(2), .taker = bps(7)});
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Sell, "0.4", "50000.5")));
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "0.4", "50001"));
  EXPECT_EQ(answer.fills[0].commission, qty("0.0004").raw());
  const auto trades = desk.exchange.trades(other, desk.symbol, TradeId(1), 10);
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_TRUE(trades[0].maker);
  EXPECT_EQ(trades[0].commission, qty("4.00004").raw());  // 2 bps of 20000.2
}

TEST(ExchangeOrderTest, CommissionIsCutAfterTheEighthDecimal) {
  Desk desk;
  desk.exchange.set_rates(desk.account, desk.symbol,
                          {.maker = bps(10), .taker = Rate::from_raw(1)});
  const OrderAnswer answer = desk.placed(Desk::market(Side::Sell, "0.00013"));
  // 6.5 USDT at 1e-8 is 0.000000065: six units, not seven.
  EXPECT_EQ(answer.fills[0].commission, 6);
}

// Money that would not fit a Decimal is an answer, not a wrap: the trade is not made.
TEST(ExchangeRangeTest, ATradeWhoseValueDoesNotFitIsNotMade) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.lot->max = Qty();
  rules.market_lot.reset();
  rules.notional.reset();
  Desk desk(rules);
  desk.quote_book("1000000", "90000000000", "1000001", "1");
  ASSERT_TRUE(desk.exchange.deposit(desk.account, desk.exchange.base(desk.symbol),
                                    qty("90000000000").raw(), desk.now));
  const OrderAnswer too_much = desk.placed(Desk::market(Side::Sell, "90000000000"));
  EXPECT_EQ(too_much.order.status, OrderStatus::Expired);
  EXPECT_EQ(too_much.order.executed, Qty());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(desk.placed(Desk::market(Side::Sell, "30000")).order.status, OrderStatus::Filled);
  }
  const OrderAnswer last = desk.placed(Desk::market(Side::Sell, "30000"));
  EXPECT_EQ(last.order.executed, Qty()) << "the account could not hold the proceeds";
  EXPECT_TRUE(desk.exchange.conserved());
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "90000000000", "900000")),
            "-2010 Account has insufficient balance for requested action.");
}

}  // namespace
}  // namespace clawgate::sim
