// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "risk/context.h"
#include "risk/detail/exact.h"
#include "schemas/order.h"

// What the rows of the check table look at: the candidate and its context with nothing null and
// every product within range. Where an input is missing, an empty one stands in its place, so that
// each row can be computed; `missing` then speaks for it.

namespace clawgate::risk::detail {

// Bits of Facts::missing and of what a row needs.
inline constexpr std::uint8_t kSession = 1;
inline constexpr std::uint8_t kLimits = 2;
inline constexpr std::uint8_t kPolicy = 4;
inline constexpr std::uint8_t kInstrument = 8;
inline constexpr std::uint8_t kMarket = 16;
inline constexpr std::uint8_t kEquity = 32;
inline constexpr std::uint8_t kDay = 64;

inline constexpr SessionOpened kNoSession{};
inline constexpr Limits kNoLimits{};
inline constexpr SymbolPolicy kNoPolicy{};
inline constexpr Instrument kNoInstrument{};
inline constexpr MarketTop kNoMarket{};
inline constexpr Leg kNoLeg = [] {
  Leg leg;
  leg.role = LegRole::Reduce;
  leg.side = Side::Sell;
  return leg;
}();

/// Types that carry a limit, and types that carry a trigger, by bit of OrdType.
inline constexpr unsigned kLimitTypes = 0b1010110;
inline constexpr unsigned kTriggerTypes = 0b1111000;
/// Types that trade as market orders once they work.
inline constexpr unsigned kMarketTypes = 0b0101001;
inline constexpr unsigned kKnownTypes = 0b1111111;

[[nodiscard]] constexpr bool is_in(unsigned types, OrdType type) {
  const auto bit = static_cast<unsigned>(type);
  return bit < 8 && ((types >> bit) & 1U) != 0;
}

/// The price a leg is valued at: its limit, else its trigger.
[[nodiscard]] constexpr Px price_of(const Leg& leg) {
  return leg.limit.raw() > 0 ? leg.limit : leg.trigger;
}

struct Facts {
  const OrderCandidate& order;
  const CheckContext& context;
  const SessionOpened& session;
  const Limits& limits;
  const SymbolPolicy& policy;
  const Instrument& instrument;
  const Filters& filters;
  const MarketTop& market;
  const Leg& lead;  // the entry, or the exit
  const Leg& stop;  // an empty leg when there is none, as below
  const Leg& profit;
  std::uint8_t missing;
  bool fits;          // every product below fits; where not, they count as 0 and overflow denies
  std::int64_t fee;   // taker, of 1e8
  std::int64_t cost;  // fee and slippage of one side, of 1e8; an exit needs none
  Wide lead_value;    // 1e-16
  Notional equity;
  DayRisk day;
};

/// A lone sell that is no entry only reduces. Anything else is held to the rules of an entry.
[[nodiscard]] constexpr bool reduces(const OrderCandidate& order) {
  return order.legs.size() == 1 && order.legs[0].side == Side::Sell &&
         !increases_exposure(order.legs[0].role);
}

[[nodiscard]] constexpr std::uint8_t missing_of(const CheckContext& context) {
  const bool equity = context.equity.has_value() && context.equity->raw() > 0;
  const bool day =
      context.day.has_value() && context.day->start.raw() > 0 && context.day->peak.raw() > 0;
  return static_cast<std::uint8_t>(
      (context.session == nullptr ? kSession : 0) | (context.limits == nullptr ? kLimits : 0) |
      (context.policy == nullptr ? kPolicy : 0) |
      (context.instrument == nullptr ? kInstrument : 0) |
      (context.market == nullptr ? kMarket : 0) | (equity ? 0 : kEquity) | (day ? 0 : kDay));
}

[[nodiscard]] constexpr bool rates_fit(const OrderCandidate& order, const Limits& limits,
                                       const Instrument& instrument, Rate weight) {
  const bool of_venue =
      is_share(order.band) && is_share(instrument.maker_fee) && is_share(instrument.taker_fee);
  const bool of_limits = is_share(limits.slippage) && is_share(limits.risk_per_trade) &&
                         is_share(limits.day_loss_max) && is_share(limits.drawdown_max) &&
                         is_share(weight);
  return of_venue && (of_limits || reduces(order));
}

/// Whether the largest quantity at the largest price is still a Notional.
[[nodiscard]] constexpr bool values_fit(const OrderCandidate& order) {
  Qty qty;
  Px px;
  bool negative = false;
  for (const Leg& leg : order.legs) {
    qty = std::max(qty, leg.qty);
    px = std::max({px, leg.limit, leg.trigger});
    negative |= (leg.qty.raw() | leg.limit.raw() | leg.trigger.raw()) < 0;
  }
  return !negative && value(px, qty) <= kValueMax;
}

[[nodiscard]] constexpr Facts facts_of(const OrderCandidate& order, const CheckContext& context) {
  const Limits& limits = context.limits != nullptr ? *context.limits : kNoLimits;
  const Instrument& instrument =
      context.instrument != nullptr ? *context.instrument : kNoInstrument;
  const Leg& lead = order.legs.size() > 0 ? order.legs[0] : kNoLeg;
  const bool fits = values_fit(order) && rates_fit(order, limits, instrument, context.engine_weight);
  const std::int64_t fee = fits ? instrument.taker_fee.raw() : 0;
  return {
      .order = order,
      .context = context,
      .session = context.session != nullptr ? *context.session : kNoSession,
      .limits = limits,
      .policy = context.policy != nullptr ? *context.policy : kNoPolicy,
      .instrument = instrument,
      .filters = instrument.filters,
      .market = context.market != nullptr ? *context.market : kNoMarket,
      .lead = lead,
      .stop = order.legs.size() > 1 ? order.legs[1] : kNoLeg,
      .profit = order.legs.size() > 2 ? order.legs[2] : kNoLeg,
      .missing = missing_of(context),
      .fits = fits,
      .fee = fee,
      .cost = fits && !reduces(order) ? fee + limits.slippage.raw() : 0,
      .lead_value = fits ? value(lead.limit, lead.qty) : 0,
      .equity = context.equity.value_or(Notional{}),
      .day = context.day.value_or(DayRisk{}),
  };
}

}  // namespace clawgate::risk::detail
