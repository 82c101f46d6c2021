// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// An account's order never trades with the account's own: the taker's mode says which one ends.

namespace clawgate::sim {
namespace {

// Own bids of 0.2 at 50000.50 and 50000.40, then a sell of 0.3 through both.
struct StpDesk : Desk {
  StpDesk() {
    placed(limit(Side::Buy, "0.2", "50000.50"));
    placed(limit(Side::Buy, "0.2", "50000.40"));
    drain();
  }
};

TEST(ExchangeStpTest, ExpireMakerEndsTheMakersAndTheTakerGoesOn) {
  StpDesk desk;
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Sell, "0.3", "50000"), StpMode::ExpireMaker).value();
  EXPECT_EQ(answer.order.status, OrderStatus::Filled) << "against the outside bid";
  ASSERT_EQ(answer.prevented.size(), 2U);
  EXPECT_EQ(answer.prevented[0].maker_order, OrderId(1));
  EXPECT_EQ(answer.prevented[0].price, px("50000.50"));
  EXPECT_EQ(answer.prevented[0].maker_prevented, qty("0.2"));
  EXPECT_EQ(answer.prevented[0].taker_prevented, Qty());
  const OrderRecord maker = desk.order(OrderId(1));
  EXPECT_EQ(maker.status, OrderStatus::ExpiredInMatch);
  EXPECT_EQ(maker.prevented, qty("0.2"));
  EXPECT_EQ(maker.prevented_match_id, answer.prevented[0].id);
  EXPECT_EQ(maker.leaves(), Qty());
  EXPECT_EQ(desk.locked_usdt(), "0");
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeStpTest, ExpireTakerLeavesTheMakers) {
  StpDesk desk;
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Sell, "0.3", "50000"), StpMode::ExpireTaker).value();
  EXPECT_EQ(answer.order.status, OrderStatus::ExpiredInMatch);
  EXPECT_EQ(answer.order.prevented, qty("0.3"));
  EXPECT_EQ(answer.order.executed, Qty());
  ASSERT_EQ(answer.prevented.size(), 1U);
  EXPECT_EQ(answer.prevented[0].taker_prevented, qty("0.3"));
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::New);
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::New);
  EXPECT_EQ(desk.locked_btc(), "0");
}

TEST(ExchangeStpTest, ExpireBothEndsTheTakerAndTheFirstMaker) {
  StpDesk desk;
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Sell, "0.3", "50000"), StpMode::ExpireBoth).value();
  EXPECT_EQ(answer.order.status, OrderStatus::ExpiredInMatch);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::ExpiredInMatch);
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::New);
  ASSERT_EQ(answer.prevented.size(), 1U);
  EXPECT_EQ(answer.prevented[0].maker_prevented, qty("0.2"));
  EXPECT_EQ(answer.prevented[0].taker_prevented, qty("0.3"));
}

TEST(ExchangeStpTest, WhatTradedBeforeStandsAndOnlyTheRestIsPrevented) {
  Desk desk;
  const AccountId other = desk.open("10000", "0");
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Buy, "0.1", "50000.60")));
  desk.placed(Desk::limit(Side::Buy, "0.2", "50000.50"));
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Sell, "0.3", "50000"), StpMode::ExpireTaker).value();
  EXPECT_EQ(answer.order.executed, qty("0.1"));
  EXPECT_EQ(answer.order.prevented, qty("0.2"));
  EXPECT_EQ(answer.order.status, OrderStatus::ExpiredInMatch);
}

TEST(ExchangeStpTest, AMarketTakerWithNothingLeftExpires) {
  Desk desk;
  desk.placed(Desk::limit(Side::Buy, "0.2", "50000.50"));
  desk.level(Side::Buy, "50000", "0");
  const OrderAnswer answer =
      desk.place(Desk::market(Side::Sell, "0.1"), StpMode::ExpireMaker).value();
  EXPECT_EQ(answer.order.status, OrderStatus::Expired);
  EXPECT_EQ(answer.order.expiry_reason, ExpiryReason::InsufficientLiquidity);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::ExpiredInMatch);
}

TEST(ExchangeStpTest, TheEventSaysWhatWouldHaveTraded) {
  StpDesk desk;
  ASSERT_TRUE(desk.place(Desk::limit(Side::Sell, "0.3", "50000.50"), StpMode::ExpireBoth));
  const auto events = desk.drain();
  const auto& maker = std::get<ExecutionReport>(events.at(1));
  EXPECT_EQ(maker.exec_type, ExecType::TradePrevention);
  EXPECT_EQ(maker.order.id, OrderId(1));
  EXPECT_EQ(maker.last_prevented, qty("0.2"));
  EXPECT_EQ(maker.counter_order, OrderId(3));
  EXPECT_EQ(maker.prevented_price, px("50000.50"));
  EXPECT_EQ(maker.prevented_execution, qty("0.2"));
  EXPECT_EQ(maker.prevented_quote, quote("10000.1"));
  EXPECT_EQ(maker.last_quantity, Qty());
  EXPECT_EQ(maker.trade, kNoTrade);
  const auto& taker = std::get<ExecutionReport>(events.at(2));
  EXPECT_EQ(taker.order.id, OrderId(3));
  EXPECT_EQ(taker.last_prevented, qty("0.3"));
  EXPECT_EQ(taker.counter_order, OrderId(1));
  EXPECT_EQ(taker.prevented_match_id, maker.prevented_match_id);
}

TEST(ExchangeStpTest, AFillOrKillDoesNotCountTheAccountsOwnOrders) {
  StpDesk desk;
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Sell, "0.1", "50000.40", TimeInForce::Fok), StpMode::ExpireMaker)
          .value();
  EXPECT_EQ(answer.order.expiry_reason, ExpiryReason::UnfilledFok);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::New) << "and ends none of them";
}

TEST(ExchangeStpTest, AnOcoLegThatIsPreventedEndsItsPair) {
  Desk desk;
  NewOco request;
  request.account = desk.account;
  request.symbol = desk.symbol;
  request.side = Side::Sell;
  request.quantity = qty("0.5");
  request.above = Desk::maker(Side::Sell, "0.5", "50000.50");
  request.below = Desk::stop(OrderType::StopLoss, Side::Sell, "0.5", "49000");
  ASSERT_TRUE(desk.exchange.place(request, desk.now));
  const OrderAnswer answer =
      desk.place(Desk::limit(Side::Buy, "0.1", "50000.50"), StpMode::ExpireMaker).value();
  EXPECT_EQ(answer.order.status, OrderStatus::New);
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::ExpiredInMatch);
  EXPECT_EQ(desk.order(OrderId(1)).expiry_reason, ExpiryReason::OcoTrigger);
  EXPECT_EQ(desk.locked_btc(), "0");
  EXPECT_TRUE(desk.exchange.lists(desk.account, true).empty());
}

TEST(ExchangeStpTest, TwoAccountsTradeWithEachOther) {
  StpDesk desk;
  const AccountId other = desk.open("0", "1");
  const auto answer = desk.place_as(other, Desk::limit(Side::Sell, "0.3", "50000.40"));
  EXPECT_EQ(answer->order.status, OrderStatus::Filled);
  EXPECT_TRUE(answer->prevented.empty());
}

}  // namespace
}  // namespace clawgate::sim
