// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "governance/journal/lock.h"
#include "schemas/reason.h"
#include "tests/support/no_terminal.h"
#include "tests/support/temporary_directory.h"

// Every reason for which the program does not start, as a person meets it: one case a row of the
// table, its code and exit code 2, and no record made.

namespace clawgate::gateway {
namespace {

using Words = std::vector<std::string>;

struct Row {
  Reason reason;
  std::string yaml;  // of `--config`
  Words words = {"serve", "--config", "@/gateway.yaml", "--data",
                 "@/data"};  // @: the test's folder
};

std::string venue(const std::string& rest_url, const std::string& more = "") {
  return "venue:\n  rest_url: " + rest_url +
         "\n  ws_api_url: ws://127.0.0.1:9\n  stream_url: ws://127.0.0.1:9\n"
         "  api_key_file: @/key\n  private_key_file: @/secret\n" +
         more;
}

std::vector<Row> rows() {
  const Words locked = {"paper", "--market", "synthetic:1", "--data", "@/locked"};
  return {
      {Reason::FileUnreadable, "", {"serve", "--config", "@/nowhere.yaml", "--data", "@/data"}},
      {Reason::ConfigSyntax, "a: [1\n"},
      {Reason::ConfigKeyUnknown, "colour: red\n"},
      {Reason::ConfigKeyMissing,
       "",
       {"paper", "--operator", "scripted:@/empty.jsonl", "--data", "@/data"}},
      {Reason::ConfigValueType, "hold_ttl_s: soon\n"},
      {Reason::ConfigValueRange, "hold_ttl_s: 0\n"},
      {Reason::ConfigConflict, "limits:\n  day_notional_max: 40\n"},
      {Reason::LimitsRaiseNeedsDecision, "limits:\n  day_orders_max: 7\n"},
      {Reason::DataDirectoryLocked, "", locked},
      {Reason::DataDirectoryUnwritable, "", {"paper", "--data", "/proc/nowhere"}},
      {Reason::UsageOption, "", {"paper", "--operator", "nobody", "--data", "@/data"}},
      {Reason::MarketUnreachable,
       "",
       {"paper", "--market", "live:http://127.0.0.1:9", "--data", "@/data"}},
      {Reason::VenueNotConfigured, "hold_ttl_s: 60\n"},
      {Reason::VenueHostNotAllowed, venue("https://api.binance.com")},
      {Reason::VenueCredentialType, venue("http://127.0.0.1:9", "  credentials: live\n")},
  };
}

class BadStartTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    std::filesystem::permissions(folder_.path() / name, std::filesystem::perms(0600));
  }
  [[nodiscard]] std::string here(std::string word) const {
    const std::string folder = folder_.path().string();
    for (auto at = word.find("@/"); at != word.npos; at = word.find("@/")) {
      word.replace(at, 1, folder);
    }
    return word;
  }

  clawgate::testing::TemporaryDirectory folder_;
};

TEST_F(BadStartTest, EachIsToldByItsCodeAndRecordsNothing) {
  write("empty.jsonl", "{}\n");
  write("key", std::string(64, 'k'));
  write("secret", std::string(64, 's'));
  std::filesystem::create_directory(folder_.path() / "locked");
  const auto lock = journal::DirectoryLock::take((folder_.path() / "locked").string());
  ASSERT_TRUE(lock.has_value());
  for (const Row& row : rows()) {
    write("gateway.yaml", here(row.yaml));
    Words words = {CLAWGATE_PROGRAM};
    for (const std::string& word : row.words) words.push_back(here(word));
    const auto [code, text] = clawgate::testing::run_without_terminal(words);
    EXPECT_EQ(code, 2) << info(row.reason).code << "\n" << text;
    EXPECT_NE(text.find("[" + std::string(info(row.reason).code) + "]"), std::string::npos)
        << info(row.reason).code << "\n"
        << text;
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data" / "journal" / "00000001.cgj"))
        << info(row.reason).code;
  }
}

TEST_F(BadStartTest, EveryRowOfTheTableHasOneCase) {
  std::set<Reason> covered;
  for (const Row& row : rows()) {
    EXPECT_TRUE(covered.insert(row.reason).second) << info(row.reason).code << " twice";
  }
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Config) continue;
    EXPECT_TRUE(covered.contains(row.reason)) << row.code;
  }
}

}  // namespace
}  // namespace clawgate::gateway
