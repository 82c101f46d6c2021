// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

// Which folder may include which. This table is the dependency diagram of ARCHITECTURE.md.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"schemas", {}},
    {"risk", {"schemas"}},
    {"governance", {"schemas"}},
    {"signals", {"schemas"}},
    {"venues", {"schemas"}},
    {"sim", {"schemas"}},
    {"gateway", {"schemas", "risk", "governance", "signals", "venues", "sim"}},
};

TEST(LayeringTest, EveryIncludePointsDownTheTable) {
  const std::filesystem::path root = CLAWGATE_SOURCE_DIR;
  const std::regex project_include(R"(^\s*#include "([a-z]+)/)");
  for (const auto& [folder, allowed] : kMayInclude) {
    if (!std::filesystem::exists(root / folder)) continue;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (file.path().extension() != ".h" && file.path().extension() != ".cc") continue;
      std::ifstream lines(file.path());
      std::smatch found;
      for (std::string line; std::getline(lines, line);) {
        if (!std::regex_search(line, found, project_include)) continue;
        const std::string target = found[1];
        EXPECT_TRUE(target == folder || allowed.contains(target)) << file.path() << ": " << line;
      }
    }
  }
}

}  // namespace
