// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "schemas/record_json.h"
#include "tests/support/child_process.h"
#include "tests/support/no_terminal.h"
#include "tests/support/sim_process.h"
#include "tests/support/temporary_directory.h"

// A paper session on a market that goes on by itself: of another program, over sockets.

namespace clawgate::gateway {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

class PaperLiveTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  [[nodiscard]] Json report(const std::string& data) const {
    std::ifstream file(path(data) + "/report/report.json");
    return Json::parse(file, nullptr, false);
  }
  [[nodiscard]] std::string journal() const {
    return clawgate::testing::run_without_terminal(
               {CLAWGATE_PROGRAM, "journal", "show", path("data")})
        .second;
  }
  [[nodiscard]] static std::string signal_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::string time = time_text(std::chrono::nanoseconds(now).count());
    const Json signal = {{"schema_version", "1.0"}, {"intent_id", "live-1"},
                         {"trace_id", "t-1"},       {"source_engine", "tradingagents"},
                         {"symbol", "BTCUSDT"},     {"side", "buy"},
                         {"confidence", 0.7},       {"thesis", "up"},
                         {"as_of", time},           {"time_horizon", "1h"},
                         {"stop_loss", 58'000}};
    return signal.dump() + "\n";
  }
  template <class Condition>
  static bool soon(Condition condition) {
    for (int i = 0; i < 300 && !condition(); ++i) std::this_thread::sleep_for(100ms);
    return condition();
  }

  clawgate::testing::TemporaryDirectory folder_;
};

// An engine writes into its standard input while it runs; what it kept is a recording.
TEST_F(PaperLiveTest, ASignalThatComesMeanwhileIsTradedAndCtrlCEndsIt) {
  clawgate::testing::SimProcess sim(CLAWGATE_PROGRAM, path("sim"));
  sim.start();
  if (HasFatalFailure()) return;
  const std::string pipe = path("signals");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int engine = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(engine, 0);
  const std::string shell = "exec \"$@\" <'" + pipe + "'";
  clawgate::testing::ChildProcess paper(
      {"sh", "-c", shell, "sh", CLAWGATE_PROGRAM, "paper", "--market",
       "live:" + sim.settings().rest_url, "--record", path("live.txt"), "--data", path("data"),
       "--signals", "-", "--operator", "scripted:approve"},
      {}, true);
  const auto is_recorded = [&] {
    std::error_code failed;
    return std::filesystem::file_size(path("live.txt"), failed) > 0 && !failed;
  };
  ASSERT_TRUE(soon(is_recorded)) << paper.read_all(1s);
  const std::string signal = signal_now();
  ASSERT_EQ(::write(engine, signal.data(), signal.size()), static_cast<ssize_t>(signal.size()));
  ASSERT_TRUE(soon([&] { return journal().find("FillApplied") != std::string::npos; }))
      << paper.read_all(1s);
  // As a wrapper does that signals the group and the process.
  paper.signal(SIGINT);
  EXPECT_EQ(paper.end(SIGINT), 0) << paper.read_all(1s);
  ::close(engine);
  const Json done = report("data");
  ASSERT_TRUE(done.is_object()) << paper.read_all(1s);
  EXPECT_EQ(done["signals"].size(), 1U) << done["signals"];
  EXPECT_EQ(done["trades"].size(), 1U) << done["trades"];

  const auto [code, text] = clawgate::testing::run_without_terminal(
      {CLAWGATE_PROGRAM, "backtest", "--market", path("live.txt"), "--data", path("again")});
  EXPECT_EQ(code, 0) << text;
}

// The market's own program dies and comes back: that is said, and the session goes on.
TEST_F(PaperLiveTest, AMarketThatFallsSilentIsSaid) {
  clawgate::testing::SimProcess sim(CLAWGATE_PROGRAM, path("sim"));
  sim.start();
  if (HasFatalFailure()) return;
  clawgate::testing::ChildProcess paper(
      {CLAWGATE_PROGRAM, "paper", "--market", "live:" + sim.settings().rest_url, "--data",
       path("data"), "--operator", "scripted:approve"},
      {}, true);
  ASSERT_TRUE(soon([&] { return journal().find("RECONCILING") != std::string::npos; }));
  EXPECT_EQ(sim.end(SIGKILL), 128 + SIGKILL);
  const std::string said = paper.read_line(30s).value_or("");
  EXPECT_TRUE(said.starts_with("No market data since")) << said;
  sim.start();
  if (HasFatalFailure()) return;
  EXPECT_EQ(paper.read_line(60s), "Market data is back.");
  EXPECT_EQ(paper.end(SIGTERM), 0);
}

TEST_F(PaperLiveTest, WhatContradictsALiveMarketIsRefused) {
  struct Row {
    std::vector<std::string> words;
    std::string says;
  };
  const Row rows[] = {
      {{"backtest", "--market", "live"}, "[USAGE_OPTION]"},
      {{"paper", "--market", "live", "--speed", "2"}, "[CONFIG_CONFLICT]"},
      {{"paper", "--market", "live", "--speed", "max"}, "[CONFIG_CONFLICT]"},
      {{"paper", "--market", "synthetic:1", "--record", path("x")}, "[USAGE_OPTION]"},
      {{"paper", "--market", "live:http://127.0.0.1:9", "--record", path("")}, "[USAGE_OPTION]"},
      {{"paper", "--market", "live:ftp://127.0.0.1"}, "--market"},
      {{"paper", "--market", "live:https://example.org"}, "[HOST_NOT_LISTED]"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> words = row.words;
    words.insert(words.begin(), CLAWGATE_PROGRAM);
    words.insert(words.end(), {"--data", path("data")});
    const auto [code, text] = clawgate::testing::run_without_terminal(words);
    EXPECT_EQ(code, 2) << text;
    EXPECT_NE(text.find(row.says), std::string::npos) << text;
    EXPECT_FALSE(std::filesystem::exists(path("data")));
  }
}

}  // namespace
}  // namespace clawgate::gateway
