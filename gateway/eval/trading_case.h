// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"

// One rule of the trading rulebook as rows that a risk officer can read:
//
//   case 13 An order without an initial stop is refused
//   given policy_stop_bps 0
//   signal a buy
//   expect a denied STOP_MISSING
//
// Lines are comments when they start with #. docs/eval-trading.md lists the verbs.

namespace clawgate::eval {

struct Line {
  int number = 0;  // in the file
  std::vector<std::string> words;

  [[nodiscard]] std::string_view word(std::size_t at) const {
    return at < words.size() ? std::string_view(words[at]) : std::string_view();
  }
};

struct TradingCase {
  std::string file;
  int line = 0;    // where it begins
  int number = 0;  // in the rulebook
  std::string rule;
  std::vector<Line> lines;
};

/// What did not hold.
struct Failure {
  std::string file;
  int line = 0;
  std::string expected;
  std::string seen;
  bool malformed = false;  // the row cannot be read: the case says nothing about the gateway
};

struct CaseResult {
  std::vector<Failure> failures;
  std::uint32_t limits_version = 0;
  std::string journal_head;  // of the records the case made
};

/// Reads the cases of one file. Refused, with file, line, rule and what was seen: an unknown verb,
/// a row before the first case, a number outside the rulebook, a case without a title or without
/// anything expected at its end, two cases of one name.
[[nodiscard]] Result<std::vector<TradingCase>> parse_cases(const std::string& file,
                                                           std::string_view text);

/// Runs one case on a gateway and an exchange of its own, and proves its journal.
/// `root` is the source tree, for the cases about documents.
[[nodiscard]] CaseResult run_case(const TradingCase& trading_case, const std::string& root);

}  // namespace clawgate::eval
