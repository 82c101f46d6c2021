// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/state.h"
#include "risk/context.h"

namespace clawgate::gateway {

/// What all trades made so far, open ones at the bid; risk/account.h says by which basis. nullopt:
/// a mark is missing.
[[nodiscard]] std::optional<Notional> result_of(const State& state);

/// What the day and the best equity are judged by. nullopt: the day has no basis yet, or a mark is
/// missing.
[[nodiscard]] std::optional<risk::DayRisk> day_risk_of(const State& state);

/// The first instant after the cooldown that the newest loss began; 0: there was none, or no limits
/// say how long it is.
[[nodiscard]] UnixNanos cooldown_until(const State& state);

/// What could be got for it at once; 0 where that is not known. A crossed market tells nothing.
[[nodiscard]] Px mark_of(const MarketTop* top);

/// An entry that went out and whose position is not sold yet.
[[nodiscard]] bool holds_position(const Trade& trade);

}  // namespace clawgate::gateway
