// SPDX-License-Identifier: Apache-2.0
#include "signals/trading_agents.h"

#include <algorithm>
#include <array>
#include <utility>

#include "signals/embedded.h"
#include "signals/levels.h"
#include "signals/rating.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::string_view kEngine = "tradingagents";
constexpr std::array<std::string_view, 4> kReports = {"market_report", "sentiment_report",
                                                      "news_report", "fundamentals_report"};
constexpr std::array<std::string_view, 10> kVoices = {
    "aggressive analyst", "conservative analyst",   "neutral analyst", "risky analyst",
    "safe analyst",       "bull analyst",           "bear analyst",    "bull researcher",
    "bear researcher",    "aggressive risk analyst"};
constexpr std::string_view kProposal = "final transaction proposal";

// A decision with all that is known around it.
struct Decision {
  std::string_view text;
  std::string where;   // pointer to it, empty for a whole file
  std::string symbol;  // as the document says; empty: ask the source, then the path
  std::optional<Date> date;
  std::string_view trader;  // the trader's proposal, when the document has it
  std::string_view market;  // the market report
  int empty_reports = 0;
  bool known_final = false;  // its place says that it is the portfolio manager's
  std::size_t lines_before = 0;
};

std::vector<Line> spoken_lines(std::string_view text) {
  std::vector<Line> lines;
  for (const Line& line : lines_of(text)) {
    if (!trimmed(plain(line.text)).empty()) lines.push_back(line);
  }
  return lines;
}

// A text that opens as one voice of the debate.
bool is_one_voice(const std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size() && i < 2; ++i) {
    const Label label = label_of(lines[i].text);
    for (const std::string_view voice : kVoices) {
      if (label.name == voice) return true;
      if (i == 0 && !label.colon && starts_with(label.name, voice)) return true;
    }
  }
  return false;
}

bool has_label(const std::vector<Line>& lines, std::string_view name) {
  return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
    const Label label = label_of(line.text);
    return label.name == name && label.colon;
  });
}

// The structured output of the research manager, and of the trader.
bool is_research_plan(const std::vector<Line>& lines) {
  return label_of(lines.front().text).name == "recommendation" && has_label(lines, "rationale") &&
         has_label(lines, "strategic actions");
}
bool is_trader_proposal(const std::vector<Line>& lines, bool known_final) {
  if (label_of(lines.front().text).name == "action") return true;
  return !known_final && has_label(lines, kProposal) && !has_label(lines, "rating");
}

// `[2026-05-10 | NVDA | Overweight | pending]`
bool is_log_heading(std::string_view line) {
  const std::string_view text = trimmed(line);
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  return date_from(text.substr(1, 10)) && std::count(text.begin(), text.end(), '|') >= 3;
}

// What the trader proposed; None when the text does not say it in so many words.
Strength trader_rating(std::string_view text) {
  const Strength action = rating_of(labelled(text, "action"));
  if (action != Strength::None) return action;
  const std::string proposal = labelled(text, kProposal);
  return rating_of(std::string_view(proposal).substr(0, proposal.find_first_of(" .")));
}

std::string json_member(const Json& object, std::string_view name) {
  for (const JsonMember& member : object.members) {
    if (lower(trimmed(member.name)) == name && member.value.is(Json::Kind::String)) {
      return member.value.text;
    }
  }
  return {};
}

// The named parts of a decision, from JSON, from labels, or nothing.
class Parts {
 public:
  explicit Parts(std::string_view text) : text_(text) {
    if (!text.starts_with('{')) return;
    if (auto object = read_model_json(text)) json_ = *std::move(object);
  }
  [[nodiscard]] std::string operator[](std::string_view name) const {
    return json_.is(Json::Kind::Object) ? json_member(json_, name) : labelled(text_, name);
  }
  [[nodiscard]] std::string thesis() const {
    const std::string summary = long_part("executive summary", {"investment thesis"});
    const std::string thesis = long_part("investment thesis", {"price target", "time horizon"});
    if (summary.empty() && thesis.empty()) return std::string(text_);
    return summary + (summary.empty() || thesis.empty() ? "" : "\n\n") + thesis;
  }

 private:
  [[nodiscard]] std::string long_part(std::string_view name,
                                      const std::vector<std::string_view>& stops) const {
    return json_.is(Json::Kind::Object) ? json_member(json_, name) : section(text_, name, stops);
  }

  std::string_view text_;
  Json json_;
};

std::string symbol_of(const Decision& decision, const Input& input) {
  if (!decision.symbol.empty()) return decision.symbol;
  if (!input.source.symbol.empty()) return std::string(input.source.symbol);
  return input.origin().ticker;
}

std::optional<Date> date_of(const Decision& decision, const Input& input) {
  if (decision.date) return decision.date;
  return input.source.trade_date ? input.source.trade_date : input.origin().date;
}

Opinion opinion_of(const Decision& decision, const RatingReading& rating, const Input& input,
                   std::vector<std::string>& notes) {
  const std::string_view behind = without_reasoning(decision.text).value_or(decision.text);
  const Parts parts(trimmed(behind));
  const Strength trader = trader_rating(decision.trader);
  const bool differs = trader != Strength::None && side_of(trader) != side_of(rating.rating);
  if (differs) notes.push_back("the trader proposed " + std::string(to_word(trader)));
  if (!rating.structured) notes.push_back("read from free text");
  if (decision.empty_reports > 0) {
    notes.push_back(std::to_string(decision.empty_reports) + " analyst reports are empty");
  }
  Opinion opinion;
  opinion.enabled = input.options.trading_agents;
  opinion.unlisted_passes = true;
  opinion.where = place(input, decision.where, rating.line + decision.lines_before);
  opinion.symbol = symbol_of(decision, input);
  opinion.trade_date = date_of(decision, input);
  opinion.strength = rating.rating;
  opinion.side = side_of(rating.rating);
  opinion.confidence = derived_confidence({.rating = rating.rating,
                                           .trader_differs = differs,
                                           .free_text = !rating.structured,
                                           .empty_reports = decision.empty_reports});
  opinion.decision = decision.text;
  opinion.thesis = parts.thesis();
  opinion.time_horizon = parts["time horizon"];
  opinion.take_profit = level_of(parts["price target"]);
  opinion.entry = level_of(labelled(decision.trader, "entry price"));
  opinion.stop_loss = level_of(labelled(decision.trader, "stop loss"));
  opinion.stated_price = stated_price(decision.text);
  if (!opinion.stated_price) opinion.stated_price = stated_price(decision.market);
  return opinion;
}

Reading read_decision(const Decision& decision, std::string_view format, const Input& input) {
  Reading reading = reading_of(input, kEngine, format);
  reading.symbol = symbol_of(decision, input);
  if (const auto date = date_of(decision, input)) reading.trade_date = to_text(*date);
  const auto down = [&](Disposition disposition, Reason reason, std::size_t line,
                        std::string_view seen) {
    const std::size_t at = line == 0 ? 0 : line + decision.lines_before;
    return turned_down(std::move(reading), disposition, reason, place(input, decision.where, at),
                       seen);
  };
  const std::vector<Line> lines = spoken_lines(decision.text);
  if (lines.empty()) {
    return down(Disposition::Reject, Reason::FieldEmpty, 0, "no decision text");
  }
  const Line& first = lines.front();
  if (is_one_voice(lines) || is_research_plan(lines) ||
      is_trader_proposal(lines, decision.known_final)) {
    return down(Disposition::Reject, Reason::NotFinalDecision, first.number, plain(first.text));
  }
  const RatingReading rating = read_rating(decision.text);
  if (rating.disposition != Disposition::Signal) {
    const bool says_nothing = rating.reason == Reason::RatingMissing && rating.line == 0;
    if (says_nothing && !decision.known_final) {
      reading.engine.clear();
      return down(Disposition::Reject, Reason::FormatUnknown, 0, plain(first.text));
    }
    return down(rating.disposition, rating.reason, rating.line, rating.seen);
  }
  reading.rating = std::string(to_word(rating.rating));
  const Opinion opinion = opinion_of(decision, rating, input, reading.notes);
  return settled(std::move(reading), opinion, input);
}

// complete_report.md of today's release holds every voice; only the last part decides.
Decision report_decision(std::string_view text, const Input& input) {
  Decision decision;
  decision.text = text;
  decision.known_final = true;
  for (const Line& line : lines_of(text)) {
    const Label label = label_of(line.text);
    if (label.name == "trading analysis report") {
      decision.symbol = label.value.substr(0, label.value.find(' '));
    }
    if (label.name == "generated" && !decision.date) {
      decision.date = date_from(std::string_view(label.value).substr(0, 10));
    }
    if (label.name != "portfolio manager decision") continue;
    const auto behind = static_cast<std::size_t>(line.text.data() - text.data()) + line.text.size();
    decision.text = text.substr(behind);
    decision.lines_before = line.number - 1;
    break;
  }
  if (!is_ticker(decision.symbol)) decision.symbol.clear();
  if (const auto day = input.origin().date) decision.date = day;
  return decision;
}

const Json* string_member(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is(Json::Kind::String) ? value : nullptr;
}

bool is_state(const Json& document) {
  return document.find("final_trade_decision") != nullptr ||
         document.find("company_of_interest") != nullptr || document.find("market_id") != nullptr;
}

// The same decision a second time, where the layout has it.
std::string_view judge_decision(const Json& state) {
  const Json* debate = state.find("risk_debate_state");
  const Json* judge = debate == nullptr ? nullptr : string_member(*debate, "judge_decision");
  return judge == nullptr ? std::string_view{} : std::string_view(judge->text);
}

// One day's state. `key` is the date it stands under, or nullopt in the flat layout.
Reading read_state(const Json& state, std::optional<Date> key, const std::string& pointer,
                   const Input& input) {
  const std::string_view format = key ? "full_states by date" : "full_states";
  const auto down = [&](Disposition disposition, Reason reason, std::string_view name,
                        std::string_view seen) {
    return turned_down(reading_of(input, kEngine, format), disposition, reason,
                       place(input, json_pointer(pointer, name)), seen);
  };
  if (state.find("market_id") != nullptr || state.find("market_question") != nullptr) {
    return down(Disposition::Reject, Reason::NotASignal, "market_id", "a prediction market");
  }
  for (const std::string_view name :
       {"final_trade_decision", "company_of_interest", "trade_date"}) {
    const Json* value = state.find(name);
    if (value == nullptr && name == "trade_date" && key) continue;
    if (value == nullptr) return down(Disposition::Reject, Reason::FieldMissing, name, "");
    if (!value->is(Json::Kind::String)) {
      return down(Disposition::Reject, Reason::FieldType, name, to_canonical_json(*value));
    }
  }
  Decision decision;
  decision.text = state.find("final_trade_decision")->text;
  decision.known_final = true;
  decision.where = json_pointer(pointer, "final_trade_decision");
  decision.symbol = std::string(trimmed(state.find("company_of_interest")->text));
  decision.date = key;
  if (const Json* day = state.find("trade_date")) {
    decision.date = date_from(trimmed(day->text));
    if (!decision.date) {
      return down(Disposition::Reject, Reason::DateTimeSyntax, "trade_date", day->text);
    }
    if (key && *key != *decision.date) {
      return down(Disposition::Quarantine, Reason::FieldValue, "trade_date", day->text);
    }
  }
  if (!input.source.symbol.empty() && input.source.symbol != decision.symbol) {
    return down(Disposition::Quarantine, Reason::FieldValue, "company_of_interest",
                decision.symbol);
  }
  for (const std::string_view name : kReports) {
    const Json* report = string_member(state, name);
    if (report == nullptr || trimmed(report->text).empty()) ++decision.empty_reports;
  }
  if (const Json* text = string_member(state, "trader_investment_decision")) {
    decision.trader = text->text;
  } else if (const Json* plan = string_member(state, "trader_investment_plan")) {
    decision.trader = plan->text;
  }
  if (const Json* text = string_member(state, "market_report")) decision.market = text->text;
  Reading reading = read_decision(decision, format, input);
  const std::string_view judged = judge_decision(state);
  const Strength other = judged == decision.text ? Strength::None : read_rating(judged).rating;
  if (!reading.signal || other == Strength::None || other == reading.signal->strength) {
    return reading;
  }
  reading =
      turned_down(std::move(reading), Disposition::Quarantine, Reason::RatingConflict,
                  place(input, pointer + "/risk_debate_state/judge_decision"), to_word(other));
  return reading;
}

}  // namespace

bool is_full_states(const Json& document) {
  if (!document.is(Json::Kind::Object) || document.members.empty()) return false;
  if (is_state(document)) return true;
  return std::all_of(document.members.begin(), document.members.end(), [](const JsonMember& day) {
    return date_from(day.name).has_value() && is_state(day.value);
  });
}

std::vector<Reading> read_full_states(const Json& document, const Input& input) {
  if (is_state(document)) return {read_state(document, std::nullopt, "", input)};
  std::vector<Reading> readings;
  for (const JsonMember& day : document.members) {
    readings.push_back(
        read_state(day.value, date_from(day.name), json_pointer("", day.name), input));
  }
  return readings;
}

Reading read_decision_text(std::string_view text, const Input& input) {
  const std::vector<Line> lines = spoken_lines(text);
  const Stage stage = input.origin().stage;
  const auto down = [&](Reason reason, std::string_view format) {
    const std::string seen = lines.empty() ? "" : plain(lines.front().text);
    const std::size_t line = lines.empty() ? 0 : lines.front().number;
    return turned_down(reading_of(input, kEngine, format), Disposition::Reject, reason,
                       place(input, "", line), seen);
  };
  if (stage == Stage::Memory || (!lines.empty() && is_log_heading(lines.front().text))) {
    return down(Reason::HistoryEntry, "decision log");
  }
  if (stage == Stage::OtherVoice) return down(Reason::NotFinalDecision, "debate");
  const bool report =
      stage == Stage::Report ||
      (!lines.empty() && label_of(lines.front().text).name == "trading analysis report");
  if (report) return read_decision(report_decision(text, input), "complete report", input);
  Decision decision;
  decision.text = text;
  decision.known_final = stage == Stage::Decision;
  return read_decision(decision, "decision text", input);
}

Rate derived_confidence(const ConfidenceBasis& basis) {
  int percent = 30;
  if (basis.rating == Strength::Buy || basis.rating == Strength::Sell) percent = 60;
  if (basis.rating == Strength::Overweight || basis.rating == Strength::Underweight) percent = 45;
  if (basis.trader_differs) percent -= 15;
  if (basis.free_text) percent -= 15;
  percent -= std::min(10 * basis.empty_reports, 20);
  return bps(100 * std::max(percent, 5));
}

}  // namespace clawgate::signals
