// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/exchange/params.h"
#include "tests/sim/exchange/desk.h"

// What the exchange says no to, with Binance's codes and texts, and that a refusal changes nothing.

namespace clawgate::sim {
namespace {

OrderTerms without_time_in_force(OrderTerms terms) {
  terms.time_in_force.reset();
  return terms;
}
OrderTerms with_time_in_force(OrderTerms terms) {
  terms.time_in_force = TimeInForce::Gtc;
  return terms;
}

struct ShapeRow {
  const char* what;
  OrderTerms terms;
  const char* refusal;
};

std::vector<ShapeRow> shape_rows() {
  const OrderTerms limit = Desk::limit(Side::Buy, "0.001", "50000");
  const OrderTerms market = Desk::market(Side::Buy, "0.001");
  const OrderTerms stop = Desk::stop(OrderType::StopLoss, Side::Sell, "0.001", "49000");
  const OrderTerms stop_limit =
      Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.001", "49000", "48990");
  const auto changed = [](OrderTerms terms, auto change) {
    change(terms);
    return terms;
  };
  return {
      {"LIMIT without timeInForce", without_time_in_force(limit),
       "-1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."},
      {"MARKET with timeInForce", with_time_in_force(market),
       "-1106 Parameter 'timeInForce' sent when not required."},
      {"LIMIT_MAKER with timeInForce", with_time_in_force(Desk::maker(Side::Buy, "0.001", "49000")),
       "-1106 Parameter 'timeInForce' sent when not required."},
      {"LIMIT without price", changed(limit, [](OrderTerms& t) { t.price.reset(); }),
       "-1102 Mandatory parameter 'price' was not sent, was empty/null, or malformed."},
      {"LIMIT without quantity", changed(limit, [](OrderTerms& t) { t.quantity.reset(); }),
       "-1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."},
      {"LIMIT with quoteOrderQty",
       changed(limit, [](OrderTerms& t) { t.quote_order_qty = Notional::of(50); }),
       "-1106 Parameter 'quoteOrderQty' sent when not required."},
      {"LIMIT with stopPrice", changed(limit, [](OrderTerms& t) { t.stop_price = Px::of(1); }),
       "-1106 Parameter 'stopPrice' sent when not required."},
      {"MARKET with price", changed(market, [](OrderTerms& t) { t.price = Px::of(50000); }),
       "-1106 Parameter 'price' sent when not required."},
      {"MARKET with both quantities",
       changed(market, [](OrderTerms& t) { t.quote_order_qty = Notional::of(50); }),
       "-1128 Combination of optional parameters invalid."},
      {"MARKET with neither quantity", changed(market, [](OrderTerms& t) { t.quantity.reset(); }),
       "-1102 Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"},
      {"STOP_LOSS without stopPrice", changed(stop, [](OrderTerms& t) { t.stop_price.reset(); }),
       "-1102 Mandatory parameter 'stopPrice' was not sent, was empty/null, or malformed."},
      {"STOP_LOSS with price", changed(stop, [](OrderTerms& t) { t.price = Px::of(49000); }),
       "-1106 Parameter 'price' sent when not required."},
      {"STOP_LOSS_LIMIT without price", changed(stop_limit, [](OrderTerms& t) { t.price.reset(); }),
       "-1102 Mandatory parameter 'price' was not sent, was empty/null, or malformed."},
      {"quantity 0", changed(limit, [](OrderTerms& t) { t.quantity = Qty(); }),
       "-1013 Invalid quantity."},
      {"quoteOrderQty 0",
       changed(Desk::market_quote(Side::Buy, "1"),
               [](OrderTerms& t) { t.quote_order_qty = Notional(); }),
       "-1013 Invalid quantity."},
      {"price 0", changed(limit, [](OrderTerms& t) { t.price = Px(); }), "-1013 Invalid price."},
      {"strategyType below a million",
       changed(limit, [](OrderTerms& t) { t.strategy_type = 999'999; }),
       "-1134 strategyType was less than 1000000."},
      {"client id with a dot", Desk::named(limit, "a.b"),
       "-1100 Illegal characters found in parameter 'newClientOrderId'; legal range is "
       "'^[a-zA-Z0-9-_]{1,36}$'."},
      {"trailing stop",
       changed(stop,
               [](OrderTerms& t) {
                 t.stop_price.reset();
                 t.trailing_delta = 100;
               }),
       "-2010 Trailing stop orders are not supported for this symbol."},
  };
}

TEST(ExchangeRefusalTest, ParametersThatDoNotFitTheTypeAreNamed) {
  Desk desk;
  for (const ShapeRow& row : shape_rows()) {
    EXPECT_EQ(desk.refused(row.terms), row.refusal) << row.what;
  }
  EXPECT_TRUE(desk.exchange.open_orders(desk.account, desk.symbol).empty());
  EXPECT_EQ(desk.free_usdt(), "100000");
  EXPECT_TRUE(desk.drain().empty());
}

TEST(ExchangeRefusalTest, TheSmallestStrategyTypeIsAMillion) {
  Desk desk;
  OrderTerms terms = Desk::limit(Side::Buy, "0.001", "49000");
  terms.strategy_type = 1'000'000;
  terms.strategy_id = 7;
  const OrderAnswer answer = desk.placed(terms);
  EXPECT_EQ(answer.order.strategy_type, 1'000'000);
  EXPECT_EQ(answer.order.strategy_id, 7);
}

TEST(ExchangeRefusalTest, FundsAreNeededToTheLastUnit) {
  Desk desk;
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "10", "50000")),
            "-2010 Account has insufficient balance for requested action.");
  EXPECT_EQ(desk.locked_usdt(), "0");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "2.00001", "50000")),
            "-2010 Account has insufficient balance for requested action.");
  EXPECT_TRUE(desk.place(Desk::limit(Side::Buy, "2", "50000")));
  EXPECT_EQ(desk.free_usdt(), "0");
  EXPECT_EQ(desk.refused(Desk::limit(Side::Sell, "1.00001", "51000")),
            "-2010 Account has insufficient balance for requested action.");
  EXPECT_TRUE(desk.place(Desk::limit(Side::Sell, "1", "51000")));
  EXPECT_EQ(desk.locked_btc(), "1");
}

TEST(ExchangeRefusalTest, AMarketBuyNeedsWhatTheBookCosts) {
  Desk desk;
  const AccountId poor = desk.open("500.01", "0");
  EXPECT_TRUE(desk.place_as(poor, Desk::market(Side::Buy, "0.01")));
  const AccountId poorer = desk.open("500.00999999", "0");
  const auto refusal = desk.place_as(poorer, Desk::market(Side::Buy, "0.01"));
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().code, -2010);
}

TEST(ExchangeRefusalTest, AClientIdIsUniqueAmongOpenOrdersOnly) {
  Desk desk;
  const OrderTerms terms = Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), "mine");
  const OrderAnswer first = desk.placed(terms);
  EXPECT_EQ(desk.refused(terms), "-2010 Duplicate order sent.");
  const AccountId other = desk.open("1000", "0");
  EXPECT_TRUE(desk.place_as(other, terms)) << "another account may use it";
  ASSERT_TRUE(desk.cancel(first.order.id));
  const OrderAnswer second = desk.placed(terms);
  EXPECT_EQ(desk.refused(terms), "-2010 Duplicate order sent.");

  const auto by_name =
      desk.exchange.order({desk.account, desk.symbol, std::nullopt, ClientId("mine")});
  EXPECT_EQ(by_name->id, second.order.id) << "the newest with the id answers";
}

TEST(ExchangeRefusalTest, AFilledOrdersIdMayBeUsedAgain) {
  Desk desk;
  ASSERT_TRUE(desk.place(Desk::named(Desk::market(Side::Buy, "0.001"), "again")));
  EXPECT_TRUE(desk.place(Desk::named(Desk::market(Side::Buy, "0.001"), "again")));
}

TEST(ExchangeRefusalTest, OnlyListedSelfTradeModesAreTaken) {
  Desk desk;
  const OrderTerms terms = Desk::limit(Side::Buy, "0.001", "49000");
  constexpr const char* kRefusal =
      "-1013 This symbol does not allow the specified self-trade prevention mode.";
  EXPECT_EQ(desk.refused(terms, StpMode::None), kRefusal);
  EXPECT_EQ(desk.refused(terms, StpMode::Decrement), kRefusal);
  EXPECT_EQ(desk.refused(terms, StpMode::Transfer), kRefusal);
  EXPECT_EQ(desk.place(terms, StpMode::ExpireBoth)->order.stp, StpMode::ExpireBoth);
  EXPECT_EQ(desk.placed(terms).order.stp, StpMode::ExpireMaker) << "the default";
}

TEST(ExchangeRefusalTest, AClosedMarketTakesCancelsOnly) {
  Desk desk;
  const OrderAnswer open = desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  for (const SymbolStatus status : {SymbolStatus::Halt, SymbolStatus::Break, SymbolStatus::EndOfDay,
                                    SymbolStatus::CancelOnly}) {
    SymbolRules rules = desk.exchange.rules(desk.symbol);
    rules.status = status;
    desk.exchange.set_rules(desk.symbol, rules);
    EXPECT_EQ(desk.refused(Desk::limit(Side::Buy, "0.001", "49000")), "-2010 Market is closed.");
  }
  EXPECT_TRUE(desk.cancel(open.order.id));
}

TEST(ExchangeRefusalTest, TypesTheSymbolDoesNotListAreNamed) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.order_types = {OrderType::Limit, OrderType::LimitMaker};
  rules.quote_order_qty_market_allowed = false;
  Desk desk(rules);
  EXPECT_EQ(desk.refused(Desk::market(Side::Buy, "0.001")),
            "-2010 Market orders are not supported for this symbol.");
  EXPECT_EQ(desk.refused(Desk::stop(OrderType::StopLoss, Side::Sell, "0.001", "49000")),
            "-2010 Stop loss orders are not supported for this symbol.");
  EXPECT_EQ(
      desk.refused(Desk::stop(OrderType::StopLossLimit, Side::Sell, "0.001", "49000", "48990")),
      "-2010 Stop loss limit orders are not supported for this symbol.");
  EXPECT_EQ(desk.refused(Desk::stop(OrderType::TakeProfit, Side::Sell, "0.001", "51000")),
            "-2010 Take profit orders are not supported for this symbol.");
  EXPECT_EQ(
      desk.refused(Desk::stop(OrderType::TakeProfitLimit, Side::Sell, "0.001", "51000", "51000")),
      "-2010 Take profit limit orders are not supported for this symbol.");
  rules.order_types.add(OrderType::Market);
  desk.exchange.set_rules(desk.symbol, rules);
  EXPECT_EQ(desk.refused(Desk::market_quote(Side::Buy, "100")),
            "-2010 Quote order qty market orders are not support for this symbol.");
}

TEST(ExchangeRefusalTest, AnAccountMayBeBarredFromTrading) {
  Desk desk;
  const AccountId barred = desk.exchange.open_account({.can_trade = false});
  const auto answer = desk.place_as(barred, Desk::limit(Side::Buy, "0.001", "49000"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().text, "This account may not place or cancel orders.");
}

TEST(ExchangeRefusalTest, AQuoteQuantityBelowOneStepIsRefused) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.notional.reset();
  Desk desk(rules);
  EXPECT_EQ(desk.refused(Desk::market_quote(Side::Buy, "0.5")),
            "-2010 Order book liquidity is less than LOT_SIZE filter minimum quantity.");
  EXPECT_TRUE(desk.place(Desk::market_quote(Side::Buy, "0.50001")));
}

TEST(ExchangeRefusalTest, ATestOrderChangesNothing) {
  Desk desk;
  EXPECT_FALSE(desk.exchange.test(
      {desk.account, desk.symbol, Desk::limit(Side::Buy, "0.001", "49000"), std::nullopt},
      desk.now));
  const auto refusal = desk.exchange.test(
      {desk.account, desk.symbol, Desk::limit(Side::Buy, "0.00005", "50000"), std::nullopt},
      desk.now);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->text, "Filter failure: NOTIONAL");
  EXPECT_FALSE(desk.exchange.test(
      {desk.account, desk.symbol, Desk::maker(Side::Buy, "0.001", "50001"), std::nullopt},
      desk.now))
      << "the matching engine is not asked";
  EXPECT_TRUE(desk.exchange.all_orders(desk.account, desk.symbol, OrderId(1), 10).empty());
  EXPECT_TRUE(desk.drain().empty());
}

// Text to values, for protocols in front of the exchange.

TEST(ParamsTest, DecimalsAreReadDigitByDigit) {
  EXPECT_EQ(*read_decimal<Qty>("quantity", "0.001"), qty("0.001"));
  EXPECT_EQ(*read_decimal<Qty>("quantity", "12345678.12345678"), qty("12345678.12345678"));
  EXPECT_EQ(*read_decimal<Qty>("quantity", "007.5"), qty("7.5"));
  EXPECT_EQ(read_decimal<Qty>("quantity", "99999999999999999999")->raw(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Desk::told(read_decimal<Qty>("quantity", "0.123456789").error()),
            "-1111 Parameter 'quantity' has too much precision.");
  for (const char* text :
       {"0,002", "-1", "1e-3", "", ".5", "1.", "+1", " 1", "1 ", "0x1", "123456789012345678901"}) {
    EXPECT_EQ(Desk::told(read_decimal<Qty>("quantity", text).error()),
              "-1100 Illegal characters found in parameter 'quantity'; legal range is "
              R"('^([0-9]{1,20})(\.[0-9]{1,20})?$'.)")
        << text;
  }
}

TEST(ParamsTest, ClientIdsHaveOneToThirtySixPlainCharacters) {
  EXPECT_TRUE(read_client_id("newClientOrderId", std::string(36, 'z')));
  EXPECT_TRUE(read_client_id("newClientOrderId", "A-Z_09"));
  EXPECT_EQ(read_client_id("newClientOrderId", std::string(37, 'z')).error().code, -1100);
  EXPECT_EQ(read_client_id("newClientOrderId", "").error().code, -1100);
  EXPECT_EQ(read_client_id("newClientOrderId", "a b").error().code, -1100);
}

TEST(ParamsTest, UnknownWordsHaveTheirOwnCodes) {
  EXPECT_EQ(Desk::told(read_order_type("FOO").error()), "-1116 Invalid orderType.");
  EXPECT_EQ(Desk::told(read_side("FOO").error()), "-1117 Invalid side.");
  EXPECT_EQ(Desk::told(read_time_in_force("FOO").error()), "-1115 Invalid timeInForce.");
  EXPECT_EQ(read_cancel_restriction("FOO").error().code, -1145);
  EXPECT_EQ(read_cancel_restriction("NONE").error().code, -1145);
  EXPECT_EQ(read_stp_mode("FOO").error().code, -1013);
  EXPECT_EQ(*read_order_type("TAKE_PROFIT_LIMIT"), OrderType::TakeProfitLimit);
  EXPECT_EQ(*read_cancel_restriction("ONLY_NEW"), CancelRestriction::OnlyNew);
}

}  // namespace
}  // namespace clawgate::sim
