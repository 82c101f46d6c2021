// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/protocol/protocol_desk.h"

// Requests and what Binance answers, each on a desk of its own.

namespace clawgate::sim {
namespace {

enum class As : std::uint8_t { Public, Signed, ReadOnly };

struct Case {
  int number;  // of the case list in the simulator's fidelity checklist
  As as;
  std::string_view method;
  std::string_view path;
  std::string_view params;
  int status;
  std::string_view body;  // part of it
  void (*before)(ProtocolDesk&) = nullptr;
};

constexpr std::string_view kBuy = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC";

#define BUY_LIMIT "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
#define SELL_OCO                                                                          \
  "symbol=BTCUSDT&side=SELL&quantity=0.1&aboveType=LIMIT_MAKER&belowType=STOP_LOSS_LIMIT" \
  "&belowStopPrice=49000&belowPrice=48990&belowTimeInForce=GTC"
#define OTO "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingQuantity=0.1"

const std::vector<Case>& cases() {
  static const std::vector<Case> rows = {
      // General and security.
      {1, As::Public, "GET", "/ping", "", 200, "{}"},
      {2, As::Public, "GET", "/time", "", 200, R"({"serverTime":1790000000000})"},
      {4, As::Public, "GET", "/nope", "", 404, "Not Found"},
      {5, As::Public, "GET", "/exchangeInfo", "symbol=NOPE", 400,
       R"({"code":-1121,"msg":"Invalid symbol."})"},
      {6, As::Public, "GET", "/exchangeInfo", R"(symbol=BTCUSDT&symbols=["BTCUSDT"])", 400,
       R"({"code":-1128,"msg":"Combination of optional parameters invalid."})"},
      {7, As::Public, "GET", "/exchangeInfo", "symbols=%5B%22BTCUSDT%22,%22BTCUSDT%22%5D", 400,
       R"("code":-1151)"},
      {8, As::Public, "GET", "/exchangeInfo", "showPermissionSets=false", 200,
       R"("permissionSets":[])"},
      {9, As::Public, "GET", "/account", "timestamp=1790000000000", 401,
       R"({"code":-2014,"msg":"API-key format invalid."})"},
      {11, As::ReadOnly, "POST", "/order", BUY_LIMIT "&quantity=0.001&price=49000", 401,
       R"({"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."})"},
      {18, As::Signed, "GET", "/account", "timestamp=1789999994000", 400,
       R"({"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."})"},
      {19, As::Signed, "GET", "/account", "timestamp=1790000001500", 400,
       R"(was 1000ms ahead of the server's time.")"},
      {20, As::Signed, "GET", "/account", "recvWindow=60001&timestamp=1790000000000", 400,
       R"({"code":-1102,"msg":"'recvWindow' contains unexpected value. Cannot be greater than)"},
      {21, As::Signed, "GET", "/account", "recvWindow=500.5&timestamp=1789999999600000", 200,
       R"("uid":77)"},
      {25, As::Public, "POST", "/userDataStream", "", 404, "Not Found"},
      // Market data.
      {26, As::Public, "GET", "/depth", "symbol=BTCUSDT&limit=5", 200,
       R"({"lastUpdateId":1001,"bids":[["50000.00000000","1.00000000"]],)"
       R"("asks":[["50001.00000000","1.00000000"]]})"},
      {27, As::Public, "GET", "/depth", "symbol=BTCUSDT&limit=6000", 200, "lastUpdateId"},
      {28, As::Public, "GET", "/depth", "symbol=BTCUSDT&symbolStatus=HALT", 400, R"("code":-1220)"},
      {29, As::Public, "GET", "/klines", "symbol=BTCUSDT&interval=7m", 400,
       R"({"code":-1120,"msg":"Invalid interval."})"},
      {31, As::Public, "GET", "/avgPrice", "symbol=BTCUSDT", 200,
       R"({"mins":5,"price":"50000.00000000","closeTime":1790000000000})"},
      {32, As::Public, "GET", "/referencePrice", "symbol=BTCUSDT", 400,
       R"({"code":-2043,"msg":"This symbol doesn't have a reference price."})"},
      // Orders.
      {37, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.001&price=49000", 200,
       R"("executedQty":"0.00000000","origQuoteOrderQty":"0.00000000",)"
       R"("cummulativeQuoteQty":"0.00000000","status":"NEW","timeInForce":"GTC","type":"LIMIT",)"
       R"("side":"BUY","workingTime":1790000000000,"fills":[],)"
       R"("selfTradePreventionMode":"EXPIRE_MAKER"})"},
      {39, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.5&price=50001", 200,
       R"("fills":[{"price":"50001.00000000","qty":"0.50000000","commission":"0.00050000",)"
       R"("commissionAsset":"BTC","tradeId":1}])"},
      {40, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=1.5&price=50001", 200,
       R"("status":"PARTIALLY_FILLED")"},
      {41, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=1.5&price=50001", 200,
       R"("expiryReason":"UNFILLED_IOC_QUANTITY_EXPIRED")"},
      {42, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=1.5&price=50001", 200,
       R"("expiryReason":"UNFILLED_FOK_ORDER_EXPIRED")"},
      {43, As::Signed, "POST", "/order", "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=3", 200,
       R"("executedQty":"1.00000000")",
       [](ProtocolDesk& desk) {
         EXPECT_TRUE(desk.exchange.deposit(desk.account, desk.exchange.base(desk.symbol),
                                           200'000'000, desk.now));
       }},
      {44, As::Signed, "POST", "/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100",
       200,
       R"("executedQty":"0.00199000","origQuoteOrderQty":"100.00000000",)"
       R"("cummulativeQuoteQty":"99.50199000","status":"FILLED")"},
      {45, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100&quantity=1", 400, R"("code":-1128)"},
      {46, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timeInForce=GTC", 400,
       R"({"code":-1106,"msg":"Parameter 'timeInForce' sent when not required."})"},
      {47, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=50000", 400,
       R"({"code":-1102,"msg":"Mandatory parameter 'timeInForce' was not sent, was empty/null, )"
       R"(or malformed."})"},
      {48, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.1&price=50001", 400,
       R"({"code":-2010,"msg":"Order would immediately match and take."})"},
      {50, As::Signed, "POST", "/order", "symbol=BTCUSDT&side=BUY&type=FOO&quantity=1", 400,
       R"({"code":-1116,"msg":"Invalid orderType."})"},
      {50, As::Signed, "POST", "/order", "symbol=BTCUSDT&side=FOO&type=LIMIT&quantity=1", 400,
       R"({"code":-1117,"msg":"Invalid side."})"},
      {50, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOO&quantity=1", 400,
       R"({"code":-1115,"msg":"Invalid timeInForce."})"},
      {51, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0,002&price=49000", 400,
       R"({"code":-1100,"msg":"Illegal characters found in parameter 'quantity'; legal range is )"
       R"('^([0-9]{1,20})(\\.[0-9]{1,20})?$'."})"},
      {51, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=1e-3&price=49000", 400,
       R"("code":-1100)"},
      {52, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.000000001&price=49000", 400,
       R"({"code":-1111,"msg":"Parameter 'quantity' has too much precision."})"},
      {53, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0&price=49000", 400,
       R"({"code":-1013,"msg":"Invalid quantity."})"},
      {54, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=1&price=50000.001", 400,
       R"({"code":-1013,"msg":"Filter failure: PRICE_FILTER"})"},
      {55, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.000015&price=50000", 400,
       R"({"code":-1013,"msg":"Filter failure: LOT_SIZE"})"},
      {55, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=9001&price=50000", 400,
       R"({"code":-1013,"msg":"Filter failure: LOT_SIZE"})"},
      {56, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.00005&price=50000", 400,
       R"({"code":-1013,"msg":"Filter failure: NOTIONAL"})"},
      {57, As::Signed, "POST", "/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.00005",
       400, R"({"code":-1013,"msg":"Filter failure: NOTIONAL"})"},
      {58, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.001&price=255000", 400,
       R"({"code":-1013,"msg":"Filter failure: PERCENT_PRICE_BY_SIDE"})"},
      {61, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=10&price=50000", 400,
       R"({"code":-2010,"msg":"Account has insufficient balance for requested action."})"},
      {62, As::Signed, "POST", "/order",
       BUY_LIMIT "&quantity=0.001&price=49000&newClientOrderId=c1", 400,
       R"({"code":-2010,"msg":"Duplicate order sent."})",
       [](ProtocolDesk& desk) {
         desk.limit("BUY", "0.001", "49000", "&timeInForce=GTC&newClientOrderId=c1");
       }},
      {63, As::Signed, "POST", "/order",
       BUY_LIMIT "&quantity=0.001&price=49000&newClientOrderId=c1", 200, R"("status":"NEW")",
       [](ProtocolDesk& desk) {
         desk.limit("BUY", "0.001", "50001", "&timeInForce=GTC&newClientOrderId=c1");
       }},
      {64, As::Signed, "POST", "/order",
       BUY_LIMIT "&quantity=0.001&price=49000&newClientOrderId=a.b", 400,
       R"(in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.)"},
      {65, As::Signed, "POST", "/order",
       BUY_LIMIT "&quantity=0.001&price=49000&strategyType=999999", 400, R"("code":-1134)"},
      {66, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=49000&icebergQty=0.1",
       400, R"({"code":-1014,"msg":"Unsupported order combination."})"},
      {67, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=1&price=49000&icebergQty=2", 400,
       R"({"code":-2010,"msg":"IcebergQty exceeds QTY."})"},
      {68, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=1&price=49000&icebergQty=0.005", 400,
       R"({"code":-1013,"msg":"Filter failure: ICEBERG_PARTS"})"},
      {69, As::Signed, "POST", "/order",
       BUY_LIMIT "&quantity=0.001&price=49000&selfTradePreventionMode=NONE", 400,
       R"({"code":-1013,"msg":"This symbol does not allow the specified self-trade prevention )"
       R"(mode."})"},
      {70, As::Signed, "POST", "/order",
       "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=0.1&stopPrice=50500", 400,
       R"({"code":-2010,"msg":"Order would trigger immediately."})"},
      {73, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.001&price=49000", 400,
       R"({"code":-2010,"msg":"Market is closed."})",
       [](ProtocolDesk& desk) {
         SymbolRules rules = desk.exchange.rules(desk.symbol);
         rules.status = SymbolStatus::Halt;
         desk.exchange.set_rules(desk.symbol, rules);
       }},
      {74, As::Signed, "POST", "/order/test", BUY_LIMIT "&quantity=0.001&price=49000", 200, "{}"},
      {74, As::Signed, "POST", "/order/test", BUY_LIMIT "&quantity=0&price=49000", 400,
       R"("code":-1013)"},
      {75, As::Signed, "POST", "/order", BUY_LIMIT "&quantity=0.001&price=49000&created=1", 400,
       R"({"code":-1104,"msg":"Not all sent parameters were read; read '8' parameter(s) but was )"
       R"(sent '9'."})"},
      // Cancel and query.
      {77, As::Signed, "DELETE", "/order", "symbol=BTCUSDT&orderId=1", 400,
       R"({"code":-2011,"msg":"Unknown order sent."})"},
      {78, As::Signed, "DELETE", "/order", "symbol=BTCUSDT", 400,
       R"({"code":-1102,"msg":"Param 'origClientOrderId' or 'orderId' must be sent, but both )"
       R"(were empty/null!"})"},
      {79, As::Signed, "DELETE", "/order", "symbol=BTCUSDT&orderId=1&cancelRestrictions=FOO", 400,
       R"("code":-1145)"},
      {79, As::Signed, "DELETE", "/order", "symbol=BTCUSDT&orderId=1&cancelRestrictions=ONLY_NEW",
       400, R"({"code":-2011,"msg":"Order was not canceled due to cancel restrictions."})",
       [](ProtocolDesk& desk) { desk.limit("BUY", "1.5", "50001"); }},
      {80, As::Signed, "GET", "/order", "symbol=BTCUSDT&orderId=1&origClientOrderId=wrong", 400,
       R"({"code":-2039,"msg":"Client order ID is not correct for this order ID."})",
       [](ProtocolDesk& desk) { desk.limit("BUY", "0.001", "49000"); }},
      {81, As::Signed, "GET", "/order", "symbol=BTCUSDT&orderId=99", 400,
       R"({"code":-2013,"msg":"Order does not exist."})"},
      // Lists.
      {92, As::Signed, "POST", "/orderList/oco", SELL_OCO "&abovePrice=51000", 200,
       R"("listStatusType":"EXEC_STARTED","listOrderStatus":"EXECUTING")"},
      {93, As::Signed, "POST", "/orderList/oco", SELL_OCO "&abovePrice=49500", 400,
       R"({"code":-2010,"msg":"The relationship of the prices for the orders is not correct."})"},
      {96, As::Signed, "POST", "/orderList/oto",
       OTO "&workingPrice=50001&workingTimeInForce=GTC&pendingType=MARKET&pendingSide=SELL"
           "&pendingQuantity=0.05",
       200, R"("status":"PENDING_NEW")"},
      {97, As::Signed, "POST", "/orderList/oto",
       OTO "&workingPrice=49000&workingTimeInForce=IOC&pendingType=MARKET&pendingSide=SELL"
           "&pendingQuantity=0.05",
       200, R"("expiryReason":"OTO_PHASE_ONE_EXPIRED")"},
  };
  return rows;
}

class CaseTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(CaseTest, IsAnsweredAsOnBinance) {
  const Case& row = cases()[GetParam()];
  ProtocolDesk desk;
  if (row.before != nullptr) row.before(desk);
  HttpReply reply;
  if (row.as == As::Public) {
    reply = desk.raw(row.method, "/api/v3" + std::string(row.path) +
                                     (row.params.empty() ? "" : "?" + std::string(row.params)));
  } else {
    reply = desk.signed_as(row.as == As::Signed ? kKey : kReadOnlyKey, row.method, row.path,
                           std::string(row.params));
  }
  EXPECT_EQ(reply.status, row.status) << reply.body;
  EXPECT_NE(reply.body.find(row.body), std::string::npos) << reply.body;
  EXPECT_TRUE(Doc::accept(reply.body)) << reply.body;
}

INSTANTIATE_TEST_SUITE_P(Fidelity, CaseTest, ::testing::Range<std::size_t>(0, cases().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& row) {
                           return "C" + std::to_string(cases()[row.param].number) + "_" +
                                  std::to_string(row.param);
                         });

// Cases whose truth is in more than one answer.

TEST(CasesTest, C2MicrosecondsOnRequestAndC3OnlyKnownUnits) {
  ProtocolDesk desk;
  EXPECT_EQ(desk.raw("GET", "/api/v3/time", "", {{"x-mbx-time-unit", "MICROSECOND"}}).body,
            R"({"serverTime":1790000000000000})");
  const HttpReply bad = desk.raw("GET", "/api/v3/time", "", {{"x-mbx-time-unit", "foo"}});
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body, R"({"code":-1194,"msg":"Invalid value for time unit; expected either )"
                      R"(MICROSECOND or MILLISECOND."})");
}

TEST(CasesTest, C4AndC25WhatIsNotServedIsHtmlOnlyWhenAsked) {
  ProtocolDesk desk;
  EXPECT_NE(desk.raw("GET", "/api/v3/nope", "", {{"accept", "text/html"}}).body.find("<html>"),
            std::string::npos);
  EXPECT_EQ(desk.raw("GET", "/api/v1/ping").status, 404);
  EXPECT_EQ(desk.raw("PUT", "/api/v3/order").status, 405);
}

TEST(CasesTest, C37FundsAreLockedAndC61NothingIsLockedOnRefusal) {
  ProtocolDesk desk;
  desk.limit("BUY", "10", "50000");
  EXPECT_EQ(desk.locked(desk.exchange.quote(desk.symbol)), 0);
  desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(desk.locked(desk.exchange.quote(desk.symbol)), 4'900'000'000);
}

TEST(CasesTest, C38AckHasExactlyFiveMembersAndC49IsTheDefaultOfLimitMaker) {
  ProtocolDesk desk;
  const auto ack = [](const Doc& doc) {
    return doc.size() == 5 && doc["symbol"] == "BTCUSDT" && doc["orderListId"] == -1 &&
           doc["orderId"].is_number_integer() && doc["clientOrderId"].get<std::string>() != "" &&
           doc["transactTime"] == kStartMs;
  };
  const Doc asked = desk.sent("POST", "/order",
                              std::string(kBuy) +
                                  "&quantity=0.001&price=49000"
                                  "&newOrderRespType=ACK");
  EXPECT_TRUE(ack(asked)) << asked;
  const Doc maker = desk.sent("POST", "/order",
                              "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.1&price=50000");
  EXPECT_TRUE(ack(maker)) << maker;
}

TEST(CasesTest, C59AndC60TheLastOpenOrderFitsAndTheNextDoesNot) {
  Service::Options options;
  options.limits.orders_10s = 1'000;
  ProtocolDesk desk(options);
  for (int i = 0; i < 5; ++i) {
    const std::string stop =
        "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC"
        "&quantity=0.001&stopPrice=49000&price=48990";
    ASSERT_EQ(desk.send("POST", "/order", stop).status, 200);
    if (i < 4) continue;
    EXPECT_NE(desk.send("POST", "/order", stop).body.find("MAX_NUM_ALGO_ORDERS"),
              std::string::npos);
  }
  for (int i = 5; i < 200; ++i) ASSERT_EQ(desk.limit("BUY", "0.001", "49000").status, 200);
  EXPECT_NE(desk.limit("BUY", "0.001", "49000").body.find("Filter failure: MAX_NUM_ORDERS"),
            std::string::npos);
}

TEST(CasesTest, C71AStopWaitsUntilItsPriceTrades) {
  ProtocolDesk desk;
  desk.send("POST", "/order",
            "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.1"
            "&stopPrice=49000&price=48990");
  Doc order = desk.sent("GET", "/order", "symbol=BTCUSDT&orderId=1");
  EXPECT_EQ(order["isWorking"], false);
  EXPECT_EQ(order["workingTime"], -1);
  desk.book("48000", "1", "49001", "1");
  desk.outside_trade("49000", "0.00001", true);
  order = desk.sent("GET", "/order", "symbol=BTCUSDT&orderId=1");
  EXPECT_EQ(order["isWorking"], true);
  EXPECT_EQ(order["workingTime"], kStartMs);
}

TEST(CasesTest, C76ACancelTellsBothIds) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.001", "49000", "&timeInForce=GTC&newClientOrderId=old");
  const Doc report = desk.sent("DELETE", "/order", "symbol=BTCUSDT&orderId=1&newClientOrderId=c1");
  EXPECT_EQ(report["origClientOrderId"], "old");
  EXPECT_EQ(report["clientOrderId"], "c1");
  EXPECT_EQ(report["status"], "CANCELED");
  EXPECT_FALSE(report.contains("workingTime"));
}

TEST(CasesTest, C82ToC85CancelReplaceTellsWhatHappenedToEachHalf) {
  struct Row {
    std::string_view params;
    int status;
    int code;
    std::string_view canceled;
    std::string_view placed;
  };
  const std::string fresh = std::string(kBuy) + "&quantity=0.001&price=48000";
  const std::string taker = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.001&price=50001";
  const Row rows[] = {
      {"&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=9", 400, -2022, "FAILURE",
       "NOT_ATTEMPTED"},
      {"&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=9", 409, -2021, "FAILURE", "SUCCESS"},
      {"&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1", 200, 0, "SUCCESS", "SUCCESS"},
  };
  for (const Row& row : rows) {
    ProtocolDesk desk;
    desk.limit("BUY", "0.001", "49000");
    const HttpReply reply =
        desk.send("POST", "/order/cancelReplace", fresh + std::string(row.params));
    const Doc doc = Doc::parse(reply.body);
    EXPECT_EQ(reply.status, row.status) << reply.body;
    EXPECT_EQ(doc.value("code", 0), row.code);
    const Doc& data = row.status == 200 ? doc : doc["data"];
    EXPECT_EQ(data["cancelResult"], row.canceled);
    EXPECT_EQ(data["newOrderResult"], row.placed);
    EXPECT_EQ(data["newOrderResponse"].is_null(), row.placed == "NOT_ATTEMPTED");
    EXPECT_EQ(desk.header(reply, "x-mbx-order-count-10s"), "2");  // NOT_ATTEMPTED counts too
  }
  ProtocolDesk desk;
  desk.limit("BUY", "0.001", "49000");
  const HttpReply partly = desk.send("POST", "/order/cancelReplace",
                                     taker + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1");
  EXPECT_EQ(partly.status, 409);
  const Doc data = Doc::parse(partly.body)["data"];
  EXPECT_EQ(data["cancelResponse"]["status"], "CANCELED");
  EXPECT_EQ(data["newOrderResponse"]["code"], -2010);

  ProtocolDesk filters;
  filters.limit("BUY", "0.001", "49000");
  EXPECT_EQ(filters
                .send("POST", "/order/cancelReplace",
                      std::string(kBuy) + "&quantity=0.00005&price=48000"
                                          "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1")
                .status,
            400);
  EXPECT_EQ(filters.sent("GET", "/openOrders", "symbol=BTCUSDT").size(), 1U);
}

TEST(CasesTest, C86AFullOrderLimitLeavesTheOldOrderUnlessToldOtherwise) {
  Service::Options options;
  options.limits.orders_10s = 1;
  ProtocolDesk desk(options);
  desk.limit("BUY", "0.001", "49000");
  const std::string request = std::string(kBuy) +
                              "&quantity=0.001&price=48000&cancelReplaceMode=STOP_ON_FAILURE"
                              "&cancelOrderId=1";
  HttpReply reply = desk.send("POST", "/order/cancelReplace", request);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(Doc::parse(reply.body)["code"], -1015);
  EXPECT_EQ(desk.sent("GET", "/order", "symbol=BTCUSDT&orderId=1")["status"], "NEW");
  reply = desk.send("POST", "/order/cancelReplace",
                    request + "&orderRateLimitExceededMode=CANCEL_ONLY");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(Doc::parse(reply.body)["code"], -2021);
  EXPECT_EQ(desk.sent("GET", "/order", "symbol=BTCUSDT&orderId=1")["status"], "CANCELED");
}

TEST(CasesTest, C89CancellingAllTellsOrdersAndLists) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.001", "49000");
  desk.limit("BUY", "0.001", "48000");
  desk.send("POST", "/orderList/oco", SELL_OCO "&abovePrice=51000");
  const Doc all = desk.sent("DELETE", "/openOrders", "symbol=BTCUSDT");
  ASSERT_EQ(all.size(), 3U) << all;
  EXPECT_EQ(all[0]["status"], "CANCELED");
  EXPECT_EQ(all[2]["contingencyType"], "OCO");
  EXPECT_EQ(all[2]["orderReports"].size(), 2U);
}

TEST(CasesTest, C92AnOcoLocksOnceAndC95EndsAsAWhole) {
  ProtocolDesk desk;
  const Doc list = desk.sent("POST", "/orderList/oco", SELL_OCO "&abovePrice=51000");
  EXPECT_EQ(list["orderReports"][0]["workingTime"], -1);
  EXPECT_EQ(desk.locked(desk.exchange.base(desk.symbol)), 10'000'000);
  const Doc canceled = desk.sent("DELETE", "/order", "symbol=BTCUSDT&orderId=2");
  EXPECT_EQ(canceled["listOrderStatus"], "ALL_DONE");
  EXPECT_EQ(desk.sent("GET", "/orderList", "orderListId=0")["listStatusType"], "ALL_DONE");
  EXPECT_EQ(desk.sent("GET", "/openOrderList", "").size(), 0U);
  EXPECT_EQ(desk.sent("GET", "/allOrderList", "").size(), 1U);
}

TEST(CasesTest, AnOtocoArmsItsPairOnAFullFill) {
  ProtocolDesk desk;
  const Doc list =
      desk.sent("POST", "/orderList/otoco",
                OTO
                "&workingPrice=50001&workingTimeInForce=FOK&pendingSide=SELL&pendingQuantity=0.0999"
                "&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=51000&pendingBelowType=STOP_LOSS"
                "&pendingBelowStopPrice=49000");
  ASSERT_EQ(list["orders"].size(), 3U) << list;
  EXPECT_EQ(list["orderReports"][0]["status"], "FILLED");
  const Doc open = desk.sent("GET", "/openOrders", "symbol=BTCUSDT");
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0]["type"], "STOP_LOSS");
  EXPECT_EQ(open[0]["status"], "NEW");
}

TEST(CasesTest, C99SelfTradePreventionIsToldToTheTaker) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.1", "50000.5");
  const Doc taker = desk.sent("POST", "/order",
                              "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.1"
                              "&price=50000.5&selfTradePreventionMode=EXPIRE_TAKER");
  EXPECT_EQ(taker["status"], "EXPIRED_IN_MATCH") << taker;
  EXPECT_EQ(taker["preventedMatches"][0]["makerOrderId"], 1);
  EXPECT_EQ(taker["preventedQuantity"], "0.10000000");
}

TEST(CasesTest, QueriesOfTheAccount) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.5", "50001");
  desk.limit("BUY", "0.001", "49000");
  EXPECT_EQ(desk.sent("GET", "/allOrders", "symbol=BTCUSDT").size(), 2U);
  EXPECT_EQ(desk.sent("GET", "/allOrders", "symbol=BTCUSDT&limit=1")[0]["orderId"], 2);
  EXPECT_EQ(desk.sent("GET", "/allOrders", "symbol=BTCUSDT&orderId=1&limit=1")[0]["orderId"], 1);
  const Doc trades = desk.sent("GET", "/myTrades", "symbol=BTCUSDT&orderId=1");
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(trades[0]["quoteQty"], "25000.50000000");
  EXPECT_EQ(trades[0]["isMaker"], false);
  EXPECT_EQ(desk.sent("GET", "/myTrades", "symbol=BTCUSDT&orderId=1&startTime=1")["code"], -1128);
  const Doc account = desk.sent("GET", "/account", "");
  EXPECT_EQ(account["makerCommission"], 10);
  EXPECT_EQ(account["balances"][0]["asset"], "BTC");
  EXPECT_EQ(account["balances"][0]["free"], "1.49950000");
  const Doc rates = desk.sent("GET", "/account/commission", "symbol=BTCUSDT");
  EXPECT_EQ(rates["standardCommission"]["taker"], "0.00100000");
}

}  // namespace
}  // namespace clawgate::sim
