// SPDX-License-Identifier: Apache-2.0
#include "signals/symbols.h"

#include <algorithm>

namespace clawgate::signals {
namespace {

struct Coin {
  std::string_view name;
  std::int64_t plausible_min;  // whole dollars
};

// The coins whose Yahoo spelling TradingAgents derives by itself (tradingagents 0.3.0). Bitcoin and
// Ether carry a floor because funds trade under their bare names near 30 dollars.
constexpr Coin kCoins[] = {
    {"BTC", 1000}, {"ETH", 80}, {"BNB", 0},  {"SOL", 0},  {"XRP", 0}, {"ADA", 0},
    {"DOGE", 0},   {"LTC", 0},  {"LINK", 0}, {"AVAX", 0}, {"DOT", 0},
};

}  // namespace

std::vector<AllowedSymbol> default_symbols() {
  std::vector<AllowedSymbol> table;
  for (const Coin& coin : kCoins) {
    const std::string name(coin.name);
    for (const std::string_view quote : {"USDT", "-USDT", "-USD"}) {
      table.push_back({.spelling = name + std::string(quote),
                       .symbol = Symbol(name + "USDT"),
                       .asset_class = AssetClass::CryptoSpot,
                       .coin = name,
                       .plausible_min = Px::of(coin.plausible_min)});
    }
  }
  return table;
}

const AllowedSymbol* find_symbol(std::span<const AllowedSymbol> table, std::string_view spelling) {
  const auto row = std::find_if(table.begin(), table.end(), [&](const AllowedSymbol& allowed) {
    return allowed.spelling == spelling;
  });
  return row == table.end() ? nullptr : &*row;
}

const AllowedSymbol* find_coin(std::span<const AllowedSymbol> table, std::string_view name) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const AllowedSymbol& allowed) { return allowed.coin == name; });
  return row == table.end() || name.empty() ? nullptr : &*row;
}

const ReferencePrice* find_price(std::span<const ReferencePrice> prices, const Symbol& symbol) {
  const auto row = std::find_if(prices.begin(), prices.end(), [&](const ReferencePrice& price) {
    return price.symbol == symbol;
  });
  return row == prices.end() ? nullptr : &*row;
}

bool is_ticker(std::string_view text) {
  if (text.empty() || text.size() > Symbol::kMax) return false;
  if (text.find_first_not_of('.') == text.npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return alnum || std::string_view("._-^=+/").find(c) != std::string_view::npos;
  });
}

}  // namespace clawgate::signals
