// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "governance/policy/posture.h"
#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

using governance::check_posture;
using governance::KeyUse;

class KeyPermissionsTest : public ::testing::Test {
 protected:
  ProtocolDesk desk_;

  HttpReply ask(std::string_view key = kKey, std::string params = "") {
    params += (params.empty() ? "timestamp=" : "&timestamp=") + std::to_string(desk_.now_ms());
    params += "&signature=" + ProtocolDesk::hmac(params);
    return desk_.raw("GET", "/sapi/v1/account/apiRestrictions?" + params, "",
                     {{"x-mbx-apikey", std::string(key)}});
  }
  HttpReply set(const std::string& members) {
    return desk_.raw("POST", "/sim/keys", "{\"key\":\"" + std::string(kKey) + "\"" + members + "}");
  }
};

TEST_F(KeyPermissionsTest, AKeyMadeWithCarePassesTheGatewaysCheck) {
  const HttpReply reply = ask();
  EXPECT_EQ(reply.status, 200);
  const Doc doc = Doc::parse(reply.body);
  EXPECT_EQ(doc["ipRestrict"], true);
  EXPECT_EQ(doc["enableWithdrawals"], false);
  EXPECT_EQ(doc["enableReading"], true);
  EXPECT_TRUE(doc["createTime"].is_number_integer());
  const auto posture = check_posture(reply.body, KeyUse::Trading);
  EXPECT_TRUE(posture.passes());
  EXPECT_TRUE(posture.warnings.empty());
}

TEST_F(KeyPermissionsTest, EachKeyHasItsOwn) {
  EXPECT_EQ(set(R"(,"enableWithdrawals":true,"ipRestrict":false)").status, 200);
  const auto posture = check_posture(ask().body, KeyUse::Trading);
  ASSERT_EQ(posture.findings.size(), 2U);
  EXPECT_EQ(posture.findings[0].reason, Reason::CredentialWithdraw);
  EXPECT_EQ(posture.findings[1].reason, Reason::CredentialIp);
  EXPECT_TRUE(check_posture(ask(kReadOnlyKey).body, KeyUse::ReadOnly).passes());
  EXPECT_FALSE(check_posture(ask(kReadOnlyKey).body, KeyUse::Trading).passes());
}

TEST_F(KeyPermissionsTest, APermissionTakenAwayIsGoneAtOnce) {
  EXPECT_EQ(set(R"(,"enableSpotAndMarginTrading":false)").status, 200);
  EXPECT_EQ(Doc::parse(desk_.limit("BUY", "0.001", "49000").body)["code"], -2015);
  EXPECT_EQ(set(R"(,"enableReading":false)").status, 200);
  EXPECT_EQ(Doc::parse(ask().body)["code"], -2015);
}

TEST_F(KeyPermissionsTest, OnlyTheSignedOwnerIsTold) {
  EXPECT_EQ(desk_.raw("GET", "/sapi/v1/account/apiRestrictions").status, 401);
  const HttpReply forged =
      desk_.raw("GET",
                "/sapi/v1/account/apiRestrictions?timestamp=" + std::to_string(desk_.now_ms()) +
                    "&signature=00",
                "", {{"x-mbx-apikey", std::string(kKey)}});
  EXPECT_EQ(Doc::parse(forged.body)["code"], -1022);
  EXPECT_EQ(desk_.raw("GET", "/api/v3/sapi/v1/account/apiRestrictions").status, 404);
  EXPECT_EQ(desk_.raw("POST", "/sapi/v1/account/apiRestrictions").status, 405);
  EXPECT_EQ(desk_.raw("GET", "/sapi/v1/capital/withdraw/apply").status, 404);
}

TEST_F(KeyPermissionsTest, BadSettingsChangeNothing) {
  EXPECT_EQ(set(R"(,"enableWithdrawals":true,"enableTeleport":true)").status, 400);
  EXPECT_EQ(set(R"(,"enableWithdrawals":true,"ipRestrict":"no")").status, 400);
  EXPECT_EQ(desk_.raw("POST", "/sim/keys", R"({"key":"nobody"})").status, 400);
  EXPECT_TRUE(check_posture(ask().body, KeyUse::Trading).passes());
}

}  // namespace
}  // namespace clawgate::sim
