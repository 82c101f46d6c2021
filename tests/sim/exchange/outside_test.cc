// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// The outside market meets our orders: the four rules of exchange_market.cc and the taking rule of
// OutsideBook.

namespace clawgate::sim {
namespace {

Qty executed(Desk& desk, const OrderAnswer& answer) {
  return desk.order(answer.order.id).executed;
}
Qty ahead(const Desk& desk, const OrderAnswer& answer) {
  return desk.exchange.queue_ahead(desk.symbol, answer.order.id);
}

TEST(OutsideQueueTest, AnOrderStandsBehindTheSizeThatWasThere) {
  Desk desk;  // bid 50000 x 1
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.5", "50000"));
  EXPECT_EQ(ahead(desk, order), qty("1"));
  desk.outside_trade("50000", "0.99999", true);
  EXPECT_EQ(executed(desk, order), Qty());
  desk.outside_trade("50000", "0.00001", true);
  EXPECT_EQ(executed(desk, order), Qty()) << "the queue is used up, exactly";
  desk.outside_trade("50000", "0.00001", true);
  EXPECT_EQ(executed(desk, order), qty("0.00001"));
}

TEST(OutsideQueueTest, OneTradeCanUseUpTheQueueAndFill) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.5", "50000"));
  desk.outside_trade("50000", "1.2", true);
  EXPECT_EQ(executed(desk, order), qty("0.2"));
  EXPECT_EQ(desk.order(order.order.id).cumulative_quote, quote("10000"));
}

TEST(OutsideQueueTest, TradesThatHitTheOtherSideFillNothing) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.5", "50000"));
  desk.outside_trade("50000", "5", false);
  EXPECT_EQ(executed(desk, order), Qty());
  EXPECT_EQ(ahead(desk, order), qty("1"));
  desk.outside_trade("50000.01", "5", true);
  EXPECT_EQ(executed(desk, order), Qty()) << "above our price";
}

TEST(OutsideQueueTest, ATradeThroughThePriceFillsUpToItsQuantity) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.5", "50000"));
  desk.outside_trade("49999.99", "0.3", true);
  EXPECT_EQ(executed(desk, order), qty("0.3"));
  EXPECT_EQ(desk.order(order.order.id).cumulative_quote, quote("15000")) << "at our price";
  desk.outside_trade("49999.99", "5", true);
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Filled);
}

TEST(OutsideQueueTest, EachUnitOfOutsideVolumeIsUsedOnce) {
  Desk desk;
  const OrderAnswer better = desk.placed(Desk::limit(Side::Buy, "0.1", "50000.50"));
  const OrderAnswer first = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  const OrderAnswer second = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.outside_trade("50000", "1.25", true);
  EXPECT_EQ(executed(desk, better), qty("0.1"));  // 1.15 left
  EXPECT_EQ(executed(desk, first), qty("0.1"));   // 1 in the queue, 0.05 left
  EXPECT_EQ(executed(desk, second), qty("0.05"));
}

TEST(OutsideQueueTest, ALaterOrderStandsBehindWhatCameBetween) {
  Desk desk;
  const OrderAnswer first = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.level(Side::Buy, "50000", "3");
  const OrderAnswer second = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  EXPECT_EQ(ahead(desk, first), qty("1"));
  EXPECT_EQ(ahead(desk, second), qty("3"));
  desk.outside_trade("50000", "2", true);
  EXPECT_EQ(executed(desk, first), qty("0.1"));
  EXPECT_EQ(executed(desk, second), Qty());
  EXPECT_EQ(ahead(desk, second), qty("1.1")) << "3 less the 1 ahead and the 0.9 between";
}

TEST(OutsideQueueTest, AShrinkingLevelShortensTheQueueToWhatItStates) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.level(Side::Buy, "50000", "4");
  EXPECT_EQ(ahead(desk, order), qty("1")) << "what came later stands behind us";
  desk.level(Side::Buy, "50000", "1.5");
  EXPECT_EQ(ahead(desk, order), qty("1")) << "and is taken to leave first";
  desk.level(Side::Buy, "50000", "0.4");
  EXPECT_EQ(ahead(desk, order), qty("0.4"));
  desk.level(Side::Buy, "50000", "0");
  EXPECT_EQ(ahead(desk, order), Qty());
}

TEST(OutsideQueueTest, ATradeThatADepthEventAlreadyToldDoesNotCountTwice) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.now = at_ms(100);
  desk.level(Side::Buy, "50000", "0.6");  // 0.4 of the queue went by this event's time
  EXPECT_EQ(ahead(desk, order), qty("0.6"));
  desk.outside_trade("50000", "0.3", true);  // not after it: told already
  EXPECT_EQ(ahead(desk, order), qty("0.6"));
  desk.outside_trade("50000", "0.3", true);  // 0.1 told, 0.2 news
  EXPECT_EQ(ahead(desk, order), qty("0.4"));
  desk.now = at_ms(101);
  desk.outside_trade("50000", "0.1", true);
  EXPECT_EQ(ahead(desk, order), qty("0.3"));
}

TEST(OutsideQueueTest, ATradeAfterTheDepthEventIsNews) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.now = at_ms(100);
  desk.level(Side::Buy, "50000", "0.6");
  desk.now = at_ms(101);
  desk.outside_trade("50000", "0.1", true);
  EXPECT_EQ(ahead(desk, order), qty("0.5"));
}

TEST(OutsideQueueTest, BestPricesDoNotMoveTheQueue) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.ticker("50000", "0.2", "50001", "1");
  EXPECT_EQ(ahead(desk, order), qty("1"));
  desk.ticker("49999", "5", "50001", "1");
  EXPECT_EQ(ahead(desk, order), qty("1"));
}

TEST(OutsideQueueTest, SellsStandInTheirOwnQueue) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Sell, "0.5", "50001"));
  EXPECT_EQ(ahead(desk, order), qty("1"));
  desk.outside_trade("50001", "1.1", true);
  EXPECT_EQ(executed(desk, order), Qty());
  desk.outside_trade("50001", "1.1", false);
  EXPECT_EQ(executed(desk, order), qty("0.1"));
  desk.outside_trade("50001.01", "0.1", false);
  EXPECT_EQ(executed(desk, order), qty("0.2"));
}

TEST(OutsideCrossTest, SizeQuotedAtOurPriceTradesWithUsAtOurPrice) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.5", "50000.50"));
  desk.ticker("50000", "1", "50000.51", "0.2");
  EXPECT_EQ(executed(desk, order), Qty()) << "one tick away";
  desk.ticker("50000", "1", "50000.50", "0.2");
  EXPECT_EQ(executed(desk, order), qty("0.2"));
  desk.ticker("50000", "1", "50000.20", "0.3");
  EXPECT_EQ(executed(desk, order), qty("0.5"));
  EXPECT_EQ(desk.order(order.order.id).cumulative_quote, quote("25000.25")) << "all at our price";
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(OutsideCrossTest, TheBookIsNeverCrossed) {
  Desk desk;
  desk.placed(Desk::limit(Side::Buy, "0.5", "50000.50"));
  desk.level(Side::Sell, "50000.10", "0.2");
  const DepthAnswer depth = desk.exchange.depth(desk.symbol, 5);
  EXPECT_LT(depth.bids.front().price, depth.asks.front().price);
  EXPECT_EQ(depth.bids.front().quantity, qty("0.3"));
  EXPECT_EQ(depth.asks.front().price, px("50001"));
}

TEST(OutsideTakeTest, WhatWasTakenIsNotThereAgain) {
  Desk desk;
  EXPECT_EQ(desk.placed(Desk::market(Side::Buy, "0.6")).order.executed, qty("0.6"));
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).asks.at(0).quantity, qty("0.4"));
  const OrderAnswer rest = desk.placed(Desk::market(Side::Buy, "0.6"));
  EXPECT_EQ(rest.order.executed, qty("0.4"));
  EXPECT_TRUE(desk.exchange.depth(desk.symbol, 1).asks.empty());
}

TEST(OutsideTakeTest, RestatingTheSameSizeBringsNothingBack) {
  Desk desk;
  desk.placed(Desk::market(Side::Buy, "1"));
  desk.ticker("50000", "1", "50001", "1");
  EXPECT_TRUE(desk.exchange.depth(desk.symbol, 1).asks.empty());
  desk.quote_book("50000", "1", "50001", "1");
  EXPECT_TRUE(desk.exchange.depth(desk.symbol, 1).asks.empty());
}

TEST(OutsideTakeTest, WhatTheLevelGrowsIsNew) {
  Desk desk;
  desk.placed(Desk::market(Side::Buy, "0.6"));
  desk.level(Side::Sell, "50001", "1.5");
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).asks.at(0).quantity, qty("0.9"));
}

TEST(OutsideTakeTest, WhatTheLevelLosesIsWhatWasLeft) {
  Desk desk;
  desk.placed(Desk::market(Side::Buy, "0.6"));
  desk.level(Side::Sell, "50001", "0.7");
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).asks.at(0).quantity, qty("0.1"));
  desk.level(Side::Sell, "50001", "0.2");
  EXPECT_TRUE(desk.exchange.depth(desk.symbol, 1).asks.empty());
  desk.level(Side::Sell, "50001", "0.5");
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).asks.at(0).quantity, qty("0.3"));
}

TEST(OutsideTakeTest, ALevelThatWentAndCameBackIsWhole) {
  Desk desk;
  desk.placed(Desk::market(Side::Buy, "1"));
  desk.level(Side::Sell, "50001", "0");
  desk.level(Side::Sell, "50001", "1");
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).asks.at(0).quantity, qty("1"));
}

TEST(OutsideTakeTest, ATakerMeetsLevelsBestFirstAtTheirPrices) {
  Desk desk;
  const std::vector<BookLevel> bids = {{px("50000"), qty("1")}};
  const std::vector<BookLevel> asks = {
      {px("50003"), qty("1")}, {px("50001"), qty("0.1")}, {px("50002"), qty("0.2")}};
  desk.snapshot(bids, asks);
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "1", "50002"));
  ASSERT_EQ(answer.fills.size(), 2U);
  EXPECT_EQ(answer.fills[0].price, px("50001"));
  EXPECT_EQ(answer.fills[1].price, px("50002"));
  EXPECT_EQ(answer.order.executed, qty("0.3"));
}

TEST(OutsideTakeTest, AtOnePriceTheOutsideSizeThatWasFirstTradesFirst) {
  Desk desk;
  const AccountId other = desk.open("0", "1");
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Sell, "0.5", "50001")));
  desk.level(Side::Sell, "50001", "3");  // 1 ahead of the order, 2 behind it
  const OrderAnswer first = desk.placed(Desk::market(Side::Buy, "0.4"));
  EXPECT_EQ(first.fills.size(), 1U);
  EXPECT_EQ(desk.exchange.queue_ahead(desk.symbol, OrderId(1)), qty("0.6"));
  const OrderAnswer second = desk.placed(Desk::market(Side::Buy, "0.8"));
  ASSERT_EQ(second.fills.size(), 2U);
  EXPECT_EQ(second.fills[0].quantity, qty("0.6"));
  EXPECT_EQ(second.fills[1].quantity, qty("0.2"));
  EXPECT_EQ(desk.exchange.trades(other, desk.symbol, TradeId(1), 9).at(0).quantity, qty("0.2"));
}

TEST(OutsideTakeTest, AFillOrKillCountsBothBooksTogether) {
  Desk desk;
  const AccountId other = desk.open("0", "1");
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Sell, "0.5", "50001")));
  EXPECT_EQ(
      desk.placed(Desk::limit(Side::Buy, "1.50001", "50001", TimeInForce::Fok)).order.executed,
      Qty());
  const OrderAnswer answer = desk.placed(Desk::limit(Side::Buy, "1.5", "50001", TimeInForce::Fok));
  EXPECT_EQ(answer.order.status, OrderStatus::Filled);
  EXPECT_EQ(answer.fills.size(), 2U);
}

TEST(OutsideTopTest, ADepthEventOlderThanTheBestPricesDoesNotBringOldOnesBack) {
  Desk desk;
  MarketEvent depth;
  depth.kind = MarketKind::Depth;
  depth.symbol = desk.symbol;
  depth.exchange_time = desk.now;
  depth.first_id = desk.update_id + 1;
  depth.last_id = desk.update_id + 5;
  const std::vector<BookLevel> bids = {{px("50000.90"), qty("2")}};
  depth.bids = bids;
  desk.update_id += 10;
  desk.ticker("50000.50", "1", "50001", "1");
  desk.exchange.apply(depth, desk.now);
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).bids.at(0).price, px("50000.50"));
}

TEST(OutsideTopTest, EventsAlreadySeenAreLeftOut) {
  Desk desk;
  desk.level(Side::Buy, "50000.50", "1");
  desk.update_id -= 1;
  desk.level(Side::Buy, "50000.50", "9");  // the same update id again
  EXPECT_EQ(desk.exchange.depth(desk.symbol, 1).bids.at(0).quantity, qty("1"));
}

TEST(OutsideTradeTest, TheLastPriceFollowsOutsideTradesAndOurs) {
  Desk desk;
  desk.outside_trade("50123.45", "0.00001", false);
  EXPECT_EQ(desk.exchange.last_price(desk.symbol), px("50123.45"));
  desk.placed(Desk::market(Side::Sell, "0.1"));
  EXPECT_EQ(desk.exchange.last_price(desk.symbol), px("50000"));
}

}  // namespace
}  // namespace clawgate::sim
