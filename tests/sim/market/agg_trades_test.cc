// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/market/source.h"
#include "sim/market/wire_time.h"
#include "tests/sim/market/support.h"

namespace clawgate::sim {
namespace {

constexpr char kHeader[] =
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker,"
    "is_best_match\n";

// One snapshot and one trade, side by side.
struct Row {
  BookLevel bid;
  BookLevel ask;
  std::int64_t book_id = 0;
  MarketEvent trade;
};

class AggTradesTest : public ::testing::Test {
 protected:
  std::vector<Row> read(const std::string& text, const RecordingOptions& options = {},
                        std::string_view symbol = "BTCUSDT") {
    std::vector<Row> rows;
    auto source = open_recording({folder_.write("f", text)}, SymbolId{2}, symbol, options);
    if (!source) {
      error_ = source.error();
      return rows;
    }
    bool trade_due = false;
    error_ = drain(**source, [&](const MarketEvent& event) {
      EXPECT_EQ(event.symbol, SymbolId{2});
      EXPECT_EQ(event.kind, trade_due ? MarketKind::Trade : MarketKind::Snapshot);
      if (event.kind == MarketKind::Snapshot) {
        EXPECT_EQ(event.bids.size(), 1U);
        EXPECT_EQ(event.asks.size(), 1U);
        rows.push_back({event.bids[0], event.asks[0], event.last_id, {}});
      } else {
        rows.back().trade = event;
      }
      trade_due = !trade_due;
    });
    return rows;
  }

  void expect_bad(const std::string& text, Reason reason, const std::string& where) {
    (void)read(text);
    EXPECT_EQ(error_.reason, reason) << text << to_text(error_);
    EXPECT_EQ(error_.field, folder_.path("f") + where) << text;
  }

  TempFolder folder_;
  Error error_;
};

TEST_F(AggTradesTest, TheDumpsAreReadWithAndWithoutTheirHeader) {
  const std::string lines =
      "5,61837.63000000,0.02000000,10,11,1723161255342,True,True\n"
      "6,61840.00000000,1.5,12,12,1723161255342,False,True\n";
  for (const std::string& text : {lines, kHeader + lines, gzip(kHeader + lines)}) {
    const auto rows = read(text, {.tick = Px::from_raw(1'000'000)});
    ASSERT_EQ(error_.reason, Reason::None) << to_text(error_);
    ASSERT_EQ(rows.size(), 2U);
    const MarketEvent& first = rows[0].trade;
    EXPECT_EQ(first.trade_id, 5);
    EXPECT_EQ(first.price, Px::from_raw(6'183'763'000'000));
    EXPECT_EQ(first.quantity, Qty::from_raw(2'000'000));
    EXPECT_EQ(first.exchange_time, TimeNs{1'723'161'255'342'000'000});
    EXPECT_EQ(first.receive_time, first.exchange_time);
    EXPECT_TRUE(first.buyer_is_maker);
    EXPECT_FALSE(rows[1].trade.buyer_is_maker);
    EXPECT_EQ(rows[1].trade.quantity, Qty::from_raw(150'000'000));
  }
}

// 1 bp of 61837.63 is 6.183763: 6.19 in whole ticks.
TEST_F(AggTradesTest, TheBookIsTheTradesPriceAndOneSpread) {
  const auto rows = read(
      "5,61837.63000000,0.1,1,1,1723161255342,true,true\n"
      "6,61837.63000000,0.1,1,1,1723161255342,false,true\n",
      {.tick = Px::from_raw(1'000'000), .size = Qty::of(7)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].bid.price, rows[0].trade.price);  // the seller hit the bid
  EXPECT_EQ(rows[0].ask.price, Px::from_raw(6'184'382'000'000));
  EXPECT_EQ(rows[1].ask.price, rows[1].trade.price);
  EXPECT_EQ(rows[1].bid.price, Px::from_raw(6'183'144'000'000));
  EXPECT_EQ(rows[0].bid.quantity, Qty::of(7));
  EXPECT_EQ(rows[0].ask.quantity, Qty::of(7));
  EXPECT_EQ(rows[0].book_id, 1);
  EXPECT_EQ(rows[1].book_id, 2);
}

TEST_F(AggTradesTest, TheSpreadIsAtLeastOneTickAndWholeTicksStay) {
  const std::string line = "5,100.00000000,0.1,1,1,1723161255342,true,true\n";
  const auto spread = [&](Rate rate, Px tick) {
    const auto rows = read(line, {.spread = rate, .tick = tick});
    return rows.at(0).ask.price.raw() - rows.at(0).bid.price.raw();
  };
  EXPECT_EQ(spread(Rate(), Px::from_raw(1'000)), 1'000);
  EXPECT_EQ(spread(bps(1), Px::from_raw(1'000'000)), 1'000'000);  // exactly one tick
  EXPECT_EQ(spread(bps(1), Px::from_raw(999'999)), 1'999'998);
}

TEST_F(AggTradesTest, APriceWithoutRoomForTheSpreadIsRefused) {
  const auto line = [](const std::string& price) {
    return "5," + price + ",1,1,1,1723161255342,false,true\n";
  };
  expect_bad(line("0.00000001"), Reason::RecordingField, ":1: price");
  EXPECT_EQ(read(line("0.00000002")).size(), 1U);
}

TEST_F(AggTradesTest, MillisecondsAndMicrosecondsAreToldApartBySize) {
  EXPECT_EQ(nanos_of_stamp(1'723'161'255'342), 1'723'161'255'342'000'000);
  EXPECT_EQ(nanos_of_stamp(1'723'161'255'342'001), 1'723'161'255'342'001'000);
  EXPECT_EQ(nanos_of_stamp(9'000'000'000'000), 9'000'000'000'000'000'000);
  EXPECT_EQ(nanos_of_stamp(9'000'000'000'001), -1);
  EXPECT_EQ(nanos_of_stamp(99'999'999'999'999), -1);
  EXPECT_EQ(nanos_of_stamp(100'000'000'000'000), 100'000'000'000'000'000);
  EXPECT_EQ(nanos_of_stamp(9'000'000'000'000'000), 9'000'000'000'000'000'000);
  EXPECT_EQ(nanos_of_stamp(9'000'000'000'000'001), -1);
  EXPECT_EQ(nanos_of_stamp(-1), -1);
  const auto rows = read("5,100.0,1.0,1,1,1736035200000123,true,true\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].trade.receive_time, TimeNs{1'736'035'200'000'123'000});
}

TEST_F(AggTradesTest, AMissingRowIsAGapAndTimeDoesNotGoBack) {
  const auto line = [](int id, int time) {
    return std::to_string(id) + ",100.0,1.0,1,1," + std::to_string(time) + ",true,true\n";
  };
  EXPECT_EQ(read(line(5, 10) + line(6, 10)).size(), 2U);
  expect_bad(line(5, 10) + line(7, 11), Reason::RecordingGap, ":2: id");
  EXPECT_EQ(error_.seen, "7 instead of 6");
  expect_bad(line(5, 10) + line(5, 11), Reason::RecordingGap, ":2: id");
  expect_bad(line(5, 10) + line(6, 9), Reason::RecordingTimeBackwards, ":2: time");
}

TEST_F(AggTradesTest, ABadColumnIsNamed) {
  using enum Reason;
  const std::string good = "5,100.0,1.0,1,1,10,true,true\n";
  expect_bad(good + "6,100.0,1.0,1,1,10\n", RecordingLine, ":2: columns");
  expect_bad(good + "6,100.0,1.0,1,1,10,true,true,more\n", RecordingLine, ":2: columns");
  expect_bad(good + "x,100.0,1.0,1,1,10,true,true\n", RecordingField, ":2: agg_trade_id");
  expect_bad(good + "6,0.0,1.0,1,1,10,true,true\n", RecordingField, ":2: price");
  expect_bad(good + "6,1e2,1.0,1,1,10,true,true\n", RecordingField, ":2: price");
  expect_bad(good + "6,,1.0,1,1,10,true,true\n", RecordingField, ":2: price");
  expect_bad(good + "6,100.0,0,1,1,10,true,true\n", RecordingField, ":2: quantity");
  expect_bad(good + "6,100.0,1.000000001,1,1,10,true,true\n", RecordingField, ":2: quantity");
  expect_bad(good + "6,100.0,1.0,1,1,soon,true,true\n", RecordingField, ":2: timestamp");
  expect_bad(good + "6,100.0,1.0,1,1,10,TRUE,true\n", RecordingField, ":2: is_buyer_maker");
  expect_bad(good + kHeader, RecordingField, ":2: agg_trade_id");
}

TEST_F(AggTradesTest, OldDumpsOfSevenColumnsAndOtherLineEndsAreRead) {
  EXPECT_EQ(read("6,100.0,1.0,1,1,10,true\n7,100.0,1.0,1,1,10,false").size(), 2U);
  EXPECT_EQ(read("6,100.0,1.0,1,1,10,true\r\n7,100.0,1.0,1,1,10,false\r\n").size(), 2U);
}

TEST_F(AggTradesTest, RestAnswersAreReadInAnyFieldOrder) {
  const auto rows = read(
      R"([{"M": true, "T": 1577977823305, "a": 7, "f": 1, "l": 1, "m": false, "p": "7139.89", "q": "0.067"},)"
      R"({"a":8,"p":"7139.90000000","q":"1.00000000","f":2,"l":2,"T":1577977823305,"m":true,"M":true}])");
  ASSERT_EQ(error_.reason, Reason::None) << to_text(error_);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].trade.trade_id, 7);
  EXPECT_EQ(rows[0].trade.price, Px::from_raw(713'989'000'000));
  EXPECT_EQ(rows[0].trade.quantity, Qty::from_raw(6'700'000));
  EXPECT_FALSE(rows[0].trade.buyer_is_maker);
  EXPECT_TRUE(rows[1].trade.buyer_is_maker);
}

TEST_F(AggTradesTest, CcxtRowsAreReadFromWhatTheExchangeSaid) {
  const std::string text =
      R"([{"info":{"a":1,"p":"0.00141342","q":"23.0","T":1570752011620,"m":true},"price":9.9,"symbol":"XRP/ETH"}])";
  const auto rows = read(text, {}, "XRPETH");
  ASSERT_EQ(rows.size(), 1U) << to_text(error_);
  EXPECT_EQ(rows[0].trade.price, Px::from_raw(141'342));
  expect_bad(text, Reason::RecordingSymbol, "[0]: symbol");
}

TEST_F(AggTradesTest, ABadItemIsNamedByItsPlaceInTheArray) {
  using enum Reason;
  const std::string good = R"({"a":1,"p":"1.5","q":"2","T":10,"m":true})";
  const auto after_good = [&](const std::string& item) { return "[" + good + "," + item + "]"; };
  expect_bad(after_good("5"), RecordingField, "[1]: json");
  expect_bad(after_good(R"({"p":"1.5","q":"2","T":10,"m":true})"), RecordingField, "[1]: a");
  expect_bad(after_good(R"({"a":2,"p":1.5,"q":"2","T":10,"m":true})"), RecordingField, "[1]: p");
  expect_bad(after_good(R"({"a":2,"p":"0","q":"2","T":10,"m":true})"), RecordingField, "[1]: p");
  expect_bad(after_good(R"({"a":2,"p":"1.5","q":"x","T":10,"m":true})"), RecordingField, "[1]: q");
  expect_bad(after_good(R"({"a":2,"p":"1.5","q":"2","T":-1,"m":true})"), RecordingField, "[1]: T");
  expect_bad(after_good(R"({"a":2,"p":"1.5","q":"2","T":10,"m":1})"), RecordingField, "[1]: m");
  expect_bad(after_good(R"({"a":3,"p":"1.5","q":"2","T":10,"m":true})"), RecordingGap, "[1]: id");
  expect_bad("[" + good, RecordingLine, "[0]: json");
  expect_bad("[" + good + ",", RecordingLine, "[0]: json");
  expect_bad("[" + good + "] []", RecordingLine, "[1]: json");
}

TEST_F(AggTradesTest, NoRowAtAllIsEmpty) {
  expect_bad("[]", Reason::RecordingEmpty, "");
  expect_bad(kHeader, Reason::RecordingEmpty, "");
}

TEST_F(AggTradesTest, SeveralFilesAreOneStream) {
  const std::string a = folder_.write("a", "5,100.0,1.0,1,1,10,true,true\n");
  const std::string b = folder_.write("b", std::string(kHeader) + "6,101.0,1.0,1,1,11,true,true\n");
  auto both = open_recording({a, b}, SymbolId{0}, "BTCUSDT").value();
  int events = 0;
  EXPECT_EQ(drain(*both, [&](const MarketEvent&) { ++events; }).reason, Reason::None);
  EXPECT_EQ(events, 4);
  EXPECT_EQ(both->progress(), Rate::of(1));
}

TEST_F(AggTradesTest, RealRestAnswersAreReadWhole) {
  SKIP_WITHOUT_RECORDING("gocryptotrader/aggTrades_BTCUSDT_1000.json");
  auto source = open_recording({recorded("gocryptotrader/aggTrades_BTCUSDT_1000.json")},
                               SymbolId{0}, "BTCUSDT")
                    .value();
  Px first;
  Px last;
  Rate progress;
  const Error error = drain(*source, [&](const MarketEvent& event) {
    EXPECT_GE(source->progress(), progress);
    progress = source->progress();
    if (event.kind != MarketKind::Trade) return;
    if (first.is_zero()) first = event.price;
    last = event.price;
  });
  EXPECT_EQ(error.reason, Reason::None) << to_text(error);
  EXPECT_EQ(source->counts().trades, 1'000);
  EXPECT_EQ(first, Px::from_raw(713'989'000'000));
  EXPECT_EQ(last, Px::from_raw(713'719'000'000));
  EXPECT_EQ(source->progress(), Rate::of(1));
}

TEST_F(AggTradesTest, RealCcxtRowsAreReadWhole) {
  SKIP_WITHOUT_RECORDING("xrpeth/XRP_OLD-trades.json.gz");
  auto source =
      open_recording({recorded("xrpeth/XRP_OLD-trades.json.gz")}, SymbolId{0}, "XRPETH").value();
  Qty traded;
  int sellers = 0;
  const Error error = drain(*source, [&](const MarketEvent& e) {
    traded = Qty::from_raw(traded.raw() + e.quantity.raw());
    sellers += e.buyer_is_maker ? 1 : 0;
  });
  EXPECT_EQ(error.reason, Reason::None) << to_text(error);
  EXPECT_EQ(source->counts().trades, 12'477);
  EXPECT_EQ(traded, Qty::of(5'545'735));
  EXPECT_EQ(sellers, 5'953);
}

// These are single trades, not aggregates: another shape, which is said and not guessed at.
TEST_F(AggTradesTest, RealSingleTradesAreRefused) {
  SKIP_WITHOUT_RECORDING("gocryptotrader/trades_ETHBTC_1000.json");
  auto source =
      open_recording({recorded("gocryptotrader/trades_ETHBTC_1000.json")}, SymbolId{0}, "ETHBTC")
          .value();
  EXPECT_EQ(source->next().error().reason, Reason::RecordingField);
}

}  // namespace
}  // namespace clawgate::sim
