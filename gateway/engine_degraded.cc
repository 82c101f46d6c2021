// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/account.h"
#include "risk/dust.h"

// Degraded mode with an open position. Entries are blocked; what is held is written down, kept
// behind a live stop and brought down to safe_notional; where the venue cannot be reached a person
// is called. It ends by reconciliation and a decision (still_holds in engine_blocks.cc).
//
//   reduce:  take the list down ─▶ sell the excess ─▶ put a stop behind the rest
//            a sale that does not fill puts the stop back at once

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kUnmanagedMaxNs = 600 * kNanosPerSecond;
constexpr std::string_view kUnmanaged = "a position is open and the venue cannot be reached";

Qty ceil_to(Qty value, Qty step) {
  const Qty floor = floor_to(value, step);
  return floor == value ? value : Qty::from_raw(floor.raw() + step.raw());
}

/// The least that the venue sells at `bid`.
Qty least_sale(const Filters& filters, Px bid) {
  const Notional worth = std::max(filters.notional_min, filters.min_notional);
  const auto raw = mul_div(worth.raw(), Px::kScale, bid.raw(), Round::Up);
  const Qty qty = ceil_to(Qty::from_raw(raw.value_or(0)), filters.step);
  return std::max({qty, filters.min_qty, filters.market_min_qty});
}

}  // namespace

bool Engine::is_open(const Trade& trade) const {
  return trade.order.is_entry() && trade.hold == HoldState::Released && !trade.closed &&
         state_.instrument(trade.order.instrument) != nullptr && !is_dust(trade);
}

// What the venue takes no sale at the market for: less than its least quantity, or worth less than
// its least value, both at the bid and at what it cost, so that no false price makes a position
// vanish. It is in the ledger and in the equity, and no trade.
bool Engine::is_dust(InstrumentId id, const risk::Position& position) const {
  const Instrument* const instrument = state_.instrument(id);
  if (instrument == nullptr) return position.qty.is_zero();
  const Filters& filters = instrument->filters;
  const Qty held = position.sellable(filters.step);
  if (held.is_zero()) return true;
  const MarketTop* const top = state_.market(id);
  const auto cost = position.average_entry();
  if (top == nullptr || top->bid.raw() <= 0 || !cost) return false;
  const auto worth = notional(std::max(top->bid, *cost), held);
  return held < filters.min_qty || (worth && *worth < risk::least_market_worth(filters));
}

// Less than one lot step cannot be sold.
Qty Engine::sellable(const Trade& trade) const {
  return trade.position.sellable(state_.instrument(trade.order.instrument)->filters.step);
}

// Held, or on its way to be.
bool Engine::has_exposure() const {
  return std::any_of(state_.trades.begin(), state_.trades.end(), [&](const Trade& trade) {
    if (is_open(trade)) return true;
    return std::any_of(trade.orders.begin(), trade.orders.end(), [](const TradeOrder& order) {
      return increases_exposure(order.leg.role) && !is_final(order.state);
    });
  });
}

/// Of all positions at the bid, rounded up; nullopt when a mark is missing.
std::optional<Notional> Engine::open_exposure() const {
  std::optional<Notional> sum = Notional{};
  for (const Trade& trade : state_.trades) {
    if (!is_open(trade)) continue;
    const MarketTop* const top = state_.market(trade.order.instrument);
    if (top == nullptr || top->bid.raw() <= 0) return std::nullopt;
    const auto worth = notional(top->bid, sellable(trade));
    sum = worth ? add(*sum, *worth) : std::nullopt;
    if (!sum) return std::nullopt;
  }
  return sum;
}

std::optional<Notional> Engine::safe_notional() const {
  return risk::safe_notional(state_.limits ? &*state_.limits : nullptr, open_exposure());
}

void Engine::degrade(std::string_view cause) {
  if (state_.blocked_by(Block::SystemDegraded)) return;
  set_block(Block::SystemDegraded, true, cause);
  set_block(Block::Reconciling, true, "degraded");
  static_cast<void>(take_snapshots(SnapshotMoment::Degradation, 0));
  manage_exposure();
}

// What a degraded system does about what is held; again whenever the venue is back.
void Engine::manage_exposure() {
  if (!state_.blocked_by(Block::SystemDegraded) || !has_exposure()) return;
  if (state_.blocked_by(Block::VenueUnreachable)) return declare_unmanaged();
  for (Trade& trade : state_.trades) {
    for (TradeOrder& order : trade.orders) {
      if (increases_exposure(order.leg.role) && !is_final(order.state)) {
        take_down(trade, order, true, "degraded");
      }
    }
  }
  reduce_to_safe();
  for (Trade& trade : state_.trades) {
    if (!is_open(trade)) continue;
    if (trade.reducing) {
      continue_reduction(trade);
    } else if (exit_of(trade) == nullptr) {
      keep_protected(trade);
    }
  }
}

// The first positions keep what may stay; the later ones go first to nothing.
void Engine::reduce_to_safe() {
  const auto safe = safe_notional();
  if (!safe) {
    if (state_.blocked_by(Block::SafeNotionalUnknown)) return;
    set_block(Block::SafeNotionalUnknown, true, "limits or a mark are missing");
    return open_incident(Severity::Sev2, Block::SafeNotionalUnknown, false,
                         "how far positions must be reduced cannot be computed");
  }
  Notional left = *safe;
  for (Trade& trade : state_.trades) {
    if (!is_open(trade)) continue;
    const Px bid = state_.market(trade.order.instrument)->bid;
    const Notional worth = notional(bid, sellable(trade)).value_or(left);
    if (worth <= left) {
      left = Notional::from_raw(left.raw() - worth.raw());
      continue;
    }
    const bool due = !trade.reducing && exit_of(trade) == nullptr;
    if (due && has_room_to_sell(trade)) start_reduction(trade, left, *safe);
    if (due && !trade.reducing) reduction_failed();
    left = {};
  }
}

void Engine::start_reduction(Trade& trade, Notional keep_worth, Notional safe) {
  const Instrument& instrument = *state_.instrument(trade.order.instrument);
  const Filters& filters = instrument.filters;
  const Px bid = state_.market(trade.order.instrument)->bid;
  const Qty held = sellable(trade);
  const auto raw = mul_div(keep_worth.raw(), Px::kScale, bid.raw(), Round::Down);
  Qty keep = std::min(held, floor_to(Qty::from_raw(raw.value_or(0)), filters.step));
  // The venue takes no sale below its least, and no stop either.
  const Qty least = least_sale(filters, bid);
  if (Qty::from_raw(held.raw() - keep.raw()) < least) {
    keep = Qty::from_raw(std::max<std::int64_t>(0, held.raw() - least.raw()));
  }
  if (keep < least) keep = {};
  emit(ReductionMoved{trade.id(), true, trade.position.qty, keep, safe});
  if (trade.protection == ProtectionState::Live) {
    move_protection(trade, ProtectionEvent::TakenDown, "reduce to safe_notional");
  }
}

void Engine::reduction_failed() {
  open_incident(Severity::Sev2, Block::SystemDegraded, false,
                "a position could not be reduced to safe_notional");
}

void Engine::end_reduction(Trade& trade) {
  emit(ReductionMoved{trade.id(), false, trade.position.qty, trade.keep, {}});
}

void Engine::continue_reduction(Trade& trade) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (instrument == nullptr) return;
  if (!is_open(trade)) return end_reduction(trade);
  bool working = false;
  for (TradeOrder& order : trade.orders) {
    if (order.leg.side != Side::Sell || is_final(order.state)) continue;
    working = true;
    const bool ours_to_cancel = order.leg.role != LegRole::Reduce &&
                                order.state != OrderState::Released &&
                                order.state != OrderState::Unknown;
    if (ours_to_cancel) take_down(trade, order, false, "reduce to safe_notional");
  }
  if (working) return;
  const bool tried = trade.made(LegRole::Reduce) > trade.reduces_before;
  const Qty held = trade.position.sellable(instrument->filters.step);
  const bool more = held > trade.keep;
  const bool failed = (tried && trade.find(LegRole::Reduce)->state != OrderState::Filled) ||
                      (more && !has_room_for(trade, LegRole::Reduce));
  if (more && !failed) {
    Leg leg;
    leg.role = LegRole::Reduce;
    leg.side = Side::Sell;
    leg.type = OrdType::Market;
    leg.qty = Qty::from_raw(held.raw() - trade.keep.raw());
    return issue_protective(trade, leg, {}, "reduce to safe_notional");
  }
  if (failed) reduction_failed();
  end_reduction(trade);
  put_stop_back(trade, failed ? "reduction did not sell" : "reduced");
}

// Once for each time the venue goes away.
void Engine::declare_unmanaged() {
  set_block(Block::UnmanagedExposure, true, "venue unreachable with an open position");
  open_incident(Severity::Sev1, Block::UnmanagedExposure, false, kUnmanaged);
  call_human(kUnmanaged);
}

// At a start. What a crash behind the loss of the venue tore off is done now; and the person who
// was called may not have heard it.
void Engine::resume_exposure() {
  if (!state_.blocked_by(Block::VenueUnreachable)) return manage_exposure();
  if (!has_exposure()) return;
  if (!state_.blocked_by(Block::SystemDegraded)) return degrade("venue unreachable");
  if (!state_.blocked_by(Block::UnmanagedExposure)) return declare_unmanaged();
  call_human(kUnmanaged);
}

void Engine::call_human(std::string_view summary) {
  HumanActionRequired what;
  what.incident = state_.incidents;
  what.at = now_;
  what.summary = Text<96>(summary);
  for (const Trade& trade : state_.trades) {
    if (is_open(trade) && !what.positions.push_back(position_of(trade))) break;
  }
  effect(what);
}

/// The first instant at which UNMANAGED_EXPOSURE has lasted too long; nullopt while it has not to
/// end.
std::optional<UnixNanos> Engine::unmanaged_until() const {
  const bool runs = state_.blocked_by(Block::UnmanagedExposure) &&
                    state_.blocked_by(Block::VenueUnreachable) && !state_.unmanaged_too_long;
  if (!runs) return std::nullopt;
  const UnixNanos since = std::max(state_.block_row(Block::UnmanagedExposure).since,
                                   state_.block_row(Block::VenueUnreachable).since);
  return UnixNanos(since.value() + kUnmanagedMaxNs + 1);
}

void Engine::watch_exposure() {
  const auto until = unmanaged_until();
  if (!until || now_ < *until) return;
  constexpr std::string_view kSummary = "UNMANAGED_EXPOSURE lasted more than 10 minutes";
  open_incident(Severity::Sev1, Block::UnmanagedExposure, true, kSummary);
  set_block(Block::Severity, true, kSummary);
  call_human(kSummary);
}

}  // namespace clawgate::gateway
