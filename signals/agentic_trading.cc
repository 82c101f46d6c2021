// SPDX-License-Identifier: Apache-2.0
#include "signals/agentic_trading.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::string_view kEngine = "agentictrading";
constexpr Rate kConfidenceMax = bps(5000);

struct Word {
  std::string_view word;
  SignalSide side;
};
constexpr std::array<Word, 6> kWords = {{{"long", SignalSide::Buy},
                                         {"buy", SignalSide::Buy},
                                         {"short", SignalSide::Sell},
                                         {"sell", SignalSide::Sell},
                                         {"neutral", SignalSide::Hold},
                                         {"hold", SignalSide::Hold}}};

std::string text_of(const Json* value) {
  return value != nullptr && value->is(Json::Kind::String) ? value->text : "";
}

// Where one kind of document keeps what a signal needs; pointers from the item.
struct Shape {
  std::string_view format;
  std::string_view symbol;
  std::string_view word;
  std::string_view confidence;
  std::string_view date;
  std::string_view thesis;  // empty: it has none
};
constexpr Shape kListItem = {"alpha list", "instrument", "signal_type", "confidence", "date", ""};
constexpr Shape kFlow = {"AlphaStrategyFlow", "symbol",    "signal",
                         "confidence",        "timestamp", "reasoning"};
constexpr Shape kAlphaSignal = {"AlphaSignal", "symbol", "direction", "confidence", "ts", ""};

// A ratio of floating point origin: the ninth decimal and below are cut, never rounded up.
Result<Rate> confidence_of(const Json& value) {
  Json cut = value;
  const std::size_t point = cut.text.find('.');
  const bool exponent = cut.text.find_first_of("eE") != cut.text.npos;
  if (value.is(Json::Kind::Number) && point != cut.text.npos && !exponent) {
    cut.text.resize(std::min(cut.text.size(), point + 9));
  }
  const Result<Rate> rate = decimal_of<Rate>(cut, "/confidence");
  if (!rate) return rate.error();
  if (*rate < Rate::of(0) || *rate > Rate::of(1)) {
    return Error{Reason::FieldOutOfRange, "/confidence", value.text};
  }
  return std::min(*rate, kConfidenceMax);
}

// The list gives the signal twice, as -1, 0, 1 and as a word.
bool disagrees(const Json* number, SignalSide side) {
  if (number == nullptr || !number->is(Json::Kind::Number)) return false;
  const RawDecimal value = parse_decimal(number->text);
  if (value.error != DecimalError::None) return true;
  if (side == SignalSide::Buy) return value.raw <= 0;
  if (side == SignalSide::Sell) return value.raw >= 0;
  return value.raw != 0;
}

struct Item {
  const Json& fields;
  Shape shape;
  std::string pointer;
  std::string symbol;
  std::string date;
};

Reading read_item(const Item& item, const Input& input) {
  Reading reading = reading_of(input, kEngine, item.shape.format);
  reading.symbol = item.symbol;
  const auto down = [&](Disposition disposition, Reason reason, std::string_view name,
                        std::string_view seen) {
    return turned_down(std::move(reading), disposition, reason,
                       place(input, json_pointer(item.pointer, name)), seen);
  };
  const Json* word = item.fields.find(item.shape.word);
  const Json* confidence = item.fields.find(item.shape.confidence);
  if (word == nullptr) return down(Disposition::Reject, Reason::FieldMissing, item.shape.word, "");
  if (confidence == nullptr) {
    return down(Disposition::Reject, Reason::FieldMissing, item.shape.confidence, "");
  }
  const auto meant = std::find_if(kWords.begin(), kWords.end(), [&](const Word& row) {
    return lower(trimmed(word->text)) == row.word;
  });
  if (meant == kWords.end()) {
    return down(Disposition::Reject, Reason::FieldValue, item.shape.word, word->text);
  }
  if (disagrees(item.fields.find("signal"), meant->side)) {
    return down(Disposition::Quarantine, Reason::RatingConflict, "signal",
                word->text + " and " + item.fields.find("signal")->text);
  }
  const Result<Rate> rate = confidence_of(*confidence);
  if (!rate) {
    return down(Disposition::Reject, rate.error().reason, item.shape.confidence, rate.error().seen);
  }
  const auto date = date_from(std::string_view(item.date).substr(0, 10));
  if (!date) return down(Disposition::Reject, Reason::DateTimeSyntax, item.shape.date, item.date);

  reading.rating = word->text;
  const std::string decision = to_canonical_json(item.fields);
  Opinion opinion;
  opinion.enabled = input.options.agentic_trading;
  opinion.where = place(input, item.pointer);
  opinion.symbol = item.symbol;
  opinion.trade_date = date;
  opinion.side = meant->side;
  opinion.confidence = *rate;
  opinion.decision = decision;
  opinion.thesis =
      item.shape.thesis.empty() ? decision : text_of(item.fields.find(item.shape.thesis));
  return settled(std::move(reading), opinion, input);
}

std::vector<Reading> read_list(const Json& document, const Json& list, const Input& input) {
  std::vector<Reading> readings;
  const std::string status = text_of(document.find("status"));
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Json& fields = list.items[i];
    const std::string pointer = "/alpha_signals/" + std::to_string(i);
    readings.push_back(read_item({fields, kListItem, pointer, text_of(fields.find("instrument")),
                                  text_of(fields.find("date"))},
                                 input));
    if (status != "success") {
      readings.back() = turned_down(std::move(readings.back()), Disposition::Quarantine,
                                    Reason::FieldValue, place(input, "/status"), status);
    }
  }
  if (readings.empty()) {
    readings.push_back(turned_down(reading_of(input, kEngine, kListItem.format),
                                   Disposition::Reject, Reason::FieldEmpty,
                                   place(input, "/alpha_signals"), "no items"));
  }
  return readings;
}

}  // namespace

std::vector<Reading> read_agentic_trading(const Json& document, const Input& input) {
  if (const Json* list = document.find("alpha_signals"); list != nullptr) {
    return read_list(document, *list, input);
  }
  if (document.find("overall_risk_level") != nullptr && document.find("risk_score") != nullptr) {
    return {turned_down(reading_of(input, kEngine, "risk report"), Disposition::Reject,
                        Reason::ContextOnly, place(input, "/risk_score"),
                        document.find("risk_score")->text)};
  }
  const Json* decision = document.find("decision");
  const Json* context = document.find("market_context");
  if (document.find("alpha_id") != nullptr && decision != nullptr && context != nullptr) {
    return {read_item({*decision, kFlow, "/decision", text_of(context->find("symbol")),
                       text_of(document.find("timestamp"))},
                      input)};
  }
  if (document.find("strategy_id") != nullptr && document.find("direction") != nullptr) {
    return {read_item({document, kAlphaSignal, "", text_of(document.find("symbol")),
                       text_of(document.find("ts"))},
                      input)};
  }
  return {};
}

}  // namespace clawgate::signals
