// SPDX-License-Identifier: Apache-2.0
#include "gateway/cause_words.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>
#include <vector>

#include "schemas/strict_json.h"
#include "schemas/trading_state.h"

namespace clawgate::gateway {
namespace {

/// How many letters are to be put in, left out or changed (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const int letter = std::toupper(static_cast<unsigned char>(from[i]));
      const std::size_t changed = corner + (letter == to[j] ? 0 : 1);
      corner = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_cause(std::string_view given) {
  given = given.substr(0, 64);
  std::string_view nearest;
  std::size_t least = 0;
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches) continue;
    const std::size_t letters = distance(given, row.code);
    if (!nearest.empty() && letters >= least) continue;
    nearest = row.code;
    least = letters;
  }
  return nearest;
}

std::string words_of_no_cause(std::string_view given, const State& state) {
  std::string text = printable(given, 32);
  const bool known = find_cause(given) != nullptr;
  if (known) text += " is not";
  if (!known) text.append(", perhaps ").append(nearest_cause(given)).append(";");
  std::string in_force;
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches || !state.blocked_by(row.block)) continue;
    in_force.append(in_force.empty() ? "" : ", ").append(row.code);
  }
  text += " in force";
  if (in_force.empty()) return text + (known ? "; no cause is" : ": none");
  return text + (known ? "; these are: " : ": ") + in_force;
}

}  // namespace clawgate::gateway
