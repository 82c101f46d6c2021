// SPDX-License-Identifier: Apache-2.0
#include "gateway/engine.h"
#include "gateway/engine_detail.h"

// The evidence beside protective actions: what was held and what was open, before and after each.

namespace clawgate::gateway {
namespace {

template <class Row, std::size_t N>
void keep(List<Row, N>& rows, const Row& row, std::uint16_t& left_out) {
  if (!rows.push_back(row)) ++left_out;
}

bool is_working(OrderState state) {
  return state == OrderState::Working || state == OrderState::PartiallyFilled;
}

}  // namespace

HeldPosition Engine::position_of(const Trade& trade) const {
  HeldPosition row;
  row.symbol = trade.order.symbol;
  row.qty = trade.position.qty;
  row.cost = trade.position.cost;
  if (const MarketTop* const top = state_.market(trade.order.instrument)) row.mark = top->bid;
  const TradeOrder* const stop = trade.find(LegRole::Stop);
  if (stop == nullptr || is_final(stop->state)) return row;
  row.stop = stop->leg.client_order_id;
  row.stop_trigger = stop->leg.trigger;
  row.stop_qty = stop->leg.qty;
  row.stop_live = is_working(stop->state);
  return row;
}

// Both are of one moment and have one number, which is answered.
std::uint32_t Engine::take_snapshots(SnapshotMoment moment, std::uint32_t action) {
  PositionSnapshotTaken positions;
  positions.number = state_.snapshots + 1;
  positions.moment = moment;
  positions.action = action;
  OpenOrdersSnapshotTaken orders;
  orders.number = positions.number;
  orders.moment = moment;
  orders.action = action;
  for (const Trade& trade : state_.trades) {
    if (trade.hold != HoldState::Released || trade.closed || !trade.order.is_entry()) continue;
    if (trade.position.qty.raw() > 0) {
      keep(positions.positions, position_of(trade), positions.left_out);
    }
    for (const TradeOrder& order : trade.orders) {
      if (is_final(order.state)) continue;
      const Leg& leg = order.leg;
      keep(orders.orders,
           OpenOrder{leg.client_order_id, trade.order.symbol, leg.role, leg.type, order.state,
                     leg.qty, order.cum_qty, leg.limit, leg.trigger},
           orders.left_out);
    }
  }
  for (const BalanceReported& row : state_.balances) {
    if (row.account != state_.session.account) continue;
    keep(positions.balances, HeldBalance{row.asset, row.free, row.locked}, positions.left_out);
  }
  emit(positions);
  emit(orders);
  return positions.number;
}

void Engine::begin_action(const Trade& trade, const TradeOrder& order, ProtectiveAction action,
                          std::uint32_t snapshot, std::string_view cause) {
  ProtectiveActionTaken fact;
  fact.number = state_.actions + 1;
  fact.action = action;
  fact.hold = trade.id();
  fact.client_order_id = order.leg.client_order_id;
  fact.role = order.leg.role;
  fact.result = order.state;
  fact.snapshot = snapshot;
  fact.cause = Text<64>(cause);
  emit(fact);
}

// A cancel and a sale have come to their end with their order; a stop, when it works.
void Engine::end_actions(Trade& trade) {
  for (TradeOrder& order : trade.orders) {
    if (order.action == 0) continue;
    const bool placed = order.action_kind == ProtectiveAction::Place &&
                        order.leg.role == LegRole::Stop && is_working(order.state);
    if (!placed && !is_final(order.state)) continue;
    ProtectiveActionTaken fact;
    fact.number = order.action;
    fact.action = order.action_kind;
    fact.ended = true;
    fact.hold = trade.id();
    fact.client_order_id = order.leg.client_order_id;
    fact.role = order.leg.role;
    fact.result = order.state;
    fact.snapshot = take_snapshots(SnapshotMoment::PostAction, order.action);
    emit(fact);
  }
}

}  // namespace clawgate::gateway
