// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/market/source.h"
#include "tests/sim/market/support.h"

// Every way in which a recording can be wrong, one case a format and rule.

namespace clawgate::sim {
namespace {

struct Row {
  std::string_view format;
  Reason reason;
  std::string bytes;
};

const std::string kSnapshot =
    R"(1 {"lastUpdateId":10,"bids":[["99.0","1.0"]],"asks":[["101.0","3.0"]]})"
    "\n";

std::string depth(int at, int first, int last, const std::string& symbol = "BTCUSDT") {
  return std::to_string(at) + R"( {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate",)" +
         R"("E":1723161255208,"s":")" + symbol + R"(","U":)" + std::to_string(first) + R"(,"u":)" +
         std::to_string(last) + R"(,"b":[["99.0","2.0"]],"a":[]}})" + "\n";
}

std::string csv(const std::string& id, const std::string& price, const std::string& time) {
  return id + "," + price + ",0.1,1,1," + time + ",True,True\n";
}

std::string json(const std::string& id, const std::string& price, const std::string& time) {
  return R"({"a":)" + id + R"(,"p":")" + price + R"(","q":"0.1","f":1,"l":1,"T":)" + time +
         R"(,"m":true,"M":true})";
}

const std::string kTime = "1723161255342";
const std::string kEarlier = "1723161255341";

std::vector<Row> rows() {
  return {
      {"file", Reason::RecordingUnreadable, ""},  // and no file
      {"file", Reason::RecordingCompressed, gzip(kSnapshot).substr(0, 20)},
      {"file", Reason::RecordingLine, "hello\n"},
      {"file", Reason::RecordingEmpty, "\n"},
      {"combined stream", Reason::RecordingLine, kSnapshot + "2 {\n"},
      {"combined stream", Reason::RecordingField, kSnapshot + depth(2, 12, 11)},
      {"combined stream", Reason::RecordingGap, kSnapshot + depth(2, 11, 11) + depth(3, 13, 13)},
      {"combined stream", Reason::RecordingTimeBackwards,
       kSnapshot + depth(3, 11, 11) + depth(2, 12, 12)},
      {"combined stream", Reason::RecordingNoSnapshot, depth(2, 11, 11)},
      {"combined stream", Reason::RecordingSymbol, kSnapshot + depth(2, 11, 11, "ETHUSDT")},
      {"combined stream", Reason::RecordingEmpty,
       R"(1 {"stream":"btcusdt@kline_1m","data":{}})"
       "\n"},
      {"aggTrades CSV", Reason::RecordingLine, csv("1", "60000", kTime) + "2,3\n"},
      {"aggTrades CSV", Reason::RecordingField, csv("1", "x", kTime)},
      {"aggTrades CSV", Reason::RecordingGap, csv("1", "60000", kTime) + csv("3", "60000", kTime)},
      {"aggTrades CSV", Reason::RecordingTimeBackwards,
       csv("1", "60000", kTime) + csv("2", "60000", kEarlier)},
      {"aggTrades JSON", Reason::RecordingLine, "[" + json("1", "60000", kTime)},
      {"aggTrades JSON", Reason::RecordingField, "[" + json("1", "x", kTime) + "]"},
      {"aggTrades JSON", Reason::RecordingGap,
       "[" + json("1", "60000", kTime) + "," + json("3", "60000", kTime) + "]"},
      {"aggTrades JSON", Reason::RecordingTimeBackwards,
       "[" + json("1", "60000", kTime) + "," + json("2", "60000", kEarlier) + "]"},
      {"aggTrades JSON", Reason::RecordingEmpty, "[]"},
  };
}

TEST(BadRecordingTest, EachIsToldByItsRuleAndNamesTheFile) {
  for (const Row& row : rows()) {
    const TempFolder folder;
    const bool absent = row.reason == Reason::RecordingUnreadable;
    const std::string path = absent ? folder.path("f") : folder.write("f", row.bytes);
    auto source = open_recording({path}, SymbolId{0}, "BTCUSDT");
    const Error error = source ? drain(**source, [](const MarketEvent&) {}) : source.error();
    EXPECT_EQ(info(error.reason).code, info(row.reason).code)
        << row.format << ": " << row.bytes << "\n"
        << to_text(error);
    EXPECT_EQ(error.field.substr(0, path.size()), path) << to_text(error);
  }
}

TEST(BadRecordingTest, EveryRowOfTheTableHasACaseAndNoFormatTwo) {
  std::set<Reason> covered;
  std::set<std::pair<std::string_view, Reason>> cases;
  for (const Row& row : rows()) {
    covered.insert(row.reason);
    EXPECT_TRUE(cases.emplace(row.format, row.reason).second)
        << row.format << " " << info(row.reason).code;
  }
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Recording) continue;
    EXPECT_TRUE(covered.contains(row.reason)) << row.code;
  }
}

}  // namespace
}  // namespace clawgate::sim
