// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/record.h"
#include "sim/exchange/order.h"

// What a call changed, as records from which the exchange can be made again: each carries the whole
// new state of one thing, and the newest one of a thing counts. The books of the outside market
// are not facts: whoever restores feeds them again.

namespace clawgate::sim {

struct SymbolFact {
  SymbolId id;
  SymbolName name;
  AssetName base;
  AssetName quote;
  std::int64_t trades = 0;
  std::int64_t prevented_matches = 0;
  std::uint64_t priority = 0;
  Px last_price;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("name", self.name);
    field("base", self.base);
    field("quote", self.quote);
    field("trades", self.trades);
    field("prevented_matches", self.prevented_matches);
    field("priority", self.priority);
    field("last_price", self.last_price);
  }
};

struct AccountFact {
  AccountId id;
  std::int64_t uid = 0;
  Rate maker;
  Rate taker;
  bool can_trade = true;
  TimeNs updated;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("uid", self.uid);
    field("maker", self.maker);
    field("taker", self.taker);
    field("can_trade", self.can_trade);
    field("updated", self.updated);
  }
};

/// Commission of one account on one symbol.
struct RatesFact {
  AccountId account;
  SymbolId symbol;
  Rate maker;
  Rate taker;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("symbol", self.symbol);
    field("maker", self.maker);
    field("taker", self.taker);
  }
};

struct BalanceFact {
  AccountId account;
  AssetId asset;
  std::int64_t free = 0;
  std::int64_t locked = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("asset", self.asset);
    field("free", self.free);
    field("locked", self.locked);
  }
};

/// The two house totals of an asset, each as the high and low half of 128 bits.
struct HouseFact {
  AssetId asset;
  std::int64_t outside_high = 0;
  std::uint64_t outside_low = 0;
  std::int64_t fees_high = 0;
  std::uint64_t fees_low = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("asset", self.asset);
    field("outside_high", self.outside_high);
    field("outside_low", self.outside_low);
    field("fees_high", self.fees_high);
    field("fees_low", self.fees_low);
  }
};

struct CountersFact {
  TimeNs now;
  std::int64_t executions = 0;
  std::uint64_t made_ids = 0;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("now", self.now);
    field("executions", self.executions);
    field("made_ids", self.made_ids);
  }
};

/// Gets the facts of each call, then commit() once. One thread: the exchange's.
class FactSink {
 public:
  virtual ~FactSink() = default;
  virtual void add(const SymbolFact& fact) = 0;
  virtual void add(const AccountFact& fact) = 0;
  virtual void add(const RatesFact& fact) = 0;
  virtual void add(const BalanceFact& fact) = 0;
  virtual void add(const HouseFact& fact) = 0;
  virtual void add(const OrderRecord& fact) = 0;
  virtual void add(const ListRecord& fact) = 0;
  virtual void add(const TradeRecord& fact) = 0;
  virtual void add(const CountersFact& fact) = 0;
  /// The facts since the last commit belong together: all or none of them hold.
  virtual void commit() = 0;
};

}  // namespace clawgate::sim
