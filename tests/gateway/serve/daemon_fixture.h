// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/serve/binance_venue.h"
#include "gateway/serve/daemon.h"
#include "gateway/serve/http_client.h"
#include "gateway/serve/principals.h"
#include "governance/ledger/office.h"
#include "schemas/record_json.h"
#include "tests/support/sim_process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/unblock_draft.h"

namespace clawgate::gateway {

using nlohmann::json;

/// A gateway in this process, its command line, and the simulator as a process of its own: they
/// speak over sockets, as with a venue.
class DaemonFixture : public ::testing::Test {
 protected:
  DaemonFixture() : sim(CLAWGATE_PROGRAM, (folder.path() / "sim").string()) {
    options.config.serve.port = 0;
    options.data = (folder.path() / "data").string();
    options.venue = binance_venue();
    options.log = [this](std::string_view line) {
      const std::lock_guard lock(logging_);
      log_.push_back(json::parse(line));
    };
  }
  void SetUp() override {
    sim.start();
    if (HasFatalFailure()) return;
    options.config.venue = sim.settings();
  }
  /// The ledger grants the stage, as if it had been climbed to.
  void grant(Stage stage) {
    std::filesystem::create_directories(options.data);
    const UnixNanos now = SystemClock().wall();
    const auto office = governance::Office::open(options.data + "/governance", now).value();
    governance::StageMoved granted;
    granted.stage = stage;
    granted.cause = "a test";
    ASSERT_FALSE(office->record(governance::LedgerFact(granted), now));
  }
  void start_only() {
    auto started = Daemon::start(options);
    ASSERT_TRUE(started.has_value()) << to_text(started.error());
    daemon = std::move(*started);
  }
  void start() {
    start_only();
    if (HasFatalFailure()) return;
    ASSERT_TRUE(eventually([&] { return ready() == 200 && has_market(); }));
  }
  void stop() {
    const auto error = daemon->stop();
    EXPECT_FALSE(error.has_value()) << to_text(*error);
    daemon.reset();
  }

  std::pair<int, json> request(const std::string& who, const std::string& method,
                               const std::string& target, const std::string& body = "") {
    Endpoint endpoint = endpoint_from(daemon->url()).value();
    endpoint.token = read_secret(options.data + "/tokens/" + who + ".token").value();
    const auto got = clawgate::gateway::call(endpoint, method, target, body);
    if (!got) return {0, {}};
    return {got->status, json::parse(got->body, nullptr, false)};
  }
  /// The value of a row of /metrics; "" when there is none.
  [[nodiscard]] std::string metric(const std::string& row) {
    Endpoint endpoint = endpoint_from(daemon->url()).value();
    endpoint.token = read_secret(options.data + "/tokens/reader.token").value();
    const auto got = clawgate::gateway::call(endpoint, "GET", "/metrics");
    const std::size_t at = got ? got->body.find("\n" + row + " ") : std::string::npos;
    if (at == std::string::npos) return "";
    const std::size_t begin = at + row.size() + 2;
    return got->body.substr(begin, got->body.find('\n', begin) - begin);
  }
  /// The first market comes by a connection of its own, maybe after the ledgers agree.
  [[nodiscard]] bool has_market() {
    const std::string inputs = metric("clawgate_inputs_total{lane=\"market\"}");
    return !inputs.empty() && inputs != "0";
  }
  [[nodiscard]] int ready() { return request("reader", "GET", "/readyz").first; }
  [[nodiscard]] json status() { return request("reader", "GET", "/v1/status").second; }
  [[nodiscard]] json holds() { return request("reader", "GET", "/v1/holds").second["holds"]; }
  [[nodiscard]] json positions() {
    return request("reader", "GET", "/v1/positions").second["positions"];
  }
  [[nodiscard]] bool is_protected() {
    const json rows = positions();
    return rows.size() == 1 && rows[0]["protection"] == "LIVE";
  }
  std::pair<int, json> signal(const std::string& id, const std::string& side = "buy") {
    const json body = {
        {"schema_version", "1.0"},  {"intent_id", id},      {"source_engine", "tradingagents"},
        {"symbol", "BTCUSDT"},      {"side", side},         {"confidence", 0.5},
        {"thesis", "because"},      {"time_horizon", "1d"}, {"as_of", as_of},
        {"trace_id", "trace-" + id}};
    return request("engine", "POST", "/v1/signals", body.dump());
  }
  /// Approves the one order that waits.
  std::pair<int, json> approve(const std::string& command_id) {
    const json hold = holds().at(0);
    const json body = {{"action", "approve"},
                       {"command_id", command_id},
                       {"hold", hold["hold"]},
                       {"digest", hold["digest"]}};
    return request("operator", "POST", "/v1/hitl/commands", body.dump());
  }
  std::pair<int, json> kill() {
    return request("operator", "POST", "/v1/hitl/commands", R"({"action":"kill"})");
  }
  /// An approved decision that lifts a cause: its id.
  std::string lift(const std::string& cause) {
    return decided(clawgate::testing::unblock_draft(cause, std::to_string(++lifted)));
  }
  /// One that ends an order of which nobody can tell.
  std::string decided_over(const std::string& order) {
    return decided(clawgate::testing::close_draft(order, std::to_string(++lifted)));
  }
  std::string decided(const json& draft) {
    const auto opened = request("operator", "POST", "/v1/decisions", draft.dump());
    EXPECT_EQ(opened.first, 200) << opened.second;
    const json id = opened.second["decision"]["decision"]["decision_id"];
    const json body = {{"action", "approve"},
                       {"command_id", "lift-" + std::to_string(lifted)},
                       {"decision_id", id}};
    EXPECT_EQ(request("operator", "POST", "/v1/decisions/answer", body.dump()).first, 200);
    return id;
  }
  /// A position with its stop at the venue.
  void enter(const std::string& id) {
    ASSERT_EQ(signal(id).second["outcome"], "held");
    ASSERT_EQ(approve("approve-" + id).first, 200);
    ASSERT_TRUE(eventually([&] { return is_protected(); })) << positions();
  }

  /// Runs the program against this gateway: its exit code and what it printed.
  std::pair<int, std::string> run(const std::string& arguments, const std::string& typed = "") {
    const std::string line = "printf '%s' '" + typed + "' | " CLAWGATE_PROGRAM " " + arguments +
                             " --data " + options.data + " 2>&1";
    FILE* const pipe = ::popen(line.c_str(), "r");
    std::string text;
    std::array<char, 4096> room;
    while (const std::size_t got = std::fread(room.data(), 1, room.size(), pipe)) {
      text.append(room.data(), got);
    }
    const int status = ::pclose(pipe);
    return {WEXITSTATUS(status), text};
  }
  /// A line of that level whose message has these words.
  [[nodiscard]] bool logged(std::string_view level, std::string_view words) {
    const std::lock_guard lock(logging_);
    return std::any_of(log_.begin(), log_.end(), [&](const json& line) {
      return line["level"] == level &&
             line["message"].get<std::string>().find(words) != std::string::npos;
    });
  }
  template <class Done>
  [[nodiscard]] static bool eventually(Done done, int seconds = 20) {
    for (int i = 0; i < seconds * 50; ++i) {
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  clawgate::testing::TemporaryDirectory folder;
  clawgate::testing::SimProcess sim;
  const std::string as_of = time_text(SystemClock().wall().value());
  Daemon::Options options;
  std::mutex logging_;
  std::vector<json> log_;  // as parsed: each line is an object
  std::unique_ptr<Daemon> daemon;
  int lifted = 0;
};

}  // namespace clawgate::gateway
