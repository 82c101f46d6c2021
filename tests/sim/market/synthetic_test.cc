// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/market/price_path.h"
#include "sim/market/random.h"
#include "sim/market/source.h"
#include "tests/sim/market/support.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kCent = 1'000'000;  // raw
constexpr std::int64_t kNoiseReach = 16;   // times noise_ticks

std::unique_ptr<MarketSource> market(const SyntheticOptions& options = {}) {
  return make_synthetic(options).value();
}

TEST(RandomTest, IsSplitMix64) {
  Random random(1'234'567);  // the generator's published test values
  EXPECT_EQ(random.next(), 6'457'827'717'110'365'317U);
  EXPECT_EQ(random.next(), 3'203'168'211'198'807'973U);
  EXPECT_EQ(random.next(), 9'817'491'932'198'370'423U);
}

TEST(RandomTest, BelowReachesBothEndsAndNoFurther) {
  Random random(1);
  std::vector<int> seen(5);
  for (int i = 0; i < 1'000; ++i) ++seen.at(static_cast<std::size_t>(random.below(5)));
  for (const int count : seen) EXPECT_GT(count, 150);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0);
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t value = random.between(-2, 2);
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_EQ(least, -2);
  EXPECT_EQ(most, 2);
}

TEST(PricePathTest, EachPhaseEndsExactlyOnItsTarget) {
  PricePath path(1'000'000, {{PhaseKind::Rise, 100, 1'000},
                             {PhaseKind::Gap, -50, 0},
                             {PhaseKind::Calm, 0, 200},
                             {PhaseKind::Fall, 200, 300}});
  std::vector<std::int64_t> ticks;
  while (!path.ended()) {
    path.advance();
    ticks.push_back(path.ticks());
  }
  EXPECT_EQ(ticks, (std::vector<std::int64_t>{1'001'000, 1'002'000, 1'003'000, 1'004'000, 1'005'000,
                                              1'006'000, 1'007'000, 1'008'000, 1'009'000, 1'010'000,
                                              1'004'950, 1'004'950, 998'251, 991'551, 984'851}));
}

// The same bytes everywhere: recorded with g++ 12 and clang++ 14 on x86-64.
TEST(SyntheticTest, ASeedMeansTheSameEventsOnEveryMachine) {
  EXPECT_EQ(digest_of(*market()),
            "c1d6166237f0b2b0ab6ab5a2f48eb44405cea05b487e1bb38219dde751a1e5c9");
  EXPECT_EQ(digest_of(*market({.seed = 2})),
            "153a03ac326dc7a3b2dc9f1da3bc02ecb35b4234ccedf4a06aa4846b6f45969d");
}

TEST(SyntheticTest, TheSameSeedGivesTheSameEventsAgain) {
  EXPECT_EQ(digest_of(*market({.seed = 9})), digest_of(*market({.seed = 9})));
  EXPECT_NE(digest_of(*market({.seed = 9})), digest_of(*market({.seed = 10})));
}

class SyntheticSeedTest : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SyntheticSeedTest, ::testing::Values(1, 2, 3, 4, 5));

TEST_P(SyntheticSeedTest, IdsAreContiguousAndTimeRunsForward) {
  auto source = market({.seed = GetParam(), .symbol = SymbolId{4}});
  std::int64_t update = 0;
  std::int64_t trade = 0;
  TimeNs last;
  TimeNs last_depth{1'767'603'600'000'000'000};
  const Error error = drain(*source, [&](const MarketEvent& e) {
    ASSERT_EQ(e.symbol, SymbolId{4});
    ASSERT_GE(e.receive_time, last);
    last = e.receive_time;
    switch (e.kind) {
      case MarketKind::Snapshot:
        EXPECT_EQ(update, 0);
        EXPECT_EQ(e.receive_time, last_depth);
        EXPECT_EQ(e.bids.size(), 20U);
        EXPECT_EQ(e.asks.size(), 20U);
        update = e.last_id;
        break;
      case MarketKind::Depth:
        ASSERT_EQ(e.first_id, update + 1);
        ASSERT_GE(e.last_id, e.first_id);
        ASSERT_EQ(e.receive_time.value(), last_depth.value() + 100'000'000);
        ASSERT_EQ(e.exchange_time, e.receive_time);
        last_depth = e.receive_time;
        update = e.last_id;
        break;
      case MarketKind::BookTicker:
        ASSERT_EQ(e.last_id, update);
        ASSERT_EQ(e.receive_time, last_depth);
        break;
      case MarketKind::Trade:
        ASSERT_EQ(e.trade_id, ++trade);
        ASSERT_GT(e.receive_time, last_depth);
        ASSERT_LT(e.receive_time.value(), last_depth.value() + 100'000'000);
        ASSERT_EQ(e.exchange_time, e.receive_time);
        break;
    }
  });
  EXPECT_EQ(error.reason, Reason::None);
  const MarketCounts counts = source->counts();
  EXPECT_EQ(counts.snapshots, 1);
  EXPECT_EQ(counts.depths, 18'000);  // 30 minutes
  EXPECT_EQ(counts.book_tickers, 18'000);
  EXPECT_EQ(counts.trades, trade);
  EXPECT_GT(counts.trades, 20'000);
  EXPECT_EQ(source->progress(), Rate::of(1));
}

// What a client sees holds together: the book from the depth events has the bookTicker's top, is
// never crossed, keeps its levels, and a trade takes less than the best level that it hits.
TEST_P(SyntheticSeedTest, BookTickersAndTradesAgreeWithTheBook) {
  auto source = market({.seed = GetParam()});
  PlainBook book;
  std::int64_t left_bid = 0;
  std::int64_t left_ask = 0;
  (void)drain(*source, [&](const MarketEvent& e) {
    if (e.kind == MarketKind::Snapshot || e.kind == MarketKind::Depth) {
      book.apply(e);
      ASSERT_LT(book.bid().price, book.ask().price);
      ASSERT_EQ(book.bid_levels(), 20U);
      ASSERT_EQ(book.ask_levels(), 20U);
      left_bid = book.bid().quantity.raw();
      left_ask = book.ask().quantity.raw();
    }
    if (e.kind == MarketKind::BookTicker) {
      ASSERT_TRUE(same(e.bid, book.bid()));
      ASSERT_TRUE(same(e.ask, book.ask()));
    }
    if (e.kind != MarketKind::Trade) return;
    ASSERT_EQ(e.price, e.buyer_is_maker ? book.bid().price : book.ask().price);
    ASSERT_GT(e.quantity.raw(), 0);
    ASSERT_EQ(e.quantity.raw() % 1'000, 0);
    std::int64_t& left = e.buyer_is_maker ? left_bid : left_ask;
    left -= e.quantity.raw();
    ASSERT_GT(left, 0);
  });
}

TEST_P(SyntheticSeedTest, TheDefaultHoldsATakeProfitAndAStopOut) {
  constexpr std::int64_t kMinute = 600;  // steps
  auto source = market({.seed = GetParam()});
  std::vector<std::int64_t> bids;
  (void)drain(*source, [&](const MarketEvent& e) {
    if (e.kind == MarketKind::BookTicker) bids.push_back(e.bid.price.raw());
  });
  const auto at = [&](std::int64_t minute) {
    return bids.at(static_cast<std::size_t>(minute * kMinute - 1));
  };
  const auto most_bps = [&](std::int64_t from, std::int64_t to, std::int64_t base) {
    std::int64_t most = 0;
    for (std::int64_t i = from * kMinute; i < to * kMinute; ++i) {
      most = std::max(most, std::abs(bids[static_cast<std::size_t>(i)] - base) * 10'000 / base);
    }
    return most;
  };
  const std::int64_t start = Px::of(60'000).raw();
  EXPECT_LE(most_bps(0, 4, start), 2);  // calm
  EXPECT_GT((at(9) - start) * 10'000 / start, 120);
  EXPECT_LE(most_bps(9, 13, at(9)), 3);
  EXPECT_LT((at(19) - at(13)) * 10'000 / at(13), -200);
  EXPECT_GT((at(27) - at(23)) * 10'000 / at(23), 50);
}

TEST_P(SyntheticSeedTest, PhasesReachTheirTargetsWithinTheNoise) {
  const SyntheticOptions options{.seed = GetParam(),
                                 .phases = {{PhaseKind::Rise, 200, 60'000},
                                            {PhaseKind::Fall, 300, 30'000},
                                            {PhaseKind::Gap, 100, 0},
                                            {PhaseKind::Calm, 0, 100}}};
  auto source = market(options);
  std::vector<std::int64_t> bids;
  (void)drain(*source, [&](const MarketEvent& e) {
    if (e.kind == MarketKind::BookTicker) bids.push_back(e.bid.price.raw());
  });
  ASSERT_EQ(bids.size(), 901U);
  const std::int64_t noise = kNoiseReach * options.noise_ticks * kCent;
  EXPECT_LE(std::abs(bids[599] - Px::of(61'200).raw()), noise);
  EXPECT_LE(std::abs(bids[899] - Px::of(59'364).raw()), noise);
  EXPECT_LE(std::abs(bids[900] - Px::from_raw(5'995'764'000'000).raw()), noise);
}

TEST(SyntheticTest, WithoutNoiseThePriceIsThePathAndEveryStepStillSaysSomething) {
  auto source =
      market({.noise_ticks = 0, .trades_max = 0, .phases = {{PhaseKind::Calm, 0, 60'000}}});
  (void)drain(*source, [&](const MarketEvent& e) {
    if (e.kind == MarketKind::Depth) {
      ASSERT_GE(e.bids.size() + e.asks.size(), 1U);
    }
    if (e.kind != MarketKind::BookTicker) return;
    ASSERT_EQ(e.bid.price, Px::of(60'000));
    ASSERT_EQ(e.ask.price.raw() - e.bid.price.raw(), kCent);
  });
  EXPECT_EQ(source->counts().trades, 0);
  EXPECT_EQ(source->counts().depths, 600);
}

TEST(SyntheticTest, TakersGoMostlyTheWayOfThePrice) {
  const auto share_of_sellers = [](PhaseKind kind, std::int64_t bps) {
    auto source = market({.phases = {{kind, bps, 600'000}}});
    std::int64_t sellers = 0;
    (void)drain(*source, [&](const MarketEvent& e) {
      sellers += e.kind == MarketKind::Trade && e.buyer_is_maker ? 1 : 0;
    });
    return sellers * 100 / source->counts().trades;
  };
  EXPECT_NEAR(static_cast<double>(share_of_sellers(PhaseKind::Rise, 10)), 25, 3);
  EXPECT_NEAR(static_cast<double>(share_of_sellers(PhaseKind::Calm, 0)), 50, 3);
  EXPECT_NEAR(static_cast<double>(share_of_sellers(PhaseKind::Fall, 10)), 75, 3);
}

TEST(SyntheticTest, OtherSymbolsAndShapesWork) {
  const SyntheticOptions options{.start_price = Px::from_raw(141'342),  // XRPETH
                                 .tick = Px::from_raw(1),
                                 .spread_ticks = 3,
                                 .levels = 5,
                                 .level_ticks = 1,
                                 .lot = Qty::of(1),
                                 .level_lots = 16,
                                 .noise_ticks = 2,
                                 .trades_max = 100};
  auto source = market(options);
  PlainBook book;
  EXPECT_EQ(drain(*source,
                  [&](const MarketEvent& e) {
                    if (e.kind == MarketKind::Snapshot || e.kind == MarketKind::Depth)
                      book.apply(e);
                    ASSERT_EQ(book.bid_levels(), 5U);
                    ASSERT_EQ(book.ask().price.raw() - book.bid().price.raw(), 3);
                    ASSERT_GT(book.bid().quantity.raw(), 0);
                  })
                .reason,
            Reason::None);
}

TEST(SyntheticTest, OptionsOutOfRangeAreNamed) {
  const auto field = [](const SyntheticOptions& options) {
    const auto source = make_synthetic(options);
    if (source) return std::string();
    EXPECT_EQ(source.error().reason, Reason::ConfigValueRange);
    return source.error().field;
  };
  const auto phases = [&](std::vector<MarketPhase> all) {
    return field({.phases = std::move(all)});
  };
  EXPECT_EQ(field({.tick = Px()}), "tick");
  EXPECT_EQ(field({.start_price = Px()}), "start_price");
  EXPECT_EQ(field({.start_price = Px::from_raw(kCent + 1)}), "start_price");
  EXPECT_EQ(field({.spread_ticks = 0}), "spread_ticks");
  EXPECT_EQ(field({.levels = 0}), "levels");
  EXPECT_EQ(field({.levels = 1'001}), "levels");
  EXPECT_EQ(field({.levels = 1'000}), "");
  EXPECT_EQ(field({.level_ticks = 0}), "level_ticks");
  EXPECT_EQ(field({.lot = Qty()}), "lot");
  EXPECT_EQ(field({.level_lots = 15}), "level_lots");
  EXPECT_EQ(field({.noise_ticks = -1}), "noise_ticks");
  EXPECT_EQ(field({.trades_max = 101}), "trades_max");
  EXPECT_EQ(phases({}), "phases");
  EXPECT_EQ(phases({{PhaseKind::Calm, 0, 100}}), "");
  EXPECT_EQ(phases({{PhaseKind::Calm, 0, 0}}), "phases/0/duration_ms");
  EXPECT_EQ(phases({{PhaseKind::Calm, 0, 150}}), "phases/0/duration_ms");
  EXPECT_EQ(phases({{PhaseKind::Calm, 1, 100}}), "phases/0/move_bps");
  EXPECT_EQ(phases({{PhaseKind::Rise, -1, 100}}), "phases/0/move_bps");
  EXPECT_EQ(phases({{PhaseKind::Fall, 5'000, 100}}), "");
  EXPECT_EQ(phases({{PhaseKind::Fall, 5'001, 100}}), "phases/0/move_bps");
  EXPECT_EQ(phases({{PhaseKind::Gap, 1, 100}, {PhaseKind::Calm, 0, 100}}), "phases/0/duration_ms");
  EXPECT_EQ(phases({{PhaseKind::Gap, -5'000, 0}, {PhaseKind::Calm, 0, 100}}), "");
  EXPECT_EQ(phases({{PhaseKind::Calm, 0, 100}, {PhaseKind::Gap, 1, 0}}),
            "phases: the last is a gap");
}

// 20 levels at 0.50 and the noise's 6.40 need 16.91 below the lowest price of the path.
TEST(SyntheticTest, ThePathMustLeaveRoomForTheBook) {
  const auto allowed = [](std::int64_t cents) {
    return make_synthetic(
               {.start_price = Px::from_raw(cents * kCent), .phases = {{PhaseKind::Calm, 0, 100}}})
        .has_value();
  };
  EXPECT_FALSE(allowed(1'691));
  EXPECT_TRUE(allowed(1'692));
}

TEST(SyntheticTest, ThePathMustStayWithinWhatAPriceHolds) {
  const auto allowed = [](std::int64_t move_bps) {
    return make_synthetic({.start_price = Px::of(8'000'000'000),
                           .tick = Px::of(1'000),
                           .phases = {{PhaseKind::Rise, move_bps, 100}}})
        .has_value();
  };
  EXPECT_TRUE(allowed(1'247));  // 8 997 600 ticks; the book and the noise reach 1 691 further
  EXPECT_FALSE(allowed(1'248));
}

}  // namespace
}  // namespace clawgate::sim
