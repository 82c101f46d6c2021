// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/market/source.h"
#include "tests/sim/market/support.h"

namespace clawgate::sim {
namespace {

std::string levels(const std::vector<std::pair<std::string, std::string>>& all) {
  std::string text;
  for (const auto& [price, size] : all) {
    text += (text.empty() ? "" : ",") + ("[\"" + price + "\",\"" + size) + "\"]";
  }
  return "[" + text + "]";
}

const std::string kBids = levels({{"99.00000000", "1.00000000"}, {"98.50000000", "2.00000000"}});
const std::string kAsks = levels({{"101.00000000", "3.00000000"}});

std::string snapshot(int at, int id) {
  return std::to_string(at) + " {\"lastUpdateId\":" + std::to_string(id) + ",\"bids\":" + kBids +
         ",\"asks\":" + kAsks + "}\n";
}

std::string stream(int at, const std::string& name, const std::string& data) {
  return std::to_string(at) + " {\"stream\":\"" + name + "\",\"data\":" + data + "}\n";
}

std::string depth(int at, int first, int last, const std::string& bids = kBids,
                  const std::string& symbol = "BTCUSDT") {
  return stream(at, "btcusdt@depth@100ms",
                "{\"e\":\"depthUpdate\",\"E\":1723161255208,\"s\":\"" + symbol +
                    "\",\"U\":" + std::to_string(first) + ",\"u\":" + std::to_string(last) +
                    ",\"b\":" + bids + ",\"a\":[]}");
}

std::string ticker(int at, int id, const std::string& bid = "99.00000000",
                   const std::string& ask = "101.00000000") {
  return stream(at, "btcusdt@bookTicker",
                "{\"u\":" + std::to_string(id) + ",\"s\":\"BTCUSDT\",\"b\":\"" + bid +
                    "\",\"B\":\"1.50000000\",\"a\":\"" + ask + "\",\"A\":\"2.50000000\"}");
}

std::string trade(int at, int id, const std::string& price = "100.12345678",
                  const std::string& quantity = "0.00001000") {
  return stream(at, "btcusdt@trade",
                "{\"e\":\"trade\",\"E\":1723161255343,\"s\":\"BTCUSDT\",\"t\":" +
                    std::to_string(id) + ",\"p\":\"" + price + "\",\"q\":\"" + quantity +
                    "\",\"T\":1723161255342,\"m\":true,\"M\":true}");
}

struct Seen {
  std::string kinds;                // S, D, B, T
  std::vector<std::int64_t> times;  // receive_time
  std::vector<std::int64_t> ids;    // last_id, or trade_id of a trade
  MarketCounts counts;
  Error error;
};

class CombinedStreamTest : public ::testing::Test {
 protected:
  Seen read(const std::string& text, const RecordingOptions& options = {}) {
    return read_files({folder_.write("recording", text)}, options);
  }

  static Seen read_files(std::vector<std::string> files, const RecordingOptions& options = {}) {
    Seen seen;
    auto source = open_recording(std::move(files), SymbolId{3}, "BTCUSDT", options);
    if (!source) {
      seen.error = source.error();
      return seen;
    }
    seen.error = drain(**source, [&](const MarketEvent& event) {
      EXPECT_EQ(event.symbol, SymbolId{3});
      seen.kinds += "SDBT"[static_cast<int>(event.kind)];
      seen.times.push_back(event.receive_time.value());
      seen.ids.push_back(event.kind == MarketKind::Trade ? event.trade_id : event.last_id);
    });
    seen.counts = (*source)->counts();
    return seen;
  }

  // What stands wrong in the second line, after a snapshot.
  void expect_bad(const std::string& line, Reason reason, const std::string& field,
                  const std::string& part_of_seen) {
    const Seen seen = read(snapshot(1, 100) + line);
    EXPECT_EQ(seen.error.reason, reason) << line << to_text(seen.error);
    EXPECT_EQ(seen.error.field, folder_.path("recording") + ":2: " + field) << line;
    EXPECT_NE(seen.error.seen.find(part_of_seen), std::string::npos) << seen.error.seen;
  }

  TempFolder folder_;
};

TEST_F(CombinedStreamTest, EveryFieldOfEveryKindIsRead) {
  const std::string bids = levels({{"99.00000000", "0.00000000"}, {"98.00000000", "4.00000000"}});
  auto source = open_recording({folder_.write("r", snapshot(1, 100) + depth(2, 101, 102, bids) +
                                                       ticker(3, 103) + trade(4, 7))},
                               SymbolId{0}, "BTCUSDT");
  ASSERT_TRUE(source);
  const MarketEvent* e = (*source)->next().value();
  EXPECT_EQ(e->kind, MarketKind::Snapshot);
  EXPECT_EQ(e->last_id, 100);
  EXPECT_EQ(e->exchange_time, TimeNs{0});
  ASSERT_EQ(e->bids.size(), 2U);
  EXPECT_EQ(e->bids[1].price, Px::from_raw(9'850'000'000));
  EXPECT_EQ(e->bids[1].quantity, Qty::of(2));
  ASSERT_EQ(e->asks.size(), 1U);
  EXPECT_EQ(e->asks[0].quantity, Qty::of(3));

  e = (*source)->next().value();
  EXPECT_EQ(e->kind, MarketKind::Depth);
  EXPECT_EQ(e->exchange_time, TimeNs{1'723'161'255'208'000'000});
  EXPECT_EQ(e->receive_time, TimeNs{2});
  EXPECT_EQ(e->first_id, 101);
  EXPECT_EQ(e->last_id, 102);
  ASSERT_EQ(e->bids.size(), 2U);
  EXPECT_TRUE(e->bids[0].quantity.is_zero());
  EXPECT_TRUE(e->asks.empty());

  e = (*source)->next().value();
  EXPECT_EQ(e->kind, MarketKind::BookTicker);
  EXPECT_EQ(e->exchange_time, TimeNs{0});
  EXPECT_EQ(e->last_id, 103);
  EXPECT_EQ(e->bid.price, Px::of(99));
  EXPECT_EQ(e->bid.quantity, Qty::from_raw(150'000'000));
  EXPECT_EQ(e->ask.price, Px::of(101));
  EXPECT_EQ(e->ask.quantity, Qty::from_raw(250'000'000));
  EXPECT_TRUE(e->bids.empty());

  e = (*source)->next().value();
  EXPECT_EQ(e->kind, MarketKind::Trade);
  EXPECT_EQ(e->exchange_time, TimeNs{1'723'161'255'342'000'000});
  EXPECT_EQ(e->trade_id, 7);
  EXPECT_EQ(e->price, Px::from_raw(10'012'345'678));
  EXPECT_EQ(e->quantity, Qty::from_raw(1'000));
  EXPECT_TRUE(e->buyer_is_maker);

  EXPECT_EQ((*source)->next().value(), nullptr);
  EXPECT_EQ((*source)->next().value(), nullptr);
}

// The snapshot answers a request, so changes that it lacks may stand ahead of it.
TEST_F(CombinedStreamTest, DepthAheadOfTheSnapshotFollowsItWithTheSnapshotsTime) {
  const Seen seen = read(depth(1, 90, 99) + depth(2, 100, 104) + ticker(3, 104) + trade(4, 7) +
                         depth(5, 105, 106) + snapshot(6, 101) + depth(7, 107, 107));
  EXPECT_EQ(seen.error.reason, Reason::None) << to_text(seen.error);
  EXPECT_EQ(seen.kinds, "SDDD");
  EXPECT_EQ(seen.ids, (std::vector<std::int64_t>{101, 104, 106, 107}));
  EXPECT_EQ(seen.times, (std::vector<std::int64_t>{6, 6, 6, 7}));
  EXPECT_EQ(seen.counts.before_snapshot, 2);
  EXPECT_EQ(seen.counts.stale, 1);
}

TEST_F(CombinedStreamTest, AGapAheadOfTheSnapshotNamesItsOwnLine) {
  const Seen seen = read(depth(1, 100, 104) + depth(2, 106, 107) + snapshot(3, 101));
  EXPECT_EQ(seen.kinds, "SD");
  EXPECT_EQ(seen.error.reason, Reason::RecordingGap);
  EXPECT_EQ(seen.error.field, folder_.path("recording") + ":2: data.U");
}

TEST_F(CombinedStreamTest, AMissingUpdateIdIsAGap) {
  EXPECT_EQ(read(snapshot(1, 100) + depth(2, 101, 105) + depth(3, 106, 107)).kinds, "SDD");
  const Seen seen = read(snapshot(1, 100) + depth(2, 101, 105) + depth(3, 107, 108));
  EXPECT_EQ(seen.kinds, "SD");
  EXPECT_EQ(seen.error.reason, Reason::RecordingGap);
  EXPECT_EQ(seen.error.field, folder_.path("recording") + ":3: data.U");
  EXPECT_EQ(seen.error.seen, "107 instead of 106");
}

TEST_F(CombinedStreamTest, ALaterSnapshotIsGivenOnlyWhenItIsNewer) {
  const Seen seen = read(snapshot(1, 100) + depth(2, 101, 105) + snapshot(3, 104) +
                         snapshot(4, 110) + depth(5, 106, 111));
  EXPECT_EQ(seen.error.reason, Reason::None) << to_text(seen.error);
  EXPECT_EQ(seen.kinds, "SDSD");
  EXPECT_EQ(seen.counts.stale, 1);
}

TEST_F(CombinedStreamTest, TheLocalClockMayStandStillButNotGoBack) {
  EXPECT_EQ(read(snapshot(5, 100) + ticker(5, 101)).kinds, "SB");
  const Seen seen = read(snapshot(5, 100) + ticker(4, 101));
  EXPECT_EQ(seen.error.reason, Reason::RecordingTimeBackwards);
  EXPECT_EQ(seen.error.field, folder_.path("recording") + ":2: local time");
  EXPECT_EQ(seen.error.seen, "4 after 5");
}

TEST_F(CombinedStreamTest, AnErrorIsRepeatedForEver) {
  auto source = open_recording({folder_.write("r", snapshot(5, 100) + ticker(4, 101))}, SymbolId{0},
                               "BTCUSDT");
  EXPECT_TRUE((*source)->next());
  const Error first = (*source)->next().error();
  const Error second = (*source)->next().error();
  EXPECT_EQ(to_text(first), to_text(second));
}

TEST_F(CombinedStreamTest, BlankLinesAndOtherLineEndsChangeNothing) {
  std::string text = snapshot(1, 100) + "\n  \n\r\n" + ticker(2, 101) + "\n" + trade(3, 1);
  const Seen seen = read(text);
  EXPECT_EQ(seen.kinds, "SBT");
  text.pop_back();
  EXPECT_EQ(read(text).kinds, "SBT");
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(read(crlf).kinds, "SBT");
}

TEST_F(CombinedStreamTest, OtherStreamsAreCountedAndPassedOver) {
  const Seen seen = read(stream(1, "btcusdt@kline_1m", "{}") + snapshot(1, 100) +
                         stream(2, "!serverShutdown", "{\"e\":\"serverShutdown\"}") +
                         stream(3, "btcusdt@depth20@100ms", "{\"lastUpdateId\":1}") +
                         stream(3, "btcusdt@tradex", "{}") + trade(4, 1));
  EXPECT_EQ(seen.kinds, "ST");
  EXPECT_EQ(seen.counts.unknown_streams, 4);
}

TEST_F(CombinedStreamTest, FieldOrderAndBlanksDoNotMatter) {
  const std::string line =
      "2 { \"data\" : { \"A\":\"2.5\" , \"a\":\"101\", \"B\":\"1.50\", \"x\":[{\"u\":9}], "
      "\"b\":\"99\", \"s\":\"BTCUSDT\", \"u\":101 }, \"stream\":\"btcusdt@bookTicker\" }\n";
  auto source =
      open_recording({folder_.write("r", snapshot(1, 100) + line)}, SymbolId{0}, "BTCUSDT");
  ASSERT_TRUE((*source)->next());
  const MarketEvent* const e = (*source)->next().value();
  EXPECT_EQ(e->last_id, 101);
  EXPECT_EQ(e->ask.price, Px::of(101));
  EXPECT_EQ(e->ask.quantity, Qty::from_raw(250'000'000));
  EXPECT_EQ(e->bid.price, Px::of(99));
}

TEST_F(CombinedStreamTest, ASnapshotOfOldWithAThirdItemIsRead) {
  const Seen seen = read(
      "1 {\"bids\":[[\"99.0\",\"1\",[]]],\"asks\":[[\"101.0\",\"1\",[]]],\"lastUpdateId\":100}\n");
  EXPECT_EQ(seen.kinds, "S") << to_text(seen.error);
}

TEST_F(CombinedStreamTest, AnotherSymbolIsRefused) {
  expect_bad(stream(2, "ethusdt@trade", "{}"), Reason::RecordingSymbol, "stream", "ethusdt@trade");
  expect_bad(stream(2, "btcusdtx@trade", "{}"), Reason::RecordingSymbol, "stream", "btcusdtx");
  expect_bad(depth(2, 101, 102, "[]", "ETHUSDT"), Reason::RecordingSymbol, "data.s", "ETHUSDT");
}

TEST_F(CombinedStreamTest, ALineThatIsNoStampedJsonIsNamed) {
  expect_bad("hello\n", Reason::RecordingLine, "local time", "hello");
  expect_bad("{\"stream\":\"x\"}\n", Reason::RecordingLine, "local time", "{\"stream\"");
  expect_bad("-2 {}\n", Reason::RecordingLine, "local time", "-2");
  expect_bad("9223372036854775808 {}\n", Reason::RecordingLine, "local time", "92233");
  expect_bad("2 \n", Reason::RecordingLine, "json", "");
  expect_bad("2 []\n", Reason::RecordingLine, "json", "");
  expect_bad("2 {\"stream\":\n", Reason::RecordingLine, "json", "");
  std::string twice = ticker(2, 101);
  twice.pop_back();
  expect_bad(twice + twice.substr(2) + "\n", Reason::RecordingLine, "json", "more than one");
  expect_bad("2 {\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"tra\n", Reason::RecordingLine,
             "json", "");
  expect_bad("2 {\"stream\":\"btcusdt@trade\",\"data\":{\"s\" 5}}\n", Reason::RecordingLine, "data",
             "");
}

// Whatever is cut off a line, something is said about that line and nothing is made up.
TEST_F(CombinedStreamTest, EveryCutLineIsRefused) {
  for (const std::string& whole : {ticker(2, 101), trade(2, 1), depth(2, 101, 102)}) {
    for (std::size_t size = 3; size + 1 < whole.size(); ++size) {
      const Seen seen = read(snapshot(1, 100) + whole.substr(0, size) + "\n" + whole);
      ASSERT_EQ(seen.kinds, "S") << whole.substr(0, size);
      ASSERT_TRUE(seen.error.reason == Reason::RecordingLine ||
                  seen.error.reason == Reason::RecordingField)
          << whole.substr(0, size);
      ASSERT_EQ(seen.error.field.find(folder_.path("recording") + ":2: "), 0U);
    }
  }
}

TEST_F(CombinedStreamTest, AValueThatIsMissingOrWrongIsNamed) {
  using enum Reason;
  expect_bad("2 {}\n", RecordingField, "stream or lastUpdateId", "");
  expect_bad("2 {\"stream\":5}\n", RecordingField, "stream", "");
  expect_bad("2 {\"stream\":\"btcusdt@trade\"}\n", RecordingField, "data", "");
  expect_bad(stream(2, "btcusdt@trade", "[]"), RecordingField, "data", "");
  expect_bad(stream(2, "btcusdt@trade", "{\"s\":\"BTCUSDT\"}"), RecordingField, "data", "t");
  expect_bad(stream(2, "btcusdt@bookTicker", "{\"u\":101,\"s\":\"BTCUSDT\"}"), RecordingField,
             "data", "b");
  expect_bad(stream(2, "btcusdt@depth", "{\"U\":101,\"u\":101,\"s\":\"BTCUSDT\"}"), RecordingField,
             "data", "E");
  expect_bad("2 {\"lastUpdateId\":200,\"bids\":[]}\n", RecordingField, "asks", "");
  expect_bad("2 {\"lastUpdateId\":-1,\"bids\":[],\"asks\":[]}\n", RecordingField, "lastUpdateId",
             "negative");
  expect_bad(depth(2, 102, 101), RecordingField, "data.u", "below U");
  expect_bad(depth(2, 101, 101, "[[\"99.0\"]]"), RecordingField, "data.b", "without");
  expect_bad(depth(2, 101, 101, "[[99.0,1.0]]"), RecordingField, "data.b", "");
  expect_bad(depth(2, 101, 101, "[[\"0.00000000\",\"1.00000000\"]]"), RecordingField, "data.b",
             "0.00000000");
  expect_bad(depth(2, 101, 101, "[[\"1.00000000\",\"-1.00000000\"]]"), RecordingField, "data.b",
             "-1.00000000");
}

TEST_F(CombinedStreamTest, PricesAndSizesAreExactOrRefused) {
  using enum Reason;
  for (const std::string price : {"0.00000000", "-1.00000000", "1e2", "1.000000001", "abc", "",
                                  "01.00000000", "99999999999999.00000000"}) {
    expect_bad(trade(2, 1, price), RecordingField, "data.p", price);
  }
  expect_bad(trade(2, 1, "100.00000000", "0.00000000"), RecordingField, "data.q", "0.00000000");
  EXPECT_EQ(read(snapshot(1, 100) + trade(2, 1, "0.00000001", "0.00000001")).kinds, "ST");
  EXPECT_EQ(read(snapshot(1, 100) + ticker(2, 1, "100.00000000", "100.00000001")).kinds, "SB");
  expect_bad(ticker(2, 1, "100.00000000", "100.00000000"), RecordingField, "data.a", "best bid");
}

TEST_F(CombinedStreamTest, WithoutASnapshotThereIsNoBook) {
  const Seen seen = read(depth(1, 1, 2) + ticker(2, 2) + trade(3, 1));
  EXPECT_EQ(seen.kinds, "");
  EXPECT_EQ(seen.error.reason, Reason::RecordingNoSnapshot);
  EXPECT_EQ(seen.error.field, folder_.path("recording"));
  EXPECT_EQ(seen.error.seen, "1 depth, 2 bookTicker and trade, 0 unknown lines");
}

TEST_F(CombinedStreamTest, OnlySoManyDepthEventsWaitForASnapshot) {
  std::string text;
  for (int i = 1; i <= 4096; ++i) text += depth(i, i, i, "[]");
  EXPECT_EQ(read(text + snapshot(5000, 1)).counts.depths, 4095);
  const Seen seen = read(text + depth(4097, 4097, 4097, "[]") + snapshot(5000, 1));
  EXPECT_EQ(seen.error.reason, Reason::RecordingNoSnapshot);
  EXPECT_EQ(seen.error.field, folder_.path("recording") + ":4097: data");
}

TEST_F(CombinedStreamTest, TheTopAloneNeedsNoSnapshot) {
  const std::string text = depth(1, 1, 2) + ticker(2, 2) + snapshot(3, 1) + depth(4, 9, 10) +
                           trade(5, 1) + "5 {\"anything\":1}\n";
  const Seen seen = read(text, {.top_only = true});
  EXPECT_EQ(seen.error.reason, Reason::None) << to_text(seen.error);
  EXPECT_EQ(seen.kinds, "BT");
  EXPECT_EQ(seen.counts.stale, 4);
}

TEST_F(CombinedStreamTest, NothingButOtherLinesIsEmpty) {
  const Seen seen = read(stream(1, "btcusdt@kline_1m", "{}"));
  EXPECT_EQ(seen.error.reason, Reason::RecordingEmpty);
  EXPECT_EQ(seen.error.seen, "0 depth, 0 bookTicker and trade, 1 unknown lines");
  EXPECT_EQ(read(depth(1, 1, 2), {.top_only = true}).error.reason, Reason::RecordingEmpty);
}

TEST_F(CombinedStreamTest, ASecondFileContinuesTheFirst) {
  const std::string a = folder_.write("a", snapshot(1, 100) + depth(2, 101, 102));
  const std::string b = folder_.write("b.gz", gzip(depth(3, 103, 104) + ticker(4, 104)));
  const std::string empty = folder_.write("empty", "\n\n");
  EXPECT_EQ(read_files({a, b}).kinds, "SDDB");
  EXPECT_EQ(read_files({empty, a, empty, b, empty}).kinds, "SDDB");

  const std::string gap = folder_.write("gap", "\n" + depth(3, 104, 105));
  const Seen seen = read_files({a, gap});
  EXPECT_EQ(seen.error.reason, Reason::RecordingGap);
  EXPECT_EQ(seen.error.field, gap + ":2: data.U");
  EXPECT_EQ(read_files({a, a}).error.reason, Reason::RecordingTimeBackwards);
}

TEST_F(CombinedStreamTest, ADepthEventMayWaitForTheSnapshotOfTheNextFile) {
  const std::string a = folder_.write("a", depth(1, 99, 101) + depth(2, 102, 103));
  const std::string b = folder_.write("b", snapshot(3, 100) + depth(4, 104, 104));
  EXPECT_EQ(read_files({a, b}).kinds, "SDDD");
}

TEST_F(CombinedStreamTest, ProgressGoesFromZeroToOne) {
  const std::string a = folder_.write("a", snapshot(1, 100) + ticker(2, 101));
  const std::string b = folder_.write("b.gz", gzip(ticker(3, 102) + ticker(4, 103)));
  auto source = open_recording({a, b}, SymbolId{0}, "BTCUSDT").value();
  EXPECT_EQ(source->progress(), Rate());
  Rate last;
  while (source->next().value() != nullptr) {
    EXPECT_GT(source->progress(), last);
    last = source->progress();
  }
  EXPECT_EQ(source->progress(), Rate::of(1));
}

}  // namespace
}  // namespace clawgate::sim
