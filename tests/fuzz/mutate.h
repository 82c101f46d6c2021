// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

namespace clawgate::fuzz {

/// A few edits of the kinds that break parsers: flipped bytes, cuts, repeats, pieces of JSON and of
/// the other seeds. The same numbers give the same text.
[[nodiscard]] std::string mutated(std::string text, const std::vector<std::string>& seeds,
                                  std::mt19937_64& random);

}  // namespace clawgate::fuzz
