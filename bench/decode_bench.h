// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace clawgate::bench {

/// Of one parser, in nanoseconds per document.
struct ParserTimes {
  double median = 0;  // of the rounds
  double p50 = 0;     // of batches of calls, over all rounds
  double p99 = 0;
};

struct DecodeFigures {
  std::size_t bytes = 0;
  ParserTimes decode;    // SignalDecoder: strict, every field, metadata checked
  ParserTimes dom;       // simdjson's DOM parse of the same bytes, nothing read from it
  ParserTimes nlohmann;  // nlohmann's parse of the same bytes, nothing read from it
  double to_dom = 0;     // median over the rounds of decode / dom
  double to_nlohmann = 0;
};

/// Times one signal_intent of 508 bytes and 17 members, interleaved round by round. `rounds` >= 5.
[[nodiscard]] DecodeFigures measure_decode(int rounds);

}  // namespace clawgate::bench
