// SPDX-License-Identifier: Apache-2.0
#include "tests/world/peers_fixture.h"

#include <algorithm>
#include <utility>

// What the account holds against what we executed, over the wire.

namespace clawgate::world {
namespace {

class ReconciliationTest : public PeersTest {
 protected:
  /// By the account's owner; the venue announces it to whoever listens.
  void moves(std::int64_t base) {
    ASSERT_TRUE(world->exchange().deposit(world->account(), world->exchange().base(world->symbol()),
                                          base, sim::TimeNs(world->now())));
  }
  [[nodiscard]] std::string evidence() const {
    return std::string(world->state().block_row(Block::VenueContradiction).evidence.view());
  }
};

TEST_F(ReconciliationTest, WhatTheAccountHoldsWithoutUsIsNamedBeforeEntriesAreOpen) {
  up();
  hold_a_position();
  const std::string ours = to_text(trade().position.qty);
  network_fails();
  moves(100'000'000);
  run(60);
  network_is_back();
  bool open = false;
  for (int i = 0; i < 600; ++i) {
    world->step(100 * kNanosPerMilli);
    open |= world->state().trading_state() == TradingState::Open;
  }
  EXPECT_FALSE(open) << "between RECONCILING and the cause";
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
  EXPECT_NE(evidence().find(", " + ours + " by our executions"), std::string::npos) << evidence();
  EXPECT_EQ(trade().protection, ProtectionState::Live);

  world->unblock(Block::VenueContradiction);
  run(600);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << "accepted by a decision";
}

TEST_F(ReconciliationTest, AMovementThatWasNotAnnouncedIsNamedWhileEverythingRunsToo) {
  up();
  hold_a_position();
  tamper = [](std::string_view, std::string& text) {
    return text.find("balanceUpdate") == std::string::npos;
  };
  moves(1);
  run(200);
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
}

TEST_F(ReconciliationTest, AnAnnouncedMovementIsJournaledOnceAndBlocksNothing) {
  up();
  hold_a_position();
  // As while one link replaces the other: the event comes twice.
  std::string again;
  tamper = [&](std::string_view, std::string& text) {
    if (text.find("balanceUpdate") != std::string::npos) again = text;
    if (again.empty() || text.find("outboundAccountPosition") == std::string::npos) return true;
    text = std::exchange(again, "");  // in place of the balance, which a comparison tells
    return true;
  };
  moves(100'000'000);
  run(200);
  const auto told = std::count_if(events.begin(), events.end(), [](const std::string& text) {
    return text.find("balanceUpdate") != std::string::npos;
  });
  ASSERT_EQ(told, 2);
  tamper = nullptr;
  moves(-100'000'000);
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  EXPECT_EQ(world->state().trading_state(), TradingState::Open);
  world->crash();
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  market_falls_to_the_stop();
  run(200);
  EXPECT_TRUE(trade().closed);
  expect_agreement();
}

TEST_F(ReconciliationTest, OrdinaryTradesOutagesAndCrashesAgree) {
  up();
  for (int i = 0; i < 4; ++i) {
    world->pinned_bid = kCalmBid;
    world->buy();
    run(20);
    if (i % 2 == 0) network_fails();
    if (i == 3) world->crash();
    world->pinned_bid = kCalmBid - 200'000;  // far below any stop
    run(30);
    network_is_back();
    run(300);
    EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
    world->clear_causes();
    run(7 * 3'600, 10'000);  // past the cooldown
  }
  EXPECT_GE(world->state().trades.size(), 2U);
  expect_agreement();
}

}  // namespace
}  // namespace clawgate::world
