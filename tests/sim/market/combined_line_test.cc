// SPDX-License-Identifier: Apache-2.0
#include "sim/market/combined_line.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/market/file_text.h"
#include "sim/market/random.h"
#include "tests/sim/market/support.h"

namespace clawgate::sim {
namespace {

// A reader and the memory that its line needs.
class Reader {
 public:
  LineReading read(const std::string& json, bool with_depth = true) {
    text_ = json + std::string(FileText::kPadding, '\0');
    return line_.read(std::string_view(text_).substr(0, json.size()), with_depth);
  }
  std::string digest() {
    EventDigest digest;
    digest.add(line_.event());
    return digest.hex();
  }
  const MarketEvent& event() { return line_.event(); }

 private:
  std::string text_;
  CombinedLine line_{SymbolId{1}, "BTCUSDT"};
};

const std::string kTicker =
    R"({"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}})";
const std::string kTrade =
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}})";
const std::string kDepth =
    R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":50093239203,"u":50093239207,"b":[["55653.87000000","0.00000000"]],"a":[["61838.04000000","0.32332000"],["61844.30000000","0.40163000"]]}})";
const std::string kOldTrade =  // with the order ids that were sent until 2024
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","b":1,"a":2,"T":1723161255342,"m":true,"M":true}})";

// Where the venue's own form ends and the general reader takes over, nothing changes.
std::string with_blank(const std::string& json) {
  return "{ " + json.substr(1);
}

TEST(CombinedLineTest, BothReadersSayTheSameOfWholeLines) {
  for (const std::string& json : {kTicker, kTrade, kDepth, kOldTrade}) {
    Reader exact;
    Reader general;
    EXPECT_EQ(exact.read(json).kind, LineReading::Kind::Event) << json;
    EXPECT_EQ(general.read(with_blank(json)).kind, LineReading::Kind::Event) << json;
    EXPECT_EQ(exact.digest(), general.digest()) << json;
  }
}

TEST(CombinedLineTest, TradesWithOrderIdsReadAsWithout) {
  Reader old_form;
  Reader new_form;
  (void)old_form.read(kOldTrade);
  (void)new_form.read(kTrade);
  EXPECT_EQ(old_form.digest(), new_form.digest());
}

// With a seed, so that a failure can be seen again.
TEST(CombinedLineTest, BothReadersSayTheSameOfDamagedLines) {
  constexpr std::string_view kBytes = "0123456789\"{}[],:.eE-+ tfn\\@abBuUsT\n\x80";
  Random random(20'260'105);
  Reader exact;
  Reader general;
  int events = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string json = i % 3 == 0 ? kTicker : i % 3 == 1 ? kTrade : kDepth;
    for (std::int64_t changes = random.between(1, 2); changes > 0; --changes) {
      const auto at =
          static_cast<std::size_t>(random.between(1, static_cast<std::int64_t>(json.size()) - 1));
      const char byte =
          kBytes[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(kBytes.size())))];
      switch (random.below(3)) {
        case 0:
          json[at] = byte;
          break;
        case 1:
          json.insert(at, 1, byte);
          break;
        default:
          json.erase(at, 1);
          break;
      }
    }
    const LineReading a = exact.read(json);
    const LineReading b = general.read(with_blank(json));
    ASSERT_EQ(a.kind, b.kind) << json;
    ASSERT_EQ(a.reason, b.reason) << json;
    ASSERT_EQ(a.field, b.field) << json;
    if (a.kind != LineReading::Kind::Event) continue;
    ASSERT_EQ(exact.digest(), general.digest()) << json;
    ++events;
  }
  EXPECT_GT(events, 1'000);  // a digit for a digit, mostly
}

TEST(CombinedLineTest, DepthAndSnapshotsArePassedUnreadWhenNotWanted) {
  Reader reader;
  EXPECT_EQ(reader.read(kDepth, false).kind, LineReading::Kind::Passed);
  EXPECT_EQ(reader.read(R"({"lastUpdateId":1})", false).kind, LineReading::Kind::Passed);
  EXPECT_EQ(reader.read(kTicker, false).kind, LineReading::Kind::Event);
  EXPECT_EQ(reader.read(kTrade, false).kind, LineReading::Kind::Event);
}

TEST(CombinedLineTest, NothingOfOneLineIsLeftInTheNext) {
  Reader reader;
  (void)reader.read(kTicker);
  (void)reader.read(kTrade);
  EXPECT_TRUE(reader.event().bid.price.is_zero());
  EXPECT_EQ(reader.event().last_id, 0);
  (void)reader.read(kDepth);
  (void)reader.read(kTicker);
  EXPECT_TRUE(reader.event().bids.empty());
  EXPECT_EQ(reader.event().exchange_time, TimeNs{0});
}

}  // namespace
}  // namespace clawgate::sim
