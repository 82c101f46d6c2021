// SPDX-License-Identifier: Apache-2.0
#include "bench/decode_bench.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "schemas/contracts/signal_intent.h"
#include "schemas/core/assert.h"

namespace clawgate::bench {
namespace {

constexpr std::string_view kDocument =
    R"({"schema_version":"1.0","intent_id":"tradingagents-btcusdt-2026-01-05-7f3a9c",)"
    R"("source_engine":"tradingagents","symbol":"BTCUSDT","side":"buy","confidence":0.45,)"
    R"("thesis":"Momentum turned after the weekly close while the risk stays )"
    R"(defined below 58000. As said",)"
    R"("time_horizon":"3-6 months","as_of":"2026-01-05T09:00:00.123456789Z",)"
    R"("trace_id":"trace-000000001","stop_loss":58000.50,"take_profit":66000.25,)"
    R"("metadata":{"strength":"Overweight","confidence_basis":"derived","reduce_only":false,)"
    R"("human_review":true}})";
static_assert(kDocument.size() == 508);

constexpr int kBatchesPerRound = 2000;
constexpr int kCallsPerBatch = 16;  // so that reading the clock does not show

/// Nanoseconds per call of each batch.
template <class Call>
std::vector<double> time_batches(Call&& call) {
  std::vector<double> batches;
  batches.reserve(kBatchesPerRound);
  for (int batch = 0; batch < kBatchesPerRound; ++batch) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCallsPerBatch; ++i) call();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    batches.push_back(took.count() / kCallsPerBatch);
  }
  return batches;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

struct Samples {
  std::vector<double> rounds;
  std::vector<double> batches;

  void add(const std::vector<double>& round) {
    rounds.push_back(quantile(round, 0.5));
    batches.insert(batches.end(), round.begin(), round.end());
  }
  [[nodiscard]] ParserTimes times() const {
    return {quantile(rounds, 0.5), quantile(batches, 0.5), quantile(batches, 0.99)};
  }
};

}  // namespace

DecodeFigures measure_decode(int rounds) {
  CLAWGATE_ASSERT(rounds >= 5);
  contracts::SignalDecoder decoder;
  simdjson::dom::parser dom_parser;
  const simdjson::padded_string padded(kDocument);
  CLAWGATE_ASSERT(decoder.decode(kDocument).has_value());

  bool ok = true;
  Samples decode, dom, nlohmann;
  std::vector<double> to_dom, to_nlohmann;
  for (int round = 0; round < rounds; ++round) {
    decode.add(time_batches([&] { ok &= decoder.decode(kDocument).has_value(); }));
    dom.add(time_batches([&] { ok &= dom_parser.parse(padded).error() == simdjson::SUCCESS; }));
    nlohmann.add(time_batches([&] { ok &= nlohmann::json::parse(kDocument).is_object(); }));
    to_dom.push_back(decode.rounds.back() / dom.rounds.back());
    to_nlohmann.push_back(nlohmann.rounds.back() / decode.rounds.back());
  }
  CLAWGATE_ASSERT(ok);
  return {.bytes = kDocument.size(),
          .decode = decode.times(),
          .dom = dom.times(),
          .nlohmann = nlohmann.times(),
          .to_dom = quantile(to_dom, 0.5),
          .to_nlohmann = quantile(to_nlohmann, 0.5)};
}

}  // namespace clawgate::bench
