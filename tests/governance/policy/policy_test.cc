// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "governance/policy/actions.h"
#include "governance/policy/domains.h"
#include "governance/policy/posture.h"

namespace clawgate::governance {
namespace {

Reason reason_of_url(std::string_view url, Caller caller = Caller::ExecutionGateway) {
  const auto group = check_domain({url, caller, false});
  return group ? Reason::None : group.error().reason;
}

TEST(DomainsTest, TheVenuesOwnHostsAreAllowedToTheGatewayAlone) {
  for (const std::string_view url :
       {"https://api.binance.com", "https://API.Binance.com/api/v3/order",
        "wss://stream.binance.com:9443/ws", "https://testnet.binance.vision/api",
        "https://api.binance.com:443/"}) {
    EXPECT_EQ(check_domain({url, Caller::ExecutionGateway, false}).value(),
              "trading_phase1_binance")
        << url;
  }
  for (const Caller caller : {Caller::ControlPlane, Caller::ModelGateway, Caller::Docs}) {
    EXPECT_EQ(reason_of_url("https://api.binance.com", caller), Reason::HostNotListed);
  }
  EXPECT_EQ(reason_of_url("https://api.binance.com", Caller::MarketData), Reason::HostNotListed);
  EXPECT_EQ(reason_of_url("wss://stream.binance.com:9443", Caller::MarketData), Reason::None);
}

TEST(DomainsTest, EverythingElseIsDenied) {
  for (const std::string_view url :
       {"https://example.com", "https://binance.com", "https://api.binance.com.evil.example",
        "https://evilapi.binance.com", "https://evil.api.binance.com", "https://api-binance.com",
        "https://apibinance.com", "https://api.binance.co", "https://api.telegram.org"}) {
    EXPECT_EQ(reason_of_url(url), Reason::HostNotListed) << url;
  }
}

TEST(DomainsTest, TricksAreNoHostNames) {
  for (const std::string_view url : {"https://api.binance.com@evil.example",
                                     "https://api.binance.com:pass@evil.example/",
                                     "https://evil.example@api.binance.com",
                                     "https://api.binance.com.",
                                     "https://api..binance.com",
                                     "https://.api.binance.com",
                                     "https://api.binance.com%2eevil.example",
                                     "https://api.binance.com%00.evil.example",
                                     "https://xn--api-binance-x0a.com",
                                     "https://api.xn--binance-x0a.com",
                                     "https://api.b\xc4\xb1nance.com",
                                     "https://api.binance.com:8443",
                                     "https://api.binance.com:443:443",
                                     "https://127.0.0.1",
                                     "https://[::1]",
                                     "https://[::ffff:127.0.0.1]/",
                                     "https://2130706433",
                                     "https://0x7f.1",
                                     "https://0177.0.0.1",
                                     "https://127.1",
                                     "https://localhost",
                                     "http://api.binance.com",
                                     "ws://stream.binance.com",
                                     "ftp://api.binance.com",
                                     "//api.binance.com",
                                     "api.binance.com",
                                     "https:/api.binance.com",
                                     "https://",
                                     "https:///api.binance.com",
                                     "",
                                     " https://api.binance.com",
                                     "https://api.binance.com .evil.example",
                                     "https://api.binance.com\t",
                                     "https://api_binance.com",
                                     "https://-api.binance.com",
                                     "https://api-.binance.com",
                                     "javascript:https://api.binance.com"}) {
    EXPECT_EQ(reason_of_url(url), Reason::HostForm) << url;
  }
  EXPECT_EQ(reason_of_url("https://evil.example\\@api.binance.com"), Reason::HostNotListed);
  EXPECT_EQ(reason_of_url("https://evil.example#@api.binance.com"), Reason::HostNotListed);
  EXPECT_EQ(reason_of_url("https://evil.example?@api.binance.com"), Reason::HostNotListed);
  EXPECT_EQ(reason_of_url("https://evil.example/@api.binance.com"), Reason::HostNotListed);
}

TEST(DomainsTest, AWildcardTakesWholeLabelsBelowItsSuffixOnly) {
  EXPECT_EQ(reason_of_url("https://happy-otter-1.convex.cloud", Caller::ControlPlane),
            Reason::None);
  EXPECT_EQ(reason_of_url("https://a.b.convex.cloud", Caller::ControlPlane), Reason::None);
  for (const std::string_view url :
       {"https://convex.cloud", "https://evilconvex.cloud", "https://a.convex.cloud.evil.example",
        "https://a.convex.clouds"}) {
    EXPECT_EQ(reason_of_url(url, Caller::ControlPlane), Reason::HostNotListed) << url;
  }
}

TEST(DomainsTest, BreakglassNeedsADecisionAndBrokersAreNone) {
  EXPECT_EQ(reason_of_url("https://api.openai.com", Caller::ModelGateway), Reason::HostNotListed);
  EXPECT_TRUE(check_domain({"https://api.openai.com", Caller::ModelGateway, true}));
  EXPECT_EQ(reason_of_url("wss://ws-api.binance.com:9443"), Reason::None);
  EXPECT_EQ(reason_of_url("wss://ws-api.binance.com", Caller::MarketData), Reason::HostNotListed);
  for (const DomainGroup& group : domain_groups()) {
    if (group.name == "trading_phase2_brokers") {
      EXPECT_TRUE(group.hosts.empty());
    }
  }
}

TEST(DomainsTest, ARedirectStaysOnItsHost) {
  const DomainAsk from{"https://api.binance.com/api/v3/time", Caller::ExecutionGateway, false};
  EXPECT_TRUE(check_redirect(from, "https://api.binance.com/api/v3/time2"));
  for (const std::string_view to : {"https://testnet.binance.vision/", "https://evil.example/"}) {
    EXPECT_EQ(check_redirect(from, to).error().reason, Reason::HostNotListed) << to;
  }
  EXPECT_EQ(check_redirect(from, "http://api.binance.com/").error().reason, Reason::HostForm);
}

TEST(DomainsTest, AnErrorNamesTheHostAndNothingBehindIt) {
  const auto group = check_domain(
      {"https://evil.example/?signature=abc&key=secret", Caller::ExecutionGateway, false});
  EXPECT_EQ(group.error().seen, "evil.example");
}

TEST(DomainsTest, TheTransportsListIsTheCallersExactHosts) {
  const auto gateway = hosts_of(Caller::ExecutionGateway);
  EXPECT_EQ(gateway.size(), 9U);
  EXPECT_EQ(hosts_of(Caller::MarketData).size(), 2U);
  for (const std::string& host : hosts_of(Caller::ControlPlane)) {
    EXPECT_EQ(host.find('*'), std::string::npos);
  }
}

TEST(ActionsTest, OrdersGoThroughTheGatewayOnlyAndNobodyWithdraws) {
  for (const std::string_view action : {"trading_place_order", "trading_cancel_order",
                                        "trading_replace_order", "trading_reconcile_orders"}) {
    EXPECT_FALSE(check_action({.action = action, .is_execution_gateway = true}));
    const auto error = check_action(
        {.action = action, .has_decision = true, .has_human = true, .has_challenge = true});
    ASSERT_TRUE(error) << action;
    EXPECT_EQ(error->reason, Reason::ActionNotAllowed);
  }
  for (const std::string_view action : {"trading_withdraw_funds", "deploy_production"}) {
    const ActionAsk all{action, true, true, true, true};
    EXPECT_EQ(check_action(all)->reason, Reason::ActionBlocked);
  }
}

TEST(ActionsTest, EachRuleAsksForItsOwn) {
  EXPECT_TRUE(check_action({.action = "trading_live_enable", .has_decision = true}));
  EXPECT_TRUE(check_action({.action = "trading_live_enable", .has_human = true}));
  EXPECT_FALSE(
      check_action({.action = "trading_live_enable", .has_decision = true, .has_human = true}));
  EXPECT_TRUE(check_action({.action = "kill_switch", .has_decision = true}));
  EXPECT_FALSE(check_action({.action = "kill_switch", .has_challenge = true}));
  EXPECT_TRUE(check_action({.action = "trading_api_key_rotate", .is_execution_gateway = true}));
  EXPECT_FALSE(check_action({.action = "trading_api_key_rotate", .has_decision = true}));
}

TEST(ActionsTest, AKillThatOnlyStopsTakesAnOperatorAndNothingElse) {
  EXPECT_FALSE(check_action({.action = kStopEntries, .is_operator = true}));
  EXPECT_EQ(check_action({kStopEntries, true, true, true, true})->reason, Reason::ActionNotAllowed);
}

TEST(ActionsTest, AnotherTableDecidesOtherwise) {
  const ActionRow rows[] = {{kWithdraw, ActionRule::ExecutionGatewayOnly},
                            {kPlaceOrder, ActionRule::Blocked}};
  EXPECT_TRUE(gateway_may(kPlaceOrder, action_rows()));
  EXPECT_FALSE(gateway_may(kPlaceOrder, rows));
  EXPECT_FALSE(gateway_may(kCancelOrder, rows)) << "in no row";
  EXPECT_TRUE(gateway_may(kWithdraw, rows));
  EXPECT_FALSE(gateway_may(kWithdraw, action_rows()));
}

TEST(ActionsTest, WhatIsInNoRowIsDenied) {
  for (const std::string_view action : {"", "trading_place_orders", "TRADING_PLACE_ORDER", "*"}) {
    EXPECT_EQ(check_action({action, true, true, true, true})->reason, Reason::ActionUnknown);
  }
  std::set<std::string_view> names;
  for (const ActionRow& row : action_rows()) EXPECT_TRUE(names.insert(row.action).second);
}

std::string reply_with(const std::string& name = "", const std::string& value = "") {
  std::string text = "{";
  for (const auto& [key, word] : std::initializer_list<std::pair<std::string, std::string>>{
           {"ipRestrict", "true"},
           {"createTime", "1698645219000"},
           {"enableReading", "true"},
           {"enableSpotAndMarginTrading", "true"},
           {"enableWithdrawals", "false"},
           {"enableInternalTransfer", "false"},
           {"permitsUniversalTransfer", "false"},
           {"enableMargin", "false"},
           {"enableFutures", "false"},
           {"enableVanillaOptions", "false"},
           {"enablePortfolioMarginTrading", "false"},
           {"enableFixApiTrade", "false"},
           {"enableFixReadOnly", "false"}}) {
    const std::string& now = key == name ? value : word;
    if (now != "absent") text += (text.size() == 1 ? "\"" : ",\"") + key + "\":" + now;
  }
  return text + "}";
}

TEST(PostureTest, ReadingAndSpotTradingFromKnownAddressesPasses) {
  const Posture posture = check_posture(reply_with(), KeyUse::Trading);
  EXPECT_TRUE(posture.passes()) << to_text(posture.findings.front());
  EXPECT_TRUE(posture.warnings.empty());
}

TEST(PostureTest, EachFlagIsChecked) {
  struct Row {
    std::string name;
    std::string value;
    Reason reason;
  };
  const Row rows[] = {
      {"enableWithdrawals", "true", Reason::CredentialWithdraw},
      {"enableInternalTransfer", "true", Reason::CredentialWithdraw},
      {"permitsUniversalTransfer", "true", Reason::CredentialWithdraw},
      {"ipRestrict", "false", Reason::CredentialIp},
      {"enableReading", "false", Reason::CredentialPermission},
      {"enableSpotAndMarginTrading", "false", Reason::CredentialPermission},
      {"enableMargin", "true", Reason::CredentialPermission},
      {"enableFutures", "true", Reason::CredentialPermission},
      {"enableVanillaOptions", "true", Reason::CredentialPermission},
      {"enablePortfolioMarginTrading", "true", Reason::CredentialPermission},
      {"enableWithdrawals", "absent", Reason::CredentialWithdraw},
      {"ipRestrict", "absent", Reason::CredentialIp},
      {"enableReading", "absent", Reason::CredentialPermission},
      {"enableWithdrawals", "\"false\"", Reason::FieldType},
      {"ipRestrict", "1", Reason::FieldType},
  };
  for (const Row& row : rows) {
    const Posture posture = check_posture(reply_with(row.name, row.value), KeyUse::Trading);
    ASSERT_EQ(posture.findings.size(), 1U) << row.name << row.value;
    EXPECT_EQ(posture.findings[0].reason, row.reason);
    EXPECT_EQ(posture.findings[0].field, "/" + row.name);
  }
}

TEST(PostureTest, OnlyTheTableOfActionsCouldLetAKeyWithdraw) {
  const std::string withdraws = reply_with("enableWithdrawals", "true");
  EXPECT_FALSE(check_posture(withdraws, KeyUse::Trading).passes());
  const ActionRow rows[] = {{kWithdraw, ActionRule::ExecutionGatewayOnly}};
  EXPECT_TRUE(check_posture(withdraws, KeyUse::Trading, rows).passes());
  EXPECT_FALSE(check_posture(withdraws, KeyUse::Trading, {}).passes()) << "in no row";
}

TEST(PostureTest, AUseWantsItsOwnPermissions) {
  EXPECT_FALSE(check_posture(reply_with(), KeyUse::TradingFix).passes());
  EXPECT_TRUE(check_posture(reply_with("enableFixApiTrade", "true"), KeyUse::TradingFix).passes());
  EXPECT_FALSE(check_posture(reply_with(), KeyUse::ReadOnly).passes());
  EXPECT_TRUE(
      check_posture(reply_with("enableSpotAndMarginTrading", "false"), KeyUse::ReadOnly).passes());
}

TEST(PostureTest, AnUnknownPermissionThatIsOnWarns) {
  std::string reply = reply_with();
  reply.insert(1, "\"enableTeleport\":true,\"permitsNothing\":false,");
  const Posture posture = check_posture(reply, KeyUse::Trading);
  EXPECT_TRUE(posture.passes());
  EXPECT_EQ(posture.warnings, std::vector<std::string>{"unknown permission enableTeleport"});
}

TEST(PostureTest, WhatCannotBeReadDoesNotPass) {
  for (const std::string_view reply :
       {"", "[]", "{", "null", R"({"code":-2015,"msg":"Invalid"})"}) {
    EXPECT_FALSE(check_posture(reply, KeyUse::Trading).passes()) << reply;
  }
  EXPECT_EQ(check_posture(R"({"ipRestrict":true,"ipRestrict":false})", KeyUse::Trading)
                .findings[0]
                .reason,
            Reason::JsonDuplicateKey);
}

}  // namespace
}  // namespace clawgate::governance
