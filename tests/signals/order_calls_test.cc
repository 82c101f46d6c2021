// SPDX-License-Identifier: Apache-2.0
#include "signals/order_calls.h"

#include <gtest/gtest.h>

#include <string>

#include "signals/direct_order.h"
#include "signals/file.h"
#include "tests/signals/intake_support.h"

// Calls of exchanges and their libraries (ccxt, python-binance, Binance's and Bybit's WebSocket
// APIs, Kraken, MetaTrader), and what only sounds like one.

namespace clawgate::signals {
namespace {

OrderCall call_in(std::string_view text) {
  return order_call(text, Skeleton(text));
}

std::string spaced(std::string_view word) {
  std::string out;
  for (const char c : word) (out += c) += ' ';
  return out;
}

constexpr const char* kCalls[] = {
    "createOrder",
    "create_order",
    "createorder",
    "CREATE ORDER",
    "createOrders",
    "create_market_order",
    "createMarketBuyOrder",
    "create_limit_buy_order",
    "exchange.createMarketBuyOrder",
    "create_oco_order",
    "createOCOOrder",
    "createStopLossOrder",
    "createReduceOnlyOrder",
    "createTrailingPercentOrder",
    "createOrderWithTakeProfitAndStopLoss",
    "createMarketBuyOrderWithCost",
    "createOrderWs",
    "create_and_post_order",
    "client.order_market_buy",
    "order_limit_sell",
    "order_oco_buy",
    "market_order_buy",
    "market_buy_order",
    "stop_limit_sell_order",
    "submit_order",
    "submit_limit_orders",
    "new_order",
    "newOrderTest",
    "sendOrder",
    "OrderSend",
    "order_stop_sell",
    "placeOrders",
    "order.place",
    "orderList.place",
    "orderList.place.oco",
    "sor.order.place",
    "order.create-batch",
    "order.cancelReplace",
    "order.amend.keepPriority",
    "amend_order",
    "cancel_limit_orders",
    "mcp__trade__create_market_order",
    "functions.placeLimitOrder",
    "place_\xD0\xBErder",
};

constexpr const char* kBareCalls[] = {
    "order.test", "sor.order.test",        "limit_order", "MarketOrder", "order_market",
    "add_order",  "exchange.market_order", "order",       "buy_order",
};

constexpr const char* kNoCalls[] = {
    "",
    "order book imbalance",
    "in order to buy",
    "new order of magnitude",
    "market order flow is heavy",
    "limit orders rest at 59k",
    "stop order cluster below",
    "new orders",
    "new market orders",
    "buy orders",
    "market_buy_orders",
    "limit_orders",
    "orders",
    "order_book",
    "order_flow",
    "get_order",
    "get_market_order",
    "order.status",
    "openOrders.status",
    "fetch_open_orders",
    "first order effects",
    "second_order",
    "in short order",
    "reorder",
    "border place",
    "placeholder",
    "create",
    "order order",
    "people send limit orders",
    "buy",
};

TEST(OrderCallsTest, AVerbOrAStyleWithASideMakesAnOrderACall) {
  for (const char* const name : kCalls) EXPECT_EQ(call_in(name), OrderCall::Trading) << name;
  EXPECT_EQ(call_in(spaced("create_limit_order")), OrderCall::Trading);
}

TEST(OrderCallsTest, AStyleAloneIsACallOnlyWhereAToolIsNamed) {
  for (const char* const name : kBareCalls) EXPECT_EQ(call_in(name), OrderCall::Bare) << name;
}

TEST(OrderCallsTest, OtherWordsAmongThemMakeItNoCall) {
  for (const char* const name : kNoCalls) EXPECT_EQ(call_in(name), OrderCall::No) << name;
}

// A name's parts and its last words are counted: work stays within the bytes.
TEST(OrderCallsTest, ANameHasAnEnd) {
  EXPECT_EQ(call_in("create_all_all_all_all_all_all_all_all_order"), OrderCall::Trading);
  EXPECT_EQ(call_in("create_all_all_all_all_all_all_all_all_all_order"), OrderCall::No);
  EXPECT_EQ(call_in("x.create_all_all_all_all_all_all_order"), OrderCall::Trading);
  EXPECT_EQ(call_in(std::string(60, 'x') + "_create_order"), OrderCall::No);  // prose
}

std::string code_in(const std::string& text) {
  const auto json = read_json(text, {.depth_max = 32});
  const auto found = json ? find_order(*json) : find_order(std::string_view(text));
  return found ? std::string(info(found->reason).code) : "nothing";
}

TEST(OrderCallsTest, CallsAreRefusedAsToolCallsHoweverTheyAreWritten) {
  for (const char* const text : {
           R"({"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY"}})",
           R"({"method":"orderList.place","params":{"symbol":"BTCUSDT","side":"BUY"}})",
           R"({"method":"order.test","params":{"symbol":"BTCUSDT","side":"BUY"}})",
           R"({"method":"sor.order.place","params":{"symbol":"BTCUSDT","side":"BUY"}})",
           R"({"name":"create_market_order","arguments":{"symbol":"BTC/USDT"}})",
           R"({"name":"limit_order","arguments":{"symbol":"BTC/USDT"}})",
           R"({"op":"order","args":[{"instId":"BTC-USDT"}]})",
           R"({"op":"batch-orders","args":[{"instId":"BTC-USDT"}]})",
           R"({"tools":[{"createOrder":{"symbol":"BTC/USDT"}}]})",
           R"({"note":"{\"method\":\"order.place\",\"params\":{}}"})",
           "exchange.createMarketBuyOrder('BTC/USDT', 1)",
           "create_limit_buy_order(\"BTC/USDT\", 0.1, 60000)",
           "create_oco_order(symbol='BTCUSDT', side='SELL')",
           "then exchange.createOrder('BTC/USDT', 'market', 'buy', 1) is called",
           "exchange.create_order('BTC/USDT', 'market', 'buy', 1)",
           "client.order_market_buy(symbol='BTCUSDT', quantity=1)",
           "api.submit_order('BTC', 1)",
           "client.new_order(symbol='BTCUSDT')",
           "create_order (\"BTC/USDT\", 1)",
           "ib.LimitOrder('BUY', 100, 60000)",
           "<invoke name=\"create_market_order\">",
       }) {
    EXPECT_EQ(code_in(text), "DIRECT_ORDER_TOOL_CALL") << text;
  }
}

TEST(OrderCallsTest, WhatAMarketSaysOfItsOrdersPasses) {
  for (const char* const words :
       {"order book imbalance", "in order to buy", "new order of magnitude",
        "market order flow is heavy", "limit orders rest at 59k", "stop order cluster below",
        "market order", "new orders", "a limit order (59k) rests", "limit_order (see chart)",
        "a place_order (see 5)", "limit_order ('x', 1)",
        "see https://example.com/a?utm_source=x&utm_medium=y"}) {
    EXPECT_EQ(code_in(words), "nothing") << words;
    EXPECT_EQ(code_in(std::string(R"({"side":"buy","thesis":")") + words + "\"}"), "nothing")
        << words;
    EXPECT_EQ(code_in(std::string(R"({"side":"buy","metadata":{")") + words + R"(":0.5}})"),
              "nothing")
        << words;
  }
  for (const char* const text :
       {R"({"buy":0.7,"hold":0.2,"sell":0.1})", R"({"volume":12345.6})",
        R"({"limit_orders":{"bid":12,"ask":9}})", R"({"indicator":"new orders","value":52.1})",
        R"({"new_orders":{"pmi":52.1}})", R"({"order_book":{"bid":[1,2]}})",
        R"({"method":"order.status","params":{"symbol":"BTCUSDT"}})",
        R"({"name":"limit order","score":3})", R"({"name":"get_order","arguments":{}})"}) {
    EXPECT_EQ(code_in(text), "nothing") << text;
  }
}

// What the project itself gives as good stays good.
TEST(OrderCallsTest, GoodFixturesHoldNoOrder) {
  const std::filesystem::path root = CLAWGATE_SOURCE_DIR;
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(root / "schemas/json/fixtures/signal_intent/good")) {
    const auto bytes = read_file(entry.path().string(), 1U << 20);
    ASSERT_TRUE(bytes) << entry.path();
    EXPECT_EQ(code_in(*bytes), "nothing") << entry.path();
    ++files;
  }
  EXPECT_GT(files, 30U);
}

// The fifth is an order, to show what becomes of one.
TEST(OrderCallsTest, OneExampleIsAnOrder) {
  const auto bytes = read_file(CLAWGATE_SOURCE_DIR "/examples/signals.jsonl", 1U << 20);
  ASSERT_TRUE(bytes);
  const Intake intake = read(source_of("signals.jsonl", *bytes));
  EXPECT_EQ(intake.direct_orders, 1U);
  EXPECT_EQ(intake.signals, 8U);
  EXPECT_EQ(code_of(intake.readings.at(4)), "DIRECT_ORDER_ACTION");
}

}  // namespace
}  // namespace clawgate::signals
