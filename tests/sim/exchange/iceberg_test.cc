// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/exchange/ledger_log.h"
#include "tests/sim/exchange/desk.h"
#include "tests/support/temporary_directory.h"

// Orders that show one part at a time. The outside bids 50000 and asks 50001.

namespace clawgate::sim {
namespace {

OrderTerms iceberg(Side side, std::string_view quantity, std::string_view price,
                   std::string_view part) {
  OrderTerms terms = Desk::limit(side, quantity, price);
  terms.iceberg_qty = qty(part);
  return terms;
}

std::vector<std::string> asks(const Desk& desk) {
  std::vector<std::string> levels;
  for (const BookLevel& level : desk.exchange.depth(desk.symbol, 10).asks) {
    levels.push_back(to_text(level.quantity) + "@" + to_text(level.price));
  }
  return levels;
}

TEST(IcebergTest, TheBookShowsOnePartAndTheWholeIsLocked) {
  Desk desk;
  const OrderAnswer answer = desk.placed(iceberg(Side::Sell, "0.5", "50000.50", "0.2"));
  EXPECT_EQ(answer.order.status, OrderStatus::New);
  EXPECT_EQ(answer.order.iceberg_qty, qty("0.2"));
  EXPECT_EQ(asks(desk), (std::vector<std::string>{"0.2@50000.5", "1@50001"}));
  EXPECT_EQ(desk.locked_btc(), "0.5");
  ASSERT_TRUE(desk.cancel(answer.order.id));
  EXPECT_EQ(asks(desk), std::vector<std::string>{"1@50001"});
  EXPECT_EQ(desk.locked_btc(), "0");
}

TEST(IcebergTest, EachPartLosesItsTurnToWhoeverCameMeanwhile) {
  Desk desk;
  const AccountId other = desk.open("100000", "1");
  const AccountId buyer = desk.open("100000", "0");
  const OrderId big = desk.placed(iceberg(Side::Sell, "0.5", "50000.50", "0.2")).order.id;
  ASSERT_TRUE(desk.place_as(other, Desk::limit(Side::Sell, "0.3", "50000.50")));

  const auto taken = desk.place_as(buyer, Desk::limit(Side::Buy, "0.65", "50000.50"));
  ASSERT_TRUE(taken);
  std::vector<std::string> fills;
  for (const Fill& fill : taken->fills) fills.push_back(to_text(fill.quantity));
  EXPECT_EQ(fills, (std::vector<std::string>{"0.2", "0.3", "0.15"}));
  EXPECT_EQ(asks(desk), (std::vector<std::string>{"0.05@50000.5", "1@50001"}));
  EXPECT_EQ(desk.order(big).leaves(), qty("0.15"));

  ASSERT_TRUE(desk.place_as(buyer, Desk::limit(Side::Buy, "0.05", "50000.50")));
  EXPECT_EQ(asks(desk), (std::vector<std::string>{"0.1@50000.5", "1@50001"})) << "the last part";
  ASSERT_TRUE(desk.place_as(buyer, Desk::limit(Side::Buy, "0.1", "50000.50")));
  EXPECT_EQ(desk.order(big).status, OrderStatus::Filled);
  EXPECT_EQ(desk.locked_btc(), "0");
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(IcebergTest, ANewPartWaitsBehindWhatTheOutsideStates) {
  Desk desk;
  const OrderId id = desk.placed(iceberg(Side::Buy, "0.5", "50000", "0.2")).order.id;
  desk.outside_trade("50000", "1.2", true);  // the outside's 1, then our part
  EXPECT_EQ(desk.order(id).executed, qty("0.2"));
  EXPECT_EQ(desk.exchange.queue_ahead(desk.symbol, id), qty("1"));
  desk.outside_trade("50000", "1", true);
  EXPECT_EQ(desk.order(id).executed, qty("0.2"));
  desk.outside_trade("50000", "0.1", true);
  EXPECT_EQ(desk.order(id).executed, qty("0.3"));
  desk.outside_trade("49999", "5", true);  // through its price: all of it, part by part
  EXPECT_EQ(desk.order(id).status, OrderStatus::Filled);
  EXPECT_TRUE(desk.exchange.conserved());
}

TEST(IcebergTest, FillOrKillReachesWhatIsHidden) {
  Desk desk;
  const AccountId buyer = desk.open("100000", "0");
  desk.placed(iceberg(Side::Sell, "0.5", "50000.50", "0.2"));
  const auto more =
      desk.place_as(buyer, Desk::limit(Side::Buy, "0.50001", "50000.50", TimeInForce::Fok));
  EXPECT_EQ(more->order.status, OrderStatus::Expired);
  const auto all =
      desk.place_as(buyer, Desk::limit(Side::Buy, "0.5", "50000.50", TimeInForce::Fok));
  EXPECT_EQ(all->order.status, OrderStatus::Filled);
}

TEST(IcebergTest, WhatItTakesOnEntryIsNotInParts) {
  Desk desk;
  const OrderAnswer answer = desk.placed(iceberg(Side::Buy, "1.5", "50001", "0.2"));
  ASSERT_EQ(answer.fills.size(), 1U);
  EXPECT_EQ(answer.fills[0].quantity, qty("1"));
  const auto bids = desk.exchange.depth(desk.symbol, 1).bids;
  EXPECT_EQ(to_text(bids[0].quantity), "0.2");
}

TEST(IcebergTest, RefusalsAndTheirCodes) {
  const auto without = [](OrderTerms terms) {
    terms.time_in_force.reset();
    return terms;
  };
  Desk desk;
  OrderTerms market = Desk::market(Side::Buy, "0.5");
  market.iceberg_qty = qty("0.1");
  EXPECT_EQ(desk.refused(market), "-1106 Parameter 'icebergQty' sent when not required.");
  OrderTerms ioc = iceberg(Side::Buy, "0.5", "49000", "0.1");
  ioc.time_in_force = TimeInForce::Ioc;
  EXPECT_EQ(desk.refused(ioc), "-1014 Unsupported order combination.");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.5", "49000", "1")), "-2010 IcebergQty exceeds QTY.");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.5", "49000", "0.5")),
            "-2010 IcebergQty exceeds QTY.");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.5", "49000", "0.000015")),
            "-1013 Filter failure: LOT_SIZE");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "1.00001", "49000", "0.01")),
            "-1013 Filter failure: ICEBERG_PARTS");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "1", "49000", "0.01")), "taken") << "100 parts";
  OrderTerms maker = without(iceberg(Side::Buy, "0.2", "49000", "0.1"));
  maker.type = OrderType::LimitMaker;
  EXPECT_EQ(desk.refused(maker), "taken");
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.2", "49000", "0")), "taken") << "0: not sent";

  SymbolRules none = *find_built_in("BTCUSDT");
  none.iceberg_allowed = false;
  Desk plain(none);
  EXPECT_EQ(plain.refused(iceberg(Side::Buy, "0.5", "49000", "0.1")),
            "-2010 Iceberg orders are not supported for this symbol.");
}

TEST(IcebergTest, OnlySoManyAreOpenAtOnce) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.max_num_iceberg_orders = 1;
  Desk desk(rules);
  const OrderId first = desk.placed(iceberg(Side::Buy, "0.2", "49000", "0.1")).order.id;
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.2", "49000", "0.1")),
            "-1013 Filter failure: MAX_NUM_ICEBERG_ORDERS");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.2", "49000")), "taken");
  ASSERT_TRUE(desk.cancel(first));
  EXPECT_EQ(desk.refused(iceberg(Side::Buy, "0.2", "49000", "0.1")), "taken");
}

TEST(IcebergTest, ALegOfAPairMayBeOne) {
  Desk desk;
  NewOco pair;
  pair.account = desk.account;
  pair.symbol = desk.symbol;
  pair.side = Side::Sell;
  pair.quantity = qty("0.5");
  pair.above.type = OrderType::LimitMaker;
  pair.above.price = px("51000");
  pair.above.iceberg_qty = qty("0.1");
  pair.below.type = OrderType::StopLossLimit;
  pair.below.stop_price = px("49000");
  pair.below.price = px("48000");
  pair.below.time_in_force = TimeInForce::Ioc;
  pair.below.iceberg_qty = qty("0.1");
  const auto refused = desk.exchange.place(pair, desk.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, -1160);
  pair.below.time_in_force = TimeInForce::Gtc;
  ASSERT_TRUE(desk.exchange.place(pair, desk.now));
  EXPECT_EQ(asks(desk), (std::vector<std::string>{"1@50001", "0.1@51000"}));
}

class IcebergRestartTest : public ::testing::Test {
 protected:
  clawgate::testing::TemporaryDirectory directory_;
};

TEST_F(IcebergRestartTest, TheShownPartOutlivesTheExchange) {
  const std::string path = directory_.path() / "state";
  {
    Desk desk;
    auto log = LedgerLog::open(path).value();
    ASSERT_TRUE(log->attach(desk.exchange));
    desk.placed(iceberg(Side::Sell, "0.5", "50000.50", "0.2"));
    const AccountId buyer = desk.open("100000", "0");
    ASSERT_TRUE(desk.place_as(buyer, Desk::limit(Side::Buy, "0.25", "50000.50")));
    EXPECT_EQ(asks(desk)[0], "0.15@50000.5");
  }
  Exchange again;
  const SymbolId symbol = again.add_symbol(*find_built_in("BTCUSDT"));
  auto log = LedgerLog::open(path).value();
  ASSERT_TRUE(log->attach(again));
  const auto levels = again.depth(symbol, 10).asks;
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].quantity, qty("0.15"));
  EXPECT_EQ(again.open_orders(AccountId(0), symbol)[0].leaves(), qty("0.25"));
}

}  // namespace
}  // namespace clawgate::sim
