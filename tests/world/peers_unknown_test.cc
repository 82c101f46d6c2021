// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "gateway/state.h"
#include "schemas/order.h"
#include "tests/world/peers_fixture.h"

// Unknown outcomes, duplicates and lost orders.

namespace clawgate::world {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3'600;

bool is_report(std::string_view method, const std::string& text) {
  return method.empty() && text.find(R"("e":"executionReport")") != std::string::npos;
}

/// Nothing that tells of orders reaches the client: no events, and queries know nothing.
bool is_evidence(std::string_view method, std::string& text) {
  if (is_report(method, text)) return true;
  return method == "order.status" || method == "openOrders.status" || method == "allOrders";
}

TEST_F(PeersTest, C01_AnAmbiguousSubmitIsUnknownAndNoTimeoutMakesItRejected) {
  for (const char* const kind :
       {"timeout_not_executed", "cut_not_executed", "bus_error_not_executed"}) {
    for (const bool websocket : {true, false}) {
      up({.seed = 1, .orders_by_websocket = websocket});
      fault(kind);
      world->buy();
      run(30 * kMinute);
      EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << kind << "\n" << tail();
      EXPECT_TRUE(blocked(Block::UnknownOutcome)) << kind;
      EXPECT_EQ(placements(id_of(LegRole::Entry)), 1) << kind;
      world->close_unknown(id_of(LegRole::Entry));
      EXPECT_EQ(state_of(LegRole::Entry), OrderState::ClosedByDecision) << kind;
      expect_agreement();
    }
  }
}

// The last look was taken, and then the transport says that nothing left: that is no word of the
// venue, which has the order.
TEST_F(PeersTest, C01_OnlyTheVenueRejects) {
  up({.seed = 1, .orders_by_websocket = false});
  watch = [&](const Frame& frame) {
    world->net().denies = frame.method.starts_with("POST /api/v3/orderList");
  };
  tamper = [](std::string_view method, std::string& text) { return !is_report(method, text); };
  world->approves = false;
  world->buy();
  world->approve();
  run(1);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  EXPECT_TRUE(blocked(Block::UnknownOutcome));
  EXPECT_EQ(world->venue().counts().refused_by_venue, 0U);
  tamper = nullptr;
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_FALSE(blocked(Block::VenueContradiction));
  EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  expect_agreement();
}

TEST_F(PeersTest, C01_EvidenceEndsIt) {
  for (const char* const kind : {"timeout_executed", "cut_executed", "bus_error_executed"}) {
    up();
    fault(kind);
    world->buy();
    run(30 * kMinute);
    EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << kind << "\n" << tail();
    EXPECT_EQ(trade().protection, ProtectionState::Live) << kind;
    EXPECT_EQ(placements(id_of(LegRole::Entry)), 1) << kind;
    expect_agreement();
  }
}

// The account has 10000; the lost order may have spent 6000 of it, whatever a stale balance says.
TEST_F(PeersTest, C02_FundsStayReservedUntilEvidenceAndQueriesGoByClientId) {
  up({.seed = 1, .order_max = Notional::of(6'000), .trades_max = 2});
  world->stop_per_mille = 995;
  tamper = [](std::string_view method, std::string& text) {
    const bool balances = text.find("outboundAccountPosition") != std::string::npos;
    return !is_evidence(method, text) && !balances && method != "account.status";
  };
  const auto hidden = tamper;
  tamper = [hidden](std::string_view method, std::string& text) {
    return !method.starts_with("orderList") && hidden(method, text);
  };
  world->buy();
  run(5);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Sent) << tail();
  world->buy();
  run(1);
  ASSERT_EQ(world->state().trades.size(), 2U);
  const Notional left = subtract(Notional::of(10'000), trade(0).order.worst_cost).value();
  EXPECT_LE(trade(1).order.worst_cost, left);
  run(20);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  ASSERT_GT(trade().order.worst_cost, Notional::of(5'000));
  EXPECT_GT(count("order.status", id_of(LegRole::Entry).view()), 0);
  EXPECT_EQ(count("order.status", "\"orderId\""), 0);
  EXPECT_EQ(count("order.status"), count("order.status", "origClientOrderId"));

  world->unblock(Block::UnknownOutcome);
  EXPECT_TRUE(blocked(Block::UnknownOutcome)) << "what is unknown is not ended by a word";
}

// The reply says "duplicate": the order exists. It is neither rejected nor sent again.
TEST_F(PeersTest, C03_ADuplicateAnswerMeansThatTheOrderExists) {
  up();
  tamper = [first = true](std::string_view method, std::string& text) mutable {
    if (is_report(method, text) && first) return false;
    if (method.starts_with("orderList.place")) {
      first = false;
      const std::string id = text.substr(0, text.find(','));
      text = id + R"(,"status":400,"error":{"code":-2010,"msg":"Duplicate order sent."}})";
    }
    return true;
  };
  world->buy();
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  for (const ExecutionReport& report : world->reports) {
    EXPECT_NE(report.exec_type, ExecType::Rejected);
  }
  expect_agreement();
}

// Timed out, live at the venue, and -2013 for a while: nothing more is bought.
TEST_F(PeersTest, C04_NoSuchOrderIsWeakEvidenceAndNothingIsSentAgain) {
  up();
  tamper = [](std::string_view method, std::string& text) { return !is_report(method, text); };
  fault("query_lag", 40'000);
  fault("timeout_executed");
  world->buy();
  run(20);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  for (int i = 0; i < 5; ++i) {
    world->buy();
    run(4);
  }
  for (std::size_t i = 1; i < world->state().trades.size(); ++i) {
    EXPECT_NE(trade(i).hold, HoldState::Released) << "bought again while the first was unknown";
  }
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  expect_agreement();
}

// All accounts share a symbol's ids: soon after, a thousand of them are used up by others.
TEST_F(PeersTest, C05_TheLastRungStartsFromWhereTheOrderWasHandedOver) {
  for (const bool restarted : {false, true}) {
    up();
    std::string ours;
    tamper = [&](std::string_view method, std::string& text) {
      if (ours.empty() && !world->state().trades.empty()) {
        ours = id_of(LegRole::Entry).view();
        ours.resize(ours.size() - 2);
      }
      const bool about = !ours.empty() && text.find(ours) != std::string::npos;
      if (about && is_report(method, text)) return false;
      if (method != "order.status") return true;
      const std::string id = text.substr(0, text.find(','));
      text = id + R"(,"status":400,"error":{"code":-2013,"msg":"Order does not exist."}})";
      return true;
    };
    fault("timeout_executed");
    world->buy();
    for (int i = 0; i < 10'000 && count("orderList.place") == 0; ++i) world->step(kNanosPerMilli);
    world->step(100 * kNanosPerMilli);
    ASSERT_FALSE(ours.empty());
    sim::NewOrder order;
    order.account = world->exchange().open_account({});
    order.symbol = world->symbol();
    ASSERT_TRUE(world->exchange().deposit(order.account, world->exchange().quote(world->symbol()),
                                          1'000'000 * 100'000'000LL, sim::TimeNs(world->now())));
    order.order.side = sim::Side::Buy;
    order.order.type = sim::OrderType::Limit;
    order.order.time_in_force = sim::TimeInForce::Gtc;
    order.order.quantity = Qty::from_raw(100'000);
    order.order.price = Px::of(50'000);
    sim::CancelOrder cancel;
    cancel.order.account = order.account;
    cancel.order.symbol = order.symbol;
    for (int i = 0; i < 1'000; ++i) {
      order.order.client_id = sim::ClientId("o" + std::to_string(i));
      cancel.order.client_id = order.order.client_id;
      ASSERT_TRUE(static_cast<bool>(world->exchange().place(order, sim::TimeNs(world->now()))));
      ASSERT_TRUE(static_cast<bool>(world->exchange().cancel(cancel, sim::TimeNs(world->now()))));
    }
    // One of the account's, so that the newest id we know is beyond all of them.
    order.account = world->account();
    order.order.client_id = sim::ClientId("handmade-1");
    ASSERT_TRUE(static_cast<bool>(world->exchange().place(order, sim::TimeNs(world->now()))));
    if (restarted) world->crash();
    run(2 * kMinute);
    EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
    EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  }
}

TEST_F(PeersTest, C05_TheLadderOfEvidenceOutlastsAnHourOfForgetting) {
  up();
  tamper = [](std::string_view method, std::string& text) { return !is_report(method, text); };
  fault("query_lag", 65 * 60 * 1'000);
  fault("timeout_executed");
  world->buy();
  run(30);
  const std::string id(id_of(LegRole::Entry).view());
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  EXPECT_TRUE(blocked(Block::UnknownOutcome)) << "a person is told";
  EXPECT_GT(count("order.status", id), 0);
  EXPECT_GT(count("openOrders.status"), 0);
  EXPECT_GT(count("allOrders"), 0);
  run(kHour);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << "absence is no evidence";
  run(10 * kMinute);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
  expect_agreement();
}

// When the first byte leaves, a machine that loses its power now finds the order in its journal.
TEST_F(PeersTest, C06_TheIntentIsDurableBeforeTheFirstByteLeaves) {
  up();
  int checked = 0;
  watch = [&](const Frame& frame) {
    if (!frame.method.starts_with("orderList.place")) return;
    const auto left = world->store().after_power_loss(
        [](const testing::MemoryStore::Change&) { return std::size_t{0}; }, false);
    gateway::State found(std::size_t{1} << 12U);
    const auto journal = journal::Journal::open(*left, {}, [&](const journal::RecordView& record) {
      ASSERT_TRUE(found.fold(record.type, record.payload, record.time));
    });
    ASSERT_TRUE(journal.has_value()) << to_text(journal.error());
    ASSERT_EQ(found.trades.size(), 1U);
    EXPECT_EQ(found.trades[0].hold, HoldState::Released);
    EXPECT_EQ(found.trades[0].operator_id, OperatorId("alice"));
    const ClientOrderId id = found.trades[0].find(LegRole::Entry)->leg.client_order_id;
    EXPECT_NE(frame.text.find(id.view()), std::string::npos);
    ++checked;
  };
  world->buy();
  run(10);
  EXPECT_EQ(checked, 1);
}

// Whether the bytes arrived or not: one submission, and what the venue holds is found.
TEST_F(PeersTest, C06_DyingAsTheBytesLeaveSendsNothingTwice) {
  for (const std::int64_t ms : {0, 1, 10, 100}) {
    up();
    bool left = false;
    watch = [&](const Frame& frame) { left |= frame.method.starts_with("orderList.place"); };
    world->buy();
    for (int i = 0; i < 10'000 && !left; ++i) world->step(kNanosPerMilli);
    ASSERT_TRUE(left);
    if (ms > 0) world->step(ms * kNanosPerMilli);
    world->crash();
    run(2 * kMinute);
    const bool arrived = at_venue(id_of(LegRole::Entry)).has_value();
    EXPECT_EQ(arrived, ms >= 10);
    EXPECT_EQ(state_of(LegRole::Entry), arrived ? OrderState::Filled : OrderState::Unknown)
        << ms << " ms\n"
        << tail();
    EXPECT_EQ(trade().protection == ProtectionState::Live, arrived);
    EXPECT_EQ(placements(id_of(LegRole::Entry)), 1);
    expect_agreement();
  }
}

TEST_F(PeersTest, C07_ClientIdsAreDerivedAndNeverCollide) {
  constexpr int kMany = 50'000;
  Sha256 hasher;
  std::set<ClientOrderId> ids;
  for (int i = 0; i < kMany; ++i) {
    OrderCandidate order;
    order.hold = HoldId(static_cast<std::uint64_t>(i / 2 + 1));
    order.nonce.bytes[0] = static_cast<std::uint8_t>(i % 2);  // nothing else differs
    for (const LegRole role : {LegRole::Entry, LegRole::Stop, LegRole::TakeProfit}) {
      Leg leg;
      leg.role = role;
      ASSERT_TRUE(order.legs.push_back(leg));
    }
    OrderCandidate again = order;
    assign_client_order_ids(order, "WIRE", hasher);
    assign_client_order_ids(again, "WIRE", hasher);
    for (std::size_t leg = 0; leg < order.legs.size(); ++leg) {
      const ClientOrderId& id = order.legs[leg].client_order_id;
      ASSERT_EQ(id, again.legs[leg].client_order_id);
      ASSERT_TRUE(ids.insert(id).second) << id.view();
      ASSERT_LE(id.size(), 36U);
    }
    assign_client_order_ids(again, "ERIW", hasher);
    ASSERT_NE(again.legs[0].client_order_id, order.legs[0].client_order_id);
  }
  const ClientOrderId entry = *ids.begin();
  std::set<ClientOrderId> further;
  for (const LegRole role : {LegRole::Stop, LegRole::TakeProfit, LegRole::Exit, LegRole::Reduce}) {
    for (std::uint8_t attempt = 0; attempt <= 9; ++attempt) {
      further.insert(protective_id(entry, role, attempt));
    }
  }
  EXPECT_EQ(further.size(), 40U);
}

// The venue accepts a used client id again once its order is over. Two orders under one reference
// stop everything, and an audit names it.
TEST_F(PeersTest, C08_TwoOrdersUnderOneReferenceStopEntries) {
  up();
  hold_a_position();
  sim::NewOrder twin;
  twin.account = world->account();
  twin.symbol = world->symbol();
  twin.order.side = sim::Side::Buy;
  twin.order.type = sim::OrderType::Limit;
  twin.order.time_in_force = sim::TimeInForce::Gtc;
  twin.order.quantity = Qty::from_raw(100'000);
  twin.order.price = Px::of(50'000);
  twin.order.client_id = sim::ClientId(id_of(LegRole::Entry).view());
  tamper = [](std::string_view method, std::string& text) { return !is_report(method, text); };
  ASSERT_TRUE(static_cast<bool>(world->exchange().place(twin, sim::TimeNs(world->now()))));
  run(2 * kMinute);
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
  world->compare_ledgers();
  ASSERT_TRUE(world->what_broke().has_value());
}

// The connection breaks at any moment of an exit: at most one stop ever works for a position.
TEST_F(PeersTest, C08_AnExitThroughABrokenConnectionLeavesOneStopAtMost) {
  for (int ms = 0; ms <= 60; ms += 3) {
    up();
    hold_a_position();
    bool cut = false;
    watch = [&](const Frame& frame) {
      if (frame.method != "order.cancel" || cut) return;
      cut = true;
      static_cast<void>(world->net().at(UnixNanos(world->now() + ms * kNanosPerMilli),
                                        [this] { network_fails(); }));
    };
    world->sell();
    for (int i = 0; i < 400; ++i) {
      if (i == 150) network_is_back();
      run(1, 200);
      int stops = 0;
      for (const sim::OrderRecord& row :
           world->exchange().open_orders(world->account(), world->symbol())) {
        stops += row.type == sim::OrderType::StopLoss ? 1 : 0;
      }
      ASSERT_LE(stops, 1) << "cut after " << ms << " ms\n" << tail();
    }
    EXPECT_TRUE(cut);
    // Where the sale was lost on its way nobody knows; a person who looked lets it go on.
    if (trade().find(LegRole::Exit) != nullptr && state_of(LegRole::Exit) == OrderState::Unknown) {
      EXPECT_TRUE(blocked(Block::UnknownOutcome));
      EXPECT_FALSE(at_venue(id_of(LegRole::Exit)).has_value());
      world->close_unknown(id_of(LegRole::Exit));
      run(10);
      EXPECT_EQ(trade().protection, ProtectionState::Live) << tail();
      expect_agreement();
      continue;
    }
    EXPECT_TRUE(trade().closed) << "cut after " << ms << " ms\n" << tail();
    expect_agreement();
  }
}

// The market order that reduces a position without a stop, under each fault that hides its fate.
TEST_F(PeersTest, C09_AMarketOrderIsNeverSentTwice) {
  for (const char* const kind :
       {"timeout_executed", "timeout_not_executed", "cut_executed", "cut_not_executed",
        "bus_error_executed", "bus_error_not_executed", "late_reply", "rate_limited"}) {
    for (const bool websocket : {true, false}) {
      up({.seed = 1, .orders_by_websocket = websocket});
      hold_a_position();
      bool armed = false;
      tamper = [&](std::string_view, std::string& text) {
        const bool gone = text.find(R"("X":"CANCELED")") != std::string::npos;
        if (gone && !std::exchange(armed, true)) fault(kind);
        return true;
      };
      cancelled_elsewhere(id_of(LegRole::Stop));
      run(10 * kMinute);
      ASSERT_TRUE(armed);
      int reduces = 0;
      for (const gateway::TradeOrder& row : trade().orders) {
        if (row.leg.role != LegRole::Reduce) continue;
        ++reduces;
        EXPECT_EQ(row.leg.type, OrdType::Market);
        EXPECT_LE(placements(row.leg.client_order_id), 1) << kind << "\n" << tail();
      }
      EXPECT_GT(reduces, 0) << kind << "\n" << tail();
      expect_agreement();
    }
  }
}

TEST_F(PeersTest, C10_PollingIsBoundedAndEndsWithAPerson) {
  up();
  fault("timeout_not_executed");
  world->buy();
  run(kMinute);
  const ClientOrderId id = id_of(LegRole::Entry);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Unknown);
  const std::size_t early = sent.size();
  run(2 * kHour);
  // A ladder a minute: a few queries by id with pauses in between, then the two lists.
  EXPECT_GT(count("order.status", id.view(), early), 60);
  EXPECT_LT(count("order.status", id.view(), early), 120 * 12);
  EXPECT_TRUE(blocked(Block::UnknownOutcome)) << "a person has to look";
  world->close_unknown(id);
  run(5);
  const std::size_t after = sent.size();
  run(2 * kHour);
  EXPECT_EQ(count("order.status", id.view(), after), 0);
  expect_agreement();
}

// The venue counts executions in an order's status and lists none: late for a while, or for ever.
TEST_F(PeersTest, C10_ExecutionsThatAreCountedAndNeverToldAreAskedForWithPauses) {
  for (const bool for_ever : {false, true}) {
    up();
    hold_a_position();
    bool hidden = true;
    tamper = [&](std::string_view method, std::string& text) {
      if (hidden && method == "myTrades") {
        text = text.substr(0, text.find(',')) + R"(,"status":200,"result":[]})";
      }
      return !hidden || !is_report(method, text);
    };
    market_falls_to_the_stop();
    const std::size_t from = sent.size();
    run(70, 100);
    EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
    EXPECT_GT(count("myTrades", "", from), 1);
    hidden = for_ever;
    run(15 * kMinute);
    EXPECT_LT(count("myTrades", "", from), 60) << "no loop";
    EXPECT_LT(count("order.status", "", from), 120);
    EXPECT_EQ(blocked(Block::VenueContradiction), for_ever) << tail();
    if (for_ever) continue;
    EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
    EXPECT_TRUE(trade().closed);
    expect_agreement();
  }
}

}  // namespace
}  // namespace clawgate::world
