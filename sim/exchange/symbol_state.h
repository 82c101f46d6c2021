// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/exchange/average_price.h"
#include "sim/exchange/client_ids.h"
#include "sim/exchange/filters.h"
#include "sim/exchange/outside_book.h"
#include "sim/exchange/own_book.h"
#include "sim/exchange/symbol_rules.h"
#include "sim/exchange/triggers.h"

namespace clawgate::sim {

struct CommissionRates {
  Rate maker;
  Rate taker;
};

/// One account on one symbol.
struct AccountOnSymbol {
  OrderNode* first_open = nullptr;  // by id
  OrderNode* last_open = nullptr;
  AccountLoad load;                      // base_held is filled in when a filter asks
  std::vector<OrderId> orders;           // all ever, by id
  Slab<TradeRecord> trades;              // all ever, by id
  std::optional<CommissionRates> rates;  // absent: the account's own
};

/// The newest best prices that the outside market stated by themselves.
struct OutsideTop {
  std::int64_t id = 0;
  BookLevel bid;
  BookLevel ask;
};

/// Everything the exchange keeps about one symbol. Never moves: client_ids points into it.
struct SymbolState {
  SymbolState(SymbolId symbol, const SymbolRules& symbol_rules, AssetId base_asset,
              AssetId quote_asset)
      : id(symbol),
        rules(symbol_rules),
        base(base_asset),
        quote(quote_asset),
        client_ids(orders),
        average(symbol_rules.avg_price_mins) {}
  SymbolState(const SymbolState&) = delete;
  SymbolState& operator=(const SymbolState&) = delete;

  [[nodiscard]] OrderNode& order(OrderId number) {
    return orders[static_cast<std::size_t>(number.value() - 1)];
  }
  [[nodiscard]] const OrderNode& order(OrderId number) const {
    return orders[static_cast<std::size_t>(number.value() - 1)];
  }
  [[nodiscard]] AccountOnSymbol& of(AccountId account) { return accounts[account.value()]; }
  [[nodiscard]] const AccountOnSymbol& of(AccountId account) const {
    return accounts[account.value()];
  }

  SymbolId id;
  SymbolRules rules;
  AssetId base;
  AssetId quote;
  Slab<OrderNode> orders;  // by id - 1
  ClientIds client_ids;
  OwnBook own;
  OutsideBook outside;
  Triggers triggers;
  std::vector<OrderNode*> fired;  // triggers reached, oldest first
  AveragePrice average;
  std::vector<AccountOnSymbol> accounts;
  Px last_price;  // 0 before the first trade
  std::int64_t trades = 0;
  std::int64_t prevented_matches = 0;
  std::uint64_t priority = 0;  // last one given
  std::int64_t depth_id = 0;   // update id of the newest depth
  OutsideTop top;
  bool touched = false;
};

}  // namespace clawgate::sim
