// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/report/report_builder.h"
#include "gateway/report/thin.h"
#include "gateway/report/timeline.h"

// The end of a report: what came of each signal, and the totals.

namespace clawgate::report {
namespace {

template <class Enum, std::size_t N>
void count(std::array<std::uint32_t, N>& counts, Enum value) {
  const auto at = static_cast<std::size_t>(value);
  if (at < N) ++counts[at];
}

void count(std::vector<ReasonCount>& counts, Reason reason) {
  const auto at = std::find_if(counts.begin(), counts.end(),
                               [&](const ReasonCount& row) { return row.reason == reason; });
  if (at == counts.end()) {
    counts.push_back({reason, 1});
  } else {
    ++at->count;
  }
}

void sort_by_count(std::vector<ReasonCount>& counts) {
  std::sort(counts.begin(), counts.end(), [](const ReasonCount& a, const ReasonCount& b) {
    return a.count != b.count ? a.count > b.count : a.reason < b.reason;
  });
}

}  // namespace

SessionReport ReportBuilder::finish(Seq head_seq, const Digest& head_hash, SessionExtras extras) {
  report_.extras = std::move(extras);
  report_.head_seq = head_seq;
  report_.head_hash = head_hash;
  for (const auto& [type, total] : counts_) report_.records.push_back({type, total});
  if (report_.extras.end && report_.records_total != 0) end_at(*report_.extras.end);
  report_.equity = equity_.finish(report_.last_time);
  if (report_.extras.prices.empty()) {
    for (auto& [symbol, series] : prices_) {
      report_.extras.prices.push_back({symbol, std::move(series.points), true});
    }
  }
  const auto mid = [](const PricePoint& at) { return at.mid.raw(); };
  for (PriceSeries& series : report_.extras.prices) {
    series.points = thinned(without_runs(series.points, mid), kDrawnMax, mid);
  }
  for (const CheckCode& row : report_.extras.check_codes) {
    const auto at = approval_at_.find(row.hold);
    if (at != approval_at_.end()) report_.approvals[at->second].check_code = row.code;
  }
  count_trades();
  count_signals();
  count_refused();
  count_decisions();
  report_.entries_blocked_ns = blocked_ns(report_);
  report_.timeline = timeline_of(report_);
  SessionReport done = std::move(report_);
  *this = ReportBuilder();
  return done;
}

// The session went on after its last record: what is held is worth the last bid.
void ReportBuilder::end_at(const SessionEnd& end) {
  if (end.time < report_.last_time) return;
  report_.last_time = end.time;
  if (!end.top || !end.top->usable()) return;
  now_ = end.time;
  fold(*end.top);
  for (PriceSeries& series : report_.extras.prices) {
    const Instrument* const instrument = report_.instrument(series.symbol);
    if (instrument == nullptr || instrument->id != end.top->instrument) continue;
    series.points.push_back({end.time, end.top->mid()});
  }
}

void ReportBuilder::count_trades() {
  Totals& totals = report_.totals;
  for (OrderRow& order : report_.orders) {
    if (order.filled.raw() <= 0) continue;
    const auto raw = mul_div(order.value.raw(), Px::kScale, order.filled.raw(), Round::Down);
    if (raw) order.average = Px::from_raw(*raw);
  }
  for (const FillRow& fill : report_.fills) {
    auto& rows = report_.fees_by_asset;
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const AssetTotal& row) {
      return row.asset == fill.fee_asset;
    });
    if (at == rows.end()) {
      rows.push_back({fill.fee_asset, fill.fee});
    } else if (const auto sum = clawgate::add(at->total, fill.fee)) {
      at->total = *sum;
    }
  }
  std::optional<Notional> unrealised = Notional{};
  for (TradeRow& trade : report_.trades) {
    if (!trade.filled()) continue;
    accumulate(totals.realised, trade.realised);
    accumulate(totals.fees, trade.fees);
    accumulate(totals.bought, trade.entry_value);
    accumulate(totals.sold, trade.exit_value);
    accumulate(totals.entry_vs_reference, trade.entry_vs_reference);
    accumulate(totals.entry_vs_touch, trade.entry_vs_touch);
    accumulate(totals.exit_vs_benchmark, trade.exit_vs_benchmark);
    totals.fees_elsewhere += trade.fees_elsewhere;
    if (trade.closed()) {
      ++totals.trades_closed;
      if (trade.realised.raw() > 0) ++totals.won;
      if (trade.realised.raw() < 0) ++totals.lost;
      continue;
    }
    ++totals.trades_open;
    accumulate(totals.fees_open, trade.fees);
    if (const auto bid = bids_.find(trade.instrument); bid != bids_.end()) {
      const auto worth = notional(bid->second, trade.held, Round::Down);
      if (worth) trade.unrealised = subtract(*worth, trade.cost);
    }
    const bool known = unrealised && trade.unrealised;
    unrealised = known ? clawgate::add(*unrealised, *trade.unrealised) : std::nullopt;
  }
  if (totals.trades_open > 0) totals.unrealised = unrealised;
}

void ReportBuilder::count_signals() {
  for (SignalRow& signal : report_.signals) {
    const auto approval = approval_at_.find(signal.hold);
    if (signal.outcome == SignalOutcome::Held && approval != approval_at_.end()) {
      signal.ended = report_.approvals[approval->second].reason;
      signal.recheck = report_.approvals[approval->second].recheck;
    }
    signal.fate = fate_of(signal);
    count(report_.totals.fates, signal.fate);
    if (signal.outcome) count(report_.totals.outcomes, *signal.outcome);
    if (signal.outcome != SignalOutcome::Denied) continue;
    for (const ReasonInfo& row : kReasons) {
      if (row.surface == Surface::Risk && signal.reasons.has(row.reason)) {
        count(report_.denied_by, row.reason);
      }
    }
  }
  sort_by_count(report_.denied_by);
}

void ReportBuilder::count_refused() {
  for (const RefusedRow& row : report_.refused) {
    count(report_.totals.refused, row.disposition);
    count(report_.refused_by, row.reason);
  }
  sort_by_count(report_.refused_by);
}

void ReportBuilder::count_decisions() {
  Totals& totals = report_.totals;
  std::vector<std::int64_t> waits;
  for (const ApprovalRow& row : report_.approvals) {
    const bool without_order = row.state == HoldState::Declined ||
                               row.state == HoldState::Expired || row.state == HoldState::Voided;
    if (without_order) count(report_.ended_by, row.reason);
    if (!row.decided_at) continue;
    ++totals.decisions;
    if (row.scripted) ++totals.scripted;
    waits.push_back(*row.decision_ns());
  }
  sort_by_count(report_.ended_by);
  if (waits.empty()) return;
  std::sort(waits.begin(), waits.end());
  totals.decision_median_ns = waits[(waits.size() - 1) / 2];
  totals.decision_max_ns = waits.back();
}

Fate ReportBuilder::fate_of(const SignalRow& signal) const {
  if (!signal.outcome) return Fate::Undecided;
  switch (*signal.outcome) {
    case SignalOutcome::Denied:
      return Fate::Denied;
    case SignalOutcome::NoAction:
      return Fate::NoAction;
    case SignalOutcome::Duplicate:
      return Fate::Duplicate;
    case SignalOutcome::Conflict:
      return Fate::Conflict;
    case SignalOutcome::Held:
      break;
  }
  const auto approval = approval_at_.find(signal.hold);
  if (approval == approval_at_.end()) return Fate::Undecided;
  switch (report_.approvals[approval->second].state) {
    case HoldState::Held:
    case HoldState::Approved:
      return Fate::Waiting;
    case HoldState::Declined:
      return Fate::Declined;
    case HoldState::Expired:
      return Fate::Expired;
    case HoldState::Voided:
      return Fate::Voided;
    case HoldState::Released:
      break;
  }
  const auto trade = trade_at_.find(signal.hold);
  return trade == trade_at_.end() ? fate_of_exit(signal.hold)
                                  : fate_of_entry(report_.trades[trade->second]);
}

Fate ReportBuilder::fate_of_entry(const TradeRow& trade) const {
  if (trade.filled()) {
    if (!trade.closed()) return Fate::Open;
    if (!trade.closed_by) return Fate::Closed;
    switch (*trade.closed_by) {
      case LegRole::TakeProfit:
        return Fate::TookProfit;
      case LegRole::Stop:
        return Fate::StoppedOut;
      case LegRole::Exit:
        return Fate::Exited;
      case LegRole::Reduce:
        return Fate::Reduced;
      case LegRole::Entry:
        return Fate::Closed;
    }
  }
  for (const OrderRow& order : report_.orders) {
    if (order.hold != trade.hold || order.leg.role != LegRole::Entry) continue;
    switch (order.state) {
      case OrderState::Released:
      case OrderState::Sent:
      case OrderState::Pending:
      case OrderState::Working:
      case OrderState::PartiallyFilled:
        return Fate::Working;
      case OrderState::Unknown:
        return Fate::Unknown;
      case OrderState::NotSent:
        return Fate::NotSent;
      case OrderState::Rejected:
        return Fate::Rejected;
      case OrderState::Filled:
      case OrderState::Canceled:
      case OrderState::Expired:
        return Fate::NotFilled;
      case OrderState::ClosedByDecision:
        return Fate::ClosedByDecision;
    }
  }
  return Fate::Working;
}

Fate ReportBuilder::fate_of_exit(HoldId hold) const {
  bool working = false;
  for (const OrderRow& order : report_.orders) {
    if (order.exit != hold) continue;
    if (order.filled.raw() > 0) return Fate::Sold;
    if (order.state == OrderState::Unknown) return Fate::Unknown;
    working = working || !is_final(order.state);
  }
  return working ? Fate::Working : Fate::NothingSold;
}

}  // namespace clawgate::report
