// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/market/source.h"
#include "tests/sim/exchange/desk.h"
#include "tests/sim/streams/stream_client.h"
#include "tests/support/shared_data.h"
#include "tests/venues/scripted_transport.h"
#include "venues/binance_spot/market_feed.h"

// The recorded session through the simulator's streams into the gateway's own market feed.

namespace clawgate::sim {
namespace {

namespace binance = venues::binance_spot;

constexpr InstrumentId kBtc{0};
constexpr std::int64_t kDay = 86'400 * kNanosPerSecond;

class Tops final : public venues::VenueInbox {
 public:
  bool put(const venues::VenueInput&) override { return true; }
  void market(const MarketTop& top) override { newest = top; }

  std::optional<MarketTop> newest;
};

std::string levels_json(const std::vector<BookLevel>& levels) {
  std::string text;
  for (const BookLevel& level : levels) {
    text += (text.empty() ? "[\"" : ",[\"") + to_fixed_text(level.price.raw()) + "\",\"" +
            to_fixed_text(level.quantity.raw()) + "\"]";
  }
  return "[" + text + "]";
}

std::string json_of(const DepthAnswer& depth) {
  return R"({"lastUpdateId":)" + std::to_string(depth.last_update_id) + R"(,"bids":)" +
         levels_json(depth.bids) + R"(,"asks":)" + levels_json(depth.asks) + "}";
}

TEST(JoinedTest, TheFeedsBookHasNoGapAndItsTopIsTheRecordedOneAtTheSameUpdate) {
  const std::filesystem::path root = clawgate::testing::shared_data();
  const std::vector<std::string> files = {root / "market/btcusdt_20240808.gz",
                                          root / "market/btcusdt_20240809.gz"};
  if (!std::filesystem::exists(files[0])) GTEST_SKIP() << "no recording at " << files[0];

  Exchange exchange;
  const SymbolId symbol = exchange.add_symbol(*find_built_in("BTCUSDT"));
  MarketStreams streams(exchange, [&] { return exchange.now(); });
  const auto source = open_recording(files, symbol, "BTCUSDT").value();
  const MarketEvent* event = *source->next();
  clawgate::testing::ScriptedTransport transport{UnixNanos(event->receive_time.value())};
  Tops inbox;
  binance::MarketFeedOptions options;
  options.symbols = {{clawgate::Symbol("BTCUSDT"), kBtc}};
  options.rest.path = "/api";
  options.random_bits = [] { return std::uint64_t{0}; };
  options.average_every_ns = options.average_age_max_ns = kDay;
  binance::RateLimits limits;
  binance::MarketFeed feed(transport, inbox, limits, options, {});
  feed.start();
  const auto answer = [&](const std::string& target, const std::string& body) {
    for (std::size_t i = 0; i < transport.asked.size(); ++i) {
      const auto& asked = *transport.asked[i];
      if (asked.done && asked.request.target.starts_with(target)) transport.answer(i, 200, body);
    }
  };
  answer("/api/v3/avgPrice", R"({"mins":5,"price":"61000","closeTime":1})");
  ASSERT_EQ(transport.peers.size(), 1U);
  transport.open(0);

  std::map<std::int64_t, std::pair<BookLevel, BookLevel>> recorded;
  std::map<std::int64_t, MarketTop> ours;
  StreamClient client(streams, transport.peers[0]->path);
  client.on_message = [&](const Json& message) {
    const std::string text = client.texts.back();
    client.texts.clear();
    const Json* const data = message.find("data");
    ASSERT_NE(data, nullptr) << text;
    // Only changes: a top is then the book's own, never the ticker's word.
    if (text_of(*data, "e") != "depthUpdate") return;
    inbox.newest.reset();
    transport.say(0, text);
    if (inbox.newest) ours[number_of(*data, "u")] = *inbox.newest;
  };
  int events = 0;
  for (; event != nullptr; event = *source->next()) {
    const std::int64_t passed = event->receive_time.value() - transport.now().value();
    if (passed > 0) transport.pass(passed);
    exchange.apply(*event, event->receive_time);
    streams.publish(*event);
    if (event->kind == MarketKind::BookTicker) recorded[event->last_id] = {event->bid, event->ask};
    if (++events == 500) answer("/api/v3/depth", json_of(streams.depth(symbol, 5'000)));
  }
  EXPECT_EQ(feed.counts().resyncs, 0U) << "a gap";
  EXPECT_EQ(feed.counts().snapshots, 1U);
  EXPECT_EQ(feed.counts().unreadable, 0U);
  EXPECT_TRUE(feed.is_sure(kBtc));
  EXPECT_GT(ours.size(), 6'000U);
  int same = 0;
  int wrong = 0;
  for (const auto& [id, top] : ours) {
    const auto at = recorded.find(id);
    if (at == recorded.end()) continue;
    ++same;
    const auto& [bid, ask] = at->second;
    const bool equal = top.bid == bid.price && top.bid_qty == bid.quantity &&
                       top.ask == ask.price && top.ask_qty == ask.quantity;
    wrong += equal ? 0 : 1;
  }
  EXPECT_GT(same, 500);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace clawgate::sim
