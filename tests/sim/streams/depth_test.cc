// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/market/random.h"
#include "sim/market/source.h"
#include "tests/sim/exchange/desk.h"
#include "tests/sim/streams/stream_client.h"
#include "tests/support/shared_data.h"

// Local books that clients keep from snapshots and streams.

namespace clawgate::sim {
namespace {

constexpr std::size_t kWhole = 10'000;

// A book from the stream, started in the middle, against the recorded best prices.
TEST(DepthStreamTest, ARecordedBookFollowsTheRuleWithoutAGap) {
  const std::filesystem::path root = clawgate::testing::shared_data();
  const std::vector<std::string> files = {root / "market/btcusdt_20240808.gz",
                                          root / "market/btcusdt_20240809.gz"};
  if (!std::filesystem::exists(files[0])) GTEST_SKIP() << "no recording at " << files[0];

  Exchange exchange;
  const SymbolId symbol = exchange.add_symbol(*find_built_in("BTCUSDT"));
  MarketStreams streams(exchange, [&] { return exchange.now(); });
  ClientBook book;
  std::vector<Json> waiting;
  std::map<std::int64_t, std::pair<BookLevel, BookLevel>> ours;
  std::map<std::int64_t, std::pair<BookLevel, BookLevel>> recorded;
  std::map<std::int64_t, std::pair<BookLevel, BookLevel>> stated;
  std::int64_t last = 0;
  std::int64_t diffs = 0;
  StreamClient client(streams, "/ws/btcusdt@depth@100ms/btcusdt@bookTicker");
  client.on_message = [&](const Json& event) {
    if (event.find("e") == nullptr) {
      stated[number_of(event, "u")] = {
          {*decimal_from<PxTag>(text_of(event, "b")), *decimal_from<QtyTag>(text_of(event, "B"))},
          {*decimal_from<PxTag>(text_of(event, "a")), *decimal_from<QtyTag>(text_of(event, "A"))}};
      return;
    }
    if (diffs++ > 0) {
      ASSERT_EQ(number_of(event, "U"), last + 1);
    }
    last = number_of(event, "u");
    if (book.last == 0) return waiting.push_back(event);
    book.apply(event);
    ours[last] = {{book.bids.begin()->first, book.bids.begin()->second},
                  {book.asks.begin()->first, book.asks.begin()->second}};
  };
  const auto source = open_recording(files, symbol, "BTCUSDT").value();
  int events = 0;
  while (const MarketEvent* const event = *source->next()) {
    exchange.apply(*event, event->receive_time);
    streams.publish(*event);
    if (event->kind == MarketKind::BookTicker) recorded[event->last_id] = {event->bid, event->ask};
    if (++events != 500) continue;
    book.snapshot(streams.depth(symbol, kWhole));
    for (const Json& early : waiting) book.apply(early);
  }
  EXPECT_GT(diffs, 6'000);
  const auto differ = [](const auto& a, const auto& b) {
    return a.first.price != b.first.price || a.first.quantity != b.first.quantity ||
           a.second.price != b.second.price || a.second.quantity != b.second.quantity;
  };
  int same = 0;
  for (const auto& [id, top] : recorded) {
    ASSERT_TRUE(stated.contains(id)) << id;
    ASSERT_FALSE(differ(top, stated[id])) << id;
    if (!ours.contains(id)) continue;
    ++same;
    EXPECT_FALSE(differ(top, ours[id])) << "at update " << id;
  }
  EXPECT_GT(same, 1'000);
}

// MARKET, or LIMIT from a little through the market to well behind it.
OrderTerms random_order(const Desk& desk, Random& random) {
  OrderTerms terms;
  terms.side = random.below(2) == 0 ? Side::Buy : Side::Sell;
  terms.type = random.below(3) == 0 ? OrderType::Market : OrderType::Limit;
  terms.quantity = Qty::from_raw(random.between(100, 400) * 10'000);
  if (terms.type == OrderType::Market) return terms;
  const std::int64_t behind = random.between(-300, 600) * 1'000'000;
  const std::int64_t last = desk.exchange.last_price(desk.symbol).raw();
  terms.price = Px::from_raw(terms.side == Side::Buy ? last - behind : last + behind);
  terms.time_in_force = TimeInForce::Gtc;
  return terms;
}

// Whatever our orders do, the client's book is the one that GET /depth tells.
TEST(DepthStreamTest, OwnOrdersReachTheBookOfEveryClient) {
  Desk desk;
  MarketStreams streams(desk.exchange, [&] { return desk.now; });
  SyntheticOptions options;
  options.symbol = desk.symbol;
  options.start_price = Px::of(50'000);
  const auto source = make_synthetic(options).value();
  ClientBook fast;
  ClientBook slow;
  StreamClient fast_client(streams, "/ws/btcusdt@depth@100ms");
  StreamClient slow_client(streams, "/ws/btcusdt@depth");
  fast_client.on_message = [&](const Json& event) { fast.apply(event); };
  slow_client.on_message = [&](const Json& event) { slow.apply(event); };
  Random random(7);
  std::vector<OrderId> open;
  int own_levels = 0;
  int taken = 0;
  for (int i = 0; i < 3'000; ++i) {
    const MarketEvent* const event = *source->next();
    desk.now = event->receive_time;
    desk.exchange.apply(*event, desk.now);
    streams.publish(*event);
    if (i == 0) {
      fast.snapshot(streams.depth(desk.symbol, kWhole));
      slow.snapshot(streams.depth(desk.symbol, kWhole));
    }
    if (event->kind == MarketKind::Depth) fast.expect_same(streams.depth(desk.symbol, kWhole));
    if (::testing::Test::HasFatalFailure()) return;
    const auto marks = desk.exchange.marks(desk.symbol);
    for (const BookMark& mark : marks) ++(mark.delta > 0 ? own_levels : taken);

    if (random.below(4) == 0) {
      const auto answer = desk.place(random_order(desk, random));
      if (answer && is_open(answer->order.status)) open.push_back(answer->order.id);
    }
    if (!open.empty() && random.below(6) == 0) {
      static_cast<void>(desk.cancel(open.back()));
      open.pop_back();
    }
    streams.flush();
  }
  EXPECT_GT(own_levels, 1'000);
  EXPECT_GT(taken, 100);
  EXPECT_GT(fast.last, 0);
  EXPECT_LE(fast.last - slow.last, 200) << "the slow stream stopped";
}

TEST(DepthStreamTest, AnOwnOrderIsInTheSnapshotAtOnceAndInTheNextDiff) {
  Desk desk;
  MarketStreams streams(desk.exchange, [&] { return desk.now; });
  StreamClient client(streams, "/ws/btcusdt@depth@100ms");
  const std::array<BookLevel, 1> bids = {BookLevel{px("50000"), qty("1")}};
  const std::array<BookLevel, 1> asks = {BookLevel{px("50001"), qty("1")}};
  MarketEvent event;
  event.kind = MarketKind::Snapshot;
  event.symbol = desk.symbol;
  event.last_id = 2'000;
  event.bids = bids;
  event.asks = asks;
  desk.exchange.apply(event, desk.now);
  streams.publish(event);
  client.messages.clear();
  desk.placed(Desk::limit(Side::Buy, "0.5", "49999"));
  EXPECT_EQ(streams.depth(desk.symbol, 5).bids.size(), 2U);
  event.kind = MarketKind::Depth;
  event.bids = {};
  event.asks = {};
  event.first_id = 2'001;
  event.last_id = 2'004;
  desk.exchange.apply(event, desk.now);
  streams.publish(event);
  ASSERT_EQ(client.messages.size(), 1U);
  EXPECT_EQ(number_of(client.messages[0], "U"), 2'001);
  EXPECT_EQ(number_of(client.messages[0], "u"), 2'004);
  ASSERT_EQ(client.messages[0].find("b")->items.size(), 1U);
  EXPECT_EQ(client.messages[0].find("b")->items[0].items[0].text, "49999.00000000");
  EXPECT_EQ(client.messages[0].find("b")->items[0].items[1].text, "0.50000000");
  EXPECT_TRUE(client.messages[0].find("a")->items.empty());
}

}  // namespace
}  // namespace clawgate::sim
