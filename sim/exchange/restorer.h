// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/core/result.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/facts.h"

namespace clawgate::sim {

/// Makes an exchange again from its facts. The exchange must have the same symbols, added in the
/// same order, and nothing else. After finish() it answers every query as the one that gave the
/// facts did; the outside books are empty until a market feeds them, and every resting order then
/// stands behind all that the market states at its price.
class Restorer {
 public:
  explicit Restorer(Exchange& exchange) : exchange_(exchange) {}

  /// An Error when the fact does not belong to this exchange.
  [[nodiscard]] Result<bool> add(const SymbolFact& fact);
  [[nodiscard]] Result<bool> add(const AccountFact& fact);
  [[nodiscard]] Result<bool> add(const RatesFact& fact);
  [[nodiscard]] Result<bool> add(const BalanceFact& fact);
  [[nodiscard]] Result<bool> add(const HouseFact& fact);
  [[nodiscard]] Result<bool> add(const OrderRecord& fact);
  [[nodiscard]] Result<bool> add(const ListRecord& fact);
  [[nodiscard]] Result<bool> add(const TradeRecord& fact);
  [[nodiscard]] Result<bool> add(const CountersFact& fact);
  void finish();

  /// From here on the exchange tells `sink` its facts; before that, everything it already is,
  /// unless the sink holds it (`known`).
  static void attach(Exchange& exchange, FactSink& sink, bool known);

 private:
  void park(SymbolState& symbol, OrderNode& order);

  Exchange& exchange_;
};

}  // namespace clawgate::sim
