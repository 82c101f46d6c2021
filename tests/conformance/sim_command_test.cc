// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "schemas/strict_json.h"
#include "sim/faults/fault.h"
#include "tests/sim/server/raw_client.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

// `clawgate sim` as a program.

namespace clawgate {
namespace {

using std::chrono::seconds;
using testing::ChildProcess;

class SimCommandTest : public ::testing::Test {
 protected:
  static std::vector<std::string> command(std::vector<std::string> arguments) {
    std::vector<std::string> words = {CLAWGATE_BINARY, "sim"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
  }
  static Json ready(ChildProcess& sim) {
    const auto line = sim.read_line(seconds(20));
    EXPECT_TRUE(line);
    auto read = read_json(line.value_or(""));
    EXPECT_TRUE(read);
    return read ? *read : Json();
  }
  static std::uint16_t port(const Json& said) {
    const std::string& rest = said.find("rest")->text;
    return static_cast<std::uint16_t>(std::stoi(rest.substr(rest.rfind(':') + 1)));
  }
  static const Json& account(const Json& said, std::size_t i = 0) {
    return said.find("accounts")->items.at(i);
  }
  static std::string post(std::uint16_t to, const std::string& path, const std::string& body) {
    sim::RawClient client(to);
    client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    client.closed_within(3'000);
    return client.seen();
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(SimCommandTest, PrintsOneLineAndLeavesNothingBehind) {
  ChildProcess sim(command({"--json", "--accounts", "2", "--balance", "USDT=5"}));
  const Json said = ready(sim);
  EXPECT_EQ(said.find("accounts")->items.size(), 2U);
  EXPECT_NE(account(said, 0).find("api_key")->text, account(said, 1).find("api_key")->text);
  EXPECT_EQ(account(said).find("balances")->find("USDT")->text, "5");
  EXPECT_EQ(account(said).find("balances")->find("BTC")->text, "0");
  const std::string ca = said.find("ca")->text;
  EXPECT_TRUE(std::filesystem::exists(ca));
  EXPECT_EQ(sim.end(SIGINT), 0);
  EXPECT_EQ(sim.read_all(seconds(2)), "");
  EXPECT_FALSE(std::filesystem::exists(ca));
}

TEST_F(SimCommandTest, StateAndCredentialsSurviveAKill) {
  const std::string data = (directory_.path() / "sim").string();
  const auto words = command({"--json", "--data", data, "--balance", "USDT=100"});
  std::string key;
  std::string ca;
  {
    ChildProcess sim(words);
    const Json said = ready(sim);
    key = account(said).find("api_key")->text;
    ca = said.find("ca")->text;
    EXPECT_NE(post(port(said), "/sim/deposit", R"({"account":0,"asset":"USDT","amount":"23.5"})")
                  .find("200 OK"),
              std::string::npos);
    ChildProcess second(words, {}, true);
    const std::string in_use = second.read_all(seconds(10));
    EXPECT_EQ(second.end(0), 2) << "the data is in use";
    EXPECT_EQ(in_use.find("gateway"), std::string::npos) << in_use;
    sim::RawClient by_uid(port(said));
    by_uid.get("/sim/export?account=" + std::string(account(said).find("uid")->text));
    EXPECT_NE(by_uid.read_until("trades").find("200 OK"), std::string::npos) << by_uid.seen();
    EXPECT_EQ(sim.end(SIGKILL), 128 + SIGKILL);
  }
  struct stat file {};
  ASSERT_EQ(::stat((data + "/accounts.json").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((data + "/server.key").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  ChildProcess again(command({"--json", "--data", data, "--accounts", "2"}));
  const Json said = ready(again);
  EXPECT_EQ(account(said).find("api_key")->text, key);
  EXPECT_EQ(account(said).find("balances")->find("USDT")->text, "123.5");
  EXPECT_EQ(said.find("accounts")->items.size(), 2U);
  EXPECT_EQ(said.find("ca")->text, ca);
  EXPECT_EQ(again.end(SIGTERM), 0);
}

// A refused start leaves no account behind that a later one would take for its own.
TEST_F(SimCommandTest, BalancesAreForNewAccountsAndWholeBeforeThem) {
  const std::string data = (directory_.path() / "sim").string();
  for (const char* const more : {"BNB=0", "USDT=92233720368"}) {
    ChildProcess refused(
        command({"--json", "--data", data, "--balance", "USDT=92233720368", "--balance", more}), {},
        true);
    EXPECT_NE(refused.read_all(seconds(10)).find("--balance"), std::string::npos);
    EXPECT_EQ(refused.end(0), 2);
    EXPECT_FALSE(std::filesystem::exists(data + "/accounts.json"));
    EXPECT_FALSE(std::filesystem::exists(data + "/account-1.key"));
  }
  for (const bool fresh : {true, false}) {
    ChildProcess sim(
        command({"--no-tls", "--data", data, "--balance", fresh ? "USDT=7" : "USDT=9"}), {}, true);
    const std::string first = sim.read_line(seconds(20)).value_or("");
    EXPECT_EQ(first.find("--balance is for new accounts: those in " + data + " (1) keep") ==
                  std::string::npos,
              fresh)
        << first;
    EXPECT_EQ(sim.end(SIGTERM), 0);
  }
  ChildProcess last(command({"--json", "--data", data}));
  EXPECT_EQ(account(ready(last)).find("balances")->find("USDT")->text, "7");
  EXPECT_EQ(last.end(SIGTERM), 0);
}

TEST_F(SimCommandTest, PlaysARecordingAtFullSpeed) {
  const std::string file = (directory_.path() / "trades.csv").string();
  std::ofstream(file) << "1,60000.00,1.0,1,1,1700000000000,true,true\n"
                         "2,60010.00,2.0,2,2,1700000001000,false,true\n";
  ChildProcess sim(command(
      {"--json", "--no-tls", "--market", file, "--speed", "max", "--faults", "late_reply"}));
  const Json said = ready(sim);
  EXPECT_EQ(said.find("rest_tls"), nullptr);
  std::string seen;
  for (int i = 0; i < 200 && seen.find("60010.00") == std::string::npos; ++i) {
    sim::RawClient client(port(said));
    client.get("/api/v3/ticker/price?symbol=BTCUSDT");
    seen = client.read_until("}");
  }
  EXPECT_NE(seen.find(R"("price":"60010.00000000")"), std::string::npos) << seen;
  sim::RawClient client(port(said));
  client.get("/sim/faults");
  EXPECT_NE(client.read_until("injected").find(R"("fault":"late_reply")"), std::string::npos);
  EXPECT_EQ(sim.end(SIGTERM), 0);
}

TEST_F(SimCommandTest, BadUsageIsNamedAndEndsWithTwo) {
  ChildProcess busy(command({"--json"}));
  const std::string taken = std::to_string(port(ready(busy)));
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{"--market", "synthetic:x"}, "--market"},
      {{"--market", "DOGEUSDT=synthetic:1"}, "--market"},
      {{"--market", "synthetic:1", "--market", "synthetic:2"}, "--market"},
      {{"--market", "/none.gz"}, "/none.gz"},
      {{"--speed", "0"}, "--speed"},
      {{"--faults", "nope"}, "fault: one of timeout_executed, "},
      {{"--balance", "DOGE=1"}, "--balance"},
      {{"--balance", "USDT=-1"}, "--balance"},
      {{"--accounts", "0"}, "--accounts"},
      {{"--port", taken}, "BIND_FAILED"},
      {{"--data", "/proc/nowhere"}, "--data"},
  };
  for (const auto& [arguments, named] : rows) {
    ChildProcess sim(command(arguments), {}, true);
    const std::string output = sim.read_all(seconds(10));
    EXPECT_EQ(sim.end(0), 2) << named;
    EXPECT_NE(output.find(named), std::string::npos) << output;
  }
}

// Every fault by its name, and what may be asked of it while it runs.
TEST_F(SimCommandTest, ItsHelpAndTheReadmeListTheFaults) {
  ChildProcess help(command({"--help"}), {}, true);
  const std::string text = help.read_all(seconds(10));
  std::ifstream file(std::string(CLAWGATE_SOURCE_DIR) + "/README.md");
  const std::string readme(std::istreambuf_iterator<char>(file), {});
  for (const sim::FaultInfo& row : sim::kFaults) {
    const std::string name(row.name);
    EXPECT_NE(text.find("\n  " + name + " "), std::string::npos) << name;
    EXPECT_NE(readme.find("| `" + name + "` | " + std::string(row.what)), std::string::npos)
        << name;
  }
  for (const std::string route : {"/sim/export", "/sim/deposit", "/sim/faults"}) {
    EXPECT_NE(text.find(route), std::string::npos) << route;
    EXPECT_NE(readme.find(route), std::string::npos) << route;
  }
}

}  // namespace
}  // namespace clawgate
