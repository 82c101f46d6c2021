// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/position.h"
#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kQueryPauseMax = 60 * kNanosPerSecond;
constexpr std::uint8_t kRejectsMax = 3;  // entries in a row, until a person looks
constexpr std::uint8_t kRoundsMax = 6;   // of asking for executions, until a person looks
constexpr std::string_view kAfterTheEnd = "executed after the end";

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

/// Ended without the venue's having had it, as far as we know.
bool never_arrived(OrderState state) {
  return state == OrderState::NotSent || state == OrderState::Rejected ||
         state == OrderState::ClosedByDecision;
}

/// The venue shows an order that had ended here. That it executed a part before it was canceled or
/// expired may still be told; any word about an order that only a decision ended outranks that.
bool shows_ended(const TradeOrder& order, const ExecutionReport& report) {
  if (!is_final(order.state) || order.state == OrderState::Filled) return false;
  if (order.state == OrderState::ClosedByDecision) return true;
  if (report.exec_type == ExecType::Trade) return never_arrived(order.state);
  const bool alive = report.ord_status == OrdStatus::PendingNew ||
                     report.ord_status == OrdStatus::New ||
                     report.ord_status == OrdStatus::PartiallyFilled;
  return report.exec_type == ExecType::Status && alive;
}

/// It may have been said before the order ended. What is asked for from then on cannot.
bool may_be_old(const TradeOrder& order, const ExecutionReport& report) {
  return report.exec_type == ExecType::Status && order.state != OrderState::ClosedByDecision &&
         order.queries == 0;
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

  // A list is handed over as one: what holds for its first leg holds for all of them, and for
  // nothing that was put out later.
  const bool list = increases_exposure(first->leg.role);
  for (TradeOrder& order : trade->orders) {
    if (&order != first && (!list || !trade->is_listed(order))) continue;
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
  state_.fold(input, now_);
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
    const BookedExecution* const before =
        trade->executed(execution_fingerprint(input.instrument, input.exec_id));
    if (before != nullptr) {
      const bool same =
          &trade->orders[before->order] == order &&
          before->content == execution_content(input.side, input.last_qty, input.last_px);
      if (same) return;
      return contradict(*order, "execution " + std::string(input.exec_id.view()) + " otherwise");
    }
    if (TradeOrder* const entry = purchase_to_come(*trade, input)) {
      ask_for_executions(*trade, *entry);
      return ask_for_executions(*trade, *order);
    }
    if (!order->forgotten) {
      if (!trade->has_room_for_execution()) {
        return set_block(Block::CapacityExhausted, true, "executions of one trade");
      }
      if (!apply_fill(*trade, *order, input)) return;
    }
  }
  if (input.cum_qty > order->leg.qty) {
    return set_block(Block::VenueContradiction, true, input.client_order_id.view());
  }
  // Executions that the venue counts and we have not seen come first: without them no state is
  // final.
  if (input.cum_qty > order->cum_qty) return ask_for_executions(*trade, *order);
  const bool shown = shows_ended(*order, input);
  if (shown && may_be_old(*order, input)) return query(*trade, *order);
  if (shown) reappear(*trade, *order);
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
  if (shown) take_down_unguarding(*trade, *order);
  watch_account();
}

// The venue's word about its orders outranks ours, and a person has to look. What was sent with the
// order as one list has arrived as well.
void Engine::reappear(Trade& trade, TradeOrder& order) {
  contradict(order, "it was " + std::string(word(order.state)));
  const bool list = never_arrived(order.state) && trade.is_listed(order);
  move_order(trade, order, OrderEvent::Reappear, nullptr);
  if (!list) return;
  for (TradeOrder& row : trade.orders) {
    if (!never_arrived(row.state) || !trade.is_listed(row)) continue;
    move_order(trade, row, OrderEvent::Reappear, nullptr);
    latch_unknown(trade, row);
  }
}

void Engine::contradict(const TradeOrder& order, std::string_view how) {
  set_block(Block::VenueContradiction, true,
            std::string(order.leg.client_order_id.view()) + ": " + std::string(how));
}

// False: it cannot be, and is not booked; nothing else that its report says is believed either.
bool Engine::apply_fill(Trade& trade, TradeOrder& order, const ExecutionReport& report) {
  const Instrument* const instrument = state_.instrument(trade.order.instrument);
  risk::Position after = trade.position;
  const auto cum = add(order.cum_qty, report.last_qty);
  const bool possible =
      instrument != nullptr && cum && *cum <= order.leg.qty && report.side == order.leg.side &&
      after.apply(risk::fill_of(report, *instrument)) == risk::FillOutcome::Applied;
  if (!possible) {
    set_block(Block::VenueContradiction, true, report.client_order_id.view());
    return false;
  }
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
  // What was approved bounds what the venue may do; it is booked all the same, for it happened. A
  // crash behind the booking must not take the contradiction with it.
  const bool dearer = increases_exposure(order.leg.role) && fact.fees > trade.order.fees_ceiling;
  if (dearer || is_worse_than_limit(order.leg, report.last_px)) {
    contradict(order, "executed beyond what was approved");
  }
  const bool reopens = trade.closed && !is_dust(trade.order.instrument, after);
  if (reopens) contradict(order, kAfterTheEnd);
  emit(fact);
  if (reopens) move_protection(trade, ProtectionEvent::Reopened, kAfterTheEnd);
  return true;
}

// Behind a crash that tore off what followed the booking of an execution after the end: what locks
// the base may be at the venue.
void Engine::reopen(Trade& trade) {
  move_protection(trade, ProtectionEvent::Reopened, kAfterTheEnd);
  for (TradeOrder& order : trade.orders) {
    if (!never_arrived(order.state) || order.cum_qty.is_zero()) continue;
    reappear(trade, order);
    return latch_unknown(trade, order);
  }
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
  latch_unknown(trade, order);
}

void Engine::latch_unknown(Trade& trade, TradeOrder& order) {
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

// Asked for by the same schedule, however often the venue tells the count meanwhile. A venue that
// goes on counting what it does not tell contradicts itself: what became of the order, nobody
// knows, and a person has to look.
void Engine::ask_for_executions(Trade& trade, TradeOrder& order) {
  if (now_ < order.next_query) return;
  if (order.queries == kRoundsMax && order.misses_executions()) {
    set_block(Block::VenueContradiction, true, order.leg.client_order_id.view());
    if (next_state(kOrderTransitions, order.state, OrderEvent::LoseTrack)) {
      return lose_track(trade, order);
    }
  }
  query(trade, order);
}

}  // namespace clawgate::gateway
