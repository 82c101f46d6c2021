// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/temporary_directory.h"
#include "tests/support/terminal_child.h"

// `clawgate paper` with a person at a terminal.

namespace clawgate::gateway {
namespace {

using Json = nlohmann::json;
constexpr auto kPatience = std::chrono::seconds(40);
const std::string kCard = "check code";
const std::string kPrompt = "s left > ";

class TerminalTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> paper(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {
        CLAWGATE_PROGRAM, "paper",
        "--signals",      CLAWGATE_SOURCE_DIR "/examples/signals.jsonl",
        "--market",       "synthetic:1",
        "--operator",     "terminal",
        "--data",         data_};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  [[nodiscard]] Json report() const {
    std::ifstream file(data_ + "/report/report.json");
    return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}), nullptr, false);
  }

  clawgate::testing::TemporaryDirectory temporary_;
  const std::string data_ = (temporary_.path() / "data").string();
};

// Whole words only; what is none asks again.
TEST_F(TerminalTest, OnlyAWholeWordIsAnAnswer) {
  clawgate::testing::TerminalChild person(paper());
  ASSERT_TRUE(person.sees(kPrompt)) << person.screen();
  int prompts = 1;
  for (const char* const none : {"abort\n", "kk\n", "rr\n", "a b\n", "approved\n", "\n"}) {
    person.type(none);
    ASSERT_TRUE(person.sees("Answer a, r or k", prompts)) << none << person.screen();
    ASSERT_TRUE(person.sees(kPrompt, ++prompts));
  }
  EXPECT_EQ(person.count("RELEASED"), 0);
  EXPECT_EQ(person.count(kCard), 1);
  person.type("approve\n");
  EXPECT_TRUE(person.sees("order 2: RELEASED")) << person.screen();
  ASSERT_TRUE(person.sees(kCard, 2));
  person.type(" r \n");
  EXPECT_TRUE(person.sees("order 5: DECLINED")) << person.screen();
  person.type("\x03");
  EXPECT_EQ(person.wait_end(kPatience), 0) << person.screen();
}

// An answer is to the card that stands there.
TEST_F(TerminalTest, WhatWasTypedBeforeACardIsNoAnswerToIt) {
  clawgate::testing::TerminalChild person(paper());
  ASSERT_TRUE(person.sees(kPrompt)) << person.screen();
  person.type("a\na\na\na\n");
  ASSERT_TRUE(person.sees(kCard, 2)) << person.screen();
  ASSERT_TRUE(person.sees(kPrompt, 2));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  EXPECT_FALSE(person.sees("RELEASED", 2, std::chrono::seconds(1))) << person.screen();
  person.type("k\n");
  EXPECT_EQ(person.wait_end(kPatience), 0) << person.screen();
  EXPECT_EQ(person.count(": RELEASED"), 1) << person.screen();
}

// The session's time stands still while a person thinks; the decision takes what it took.
TEST_F(TerminalTest, TheTimeAPersonTakesIsTheDecisionTime) {
  clawgate::testing::TerminalChild person(paper());
  ASSERT_TRUE(person.sees("300 s left > ")) << person.screen();
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  person.type("what\n");
  ASSERT_TRUE(person.sees(kPrompt, 2)) << person.screen();
  EXPECT_EQ(person.count("300 s left > "), 1) << person.screen();
  person.type("a\n");
  ASSERT_TRUE(person.sees(kCard, 2)) << person.screen();
  person.type("\x03");
  ASSERT_EQ(person.wait_end(kPatience), 0) << person.screen();
  const Json totals = report().at("totals");
  EXPECT_GE(totals.at("decision_max_ns"), 2'500'000'000);
  EXPECT_LT(totals.at("decision_max_ns"), 60'000'000'000);
}

TEST_F(TerminalTest, ItIsStoppedAtACardWithAPositionOpen) {
  clawgate::testing::TerminalChild person(paper());
  for (int card = 1; card <= 2; ++card) {
    ASSERT_TRUE(person.sees(kPrompt, card)) << person.screen();
    person.type("a\n");
  }
  ASSERT_TRUE(person.sees("SELL")) << person.screen();
  ASSERT_TRUE(person.sees(kPrompt, 3));
  person.type("\x03");
  ASSERT_EQ(person.wait_end(kPatience), 0) << person.screen();
  EXPECT_EQ(person.count("the session ended in order"), 1) << person.screen();
  EXPECT_EQ(report().at("totals").at("trades_open"), 1);
}

// Nobody is there: orders expire one after the other, and the session ends by itself.
TEST_F(TerminalTest, TheEndOfTheInputLeavesNoCardWaiting) {
  clawgate::testing::TerminalChild person(paper());
  ASSERT_TRUE(person.sees(kPrompt)) << person.screen();
  person.type("\x04");
  ASSERT_EQ(person.wait_end(kPatience), 0) << person.screen();
  EXPECT_GE(person.count("VOIDED ("), 4) << person.screen();
  EXPECT_EQ(person.count("RELEASED"), 0);
}

TEST_F(TerminalTest, TheCardSaysTheNotional) {
  clawgate::testing::TerminalChild person(paper());
  ASSERT_TRUE(person.sees(kPrompt)) << person.screen();
  EXPECT_EQ(person.count("notional"), 1) << person.screen();
}

// The bar would write over the prompt.
TEST_F(TerminalTest, NoProgressIsShownWhileACardStands) {
  clawgate::testing::TerminalChild person(paper({"--speed", "60"}));
  ASSERT_TRUE(person.sees(kPrompt)) << person.screen();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  person.type("k\n");
  ASSERT_TRUE(person.sees("order 2: "));
  const std::string after = person.screen().substr(person.screen().find(kPrompt) + kPrompt.size());
  EXPECT_EQ(after.substr(0, after.find("order 2")).find('['), std::string::npos) << after;
}

}  // namespace
}  // namespace clawgate::gateway
