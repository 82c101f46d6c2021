// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/gateway/serve/daemon_fixture.h"
#include "tests/support/child_process.h"

// What the machine can do to a gateway that runs: each is told, and ends in order.

namespace clawgate::gateway {
namespace {

using clawgate::testing::ChildProcess;

class FailuresTest : public DaemonFixture {
 protected:
  /// `serve` as a process of its own. Its endpoint, once it is ready to trade.
  Endpoint endpoint_of(ChildProcess& gateway) {
    const json said = json::parse(gateway.read_line(std::chrono::seconds(20)).value_or("{}"));
    Endpoint endpoint = endpoint_from(said.at("url")).value();
    const auto call_as = [&](const char* who, const char* method, const char* target) {
      endpoint.token = read_secret(options.data + "/tokens/" + who + ".token").value();
      return clawgate::gateway::call(endpoint, method, target, "");
    };
    EXPECT_TRUE(eventually([&] {
      const auto got = call_as("reader", "GET", "/readyz");
      return got && got->status == 200;
    }));
    return endpoint;
  }
  [[nodiscard]] std::vector<std::string> serve_command() const {
    const std::string config = (folder.path() / "gateway.yaml").string();
    std::ofstream(config) << to_yaml(options.config);
    return {CLAWGATE_PROGRAM, "serve", "--json", "--config", config, "--data", options.data};
  }
  [[nodiscard]] std::string emergency_text() const {
    std::ostringstream text;
    text << std::ifstream(options.data + "/emergency.log").rdbuf();
    return text.str();
  }
};

// By default the kernel ends whoever writes beyond the limit, without a word.
TEST_F(FailuresTest, AFileThatMayNotGrowIsAFailedWrite) {
  ChildProcess gateway(serve_command());
  Endpoint endpoint = endpoint_of(gateway);
  const rlimit limit{1000, 1000};
  ASSERT_EQ(::prlimit(gateway.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  endpoint.token = read_secret(options.data + "/tokens/operator.token").value();
  const auto killed =
      clawgate::gateway::call(endpoint, "POST", "/v1/hitl/commands", R"({"action":"kill"})");
  ASSERT_TRUE(killed.has_value()) << to_text(killed.error());
  EXPECT_EQ(json::parse(killed->body)["code"], "JOURNAL_WRITE") << killed->body;
  EXPECT_EQ(gateway.end(0), 1);
  EXPECT_NE(emergency_text().find("JOURNAL_WRITE"), std::string::npos) << emergency_text();
}

// Whoever started it does not read what it says: that holds up neither a kill nor an end.
TEST_F(FailuresTest, AReaderThatDoesNotReadHoldsUpNothing) {
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  while (::write(reader, "x", 1) == 1) continue;  // full before its first line
  std::vector<std::string> command = {"sh", "-c", "exec \"$@\" 2>" + pipe, "sh"};
  const auto serve = serve_command();
  command.insert(command.end(), serve.begin(), serve.end());
  ChildProcess gateway(command);
  Endpoint endpoint = endpoint_of(gateway);
  endpoint.token = read_secret(options.data + "/tokens/operator.token").value();
  const auto killed =
      clawgate::gateway::call(endpoint, "POST", "/v1/hitl/commands", R"({"action":"kill"})");
  ASSERT_TRUE(killed.has_value()) << to_text(killed.error());
  EXPECT_EQ(killed->status, 200) << killed->body;
  EXPECT_EQ(gateway.end(SIGTERM), 0);
  ::close(reader);
}

// The gateway stops and another life begins: whoever watches is told, and goes on.
TEST_F(FailuresTest, AStreamThatEndedIsTakenUpAgain) {
  ChildProcess first(serve_command());
  Endpoint endpoint = endpoint_of(first);
  options.config.serve.port = endpoint.port;
  const auto has_stream = [&] {
    const auto got = clawgate::gateway::call(endpoint, "GET", "/metrics", "");
    return got && got->body.find("\nclawgate_streams 1\n") != std::string::npos;
  };
  ChildProcess watch({CLAWGATE_PROGRAM, "watch", "--count", "1", "--data", options.data}, {}, true);
  ASSERT_TRUE(eventually(has_stream));
  EXPECT_EQ(first.end(SIGTERM), 0);
  EXPECT_EQ(watch.read_line(std::chrono::seconds(5)).value_or(""),
            "  the stream ended: GATEWAY_STOPPING; on from now");
  ChildProcess second(serve_command());
  endpoint = endpoint_of(second);
  ASSERT_TRUE(eventually(has_stream));
  endpoint.token = read_secret(options.data + "/tokens/operator.token").value();
  const auto killed =
      clawgate::gateway::call(endpoint, "POST", "/v1/hitl/commands", R"({"action":"kill"})");
  ASSERT_TRUE(killed.has_value());
  EXPECT_EQ(watch.end(0), 0) << "it has seen its event";
  EXPECT_EQ(second.end(SIGTERM), 0);
}

TEST_F(FailuresTest, ALockThatIsGoneEndsTheGateway) {
  start();
  ASSERT_TRUE(std::filesystem::remove(options.data + "/lock"));
  ASSERT_TRUE(eventually([&] { return daemon->failed(); }, 10));
  EXPECT_TRUE(eventually([&] { return logged("ERROR", "removed or replaced"); }));
  EXPECT_NE(emergency_text().find(" lock lost: "), std::string::npos) << emergency_text();
  const auto error = daemon->stop();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, Reason::DataDirectoryLocked);
  EXPECT_EQ(error->field, options.data + "/lock");
  EXPECT_TRUE(std::filesystem::exists(options.data + "/serve.json")) << "another's by now";
  daemon.reset();
  start();
  stop();
}

// A second gateway has made the file anew: the first one leaves the directory to it.
TEST_F(FailuresTest, ALockThatIsAnothersEndsTheGateway) {
  start();
  ASSERT_TRUE(std::filesystem::remove(options.data + "/lock"));
  const auto second = journal::DirectoryLock::take(options.data);
  ASSERT_TRUE(second);
  ASSERT_TRUE(eventually([&] { return daemon->failed(); }, 10));
  EXPECT_TRUE(daemon->stop().has_value());
  daemon.reset();
}

TEST_F(FailuresTest, WithoutItsEmergencyFileNothingStarts) {
  std::filesystem::create_directories(options.data + "/emergency.log");
  const auto started = Daemon::start(options);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().reason, Reason::DataDirectoryUnwritable);
  EXPECT_EQ(started.error().field, options.data + "/emergency.log");
  EXPECT_FALSE(std::filesystem::exists(options.data + "/journal"));
}

}  // namespace
}  // namespace clawgate::gateway
