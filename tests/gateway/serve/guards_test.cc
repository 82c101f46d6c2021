// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "gateway/serve/binance_venue.h"

// Three guards keep what is signed in S0 on this machine, and each is tried alone (I10).

namespace clawgate::gateway {
namespace {

using venues::binance_spot::Credentials;
using venues::binance_spot::CredentialType;

constexpr std::array kLocal = {"127.0.0.1", "localhost", "::1"};
constexpr std::array kLive = {"api.binance.com",    "ws-api.binance.com",
                              "stream.binance.com", "testnet.binance.vision",
                              "127.0.0.2",          "localhost.binance.com"};

Credentials made_for(CredentialType type) {
  auto made = venues::binance_spot::credentials_from("theKey", "secret").value();
  made.type = type;
  return made;
}

TEST(GuardsTest, TheStageAlone) {
  for (const char* const host : kLocal) {
    EXPECT_FALSE(BinanceVenue::refuse_by_stage(Stage::S0, host, "venue.rest_url")) << host;
  }
  for (const char* const host : kLive) {
    const auto refused = BinanceVenue::refuse_by_stage(Stage::S0, host, "venue.rest_url");
    ASSERT_TRUE(refused.has_value()) << host;
    EXPECT_EQ(refused->reason, Reason::VenueHostNotAllowed);
    EXPECT_EQ(refused->field, "venue.rest_url");
    EXPECT_FALSE(BinanceVenue::refuse_by_stage(Stage::S1, host, "venue.rest_url")) << host;
  }
}

// Whatever the configuration names, and with a stage that let it pass: the transport of S0 refuses
// the host before its name is looked up.
TEST(GuardsTest, TheListOfHostsAlone) {
  const std::string configured[] = {"api.binance.com", "ws-api.binance.com"};
  const auto paper = BinanceVenue::hosts_for(Stage::S0, configured);
  for (const char* const host : kLocal) EXPECT_TRUE(paper.allows(host)) << host;
  for (const char* const host : kLive) EXPECT_FALSE(paper.allows(host)) << host;
  const auto live = BinanceVenue::hosts_for(Stage::S1, configured);
  EXPECT_TRUE(live.allows("api.binance.com"));
  EXPECT_FALSE(live.allows("stream.binance.com")) << "not configured";

  venues::net::AsioOptions options;
  options.allowed = paper;
  const auto transport = venues::net::AsioTransport::open(options).value();
  const auto client = transport->http({.tls = true, .host = "api.binance.com", .port = 443});
  std::string why;
  client->send({.method = "GET", .target = "/api/v3/time"},
               [&](const venues::net::HttpAnswer& answer) {
                 EXPECT_EQ(answer.fate, venues::net::Fate::NotSent);
                 why = answer.why;
               });
  for (int i = 0; i < 100 && why.empty(); ++i) transport->poll();
  EXPECT_NE(why.find("api.binance.com"), std::string::npos) << why;
}

TEST(GuardsTest, TheTypeOfTheCredentialsAlone) {
  const Credentials practice = made_for(CredentialType::Practice);
  const Credentials live = made_for(CredentialType::Live);
  for (const Stage stage : {Stage::S0, Stage::S1, Stage::S2}) {
    for (const char* const host : kLocal) {
      EXPECT_FALSE(BinanceVenue::refuse_by_type(stage, practice, host)) << host;
      EXPECT_TRUE(BinanceVenue::refuse_by_type(stage, live, host)) << host;
    }
    for (const char* const host : kLive) {
      const auto refused = BinanceVenue::refuse_by_type(stage, practice, host);
      ASSERT_TRUE(refused.has_value()) << host;
      EXPECT_EQ(refused->reason, Reason::VenueCredentialType);
      EXPECT_EQ(BinanceVenue::refuse_by_type(stage, live, host).has_value(), stage == Stage::S0)
          << host;
    }
  }
}

}  // namespace
}  // namespace clawgate::gateway
