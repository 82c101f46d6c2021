// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

namespace clawgate::gateway {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] UnixNanos wall() const override {
    return UnixNanos(1'767'603'600 * kNanosPerSecond);
  }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return 0; }
};

class LogTest : public ::testing::Test {
 protected:
  FixedClock clock;
  std::vector<std::string> lines;
  Log log{clock, [this](std::string_view line) { lines.emplace_back(line); }};
};

TEST_F(LogTest, ALineIsOneObjectWithAllThatIsNeededToFollowIt) {
  log.set_session("7K2M");
  log.write(LogLevel::Warn, "venue", "connection lost");
  log.write(LogLevel::Error, "core", "hold-5", "a person must look");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].back(), '\n');
  const auto first = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(first["time"].get<std::string>().substr(0, 19), "2026-01-05T09:00:00");
  EXPECT_EQ(first["level"], "WARN");
  EXPECT_EQ(first["component"], "venue");
  EXPECT_EQ(first["correlation"], "7K2M");
  EXPECT_EQ(first["message"], "connection lost");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["correlation"], "hold-5");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["level"], "ERROR");
}

// Texts of a venue may hold anything; a line stays a line.
TEST_F(LogTest, AnyTextStaysOneLineOfJson) {
  log.write(LogLevel::Info, "venue", "x\"\\\n", "a\nb\x01\xff\"}" + std::string(5'000, 'z'));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find('\n'), lines[0].size() - 1);
  EXPECT_LT(lines[0].size(), 1'400U);
  EXPECT_TRUE(nlohmann::json::accept(lines[0]));
}

TEST_F(LogTest, LinesOfManyThreadsDoNotMix) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 200; ++n) log.write(LogLevel::Info, "x", "c", std::string(100, 'm'));
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(lines.size(), 800U);
  for (const std::string& line : lines) EXPECT_EQ(line, lines[0]);
}

}  // namespace
}  // namespace clawgate::gateway
