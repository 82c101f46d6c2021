// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

#include "schemas/strict_json.h"
#include "tests/support/child_process.h"

// Public Binance clients, unmodified, against the real `clawgate sim`.

namespace clawgate {
namespace {

using std::chrono::seconds;
using ::testing::Combine;
using ::testing::Values;

const std::string kNode = CLAWGATE_SOURCE_DIR "/tests/conformance/node";

class ClientsTest
    : public ::testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {
 protected:
  void SetUp() override {
    const bool installed = std::filesystem::exists(kNode + "/node_modules/ccxt") &&
                           std::filesystem::exists(kNode + "/node_modules/binance-api-node");
    if (!installed) GTEST_SKIP() << "the npm packages are not installed: run scripts/setup";
  }
};

TEST_P(ClientsTest, MakesTheWholeJourney) {
  const auto& [script, key, transport] = GetParam();
  testing::ChildProcess sim({CLAWGATE_BINARY, "sim", "--json"});
  const auto ready = sim.read_line(seconds(20));
  ASSERT_TRUE(ready);
  const auto said = read_json(*ready);
  ASSERT_TRUE(said);
  testing::ChildProcess client({"node", kNode + "/clients/" + script + ".mjs"},
                               {{"SIM", *ready},
                                {"KEY", key},
                                {"TRANSPORT", transport},
                                {"NODE_EXTRA_CA_CERTS", said->find("ca")->text}},
                               true);
  const std::string output = client.read_all(seconds(90));
  EXPECT_EQ(client.end(0), 0) << output;
  EXPECT_EQ(sim.end(SIGTERM), 0);
}

INSTANTIATE_TEST_SUITE_P(All, ClientsTest,
                         Combine(Values("ccxt", "binance_api_node"), Values("hmac", "ed25519"),
                                 Values("plain", "tls")),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param)) + "_" +
                                  std::get<1>(row.param) + "_" + std::get<2>(row.param);
                         });

}  // namespace
}  // namespace clawgate
