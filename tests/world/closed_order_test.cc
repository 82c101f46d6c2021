// SPDX-License-Identifier: Apache-2.0
#include "tests/world/peers_fixture.h"

// What a person closed because the venue knew nothing of it, and the venue executed after all.

namespace clawgate::world {
namespace {

class ClosedOrderTest : public PeersTest {
 protected:
  /// The order executes, its answer and its events are lost, and for `lag_ms` no query and no list
  /// knows it. A person closes all of it.
  void close_what_executed(std::int64_t lag_ms, bool keeps_baseline) {
    up({.seed = 1, .keeps_baseline = keeps_baseline});
    fault("query_lag", lag_ms);
    fault("late_events", 600'000);
    fault("cut_executed");
    world->buy();
    run(40);
    ASSERT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
    const gateway::Trade closing = trade();
    for (const gateway::TradeOrder& row : closing.orders) {
      if (row.state == OrderState::Unknown) world->close_unknown(row.leg.client_order_id);
    }
    ASSERT_EQ(state_of(LegRole::Entry), OrderState::ClosedByDecision) << tail();
    ASSERT_EQ(at_venue(id_of(LegRole::Entry))->status, sim::OrderStatus::Filled);
  }
  void expect_booked() {
    EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
    EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
    EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
    EXPECT_TRUE(trade().protection == ProtectionState::Live || trade().position.qty.is_zero())
        << tail();
    expect_agreement();
  }
};

TEST_F(ClosedOrderTest, WhatExecutedIsBookedAtTheNextStart) {
  for (const bool keeps_baseline : {true, false}) {
    close_what_executed(60'000, keeps_baseline);
    network_fails();
    world->crash();
    run(30);
    network_is_back();
    run(30);
    expect_booked();
  }
}

// Its stop has the higher id at the venue, and is known.
TEST_F(ClosedOrderTest, TheIdOfItsStopIsNoWordOnTheEntry) {
  up({.seed = 1, .keeps_baseline = false});
  fault("cut_executed");
  tamper = [this](std::string_view method, std::string& text) {
    if (method.empty()) return text.find("executionReport") == std::string::npos;
    if (world->state().trades.empty() || trade().orders.empty()) return true;
    if (text.find(id_of(LegRole::Entry).view()) == std::string::npos) return true;
    const std::string id = text.substr(0, text.find(','));
    text = method == "order.status"
               ? id + R"(,"status":400,"error":{"code":-2013,"msg":"Order does not exist."}})"
               : id + R"(,"status":200,"result":[]})";
    return true;
  };
  world->buy();
  run(60);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  ASSERT_FALSE(order(LegRole::Stop).venue_order_id.empty()) << tail();
  world->close_unknown(id_of(LegRole::Entry));
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::ClosedByDecision) << tail();
  world->crash();
  tamper = nullptr;
  run(30);
  expect_booked();
}

// One answer may be too early: it is asked again, some seconds later.
TEST_F(ClosedOrderTest, TheFirstAnswerOfAStartIsNotTheLast) {
  close_what_executed(56'000, false);
  network_fails();
  world->crash();
  run(15);
  const std::size_t from = sent.size();
  const std::size_t told = world->reports.size();
  network_is_back();
  run(40);
  EXPECT_GE(count("order.status", id_of(LegRole::Entry).view(), from), 2);
  EXPECT_EQ(world->reports.at(told).exec_type, ExecType::NotFound) << "too early";
  expect_booked();
}

// Entries wait for the comparison, and it waits for no second answer.
TEST_F(ClosedOrderTest, OneThatTheVenueNeverKnowsKeepsNoStartWaiting) {
  close_what_executed(3'600'000, false);
  world->crash();
  const std::size_t from = sent.size();
  const auto asked = [&] { return count("order.status", id_of(LegRole::Entry).view(), from); };
  run(1, 100);
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
  EXPECT_EQ(asked(), 1) << tail();
  run(30);
  EXPECT_EQ(asked(), 2) << "some seconds later once more\n" << tail();
  network_fails();
  run(5);
  network_is_back();
  const std::size_t back = sent.size();
  for (int i = 0; i < 300 && world->venue().phase() != venues::binance_spot::Phase::Comparing;
       ++i) {
    world->step(10 * kNanosPerMilli);
  }
  run(1, 100);
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
  EXPECT_EQ(count("order.status", id_of(LegRole::Entry).view(), back), 1) << tail();
}

TEST_F(ClosedOrderTest, WhatExecutedIsBookedWhenAnOperatorAsks) {
  close_what_executed(3'600'000, false);
  world->crash();
  run(60);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::ClosedByDecision) << "nobody can know";
  const std::size_t before = sent.size();
  run(600);
  EXPECT_EQ(count("order.status", id_of(LegRole::Entry).view(), before), 0) << "asked for ever";
  run(3'600);
  world->venue().reconcile();
  run(30);
  expect_booked();
}

// An old order that executed nothing is known no more by its id: that is an answer.
TEST_F(ClosedOrderTest, OneThatIsArchivedIsNoReasonToWait) {
  close_what_executed(3'600'000, false);
  world->crash();
  tamper = [](std::string_view method, std::string& text) {
    if (method != "order.status") return true;
    const std::string id = text.substr(0, text.find(','));
    text = id + R"(,"status":400,"error":{"code":-2026,"msg":"Order was archived."}})";
    return true;
  };
  run(30);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  EXPECT_GE(count("order.status", id_of(LegRole::Entry).view()), 2);
}

}  // namespace
}  // namespace clawgate::world
