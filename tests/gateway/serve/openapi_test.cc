// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "tests/conformance/schema_validator.h"
#include "tests/gateway/serve/api_fixture.h"

// openapi.json and the route table say the same, and every answer is what it says.

namespace clawgate::gateway {
namespace {

using nlohmann::json;

class OpenApiTest : public ApiTest {
 protected:
  [[nodiscard]] bool fits(const std::string& method, const std::string& path,
                          const HttpResponse& response) {
    const json& responses = document["paths"][path][method]["responses"];
    const std::string status = std::to_string(response.status);
    if (!responses.contains(status)) return false;
    const json schema = responses[status]["content"]["application/json"]["schema"];
    json whole = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                  {"allOf", json::array({schema})},
                  {"components", document["components"]}};
    const auto file = directory.path() / "schema.json";
    std::ofstream(file) << whole;
    return conformance::SchemaValidator(file).validate(response.body) ==
           conformance::Verdict::Accepts;
  }

  json document = json::parse(Api::openapi());
};

TEST_F(OpenApiTest, EveryRouteIsInItAndEveryPathIsARoute) {
  std::set<std::string> served;
  for (const Api::Route& route : Api::routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const std::string name = method + " " + std::string(route.path);
    served.insert(name);
    ASSERT_TRUE(document["paths"].contains(std::string(route.path))) << name;
    const json& operation = document["paths"][std::string(route.path)][method];
    ASSERT_TRUE(operation.is_object()) << name;
    std::uint8_t roles = 0;
    for (const auto& role : operation["x-roles"]) {
      roles = static_cast<std::uint8_t>(roles | bit_of(*role_from(role.get<std::string>())));
    }
    EXPECT_EQ(roles, route.roles) << name;
  }
  std::set<std::string> described;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) described.insert(method + " " + path);
  }
  EXPECT_EQ(served, described);
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  const std::string text(Api::openapi());
  constexpr std::string_view kRef = "#/components/schemas/";
  for (std::size_t at = text.find(kRef); at != std::string::npos; at = text.find(kRef, at + 1)) {
    const std::size_t begin = at + kRef.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
}

TEST_F(OpenApiTest, EveryAnswerFitsItsSchema) {
  an_open_trade();
  const auto& early = call("GET", "/readyz", "reader");
  EXPECT_EQ(early.status, 503);
  EXPECT_NE(early.body.find("no_market_data"), std::string::npos) << early.body;
  MarketTop top;
  top.instrument = kBtc;
  lanes.market(top);
  apply(ConditionReported{Block::DiskLow, true, Text<64>("test")});
  apply(ConditionReported{Block::DiskLow, false, Text<64>("test")});
  settle();
  const auto& first = call("GET", "/v1/status", "reader");
  EXPECT_TRUE(json::parse(first.body)["reconciliation"].is_null());
  EXPECT_TRUE(fits("get", "/v1/status", first)) << first.body;
  apply(ConditionReported{Block::Reconciling, true, Text<64>("start")});
  apply(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree")});
  settle();
  for (const Api::Route& route : Api::routes()) {
    const std::string path(route.path);
    if (route.method != "GET" || path == "/v1/stream" || path == "/metrics") continue;
    const auto& got = call("GET", path, "reader");
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(fits("get", path, got)) << path << " " << got.body;
  }
  const auto positions = json::parse(call("GET", "/v1/positions", "reader").body);
  EXPECT_EQ(positions["positions"].size(), 1U) << "the schema was tried on something";
}

TEST_F(OpenApiTest, ALedgerThatCannotBeReadIsAnAnswerOfEachRouteThatReadsIt) {
  const auto ledger = directory.path() / "data" / "governance" / "ledger.jsonl";
  std::filesystem::create_directories(ledger.parent_path());
  std::ofstream(ledger) << "no record\n";
  for (const std::string path : {"/v1/incidents", "/v1/decisions", "/v1/stage"}) {
    const auto& got = call("GET", path, "reader");
    EXPECT_EQ(got.status, 409) << got.body;
    EXPECT_TRUE(fits("get", path, got)) << path << got.body;
  }
  // Any connection may be one too many.
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      EXPECT_TRUE(operation["responses"].contains("503")) << method << path;
    }
  }
}

TEST_F(OpenApiTest, HoldsCommandsAndRefusalsFitTheirs) {
  EXPECT_TRUE(fits("post", "/v1/signals", call("POST", "/v1/signals", "engine", signal_json("a"))));
  const auto& holds = call("GET", "/v1/holds", "reader");
  EXPECT_EQ(json::parse(holds.body)["holds"].size(), 1U);
  EXPECT_TRUE(fits("get", "/v1/holds", holds)) << holds.body;
  EXPECT_TRUE(fits("post", "/v1/signals", call("POST", "/v1/signals", "engine", signal_json("a"))));
  EXPECT_TRUE(fits("post", "/v1/signals", call("POST", "/v1/signals", "engine", "{")));
  EXPECT_TRUE(fits("post", "/v1/signals", call("POST", "/v1/signals", "reader", "{}")));
  const auto& kill = call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})");
  EXPECT_TRUE(fits("post", "/v1/hitl/commands", kill)) << kill.body;
  EXPECT_TRUE(fits("post", "/v1/hitl/commands", call("POST", "/v1/hitl/commands", "operator", "")));
  const auto& incidents = call("GET", "/v1/incidents", "reader");
  EXPECT_EQ(json::parse(incidents.body)["incidents"].size(), 1U);
  EXPECT_TRUE(fits("get", "/v1/incidents", incidents)) << incidents.body;
  const auto ask_for = [&](const std::string& path, const std::string& body) {
    const auto& got = call("POST", path, "operator", body);
    EXPECT_TRUE(fits("post", path, got)) << path << got.body;
    return got.status;
  };
  const std::string request =
      R"({"schema_version":"1.0","purpose":"general","decision_key":"a:b:c","title":"t",)"
      R"("proposal":"p","risk_class":"alto","risk_tier":"R3","data_sensitivity":"internal",)"
      R"("side_effect_class":"none","requested_by":"operator","rollback_plan":"none",)"
      R"("evidence_refs":[]})";
  EXPECT_EQ(ask_for("/v1/decisions", "{\"request\":" + request + "}"), 200) << answer->body;
  const json id = json::parse(answer->body)["decision"]["decision"]["decision_id"];
  const json reject = {{"action", "reject"}, {"command_id", "r"}, {"decision_id", id}};
  EXPECT_EQ(ask_for("/v1/decisions/answer", reject.dump()), 200);
  EXPECT_TRUE(fits("get", "/v1/decisions", call("GET", "/v1/decisions", "reader")));
  for (const std::string path :
       {"/v1/decisions", "/v1/decisions/answer", "/v1/stage/promote", "/v1/stage/unblock",
        "/v1/stage/checklist", "/v1/limits", "/v1/incidents/change"}) {
    EXPECT_NE(ask_for(path, "{}"), 200) << path;
  }
  EXPECT_EQ(ask_for("/v1/stage/promote", R"({"target":"S1","decision_id":"DEC-1"})"), 409);
  EXPECT_EQ(ask_for("/v1/stage/unblock", R"({"decision_id":"DEC-1"})"), 409);
  EXPECT_TRUE(fits("get", "/v1/holds", call("GET", "/v1/holds?hold=1", "reader")));
  HttpResponse wrong = incidents;
  wrong.body = R"({"incidents":[{}]})";
  EXPECT_FALSE(fits("get", "/v1/incidents", wrong)) << "the schemas can refuse";
}

}  // namespace
}  // namespace clawgate::gateway
