// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// What an entry may be: a limit order that is filled at once or not at all, with a stop behind it,
// no larger than the limits in force allow.

namespace clawgate::audit {
namespace {

class EntryShapeTest : public ForgeryTest {
 protected:
  /// An entry with a stop and a take-profit.
  Forgery with_profit() {
    SignalIntent signal = a_signal();
    signal.take_profit = Px::of(61'000);
    send(signal);
    entry = edges.signals.back().hold;
    EXPECT_EQ(approve(entry), Reason::None);
    EXPECT_EQ(trade(entry).order.legs.size(), 3U);
    return Forgery(recorder.records);
  }
  template <class Change>
  static Forgery changed(const Forgery& honest, Change change) {
    Forgery forged = honest;
    change_order(forged, change);
    return forged;
  }
  template <class Change>
  static void honest(const Forgery& story, Change change) {
    expect_honest(changed(story, change));
  }
  template <class Change>
  static void found(const Forgery& story, std::string_view seen, Change change,
                    std::string_view rule = "I1") {
    SCOPED_TRACE(seen);
    const Forgery forged = changed(story, change);
    expect_found(forged, rule, forged.find<CandidateHeld>(), seen);
  }
  static OrderCandidate order_of(const Forgery& forged) {
    return decode<CandidateHeld>(forged.records()[forged.find<CandidateHeld>()].payload)->order;
  }
  /// The first limits document with another most for one order.
  static Forgery with_most(const Forgery& honest, Notional most) {
    Forgery forged = honest;
    const auto change = [&](auto& row) { row.document.order_notional_max = most; };
    forged.change<LimitsProposed>(forged.find<LimitsProposed>(), change);
    forged.change<LimitsDecided>(forged.find<LimitsDecided>(), change);
    return forged;
  }
};

constexpr Px kTick = Px::from_raw(1'000'000);
constexpr Qty kStep = Qty::from_raw(1'000);
constexpr auto kOneRaw = 1;

using Order = OrderCandidate;

TEST_F(EntryShapeTest, AnEntryThatIsNoLimitOrderFilledAtOnce) {
  const Forgery story = an_entry();
  found(story, "of type", [](Order& o) { o.legs[0].type = OrdType::Market; });
  found(story, "of type", [](Order& o) {
    o.legs[0].type = OrdType::Market;
    o.legs[0].limit = {};
  });
  found(story, "of type", [](Order& o) { o.legs[0].type = OrdType::LimitMaker; });
  found(story, "an entry GTC", [](Order& o) { o.legs[0].tif = TimeInForce::Gtc; });
  found(story, "an entry IOC", [](Order& o) { o.legs[0].tif = TimeInForce::Ioc; });
  found(story, "an entry of 0", [](Order& o) { o.legs[0].qty = {}; });
  found(story, "with the limit 0", [](Order& o) { o.legs[0].limit = {}; });
  found(story, "with a trigger", [](Order& o) { o.legs[0].trigger = kTick; });
}

TEST_F(EntryShapeTest, AnEntryWithoutAStop) {
  const Forgery story = with_profit();
  found(story, "without a stop", [](Order& o) {
    Legs alone;
    ASSERT_TRUE(alone.push_back(o.legs[0]));
    o.legs = alone;
  });
  found(story, "without a stop", [](Order& o) {
    Legs unguarded;
    ASSERT_TRUE(unguarded.push_back(o.legs[0]) && unguarded.push_back(o.legs[2]));
    o.legs = unguarded;
  });
  found(story, "without a stop", [](Order& o) { o.legs[1].type = OrdType::Market; });
  found(story, "without a stop", [](Order& o) { o.legs[1].type = OrdType::LimitMaker; });
}

TEST_F(EntryShapeTest, AStopOfNothingOrOfMoreThanTheEntry) {
  const Forgery story = an_entry();
  const Qty bought = order_of(story).legs[0].qty;
  found(story, "a stop of 0", [](Order& o) { o.legs[1].qty = {}; });
  honest(story, [&](Order& o) { o.legs[1].qty = bought; });
  found(story, "a stop of", [&](Order& o) { o.legs[1].qty = add(bought, kStep).value(); });
}

TEST_F(EntryShapeTest, AStopThatLeavesAPartUnguarded) {
  const Forgery story = an_entry();
  const Qty guarded = order_of(story).legs[1].qty;
  expect_honest(story);
  found(
      story, "", [&](Order& o) { o.legs[1].qty = Qty::from_raw(guarded.raw() - kOneRaw); }, "I5");
}

TEST_F(EntryShapeTest, AStopAtAPriceThatDoesNotGuard) {
  const Forgery story = an_entry();
  const Px limit = order_of(story).legs[0].limit;
  found(story, "a stop at 0", [](Order& o) { o.legs[1].trigger = {}; });
  honest(story, [&](Order& o) { o.legs[1].trigger = Px::from_raw(limit.raw() - kOneRaw); });
  found(story, "a stop at", [&](Order& o) { o.legs[1].trigger = limit; });
  found(story, "a stop IOC", [](Order& o) { o.legs[1].tif = TimeInForce::Ioc; });
  found(story, "with the limit", [](Order& o) { o.legs[1].limit = o.legs[1].trigger; });
}

TEST_F(EntryShapeTest, AStopWithALimit) {
  const Forgery story = changed(an_entry(), [](Order& o) {
    o.legs[1].type = OrdType::StopLossLimit;
    o.legs[1].limit = o.legs[1].trigger;
  });
  expect_honest(story);
  found(story, "with the limit 0", [](Order& o) { o.legs[1].limit = {}; });
  found(story, "with the limit",
        [](Order& o) { o.legs[1].limit = Px::from_raw(o.legs[1].trigger.raw() + kOneRaw); });
}

TEST_F(EntryShapeTest, AThirdLegThatIsNoTakeProfit) {
  const Forgery story = with_profit();
  expect_honest(story);
  const Px limit = order_of(story).legs[0].limit;
  found(story, "a third leg", [](Order& o) { o.legs[2].role = LegRole::Stop; });
  found(story, "a third leg", [](Order& o) { o.legs[2].type = OrdType::Limit; });
  found(story, "a third leg", [](Order& o) { o.legs[2].tif = TimeInForce::Ioc; });
  found(story, "a third leg", [](Order& o) { o.legs[2].trigger = kTick; });
  found(story, "a take-profit of", [](Order& o) { o.legs[2].qty = kStep; });
  honest(story, [&](Order& o) { o.legs[2].limit = Px::from_raw(limit.raw() + kOneRaw); });
  found(story, "a take-profit at", [&](Order& o) { o.legs[2].limit = limit; });
}

TEST_F(EntryShapeTest, AnEntryAboveTheLimitsInForce) {
  const Forgery story = an_entry();
  const Leg& leg = order_of(story).legs[0];
  const Notional worth = notional(leg.limit, leg.qty, Round::Up).value();
  expect_honest(with_most(story, worth));
  expect_found(with_most(story, Notional::from_raw(worth.raw() - kOneRaw)), "I5",
               story.find<CandidateHeld>(), to_text(worth));
}

TEST_F(EntryShapeTest, AnEntryPlannedUnderOtherLimits) {
  found(
      an_entry(), "limits version 2", [](Order& o) { o.limits_version = LimitsVersion{2}; }, "I5");
}

TEST_F(EntryShapeTest, AWorstCostBelowWhatTheEntryCosts) {
  const Forgery story = an_entry();
  const Leg& leg = order_of(story).legs[0];
  const Notional worth = notional(leg.limit, leg.qty, Round::Down).value();
  const Notional cost = add(worth, scaled(worth, bps(10), Round::Down).value()).value();
  honest(story, [&](Order& o) { o.worst_cost = cost; });
  found(
      story, "", [&](Order& o) { o.worst_cost = Notional::from_raw(cost.raw() - kOneRaw); }, "I5");
}

TEST_F(EntryShapeTest, AnotherOrderThanItsSignalAskedFor) {
  const Forgery story = an_entry();
  found(story, "others", [](Order& o) { o.symbol = Symbol("ETHUSDT"); });
  found(story, "others", [](Order& o) { o.thesis.bytes[0] ^= 1; });
  found(story, "others", [](Order& o) { o.nonce.bytes[0] ^= 1; });
  found(story, "others", [](Order& o) {
    Leg exit = o.legs[0];
    exit.role = LegRole::Exit;
    exit.side = Side::Sell;
    Legs alone;
    ASSERT_TRUE(alone.push_back(exit));
    o.legs = alone;
  });
}

TEST_F(EntryShapeTest, AnEntryInASymbolOrOfAnEngineThatTheLimitsDoNotName) {
  const Forgery story = an_entry();
  const auto under = [&](auto change) {
    Forgery forged = story;
    const auto both = [&](auto& row) { change(row.document); };
    forged.change<LimitsProposed>(forged.find<LimitsProposed>(), both);
    forged.change<LimitsDecided>(forged.find<LimitsDecided>(), both);
    return forged;
  };
  const std::size_t at = story.find<CandidateHeld>();
  const SymbolPolicy other{Symbol("ETHUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)};
  expect_honest(under([&](Limits& limits) { ASSERT_TRUE(limits.symbols.push_back(other)); }));
  expect_found(under([&](Limits& limits) { limits.symbols[0] = other; }), "I5", at, "BTCUSDT");
  expect_found(under([](Limits& limits) { limits.symbols = {}; }), "I5", at, "BTCUSDT");
  const EngineName engine("other");
  expect_honest(under([&](Limits& limits) { ASSERT_TRUE(limits.engines.push_back(engine)); }));
  expect_found(under([&](Limits& limits) { limits.engines[0] = engine; }), "I5", at,
               "tradingagents");
}

TEST_F(EntryShapeTest, AnEntryInAnInstrumentThatIsNotKnownOrNotItsSymbols) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<Instrument>();
  forged.change<Instrument>(at, [](Instrument& row) { row.symbol = Symbol("ETHUSDT"); });
  expect_found(forged, "I5", forged.find<CandidateHeld>(), "another");
  forged.erase(at);
  expect_found(forged, "I5", forged.find<CandidateHeld>(), "none");
}

}  // namespace
}  // namespace clawgate::audit
