// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/practice_venue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "schemas/core/assert.h"
#include "sim/exchange/symbol_rules.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};

}  // namespace

PracticeVenue::PracticeVenue(const Options& options, const Clock& clock, venues::VenueInbox& inbox,
                             const venues::SendGate& gate)
    : options_(options),
      clock_(clock),
      inbox_(inbox),
      gate_(gate),
      now_(clock.wall()),
      venue_({options.latency_ns, options.latency_ns}),
      exchange_(&venue_) {}

Result<std::unique_ptr<PracticeVenue>> PracticeVenue::open(const Options& options,
                                                           const Clock& clock,
                                                           venues::VenueInbox& inbox,
                                                           const venues::SendGate& gate) {
  std::unique_ptr<PracticeVenue> venue(new PracticeVenue(options, clock, inbox, gate));
  if (auto error = venue->open_exchange()) return *error;
  if (auto error = venue->open_market()) return *error;
  venue->thread_ = std::thread([at = venue.get()] { at->run(); });
  return venue;
}

PracticeVenue::~PracticeVenue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> PracticeVenue::open_exchange() {
  const sim::SymbolRules* const rules = sim::find_built_in(options_.symbol.view());
  if (rules == nullptr) {
    return Error{Reason::ConfigValueRange, "symbol", std::string(options_.symbol.view())};
  }
  symbol_ = exchange_.add_symbol(*rules);
  auto log = sim::LedgerLog::open(options_.exchange_log);
  if (!log) return log.error();
  ledger_log_ = std::move(*log);
  const auto restored = ledger_log_->attach(exchange_);
  if (!restored) return restored.error();
  const bool fresh = exchange_.accounts() == 0;
  if (fresh) account_ = exchange_.open_account({});
  venue_.connect(exchange_, account_);
  if (fresh) {
    const bool paid = exchange_.deposit(account_, exchange_.quote(symbol_), options_.cash.raw(),
                                        sim::TimeNs(now_.value()));
    CLAWGATE_ASSERT(paid);
  }
  venue_.at(now_);
  tell(venue_.add_instrument(kInstrument, symbol_));
  for (const BalanceReported& row : venue_.balances(now_)) tell(row);
  return std::nullopt;
}

// The next stretch begins at the price where the last one ended.
std::optional<Error> PracticeVenue::open_market() {
  sim::SyntheticOptions synthetic;
  synthetic.symbol = symbol_;
  synthetic.seed = options_.seed++;
  if (!top_.bid.is_zero()) synthetic.start_price = top_.bid;
  auto source = sim::make_synthetic(synthetic);
  if (!source) return source.error();
  market_ = std::move(*source);
  market_shift_ns_ = now_.value() - synthetic.start.value();
  const auto first = market_->next();
  if (!first) return first.error();
  event_ = *first;
  return std::nullopt;
}

void PracticeVenue::ask(Request request) {
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  woken_.notify_one();
}

std::optional<HandOff> PracticeVenue::submit(SendPermit permit, const OrderIntent& intent) {
  ask(Entry{std::move(permit), intent});
  return std::nullopt;
}

std::optional<HandOff> PracticeVenue::protect(ProtectPermit permit, const ProtectiveOrder& order) {
  ask(Protective{std::move(permit), order});
  return std::nullopt;
}

void PracticeVenue::cancel(const CancelRequest& request) {
  ask(request);
}

void PracticeVenue::query(const QueryRequest& request) {
  ask(request);
}

bool PracticeVenue::confirm_kill(KillEpoch epoch) {
  ask(KillAcknowledged{epoch});
  return false;
}

void PracticeVenue::run() {
  for (;;) {
    now_ = std::max(now_, clock_.wall());
    venue_.at(now_);
    const bool last = !take_requests();
    // What was handed over is on its way, whoever stops: it arrives.
    if (last) venue_.at(UnixNanos(now_.value() + options_.latency_ns));
    venue_.deliver_requests();
    if (last) return;
    move_market();
    while (const auto report = venue_.next_report()) {
      std::visit([this](const auto& input) { tell(input); }, *report);
    }
    if (!reconciled_ && !venue_.next_due() && top_.usable()) {
      reconciled_ = true;
      tell(
          ConditionReported{Block::Reconciling, false, Text<64>("practice exchange: same ledger")});
    }
    if (empty_outbox()) wait();
  }
}

// False when it is time to end.
bool PracticeVenue::take_requests() {
  std::deque<Request> taken;
  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    stopping = stopping_;
    std::swap(taken, requests_);
  }
  for (Request& request : taken) {
    std::visit([this](auto& what) { carry_out(what); }, request);
  }
  return !stopping;
}

void PracticeVenue::carry_out(Entry& entry) {
  const ClientOrderId id = entry.intent.order.legs[0].client_order_id;
  // The last look: a kill may have come while the order waited here.
  if (!gate_.is_open(entry.intent.kill_epoch)) return tell(HandedOff{id, HandOff::Refused, true});
  const auto outcome = venue_.submit(std::move(entry.permit), entry.intent);
  tell(HandedOff{id, outcome.value_or(HandOff::Unknown), true});
}

void PracticeVenue::carry_out(Protective& protective) {
  const ClientOrderId id = protective.order.leg.client_order_id;
  const auto outcome = venue_.protect(std::move(protective.permit), protective.order);
  tell(HandedOff{id, outcome.value_or(HandOff::Unknown), true});
}

void PracticeVenue::move_market() {
  while (event_ != nullptr && event_->receive_time.value() + market_shift_ns_ <= now_.value()) {
    exchange_.apply(*event_, sim::TimeNs(now_.value()));
    show_top(*event_);
    const auto next = market_->next();
    event_ = next ? *next : nullptr;
    if (event_ == nullptr && open_market()) return;
  }
}

void PracticeVenue::show_top(const sim::MarketEvent& event) {
  if (event.kind == sim::MarketKind::Trade) top_.last = event.price;
  if (event.kind == sim::MarketKind::BookTicker) {
    top_.bid = event.bid.price;
    top_.bid_qty = event.bid.quantity;
    top_.ask = event.ask.price;
    top_.ask_qty = event.ask.quantity;
  }
  if (!top_.usable()) return;
  top_.instrument = kInstrument;
  top_.event_time = now_;
  top_.average = exchange_.average_price(symbol_);
  if (top_.average.is_zero()) top_.average = top_.mid();
  inbox_.market(top_);
}

// Nothing is lost where the inbox is full: the rest waits for the next round.
bool PracticeVenue::empty_outbox() {
  while (!outbox_.empty()) {
    if (!inbox_.put(outbox_.front())) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return false;
    }
    outbox_.pop_front();
  }
  return true;
}

void PracticeVenue::wait() {
  std::int64_t due = now_.value() + 100 * kNanosPerMilli;
  if (const auto venue_due = venue_.next_due()) due = std::min(due, venue_due->value());
  if (event_ != nullptr) due = std::min(due, event_->receive_time.value() + market_shift_ns_);
  const std::int64_t pause = due - now_.value();
  if (pause <= 0) return;
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, std::chrono::nanoseconds(pause),
                  [this] { return stopping_ || !requests_.empty(); });
}

}  // namespace clawgate::gateway
