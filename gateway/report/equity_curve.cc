// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/equity_curve.h"

#include <algorithm>
#include <utility>

#include "gateway/report/thin.h"

namespace clawgate::report {
namespace {

// A venue reports both sides of a fill in one message, which reaches the journal as one record an
// asset. Between the two the account looks poorer than it is.
constexpr std::int64_t kTogetherNanos = kNanosPerMilli;
constexpr std::size_t kPointsMax = 2000;

}  // namespace

void EquityCurve::add(const Instrument& instrument) {
  if (!quote_) quote_ = instrument.quote;
  const auto at = std::find_if(instruments_.begin(), instruments_.end(),
                               [&](const Instrument& row) { return row.id == instrument.id; });
  if (at == instruments_.end()) {
    instruments_.push_back(instrument);
  } else {
    *at = instrument;
  }
}

void EquityCurve::add(const BalanceReported& balance, UnixNanos time) {
  settle(time);
  const auto total = clawgate::add(balance.free, balance.locked);
  if (!total) return;
  totals_[balance.asset] = *total;
  changed_at_ = time;
}

void EquityCurve::add(const MarketTop& top, UnixNanos time) {
  settle(time);
  if (!top.usable()) return;
  bids_[top.instrument] = top.bid;
  if (!changed_at_) point(time);
}

EquityReport EquityCurve::finish(UnixNanos end) {
  if (changed_at_) point(*changed_at_);
  EquityReport report;
  report.quote = quote_.value_or(Asset{});
  if (points_.empty()) return report;
  if (points_.back().time < end) {
    points_.push_back(points_.back());
    points_.back().time = end;
  }
  report.start = points_.front().equity;
  report.end = points_.back().equity;
  for (const EquityPoint& at : points_) {
    if (at.drawdown() <= report.drawdown_max) continue;
    report.drawdown_max = at.drawdown();
    report.drawdown_max_at = at.time;
    const auto rate = mul_div(at.drawdown().raw(), Rate::kScale, at.peak.raw(), Round::Up);
    report.drawdown_max_rate = Rate::from_raw(rate.value_or(0));
  }
  report.points = thinned(
      points_, kPointsMax, [](const EquityPoint& at) { return at.equity.raw(); },
      [](const EquityPoint& at) { return at.drawdown().raw(); });
  return report;
}

void EquityCurve::settle(UnixNanos now) {
  if (!changed_at_ || now.value() - changed_at_->value() < kTogetherNanos) return;
  point(*std::exchange(changed_at_, std::nullopt));
}

void EquityCurve::point(UnixNanos time) {
  const auto equity = worth();
  if (!equity || equity->raw() < 0) return;
  if (points_.empty()) return points_.push_back({time, *equity, *equity});
  if (points_.back().equity == *equity) return;
  points_.push_back({time, *equity, std::max(points_.back().peak, *equity)});
}

std::optional<Notional> EquityCurve::worth() const {
  if (!quote_ || !totals_.contains(*quote_)) return std::nullopt;
  Notional sum;
  for (const auto& [asset, total] : totals_) {
    const auto value = value_of(asset, total);
    const auto next = value ? clawgate::add(sum, *value) : std::nullopt;
    if (!next) return std::nullopt;
    sum = *next;
  }
  return sum;
}

std::optional<Notional> EquityCurve::value_of(const Asset& asset, Qty total) const {
  if (asset == *quote_ || total.is_zero()) return Notional::from_raw(total.raw());
  for (const Instrument& row : instruments_) {
    const auto bid = bids_.find(row.id);
    if (row.base != asset || row.quote != *quote_ || bid == bids_.end()) continue;
    return notional(bid->second, total, Round::Down);
  }
  return std::nullopt;
}

}  // namespace clawgate::report
