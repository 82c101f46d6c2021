// SPDX-License-Identifier: Apache-2.0
#include "signals/ai_trader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "signals/levels.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::string_view kEngine = "ai-trader";
constexpr Rate kConfidenceMax = bps(3000);

bool is_zero(const Json* value) {
  if (value == nullptr || !value->is(Json::Kind::Number)) return false;
  return value->text.find_first_not_of("-0.") == std::string::npos;
}

bool is_empty_text(const Json* value) {
  return value != nullptr && value->is(Json::Kind::String) && value->text.empty();
}

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is(Json::Kind::String) ? value->text : "";
}

bool is_no_trade(const Json& action) {
  return action.members.size() == 3 && text_of(action, "action") == "no_trade" &&
         is_empty_text(action.find("symbol")) && is_zero(action.find("amount"));
}

// Symbols and amounts only.
bool is_book(const Json& positions) {
  return positions.is(Json::Kind::Object) &&
         std::all_of(positions.members.begin(), positions.members.end(),
                     [](const JsonMember& m) { return m.value.is(Json::Kind::Number); });
}
bool is_opening_book(const Json& positions) {
  return is_book(positions) &&
         std::all_of(positions.members.begin(), positions.members.end(),
                     [](const JsonMember& m) { return m.name == "CASH" || is_zero(&m.value); });
}

bool has_only(const Json& object, const std::vector<std::string_view>& names) {
  return std::all_of(object.members.begin(), object.members.end(), [&](const JsonMember& member) {
    return std::find(names.begin(), names.end(), member.name) != names.end();
  });
}

bool is_narrative(const Json& document) {
  return document.find("signature") != nullptr && document.find("new_messages") != nullptr;
}

bool is_price_series(const Json& document) {
  return document.find("Meta Data") != nullptr &&
         std::any_of(document.members.begin(), document.members.end(),
                     [](const JsonMember& m) { return starts_with(m.name, "Time Series"); });
}

// A body of /api/signals/strategy or /discussion, or the same as a feed item.
bool is_post(const Json& document) {
  const bool typed = text_of(document, "message_type") == "strategy" ||
                     text_of(document, "message_type") == "discussion";
  return typed || (document.find("market") != nullptr && document.find("title") != nullptr &&
                   document.find("content") != nullptr);
}

// A list of texts in the documentation, one text with commas in the server's model.
std::vector<std::string> symbols_of(const Json& post) {
  std::vector<std::string> symbols;
  for (const std::string_view name : {"symbols", "symbol"}) {
    const Json* value = post.find(name);
    if (value == nullptr) continue;
    for (const Json& item : value->items) symbols.push_back(item.text);
    std::string_view rest = value->is(Json::Kind::String) ? std::string_view(value->text) : "";
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      symbols.emplace_back(trimmed(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return symbols;
}

struct Stance {
  std::string_view word;
  SignalSide side;
};
constexpr std::array<Stance, 3> kStances = {
    {{"buy", SignalSide::Buy}, {"sell", SignalSide::Sell}, {"hold", SignalSide::Hold}}};

Reading read_post(const Json& post, const Input& input) {
  Reading reading = reading_of(input, kEngine, "post");
  const auto down = [&](Reason reason, std::string_view name, std::string_view seen) {
    return turned_down(std::move(reading), Disposition::Reject, reason,
                       place(input, json_pointer("", name)), seen);
  };
  const Json* stance = post.find("stance");
  if (stance == nullptr || text_of(post, "message_type") == "discussion") {
    return down(Reason::NarrativeOnly, "content", text_of(post, "title"));
  }
  const auto found = std::find_if(kStances.begin(), kStances.end(), [&](const Stance& row) {
    return lower(trimmed(stance->text)) == row.word;
  });
  if (found == kStances.end()) return down(Reason::FieldValue, "stance", stance->text);
  if (text_of(post, "market") != "crypto") {
    return down(Reason::FieldValue, "market", text_of(post, "market"));
  }
  const std::vector<std::string> symbols = symbols_of(post);
  if (symbols.size() != 1) {
    return down(Reason::SymbolUnknown, "symbols",
                std::to_string(symbols.size()) + " symbols, not one");
  }
  reading.rating = std::string(found->word);
  Opinion opinion;
  opinion.enabled = input.options.ai_trader_posts;
  opinion.where = place(input, "/stance");
  opinion.symbol = symbols.front();
  opinion.trade_date = input.source.trade_date;
  if (!opinion.trade_date && input.source.received_at) {
    opinion.trade_date = date_of(*input.source.received_at);
  }
  opinion.side = found->side;
  opinion.confidence = kConfidenceMax;
  if (const Json* stated = post.find("confidence")) {
    const Result<Rate> rate = decimal_of<Rate>(*stated, "/confidence");
    if (!rate) return down(rate.error().reason, "confidence", rate.error().seen);
    if (*rate < Rate::of(0) || *rate > Rate::of(1)) {
      return down(Reason::FieldOutOfRange, "confidence", stated->text);
    }
    opinion.confidence = std::min(*rate, kConfidenceMax);
  }
  opinion.human_review = true;
  opinion.decision = input.bytes;
  opinion.thesis = text_of(post, "title") + "\n\n" + text_of(post, "content");
  opinion.stated_price = stated_price(text_of(post, "content"));
  return settled(std::move(reading), opinion, input);
}

}  // namespace

bool is_idle_book_row(const Json& document) {
  const Json* positions = document.find("positions");
  if (positions == nullptr || !has_only(document, {"date", "id", "this_action", "positions"})) {
    return false;
  }
  if (document.find("date") == nullptr) return false;
  for (const std::string_view name : {"date", "id"}) {
    const Json* value = document.find(name);
    if (value != nullptr && !value->is(Json::Kind::String) && !value->is(Json::Kind::Number)) {
      return false;
    }
    if (value != nullptr && value->text.size() > 32) return false;
  }
  const Json* action = document.find("this_action");
  if (action == nullptr) return is_opening_book(*positions);
  return is_no_trade(*action) && is_book(*positions);
}

Reading read_idle_book_row(const Json& document, const Input& input) {
  const bool opening = document.find("this_action") == nullptr;
  Reading reading = reading_of(input, kEngine, opening ? "account snapshot" : "no_trade row");
  reading.trade_date = text_of(document, "date").substr(0, 10);
  return turned_down(std::move(reading), Disposition::Reject, Reason::ContextOnly,
                     place(input, opening ? "/positions" : "/this_action"),
                     opening ? "the opening book" : "no_trade");
}

std::optional<Reading> read_ai_trader(const Json& document, const Input& input) {
  const auto down = [&](std::string_view format, Reason reason, std::string_view pointer,
                        std::string_view seen) {
    return turned_down(reading_of(input, kEngine, format), Disposition::Reject, reason,
                       place(input, pointer), seen);
  };
  if (is_narrative(document)) {
    return down("log", Reason::NarrativeOnly, "/new_messages", text_of(document, "signature"));
  }
  if (is_price_series(document)) {
    return down("price series", Reason::ContextOnly, "", "a series of prices");
  }
  if (is_post(document)) return read_post(document, input);
  return std::nullopt;
}

}  // namespace clawgate::signals
