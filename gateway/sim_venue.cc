// SPDX-License-Identifier: Apache-2.0
#include "gateway/sim_venue.h"

#include <string>

#include "schemas/core/assert.h"

namespace clawgate::gateway {
namespace {

sim::TimeNs sim_time(UnixNanos time) {
  return sim::TimeNs(time.value());
}

sim::Side sim_side(Side side) {
  return side == Side::Buy ? sim::Side::Buy : sim::Side::Sell;
}

sim::OrderType sim_type(OrdType type) {
  switch (type) {
    case OrdType::Market:
      return sim::OrderType::Market;
    case OrdType::Limit:
      return sim::OrderType::Limit;
    case OrdType::LimitMaker:
      return sim::OrderType::LimitMaker;
    case OrdType::StopLoss:
      return sim::OrderType::StopLoss;
    case OrdType::StopLossLimit:
      return sim::OrderType::StopLossLimit;
    case OrdType::TakeProfit:
      return sim::OrderType::TakeProfit;
    case OrdType::TakeProfitLimit:
      return sim::OrderType::TakeProfitLimit;
  }
  return sim::OrderType::Market;
}

sim::TimeInForce sim_tif(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::Gtc:
      return sim::TimeInForce::Gtc;
    case TimeInForce::Ioc:
      return sim::TimeInForce::Ioc;
    case TimeInForce::Fok:
      return sim::TimeInForce::Fok;
  }
  return sim::TimeInForce::Gtc;
}

bool takes_tif(OrdType type) {
  return type == OrdType::Limit || type == OrdType::StopLossLimit ||
         type == OrdType::TakeProfitLimit;
}

sim::OrderTerms terms_of(const Leg& leg) {
  sim::OrderTerms terms;
  terms.side = sim_side(leg.side);
  terms.type = sim_type(leg.type);
  if (takes_tif(leg.type)) terms.time_in_force = sim_tif(leg.tif);
  terms.quantity = leg.qty;
  if (!leg.limit.is_zero()) terms.price = leg.limit;
  if (!leg.trigger.is_zero()) terms.stop_price = leg.trigger;
  terms.client_id = sim::ClientId(leg.client_order_id.view());
  return terms;
}

OrdStatus status_of(sim::OrderStatus status) {
  switch (status) {
    case sim::OrderStatus::New:
      return OrdStatus::New;
    case sim::OrderStatus::PendingNew:
      return OrdStatus::PendingNew;
    case sim::OrderStatus::PartiallyFilled:
      return OrdStatus::PartiallyFilled;
    case sim::OrderStatus::Filled:
      return OrdStatus::Filled;
    case sim::OrderStatus::Canceled:
      return OrdStatus::Canceled;
    case sim::OrderStatus::Expired:
      return OrdStatus::Expired;
    case sim::OrderStatus::ExpiredInMatch:
      return OrdStatus::Expired;
  }
  return OrdStatus::Expired;
}

ExecType exec_of(sim::ExecType type) {
  switch (type) {
    case sim::ExecType::New:
      return ExecType::New;
    case sim::ExecType::Canceled:
      return ExecType::Canceled;
    case sim::ExecType::Trade:
      return ExecType::Trade;
    case sim::ExecType::Expired:
      return ExecType::Expired;
    case sim::ExecType::TradePrevention:
      return ExecType::Expired;
  }
  return ExecType::Expired;
}

InstrumentStatus status_of(sim::SymbolStatus status) {
  switch (status) {
    case sim::SymbolStatus::Trading:
      return InstrumentStatus::Trading;
    case sim::SymbolStatus::EndOfDay:
      return InstrumentStatus::EndOfDay;
    case sim::SymbolStatus::Halt:
      return InstrumentStatus::Halt;
    case sim::SymbolStatus::Break:
      return InstrumentStatus::Break;
    case sim::SymbolStatus::CancelOnly:
      return InstrumentStatus::CancelOnly;
  }
  return InstrumentStatus::Unknown;
}

Filters filters_of(const sim::SymbolRules& rules) {
  Filters filters;
  if (rules.price) {
    filters.min_px = rules.price->min;
    filters.max_px = rules.price->max;
    filters.tick = rules.price->tick;
  }
  if (rules.lot) {
    filters.min_qty = rules.lot->min;
    filters.max_qty = rules.lot->max;
    filters.step = rules.lot->step;
  }
  if (rules.market_lot) {
    filters.market_min_qty = rules.market_lot->min;
    filters.market_max_qty = rules.market_lot->max;
    filters.market_step = rules.market_lot->step;
  }
  if (rules.min_notional) {
    filters.min_notional = rules.min_notional->min;
    filters.min_notional_on_market = rules.min_notional->apply_to_market;
  }
  if (rules.notional) {
    filters.notional_min = rules.notional->min;
    filters.notional_max = rules.notional->max;
    filters.notional_min_on_market = rules.notional->apply_min_to_market;
    filters.notional_max_on_market = rules.notional->apply_max_to_market;
  }
  if (rules.percent_price) {
    filters.percent_up = rules.percent_price->up;
    filters.percent_down = rules.percent_price->down;
  }
  if (rules.percent_price_by_side) {
    filters.bid_percent_up = rules.percent_price_by_side->bid_up;
    filters.bid_percent_down = rules.percent_price_by_side->bid_down;
    filters.ask_percent_up = rules.percent_price_by_side->ask_up;
    filters.ask_percent_down = rules.percent_price_by_side->ask_down;
  }
  filters.max_num_orders = static_cast<std::uint16_t>(rules.max_num_orders.value_or(0));
  filters.max_num_algo_orders = static_cast<std::uint16_t>(rules.max_num_algo_orders.value_or(0));
  filters.max_position = rules.max_position.value_or(Qty{});
  return filters;
}

std::uint16_t types_of(const sim::SymbolRules& rules) {
  std::uint16_t bits = 0;
  for (const OrdType type :
       {OrdType::Market, OrdType::Limit, OrdType::LimitMaker, OrdType::StopLoss,
        OrdType::StopLossLimit, OrdType::TakeProfit, OrdType::TakeProfitLimit}) {
    if (rules.order_types.has(sim_type(type))) bits |= static_cast<std::uint16_t>(bit_of(type));
  }
  if (rules.oto_allowed) bits |= static_cast<std::uint16_t>(OrderTypeBit::Oto);
  if (rules.oto_allowed && rules.oco_allowed)
    bits |= static_cast<std::uint16_t>(OrderTypeBit::Otoco);
  return bits;
}

UnixNanos later(UnixNanos time, std::int64_t nanos) {
  return UnixNanos(time.value() + nanos);
}

}  // namespace

void SimVenue::connect(sim::Exchange& exchange, sim::AccountId account) {
  exchange_ = &exchange;
  account_ = account;
}

Instrument SimVenue::add_instrument(InstrumentId id, sim::SymbolId symbol) {
  symbols_[id.value()] = symbol;
  const sim::SymbolRules& rules = exchange_->rules(symbol);
  const sim::CommissionRates rates = exchange_->rates(account_, symbol);
  Instrument row;
  row.id = id;
  row.symbol = Symbol(rules.symbol.view());
  row.base = Asset(rules.base.view());
  row.quote = Asset(rules.quote.view());
  row.status = status_of(rules.status);
  row.order_types = types_of(rules);
  row.maker_fee = rates.maker;
  row.taker_fee = rates.taker;
  row.filters = filters_of(rules);
  return row;
}

std::vector<BalanceReported> SimVenue::balances(UnixNanos now) const {
  std::vector<BalanceReported> rows;
  for (const sim::BalanceRow& row : exchange_->account(account_).balances) {
    rows.push_back({AccountId{}, Asset(exchange_->asset_name(row.asset).view()),
                    Qty::from_raw(row.free), Qty::from_raw(row.locked), now});
  }
  return rows;
}

std::optional<HandOff> SimVenue::submit(SendPermit, const OrderIntent& intent) {
  send(intent.order.instrument, intent.order.legs);
  return HandOff::Sent;
}

std::optional<HandOff> SimVenue::protect(ProtectPermit, const ProtectiveOrder& order) {
  Legs legs;
  const bool added = legs.push_back(order.leg);
  CLAWGATE_ASSERT(added);
  send(order.instrument, legs);
  return HandOff::Sent;
}

void SimVenue::cancel(const CancelRequest& request) {
  send(request.instrument, request);
}

void SimVenue::query(const QueryRequest& request) {
  send(request.instrument, request);
}

std::optional<UnixNanos> SimVenue::next_due() const {
  std::optional<UnixNanos> due;
  if (!requests_.empty()) due = requests_.top().due;
  if (!reports_.empty() && (!due || reports_.top().due < *due)) due = reports_.top().due;
  return due;
}

void SimVenue::deliver_requests() {
  while (!requests_.empty() && requests_.top().due <= now_) {
    const Timed<Request> next = requests_.top();
    requests_.pop();
    std::visit([&](const auto& request) { arrive(next.instrument, request); }, next.what);
  }
}

std::optional<SimVenue::Report> SimVenue::next_report() {
  if (reports_.empty() || reports_.top().due > now_) return std::nullopt;
  Report report = reports_.top().what;
  reports_.pop();
  return report;
}

void SimVenue::send(InstrumentId instrument, const Request& request) {
  requests_.push({later(now_, options_.to_exchange_ns), ++order_, instrument, request});
}

void SimVenue::say(const Report& report) {
  reports_.push({later(now_, options_.from_exchange_ns), ++order_, {}, report});
}

// One leg is an order, two an OTO, three an OTOCO: stop below, take-profit above.
void SimVenue::arrive(InstrumentId instrument, const Legs& legs) {
  const sim::SymbolId symbol = symbols_.at(instrument.value());
  const sim::TimeNs now = sim_time(now_);
  std::optional<sim::Refusal> refusal;
  if (legs.size() == 1) {
    sim::NewOrder request;
    request.account = account_;
    request.symbol = symbol;
    request.order = terms_of(legs[0]);
    const auto answer = exchange_->place(request, now);
    if (!answer) refusal = answer.error();
  } else if (legs.size() == 2) {
    sim::NewOto request;
    request.account = account_;
    request.symbol = symbol;
    request.working = terms_of(legs[0]);
    request.pending = terms_of(legs[1]);
    const auto answer = exchange_->place(request, now);
    if (!answer) refusal = answer.error();
  } else {
    sim::NewOtoco request;
    request.account = account_;
    request.symbol = symbol;
    request.working = terms_of(legs[0]);
    request.pending_side = sim_side(legs[1].side);
    request.pending_quantity = legs[1].qty;
    request.pending_below = terms_of(legs[1]);
    request.pending_above = terms_of(legs[2]);
    const auto answer = exchange_->place(request, now);
    if (!answer) refusal = answer.error();
  }
  if (refusal) refuse(instrument, legs, *refusal);
}

void SimVenue::refuse(InstrumentId instrument, const Legs& legs, const sim::Refusal& refusal) {
  for (const Leg& leg : legs) {
    ExecutionReport report;
    report.instrument = instrument;
    report.client_order_id = leg.client_order_id;
    report.exec_type = ExecType::Rejected;
    report.ord_status = OrdStatus::Rejected;
    report.side = leg.side;
    report.venue_code = refusal.code;
    report.text = Text<64>(refusal.text);
    report.event_time = now_;
    say(report);
  }
}

// A refused cancel tells nothing that the order's own reports do not: it is already over.
void SimVenue::arrive(InstrumentId instrument, const CancelRequest& request) {
  sim::CancelOrder cancel;
  cancel.order.account = account_;
  cancel.order.symbol = symbols_.at(instrument.value());
  cancel.order.client_id = sim::ClientId(request.client_order_id.view());
  if (request.only_new) cancel.restriction = sim::CancelRestriction::OnlyNew;
  static_cast<void>(exchange_->cancel(cancel, sim_time(now_)));
}

void SimVenue::arrive(InstrumentId instrument, const QueryRequest& request) {
  ExecutionReport report;
  report.instrument = instrument;
  report.client_order_id = request.client_order_id;
  report.event_time = now_;
  sim::OrderRef ref;
  ref.account = account_;
  ref.symbol = symbols_.at(instrument.value());
  ref.client_id = sim::ClientId(request.client_order_id.view());
  const auto answer = exchange_->order(ref);
  if (!answer) {
    report.exec_type = ExecType::NotFound;
    return say(report);
  }
  // Its executions first, as they would come from the trade query; the status last.
  report.side = answer->side == sim::Side::Buy ? Side::Buy : Side::Sell;
  report.venue_order_id = VenueOrderId(std::to_string(answer->id.value()));
  for (const sim::TradeRecord& trade :
       exchange_->trades(account_, ref.symbol, sim::TradeId{0}, SIZE_MAX)) {
    if (trade.order != answer->id) continue;
    ExecutionReport fill = report;
    fill.exec_type = ExecType::Trade;
    fill.ord_status = OrdStatus::PartiallyFilled;
    fill.exec_id = ExecId(std::to_string(trade.id.value()));
    fill.last_qty = trade.quantity;
    fill.last_px = trade.price;
    fill.fee = Qty::from_raw(trade.commission);
    fill.fee_asset = Asset(exchange_->asset_name(trade.commission_asset).view());
    say(fill);
  }
  report.exec_type = ExecType::Status;
  report.ord_status = status_of(answer->status);
  report.cum_qty = answer->executed;
  report.cum_quote = answer->cumulative_quote;
  say(report);
}

void SimVenue::on(sim::AccountId account, const sim::ExecutionReport& event) {
  if (account != account_) return;
  const auto instrument = instrument_of(event.order.symbol);
  if (!instrument) return;
  ExecutionReport report;
  report.instrument = *instrument;
  report.client_order_id = ClientOrderId(event.order.client_id.view());
  report.venue_order_id = VenueOrderId(std::to_string(event.order.id.value()));
  if (event.exec_type == sim::ExecType::Trade) {
    report.exec_id = ExecId(std::to_string(event.trade.value()));
  }
  report.exec_type = exec_of(event.exec_type);
  report.ord_status = status_of(event.order.status);
  report.side = event.order.side == sim::Side::Buy ? Side::Buy : Side::Sell;
  report.last_qty = event.last_quantity;
  report.last_px = event.last_price;
  report.cum_qty = event.order.executed;
  report.cum_quote = event.order.cumulative_quote;
  report.fee = Qty::from_raw(event.commission);
  if (event.commission != 0) {
    report.fee_asset = Asset(exchange_->asset_name(event.commission_asset).view());
  }
  report.text = Text<64>(sim::name(event.order.expiry_reason));
  report.event_time = UnixNanos(event.time.value());
  say(report);
}

void SimVenue::on(sim::AccountId, const sim::ListStatusEvent&) {}  // each leg reports for itself

void SimVenue::on(sim::AccountId account, const sim::AccountPosition& event) {
  if (account != account_) return;
  for (const sim::BalanceRow& row : event.balances) {
    say(BalanceReported{AccountId{}, Asset(exchange_->asset_name(row.asset).view()),
                        Qty::from_raw(row.free), Qty::from_raw(row.locked),
                        UnixNanos(event.time.value())});
  }
}

void SimVenue::on(sim::AccountId, const sim::BalanceUpdate&) {}  // its position follows

std::optional<InstrumentId> SimVenue::instrument_of(sim::SymbolId symbol) const {
  for (const auto& [instrument, known] : symbols_) {
    if (known == symbol) return InstrumentId(instrument);
  }
  return std::nullopt;
}

}  // namespace clawgate::gateway
