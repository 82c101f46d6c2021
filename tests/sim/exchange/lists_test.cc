// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/desk.h"

// OCO, OTO, OTOCO: what one leg does to the others, and to the funds.

namespace clawgate::sim {
namespace {

NewOco sell_oco(const Desk& desk, std::string_view above, std::string_view below) {
  NewOco request;
  request.account = desk.account;
  request.symbol = desk.symbol;
  request.side = Side::Sell;
  request.quantity = qty("0.5");
  request.above = Desk::maker(Side::Sell, "0.5", above);
  request.below = Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.5", below, below);
  return request;
}

NewOto buy_oto(const Desk& desk, const OrderTerms& working, const OrderTerms& pending) {
  NewOto request;
  request.account = desk.account;
  request.symbol = desk.symbol;
  request.working = working;
  request.pending = pending;
  return request;
}

// Buys 0.5 at the ask with a take-profit at 51000 and a stop at 49000 behind it.
NewOtoco protected_entry(const Desk& desk, TimeInForce time_in_force, std::string_view quantity) {
  NewOtoco request;
  request.account = desk.account;
  request.symbol = desk.symbol;
  request.working = Desk::limit(Side::Buy, quantity, "50001", time_in_force);
  request.pending_side = Side::Sell;
  request.pending_quantity = qty("0.4995");
  request.pending_above = Desk::maker(Side::Sell, "0.4995", "51000");
  request.pending_below = Desk::stop(OrderType::StopLoss, Side::Sell, "0.4995", "49000");
  return request;
}

template <class Request>
std::string refused(Desk& desk, const Request& request) {
  const auto answer = desk.exchange.place(request, desk.now);
  return answer ? "taken" : Desk::told(answer.error());
}

TEST(ExchangeOcoTest, BothLegsEnterAndTheFundsAreLockedOnce) {
  Desk desk;
  const ListAnswer answer = desk.exchange.place(sell_oco(desk, "51000", "49000"), desk.now).value();
  EXPECT_EQ(answer.list.status_type, ListStatusType::ExecStarted);
  EXPECT_EQ(answer.list.order_status, ListOrderStatus::Executing);
  EXPECT_EQ(name(answer.list.contingency()), "OCO");
  ASSERT_EQ(answer.reports.size(), 2U);
  EXPECT_EQ(answer.reports[0].order.type, OrderType::StopLossLimit) << "below first";
  EXPECT_EQ(answer.reports[0].order.working_since, TimeNs());
  EXPECT_FALSE(answer.reports[0].order.working);
  EXPECT_EQ(answer.reports[1].order.type, OrderType::LimitMaker);
  EXPECT_TRUE(answer.reports[1].order.working);
  EXPECT_EQ(answer.reports[1].order.list, answer.list.id);
  EXPECT_EQ(desk.locked_btc(), "0.5");
  EXPECT_EQ(desk.story(),
            (Story{"NEW #1 NEW", "NEW #2 NEW", "LIST EXEC_STARTED EXECUTING", "POSITION"}));
}

TEST(ExchangeOcoTest, PricesMustStandOnBothSidesOfTheLastPrice) {
  Desk desk;  // last 50000
  constexpr const char* kRefusal =
      "-2010 The relationship of the prices for the orders is not correct.";
  EXPECT_EQ(refused(desk, sell_oco(desk, "49500", "49000")), kRefusal);
  EXPECT_EQ(refused(desk, sell_oco(desk, "50000", "49000")), kRefusal);
  EXPECT_EQ(refused(desk, sell_oco(desk, "51000", "50000")), kRefusal);
  EXPECT_EQ(desk.locked_btc(), "0");
  EXPECT_EQ(refused(desk, sell_oco(desk, "50000.01", "49999.99")), "taken");
}

TEST(ExchangeOcoTest, ABuyPairStandsTheOtherWayRound) {
  Desk desk;
  NewOco request;
  request.account = desk.account;
  request.symbol = desk.symbol;
  request.side = Side::Buy;
  request.quantity = qty("1");
  request.above = Desk::stop(OrderType::StopLossLimit, Side::Buy, "1", "51000", "52000");
  request.below = Desk::maker(Side::Buy, "1", "49000");
  ASSERT_TRUE(desk.exchange.place(request, desk.now));
  EXPECT_EQ(desk.locked_usdt(), "52000") << "the dearer leg";
  desk.outside_trade("49000", "1", true);  // reaches the maker at the front of its level
  EXPECT_EQ(desk.order(OrderId(2)).type, OrderType::StopLossLimit);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::Filled);
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::Expired);
  EXPECT_EQ(desk.free_usdt(), "51000");
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeOcoTest, LegsOnTheWrongSideAreNamed) {
  Desk desk;
  NewOco request = sell_oco(desk, "51000", "49000");
  std::swap(request.above, request.below);
  EXPECT_EQ(refused(desk, request), "-1166 A limit order in a sell OCO must be above.");
  request = sell_oco(desk, "51000", "49000");
  request.below = Desk::maker(Side::Sell, "0.5", "52000");
  EXPECT_EQ(refused(desk, request), "-1168 At least one OCO order must be contingent.");
  request = sell_oco(desk, "51000", "49000");
  request.above = Desk::stop(OrderType::StopLoss, Side::Sell, "0.5", "51000");
  EXPECT_EQ(refused(desk, request), "-1197 A stop loss order in a sell OCO must be below.");
  request.below = Desk::stop(OrderType::TakeProfit, Side::Sell, "0.5", "49000");
  request.above = Desk::maker(Side::Sell, "0.5", "51000");
  EXPECT_EQ(refused(desk, request), "-1199 A take profit order in a sell OCO must be above.");
  request.above = Desk::limit(Side::Sell, "0.5", "51000");
  EXPECT_EQ(refused(desk, request), "-1158 Order type not supported in OCO.");
  request = sell_oco(desk, "51000", "49000");
  request.side = Side::Buy;
  EXPECT_EQ(refused(desk, request), "-1165 A limit order in a buy OCO must be below.");
  request.above = Desk::stop(OrderType::TakeProfit, Side::Buy, "0.5", "51000");
  EXPECT_EQ(refused(desk, request), "-1196 A stop loss order in a buy OCO must be above.");
  request.below = Desk::maker(Side::Buy, "0.5", "49000");
  EXPECT_EQ(refused(desk, request), "-1198 A take profit order in a buy OCO must be below.");
}

TEST(ExchangeOcoTest, AParameterOfALegIsNamedWithItsPrefix) {
  Desk desk;
  NewOco request = sell_oco(desk, "51000", "49000");
  request.below.time_in_force.reset();
  EXPECT_EQ(
      refused(desk, request),
      "-1102 Mandatory parameter 'belowTimeInForce' was not sent, was empty/null, or malformed.");
}

TEST(ExchangeOcoTest, APartialFillAboveExpiresTheStop) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.place(sell_oco(desk, "51000", "49000"), desk.now));
  desk.drain();
  desk.outside_trade("51000", "0.2", false);
  EXPECT_EQ(desk.story(), (Story{"EXPIRED #1 EXPIRED OCO_TRIGGER",
                                 "TRADE #2 PARTIALLY_FILLED 0.2@51000", "POSITION"}));
  EXPECT_EQ(desk.locked_btc(), "0.3");
  desk.outside_trade("51000", "0.3", false);
  EXPECT_EQ(desk.story(),
            (Story{"TRADE #2 FILLED 0.3@51000", "LIST ALL_DONE ALL_DONE", "POSITION"}));
  EXPECT_EQ(desk.locked_btc(), "0");
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeOcoTest, TheStopTriggeringExpiresTheLimit) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.place(sell_oco(desk, "51000", "49000"), desk.now));
  desk.drain();
  desk.quote_book("48990", "1", "49010", "1");
  desk.outside_trade("49000", "0.1", true);
  EXPECT_EQ(desk.story(), (Story{"EXPIRED #2 EXPIRED OCO_TRIGGER", "NEW #1 NEW"}));
  EXPECT_TRUE(desk.order(OrderId(1)).working) << "rests at 49000, above the bid";
  EXPECT_EQ(desk.locked_btc(), "0.5");
}

TEST(ExchangeOcoTest, CancellingOneLegCancelsBoth) {
  Desk desk;
  const ListAnswer list = desk.exchange.place(sell_oco(desk, "51000", "49000"), desk.now).value();
  desk.drain();
  const auto answer = desk.cancel(list.reports[1].order.id);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->order);
  ASSERT_TRUE(answer->list);
  EXPECT_EQ(answer->list->list.status_type, ListStatusType::AllDone);
  EXPECT_EQ(answer->list->reports.size(), 2U);
  EXPECT_EQ(desk.story(), (Story{"CANCELED #1 CANCELED", "CANCELED #2 CANCELED",
                                 "LIST ALL_DONE ALL_DONE", "POSITION"}));
  EXPECT_EQ(desk.free_btc(), "1");
}

TEST(ExchangeOcoTest, AListIsCancelledAndFoundByItsOwnIds) {
  Desk desk;
  NewOco request = sell_oco(desk, "51000", "49000");
  request.list_client_id = ClientId("my-list");
  const ListAnswer list = desk.exchange.place(request, desk.now).value();
  EXPECT_EQ(refused(desk, request), "-2010 Duplicate order sent.");
  EXPECT_EQ(desk.exchange.list({desk.account, list.list.id, std::nullopt})->client_id,
            ClientId("my-list"));
  EXPECT_EQ(desk.exchange.list({desk.account, ListId(99), std::nullopt}).error().code, -2018);
  const CancelList cancel{desk.symbol, {desk.account, std::nullopt, ClientId("my-list")}, {}};
  EXPECT_TRUE(desk.exchange.cancel(cancel, desk.now));
  EXPECT_EQ(Desk::told(desk.exchange.cancel(cancel, desk.now).error()),
            "-2011 Unknown order sent.");
  EXPECT_TRUE(desk.exchange.place(request, desk.now)) << "the id is free again";
}

TEST(ExchangeOtoTest, ThePendingOrderWaitsForTheFullFill) {
  Desk desk;
  const ListAnswer list = desk.exchange
                              .place(buy_oto(desk, Desk::limit(Side::Buy, "0.5", "49000"),
                                             Desk::market(Side::Sell, "0.4995")),
                                     desk.now)
                              .value();
  EXPECT_EQ(name(list.list.contingency()), "OTO");
  EXPECT_EQ(list.reports[0].order.status, OrderStatus::New);
  EXPECT_EQ(list.reports[1].order.status, OrderStatus::PendingNew);
  EXPECT_EQ(desk.story(),
            (Story{"NEW #1 NEW", "NEW #2 PENDING_NEW", "LIST EXEC_STARTED EXECUTING", "POSITION"}));
  EXPECT_EQ(desk.locked_usdt(), "24500");
  EXPECT_EQ(desk.locked_btc(), "0") << "a pending leg locks nothing";

  desk.outside_trade("49000", "0.3", true);
  EXPECT_EQ(desk.story(), (Story{"TRADE #1 PARTIALLY_FILLED 0.3@49000", "POSITION"}));
  desk.outside_trade("49000", "0.2", true);
  EXPECT_EQ(desk.story(),
            (Story{"TRADE #1 FILLED 0.2@49000", "NEW #2 NEW", "TRADE #2 FILLED 0.4995@50000",
                   "LIST ALL_DONE ALL_DONE", "POSITION"}));
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeOtoTest, TheAnswerStillReadsPendingNewWhenTheWorkingOrderFilledAtOnce) {
  Desk desk;
  const ListAnswer list =
      desk.exchange
          .place(buy_oto(desk, Desk::limit(Side::Buy, "0.5", "50001", TimeInForce::Fok),
                         Desk::stop(OrderType::StopLoss, Side::Sell, "0.4995", "49000")),
                 desk.now)
          .value();
  EXPECT_EQ(list.reports[0].order.status, OrderStatus::Filled);
  EXPECT_EQ(list.reports[0].fills.size(), 1U);
  EXPECT_EQ(list.reports[1].order.status, OrderStatus::PendingNew);
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::New);
  EXPECT_FALSE(desk.order(OrderId(2)).working);
  EXPECT_EQ(desk.locked_btc(), "0.4995");
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "NEW #2 PENDING_NEW", "LIST EXEC_STARTED EXECUTING",
                                 "TRADE #1 FILLED 0.5@50001", "NEW #2 NEW", "POSITION"}));
}

TEST(ExchangeOtoTest, AWorkingOrderThatExpiresTakesThePendingWithIt) {
  Desk desk;
  for (const TimeInForce time_in_force : {TimeInForce::Ioc, TimeInForce::Fok}) {
    const ListAnswer list =
        desk.exchange
            .place(buy_oto(desk, Desk::limit(Side::Buy, "0.5", "49000", time_in_force),
                           Desk::stop(OrderType::StopLoss, Side::Sell, "0.4995", "48000")),
                   desk.now)
            .value();
    EXPECT_EQ(list.reports[0].order.status, OrderStatus::Expired);
    EXPECT_EQ(list.reports[0].order.expiry_reason, time_in_force == TimeInForce::Ioc
                                                       ? ExpiryReason::UnfilledIoc
                                                       : ExpiryReason::UnfilledFok);
    EXPECT_EQ(list.reports[1].order.status, OrderStatus::Expired);
    EXPECT_EQ(list.reports[1].order.expiry_reason, ExpiryReason::OtoPhaseOneExpired);
    EXPECT_EQ(list.list.order_status, ListOrderStatus::AllDone);
  }
  EXPECT_EQ(desk.free_usdt(), "100000");
}

TEST(ExchangeOtoTest, APartlyFilledWorkingOrderThatExpiresArmsNothing) {
  Desk desk;
  const ListAnswer list =
      desk.exchange
          .place(buy_oto(desk, Desk::limit(Side::Buy, "1.5", "50001", TimeInForce::Ioc),
                         Desk::stop(OrderType::StopLoss, Side::Sell, "1", "49000")),
                 desk.now)
          .value();
  EXPECT_EQ(list.reports[0].order.executed, qty("1"));
  EXPECT_EQ(list.reports[1].order.expiry_reason, ExpiryReason::OtoPhaseOneExpired);
}

TEST(ExchangeOtoTest, APendingOrderRefusedWhenArmedExpiresAsRejected) {
  Desk desk;
  // The whole 1.5 is not there: 1 + 0.5 less the fee on 0.5.
  ASSERT_TRUE(desk.exchange.place(buy_oto(desk, Desk::limit(Side::Buy, "0.5", "50001"),
                                          Desk::limit(Side::Sell, "1.5", "51000")),
                                  desk.now));
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::Expired);
  EXPECT_EQ(desk.order(OrderId(2)).expiry_reason, ExpiryReason::Rejected);
  const auto events = desk.drain();
  const auto* expiry = std::get_if<ExecutionReport>(&events.at(4));
  ASSERT_NE(expiry, nullptr);
  EXPECT_EQ(expiry->reject, RejectReason::InsufficientBalances);
  EXPECT_EQ(desk.locked_btc(), "0");
}

TEST(ExchangeOtoTest, AStopThatWouldTriggerWhenArmedExpiresAsRejected) {
  Desk desk;
  ASSERT_TRUE(
      desk.exchange.place(buy_oto(desk, Desk::limit(Side::Buy, "0.5", "49000"),
                                  Desk::stop(OrderType::StopLoss, Side::Sell, "0.4995", "49500")),
                          desk.now));
  desk.outside_trade("49000", "0.5", true);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::Filled);
  EXPECT_EQ(desk.order(OrderId(2)).expiry_reason, ExpiryReason::Rejected);
}

TEST(ExchangeOtoTest, CancellingThePendingLegCancelsTheList) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.place(
      buy_oto(desk, Desk::limit(Side::Buy, "0.5", "49000"), Desk::market(Side::Sell, "0.4995")),
      desk.now));
  desk.outside_trade("49000", "0.2", true);
  ASSERT_TRUE(desk.cancel(OrderId(2)));
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::Canceled);
  EXPECT_EQ(desk.order(OrderId(1)).executed, qty("0.2"));
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::Canceled);
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeOtoTest, OnlyALimitMayWorkFirst) {
  Desk desk;
  const OrderTerms pending = Desk::market(Side::Sell, "0.4995");
  EXPECT_EQ(refused(desk, buy_oto(desk, Desk::market(Side::Buy, "0.5"), pending)).substr(0, 5),
            "-1159");
  EXPECT_EQ(refused(desk, buy_oto(desk, Desk::maker(Side::Buy, "0.5", "50000"), pending)), "taken");
  EXPECT_EQ(refused(desk, buy_oto(desk, Desk::maker(Side::Buy, "0.5", "50001"), pending)),
            "-2010 Order would immediately match and take.");
  EXPECT_EQ(refused(desk, buy_oto(desk, Desk::limit(Side::Buy, "0.5", "49000"),
                                  Desk::market_quote(Side::Sell, "100"))),
            "-1106 Parameter 'pendingQuoteOrderQty' sent when not required.");
}

TEST(ExchangeOtoTest, FiltersHoldEveryLegWhenTheListIsPlaced) {
  Desk desk;
  const OrderTerms working = Desk::limit(Side::Buy, "0.5", "49000");
  EXPECT_EQ(refused(desk, buy_oto(desk, working,
                                  Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.4995",
                                             "48000", "9999.99"))),
            "-1013 Filter failure: PERCENT_PRICE_BY_SIDE");
  EXPECT_EQ(refused(desk, buy_oto(desk, working, Desk::limit(Side::Sell, "0.000015", "60000"))),
            "-1013 Filter failure: LOT_SIZE");
  EXPECT_EQ(desk.locked_usdt(), "0");
}

TEST(ExchangeOtocoTest, AFilledEntryArmsItsTakeProfitAndItsStop) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.deposit(desk.account, desk.exchange.base(desk.symbol), -qty("1").raw(),
                                    desk.now));  // starts with no base
  desk.drain();
  const ListAnswer list =
      desk.exchange.place(protected_entry(desk, TimeInForce::Fok, "0.5"), desk.now).value();
  ASSERT_EQ(list.reports.size(), 3U);
  EXPECT_EQ(list.reports[0].order.status, OrderStatus::Filled);
  EXPECT_EQ(list.reports[1].order.type, OrderType::StopLoss) << "below before above";
  EXPECT_EQ(list.reports[1].order.status, OrderStatus::PendingNew);
  EXPECT_EQ(list.reports[2].order.status, OrderStatus::PendingNew);
  EXPECT_EQ(name(list.list.contingency()), "OTO");
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::New);
  EXPECT_EQ(desk.order(OrderId(3)).status, OrderStatus::New);
  EXPECT_EQ(desk.free_btc(), "0");
  EXPECT_EQ(desk.locked_btc(), "0.4995") << "once for both";
  EXPECT_EQ(desk.story(), (Story{"NEW #1 NEW", "NEW #2 PENDING_NEW", "NEW #3 PENDING_NEW",
                                 "LIST EXEC_STARTED EXECUTING", "TRADE #1 FILLED 0.5@50001",
                                 "NEW #2 NEW", "NEW #3 NEW", "POSITION"}));

  desk.quote_book("48990", "2", "48991", "1");
  desk.outside_trade("49000", "0.1", true);
  EXPECT_EQ(desk.story(),
            (Story{"EXPIRED #3 EXPIRED OCO_TRIGGER", "NEW #2 NEW", "TRADE #2 FILLED 0.4995@48990",
                   "LIST ALL_DONE ALL_DONE", "POSITION"}));
  EXPECT_EQ(desk.locked_btc(), "0");
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(ExchangeOtocoTest, TheTakeProfitFillingExpiresTheStop) {
  Desk desk;
  ASSERT_TRUE(desk.exchange.place(protected_entry(desk, TimeInForce::Fok, "0.5"), desk.now));
  desk.drain();
  desk.outside_trade("51000.01", "2", false);
  EXPECT_EQ(desk.story(), (Story{"EXPIRED #2 EXPIRED OCO_TRIGGER", "TRADE #3 FILLED 0.4995@51000",
                                 "LIST ALL_DONE ALL_DONE", "POSITION"}));
}

TEST(ExchangeOtocoTest, AnEntryThatCannotFillLeavesNothing) {
  Desk desk;
  const ListAnswer list =
      desk.exchange.place(protected_entry(desk, TimeInForce::Fok, "1.00001"), desk.now).value();
  EXPECT_EQ(list.list.order_status, ListOrderStatus::AllDone);
  for (const OrderAnswer& report : list.reports) {
    EXPECT_EQ(report.order.status, OrderStatus::Expired);
    EXPECT_EQ(report.order.executed, Qty());
  }
  EXPECT_EQ(list.reports[1].order.expiry_reason, ExpiryReason::OtoPhaseOneExpired);
  EXPECT_EQ(list.reports[2].order.expiry_reason, ExpiryReason::OtoPhaseOneExpired);
  EXPECT_TRUE(desk.exchange.open_orders(desk.account, desk.symbol).empty());
  EXPECT_EQ(desk.free_usdt(), "100000");
}

TEST(ExchangeOtocoTest, APairWhoseStopIsAlreadyReachedIsRejectedWhole) {
  Desk desk;
  NewOtoco request = protected_entry(desk, TimeInForce::Gtc, "0.5");
  request.working.price = px("48500");  // below its own stop
  ASSERT_TRUE(desk.exchange.place(request, desk.now));
  desk.outside_trade("48500", "0.5", true);
  EXPECT_EQ(desk.order(OrderId(1)).status, OrderStatus::Filled);
  EXPECT_EQ(desk.order(OrderId(2)).expiry_reason, ExpiryReason::Rejected);
  EXPECT_EQ(desk.order(OrderId(3)).expiry_reason, ExpiryReason::Rejected);
  EXPECT_EQ(desk.exchange.lists(desk.account, true).size(), 0U);
  EXPECT_EQ(desk.locked_btc(), "0");
}

TEST(ExchangeOtocoTest, ThePairMustHaveItsStopBelow) {
  Desk desk;
  NewOtoco request = protected_entry(desk, TimeInForce::Gtc, "0.5");
  request.pending_below.stop_price = px("51000");
  EXPECT_EQ(refused(desk, request),
            "-2010 The relationship of the prices for the orders is not correct.");
  request.pending_below.stop_price = px("50999.99");
  EXPECT_EQ(refused(desk, request), "taken") << "the last price is asked about when it is armed";
}

TEST(ExchangeOtocoTest, AListCountsAsThreeOrders) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.max_num_orders = 4;
  Desk desk(rules);
  NewOtoco request = protected_entry(desk, TimeInForce::Gtc, "0.1");
  request.working.price = px("49900");
  ASSERT_TRUE(desk.exchange.place(request, desk.now));
  EXPECT_TRUE(desk.place(Desk::limit(Side::Buy, "0.1", "49000")));
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.1", "49000")),
            "-1013 Filter failure: MAX_NUM_ORDERS");
}

TEST(ExchangeOtocoTest, KillingAnEntryOnlyWhileItIsNew) {
  Desk desk;
  NewOtoco request = protected_entry(desk, TimeInForce::Gtc, "0.5");
  request.working.price = px("49900");
  ASSERT_TRUE(desk.exchange.place(request, desk.now));
  desk.outside_trade("49900", "0.2", true);
  EXPECT_EQ(Desk::told(desk.cancel(OrderId(1), CancelRestriction::OnlyNew).error()),
            "-2011 Order was not canceled due to cancel restrictions.");
  desk.outside_trade("49900", "0.3", true);  // filled: the pair is armed
  EXPECT_EQ(Desk::told(desk.cancel(OrderId(1), CancelRestriction::OnlyNew).error()),
            "-2011 Unknown order sent.");
  EXPECT_EQ(desk.order(OrderId(2)).status, OrderStatus::New);
  EXPECT_EQ(desk.order(OrderId(3)).status, OrderStatus::New);
}

TEST(ExchangeListTest, OneListAnotherAndASingleOrderAreCancelledTogether) {
  Desk desk;
  ASSERT_TRUE(desk.place(Desk::limit(Side::Buy, "0.001", "49000")));
  ASSERT_TRUE(desk.exchange.place(sell_oco(desk, "51000", "49000"), desk.now));
  ASSERT_TRUE(desk.place(Desk::limit(Side::Sell, "0.1", "52000")));
  const auto answer = desk.exchange.cancel_all(desk.account, desk.symbol, desk.now);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->orders.size(), 2U);
  ASSERT_EQ(answer->lists.size(), 1U);
  EXPECT_EQ(answer->lists[0].reports.size(), 2U);
  EXPECT_EQ(desk.free_usdt(), "100000");
  EXPECT_EQ(desk.free_btc(), "1");
  EXPECT_EQ(Desk::told(desk.exchange.cancel_all(desk.account, desk.symbol, desk.now).error()),
            "-2011 Unknown order sent.");
}

}  // namespace
}  // namespace clawgate::sim
