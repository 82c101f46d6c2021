// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

// `clawgate eval trading` as a program: what it answers, and what it leaves behind.

namespace clawgate {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ChildProcess;

class EvalCommandTest : public ::testing::Test {
 protected:
  EvalCommandTest() {
    fs::create_directories(cases());
    for (const auto& entry : fs::directory_iterator(CLAWGATE_SOURCE_DIR "/evals/trading")) {
      fs::copy(entry.path(), cases() / entry.path().filename());
    }
    for (const char* const folder : {"schemas", ".ci"}) {
      fs::create_directory_symlink(fs::path(CLAWGATE_SOURCE_DIR) / folder,
                                   fs::path(directory_.path()) / folder);
    }
  }

  [[nodiscard]] fs::path cases() const { return fs::path(directory_.path()) / "evals" / "trading"; }
  [[nodiscard]] fs::path out(const char* file) const {
    return fs::path(directory_.path()) / "out" / file;
  }
  void add_case(const std::string& text) const { std::ofstream(cases() / "added.cases") << text; }
  int run(std::vector<std::string> more = {}) {
    std::vector<std::string> command = {CLAWGATE_PROGRAM, "eval",  "trading",       "--cases",
                                        cases().string(), "--out", out("").string()};
    command.insert(command.end(), more.begin(), more.end());
    ChildProcess child(command, {}, true);
    said_ = child.read_all(std::chrono::minutes(2));
    return child.end(0);
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::TemporaryDirectory directory_;
  std::string said_;
};

TEST_F(EvalCommandTest, AllHoldAndTheArtifactsSaySo) {
  EXPECT_EQ(run(), 0) << said_;
  const Json summary = Json::parse(text_of(out("summary.json")));
  EXPECT_EQ(summary["failed"], 0);
  EXPECT_EQ(summary["cases"], summary["passed"]);
  EXPECT_EQ(text_of(out("failures.jsonl")), "");
  EXPECT_NE(said_.find("eval trading: "), std::string::npos) << "plain lines off a terminal";
  EXPECT_EQ(said_.find('\r'), std::string::npos);
}

TEST_F(EvalCommandTest, AFalseExpectationIsAFinding) {
  add_case("case 13 Nothing is ever denied\nsignal a buy stop 60500\nexpect a held\n");
  EXPECT_EQ(run(), 1);
  EXPECT_NE(said_.find("FAIL  13  Nothing is ever denied"), std::string::npos) << said_;
  const Json failure = Json::parse(text_of(out("failures.jsonl")));
  EXPECT_EQ(failure["seen"], "denied STOP_WRONG_SIDE");
}

TEST_F(EvalCommandTest, AMalformedCaseIsBadUsage) {
  add_case("case 13 Typing error\nsignla a buy\nexpect a held\n");
  EXPECT_EQ(run(), 2);
  EXPECT_NE(said_.find("added.cases:2"), std::string::npos) << said_;
  EXPECT_NE(said_.find("signla"), std::string::npos) << said_;
  add_case("case 13 Typing error\nsignal a buy\nexpect a hold_on\n");
  EXPECT_EQ(run(), 2);
  EXPECT_NE(said_.find("added.cases:3"), std::string::npos) << said_;
  EXPECT_FALSE(fs::exists(out("summary.json")));
}

TEST_F(EvalCommandTest, ANumberWithoutCaseOrReasonIsBadUsage) {
  fs::remove(cases() / "validator.cases");
  EXPECT_EQ(run(), 2);
  EXPECT_NE(said_.find("rule 6"), std::string::npos) << said_;
}

TEST_F(EvalCommandTest, OneNumberAListAndJson) {
  EXPECT_EQ(run({"--case", "13"}), 0);
  EXPECT_EQ(said_.find("  14  "), std::string::npos) << said_;
  EXPECT_EQ(run({"--case", "54"}), 2);
  EXPECT_EQ(run({"--list"}), 0);
  EXPECT_NE(said_.find("One trace gives one order"), std::string::npos);
  EXPECT_EQ(run({"--case", "41", "--json"}), 0);
  const Json summary = Json::parse(said_.substr(said_.find("{\n")));
  EXPECT_EQ(summary["failed"], 0);
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* const option : {"--case", "--list", "--json", "--jobs", "--out", "Exit:"}) {
    EXPECT_NE(said_.find(option), std::string::npos) << option;
  }
}

}  // namespace
}  // namespace clawgate
