// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/eval/trading_case.h"
#include "schemas/core/result.h"

// Which numbers the rulebook has, what each demands, and which of them nothing proves yet:
//
//   rule 16 A cooldown runs after a loss
//   not_yet 16 why
//
// A number is proved by the cases that carry it, or it stands under not_yet; never both, never
// neither.

namespace clawgate::eval {

inline constexpr int kRulesMax = 53;

struct Rule {
  int number = 0;
  std::string title;
  std::string not_yet;  // why no case proves it; empty when cases do
};

/// The whole text as a number; nullopt when it is none.
[[nodiscard]] std::optional<int> whole_number(std::string_view text);

/// Reads the table: each number 1..53 once and in order.
[[nodiscard]] Result<std::vector<Rule>> parse_rulebook(const std::string& file,
                                                       std::string_view text);

/// The first number that has neither a case nor a not_yet row, or both. None: the table and the
/// cases agree.
[[nodiscard]] std::optional<Error> uncovered(const std::string& file,
                                             const std::vector<Rule>& rulebook,
                                             const std::vector<TradingCase>& cases);

}  // namespace clawgate::eval
