// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/limits_words.h"

#include <gtest/gtest.h>

#include "schemas/core/decimal.h"

namespace clawgate::gateway {
namespace {

CallJson a_document() {
  return CallJson::parse(R"({"version":1,"level":"L0","order_notional_max":"50","day_orders_max":6,
    "symbols":[],"decision":"","cooldown_ns":21600000000000,"single_engine":true})");
}

std::string set(const std::string& text) {
  CallJson document = a_document();
  const auto error = set_field(document, text);
  return error ? error->seen : changes(a_document(), document);
}

TEST(LimitsWordsTest, ADurationIsReadAndShownWithItsUnit) {
  EXPECT_EQ(limit_text("cooldown_ns", 21'600'000'000'000), "6 h");
  EXPECT_EQ(limit_text("day_orders_max", 6), "6");
  EXPECT_EQ(set("cooldown_ns=12h"), "cooldown_ns 6 h -> 12 h");
  EXPECT_EQ(set("cooldown_ns=3600000000000"), "cooldown_ns 6 h -> 60 min");
  EXPECT_EQ(set("cooldown_ns=6h"), "") << "nothing changed";
}

TEST(LimitsWordsTest, WhatDoesNotFitIsToldWhatDoes) {
  EXPECT_EQ(set("cooldown_ns=soon"), "cooldown_ns=soon; a duration, e.g. 6h, 30min or 60s");
  EXPECT_EQ(set("cooldown_ns=1.5"), "cooldown_ns=1.5; a duration, e.g. 6h, 30min or 60s");
  EXPECT_EQ(set("day_orders_max=many"), "day_orders_max=many; a whole number");
  EXPECT_EQ(set("day_orders_max=6h"), "day_orders_max=6h; a whole number");
  EXPECT_EQ(set("single_engine=1"), "single_engine=1; true or false");
  EXPECT_EQ(set("order_notional_max=1%"), "order_notional_max=1%; a decimal such as 0.01");
  EXPECT_EQ(set("order_notional_max=1e1"), "order_notional_max=1e1; a decimal such as 0.01");
  EXPECT_EQ(set("order_notional_max="), "order_notional_max=; a decimal such as 0.01");
  EXPECT_EQ(set("order_notional_max=20.5"), "order_notional_max 50 -> 20.5");
  EXPECT_EQ(set("level=L1"), "level L0 -> L1");
  EXPECT_EQ(set("single_engine=false"), "single_engine true -> false");
  for (const std::string wrong :
       {"nothing=1", "version=2", "decision=D", "symbols=[]", "cooldown_ns"}) {
    EXPECT_EQ(set(wrong), wrong +
                              "; NAME=VALUE, and NAME is one of level, order_notional_max, "
                              "day_orders_max, cooldown_ns, single_engine");
  }
}

TEST(LimitsWordsTest, ARangeIsSaidInTheFieldsUnit) {
  const Limits limits;
  EXPECT_EQ(what_fits("cooldown_ns", limits), "; 0 s to 30 d fits");
  EXPECT_EQ(what_fits("drawdown_max", limits), "; 0.08 to 0.12 fits");
  EXPECT_EQ(what_fits("day_orders_max", limits), "; 1 to 65535 fits");
  EXPECT_EQ(what_fits("order_notional_max", limits),
            "; 0.00000001 to 1000000000 fits, and no more than day_notional_max 300");
  EXPECT_EQ(what_fits("symbols", limits), "");
}

}  // namespace
}  // namespace clawgate::gateway
