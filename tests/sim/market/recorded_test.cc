// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "sim/market/source.h"
#include "tests/sim/market/support.h"

// 650 s of BTCUSDT as recorded, over two files.

namespace clawgate::sim {
namespace {

constexpr char kFirst[] = "btcusdt_20240808.gz";
constexpr char kSecond[] = "btcusdt_20240809.gz";

class RecordedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_RECORDING(kFirst);
    SKIP_WITHOUT_RECORDING(kSecond);
  }

  static std::unique_ptr<MarketSource> open(std::vector<std::string> files,
                                            const RecordingOptions& options = {}) {
    return open_recording(std::move(files), SymbolId{0}, "BTCUSDT", options).value();
  }
  static std::unique_ptr<MarketSource> open_both(const RecordingOptions& options = {}) {
    return open({recorded(kFirst), recorded(kSecond)}, options);
  }
  // Both recordings, unpacked.
  static std::string text() {
    return gunzip(read_bytes(recorded(kFirst))) + gunzip(read_bytes(recorded(kSecond)));
  }
};

// Of the 6495 depth, 73174 bookTicker and 19904 trade lines.
TEST_F(RecordedTest, EveryLineIsCountedAndNoUpdateIdIsMissing) {
  auto source = open_both();
  TimeNs last;
  std::int64_t levels = 0;
  std::int64_t traded = 0;
  std::int64_t quoted = 0;
  std::int64_t trade_id = 0;
  const Error error = drain(*source, [&](const MarketEvent& event) {
    EXPECT_GE(event.receive_time, last);
    last = event.receive_time;
    if (event.kind == MarketKind::Depth) {
      levels += static_cast<std::int64_t>(event.bids.size() + event.asks.size());
    }
    quoted += event.bid.quantity.raw() + event.ask.quantity.raw();
    traded += event.quantity.raw();
    if (event.kind != MarketKind::Trade) return;
    EXPECT_TRUE(trade_id == 0 || event.trade_id == trade_id + 1) << trade_id;
    trade_id = event.trade_id;
  });
  EXPECT_EQ(error.reason, Reason::None) << to_text(error);
  const MarketCounts counts = source->counts();
  EXPECT_EQ(counts.snapshots, 1);
  EXPECT_EQ(counts.depths, 6'493);
  EXPECT_EQ(counts.stale, 2);
  EXPECT_EQ(counts.book_tickers, 73'171);
  EXPECT_EQ(counts.trades, 19'903);
  EXPECT_EQ(counts.before_snapshot, 3 + 1);
  EXPECT_EQ(counts.unknown_streams, 0);
  EXPECT_EQ(counts.events(), 99'568);
  // Summed up by other software from the same files.
  EXPECT_EQ(levels, 298'094);
  EXPECT_EQ(traded, 43'789'552'000);
  EXPECT_EQ(quoted, 24'772'925'822'000);
  EXPECT_EQ(source->progress(), Rate::of(1));
}

TEST_F(RecordedTest, TheSecondFileAloneHasNoSnapshot) {
  auto source = open({recorded(kSecond)});
  EXPECT_EQ(drain(*source, [](const MarketEvent&) {}).reason, Reason::RecordingNoSnapshot);
  auto top = open({recorded(kSecond)}, {.top_only = true});
  EXPECT_EQ(drain(*top, [](const MarketEvent&) {}).reason, Reason::None);
  EXPECT_EQ(top->counts().depths, 0);
}

// After each depth event the book's best levels are those of the newest bookTicker at or before its
// update id. Twice, both times on the bid, the stream never told the best price that the depth
// event ends on; a later bookTicker agrees with the book again.
TEST_F(RecordedTest, TheRebuiltBookAgreesWithTheBookTicker) {
  struct Top {
    BookLevel bid;
    BookLevel ask;
  };
  std::map<std::int64_t, Top> tickers;
  std::map<std::int64_t, Top> books;
  PlainBook book;
  auto source = open_both();
  const Error error = drain(*source, [&](const MarketEvent& event) {
    if (event.kind == MarketKind::BookTicker) tickers[event.last_id] = {event.bid, event.ask};
    if (event.kind != MarketKind::Snapshot && event.kind != MarketKind::Depth) return;
    book.apply(event);
    ASSERT_LT(book.bid().price, book.ask().price);
    if (event.kind == MarketKind::Depth) books[event.last_id] = {book.bid(), book.ask()};
  });
  EXPECT_EQ(error.reason, Reason::None) << to_text(error);

  int at_same_id = 0;
  int checks = 0;
  std::vector<std::int64_t> different_bids;
  for (const auto& [id, top] : books) {
    const auto after = tickers.upper_bound(id);
    if (after == tickers.begin()) continue;  // the first bookTicker is newer
    const auto& [ticker_id, ticker] = *std::prev(after);
    ++checks;
    EXPECT_TRUE(same(top.ask, ticker.ask)) << id;
    if (!same(top.bid, ticker.bid)) different_bids.push_back(id);
    if (ticker_id != id) continue;
    ++at_same_id;
    EXPECT_TRUE(same(top.bid, ticker.bid)) << id;
  }
  EXPECT_EQ(checks, 6'492);
  EXPECT_EQ(at_same_id, 1'072);
  EXPECT_EQ(different_bids, (std::vector<std::int64_t>{50'093'478'174, 50'093'480'542}));
}

TEST_F(RecordedTest, HoweverItIsPackedAndSplitTheStreamIsTheSame) {
  const std::string whole = digest_of(*open_both());
  ASSERT_EQ(whole.size(), 64U) << whole;
  const TempFolder folder;
  const std::string all = text();
  const std::string plain = folder.write("plain", all);
  const std::string members =
      folder.write("members.gz", read_bytes(recorded(kFirst)) + read_bytes(recorded(kSecond)));
  EXPECT_EQ(digest_of(*open({plain})), whole);
  EXPECT_EQ(digest_of(*open({members})), whole);

  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at + 700'000), all.size() - 1) + 1;
    pieces.push_back(folder.write(std::to_string(at), all.substr(at, end - at)));
    at = end;
  }
  ASSERT_GT(pieces.size(), 30U);
  EXPECT_EQ(digest_of(*open(pieces)), whole);
}

// A blank after the first brace is all it takes to leave the venue's own form of a line.
TEST_F(RecordedTest, TheGeneralReaderSaysTheSameAsTheExactOne) {
  const std::string all = text();
  std::string spaced;
  spaced.reserve(all.size() + 200'000);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t brace = all.find('{', at);
    const std::size_t end = std::min(all.find('\n', at), all.size() - 1) + 1;
    spaced.append(all, at, brace + 1 - at).append(" ").append(all, brace + 1, end - brace - 1);
    at = end;
  }
  const TempFolder folder;
  EXPECT_EQ(digest_of(*open({folder.write("spaced", spaced)})), digest_of(*open_both()));
}

TEST_F(RecordedTest, TheScanIsFast) {
  const auto start = std::chrono::steady_clock::now();
  auto source = open_both();
  std::int64_t events = 0;
  while (source->next().value() != nullptr) ++events;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("%lld events in %.1f ms\n", static_cast<long long>(events), took.count());
  EXPECT_LT(took.count(), 5'000);  // a hundred times what it takes
}

}  // namespace
}  // namespace clawgate::sim
