// SPDX-License-Identifier: Apache-2.0
#include "gateway/practice.h"
#include "gateway/sim_venue.h"
#include "schemas/core/assert.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};

class InProcess final : public Practice {
 public:
  InProcess(venues::VenueInbox& inbox, std::int64_t latency_ns)
      : inbox_(inbox), venue_({latency_ns, latency_ns}), exchange_(&venue_) {
    top_.instrument = kInstrument;
  }

  [[nodiscard]] sim::Exchange& exchange() override { return exchange_; }
  [[nodiscard]] venues::Venue& venue() override { return venue_; }

  [[nodiscard]] std::optional<Error> open(const Listing& listing) override {
    symbol_ = listing.symbol;
    venue_.connect(exchange_, listing.account);
    return std::nullopt;
  }
  void start() override {
    tell(venue_.add_instrument(kInstrument, symbol_));
    for (const BalanceReported& row : venue_.balances(now_)) tell(row);
  }
  [[nodiscard]] bool is_ready() const override { return true; }

  void at(UnixNanos now) override {
    now_ = now;
    venue_.at(now);
  }
  [[nodiscard]] std::optional<UnixNanos> next_due(bool) override { return venue_.next_due(); }
  void step() override {
    venue_.deliver_requests();
    while (const auto report = venue_.next_report()) {
      std::visit([&](const auto& input) { tell(input); }, *report);
    }
  }
  void market(const sim::MarketEvent& event, bool seen_before) override;
  void settle() override {}
  [[nodiscard]] std::string venue_export() override { return {}; }

 private:
  void tell(const venues::VenueInput& input) {
    const bool taken = inbox_.put(input);
    CLAWGATE_ASSERT(taken);
  }

  venues::VenueInbox& inbox_;
  SimVenue venue_;
  sim::Exchange exchange_;
  sim::SymbolId symbol_;
  UnixNanos now_;
  MarketTop top_;
  bool has_ticker_ = false;
};

// The exchange sees every event; the inbox the top that each one leaves.
void InProcess::market(const sim::MarketEvent& event, bool seen_before) {
  if (!seen_before || event.kind != sim::MarketKind::Trade) {
    exchange_.apply(event, sim::TimeNs(now_.value()));
  }
  if (event.kind == sim::MarketKind::BookTicker) {
    has_ticker_ = true;
    top_.bid = event.bid.price;
    top_.bid_qty = event.bid.quantity;
    top_.ask = event.ask.price;
    top_.ask_qty = event.ask.quantity;
  } else if (event.kind == sim::MarketKind::Trade) {
    top_.last = event.price;
  } else if (!has_ticker_) {
    const sim::DepthAnswer depth = exchange_.depth(event.symbol, 1);
    if (!depth.bids.empty() && !depth.asks.empty()) {
      top_.bid = depth.bids[0].price;
      top_.bid_qty = depth.bids[0].quantity;
      top_.ask = depth.asks[0].price;
      top_.ask_qty = depth.asks[0].quantity;
    }
  }
  top_.event_time = UnixNanos(event.receive_time.value());
  if (!top_.usable() || seen_before) return;
  top_.average = exchange_.average_price(event.symbol);
  if (top_.average.is_zero()) top_.average = top_.mid();
  inbox_.market(top_);
}

}  // namespace

std::unique_ptr<Practice> practice_in_process(venues::VenueInbox& inbox, std::int64_t latency_ns) {
  return std::make_unique<InProcess>(inbox, latency_ns);
}

}  // namespace clawgate::gateway
