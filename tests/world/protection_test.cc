// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/world/peers_fixture.h"

// A position is guarded by a working stop or is being sold, whatever races on the wire.

namespace clawgate::world {
namespace {

constexpr std::int64_t kMinute = 60;

class ProtectionTest : public PeersTest {
 protected:
  [[nodiscard]] bool is_report(const std::string& text) const {
    return text.find(R"("event":{"e":"executionReport")") != std::string::npos;
  }
  [[nodiscard]] int reduces() const {
    int found = 0;
    for (const gateway::TradeOrder& row : trade().orders) {
      found += row.leg.role == LegRole::Reduce ? 1 : 0;
    }
    return found;
  }
  /// Runs until the client has sent a frame of that method, in steps of a millisecond.
  void run_until_sent(std::string_view method) {
    const std::size_t from = sent.size();
    for (int i = 0; i < 20'000 && count(method, "", from) == 0; ++i) {
      world->step(kNanosPerMilli);
    }
    ASSERT_GT(count(method, "", from), 0) << tail();
  }
};

// The stop fills while the cancel is on its way: the cancel is refused and the position is sold
// once, by the stop.
TEST_F(ProtectionTest, AFillBeforeTheCancelArrives) {
  for (const bool events_lost : {false, true}) {
    up();
    hold_a_position();
    tamper = [&](std::string_view, std::string& text) { return !events_lost || !is_report(text); };
    world->sell();
    run_until_sent("order.cancel");
    market_falls_to_the_stop();
    world->move_market();  // 5 ms ahead of the cancel
    run(kMinute);
    EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
    EXPECT_EQ(trade().find(LegRole::Exit), nullptr) << "nothing was left to sell";
    EXPECT_TRUE(trade().closed);
    EXPECT_EQ(reduces(), 0);
    expect_agreement();
  }
}

// The cancel arrives first, and then the market falls through the trigger: no stop fills any more.
// The exit at its limit finds no buyer, a new stop would trigger at once, so the rest is reduced.
TEST_F(ProtectionTest, TheCancelArrivesBeforeTheFill) {
  for (const std::int64_t ms : {6, 9, 11, 14}) {
    up();
    hold_a_position();
    world->sell();
    run_until_sent("order.cancel");
    world->net().run_until(world->now() + ms * kNanosPerMilli);
    market_falls_to_the_stop();
    world->move_market();
    run(kMinute);
    int sales = 0;
    for (const gateway::TradeOrder& row : trade().orders) {
      EXPECT_TRUE(row.leg.role != LegRole::Stop || row.state != OrderState::Filled);
      sales += row.leg.side == Side::Sell && row.state == OrderState::Filled ? 1 : 0;
    }
    EXPECT_EQ(trade().orders[1].state, OrderState::Canceled) << ms << " ms\n" << tail();
    EXPECT_EQ(sales, 1) << ms << " ms\n" << tail();
    EXPECT_TRUE(trade().closed) << tail();
    expect_agreement();
  }
}

// A take-profit that fills in part takes its stop with it, so what is left is sold at once: the
// cancel that this begins with meets another fill, of all that is left or of half of it.
TEST_F(ProtectionTest, APartlyFilledTakeProfitRacesItsCancel) {
  constexpr std::int64_t kStep = 1'000;  // 0.00001 BTC
  for (const char* const kind : {"fill_before_cancel", "cancel_overtakes_fill"}) {
    for (const bool websocket : {true, false}) {
      up({.seed = 1, .orders_by_websocket = websocket});
      world->take_profit = true;
      hold_a_position();
      const Leg leg = order(LegRole::TakeProfit).leg;
      ASSERT_EQ(state_of(LegRole::TakeProfit), OrderState::Working) << tail();
      fault(kind);
      const std::int64_t part = leg.qty.raw() / 3 / kStep * kStep;
      world->taker_buys(at_venue(leg.client_order_id).value(), Qty::from_raw(part));
      run(2 * kMinute);

      const auto& injected = world->service().faults().injected();
      ASSERT_EQ(injected.size(), 1U) << kind << "\n" << tail();
      EXPECT_EQ(sim::info(injected[0].kind).name, kind);
      const bool all = injected[0].kind == sim::FaultKind::FillBeforeCancel;
      const std::int64_t left = leg.qty.raw() - part;
      const std::int64_t raced = all ? left : left / 2 / kStep * kStep;
      EXPECT_EQ(order(LegRole::TakeProfit).cum_qty.raw(), part + raced) << kind << "\n" << tail();
      EXPECT_EQ(state_of(LegRole::TakeProfit), all ? OrderState::Filled : OrderState::Canceled);
      EXPECT_EQ(reduces(), all ? 0 : 1) << tail();
      if (!all) EXPECT_EQ(order(LegRole::Reduce).cum_qty.raw(), left - raced) << tail();
      EXPECT_TRUE(trade().closed) << kind << "\n" << tail();
      EXPECT_LT(trade().position.qty.raw(), kStep) << "dust";
      expect_agreement();
    }
  }
}

TEST_F(ProtectionTest, AVanishedStopMeansAnImmediateReduce) {
  up();
  hold_a_position();
  cancelled_elsewhere(id_of(LegRole::Stop));
  world->net().run_until(world->now() + 12 * kNanosPerMilli);
  EXPECT_EQ(trade().protection, ProtectionState::Missing) << tail();
  EXPECT_EQ(reduces(), 1);
  run(2);
  EXPECT_TRUE(trade().closed) << tail();
  expect_agreement();
}

// The same where nobody told us: the next comparison finds it.
TEST_F(ProtectionTest, AStopThatVanishedSilentlyIsFoundMissing) {
  up();
  hold_a_position();
  tamper = [&](std::string_view, std::string& text) { return !is_report(text); };
  cancelled_elsewhere(id_of(LegRole::Stop));
  run(5);
  EXPECT_EQ(trade().protection, ProtectionState::Live) << "nothing was said";
  run(kMinute + 5);
  EXPECT_EQ(reduces(), 1) << tail();
  EXPECT_TRUE(trade().closed) << tail();
  expect_agreement();
}

// The venue forgets the order without a trace: nothing is sold on a guess, a person is called, and
// after the decision the position is reduced.
TEST_F(ProtectionTest, AForgottenStopIsUnknownUntilADecisionThenReduced) {
  up();
  hold_a_position();
  bool forgets = true;
  tamper = [&](std::string_view method, std::string& text) {
    const std::string id = text.substr(0, text.find(','));
    if (forgets && method == "order.status") {
      text = id + R"(,"status":400,"error":{"code":-2013,"msg":"Order does not exist."}})";
    } else if (forgets && (method == "openOrders.status" || method == "allOrders")) {
      text = id + R"(,"status":200,"result":[]})";
    }
    return !is_report(text);
  };
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Unknown) << tail();
  EXPECT_TRUE(blocked(Block::UnknownOutcome));
  EXPECT_EQ(reduces(), 0) << "it may still be there";
  cancelled_elsewhere(id_of(LegRole::Stop));  // by the person who looked
  world->close_unknown(id_of(LegRole::Stop));
  forgets = false;
  run(kMinute);
  EXPECT_EQ(reduces(), 1) << tail();
  EXPECT_TRUE(trade().closed) << tail();
}

// The venue does not look the vanished stop up, for a reason of its own: nothing is dropped, the
// order is named, and entries wait until there is a word on it.
TEST_F(ProtectionTest, AnOrderThatTheVenueDoesNotLookUpIsNamedAndNothingIsDropped) {
  for (const int code : {-1100, -2026, -2039, -9999}) {  // of the last we know nothing
    for (const bool restarted : {false, true}) {
      up();
      hold_a_position();
      tamper = [&](std::string_view method, std::string& text) {
        const std::string id = text.substr(0, text.find(','));
        if (method == "order.status") {
          text =
              id + R"(,"status":400,"error":{"code":)" + std::to_string(code) + R"(,"msg":"No."}})";
        }
        return !is_report(text);
      };
      if (restarted) world->crash();
      run(restarted ? 30 : 0);
      const auto links = world->venue().counts().links_lost;
      cancelled_elsewhere(id_of(LegRole::Stop));
      run(2 * kMinute + 5);
      const std::string words = "no word on order " + std::string(id_of(LegRole::Stop).view()) +
                                ": " + std::to_string(code);
      EXPECT_TRUE(blocked(Block::Reconciling)) << tail();
      const auto& row = world->state().block_row(Block::Reconciling);
      EXPECT_TRUE(std::string(row.evidence.view()).find(words) != std::string::npos)
          << row.evidence.view() << "\n"
          << tail();
      EXPECT_NE(world->venue().phase(), venues::binance_spot::Phase::Down) << tail();
      EXPECT_EQ(world->venue().counts().links_lost, links) << tail();
      tamper = [&](std::string_view, std::string& text) { return !is_report(text); };
      run(2 * kMinute);
      EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
      EXPECT_EQ(reduces(), 1) << tail();
      EXPECT_TRUE(trade().closed) << tail();
      expect_agreement();
    }
  }
}

// The same, but it comes back: its own evidence makes it a working stop again.
TEST_F(ProtectionTest, AForgottenStopThatComesBackGuardsAgain) {
  up();
  hold_a_position();
  fault("query_lag", 1);
  bool forgets = true;
  tamper = [&](std::string_view method, std::string& text) {
    const std::string id = text.substr(0, text.find(','));
    if (forgets && method == "order.status") {
      text = id + R"(,"status":400,"error":{"code":-2013,"msg":"Order does not exist."}})";
    } else if (forgets && (method == "openOrders.status" || method == "allOrders")) {
      text = id + R"(,"status":200,"result":[]})";
    }
    return true;
  };
  run(2 * kMinute);
  ASSERT_EQ(state_of(LegRole::Stop), OrderState::Unknown) << tail();
  forgets = false;
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
  EXPECT_EQ(reduces(), 0);
  market_falls_to_the_stop();
  run(5);
  EXPECT_TRUE(trade().closed) << tail();
  expect_agreement();
}

// The entry fills and the venue refuses its stop as it arms. (The exchange here has no reason to,
// so its words are changed on the way, and the stop taken down to make them true.)
TEST_F(ProtectionTest, AStopThatIsRefusedMeansAnImmediateReduce) {
  up();
  bool refused = false;
  tamper = [&](std::string_view, std::string& text) {
    const bool stop = is_report(text) && text.find(R"("o":"STOP_LOSS")") != std::string::npos;
    if (stop && text.find(R"("X":"CANCELED")") != std::string::npos) return false;
    const std::size_t at = text.find(R"("x":"NEW","X":"NEW")");
    if (!stop || at == std::string::npos) return true;
    text.replace(at, 19, R"("x":"REJECTED","X":"REJECTED")");
    refused = true;
    return true;
  };
  world->buy();
  for (int i = 0; i < 20'000 && !refused; ++i) world->step(kNanosPerMilli);
  ASSERT_TRUE(refused);
  cancelled_elsewhere(id_of(LegRole::Stop));
  world->net().run_until(world->now() + 20 * kNanosPerMilli);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Rejected) << tail();
  EXPECT_EQ(reduces(), 1) << tail();
  run(2);
  EXPECT_TRUE(trade().closed) << tail();
  for (const sim::BalanceRow& row : world->exchange().account(world->account()).balances) {
    const bool base = row.asset == world->exchange().base(world->symbol());
    EXPECT_TRUE(!base || row.free + row.locked == trade().position.qty.raw());
  }
}

// PENDING_AT_VENUE becomes LIVE by the venue's word about the stop itself, by nothing else.
TEST_F(ProtectionTest, PendingBecomesLiveByEvidenceOnly) {
  up();
  std::string stop;
  bool deaf = true;
  tamper = [&](std::string_view method, std::string& text) {
    // Of the stop nothing is heard; of the entry everything is.
    if (stop.empty() && !world->state().trades.empty()) stop = id_of(LegRole::Stop).view();
    const bool about = !stop.empty() && text.find(stop) != std::string::npos;
    return !deaf || !about ||
           (is_report(text) && text.find(R"("X":"PENDING_NEW")") != std::string::npos) ||
           method.starts_with("session");
  };
  world->buy();
  run(20);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::PendingAtVenue) << tail();
  EXPECT_EQ(reduces(), 0) << "what is on its way is not missing";
  deaf = false;
  run(kMinute + 10);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::Live) << tail();
  expect_agreement();
}

// The stop is down and the network goes: the exit is not kept for whenever it comes back. The core
// puts the stop back where it can, and sells at market where it cannot.
TEST_F(ProtectionTest, AnExitThatCannotLeaveIsHandedBack) {
  for (const bool back_soon : {true, false}) {
    up({.seed = 1, .orders_by_websocket = false});
    hold_a_position();
    watch = [&](const Frame& frame) {
      if (frame.method.starts_with("DELETE /api/v3/order")) world->net().down = true;
    };
    world->sell();
    for (int i = 0; i < 20'000 && trade().find(LegRole::Exit) == nullptr; ++i) {
      world->step(kNanosPerMilli);
    }
    ASSERT_NE(trade().find(LegRole::Exit), nullptr) << tail();
    watch = nullptr;
    run(4);
    EXPECT_EQ(state_of(LegRole::Exit), OrderState::Released) << "tried for a while\n" << tail();
    run(2);
    EXPECT_EQ(state_of(LegRole::Exit), OrderState::NotSent) << tail();
    EXPECT_NE(tail().find("handed back: " + std::string(id_of(LegRole::Exit).view())),
              std::string::npos)
        << tail();
    if (!back_soon) run(20);
    world->net().down = false;
    run(kMinute);
    EXPECT_EQ(trade().closed, !back_soon) << tail();
    EXPECT_EQ(reduces(), back_soon ? 0 : 1) << tail();
    EXPECT_EQ(trade().protection, back_soon ? ProtectionState::Live : ProtectionState::Done);
    expect_agreement();
  }
}

// Nothing can be sent for a while (a ban, or no clock): the reduce is tried again with pauses, and
// not ten times in one millisecond.
TEST_F(ProtectionTest, AReduceThatCouldNotLeaveIsTriedAgainWithPauses) {
  for (const std::int64_t ban_ms : {20'000, 150'000, 1'800'000}) {
    up();
    hold_a_position();
    fault("ip_banned", ban_ms);
    for (int i = 0; i < 120'000 && world->service().faults().injected().empty(); ++i) {
      world->step(kNanosPerMilli);
    }
    ASSERT_FALSE(world->service().faults().injected().empty());
    run(1);
    cancelled_elsewhere(id_of(LegRole::Stop));
    run(10);
    EXPECT_EQ(trade().protection, ProtectionState::Missing);
    EXPECT_LE(reduces(), 5) << tail();
    run(ban_ms / 1'000 + 2 * kMinute);
    EXPECT_TRUE(trade().closed) << tail();
    EXPECT_TRUE(blocked(Block::ProtectionMissing)) << "a person looks: it stood without a stop";
    expect_agreement();
  }
}

// The venue refuses the reduce and names a day. A position without its stop is not kept for that
// long on one word of the venue: it is asked again after five minutes.
TEST_F(ProtectionTest, ASaleAtMarketWaitsFiveMinutesAtMost) {
  up();
  hold_a_position();
  bool armed = false;
  watch = [&](const Frame& frame) {
    if (frame.method != "order.place" || std::exchange(armed, true)) return;
    fault("rate_limited", 86'400'000);
  };
  cancelled_elsewhere(id_of(LegRole::Stop));
  run(1);
  ASSERT_EQ(world->service().faults().injected().size(), 1U) << tail();
  const std::int64_t refused =
      world->service().faults().injected().back().time.value() + world->net().latency_ns;
  ASSERT_EQ(count("order.place"), 1) << tail();
  world->net().run_until(refused + 250 * kNanosPerSecond);
  run(48);
  ASSERT_EQ(reduces(), 2) << tail();
  world->net().run_until(refused + 300 * kNanosPerSecond - 1);
  EXPECT_EQ(count("order.place"), 1) << "as the venue asked\n" << tail();
  world->net().run_until(refused + 300 * kNanosPerSecond + 210 * kNanosPerMilli);
  EXPECT_EQ(count("order.place"), 2) << tail();
  EXPECT_TRUE(trade().closed) << tail();
}

}  // namespace
}  // namespace clawgate::world
