// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/signals/intake_support.h"

namespace clawgate::signals {

/// Bytes that intake refuses, made to break exactly one rule.
struct BadInput {
  Reason reason;
  Disposition disposition;
  std::string name;  // as the source is called
  std::string bytes;
  Options options = {};
};

/// One for every Signal row of the reason table at each entry point.
inline std::vector<BadInput> bad_inputs() {
  const auto intent = [](std::string_view from, std::string_view to) {
    return replaced(kIntent, from, to);
  };
  const auto reject = [](Reason reason, std::string name, std::string bytes) {
    return BadInput{reason, Disposition::Reject, std::move(name), std::move(bytes), {}};
  };
  const auto quarantine = [](Reason reason, std::string name, std::string bytes) {
    return BadInput{reason, Disposition::Quarantine, std::move(name), std::move(bytes), {}};
  };
  const std::string decision = "BTC-USD_20260323_101010/5_portfolio/decision.md";

  std::vector<BadInput> rows = {
      reject(Reason::JsonSyntax, "intent.json", kIntent.substr(0, kIntent.size() / 2)),
      reject(Reason::JsonDuplicateKey, "intent.json",
             intent(R"("side")", R"("side":"buy","side")")),
      reject(Reason::JsonTooDeep, "intent.json", std::string(33, '[') + std::string(33, ']')),
      quarantine(Reason::NotUtf8, "intent.json", intent("Momentum", "Moment\xFFm")),
      quarantine(Reason::NotUtf8, decision, "{\"Rating\":\"Sell\",\"x\":\"\xBF\xA1\xB4\xEB\"}"),
      reject(Reason::NumberExponent, "intent.json", intent("0.62", "62e-2")),
      reject(Reason::NumberTooManyDecimals, "intent.json", intent("0.62", "0.620000001")),
      reject(Reason::NumberOutOfRange, "intent.json", intent("58000", "92233720369")),
      reject(Reason::FieldMissing, "intent.json", intent(R"("side":"buy",)", "")),
      reject(Reason::FieldType, "intent.json", intent("0.62", R"("0.62")")),
      reject(Reason::FieldValue, "intent.json", intent(R"("buy")", R"("short")")),
      reject(Reason::FieldOutOfRange, "intent.json", intent("0.62", "1.00000001")),
      reject(Reason::FieldEmpty, "intent.json", intent("Momentum is up.", "")),
      reject(Reason::FieldTooLong, "intent.json", intent("i-1", std::string(65, 'i'))),
      reject(Reason::SchemaVersion, "intent.json", intent(R"("1.0")", R"("2.0")")),
      reject(Reason::DateTimeSyntax, "intent.json", intent("09:00:00Z", "09:00:00")),
      reject(Reason::NotASignal, "x.json", R"({"hello":"world"})"),
      quarantine(Reason::SymbolUnknown, "decision.md", "Rating: Buy"),
      quarantine(Reason::RatingMissing, decision, "We like it and would buy."),
      quarantine(Reason::RatingConflict, decision, "Rating: Buy\n\nFinal Decision: Hold"),
      reject(Reason::RatingConflict, decision, "Rating: Buy/Hold"),
      quarantine(Reason::RatingConditional, decision, "Rating: Buy, only if it closes above 70k"),
      reject(Reason::NotFinalDecision, "BTC-USD_20260323_101010/3_trading/trader.md",
             "**Action**: Buy"),
      reject(Reason::HistoryEntry, "trading_memory.md", "[2026-05-10 | NVDA | Buy | pending]"),
      quarantine(Reason::PriceSanity, decision, "Rating: Buy\n\nIt trades at $32.45."),
      reject(Reason::SourceDisabled, "alpha.json",
             R"({"status":"success","alpha_signals":[{"instrument":"BTC-USD","date":"2026-03-23",)"
             R"("signal":1.0,"signal_type":"LONG","confidence":1.0}]})"),
      reject(Reason::ContextOnly, "risk.json", R"({"overall_risk_level":"LOW","risk_score":0.5})"),
      reject(Reason::NarrativeOnly, "log.jsonl", R"({"signature":"gpt-5","new_messages":[]})"),
      reject(Reason::DirectOrderToolCall, "-", R"({"name":"buy_crypto","arguments":{}})"),
      reject(Reason::DirectOrderAction, "-", R"({"this_action":{"action":"buy"}})"),
      reject(Reason::DirectOrderSized, "-", R"({"side":"buy","amount":1})"),
      reject(Reason::DirectOrderFields, "-", R"({"order_type":"limit"})"),
      reject(Reason::DirectOrderAllocation, "-", R"({"target_weights":{"BTC":1}})"),
      reject(Reason::DirectOrderFeedItem, "-", R"({"message_type":"operation"})"),
      reject(Reason::DirectOrderDocument, "-", R"({"order_intent_id":"1"})"),
      reject(Reason::FieldUnknown, "intent.json",
             intent(R"("metadata")", R"("note":"x","metadata")")),
      reject(Reason::EconomicRecord, "costs.jsonl", R"({"llm_usage":{},"cost_summary":{}})"),
      reject(Reason::EmptyInput, "intent.json", ""),
      reject(Reason::EmptyInput, "lines.jsonl", " \n\n"),
      reject(Reason::FormatUnknown, "README.md", "# Notes\n\nNothing about a rating."),
  };
  BadInput large = reject(Reason::InputTooLarge, "intent.json", kIntent);
  large.options.document_bytes_max = kIntent.size() - 1;
  rows.push_back(large);
  BadInput old = reject(Reason::TradeDateTooFar, decision, "Rating: Buy");
  old.options.today = date_from("2026-03-27");
  rows.push_back(old);
  return rows;
}

}  // namespace clawgate::signals
