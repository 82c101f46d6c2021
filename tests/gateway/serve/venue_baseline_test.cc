// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/venue_baseline.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

constexpr std::string_view kVenue = "https://venue.example/api";
const Symbol kBtc("BTCUSDT");

class VenueBaselineTest : public ::testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }
  [[nodiscard]] std::optional<std::int64_t> next_life() const {
    VenueBaseline next(path_);
    EXPECT_FALSE(next.open(kVenue, Stage::S0));
    return next.row(kBtc);
  }

  clawgate::testing::TemporaryDirectory folder_;
  const std::string path_ = (folder_.path() / "venue-baseline.json").string();
};

TEST_F(VenueBaselineTest, WhatWasReadIsKeptOnceTheJournalHasIt) {
  VenueBaseline baseline(path_);
  ASSERT_FALSE(baseline.open(kVenue, Stage::S0));
  EXPECT_FALSE(baseline.row(kBtc));
  baseline.told(7, {{kBtc, 7}});
  EXPECT_TRUE(baseline.write());
  EXPECT_FALSE(std::filesystem::exists(path_)) << "the core has not taken it";
  baseline.durable([] { return 1; });
  EXPECT_TRUE(baseline.write());
  EXPECT_FALSE(std::filesystem::exists(path_)) << "something waits for the core";
  baseline.durable([] { return 0; });
  EXPECT_TRUE(baseline.write());
  EXPECT_EQ(next_life(), 7);
  struct stat file {};
  ASSERT_EQ(::stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);

  baseline.told(7, {{kBtc, 9}});
  EXPECT_TRUE(baseline.write());
  EXPECT_EQ(next_life(), 7);
}

TEST_F(VenueBaselineTest, NothingReadIsAWordToo) {
  VenueBaseline baseline(path_);
  ASSERT_FALSE(baseline.open(kVenue, Stage::S0));
  baseline.told(7, {{kBtc, 0}});
  baseline.durable([] { return 0; });
  EXPECT_TRUE(baseline.write());
  EXPECT_EQ(next_life(), 0);
}

TEST_F(VenueBaselineTest, ASymbolThatIsNotToldOfKeepsItsRow) {
  write(
      R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5,"ETHUSDT":6}})");
  VenueBaseline baseline(path_);
  ASSERT_FALSE(baseline.open(kVenue, Stage::S0));
  baseline.told(7, {{Symbol("ETHUSDT"), 8}});
  baseline.durable([] { return 0; });
  EXPECT_TRUE(baseline.write());
  EXPECT_EQ(next_life(), 5);
}

TEST_F(VenueBaselineTest, ThatOfAnotherVenueOrStageCountsAsNoneAndIsTold) {
  write(
      R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5}})");
  EXPECT_EQ(next_life(), 5);
  for (const auto& [venue, stage] :
       {std::pair(std::string_view("https://other.example/api"), Stage::S0), {kVenue, Stage::S1}}) {
    VenueBaseline baseline(path_);
    const auto error = baseline.open(venue, stage);
    ASSERT_TRUE(error.has_value());
    EXPECT_NE(to_text(*error).find("of https://venue.example/api in S0; it counts as none"),
              std::string::npos)
        << to_text(*error);
    EXPECT_FALSE(baseline.row(kBtc));
    EXPECT_FALSE(baseline.account());
  }
}

TEST_F(VenueBaselineTest, OneOfAnOlderVersionCountsAsNoneAndIsTold) {
  for (const char* const text :
       {R"({"venue":"https://venue.example/api","symbols":{"BTCUSDT":5}})",
        R"({"venue":"https://venue.example/api","stage":"S0","symbols":{"BTCUSDT":5}})",
        R"({"venue":"https://venue.example/api","account":7,"symbols":{"BTCUSDT":5}})"}) {
    write(text);
    VenueBaseline baseline(path_);
    const auto error = baseline.open(kVenue, Stage::S0);
    ASSERT_TRUE(error.has_value()) << text;
    EXPECT_NE(to_text(*error).find("of an older version; it counts as none"), std::string::npos)
        << to_text(*error);
    EXPECT_FALSE(baseline.row(kBtc)) << text;
  }
}

TEST_F(VenueBaselineTest, TheRowsOfAnotherAccountTakeThePlaceOfAll) {
  write(
      R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5}})");
  VenueBaseline baseline(path_);
  ASSERT_FALSE(baseline.open(kVenue, Stage::S0));
  EXPECT_EQ(baseline.account(), 7);
  baseline.told(8, {{Symbol("ETHUSDT"), 8}});
  baseline.durable([] { return 0; });
  EXPECT_TRUE(baseline.write());
  VenueBaseline next(path_);
  ASSERT_FALSE(next.open(kVenue, Stage::S0));
  EXPECT_EQ(next.account(), 8);
  EXPECT_EQ(next.row(Symbol("ETHUSDT")), 8);
  EXPECT_FALSE(next.row(kBtc));
}

TEST_F(VenueBaselineTest, ADamagedOneIsToldAndCountsAsNone) {
  for (
      const char* const text :
      {"", "{", "[]", R"({"venue":"https://venue.example/api"})",
       R"({"venue":1,"stage":"S0","account":7,"symbols":{"BTCUSDT":5}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":-1}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5.0}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":"5"}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":99999999999999999999}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5,"A23456789012345678901":5}})",
       R"({"venue":"https://venue.example/api","stage":"S0","account":7,"symbols":{"BTCUSDT":5,"":5}})"}) {
    write(text);
    VenueBaseline baseline(path_);
    EXPECT_TRUE(baseline.open(kVenue, Stage::S0)) << text;
    EXPECT_FALSE(baseline.row(kBtc)) << text;
  }
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_TRUE(VenueBaseline(path_).open(kVenue, Stage::S0));
}

// In words about this file: it is nobody's signal.
TEST_F(VenueBaselineTest, ADamagedOneSaysThatItCountsAsNone) {
  const auto words = [&](const std::string& text) {
    write(text);
    const auto error = VenueBaseline(path_).open(kVenue, Stage::S0);
    return error ? to_text(*error) : "";
  };
  EXPECT_NE(words("").find("Seen: empty; it counts as none."), std::string::npos) << words("");
  const std::string cut = words(R"({"venue":"https://ven)");
  EXPECT_NE(cut.find("cut, or no JSON; it counts as none"), std::string::npos) << cut;
  EXPECT_EQ(cut.find("signal"), std::string::npos) << cut;
  EXPECT_EQ(cut.find(path_), 0U) << cut;
}

}  // namespace
}  // namespace clawgate::gateway
