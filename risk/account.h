// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "risk/context.h"
#include "schemas/core/decimal.h"
#include "schemas/limits.h"

// Risk over time: what the account made or lost, and when that stops entries. Pure.
//
// The basis is our own ledger: what fills realised, fees of both sides included, and what open
// positions would add at the bid, before the fee of that sale. Balances are not used in between:
// they arrive one asset at a time and move with deposits. They give the equity at the day's start
// once, when nothing is under way. A fee in a third asset is in neither until balances are read
// again.

namespace clawgate::risk {

/// What is held of one instrument.
struct OpenLot {
  Qty qty;
  Notional cost;  // fees included
  Px mark;        // the bid; 0 when not known
};

/// `realised` and what the lots would add at their marks, rounded down. nullopt when a mark is
/// missing or a value does not fit.
[[nodiscard]] std::optional<Notional> result_of(Notional realised, std::span<const OpenLot> lots);

/// The day's loss is at or beyond the daily stop. `start` > 0.
[[nodiscard]] constexpr bool day_stopped(const DayRisk& day, Rate loss_max) {
  return Wide{day.result.raw()} * Rate::kScale <= -Wide{day.start.raw()} * loss_max.raw();
}

/// The equity is below the peak by the guard or more. `peak` > 0.
[[nodiscard]] constexpr bool drawn_down(const DayRisk& day, Rate drawdown_max) {
  return (Wide{day.peak.raw()} - day.equity.raw()) * Rate::kScale >=
         Wide{day.peak.raw()} * drawdown_max.raw();
}

/// The highest equity once an account's worth is read from its balances again: what was paid in
/// since raises it by as much, so that a deposit hides no loss; what is missing lowers nothing.
/// `expected` is the equity that our ledger gives at the same moment.
[[nodiscard]] Notional peak_after(Notional peak, Notional expected, Notional found);

/// What may stay open while the system is degraded:
///   min(open exposure, order_notional_max, a quarter of day_notional_max)
/// nullopt when it cannot be computed: limits or a mark are missing, or a limit is not above 0.
[[nodiscard]] std::optional<Notional> safe_notional(const Limits* limits,
                                                    std::optional<Notional> exposure);

}  // namespace clawgate::risk
