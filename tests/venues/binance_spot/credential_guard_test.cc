// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/venues/scripted_transport.h"
#include "venues/binance_spot/caller.h"

// Credentials know what they were made for: those of a simulator sign for this machine alone, live
// ones for every other host. No stage and no list of hosts is asked here (I10).

namespace clawgate::venues::binance_spot {
namespace {

constexpr UnixNanos kNow{1'700'000'000'000'000'000};

Credentials made_for(CredentialType type) {
  Credentials made = credentials("theKey", Signer::hmac("secret").value()).value();
  made.type = type;
  return made;
}

/// Whether a signed request leaves for that REST host, with sessions at that other one.
bool signs(CredentialType type, const std::string& rest, const std::string& sessions,
           const Call& call) {
  testing::ScriptedTransport transport(kNow);
  const Credentials credentials = made_for(type);
  Caller::Options options;
  options.rest = {.tls = true, .host = rest, .port = 443, .path = "/api"};
  options.signed_host = sessions;
  options.random_bits = [] { return 0U; };
  Caller caller(transport, credentials, options);
  caller.clock().add(kNow, kNow, kNow);
  caller.limits().set_limits({});
  std::string why;
  caller.ask(call, [&](const Answer& answer) { why = answer.why; });
  transport.pass(60 * kNanosPerSecond);  // past every repetition
  const bool left = !transport.asked.empty();
  EXPECT_EQ(why.find("credentials of this type") != std::string::npos, !left) << why;
  return left;
}

TEST(CredentialGuardTest, PracticeSignsForThisMachineAlone) {
  constexpr auto kType = CredentialType::Practice;
  for (const char* const host : {"127.0.0.1", "localhost", "::1"}) {
    EXPECT_TRUE(signs(kType, host, host, account())) << host;
  }
  for (const char* const host :
       {"api.binance.com", "testnet.binance.vision", "127.0.0.2", "localhost.binance.com", ""}) {
    EXPECT_FALSE(signs(kType, host, "127.0.0.1", account())) << host;
  }
  EXPECT_FALSE(signs(kType, "127.0.0.1", "ws-api.binance.com", account()));
}

TEST(CredentialGuardTest, LiveSignsNothingForThisMachine) {
  constexpr auto kType = CredentialType::Live;
  EXPECT_TRUE(signs(kType, "api.binance.com", "ws-api.binance.com", account()));
  EXPECT_FALSE(signs(kType, "127.0.0.1", "ws-api.binance.com", account()));
  EXPECT_FALSE(signs(kType, "api.binance.com", "localhost", account()));
}

TEST(CredentialGuardTest, WhatIsNotSignedMayCome) {
  EXPECT_TRUE(signs(CredentialType::Practice, "api.binance.com", "", server_time()));
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
