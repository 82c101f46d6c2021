// SPDX-License-Identifier: Apache-2.0
#include "bench/decode_bench.h"
#include "bench/harness.h"
#include "bench/risk_bench.h"

namespace clawgate::bench {

std::vector<Row> parser_rows(const Options& options) {
  const DecodeFigures decode = measure_decode(options.rounds);
  const RiskFigures risk = measure_risk(options.rounds);
  Row dom;
  dom.name = "decode a 508-byte signal : simdjson DOM parse";
  dom.product_ns = decode.decode.median;
  dom.limit_ns = decode.dom.median;
  dom.ratio = decode.to_dom;
  dom.goal = 1.5;
  dom.p50 = decode.decode.p50;
  dom.p99 = decode.decode.p99;
  dom.note = "strict, every field read, decimals exact; the DOM parse reads no field";
  Row peer = dom;
  peer.name = "decode a 508-byte signal : nlohmann (times faster)";
  peer.limit_ns = decode.nlohmann.median;
  peer.ratio = decode.to_nlohmann;
  peer.goal = 12;
  peer.at_least = true;
  peer.note = "nlohmann's parse alone";
  Row table;
  table.name = "whole risk table, entry of three legs : bare loop";
  table.product_ns = risk.check_entry_ns;
  table.limit_ns = risk.bare_loop_ns;
  table.ratio = risk.check_ratio;
  table.goal = 4;
  table.p50 = risk.check_entry_ns;
  table.p99 = risk.check_entry_ns;
  table.note =
      std::to_string(risk.predicates) + " predicates; medians of batches, no single-call p99";
  return {dom, peer, table};
}

}  // namespace clawgate::bench
