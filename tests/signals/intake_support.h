// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "signals/signals.h"
#include "tests/support/shared_data.h"

namespace clawgate::signals {

inline Source source_of(std::string_view name, std::string_view bytes) {
  Source source;
  source.name = name;
  source.bytes = bytes;
  return source;
}

/// The only reading of a document.
inline Reading one(std::string_view name, std::string_view bytes, const Options& options = {}) {
  const Intake intake = read(source_of(name, bytes), options);
  return intake.readings.size() == 1 ? intake.readings.front() : Reading{};
}

inline std::string code_of(const Reading& reading) {
  return std::string(info(reading.reason).code);
}

inline std::string shown(const std::optional<Px>& price) {
  return price ? to_text(*price) : "none";
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at != text.npos) text.replace(at, from.size(), to);
  return text;
}

using testing::shared_data;

/// A well made signal_intent.
inline const std::string kIntent =
    R"({"schema_version":"1.0","intent_id":"i-1","source_engine":"tradingagents",)"
    R"("symbol":"BTCUSDT","side":"buy","confidence":0.62,"thesis":"Momentum is up.",)"
    R"("time_horizon":"1-3 days","as_of":"2026-01-05T09:00:00Z","trace_id":"t-1",)"
    R"("stop_loss":58000,"take_profit":66000.5,"metadata":{"model":"m"}})";

}  // namespace clawgate::signals
