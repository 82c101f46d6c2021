// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"
#include "sim/exchange/symbol_rules.h"

namespace clawgate::sim {

struct ExchangeInfo {
  std::vector<SymbolRules> symbols;       // in the document's order
  std::vector<std::string> not_enforced;  // filter types that the exchange does not know, sorted
};

/// Reads the symbols of an exchangeInfo answer (GET /api/v3/exchangeInfo). Filters, order types
/// and self-trade prevention modes that the exchange does not have are left out; anything else
/// that is missing or wrong is an Error naming it ("symbols[3].filters[0].tickSize").
[[nodiscard]] Result<ExchangeInfo> parse_exchange_info(std::string_view json);

[[nodiscard]] Result<ExchangeInfo> load_exchange_info(const std::string& path);

}  // namespace clawgate::sim
