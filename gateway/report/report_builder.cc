// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/report_builder.h"

#include <algorithm>
#include <utility>

#include "risk/plan.h"

namespace clawgate::report {

template <class Row>
bool ReportBuilder::fold_as(Bytes payload) {
  const auto row = decode<Row>(payload);
  if (!row) return false;
  fold(*row);
  return true;
}

template <class... Rows>
void ReportBuilder::fold_one_of(std::uint16_t type, Bytes payload) {
  bool readable = true;
  static_cast<void>(((type == Rows::kType && (readable = fold_as<Rows>(payload), true)) || ...));
  if (!readable) ++report_.records_undecodable;
}

// Types that are not named here say nothing that the report shows beyond their count.
void ReportBuilder::add(Seq, UnixNanos time, std::uint16_t type, Bytes payload) {
  now_ = time;
  if (report_.records_total == 0) report_.first_time = time;
  report_.last_time = time;
  ++report_.records_total;
  ++counts_[type];
  fold_one_of<SessionOpened, Limits, Instrument, BalanceReported, MarketTop, SignalIntent,
              SignalRefused, OperatorCommand, SignalDecided, CandidateHeld, RiskVerdict, HoldMoved,
              OrderIntent, OrderMoved, FillApplied, ProtectionMoved, ProtectiveIssued,
              CommandDecided, BlockChanged, CancelIssued, QueryIssued, DayTurned, ViolationRecorded,
              TradeClosed, LimitsDecided, LimitsProposed, DecisionRecorded, EngineModeChanged,
              IncidentOpened, PositionSnapshotTaken, OpenOrdersSnapshotTaken, ProtectiveActionTaken,
              ReductionMoved, BalanceMoved, MovementFound>(type, payload);
}

void ReportBuilder::fold(const SessionOpened& input) {
  if (!report_.session) report_.session = input;
  ++report_.sessions;
  report_.starts.push_back({now_, input.stage, input.clean_start});
}

void ReportBuilder::fold(const Instrument& input) {
  equity_.add(input);
  auto& rows = report_.instruments;
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const Instrument& row) { return row.id == input.id; });
  if (at == rows.end()) {
    rows.push_back(input);
  } else {
    *at = input;
  }
}

void ReportBuilder::fold(const BalanceReported& input) {
  if (report_.session && input.account != report_.session->account) return;
  equity_.add(input, now_);
}

void ReportBuilder::fold(const MarketTop& input) {
  equity_.add(input, now_);
  if (!input.usable()) return;
  bids_[input.instrument] = input.bid;
  for (const Instrument& row : report_.instruments) {
    if (row.id == input.instrument) prices_[row.symbol].points.push_back({now_, input.mid()});
  }
}

void ReportBuilder::fold(const SignalIntent& input) {
  SignalRow row;
  row.time = now_;
  row.engine = input.source_engine;
  row.intent_id = input.intent_id;
  row.trace_id = input.trace_id;
  row.symbol = input.symbol;
  row.side = input.side;
  row.confidence = input.confidence;
  row.confidence_derived = input.confidence_derived;
  row.strength = input.strength;
  row.as_of = input.as_of;
  row.stop_loss = input.stop_loss;
  row.take_profit = input.take_profit;
  row.payload = input.payload;
  undecided_ = report_.signals.size();
  report_.signals.push_back(row);
}

void ReportBuilder::fold(const SignalDecided& fact) {
  if (!undecided_) {
    ++report_.facts_unmatched;
    return;
  }
  const std::size_t at = *std::exchange(undecided_, std::nullopt);
  SignalRow& row = report_.signals[at];
  row.outcome = fact.outcome;
  row.reasons = ReasonSet::from_bits(fact.reasons);
  row.hold = fact.hold;
  row.first = fact.first;
  signal_at_[fact.hold] = at;
}

void ReportBuilder::fold(const SignalRefused& input) {
  report_.refused.push_back({now_, input.disposition, input.reason, input.source, input.where,
                             input.seen, input.payload});
}

void ReportBuilder::fold(const OperatorCommand& input) {
  report_.commands.push_back({now_, input, false, Reason::None, false});
}

void ReportBuilder::fold(const CommandDecided& fact) {
  if (report_.commands.empty() || report_.commands.back().decided ||
      report_.commands.back().command.command_id != fact.command_id) {
    ++report_.facts_unmatched;
    return;
  }
  CommandRow& row = report_.commands.back();
  row.decided = true;
  row.reason = fact.reason;
  row.no_op = fact.no_op;
}

void ReportBuilder::fold(const RiskVerdict& fact) {
  auto& verdicts = fact.phase == RiskPhase::Hold ? at_hold_ : at_release_;
  verdicts[fact.hold] = {fact.bid, fact.ask, fact.checks};
  if (fact.phase == RiskPhase::Hold) {
    SignalRow* const signal = signal_of(fact.hold);
    if (signal == nullptr) return;
    signal->bid = fact.bid;
    signal->ask = fact.ask;
    signal->checks = fact.checks;
    signal->worst_price = worst_price(*signal, fact);
    return;
  }
  if (ApprovalRow* const approval = approval_of(fact.hold)) {
    approval->recheck = ReasonSet::from_bits(fact.reasons);
  }
}

// By the limits that the verdict was given under.
Px ReportBuilder::worst_price(const SignalRow& signal, const RiskVerdict& verdict) const {
  const Instrument* const instrument = report_.instrument(signal.symbol);
  if (signal.side != SignalSide::Buy || instrument == nullptr || verdict.ask.is_zero()) return {};
  for (const LimitsRow& row : report_.limits) {
    if (row.limits.version != verdict.limits_version) continue;
    for (const SymbolPolicy& policy : row.limits.symbols) {
      if (policy.symbol != signal.symbol) continue;
      return risk::worst_entry(verdict.ask, policy.band, instrument->filters.tick);
    }
  }
  return {};
}

void ReportBuilder::fold(const CandidateHeld& fact) {
  ApprovalRow row;
  row.order = fact.order;
  row.digest = fact.digest;
  row.engine = fact.source_engine;
  row.shown_at = now_;
  approval_at_[fact.order.hold] = report_.approvals.size();
  report_.approvals.push_back(row);
}

void ReportBuilder::fold(const HoldMoved& fact) {
  ApprovalRow* const row = approval_of(fact.hold);
  if (row == nullptr) return;
  row->state = fact.to;
  row->reason = fact.reason;
  const bool decided = fact.event == HoldEvent::Approve || fact.event == HoldEvent::Decline;
  if (decided) {
    row->decided_at = now_;
    row->operator_id = fact.operator_id;
    row->channel = fact.channel;
    row->scripted = fact.channel == OperatorChannel::Scripted;
    row->command_id = fact.command_id;
  }
  if (fact.event != HoldEvent::Approve) row->ended_at = now_;
}

void ReportBuilder::fold(const OrderIntent& fact) {
  ApprovalRow* const approval = approval_of(fact.order.hold);
  if (approval != nullptr) {
    approval->decision_id = fact.decision_id;
    approval->scripted = fact.scripted;
  }
  if (fact.order.legs.empty() || !fact.order.is_entry()) return;
  TradeRow row;
  row.hold = fact.order.hold;
  row.symbol = fact.order.symbol;
  row.instrument = fact.order.instrument;
  if (approval != nullptr) row.engine = approval->engine;
  row.released_at = now_;
  row.stop_derived = fact.order.stop_derived;
  row.reference = fact.order.reference;
  row.risk = fact.order.risk;
  for (const Leg& leg : fact.order.legs) {
    if (leg.role == LegRole::Stop) row.stop = leg.trigger.is_zero() ? leg.limit : leg.trigger;
    if (leg.role == LegRole::TakeProfit) {
      row.take_profit = leg.limit.is_zero() ? leg.trigger : leg.limit;
    }
    add_order(row, leg, {});
  }
  trade_at_[row.hold] = report_.trades.size();
  report_.trades.push_back(std::move(row));
}

void ReportBuilder::fold(const ProtectiveIssued& fact) {
  const TradeRow* const trade = trade_of(fact.hold);
  if (trade != nullptr) add_order(*trade, fact.leg, fact.exit);
}

void ReportBuilder::add_order(const TradeRow& trade, const Leg& leg, HoldId exit) {
  OrderRow row;
  row.hold = trade.hold;
  row.exit = exit;
  row.symbol = trade.symbol;
  row.leg = leg;
  row.issued_at = now_;
  order_at_[leg.client_order_id] = report_.orders.size();
  report_.orders.push_back(std::move(row));
}

void ReportBuilder::fold(const OrderMoved& fact) {
  OrderRow* const row = order_of(fact.client_order_id);
  if (row == nullptr) return;
  row->state = fact.to;
  row->moves.push_back({now_, fact.event, fact.to});
  if (fact.venue_code != 0) row->venue_code = fact.venue_code;
  if (!fact.text.empty()) row->text = fact.text;
  if (!fact.venue_order_id.empty()) row->venue_order_id = fact.venue_order_id;
}

void ReportBuilder::fold(const FillApplied& fact) {
  OrderRow* const order = order_of(fact.client_order_id);
  if (order == nullptr) return;
  TradeRow* const trade = trade_of(order->hold);
  if (trade == nullptr) return;
  FillRow fill;
  fill.time = now_;
  fill.hold = order->hold;
  fill.client_order_id = fact.client_order_id;
  fill.role = fact.role;
  fill.exec_id = fact.exec_id;
  fill.symbol = trade->symbol;
  fill.side = fact.side;
  fill.qty = fact.qty;
  fill.px = fact.px;
  fill.fee = fact.fee;
  fill.fee_asset = fact.fee_asset;
  fill.held = fact.held;
  fill.realised = fact.realised;
  set_benchmarks(fill, *order, *trade);

  const auto value = notional(fact.px, fact.qty, fact.side == Side::Buy ? Round::Up : Round::Down);
  if (!value) report_.totals.overflowed = true;
  const Notional known = value.value_or(Notional{});
  if (const auto filled = clawgate::add(order->filled, fact.qty)) order->filled = *filled;
  accumulate(order->value, known);
  add_fill_to(*trade, fill, known);
  trade->held = fact.held;
  trade->cost = fact.cost;
  trade->realised = fact.realised;
  trade->fees = fact.fees;
  trade->fees_elsewhere = fact.fees_elsewhere;
  report_.fills.push_back(fill);
}

// What each fill is measured against. Prices that are not known stay 0.
void ReportBuilder::set_benchmarks(FillRow& fill, const OrderRow& order,
                                   const TradeRow& trade) const {
  const auto verdict = at_release_.find(fill.role == LegRole::Exit ? order.exit : order.hold);
  const auto approval = approval_at_.find(order.exit);
  switch (fill.role) {
    case LegRole::Entry:
      fill.reference = trade.reference;
      if (verdict != at_release_.end()) fill.touch = verdict->second.ask;
      break;
    case LegRole::Exit:
      if (approval != approval_at_.end()) {
        fill.reference = report_.approvals[approval->second].order.reference;
      }
      if (verdict != at_release_.end()) fill.touch = verdict->second.bid;
      break;
    case LegRole::Stop:
      fill.trigger = order.leg.trigger.is_zero() ? order.leg.limit : order.leg.trigger;
      break;
    case LegRole::TakeProfit:
      fill.trigger = order.leg.limit.is_zero() ? order.leg.trigger : order.leg.limit;
      break;
    case LegRole::Reduce:
      if (const auto bid = bids_.find(trade.instrument); bid != bids_.end()) {
        fill.touch = bid->second;
      }
      break;
  }
}

void ReportBuilder::add_fill_to(TradeRow& trade, const FillRow& fill, Notional value) {
  const Round round = fill.side == Side::Buy ? Round::Up : Round::Down;
  const auto against = [&](Slippage& slippage, Px benchmark) {
    if (benchmark.is_zero()) return;
    accumulate(slippage.expected, notional(benchmark, fill.qty, round));
    accumulate(slippage.actual, value);
  };
  if (fill.side == Side::Buy) {
    if (!trade.opened_at) trade.opened_at = now_;
    if (const auto qty = clawgate::add(trade.entry_qty, fill.qty)) trade.entry_qty = *qty;
    accumulate(trade.entry_value, value);
    against(trade.entry_vs_reference, fill.reference);
    against(trade.entry_vs_touch, fill.touch);
    return;
  }
  if (const auto qty = clawgate::add(trade.exit_qty, fill.qty)) trade.exit_qty = *qty;
  accumulate(trade.exit_value, value);
  against(trade.exit_vs_benchmark, fill.trigger.is_zero() ? fill.touch : fill.trigger);
  trade.exit_roles =
      static_cast<std::uint8_t>(trade.exit_roles | (1U << static_cast<unsigned>(fill.role)));
  trade.closed_by = fill.role;
  trade.last_sale_at = now_;
}

void ReportBuilder::fold(const ProtectionMoved& fact) {
  TradeRow* const trade = trade_of(fact.hold);
  if (trade == nullptr) return;
  trade->protection = fact.to;
  trade->protection_moves.push_back({now_, fact.event, fact.to, fact.cause});
}

// An approved exit ends with a TradeClosed of its own hold: that is no trade.
void ReportBuilder::fold(const TradeClosed& fact) {
  const auto at = trade_at_.find(fact.hold);
  if (at == trade_at_.end()) {
    if (!approval_at_.contains(fact.hold)) ++report_.facts_unmatched;
    return;
  }
  TradeRow& trade = report_.trades[at->second];
  trade.closed_at = now_;
  trade.realised = fact.realised;
  trade.fees = fact.fees;
  trade.dust = fact.dust;
  cool_down(fact);
}

void ReportBuilder::fold(const BlockChanged& fact) {
  report_.blocks.push_back({now_, fact.block, fact.active, state_of(fact.blocks), fact.kill_epoch,
                            fact.decision_id, fact.operator_id, fact.evidence});
}

void ReportBuilder::fold(const CancelIssued& fact) {
  if (OrderRow* const row = order_of(fact.client_order_id)) ++row->cancels;
}

void ReportBuilder::fold(const QueryIssued& fact) {
  if (OrderRow* const row = order_of(fact.client_order_id)) ++row->queries;
}

void ReportBuilder::fold(const DayTurned& fact) {
  report_.days.push_back({now_, fact.day, fact.equity});
}

void ReportBuilder::fold(const ViolationRecorded& fact) {
  report_.violations.push_back({now_, fact.source, fact.reason, fact.payload, fact.count});
}

SignalRow* ReportBuilder::signal_of(HoldId hold) {
  const auto at = signal_at_.find(hold);
  if (at != signal_at_.end()) return &report_.signals[at->second];
  ++report_.facts_unmatched;
  return nullptr;
}

ApprovalRow* ReportBuilder::approval_of(HoldId hold) {
  const auto at = approval_at_.find(hold);
  if (at != approval_at_.end()) return &report_.approvals[at->second];
  ++report_.facts_unmatched;
  return nullptr;
}

TradeRow* ReportBuilder::trade_of(HoldId hold) {
  const auto at = trade_at_.find(hold);
  if (at != trade_at_.end()) return &report_.trades[at->second];
  ++report_.facts_unmatched;
  return nullptr;
}

OrderRow* ReportBuilder::order_of(const ClientOrderId& id) {
  const auto at = order_at_.find(id);
  if (at != order_at_.end()) return &report_.orders[at->second];
  ++report_.facts_unmatched;
  return nullptr;
}

void ReportBuilder::accumulate(Notional& total, std::optional<Notional> more) {
  const auto sum = more ? clawgate::add(total, *more) : std::nullopt;
  if (sum) {
    total = *sum;
  } else {
    report_.totals.overflowed = true;
  }
}

void ReportBuilder::accumulate(Slippage& total, const Slippage& more) {
  accumulate(total.expected, more.expected);
  accumulate(total.actual, more.actual);
}

}  // namespace clawgate::report
