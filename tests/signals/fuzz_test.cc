// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "signals/file.h"
#include "tests/signals/bad_inputs.h"
#include "tests/signals/fuzz_entry.h"

namespace clawgate::signals {
namespace {

// A few edits of the kinds that break parsers: flipped bits, cuts, repeats, spliced pieces.
std::string mutated(std::string text, const std::vector<std::string>& corpus,
                    std::mt19937_64& random) {
  for (std::uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    switch (random() % 5) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.resize(at);
        break;
      case 2:
        text.insert(at, text.substr(at, random() % 32));
        break;
      case 3: {
        const std::string& other = corpus[random() % corpus.size()];
        text.insert(at, other.substr(other.size() / 2, 200));
        break;
      }
      default:
        text.insert(at, 1, "{}[]\",:'\\\n<(=$"[random() % 14]);
    }
  }
  return text;
}

TEST(IntakeFuzzTest, MutatedInputsKeepThePromises) {
  std::vector<std::string> corpus{kIntent};
  for (const BadInput& row : bad_inputs()) corpus.push_back(row.bytes);
  const auto recordings = shared_data() / "signals";
  if (std::filesystem::exists(recordings)) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(recordings)) {
      if (!file.is_regular_file()) continue;
      const auto bytes = read_file(file.path().string(), 1U << 20);
      if (bytes && bytes->size() < 16'000) corpus.push_back(*bytes);
    }
  }
  std::mt19937_64 random(11);
  for (int i = 0; i < 1'500; ++i) {
    const std::string text = mutated(corpus[random() % corpus.size()], corpus, random);
    fuzz_intake(bytes_of(text));
  }
}

}  // namespace
}  // namespace clawgate::signals
