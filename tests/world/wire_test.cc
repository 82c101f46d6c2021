// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "tests/world/wire_world.h"

namespace clawgate::world {
namespace {

using sim::FaultKind;

std::string tail(const WireWorld& world) {
  std::string text;
  const std::size_t from = world.log.size() > 40 ? world.log.size() - 40 : 0;
  for (std::size_t i = from; i < world.log.size(); ++i) text += world.log[i] + "\n";
  return text;
}

TEST(WireTest, ComesUpAndTradesARoundTrip) {
  WireWorld world({.seed = 1});
  world.come_up();
  ASSERT_EQ(world.venue().phase(), venues::binance_spot::Phase::Ready) << tail(world);
  EXPECT_FALSE(world.state().blocked_by(Block::Reconciling));
  world.buy();
  for (int i = 0; i < 20; ++i) world.step(kNanosPerSecond);
  ASSERT_EQ(world.state().trades.size(), 1U);
  EXPECT_EQ(world.state().trades[0].find(LegRole::Entry)->state, OrderState::Filled) << tail(world);
  EXPECT_EQ(world.state().trades[0].protection, ProtectionState::Live);
  world.compare_ledgers();
  EXPECT_FALSE(world.what_broke().has_value()) << *world.what_broke();
}

// Of the places between the core and the adapter the last 256 are not for entries: a cancel, a
// question and what protects must find one when the adapter's thread does not come to take them.
TEST(WireTest, AnEntryTakesNoPlaceThatIsKeptForCancels) {
  constexpr int kPlaces = 1'024;
  constexpr int kKept = 256;
  for (const int waiting : {kPlaces - kKept - 1, kPlaces - kKept}) {
    WireWorld world({.seed = 1});
    world.approves = false;
    world.come_up();
    world.buy();
    for (int i = 0; i < waiting; ++i) {
      world.venue().cancel({AccountId{}, InstrumentId{9}, ClientOrderId("nobodys")});
    }
    world.approve();
    const auto state = world.state().trades.at(0).find(LegRole::Entry)->state;
    EXPECT_EQ(state == OrderState::NotSent, waiting == kPlaces - kKept) << waiting;
    EXPECT_EQ(state == OrderState::Released, waiting < kPlaces - kKept) << waiting;
    world.step(kNanosPerSecond);
    EXPECT_TRUE(world.venue().is_idle());
    EXPECT_EQ(world.venue().counts().entries_left, waiting < kPlaces - kKept ? 1U : 0U);
  }
}

TEST(WireTest, SeedsWithoutFaultsAgree) {
  WireCounts sum;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    WireWorld world({.seed = seed, .orders_by_websocket = seed % 2 == 0});
    const auto broken = world.run(300);
    ASSERT_FALSE(broken.has_value()) << *broken << "\n" << tail(world);
    sum.entries += world.counts().entries;
    sum.closed += world.counts().closed;
  }
  EXPECT_GT(sum.entries, 20);
  EXPECT_GT(sum.closed, 10);
}

sim::FaultRule rule(FaultKind kind, std::int64_t per_thousand) {
  sim::FaultRule row;
  row.kind = kind;
  row.count = -1;
  row.probability = Rate::from_raw(per_thousand * 100'000);
  return row;
}

/// How many worlds; CLAWGATE_WORLD_SEEDS asks for more or fewer.
std::uint64_t seeds(std::uint64_t usual) {
  const char* const asked = std::getenv("CLAWGATE_WORLD_SEEDS");
  return asked == nullptr ? usual
                          : std::max<std::uint64_t>(1, std::strtoull(asked, nullptr, 10) / 5);
}

// The gateway replaces nothing, and no socket is here to leave a ping out of
// (tests/gateway/serve/wire_faults_test.cc has them).
bool can_strike(FaultKind kind) {
  const sim::FaultPlace place = sim::info(kind).place;
  return place != sim::FaultPlace::Replace && place != sim::FaultPlace::Pings;
}

class EachFault : public ::testing::TestWithParam<FaultKind> {};

TEST_P(EachFault, LeavesTheLedgersEqual) {
  WireCounts sum;
  for (std::uint64_t seed = 1; seed <= seeds(6); ++seed) {
    const bool websocket = seed % 2 == 0;
    // Of ours only a take-profit is cancelled while it rests with a limit: one that filled in part.
    const bool cancels = sim::info(GetParam()).place == sim::FaultPlace::Cancel;
    WireWorld world({.seed = seed,
                     .orders_by_websocket = websocket,
                     .faults = {rule(GetParam(), cancels ? 500 : 150)},
                     .partial_takers = cancels});
    const auto broken = world.run(300);
    ASSERT_FALSE(broken.has_value()) << *broken << "\n" << tail(world);
    sum.entries += world.counts().entries;
    sum.struck += world.counts().struck;
    sum.unknown += world.counts().unknown;
  }
  RecordProperty("struck", static_cast<int>(sum.struck));
  EXPECT_EQ(sum.struck > 0, can_strike(GetParam())) << sum.struck;
}

std::vector<FaultKind> all_faults() {
  std::vector<FaultKind> kinds;
  for (const sim::FaultInfo& row : sim::kFaults) kinds.push_back(row.kind);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Wire, EachFault, ::testing::ValuesIn(all_faults()),
                         [](const auto& at) { return std::string(sim::info(at.param).name); });

TEST(WireTest, MixturesOfEverythingLeaveTheLedgersEqual) {
  WireCounts sum;
  std::map<FaultKind, int> struck;
  for (std::uint64_t seed = 1; seed <= seeds(60); ++seed) {
    WireOptions options{.seed = seed, .orders_by_websocket = seed % 2 == 0};
    for (const FaultKind kind : all_faults()) {
      const bool cancel = sim::info(kind).place == sim::FaultPlace::Cancel;  // its chances are few
      options.faults.push_back(rule(kind, cancel ? 150 : 10));
    }
    options.crashes = seed % 3 != 0;
    options.outages = seed % 5 != 0;
    options.partial_takers = true;
    WireWorld world(options);
    const auto broken = world.run(400);
    ASSERT_FALSE(broken.has_value()) << *broken << "\n" << tail(world);
    sum.approvals += world.counts().approvals;
    sum.entries += world.counts().entries;
    sum.struck += world.counts().struck;
    sum.unknown += world.counts().unknown;
    sum.crashes += world.counts().crashes;
    sum.closed += world.counts().closed;
    for (const auto& row : world.service().faults().injected()) ++struck[row.kind];
  }
  std::printf(
      "approvals %d, entries filled %d, trades closed %d, faults %zu, unknown %d, crashes %d\n",
      sum.approvals, sum.entries, sum.closed, sum.struck, sum.unknown, sum.crashes);
  if (seeds(60) < 60) return;  // fewer were asked for
  EXPECT_GE(sum.entries, 300);
  EXPECT_GE(sum.struck, 200U);
  for (const FaultKind kind : all_faults()) {
    EXPECT_EQ(struck[kind] > 0, can_strike(kind)) << sim::info(kind).name;
  }
}

// Of an order that is to change, the old one is cancelled and a new one needs an approval of its
// own: nothing that replaces or amends ever leaves, so what goes wrong with those cannot happen.
TEST(WireTest, NothingThatReplacesOrAmendsEverLeaves) {
  std::size_t frames = 0;
  int placements = 0;
  int cancels = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    WireOptions options{.seed = seed, .orders_by_websocket = seed % 2 == 0};
    for (const FaultKind kind : all_faults()) {
      const bool replace = sim::info(kind).place == sim::FaultPlace::Replace;
      options.faults.push_back(rule(kind, replace ? 1'000 : 10));
    }
    options.crashes = true;
    options.outages = true;
    WireWorld world(options);
    world.net().leaving = [&](std::string_view text) {
      ++frames;
      const auto has = [&](std::string_view word) { return text.find(word) != text.npos; };
      placements += has("orderList.place") || has("POST /api/v3/order") ? 1 : 0;
      cancels += has("order.cancel\"") || has("DELETE /api/v3/order") ? 1 : 0;
      EXPECT_FALSE(has("cancelReplace") || has("amend") || has("keepPriority")) << text;
    };
    const auto broken = world.run(300);
    ASSERT_FALSE(broken.has_value()) << *broken << "\n" << tail(world);
    for (const auto& row : world.service().faults().injected()) {
      EXPECT_NE(sim::info(row.kind).place, sim::FaultPlace::Replace);
    }
  }
  EXPECT_GT(frames, 1'000U);
  EXPECT_GT(placements, 10);
  EXPECT_GT(cancels, 0);
}

// One account with a past: hundreds of orders in one journal, under the same mixture.
TEST(WireTest, HundredsOfOrdersOfOneAccountLeaveTheLedgersEqual) {
  WireOptions options{.seed = 7};
  for (const FaultKind kind : all_faults()) options.faults.push_back(rule(kind, 25));
  options.crashes = true;
  options.outages = true;
  WireWorld world(options);
  const auto broken = world.run(13'000);
  ASSERT_FALSE(broken.has_value()) << *broken << "\n" << tail(world);
  const std::size_t orders =
      world.exchange()
          .all_orders(world.account(), world.symbol(), sim::OrderId{0}, SIZE_MAX)
          .size();
  std::printf("orders at the venue %zu, entries filled %d, faults %zu\n", orders,
              world.counts().entries, world.counts().struck);
  EXPECT_GE(orders, 200U);
  EXPECT_GE(world.counts().struck, 10U);
}

}  // namespace
}  // namespace clawgate::world
