// SPDX-License-Identifier: Apache-2.0
#include "risk/position.h"

#include <algorithm>

namespace clawgate::risk {
namespace {

bool well_formed(const Fill& fill) {
  if (fill.qty.raw() <= 0 || fill.px.raw() <= 0) return false;
  if (fill.fee_base.raw() < 0 || fill.fee_quote.raw() < 0) return false;
  return fill.fee_base <= fill.qty;
}

// The part of `cost` that `sold` of `held` carries, rounded up; all of it when all is sold.
std::optional<Notional> share_of(Notional cost, Qty sold, Qty held) {
  const auto raw = mul_div(cost.raw(), sold.raw(), held.raw(), Round::Up);
  if (!raw) return std::nullopt;
  return Notional::from_raw(*raw);
}

FillOutcome buy(Position& position, const Fill& fill) {
  const auto paid = notional(fill.px, fill.qty, Round::Up);
  if (!paid) return FillOutcome::Overflow;
  const auto with_fee = add(*paid, fill.fee_quote);
  if (!with_fee) return FillOutcome::Overflow;
  const auto cost = add(position.cost, *with_fee);
  const auto qty = add(position.qty, Qty::from_raw(fill.qty.raw() - fill.fee_base.raw()));
  if (!cost || !qty) return FillOutcome::Overflow;
  position.cost = *cost;
  position.qty = *qty;
  return FillOutcome::Applied;
}

FillOutcome sell(Position& position, const Fill& fill) {
  if (fill.qty > position.qty) return FillOutcome::MoreThanHeld;
  // A fee in base beyond what is held is paid by what else the account has of it.
  const Qty left = Qty::from_raw(position.qty.raw() - fill.qty.raw());
  const Qty fee_held = std::min(fill.fee_base, left);
  const Qty fee_beyond = Qty::from_raw(fill.fee_base.raw() - fee_held.raw());
  const Qty gone = Qty::from_raw(fill.qty.raw() + fee_held.raw());
  const auto share = share_of(position.cost, gone, position.qty);
  const auto earned = notional(fill.px, fill.qty, Round::Down);
  const auto beyond = notional(fill.px, fee_beyond, Round::Up);
  if (!share || !earned || !beyond) return FillOutcome::Overflow;
  const auto after_fee = subtract(*earned, fill.fee_quote);
  const auto after_fees = after_fee ? subtract(*after_fee, *beyond) : std::nullopt;
  if (!after_fees) return FillOutcome::Overflow;
  const auto profit = subtract(*after_fees, *share);
  if (!profit) return FillOutcome::Overflow;
  const auto realised = add(position.realised, *profit);
  if (!realised) return FillOutcome::Overflow;
  position.realised = *realised;
  position.cost = Notional::from_raw(position.cost.raw() - share->raw());
  position.qty = Qty::from_raw(position.qty.raw() - gone.raw());
  return FillOutcome::Applied;
}

}  // namespace

Fill fill_of(const ExecutionReport& report, const Instrument& instrument) {
  Fill fill{.side = report.side,
            .px = report.last_px,
            .qty = report.last_qty,
            .fee_base = {},
            .fee_quote = {},
            .fee_elsewhere = false};
  if (report.fee.is_zero()) return fill;
  if (report.fee_asset == instrument.base) {
    fill.fee_base = report.fee;
  } else if (report.fee_asset == instrument.quote) {
    fill.fee_quote = Notional::from_raw(report.fee.raw());
  } else {
    fill.fee_elsewhere = true;
  }
  return fill;
}

FillOutcome Position::apply(const Fill& fill) {
  if (!well_formed(fill)) return FillOutcome::Malformed;
  const auto base_fee = notional(fill.px, fill.fee_base, Round::Up);
  if (!base_fee) return FillOutcome::Overflow;
  const auto fee = add(*base_fee, fill.fee_quote);
  if (!fee) return FillOutcome::Overflow;
  const auto fees_after = add(fees, *fee);
  if (!fees_after) return FillOutcome::Overflow;

  const FillOutcome outcome = fill.side == Side::Buy ? buy(*this, fill) : sell(*this, fill);
  if (outcome != FillOutcome::Applied) return outcome;
  fees = *fees_after;
  fees_elsewhere += fill.fee_elsewhere ? 1 : 0;
  return outcome;
}

std::optional<Px> Position::average_entry() const {
  if (qty.raw() <= 0) return std::nullopt;
  const auto raw = mul_div(cost.raw(), Px::kScale, qty.raw(), Round::Up);
  if (!raw) return std::nullopt;
  return Px::from_raw(*raw);
}

std::optional<Notional> Position::unrealised(Px mark) const {
  const auto worth = notional(mark, qty, Round::Down);
  if (!worth) return std::nullopt;
  return subtract(*worth, cost);
}

std::optional<Notional> equity_of(Notional quote, std::span<const Holding> holdings) {
  std::optional<Notional> equity = quote;
  for (const Holding& holding : holdings) {
    if (holding.qty.is_zero()) continue;
    if (holding.mark.raw() <= 0) return std::nullopt;
    const auto worth = notional(holding.mark, holding.qty, Round::Down);
    if (!worth) return std::nullopt;
    equity = add(*equity, *worth);
    if (!equity) return std::nullopt;
  }
  return equity;
}

}  // namespace clawgate::risk
