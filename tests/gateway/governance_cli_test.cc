// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "governance/gates/checklist.h"
#include "governance/ledger/office.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::governance {
namespace {

/// `clawgate stage` and `clawgate decisions` on a data directory of their own.
class GovernanceCliTest : public ::testing::Test {
 protected:
  clawgate::testing::TemporaryDirectory folder_;
  int code_ = -1;

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  std::string run(std::vector<std::string> words) {
    words.insert(words.begin(), CLAWGATE_PROGRAM);
    for (const std::string& more :
         {std::string("--data"), path("data"), std::string("--root"), folder_.path().string()}) {
      words.push_back(more);
    }
    clawgate::testing::ChildProcess child(words, {}, true);
    std::string text = child.read_all(std::chrono::seconds(60));
    code_ = child.end(0);
    return text;
  }
  std::string ledger() const {
    std::ifstream file(path("data/governance/ledger.jsonl"));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  static contracts::DecisionRequest a_request(contracts::SideEffectClass effect) {
    contracts::DecisionRequest request;
    request.purpose = effect == contracts::SideEffectClass::Financial ? DecisionPurpose::S1Entry
                                                                      : DecisionPurpose::General;
    request.decision_key = "stage:S1:1";
    request.title = "From paper to live";
    request.proposal = "At L0.";
    request.side_effect_class = effect;
    request.requested_by = "operator";
    request.rollback_plan = "Back to S0.";
    request.evidence_refs = {"summary.json"};
    return request;
  }
  bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

// The example that the help shows is one, and a key of another form is told which it wants.
TEST_F(GovernanceCliTest, TheHelpOfOpenShowsARequestThatIsTaken) {
  const std::string help = run({"decisions", "open", "--help"});
  const std::size_t begin = help.find('{');
  const std::size_t end = help.find('}');
  ASSERT_TRUE(begin < end && end != std::string::npos) << help;
  const std::string example = help.substr(begin, end + 1 - begin);
  std::string wrong = example;
  const std::string key = "gateway:unblock-kill:2026-01-05";
  ASSERT_NE(wrong.find(key), std::string::npos) << wrong;
  wrong.replace(wrong.find(key), key.size(), "lift the kill");
  const std::string refused = run({"decisions", "open", write("wrong.json", wrong)});
  EXPECT_NE(code_, 0);
  EXPECT_TRUE(contains(refused, "scope:topic:window")) << refused;
  const std::string taken =
      run({"decisions", "open", write("lift.json", example), "--cause", "KILL"});
  EXPECT_EQ(code_, 0) << taken;
  EXPECT_TRUE(contains(taken, "DEC-")) << taken;
  const std::string id = taken.substr(taken.find("DEC-"), 16);
  EXPECT_TRUE(contains(taken, id + " is PENDING until ")) << taken;
  EXPECT_TRUE(contains(taken, "clawgate decisions approve " + id)) << taken;
  EXPECT_TRUE(contains(taken, "clawgate unblock KILL --decision " + id)) << taken;
  EXPECT_TRUE(contains(run({"decisions", "list"}), id + "  PENDING until ")) << "its deadline";
}

TEST_F(GovernanceCliTest, ALadderThatIsNotFoundedHasNoWindow) {
  EXPECT_TRUE(contains(run({"stage", "status", "--json"}), "\"window_start\":null"))
      << "the ladder is not founded yet";
}

TEST_F(GovernanceCliTest, ADecisionWithoutSideEffectIsAnsweredHere) {
  const auto file = write("request.json", encode(a_request(contracts::SideEffectClass::None)));
  const std::string opened = run({"decisions", "open", file});
  EXPECT_EQ(code_, 0) << opened;
  ASSERT_TRUE(contains(opened, "DEC-"));
  const std::string id = opened.substr(opened.find("DEC-"), 16);
  EXPECT_TRUE(contains(run({"decisions", "list"}), id + "  PENDING"));
  const std::string approved = run({"decisions", "approve", id, "--command-id", "c1"});
  EXPECT_EQ(code_, 0) << approved;
  EXPECT_TRUE(contains(approved, "APPROVED"));
  EXPECT_TRUE(contains(run({"decisions", "approve", id, "--command-id", "c1"}), "it was before"));
  EXPECT_TRUE(contains(run({"decisions", "reject", id}), "DECISION_NOT_PENDING"));
  EXPECT_EQ(code_, 1);
  EXPECT_TRUE(contains(run({"decisions", "show", id}), "answered  by operator"));
}

// A data directory is made by who opens something in it, never by who answers in the wrong place.
TEST_F(GovernanceCliTest, AnAnswerMakesNoDataDirectory) {
  const std::vector<std::string> wrong[] = {{"decisions", "approve", "DEC-20260105-AAA"},
                                            {"decisions", "reject", "DEC-20260105-AAA"},
                                            {"decisions", "kill", "DEC-20260105-AAA"},
                                            {"decisions", "show", "DEC-20260105-AAA"},
                                            {"decisions", "list"}};
  for (const auto& words : wrong) {
    const std::string refused = run(words);
    EXPECT_EQ(code_, 2) << words[1] << refused;
    EXPECT_TRUE(contains(refused, path("data"))) << refused;
    EXPECT_FALSE(std::filesystem::exists(path("data"))) << words[1];
  }
  EXPECT_TRUE(contains(run({"decisions", "approve", "--help"}), "--data TEXT=data"));
}

TEST_F(GovernanceCliTest, AFinancialOneCanOnlyBeRejectedHere) {
  const auto file = write("request.json", encode(a_request(contracts::SideEffectClass::Financial)));
  const std::string opened = run({"decisions", "open", file});
  const std::string id = opened.substr(opened.find("DEC-"), 16);
  const std::string refused = run({"decisions", "approve", id});
  EXPECT_EQ(code_, 1);
  for (const std::string code : {"CHANNEL_NOT_ALLOWED", "EVIDENCE_MISSING", "CHALLENGE_REQUIRED"}) {
    EXPECT_TRUE(contains(refused, code)) << refused;
  }
  EXPECT_TRUE(contains(run({"decisions", "reject", id}), "REJECTED"));
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(contains(run({"decisions", "reject", id, "--as", "mallory"}), "OPERATOR_UNKNOWN"));
}

TEST_F(GovernanceCliTest, ABadRequestNamesItsFieldAndChangesNothing) {
  std::string text = encode(a_request(contracts::SideEffectClass::None));
  text.replace(text.find("\"R3\""), 4, "\"R9\"");
  const std::string refused = run({"decisions", "open", write("request.json", text)});
  EXPECT_EQ(code_, 2);
  EXPECT_TRUE(contains(refused, "/risk_tier")) << refused;
  EXPECT_EQ(ledger(), "");
  run({"decisions", "open", path("nowhere.json")});
  EXPECT_EQ(code_, 2);
}

TEST_F(GovernanceCliTest, APromotionNamesEverythingThatIsMissing) {
  const std::string refused = run({"stage", "promote", "S1", "--decision", "DEC-20260105-001"});
  EXPECT_EQ(code_, 1);
  for (const std::string name :
       {"stage_window", "eval_trading_green_7_days", "pre_live_checklist", "credentials_posture",
        "decision_r3", "kill_exercised_24h", "backup_operator"}) {
    EXPECT_TRUE(contains(refused, name)) << name << "\n" << refused;
  }
  const std::string status = run({"stage", "status", "--json"});
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(contains(status, "\"stage\":\"S0\"")) << status;
  EXPECT_TRUE(contains(ledger(), "\"kind\":\"promotion_refused\"")) << ledger();
  EXPECT_TRUE(contains(ledger(), "\"requirement\":\"stage_window\"")) << ledger();
  run({"stage", "promote", "S3", "--decision", "DEC-20260105-001"});
  EXPECT_EQ(code_, 2);
}

// Which rule each of these breaks is in its name; that every one is found is the fixtures' test.
TEST_F(GovernanceCliTest, AMalformedDocumentNamesFieldAndRuleAndChangesNothing) {
  run({"stage", "promote", "S1", "--decision", "DEC-20260105-001"});
  const std::string before = ledger();
  ASSERT_NE(before, "");
  struct Row {
    std::vector<std::string> command;
    std::string contract;
    std::string fixture;
    std::string field;
    std::string code;
  };
  const std::vector<std::string> checklist = {"stage", "checklist"};
  const std::vector<std::string> request = {"decisions", "open"};
  for (const Row& row : std::vector<Row>{
           {checklist, "pre_live_checklist", "field_missing-decision_id", "/decision_id",
            "FIELD_MISSING"},
           {checklist, "pre_live_checklist", "field_type-items.0.status", "/items/0/status",
            "FIELD_TYPE"},
           {checklist, "pre_live_checklist", "field_unknown-unexpected", "/unexpected",
            "FIELD_UNKNOWN"},
           {checklist, "pre_live_checklist", "json_syntax-cut", "", "JSON_SYNTAX"},
           {request, "decision_request", "field_missing-title", "/title", "FIELD_MISSING"},
           {request, "decision_request", "field_unknown-unexpected", "/unexpected",
            "FIELD_UNKNOWN"},
           {request, "decision_request", "json_syntax-cut", "", "JSON_SYNTAX"}}) {
    SCOPED_TRACE(row.contract + " " + row.fixture);
    const std::string file = std::string(CLAWGATE_SOURCE_DIR) + "/schemas/json/fixtures/" +
                             row.contract + "/bad/" + row.fixture + ".json";
    ASSERT_TRUE(std::ifstream(file).good());
    std::vector<std::string> words = row.command;
    words.push_back(file);
    if (row.command == checklist) words.insert(words.end(), {"--out", path("kept")});
    const std::string said = run(words);
    EXPECT_NE(code_, 0) << said;
    EXPECT_TRUE(contains(said, row.field)) << said;
    EXPECT_TRUE(contains(said, row.code)) << said;
    EXPECT_EQ(ledger(), before);
    EXPECT_FALSE(std::filesystem::exists(path("kept")));
  }
}

TEST_F(GovernanceCliTest, AChecklistOnHoldIsKeptAndNamesItsFindings) {
  contracts::PreLiveChecklist list;
  list.checklist_id = "CHECKLIST-1";
  list.decision_id = "DEC-20260105-001";
  list.operator_id = "operator";
  list.approved_at = UnixNanos{1'767'614'400'000'000'000};
  list.items.push_back({"eval_trading_green", contracts::ItemStatus::Fail, "summary.json"});
  const auto file = write("checklist.json", encode(list));
  const std::string held = run({"stage", "checklist", file, "--out", path("kept")});
  EXPECT_EQ(code_, 1);
  EXPECT_TRUE(contains(held, "CHECKLIST_ITEM_FAILED")) << held;
  EXPECT_TRUE(contains(held, "backup_operator_enabled")) << held;
  EXPECT_TRUE(std::ifstream(path("kept/CHECKLIST-1.json")).good());
  EXPECT_TRUE(contains(ledger(), "checklist_recorded"));
}

TEST_F(GovernanceCliTest, EvidenceIsRecordedAsItIs) {
  const auto green = write("summary.json", R"({"cases":53,"failed":0})");
  EXPECT_TRUE(contains(run({"stage", "record", "eval", green}), "green"));
  EXPECT_EQ(code_, 0);
  run({"stage", "record", "eval", write("red.json", R"({"cases":53,"failed":1})")});
  EXPECT_EQ(code_, 1);
  run({"stage", "record", "eval", write("odd.json", R"({"cases":"53"})")});
  EXPECT_EQ(code_, 2);
  const std::string posture =
      run({"stage", "record", "posture", write("key.json", R"({"enableWithdrawals":true})")});
  EXPECT_EQ(code_, 1);
  EXPECT_TRUE(contains(posture, "CREDENTIAL_WITHDRAW")) << posture;
  run({"stage", "record", "kill"});
  EXPECT_EQ(code_, 2);  // no journal
}

TEST_F(GovernanceCliTest, ABrokenLedgerIsNotDecidedUpon) {
  run({"stage", "record", "eval", write("summary.json", R"({"cases":53,"failed":0})")});
  std::string text = ledger();
  text.replace(text.find("\"cases\":53"), 10, "\"cases\":54");
  std::ofstream(path("data/governance/ledger.jsonl")) << text;
  EXPECT_TRUE(contains(run({"stage", "status"}), "LEDGER_CHAIN"));
  EXPECT_EQ(code_, 2);
}

}  // namespace
}  // namespace clawgate::governance
