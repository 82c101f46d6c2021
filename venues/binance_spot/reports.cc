// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/reports.h"

#include <string>

namespace clawgate::venues::binance_spot {
namespace {

UnixNanos our_time(UnixNanos venue_time, const Ours& ours) {
  return UnixNanos(venue_time.value() - ours.venue_ahead_ns);
}

ExecType exec_of(OrdStatus status) {
  constexpr ExecType kOf[] = {ExecType::New,    ExecType::New,      ExecType::Status,
                              ExecType::Status, ExecType::Canceled, ExecType::Rejected,
                              ExecType::Expired};
  return kOf[static_cast<std::size_t>(status)];
}

}  // namespace

ExecutionReport status_report(const OrderRow& order, InstrumentId instrument, const Ours& ours) {
  ExecutionReport report;
  report.account = ours.account;
  report.instrument = instrument;
  report.client_order_id = order.client_order_id;
  report.venue_order_id = VenueOrderId(std::to_string(order.order_id));
  report.exec_type = ExecType::Status;
  report.ord_status = order.status;
  report.side = order.side;
  report.cum_qty = order.executed_qty;
  report.cum_quote = order.cum_quote.value_or(Notional());
  report.event_time = our_time(order.update_time, ours);
  return report;
}

ExecutionReport trade_report(const TradeRow& trade, const ClientOrderId& client_order_id,
                             InstrumentId instrument, const Ours& ours) {
  ExecutionReport report;
  report.account = ours.account;
  report.instrument = instrument;
  report.client_order_id = client_order_id;
  report.venue_order_id = VenueOrderId(std::to_string(trade.order_id));
  report.exec_id = ExecId(std::to_string(trade.id));
  report.exec_type = ExecType::Trade;
  report.ord_status = OrdStatus::PartiallyFilled;
  report.side = trade.is_buyer ? Side::Buy : Side::Sell;
  report.last_qty = trade.qty;
  report.last_px = trade.price;
  report.fee = trade.commission;
  if (!trade.commission.is_zero()) report.fee_asset = trade.commission_asset;
  report.event_time = our_time(trade.time, ours);
  return report;
}

void append_reports(const OrderReply& reply, Side side, InstrumentId instrument, const Ours& ours,
                    std::vector<ExecutionReport>& out) {
  ExecutionReport report;
  report.account = ours.account;
  report.instrument = instrument;
  report.client_order_id = reply.client_order_id;
  report.venue_order_id = VenueOrderId(std::to_string(reply.order_id));
  report.side = reply.side.value_or(side);
  report.event_time = our_time(reply.transact_time, ours);
  for (const Fill& fill : reply.fills) {
    ExecutionReport trade = report;
    trade.exec_id = ExecId(std::to_string(fill.trade_id));
    trade.exec_type = ExecType::Trade;
    trade.ord_status = OrdStatus::PartiallyFilled;
    trade.last_qty = fill.qty;
    trade.last_px = fill.price;
    trade.fee = fill.commission;
    if (!fill.commission.is_zero()) trade.fee_asset = fill.commission_asset;
    out.push_back(trade);
  }
  report.ord_status = reply.status.value_or(OrdStatus::New);
  report.exec_type = exec_of(report.ord_status);
  report.cum_qty = reply.executed_qty;
  report.cum_quote = reply.cum_quote;
  report.text = Text<64>(reply.expiry_reason.view());
  out.push_back(report);
}

ExecutionReport not_found_report(const ClientOrderId& client_order_id, InstrumentId instrument,
                                 AccountId account, UnixNanos now) {
  ExecutionReport report;
  report.account = account;
  report.instrument = instrument;
  report.client_order_id = client_order_id;
  report.exec_type = ExecType::NotFound;
  report.event_time = now;
  return report;
}

ExecutionReport rejected_report(const Leg& leg, const VenueError& error, InstrumentId instrument,
                                AccountId account, UnixNanos now) {
  ExecutionReport report;
  report.account = account;
  report.instrument = instrument;
  report.client_order_id = leg.client_order_id;
  report.exec_type = ExecType::Rejected;
  report.ord_status = OrdStatus::Rejected;
  report.side = leg.side;
  report.venue_code = error.code;
  report.text = error.message;
  report.event_time = now;
  return report;
}

}  // namespace clawgate::venues::binance_spot
