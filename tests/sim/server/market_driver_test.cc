// SPDX-License-Identifier: Apache-2.0
#include "sim/server/market_driver.h"

#include <gtest/gtest.h>

#include <fstream>

#include "sim/market/book_rule.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::sim {
namespace {

const SymbolRules& kRules = *find_built_in("BTCUSDT");
constexpr TimeNs kStart{1'800'000'000'000'000'000};

TEST(ParseMarketTest, ReadsSymbolSeedAndFiles) {
  const auto plain = parse_market("synthetic:7", "BTCUSDT").value();
  EXPECT_TRUE(plain.synthetic);
  EXPECT_EQ(plain.seed, 7U);
  EXPECT_EQ(plain.symbol, "BTCUSDT");
  const auto named = parse_market("ETHUSDT=a.gz,b.gz", "BTCUSDT").value();
  EXPECT_FALSE(named.synthetic);
  EXPECT_EQ(named.symbol, "ETHUSDT");
  EXPECT_EQ(named.files, (std::vector<std::string>{"a.gz", "b.gz"}));
  EXPECT_EQ(parse_market("dir/x=1.gz", "BTCUSDT").value().files.at(0), "dir/x=1.gz");
  for (const char* const bad : {"", "synthetic:", "synthetic:x", "synthetic:-1", "synthetic:1.5",
                                "ETHUSDT=", ",a", "a,,b"}) {
    EXPECT_FALSE(parse_market(bad, "BTCUSDT")) << bad;
  }
}

class MarketDriverTest : public ::testing::Test {
 protected:
  // Two trades, one second apart.
  MarketChoice recording() {
    const std::string path = (directory_.path() / "trades.csv").string();
    std::ofstream(path) << "1,60000.00,1.0,1,1,1700000000000,true,true\n"
                           "2,60010.00,2.0,2,2,1700000001000,false,true\n";
    return {.symbol = "BTCUSDT", .synthetic = false, .seed = 0, .files = {path}};
  }
  static std::vector<MarketEvent> take(MarketDriver& driver, std::size_t count) {
    std::vector<MarketEvent> events;
    while (events.size() < count && driver.next_due()) {
      const TimeNs now = *driver.next_due();
      EXPECT_FALSE(driver.take(now, [&](const MarketEvent& event) { events.push_back(event); }));
    }
    return events;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(MarketDriverTest, UpdateIdsGoOnAfterThoseToldBefore) {
  for (const bool synthetic : {true, false}) {
    MarketChoice choice = recording();
    choice.synthetic = synthetic;
    MarketDriver driver({.start = kStart});
    ASSERT_FALSE(driver.add(choice, SymbolId(0), kRules, 5'000));
    const auto events = take(driver, 3);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].last_id, 5'001);
  }
}

TEST_F(MarketDriverTest, AStartMovesTheTimesAndASpeedDividesThem) {
  MarketDriver driver({.start = kStart, .speed = 4});
  ASSERT_FALSE(driver.add(recording(), SymbolId(0), kRules));
  const auto events = take(driver, 100);
  ASSERT_EQ(events.size(), 4U);  // a book ahead of each trade
  EXPECT_EQ(events[1].exchange_time, kStart);
  EXPECT_EQ(events[3].exchange_time, TimeNs(kStart.value() + 250'000'000));
  EXPECT_EQ(events[3].receive_time, events[3].exchange_time);
  EXPECT_FALSE(driver.next_due());
}

TEST_F(MarketDriverTest, WithoutAStartTimesAreTheRecordings) {
  MarketDriver driver({.start = std::nullopt});
  ASSERT_FALSE(driver.add(recording(), SymbolId(0), kRules));
  EXPECT_EQ(driver.next_due(), TimeNs(1'700'000'000'000'000'000));
  EXPECT_EQ(take(driver, 100).back().exchange_time, TimeNs(1'700'000'001'000'000'000));
}

TEST_F(MarketDriverTest, AtFullSpeedEverythingIsDueAndHappensNow) {
  MarketDriver driver({.start = kStart, .speed = 0});
  ASSERT_FALSE(driver.add(recording(), SymbolId(0), kRules));
  const TimeNs now(kStart.value() + 5);
  std::vector<MarketEvent> events;
  while (driver.next_due()) {
    ASSERT_LE(*driver.next_due(), now);
    ASSERT_FALSE(driver.take(now, [&](const MarketEvent& event) { events.push_back(event); }));
  }
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[3].exchange_time, now);
}

TEST_F(MarketDriverTest, ALoopGoesOnInTimeAndInUpdateIds) {
  MarketDriver driver({.start = kStart, .loop_recordings = true});
  ASSERT_FALSE(driver.add(recording(), SymbolId(0), kRules));
  const auto events = take(driver, 12);
  ASSERT_EQ(events.size(), 12U);
  for (std::size_t i = 1; i < events.size(); ++i) {
    EXPECT_GE(events[i].receive_time, events[i - 1].receive_time);
  }
  std::int64_t last = 0;
  for (const MarketEvent& event : events) {
    if (event.kind != MarketKind::Snapshot) continue;
    EXPECT_GT(event.last_id, last);
    last = event.last_id;
  }
}

TEST_F(MarketDriverTest, ASyntheticMarketGoesOnAfterItsLastPhase) {
  MarketDriver driver({.start = kStart, .speed = 1});
  ASSERT_FALSE(driver.add({.symbol = "BTCUSDT", .synthetic = true, .seed = 1, .files = {}},
                          SymbolId(0), kRules));
  int snapshots = 0;
  BookRule rule;
  Px last;
  for (int i = 0; i < 300'000 && snapshots < 3; ++i) {
    ASSERT_TRUE(driver.next_due());
    ASSERT_FALSE(driver.take(*driver.next_due(), [&](const MarketEvent& event) {
      if (event.kind == MarketKind::Trade) last = event.price;
      if (event.kind == MarketKind::Depth) {
        ASSERT_EQ(rule.on_depth(event.first_id, event.last_id), BookRule::Step::Apply);
      }
      if (event.kind != MarketKind::Snapshot) return;
      ASSERT_EQ(rule.on_snapshot(event.last_id), BookRule::Step::Apply);
      if (snapshots++ > 0) {
        EXPECT_EQ(event.bids[0].price, last);
      }
    }));
  }
  EXPECT_EQ(snapshots, 3);
}

TEST_F(MarketDriverTest, MarketsAreMergedByTime) {
  MarketDriver driver({.start = kStart, .speed = 1});
  ASSERT_FALSE(driver.add(recording(), SymbolId(0), kRules));
  ASSERT_FALSE(driver.add({.symbol = "ETHUSDT", .synthetic = true, .seed = 1, .files = {}},
                          SymbolId(1), *find_built_in("ETHUSDT")));
  const auto events = take(driver, 60);
  int first = 0;
  for (std::size_t i = 1; i < events.size(); ++i) {
    EXPECT_GE(events[i].receive_time, events[i - 1].receive_time);
    if (events[i].symbol == SymbolId(0)) ++first;
  }
  EXPECT_GE(first, 3);
}

TEST_F(MarketDriverTest, AMissingRecordingIsNamed) {
  MarketDriver driver({.start = kStart});
  const auto error =
      driver.add({.symbol = "BTCUSDT", .synthetic = false, .seed = 0, .files = {"/none.gz"}},
                 SymbolId(0), kRules);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, Reason::RecordingUnreadable);
}

}  // namespace
}  // namespace clawgate::sim
