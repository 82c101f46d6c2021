// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/mutate.h"
#include "tests/fuzz/sim_targets.h"
#include "tests/fuzz/venue_targets.h"

// The targets over their seeds and over mutations that are the same in every run.

namespace clawgate::fuzz {
namespace {

constexpr int kMutations = 20'000;

/// The venue's contracts' good and bad documents, and one of each kind of market data.
std::vector<std::string> venue_seeds() {
  std::vector<std::string> texts;
  const std::filesystem::path root =
      std::filesystem::path(CLAWGATE_SOURCE_DIR) / "venues" / "binance_spot" / "contracts";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "fixtures")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

std::vector<std::string> market_seeds() {
  return {
      R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1767603600000,)"
      R"("s":"BTCUSDT","U":157,"u":160,"b":[["60000.00","0.5"],["59999.99","0"]],)"
      R"("a":[["60000.01","1.00000000"]]}})",
      R"({"u":400900217,"s":"BTCUSDT","b":"25.35190000","B":"31.21","a":"25.3652","A":"40.66"})",
      R"({"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100",)"
      R"("T":1672515782136,"m":true,"M":true})",
      R"({"e":"aggTrade","E":1672515782136,"s":"BTCUSDT","a":12345,"p":"0.001","q":"100",)"
      R"("f":100,"l":105,"T":1672515782136,"m":true,"M":true})",
      R"({"lastUpdateId":1027024,"bids":[["4.00000000","431.0"]],"asks":[["4.00000200","12.0"]]})",
      R"({"mins":5,"price":"9.35751834","closeTime":1694061154503})",
      R"({"event":{"e":"serverShutdown","E":1770123456789}})",
      R"({"result":null,"id":1})",
  };
}

std::vector<std::string> sim_seeds() {
  std::vector<std::string> texts;
  for (char choice = 0; choice < 20; ++choice) {
    const std::string first(1, choice);
    for (const std::string_view query :
         {"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=49000",
          "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=100.5&newOrderRespType=FULL",
          "symbol=BTCUSDT&orderId=1&origClientOrderId=a&cancelRestrictions=ONLY_NEW",
          "symbol=BTCUSDT&interval=1M&limit=1000&startTime=1790000000000&fromId=0",
          "symbols=%5B%22BTCUSDT%22%5D&showPermissionSets=false",
          "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=49000&workingQuantity=1"
          "&workingTimeInForce=GTC&pendingType=STOP_LOSS&pendingSide=SELL&pendingQuantity=1"
          "&pendingStopPrice=40000"}) {
      texts.push_back(first + std::string(query));
    }
  }
  return texts;
}

std::vector<std::string> frame_seeds() {
  return {
      R"({"id":1,"method":"time"})",
      R"({"id":"a","method":"exchangeInfo","params":{"symbols":["BTCUSDT"]}})",
      R"({"id":null,"method":"depth","params":{"symbol":"BTCUSDT","limit":5}})",
      R"({"id":2,"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT",)"
      R"("timeInForce":"GTC","quantity":"0.001","price":"49000","timestamp":1790000000000,)"
      R"("apiKey":"fuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkey1",)"
      R"("signature":"00"}})",
      R"({"id":3,"method":"userDataStream.subscribe"})",
      R"({"id":4,"method":"session.logon","params":{"apiKey":"x","timestamp":1,"signature":"y"}})",
  };
}

std::vector<std::string> stream_seeds() {
  std::vector<std::string> texts;
  for (char target = 0; target < 5; ++target) {
    for (const std::string_view frame :
         {R"({"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@aggTrade"],"id":1})",
          R"({"method":"UNSUBSCRIBE","params":["btcusdt@trade","never@there"],"id":"a"})",
          R"({"method":"SET_PROPERTY","params":["combined",true],"id":null})",
          R"({"method":"GET_PROPERTY","params":["combined"],"id":-4})",
          R"({"method":"LIST_SUBSCRIPTIONS"})", "btcusdt@bookTicker/btcusdt@ticker_1h"}) {
      texts.push_back(std::string(1, target) + std::string(frame));
    }
  }
  return texts;
}

std::vector<std::string> control_seeds() {
  const std::string deposit(1, 0);
  const std::string fault(1, 1);
  const std::string key = std::string(1, 3) + R"({"key":"fuzzkeyfuzzkeyfuzzkeyfuzzkeyfuzzkey)"
                                              R"(fuzzkeyfuzzkeyfuzzkeyfuzzkey1",)";
  return {
      deposit + R"({"account":0,"asset":"USDT","amount":"100"})",
      deposit + R"({"account":"0","asset":"BTC","amount":-1})",
      fault + R"({"fault":"timeout_executed","count":1,"probability":"0.05","ms":1000})",
      fault + R"({"fault":"clock_skew","ms":-1000})",
      key + R"("enableSpotAndMarginTrading":false,"enableWithdrawals":true})",
      key + R"("enableReading":0,"colour":true})",
  };
}

template <class Target>
void run(Target&& target, const std::vector<std::string>& seeds, int mutations) {
  ASSERT_FALSE(seeds.empty());
  target(std::string_view());
  for (const std::string& seed : seeds) target(seed);
  std::mt19937_64 random(20261121);
  for (int i = 0; i < mutations; ++i) {
    target(mutated(seeds[static_cast<std::size_t>(i) % seeds.size()], seeds, random));
  }
}

TEST(WireTargetsTest, RepliesHold) {
  ASSERT_GT(venue_seeds().size(), 150U);
  run(venue_reply, venue_seeds(), kMutations);
}

TEST(WireTargetsTest, FramesAndUserEventsHold) {
  run(venue_frame, venue_seeds(), kMutations);
}

TEST(WireTargetsTest, ErrorsHold) {
  run(venue_error, venue_seeds(), kMutations);
}

TEST(WireTargetsTest, MarketDataHolds) {
  run(venue_market, market_seeds(), kMutations);
}

TEST(WireTargetsTest, TheSimulatorsRestHolds) {
  run(sim_rest, sim_seeds(), kMutations / 4);
}

TEST(WireTargetsTest, TheSimulatorsFramesHold) {
  run(sim_frame, frame_seeds(), kMutations / 4);
}

TEST(WireTargetsTest, TheSimulatorsStreamsHold) {
  run(sim_stream, stream_seeds(), kMutations / 4);
}

TEST(WireTargetsTest, TheSimulatorsControlHolds) {
  run(sim_control, control_seeds(), kMutations / 4);
}

}  // namespace
}  // namespace clawgate::fuzz
