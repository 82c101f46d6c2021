// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/json_report.h"

#include "gateway/report/json_fields.h"

namespace clawgate::report {
namespace {

using report::of;

Json of_reasons(ReasonSet set) {
  Json out = Json::array();
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && set.has(row.reason)) {
      out.push_back({{"code", row.code}, {"meaning", row.meaning}, {"next", row.next}});
    }
  }
  return out;
}

Json of_reason(Reason reason) {
  if (reason == Reason::None) return nullptr;
  const ReasonInfo& row = info(reason);
  return {{"code", row.code}, {"meaning", row.meaning}, {"next", row.next}};
}

Json of_counts(const std::vector<ReasonCount>& counts) {
  return list(counts, [](const ReasonCount& row) {
    return Json{{"code", of(row.reason)}, {"count", row.count}, {"next", info(row.reason).next}};
  });
}

Json of(const Slippage& slippage, Side side) {
  return {{"expected", of(slippage.expected)},
          {"actual", of(slippage.actual)},
          {"cost", of(slippage.cost(side))}};
}

Json of(const Leg& leg) {
  return {{"role", of(leg.role)},
          {"side", of(leg.side)},
          {"type", of(leg.type)},
          {"time_in_force", of(leg.tif)},
          {"qty", of(leg.qty)},
          {"limit", if_any(leg.limit)},
          {"trigger", if_any(leg.trigger)},
          {"client_order_id", of(leg.client_order_id)}};
}

Json of(const SignalRow& row) {
  return {{"time", of(row.time)},
          {"engine", of(row.engine)},
          {"intent_id", of(row.intent_id)},
          {"trace_id", of(row.trace_id)},
          {"symbol", of(row.symbol)},
          {"side", of(row.side)},
          {"confidence", of(row.confidence)},
          {"confidence_derived", row.confidence_derived},
          {"strength", of(row.strength)},
          {"as_of", of(row.as_of)},
          {"stop_loss", of(row.stop_loss)},
          {"take_profit", of(row.take_profit)},
          {"payload", of(row.payload)},
          {"outcome", of(row.outcome)},
          {"fate", of(row.fate)},
          {"reasons", of_reasons(row.reasons)},
          {"ended", of_reason(row.ended)},
          {"recheck", of_reasons(row.recheck)},
          {"checks", row.checks},
          {"bid", if_any(row.bid)},
          {"ask", if_any(row.ask)},
          {"worst_price", if_any(row.worst_price)},
          {"hold", if_any(row.hold)},
          {"first", if_any(row.first)}};
}

Json of(const RefusedRow& row) {
  return {{"time", of(row.time)},
          {"disposition", of(row.disposition)},
          {"reason", of_reason(row.reason)},
          {"source", of(row.source)},
          {"where", of(row.where)},
          {"seen", of(row.seen)},
          {"payload", of(row.payload)}};
}

Json of(const ApprovalRow& row) {
  Json wait = nullptr;
  if (const auto ns = row.decision_ns()) wait = *ns;
  return {{"hold", of(row.hold())},
          {"engine", of(row.engine)},
          {"digest", of(row.digest)},
          {"check_code", row.check_code},
          {"shown_at", of(row.shown_at)},
          {"expires_at", of(row.order.expires_at)},
          {"decided_at", of(row.decided_at)},
          {"ended_at", of(row.ended_at)},
          {"decision_ns", wait},
          {"operator", of(row.operator_id)},
          {"channel", row.decided_at ? of(row.channel) : Json(nullptr)},
          {"scripted", row.scripted},
          {"command_id", of(row.command_id)},
          {"decision_id", of(row.decision_id)},
          {"state", of(row.state)},
          {"reason", of_reason(row.reason)},
          {"recheck", of_reasons(row.recheck)},
          {"symbol", of(row.order.symbol)},
          {"legs",
           [&] {
             Json legs = Json::array();
             for (const Leg& leg : row.order.legs) legs.push_back(of(leg));
             return legs;
           }()},
          {"stop_derived", row.order.stop_derived},
          {"reference", of(row.order.reference)},
          {"band", of(row.order.band)},
          {"worst_cost", of(row.order.worst_cost)},
          {"fees_ceiling", of(row.order.fees_ceiling)},
          {"risk", of(row.order.risk)},
          {"stage", of(row.order.stage)},
          {"venue", of(row.order.venue)},
          {"limits_version", of(row.order.limits_version)}};
}

Json of(const OrderRow& row) {
  return {{"hold", of(row.hold)},
          {"exit", if_any(row.exit)},
          {"symbol", of(row.symbol)},
          {"leg", of(row.leg)},
          {"state", of(row.state)},
          {"issued_at", of(row.issued_at)},
          {"venue_order_id", of(row.venue_order_id)},
          {"venue_code", row.venue_code},
          {"text", of(row.text)},
          {"filled", of(row.filled)},
          {"value", of(row.value)},
          {"average", of(row.average)},
          {"cancels", row.cancels},
          {"queries", row.queries},
          {"moves", list(row.moves, [](const OrderMove& move) {
             return Json{{"time", of(move.time)}, {"event", of(move.event)}, {"to", of(move.to)}};
           })}};
}

Json of(const FillRow& row) {
  return {{"time", of(row.time)},
          {"hold", of(row.hold)},
          {"client_order_id", of(row.client_order_id)},
          {"role", of(row.role)},
          {"exec_id", of(row.exec_id)},
          {"symbol", of(row.symbol)},
          {"side", of(row.side)},
          {"qty", of(row.qty)},
          {"px", of(row.px)},
          {"fee", of(row.fee)},
          {"fee_asset", of(row.fee_asset)},
          {"held", of(row.held)},
          {"realised", of(row.realised)},
          {"reference", if_any(row.reference)},
          {"touch", if_any(row.touch)},
          {"trigger", if_any(row.trigger)}};
}

Json of(const TradeRow& row) {
  return {{"hold", of(row.hold)},
          {"symbol", of(row.symbol)},
          {"engine", of(row.engine)},
          {"released_at", of(row.released_at)},
          {"opened_at", of(row.opened_at)},
          {"closed_at", of(row.closed_at)},
          {"closed_by", of(row.closed_by)},
          {"entry_qty", of(row.entry_qty)},
          {"entry_value", of(row.entry_value)},
          {"entry_average", of(row.entry_average())},
          {"exit_qty", of(row.exit_qty)},
          {"exit_value", of(row.exit_value)},
          {"exit_average", of(row.exit_average())},
          {"exit_roles",
           [&] {
             Json roles = Json::array();
             for (std::size_t i = 0; i < kWords<LegRole>.size(); ++i) {
               if ((row.exit_roles >> i & 1U) != 0) roles.push_back(of(static_cast<LegRole>(i)));
             }
             return roles;
           }()},
          {"held", of(row.held)},
          {"cost", of(row.cost)},
          {"realised", of(row.realised)},
          {"unrealised", of(row.unrealised)},
          {"profit_rate", of(row.profit_rate())},
          {"profit_in_risks", of(row.profit_in_risks())},
          {"fees", of(row.fees)},
          {"fees_elsewhere", row.fees_elsewhere},
          {"dust", of(row.dust)},
          {"stop", if_any(row.stop)},
          {"take_profit", if_any(row.take_profit)},
          {"stop_derived", row.stop_derived},
          {"reference", of(row.reference)},
          {"risk", of(row.risk)},
          {"entry_vs_reference", of(row.entry_vs_reference, Side::Buy)},
          {"entry_vs_touch", of(row.entry_vs_touch, Side::Buy)},
          {"exit_vs_benchmark", of(row.exit_vs_benchmark, Side::Sell)},
          {"protection", of(row.protection)},
          {"protection_moves", list(row.protection_moves, [](const ProtectionMove& move) {
             return Json{{"time", of(move.time)},
                         {"event", of(move.event)},
                         {"to", of(move.to)},
                         {"cause", of(move.cause)}};
           })}};
}

Json of(const BlockRow& row) {
  return {{"time", of(row.time)},
          {"block", of(row.block)},
          {"kind", info(row.block).latches ? "cause" : "condition"},
          {"active", row.active},
          {"state", of(row.state)},
          {"kill_epoch", of(row.kill_epoch)},
          {"decision_id", of(row.decision_id)},
          {"operator", of(row.operator_id)},
          {"evidence", of(row.evidence)}};
}

Json of(const CommandRow& row) {
  const OperatorCommand& command = row.command;
  return {{"time", of(row.time)},
          {"command_id", of(command.command_id)},
          {"action", of(command.action)},
          {"operator", of(command.operator_id)},
          {"channel", of(command.channel)},
          {"challenge", of(command.challenge)},
          {"hold", if_any(command.hold)},
          {"block", command.action == CommandAction::Unblock ? of(command.block) : Json(nullptr)},
          {"decision_id", of(command.decision_id)},
          {"order", of(command.order)},
          {"note", of(command.note)},
          {"decided", row.decided},
          {"refused", of_reason(row.reason)},
          {"no_op", row.no_op}};
}

Json of(const ViolationRow& row) {
  return {{"time", of(row.time)},
          {"source", of(row.source)},
          {"reason", of_reason(row.reason)},
          {"payload", of(row.payload)},
          {"count", row.count}};
}

Json of(const EquityReport& equity) {
  return {{"quote", of(equity.quote)},
          {"start", of(equity.start)},
          {"end", of(equity.end)},
          {"drawdown_max", of(equity.drawdown_max)},
          {"drawdown_max_rate", of(equity.drawdown_max_rate)},
          {"drawdown_max_at",
           equity.drawdown_max.is_zero() ? Json(nullptr) : of(equity.drawdown_max_at)},
          {"points", list(equity.points, [](const EquityPoint& at) {
             return Json{
                 {"time", of(at.time)}, {"equity", of(at.equity)}, {"drawdown", of(at.drawdown())}};
           })}};
}

template <class Enum, std::size_t N>
Json by_word(const std::array<std::uint32_t, N>& counts) {
  Json out = Json::object();
  for (std::size_t i = 0; i < N; ++i) out[std::string(word(static_cast<Enum>(i)))] = counts[i];
  return out;
}

Json of(const Totals& totals) {
  return {{"signals_by_outcome", by_word<SignalOutcome>(totals.outcomes)},
          {"signals_by_fate", by_word<Fate>(totals.fates)},
          {"inputs_refused", by_word<Disposition>(totals.refused)},
          {"trades_closed", totals.trades_closed},
          {"trades_open", totals.trades_open},
          {"won", totals.won},
          {"lost", totals.lost},
          {"realised", of(totals.realised)},
          {"fees", of(totals.fees)},
          {"fees_open", of(totals.fees_open)},
          {"unrealised", of(totals.unrealised)},
          {"fees_elsewhere", totals.fees_elsewhere},
          {"bought", of(totals.bought)},
          {"sold", of(totals.sold)},
          {"entry_vs_reference", of(totals.entry_vs_reference, Side::Buy)},
          {"entry_vs_touch", of(totals.entry_vs_touch, Side::Buy)},
          {"exit_vs_benchmark", of(totals.exit_vs_benchmark, Side::Sell)},
          {"decisions", totals.decisions},
          {"scripted", totals.scripted},
          {"decision_median_ns", totals.decision_median_ns},
          {"decision_max_ns", totals.decision_max_ns},
          {"overflowed", totals.overflowed}};
}

Json of(const SessionExtras& extras) {
  Json conservation = nullptr;
  if (extras.conservation) {
    conservation = {{"holds", extras.conservation->holds}, {"text", extras.conservation->text}};
  }
  return {{"title", extras.title},
          {"command_line", extras.command_line},
          {"data_directory", extras.data_directory},
          {"wall_ns", extras.wall_ns},
          {"sources", extras.sources},
          {"undelivered", list(extras.undelivered,
                               [](const Undelivered& row) {
                                 return Json{{"name", row.name}, {"reason", row.reason}};
                               })},
          {"conservation", conservation},
          {"prices", list(extras.prices, [](const PriceSeries& series) {
             return Json{{"symbol", of(series.symbol)},
                         {"marks", series.marks},
                         {"points", list(series.points, [](const PricePoint& at) {
                            return Json{{"time", of(at.time)}, {"mid", of(at.mid)}};
                          })}};
           })}};
}

}  // namespace

std::string to_json(const SessionReport& report) {
  Json out;
  out["schema_version"] = "1.0";
  out["run"] = of(report.extras);
  out["session"] = report.session ? of_record(*report.session) : Json(nullptr);
  out["sessions"] = report.sessions;
  out["first_time"] = report.records_total == 0 ? Json(nullptr) : of(report.first_time);
  out["last_time"] = report.records_total == 0 ? Json(nullptr) : of(report.last_time);
  out["instruments"] =
      list(report.instruments, [](const Instrument& row) { return of_record(row); });
  out["limits"] = list(report.limits, [](const LimitsRow& row) {
    Json limits = of_record(row.limits);
    limits["time"] = of(row.time);
    return limits;
  });
  out["days"] = list(report.days, [](const DayRow& row) {
    return Json{{"time", of(row.time)}, {"day", row.day}, {"equity", of(row.equity)}};
  });
  out["totals"] = of(report.totals);
  const auto print = [](const auto& row) { return of(row); };
  out["signals"] = list(report.signals, print);
  out["refused"] = list(report.refused, print);
  out["approvals"] = list(report.approvals, print);
  out["orders"] = list(report.orders, print);
  out["fills"] = list(report.fills, print);
  out["trades"] = list(report.trades, print);
  out["blocks"] = list(report.blocks, print);
  out["commands"] = list(report.commands, print);
  out["violations"] = list(report.violations, print);
  put_trading(report, out);
  out["denied_by"] = of_counts(report.denied_by);
  out["refused_by"] = of_counts(report.refused_by);
  out["ended_by"] = of_counts(report.ended_by);
  out["fees_by_asset"] = list(report.fees_by_asset, [](const AssetTotal& row) {
    return Json{{"asset", of(row.asset)}, {"total", of(row.total)}};
  });
  out["equity"] = of(report.equity);
  out["records"] = list(report.records, [](const RecordCount& row) {
    return Json{{"type", row.type}, {"name", record_name(row.type)}, {"count", row.count}};
  });
  out["records_total"] = report.records_total;
  out["records_undecodable"] = report.records_undecodable;
  out["facts_unmatched"] = report.facts_unmatched;
  out["head"] = {{"seq", of(report.head_seq)}, {"hash", of(report.head_hash)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace clawgate::report
