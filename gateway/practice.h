// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schemas/core/result.h"
#include "sim/exchange/exchange.h"
#include "venues/venue.h"

// What a session trades on: a practice exchange and the way to it. Time is the session's: nothing
// moves but when it says so. One thread, the session's.

namespace clawgate::gateway {

class Practice {
 public:
  virtual ~Practice() = default;

  struct Listing {
    sim::SymbolId symbol;
    sim::AccountId account;
    std::int64_t newest_order = 0;  // the highest order id that the journal knows
  };

  /// To be set up (symbols, accounts, what its log restored) before open().
  [[nodiscard]] virtual sim::Exchange& exchange() = 0;
  /// Makes the way to it. Nothing is told yet.
  [[nodiscard]] virtual std::optional<Error> open(const Listing& listing) = 0;
  /// What the door hands orders to; once it is open.
  [[nodiscard]] virtual venues::Venue& venue() = 0;
  /// From here on it tells the inbox everything: the instrument, balances, reports, tops.
  virtual void start() = 0;
  /// Entries can leave and a market is known.
  [[nodiscard]] virtual bool is_ready() const = 0;

  /// The time of what happens next.
  virtual void at(UnixNanos now) = 0;
  /// When something next happens by itself. `market_over`: only what is on its way already counts.
  [[nodiscard]] virtual std::optional<UnixNanos> next_due(bool market_over) = 0;
  /// Lets what is due by now happen.
  virtual void step() = 0;
  /// What the market outside did. `seen_before`: by an earlier session on the same data, so the
  /// book follows it and nobody trades or is told.
  virtual void market(const sim::MarketEvent& event, bool seen_before) = 0;
  /// Returns once nothing is under way at this instant: all that was sent has arrived, and what
  /// follows from it at once has happened.
  virtual void settle() = 0;

  /// The venue's own orders and trades as JSON, for `journal prove`; empty: it keeps none.
  [[nodiscard]] virtual std::string venue_export() = 0;
};

/// Calls instead of bytes, for backtests: one latency there, one back.
[[nodiscard]] std::unique_ptr<Practice> practice_in_process(venues::VenueInbox& inbox,
                                                            std::int64_t latency_ns);

struct WireOptions {
  std::int64_t latency_ns = 0;  // of orders and of what the venue says of them; each way
  UnixNanos begin;
  std::string log;                  // file for what the adapter notes; empty: none
  std::vector<std::string> faults;  // a fault's name, or JSON as for POST /sim/faults
};

/// The simulator behind real sockets on loopback, and the gateway's own Binance adapter and market
/// feed in front of them. Both ends are polled by the session's thread, so a run never outruns its
/// own orders and needs no other thread.
[[nodiscard]] Result<std::unique_ptr<Practice>> practice_on_the_wire(venues::VenueInbox& inbox,
                                                                     const venues::SendGate& gate,
                                                                     const WireOptions& options);

}  // namespace clawgate::gateway
