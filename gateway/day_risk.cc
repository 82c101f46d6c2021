// SPDX-License-Identifier: Apache-2.0
#include "gateway/day_risk.h"

#include <algorithm>
#include <span>

#include "risk/account.h"

namespace clawgate::gateway {

bool holds_position(const Trade& trade) {
  return trade.order.is_entry() && trade.hold == HoldState::Released && !trade.closed &&
         trade.position.qty.raw() > 0;
}

Px mark_of(const MarketTop* top) {
  return top != nullptr && top->usable() ? top->bid : Px{};
}

std::optional<Notional> result_of(const State& state) {
  std::optional<Notional> sum = state.books.realised;
  for (const Trade& trade : state.live()) {
    if (!holds_position(trade)) continue;
    const risk::OpenLot lot{trade.position.qty, trade.position.cost,
                            mark_of(state.market(trade.order.instrument))};
    sum = risk::result_of(*sum, std::span(&lot, 1));
    if (!sum) return std::nullopt;
  }
  return sum;
}

std::optional<risk::DayRisk> day_risk_of(const State& state) {
  const AccountBooks& books = state.books;
  if (!books.based) return std::nullopt;
  const auto total = result_of(state);
  const auto since = total ? subtract(*total, books.start_result) : std::nullopt;
  const auto equity = since ? add(books.start, *since) : std::nullopt;
  if (!equity) return std::nullopt;
  return risk::DayRisk{books.start, *since, *equity, std::max(books.peak, *equity)};
}

UnixNanos cooldown_until(const State& state) {
  const UnixNanos lost = state.books.last_loss;
  if (!state.limits || lost.value() == 0) return {};
  return UnixNanos(lost.value() + state.limits->cooldown_ns);
}

}  // namespace clawgate::gateway
