// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/world/peers_fixture.h"

// The venue's limits, its clock, and its patience.

namespace clawgate::world {
namespace {

constexpr std::int64_t kMinute = 60;

// The money is gone and the balance we know is old: a few refusals, and then a person.
TEST_F(PeersTest, C23_RepeatedRejectsOpenABreaker) {
  up();
  tamper = [](std::string_view method, std::string& text) {
    return text.find("outboundAccountPosition") == std::string::npos &&
           text.find("balanceUpdate") == std::string::npos && method != "account.status";
  };
  const auto withdraw = [&](std::int64_t usdt) {
    ASSERT_TRUE(world->exchange().deposit(world->account(),
                                          world->exchange().quote(world->symbol()),
                                          -usdt * 100'000'000, sim::TimeNs(world->now())));
  };
  withdraw(9'990);
  for (int i = 0; i < 12; ++i) {
    world->buy();
    run(10);
    EXPECT_EQ(blocked(Block::VenueRejects), i >= 2) << i << "\n" << tail();
  }
  EXPECT_EQ(world->venue().counts().refused_by_venue, 3U);
  EXPECT_EQ(count("orderList.place.oto"), 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(state_of(LegRole::Entry, i), OrderState::Rejected);

  world->unblock(Block::VenueRejects);
  withdraw(-9'990);
  world->buy();
  run(10);
  EXPECT_FALSE(blocked(Block::VenueRejects)) << "the count began anew";
  EXPECT_EQ(count("orderList.place.oto"), 4);
  EXPECT_EQ(state_of(LegRole::Entry, world->state().trades.size() - 1), OrderState::Filled);
}

TEST_F(PeersTest, C24_AfterA429OnlyCancelsAndProtectionLeaveUntilTheMomentTheVenueNamed) {
  for (const auto& [kind, ms] : {std::pair("rate_limited", 30'000), {"ip_banned", 150'000}}) {
    up();
    hold_a_position();
    world->sell();
    run(1);
    fault(kind, ms);
    // Whichever request comes next is refused.
    for (int i = 0; i < 120'000 && world->service().faults().injected().empty(); ++i) {
      world->step(kNanosPerMilli);
    }
    ASSERT_FALSE(world->service().faults().injected().empty());
    const std::int64_t struck = world->service().faults().injected().back().time.value();
    run(2);  // what was under way when the refusal arrived has left
    EXPECT_TRUE(blocked(Block::Reconciling)) << "no person is asked in vain";
    EXPECT_NE(tail().find("asks to wait until 2026-01-05T09:"), std::string::npos) << tail();
    const std::size_t from = sent.size();
    std::int64_t asked_at = struck - 15 * kNanosPerSecond;  // for the time, at the latest
    while (world->now() < struck + ms * kNanosPerMilli) run(1);
    for (std::size_t i = from; i < sent.size(); ++i) {
      if (sent[i].at >= struck + ms * kNanosPerMilli) break;
      const bool clock = sent[i].method == "time" || sent[i].method == "GET /api/v3/time";
      if (clock && sent[i].at - asked_at >= kMinute * kNanosPerSecond) {
        asked_at = sent[i].at;
        continue;
      }
      EXPECT_TRUE(sent[i].method.ends_with("order.cancel") || sent[i].method == "order.place")
          << kind << ": " << sent[i].at - struck << " " << sent[i].text << tail();
    }
    run(3 * kMinute);
    EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
    EXPECT_EQ(world->service().faults().injected().size(), 1U) << "it was not asked again too soon";
    expect_agreement();
  }
}

TEST_F(PeersTest, C24_ARefusedOrderIsOverAndIsNotSentAgain) {
  up();
  bool armed = false;
  watch = [&](const Frame& frame) {
    if (!frame.method.starts_with("orderList.place") || std::exchange(armed, true)) return;
    fault("rate_limited", 30'000);
  };
  world->buy();
  run(10);
  ASSERT_TRUE(armed);
  ASSERT_EQ(world->service().faults().injected().size(), 1U);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Rejected) << tail();
  run(2 * kMinute);
  EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  expect_agreement();
}

TEST_F(PeersTest, C24_ACancelLeavesWhileEverythingElseWaits) {
  up();
  hold_a_position();
  fault("rate_limited", 60'000);
  for (int i = 0; i < 120'000 && world->service().faults().injected().empty(); ++i) {
    world->step(kNanosPerMilli);
  }
  ASSERT_FALSE(world->service().faults().injected().empty());
  const std::int64_t struck = world->now();
  run(2);
  ASSERT_EQ(count("order.cancel"), 0);
  world->sell();
  run(20);
  ASSERT_LT(world->now(), struck + 60 * kNanosPerSecond);
  EXPECT_EQ(count("order.cancel"), 1) << tail();
  EXPECT_NE(state_of(LegRole::Stop), OrderState::Working) << "the venue took it\n" << tail();
  EXPECT_EQ(state_of(LegRole::Exit), OrderState::Filled) << "the stop is down\n" << tail();
  EXPECT_TRUE(trade().closed);
  run(3 * kMinute);
  expect_agreement();
}

// The wait is longer than any sample of the clock is young, no answer to the question for the time
// arrives, and the link that it was asked over is given up: an approved exit leaves all the same.
TEST_F(PeersTest, C24_AnExitLeavesWhileTheVenueAsksForAQuarterOfAnHour) {
  up();
  hold_a_position();
  world->approves = false;
  fault("rate_limited", 900'000);
  for (int i = 0; i < 120'000 && world->service().faults().injected().empty(); ++i) {
    world->step(kNanosPerMilli);
  }
  ASSERT_FALSE(world->service().faults().injected().empty());
  const std::int64_t struck = world->now();
  tamper = [](std::string_view, std::string& text) {
    return text.find("serverTime") == std::string::npos;
  };
  run(12 * kMinute);
  ASSERT_EQ(count("order.cancel"), 0);
  world->approves = true;
  world->sell();
  run(20);
  ASSERT_LT(world->now(), struck + 900 * kNanosPerSecond);
  EXPECT_EQ(state_of(LegRole::Exit), OrderState::Filled) << tail();
  EXPECT_TRUE(trade().closed) << tail();
  tamper = nullptr;
  run(10 * kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  expect_agreement();
}

// The first request of a life is refused, before anybody knows the venue's time, and our clock is
// 20 minutes ahead: it waits for as long as the venue asked.
TEST_F(PeersTest, C24_AWaitBeforeTheClockIsKnownIsNoLongerThanTheVenueAsked) {
  up();
  network_fails();
  run(1);
  world->net().ahead_ns = 20 * kMinute * kNanosPerSecond;
  fault("rate_limited", 20'000);
  network_is_back();
  const std::size_t from = sent.size();
  world->crash();
  run(15);
  ASSERT_EQ(world->service().faults().injected().size(), 1U);
  EXPECT_EQ(sent.size() - from, 1U) << "it waits\n" << tail();
  EXPECT_TRUE(blocked(Block::Reconciling));
  EXPECT_NE(tail().find(" the venue asks to wait until "), std::string::npos) << tail();
  EXPECT_EQ(tail().find("no clock: the venue"), std::string::npos) << tail();
  run(30);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
}

// A purchase that the venue turns away says nothing of what protects: that does not wait with it.
TEST_F(PeersTest, C24_AThrottledEntryMakesNoProtectionWait) {
  up({.seed = 1, .trades_max = 2});
  hold_a_position();
  bool armed = false;
  watch = [&](const Frame& frame) {
    if (!frame.method.starts_with("orderList.place") || std::exchange(armed, true)) return;
    fault("rate_limited", 60'000);
  };
  world->buy();
  run(10);
  ASSERT_EQ(world->service().faults().injected().size(), 1U) << tail();
  ASSERT_EQ(state_of(LegRole::Entry, 1), OrderState::Rejected) << tail();
  cancelled_elsewhere(id_of(LegRole::Stop));
  world->net().run_until(world->now() + 40 * kNanosPerMilli);
  EXPECT_EQ(state_of(LegRole::Reduce), OrderState::Filled) << tail();
  EXPECT_TRUE(trade().closed) << tail();
}

// Nothing is read while the venue asks to wait, though a comparison is due: asked for in vain it
// would drop the link. What was missed is compared when the wait is over, once.
TEST_F(PeersTest, C24_ItIsComparedAfterTheWaitAndNotWithinIt) {
  up();
  run(20);
  const auto comparisons = [&] { return world->venue().counts().comparisons; };
  const auto before = comparisons();
  while (comparisons() == before) run(1);
  run(30);  // half a minute from here to the next one
  fault("rate_limited", 50'000);
  for (int i = 0; i < 20'000 && world->service().faults().injected().empty(); ++i) {
    world->step(kNanosPerMilli);
  }
  ASSERT_FALSE(world->service().faults().injected().empty());
  const std::int64_t over = world->now() + 50 * kNanosPerSecond;
  run(1);
  const auto compared = comparisons();
  const auto links = world->venue().counts().links;
  while (world->now() < over - kNanosPerSecond) {
    run(1);
    ASSERT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
  }
  EXPECT_EQ(comparisons(), compared) << tail();
  run(3);
  EXPECT_EQ(comparisons(), compared + 1) << tail();
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  run(5);
  EXPECT_EQ(comparisons(), compared + 1) << "and then from time to time, as always";
  EXPECT_EQ(world->venue().counts().links, links);
  expect_agreement();
}

// Entries may use four fifths of what the venue says it allows: of 3 orders in 10 s an entry with
// its stop fits, of 2 none does.
TEST_F(PeersTest, C25_OrderBudgetsAreReadFromTheVenue) {
  for (const auto& [orders, fits] : {std::pair(3, true), {2, false}}) {
    up({.seed = 1, .limits = {.orders_10s = orders}});
    world->buy();
    run(10);
    EXPECT_EQ(count("orderList.place.oto"), fits ? 1 : 0) << tail();
    EXPECT_EQ(state_of(LegRole::Entry), fits ? OrderState::Filled : OrderState::NotSent);
    EXPECT_EQ(world->venue().counts().refused_by_venue, 0U) << "no -1015 was needed";
    expect_agreement();
  }
}

// The budget of a day is used up, by whatever else trades on the account. Entries wait; the
// position is compared, sold and done with.
TEST_F(PeersTest, C25_TooManyOrdersOfTheAccountHoldBackEntriesOnly) {
  up();
  hold_a_position();
  world->sell();
  run(20);
  ASSERT_TRUE(trade().closed) << tail();
  bool armed = false;
  watch = [&](const Frame& frame) {
    if (!frame.method.starts_with("orderList.place") || std::exchange(armed, true)) return;
    fault("rate_limited", 86'400'000);
  };
  tamper = [](std::string_view, std::string& text) {
    const std::size_t at = text.find(R"("code":-1003)");
    if (at != std::string::npos) text.replace(at, 12, R"("code":-1015)");
    return true;
  };
  world->buy();
  run(10);
  ASSERT_EQ(state_of(LegRole::Entry, 2), OrderState::Rejected) << tail();
  tamper = nullptr;
  const auto compared = world->venue().counts().comparisons;
  const int entries = count("orderList.place");
  world->buy();
  run(5 * kMinute);
  EXPECT_EQ(count("orderList.place"), entries) << "it was not asked again";
  EXPECT_EQ(state_of(LegRole::Entry, 3), OrderState::NotSent) << tail();
  EXPECT_GE(world->venue().counts().comparisons, compared + 4);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
}

// The venue's clock steps away: the order is over, never sent again, and the clock is measured.
TEST_F(PeersTest, C26_AClockErrorEndsTheOrderAndMeasuresTheClockAnew) {
  for (const std::int64_t ms : {3'000, -3'000}) {
    up();
    bool armed = false;
    watch = [&](const Frame& frame) {
      if (!frame.method.starts_with("orderList.place") || std::exchange(armed, true)) return;
      fault("clock_skew", ms);
    };
    const std::size_t from = sent.size();
    world->buy();
    run(10);
    ASSERT_TRUE(armed);
    EXPECT_EQ(state_of(LegRole::Entry), OrderState::Rejected) << tail();
    EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
    EXPECT_GE(count("time", "", from), 3) << "measured anew";
    world->buy();
    run(10);
    EXPECT_EQ(state_of(LegRole::Entry, 1), OrderState::Filled) << tail();
    expect_agreement();
  }
}

// 300 ms each way: nobody can say what time it is there to better than 250 ms.
TEST_F(PeersTest, C26_WithoutAGoodMeasureNothingIsSigned) {
  up();
  run(20);
  const std::size_t probes = sent.size();
  run(2 * kMinute);
  EXPECT_GE(count("time", "", probes), 7) << "the offset is measured all the time";

  world->net().latency_ns = 300 * kNanosPerMilli;
  run(15 * kMinute);  // until no sample from before counts any more
  const std::size_t from = sent.size();
  world->buy();
  run(kMinute);
  EXPECT_EQ(count("orderList.place", "", from), 0);
  for (std::size_t i = from; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].text.find("signature"), std::string::npos) << sent[i].text;
  }
  EXPECT_TRUE(blocked(Block::Reconciling)) << "a person is told\n" << tail();
  world->net().latency_ns = 5 * kNanosPerMilli;
  run(5 * kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  expect_agreement();
}

}  // namespace
}  // namespace clawgate::world
