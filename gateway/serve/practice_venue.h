// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "gateway/config.h"
#include "gateway/serve/clock.h"
#include "gateway/sim_venue.h"
#include "sim/exchange/ledger_log.h"
#include "sim/market/source.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The practice exchange as a live gateway sees a venue: on a thread of its own, at the pace of the
/// wall clock, over a synthetic market that goes on for ever, its ledger kept in a file. What the
/// door hands over waits in a queue for that thread.
class PracticeVenue final : public venues::Venue {
 public:
  struct Options {
    std::string exchange_log;
    Symbol symbol;
    Notional cash;
    std::int64_t latency_ns = 0;
    std::uint64_t seed = 1;
  };

  [[nodiscard]] static Result<std::unique_ptr<PracticeVenue>> open(const Options& options,
                                                                   const Clock& clock,
                                                                   venues::VenueInbox& inbox,
                                                                   const venues::SendGate& gate);
  ~PracticeVenue() override;

  // The core thread. What came of it is told through the inbox.
  [[nodiscard]] std::optional<HandOff> submit(SendPermit permit,
                                              const OrderIntent& intent) override;
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit,
                                               const ProtectiveOrder& order) override;
  void cancel(const CancelRequest& request) override;
  void query(const QueryRequest& request) override;
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override;

 private:
  struct Entry {
    SendPermit permit;
    OrderIntent intent;
  };
  struct Protective {
    ProtectPermit permit;
    ProtectiveOrder order;
  };
  using Request = std::variant<Entry, Protective, CancelRequest, QueryRequest, KillAcknowledged>;

  PracticeVenue(const Options& options, const Clock& clock, venues::VenueInbox& inbox,
                const venues::SendGate& gate);
  [[nodiscard]] std::optional<Error> open_exchange();
  [[nodiscard]] std::optional<Error> open_market();
  void ask(Request request);

  // The venue's thread.
  void run();
  [[nodiscard]] bool take_requests();
  void carry_out(Entry& entry);
  void carry_out(Protective& protective);
  void carry_out(CancelRequest& request) { venue_.cancel(request); }
  void carry_out(QueryRequest& request) { venue_.query(request); }
  void carry_out(KillAcknowledged& kill) {
    tell(kill);
  }  // behind the entries it closed the gate on
  void move_market();
  void show_top(const sim::MarketEvent& event);
  void tell(const venues::VenueInput& input) { outbox_.push_back(input); }
  [[nodiscard]] bool empty_outbox();
  void wait();

  Options options_;
  const Clock& clock_;
  venues::VenueInbox& inbox_;
  const venues::SendGate& gate_;

  // The venue's thread, and open() before it begins.
  UnixNanos now_;
  SimVenue venue_;
  sim::Exchange exchange_;
  std::unique_ptr<sim::LedgerLog> ledger_log_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  std::unique_ptr<sim::MarketSource> market_;
  const sim::MarketEvent* event_ = nullptr;
  std::int64_t market_shift_ns_ = 0;  // from the market's own time to ours
  MarketTop top_;
  std::deque<venues::VenueInput> outbox_;
  bool reconciled_ = false;

  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Request> requests_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace clawgate::gateway
