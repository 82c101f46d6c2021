// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <variant>
#include <vector>

#include "schemas/market.h"
#include "sim/exchange/exchange.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The practice exchange behind the Venue interface, in process and in simulated time: what is
/// handed over reaches the exchange one latency later, and what it says comes back one latency
/// after that. Used by backtests, paper sessions and world tests. One thread.
class SimVenue final : public venues::Venue, public sim::EventSink {
 public:
  struct Options {
    std::int64_t to_exchange_ns = 10 * kNanosPerMilli;
    std::int64_t from_exchange_ns = 10 * kNanosPerMilli;
  };
  using Report = std::variant<ExecutionReport, BalanceReported>;

  /// Make this first, then the exchange with it as its event sink, then connect the two.
  explicit SimVenue(const Options& options) : options_(options) {}
  void connect(sim::Exchange& exchange, sim::AccountId account);

  /// Instrument `id` is `symbol` at the exchange. Its description, for the core.
  [[nodiscard]] Instrument add_instrument(InstrumentId id, sim::SymbolId symbol);
  [[nodiscard]] std::vector<BalanceReported> balances(UnixNanos now) const;

  // Venue: called by the door at the time set by at().
  [[nodiscard]] std::optional<HandOff> submit(SendPermit permit,
                                              const OrderIntent& intent) override;
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit,
                                               const ProtectiveOrder& order) override;
  void cancel(const CancelRequest& request) override;
  void query(const QueryRequest& request) override;
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }

  /// The time of what happens next.
  void at(UnixNanos now) { now_ = now; }
  /// When something next arrives, there or here; nullopt when nothing is under way.
  [[nodiscard]] std::optional<UnixNanos> next_due() const;
  /// Lets what is due by now arrive at the exchange.
  void deliver_requests();
  /// The oldest report due by now; nullopt when there is none.
  [[nodiscard]] std::optional<Report> next_report();

  /// What was on its way to us when the connection broke is gone.
  void forget_reports() { reports_ = {}; }

  // sim::EventSink
  void on(sim::AccountId account, const sim::ExecutionReport& event) override;
  void on(sim::AccountId account, const sim::ListStatusEvent& event) override;
  void on(sim::AccountId account, const sim::AccountPosition& event) override;
  void on(sim::AccountId account, const sim::BalanceUpdate& event) override;

 private:
  using Request = std::variant<Legs, CancelRequest, QueryRequest>;
  template <class What>
  struct Timed {
    UnixNanos due;
    std::uint64_t order;  // of being put in: equal times keep it
    InstrumentId instrument;
    What what;
    friend bool operator<(const Timed& a,
                          const Timed& b) {  // priority_queue: the latest is smallest
      return a.due != b.due ? a.due > b.due : a.order > b.order;
    }
  };

  void send(InstrumentId instrument, const Request& request);
  void arrive(InstrumentId instrument, const Legs& legs);
  void arrive(InstrumentId instrument, const CancelRequest& request);
  void arrive(InstrumentId instrument, const QueryRequest& request);
  void say(const Report& report);
  void refuse(InstrumentId instrument, const Legs& legs, const sim::Refusal& refusal);
  [[nodiscard]] std::optional<InstrumentId> instrument_of(sim::SymbolId symbol) const;

  Options options_;
  sim::Exchange* exchange_ = nullptr;
  sim::AccountId account_;
  std::map<std::uint16_t, sim::SymbolId> symbols_;  // by instrument id
  UnixNanos now_;
  std::uint64_t order_ = 0;
  std::priority_queue<Timed<Request>> requests_;
  std::priority_queue<Timed<Report>> reports_;
};

}  // namespace clawgate::gateway
