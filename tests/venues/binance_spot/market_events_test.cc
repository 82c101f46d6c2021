// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/market_events.h"

#include <gtest/gtest.h>

#include <string>

namespace clawgate::venues::binance_spot {
namespace {

constexpr char kDepth[] =
    R"({"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,)"
    R"("b":[["61737.63000000","0.00000000"],["61730.17","0.5"]],"a":[["61838.04000000","0.32332000"]]})";
constexpr char kTicker[] =
    R"({"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000",)"
    R"("A":"1.54698000"})";
constexpr char kTrade[] =
    R"({"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000",)"
    R"("q":"0.02000000","T":1723161255342,"m":true,"M":true})";

std::string combined(const std::string& stream, const std::string& data) {
  return R"({"stream":")" + stream + R"(","data":)" + data + "}";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(MarketDecoderTest, DepthRawAndCombined) {
  MarketDecoder decoder;
  for (const std::string& frame : {std::string(kDepth), combined("btcusdt@depth@100ms", kDepth)}) {
    const auto event = decoder.read(frame);
    ASSERT_TRUE(event) << to_text(event.error());
    const auto& depth = std::get<DepthUpdate>(*event);
    EXPECT_EQ(depth.symbol, "BTCUSDT");
    EXPECT_EQ(depth.event_ms, 1723161255208);
    EXPECT_EQ(depth.first_id, 50093239189);
    EXPECT_EQ(depth.last_id, 50093239202);
    ASSERT_EQ(depth.bids.size(), 2U);
    EXPECT_EQ(depth.bids[0].price.raw(), 6173763000000);
    EXPECT_TRUE(depth.bids[0].quantity.is_zero());
    EXPECT_EQ(depth.bids[1].quantity.raw(), 50000000);
    ASSERT_EQ(depth.asks.size(), 1U);
    EXPECT_EQ(depth.asks[0].quantity.raw(), 32332000);
  }
}

TEST(MarketDecoderTest, TickerRawAndCombined) {
  MarketDecoder decoder;
  for (const std::string& frame : {std::string(kTicker), combined("btcusdt@bookTicker", kTicker)}) {
    const auto event = decoder.read(frame);
    ASSERT_TRUE(event) << to_text(event.error());
    const auto& ticker = std::get<BookTicker>(*event);
    EXPECT_EQ(ticker.symbol, "BTCUSDT");
    EXPECT_EQ(ticker.update_id, 50093239212);
    EXPECT_EQ(ticker.bid.price.raw(), 6183763000000);
    EXPECT_EQ(ticker.bid.quantity.raw(), 378826000);
    EXPECT_EQ(ticker.ask.price.raw(), 6183764000000);
    EXPECT_EQ(ticker.ask.quantity.raw(), 154698000);
  }
}

TEST(MarketDecoderTest, TradesSingleAndAggregate) {
  MarketDecoder decoder;
  const auto single = decoder.read(kTrade);
  ASSERT_TRUE(single);
  EXPECT_EQ(std::get<TradeEvent>(*single).id, 3735683259);
  EXPECT_EQ(std::get<TradeEvent>(*single).trade_ms, 1723161255342);
  EXPECT_FALSE(std::get<TradeEvent>(*single).aggregate);
  const auto aggregate = decoder.read(
      R"({"e":"aggTrade","E":5,"s":"BNBBTC","a":12345,"p":"0.001","q":"100","f":100,"l":105,"T":4,"m":true,"M":true})");
  ASSERT_TRUE(aggregate) << to_text(aggregate.error());
  EXPECT_EQ(std::get<TradeEvent>(*aggregate).id, 12345);
  EXPECT_EQ(std::get<TradeEvent>(*aggregate).price.raw(), 100000);
  EXPECT_TRUE(std::get<TradeEvent>(*aggregate).aggregate);
  // Until 2024-06 trades had order ids where depth has levels.
  EXPECT_TRUE(decoder.read(replaced(kTrade, R"("p":)", R"("b":88,"a":50,"p":)")));
}

TEST(MarketDecoderTest, ShutdownRawAndCombined) {
  MarketDecoder decoder;
  const std::string raw = R"({"e":"serverShutdown","E":1770123456789})";
  for (const std::string& frame : {raw, combined("!serverShutdown", raw)}) {
    const auto event = decoder.read(frame);
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<ServerShutdown>(*event).event_ms, 1770123456789);
  }
}

TEST(MarketDecoderTest, OtherEventsAreNoErrors) {
  MarketDecoder decoder;
  for (const char* frame : {R"({"result":null,"id":1})", R"({"e":"24hrTicker","E":1,"s":"X"})",
                            R"({"stream":"x@kline_1s","data":{"e":"kline","E":1,"k":{"t":1}}})"}) {
    const auto event = decoder.read(frame);
    ASSERT_TRUE(event) << frame;
    EXPECT_TRUE(std::holds_alternative<OtherEvent>(*event)) << frame;
  }
}

TEST(MarketDecoderTest, ASnapshot) {
  MarketDecoder decoder;
  const auto snapshot = decoder.read_snapshot(
      R"({"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[]})");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->last_id, 1027024);
  EXPECT_EQ(snapshot->bids[0].price, Px::of(4));
  EXPECT_TRUE(snapshot->asks.empty());
}

TEST(MarketDecoderTest, BadFramesNameTheField) {
  struct Row {
    std::string frame;
    Reason reason;
    const char* field;
  };
  const std::string depth = kDepth;
  const std::string ticker = kTicker;
  const std::string trade = kTrade;
  const Row rows[] = {
      {"", Reason::EmptyInput, "json"},
      {"[]", Reason::FieldType, "json"},
      {"{", Reason::JsonSyntax, "json"},
      {depth.substr(0, depth.size() - 1), Reason::JsonSyntax, "json"},
      {depth + "{}", Reason::JsonSyntax, "json"},
      {R"({"stream":"x","data":7})", Reason::FieldType, "data"},
      {R"({"e":7})", Reason::FieldType, "e"},
      {replaced(depth, R"("U":50093239189,)", ""), Reason::FieldMissing, "U"},
      {combined("x", replaced(depth, R"("U":50093239189,)", "")), Reason::FieldMissing, "data.U"},
      {replaced(depth, R"("U":50093239189)", R"("U":"1")"), Reason::FieldType, "U"},
      {replaced(depth, R"("U":50093239189)", R"("U":-1)"), Reason::FieldOutOfRange, "U"},
      {replaced(depth, R"("U":50093239189)", R"("U":50093239203)"), Reason::FieldOutOfRange, "u"},
      {replaced(depth, R"("E":1723161255208)", R"("E":9000000000001)"), Reason::FieldOutOfRange,
       "E"},
      {replaced(depth, R"("s":"BTCUSDT")", R"("s":"")"), Reason::FieldEmpty, "s"},
      {replaced(depth, R"("s":)", R"("u":1,"s":)"), Reason::JsonDuplicateKey, "u"},
      {replaced(depth, R"("61737.63000000")", "61737.63"), Reason::FieldType, "b"},
      {replaced(depth, R"("61737.63000000")", R"("1e5")"), Reason::NumberExponent, "b"},
      {replaced(depth, R"("61737.63000000")", R"("1.123456789")"), Reason::NumberTooManyDecimals,
       "b"},
      {replaced(depth, R"("61737.63000000")", R"("99999999999999")"), Reason::NumberOutOfRange,
       "b"},
      {replaced(depth, R"("61737.63000000")", R"("0")"), Reason::FieldOutOfRange, "b"},
      {replaced(depth, R"("61737.63000000")", R"("")"), Reason::FieldValue, "b"},
      {replaced(depth, R"("0.32332000")", R"("-1")"), Reason::FieldOutOfRange, "a"},
      {replaced(depth, R"(,"0.32332000")", ""), Reason::FieldValue, "a"},
      {replaced(depth, R"("0.32332000")", R"("1","2")"), Reason::FieldValue, "a"},
      {replaced(ticker, R"("A":"1.54698000")", R"("A":null)"), Reason::FieldType, "A"},
      {replaced(ticker, R"("b":"61837.63000000",)", ""), Reason::FieldMissing, "b"},
      {replaced(trade, R"("q":"0.02000000")", R"("q":"0")"), Reason::FieldOutOfRange, "q"},
      {replaced(trade, R"("t":3735683259,)", ""), Reason::FieldMissing, "t"},
      {R"({"e":"serverShutdown"})", Reason::FieldMissing, "E"},
  };
  MarketDecoder decoder;
  for (const Row& row : rows) {
    const auto event = decoder.read(row.frame);
    ASSERT_FALSE(event) << row.frame;
    EXPECT_EQ(info(event.error().reason).code, info(row.reason).code) << row.frame;
    EXPECT_EQ(event.error().field, row.field) << row.frame;
  }
  EXPECT_EQ(decoder.read_snapshot(R"({"bids":[],"asks":[]})").error().field, "lastUpdateId");
  EXPECT_EQ(decoder.read_snapshot(R"({"lastUpdateId":1,"bids":[]})").error().field, "asks");
  EXPECT_EQ(decoder.read_snapshot(R"({"code":-1121,"msg":"x"})").error().field, "lastUpdateId");
  EXPECT_TRUE(decoder.read(depth)) << "a bad frame spoils nothing";
}

TEST(MarketDecoderTest, AnyCutOrChangedByteIsAnAnswer) {
  MarketDecoder decoder;
  for (const std::string frame : {kDepth, kTicker, kTrade}) {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      EXPECT_FALSE(decoder.read(frame.substr(0, i))) << i;
      for (const char c : {'"', '{', ']', '9', ' ', '\0'}) {
        std::string changed = frame;
        changed[i] = c;
        (void)decoder.read(changed).has_value();
      }
    }
  }
  EXPECT_TRUE(decoder.read(kDepth));
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
