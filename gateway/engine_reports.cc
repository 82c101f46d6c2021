// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "gateway/release.h"
#include "risk/position.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kQueryPauseMax = 60 * kNanosPerSecond;
constexpr std::int64_t kReducePause = kNanosPerSecond;  // doubles with every attempt
constexpr std::int64_t kReducePauseMax = 60 * kNanosPerSecond;
constexpr std::uint8_t kAttemptsMax = 10;  // the ids of one role: one digit
constexpr std::uint8_t kRejectsMax = 3;    // entries in a row, until a person looks

/// What a report says happened to an order; nullopt when it moves nothing.
std::optional<OrderEvent> event_of(const ExecutionReport& report) {
  switch (report.ord_status) {
    case OrdStatus::PendingNew:
      return OrderEvent::AckPending;
    case OrdStatus::New:
      return OrderEvent::Ack;
    case OrdStatus::PartiallyFilled:
      return OrderEvent::PartialFill;
    case OrdStatus::Filled:
      return OrderEvent::Fill;
    case OrdStatus::Canceled:
      return OrderEvent::Cancel;
    case OrdStatus::Rejected:
      return OrderEvent::Reject;
    case OrdStatus::Expired:
      return OrderEvent::Expire;
  }
  return std::nullopt;
}

/// A report that tells again where the order already stands.
bool repeats(OrderState state, OrderEvent event) {
  return (state == OrderState::Working && event == OrderEvent::Ack) ||
         (state == OrderState::Pending && event == OrderEvent::AckPending) ||
         (state == OrderState::Filled && event == OrderEvent::Fill) ||
         (state == OrderState::Canceled && event == OrderEvent::Cancel) ||
         (state == OrderState::Expired && event == OrderEvent::Expire) ||
         (state == OrderState::Rejected && event == OrderEvent::Reject);
}

/// An acknowledgement or older step that arrives behind newer facts: stale, not contradictory.
bool outdated(OrderState state, OrderEvent event) {
  if (event == OrderEvent::AckPending)
    return state != OrderState::Sent && state != OrderState::Unknown;
  if (event == OrderEvent::Ack) {
    return state != OrderState::Sent && state != OrderState::Unknown &&
           state != OrderState::Pending;
  }
  return event == OrderEvent::PartialFill && state == OrderState::Filled;
}

/// A sale of more than is held, while the purchase is not over: reports were lost or overtook one
/// another, and the purchase's executions come first.
TradeOrder* purchase_to_come(Trade& trade, const ExecutionReport& sale) {
  if (sale.side != Side::Sell || sale.last_qty <= trade.position.qty) return nullptr;
  for (TradeOrder& order : trade.orders) {
    if (increases_exposure(order.leg.role) && !is_final(order.state)) return &order;
  }
  return nullptr;
}

}  // namespace

void Engine::apply(const HandedOff& input, UnixNanos now) {
  now_ = now;
  record(input);
  TradeOrder* first = nullptr;
  Trade* const trade = state_.find(input.client_order_id, &first);
  if (trade == nullptr) return set_block(Block::VenueContradiction, true, "handed off: unknown id");

  // A list is handed over as one: what holds for its first leg holds for all.
  const bool list = increases_exposure(first->leg.role);
  for (TradeOrder& order : trade->orders) {
    if (&order != first && !list) continue;
    // Sent, and its answer was lost: nobody knows. Otherwise a report came first.
    const bool lost = order.state == OrderState::Sent && input.outcome == HandOff::Unknown;
    if (order.state != OrderState::Released && !lost) continue;
    switch (input.outcome) {
      case HandOff::Sent:
        move_order(*trade, order, OrderEvent::Send, nullptr);
        break;
      case HandOff::Refused:
      case HandOff::NotSent:
        move_order(*trade, order, OrderEvent::RefuseAtDoor, nullptr);
        break;
      case HandOff::Unknown:
        lose_track(*trade, order);
        break;
    }
  }
  if (list && input.outcome == HandOff::Sent && trade->protection == ProtectionState::None) {
    move_protection(*trade, ProtectionEvent::SentWithEntry, "list");
  }
  after_order_change(*trade);
}

void Engine::apply(const KillAcknowledged& input, UnixNanos now) {
  now_ = now;
  record(input);
  state_.fold(input, now_);
}

void Engine::apply(const ExecutionReport& input, UnixNanos now) {
  now_ = now;
  record(input);
  TradeOrder* order = nullptr;
  Trade* const trade = state_.find(input.client_order_id, &order);
  if (trade == nullptr) return set_block(Block::ForeignOrder, true, input.client_order_id.view());
  if (input.instrument != trade->order.instrument || input.account != trade->order.account) {
    return set_block(Block::VenueContradiction, true, input.client_order_id.view());
  }
  // The venue takes a client order id again once its order is over: two orders under one name.
  const bool twin = !input.venue_order_id.empty() && !order->venue_order_id.empty() &&
                    input.venue_order_id != order->venue_order_id;
  if (twin) return set_block(Block::VenueContradiction, true, input.client_order_id.view());
  // Absence is no evidence; but what became of an order that was handed over and that no query and
  // no list knows, nobody knows. Of what is released the door speaks first.
  if (input.exec_type == ExecType::NotFound) {
    const bool lost = order->state != OrderState::Released &&
                      next_state(kOrderTransitions, order->state, OrderEvent::LoseTrack);
    if (lost) lose_track(*trade, *order);
    return;
  }

  // The venue knows the order, so it was handed over, whatever we had time to write down.
  if (order->state == OrderState::Released) move_order(*trade, *order, OrderEvent::Send, nullptr);
  if (increases_exposure(order->leg.role) && trade->protection == ProtectionState::None) {
    move_protection(*trade, ProtectionEvent::SentWithEntry, "report");
  }
  if (input.exec_type == ExecType::Trade) {
    if (trade->has_executed(execution_fingerprint(input.instrument, input.exec_id))) return;
    if (TradeOrder* const entry = purchase_to_come(*trade, input)) {
      query(*trade, *entry);
      return query(*trade, *order);
    }
    if (trade->executions.size() == Trade::kExecutionsMax) {
      return set_block(Block::CapacityExhausted, true, "executions of one trade");
    }
    apply_fill(*trade, *order, input);
  }
  // Executions that the venue counts and we have not seen come first: without them no state is
  // final.
  if (input.cum_qty > order->cum_qty) return query(*trade, *order);
  const bool complete = order->cum_qty == order->leg.qty;
  const OrderEvent event = complete ? OrderEvent::Fill : *event_of(input);
  if (!repeats(order->state, event) && !outdated(order->state, event)) {
    if (!next_state(kOrderTransitions, order->state, event)) {
      return set_block(Block::VenueContradiction, true, input.client_order_id.view());
    }
    move_order(*trade, *order, event, &input);
    if (event == OrderEvent::Reject && state_.rejects_in_row >= kRejectsMax) {
      set_block(Block::VenueRejects, true, input.text.view());
    }
  }
  after_order_change(*trade);
}

void Engine::apply_fill(Trade& trade, TradeOrder& order, const ExecutionReport& report) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  risk::Position after = trade.position;
  const auto cum = add(order.cum_qty, report.last_qty);
  const bool possible =
      instrument != nullptr && cum && *cum <= order.leg.qty && report.side == order.leg.side &&
      after.apply(risk::fill_of(report, *instrument)) == risk::FillOutcome::Applied;
  if (!possible) return set_block(Block::VenueContradiction, true, report.client_order_id.view());
  FillApplied fact;
  fact.hold = trade.id();
  fact.client_order_id = report.client_order_id;
  fact.role = order.leg.role;
  fact.exec_id = report.exec_id;
  fact.side = order.leg.side;
  fact.qty = report.last_qty;
  fact.px = report.last_px;
  fact.fee = report.fee;
  fact.fee_asset = report.fee_asset;
  fact.held = after.qty;
  fact.cost = after.cost;
  fact.realised = after.realised;
  fact.fees = after.fees;
  fact.fees_elsewhere = after.fees_elsewhere;
  emit(fact);
}

void Engine::move_order(Trade& trade, TradeOrder& order, OrderEvent event,
                        const ExecutionReport* report) {
  const auto next = next_state(kOrderTransitions, order.state, event);
  CLAWGATE_ASSERT(next.has_value());  // callers asked the table first where a venue is the source
  OrderMoved fact;
  fact.hold = trade.id();
  fact.client_order_id = order.leg.client_order_id;
  fact.role = order.leg.role;
  fact.event = event;
  fact.to = *next;
  if (report != nullptr) {
    fact.venue_code = report->venue_code;
    fact.text = report->text;
    fact.venue_order_id = report->venue_order_id;
  }
  emit(fact);
}

void Engine::move_protection(Trade& trade, ProtectionEvent event, std::string_view cause) {
  const auto next = next_state(kProtectionTransitions, trade.protection, event);
  CLAWGATE_ASSERT(next.has_value());
  emit(ProtectionMoved{trade.id(), event, *next, Text<64>(cause)});
}

// Nobody knows whether the venue has it: its funds stay reserved, entries stop, and the venue is
// asked again and again, further and further apart, until evidence or a recorded decision ends it.
void Engine::lose_track(Trade& trade, TradeOrder& order) {
  move_order(trade, order, OrderEvent::LoseTrack, nullptr);
  set_block(Block::UnknownOutcome, true, order.leg.client_order_id.view());
  query(trade, order);
}

void Engine::query(Trade& trade, TradeOrder& order) {
  const std::uint8_t attempt =
      order.queries == 255 ? order.queries : static_cast<std::uint8_t>(order.queries + 1);
  const int doublings = std::min<int>(attempt - 1, 10);
  const std::int64_t pause = std::min(state_.session.unknown_query_ns << doublings, kQueryPauseMax);
  emit(
      QueryIssued{trade.id(), order.leg.client_order_id, attempt, UnixNanos(now_.value() + pause)});
  effect_at_once(
      QueryRequest{trade.order.account, trade.order.instrument, order.leg.client_order_id});
}

// One place looks at a trade as a whole whenever one of its orders moved.
void Engine::after_order_change(Trade& trade) {
  if (Trade* const exit = exit_of(trade)) {
    continue_exit(trade, *exit);
  } else {
    keep_protected(trade);
  }
  close_if_done(trade);
}

const Trade* Engine::exit_of(const Trade& trade) const {
  for (const Trade& row : state_.trades) {
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
  if (!is_final(stop->state)) return;

  if (trade.protection == ProtectionState::PendingAtVenue ||
      trade.protection == ProtectionState::Live || trade.protection == ProtectionState::Replacing) {
    move_protection(trade, ProtectionEvent::Lost, "stop gone while a position is held");
  }
  // Anything of ours that still locks the base must go first; its cancel brings us back here.
  bool locked = false;
  for (TradeOrder& order : trade.orders) {
    if (order.leg.side != Side::Sell || is_final(order.state)) continue;
    locked = true;
    if (order.leg.role == LegRole::TakeProfit) cancel(trade, order, false, "make way for a reduce");
  }
  if (locked) return;
  const auto due = next_reduce(trade);
  if (due && now_ < *due) return;
  Leg leg;
  leg.role = LegRole::Reduce;
  leg.side = Side::Sell;
  leg.type = OrdType::Market;
  leg.qty = trade.position.sellable(instrument->filters.step);
  issue_protective(trade, leg, {});
}

// The first reduce leaves at once. One that could not leave, or that the venue refused, is followed
// by another after a pause, so that a ban of minutes does not use up every attempt. nullopt where
// none is to follow.
std::optional<UnixNanos> Engine::next_reduce(const Trade& trade) const {
  if (trade.closed || trade.protection != ProtectionState::Missing) return std::nullopt;
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (instrument == nullptr || !trade.position.is_open(instrument->filters.step)) {
    return std::nullopt;
  }
  const TradeOrder* last = nullptr;
  std::uint8_t made = 0;
  for (const TradeOrder& order : trade.orders) {
    if (order.leg.side == Side::Sell && !is_final(order.state)) return std::nullopt;
    if (order.leg.role != LegRole::Reduce) continue;
    last = &order;
    ++made;
  }
  const bool full = made >= kAttemptsMax || trade.orders.size() == Trade::kOrdersMax;
  if (last == nullptr || full || exit_of(trade) != nullptr) return std::nullopt;
  const std::int64_t pause = std::min(kReducePause << (made - 1), kReducePauseMax);
  return UnixNanos(last->moved_at.value() + pause);
}

// A protective order out of the approved envelope: reduce-only, at most what is held, its id one
// attempt further than the last of its role.
void Engine::issue_protective(Trade& trade, const Leg& leg, HoldId exit) {
  std::uint8_t attempt = 0;
  for (const TradeOrder& order : trade.orders) {
    if (order.leg.role == leg.role) ++attempt;
  }
  if (attempt >= kAttemptsMax || trade.orders.size() == Trade::kOrdersMax) {
    return set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
  }
  Leg numbered = leg;
  numbered.client_order_id = protective_id(trade.order.legs[0].client_order_id, leg.role, attempt);
  emit(ProtectiveIssued{trade.id(), exit, numbered, trade.position.qty});
  effect(SendProtective{{trade.order.account, trade.order.instrument, numbered},
                        Release::protective(trade.id(), trade.position.qty)});
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
    if (ours_to_cancel) cancel(trade, order, false, "exit");
  }
  if (working) return;

  const TradeOrder* const sale = trade.find(LegRole::Exit);
  const bool sold_already = sale != nullptr && sale->exit == exit.id();
  if (!sold_already) {
    Leg leg = exit.order.legs[0];
    leg.qty = std::min(leg.qty, trade.position.sellable(instrument->filters.step));
    return issue_protective(trade, leg, exit.id());
  }
  // The sale is over and base is left: guard it again. A stop the venue refuses comes back here
  // through keep_protected, which sells.
  end();
  const TradeOrder* const first_stop = trade.find(LegRole::Stop);
  if (first_stop == nullptr) {
    return set_block(Block::ProtectionMissing, true, trade.order.symbol.view());
  }
  Leg stop = first_stop->leg;
  stop.qty = std::min(stop.qty, trade.position.sellable(instrument->filters.step));
  if (trade.protection == ProtectionState::Replacing ||
      trade.protection == ProtectionState::Missing) {
    move_protection(trade, ProtectionEvent::PutBack, "exit did not sell");
  }
  issue_protective(trade, stop, {});
}

// Over when nothing works at the venue, nothing is unknown and no more than dust is held.
void Engine::close_if_done(Trade& trade) {
  if (trade.closed || trade.hold != HoldState::Released) return;
  const bool all_final = std::all_of(trade.orders.begin(), trade.orders.end(),
                                     [](const TradeOrder& order) { return is_final(order.state); });
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  if (!all_final || instrument == nullptr || trade.position.is_open(instrument->filters.step))
    return;
  if (trade.protection != ProtectionState::Done) {
    move_protection(trade, ProtectionEvent::Closed, "flat");
  }
  emit(TradeClosed{trade.id(), trade.position.realised, trade.position.fees, trade.position.qty});
  if (Trade* const exit = exit_of(trade)) emit(TradeClosed{exit->id(), {}, {}, {}});
}

}  // namespace clawgate::gateway
