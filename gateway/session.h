// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config.h"
#include "gateway/price_series.h"
#include "gateway/signal_queue.h"
#include "schemas/core/result.h"
#include "schemas/market.h"
#include "signals/signals.h"

// One S0 session: the practice exchange, the gateway and an operator in one process, over recorded,
// synthetic or live markets. Paper and backtest are the same session; they differ in what lies
// between gateway and exchange (Binance's protocol over loopback sockets, or calls), in pace, in
// who approves, in where randomness comes from and in how eagerly the journal is synced.

namespace clawgate::gateway {

struct SessionOptions {
  bool backtest = false;
  std::vector<std::string> signal_files;  // "-" is standard input; see signal_files.h
  std::string market = "synthetic:1";     // see session_market.h
  std::string record;                     // file that keeps a live market; or empty
  std::optional<std::int64_t> speed;      // times real time; nullopt as fast as it goes
  std::string operators = "terminal";     // or scripted:approve|reject|FILE
  std::string data;                       // data directory
  Config config;
  std::vector<std::pair<std::string, DecisionId>> unblock;  // causes to clear at the start
  std::vector<std::string> faults;                          // of the simulator; not in a backtest
  bool progress = false;                                    // a bar on standard error
  std::string command_line;                                 // for the report
  const std::atomic<bool>* stop = nullptr;                  // once true, the session ends in order
};

/// What a session leaves behind for its report; the rest is in the journal.
struct SessionOutcome {
  std::string journal;       // directory
  std::string venue_export;  // file; empty where the exchange was reached without its protocol
  std::optional<Error> venue_export_unwritten;
  Seq head;  // and its hash: of the last record appended; after a failure, not all is on disk
  Digest head_hash;
  UnixNanos begin;
  UnixNanos end;
  std::optional<MarketTop> last_top;  // the newest usable one
  std::vector<PricePoint> prices;
  std::vector<Undelivered> undelivered;
  std::vector<std::string> sources;
  std::vector<std::pair<HoldId, std::string>> check_codes;  // of the cards of this session
  std::array<std::uint8_t, 32> check_key{};                 // of the data directory
  std::uint64_t market_events = 0;
  std::int64_t wall_ms = 0;
  bool conserved = true;  // the exchange's ledger sums to zero
  bool scripted = false;
  std::optional<Error> failure;  // the journal failed: the process must end non-zero
};

[[nodiscard]] Result<SessionOutcome> run_session(const SessionOptions& options);

}  // namespace clawgate::gateway
