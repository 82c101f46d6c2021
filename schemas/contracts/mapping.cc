// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/mapping.h"

#include <algorithm>
#include <string>
#include <utility>

namespace clawgate::contracts {
namespace {

std::string text_of(std::string_view text) {
  return std::string(text);
}

template <class D>
std::optional<D> unless_zero(D value) {
  return value.is_zero() ? std::nullopt : std::optional<D>(value);
}

template <class D>
D at_least_one_unit(D value) {
  return std::max(value, D::from_raw(1));
}

Px stop_of(const OrderCandidate& order, Px position_stop) {
  for (const Leg& leg : order.legs) {
    if (leg.role == LegRole::Stop) return leg.trigger;
  }
  return position_stop;
}

// Against the order: a buy cost at least this, a sell brought at most this.
Px average_price(const clawgate::ExecutionReport& report) {
  if (report.cum_qty.raw() <= 0) return Px();
  const Round round = report.side == Side::Buy ? Round::Up : Round::Down;
  const auto raw = mul_div(report.cum_quote.raw(), Px::kScale, report.cum_qty.raw(), round);
  return Px::from_raw(raw.value_or(0));
}

}  // namespace

std::optional<OrderType> order_type_of(OrdType type) {
  switch (type) {
    case OrdType::Market:
      return OrderType::Market;
    case OrdType::Limit:
    case OrdType::LimitMaker:
      return OrderType::Limit;
    case OrdType::StopLoss:
      return OrderType::Stop;
    case OrdType::StopLossLimit:
      return OrderType::StopLimit;
    case OrdType::TakeProfit:
    case OrdType::TakeProfitLimit:
      return std::nullopt;
  }
  return std::nullopt;
}

ExecutionStatus execution_status_of(OrdStatus status) {
  switch (status) {
    case OrdStatus::PendingNew:
    case OrdStatus::New:
      return ExecutionStatus::Accepted;
    case OrdStatus::PartiallyFilled:
      return ExecutionStatus::PartiallyFilled;
    case OrdStatus::Filled:
      return ExecutionStatus::Filled;
    case OrdStatus::Canceled:
    case OrdStatus::Expired:
      return ExecutionStatus::Canceled;
    case OrdStatus::Rejected:
      return ExecutionStatus::Rejected;
  }
  return ExecutionStatus::Failed;
}

std::string_view market_status_of(InstrumentStatus status) {
  switch (status) {
    case InstrumentStatus::Trading:
      return "open";
    case InstrumentStatus::Halt:
    case InstrumentStatus::Break:
    case InstrumentStatus::CancelOnly:
      return "halt";
    case InstrumentStatus::Unknown:
    case InstrumentStatus::EndOfDay:
      return "closed";
  }
  return "closed";
}

std::optional<OrderIntent> order_intent_of(const clawgate::OrderIntent& intent,
                                           const OrderContext& context) {
  const Leg& leg = intent.order.legs[0];
  const auto type = order_type_of(leg.type);
  if (!type) return std::nullopt;
  OrderIntent out;
  out.order_intent_id = text_of(leg.client_order_id.view());
  out.signal_intent_id = text_of(context.signal_intent_id);
  out.symbol = text_of(intent.order.symbol.view());
  out.side = leg.side;
  out.order_type = *type;
  out.quantity = leg.qty;
  out.stage = intent.order.stage;
  out.decision_id = text_of(intent.decision_id.view());
  out.approved_by = text_of(intent.approved_by.view());
  out.approved_at = intent.approved_at;
  out.price = unless_zero(leg.limit);
  out.stop_price = unless_zero(stop_of(intent.order, context.position_stop));
  out.asset_class = text_of(word_of(context.asset_class));
  out.idempotency_key = to_hex(intent.digest);
  out.trace_id = text_of(intent.trace_id.view());
  return out;
}

std::optional<ExecutionGateway> gateway_request_of(const clawgate::OrderIntent& intent,
                                                   const OrderContext& context) {
  auto order = order_intent_of(intent, context);
  if (!order || !order->stop_price) return std::nullopt;
  ExecutionGateway out;
  out.client_order_id = order->order_intent_id;
  out.order_intent_id = std::move(order->order_intent_id);
  out.idempotency_key = std::move(*order->idempotency_key);
  out.asset_class = std::move(*order->asset_class);
  out.symbol = std::move(order->symbol);
  out.decision_id = std::move(order->decision_id);
  out.side = order->side;
  out.order_type = order->order_type;
  out.quantity = order->quantity;
  out.stop_price = *order->stop_price;
  out.price = order->price;
  out.risk_tier = RiskTier::R3;  // every order is a critical financial act
  return out;
}

void add_response(ExecutionGateway& order, const clawgate::ExecutionReport& report,
                  std::string_view execution_id, std::string_view trace_id) {
  order.execution_id = text_of(execution_id);
  if (!report.venue_order_id.empty()) order.venue_order_id = text_of(report.venue_order_id.view());
  order.reconciliation_trace_id = text_of(trace_id);
  order.status = execution_status_of(report.ord_status);
  order.filled_quantity = report.cum_qty;
  order.avg_fill_price = average_price(report);
  if (!report.text.empty()) order.reject_reason = text_of(report.text.view());
}

std::optional<ExecutionReport> report_of(const ExecutionGateway& order, std::string_view venue,
                                         std::string_view gateway_trace_id, UnixNanos timestamp) {
  if (!order.execution_id || !order.status) return std::nullopt;
  if (!order.filled_quantity || !order.avg_fill_price) return std::nullopt;
  ExecutionReport out;
  out.execution_report_id = *order.execution_id;
  out.order_intent_id = order.order_intent_id;
  out.venue = text_of(venue);
  out.gateway_trace_id = text_of(gateway_trace_id);
  out.status = *order.status;
  out.filled_qty = *order.filled_quantity;
  out.avg_price = *order.avg_fill_price;
  out.timestamp = timestamp;
  out.venue_order_id = order.venue_order_id;
  out.reject_reason = order.reject_reason;
  return out;
}

PreTradeValidator validator_of(const OrderCandidate& candidate, const Instrument& instrument,
                               RampLevel level, ReasonSet blocked, const RiskFigures& figures,
                               std::string_view asset_profile_version) {
  const Leg& leg = candidate.legs[0];
  const Filters& filters = instrument.filters;
  const std::string symbol = text_of(candidate.symbol.view());
  PreTradeValidator out;
  out.asset_profile_version = text_of(asset_profile_version);
  out.capital_ramp_level = level == RampLevel::L0 ? "L0" : "L1";
  out.symbol = symbol;
  out.symbol_constraints.min_notional =
      at_least_one_unit(std::max(filters.min_notional, filters.notional_min));
  out.symbol_constraints.lot_size = at_least_one_unit(filters.step);
  out.symbol_constraints.tick_size = at_least_one_unit(filters.tick);
  const OrderType type = order_type_of(leg.type).value_or(OrderType::Stop);
  out.order_intent = {symbol, leg.side, text_of(word_of(type)), leg.qty};
  out.market_state.status = text_of(market_status_of(instrument.status));
  out.validator_status = blocked.empty() ? ValidatorStatus::Pass : ValidatorStatus::Block;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && blocked.has(row.reason)) {
      out.block_reasons.push_back(text_of(row.code));
    }
  }
  out.normalized_order = {symbol, leg.qty};
  out.effective_risk_quote = {figures.safe_notional, candidate.risk, figures.budget,
                              candidate.fees_ceiling, figures.slippage};
  return out;
}

Decision pending_decision_of(const OrderCandidate& candidate, std::string_view decision_id,
                             UnixNanos created_at, std::string title, std::string proposal) {
  const bool paper = candidate.stage == Stage::S0;
  Decision out;
  out.decision_id = text_of(decision_id);
  out.decision_key =
      "order:" + text_of(candidate.symbol.view()) + ":" + std::to_string(candidate.hold.value());
  out.title = std::move(title);
  out.proposal = std::move(proposal);
  out.created_at = created_at;
  out.timeout_at = candidate.expires_at;
  out.side_effect_class = paper ? SideEffectClass::None : SideEffectClass::Financial;
  out.challenge_status = paper ? ChallengeStatus::NotRequired : ChallengeStatus::Pending;
  return out;
}

void approve(Decision& decision, const clawgate::OrderIntent& intent) {
  decision.status = DecisionStatus::Approved;
  decision.approver_operator_id = text_of(intent.approved_by.view());
  decision.explicit_human_approval = !intent.scripted;
  decision.approval_evidence_ref = "digest:" + to_hex(intent.digest);
}

}  // namespace clawgate::contracts
