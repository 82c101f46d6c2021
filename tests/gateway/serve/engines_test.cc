// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>

#include "tests/gateway/serve/daemon_fixture.h"

// The engines of a running gateway, with a clock that the test moves.

namespace clawgate::gateway {
namespace {

/// This machine's clock, moved forward by as much as a test says: both its hands, so that it is no
/// step.
class MovedClock final : public Clock {
 public:
  [[nodiscard]] UnixNanos wall() const override {
    return UnixNanos(system_.wall().value() + moved_.load());
  }
  [[nodiscard]] std::int64_t monotonic_ns() const override {
    return system_.monotonic_ns() + moved_.load();
  }
  void move(std::int64_t nanos) { moved_ += nanos; }

 private:
  SystemClock system_;
  std::atomic<std::int64_t> moved_{0};
};

class EnginesTest : public DaemonFixture {
 protected:
  EnginesTest() { options.clock = &clock; }
  std::pair<int, json> beat(const std::string& engine, bool healthy = true) {
    return request("engine", "POST", "/v1/engines/heartbeat",
                   json({{"engine", engine}, {"healthy", healthy}}).dump());
  }
  [[nodiscard]] bool is_blocked_by(const std::string& code) {
    const json blocks = status()["blocks"];
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const json& row) { return row["code"] == code; });
  }

  MovedClock clock;
};

// The market is this machine's: a clock that was moved sees it as old, so what is looked at are the
// blocks, and that no order is held.
TEST_F(EnginesTest, APrimaryThatFallsSilentBlocksEntriesWithinAMinute) {
  start();
  ASSERT_EQ(options.config.limits.engine_silence_max_ns, 60 * kNanosPerSecond);
  EXPECT_EQ(beat("tradingagents").second["health"], "healthy");
  EXPECT_EQ(signal("a").second["outcome"], "held");
  EXPECT_EQ(run("reject 1").first, 0);
  clock.move(45 * kNanosPerSecond);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(is_blocked_by("PRIMARY_ENGINE_LOST"));
  EXPECT_NE(run("status").second.find("tradingagents (primary): healthy"), std::string::npos);
  clock.move(15 * kNanosPerSecond);
  ASSERT_TRUE(eventually([&] { return is_blocked_by("PRIMARY_ENGINE_LOST"); }, 30)) << status();
  EXPECT_EQ(status()["trading_state"], "BLOCKED");
  EXPECT_EQ(status()["engine_mode"], "fail_closed");
  EXPECT_NE(signal("b").second["outcome"], "held");
  const auto shown = run("status");
  EXPECT_NE(shown.second.find("tradingagents (primary): silent"), std::string::npos)
      << shown.second;
  const std::string unblock =
      "unblock PRIMARY_ENGINE_LOST --decision " + lift("PRIMARY_ENGINE_LOST");
  EXPECT_EQ(run(unblock).first, 1) << "it is still silent";
  EXPECT_EQ(beat("tradingagents").second["health"], "healthy");
  EXPECT_TRUE(is_blocked_by("PRIMARY_ENGINE_LOST")) << "its return alone ends nothing";
  EXPECT_EQ(run(unblock).first, 0);
  EXPECT_FALSE(is_blocked_by("PRIMARY_ENGINE_LOST"));
  stop();
}

TEST_F(EnginesTest, ASecondaryThatIsLostLeavesTheOthers) {
  start();
  EXPECT_EQ(beat("tradingagents").first, 200);
  EXPECT_EQ(beat("ai-trader", false).second["health"], "unwell");
  EXPECT_EQ(status()["engine_mode"], "single_engine_mode");
  EXPECT_EQ(status()["trading_state"], "OPEN");
  EXPECT_EQ(signal("a").second["outcome"], "held");
  EXPECT_EQ(beat("tradingagents", false).second["health"], "unwell");
  EXPECT_EQ(status()["engine_mode"], "fail_closed");
  EXPECT_TRUE(is_blocked_by("PRIMARY_ENGINE_LOST"));
  stop();
  start_only();
  EXPECT_TRUE(is_blocked_by("PRIMARY_ENGINE_LOST")) << "a restart ends nothing";
  stop();
}

}  // namespace
}  // namespace clawgate::gateway
