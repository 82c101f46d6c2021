// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string>

#include "tests/world/wire_world.h"

// The kill, pulled at every moment of an order's life (I4): from then on nothing that increases
// exposure leaves, whatever was approved, released or queued; the kill is complete only once the
// venue's thread said so; stops stay at the venue. Simulated time, the real protocol, and a
// transport that keeps what left.

namespace clawgate::world {
namespace {

/// Entries go as lists; what reduces goes alone.
bool increases_exposure(const std::string& sent) {
  return sent.find("orderList.place") != std::string::npos ||
         sent.starts_with("POST /api/v3/orderList");
}

class KillDrillTest : public ::testing::TestWithParam<bool> {
 protected:
  KillDrillTest() : world({.seed = 5, .orders_by_websocket = GetParam()}) {
    world.approves = false;
    world.net().leaving = [this](std::string_view sent) { left.emplace_back(sent); };
    world.come_up();
    EXPECT_EQ(world.venue().phase(), venues::binance_spot::Phase::Ready);
  }

  void hold() {
    world.buy();
    ASSERT_EQ(world.state().trades.size(), 1U);
    ASSERT_EQ(trade().hold, HoldState::Held);
  }
  void enter() {
    hold();
    world.approve();
    pass(2 * kNanosPerSecond);
    ASSERT_EQ(trade().protection, ProtectionState::Live);
  }
  void pass(std::int64_t ns) { world.net().run_until(world.net().time() + ns); }
  [[nodiscard]] const gateway::Trade& trade() const { return world.state().trades[0]; }
  [[nodiscard]] OrderState entry() const { return trade().find(LegRole::Entry)->state; }
  [[nodiscard]] std::size_t entries_left() {
    return static_cast<std::size_t>(std::count_if(left.begin(), left.end(), increases_exposure));
  }
  [[nodiscard]] bool is_killed() const {
    return world.state().trading_state() == TradingState::Killed;
  }
  [[nodiscard]] bool is_complete() const {
    return world.state().kill_epoch.value() == 1 &&
           world.state().kill_acknowledged == world.state().kill_epoch;
  }
  [[nodiscard]] std::size_t orders_there() {
    return world.exchange()
        .all_orders(world.account(), world.symbol(), sim::OrderId{0}, SIZE_MAX)
        .size();
  }
  [[nodiscard]] std::size_t open_there() {
    return world.exchange().open_orders(world.account(), world.symbol()).size();
  }
  /// Time goes on; what left before the kill is all that ever leaves, and the books agree.
  void end_of_drill(std::size_t left_at_kill) {
    pass(30 * kNanosPerSecond);
    EXPECT_TRUE(is_killed());
    EXPECT_TRUE(is_complete());
    EXPECT_EQ(entries_left(), left_at_kill);
    world.compare_ledgers();
    EXPECT_EQ(world.what_broke(), std::nullopt);
  }

  WireWorld world;
  std::vector<std::string> left;  // for the venue so far: frames, or "METHOD target"
};

TEST_P(KillDrillTest, WhileTheOrderIsHeld) {
  hold();
  world.kill();
  EXPECT_EQ(trade().hold, HoldState::Voided);
  EXPECT_FALSE(is_complete()) << "the venue's thread has not run yet";
  end_of_drill(0);
  EXPECT_EQ(orders_there(), 0U);
}

// The word is stored by another thread while the approval is being decided.
TEST_P(KillDrillTest, WhileItIsApproved) {
  hold();
  world.word().kill();
  world.approve();
  EXPECT_EQ(entry(), OrderState::NotSent);
  world.kill();
  end_of_drill(0);
  EXPECT_EQ(orders_there(), 0U);
}

TEST_P(KillDrillTest, BetweenTheJournalAndTheDoor) {
  hold();
  world.after_sync = [this] { world.word().kill(); };
  world.approve();
  EXPECT_EQ(trade().hold, HoldState::Released) << "it is in the journal as released";
  EXPECT_EQ(entry(), OrderState::NotSent);
  world.kill();
  end_of_drill(0);
  EXPECT_EQ(orders_there(), 0U);
}

TEST_P(KillDrillTest, BetweenTheDoorAndTheVenuesThread) {
  hold();
  world.approve();
  EXPECT_EQ(entry(), OrderState::Released) << "it waits for the venue's thread";
  world.kill();
  EXPECT_FALSE(is_complete());
  end_of_drill(0);
  EXPECT_EQ(entry(), OrderState::NotSent);
  EXPECT_EQ(orders_there(), 0U);
}

// The bytes are on their way and nobody answered: the venue decides, and what it fills is guarded.
TEST_P(KillDrillTest, WhileTheOrderIsOnTheWire) {
  hold();
  world.approve();
  pass(kNanosPerMilli);
  ASSERT_EQ(entries_left(), 1U);
  ASSERT_EQ(orders_there(), 0U) << "not there yet";
  world.kill();
  end_of_drill(1);
  EXPECT_EQ(entry(), OrderState::Filled);
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_EQ(open_there(), 1U) << "its stop";
}

TEST_P(KillDrillTest, WhileTheEntryIsFilling) {
  hold();
  world.approve();
  pass(8 * kNanosPerMilli);
  ASSERT_EQ(orders_there(), 2U) << "filled there, with its stop";
  ASSERT_NE(entry(), OrderState::Filled) << "and not told yet";
  world.kill();
  end_of_drill(1);
  EXPECT_EQ(entry(), OrderState::Filled);
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_EQ(open_there(), 1U) << "its stop";
}

TEST_P(KillDrillTest, WithAPositionItsStopStays) {
  enter();
  world.kill();
  end_of_drill(1);
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_EQ(open_there(), 1U);
}

// Its answer was lost: nobody knows whether the venue has it. A kill changes nothing about that.
TEST_P(KillDrillTest, WhileTheOutcomeIsUnknown) {
  hold();
  world.arm(R"({"fault":"timeout_executed","count":1})");
  world.approve();
  pass(11 * kNanosPerMilli);
  world.kill();
  end_of_drill(1);
  EXPECT_EQ(entry(), OrderState::Filled) << "by the venue's own word";
  EXPECT_EQ(open_there(), 1U);
}

TEST_P(KillDrillTest, WithTheVenueOutOfReach) {
  enter();
  world.net().down = true;
  world.kill();
  pass(5 * kNanosPerSecond);
  EXPECT_TRUE(is_complete()) << "no network is needed to be silent";
  world.net().down = false;
  end_of_drill(1);
  EXPECT_EQ(open_there(), 1U);
}

// The core's lane for the venue takes nothing, and the venue's own queue is full of questions.
TEST_P(KillDrillTest, WithEveryQueueFull) {
  hold();
  world.approve();
  const QueryRequest query{AccountId{}, InstrumentId{0}, trade().order.legs[0].client_order_id};
  for (int i = 0; i < 2'000; ++i) world.venue().query(query);
  world.full = true;
  world.kill();
  pass(kNanosPerSecond);
  EXPECT_TRUE(is_killed());
  EXPECT_FALSE(is_complete()) << "it was acknowledged to nobody";
  EXPECT_EQ(entries_left(), 0U);
  world.full = false;
  end_of_drill(0);
  EXPECT_EQ(orders_there(), 0U);
}

// The disk is full at the approval's own group: nothing of it counts, and nothing leaves.
TEST_P(KillDrillTest, WithTheDiskFull) {
  hold();
  const std::size_t calls = world.store().calls().size();
  world.store().set_plan({.at_call = calls + 1,
                          .fault = testing::MemoryStore::Fault::Fail,
                          .error = ENOSPC,
                          .for_calls = UINT64_MAX / 2});
  world.approve();
  ASSERT_TRUE(world.runtime().failure().has_value());
  EXPECT_EQ(world.word().read().state, TradingState::Killed);
  pass(10 * kNanosPerSecond);
  EXPECT_EQ(entries_left(), 0U);
  EXPECT_EQ(orders_there(), 0U);
}

// The same while an entry is on the wire: its cancel goes out without waiting for anything.
TEST_P(KillDrillTest, WithTheDiskFullAndAnEntryOnTheWire) {
  hold();
  world.approve();
  pass(kNanosPerMilli);
  ASSERT_EQ(entries_left(), 1U);
  const std::size_t calls = world.store().calls().size();
  world.store().set_plan({.at_call = calls + 1,
                          .fault = testing::MemoryStore::Fault::Fail,
                          .error = ENOSPC,
                          .for_calls = UINT64_MAX / 2});
  world.sell();
  ASSERT_TRUE(world.runtime().failure().has_value());
  pass(2 * kNanosPerSecond);
  EXPECT_TRUE(std::any_of(left.begin(), left.end(), [](const std::string& sent) {
    return sent.find("order.cancel") != std::string::npos ||
           sent.starts_with("DELETE /api/v3/order");
  })) << "the working entry is cancelled";
  EXPECT_EQ(entries_left(), 1U);
  EXPECT_EQ(open_there(), 1U) << "it had filled: only its stop is open, and stays";
}

// What reduces passes a kill: an approved exit ends what it began.
TEST_P(KillDrillTest, WhileAnExitIsUnderWay) {
  enter();
  world.sell();
  world.approve();
  pass(kNanosPerMilli);  // the stop's cancel is on its way
  world.kill();
  end_of_drill(1);
  EXPECT_EQ(open_there(), trade().closed ? 0U : 1U) << "sold, or guarded again";
}

INSTANTIATE_TEST_SUITE_P(Wire, KillDrillTest, ::testing::Bool(), [](const auto& at) {
  return std::string(at.param ? "WebSocket" : "Rest");
});

// A sale that cannot leave waits for the venue, and leaves once: the position must not end without
// a stop because of an outage.
TEST(ProtectDrillTest, ASaleWaitsForAVenueThatIsAway) {
  for (const bool websocket : {true, false}) {
    WireWorld world({.seed = 6, .orders_by_websocket = websocket});
    world.approves = false;
    world.come_up();
    world.buy();
    world.approve();
    world.net().run_until(world.net().time() + 2 * kNanosPerSecond);
    const gateway::Trade& trade = world.state().trades[0];
    ASSERT_EQ(trade.protection, ProtectionState::Live);
    world.sell();
    world.approve();
    const gateway::TradeOrder* const stop = trade.find(LegRole::Stop);
    for (int i = 0; i < 1'000 && stop->state != OrderState::Canceled; ++i) {
      world.net().down = false;
      world.net().run_until(world.net().time() + kNanosPerMilli / 4);
      world.net().down = true;  // before the core can answer to what it was just told
    }
    ASSERT_EQ(stop->state, OrderState::Canceled);
    for (int i = 0; i < 60; ++i) world.step(kNanosPerSecond);
    EXPECT_LE(trade.orders.size(), 4U) << "one sale, and perhaps a stop put back";
    world.net().down = false;
    for (int i = 0; i < 90; ++i) world.step(kNanosPerSecond);
    EXPECT_TRUE(trade.closed || trade.protection == ProtectionState::Live);
    world.compare_ledgers();
    EXPECT_EQ(world.what_broke(), std::nullopt);
  }
}

}  // namespace
}  // namespace clawgate::world
