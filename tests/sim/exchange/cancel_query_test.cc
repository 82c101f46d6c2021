// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

namespace clawgate::sim {
namespace {

TEST(ExchangeCancelTest, ACancelHasItsOwnIdAndKeepsTheOrders) {
  Desk desk;
  const OrderAnswer order =
      desk.placed(Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), "mine"));
  desk.drain();
  CancelOrder request;
  request.order = {desk.account, desk.symbol, order.order.id, std::nullopt};
  request.cancel_id = ClientId("c1");
  const auto answer = desk.exchange.cancel(request, desk.now);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->order->order.status, OrderStatus::Canceled);
  EXPECT_EQ(answer->order->cancel_id, ClientId("c1"));
  EXPECT_EQ(answer->order->order.client_id, ClientId("mine"));
  const auto events = desk.drain();
  const auto& report = std::get<ExecutionReport>(events.at(0));
  EXPECT_EQ(report.exec_type, ExecType::Canceled);
  EXPECT_EQ(report.client_id, ClientId("c1"));
  EXPECT_EQ(report.original, ClientId("mine"));
  EXPECT_EQ(desk.locked_usdt(), "0");
  EXPECT_EQ(
      desk.exchange.order({desk.account, desk.symbol, std::nullopt, ClientId("mine")})->status,
      OrderStatus::Canceled)
      << "found by its own id afterwards";
}

TEST(ExchangeCancelTest, ACancelWithoutAnIdGetsOne) {
  Desk desk;
  const OrderAnswer order = desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  const auto answer = desk.cancel(order.order.id);
  EXPECT_EQ(answer->order->cancel_id.size(), 22U);
  EXPECT_NE(answer->order->cancel_id, order.order.client_id);
}

TEST(ExchangeCancelTest, WhatIsDoneOrUnknownOrAnothersCannotBeCancelled) {
  Desk desk;
  constexpr const char* kUnknown = "-2011 Unknown order sent.";
  const OrderAnswer filled = desk.placed(Desk::market(Side::Buy, "0.001"));
  EXPECT_EQ(Desk::told(desk.cancel(filled.order.id).error()), kUnknown);
  EXPECT_EQ(Desk::told(desk.cancel(OrderId(99)).error()), kUnknown);
  EXPECT_EQ(Desk::told(desk.cancel(OrderId(0)).error()), kUnknown);
  EXPECT_EQ(Desk::told(desk.cancel(OrderId(-1)).error()), kUnknown);
  const AccountId other = desk.open("1000", "0");
  const auto others = desk.place_as(other, Desk::limit(Side::Buy, "0.001", "49000"));
  EXPECT_EQ(Desk::told(desk.cancel(others->order.id).error()), kUnknown);

  CancelOrder neither;
  neither.order = {desk.account, desk.symbol, std::nullopt, std::nullopt};
  EXPECT_EQ(Desk::told(desk.exchange.cancel(neither, desk.now).error()),
            "-1102 Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  neither.order.order_id = OrderId(1);
  neither.cancel_id = ClientId("a b");
  EXPECT_EQ(desk.exchange.cancel(neither, desk.now).error().code, -1100);
}

TEST(ExchangeCancelTest, BothIdsMustAgree) {
  Desk desk;
  const OrderAnswer order =
      desk.placed(Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), "mine"));
  CancelOrder request;
  request.order = {desk.account, desk.symbol, order.order.id, ClientId("yours")};
  EXPECT_EQ(desk.exchange.cancel(request, desk.now).error().code, -2011);
  request.order.client_id = ClientId("mine");
  EXPECT_TRUE(desk.exchange.cancel(request, desk.now));
}

TEST(ExchangeCancelTest, RestrictionsLookAtWhetherItTraded) {
  Desk desk;
  constexpr const char* kNotMet = "-2011 Order was not canceled due to cancel restrictions.";
  const OrderAnswer fresh = desk.placed(Desk::limit(Side::Buy, "1", "49000"));
  EXPECT_EQ(Desk::told(desk.cancel(fresh.order.id, CancelRestriction::OnlyPartiallyFilled).error()),
            kNotMet);
  desk.outside_trade("49000", "0.5", true);
  EXPECT_EQ(Desk::told(desk.cancel(fresh.order.id, CancelRestriction::OnlyNew).error()), kNotMet);
  EXPECT_TRUE(desk.cancel(fresh.order.id, CancelRestriction::OnlyPartiallyFilled));
  const OrderAnswer second = desk.placed(Desk::limit(Side::Buy, "0.1", "48000"));
  EXPECT_TRUE(desk.cancel(second.order.id, CancelRestriction::OnlyNew));
}

TEST(ExchangeQueryTest, OrdersAreFoundByEitherIdOrBoth) {
  Desk desk;
  const OrderAnswer order =
      desk.placed(Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), "mine"));
  const auto ask = [&](std::optional<OrderId> id, std::optional<ClientId> client_id) {
    const auto answer = desk.exchange.order({desk.account, desk.symbol, id, client_id});
    return answer ? std::to_string(answer->id.value()) : Desk::told(answer.error());
  };
  EXPECT_EQ(ask(order.order.id, std::nullopt), "1");
  EXPECT_EQ(ask(std::nullopt, ClientId("mine")), "1");
  EXPECT_EQ(ask(order.order.id, ClientId("mine")), "1");
  EXPECT_EQ(ask(order.order.id, ClientId("yours")),
            "-2039 Client order ID is not correct for this order ID.");
  EXPECT_EQ(ask(OrderId(2), std::nullopt), "-2013 Order does not exist.");
  EXPECT_EQ(ask(std::nullopt, ClientId("yours")), "-2013 Order does not exist.");
  EXPECT_EQ(ask(std::nullopt, std::nullopt),
            "-1102 Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
}

TEST(ExchangeQueryTest, ListsAreOldestFirstAndPaged) {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  for (int i = 0; i < 3; ++i) desk.placed(Desk::market(Side::Buy, "0.001"));
  ASSERT_TRUE(desk.cancel(OrderId(2)));
  const auto open = desk.exchange.open_orders(desk.account, desk.symbol);
  ASSERT_EQ(open.size(), 4U);
  EXPECT_EQ(open[0].id, OrderId(1));
  EXPECT_EQ(open[1].id, OrderId(3));
  const auto all = desk.exchange.all_orders(desk.account, desk.symbol, OrderId(2), 3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].id, OrderId(2));
  EXPECT_EQ(all[2].id, OrderId(4));
  const auto trades = desk.exchange.trades(desk.account, desk.symbol, TradeId(2), 10);
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[0].id, TradeId(2));
  EXPECT_EQ(trades[0].order, OrderId(7));
  EXPECT_TRUE(trades[0].buyer);
  EXPECT_FALSE(trades[0].maker);
}

TEST(ExchangeQueryTest, AnAccountShowsItsRatesAndEveryAsset) {
  Desk desk;
  desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  const AccountAnswer account = desk.exchange.account(desk.account);
  EXPECT_EQ(account.maker, bps(10));
  ASSERT_EQ(account.balances.size(), 2U);
  EXPECT_EQ(desk.exchange.asset_name(account.balances[0].asset), AssetName("BTC"));
  EXPECT_EQ(account.balances[1].locked, qty("49").raw());
  EXPECT_EQ(desk.exchange.find_symbol("BTCUSDT"), desk.symbol);
  EXPECT_EQ(desk.exchange.find_symbol("NOPE"), std::nullopt);
  EXPECT_EQ(desk.exchange.find_asset("USDT"), desk.exchange.quote(desk.symbol));
  EXPECT_EQ(desk.exchange.find_asset("BNB"), std::nullopt);
}

TEST(ExchangeQueryTest, MoneyComesAndGoesWithAnEvent) {
  Desk desk;
  const AssetId usdt = desk.exchange.quote(desk.symbol);
  desk.placed(Desk::limit(Side::Buy, "1", "49000"));
  desk.drain();
  EXPECT_FALSE(desk.exchange.deposit(desk.account, usdt, -qty("51000.00000001").raw(), desk.now))
      << "what is locked stays";
  EXPECT_TRUE(desk.drain().empty());
  EXPECT_TRUE(desk.exchange.deposit(desk.account, usdt, -qty("51000").raw(), desk.now));
  EXPECT_EQ(desk.story(), (Story{"BALANCE", "POSITION"}));
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeEventTest, ATradeReportCarriesEveryNumberOfTheTrade) {
  Desk desk;
  desk.now = at_ms(250);
  desk.placed(Desk::limit(Side::Buy, "1.5", "50001"));
  const auto events = desk.drain();
  ASSERT_EQ(events.size(), 3U);
  const auto& opened = std::get<ExecutionReport>(events[0]);
  EXPECT_EQ(opened.trade, kNoTrade);
  EXPECT_EQ(opened.commission, 0);
  EXPECT_TRUE(opened.on_book);
  EXPECT_TRUE(opened.original.empty());
  const auto& traded = std::get<ExecutionReport>(events[1]);
  EXPECT_EQ(traded.time, at_ms(250));
  EXPECT_EQ(traded.last_quantity, qty("1"));
  EXPECT_EQ(traded.last_price, px("50001"));
  EXPECT_EQ(traded.last_quote, quote("50001"));
  EXPECT_EQ(traded.commission, qty("0.001").raw());
  EXPECT_EQ(traded.commission_asset, desk.exchange.base(desk.symbol));
  EXPECT_EQ(traded.trade, TradeId(1));
  EXPECT_GT(traded.execution_id, opened.execution_id);
  EXPECT_FALSE(traded.maker);
  EXPECT_TRUE(traded.on_book);
  EXPECT_EQ(traded.order.executed, qty("1"));
  EXPECT_EQ(traded.order.cumulative_quote, quote("50001"));
  const auto& position = std::get<AccountPosition>(events[2]);
  ASSERT_EQ(position.balances.size(), 2U) << "both assets, once";
}

TEST(ExchangeEventTest, AFullFillIsNoLongerOnTheBook) {
  Desk desk;
  desk.placed(Desk::limit(Side::Buy, "1", "49000"));
  desk.drain();
  desk.outside_trade("49000", "1", true);
  const auto events = desk.drain();
  const auto& traded = std::get<ExecutionReport>(events.at(0));
  EXPECT_TRUE(traded.maker);
  EXPECT_FALSE(traded.on_book);
}

TEST(ExchangeEventTest, TimeNeverRunsBackwards) {
  Desk desk;
  desk.now = at_ms(500);
  desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  desk.now = at_ms(100);
  EXPECT_EQ(desk.placed(Desk::limit(Side::Buy, "0.001", "49000")).transact_time, at_ms(500));
}

TEST(ExchangeEventTest, TheSameHistoryGivesTheSameIds) {
  Desk a;
  Desk b;
  for (Desk* desk : {&a, &b}) {
    desk->placed(Desk::limit(Side::Buy, "0.001", "49000"));
    desk->placed(Desk::market(Side::Buy, "0.001"));
  }
  EXPECT_EQ(a.order(OrderId(1)).client_id, b.order(OrderId(1)).client_id);
  EXPECT_EQ(a.order(OrderId(2)).client_id, b.order(OrderId(2)).client_id);
  EXPECT_NE(a.order(OrderId(1)).client_id, a.order(OrderId(2)).client_id);
}

}  // namespace
}  // namespace clawgate::sim
