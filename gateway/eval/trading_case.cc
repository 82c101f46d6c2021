// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/trading_case.h"

#include <charconv>
#include <set>
#include <sstream>

#include "gateway/eval/rulebook.h"
#include "gateway/eval/trading_desk.h"
#include "schemas/strict_json.h"

namespace clawgate::eval {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Error at(const std::string& file, int line, const std::string& what) {
  return {Reason::ConfigSyntax, file + ":" + std::to_string(line), printable(what)};
}

// What a case must have to say anything.
std::optional<Error> incomplete(const TradingCase& one) {
  const std::string name = std::to_string(one.number) + " " + one.rule;
  if (one.lines.empty()) return at(one.file, one.line, "a case needs rows; seen: none in " + name);
  if (one.lines.back().word(0) != "expect") {
    return at(one.file, one.lines.back().number,
              "a case ends with expect; seen: " + one.lines.back().words[0] + " in " + name);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::vector<TradingCase>> parse_cases(const std::string& file, std::string_view text) {
  std::vector<TradingCase> cases;
  std::set<std::string> names;
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].front() == '#') continue;
    if (words[0] != "case") {
      if (cases.empty()) return at(file, number, "a row stands inside a case; seen: " + line);
      if (!TradingDesk::is_verb(words[0])) {
        return at(file, number, "a row begins with a verb; seen: " + words[0]);
      }
      // What follows `reads` is one document, spaces and all.
      if (words[0] == "reads" && words.size() < 2) {
        return at(file, number, "reads DOCUMENT; seen: " + line);
      }
      if (words[0] == "reads") words = {"reads", line.substr(line.find("reads") + 6)};
      cases.back().lines.push_back({number, std::move(words)});
      continue;
    }
    if (!cases.empty()) {
      if (auto error = incomplete(cases.back())) return *error;
    }
    const auto id = whole_number(words.size() > 1 ? words[1] : "");
    if (!id || *id < 1 || *id > kRulesMax) {
      return at(file, number, "case NUMBER TITLE, 1 to 53; seen: " + line);
    }
    if (words.size() < 3) return at(file, number, "a case has a title; seen: " + line);
    const auto title = line.find(words[1]) + words[1].size() + 1;
    cases.push_back({file, number, *id, line.substr(title), {}});
    if (!names.insert(words[1] + " " + cases.back().rule).second) {
      return at(file, number, "a title stands once; seen again: " + cases.back().rule);
    }
  }
  if (cases.empty()) return Error{Reason::ConfigSyntax, file, "no case"};
  if (auto error = incomplete(cases.back())) return *error;
  return cases;
}

}  // namespace clawgate::eval
