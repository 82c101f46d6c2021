// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/call.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "schemas/core/digest.h"
#include "schemas/strict_json.h"

namespace clawgate::venues::binance_spot {
namespace {

const Symbol kBtc("BTCUSDT");
constexpr std::string_view kSecret = "canarySecret42";
constexpr UnixNanos kNow{1'700'000'000'123'999'999};

Credentials keys() {
  return credentials("theKey", Signer::hmac(kSecret).value()).value();
}

Leg leg(LegRole role, Side side, OrdType type, std::string_view id) {
  Leg made;
  made.role = role;
  made.side = side;
  made.type = type;
  made.tif = TimeInForce::Fok;
  made.qty = Qty::from_raw(1'000'000);
  made.limit = Px::of(52'000);
  made.trigger = Px::of(49'000);
  made.client_order_id = ClientOrderId(id);
  return made;
}
Legs legs(std::initializer_list<Leg> all) {
  Legs made;
  for (const Leg& one : all) EXPECT_TRUE(made.push_back(one));
  return made;
}
const Leg kEntry = leg(LegRole::Entry, Side::Buy, OrdType::Limit, "E0");
const Leg kStop = leg(LegRole::Stop, Side::Sell, OrdType::StopLoss, "S0");
const Leg kProfit = leg(LegRole::TakeProfit, Side::Sell, OrdType::LimitMaker, "T0");

/// The request line without recvWindow, timestamp and signature.
std::string line(const Call& call) {
  const Credentials credentials = keys();
  const net::HttpRequest request = rest_request(call, "/api", &credentials, kNow, 1500);
  std::string text = request.method + " " + request.target;
  const std::size_t at = text.find("recvWindow=");
  return at == std::string::npos ? text : text.substr(0, at - 1);
}

TEST(CallTest, RestTextOfEveryCall) {
  const Symbol two[] = {Symbol("BTCUSDT"), Symbol("ETHUSDT")};
  const std::pair<Call, std::string> rows[] = {
      {cancel(kBtc, "E0", false), "DELETE /api/v3/order?symbol=BTCUSDT&origClientOrderId=E0"},
      {cancel(kBtc, "E0", true),
       "DELETE /api/v3/order?symbol=BTCUSDT&origClientOrderId=E0&cancelRestrictions=ONLY_NEW"},
      {query_order(kBtc, "E0"), "GET /api/v3/order?symbol=BTCUSDT&origClientOrderId=E0"},
      {open_orders(kBtc), "GET /api/v3/openOrders?symbol=BTCUSDT"},
      {open_orders_all(), "GET /api/v3/openOrders"},
      {key_restrictions(), "GET /sapi/v1/account/apiRestrictions"},
      {all_orders(kBtc, 5), "GET /api/v3/allOrders?symbol=BTCUSDT&orderId=5&limit=1000"},
      {my_trades(kBtc, 7), "GET /api/v3/myTrades?symbol=BTCUSDT&fromId=7&limit=1000"},
      {trades_of_order(kBtc, 28), "GET /api/v3/myTrades?symbol=BTCUSDT&orderId=28"},
      {account(), "GET /api/v3/account"},
      {commission(kBtc), "GET /api/v3/account/commission?symbol=BTCUSDT"},
      {exchange_info(two), "GET /api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%5D"},
      {server_time(), "GET /api/v3/time"},
      {avg_price(kBtc), "GET /api/v3/avgPrice?symbol=BTCUSDT"},
      {depth(kBtc, 5000), "GET /api/v3/depth?symbol=BTCUSDT&limit=5000"},
      {depth(Symbol("\xEF\xBC\x91"), 1), "GET /api/v3/depth?symbol=%EF%BC%91&limit=1"},
  };
  for (const auto& [call, expected] : rows) EXPECT_EQ(line(call), expected);
}

TEST(CallTest, RestTextOfEveryPlacement) {
  EXPECT_EQ(line(place(kBtc, legs({kEntry}), "")),
            "POST /api/v3/order?symbol=BTCUSDT&type=LIMIT&side=BUY&newClientOrderId=E0"
            "&quantity=0.01&price=52000&timeInForce=FOK&newOrderRespType=FULL");
  EXPECT_EQ(line(place(kBtc, legs({kEntry, kStop}), "L0")),
            "POST /api/v3/orderList/oto?symbol=BTCUSDT&listClientOrderId=L0&newOrderRespType=FULL"
            "&workingType=LIMIT&workingSide=BUY&workingClientOrderId=E0&workingQuantity=0.01"
            "&workingPrice=52000&workingTimeInForce=FOK&pendingType=STOP_LOSS&pendingSide=SELL"
            "&pendingClientOrderId=S0&pendingQuantity=0.01&pendingStopPrice=49000");
  EXPECT_EQ(line(place(kBtc, legs({kEntry, kStop, kProfit}), "L0")),
            "POST /api/v3/orderList/otoco?symbol=BTCUSDT&listClientOrderId=L0"
            "&newOrderRespType=FULL&workingType=LIMIT&workingSide=BUY&workingClientOrderId=E0"
            "&workingQuantity=0.01&workingPrice=52000&workingTimeInForce=FOK&pendingSide=SELL"
            "&pendingQuantity=0.01&pendingBelowType=STOP_LOSS&pendingBelowClientOrderId=S0"
            "&pendingBelowStopPrice=49000&pendingAboveType=LIMIT_MAKER"
            "&pendingAboveClientOrderId=T0&pendingAbovePrice=52000");
}

TEST(CallTest, TheStopOfASellEntryIsAbove) {
  Leg entry = kEntry;
  Leg stop = kStop;
  Leg profit = kProfit;
  entry.side = Side::Sell;
  stop.side = profit.side = Side::Buy;
  const std::string text = line(place(kBtc, legs({entry, stop, profit}), "L0"));
  EXPECT_NE(text.find("&pendingAboveType=STOP_LOSS&"), std::string::npos) << text;
  EXPECT_NE(text.find("&pendingBelowType=LIMIT_MAKER&"), std::string::npos) << text;
}

// What a type must not carry is refused by the venue (-1106), so nothing is sent for it.
TEST(CallTest, EachTypeCarriesExactlyItsParameters) {
  const std::pair<OrdType, std::string> rows[] = {
      {OrdType::Market, "type=MARKET&side=BUY&newClientOrderId=E0&quantity=0.01&newOrder"},
      {OrdType::LimitMaker, "&quantity=0.01&price=52000&newOrder"},
      {OrdType::StopLoss, "&quantity=0.01&stopPrice=49000&newOrder"},
      {OrdType::StopLossLimit, "&price=52000&stopPrice=49000&timeInForce=FOK&newOrder"},
      {OrdType::TakeProfit, "&quantity=0.01&stopPrice=49000&newOrder"},
      {OrdType::TakeProfitLimit, "&price=52000&stopPrice=49000&timeInForce=FOK&newOrder"},
  };
  for (const auto& [type, expected] : rows) {
    const std::string text =
        line(place(kBtc, legs({leg(LegRole::Entry, Side::Buy, type, "E0")}), ""));
    EXPECT_NE(text.find(expected), std::string::npos) << text;
  }
}

TEST(CallTest, RestSignsExactlyTheBytesItSends) {
  const Credentials credentials = keys();
  const net::HttpRequest request =
      rest_request(place(kBtc, legs({kEntry}), ""), "/api", &credentials, kNow, 1500);
  const std::size_t begin = request.target.find('?') + 1;
  const std::size_t end = request.target.find("&signature=");
  const std::string payload = request.target.substr(begin, end - begin);
  EXPECT_TRUE(payload.ends_with("&recvWindow=1500&timestamp=1700000000123")) << payload;
  EXPECT_EQ(request.target.substr(end + 11),
            to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(payload))));
  EXPECT_TRUE(request.body.empty());
  ASSERT_EQ(request.headers.size(), 1U);
  EXPECT_EQ(request.headers[0], (std::pair<std::string, std::string>("X-MBX-APIKEY", "theKey")));
}

TEST(CallTest, WhatNeedsNoSecurityCarriesNone) {
  const net::HttpRequest request = rest_request(server_time(), "", nullptr, kNow, 1500);
  EXPECT_EQ(request.target, "/v3/time");
  EXPECT_TRUE(request.headers.empty());
}

TEST(CallTest, PercentEncodingIsThatOfRfc3986) {
  EXPECT_EQ(percent_encoded("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encoded("a+/=&? %\"\xC3\xA9"), "a%2B%2F%3D%26%3F%20%25%22%C3%A9");
}

TEST(CallTest, WebSocketTextBeforeAndAfterALogon) {
  const Credentials credentials = keys();
  const Call call = trades_of_order(kBtc, 28);
  const std::string payload =
      "apiKey=theKey&orderId=28&recvWindow=1500&symbol=BTCUSDT&timestamp=1700000000123";
  const std::string signature = to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(payload)));
  EXPECT_EQ(ws_request(call, 9, &credentials, false, kNow, 1500),
            R"({"id":9,"method":"myTrades","params":{"apiKey":"theKey","orderId":28,)"
            R"("recvWindow":1500,"symbol":"BTCUSDT","timestamp":1700000000123,"signature":")" +
                signature + "\"}}");
  EXPECT_EQ(ws_request(call, 9, nullptr, true, kNow, 1500),
            R"({"id":9,"method":"myTrades","params":{"orderId":28,"recvWindow":1500,)"
            R"("symbol":"BTCUSDT","timestamp":1700000000123}})");
}

TEST(CallTest, WebSocketSignsRawTextAndSendsDecimalsAsText) {
  const Credentials credentials = keys();
  const std::string text = ws_request(place(Symbol("\xEF\xBC\x91"), legs({kEntry}), ""), 1,
                                      &credentials, false, kNow, 5);
  const std::string payload =
      "apiKey=theKey&newClientOrderId=E0&newOrderRespType=FULL&price=52000&quantity=0.01"
      "&recvWindow=5&side=BUY&symbol=\xEF\xBC\x91&timeInForce=FOK&timestamp=1700000000123"
      "&type=LIMIT";
  EXPECT_NE(text.find(to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(payload)))),
            std::string::npos);
  EXPECT_NE(text.find(R"("price":"52000","quantity":"0.01")"), std::string::npos) << text;
}

TEST(CallTest, LogonAndSubscriptionAreSignedWhereTheyMustBe) {
  const Credentials credentials = keys();
  const std::string logon = ws_request(session_logon(), 1, &credentials, true, kNow, 5);
  EXPECT_NE(logon.find(R"("method":"session.logon")"), std::string::npos);
  EXPECT_NE(logon.find("signature"), std::string::npos);
  EXPECT_EQ(ws_request(subscribe_user_data(true), 2, nullptr, true, kNow, 5),
            R"({"id":2,"method":"userDataStream.subscribe","params":{}})");
  const std::string subscribe =
      ws_request(subscribe_user_data(false), 2, &credentials, false, kNow, 5);
  EXPECT_NE(subscribe.find("userDataStream.subscribe.signature"), std::string::npos);
  EXPECT_NE(subscribe.find(R"("apiKey":"theKey")"), std::string::npos);
  EXPECT_EQ(ws_request(session_subscriptions(), 3, &credentials, true, kNow, 5),
            R"({"id":3,"method":"session.subscriptions","params":{}})");
}

TEST(CallTest, SymbolsAreAnArrayOverWebSocket) {
  const Symbol two[] = {Symbol("BTCUSDT"), Symbol("A\"B")};
  EXPECT_EQ(ws_request(exchange_info(two), 3, nullptr, false, kNow, 5),
            R"({"id":3,"method":"exchangeInfo","params":{"symbols":["BTCUSDT","A\"B"]}})");
}

// Far more text than any order has.
TEST(CallTest, AListOfManySymbolsIsWhole) {
  std::vector<Symbol> symbols;
  std::string json = "[";
  std::string query = "%5B";
  for (int i = 0; i < 200; ++i) {
    const std::string name = "SYMBOL" + std::to_string(i);
    symbols.emplace_back(name);
    json += (i == 0 ? "\"" : ",\"") + name + "\"";
    query += (i == 0 ? "%22" : "%2C%22") + name + "%22";
  }
  const Call call = exchange_info(symbols);
  EXPECT_EQ(ws_request(call, 3, nullptr, false, kNow, 5),
            R"({"id":3,"method":"exchangeInfo","params":{"symbols":)" + json + "]}}");
  EXPECT_EQ(line(call), "GET /api/v3/exchangeInfo?symbols=" + query + "%5D");
}

// The longest order there is, over REST in the order in which it is put, over WebSocket sorted.
TEST(CallTest, AWebSocketOrderIsSortedByName) {
  const Credentials credentials = keys();
  const std::string text = ws_request(place(kBtc, legs({kEntry, kStop, kProfit}), "L0"), 7,
                                      &credentials, false, kNow, 1500);
  const auto document = read_json(text).value();
  const Json& params = *document.find("params");
  ASSERT_EQ(params.members.back().name, "signature");
  std::string payload;
  for (const JsonMember& member : params.members) {
    if (member.name == "signature") continue;
    if (!payload.empty()) payload += '&';
    payload += member.name + '=' + member.value.text;
  }
  EXPECT_TRUE(std::is_sorted(params.members.begin(), params.members.end() - 1,
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  EXPECT_EQ(params.members.size(), 21U);
  EXPECT_EQ(params.members.back().value.text,
            to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(payload))));
}

TEST(CallTest, PlainIsWhatNeedsNoEscape) {
  constexpr std::string_view kPlain =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
  for (const std::size_t size : {1U, 7U, 8U, 9U, 16U, 17U, 25U}) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'Z');
        text[at] = static_cast<char>(byte);
        const bool plain = kPlain.find(text[at]) != kPlain.npos;
        ASSERT_EQ(is_plain(text), plain) << byte << " at " << at << " of " << size;
      }
    }
  }
  EXPECT_TRUE(is_plain(""));
}

TEST(CallTest, AWebSocketTextIsAlwaysJson) {
  const Credentials credentials = keys();
  for (const std::string_view hostile : {"", "\"", "1}", "[", "1,\"a\":2", "\\", "-"}) {
    const Call call = query_order(kBtc, hostile);
    const std::string text = ws_request(call, 1, &credentials, false, kNow, 5);
    EXPECT_TRUE(read_json(text).has_value()) << text;
  }
}

TEST(CallTest, TheSecretStandsInNoText) {
  const Credentials credentials = keys();
  const Call calls[] = {place(kBtc, legs({kEntry, kStop, kProfit}), "L0"), session_logon(),
                        account()};
  for (const Call& call : calls) {
    EXPECT_EQ(ws_request(call, 1, &credentials, false, kNow, 5).find(kSecret), std::string::npos);
    if (call.info->http.empty()) continue;
    const net::HttpRequest request = rest_request(call, "/api", &credentials, kNow, 5);
    EXPECT_EQ(request.target.find(kSecret), std::string::npos);
  }
}

TEST(CallTest, WeightsAndOrderCountsAreTheDocumentedOnes) {
  const auto weight = [](const Call& call) { return call.info->weight; };
  EXPECT_EQ(weight(depth(kBtc, 100)), 5);
  EXPECT_EQ(weight(depth(kBtc, 101)), 25);
  EXPECT_EQ(weight(depth(kBtc, 500)), 25);
  EXPECT_EQ(weight(depth(kBtc, 501)), 50);
  EXPECT_EQ(weight(depth(kBtc, 1000)), 50);
  EXPECT_EQ(weight(depth(kBtc, 1001)), 250);
  EXPECT_EQ(weight(open_orders(kBtc)), 6);
  EXPECT_EQ(weight(open_orders_all()), 80);
  EXPECT_EQ(weight(my_trades(kBtc, 0)), 20);
  EXPECT_EQ(weight(trades_of_order(kBtc, 1)), 5);
  EXPECT_EQ(place(kBtc, legs({kEntry}), "").info->orders, 1);
  EXPECT_EQ(place(kBtc, legs({kEntry, kStop}), "L").info->orders, 2);
  EXPECT_EQ(place(kBtc, legs({kEntry, kStop, kProfit}), "L").info->orders, 3);
}

TEST(CallTest, OnlyPlacementsAreEntriesAndEveryRowHasAName) {
  std::set<std::string_view> names;
  for (const CallInfo& info : all_calls()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    const bool places = info.priority == Priority::Entry || info.priority == Priority::Protect;
    EXPECT_EQ(places, info.orders > 0) << info.name;
    EXPECT_EQ(info.http.empty(), info.path.empty()) << info.name;
    EXPECT_GT(info.weight, 0) << info.name;
    EXPECT_EQ(info.is_write, info.http == "POST" || info.http == "DELETE") << info.name;
  }
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
