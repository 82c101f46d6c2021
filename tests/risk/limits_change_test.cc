// SPDX-License-Identifier: Apache-2.0
#include "risk/limits_change.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <type_traits>

namespace clawgate::risk {
namespace {

Limits a_document() {
  Limits limits;
  (void)limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)});
  (void)limits.engines.push_back(EngineName("tradingagents"));
  (void)limits.engines.push_back(EngineName("ai-trader"));
  return limits;
}

struct Change {
  const char* field;
  void (*by)(Limits&, int);  // one unit, up or down
  int looser;                // the direction that allows more
};

template <class Value>
void nudge(Value& value, int by) {
  if constexpr (requires { value.raw(); }) {
    value = Value::from_raw(value.raw() + by);
  } else {
    value = static_cast<Value>(static_cast<std::int64_t>(value) + by);
  }
}

const Change kChanges[] = {
    {"risk_per_trade", [](Limits& l, int by) { nudge(l.risk_per_trade, by); }, 1},
    {"order_notional_max", [](Limits& l, int by) { nudge(l.order_notional_max, by); }, 1},
    {"day_notional_max", [](Limits& l, int by) { nudge(l.day_notional_max, by); }, 1},
    {"day_orders_max", [](Limits& l, int by) { nudge(l.day_orders_max, by); }, 1},
    {"open_trades_max", [](Limits& l, int by) { nudge(l.open_trades_max, by); }, 1},
    {"slippage", [](Limits& l, int by) { nudge(l.slippage, by); }, -1},
    {"orders_per_minute", [](Limits& l, int by) { nudge(l.orders_per_minute, by); }, 1},
    {"orders_burst", [](Limits& l, int by) { nudge(l.orders_burst, by); }, 1},
    {"cooldown_ns", [](Limits& l, int by) { nudge(l.cooldown_ns, by); }, -1},
    {"day_loss_max", [](Limits& l, int by) { nudge(l.day_loss_max, by); }, 1},
    {"drawdown_max", [](Limits& l, int by) { nudge(l.drawdown_max, by); }, 1},
    {"engine_silence_max_ns", [](Limits& l, int by) { nudge(l.engine_silence_max_ns, by); }, 1},
    {"symbols", [](Limits& l, int by) { nudge(l.symbols[0].band, by); }, 1},
};

TEST(LimitsChangeTest, OneUnitMoreNeedsADecisionAndOneUnitLessDoesNot) {
  for (const Change& row : kChanges) {
    Limits looser = a_document();
    row.by(looser, row.looser);
    EXPECT_EQ(loosened(a_document(), looser), row.field);
    Limits tighter = a_document();
    row.by(tighter, -row.looser);
    EXPECT_EQ(loosened(a_document(), tighter), "") << row.field;
  }
  EXPECT_EQ(loosened(a_document(), a_document()), "");
}

TEST(LimitsChangeTest, OneLooserAmongManyTighterIsFound) {
  Limits to = a_document();
  to.order_notional_max = Notional::of(1);
  to.cooldown_ns *= 2;
  to.orders_burst += 1;
  EXPECT_EQ(loosened(a_document(), to), "orders_burst");
}

TEST(LimitsChangeTest, EnginesAreADecisionInEitherDirection) {
  Limits removed = a_document();
  removed.engines.clear();
  (void)removed.engines.push_back(EngineName("tradingagents"));
  EXPECT_EQ(loosened(a_document(), removed), "engines");
  Limits added = a_document();
  (void)added.engines.push_back(EngineName("other"));
  EXPECT_EQ(loosened(a_document(), added), "engines");
  Limits weighted = a_document();
  (void)weighted.weights.push_back(bps(5'000));
  EXPECT_EQ(loosened(a_document(), weighted), "weights");
  EXPECT_EQ(loosened(weighted, a_document()), "weights");
}

TEST(LimitsChangeTest, ASymbolMayBeRemovedButNotAdded) {
  Limits removed = a_document();
  removed.symbols.clear();
  EXPECT_EQ(loosened(a_document(), removed), "");
  EXPECT_EQ(loosened(removed, a_document()), "symbols");
  Limits moved = a_document();
  moved.symbols[0].stop = bps(99);
  EXPECT_EQ(loosened(a_document(), moved), "symbols");
}

TEST(LimitsChangeTest, TheSingleEngineModeIsALoosening) {
  Limits strict = a_document();
  strict.single_engine = false;
  EXPECT_EQ(loosened(strict, a_document()), "single_engine");
  EXPECT_EQ(loosened(a_document(), strict), "");
}

struct Bound {
  const char* field;
  void (*at)(Limits&, int);  // the bound, or so many units beyond it
};

const Bound kBounds[] = {
    {"drawdown_max",
     [](Limits& l, int by) { l.drawdown_max = bps(800), nudge(l.drawdown_max, -by); }},
    {"drawdown_max",
     [](Limits& l, int by) { l.drawdown_max = bps(1'200), nudge(l.drawdown_max, by); }},
    {"day_loss_max", [](Limits& l, int by) { l.day_loss_max = Rate::from_raw(1 - by); }},
    {"day_loss_max",
     [](Limits& l, int by) { l.day_loss_max = bps(1'000), nudge(l.day_loss_max, by); }},
    {"risk_per_trade", [](Limits& l, int by) { l.risk_per_trade = Rate::from_raw(1 - by); }},
    {"risk_per_trade",
     [](Limits& l, int by) { l.risk_per_trade = Rate::of(1), nudge(l.risk_per_trade, by); }},
    {"cooldown_ns", [](Limits& l, int by) { l.cooldown_ns = -by; }},
    {"engine_silence_max_ns",
     [](Limits& l, int by) { l.engine_silence_max_ns = 60 * kNanosPerSecond + by; }},
    {"open_trades_max",
     [](Limits& l, int by) { l.open_trades_max = static_cast<std::uint16_t>(1 - by); }},
    {"order_notional_max",
     [](Limits& l, int by) {
       l.order_notional_max = l.day_notional_max, nudge(l.order_notional_max, by);
     }},
    {"order_notional_max",
     [](Limits& l, int by) { l.order_notional_max = Notional::from_raw(1 - by); }},
    {"day_notional_max",
     [](Limits& l, int by) {
       l.day_notional_max = Notional::of(1'000'000'000), nudge(l.day_notional_max, by);
     }},
    {"day_orders_max",
     [](Limits& l, int by) { l.day_orders_max = static_cast<std::uint16_t>(1 - by); }},
    {"open_trades_max",
     [](Limits& l, int by) { l.open_trades_max = static_cast<std::uint16_t>(64 + by); }},
    {"slippage", [](Limits& l, int by) { l.slippage = Rate::from_raw(-by); }},
    {"slippage", [](Limits& l, int by) { l.slippage = bps(1'000), nudge(l.slippage, by); }},
    {"orders_per_minute",
     [](Limits& l, int by) { l.orders_per_minute = static_cast<std::uint32_t>(1 - by); }},
    {"orders_per_minute",
     [](Limits& l, int by) {
       l.orders_per_minute = 4'000'000'000U + static_cast<std::uint32_t>(by);
     }},
    {"orders_burst",
     [](Limits& l, int by) { l.orders_burst = static_cast<std::uint32_t>(1 - by); }},
    {"orders_burst",
     [](Limits& l, int by) { l.orders_burst = 1'000'000U + static_cast<std::uint32_t>(by); }},
    {"cooldown_ns",
     [](Limits& l, int by) { l.cooldown_ns = 30 * 24 * 3600 * kNanosPerSecond + by; }},
    {"engine_silence_max_ns",
     [](Limits& l, int by) { l.engine_silence_max_ns = kNanosPerSecond - by; }},
    {"level", [](Limits& l, int by) { l.level = static_cast<RampLevel>(1 + by); }},
};

// Whatever is a number of the document has its bounds above; lists and words have their own test.
TEST(LimitsChangeTest, EveryNumberHasABound) {
  std::set<std::string_view> named;
  for (const Bound& row : kBounds) named.insert(row.field);
  const Limits limits;
  Limits::visit(limits, [&](std::string_view name, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    const bool number = std::is_integral_v<Value> || std::is_same_v<Value, Rate> ||
                        std::is_same_v<Value, Notional> || std::is_same_v<Value, RampLevel>;
    if (!number || std::is_same_v<Value, bool>) return;
    EXPECT_TRUE(named.contains(name)) << name;
  });
}

TEST(LimitsChangeTest, AtEachBoundTheDocumentStandsAndOneUnitBeyondItDoesNot) {
  for (const Bound& row : kBounds) {
    Limits at = a_document();
    row.at(at, 0);
    EXPECT_EQ(out_of_range(at), "") << row.field;
    Limits beyond = a_document();
    row.at(beyond, 1);
    EXPECT_EQ(out_of_range(beyond), row.field);
  }
}

TEST(LimitsChangeTest, WhatCannotBeMeantIsOutOfRange) {
  Limits twice = a_document();
  (void)twice.engines.push_back(EngineName("ai-trader"));
  EXPECT_EQ(out_of_range(twice), "engines");
  twice = a_document();
  (void)twice.symbols.push_back(twice.symbols[0]);
  EXPECT_EQ(out_of_range(twice), "symbols");
  Limits heavy = a_document();
  (void)heavy.weights.push_back(Rate::from_raw(Rate::kScale + 1));
  EXPECT_EQ(out_of_range(heavy), "weights");
  Limits nobody = a_document();
  nobody.engines.clear();
  (void)nobody.weights.push_back(Rate::of(1));
  EXPECT_EQ(out_of_range(nobody), "weights");
  Limits unnumbered = a_document();
  unnumbered.version = {};
  EXPECT_EQ(out_of_range(unnumbered), "version");
}

TEST(LimitsRangeTest, AFieldTellsItsRange) {
  const auto cooldown = range_of("cooldown_ns");
  ASSERT_TRUE(cooldown.has_value());
  EXPECT_EQ(cooldown->least, 0);
  EXPECT_EQ(cooldown->most, 30 * 24 * 3600 * kNanosPerSecond);
  EXPECT_FALSE(cooldown->is_decimal);
  const auto drawdown = range_of("drawdown_max");
  ASSERT_TRUE(drawdown.has_value());
  EXPECT_TRUE(drawdown->is_decimal);
  EXPECT_EQ(drawdown->least, bps(800).raw());
  EXPECT_FALSE(range_of("symbols").has_value());
  EXPECT_FALSE(range_of("").has_value());
}

}  // namespace
}  // namespace clawgate::risk
