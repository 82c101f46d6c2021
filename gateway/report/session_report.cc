// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/session_report.h"

#include <algorithm>

namespace clawgate::report {
namespace {

std::optional<Rate> ratio(std::int64_t part, std::int64_t whole, Round round) {
  if (whole <= 0) return std::nullopt;
  const auto raw = mul_div(part, Rate::kScale, whole, round);
  if (!raw) return std::nullopt;
  return Rate::from_raw(*raw);
}

std::optional<Px> average(Notional value, Qty qty) {
  const auto raw = ratio(value.raw(), qty.raw(), Round::Down);
  if (!raw) return std::nullopt;
  return Px::from_raw(raw->raw());
}

}  // namespace

std::optional<Rate> Slippage::cost(Side side) const {
  const Notional more = side == Side::Buy ? actual : expected;
  const Notional less = side == Side::Buy ? expected : actual;
  const auto lost = subtract(more, less);
  if (!lost) return std::nullopt;
  return ratio(lost->raw(), expected.raw(), Round::Up);
}

std::optional<Px> TradeRow::entry_average() const {
  return average(entry_value, entry_qty);
}

std::optional<Px> TradeRow::exit_average() const {
  return average(exit_value, exit_qty);
}

std::optional<Rate> TradeRow::profit_rate() const {
  return ratio(realised.raw(), entry_value.raw(), Round::Down);
}

std::optional<Rate> TradeRow::profit_in_risks() const {
  return ratio(realised.raw(), risk.raw(), Round::Down);
}

const TradeRow* SessionReport::trade(HoldId hold) const {
  const auto at = std::find_if(trades.begin(), trades.end(),
                               [&](const TradeRow& row) { return row.hold == hold; });
  return at == trades.end() ? nullptr : &*at;
}

const ApprovalRow* SessionReport::approval(HoldId hold) const {
  const auto at = std::find_if(approvals.begin(), approvals.end(),
                               [&](const ApprovalRow& row) { return row.hold() == hold; });
  return at == approvals.end() ? nullptr : &*at;
}

const Instrument* SessionReport::instrument(const Symbol& symbol) const {
  const auto at = std::find_if(instruments.begin(), instruments.end(),
                               [&](const Instrument& row) { return row.symbol == symbol; });
  return at == instruments.end() ? nullptr : &*at;
}

}  // namespace clawgate::report
