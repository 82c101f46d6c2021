// SPDX-License-Identifier: Apache-2.0
#include "risk/plan.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/risk/world.h"

namespace clawgate::risk {
namespace {

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();

std::string text(ReasonSet set) {
  std::string text;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && set.has(row.reason)) text += std::string(row.code) + " ";
  }
  return text;
}

/// No cap but the risk budget.
World a_rich_world() {
  World w = a_world();
  w.limits.order_notional_max = w.limits.day_notional_max = Notional::of(100'000'000);
  w.facts.free_quote = Notional::of(100'000'000);
  return w;
}

TEST(PlanTest, ABuyIsAnEntryItsStopAndItsTakeProfit) {
  const World w = a_world();
  const Plan plan = w.plan();
  ASSERT_TRUE(plan.has_order());
  const OrderCandidate& order = plan.candidate;
  ASSERT_EQ(order.legs.size(), 3U);

  const Leg& entry = order.legs[0];
  EXPECT_EQ(entry.role, LegRole::Entry);
  EXPECT_EQ(entry.side, Side::Buy);
  EXPECT_EQ(entry.type, OrdType::Limit);
  EXPECT_EQ(entry.tif, TimeInForce::Fok);
  EXPECT_EQ(entry.limit, px(60'300'10));  // 60000.10 * 1.005 = 60300.1005
  EXPECT_EQ(entry.trigger, Px{});
  EXPECT_EQ(entry.qty, Qty::from_raw(82'000));  // 50 / 60300.10 = 0.00082918

  const Leg& stop = order.legs[1];
  EXPECT_EQ(stop.role, LegRole::Stop);
  EXPECT_EQ(stop.side, Side::Sell);
  EXPECT_EQ(stop.type, OrdType::StopLoss);
  EXPECT_EQ(stop.trigger, px(58'800'00));
  EXPECT_EQ(stop.limit, Px{});
  EXPECT_EQ(stop.qty, Qty::from_raw(81'000));  // 0.00082 * 0.999 = 0.00081918

  const Leg& profit = order.legs[2];
  EXPECT_EQ(profit.role, LegRole::TakeProfit);
  EXPECT_EQ(profit.side, Side::Sell);
  EXPECT_EQ(profit.type, OrdType::LimitMaker);
  EXPECT_EQ(profit.limit, px(63'000'00));
  EXPECT_EQ(profit.trigger, Px{});
  EXPECT_EQ(profit.qty, stop.qty);

  EXPECT_EQ(order.reference, px(60'000'05));
  EXPECT_EQ(order.band, bps(50));
  EXPECT_FALSE(order.stop_derived);
  // 0.00082 * 60300.10 * 1.001 = 49.49552808...
  EXPECT_EQ(order.worst_cost, Notional::from_raw(4'949'552'809));
  // 0.00082 * (1500.10 + 119100.10 * 0.0015) = 1.37657512...
  EXPECT_EQ(order.risk, Notional::from_raw(137'657'513));
  // 0.00082 * 0.001 * 60300.10 rounded up, and the same at 63000
  EXPECT_EQ(order.fees_ceiling, Notional::from_raw(4'944'609 + 5'166'000));
}

TEST(PlanTest, TheEnvelopeNamesWhatItWasMadeFrom) {
  World w = a_world();
  w.limits.version = LimitsVersion{9};
  w.signal.thesis.bytes[0] = 1;
  w.signal.nonce.bytes[0] = 2;
  const OrderCandidate order = w.plan().candidate;
  EXPECT_EQ(order.hold, HoldId{7});
  EXPECT_EQ(order.account, AccountId{1});
  EXPECT_EQ(order.instrument, w.instrument.id);
  EXPECT_EQ(order.symbol, w.instrument.symbol);
  EXPECT_EQ(order.venue, w.session.venue);
  EXPECT_EQ(order.stage, w.session.stage);
  EXPECT_EQ(order.limits_version, LimitsVersion{9});
  EXPECT_EQ(order.thesis, w.signal.thesis);
  EXPECT_EQ(order.nonce, w.signal.nonce);
  EXPECT_EQ(order.expires_at.value(), w.facts.now.value() + 300 * kSecond);
}

TEST(PlanTest, AHoldIsNeitherPlannedNorDenied) {
  World w = a_world();
  w.signal.side = SignalSide::Hold;
  EXPECT_FALSE(w.plan().has_order());
  EXPECT_TRUE(w.plan().denied.empty());
  EXPECT_TRUE(w.plan().candidate.legs.empty());
}

TEST(PlanTest, PricesGoDownToTheTickForABuyAndUpForASell) {
  World w = a_world();
  w.market.ask = px(60'000'19);  // * 1.005 = 60300.19095
  w.signal.stop_loss = Px::from_raw(px(58'800'00).raw() + 999'999);
  w.signal.take_profit = Px::from_raw(px(63'000'00).raw() + 999'999);
  OrderCandidate order = w.plan().candidate;
  EXPECT_EQ(order.legs[0].limit, px(60'300'19));
  EXPECT_EQ(order.legs[1].trigger, px(58'800'00));
  EXPECT_EQ(order.legs[2].limit, px(63'000'00));

  w = an_exit();
  w.market.bid = px(60'000'01);  // * 0.995 = 59700.00995
  order = w.plan().candidate;
  EXPECT_EQ(order.legs[0].limit, px(59'700'01));
  w.market.bid = px(60'000'00);
  EXPECT_EQ(w.plan().candidate.legs[0].limit, px(59'700'00));
  w.instrument.filters.tick = Px{};
  w.market.bid = Px::from_raw(px(60'000'00).raw() + 1);  // * 0.995 ends in half a unit
  EXPECT_EQ(w.plan().candidate.legs[0].limit, Px::from_raw(px(59'700'00).raw() + 1));
}

TEST(PlanTest, AStopIsDerivedOnlyWhenTheSignalHasNone) {
  World w = a_world();
  w.policy.stop = bps(200);
  EXPECT_FALSE(w.plan().candidate.stop_derived);
  w.signal.stop_loss.reset();
  const OrderCandidate order = w.plan().candidate;
  EXPECT_TRUE(order.stop_derived);
  EXPECT_EQ(order.legs[1].trigger, px(58'800'04));  // 60000.05 * 0.98 = 58800.049

  w.policy.stop = Rate{};
  EXPECT_EQ(text(w.plan().denied), "STOP_MISSING ");
  w.policy.stop = Rate::of(1);  // a stop at zero is none
  EXPECT_EQ(text(w.plan().denied), "STOP_MISSING ");
  w.signal.stop_loss = Px::from_raw(999'999);  // below one tick
  EXPECT_EQ(text(w.plan().denied), "STOP_MISSING ");
  w.signal.stop_loss = Px::from_raw(-1);
  EXPECT_EQ(text(w.plan().denied), "STOP_MISSING ");
}

TEST(PlanTest, AStopAtOrAboveTheLimitIsOnTheWrongSide) {
  World w = a_world();
  w.signal.stop_loss = px(60'300'10);
  EXPECT_EQ(text(w.plan().denied), "STOP_WRONG_SIDE ");
  w.signal.stop_loss = px(60'300'09);
  EXPECT_EQ(text(w.plan().denied), "");
}

TEST(PlanTest, WithoutATakeProfitTheListIsAnOto) {
  World w = a_world();
  w.signal.take_profit.reset();
  w.instrument.order_types =
      order_types({OrderTypeBit::Limit, OrderTypeBit::StopLoss, OrderTypeBit::Oto});
  EXPECT_EQ(text(w.plan().denied), "");
  EXPECT_EQ(w.plan().candidate.legs.size(), 2U);
  EXPECT_EQ(w.plan().candidate.fees_ceiling, Notional::from_raw(2 * 4'944'609));
  w.instrument.order_types =
      order_types({OrderTypeBit::Limit, OrderTypeBit::StopLoss, OrderTypeBit::Otoco});
  EXPECT_EQ(text(w.plan().denied), "ORDER_TYPE_NOT_SUPPORTED ");
}

TEST(PlanTest, WithATakeProfitTheListIsAnOtoco) {
  World w = a_world();
  w.instrument.order_types = order_types(
      {OrderTypeBit::Limit, OrderTypeBit::LimitMaker, OrderTypeBit::StopLoss, OrderTypeBit::Oto});
  EXPECT_EQ(text(w.plan().denied), "ORDER_TYPE_NOT_SUPPORTED ");
}

TEST(PlanTest, WithoutStopLossTheStopSellsWithinOneBandAndCountsThere) {
  World w = a_rich_world();
  const OrderCandidate plain = w.plan().candidate;
  w.instrument.order_types =
      static_cast<std::uint16_t>(w.instrument.order_types & ~unsigned(OrderTypeBit::StopLoss));
  const OrderCandidate order = w.plan().candidate;
  const Leg& stop = order.legs[1];
  EXPECT_EQ(stop.type, OrdType::StopLossLimit);
  EXPECT_EQ(stop.tif, TimeInForce::Gtc);
  EXPECT_EQ(stop.trigger, px(58'800'00));
  EXPECT_EQ(stop.limit, px(58'506'00));  // 58800 * 0.995
  EXPECT_LT(order.legs[0].qty, plain.legs[0].qty);
  World same = a_rich_world();
  same.signal.stop_loss = px(58'506'00);
  EXPECT_EQ(order.legs[0].qty, same.plan().candidate.legs[0].qty);
  EXPECT_EQ(order.risk, same.plan().candidate.risk);
}

TEST(PlanTest, TheSizeIsTheLargestWithinTheRiskBudget) {
  World w = a_rich_world();
  // A unit of base loses 1500.10 + 119100.10 * 0.0015 = 1678.75015, so 100 USDT of risk buy
  // 0.05956812...
  Plan plan = w.plan();
  EXPECT_EQ(plan.candidate.legs[0].qty, Qty::from_raw(5'956'000));
  EXPECT_LE(plan.candidate.risk, Notional::of(100));

  w.instrument.filters.step = Qty{};
  plan = w.plan();
  EXPECT_EQ(plan.candidate.legs[0].qty, Qty::from_raw(5'956'812));
  EXPECT_EQ(plan.candidate.risk, Notional::from_raw(9'999'999'039));

  // An equity with which 0.05956812 costs its budget to the last unit, and one unit less of budget.
  w.facts.equity = Notional::from_raw(999'999'903'900);
  EXPECT_TRUE(w.plan().has_order());
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(5'956'812));
  w.facts.equity = Notional::from_raw(999'999'903'899);
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(5'956'811));
}

TEST(PlanTest, FeesAndSlippageOfBothSidesAreInTheRisk) {
  World w = a_rich_world();
  w.instrument.filters.step = Qty{};
  w.limits.slippage = Rate{};
  const auto size = [&] { return w.plan().candidate.legs[0].qty; };
  const Qty no_slippage = size();
  EXPECT_EQ(no_slippage, Qty::from_raw(6'175'888));  // 100 / (1500.10 + 119.10010)
  w.instrument.taker_fee = w.instrument.maker_fee = Rate{};
  EXPECT_EQ(size(), Qty::from_raw(6'666'222));  // 100 / 1500.10
  w.limits.slippage = bps(10);
  EXPECT_EQ(size(), no_slippage);
}

// Each rule alone, at the unit that still allows 0.00082000 and one below.
TEST(PlanTest, TheSizeIsCappedByEachRule) {
  const auto size = [](const World& w) { return w.plan().candidate.legs[0].qty.raw(); };
  World base = a_rich_world();
  ASSERT_GT(size(base), 82'000);
  const Notional worth = Notional::from_raw(4'944'608'200);     // 0.00082 * 60300.10
  const Notional with_fee = Notional::from_raw(4'949'552'809);  // * 1.001, up

  World w = base;
  w.limits.order_notional_max = worth;
  EXPECT_EQ(size(w), 82'000);
  w.limits.order_notional_max = Notional::from_raw(worth.raw() - 1);
  EXPECT_EQ(size(w), 81'000);

  w = base;
  w.limits.day_notional_max = Notional::of(300);
  w.facts.day_notional = Notional::from_raw(Notional::of(300).raw() - worth.raw());
  EXPECT_EQ(size(w), 82'000);
  w.facts.day_notional = Notional::from_raw(w.facts.day_notional.raw() + 1);
  EXPECT_EQ(size(w), 81'000);

  w = base;
  w.facts.free_quote = with_fee;
  EXPECT_EQ(size(w), 82'000);
  w.facts.free_quote = Notional::from_raw(with_fee.raw() - 1);
  EXPECT_EQ(size(w), 81'000);

  w = base;
  w.instrument.filters.max_qty = Qty::from_raw(82'000);
  EXPECT_EQ(size(w), 82'000);
  w.instrument.filters.max_qty = Qty::from_raw(81'999);
  EXPECT_EQ(size(w), 81'000);

  w = base;
  w.facts.free_base = Qty::from_raw(1);
  w.facts.locked_base = Qty::from_raw(10);
  w.facts.open_buy_qty = Qty::from_raw(100);
  w.instrument.filters.max_position = Qty::from_raw(82'111);
  EXPECT_EQ(size(w), 82'000);
  w.facts.open_buy_qty = Qty::from_raw(101);
  EXPECT_EQ(size(w), 81'000);
}

TEST(PlanTest, OverweightBuysAtMostHalf) {
  World w = a_world();  // capped at 0.00082 by the limit per order
  w.signal.strength = Strength::Buy;
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(82'000));
  w.signal.strength = Strength::Overweight;
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(41'000));
  w.limits.order_notional_max = Notional::of(51);  // 0.00084
  w.instrument.filters.step = Qty::from_raw(4'000);
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(40'000));
}

TEST(PlanTest, AStrengthThatContradictsTheSideIsAConflict) {
  World w = a_world();
  for (const Strength strength : {Strength::Hold, Strength::Underweight, Strength::Sell}) {
    w.signal.strength = strength;
    EXPECT_EQ(text(w.plan().denied), "CONFLICTING_INTENT ");
  }
  w = an_exit();
  for (const Strength strength : {Strength::Hold, Strength::Buy, Strength::Overweight}) {
    w.signal.strength = strength;
    EXPECT_EQ(text(w.plan().denied), "CONFLICTING_INTENT ");
  }
  for (const Strength strength : {Strength::None, Strength::Underweight, Strength::Sell}) {
    w.signal.strength = strength;
    EXPECT_EQ(text(w.plan().denied), "");
  }
}

TEST(PlanTest, WhatLeavesNoStepIsNamed) {
  struct Row {
    void (*change)(World&);
    const char* denied;
  };
  const Row rows[] = {
      {[](World& w) { w.limits.order_notional_max = Notional::from_raw(60'300'099); },
       "NOTIONAL_ABOVE_ORDER_LIMIT SIZE_BELOW_STEP "},
      {[](World& w) { w.facts.day_notional = Notional::of(300); },
       "NOTIONAL_ABOVE_DAILY_LIMIT SIZE_BELOW_STEP "},
      {[](World& w) { w.facts.day_notional = Notional::of(301); },
       "NOTIONAL_ABOVE_DAILY_LIMIT SIZE_BELOW_STEP "},
      {[](World& w) { w.facts.free_quote = Notional{}; }, "BALANCE_INSUFFICIENT SIZE_BELOW_STEP "},
      {[](World& w) { w.facts.free_quote = Notional::of(-1); },
       "BALANCE_INSUFFICIENT SIZE_BELOW_STEP "},
      {[](World& w) { w.facts.equity = Notional::from_raw(100'000'000); },
       "RISK_ABOVE_BUDGET SIZE_BELOW_STEP "},
      {[](World& w) { w.instrument.filters.max_qty = Qty::from_raw(999); },
       "SIZE_BELOW_STEP LOT_SIZE "},
      {[](World& w) {
         w.instrument.filters.max_position = Qty::of(1);
         w.facts.free_base = Qty::of(2);
       },
       "SIZE_BELOW_STEP MAX_POSITION "},
      {[](World& w) {
         w.facts.equity = Notional::from_raw(100'000'000);
         w.facts.free_quote = Notional{};
       },
       "RISK_ABOVE_BUDGET BALANCE_INSUFFICIENT SIZE_BELOW_STEP "},
      // A rule that leaves exactly one step is not what leaves none.
      {[](World& w) {
         w.limits.order_notional_max = w.limits.day_notional_max = Notional::from_raw(60'300'100);
         w.instrument.filters.max_qty = w.instrument.filters.max_position = Qty::from_raw(1'000);
         w.facts.equity = Notional::from_raw(167'875'015 + 85);
         w.facts.free_quote = Notional{};
       },
       "BALANCE_INSUFFICIENT SIZE_BELOW_STEP "},
      {[](World& w) {
         w.facts.free_quote = Notional::from_raw(60'360'401);
         w.limits.day_notional_max = Notional{};
       },
       "NOTIONAL_ABOVE_DAILY_LIMIT SIZE_BELOW_STEP "},
      // One step to buy, and after the fee none to protect.
      {[](World& w) { w.limits.order_notional_max = Notional::from_raw(60'300'100); },
       "SIZE_BELOW_STEP "},
  };
  for (const Row& row : rows) {
    World w = a_world();
    row.change(w);
    EXPECT_EQ(text(w.plan().denied), row.denied);
    EXPECT_FALSE(w.plan().has_order());
  }
}

TEST(PlanTest, EachMissingInputIsNamed) {
  struct Row {
    void (*change)(World&);
    const char* entry;
    const char* exit;
  };
  const Row rows[] = {
      {[](World& w) { w.has_session = false; }, "STAGE_NOT_ALLOWED ", "STAGE_NOT_ALLOWED "},
      {[](World& w) { w.has_limits = false; }, "LIMITS_MISSING ", ""},
      {[](World& w) { w.has_policy = false; }, "SYMBOL_NOT_ENABLED ", ""},
      {[](World& w) { w.has_instrument = false; }, "INSTRUMENT_RULES_MISSING ",
       "INSTRUMENT_RULES_MISSING "},
      {[](World& w) { w.has_market = false; }, "MARKET_MISSING ", "MARKET_MISSING "},
      {[](World& w) { w.market.bid = w.market.ask; }, "MARKET_CROSSED ", "MARKET_CROSSED "},
      {[](World& w) { w.facts.equity.reset(); }, "EQUITY_MISSING ", ""},
      {[](World& w) { w.facts.equity = Notional{}; }, "EQUITY_MISSING ", ""},
      {[](World& w) { w.facts.equity = Notional::of(-1); }, "EQUITY_MISSING ", ""},
  };
  for (const Row& row : rows) {
    World entry = a_world();
    row.change(entry);
    EXPECT_EQ(text(entry.plan().denied), row.entry);
    World exit = an_exit();
    row.change(exit);
    EXPECT_EQ(text(exit.plan().denied), row.exit);
    EXPECT_EQ(exit.plan().has_order(), exit.plan().denied.empty());
  }
}

TEST(PlanTest, ASellClosesTheWholePositionDownToTheStep) {
  World w = an_exit();
  w.facts.position = Qty::from_raw(1'000'999);
  w.facts.free_base = Qty::of(5);
  const Plan plan = w.plan();
  ASSERT_TRUE(plan.has_order());
  ASSERT_EQ(plan.candidate.legs.size(), 1U);
  const Leg& exit = plan.candidate.legs[0];
  EXPECT_EQ(exit.role, LegRole::Exit);
  EXPECT_EQ(exit.side, Side::Sell);
  EXPECT_EQ(exit.type, OrdType::Limit);
  EXPECT_EQ(exit.tif, TimeInForce::Fok);
  EXPECT_EQ(exit.qty, Qty::from_raw(1'000'000));
  EXPECT_EQ(exit.limit, px(59'700'00));
  EXPECT_FALSE(plan.candidate.is_entry());
  // 0.01 * 59700 * 0.999, down; its fee at 60000 * 1.005, up
  EXPECT_EQ(plan.candidate.worst_cost, Notional::from_raw(59'640'300'000));
  EXPECT_EQ(plan.candidate.fees_ceiling, Notional::from_raw(60'300'000));
  EXPECT_EQ(plan.candidate.risk, Notional{});
}

TEST(PlanTest, ASellPaysTheTakersFee) {
  World w = an_exit();
  w.instrument.maker_fee = bps(3);
  EXPECT_EQ(w.plan().candidate.worst_cost, Notional::from_raw(59'640'300'000));
  EXPECT_EQ(w.plan().candidate.fees_ceiling, Notional::from_raw(60'300'000));
}

TEST(PlanTest, TheHigherFeeIsTakenFromWhatIsBought) {
  World w = a_world();
  w.instrument.maker_fee = bps(200);
  const OrderCandidate order = w.plan().candidate;
  EXPECT_EQ(order.legs[0].qty, Qty::from_raw(82'000));
  EXPECT_EQ(order.legs[1].qty, Qty::from_raw(80'000));  // 0.00082 * 0.98 = 0.0008036
  w.order = order;
  EXPECT_EQ(text(w.check()), "");
}

TEST(PlanTest, ASellNeverSellsMoreThanIsHeldAndThere) {
  World w = an_exit();
  w.facts.position = Qty::from_raw(999);
  EXPECT_EQ(text(w.plan().denied), "SIZE_BELOW_STEP ");
  w.facts.position = Qty{};
  EXPECT_EQ(text(w.plan().denied), "NOTHING_TO_REDUCE ");
  w.facts.position = Qty::from_raw(-1);
  EXPECT_EQ(text(w.plan().denied), "NOTHING_TO_REDUCE ");
  w.facts.position = Qty::of(1);
  w.facts.free_base = Qty::from_raw(3'000);
  w.facts.locked_base = Qty::from_raw(4'999);
  EXPECT_EQ(w.plan().candidate.legs[0].qty, Qty::from_raw(7'000));
}

TEST(PlanTest, ABuyThatSaysReduceOnlyHasNothingToReduce) {
  World w = a_world();
  w.signal.reduce_only = true;
  EXPECT_EQ(text(w.plan().denied), "NOTHING_TO_REDUCE ");
  w = an_exit();
  w.signal.reduce_only = true;
  EXPECT_EQ(text(w.plan().denied), "");
}

TEST(PlanTest, APositionInASymbolNoLongerEnabledCanBeClosed) {
  World w = an_exit();
  w.has_limits = w.has_policy = false;
  const Plan plan = w.plan();
  ASSERT_TRUE(plan.has_order());
  EXPECT_EQ(plan.candidate.band, kExitBandDefault);
  EXPECT_EQ(plan.candidate.legs[0].limit, px(59'400'00));
  w.order = plan.candidate;
  EXPECT_EQ(text(w.check()), "");
}

TEST(PlanTest, WhatDoesNotFitIsAnAnswer) {
  struct Row {
    void (*change)(World&);
    bool entry;
  };
  const Row rows[] = {
      {[](World& w) { w.market.ask = Px::from_raw(kMax); }, true},
      {[](World& w) { w.facts.now = UnixNanos{kMax}; }, true},
      {[](World& w) { w.instrument.taker_fee = Rate::from_raw(Rate::kScale + 1); }, true},
      {[](World& w) { w.instrument.taker_fee = Rate::from_raw(-1); }, true},
      {[](World& w) { w.instrument.maker_fee = Rate::from_raw(-1); }, true},
      {[](World& w) { w.limits.slippage = Rate::from_raw(Rate::kScale + 1); }, true},
      {[](World& w) { w.limits.risk_per_trade = Rate::from_raw(-1); }, true},
      {[](World& w) { w.policy.band = Rate::from_raw(Rate::kScale + 1); }, true},
      {[](World& w) { w.policy.stop = Rate::from_raw(Rate::kScale + 1); }, true},
      {[](World& w) {
         w.signal.take_profit = Px::from_raw(kMax);
         w.instrument.filters.step = Qty{};
         w.instrument.filters.tick = Px{};
         w.facts.equity = w.facts.free_quote = Notional::from_raw(kMax);
         w.limits.order_notional_max = w.limits.day_notional_max = Notional::from_raw(kMax);
       },
       true},
      {[](World& w) { w.facts.now = UnixNanos{kMax}; }, false},
      {[](World& w) { w.instrument.taker_fee = Rate::from_raw(Rate::kScale + 1); }, false},
      {[](World& w) {
         w.signal.take_profit.reset();
         w.instrument.maker_fee = bps(9'000);  // twice 90 % of more than half of the range
         w.instrument.filters.max_qty = Qty{};
         w.facts.equity = w.facts.free_quote = Notional::from_raw(kMax);
         w.limits.risk_per_trade = Rate::of(1);
         w.limits.order_notional_max = w.limits.day_notional_max = Notional::from_raw(kMax);
       },
       true},
      {[](World& w) { w.policy.band = Rate::from_raw(-1); }, false},
      {[](World& w) { w.policy.band = Rate::of(1); }, false},  // a limit of zero
      {[](World& w) {
         w.market.bid = Px::from_raw(kMax - 2);
         w.market.ask = Px::from_raw(kMax);
       },
       false},
      {[](World& w) {
         w.facts.position = w.facts.free_base = Qty::from_raw(kMax);
         w.market.bid = Px::of(2);
       },
       false},
      {[](World& w) {
         w.facts.position = w.facts.free_base = Qty::of(2);
         w.instrument.filters.tick = Px::of(60'000'000'000);
       },
       false},
  };
  int number = 0;
  for (const Row& row : rows) {
    World w = row.entry ? a_world() : an_exit();
    row.change(w);
    EXPECT_EQ(text(w.plan().denied), "ARITHMETIC_OVERFLOW ") << "row " << number;
    EXPECT_FALSE(w.plan().has_order());
    ++number;
  }
  // The largest value there is, and one unit more. 2^63 - 1 is a multiple of 7.
  World entry = a_world();
  entry.market.bid = Px::from_raw(kMax / 7 - 2);
  entry.market.ask = Px::from_raw(kMax / 7);
  entry.signal.stop_loss = Px::from_raw(kMax / 7 - 3);
  entry.signal.take_profit.reset();
  entry.policy.band = entry.limits.slippage = Rate{};
  entry.instrument.taker_fee = entry.instrument.maker_fee = Rate{};
  entry.instrument.filters = Filters{};
  entry.instrument.filters.max_qty = Qty::of(7);
  entry.facts.equity = entry.facts.free_quote = Notional::from_raw(kMax);
  entry.limits.order_notional_max = entry.limits.day_notional_max = Notional::from_raw(kMax);
  EXPECT_EQ(text(entry.plan().denied), "");
  EXPECT_EQ(entry.plan().candidate.worst_cost, Notional::from_raw(kMax));
  entry.signal.take_profit = Px::from_raw(kMax / 7 + 1);
  EXPECT_EQ(text(entry.plan().denied), "ARITHMETIC_OVERFLOW ");

  World exit = an_exit();
  exit.market = entry.market;
  exit.market.bid = Px::from_raw(kMax / 7);
  exit.market.ask = Px::from_raw(kMax / 7 + 1);
  exit.policy.band = Rate{};
  exit.instrument.filters = Filters{};
  exit.facts.position = exit.facts.free_base = Qty::of(7);
  EXPECT_EQ(text(exit.plan().denied), "");
  exit.facts.position = exit.facts.free_base = Qty::from_raw(Qty::of(7).raw() + 1);
  EXPECT_EQ(text(exit.plan().denied), "ARITHMETIC_OVERFLOW ");

  // A limits document that cannot be right does not keep anyone in a position.
  World w = an_exit();
  w.limits.slippage = Rate::from_raw(kMax);
  w.policy.stop = Rate::from_raw(kMax);
  EXPECT_EQ(text(w.plan().denied), "");
}

}  // namespace
}  // namespace clawgate::risk
