// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "gateway/release.h"

// What is held is guarded or being sold: protection, exits, and the end of a trade.

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kReducePause = kNanosPerSecond;  // doubles with every attempt
constexpr std::int64_t kReducePauseMax = 60 * kNanosPerSecond;
constexpr std::int64_t kStopAskedAfter = 2 * kNanosPerSecond;    // a venue arms it at once
constexpr std::int64_t kStopMissedAfter = 15 * kNanosPerSecond;  // then a person should know
constexpr std::int64_t kOrphanAfter = 2 * kNanosPerSecond;       // a list ends itself at once
constexpr std::uint8_t kAttemptsMax = 10;                        // the ids of one role: one digit

}  // namespace

bool Engine::has_room_for(const Trade& trade, LegRole role) {
  return trade.made(role) < kAttemptsMax && trade.orders.size() < Trade::kOrdersMax;
}

// One place looks at a trade as a whole whenever one of its orders moved.
void Engine::after_order_change(Trade& trade) {
  end_actions(trade);
  if (Trade* const exit = exit_of(trade)) {
    continue_exit(trade, *exit);
  } else if (trade.reducing) {
    continue_reduction(trade);
  } else {
    keep_protected(trade);
  }
  close_if_done(trade);
}

const Trade* Engine::exit_of(const Trade& trade) const {
  for (const Trade& row : state_.live()) {
    if (row.exits == trade.id() && row.hold == HoldState::Released && !row.closed) return &row;
  }
  return nullptr;
}

Trade* Engine::exit_of(const Trade& trade) {
  return const_cast<Trade*>(std::as_const(*this).exit_of(trade));
}

// The rule is simple: what can be sold is either guarded by a working stop or being sold.
void Engine::keep_protected(Trade& trade) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (instrument == nullptr || trade.protection == ProtectionState::None) return;
  if (trade.protection == ProtectionState::Done) return;
  const TradeOrder* const stop = trade.find(LegRole::Stop);
  const TradeOrder* const entry = trade.find(LegRole::Entry);
  if (stop == nullptr || entry == nullptr || !is_final(entry->state)) return;
  if (!trade.position.is_open(instrument->filters.step)) return;
  if (stop->state == OrderState::Working || stop->state == OrderState::PartiallyFilled) {
    if (trade.protection != ProtectionState::Live) {
      move_protection(trade, ProtectionEvent::Armed, "stop working");
    }
    return;
  }
  // Pending behind a filled entry, or just sent: the venue is about to tell.
  if (!is_final(stop->state) || is_dust(trade)) return;

  if (trade.protection == ProtectionState::PendingAtVenue ||
      trade.protection == ProtectionState::Live || trade.protection == ProtectionState::Replacing) {
    move_protection(trade, ProtectionEvent::Lost, "stop gone while a position is held");
  }
  // Anything of ours that still locks the base must go first; its cancel brings us back here.
  bool locked = false;
  for (TradeOrder& order : trade.orders) {
    if (order.leg.side != Side::Sell || is_final(order.state)) continue;
    locked = true;
    if (order.leg.role == LegRole::TakeProfit)
      take_down(trade, order, false, "make way for a reduce");
  }
  if (locked) return;
  if (trade.made(LegRole::Reduce) > trade.reduces_before) {  // and did not sell it
    set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
  }
  const auto due = next_reduce(trade);
  if (due && now_ < *due) return;
  Leg leg;
  leg.role = LegRole::Reduce;
  leg.side = Side::Sell;
  leg.type = OrdType::Market;
  leg.qty = trade.position.sellable(instrument->filters.step);
  issue_protective(trade, leg, {}, "no stop behind a position");
}

// The first reduce leaves at once. One that could not leave, or that the venue refused, is followed
// by another after a pause, so that a ban of minutes does not use up every attempt. nullopt where
// none is to follow.
std::optional<UnixNanos> Engine::next_reduce(const Trade& trade) const {
  if (trade.closed || trade.reducing || trade.protection != ProtectionState::Missing)
    return std::nullopt;
  const TradeOrder* const entry = trade.find(LegRole::Entry);
  if (entry == nullptr || !is_final(entry->state) || trade.find(LegRole::Stop) == nullptr) {
    return std::nullopt;
  }
  const bool room = has_room_for(trade, LegRole::Reduce) && exit_of(trade) == nullptr;
  if (!room || is_dust(trade)) return std::nullopt;
  for (const TradeOrder& order : trade.orders) {
    if (order.leg.side == Side::Sell && !is_final(order.state)) return std::nullopt;
  }
  const int tried = trade.made(LegRole::Reduce) - trade.reduces_before;
  if (tried == 0) return std::nullopt;
  const std::int64_t pause = std::min(kReducePause << (tried - 1), kReducePauseMax);
  return UnixNanos(trade.find(LegRole::Reduce)->moved_at.value() + pause);
}

// A stop that the venue has to arm, or was sent, while its entry is over and base is held: since
// when it is waited for. nullopt: none is.
std::optional<UnixNanos> Engine::stop_awaited_since(const Trade& trade) const {
  const bool may_wait = trade.protection == ProtectionState::PendingAtVenue ||
                        trade.protection == ProtectionState::Replacing ||
                        trade.protection == ProtectionState::Missing;
  if (!may_wait) return std::nullopt;
  const TradeOrder* const entry = trade.find(LegRole::Entry);
  const TradeOrder* const stop = trade.find(LegRole::Stop);
  if (entry == nullptr || stop == nullptr || !is_final(entry->state)) return std::nullopt;
  const bool unconfirmed = stop->state == OrderState::Sent || stop->state == OrderState::Pending;
  if (!unconfirmed || !is_open(trade)) return std::nullopt;
  return std::max({entry->moved_at, stop->moved_at, state_.opened_at});
}

std::optional<UnixNanos> Engine::next_stop_question(const Trade& trade) const {
  const auto since = stop_awaited_since(trade);
  if (!since) return std::nullopt;
  return std::max(trade.find(LegRole::Stop)->next_query,
                  UnixNanos(since->value() + kStopAskedAfter));
}

// When a position counts as one without a live stop; nullopt: it is not waited for, or does.
std::optional<UnixNanos> Engine::stop_missed_at(const Trade& trade) const {
  const auto since = stop_awaited_since(trade);
  if (!since || state_.blocked_by(Block::ProtectionMissing)) return std::nullopt;
  return UnixNanos(since->value() + kStopMissedAfter);
}

// A sale that stands where what was bought is sold would sell other base of the account. The orders
// of a list end one another, so their words are waited for. Where nothing is known to be bought, or
// not all of it, a working stop rather says that something was.
bool Engine::is_orphan(const Trade& trade, const TradeOrder& order) const {
  const TradeOrder* const entry = trade.find(LegRole::Entry);
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (entry == nullptr || instrument == nullptr || !is_final(entry->state)) return false;
  if (entry->cum_qty.is_zero() || entry->told > entry->cum_qty) return false;
  const bool stands = order.state == OrderState::Working || order.state == OrderState::Pending ||
                      order.state == OrderState::PartiallyFilled;
  return stands && order.leg.side == Side::Sell &&
         !trade.position.is_open(instrument->filters.step);
}

// When it is taken down, and again where a cancel got lost; nullopt: it is none.
std::optional<UnixNanos> Engine::orphan_due(const Trade& trade, const TradeOrder& order) const {
  if (!is_orphan(trade, order)) return std::nullopt;
  UnixNanos since = state_.opened_at;
  for (const TradeOrder& row : trade.orders) since = std::max(since, row.moved_at);
  const UnixNanos first(since.value() + kOrphanAfter);
  return order.action == 0 ? first : std::max(first, order.next_query);
}

std::optional<UnixNanos> Engine::orphans_due(const Trade& trade) const {
  std::optional<UnixNanos> first;
  for (const TradeOrder& order : trade.orders) {
    const auto due = orphan_due(trade, order);
    if (due) first = std::min(*due, first.value_or(*due));
  }
  return first;
}

// Each cancel with a question, whose pauses grow.
void Engine::take_down_orphans() {
  for (Trade& trade : state_.live()) {
    for (TradeOrder& order : trade.orders) {
      const auto due = orphan_due(trade, order);
      if (!due || now_ < *due) continue;
      take_down(trade, order, false, "nothing is held");
      query(trade, order);
    }
  }
}

// Silence is no evidence that a stop is gone, so nothing is sold; but it is none that it guards.
void Engine::watch_stops() {
  for (Trade& trade : state_.live()) {
    if (const auto due = stop_missed_at(trade); due && now_ >= *due) {
      set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
    }
    if (const auto due = next_stop_question(trade); due && now_ >= *due) {
      query(trade, *trade.find(trade.find(LegRole::Stop)->leg.client_order_id));
    }
  }
}

// Before a stop makes way for a sale: the sale, the stop behind what it leaves and, where the venue
// refuses that one, a reduce must have their places and ids. Where nothing has to make way, the
// sale alone.
bool Engine::has_room_to_sell(const Trade& trade) const {
  constexpr std::size_t kPlaces = 3;
  const bool guarded =
      std::any_of(trade.orders.begin(), trade.orders.end(), [](const TradeOrder& order) {
        return order.leg.side == Side::Sell && !is_final(order.state);
      });
  if (!guarded) return has_room_for(trade, LegRole::Exit);
  return trade.orders.size() + kPlaces <= Trade::kOrdersMax &&
         trade.made(LegRole::Exit) < kAttemptsMax && trade.made(LegRole::Stop) < kAttemptsMax &&
         trade.made(LegRole::Reduce) + 1 < kAttemptsMax;
}

// A protective order out of the approved envelope: reduce-only, at most what is held, its id one
// attempt further than the last of its role.
void Engine::issue_protective(Trade& trade, const Leg& leg, HoldId exit, std::string_view cause) {
  if (!has_room_for(trade, leg.role)) {
    return set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
  }
  const std::uint8_t attempt = trade.made(leg.role);
  Leg numbered = leg;
  numbered.client_order_id = protective_id(trade.order.legs[0].client_order_id, leg.role, attempt);
  const std::uint32_t snapshot = take_snapshots(SnapshotMoment::PreAction, state_.actions + 1);
  emit(ProtectiveIssued{trade.id(), exit, numbered, trade.position.qty});
  begin_action(trade, *(trade.orders.end() - 1), ProtectiveAction::Place, snapshot, cause);
  effect(SendProtective{{trade.order.account, trade.order.instrument, numbered},
                        Release::protective(trade.id(), trade.position.qty)});
}

// A cancel that is a protective action of its own, with its evidence.
void Engine::take_down(Trade& trade, const TradeOrder& order, bool only_new,
                       std::string_view cause) {
  if (order.action == 0) {
    const std::uint32_t snapshot = take_snapshots(SnapshotMoment::PreAction, state_.actions + 1);
    begin_action(trade, order, ProtectiveAction::Cancel, snapshot, cause);
  }
  cancel(trade, order, only_new, cause);
}

// An order that came back after its end is of use only where it guards what is held, or what its
// entry, which came back as well, is about to tell.
void Engine::take_down_unguarding(Trade& trade, const TradeOrder& order) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (instrument == nullptr || is_final(order.state)) return;
  const TradeOrder* const entry = trade.find(LegRole::Entry);
  const bool guards =
      order.leg.role == LegRole::Stop && (trade.position.is_open(instrument->filters.step) ||
                                          (entry != nullptr && !is_final(entry->state)));
  if (!guards) take_down(trade, order, false, "it had ended");
}

void Engine::cancel(Trade& trade, const TradeOrder& order, bool only_new, std::string_view cause) {
  emit(CancelIssued{trade.id(), order.leg.client_order_id, only_new, Text<64>(cause)});
  effect_at_once(CancelRequest{trade.order.account, trade.order.instrument,
                               order.leg.client_order_id, only_new});
}

// An approved exit: take the list down, wait for evidence that it is down, sell, and put a stop
// back if the sale did not happen.
void Engine::start_exit(Trade& exit) {
  Trade* const trade = state_.find(exit.exits);
  if (trade == nullptr || trade->closed) {
    emit(TradeClosed{exit.id(), {}, {}, {}});
    return;
  }
  if (trade->reducing) end_reduction(*trade);
  if (trade->protection == ProtectionState::Live) {
    move_protection(*trade, ProtectionEvent::TakenDown, "exit approved");
  }
  continue_exit(*trade, exit);
}

void Engine::continue_exit(Trade& trade, Trade& exit) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (instrument == nullptr) return;
  const auto end = [&] { emit(TradeClosed{exit.id(), {}, {}, {}}); };
  if (!trade.position.is_open(instrument->filters.step)) return end();

  bool working = false;
  for (TradeOrder& order : trade.orders) {
    if (order.leg.side != Side::Sell || is_final(order.state)) continue;
    working = true;
    const bool ours_to_cancel = order.exit != exit.id() && order.state != OrderState::Released &&
                                order.state != OrderState::Unknown;
    if (ours_to_cancel) take_down(trade, order, false, "exit");
  }
  if (working) return;

  const TradeOrder* const sale = trade.find(LegRole::Exit);
  const bool sold_already = sale != nullptr && sale->exit == exit.id();
  if (!sold_already) {
    Leg leg = exit.order.legs[0];
    leg.qty = std::min(leg.qty, trade.position.sellable(instrument->filters.step));
    return issue_protective(trade, leg, exit.id(), "exit approved");
  }
  end();
  put_stop_back(trade, "exit did not sell");
}

// A sale is over and base is left: guard it again. A stop the venue refuses comes back here through
// keep_protected, which sells.
void Engine::put_stop_back(Trade& trade, std::string_view cause) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  const TradeOrder* const first_stop = trade.find(LegRole::Stop);
  if (instrument == nullptr || first_stop == nullptr) {
    return set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
  }
  Leg stop = first_stop->leg;
  stop.qty = std::min(stop.qty, trade.position.sellable(instrument->filters.step));
  if (trade.protection == ProtectionState::Replacing ||
      trade.protection == ProtectionState::Missing) {
    move_protection(trade, ProtectionEvent::PutBack, cause);
  }
  issue_protective(trade, stop, {}, cause);
}

// Over when nothing works at the venue, nothing is unknown and no more than dust is held.
void Engine::close_if_done(Trade& trade) {
  if (trade.closed || trade.hold != HoldState::Released) return;
  const bool all_final = std::all_of(trade.orders.begin(), trade.orders.end(),
                                     [](const TradeOrder& order) { return is_final(order.state); });
  if (!all_final || !is_dust(trade)) return;
  if (trade.reducing) end_reduction(trade);
  if (trade.protection != ProtectionState::Done) {
    move_protection(trade, ProtectionEvent::Closed, "flat");
  }
  emit(TradeClosed{trade.id(), trade.position.realised, trade.position.fees, trade.position.qty});
  if (Trade* const exit = exit_of(trade)) emit(TradeClosed{exit->id(), {}, {}, {}});
}

}  // namespace clawgate::gateway
