// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// Orders that wait for the last price.

namespace clawgate::sim {
namespace {

struct TriggerRow {
  OrderType type;
  Side side;
  const char* stop_price;     // last price is 50000
  const char* would_trigger;  // the nearest stop that is refused
  const char* not_yet;        // a trade that leaves it waiting
  const char* reached;        // a trade that sets it off
};

TEST(ExchangeTriggerTest, EachTypeWaitsOnItsOwnSideOfTheMarket) {
  const std::vector<TriggerRow> rows = {
      {OrderType::StopLoss, Side::Sell, "49000", "50000", "49000.01", "49000"},
      {OrderType::StopLoss, Side::Buy, "51000", "50000", "50999.99", "51000"},
      {OrderType::TakeProfit, Side::Sell, "51000", "50000", "50999.99", "51000"},
      {OrderType::TakeProfit, Side::Buy, "49000", "50000", "49000.01", "49000"},
  };
  for (const TriggerRow& row : rows) {
    Desk desk;
    EXPECT_EQ(desk.refused(Desk::stop(row.type, row.side, "0.1", row.would_trigger)),
              "-2010 Order would trigger immediately.");
    const OrderAnswer order = desk.placed(Desk::stop(row.type, row.side, "0.1", row.stop_price));
    EXPECT_FALSE(order.order.working);
    EXPECT_EQ(order.order.working_since, TimeNs());
    desk.outside_trade(row.not_yet, "0.00001", false);
    EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::New) << row.stop_price;
    desk.outside_trade(row.reached, "0.00001", false);
    EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Filled) << row.stop_price;
  }
}

TEST(ExchangeTriggerTest, AStopOneTickFromTheLastPriceIsTaken) {
  Desk desk;
  EXPECT_TRUE(desk.place(Desk::stop(OrderType::StopLoss, Side::Sell, "0.1", "49999.99")));
  EXPECT_TRUE(desk.place(Desk::stop(OrderType::StopLoss, Side::Buy, "0.1", "50000.01")));
}

TEST(ExchangeTriggerTest, AStopLimitThatTriggersIsReportedNewASecondTime) {
  Desk desk;
  const OrderAnswer order =
      desk.placed(Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.1", "49000", "48990"));
  EXPECT_EQ(desk.locked_btc(), "0.1");
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "POSITION"}));
  desk.quote_book("48980", "1", "48985", "1");
  desk.now = at_ms(500);
  desk.outside_trade("49000", "0.00001", true);
  const auto events = desk.drain();
  ASSERT_EQ(events.size(), 1U);
  const auto& report = std::get<ExecutionReport>(events[0]);
  EXPECT_EQ(report.exec_type, ExecType::New);
  EXPECT_TRUE(report.on_book);
  EXPECT_EQ(report.order.working_since, at_ms(500));
  const DepthAnswer depth = desk.exchange.depth(desk.symbol, 5);
  EXPECT_EQ(depth.asks.back().price, px("48990"));
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::New);
}

TEST(ExchangeTriggerTest, ATriggeredLimitThatCrossesTakesAtOnce) {
  Desk desk;
  const OrderAnswer order =
      desk.placed(Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.1", "49900", "49000"));
  desk.outside_trade("49900", "0.00001", true);
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Filled);
  EXPECT_EQ(desk.order(order.order.id).cumulative_quote, quote("5000")) << "at the bid, 50000";
}

TEST(ExchangeTriggerTest, StopsTriggerByOurOwnTradesAndOneSetsOffTheNext) {
  Desk desk;
  const std::vector<BookLevel> bids = {
      {px("50000"), qty("0.1")}, {px("49500"), qty("0.1")}, {px("49000"), qty("5")}};
  const std::vector<BookLevel> asks = {{px("50001"), qty("1")}};
  desk.snapshot(bids, asks);
  const OrderAnswer first =
      desk.placed(Desk::stop(OrderType::StopLoss, Side::Sell, "0.2", "49500"));
  const OrderAnswer second =
      desk.placed(Desk::stop(OrderType::StopLoss, Side::Sell, "0.1", "49000"));
  desk.drain();
  ASSERT_TRUE(desk.place(Desk::market(Side::Sell, "0.15")));  // last price 49500
  EXPECT_EQ(
      desk.story(),
      (Story{"NEW #3 NEW", "TRADE #3 PARTIALLY_FILLED 0.1@50000", "TRADE #3 FILLED 0.05@49500",
             "NEW #1 NEW", "TRADE #1 PARTIALLY_FILLED 0.05@49500", "TRADE #1 FILLED 0.15@49000",
             "NEW #2 NEW", "TRADE #2 FILLED 0.1@49000", "POSITION"}));
  EXPECT_EQ(desk.order(first.order.id).status, OrderStatus::Filled);
  EXPECT_EQ(desk.order(second.order.id).status, OrderStatus::Filled);
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeTriggerTest, TheNearestTriggerFiresFirstThenTheOlder) {
  Desk desk;
  const OrderTerms far = Desk::stop(OrderType::StopLoss, Side::Sell, "0.1", "49000");
  const OrderTerms near = Desk::stop(OrderType::StopLoss, Side::Sell, "0.1", "49500");
  ASSERT_TRUE(desk.place(far));
  ASSERT_TRUE(desk.place(near));
  ASSERT_TRUE(desk.place(near));
  desk.drain();
  desk.outside_trade("48000", "0.00001", true);
  EXPECT_EQ(desk.story(), (Story{"NEW #2 NEW", "TRADE #2 FILLED 0.1@50000", "NEW #3 NEW",
                                 "TRADE #3 FILLED 0.1@50000", "NEW #1 NEW",
                                 "TRADE #1 FILLED 0.1@50000", "POSITION"}));
}

TEST(ExchangeTriggerTest, ATriggeredStopWithoutALimitExpiresWithItsRest) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::stop(OrderType::StopLoss, Side::Sell, "1", "49000"));
  desk.quote_book("48000", "0.4", "49001", "1");
  desk.outside_trade("49000", "0.00001", true);
  EXPECT_EQ(desk.order(order.order.id).executed, qty("0.4"));
  EXPECT_EQ(desk.order(order.order.id).expiry_reason, ExpiryReason::InsufficientLiquidity);
  EXPECT_EQ(desk.free_btc(), "0.6");
  EXPECT_EQ(desk.locked_btc(), "0");
}

TEST(ExchangeTriggerTest, AStopBuyPaysWhatTheMarketThenAsks) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::stop(OrderType::StopLoss, Side::Buy, "1", "51000"));
  EXPECT_EQ(desk.locked_usdt(), "51000");
  desk.quote_book("51990", "1", "52000", "1");
  desk.outside_trade("52000", "0.00001", false);
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Filled);
  EXPECT_EQ(desk.free_usdt(), "48000");
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeTriggerTest, AStopBuyThatTheFundsNoLongerCoverExpiresAsRejected) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::stop(OrderType::StopLoss, Side::Buy, "1.9", "51000"));
  desk.quote_book("59990", "1", "60000", "3");
  desk.outside_trade("60000", "0.00001", false);
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Expired);
  EXPECT_EQ(desk.order(order.order.id).expiry_reason, ExpiryReason::Rejected);
  EXPECT_EQ(desk.free_usdt(), "100000");
}

TEST(ExchangeTriggerTest, FiltersHoldAgainWhenTheStopTriggers) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  Desk desk(rules);
  const OrderAnswer order =
      desk.placed(Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.1", "49000", "48990"));
  rules.lot->min = qty("0.2");
  desk.exchange.set_rules(desk.symbol, rules);
  desk.outside_trade("49000", "0.00001", true);
  EXPECT_EQ(desk.order(order.order.id).expiry_reason, ExpiryReason::Rejected);
}

TEST(ExchangeTriggerTest, ACancelledStopNeverFires) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::stop(OrderType::StopLoss, Side::Sell, "1", "49000"));
  ASSERT_TRUE(desk.cancel(order.order.id));
  desk.outside_trade("48000", "0.00001", true);
  EXPECT_EQ(desk.order(order.order.id).status, OrderStatus::Canceled);
  EXPECT_EQ(desk.free_btc(), "1");
}

}  // namespace
}  // namespace clawgate::sim
