// SPDX-License-Identifier: Apache-2.0
#include "signals/rating.h"

#include <algorithm>
#include <array>
#include <vector>

#include "schemas/strict_json.h"
#include "signals/embedded.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::array<std::string_view, 8> kLabels = {"rating",
                                                     "final rating",
                                                     "recommendation",
                                                     "final recommendation",
                                                     "my recommendation",
                                                     "final decision",
                                                     "final verdict",
                                                     "verdict"};

struct Word {
  std::string_view word;
  Strength rating;
};
constexpr std::array<Word, 5> kRatings = {{{"buy", Strength::Buy},
                                           {"overweight", Strength::Overweight},
                                           {"hold", Strength::Hold},
                                           {"underweight", Strength::Underweight},
                                           {"sell", Strength::Sell}}};

// Words that make a rating depend on something, in the rating's own sentence.
constexpr std::array<std::string_view, 21> kConditions = {
    "if",          "unless",      "once",          "when",      "until",
    "provided",    "providing",   "assuming",      "pending",   "contingent",
    "conditional", "conditioned", "conditionally", "depending", "depends",
    "subject to",  "as long as",  "so long as",    "in case",   "upon",
    "after"};

// Words that open a sentence which makes the one before conditional.
constexpr std::array<std::string_view, 14> kConditionOpeners = {
    "only if",  "only when", "only once",   "only after",  "but only",   "if",         "unless",
    "provided", "assuming",  "conditional", "conditioned", "contingent", "subject to", "depending"};

// Words of the other direction that are no rating themselves.
constexpr std::array<std::string_view, 7> kAgainstBuy = {"short", "reduce",    "trim", "exit",
                                                         "avoid", "liquidate", "pass"};
constexpr std::array<std::string_view, 2> kAgainstSell = {"accumulate", "go long"};

constexpr std::array<std::string_view, 6> kReasoningTags = {
    "think", "thinking", "thought", "reasoning", "reflection", "scratchpad"};

enum class Value : std::uint8_t { None, Rating, TwoRatings, Conditional, Unclear };

struct Position {
  Value value = Value::None;
  Strength rating = Strength::None;
  std::size_t line = 0;
  std::string seen;
};

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_word_byte(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '\'';
}

// Letters of a script whose words we do not know: they may name a rating or a condition.
bool has_foreign_letters(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = next_point(text, at);
    const bool symbol = (point >= 0x2000 && point <= 0x2BFF) ||
                        (point >= 0x3000 && point <= 0x303F) ||
                        (point >= 0xFE00 && point <= 0xFF20) || point >= 0x1F000;
    if (point >= 0x370 && !symbol) return true;
  }
  return false;
}

bool any_word(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return contains_word(text, word); });
}

bool opens_condition(std::string_view sentence) {
  const std::string text = plain(sentence);
  const std::size_t start = text.find_first_not_of("(\"'- ");
  const std::string_view rest = start == text.npos ? "" : std::string_view(text).substr(start);
  return std::any_of(kConditionOpeners.begin(), kConditionOpeners.end(), [&](std::string_view w) {
    return starts_with(rest, w) && (rest.size() == w.size() || !is_word_byte(rest[w.size()]));
  });
}

// The rating words in a text, in order.
std::vector<Strength> ratings_in(std::string_view text) {
  std::vector<Strength> found;
  for (const Word& row : kRatings) {
    if (contains_word(text, row.word)) found.push_back(row.rating);
  }
  return found;
}

bool names_another(std::string_view remark, Strength rating) {
  for (const Strength other : ratings_in(remark)) {
    if (other != rating) return true;
  }
  if (side_of(rating) == SignalSide::Buy) return any_word(remark, kAgainstBuy);
  if (side_of(rating) == SignalSide::Sell) return any_word(remark, kAgainstSell);
  return false;
}

// The end of the first sentence: a full stop before a space or the end, or `;` `!`.
std::size_t sentence_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ';' || text[i] == '!') return i;
    if (text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ')) return i;
  }
  return text.size();
}

Position unclear(std::string_view value) {
  const std::vector<Strength> named = ratings_in(value);
  Position position{.seen = std::string(value)};
  if (named.size() > 1) {
    position.value = Value::TwoRatings;
  } else {
    position.value =
        any_word(value, kConditions) && !named.empty() ? Value::Conditional : Value::Unclear;
  }
  return position;
}

// `value` is plain; `next` is the next non-empty line of the text.
Position value_of(std::string_view value, std::string_view next) {
  const std::size_t start = std::min(value.find_first_not_of("\"'([ "), value.size());
  const std::string_view text = value.substr(start);
  std::size_t end = 0;
  while (end < text.size() && is_letter(text[end])) ++end;
  const Strength rating = rating_of(text.substr(0, end));
  if (rating == Strength::None) return unclear(value);

  std::string_view rest = text.substr(end);
  const std::size_t stop = sentence_end(rest);
  const std::string_view remark = rest.substr(0, stop);
  const std::string_view behind = trimmed(rest.substr(std::min(stop + 1, rest.size())));
  Position position{.value = Value::Rating, .rating = rating, .seen = std::string(value)};
  if (names_another(remark, rating)) {
    position.value = Value::TwoRatings;
  } else if (any_word(remark, kConditions) || opens_condition(behind.empty() ? next : behind)) {
    position.value = Value::Conditional;
  } else if (const std::string_view words = trimmed(remark);
             words.starts_with('?') || has_foreign_letters(remark) ||
             (!words.empty() && is_word_byte(words.front()))) {
    position.value = Value::Unclear;  // the word runs on into prose
  }
  return position;
}

bool is_label(std::string_view name) {
  return std::find(kLabels.begin(), kLabels.end(), name) != kLabels.end();
}

std::vector<Position> positions_in(std::string_view text) {
  std::vector<Line> lines;
  for (const Line& line : lines_of(text)) {
    if (!trimmed(plain(line.text)).empty()) lines.push_back(line);
  }
  const auto text_at = [&](std::size_t i) {
    return i < lines.size() ? lines[i].text : std::string_view{};
  };
  std::vector<Position> positions;
  const auto add = [&](Position position, std::size_t i) {
    position.line = lines[i].number;
    positions.push_back(std::move(position));
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Label label = label_of(lines[i].text);
    if (i == 0) {  // form 4
      const std::string first = plain(lines[i].text);
      const std::size_t word = first.find_first_of(". ");
      const bool closed = word == first.npos || first[word] == '.';
      const Strength rating = rating_of(std::string_view(first).substr(0, word));
      if (rating != Strength::None && closed) add(value_of(first, text_at(i + 1)), i);
    }
    if (!is_label(label.name)) continue;
    if (!label.value.empty()) {  // form 1
      add(value_of(label.value, text_at(i + 1)), i);
      continue;
    }
    // Form 2. A label that heads a section of prose is no position.
    const std::string below = plain(text_at(i + 1));
    const Position position = value_of(below, text_at(i + 2));
    if (position.rating != Strength::None) add(position, i + 1);
  }
  return positions;
}

RatingReading refused(Disposition disposition, Reason reason, std::size_t line, std::string seen) {
  return {.disposition = disposition, .reason = reason, .line = line, .seen = std::move(seen)};
}

RatingReading accepted(Strength rating, std::size_t line, bool structured) {
  return {.rating = rating,
          .disposition = Disposition::Signal,
          .reason = Reason::None,
          .line = line,
          .seen = std::string(to_word(rating)),
          .structured = structured};
}

bool is_structured(std::string_view text) {
  bool rating = false;
  bool summary = false;
  bool thesis = false;
  for (const Line& line : lines_of(text)) {
    const Label label = label_of(line.text);
    rating = rating || (label.name == "rating" && label.colon);
    summary = summary || (label.name == "executive summary" && label.colon);
    thesis = thesis || (label.name == "investment thesis" && label.colon);
  }
  return rating && summary && thesis;
}

// The text inside one code fence around everything; else the text.
std::string_view unfenced(std::string_view text) {
  if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 7) return text;
  const std::size_t first = text.find('\n');
  if (first == text.npos || text.find("```", first) != text.size() - 3) return text;
  return trimmed(text.substr(first, text.size() - 3 - first));
}

RatingReading read_json_rating(std::string_view text) {
  const Result<Json> object = read_model_json(text);
  if (!object) {
    return refused(Disposition::Quarantine, object.error().reason, 1, object.error().seen);
  }
  const Json* rating = nullptr;
  bool summary = false;
  for (const JsonMember& member : object->members) {
    const std::string name = lower(trimmed(member.name));
    summary = summary || name == "executive summary" || name == "executive_summary";
    if (name != "rating") continue;
    if (rating != nullptr) {
      return refused(Disposition::Quarantine, Reason::RatingConflict, 1, "two Rating members");
    }
    rating = &member.value;
  }
  if (rating == nullptr) {
    return refused(Disposition::Reject, Reason::RatingMissing, 1, "a JSON object without Rating");
  }
  if (!rating->is(Json::Kind::String)) {
    return refused(Disposition::Reject, Reason::FieldType, 1, to_canonical_json(*rating));
  }
  const Strength word = rating_of(trimmed(rating->text));
  if (word != Strength::None) return accepted(word, 1, summary);
  const bool two = ratings_in(rating->text).size() > 1;
  return refused(two ? Disposition::Reject : Disposition::Quarantine,
                 two ? Reason::RatingConflict : Reason::RatingMissing, 1, rating->text);
}

}  // namespace

Strength rating_of(std::string_view word) {
  for (const Word& row : kRatings) {
    if (lower(word) == row.word) return row.rating;
  }
  return Strength::None;
}

std::string_view to_word(Strength rating) {
  switch (rating) {
    case Strength::None:
      return "";
    case Strength::Buy:
      return "Buy";
    case Strength::Overweight:
      return "Overweight";
    case Strength::Hold:
      return "Hold";
    case Strength::Underweight:
      return "Underweight";
    case Strength::Sell:
      return "Sell";
  }
  return "";
}

SignalSide side_of(Strength rating) {
  switch (rating) {
    case Strength::Buy:
    case Strength::Overweight:
      return SignalSide::Buy;
    case Strength::Underweight:
    case Strength::Sell:
      return SignalSide::Sell;
    case Strength::None:
    case Strength::Hold:
      break;
  }
  return SignalSide::Hold;
}

std::optional<std::string_view> without_reasoning(std::string_view text) {
  std::string_view rest = text;
  for (std::size_t at = 0; (at = text.find('<', at)) != text.npos; ++at) {
    for (const std::string_view tag : kReasoningTags) {
      const std::string close = "</" + std::string(tag) + ">";
      if (starts_with(text.substr(at), close)) rest = text.substr(at + close.size());
    }
  }
  for (const std::string_view tag : kReasoningTags) {
    if (contains(rest, "<" + std::string(tag) + ">")) return std::nullopt;
  }
  return rest;
}

RatingReading read_rating(std::string_view text) {
  const auto rest = without_reasoning(text);
  if (!rest)
    return refused(Disposition::Quarantine, Reason::RatingMissing, 0, "open reasoning tag");
  const std::string_view whole = unfenced(trimmed(*rest));
  if (whole.starts_with('{')) return read_json_rating(whole);

  // Line numbers count from the start of the text as it was received.
  const auto dropped = static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + (rest->data() - text.data()), '\n'));
  std::vector<Position> positions = positions_in(*rest);
  for (Position& position : positions) position.line += dropped;

  const auto first = [&](Value value) -> const Position* {
    const auto it = std::find_if(positions.begin(), positions.end(),
                                 [&](const Position& p) { return p.value == value; });
    return it == positions.end() ? nullptr : &*it;
  };
  if (positions.empty()) return {};
  if (const Position* two = first(Value::TwoRatings)) {
    return refused(Disposition::Reject, Reason::RatingConflict, two->line, two->seen);
  }
  const Position* rated = first(Value::Rating);
  if (rated == nullptr) rated = first(Value::Conditional);
  for (const Position& other : positions) {
    if (rated == nullptr || other.rating == Strength::None || other.rating == rated->rating) {
      continue;
    }
    return refused(
        Disposition::Quarantine, Reason::RatingConflict, other.line,
        std::string(to_word(rated->rating)) + " and " + std::string(to_word(other.rating)));
  }
  if (const Position* condition = first(Value::Conditional)) {
    return refused(Disposition::Quarantine, Reason::RatingConditional, condition->line,
                   condition->seen);
  }
  if (const Position* other = first(Value::Unclear)) {
    return refused(Disposition::Quarantine, Reason::RatingMissing, other->line, other->seen);
  }
  return accepted(rated->rating, rated->line, is_structured(*rest));
}

}  // namespace clawgate::signals
