// SPDX-License-Identifier: Apache-2.0
#include "gateway/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

class ConfigTest : public ::testing::Test {
 protected:
  Result<Config> read(const std::string& text) {
    const std::string path = folder_.path() / "config.yaml";
    std::ofstream(path) << text;
    return read_config(path);
  }

 private:
  clawgate::testing::TemporaryDirectory folder_;
};

TEST_F(ConfigTest, WhatIsPrintedReadsBackAsItself) {
  const Config defaults;
  const auto again = read(to_yaml(defaults));
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_EQ(to_yaml(*again), to_yaml(defaults));
}

TEST_F(ConfigTest, AnEngineThatIsListedTwiceIsNamedByItsKey) {
  const auto config = read("engines: a,b,a\n");
  ASSERT_FALSE(config.has_value());
  EXPECT_TRUE(config.error().field.ends_with(": engines")) << to_text(config.error());
  EXPECT_EQ(config.error().seen, "a,b,a");
  EXPECT_TRUE(read("engines: a,b\n").has_value());
}

TEST_F(ConfigTest, AKeyChangesWhatItNames) {
  const auto config = read("hold_ttl_s: 60\nlimits:\n  order_notional_max: 25\n  version: 3\n");
  ASSERT_TRUE(config.has_value()) << to_text(config.error());
  EXPECT_EQ(config->session.hold_ttl_ns, 60 * kNanosPerSecond);
  EXPECT_EQ(config->limits.order_notional_max, Notional::of(25));
  EXPECT_EQ(config->limits.version, LimitsVersion{3});
}

struct Row {
  const char* text;
  Reason reason;
};

constexpr Row kRows[] = {
    {"colour: red\n", Reason::ConfigKeyUnknown},
    {"limits:\n  colour: red\n", Reason::ConfigKeyUnknown},
    {"hold_ttl_s: soon\n", Reason::ConfigValueType},
    {"hold_ttl_s: [1, 2]\n", Reason::ConfigValueType},
    {"hold_ttl_s: 1.5\n", Reason::ConfigValueType},
    {"hold_ttl_s: 0\n", Reason::ConfigValueRange},
    {"hold_ttl_s: 3601\n", Reason::ConfigValueRange},
    {"cash: 0\n", Reason::ConfigValueRange},
    {"cash: 1e3\n", Reason::ConfigValueType},
    {"stage: S9\n", Reason::ConfigValueType},
    {"stage: S1\n", Reason::ConfigValueRange},
    {"- a\n- b\n", Reason::ConfigSyntax},
    {"a: [1\n", Reason::ConfigSyntax},
    {"limits:\n  day_notional_max: 40\n", Reason::ConfigConflict},
    {"hold_ttl_s: 60\nhold_ttl_s: 60\n", Reason::ConfigConflict},
    {"limits:\n  day_orders_max: 5\n  day_orders_max: 4\n", Reason::ConfigConflict},
    {"limits:\n  day_orders_max: 5\nlimits:\n  cooldown_s: 1\n", Reason::ConfigConflict},
    {"engines: tradingagents,tradingagents\n", Reason::ConfigConflict},
    {"engines: tradingagents,\n", Reason::ConfigValueRange},
    {"limits:\n  order_notional_max: 50.00000001\n", Reason::LimitsRaiseNeedsDecision},
    {"limits:\n  day_orders_max: 7\n", Reason::LimitsRaiseNeedsDecision},
    {"limits:\n  decision: maybe\n", Reason::ConfigValueRange},
    {"serve:\n  port: 65536\n", Reason::ConfigValueRange},
    {"serve:\n  idle: doze\n", Reason::ConfigValueRange},
    {"serve:\n  principals: bob:king\n", Reason::ConfigValueRange},
    {"serve:\n  principals: bob:reader,bob:admin\n", Reason::ConfigValueRange},
    {"serve:\n  principals: ../x:reader\n", Reason::ConfigValueRange},
    {"serve:\n  disk_min_mib: 15\n", Reason::ConfigValueRange},
    {"venue:\n  rest_url: http://api.example.org\n", Reason::ConfigValueRange},
    {"venue:\n  rest_url: http://127.0.0.1.example.org\n", Reason::ConfigValueRange},
    {"venue:\n  rest_url: http://localhost@example.org\n", Reason::ConfigValueRange},
    {"venue:\n  stream_url: https://api.example.org\n", Reason::ConfigValueRange},
    {"venue:\n  orders: fix\n", Reason::ConfigValueRange},
};

TEST_F(ConfigTest, OrdersGoByOneOfTwoWays) {
  EXPECT_TRUE(Config().venue.orders_by_websocket);
  EXPECT_NE(to_yaml(Config()).find("  orders: websocket"), std::string::npos);
  const auto config = read("venue:\n  orders: rest\n");
  ASSERT_TRUE(config.has_value()) << to_text(config.error());
  EXPECT_FALSE(config->venue.orders_by_websocket);
  EXPECT_NE(to_yaml(*config).find("  orders: rest"), std::string::npos);
}

TEST_F(ConfigTest, TheDaemonsKeysAreRead) {
  const auto config = read(
      "serve:\n  port: 65535\n  idle: spin\n  principals: bob:operator\n  disk_min_mib: 16\n"
      "venue:\n  rest_url: https://api.example.org\n  stream_url: ws://127.0.0.1:9000\n");
  ASSERT_TRUE(config.has_value()) << to_text(config.error());
  EXPECT_EQ(config->serve.port, 65'535);
  EXPECT_TRUE(config->serve.spin);
  EXPECT_EQ(config->serve.principals, "bob:operator");
  EXPECT_EQ(config->venue.rest_url, "https://api.example.org");
  EXPECT_EQ(config->venue.stream_url, "ws://127.0.0.1:9000");
}

// The key that allows more, in its own unit, with what it may be without a decision.
TEST_F(ConfigTest, ALimitThatIsRaisedIsNamedByItsKey) {
  struct Raised {
    const char* text;
    const char* key;
    const char* seen;
  };
  const Raised rows[] = {
      {"limits:\n  cooldown_s: 0\n", "limits.cooldown_s", "0, the default is 21600"},
      {"limits:\n  day_orders_max: 7\n", "limits.day_orders_max", "7, the default is 6"},
      {"limits:\n  order_notional_max: 50.00000001\n", "limits.order_notional_max",
       "50.00000001, the default is 50"},
      {"limits:\n  risk_per_trade_bps: 101\n", "limits.risk_per_trade_bps",
       "101, the default is 100"},
  };
  for (const Raised& row : rows) {
    const auto config = read(row.text);
    ASSERT_FALSE(config.has_value()) << row.text;
    EXPECT_EQ(config.error().reason, Reason::LimitsRaiseNeedsDecision);
    EXPECT_TRUE(config.error().field.ends_with(std::string(": ") + row.key))
        << config.error().field;
    EXPECT_EQ(config.error().seen, row.seen);
  }
  EXPECT_TRUE(read("limits:\n  cooldown_s: 21600\n").has_value());
}

TEST_F(ConfigTest, WhatIsWrongIsNamed) {
  for (const Row& row : kRows) {
    const auto config = read(row.text);
    ASSERT_FALSE(config.has_value()) << row.text;
    EXPECT_EQ(info(config.error().reason).code, info(row.reason).code) << row.text;
    EXPECT_NE(config.error().field.find("config.yaml"), std::string::npos);
  }
  EXPECT_EQ(read_config("/nowhere.yaml").error().reason, Reason::FileUnreadable);
}

TEST_F(ConfigTest, TheBoundsThemselvesAreIn) {
  EXPECT_TRUE(read("hold_ttl_s: 1\n").has_value());
  EXPECT_TRUE(read("hold_ttl_s: 3600\n").has_value());
  EXPECT_TRUE(read("limits:\n  order_notional_max: 50\n").has_value());
}

TEST_F(ConfigTest, LimitsAboveTheDefaultsNeedADecision) {
  const auto config = read("limits:\n  day_orders_max: 7\n  decision: DEC-20260105-001\n");
  ASSERT_TRUE(config.has_value()) << to_text(config.error());
  EXPECT_EQ(config->limits.day_orders_max, 7);
}

}  // namespace
}  // namespace clawgate::gateway
