// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace {

constexpr int kNumbers = 26;

// Each of the 26 things that went wrong for others at the venue's edge has a test that would have
// caught it: `ctest -R PeersTest.C` runs them all.
TEST(PeersListTest, EveryNumberHasATest) {
  const std::filesystem::path root = std::filesystem::path(CLAWGATE_SOURCE_DIR) / "tests";
  const std::regex test(R"(^TEST_F\(PeersTest, C([0-9]{2})_[A-Z][A-Za-z0-9]+\))");
  std::map<int, int> found;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    if (file.path().extension() != ".cc") continue;
    std::ifstream lines(file.path());
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      EXPECT_FALSE(line.starts_with("TEST_F(PeersTest, DISABLED_")) << file.path();
      if (std::regex_search(line, match, test)) ++found[std::stoi(match[1])];
    }
  }
  for (int number = 1; number <= kNumbers; ++number) {
    EXPECT_GE(found[number], 1) << "C" << number;
  }
  EXPECT_EQ(found.size(), static_cast<std::size_t>(kNumbers))
      << "a number that is none of the list";
}

}  // namespace
