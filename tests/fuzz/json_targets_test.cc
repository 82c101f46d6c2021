// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/json_targets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace clawgate::fuzz {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  const std::filesystem::path root = CLAWGATE_SOURCE_DIR;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root / "schemas" / "json")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

template <class Target>
void run_on_seeds(Target&& target) {
  const std::vector<std::string> texts = seeds();
  ASSERT_GT(texts.size(), 100U);
  for (const std::string& text : texts) {
    target(text);
    target(std::string_view(text).substr(0, text.size() / 2));
    target(std::string_view(text).substr(text.size() / 2));
  }
}

TEST(JsonTargetsTest, StrictJsonHoldsOnEveryFixture) {
  run_on_seeds(strict_json);
}

TEST(JsonTargetsTest, SignalIntentHoldsOnEveryFixture) {
  run_on_seeds(signal_intent);
}

}  // namespace
}  // namespace clawgate::fuzz
