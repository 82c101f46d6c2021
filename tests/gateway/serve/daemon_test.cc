// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/daemon.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "gateway/serve/http_client.h"
#include "gateway/serve/principals.h"
#include "governance/journal/verify.h"
#include "schemas/record_json.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

using nlohmann::json;

/// A gateway in this process, on the practice exchange, and its command line.
class DaemonTest : public ::testing::Test {
 protected:
  DaemonTest() {
    options.config.serve.port = 0;
    options.config.latency_ns = kNanosPerMilli;
    options.data = (folder.path() / "data").string();
    options.venue = practice_venue();
  }
  void start() {
    auto started = Daemon::start(options);
    ASSERT_TRUE(started.has_value()) << to_text(started.error());
    daemon = std::move(*started);
    ASSERT_TRUE(eventually([&] { return request("reader", "GET", "/readyz").first == 200; }));
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
  std::pair<int, json> signal(const std::string& id, const std::string& side = "buy") {
    const json body = {
        {"schema_version", "1.0"},  {"intent_id", id},      {"source_engine", "tradingagents"},
        {"symbol", "BTCUSDT"},      {"side", side},         {"confidence", 0.5},
        {"thesis", "because"},      {"time_horizon", "1d"}, {"as_of", as_of},
        {"trace_id", "trace-" + id}};
    return request("engine", "POST", "/v1/signals", body.dump());
  }
  [[nodiscard]] json holds() { return request("reader", "GET", "/v1/holds").second["holds"]; }

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
  template <class Done>
  [[nodiscard]] static bool eventually(Done done) {
    for (int i = 0; i < 500; ++i) {
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  clawgate::testing::TemporaryDirectory folder;
  const std::string as_of = time_text(SystemClock().wall().value());
  Daemon::Options options;
  std::unique_ptr<Daemon> daemon;
};

TEST_F(DaemonTest, AnOrderFromSignalToPositionByTheCommandLine) {
  start();
  EXPECT_EQ(signal("a").first, 202);
  const auto [code, text] = run("holds");
  EXPECT_EQ(code, 0);
  EXPECT_NE(text.find("ORDER 1  check code "), std::string::npos) << text;
  const auto no = run("approve 1", "n\n");
  EXPECT_EQ(no.first, 1);
  EXPECT_NE(no.second.find("? [y/N]"), std::string::npos);
  EXPECT_EQ(holds().size(), 1U);
  EXPECT_EQ(run("approve 1 --digest " + std::string(64, 'a')).first, 1);
  const auto yes = run("approve 1", "y\n");
  EXPECT_EQ(yes.first, 0) << yes.second;
  ASSERT_TRUE(eventually([&] {
    const json rows = request("reader", "GET", "/v1/positions").second["positions"];
    return rows.size() == 1 && rows[0]["protection"] == "LIVE";
  }));
  const auto watched = run("watch --after 1 --count 3 --json");
  EXPECT_EQ(watched.first, 0) << watched.second;
  EXPECT_NE(watched.second.find("\"record\":\"DayTurned\""), std::string::npos);
  EXPECT_EQ(run("approve 1 --yes").first, 1) << "it waits no longer";
  stop();
  const auto store = journal::PosixStore::open_existing(options.data + "/journal").value();
  const auto verdict = journal::verify(*store);
  EXPECT_TRUE(verdict.findings.empty());
}

TEST_F(DaemonTest, RejectKillAndUnblock) {
  start();
  signal("a");
  EXPECT_EQ(run("reject 1 --note 'not today'").first, 0);
  EXPECT_TRUE(holds().empty());
  const auto killed = run("kill --note test");
  EXPECT_EQ(killed.first, 0);
  EXPECT_NE(killed.second.find("KILLED"), std::string::npos);
  const auto status = run("status");
  EXPECT_NE(status.second.find("KILL: "), std::string::npos) << status.second;
  EXPECT_EQ(run("unblock BACKLOG --decision DEC-20260105-AAA").first, 1);
  EXPECT_EQ(run("unblock KILL").first, 2) << "a decision has an id";
  EXPECT_EQ(run("unblock KILL --decision DEC-20260105-AAA").first, 0);
  EXPECT_EQ(json::parse(run("status --json").second)["trading_state"], "OPEN");
  EXPECT_EQ(run("holds --as reader").first, 0);
  EXPECT_EQ(run("kill --as reader").first, 1) << "a reader decides nothing";
  stop();
  EXPECT_EQ(run("status").first, 2) << "no gateway";
}

// A second life: the position is known, the hold still waits and can be approved, and the commands
// of before are no-ops.
TEST_F(DaemonTest, ARestartKeepsThePositionAndTheHold) {
  options.config.limits.open_trades_max = 2;
  options.config.limits.decision = DecisionId("DEC-20260105-AAA");
  start();
  signal("a");
  const json first = holds()[0];
  const std::string approve =
      json({{"action", "approve"}, {"command_id", "c1"}, {"hold", 1}, {"digest", first["digest"]}})
          .dump();
  EXPECT_EQ(request("operator", "POST", "/v1/hitl/commands", approve).first, 200);
  ASSERT_TRUE(eventually([&] {
    const json rows = request("reader", "GET", "/v1/positions").second["positions"];
    return rows.size() == 1 && rows[0]["protection"] == "LIVE";
  }));
  const auto second = signal("b");
  ASSERT_EQ(second.second["outcome"], "held") << second.second;
  const json position = request("reader", "GET", "/v1/positions").second["positions"][0];
  const json head = request("reader", "GET", "/v1/journal/head").second;
  stop();

  start();
  EXPECT_GT(request("reader", "GET", "/v1/journal/head").second["seq"], head["seq"]);
  const json after = request("reader", "GET", "/v1/positions").second["positions"];
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0]["quantity"], position["quantity"]);
  const json waiting = holds();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0]["hold"], 2);
  EXPECT_EQ(request("operator", "POST", "/v1/hitl/commands", approve).second["replay_disposition"],
            "no_op");
  EXPECT_EQ(signal("b").second["replay_disposition"], "no_op");
  EXPECT_EQ(run("reject 2").first, 0);
  stop();
}

TEST_F(DaemonTest, WithoutAnEndInOrderWhatWaitedIsVoid) {
  start();
  signal("a");
  EXPECT_EQ(holds().size(), 1U);
  daemon.reset();
  start();
  EXPECT_TRUE(holds().empty());
  stop();
}

TEST_F(DaemonTest, ATokenFileThatOthersReadIsRefused) {
  start();
  stop();
  const std::string file = options.data + "/tokens/operator.token";
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  for (const mode_t mode : {0640U, 0604U, 0601U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto refused = Daemon::start(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().reason, Reason::TokenFileMode);
  }
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  start();
  stop();
}

TEST_F(DaemonTest, AWiderBindOrASecondGatewayDoesNotStart) {
  options.config.serve.address = "0.0.0.0";
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::BindNotLoopback);
  EXPECT_FALSE(std::filesystem::exists(options.data)) << "nothing was touched";
  options.config.serve.address = "127.0.0.1";
  start();
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::DataDirectoryLocked);
  stop();
}

TEST_F(DaemonTest, AnOperatorTakenOutOfTheConfigurationMayNoLongerDecide) {
  options.config.serve.principals = "operator:operator,reader:reader,engine:engine,bob:operator";
  start();
  EXPECT_EQ(run("kill --as bob").first, 0);
  stop();
  options.config.serve.principals = "operator:operator,reader:reader,engine:engine,bob:reader";
  start();
  EXPECT_EQ(run("unblock KILL --decision DEC-20260105-AAA --as bob").first, 1);
  EXPECT_EQ(run("unblock KILL --decision DEC-20260105-AAA").first, 0);
  stop();
}

}  // namespace
}  // namespace clawgate::gateway
