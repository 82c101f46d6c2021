// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "schemas/strict_json.h"
#include "signals/input.h"
#include "signals/signals.h"
#include "signals/text.h"

// Readings as JSON and as lines for a person.

namespace clawgate::signals {
namespace {

constexpr std::size_t kShownLinesMax = 20;  // readings of one file printed for a person

std::string_view word_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::Signal:
      return "signal";
    case Disposition::Quarantine:
      return "quarantine";
    case Disposition::Reject:
      return "reject";
  }
  return "reject";
}

Json string(std::string_view text) {
  Json value;
  value.kind = Json::Kind::String;
  value.text = std::string(text);
  return value;
}
Json number(std::string text) {
  Json value;
  value.kind = Json::Kind::Number;
  value.text = std::move(text);
  return value;
}
Json boolean(bool set) {
  Json value;
  value.kind = Json::Kind::Bool;
  value.boolean = set;
  return value;
}

class ObjectWriter {
 public:
  ObjectWriter() { object_.kind = Json::Kind::Object; }
  ObjectWriter& put(std::string_view name, Json value) {
    object_.members.push_back({std::string(name), std::move(value)});
    return *this;
  }
  ObjectWriter& text(std::string_view name, std::string_view value) {
    return value.empty() ? *this : put(name, string(value));
  }
  ObjectWriter& price(std::string_view name, const std::optional<Px>& value) {
    return value ? put(name, number(to_text(*value))) : *this;
  }
  ObjectWriter& count(std::string_view name, std::size_t value) {
    return put(name, number(std::to_string(value)));
  }
  [[nodiscard]] Json take() { return std::move(object_); }

 private:
  Json object_;
};

Json json_of(const SignalIntent& signal) {
  ObjectWriter out;
  out.text("source_engine", signal.source_engine.view())
      .text("intent_id", signal.intent_id.view())
      .text("trace_id", signal.trace_id.view())
      .text("symbol", signal.symbol.view())
      .text("side", to_word(signal.side))
      .put("confidence", number(to_text(signal.confidence)))
      .put("confidence_derived", boolean(signal.confidence_derived))
      .put("reduce_only", boolean(signal.reduce_only))
      .put("human_review", boolean(signal.human_review))
      .put("as_of_ns", number(std::to_string(signal.as_of.value())))
      .price("stop_loss", signal.stop_loss)
      .price("take_profit", signal.take_profit)
      .price("stated_price", signal.stated_price)
      .text("time_horizon", signal.time_horizon.view())
      .text("thesis_sha256", to_hex(signal.thesis));
  return out.take();
}

Json json_of(const Reading& reading) {
  ObjectWriter out;
  out.text("disposition", word_of(reading.disposition));
  if (reading.reason != Reason::None) {
    const ReasonInfo& row = info(reading.reason);
    out.text("reason", row.code).text("meaning", row.meaning).text("next", row.next);
    out.put("direct_order", boolean(is_direct_order(reading.reason)));
  }
  out.text("where", reading.where)
      .text("seen", reading.seen)
      .text("engine", reading.engine)
      .text("format", reading.format)
      .text("symbol", reading.symbol)
      .text("asset_class", reading.asset_class)
      .text("trade_date", reading.trade_date)
      .text("rating", reading.rating)
      .text("direction", reading.direction)
      .text("thesis", reading.thesis)
      .text("payload_sha256", to_hex(reading.payload));
  Json notes;
  notes.kind = Json::Kind::Array;
  for (const std::string& note : reading.notes) notes.items.push_back(string(note));
  out.put("notes", std::move(notes));
  if (reading.signal) out.put("signal", json_of(*reading.signal));
  return out.take();
}

// What was seen is kept to a length; one that fills it goes on.
std::string quoted(const std::string& seen) {
  if (seen.size() > 1 && seen.starts_with('"') && seen.ends_with('"')) return seen;  // as it stood
  constexpr std::array<std::size_t, 2> kLengths = {48, 64};
  const bool cut = std::find(kLengths.begin(), kLengths.end(), seen.size()) != kLengths.end();
  return "\"" + seen + (cut ? "...\"" : "\"");
}

std::string shown(const Reading& reading) {
  std::string text = "  " + std::string(word_of(reading.disposition)) + "  " + reading.where + "\n";
  if (reading.signal) {
    const SignalIntent& signal = *reading.signal;
    text += "    " + std::string(signal.symbol.view()) + " " + std::string(to_word(signal.side)) +
            (reading.rating.empty() ? "" : " (" + reading.rating + ")") + ", confidence " +
            to_text(signal.confidence) + (signal.confidence_derived ? " derived" : "") +
            (reading.trade_date.empty() ? "" : ", " + reading.trade_date) + "\n";
  } else {
    if (!reading.symbol.empty() && !reading.direction.empty()) {
      text += "    " + reading.symbol + " " + reading.direction +
              (reading.rating.empty() ? "" : " (" + reading.rating + ")") +
              (reading.trade_date.empty() ? "" : ", " + reading.trade_date) + "\n";
    }
    const ReasonInfo& row = info(reading.reason);
    text += "    " + std::string(row.meaning);
    if (!reading.seen.empty()) text += " Seen: " + quoted(reading.seen) + ".";
    if (row.next != info(Reason::None).next) text += " " + std::string(row.next);
    text += " [" + std::string(row.code) + "]\n";
  }
  for (const std::string& note : reading.notes) text += "    note: " + note + "\n";
  return text;
}

}  // namespace

std::string to_json(const Reading& reading) {
  return to_canonical_json(json_of(reading));
}

std::string to_json(const Intake& intake) {
  ObjectWriter out;
  out.text("file", intake.name)
      .text("format", intake.format)
      .text("disposition", word_of(intake.disposition))
      .text("reason", intake.reason == Reason::None ? "" : info(intake.reason).code)
      .text("payload_sha256", to_hex(intake.payload))
      .count("signals", intake.signals)
      .count("quarantined", intake.quarantined)
      .count("rejected", intake.rejected)
      .count("direct_orders", intake.direct_orders);
  Json readings;
  readings.kind = Json::Kind::Array;
  for (const Reading& reading : intake.readings) readings.items.push_back(json_of(reading));
  out.put("readings", std::move(readings));
  return to_canonical_json(out.take());
}

std::string to_text(const Intake& intake) {
  std::string text = intake.name + ": " + std::string(word_of(intake.disposition));
  if (intake.readings.size() > 1) {
    text += ", " + std::to_string(intake.readings.size()) +
            " readings: " + std::to_string(intake.signals) + " signals, " +
            std::to_string(intake.quarantined) + " quarantined, " +
            std::to_string(intake.rejected) + " rejected of which " +
            std::to_string(intake.direct_orders) + " orders";
  }
  text += "\n";
  for (std::size_t i = 0; i < intake.readings.size() && i < kShownLinesMax; ++i) {
    text += shown(intake.readings[i]);
  }
  if (intake.readings.size() > kShownLinesMax) {
    text += "  ... and " + std::to_string(intake.readings.size() - kShownLinesMax) + " more\n";
  }
  return text;
}

}  // namespace clawgate::signals
