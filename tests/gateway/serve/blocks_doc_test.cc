// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "schemas/trading_state.h"

// docs/risk.md says of every block what begins it: no row is missing, and none is made up.

namespace clawgate {
namespace {

TEST(BlocksDocTest, EveryBlockHasItsRow) {
  std::ifstream file(CLAWGATE_SOURCE_DIR "/docs/risk.md");
  std::set<std::string> told;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| block |")) inside = true;
    if (line.empty()) inside = false;
    if (!inside || line.starts_with("| block |") || line.starts_with("|---")) continue;
    const std::size_t end = line.find(" |", 2);
    const std::size_t begun = line.find(" |", end + 3);
    EXPECT_GT(begun, end + 8) << line << " says what begins it";
    EXPECT_TRUE(told.insert(line.substr(2, end - 2)).second) << line;
  }
  std::set<std::string> known;
  for (const BlockInfo& row : kBlocks) known.emplace(row.code);
  EXPECT_EQ(told, known);
}

}  // namespace
}  // namespace clawgate
