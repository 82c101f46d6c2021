// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"
#include "schemas/instrument.h"

namespace clawgate::signals {

/// One spelling an engine may use for one venue symbol. Matched byte for byte: never by case, by
/// part or by likeness.
struct AllowedSymbol {
  std::string spelling;  // as engines write it
  Symbol symbol;         // as the venue writes it
  AssetClass asset_class = AssetClass::CryptoSpot;
  std::string coin;  // the bare name, which is NOT a spelling: at Yahoo it is another instrument
  Px plausible_min;  // far below any price the coin had since 2020; 0 is no check. Used only while
                     // no live price is known.
};

struct ReferencePrice {
  Symbol symbol;  // as the venue writes it
  Px price;
};

/// `BTCUSDT`, `BTC-USDT` and `BTC-USD` for each of the eleven coins that TradingAgents knows.
[[nodiscard]] std::vector<AllowedSymbol> default_symbols();

/// nullptr when no row has the spelling.
[[nodiscard]] const AllowedSymbol* find_symbol(std::span<const AllowedSymbol> table,
                                               std::string_view spelling);
/// The first row whose bare coin name this is; nullptr when there is none.
[[nodiscard]] const AllowedSymbol* find_coin(std::span<const AllowedSymbol> table,
                                             std::string_view name);
[[nodiscard]] const ReferencePrice* find_price(std::span<const ReferencePrice> prices,
                                               const Symbol& symbol);

/// 1..20 letters, digits and `. _ - ^ = + /`, not dots only: what an engine's ticker may be.
[[nodiscard]] bool is_ticker(std::string_view text);

}  // namespace clawgate::signals
