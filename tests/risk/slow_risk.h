// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/risk/world.h"

namespace clawgate::risk {

/// The rules that are about numbers, once more: by following the money of the worst case through
/// integers of 512 bits that throw when they overflow. Slow, and written to be read against the
/// rulebook, not against check.cc.
[[nodiscard]] ReasonSet slow_breaches(const OrderCandidate& order, const CheckContext& context);

/// The reasons that slow_breaches() knows.
[[nodiscard]] ReasonSet slow_reasons();

/// True when every price times every quantity of the order is a Notional, and fees, bands and
/// shares lie between 0 and 1: only then do the numbers mean anything.
[[nodiscard]] bool slow_fits(const OrderCandidate& order, const CheckContext& context);

}  // namespace clawgate::risk
