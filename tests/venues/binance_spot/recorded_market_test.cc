// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/shared_data.h"
#include "venues/binance_spot/local_book.h"
#include "venues/binance_spot/market_events.h"
#include "venues/binance_spot/symbol_feed.h"

// 650 s of BTCUSDT as the venue sent it: lines of `<local ns> <frame>`, over two files.

namespace clawgate::venues::binance_spot {
namespace {

std::string gunzip(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(file)), {});
  std::string text(512U << 20, '\0');
  libdeflate_decompressor* const it = libdeflate_alloc_decompressor();
  std::size_t size = 0;
  const auto result =
      libdeflate_gzip_decompress(it, packed.data(), packed.size(), text.data(), text.size(), &size);
  libdeflate_free_decompressor(it);
  EXPECT_EQ(result, LIBDEFLATE_SUCCESS) << path;
  text.resize(size);
  return text;
}

class RecordedMarketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"btcusdt_20240808.gz", "btcusdt_20240809.gz"}) {
      const auto path = testing::shared_data() / "market" / name;
      if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recording " << path;
      text_ += gunzip(path);
    }
  }

  // Calls use(local time, frame) for every line.
  template <class Use>
  void each_line(Use use) const {
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t space = line.find(' ');
      use(std::stoll(line.substr(0, space)), std::string_view(line).substr(space + 1));
    }
  }

  std::string text_;
};

struct Best {
  std::int64_t bid, bid_qty, ask, ask_qty;
  friend bool operator==(const Best&, const Best&) = default;
};

TEST_F(RecordedMarketTest, NoGapAndTheTopEqualsBookTickerAtTheSameUpdate) {
  MarketDecoder decoder;
  LocalBook book;
  std::vector<std::string> before;  // frames of changes ahead of the snapshot
  std::map<std::int64_t, Best> tickers;
  int depths = 0;
  int same_id = 0;  // the ticker and the change end at the same update
  int same_id_equal = 0;
  int as_of = 0;  // the last ticker at or before that update
  int as_of_equal = 0;
  const auto take = [&](const DepthUpdate& update) {
    const auto step = book.on_depth(update);
    ASSERT_TRUE(step == LocalBook::Step::Applied || step == LocalBook::Step::Stale)
        << update.first_id << " after " << book.last_id();
    ++depths;
    if (step != LocalBook::Step::Applied) return;
    const auto after = tickers.upper_bound(book.last_id());
    if (after == tickers.begin()) return;
    const auto& [id, told] = *std::prev(after);
    const Best mine{book.best_bid()->price.raw(), book.best_bid()->quantity.raw(),
                    book.best_ask()->price.raw(), book.best_ask()->quantity.raw()};
    ++as_of;
    as_of_equal += mine == told ? 1 : 0;
    same_id += id == book.last_id() ? 1 : 0;
    same_id_equal += id == book.last_id() && mine == told ? 1 : 0;
  };
  // Whichever came first: the ticker of an update is mostly there before its depth.
  each_line([&](std::int64_t, std::string_view frame) {
    const auto event = decoder.read(frame);
    if (!event) return;
    if (const auto* const it = std::get_if<BookTicker>(&*event)) {
      tickers[it->update_id] = {it->bid.price.raw(), it->bid.quantity.raw(), it->ask.price.raw(),
                                it->ask.quantity.raw()};
    }
  });
  each_line([&](std::int64_t, std::string_view frame) {
    if (frame.starts_with(R"({"lastUpdateId")")) {
      const auto snapshot = decoder.read_snapshot(frame);
      ASSERT_TRUE(snapshot) << to_text(snapshot.error());
      ASSERT_EQ(book.on_snapshot(*snapshot), LocalBook::Step::Applied);
      for (const std::string& earlier : before) {
        take(std::get<DepthUpdate>(decoder.read(earlier).value()));
      }
      return;
    }
    const auto event = decoder.read(frame);
    ASSERT_TRUE(event) << to_text(event.error());
    const auto* const update = std::get_if<DepthUpdate>(&*event);
    if (update == nullptr) return;
    if (book.is_live()) return take(*update);
    before.emplace_back(frame);
  });
  EXPECT_TRUE(book.is_live());
  EXPECT_EQ(depths, 6495);
  EXPECT_GT(same_id, 1000);
  EXPECT_EQ(same_id_equal, same_id);
  EXPECT_GT(as_of, 6000);
  EXPECT_GE(as_of_equal, as_of - 2);  // an update between them can move the top back and forth
  std::printf("top equals bookTicker at the same update id %d of %d, as of it %d of %d\n",
              same_id_equal, same_id, as_of_equal, as_of);
}

TEST_F(RecordedMarketTest, TheFeedOfOneSymbolStaysSureToTheEnd) {
  MarketDecoder decoder;
  SymbolFeed feed(InstrumentId{1});
  feed.on_average(Px::of(61'000), UnixNanos{1});
  int useful = 0;
  int usable = 0;
  std::int64_t farthest = 0;
  std::int64_t oldest = 0;
  each_line([&](std::int64_t local_ns, std::string_view frame) {
    const UnixNanos now{local_ns};
    bool quotes = true;
    ASSERT_EQ(feed.on_time(now, kNanosPerSecond), SymbolFeed::Outcome::Nothing);
    SymbolFeed::Outcome outcome = SymbolFeed::Outcome::Nothing;
    if (frame.starts_with(R"({"lastUpdateId")")) {
      outcome = feed.on_snapshot(decoder.read_snapshot(frame).value(), now);
    } else {
      const StreamEvent event = decoder.read(frame).value();
      if (const auto* const it = std::get_if<DepthUpdate>(&event)) {
        outcome = feed.on_depth(*it, false, now);
      } else if (const auto* const ticker = std::get_if<BookTicker>(&event)) {
        outcome = feed.on_ticker(*ticker, now);
        if (feed.is_sure())
          farthest = std::max(farthest, ticker->update_id - feed.book().last_id());
      } else if (const auto* const trade = std::get_if<TradeEvent>(&event)) {
        outcome = feed.on_trade(*trade);
        quotes = false;
      }
    }
    ASSERT_NE(outcome, SymbolFeed::Outcome::Resync);
    ASSERT_NE(outcome, SymbolFeed::Outcome::Again);
    if (outcome != SymbolFeed::Outcome::Useful) return;
    ++useful;
    const auto top = feed.top(now, now.value());
    if (!top) return;
    usable += top->usable() ? 1 : 0;
    ASSERT_LE(top->event_time, now);
    // A depth may be behind the ticker that counts, and says nothing newer then.
    if (quotes) oldest = std::max(oldest, now.value() - top->event_time.value());
  });
  std::printf("a ticker stands up to %ld ids before the depth, a quote is up to %ld us old\n",
              static_cast<long>(farthest), static_cast<long>(oldest / 1'000));
  EXPECT_LT(oldest, 200 * kNanosPerMilli);
  EXPECT_LT(farthest, SymbolFeed::kReachMax / 20);
  EXPECT_TRUE(feed.is_sure());
  EXPECT_GT(useful, 90'000);
  EXPECT_GT(usable, useful - 100);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
