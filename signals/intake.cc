// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schemas/strict_json.h"
#include "signals/agentic_trading.h"
#include "signals/ai_trader.h"
#include "signals/clawwork.h"
#include "signals/contract.h"
#include "signals/direct_order.h"
#include "signals/embedded.h"
#include "signals/input.h"
#include "signals/signals.h"
#include "signals/text.h"
#include "signals/trading_agents.h"

namespace clawgate::signals {
namespace {

bool has_extension(std::string_view name, std::string_view extension) {
  return name.size() > extension.size() &&
         lower(name.substr(name.size() - extension.size())) == extension;
}

bool is_text_file(std::string_view name) {
  return has_extension(name, ".md") || has_extension(name, ".txt");
}

// A `[` may also open a heading of TradingAgents' decision log.
bool looks_like_json(std::string_view bytes) {
  const std::string_view text = trimmed(bytes);
  if (text.starts_with('{')) return true;
  if (!text.starts_with('[')) return false;
  const std::string_view inner = trimmed(text.substr(1));
  return inner.empty() || std::string_view("{[\"]").find(inner.front()) != inner.npos;
}

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

// JSON behind a byte order mark is meant as JSON: what is wrong with it is the mark.
bool is_json_document(const Input& input) {
  if (is_text_file(input.source.name)) return false;
  return looks_like_json(without_mark(input.bytes)) || has_extension(input.source.name, ".json") ||
         has_extension(input.source.name, ".jsonl") || has_extension(input.source.name, ".ndjson");
}

std::string format_of(const Intake& intake) {
  return intake.readings.empty() ? "" : intake.readings.front().format;
}

Reading order_refused(const OrderFound& order, const Input& input) {
  return turned_down(reading_of(input, "", "order"), Disposition::Reject, order.reason,
                     place(input, order.where), order.seen);
}

// The engine that sent an order, for the record of the violation.
std::string_view sender_of(const Json& document) {
  if (is_full_states(document)) return "tradingagents";
  if (const Json* engine = document.find("source_engine"); engine != nullptr) {
    if (engine->is(Json::Kind::String)) return engine->text;
  }
  for (const std::string_view name : {"this_action", "message_type", "executed_at", "signature"}) {
    if (document.find(name) != nullptr) return "ai-trader";
  }
  for (const std::string_view name : {"alpha_signals", "alpha_id", "target_weights"}) {
    if (document.find(name) != nullptr) return "agentictrading";
  }
  return "";
}

std::vector<Reading> read_json_document(const Json& document, const Input& input) {
  if (is_idle_book_row(document)) return {read_idle_book_row(document, input)};
  if (const auto order = find_order(document)) {
    Reading refused = order_refused(*order, input);
    refused.engine = cleaned(sender_of(document), 24);
    return {refused};
  }
  if (claims_signal_intent(document)) return {read_signal_intent(document, input)};
  if (is_full_states(document)) return read_full_states(document, input);
  if (auto reading = read_ai_trader(document, input)) return {*std::move(reading)};
  if (auto readings = read_agentic_trading(document, input); !readings.empty()) return readings;
  if (auto reading = read_clawwork(document, input)) return {*std::move(reading)};
  const bool decision =
      std::any_of(document.members.begin(), document.members.end(),
                  [](const JsonMember& member) { return lower(member.name) == "rating"; });
  if (decision) return {read_decision_text(input.bytes, input)};
  return {turned_down(reading_of(input, "", "json"), Disposition::Reject, Reason::NotASignal,
                      place(input, ""), input.bytes)};
}

std::vector<Reading> read_document(const Input& input) {
  const auto down = [&](Disposition disposition, Reason reason, std::string_view seen) {
    return std::vector{
        turned_down(reading_of(input, "", ""), disposition, reason, place(input, ""), seen)};
  };
  if (input.bytes.size() > input.options.document_bytes_max) {
    return down(Disposition::Reject, Reason::InputTooLarge,
                std::to_string(input.bytes.size()) + " bytes");
  }
  if (trimmed(input.bytes).empty()) return down(Disposition::Reject, Reason::EmptyInput, "");
  if (!is_utf8(input.bytes)) {
    return down(Disposition::Quarantine, Reason::NotUtf8, "bytes that are not UTF-8");
  }
  if (is_json_document(input)) {
    const JsonOptions strict{.bytes_max = input.options.document_bytes_max, .depth_max = kDepthMax};
    const Result<Json> document = read_json(input.bytes, strict);
    if (document) return read_json_document(*document, input);
    if (const auto order = find_order(without_mark(input.bytes))) {
      return {order_refused(*order, input)};
    }
    Reading broken = reading_of(input, "", "json");
    return {turned_down(std::move(broken), Disposition::Reject, document.error().reason,
                        place(input, document.error().field), document.error().seen)};
  }
  const std::string_view text = without_mark(input.bytes);
  if (const auto order = find_order(text)) return {order_refused(*order, input)};
  return {read_decision_text(text, input)};
}

Input input_of(const Source& source, std::string_view bytes, std::size_t line,
               const Options& options) {
  return {.source = source,
          .options = options,
          .bytes = bytes,
          .payload = sha256(bytes_of(bytes)),
          .line = line};
}

// More than one line, and the first is a whole JSON object by itself.
bool is_lines(const Source& source, const Options& options) {
  if (has_extension(source.name, ".jsonl") || has_extension(source.name, ".ndjson")) return true;
  if (has_extension(source.name, ".json") || is_text_file(source.name)) return false;
  const std::string_view text = trimmed(source.bytes);
  const std::size_t end = text.find('\n');
  if (!text.starts_with('{') || end == text.npos) return false;
  return read_json(text.substr(0, end),
                   {.bytes_max = options.document_bytes_max, .depth_max = kDepthMax})
      .has_value();
}

void append(std::vector<Reading>& to, std::vector<Reading> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::vector<Reading> read_lines(const Source& source, const Options& options) {
  std::vector<Reading> readings;
  for (const Line& line : lines_of(source.bytes)) {
    if (trimmed(line.text).empty()) continue;
    append(readings, read_document(input_of(source, line.text, line.number, options)));
  }
  return readings;
}

void summarise(Intake& intake) {
  const Reading* worst = nullptr;  // what the file as a whole is
  const auto weight = [](const Reading& reading) {
    if (is_direct_order(reading.reason)) return 3;
    if (reading.disposition == Disposition::Signal) return 2;
    return reading.disposition == Disposition::Quarantine ? 1 : 0;
  };
  for (const Reading& reading : intake.readings) {
    intake.signals += reading.disposition == Disposition::Signal;
    intake.quarantined += reading.disposition == Disposition::Quarantine;
    intake.rejected += reading.disposition == Disposition::Reject;
    intake.direct_orders += is_direct_order(reading.reason);
    if (worst == nullptr || weight(reading) > weight(*worst)) worst = &reading;
  }
  if (worst == nullptr) return;
  intake.disposition = worst->disposition;
  intake.reason = worst->reason;
}

}  // namespace

Intake read(const Source& source, const Options& options) {
  Intake intake;
  intake.name = std::string(source.name);
  const Input whole = input_of(source, source.bytes, 0, options);
  intake.payload = whole.payload;
  if (source.bytes.size() > options.file_bytes_max) {
    intake.readings = {turned_down(reading_of(whole, "", ""), Disposition::Reject,
                                   Reason::InputTooLarge, place(whole, ""),
                                   std::to_string(source.bytes.size()) + " bytes")};
  } else if (is_lines(source, options) && !trimmed(source.bytes).empty()) {
    intake.readings = read_lines(source, options);
  } else {
    intake.readings = read_document(whole);
  }
  intake.format = format_of(intake);
  summarise(intake);
  return intake;
}

std::vector<Reading> read_line(const Source& source, std::size_t line, const Options& options) {
  return read_document(input_of(source, source.bytes, line, options));
}

SignalRefused refused_record(const Reading& reading) {
  return {.disposition = reading.disposition,
          .reason = reading.reason,
          .source = EngineName(reading.engine.empty() ? reading.format : reading.engine),
          .where = Text<96>(cut(reading.where, 96)),
          .seen = Text<64>(printable(reading.seen, 64)),
          .payload = reading.payload};
}

}  // namespace clawgate::signals
