// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"
#include "schemas/instrument.h"
#include "schemas/venue.h"

namespace clawgate::risk {

/// One fill as it touches a position, its fee sorted by the asset it was taken in.
struct Fill {
  Side side = Side::Buy;
  Px px;
  Qty qty;
  Qty fee_base;
  Notional fee_quote;
  bool fee_elsewhere = false;  // in a third asset, worth an amount that is not known here
};

/// The fill in a report of a Trade in `instrument`.
[[nodiscard]] Fill fill_of(const ExecutionReport& report, const Instrument& instrument);

/// Reports come from outside, so what contradicts the ledger is an answer, and changes nothing.
enum class FillOutcome : std::uint8_t {
  Applied,
  Malformed,     // no quantity or price, or a fee below 0 or above the fill
  MoreThanHeld,  // a sell of more than the position: spot has no shorts
  Overflow,
};

/// What one account holds of one instrument and what it cost. Long only. Core thread only.
///
/// Cost is kept as one total, so nothing is lost to a rounded average; each rounding goes against
/// us. Once flat, `realised` is exactly what came in minus what went out.
struct Position {
  AccountId account;
  InstrumentId instrument;
  Qty qty;                           // base, after fees taken in base
  Notional cost;                     // quote paid for `qty`, fees included
  Notional realised;                 // profit of what was sold, fees of both sides included
  Notional fees;                     // all fees so far, those in base at their fill's price
  std::uint32_t fees_elsewhere = 0;  // fills whose fee is in none of these numbers

  [[nodiscard]] FillOutcome apply(const Fill& fill);

  /// Cost of one unit, rounded up; nullopt when flat or when it does not fit.
  [[nodiscard]] std::optional<Px> average_entry() const;
  /// What selling at `mark` would add to `realised`, before fees.
  [[nodiscard]] std::optional<Notional> unrealised(Px mark) const;

  /// What the venue would take in one order: whole lot steps.
  [[nodiscard]] Qty sellable(Qty step) const { return floor_to(qty, step); }
  /// An open trade. A remainder below one step is dust: in the ledger and the equity, but no trade.
  [[nodiscard]] bool is_open(Qty step) const { return sellable(step).raw() > 0; }
  [[nodiscard]] bool is_dust(Qty step) const { return qty.raw() > 0 && !is_open(step); }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("instrument", self.instrument);
    field("qty", self.qty);
    field("cost", self.cost);
    field("realised", self.realised);
    field("fees", self.fees);
    field("fees_elsewhere", self.fees_elsewhere);
  }
};

/// An asset other than the quote currency, free and locked, and the price it could be sold at.
struct Holding {
  Qty qty;
  Px mark;  // the bid; 0 when not known
};

/// What the account is worth in quote currency: `quote` (free and locked) and every holding at its
/// mark, each rounded down. nullopt when a mark is missing or a value does not fit: equity is then
/// not known.
[[nodiscard]] std::optional<Notional> equity_of(Notional quote, std::span<const Holding> holdings);

}  // namespace clawgate::risk
