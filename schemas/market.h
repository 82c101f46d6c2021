// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/core/decimal.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"

namespace clawgate {

/// The newest view of one instrument's market. Input record: journaled when it changes a mark or a
/// decision, not at every tick.
struct MarketTop {
  static constexpr std::uint16_t kType = 14;

  InstrumentId instrument;
  Px bid;
  Qty bid_qty;
  Px ask;
  Qty ask_qty;
  Px last;               // of the last trade; what stops trigger on
  Px average;            // the venue's average (avgPriceMins), reference of the percent filters
  UnixNanos event_time;  // when the venue said it, on our clock

  /// Both sides there and not crossed.
  [[nodiscard]] constexpr bool usable() const {
    return bid.raw() > 0 && ask.raw() > 0 && bid < ask;
  }
  /// Halfway between bid and ask, rounded down.
  [[nodiscard]] constexpr Px mid() const {
    return Px::from_raw(bid.raw() + (ask.raw() - bid.raw()) / 2);
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("instrument", self.instrument);
    field("bid", self.bid);
    field("bid_qty", self.bid_qty);
    field("ask", self.ask);
    field("ask_qty", self.ask_qty);
    field("last", self.last);
    field("average", self.average);
    field("event_time", self.event_time);
  }
};

/// What the venue says an account holds of one asset. Input record.
struct BalanceReported {
  static constexpr std::uint16_t kType = 13;

  AccountId account;
  Asset asset;
  Qty free;
  Qty locked;
  UnixNanos event_time;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("asset", self.asset);
    field("free", self.free);
    field("locked", self.locked);
    field("event_time", self.event_time);
  }
};

/// The venue announced that an account's balance of one asset changed without an order: a deposit,
/// a withdrawal, a transfer. The balance itself is told on its own, before or after. Input record.
struct BalanceMoved {
  static constexpr std::uint16_t kType = 23;

  AccountId account;
  Asset asset;
  Qty delta;  // below 0: it left the account
  UnixNanos event_time;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("asset", self.asset);
    field("delta", self.delta);
    field("event_time", self.event_time);
  }
};

}  // namespace clawgate
