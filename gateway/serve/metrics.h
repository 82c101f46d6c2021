// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "gateway/serve/core_loop.h"
#include "gateway/serve/projection.h"
#include "gateway/trading_word.h"

namespace clawgate::gateway {

/// What the metrics page shows beside the core's own counters.
struct EdgeNumbers {
  std::map<int, std::uint64_t> answers;  // by HTTP status
  std::size_t answers_waiting = 0;
  std::size_t connections = 0;
  std::uint64_t connections_refused = 0;
  std::size_t streams = 0;
  std::uint64_t streams_dropped = 0;
};

/// The numbers of a running gateway in Prometheus' text format.
[[nodiscard]] std::string metrics_text(const CoreLoop::Counters& core, const Lanes& lanes,
                                       const TradingWord& word, const Projection& projection,
                                       const EdgeNumbers& edges);

}  // namespace clawgate::gateway
