// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/report/short_tape.h"

#include <string>

namespace clawgate::report {
namespace {

Leg leg_of(LegRole role) {
  Leg leg;
  leg.role = role;
  leg.side = role == LegRole::Entry ? Side::Buy : Side::Sell;
  leg.qty = qty("1");
  if (role == LegRole::Entry) leg.limit = px("102");
  if (role == LegRole::Stop) leg.trigger = px("90");
  if (role == LegRole::TakeProfit) leg.limit = px("120");
  leg.client_order_id = ShortTape::id_of(role);
  return leg;
}

OrderCandidate order_of(HoldId hold, bool entry) {
  OrderCandidate order;
  order.hold = hold;
  order.symbol = Symbol("BTCUSDT");
  order.reference = px("100");
  order.risk = money("10");
  order.expires_at = at_ms(300'000);
  for (const LegRole role : {LegRole::Entry, LegRole::Stop, LegRole::TakeProfit}) {
    if (entry) CLAWGATE_ASSERT(order.legs.push_back(leg_of(role)));
  }
  if (!entry) CLAWGATE_ASSERT(order.legs.push_back(leg_of(LegRole::Exit)));
  return order;
}

}  // namespace

ClientOrderId ShortTape::id_of(LegRole role) {
  return ClientOrderId("order-" + std::string(word(role)));
}

ShortTape::ShortTape() {
  tape.put(at_ms(0), paper_session());
  tape.put(at_ms(0), btcusdt());
}

ShortTape& ShortTape::signal(SignalOutcome outcome, ReasonSet reasons, HoldId first) {
  SignalIntent intent;
  intent.source_engine = EngineName("engine");
  intent.intent_id = IntentId("intent");
  intent.symbol = Symbol("BTCUSDT");
  intent.side = SignalSide::Buy;
  put(intent);
  SignalDecided decided;
  decided.hold = hold;
  decided.outcome = outcome;
  decided.reasons = reasons.bits();
  decided.first = first;
  return put(decided);
}

ShortTape& ShortTape::held(bool entry) {
  return put(CandidateHeld{order_of(hold, entry), {}, {}, EngineName("engine")});
}

ShortTape& ShortTape::hold_moved(HoldEvent event, HoldState to, Reason reason,
                                 std::string_view who) {
  HoldMoved moved;
  moved.hold = hold;
  moved.event = event;
  moved.to = to;
  moved.reason = reason;
  moved.operator_id = OperatorId(who);
  if (!who.empty()) moved.channel = OperatorChannel::Terminal;
  return put(moved);
}

ShortTape& ShortTape::rechecked(ReasonSet reasons, Px bid, Px ask) {
  RiskVerdict verdict;
  verdict.hold = hold;
  verdict.phase = RiskPhase::Release;
  verdict.reasons = reasons.bits();
  verdict.bid = bid;
  verdict.ask = ask;
  return put(verdict);
}

ShortTape& ShortTape::released() {
  OrderIntent intent;
  intent.order = order_of(hold, true);
  put(intent);
  return hold_moved(HoldEvent::Release, HoldState::Released);
}

ShortTape& ShortTape::entry_released() {
  return signal(SignalOutcome::Held)
      .held()
      .hold_moved(HoldEvent::Approve, HoldState::Approved, Reason::None, "ana")
      .rechecked({})
      .released();
}

ShortTape& ShortTape::moved(LegRole role, OrderEvent event, OrderState to, std::string_view text) {
  OrderMoved moved;
  moved.hold = hold;
  moved.client_order_id = id_of(role);
  moved.role = role;
  moved.event = event;
  moved.to = to;
  moved.text = Text<64>(text);
  return put(moved);
}

ShortTape& ShortTape::filled(LegRole role, Qty qty, Px px, Notional realised, Qty held,
                             Notional cost) {
  FillApplied fill;
  fill.hold = hold;
  fill.client_order_id = id_of(role);
  fill.role = role;
  fill.side = role == LegRole::Entry ? Side::Buy : Side::Sell;
  fill.qty = qty;
  fill.px = px;
  fill.fee = report::qty("0.001");
  fill.fee_asset = Asset("BNB");
  fill.held = held;
  fill.cost = cost;
  fill.realised = realised;
  return put(fill);
}

ShortTape& ShortTape::issued(LegRole role, HoldId exit) {
  return put(ProtectiveIssued{hold, exit, leg_of(role), qty("1")});
}

ShortTape& ShortTape::closed(Notional realised) {
  return put(TradeClosed{hold, realised, money("0.2"), {}});
}

}  // namespace clawgate::report
