// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/exchange/symbol_rules.h"
#include "sim/protocol/json_writer.h"
#include "sim/protocol/limits.h"

namespace clawgate::sim {

/// One object of exchangeInfo's `symbols`; parse_exchange_info reads it back to equal rules.
void write_rules(JsonWriter& writer, const SymbolRules& rules, bool permission_sets);

/// The items of exchangeInfo's `rateLimits`.
void write_rate_limits(JsonWriter& writer, const RateLimits& limits);

/// The `discount` of a commission answer: none is given for paying in BNB.
void write_discount(JsonWriter& writer);

/// One item of a `rateLimits` array. `count` below 0 is left out.
void write_rate_limit(JsonWriter& writer, std::string_view type, std::string_view interval,
                      std::int64_t number, std::int64_t limit, std::int64_t count);

}  // namespace clawgate::sim
