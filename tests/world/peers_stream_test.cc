// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "gateway/state.h"
#include "tests/world/peers_fixture.h"

// Reconciliation and streams.

namespace clawgate::world {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3'600;

bool is_event(const std::string& text, std::string_view name) {
  return text.find(R"("event":{"e":")" + std::string(name)) != std::string::npos;
}
bool is_report(const std::string& text) {
  return is_event(text, "executionReport");
}
bool tells(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

// What REST or a query said before is old: neither an empty list nor an old row takes a stop away.
TEST_F(PeersTest, C11_AStaleSnapshotCancelsNothing) {
  up();
  std::string old_open;
  tamper = [&](std::string_view method, std::string& text) {
    const std::string id = text.substr(0, text.find(','));
    const std::size_t at = text.find(',');
    if (method == "openOrders.status") {
      if (old_open.empty()) old_open = text.substr(at);
      text = id + old_open;  // as it was before anything was bought
    }
    return true;
  };
  run(kMinute + 5);
  ASSERT_FALSE(old_open.empty());
  hold_a_position();
  const std::size_t from = sent.size();
  const std::uint64_t compared = world->venue().counts().comparisons;
  run(5 * kMinute);
  EXPECT_GT(world->venue().counts().comparisons, compared + 3);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_GT(count("order.status", id_of(LegRole::Stop).view(), from), 0)
      << "what a list leaves out is asked for by its id";
  EXPECT_EQ(count("order.cancel"), 0);
  EXPECT_EQ(trade().orders.size(), 2U) << "nothing more was sent";
  expect_agreement();
}

// A query's answer from before the fill arrives after it.
TEST_F(PeersTest, C11_AnOldRowNeverOverridesANewerFact) {
  up();
  hold_a_position();
  ASSERT_FALSE(world->reports.empty());
  std::vector<ExecutionReport> past = world->reports;
  market_falls_to_the_stop();
  run(5);
  ASSERT_EQ(state_of(LegRole::Stop), OrderState::Filled);
  ASSERT_TRUE(trade().closed);
  const auto balances = world->state().balances;
  for (ExecutionReport& report : past) {
    report.exec_type = ExecType::Status;  // as a snapshot tells it
    report.last_qty = {};
    report.exec_id = {};
    ASSERT_TRUE(world->put(report));
  }
  for (BalanceReported row : balances) {
    row.event_time = UnixNanos(row.event_time.value() - kNanosPerSecond);
    row.free = Qty::of(777);
    ASSERT_TRUE(world->put(row));
  }
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled);
  EXPECT_FALSE(blocked(Block::VenueContradiction));
  EXPECT_FALSE(blocked(Block::ForeignOrder));
  expect_agreement();
}

/// By one row, or by two where a report told of an order that was handed over meanwhile, or of one
/// that had ended.
bool is_in_table(OrderState before, OrderState after) {
  if (before == after) return true;
  for (const auto& row : kOrderTransitions) {
    if (row.from != before) continue;
    if (row.to == after) return true;
    for (const auto& then : kOrderTransitions) {
      const bool first = before == OrderState::Released || row.event == OrderEvent::Reappear;
      if (first && then.from == row.to && then.to == after) return true;
    }
  }
  return false;
}

// The same by reconciliation: whatever status the venue's lists and answers give our orders.
TEST_F(PeersTest, C12_NoComparisonLeavesTheTransitionTable) {
  constexpr std::string_view kWords[] = {"NEW",      "PENDING_NEW", "PARTIALLY_FILLED", "FILLED",
                                         "CANCELED", "REJECTED",    "EXPIRED",          "NEW"};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    up({.seed = seed});
    std::mt19937_64 random(seed);
    hold_a_position();
    tamper = [&](std::string_view method, std::string& text) {
      const bool tells = method == "order.status" || method == "openOrders.status";
      const std::size_t at = text.find(R"("status":"NEW")");
      if (!tells || at == std::string::npos) return true;
      text.replace(at, 14, R"("status":")" + std::string(kWords[random() % 8]) + "\"");
      return true;
    };
    const std::size_t from = sent.size();
    std::vector<OrderState> before;
    for (int i = 0; i < 3'000; ++i) {
      world->step(100 * kNanosPerMilli);
      ASSERT_FALSE(world->what_broke().has_value()) << *world->what_broke();
      const auto& orders = trade().orders;
      for (std::size_t at = 0; at < before.size(); ++at) {
        EXPECT_TRUE(is_in_table(before[at], orders[at].state))
            << static_cast<int>(before[at]) << " to " << static_cast<int>(orders[at].state);
      }
      before.clear();
      for (const gateway::TradeOrder& row : orders) before.push_back(row.state);
    }
    EXPECT_LT(sent.size() - from, 600U) << "seed " << seed << ": no loop\n" << tail();
  }
}

// Any report at all, in any state: the table moves, or the report is named and held against the
// venue. Never an event the table has no row for, never without end.
TEST_F(PeersTest, C12_NoReportLeavesTheTransitionTable) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    up({.seed = seed});
    std::mt19937_64 random(seed);
    world->buy();
    run(static_cast<std::int64_t>(random() % 12));
    for (int i = 0; i < 120; ++i) {
      if (world->state().trades.empty() || trade().orders.empty()) break;
      const gateway::TradeOrder& order = trade().orders[random() % trade().orders.size()];
      ExecutionReport report;
      report.account = trade().order.account;
      report.instrument = trade().order.instrument;
      report.client_order_id = order.leg.client_order_id;
      report.exec_type = static_cast<ExecType>(random() % 7);
      report.ord_status = static_cast<OrdStatus>(random() % 7);
      report.side = random() % 8 == 0 ? Side::Buy : order.leg.side;
      report.last_qty = Qty::from_raw(static_cast<std::int64_t>(random() % 3) * 40'000);
      report.last_px = Px::of(60'000);
      report.exec_id = ExecId(std::to_string(random() % 20));
      report.cum_qty = random() % 2 == 0 ? order.cum_qty : Qty::from_raw(80'000);
      report.event_time = UnixNanos(world->now());
      const OrderState before = order.state;
      const std::size_t orders = trade().orders.size();
      ASSERT_TRUE(world->put(report));
      ASSERT_FALSE(world->what_broke().has_value()) << *world->what_broke();
      EXPECT_TRUE(is_in_table(before, order.state))
          << static_cast<int>(before) << " to " << static_cast<int>(order.state);
      ASSERT_LE(trade().orders.size(), orders + 1);
    }
    const std::size_t asked = sent.size();
    run(10 * kMinute);
    EXPECT_LT(sent.size() - asked, 2'000U) << "seed " << seed;
  }
}

// No listen key; a subscription on the socket itself. Silence is noticed, entries stop, and no
// subscription is trusted before all was compared.
TEST_F(PeersTest, C13_ASilentStreamRaisesAnAlarmAndIsComparedAfterItsReturn) {
  up();
  EXPECT_EQ(count("userDataStream.subscribe.signature") + count("userDataStream.subscribe"), 1);
  for (const Frame& frame : sent) EXPECT_FALSE(tells(frame.text, "listenKey"));
  hold_a_position();
  const std::uint64_t links = world->venue().counts().links;
  bool silent = true;
  tamper = [&](std::string_view, std::string&) { return !silent; };
  run(15 + 10 + 2);  // a probe, its patience, and the watch
  EXPECT_TRUE(blocked(Block::Reconciling)) << tail();
  market_falls_to_the_stop();
  run(30);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << "nothing was heard";
  silent = false;
  run(2 * kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  EXPECT_GT(world->venue().counts().links, links);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled);
  expect_agreement();
}

// The subscription ends while the socket lives on.
TEST_F(PeersTest, C13_AnEndedSubscriptionIsMadeAnew) {
  up();
  hold_a_position();
  const std::size_t from = sent.size();
  world->net().repeat(
      R"({"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1767603600000}})");
  world->net().run_until(world->now() + 100 * kNanosPerMilli);
  EXPECT_TRUE(blocked(Block::Reconciling)) << tail();
  run(kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  EXPECT_EQ(count("subscribe.signature", "", from), 1);
  EXPECT_GT(count("openOrders.status", "", from), 0) << "compared before it is trusted";
  market_falls_to_the_stop();
  run(5);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled);
  expect_agreement();
}

// The socket lives and answers, and the subscription on it is dead: nobody says so.
TEST_F(PeersTest, C13_ADeadSubscriptionOnALiveSocketIsFoundAndMadeAnew) {
  up();
  hold_a_position();
  bool dead = true;
  tamper = [&](std::string_view method, std::string& text) {
    return !dead || !method.empty() || !tells(text, R"("event":{)");
  };
  const std::size_t from = sent.size();
  for (int i = 0; i < 2; ++i) {
    market_falls_to_the_stop();
    run(kMinute + 10);
    EXPECT_EQ(state_of(LegRole::Stop, world->state().trades.size() - 1), OrderState::Filled)
        << tail();
    EXPECT_EQ(world->venue().counts().links_lost, 0U) << "nothing looks wrong";
    if (i == 1) break;
    world->pinned_bid = kCalmBid;
    run(7 * kHour, 10'000);  // past the cooldown
    world->clear_causes();
    world->buy();
    run(kMinute + 10);
    ASSERT_EQ(world->state().trades.size(), 2U);
    ASSERT_EQ(state_of(LegRole::Stop, 1), OrderState::Working) << tail();
  }
  dead = false;
  run(kMinute);
  EXPECT_GE(count("subscribe.signature", "", from), 1) << tail();
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready);
  expect_agreement();
}

constexpr std::string_view kSilent = "the user data stream is silent";

// It dies with a fill, and nobody says so: the fill is compared, the silence told to people, and no
// entry leaves before another subscription was compared.
TEST_F(PeersTest, C13_AStreamThatDiesWithAFillIsAnAlarmAndMadeAnew) {
  up();
  hold_a_position();
  fault("stream_silent");
  const std::size_t told = events.size();
  const std::size_t from = sent.size();
  market_falls_to_the_stop();
  bool alarm = false;
  for (int i = 0; i < (kMinute + 20) * 100; ++i) {
    world->step(10 * kNanosPerMilli);
    alarm |= world->state().block_row(Block::Reconciling).evidence.view() == kSilent;
  }
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  EXPECT_TRUE(alarm) << tail();
  EXPECT_EQ(world->venue().counts().silences, 1U);
  EXPECT_EQ(world->venue().counts().links_lost, 0U) << "nothing looked wrong";
  EXPECT_EQ(count("subscribe.signature", "", from), 1);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  const auto fills =
      std::count_if(events.begin() + static_cast<std::ptrdiff_t>(told), events.end(),
                    [](const std::string& text) { return tells(text, R"("x":"TRADE")"); });
  EXPECT_EQ(fills, 0);

  world->pinned_bid = kCalmBid;
  run(7 * kHour, 10'000);  // past the cooldown
  world->clear_causes();
  const std::size_t then = events.size();
  world->buy();
  run(kMinute);
  EXPECT_EQ(world->state().trades.size(), 2U);
  EXPECT_GT(events.size(), then + 2) << "the new one tells";
  EXPECT_EQ(world->venue().counts().silences, 1U);
  expect_agreement();
}

// It told that the order arrived and dies with its fill, which the answer tells: no other event is
// a word on an execution.
TEST_F(PeersTest, C13_AFillThatOnlyTheAnswerToldIsAnAlarmWithin15Seconds) {
  up();
  fault("stream_silent");
  world->buy();
  std::optional<std::int64_t> filled;
  std::optional<std::int64_t> alarm;
  for (int i = 0; i < 40 * 100 && !alarm; ++i) {
    world->step(10 * kNanosPerMilli);
    const bool sent_out = !world->state().trades.empty() && trade().find(LegRole::Entry) != nullptr;
    if (!filled && sent_out && state_of(LegRole::Entry) == OrderState::Filled)
      filled = world->now();
    if (world->state().block_row(Block::Reconciling).evidence.view() == kSilent)
      alarm = world->now();
  }
  ASSERT_TRUE(filled && alarm) << tail();
  EXPECT_LE(*alarm - *filled, 16 * kNanosPerSecond);
  run(10);
  EXPECT_EQ(world->venue().counts().silences, 1U);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  expect_agreement();
}

// Of an order that was answered the stream must tell within 15 seconds.
TEST_F(PeersTest, C13_AnAnsweredOrderThatTheStreamDoesNotTellOfIsAnAlarm) {
  struct Row {
    std::int64_t late_ms;
    std::uint64_t silences;
  };
  for (const Row row : {Row{12'000, 0}, Row{14'000, 0}, Row{17'000, 1}}) {
    up();
    fault("late_events", row.late_ms);
    world->buy();
    run(kMinute);
    EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
    EXPECT_EQ(world->venue().counts().silences, row.silences) << row.late_ms << "\n" << tail();
    EXPECT_EQ(world->venue().counts().links, 1 + row.silences);
    EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
    expect_agreement();
  }
}

// A link that cannot be had is tried again; entries wait for as long as that takes.
TEST_F(PeersTest, C13_EntriesWaitUntilAnotherSubscriptionTells) {
  up();
  bool dead = true;
  tamper = [&](std::string_view method, std::string& text) {
    if (!dead) return true;
    return !tells(text, R"("event":{)") && !method.starts_with("userDataStream");
  };
  world->buy();
  run(20);
  EXPECT_EQ(world->state().block_row(Block::Reconciling).evidence.view(), kSilent) << tail();
  run(3 * kMinute);
  EXPECT_TRUE(blocked(Block::Reconciling)) << tail();
  dead = false;
  run(kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  expect_agreement();
}

// The subscription ends, nobody says so, and nothing happens that it would owe: the venue is asked
// what it still counts as subscribed.
TEST_F(PeersTest, C13_ASubscriptionThatEndedUnsaidIsFoundThoughNothingIsOwed) {
  up();
  hold_a_position();
  run(kMinute);
  const std::size_t from = sent.size();
  fault("stream_lost");
  bool alarm = false;
  for (int i = 0; i < 20 * 100; ++i) {
    world->step(10 * kNanosPerMilli);
    alarm |= world->state().block_row(Block::Reconciling).evidence.view() ==
             "the user data stream's subscription has ended";
  }
  EXPECT_TRUE(alarm) << tail();
  EXPECT_EQ(world->venue().counts().silences, 1U);
  EXPECT_EQ(world->venue().counts().links_lost, 0U) << "nothing looked wrong";
  EXPECT_EQ(count("subscribe.signature", "", from), 1);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  const std::size_t told = events.size();
  market_falls_to_the_stop();
  run(5);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  EXPECT_GT(events.size(), told) << "the new one tells";
  run(kMinute);
  EXPECT_EQ(world->venue().counts().silences, 1U);
  expect_agreement();
}

// It is listed as subscribed and tells nothing: a balance that a comparison finds changed is owed.
TEST_F(PeersTest, C13_ADepositThatTheStreamDoesNotTellOfIsAnAlarm) {
  for (const bool dead : {true, false}) {
    up();
    hold_a_position();
    run(kMinute);
    tamper = [&](std::string_view, std::string& text) {
      return !dead || !tells(text, R"("event":{)");
    };
    ASSERT_TRUE(world->exchange().deposit(world->account(), world->exchange().base(world->symbol()),
                                          5, sim::TimeNs(world->now())));
    bool alarm = false;
    for (int i = 0; i < 2 * kMinute * 10; ++i) {
      world->step(100 * kNanosPerMilli);
      alarm |= world->state().block_row(Block::Reconciling).evidence.view() == kSilent;
    }
    EXPECT_EQ(alarm, dead) << tail();
    EXPECT_EQ(world->venue().counts().silences, dead ? 1U : 0U);
    EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
    EXPECT_FALSE(blocked(Block::VenueContradiction)) << tail();
  }
}

// Where nothing happens there is nothing to tell, and silence says nothing.
TEST_F(PeersTest, C13_AQuietAccountIsNoAlarm) {
  up();
  hold_a_position();
  run(6 * kHour, 5'000);
  EXPECT_EQ(world->venue().counts().silences, 0U);
  EXPECT_EQ(world->venue().counts().links, 1U);
}

// The venue cuts every connection at 24 h: a second one tells before the first goes.
TEST_F(PeersTest, C18_TheUserStreamIsReplacedBeforeTheDailyCut) {
  up();
  hold_a_position();
  std::int64_t replaced = 0;
  for (std::int64_t s = 0; s < 24 * kHour; s += 5) {
    world->step(5 * kNanosPerSecond);
    ASSERT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << s << "\n" << tail();
    ASSERT_FALSE(blocked(Block::Reconciling));
    if (replaced == 0 && world->venue().counts().links == 2) replaced = s;
  }
  EXPECT_EQ(world->venue().counts().links, 2U);
  EXPECT_EQ(count("subscribe.signature"), 2);
  EXPECT_GE(replaced, 23 * kHour);
  EXPECT_LT(replaced, 24 * kHour - 10 * kMinute);
  market_falls_to_the_stop();
  run(5);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << "the new one tells\n" << tail();
  expect_agreement();
}

TEST_F(PeersTest, C14_FillsDuringADisconnectAreFetchedAfterIt) {
  for (const std::int64_t outage : {5, 60, 900}) {
    up();
    hold_a_position();
    network_fails();
    market_falls_to_the_stop();
    run(outage);
    EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working);
    EXPECT_TRUE(blocked(Block::Reconciling));
    network_is_back();
    run(2 * kMinute);
    EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
    EXPECT_TRUE(trade().closed);
    EXPECT_GT(count("myTrades"), 0);
    expect_agreement();
  }
}

// One frame is missing while everything else flows.
TEST_F(PeersTest, C15_ASingleMissingFillIsFoundByTheNextComparison) {
  up();
  hold_a_position();
  int lost = 0;
  tamper = [&](std::string_view, std::string& text) {
    const bool fill = is_report(text) && tells(text, R"("x":"TRADE")");
    lost += fill ? 1 : 0;
    return !fill;
  };
  market_falls_to_the_stop();
  run(5);
  ASSERT_EQ(lost, 1);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working);
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << "nothing looks wrong";
  run(kMinute);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  EXPECT_EQ(world->venue().counts().links, 1U);
  expect_agreement();
}

// All that was ever told is told again: at once, much later, and after a restart.
TEST_F(PeersTest, C16_AnExecutionCountsOnceForEver) {
  up();
  fault("duplicate_events", std::nullopt, -1);
  hold_a_position();
  const auto again = [&] {
    for (const std::string& text : std::vector<std::string>(events)) {
      if (is_report(text)) world->net().repeat(text);
    }
    for (const ExecutionReport& report : std::vector<ExecutionReport>(world->reports)) {
      ASSERT_TRUE(world->put(report));
    }
    run(2);
  };
  const Qty held = trade().position.qty;
  again();
  EXPECT_EQ(trade().position.qty, held);
  world->crash();
  run(kMinute);
  again();
  EXPECT_EQ(trade().position.qty, held);
  market_falls_to_the_stop();
  run(5);
  ASSERT_TRUE(trade().closed);
  run(kHour);
  again();
  EXPECT_EQ(trade().executions.size(), 2U);
  EXPECT_FALSE(blocked(Block::VenueContradiction));
  EXPECT_FALSE(blocked(Block::ForeignOrder));
  expect_agreement();
}

// An old frame that comes late takes nothing back: what was told is not asked for again. (The
// answer to the placement is lost, so that the order is over by the next comparison only.)
TEST_F(PeersTest, C16_ALateFrameTakesNoExecutionBack) {
  up();
  tamper = [](std::string_view method, std::string&) {
    return !method.starts_with("orderList.place");
  };
  hold_a_position();
  const auto entry_is_new = [&](const std::string& text) {
    return is_report(text) && tells(text, id_of(LegRole::Entry).view()) &&
           tells(text, R"("x":"NEW")");
  };
  const auto found = std::find_if(events.begin(), events.end(), entry_is_new);
  ASSERT_NE(found, events.end());
  const std::string first = *found;
  const int asked = count("myTrades");
  const int compared = count("order.status");
  world->net().repeat(first);
  run(kMinute);
  EXPECT_EQ(count("order.status"), compared + 1) << "the entry is over, and compared\n" << tail();
  EXPECT_EQ(count("myTrades"), asked) << tail();
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled);
  expect_agreement();
}

// The same of balances. Held against an older one, each comparison would find what moved since and
// give up a stream that told all of it.
TEST_F(PeersTest, C16_ALateBalanceIsNotTheNewest) {
  up();
  hold_a_position();
  const auto is_balance = [](const std::string& text) {
    return is_event(text, "outboundAccountPosition");
  };
  const auto found = std::find_if(events.begin(), events.end(), is_balance);
  ASSERT_NE(found, events.end());
  const std::string first = *found;
  world->sell();
  run(10);
  ASSERT_TRUE(trade().closed) << tail();
  const auto compared = world->venue().counts().comparisons;
  while (world->venue().counts().comparisons == compared) run(1);
  run(10);
  world->net().repeat(first);
  run(2 * kMinute);
  EXPECT_EQ(world->venue().counts().silences, 0U) << tail();
  EXPECT_EQ(world->venue().counts().links, 1U);
  expect_agreement();
}

// Of two balances of one moment the one that was told last is.
TEST_F(PeersTest, C16_TheLaterOfTwoBalancesOfOneMomentIsTheNewest) {
  up();
  std::string last;
  tamper = [&](std::string_view, std::string& text) {
    if (!last.empty() || !is_event(text, "outboundAccountPosition")) return true;
    last = text;
    const std::size_t at = text.find(R"("a":"USDT","f":")");
    if (at != std::string::npos) text.insert(at + 16, "1");
    return true;
  };
  hold_a_position();
  ASSERT_FALSE(last.empty());
  world->net().repeat(last);
  run(2 * kMinute);
  EXPECT_EQ(world->venue().counts().silences, 0U) << tail();
  expect_agreement();
}

// Handed over, and then nothing at all: not its answer, not an event. It does not stay "sent".
TEST_F(PeersTest, C17_NoOrderStaysSentWithoutAWord) {
  up();
  tamper = [](std::string_view method, std::string& text) {
    return !is_report(text) && !method.starts_with("orderList") && method != "order.status" &&
           method != "openOrders.status" && method != "allOrders";
  };
  world->buy();
  run(6);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Sent) << tail();
  run(10);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Unknown) << tail();
  EXPECT_TRUE(blocked(Block::UnknownOutcome));
  tamper = nullptr;
  run(2 * kMinute);
  EXPECT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  expect_agreement();
}

// The stop filled and nobody told us; an exit wants to cancel it.
TEST_F(PeersTest, C19_ARefusedCancelAsksForTheStatusInstead) {
  up();
  hold_a_position();
  tamper = [](std::string_view, std::string& text) { return !is_report(text); };
  world->sell();
  bool sold = false;
  watch = [&](const Frame& frame) {
    if (frame.method != "order.cancel" || std::exchange(sold, true)) return;
    market_falls_to_the_stop();  // the fill is there before the cancel is
    world->move_market();
  };
  run(kMinute);
  ASSERT_TRUE(sold);
  EXPECT_EQ(count("order.cancel"), 1) << tail();
  EXPECT_GT(count("order.status", id_of(LegRole::Stop).view()), 0);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  EXPECT_TRUE(trade().closed);
  run(20 * kHour, 20'000);
  EXPECT_EQ(count("order.cancel"), 1);
  expect_agreement();
}

// The venue does not know the order any more, whoever asks: no endless loop of cancels, a person.
TEST_F(PeersTest, C20_CancellingWhatIsGoneEndsWithAPersonNotInALoop) {
  up();
  hold_a_position();
  tamper = [](std::string_view method, std::string& text) {
    const std::string id = text.substr(0, text.find(','));
    if (method == "order.cancel") {
      text = id + R"(,"status":400,"error":{"code":-2011,"msg":"Unknown order sent."}})";
    } else if (method == "order.status") {
      text = id + R"(,"status":400,"error":{"code":-2013,"msg":"Order does not exist."}})";
    } else if (method == "openOrders.status" || method == "allOrders") {
      text = id + R"(,"status":200,"result":[]})";
    }
    return !is_report(text);
  };
  world->sell();
  run(20 * kHour, 20'000);
  EXPECT_GE(count("order.cancel"), 1);
  EXPECT_LE(count("order.cancel"), 5) << tail();
  EXPECT_TRUE(blocked(Block::UnknownOutcome) || blocked(Block::VenueContradiction)) << tail();
  EXPECT_EQ(count("order.place"), 0) << "nothing is sold while the stop may live";
}

// A status that nobody knows stops entries; it never makes an order vanish.
TEST_F(PeersTest, C22_AStatusWeDoNotKnowStopsEntriesAndLosesNoOrder) {
  up();
  hold_a_position();
  tamper = [](std::string_view method, std::string& text) {
    if (method != "openOrders.status") return true;
    const std::size_t at = text.find(R"("status":"NEW")");
    if (at != std::string::npos) text.replace(at, 14, R"("status":"ALGO_NEW")");
    return true;
  };
  run(2 * kMinute);
  EXPECT_TRUE(blocked(Block::Reconciling)) << tail();
  EXPECT_NE(tail().find("status"), std::string::npos) << "the log names the field";
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Working);
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  world->sell();  // an exit is not an entry
  tamper = nullptr;
  run(3 * kMinute);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  expect_agreement();
}

// Every kind of order that we send is found again in every list it must be in.
TEST_F(PeersTest, C22_EachStopIsInTheVenuesReports) {
  up();
  world->take_profit = true;
  world->buy();
  run(10);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  std::string open;
  std::string all;
  tamper = [&](std::string_view method, std::string& text) {
    if (method == "openOrders.status") open = text;
    if (method == "allOrders") all += text;
    return true;
  };
  run(kMinute + 5);
  for (const LegRole role : {LegRole::Stop, LegRole::TakeProfit}) {
    EXPECT_NE(open.find(id_of(role).view()), std::string::npos) << open;
    EXPECT_EQ(state_of(role), OrderState::Working);
  }
  for (const LegRole role : {LegRole::Entry, LegRole::Stop, LegRole::TakeProfit}) {
    EXPECT_NE(all.find(id_of(role).view()), std::string::npos) << all;
  }
  expect_agreement();
}

}  // namespace
}  // namespace clawgate::world
