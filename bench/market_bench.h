// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace clawgate::bench {

/// Medians over the rounds, of processor time.
struct MarketFigures {
  std::int64_t lines = 0;
  std::int64_t events = 0;
  std::int64_t bytes = 0;   // unpacked
  double gunzip_ms = 0;     // libdeflate alone
  double dom_ms = 0;        // simdjson's DOM parser over each line, alone
  double scan_ms = 0;       // open_recording() and next() to the end
  double scan_ratio = 0;    // median of scan / (gunzip + dom) of each round
  double synthetic_ns = 0;  // per event of the default synthetic market
  std::int64_t synthetic_events = 0;
};

/// Reads the combined-stream recordings `files` of `symbol` both ways, interleaved round by round.
/// `rounds` >= 5.
[[nodiscard]] MarketFigures measure_market(const std::vector<std::string>& files,
                                           const std::string& symbol, int rounds);

}  // namespace clawgate::bench
