// SPDX-License-Identifier: Apache-2.0
#include "signals/origin.h"

#include <array>
#include <cstddef>
#include <vector>

#include "signals/symbols.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

struct Part {
  std::string_view words;  // as path words: `/`, `_` and ` ` alike
  Stage stage;
};

// Longest first where one is the end of another.
constexpr std::array<Part, 26> kParts = {{
    {"5_portfolio_decision", Stage::Decision},
    {"final_trade_decision", Stage::Decision},
    {"complete_report", Stage::Report},
    {"full_states_log", Stage::StateLog},
    {"full_states", Stage::StateLog},
    {"trading_memory", Stage::Memory},
    {"1_analysts", Stage::OtherVoice},
    {"2_research", Stage::OtherVoice},
    {"3_trading", Stage::OtherVoice},
    {"4_risk", Stage::OtherVoice},
    {"trader_investment_plan", Stage::OtherVoice},
    {"trader_investment_decision", Stage::OtherVoice},
    {"investment_plan", Stage::OtherVoice},
    {"market_report", Stage::OtherVoice},
    {"sentiment_report", Stage::OtherVoice},
    {"news_report", Stage::OtherVoice},
    {"fundamentals_report", Stage::OtherVoice},
    {"research_manager", Stage::OtherVoice},
    {"bull_history", Stage::OtherVoice},
    {"bear_history", Stage::OtherVoice},
    {"aggressive_history", Stage::OtherVoice},
    {"conservative_history", Stage::OtherVoice},
    {"neutral_history", Stage::OtherVoice},
    {"risk_debate", Stage::OtherVoice},
    {"portfolio_decision", Stage::Decision},
    {"5_portfolio", Stage::Decision},
}};

std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words{""};
  for (const char c : path) {
    if (c == '/' || c == '\\' || c == '_' || c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += (i == from ? "" : "_") + words[i];
  return out;
}

struct Found {
  Stage stage = Stage::Unknown;
  std::size_t first_word = 0;
};

Found stage_of(const std::vector<std::string>& words) {
  for (const Part& part : kParts) {
    const std::size_t count = words_of(part.words).size();
    for (std::size_t i = words.size(); i-- > 0;) {
      if (i + count <= words.size() && lower(joined(words, i, i + count)) == part.words) {
        return {part.stage, i};
      }
    }
  }
  return {};
}

bool is_time(std::string_view word) {
  return word.size() == 6 && word.find_first_not_of("0123456789") == word.npos;
}

bool is_upper_ticker(std::string_view word) {
  return is_ticker(word) && word == [&] {
    std::string upper(word);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return upper;
  }();
}

// Words that stand between a ticker and the part in a known layout.
bool is_between(const std::string& word) {
  return word.empty() || word == "reports" || word == "TradingAgentsStrategy" || word == "logs" ||
         is_time(word) || date_from(word) || date_from_stamp(word);
}

// From the end of the folder that starts the run: a folder `<YYYYMMDD>_<model>_<stamp>` names a
// model in its middle, so whole folders that begin with a stamp are dropped first.
std::vector<std::string> without_run_folders(std::string_view path, std::optional<Date>& date) {
  std::string kept;
  std::size_t at = 0;
  while (at <= path.size()) {
    const std::size_t end = std::min(path.find_first_of("/\\", at), path.size());
    const std::string_view folder = path.substr(at, end - at);
    const auto stamp = date_from_stamp(folder.substr(0, 8));
    const bool run_folder = end < path.size() && stamp && folder.substr(8).starts_with('_');
    if (run_folder) date = stamp;
    if (!run_folder) kept += (kept.empty() && at == 0 ? "" : "/") + std::string(folder);
    at = end + 1;
  }
  return words_of(kept);
}

}  // namespace

Origin origin_of(std::string_view path) {
  Origin origin;
  const std::size_t dot = path.find_last_of('.');
  const std::size_t slash = path.find_last_of("/\\");
  const bool extension = dot != path.npos && (slash == path.npos || dot > slash);
  const std::string_view stem = extension ? path.substr(0, dot) : path;

  const std::vector<std::string> words = without_run_folders(stem, origin.date);
  const Found found = stage_of(words);
  origin.stage = found.stage;
  if (found.stage == Stage::Unknown) return origin;

  for (std::size_t i = found.first_word; i < words.size(); ++i) {  // full_states_log_<date>
    if (const auto date = date_from(words[i])) origin.date = date;
  }
  std::size_t i = found.first_word;
  while (i > 0 && is_between(words[i - 1])) {
    --i;
    const auto date = date_from(words[i]) ? date_from(words[i]) : date_from_stamp(words[i]);
    if (date && !origin.date) origin.date = date;
  }
  if (i > 0 && is_upper_ticker(words[i - 1])) origin.ticker = words[i - 1];
  return origin;
}

}  // namespace clawgate::signals
