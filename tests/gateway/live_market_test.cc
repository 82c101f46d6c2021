// SPDX-License-Identifier: Apache-2.0
#include "gateway/live_market.h"

#include <gtest/gtest.h>

#include "sim/market/source.h"
#include "tests/support/temporary_directory.h"
#include "tests/venues/scripted_transport.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kSecond = kNanosPerSecond;
const std::string kTarget = "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade";

std::string n(std::int64_t value) {
  return std::to_string(value);
}
std::string on_stream(const std::string& name, const std::string& data) {
  return R"({"stream":"btcusdt@)" + name + R"(","data":)" + data + "}";
}
std::string depth(std::int64_t first, std::int64_t last) {
  return on_stream("depth@100ms", R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":)" + n(first) +
                                      R"(,"u":)" + n(last) + R"(,"b":[["99.0",")" + n(last) +
                                      R"("]],"a":[]})");
}
std::string ticker(std::int64_t id) {
  return on_stream("bookTicker",
                   R"({"u":)" + n(id) + R"(,"s":"BTCUSDT","b":"99","B":"7","a":"101","A":"8"})");
}
std::string trade(std::int64_t id) {
  return on_stream("trade", R"({"e":"trade","E":1,"s":"BTCUSDT","t":)" + n(id) +
                                R"(,"p":"100","q":"1","T":1,"m":true,"M":true})");
}
std::string book(std::int64_t last) {
  return R"({"lastUpdateId":)" + n(last) + R"(,"bids":[["99","1"]],"asks":[["101","1"]]})";
}

class LiveMarketTest : public ::testing::Test {
 protected:
  void make(const std::string& recording = "") {
    market_ = std::make_unique<LiveMarket>(
        transport_, LiveMarket::Options{.place = live_place("live").value().value(),
                                        .symbol = Symbol("BTCUSDT"),
                                        .id = sim::SymbolId(0),
                                        .recording = recording});
  }
  // Connected, with a book as of 100.
  void make_whole(const std::string& recording = "") {
    make(recording);
    transport_.open(0);
    transport_.answer(0, 200, book(100));
    EXPECT_EQ(told(), "book 100");
  }
  // What it tells, an event a word, in order; times must not run backwards.
  std::string told() {
    std::string text;
    for (;;) {
      const auto event = market_->next();
      if (!event) return text + to_text(event.error());
      if (*event == nullptr) return text;
      const sim::MarketEvent& it = **event;
      EXPECT_GE(it.receive_time.value(), last_time_);
      last_time_ = it.receive_time.value();
      if (!text.empty()) text += ", ";
      switch (it.kind) {
        case sim::MarketKind::Snapshot:
          text += "book " + n(it.last_id);
          EXPECT_EQ(it.asks.size(), 1U);
          break;
        case sim::MarketKind::Depth:
          text += "depth " + n(it.first_id) + "-" + n(it.last_id);
          EXPECT_EQ(it.bids[0].quantity, Qty::of(it.last_id));
          break;
        case sim::MarketKind::BookTicker:
          text += "ticker " + n(it.last_id);
          break;
        case sim::MarketKind::Trade:
          text += "trade " + n(it.trade_id);
          break;
      }
    }
  }
  [[nodiscard]] std::size_t unanswered() const {
    return static_cast<std::size_t>(
        std::count_if(transport_.asked.begin(), transport_.asked.end(),
                      [](const auto& asked) { return asked->done != nullptr; }));
  }

  clawgate::testing::ScriptedTransport transport_{UnixNanos(1'000 * kSecond)};
  std::unique_ptr<LiveMarket> market_;
  std::int64_t last_time_ = 0;
};

TEST_F(LiveMarketTest, ItIsHeardWhereTheWordSays) {
  const auto place = live_place("live").value().value();
  EXPECT_EQ(place.rest.host, "data-api.binance.vision");
  EXPECT_EQ(place.stream.host, "stream.binance.com");
  EXPECT_EQ(place.stream.port, 9443);
  EXPECT_TRUE(place.rest.tls && place.stream.tls);
  EXPECT_EQ(live_place("live:http://127.0.0.1:81").value().value().stream.port, 81);
  EXPECT_FALSE(live_place("synthetic:1").value());
  EXPECT_FALSE(live_place("lively").value());
  EXPECT_EQ(live_place("live:").error().reason, Reason::UsageOption);
  EXPECT_EQ(live_place("live:https://api.binance.com.evil.org").error().reason,
            Reason::HostNotListed);
  EXPECT_EQ(live_place("live:https://ws-api.binance.com").error().reason, Reason::HostNotListed);
  EXPECT_EQ(live_place("live:http://stream.binance.com").error().reason, Reason::HostForm);
}

TEST_F(LiveMarketTest, TheBookComesFirstAndThenWhatFollowsOnIt) {
  make();
  ASSERT_EQ(transport_.peers[0]->path, kTarget);
  transport_.open(0);
  transport_.say(0, ticker(98));
  transport_.say(0, trade(1));
  transport_.say(0, depth(97, 99));
  transport_.say(0, depth(100, 102));
  EXPECT_EQ(told(), "");
  ASSERT_EQ(transport_.asked[0]->request.target, "/api/v3/depth?symbol=BTCUSDT&limit=1000");
  transport_.pass(kSecond);
  transport_.answer(0, 200, book(101));
  transport_.say(0, depth(103, 103));
  transport_.say(0, trade(2));
  transport_.say(0, ticker(103));
  EXPECT_EQ(told(), "book 101, depth 100-102, depth 103-103, trade 2, ticker 103");
  EXPECT_EQ(market_->counts().events(), 5);
  EXPECT_EQ(market_->counts().before_snapshot, 2);
}

TEST_F(LiveMarketTest, ABookOlderThanWhatMustFollowIsAskedForAgain) {
  make();
  transport_.open(0);
  transport_.say(0, depth(100, 102));
  transport_.answer(0, 200, book(98));  // 99 is missing
  EXPECT_EQ(told(), "");
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.asked.size(), 2U);
  transport_.answer(1, 200, book(99));
  EXPECT_EQ(told(), "book 99, depth 100-102");
}

TEST_F(LiveMarketTest, AfterAGapTheWholeBookComesFirst) {
  make_whole();
  transport_.say(0, depth(102, 103));  // 101 is missing
  transport_.say(0, depth(104, 104));
  transport_.say(0, trade(5));
  EXPECT_EQ(told(), "trade 5");
  EXPECT_EQ(unanswered(), 1U);
  transport_.answer(1, 200, book(103));
  EXPECT_EQ(told(), "book 103, depth 104-104");
}

TEST_F(LiveMarketTest, WhatTheBookHoldsIsNotToldAgain) {
  make_whole();
  transport_.say(0, depth(98, 100));
  transport_.say(0, depth(101, 101));
  EXPECT_EQ(told(), "depth 101-101");
  EXPECT_EQ(market_->counts().stale, 1);
}

TEST_F(LiveMarketTest, ItConnectsAgainAndMissesNothing) {
  make_whole();
  transport_.cut(0);
  EXPECT_EQ(market_->trouble(), "cut");
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  transport_.say(1, depth(105, 106));
  EXPECT_EQ(told(), "");
  transport_.answer(1, 200, book(100));  // as old as ours, and 101 to 104 are missing
  transport_.pass(kSecond);
  transport_.answer(2, 200, book(105));
  EXPECT_EQ(told(), "book 105, depth 105-106");
  EXPECT_EQ(market_->connects(), 2U);
}

TEST_F(LiveMarketTest, AMarketThatSaidNothingMeanwhileNeedsNoNewBook) {
  make_whole();
  transport_.cut(0);
  transport_.pass(kSecond);
  transport_.open(1);
  transport_.answer(1, 200, book(100));
  transport_.say(1, depth(101, 101));
  EXPECT_EQ(told(), "depth 101-101");
}

TEST_F(LiveMarketTest, AConnectionThatIsSilentIsReplaced) {
  make_whole();
  transport_.pass(59 * kSecond);
  EXPECT_EQ(transport_.peers.size(), 1U);
  transport_.pass(10 * kSecond);
  EXPECT_EQ(transport_.peers.size(), 2U);
  EXPECT_EQ(market_->trouble(), "silent");
}

TEST_F(LiveMarketTest, AConnectionThatNeverOpensIsReplacedToo) {
  make();
  transport_.pass(70 * kSecond);
  EXPECT_EQ(transport_.peers.size(), 2U);
}

TEST_F(LiveMarketTest, ALimitIsKept) {
  make();
  transport_.open(0);
  transport_.answer(0, 429, "", {{"retry-after", "20"}});
  EXPECT_EQ(market_->trouble(), "status 429");
  transport_.pass(19 * kSecond);
  EXPECT_EQ(transport_.asked.size(), 1U);
  transport_.pass(2 * kSecond);
  EXPECT_EQ(transport_.asked.size(), 2U);
}

TEST_F(LiveMarketTest, NonsenseIsCountedAndPassedOver) {
  make_whole();
  transport_.say(0, "nonsense");
  transport_.say(0, R"({"stream":"ethusdt@trade","data":{}})");
  transport_.say(0, R"({"stream":"!serverShutdown","data":{}})");
  transport_.say(0, book(200));  // no stream says one
  EXPECT_EQ(told(), "");
  EXPECT_EQ(market_->unreadable(), 3U);
  transport_.say(0, depth(101, 101));
  EXPECT_EQ(told(), "depth 101-101");
}

TEST_F(LiveMarketTest, ABookThatCannotBeReadIsAskedForAgain) {
  make();
  transport_.open(0);
  transport_.answer(0, 200, "{}");
  EXPECT_EQ(told(), "");
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.asked.size(), 2U);
  transport_.fail(1);
  transport_.pass(2 * kSecond);
  ASSERT_EQ(transport_.asked.size(), 3U);
  transport_.answer(2, 200, book(100));
  EXPECT_EQ(told(), "book 100");
}

// What it told can be told again: the recording is one.
TEST_F(LiveMarketTest, WhatItKeepsIsARecording) {
  const clawgate::testing::TemporaryDirectory folder;
  const std::string file = (folder.path() / "live.txt").string();
  make_whole(file);
  transport_.say(0, depth(101, 101));
  transport_.say(0, depth(103, 103));
  transport_.say(0, trade(7));
  transport_.answer(1, 200, book(103) + "\n");
  transport_.say(0, ticker(104));
  EXPECT_EQ(told(), "depth 101-101, trade 7, book 103, ticker 104");
  const auto recording = sim::open_recording({file}, sim::SymbolId(0), "BTCUSDT");
  ASSERT_TRUE(recording) << to_text(recording.error());
  std::int64_t events = 0;
  for (auto event = (*recording)->next(); event && *event != nullptr;
       event = (*recording)->next()) {
    ++events;
  }
  EXPECT_EQ(events, 5);
  EXPECT_EQ((*recording)->counts().events(), 5);
  EXPECT_EQ((*recording)->counts().stale, 0);
}

TEST_F(LiveMarketTest, ARecordingThatCannotBeKeptIsAnError) {
  make("/proc/nowhere/live.txt");
  EXPECT_NE(told().find("--record"), std::string::npos);
}

}  // namespace
}  // namespace clawgate::gateway
