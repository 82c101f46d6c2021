// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/market_feed.h"

#include <gtest/gtest.h>

#include "tests/venues/scripted_transport.h"

namespace clawgate::venues::binance_spot {
namespace {

using Kind = MarketAlarm::Kind;
constexpr InstrumentId kBtc{1};
constexpr InstrumentId kEth{2};
constexpr std::int64_t kSecond = kNanosPerSecond;
constexpr std::int64_t kHour = 3600 * kSecond;

class Inbox final : public VenueInbox {
 public:
  bool put(const VenueInput&) override { return true; }
  void market(const MarketTop& top) override { tops.push_back(top); }
  std::vector<MarketTop> tops;
};

std::string n(std::int64_t value) {
  return std::to_string(value);
}

// A change that sets the best bid's quantity to its last id: so a top tells which update it is of.
std::string depth(std::int64_t first, std::int64_t last, const std::string& symbol = "BTCUSDT",
                  std::int64_t event_ms = 1) {
  return R"({"stream":"x","data":{"e":"depthUpdate","E":)" + n(event_ms) + R"(,"s":")" + symbol +
         R"(","U":)" + n(first) + R"(,"u":)" + n(last) + R"(,"b":[["99",")" + n(last) +
         R"("]],"a":[]}})";
}
std::string snapshot(std::int64_t last) {
  return R"({"lastUpdateId":)" + n(last) + R"(,"bids":[["99",")" + n(last) +
         R"("]],"asks":[["101","1"]]})";
}
std::string ticker(std::int64_t id, int bid, int ask) {
  return R"({"stream":"x","data":{"u":)" + n(id) + R"(,"s":"BTCUSDT","b":")" + n(bid) +
         R"(","B":"7","a":")" + n(ask) + R"(","A":"8"}})";
}
std::string trade(std::int64_t id, int price) {
  return R"({"stream":"x","data":{"e":"trade","E":1,"s":"BTCUSDT","t":)" + n(id) + R"(,"p":")" +
         n(price) + R"(","q":"1","T":1,"m":true,"M":true}})";
}
const std::string kShutdown = R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}})";

class MarketFeedTest : public ::testing::Test {
 protected:
  void make(bool with_eth = false) {
    MarketFeedOptions options;
    options.stream = {.tls = true, .host = "stream", .port = 443};
    options.rest = {.tls = true, .host = "rest", .port = 443, .path = "/api"};
    options.symbols = {{Symbol("BTCUSDT"), kBtc}};
    if (with_eth) options.symbols.push_back({Symbol("ETHUSDT"), kEth});
    options.random_bits = [this] { return random_; };
    if (offset_ns_) options.clock_offset_ns = [this] { return *offset_ns_; };
    feed_ = std::make_unique<MarketFeed>(transport_, inbox_, limits_, options,
                                         [this](const MarketAlarm& it) { alarms_.push_back(it); });
    feed_->start();
  }

  // The request of that kind which waits for its answer; fails the test when there is none.
  std::size_t waiting(const std::string& target) {
    for (std::size_t i = 0; i < transport_.asked.size(); ++i) {
      const auto& asked = *transport_.asked[i];
      if (asked.done && asked.request.target.starts_with(target)) return i;
    }
    ADD_FAILURE() << "nobody asks " << target;
    return 0;
  }
  bool is_waiting(const std::string& target) const {
    for (const auto& asked : transport_.asked) {
      if (asked->done && asked->request.target.starts_with(target)) return true;
    }
    return false;
  }
  void answer_snapshot(std::int64_t last, const std::string& symbol = "BTCUSDT") {
    transport_.answer(waiting("/api/v3/depth?symbol=" + symbol + "&limit=5000"), 200,
                      snapshot(last));
  }
  // Well-formed, with an id that the stream will never reach.
  void answer_wrong_snapshot() {
    transport_.answer(
        waiting("/api/v3/depth"), 200,
        R"({"lastUpdateId":1000000000000000,"bids":[["50","1"]],"asks":[["51","1"]]})");
  }
  void answer_average(const std::string& symbol = "BTCUSDT") {
    transport_.answer(waiting("/api/v3/avgPrice?symbol=" + symbol), 200,
                      R"({"mins":5,"price":"100.5","closeTime":1})");
  }

  // A feed in its ordinary life, at update 110.
  void make_live() {
    make();
    answer_average();
    transport_.open(0);
    say(depth(100, 105));
    answer_snapshot(103);
    say(depth(106, 110));
    ASSERT_TRUE(feed_->is_sure(kBtc));
    ASSERT_EQ(top_id(), 110);
  }

  // Of a budget of 1000 weight, in the minute that runs.
  void others_use(std::uint16_t weight) {
    limits_.set_limits({{RateLimit{RateKind::RequestWeight, RateUnit::Minute, 1, 1'000}}});
    CallInfo call = *server_time().info;
    call.weight = weight;
    ASSERT_TRUE(limits_.try_take(call, {transport_.now(), transport_.now()}));
    limits_.settle(call, {}, transport_.now());
  }

  void say(const std::string& text) { transport_.say(transport_.peers.size() - 1, text); }
  [[nodiscard]] std::size_t alive() const {
    std::size_t count = 0;
    for (const auto& peer : transport_.peers) count += peer->events != nullptr ? 1U : 0U;
    return count;
  }
  [[nodiscard]] std::int64_t top_id() const {
    return inbox_.tops.empty() ? -1 : inbox_.tops.back().bid_qty.raw() / Qty::kScale;
  }
  [[nodiscard]] int alarms(Kind kind, bool holds) const {
    int count = 0;
    for (const MarketAlarm& it : alarms_) count += it.kind == kind && it.holds == holds ? 1 : 0;
    return count;
  }
  // A live stream, a change every hundred milliseconds.
  void stream(std::int64_t ns, std::int64_t& id, const std::vector<std::size_t>& peers) {
    for (std::int64_t t = 0; t < ns; t += kSecond) {
      ++id;
      for (const std::size_t i : peers) transport_.say(i, depth(id, id));
      transport_.pass(kSecond);
    }
  }

  clawgate::testing::ScriptedTransport transport_{UnixNanos{1'700'000'000 * kSecond}};
  Inbox inbox_;
  std::vector<MarketAlarm> alarms_;
  std::uint64_t random_ = 0;
  std::optional<std::int64_t> offset_ns_;
  RateLimits limits_;
  std::unique_ptr<MarketFeed> feed_;
};
/// What went wrong for others, numbered as in the survey of them; see tests/world/peers_fixture.h.
class PeersTest : public MarketFeedTest {};

TEST_F(MarketFeedTest, ItSubscribesThenTakesASnapshotThenTells) {
  make(true);
  ASSERT_EQ(transport_.peers.size(), 1U);
  EXPECT_EQ(transport_.peers[0]->path,
            "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade/"
            "ethusdt@depth@100ms/ethusdt@bookTicker/ethusdt@trade");
  EXPECT_FALSE(is_waiting("/api/v3/depth")) << "no snapshot before the stream is open";
  answer_average("BTCUSDT");
  answer_average("ETHUSDT");
  transport_.open(0);
  say(depth(100, 105));
  say(depth(106, 110));
  EXPECT_TRUE(inbox_.tops.empty());
  answer_snapshot(103);
  ASSERT_EQ(inbox_.tops.size(), 1U);
  EXPECT_EQ(inbox_.tops[0].instrument, kBtc);
  EXPECT_EQ(top_id(), 110);
  EXPECT_EQ(inbox_.tops[0].ask, Px::of(101));
  EXPECT_EQ(inbox_.tops[0].average.raw(), 10'050'000'000);
  EXPECT_EQ(inbox_.tops[0].event_time, transport_.now());
  EXPECT_FALSE(feed_->is_sure(kEth));
}

TEST_F(MarketFeedTest, TickerAndTradeMakeTheTopNewer) {
  make_live();
  say(ticker(112, 98, 102));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(98));
  EXPECT_EQ(inbox_.tops.back().ask_qty, Qty::of(8));
  say(trade(5, 77));
  EXPECT_EQ(inbox_.tops.back().last, Px::of(77));
  const std::size_t tops = inbox_.tops.size();
  say(ticker(111, 1, 2));
  say(trade(5, 1));
  say(depth(108, 110));
  EXPECT_EQ(inbox_.tops.size(), tops) << "old news";
  say(depth(111, 115));
  EXPECT_EQ(top_id(), 115) << "the book is newer than the ticker";
}

// The trades that follow a wrong id are told, not taken for repetitions of old ones.
TEST_F(MarketFeedTest, AWrongTradeIdFreezesNoPrice) {
  make_live();
  say(trade(500, 77));
  say(trade(4'000'000'000'000, 1));
  say(trade(501, 78));
  EXPECT_EQ(inbox_.tops.back().last, Px::of(78));
  const std::int64_t reach = SymbolFeed::kReachMax;
  say(trade(501 + reach, 79));
  const std::size_t tops = inbox_.tops.size();
  say(trade(501, 78));
  EXPECT_EQ(inbox_.tops.size(), tops) << "the other connection's, late";
  say(trade(500, 80));
  EXPECT_EQ(inbox_.tops.back().last, Px::of(80));
}

// Nobody asks for them; one tells of many trades under an id of another count.
TEST_F(MarketFeedTest, AnAggregateTradeIsNoTrade) {
  make_live();
  say(trade(5, 77));
  const std::size_t tops = inbox_.tops.size();
  say(R"({"stream":"x","data":{"e":"aggTrade","E":1,"s":"BTCUSDT","a":6,"p":"78","q":"1","f":1,"l":9,"T":1,"m":true,"M":true}})");
  EXPECT_EQ(inbox_.tops.size(), tops);
  EXPECT_EQ(feed_->counts().others, 1U);
  EXPECT_EQ(feed_->counts().unreadable, 0U);
  say(trade(6, 79));
  EXPECT_EQ(inbox_.tops.back().last, Px::of(79));
}

// A late connection must not look fresh, bookTicker included.
TEST_F(MarketFeedTest, TheTimeOfATopIsWhenTheVenueSaidIt) {
  offset_ns_ = 2 * kSecond;  // the venue's clock is ahead
  make_live();
  const std::int64_t venue_ms = transport_.now().value() / kNanosPerMilli + 2000;
  say(depth(111, 111, "BTCUSDT", venue_ms - 3000));
  EXPECT_EQ(inbox_.tops.back().event_time.value(), transport_.now().value() - 3 * kSecond);
  say(ticker(112, 98, 102));
  EXPECT_EQ(inbox_.tops.back().event_time.value(), transport_.now().value() - 3 * kSecond);
  say(depth(112, 113, "BTCUSDT", venue_ms + 500));
  EXPECT_EQ(inbox_.tops.back().event_time, transport_.now()) << "never in our future";
}

// A venue on which nothing was traded yet says 0: no average, and nothing to be alarmed about.
TEST_F(MarketFeedTest, AnAverageOfNothingIsAskedForAgain) {
  make();
  transport_.answer(waiting("/api/v3/avgPrice?symbol=BTCUSDT"), 200,
                    R"({"mins":5,"price":"0.00000000","closeTime":1})");
  transport_.open(0);
  say(depth(100, 105));
  answer_snapshot(103);
  say(depth(106, 110));
  EXPECT_TRUE(inbox_.tops.empty());
  EXPECT_TRUE(alarms_.empty());
  std::int64_t id = 110;
  stream(10 * kSecond, id, {0});
  EXPECT_TRUE(is_waiting("/api/v3/avgPrice"));
}

TEST_F(MarketFeedTest, NoTopWithoutAnAverageOrWithAnOldOne) {
  make();
  transport_.open(0);
  say(depth(100, 105));
  answer_snapshot(103);
  say(depth(106, 110));
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_TRUE(inbox_.tops.empty());
  answer_average();
  std::int64_t id = 110;
  stream(59 * kSecond, id, {0});
  EXPECT_EQ(top_id(), id);
  EXPECT_FALSE(is_waiting("/api/v3/avgPrice"));
  stream(2 * kSecond, id, {0});
  EXPECT_TRUE(is_waiting("/api/v3/avgPrice")) << "every minute";
  stream(240 * kSecond, id, {0});
  const std::size_t tops = inbox_.tops.size();
  stream(5 * kSecond, id, {0});
  EXPECT_EQ(inbox_.tops.size(), tops);
  answer_average();
  stream(kSecond, id, {0});
  EXPECT_EQ(top_id(), id);
}

TEST_F(MarketFeedTest, AStaleSnapshotIsAskedForAgain) {
  make();
  answer_average();
  transport_.open(0);
  say(depth(100, 105));
  answer_snapshot(98);  // 99 would be missing
  EXPECT_FALSE(feed_->is_sure(kBtc));
  EXPECT_EQ(feed_->counts().stale_snapshots, 1U);
  EXPECT_FALSE(is_waiting("/api/v3/depth")) << "not at once";
  transport_.pass(kSecond);
  answer_snapshot(99);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), 105);
}

// peers C 21: no top from a book with something missing.
TEST_F(PeersTest, C21_AGapStopsTheTopsUntilASnapshotFits) {
  make_live();
  say(depth(112, 115));
  EXPECT_FALSE(feed_->is_sure(kBtc));
  EXPECT_EQ(feed_->counts().resyncs, 1U);
  const std::size_t tops = inbox_.tops.size();
  say(depth(116, 120));
  say(ticker(121, 98, 102));
  say(trade(9, 100));
  EXPECT_EQ(inbox_.tops.size(), tops) << "not from a book that may be wrong";
  answer_snapshot(117);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(feed_->is_sure(kEth), false);
  EXPECT_GT(inbox_.tops.size(), tops);
}

TEST_F(PeersTest, C21_ACrossedBookIsResynced) {
  make_live();
  say(R"({"stream":"x","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":111,"u":111,"b":[["101","1"]],"a":[]}})");
  EXPECT_FALSE(feed_->is_sure(kBtc));
  answer_snapshot(112);
  EXPECT_TRUE(feed_->is_sure(kBtc));
}

// peers C 18: what is lost between a disconnect and the reconnect is noticed and filled.
TEST_F(PeersTest, C18_DataLostInADisconnectIsFilledBySnapshot) {
  make_live();
  transport_.cut(0);
  EXPECT_FALSE(feed_->is_sure(kBtc));
  EXPECT_EQ(alarms(Kind::Disconnected, true), 1);
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  EXPECT_EQ(alarms(Kind::Disconnected, false), 1);
  const std::size_t tops = inbox_.tops.size();
  say(ticker(131, 98, 102));
  EXPECT_EQ(inbox_.tops.size(), tops) << "nobody knows yet what was missed";
  say(depth(126, 130));  // 111 to 125 were lost
  EXPECT_EQ(inbox_.tops.size(), tops);
  EXPECT_EQ(feed_->counts().resyncs, 1U);
  answer_snapshot(128);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(inbox_.tops.size(), tops + 1);
}

TEST_F(PeersTest, C18_AReconnectThatLostNothingGoesOn) {
  make_live();
  transport_.cut(0);
  transport_.pass(kSecond);
  transport_.open(1);
  say(depth(111, 112));
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), 112);
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  answer_snapshot(111);  // asked for at the reconnect; older than the book by now
  EXPECT_EQ(top_id(), 112);
}

// A venue that starts again counts from one again: its market is back at once, not when its ids
// have overtaken those of before.
TEST_F(MarketFeedTest, AVenueThatCountsAnewIsFollowedFromItsNextSnapshot) {
  make_live();
  say(ticker(110, 98, 102));
  say(trade(500, 77));
  transport_.cut(0);
  transport_.pass(kSecond);
  transport_.open(1);
  answer_snapshot(3);  // nothing follows on it yet: it may be one of before
  EXPECT_FALSE(feed_->is_sure(kBtc));
  say(depth(4, 6));
  say(depth(7, 9));
  EXPECT_FALSE(feed_->is_sure(kBtc)) << "no snapshot of the new count";
  transport_.pass(2 * kSecond);
  answer_snapshot(5);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), 9);
  say(depth(10, 11));
  EXPECT_EQ(top_id(), 11);
  say(ticker(12, 97, 103));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(97)) << "ids of the ticker began anew too";
  say(trade(2, 88));
  EXPECT_EQ(inbox_.tops.back().last, Px::of(88)) << "and those of trades";
}

// A snapshot of a server that lags, with nothing new after it, takes no book away.
TEST_F(MarketFeedTest, AnOldSnapshotAfterAReconnectIsNoNewCount) {
  make_live();
  transport_.cut(0);
  transport_.pass(kSecond);
  transport_.open(1);
  say(depth(105, 107));  // told before
  answer_snapshot(107);
  EXPECT_FALSE(feed_->is_sure(kBtc));
  say(depth(111, 112));
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), 112);
  transport_.pass(2 * kSecond);
  EXPECT_TRUE(feed_->is_sure(kBtc));
}

// peers C 18: the cut at 24 h is certain, so a second connection stands before it.
TEST_F(PeersTest, C18_TwoConnectionsOverlapBeforeTheDailyCut) {
  make_live();
  std::int64_t id = 110;
  stream(23 * kHour, id, {0});
  EXPECT_EQ(transport_.peers.size(), 1U);
  while (transport_.peers.size() == 1 && id < 100'000) {
    if (is_waiting("/api/v3/avgPrice")) answer_average();
    stream(kSecond, id, {0});
  }
  ASSERT_EQ(transport_.peers.size(), 2U);
  stream(10 * kSecond, id, {0});
  EXPECT_EQ(alive(), 2U) << "the old one stays until the new one brings data";
  transport_.open(1);
  if (is_waiting("/api/v3/avgPrice")) answer_average();
  stream(2 * kSecond, id, {0, 1});
  EXPECT_EQ(alive(), 1U);
  EXPECT_NE(transport_.peers[1]->events, nullptr);
  stream(5 * kSecond, id, {1});
  EXPECT_EQ(top_id(), id);
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  EXPECT_EQ(feed_->counts().snapshots, 1U) << "nothing was lost, so nothing was filled";
  EXPECT_EQ(alarms(Kind::Disconnected, true), 0);
}

TEST_F(MarketFeedTest, AConnectionIsReplacedAfterTwentyThreeHoursAndAHalf) {
  make_live();
  std::int64_t id = 110;
  const std::int64_t life = 23 * kHour + 1'800 * kSecond;
  const UnixNanos end(transport_.now().value() + life);
  while (transport_.now().value() < end.value() - 5 * kSecond) {
    ++id;
    say(depth(id, id));
    transport_.pass(5 * kSecond);
  }
  transport_.pass(end.value() - transport_.now().value() - 1);
  EXPECT_EQ(transport_.peers.size(), 1U);
  transport_.pass(1);
  EXPECT_EQ(transport_.peers.size(), 2U);
}

// A symbol that says nothing keeps no old connection for ever.
TEST_F(MarketFeedTest, AConnectionThatLeavesWaitsHalfAMinuteForASymbolThatSaysNothing) {
  make(true);
  answer_average();
  transport_.open(0);
  say(depth(100, 105));
  answer_snapshot(103);
  answer_snapshot(50, "ETHUSDT");
  say(kShutdown);
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  EXPECT_FALSE(is_waiting("/api/v3/depth")) << "the books stand";
  std::int64_t id = 105;
  stream(29 * kSecond, id, {0, 1});
  EXPECT_EQ(alive(), 2U);
  stream(2 * kSecond, id, {1});
  EXPECT_EQ(alive(), 1U);
  EXPECT_NE(transport_.peers[1]->events, nullptr);
}

TEST_F(PeersTest, C18_AShutdownNoticeConnectsAtOnceAndLosesNothing) {
  make_live();
  transport_.pass(5 * kSecond);
  say(depth(111, 111));
  say(kShutdown);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  // The new one is ahead of the old one, which brings the rest a little later.
  transport_.say(1, depth(114, 115));
  EXPECT_EQ(top_id(), 111);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  transport_.say(0, depth(112, 113));
  EXPECT_EQ(top_id(), 115);
  transport_.say(0, depth(114, 115));
  transport_.cut(0);
  transport_.say(1, depth(116, 116));
  EXPECT_EQ(top_id(), 116);
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  EXPECT_EQ(alarms(Kind::Disconnected, true), 0);
}

TEST_F(MarketFeedTest, WhatTheOldConnectionNeverBringsIsResynced) {
  make_live();
  say(kShutdown);
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  transport_.say(1, depth(114, 115));
  transport_.pass(900 * kNanosPerMilli);
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  transport_.pass(200 * kNanosPerMilli);
  EXPECT_EQ(feed_->counts().resyncs, 1U);
  EXPECT_FALSE(feed_->is_sure(kBtc));
  answer_snapshot(113);
  EXPECT_EQ(top_id(), 115);
}

// Trades say what was paid: they make no quote younger.
TEST_F(MarketFeedTest, TheAgeOfATopIsThatOfItsQuote) {
  make_live();
  const UnixNanos quoted = transport_.now();
  transport_.pass(kSecond);
  for (int id = 1; id < 10; ++id) {
    say(trade(id, 70 + id));
    EXPECT_EQ(inbox_.tops.back().last, Px::of(70 + id));
    EXPECT_EQ(inbox_.tops.back().event_time, quoted);
    transport_.pass(kSecond);
  }
  EXPECT_EQ(alarms(Kind::SymbolSilent, true), 0);
  say(depth(111, 111));
  EXPECT_EQ(inbox_.tops.back().event_time, transport_.now());
  transport_.pass(kSecond / 2);
  say(ticker(112, 98, 102));
  EXPECT_EQ(inbox_.tops.back().event_time, transport_.now());
  const UnixNanos told = transport_.now();
  transport_.pass(kSecond / 2);
  say(ticker(111, 97, 103));
  EXPECT_EQ(inbox_.tops.back().event_time, told) << "older than the one that counts";
}

TEST_F(MarketFeedTest, TradesBesideADeadDepthHideNoSilence) {
  make_live();
  int id = 0;
  const auto trades = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      transport_.say(0, trade(++id, 77));
      transport_.pass(kSecond);
    }
  };
  trades(60);
  EXPECT_EQ(alarms(Kind::SymbolSilent, true), 0);
  trades(60);
  EXPECT_EQ(alarms(Kind::SymbolSilent, true), 1);
  EXPECT_EQ(alarms(Kind::SymbolSilent, false), 0);
  EXPECT_EQ(transport_.peers.size(), 2U) << "maybe another connection brings it";
  transport_.say(0, depth(111, 111));
  EXPECT_EQ(alarms(Kind::SymbolSilent, false), 1);
}

// A snapshot's answer may come late; it is no younger than the question.
TEST_F(MarketFeedTest, ASnapshotIsAsOldAsTheQuestion) {
  make();
  answer_average();
  transport_.open(0);
  const UnixNanos asked = transport_.now();
  transport_.pass(4 * kSecond);
  answer_snapshot(103);
  ASSERT_EQ(inbox_.tops.size(), 1U);
  EXPECT_EQ(inbox_.tops.back().event_time, asked);
}

// A wrong id must not freeze a price: the ticker counts within reach of the depth, and only for as
// long as the depth may take to follow.
TEST_F(MarketFeedTest, ATickerOutOfReachIsNotBelieved) {
  make_live();
  say(ticker(9'000'000'000'000'000'000, 1, 2));
  say(ticker(110 + SymbolFeed::kReachMax + 1, 1, 2));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(99));
  say(ticker(111, 98, 102));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(98)) << "those after it count";
  say(ticker(110 + SymbolFeed::kReachMax, 97, 103));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(97));
}

TEST_F(MarketFeedTest, ATickerThatTheDepthDoesNotReachIsDropped) {
  make_live();
  std::int64_t id = 110;
  say(ticker(5'000, 50, 51));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(50));
  for (int i = 0; i < 8; ++i) {
    transport_.pass(kSecond / 10);
    ++id;
    say(depth(id, id));
  }
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(50)) << "the depth may be that late";
  transport_.pass(4 * kSecond / 10);
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(99));
  EXPECT_EQ(top_id(), id);
  say(ticker(5'001, 50, 51));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(99)) << "not before the depth tells again";
  ++id;
  say(depth(id, id));
  say(ticker(id + 1, 98, 102));
  EXPECT_EQ(inbox_.tops.back().bid, Px::of(98));
}

// Tickers alone keep no quote alive where the depth has died.
TEST_F(MarketFeedTest, WithoutDepthTheTopGrowsOld) {
  make_live();
  for (int i = 1; i <= 100; ++i) {
    say(ticker(110 + i, 98, 102));
    transport_.pass(kSecond / 10);
  }
  EXPECT_GE(transport_.now().value() - inbox_.tops.back().event_time.value(), 8 * kSecond);
}

TEST_F(MarketFeedTest, ASnapshotOutOfReachIsAskedForAgain) {
  make();
  answer_average();
  transport_.open(0);
  say(depth(100, 105));
  answer_wrong_snapshot();
  EXPECT_FALSE(feed_->is_sure(kBtc));
  EXPECT_EQ(feed_->counts().stale_snapshots, 1U);
  transport_.pass(kSecond);
  answer_snapshot(103);
  EXPECT_EQ(top_id(), 105);
}

// Where nothing was told before a snapshot, only what comes after shows that it is wrong.
TEST_F(MarketFeedTest, ABookThatHearsOnlyOldNewsIsResynced) {
  make();
  answer_average();
  transport_.open(0);
  answer_wrong_snapshot();
  EXPECT_TRUE(feed_->is_sure(kBtc));
  std::int64_t id = 100;
  stream(5 * kSecond, id, {0});
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  stream(kSecond, id, {0});
  EXPECT_EQ(feed_->counts().resyncs, 1U);
  EXPECT_FALSE(feed_->is_sure(kBtc));
  stream(kSecond, id, {0});
  answer_snapshot(id - 1);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), id);
}

// A snapshot may be ahead of a stream for a while, and one of two connections behind the other.
TEST_F(MarketFeedTest, OldNewsBesideNewOnesAreNothing) {
  make_live();
  say(kShutdown);
  transport_.pass(kSecond);
  transport_.open(1);
  std::int64_t id = 110;
  for (int i = 0; i < 20; ++i) {
    ++id;
    transport_.say(1, depth(id, id));
    transport_.say(0, depth(id - 1, id - 1));
    transport_.pass(kSecond / 2);
  }
  EXPECT_EQ(feed_->counts().resyncs, 0U);
  transport_.say(0, depth(id - 1, id - 1));
  transport_.pass(9 * kSecond);
  EXPECT_EQ(feed_->counts().resyncs, 0U) << "one is not a stream of them";
}

// The same over a reconnect: all that the venue tells, and its snapshots, lie below a wrong book.
TEST_F(MarketFeedTest, AWrongBookIsLeftBehindAfterAReconnect) {
  make();
  answer_average();
  transport_.open(0);
  answer_wrong_snapshot();
  transport_.cut(0);
  transport_.pass(kSecond);
  transport_.open(1);
  std::int64_t id = 100;
  for (int i = 0; i < 20; ++i) {
    stream(kSecond, id, {1});
    if (is_waiting("/api/v3/depth")) answer_snapshot(id);  // never older than the stream
  }
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), id);
}

// Two ids so far apart that no snapshot fits both: one of them is wrong, and must not wait for
// ever.
TEST_F(MarketFeedTest, AWrongDepthIdIsForgotten) {
  make();
  answer_average();
  transport_.open(0);
  say(depth(100, 105));
  say(R"({"stream":"x","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":9000000000000000000,)"
      R"("u":9000000000000000001,"b":[["99","1"]],"a":[]}})");
  EXPECT_EQ(feed_->counts().unreadable, 0U);
  say(depth(106, 110));
  say(depth(111, 115));
  answer_snapshot(108);
  EXPECT_TRUE(feed_->is_sure(kBtc));
  EXPECT_EQ(top_id(), 115);
}

// A stream with gaps costs a snapshot now and then, not the weight that orders need.
TEST_F(MarketFeedTest, AStreamWithGapsAsksForFewSnapshots) {
  make_live();
  std::int64_t id = 110;
  const auto with_gaps = [&](int tenths) {
    for (int i = 0; i < tenths; ++i) {
      id += 2;
      say(depth(id, id));
      if (is_waiting("/api/v3/depth")) answer_snapshot(id);
      if (is_waiting("/api/v3/avgPrice")) answer_average();
      transport_.pass(kSecond / 10);
    }
  };
  with_gaps(600);
  const std::uint64_t first = feed_->counts().snapshots;
  EXPECT_LT(first, 10U);
  EXPECT_GT(first, 4U);
  with_gaps(600);
  EXPECT_LE(feed_->counts().snapshots - first, 5U) << "15 s and more between them";
  // A book that has stood for a minute: the next one at once.
  for (int i = 0; i < 100 && !feed_->is_sure(kBtc); ++i) {
    stream(kSecond, id, {0});
    if (is_waiting("/api/v3/depth")) answer_snapshot(id);
  }
  stream(61 * kSecond, id, {0});
  if (is_waiting("/api/v3/avgPrice")) answer_average();
  id += 5;
  say(depth(id, id));
  EXPECT_TRUE(is_waiting("/api/v3/depth"));
}

// However soon a snapshot comes, a book that was lost has not stood for a minute.
TEST_F(MarketFeedTest, ABookThatWasLostBetweenTwoLooksBeginsItsMinuteAnew) {
  make_live();
  std::int64_t id = 110;
  stream(61 * kSecond, id, {0});
  if (is_waiting("/api/v3/avgPrice")) answer_average();
  const auto asks_at_once_after_a_gap = [&] {
    id += 5;
    say(depth(id, id));
    const bool asks = is_waiting("/api/v3/depth");
    if (asks) answer_snapshot(id);
    return asks;
  };
  EXPECT_TRUE(asks_at_once_after_a_gap());
  ASSERT_TRUE(feed_->is_sure(kBtc));
  transport_.pass(kSecond / 10);
  EXPECT_FALSE(asks_at_once_after_a_gap());
}

// And so does one that was doubted and then went on.
TEST_F(MarketFeedTest, ABookThatWasDoubtedBeginsItsMinuteAnew) {
  make_live();
  std::int64_t id = 115;
  say(depth(id, id));
  answer_snapshot(id);
  ASSERT_EQ(feed_->counts().resyncs, 1U);
  stream(50 * kSecond, id, {0});
  transport_.cut(0);
  transport_.pass(kSecond);
  ASSERT_EQ(transport_.peers.size(), 2U);
  transport_.open(1);
  stream(kSecond, id, {1});
  answer_snapshot(id - 1);
  ASSERT_TRUE(feed_->is_sure(kBtc));
  stream(15 * kSecond, id, {1});
  id += 5;
  say(depth(id, id));
  EXPECT_FALSE(is_waiting("/api/v3/depth")) << "it has not stood for a minute";
}

// Neither does one whose connections bring something and end.
TEST_F(MarketFeedTest, ConnectionsThatEndSoonAreOpenedRarely) {
  make();
  const auto short_lives = [this](int tenths) {
    for (int i = 0; i < tenths; ++i) {
      const std::size_t last = transport_.peers.size() - 1;
      if (transport_.peers[last]->events != nullptr) {
        if (!transport_.peers[last]->open) transport_.open(last);
        say(depth(1, 1));
        transport_.cut(last);
      }
      transport_.pass(kSecond / 10);
    }
  };
  short_lives(3000);
  EXPECT_LT(transport_.peers.size(), 30U) << "five minutes";
  // One that has lived for a minute: its successor at once.
  while (transport_.peers.back()->events == nullptr) transport_.pass(kSecond);
  transport_.open(transport_.peers.size() - 1);
  const std::size_t before = transport_.peers.size();
  std::int64_t id = 1;
  stream(61 * kSecond, id, {before - 1});
  transport_.cut(before - 1);
  transport_.pass(kSecond / 5);
  ASSERT_EQ(transport_.peers.size(), before + 1);
  transport_.cut(before);
  transport_.pass(kSecond);
  EXPECT_EQ(transport_.peers.size(), before + 2) << "and waits begin short";
}

// Waits begin short again behind a connection that lived for a minute and brought depth.
TEST_F(MarketFeedTest, AConnectionIsHealthyAfterAMinuteOfDepth) {
  constexpr std::int64_t kTick = 100 * kNanosPerMilli;
  const auto await_successor = [this] {
    const std::size_t before = transport_.peers.size();
    const UnixNanos cut = transport_.now();
    transport_.cut(before - 1);
    while (transport_.peers.size() == before) transport_.pass(kTick);
    return transport_.now().value() - cut.value();
  };
  const auto is_short_after = [&](std::int64_t lived, bool with_depth) {
    transport_.peers.clear();
    make();
    for (int i = 0; i < 8; ++i) await_successor();
    transport_.open(transport_.peers.size() - 1);
    if (with_depth) answer_snapshot(0);
    std::int64_t id = 0;
    for (std::int64_t t = 0; t < lived; t += kTick) {
      ++id;
      say(with_depth ? depth(id, id) : ticker(id, 99, 101));
      transport_.pass(kTick);
    }
    EXPECT_EQ(alarms(Kind::SymbolSilent, true), 0);
    await_successor();
    return await_successor() < kSecond;
  };
  EXPECT_FALSE(is_short_after(60 * kSecond - kTick, true));
  EXPECT_TRUE(is_short_after(60 * kSecond, true));
  EXPECT_FALSE(is_short_after(60 * kSecond, false));
}

TEST_F(MarketFeedTest, AServerThatAlwaysShutsDownIsNotStormed) {
  make();
  for (int i = 0; i < 200; ++i) {
    if (!transport_.peers.back()->open) transport_.open(transport_.peers.size() - 1);
    say(kShutdown);
    transport_.pass(100 * kNanosPerMilli);
  }
  EXPECT_LT(transport_.peers.size(), 10U);  // twenty seconds
}

TEST_F(MarketFeedTest, ASilentConnectionIsReplaced) {
  make_live();
  transport_.pass(10 * kSecond);
  EXPECT_EQ(transport_.peers.size(), 1U);
  transport_.pass(200 * kNanosPerMilli);
  EXPECT_EQ(alarms(Kind::ConnectionSilent, true), 1);
  EXPECT_EQ(transport_.peers[0]->events, nullptr);
  EXPECT_FALSE(feed_->is_sure(kBtc));
  transport_.pass(kSecond);
  EXPECT_EQ(transport_.peers.size(), 2U);
}

// peers C 17: the age of the last useful event, not of the connection.
TEST_F(PeersTest, C17_OneSilentSymbolOnALiveConnectionRaisesAnAlarm) {
  make(true);
  answer_average();
  transport_.open(0);
  say(depth(100, 105));
  answer_snapshot(103);
  answer_snapshot(50, "ETHUSDT");
  std::int64_t id = 105;
  stream(60 * kSecond, id, {0});
  EXPECT_EQ(alarms(Kind::SymbolSilent, true), 0);
  stream(kSecond, id, {0});
  ASSERT_EQ(alarms(Kind::SymbolSilent, true), 1);
  EXPECT_EQ(alarms_.back().instrument, kEth);
  EXPECT_EQ(transport_.peers.size(), 2U) << "maybe another connection brings it";
  stream(100 * kSecond, id, {0});
  EXPECT_EQ(alarms(Kind::SymbolSilent, true), 1) << "once";
  transport_.say(0, depth(51, 51, "ETHUSDT"));
  EXPECT_EQ(alarms(Kind::SymbolSilent, false), 1);
}

TEST_F(MarketFeedTest, ReconnectsWaitLongerEachTimeWithJitter) {
  const auto waits = [this](std::uint64_t random) {
    transport_.peers.clear();
    random_ = random;
    make();
    std::vector<std::int64_t> seconds;
    for (int i = 0; i < 9; ++i) {
      const std::size_t before = transport_.peers.size();
      const UnixNanos cut = transport_.now();
      transport_.cut(before - 1);
      while (transport_.peers.size() == before) transport_.pass(100 * kNanosPerMilli);
      seconds.push_back((transport_.now().value() - cut.value()) / kSecond);
    }
    return seconds;
  };
  EXPECT_EQ(waits(0), (std::vector<std::int64_t>{0, 0, 1, 2, 4, 8, 15, 15, 15}));
  const auto longest = waits(15 * kSecond);  // the most that half of the longest wait can add
  EXPECT_EQ(longest.back(), 30);
  EXPECT_EQ(alarms(Kind::Disconnected, true), 2) << "once a feed";
}

TEST_F(MarketFeedTest, FailedSnapshotsAreAskedForAgainLater) {
  make();
  transport_.open(0);
  transport_.fail(waiting("/api/v3/depth"));
  EXPECT_FALSE(is_waiting("/api/v3/depth"));
  transport_.pass(kSecond);
  transport_.answer(waiting("/api/v3/depth"), 500, "");
  transport_.pass(kSecond);
  transport_.answer(waiting("/api/v3/depth"), 200, R"({"bids":[]})");
  EXPECT_EQ(alarms(Kind::Unreadable, true), 1);
  transport_.pass(2 * kSecond);
  answer_snapshot(100);
  EXPECT_TRUE(feed_->is_sure(kBtc));
}

TEST_F(MarketFeedTest, ARefusalStopsEveryRequestForAsLongAsTheVenueSays) {
  make();
  transport_.open(0);
  transport_.answer(waiting("/api/v3/depth"), 429, "", {{"retry-after", "20"}});
  transport_.fail(waiting("/api/v3/avgPrice"));
  EXPECT_EQ(limits_.open_until(transport_.now()),
            UnixNanos(transport_.now().value() + 20 * kSecond))
      << "nor does the adapter ask";
  std::int64_t id = 1;
  stream(19 * kSecond, id, {0});
  EXPECT_FALSE(is_waiting("/api/v3/"));
  EXPECT_EQ(alarms(Kind::RestHeldBack, true), 1);
  EXPECT_EQ(alarms_.back().words, "the venue asks to wait until 2023-11-14T22:13:40Z");
  EXPECT_EQ(alarms(Kind::RestHeldBack, false), 0);
  stream(kSecond, id, {0});
  EXPECT_TRUE(is_waiting("/api/v3/depth"));
  answer_average();
  EXPECT_EQ(alarms(Kind::RestHeldBack, false), 1);
  EXPECT_EQ(alarms(Kind::RestHeldBack, true), 1);
}

// The address has one budget for books and orders.
TEST_F(MarketFeedTest, ItsRequestsAreChargedToTheAddress) {
  limits_.set_limits({{RateLimit{RateKind::RequestWeight, RateUnit::Minute, 1, 6'000}}});
  make();
  transport_.open(0);
  EXPECT_EQ(limits_.used(transport_.now())[0].count, 252U) << "a book and an average, on their way";
  answer_average();
  EXPECT_EQ(limits_.used(transport_.now())[0].count, 252U);
  transport_.answer(waiting("/api/v3/depth"), 200, snapshot(100),
                    {{"x-mbx-used-weight-1m", "700"}});
  EXPECT_EQ(limits_.used(transport_.now())[0].count, 700U) << "as the venue counts";
}

TEST_F(MarketFeedTest, WhatOthersLeaveIsEnough) {
  others_use(448);
  make();
  transport_.open(0);
  EXPECT_TRUE(is_waiting("/api/v3/avgPrice"));
  EXPECT_TRUE(is_waiting("/api/v3/depth")) << "2 + 250 + 448 are seven tenths of 1000";
  transport_.pass(kSecond);
  EXPECT_TRUE(alarms_.empty());
}

TEST_F(MarketFeedTest, WhatOthersUsedUpHoldsItBackUntilTheNextMinute) {
  others_use(449);
  make();
  transport_.open(0);
  EXPECT_TRUE(is_waiting("/api/v3/avgPrice"));
  EXPECT_FALSE(is_waiting("/api/v3/depth"));
  transport_.pass(39 * kSecond);  // 22:13:59
  EXPECT_FALSE(is_waiting("/api/v3/depth"));
  EXPECT_EQ(alarms(Kind::RestHeldBack, true), 1);
  EXPECT_EQ(alarms_.front().words, "the request budget is used up");
  transport_.pass(kSecond);
  EXPECT_TRUE(is_waiting("/api/v3/depth"));
  EXPECT_EQ(alarms(Kind::RestHeldBack, false), 1);
  EXPECT_EQ(alarms_.back().words, "requests leave");
}

// A small request that may leave beside a large one that may not says nothing of that.
TEST_F(MarketFeedTest, WhatIsHeldBackIsHeldBackWhateverElseLeaves) {
  others_use(449);
  make();
  transport_.open(0);
  for (int i = 0; i < 100; ++i) {
    if (is_waiting("/api/v3/avgPrice")) transport_.fail(waiting("/api/v3/avgPrice"));
    transport_.pass(kSecond / 10);
    say(trade(i, 100));
  }
  EXPECT_FALSE(is_waiting("/api/v3/depth"));
  EXPECT_EQ(alarms(Kind::RestHeldBack, true), 1);
  EXPECT_EQ(alarms(Kind::RestHeldBack, false), 0);
}

TEST_F(MarketFeedTest, UnreadableFramesAreCountedAndToldOnceAMinute) {
  make_live();
  for (int i = 0; i < 100; ++i) say("{");
  EXPECT_EQ(feed_->counts().unreadable, 100U);
  EXPECT_EQ(alarms(Kind::Unreadable, true), 1);
  EXPECT_TRUE(feed_->is_sure(kBtc)) << "the update ids tell whether something was lost";
  say(depth(1, 2, "DOGEUSDT"));
  EXPECT_EQ(feed_->counts().others, 1U);
}

TEST_F(MarketFeedTest, AfterItsEndNothingCallsBack) {
  make_live();
  say(kShutdown);
  transport_.pass(kSecond);
  feed_ = nullptr;
  EXPECT_EQ(alive(), 0U);
  for (const auto& asked : transport_.asked) EXPECT_FALSE(asked->done);
  transport_.pass(kHour);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
