// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sim/exchange/random_session.h"

namespace clawgate::sim {
namespace {

class ExchangeSessionTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ExchangeSessionTest, EverythingThatMustHoldHoldsAfterEveryStep) {
  EventMirror mirror;
  RandomSession session(GetParam(), &mirror);
  session.open();
  for (int step = 0; step < 1200; ++step) {
    session.step();
    check_invariants(session.exchange);
    if (step % 20 == 0) mirror.agrees_with(session.exchange);
    ASSERT_FALSE(HasFailure()) << "seed " << GetParam() << ", step " << step;
  }
  mirror.agrees_with(session.exchange);
  EXPECT_GT(session.taken, 300U) << "the session does nothing";
  EXPECT_GT(session.refused, 20U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExchangeSessionTest,
                         testing::Range(std::uint64_t{1}, std::uint64_t{9}));

/// Collects what the reports say orders went through.
class WaysSeen final : public EventSink {
 public:
  void on(AccountId, const ExecutionReport& event) override {
    const OrderRecord& order = event.order;
    ways.insert(std::string(name(order.status)) + " " + std::string(name(order.expiry_reason)));
    if (is_algo(order.type) && order.working) ways.insert("triggered");
    if (order.list != kNoList && order.status == OrderStatus::Filled) ways.insert("leg filled");
    if (event.maker) ways.insert("maker");
  }
  void on(AccountId, const ListStatusEvent&) override {}
  void on(AccountId, const AccountPosition&) override {}
  void on(AccountId, const BalanceUpdate&) override {}

  std::set<std::string> ways;
};

// That the sessions above reach what they are meant to reach.
TEST(ExchangeSessionCoverageTest, EveryWayAnOrderCanGoIsSeen) {
  WaysSeen seen;
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    RandomSession session(seed, &seen);
    session.open();
    for (int step = 0; step < 1200; ++step) session.step();
  }
  for (const char* way :
       {"FILLED NONE", "CANCELED NONE", "EXPIRED_IN_MATCH NONE", "EXPIRED REJECTED",
        "EXPIRED OCO_TRIGGER", "EXPIRED OTO_PHASE_ONE_EXPIRED",
        "EXPIRED UNFILLED_IOC_QUANTITY_EXPIRED", "EXPIRED UNFILLED_FOK_ORDER_EXPIRED",
        "EXPIRED INSUFFICIENT_LIQUIDITY", "PENDING_NEW NONE", "PARTIALLY_FILLED NONE", "NEW NONE",
        "triggered", "leg filled", "maker"}) {
    EXPECT_TRUE(seen.ways.contains(way)) << way;
  }
}

TEST(ExchangeSessionTest, TheSameSeedGivesTheSameHistory) {
  EventMirror first_events;
  EventMirror second_events;
  RandomSession first(7, &first_events);
  RandomSession second(7, &second_events);
  first.open();
  second.open();
  for (int step = 0; step < 2000; ++step) {
    first.step();
    second.step();
  }
  EXPECT_EQ(observable(first.exchange), observable(second.exchange));
  EXPECT_EQ(first_events.events, second_events.events);
}

}  // namespace
}  // namespace clawgate::sim
