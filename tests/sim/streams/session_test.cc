// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "sim/market/source.h"
#include "tests/sim/exchange/desk.h"
#include "tests/sim/streams/stream_client.h"

// Subscriptions, their errors, and what each stream says.

namespace clawgate::sim {
namespace {

using Texts = std::vector<std::string>;

class StreamsTest : public ::testing::Test {
 protected:
  void pass(std::int64_t ms) {
    desk_.now = TimeNs(desk_.now.value() + ms * 1'000'000);
    streams_.flush();
  }
  // What a client of the one stream hears of what `what` does.
  template <class What>
  Texts heard(std::string_view stream, What what) {
    StreamClient client(streams_, "/ws/" + std::string(stream));
    what();
    streams_.flush();
    return client.take();
  }

  Desk desk_;
  MarketStreams streams_{desk_.exchange, [this] { return desk_.now; }};
};

// A frame that is no UTF-8 would end the connection.
TEST_F(StreamsTest, ANameThatIsNoTextIsNotTaken) {
  StreamClient client(streams_, "/stream?streams=%FF@trade/btcusdt@trade/%E5%B8%81usdt@trade/\xC3");
  client.say(R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  EXPECT_EQ(client.take(),
            Texts{"{\"result\":[\"btcusdt@trade\",\"\xE5\xB8\x81usdt@trade\"],\"id\":1}"});
}

TEST_F(StreamsTest, RequestsAndTheirErrors) {
  StreamClient client(streams_, "/ws/0");
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"method":"SUBSCRIBE","params":["btcusdt@trade","x@y"],"id":1})",
       R"({"result":null,"id":1})"},
      {R"({"method":"LIST_SUBSCRIPTIONS","id":"abc"})",
       R"({"result":["0","btcusdt@trade","x@y"],"id":"abc"})"},
      {R"({"method":"UNSUBSCRIBE","params":["x@y","never@there"],"id":null})",
       R"({"result":null,"id":null})"},
      {R"({"method":"LIST_SUBSCRIPTIONS"})", R"({"result":["0","btcusdt@trade"],"id":null})"},
      {R"({"method":"GET_PROPERTY","params":["combined"],"id":2})", R"({"result":false,"id":2})"},
      {R"({"method":"SET_PROPERTY","params":["combined",true],"id":3})",
       R"({"result":null,"id":3})"},
      {R"({"method":"GET_PROPERTY","params":["combined"],"id":4})", R"({"result":true,"id":4})"},
      {R"({"method":"SET_PROPERTY","params":["combined",1],"id":5})",
       R"({"code":1,"msg":"Invalid value type: expected Boolean","id":5})"},
      {R"({"method":"SET_PROPERTY","params":["nope",true],"id":6})",
       R"({"code":0,"msg":"Unknown property","id":6})"},
      {R"({"method":"SET_PROPERTY","params":[1,true],"id":7})",
       R"({"code":2,"msg":"Invalid request: property name must be a string","id":7})"},
      {R"({"method":"SET_PROPERTY","params":["combined",true,1],"id":8})",
       R"({"code":2,"msg":"Invalid request: too many parameters","id":8})"},
      {R"({"method":"GET_PROPERTY","params":["combined",1],"id":9})",
       R"({"code":2,"msg":"Invalid request: too many parameters","id":9})"},
      {R"({"params":[],"id":1})",
       R"({"code":2,"msg":"Invalid request: missing field `method` at line 1 column 1"})"},
      {R"({"method":"SUBSCRIBE","params":[],"id":1.5})",
       R"({"code":2,"msg":"Invalid request: request ID must be an unsigned integer"})"},
      {R"({"method":"SUBSCRIBE","id":10})",
       R"({"code":2,"msg":"Invalid request: missing field `params` at line 1 column 1","id":10})"},
      {"nonsense", R"({"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"})"},
      {"[]", R"({"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"})"},
  };
  for (const auto& [said, answered] : rows) {
    client.say(said);
    EXPECT_EQ(client.take(), Texts{std::string(answered)}) << said;
  }
  client.say(R"({"method":"FLY","id":11})");
  EXPECT_TRUE(client.take().at(0).starts_with(
      R"({"code":2,"msg":"Invalid request: unknown variant `FLY`, expected one of `SUBSCRIBE`)"));
}

TEST_F(StreamsTest, AConnectionTakesAThousandAndTwentyFourStreams) {
  StreamClient client(streams_, "/ws");
  std::string names = "\"a\"";
  for (int i = 1; i < 1'024; ++i) names += ",\"s" + std::to_string(i) + "\"";
  client.say(R"({"method":"SUBSCRIBE","params":[)" + names + R"(],"id":1})");
  EXPECT_EQ(client.take(), Texts{R"({"result":null,"id":1})"});
  client.say(R"({"method":"SUBSCRIBE","params":["one"],"id":2})");
  EXPECT_EQ(client.take(),
            Texts{R"({"code":2,"msg":"Invalid request: too many parameters","id":2})"});
}

TEST_F(StreamsTest, CombinedStreamsAreWrappedAndUnitsChosen) {
  StreamClient combined(streams_, "/stream?streams=btcusdt@trade/nope@trade&timeUnit=MICROSECOND");
  StreamClient raw(streams_, "/ws/btcusdt%40trade");
  StreamClient other(streams_, "/ws/ethusdt@trade");
  StreamClient empty(streams_, "/stream?streams=");
  desk_.outside_trade("50000", "0.5", true);
  EXPECT_EQ(combined.take(),
            Texts{R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000000000,)"
                  R"("s":"BTCUSDT","t":1,"p":"50000.00000000","q":"0.50000000",)"
                  R"("T":1700000000000000,"m":true,"M":true}})"});
  EXPECT_EQ(raw.take(), Texts{R"({"e":"trade","E":1700000000000,"s":"BTCUSDT","t":1,)"
                              R"("p":"50000.00000000","q":"0.50000000","T":1700000000000,)"
                              R"("m":true,"M":true})"});
  EXPECT_TRUE(other.take().empty());
  EXPECT_TRUE(empty.take().empty());
  raw.say(R"({"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":1})");
  raw.texts.clear();
  desk_.outside_trade("50000", "0.5", true);
  EXPECT_TRUE(raw.take().empty());
  EXPECT_EQ(combined.take().size(), 1U);
}

TEST_F(StreamsTest, OwnFillsAreTradesAndOneAggregate) {
  const AccountId maker = desk_.open("100000", "10");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(desk_.place_as(maker, Desk::limit(Side::Sell, "0.1", "50000.5")));
  }
  StreamClient trades(streams_, "/ws/btcusdt@trade");
  const Texts aggregates = heard("btcusdt@aggTrade", [&] {
    EXPECT_EQ(desk_.placed(Desk::limit(Side::Buy, "0.3", "50000.5")).order.status,
              OrderStatus::Filled);
  });
  EXPECT_EQ(trades.take().size(), 3U);
  EXPECT_EQ(aggregates,
            Texts{R"({"e":"aggTrade","E":1700000000000,"s":"BTCUSDT","a":1,"p":"50000.50000000",)"
                  R"("q":"0.30000000","f":1,"l":3,"T":1700000000000,"m":false,"M":true})"});
}

TEST_F(StreamsTest, KlinesTellTheOpenBarAndThatItClosed) {
  StreamClient client(streams_, "/ws/btcusdt@kline_1m");
  desk_.outside_trade("50000", "1", true);
  pass(2'000);
  ASSERT_EQ(client.messages.size(), 1U);
  EXPECT_FALSE(client.messages[0].find("k")->find("x")->boolean);
  pass(2'000);
  EXPECT_EQ(client.messages.size(), 1U) << "no trade, nothing to tell";
  pass(60'000);
  ASSERT_EQ(client.messages.size(), 3U);
  EXPECT_TRUE(client.messages[1].find("k")->find("x")->boolean);
  EXPECT_EQ(text_of(*client.messages[1].find("k"), "v"), "1.00000000");
  EXPECT_FALSE(client.messages[2].find("k")->find("x")->boolean);
  EXPECT_EQ(text_of(*client.messages[2].find("k"), "o"), "50000.00000000");
  EXPECT_EQ(text_of(*client.messages[2].find("k"), "n"), "0");
}

TEST_F(StreamsTest, TickersAndAveragesComeOnceASecondWhenThereIsNews) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"btcusdt@miniTicker", R"("c":"51000.00000000","o":"50000.00000000","h":"51000.00000000",)"
                             R"("l":"50000.00000000","v":"2.00000000","q":"101000.00000000"})"},
      {"btcusdt@ticker", R"("p":"1000.00000000","P":"2.000","w":"50500.00000000")"},
      {"btcusdt@ticker_1h", R"("e":"1hTicker")"},
      {"btcusdt@avgPrice", R"("e":"avgPrice")"},
      {"!miniTicker@arr", R"([{"e":"24hrMiniTicker")"},
  };
  for (const auto& [stream, part] : rows) {
    Desk desk;
    MarketStreams streams(desk.exchange, [&] { return desk.now; });
    StreamClient client(streams, "/ws/" + std::string(stream));
    desk.outside_trade("50000", "1", true);
    desk.outside_trade("51000", "1", false);
    for (int i = 0; i < 3; ++i) {
      streams.flush();
      desk.now = TimeNs(desk.now.value() + 400'000'000);
    }
    ASSERT_EQ(client.texts.size(), 1U) << stream;
    EXPECT_NE(client.texts[0].find(part), std::string::npos) << client.texts[0];
  }
}

TEST_F(StreamsTest, AShutdownIsAnnouncedToAll) {
  StreamClient raw(streams_, "/ws");
  StreamClient combined(streams_, "/stream");
  streams_.announce_shutdown();
  EXPECT_EQ(raw.take(), Texts{R"({"e":"serverShutdown","E":1700000000000})"});
  EXPECT_EQ(
      combined.take(),
      Texts{R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1700000000000}})"});
}

// The fault clock_skew moves the clock that everything is stamped with, and nothing else.
TEST_F(StreamsTest, EventsAreStampedWithTheServersClock) {
  const auto stamped = [](std::int64_t skew_ms) {
    Desk desk;
    MarketStreams streams(
        desk.exchange, [&] { return desk.now; }, [&] { return skew_ms * 1'000'000; });
    StreamClient client(streams,
                        "/ws/btcusdt@trade/btcusdt@aggTrade/btcusdt@depth@100ms/btcusdt@kline_1m/"
                        "btcusdt@miniTicker/btcusdt@ticker/btcusdt@avgPrice");
    SyntheticOptions options;
    options.symbol = desk.symbol;
    options.start_price = Px::of(50'000);
    const auto source = make_synthetic(options).value();
    for (int i = 0; i < 2'000; ++i) {
      const MarketEvent* const event = *source->next();
      desk.now = event->receive_time;
      desk.exchange.apply(*event, desk.now);
      streams.publish(*event);
    }
    std::map<std::string, std::int64_t> newest;  // by event
    for (const Json& message : client.messages) {
      newest[text_of(message, "e")] = number_of(message, "E");
    }
    return newest;
  };
  const auto plain = stamped(0);
  EXPECT_EQ(plain.size(), 7U);
  for (const std::int64_t skew_ms : {60'000, -60'000}) {
    const auto skewed = stamped(skew_ms);
    EXPECT_EQ(skewed.size(), plain.size());
    for (const auto& [name, time] : skewed) EXPECT_EQ(time - plain.at(name), skew_ms) << name;
  }
}

}  // namespace
}  // namespace clawgate::sim
