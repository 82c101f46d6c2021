// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/operator_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "gateway/report/format.h"
#include "schemas/contracts/date_time.h"
#include "schemas/core/decimal.h"
#include "schemas/core/result.h"
#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

const CallJson& member(const CallJson& json, const char* name) {
  static const CallJson kNull;
  const auto at = json.find(name);
  return at == json.end() ? kNull : *at;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// "take-profit" of "take_profit".
std::string role_of(const CallJson& json) {
  std::string text = text_of(json, "role");
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

bool is_set(const std::string& amount) {
  return !amount.empty() && amount != "0";
}

/// " (12 s old)"; nothing while it is fresh.
std::string age_of(const CallJson& position) {
  constexpr std::int64_t kFreshMs = 5'000;
  const CallJson& age = member(position, "mark_age_ms");
  if (!age.is_number_integer() || age.get<std::int64_t>() < kFreshMs) return "";
  return " (" + std::to_string(age.get<std::int64_t>() / 1'000) + " s old)";
}

std::string position_text(const CallJson& row) {
  const std::string at = text_of(row, "stop_price");
  return "  position  " + text_of(row, "quantity") + " of " + text_of(row, "symbol") + ", cost " +
         text_of(row, "cost") + ", bid " + text_of(row, "mark") + age_of(row) + ", stop " +
         text_of(row, "protection") + (at.empty() ? "" : " at " + at) + "   (order " +
         text_of(row, "hold") + ")\n";
}

// Those whose end nobody decided: a person who waited for them asks where they are.
std::string voided_text(const CallJson& row, UnixNanos now) {
  if (text_of(row, "state") != "VOIDED" || !row.value("this_session", false)) return "";
  std::string text = "  order " + text_of(row, "hold") + "   VOIDED, " + text_of(row, "reason") +
                     " " + moment_of(row, "time", now) + ": " + text_of(row, "meaning") + "\n";
  for (const CallJson& reason : member(row, "reasons")) {
    text += "            " + reason_text(reason, now) + "\n";
  }
  return text;
}

struct HealthWords {
  std::string_view health;
  std::string_view words;
};
constexpr auto kHealthWords = std::to_array<HealthWords>({
    {"not_watched", "not watched: it never sent a heartbeat, and S0 waits for none"},
    {"awaited", "awaited: not heard since the start"},
});

std::string engine_text(const CallJson& row, UnixNanos now) {
  std::string health = text_of(row, "health");
  for (const HealthWords& at : kHealthWords) {
    if (at.health == health) health = at.words;
  }
  std::string text =
      "  engine    " + text_of(row, "engine") + " (" + text_of(row, "role") + "): " + health;
  if (!text_of(row, "heard_at").empty()) text += ", heard " + moment_of(row, "heard_at", now);
  return text + "\n";
}

std::string key_text(const CallJson& key) {
  if (!key.is_object()) return "";
  std::string text = "  key       ";
  text += key.value("passes", false) ? "may trade and no more" : "ON HOLD";
  for (const CallJson& row : member(key, "findings")) {
    text +=
        "; " + text_of(row, "code") + " " + text_of(row, "field") + " is " + text_of(row, "seen");
  }
  return text + "\n";
}

bool reaches(const std::string& value, const std::string& bound) {
  const RawDecimal a = parse_decimal(value);
  const RawDecimal b = parse_decimal(bound);
  return a.error == DecimalError::None && b.error == DecimalError::None && a.raw >= b.raw;
}

// Said where it binds: a person asks why no entry passes.
std::string day_text(const CallJson& day, UnixNanos now) {
  if (!day.is_object()) return "";
  std::string text;
  if (!text_of(day, "cooldown_until").empty()) {
    text += "  cooldown  no entries until " + moment_of(day, "cooldown_until", now) +
            ": a trade ended at a loss\n";
  }
  if (day.value("entries", 0) == 0) return text;
  const bool no_entry = reaches(text_of(day, "entries"), text_of(day, "entries_max"));
  const bool no_notional = reaches(text_of(day, "notional"), text_of(day, "notional_max"));
  text += "  day       " + text_of(day, "entries") + " of " + text_of(day, "entries_max") +
          " entries, " + text_of(day, "notional") + " of " + text_of(day, "notional_max") +
          " notional";
  if (!text_of(day, "result").empty()) {
    text += ", result " + text_of(day, "result") + " (entries stop at " +
            text_of(day, "result_min") + ")";
  }
  if (no_entry || no_notional) text += ": no more entries until 00:00 in Sao Paulo";
  return text + "\n";
}

/// How the end of a cause that a decision ends is begun.
std::string first_step(const CallJson& block, const std::string& place) {
  const bool decided = text_of(block, "kind") == "cause" &&
                       text_of(block, "clears").find("decision") != std::string::npos;
  if (!decided) return "";
  return "            begin by: clawgate decisions open FILE --cause " + text_of(block, "code") +
         place + "   (clawgate decisions open --help shows a FILE)\n";
}

std::string block_text(const CallJson& block, const std::string& place, UnixNanos now) {
  const std::string evidence = text_of(block, "evidence");
  return "  " + text_of(block, "kind") + "  " + text_of(block, "code") + " since " +
         moment_of(block, "since", now) + ": " + text_of(block, "meaning") +
         (evidence.empty() ? "" : " (" + evidence + ")") +
         "\n            ends by: " + text_of(block, "clears") + "\n" + first_step(block, place);
}

// ---- events -------------------------------------------------------------------------------------

/// "SELL 0.00081 BTCUSDT from 60540.18", with the stop and the take-profit of an entry.
std::string order_text(const CallJson& order) {
  const CallJson& legs = member(order, "legs");
  if (!legs.is_array() || legs.empty()) return "";
  const CallJson& first = legs[0];
  const bool sells = text_of(first, "side") == "sell";
  std::string text = upper(text_of(first, "side")) + " " + text_of(first, "qty") + " " +
                     text_of(order, "symbol") + (sells ? " from " : " up to ") +
                     text_of(first, "limit");
  for (const CallJson& leg : legs) {
    const std::string role = text_of(leg, "role");
    if (role == "stop") text += ", stop " + text_of(leg, "trigger");
    if (role == "take_profit") text += ", take-profit " + text_of(leg, "limit");
  }
  return text;
}

/// "12:04:16" of a time that the gateway wrote.
std::string clock_of(const CallJson& json, const char* name) {
  const std::string text = text_of(json, name);
  return text.size() < 19 ? text : text.substr(11, 8);
}

std::string joined(const CallJson& list) {
  std::string text;
  for (const CallJson& item : list) text += (text.empty() ? "" : ", ") + item.get<std::string>();
  return text;
}

std::string held_words(const CallJson& event) {
  const CallJson& order = member(event, "order");
  const std::string number = text_of(order, "hold");
  return "order " + number + " waits: " + order_text(order) + " until " +
         clock_of(order, "expires_at") + "; clawgate approve " + number;
}

std::string intent_words(const CallJson& event) {
  const CallJson& order = member(event, "order");
  return "order " + text_of(order, "hold") + " goes out: " + order_text(order) + "; approved by " +
         text_of(event, "approved_by") + (event.value("scripted", false) ? ", a script" : "");
}

std::string fill_words(const CallJson& event) {
  std::string text = "order " + text_of(event, "hold") + ": " + role_of(event) + " " +
                     upper(text_of(event, "side")) + " " + text_of(event, "qty") + " at " +
                     text_of(event, "px") + ", fee " + text_of(event, "fee") + " " +
                     text_of(event, "fee_asset") + "; holds " + text_of(event, "held");
  if (is_set(text_of(event, "realised"))) text += ", realised " + text_of(event, "realised");
  return text;
}

std::string protective_words(const CallJson& event) {
  const CallJson& leg = member(event, "leg");
  std::string text = "order " + text_of(event, "hold") + " puts out its " + role_of(leg) + ": " +
                     upper(text_of(leg, "side")) + " " + text_of(leg, "qty");
  if (is_set(text_of(leg, "trigger"))) text += ", trigger " + text_of(leg, "trigger");
  if (is_set(text_of(leg, "limit"))) text += ", limit " + text_of(leg, "limit");
  return text + "; " + text_of(leg, "client_order_id");
}

std::string verdict_words(const CallJson& event) {
  const CallJson& reasons = member(event, "reasons");
  const std::string when = text_of(event, "phase") == "release" ? " after the approval" : "";
  std::string text = "order " + text_of(event, "hold") + ": ";
  if (reasons.empty()) return text + text_of(event, "checks") + " checks passed" + when;
  return text + "checks not passed" + when + ": " + joined(reasons);
}

std::string signal_words(const CallJson& event) {
  const std::string why = joined(member(event, "reasons"));
  return "signal " + text_of(event, "hold") + " of " + text_of(event, "source_engine") + ", " +
         text_of(event, "side") + " " + text_of(event, "symbol") + ": " +
         text_of(event, "outcome") + (why.empty() ? "" : ", " + why) + "; " +
         text_of(event, "intent_id");
}

std::string hold_words(const CallJson& event) {
  const std::string why = text_of(event, "reason");
  const std::string who = text_of(event, "operator_id");
  return "order " + text_of(event, "hold") + " is " + text_of(event, "to") +
         (why == word(Reason::None) ? "" : ", " + why) + (who.empty() ? "" : ", by " + who);
}

std::string block_words(const CallJson& event) {
  const std::string evidence = text_of(event, "evidence");
  const std::string left = joined(member(event, "blocks"));
  return text_of(event, "block") + (event.value("active", false) ? " began" : " ended") +
         (evidence.empty() ? "" : ": " + evidence) +
         "; in force: " + (left.empty() ? "none" : left);
}

struct EventWords {
  std::string_view record;
  std::string (*words)(const CallJson&);
};
constexpr auto kEventWords = std::to_array<EventWords>({
    {"CandidateHeld", held_words},
    {"OrderIntent", intent_words},
    {"FillApplied", fill_words},
    {"ProtectiveIssued", protective_words},
    {"RiskVerdict", verdict_words},
    {"SignalDecided", signal_words},
    {"HoldMoved", hold_words},
    {"BlockChanged", block_words},
});

/// Every member as name=value, of nested ones with the way to them; long digests are cut.
std::string all_members(const CallJson& json, const std::string& at) {
  std::string text;
  for (const auto& [name, value] : json.items()) {
    const bool said = at.empty() && (name == "time" || name == "seq" || name == "record");
    if (said || value.is_null()) continue;
    const std::string path = at.empty() ? name : at + "." + name;
    if (value.is_structured()) {
      text += all_members(value, path);
      continue;
    }
    const std::string plain = value.is_string() ? value.get<std::string>() : value.dump();
    if (plain.empty()) continue;
    text += " " + path + "=" + (plain.size() == 64 ? plain.substr(0, 12) + ".." : plain);
  }
  return text;
}

}  // namespace

std::string text_of(const CallJson& json, const char* name) {
  const CallJson& value = member(json, name);
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

UnixNanos time_of(const CallJson& json, const char* name) {
  UnixNanos at;
  const Reason wrong = contracts::parse_date_time(text_of(json, name), at);
  return wrong == Reason::None ? at : UnixNanos{};
}

std::string moment_of(const CallJson& json, const char* name, UnixNanos now) {
  const UnixNanos at = time_of(json, name);
  return at.value() == 0 ? text_of(json, name) : report::moment_text(at, now);
}

std::string reason_text(const CallJson& row, UnixNanos now) {
  std::string text = text_of(row, "code") + ": " + text_of(row, "message");
  if (!text_of(row, "until").empty()) text += " Until " + moment_of(row, "until", now) + ".";
  return text + " " + text_of(row, "next");
}

std::string refusal_text(const CallJson& refusal, UnixNanos now) {
  const std::string code = text_of(refusal, "code");
  const Reason reason = reason_of(code);
  std::string text =
      reason == Reason::None
          ? reason_text(refusal, now)
          : to_text(Error{reason, text_of(refusal, "field"), text_of(refusal, "seen")});
  for (const CallJson& row : member(refusal, "findings")) {
    if (text_of(row, "code") != code) text += "\n  " + reason_text(row, now);
  }
  return text;
}

std::string status_text(const CallJson& status, const CallJson& positions, const CallJson& holds,
                        const std::string& place) {
  const UnixNanos now = time_of(status, "time");
  std::string text = "  trading   " + text_of(status, "trading_state") + "   stage " +
                     text_of(status, "stage") + " on " + text_of(status, "venue") + ", limits v" +
                     text_of(status, "limits_version") + "\n  holds     " +
                     text_of(status, "holds_waiting") + " waiting\n  journal   " +
                     text_of(status, "journal_seq") + " records\n";
  if (!status.value("kill_complete", true)) {
    text += "  kill      not acknowledged by the venue's thread yet\n";
  }
  for (const CallJson& row : member(status, "engines")) text += engine_text(row, now);
  text += key_text(member(status, "trading_key")) + day_text(member(status, "day"), now);
  for (const CallJson& row : member(positions, "positions")) text += position_text(row);
  for (const CallJson& row : member(holds, "ended")) text += voided_text(row, now);
  for (const CallJson& row : member(status, "blocks")) text += block_text(row, place, now);
  return text;
}

std::string event_line(const CallJson& event) {
  const std::string record = text_of(event, "record");
  if (record == "PeakMoved") return "";  // one a second in a rising market
  std::string text = clock_of(event, "time") + " " + text_of(event, "seq") + " " + record + " ";
  const auto* const row = std::find_if(kEventWords.begin(), kEventWords.end(),
                                       [&](const EventWords& at) { return at.record == record; });
  text += row != kEventWords.end() ? " " + row->words(event) : all_members(event, "");
  return report::printable(text);
}

}  // namespace clawgate::gateway
