// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"

namespace clawgate::signals {

/// Every `$` amount in prose that can be a price, in order: `$69,176`, `$71k`, `$0.52`. Amounts of
/// money (`$4.07 billion`, `$740M`) are left out, and so is what does not fit a Px.
[[nodiscard]] std::vector<Px> prices_in(std::string_view text);

/// What the text says the thing costs now: the first price behind words such as "current price",
/// "trading at", "entry"; else the middle one of all prices in it (of an even count the lower).
/// nullopt when it states none. A long text speaks of many levels; the middle one is of the right
/// size, which is all that a sanity check needs.
[[nodiscard]] std::optional<Px> stated_price(std::string_view text);

/// One number alone: `170.0`, `$5,800`, `69176 USDT`. Nothing else: a range is no level.
[[nodiscard]] std::optional<Px> level_of(std::string_view value);

}  // namespace clawgate::signals
