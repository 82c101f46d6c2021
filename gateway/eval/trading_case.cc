// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/trading_case.h"

#include <sstream>

#include "schemas/strict_json.h"

namespace clawgate::eval {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

Result<std::vector<TradingCase>> parse_cases(const std::string& file, std::string_view text) {
  std::vector<TradingCase> cases;
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const std::string where = file + ":" + std::to_string(number);
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].front() == '#') continue;
    if (words[0] != "case") {
      if (cases.empty()) return Error{Reason::ConfigSyntax, where, "a row before the first case"};
      // What follows `reads` is one document, spaces and all.
      if (words[0] == "reads") words = {"reads", line.substr(line.find("reads") + 6)};
      cases.back().lines.push_back({number, std::move(words)});
      continue;
    }
    const RawDecimal id = parse_decimal(words.size() > 1 ? words[1] : "");
    if (id.error != DecimalError::None || words.size() < 3) {
      return Error{Reason::ConfigSyntax, where, printable(line)};
    }
    const auto title = line.find(words[1]) + words[1].size() + 1;
    cases.push_back({file, static_cast<int>(id.raw / Px::kScale), line.substr(title), {}});
  }
  if (cases.empty()) return Error{Reason::ConfigSyntax, file, "no case"};
  return cases;
}

}  // namespace clawgate::eval
