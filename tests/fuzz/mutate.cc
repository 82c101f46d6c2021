// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include <array>
#include <string_view>

namespace clawgate::fuzz {
namespace {

constexpr auto kPieces = std::to_array<std::string_view>({"{",           "}",
                                                          "[",           "]",
                                                          "\"",          "\\",
                                                          ",",           ":",
                                                          "-1",          "null",
                                                          "1e999",       "\\u0",
                                                          "\xFF",        "0",
                                                          "%00",         "&",
                                                          "=",           "?",
                                                          "\r\n",        "{\"e\":",
                                                          "true",        "9223372036854775808",
                                                          "0.000000001", "\\ud800",
                                                          "symbol",      "\"id\":",
                                                          "timestamp"});

}  // namespace

std::string mutated(std::string text, const std::vector<std::string>& seeds,
                    std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? std::size_t{0} : random() % n; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.erase(at, below(16));
        break;
      case 2:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 4:
        text.insert(at, std::string(text.substr(below(text.size() + 1), below(64))));
        break;
      default: {
        const std::string& other = seeds[below(seeds.size())];
        text.insert(at, other.substr(below(other.size() + 1), below(64)));
      }
    }
  }
  return text;
}

}  // namespace clawgate::fuzz
