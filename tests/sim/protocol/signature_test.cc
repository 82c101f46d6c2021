// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/signature.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "sim/protocol/parameters.h"
#include "sim/protocol/stamp.h"
#include "tests/sim/protocol/key_pair.h"
#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

// Binance's documented examples.
constexpr std::string_view kDocSecret =
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
constexpr std::string_view kRestPayload =
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
    "&timestamp=1499827319559";
constexpr std::string_view kRestSignature =
    "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

TEST(SignatureTest, HmacVectorsInEitherCase) {
  const SignatureCheck check(KeyType::Hmac, kDocSecret);
  EXPECT_TRUE(check.valid(kRestPayload, kRestSignature));
  EXPECT_TRUE(check.valid(kRestPayload, upper(kRestSignature)));
  EXPECT_FALSE(check.valid(std::string(kRestPayload) + "0", kRestSignature));
  EXPECT_FALSE(check.valid(kRestPayload, "c8"));
  const std::string unicode =
      "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT"
      "&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
  EXPECT_TRUE(
      check.valid(unicode, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"));
}

TEST(SignatureTest, TheWebSocketPayloadIsSortedWithNumbersAsSent) {
  const auto params = read_json(
      R"({"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC",)"
      R"("quantity":"0.01000000","price":"52000.00","recvWindow":100,"timestamp":1645423376532,)"
      R"("apiKey":"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",)"
      R"("signature":"x","newClientOrderId":null})");
  const auto read = Parameters::from_ws(params.value());
  ASSERT_TRUE(read);
  EXPECT_TRUE(SignatureCheck(KeyType::Hmac, kDocSecret)
                  .valid(read->payload(),
                         "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"));
  const auto token = read_json(R"({"quantity":0.0010,"price":1e3})");
  EXPECT_EQ(Parameters::from_ws(token.value())->payload(), "price=1e3&quantity=0.0010");
}

TEST(SignatureTest, Ed25519AndRsaAreExactBase64) {
  for (const char* type : {"ED25519", "RSA"}) {
    const KeyPair pair(type);
    const bool rsa = std::string_view(type) == "RSA";
    const SignatureCheck check(rsa ? KeyType::Rsa : KeyType::Ed25519, pair.public_pem());
    ASSERT_TRUE(check.usable());
    const std::string good = pair.sign("a=1&b=2");
    EXPECT_EQ(good.size(), rsa ? 344U : 88U);
    EXPECT_TRUE(check.valid("a=1&b=2", good));
    EXPECT_FALSE(check.valid("a=1&b=3", good));
    EXPECT_FALSE(check.valid("a=1&b=2", upper(good)));
    EXPECT_FALSE(check.valid("a=1&b=2", good.substr(1)));
    EXPECT_FALSE(check.valid("a=1&b=2", " " + good.substr(1)));
    const SignatureCheck other(rsa ? KeyType::Ed25519 : KeyType::Rsa, pair.public_pem());
    EXPECT_FALSE(other.usable());
    EXPECT_FALSE(other.valid("a=1&b=2", good));
  }
}

// The FIX page's example, the one Ed25519 signature there that can be checked.
TEST(SignatureTest, Ed25519Vector) {
  const KeyPair pair =
      KeyPair::from_pkcs8("MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u");
  EXPECT_TRUE(SignatureCheck(KeyType::Ed25519, pair.public_pem())
                  .valid("A\x01"
                         "EXAMPLE\x01SPOT\x01"
                         "1\x01"
                         "20240627-11:17:25.223",
                         "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3Cvs"
                         "RURC1oj73j8gCA=="));
}

TEST(SignatureTest, TheRestPayloadIsTheRawBytesOfQueryThenBody) {
  const auto read = Parameters::from_http("b=%41&signature=zz&a=1", "c=3&signature=y&d=4");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->payload(), "b=%41&a=1c=3&d=4");
  EXPECT_EQ(*read->find("b"), "A");
  EXPECT_EQ(*read->find("signature"), "zz");
}

TEST(SignatureTest, C10ToC17KeysAndSignaturesOverHttp) {
  ProtocolDesk desk;
  const std::string stamp = "timestamp=" + std::to_string(kStartMs);
  const auto ask = [&](std::string_view key, const std::string& query) {
    return desk.raw("GET", "/api/v3/account?" + query, "", {{"x-mbx-apikey", std::string(key)}});
  };
  const std::string good = ProtocolDesk::hmac(stamp);
  EXPECT_EQ(ask(kKey, stamp + "&signature=" + good).status, 200);
  EXPECT_EQ(ask(kKey, "signature=" + good + "&" + stamp).status, 200);
  EXPECT_EQ(ask(kKey, stamp + "&signature=" + upper(good)).status, 200);
  EXPECT_EQ(ask("unknownkey", stamp + "&signature=" + good).status, 401);
  EXPECT_NE(ask("unknownkey", stamp).body.find("-2015"), std::string::npos);
  EXPECT_NE(ask("bad key!", stamp).body.find("-2014"), std::string::npos);
  EXPECT_NE(ask(kKey, "signature=" + good).body.find("'timestamp' was not sent"),
            std::string::npos);
  EXPECT_NE(ask(kKey, stamp).body.find("'signature' was not sent"), std::string::npos);
  EXPECT_EQ(ask(kKey, stamp + "&signature=" + good.substr(1) + "0").body,
            R"({"code":-1022,"msg":"Signature for this request is not valid."})");
}

TEST(SignatureTest, C15WhatIsNotAsciiIsPercentEncodedBeforeSigning) {
  ProtocolDesk desk;
  SymbolRules rules = *find_built_in("ETHUSDT");
  rules.symbol = SymbolName("\xEF\xBC\x91");
  desk.exchange.add_symbol(rules);
  EXPECT_EQ(desk.send("GET", "/myTrades", "symbol=%EF%BC%91").status, 200);
  const HttpReply raw = desk.send("GET", "/myTrades", "symbol=\xEF\xBC\x91");
  EXPECT_EQ(raw.body, R"({"code":-1022,"msg":"Signature for this request is not valid."})");
}

TEST(SignatureTest, C22TheQueryWinsAndBothAreSigned) {
  ProtocolDesk desk;
  const std::string query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=49000";
  const std::string body = "quantity=0.002&price=1&timestamp=" + std::to_string(kStartMs);
  const HttpReply reply = desk.raw("POST", "/api/v3/order?" + query,
                                   body + "&signature=" + ProtocolDesk::hmac(query + body),
                                   {{"x-mbx-apikey", std::string(kKey)}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Doc::parse(reply.body)["price"], "49000.00000000");
  EXPECT_EQ(Doc::parse(reply.body)["origQty"], "0.00200000");
}

TEST(ParametersTest, TwiceInOnePlaceIsRefusedAndNothingIsGuessed) {
  EXPECT_EQ(Parameters::from_http("a=1&a=2", "").error().code, -1101);
  EXPECT_EQ(Parameters::from_http("", "a=1&a=1").error().code, -1101);
  EXPECT_TRUE(Parameters::from_http("a=1", "a=2"));
  EXPECT_EQ(Parameters::from_http("a=%4", "").error().code, -1100);
  EXPECT_EQ(Parameters::from_http("a=%zz", "").error().code, -1100);
  EXPECT_EQ(*Parameters::from_http("a=b+c&e", "")->find("a"), "b c");
  EXPECT_EQ(*Parameters::from_http("a=b+c&e", "")->find("e"), "");
}

TEST(ParametersTest, KnownNamesAreWholeWords) {
  EXPECT_TRUE(has_word("symbol orderId limit", "orderId"));
  EXPECT_FALSE(has_word("symbol origOrderId limit", "orderId"));
  EXPECT_FALSE(has_word("symbol orderIds", "orderId"));
  EXPECT_FALSE(has_word("symbol", ""));
}

TEST(StampTest, BothEdgesOfTheWindow) {
  const TimeNs server(kStartMs * 1'000'000);
  const auto sent = [&](std::int64_t ns) { return TimeNs(server.value() + ns); };
  constexpr SpanNs kWindow(500'000'000);
  EXPECT_FALSE(check_stamp(sent(-500'000'000), server, kWindow));
  EXPECT_EQ(check_stamp(sent(-500'000'001), server, kWindow)->code, -1021);
  EXPECT_FALSE(check_stamp(sent(999'999'999), server, kWindow));
  EXPECT_NE(check_stamp(sent(1'000'000'000), server, kWindow)->text.find("ahead"),
            std::string::npos);
}

TEST(StampTest, RecvWindowHasThreeDecimalsAndAMost) {
  EXPECT_EQ(read_recv_window("500.345").value(), SpanNs(500'345'000));
  EXPECT_EQ(read_recv_window("60000").value(), kRecvWindowMax);
  EXPECT_EQ(read_recv_window("60000.001").error().code, -1102);
  EXPECT_EQ(read_recv_window("1.2345").error().code, -1100);
  EXPECT_EQ(read_recv_window("-1").error().code, -1100);
}

}  // namespace
}  // namespace clawgate::sim
