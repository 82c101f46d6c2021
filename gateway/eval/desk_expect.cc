// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/eval/trading_desk.h"
#include "schemas/contracts/words.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::eval {
namespace {

constexpr std::uint16_t kRecordTypesEnd = 100;

template <class Enum>
bool is_word_of(std::string_view text) {
  return from_word<Enum>(text).has_value();
}

template <class... Enums>
bool is_word_of_any(std::string_view text) {
  return (is_word_of<Enums>(text) || ...);
}

// A word that could be seen at all: `expect a !STOP_MISING` must not hold because of its spelling.
bool is_known(std::string_view word) {
  static constexpr std::array<std::string_view, 13> kOwn = {
      "allowed", "called", "done",    "no_op",  "closed", "nothing", "pass",
      "hold",    "none",   "derived", "failed", "valid",  "only"};
  if (std::find(kOwn.begin(), kOwn.end(), word) != kOwn.end()) return true;
  if (word.find('=') != word.npos && word.front() != '=') return true;
  if (whole(word)) return true;
  if (std::any_of(kReasons.begin(), kReasons.end(),
                  [&](const ReasonInfo& row) { return row.code == word; })) {
    return true;
  }
  if (std::any_of(kBlocks.begin(), kBlocks.end(),
                  [&](const BlockInfo& row) { return row.code == word; })) {
    return true;
  }
  return is_word_of_any<SignalOutcome, HoldState, OrderState, ProtectionState, TradingState,
                        Disposition, EngineMode, Stage, RampLevel, ChallengeStatus>(word) ||
         contracts::value_of<contracts::DecisionStatus>(word).has_value();
}

void add(std::string& text, std::string_view word) {
  if (!text.empty()) text += " ";
  text += word;
}

// How many of each severity, how many were a violation, and about which causes.
std::string incidents_text(const DeskRecords& records) {
  std::array<unsigned, kWords<Severity>.size()> of{};
  unsigned violations = 0;
  std::string causes;
  for (const DeskRecords::Row& row : records.rows()) {
    if (row.type != IncidentOpened::kType) continue;
    const auto incident = *decode<IncidentOpened>(row.payload);
    ++of[static_cast<std::size_t>(incident.severity)];
    violations += incident.violation ? 1 : 0;
    add(causes, word(incident.cause));
  }
  std::string text = causes;
  for (std::size_t i = 0; i < of.size(); ++i) {
    add(text, std::string(kWords<Severity>[i]) + "=" + std::to_string(of[i]));
  }
  add(text, "violations=" + std::to_string(violations));
  return text;
}

}  // namespace

// expect WHAT WORD...: what is seen of WHAT holds each word, and none that has a `!` before it.
// `only` demands that nothing else is seen.
std::optional<Failure> TradingDesk::expect(const Line& line) {
  const auto seen = state_of(line.word(1));
  if (!seen || line.words.size() < 3) return not_understood(line, "expect WHAT WORD...");
  std::string expected(line.word(1));
  bool holds = true;
  for (std::size_t i = 2; i < line.words.size(); ++i) {
    const bool absent = line.words[i].starts_with("!");
    const std::string word = line.words[i].substr(absent ? 1 : 0);
    if (!is_known(word)) return not_understood(line, "no such word can be seen: " + word);
    add(expected, line.words[i]);
    if (word == "only") continue;
    const bool found = (" " + *seen + " ").find(" " + word + " ") != std::string::npos;
    holds = holds && found != absent;
  }
  if (line.words.back() == "only") {
    const auto words = static_cast<std::size_t>(std::count(seen->begin(), seen->end(), ' ')) + 1;
    holds = holds && words == line.words.size() - 3;
  }
  if (holds) return std::nullopt;
  return Failure{"", line.number, expected, *seen};
}

std::optional<std::string> TradingDesk::state_of(std::string_view what) const {
  if (what == "contract") return contract_;
  if (what == "document") return document_;
  if (what == "pipeline") return pipeline_;
  if (what == "reading") {
    if (readings_.empty()) return "none";
    return std::string(word(readings_[0].disposition)) + " " +
           std::string(word(readings_[0].reason));
  }
  if (auto text = govern_.state_of(what)) return text;
  if (!opened_) return std::nullopt;
  if (what == "answer") return last_answer_;
  if (what == "state") return std::string(word(state_->trading_state()));
  if (what == "door") return std::string(word(word_.read().state));
  if (what == "gateway") return runtime_->failure() ? "failed" : "none";
  if (what == "blocked") {
    std::string text;
    for (const BlockInfo& row : kBlocks) {
      if (state_->blocked_by(row.block)) add(text, row.code);
    }
    return text.empty() ? "nothing" : text;
  }
  if (what == "verdict") {  // the reasons of the newest pass through the risk table
    const DeskRecords::Row* const row = records_.newest(RiskVerdict::kType);
    if (row == nullptr) return "none";
    const std::string text =
        reasons_text(ReasonSet::from_bits(decode<RiskVerdict>(row->payload)->reasons));
    return text.empty() ? "nothing" : text;
  }
  if (what == "mode") return std::string(word(state_->engine_mode));
  if (what == "human") return humans_called_ == 0 ? "none" : "called";
  if (what == "incidents") return incidents_text(records_);
  if (what == "orders") {  // how many the exchange ever took
    return std::to_string(
        exchange_->all_orders(account_, symbol_, sim::OrderId{0}, SIZE_MAX).size());
  }
  if (what == "working") {  // how many stand at the exchange now
    return std::to_string(exchange_->open_orders(account_, symbol_).size());
  }
  if (what == "records") {
    std::string text;
    for (std::uint16_t type = 10; type < kRecordTypesEnd; ++type) {
      const std::string name(record_name(type));
      if (name != "?") add(text, name + "=" + std::to_string(records_.count(name)));
    }
    return text;
  }
  if (!outcomes_.contains(what)) return std::nullopt;
  return trade_text(what);
}

std::string TradingDesk::trade_text(std::string_view name) const {
  std::string text = outcomes_.find(name)->second;
  const gateway::Trade* const held = trade(name);
  if (held == nullptr) return text;
  add(text, word(held->hold));
  if (held->hold_reason != Reason::None) add(text, info(held->hold_reason).code);
  if (held->closed) add(text, "closed");
  const Leg& lead = held->order.legs[0];
  add(text, "qty=" + to_text(lead.qty));
  add(text, "limit=" + to_text(lead.limit));
  if (held->order.legs.size() > 1) {
    add(text, "trigger=" + to_text(held->order.legs[1].trigger));
    add(text, "stop_qty=" + to_text(held->order.legs[1].qty));
  }
  if (held->order.stop_derived) add(text, "derived");
  add(text, "risk=" + to_text(held->order.risk));
  add(text, "cost=" + to_text(held->order.worst_cost));
  if (held->hold != HoldState::Released) return text;
  add(text, "held=" + to_text(held->position.qty));
  add(text, "protection=" + std::string(word(held->protection)));
  for (const gateway::TradeOrder& order : held->orders) {
    add(text, std::string(word(order.leg.role)) + "=" + std::string(word(order.state)));
  }
  return text;
}

const gateway::Trade* TradingDesk::trade(std::string_view name) const {
  const auto hold = holds_.find(name);
  if (hold == holds_.end()) return nullptr;
  return static_cast<const gateway::State&>(*state_).find(hold->second);
}

}  // namespace clawgate::eval
