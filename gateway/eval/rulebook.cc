// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/rulebook.h"

#include <algorithm>
#include <sstream>

#include "schemas/strict_json.h"

namespace clawgate::eval {
namespace {

Error at(const std::string& file, int line, const std::string& what) {
  return {Reason::ConfigSyntax, file + ":" + std::to_string(line), printable(what)};
}

}  // namespace

Result<std::vector<Rule>> parse_rulebook(const std::string& file, std::string_view text) {
  std::vector<Rule> rules;
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    std::istringstream row(line);
    std::string word;
    std::string digits;
    std::string rest;
    if (!(row >> word) || word.front() == '#') continue;
    row >> digits >> std::ws;
    std::getline(row, rest);
    const auto id = whole_number(digits);
    if (!id || rest.empty()) return at(file, number, "rule|not_yet NUMBER TEXT; seen: " + line);
    if (word == "rule") {
      if (*id != static_cast<int>(rules.size()) + 1) {
        return at(file, number, "rules stand in order; seen: " + line);
      }
      rules.push_back({*id, rest, ""});
    } else if (word == "not_yet") {
      if (rules.empty() || rules.back().number != *id || !rules.back().not_yet.empty()) {
        return at(file, number, "not_yet stands under its rule, once; seen: " + line);
      }
      rules.back().not_yet = rest;
    } else {
      return at(file, number, "rule|not_yet NUMBER TEXT; seen: " + line);
    }
  }
  if (rules.size() == kRulesMax) return rules;
  return Error{Reason::ConfigSyntax, file, "53 rules; seen: " + std::to_string(rules.size())};
}

std::optional<Error> uncovered(const std::string& file, const std::vector<Rule>& rulebook,
                               const std::vector<TradingCase>& cases) {
  for (const Rule& rule : rulebook) {
    const bool proved = std::any_of(cases.begin(), cases.end(), [&](const TradingCase& one) {
      return one.number == rule.number;
    });
    if (proved != rule.not_yet.empty()) {
      return Error{Reason::ConfigSyntax, file,
                   "rule " + std::to_string(rule.number) +
                       (proved ? ": cases prove it, so it is no not_yet"
                               : ": neither a case nor a not_yet row")};
    }
  }
  return std::nullopt;
}

}  // namespace clawgate::eval
