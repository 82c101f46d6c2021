// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/decimal.h"
#include "schemas/core/digest.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/instrument.h"

namespace clawgate {

enum class Stage : std::uint8_t { S0, S1, S2 };
enum class VenueKind : std::uint8_t { Simulator, BinanceSpot };
enum class RiskTier : std::uint8_t { R0, R1, R2, R3 };
enum class Side : std::uint8_t { Buy, Sell };  // FIX 54
enum class OrdType : std::uint8_t {            // FIX 40
  Market,
  Limit,
  LimitMaker,
  StopLoss,
  StopLossLimit,
  TakeProfit,
  TakeProfitLimit
};
enum class TimeInForce : std::uint8_t { Gtc, Ioc, Fok };  // FIX 59

/// What a leg is for. Only Entry increases exposure.
enum class LegRole : std::uint8_t { Entry, Stop, TakeProfit, Exit, Reduce };
[[nodiscard]] constexpr bool increases_exposure(LegRole role) {
  return role == LegRole::Entry;
}

[[nodiscard]] constexpr OrderTypeBit bit_of(OrdType type) {
  constexpr std::uint16_t kBits[] = {4, 1, 2, 8, 16, 32, 64};
  return static_cast<OrderTypeBit>(kBits[static_cast<std::size_t>(type)]);
}
[[nodiscard]] constexpr bool is_algo(OrdType type) {  // counted by MAX_NUM_ALGO_ORDERS
  return type >= OrdType::StopLoss;
}

/// One order of a list. Nested in records: its fields are frozen.
struct Leg {
  LegRole role = LegRole::Entry;
  Side side = Side::Buy;
  OrdType type = OrdType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  Qty qty;
  Px limit;    // 0 when the type has none
  Px trigger;  // 0 when the type has none; compared with the last trade price
  ClientOrderId client_order_id;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("role", self.role);
    field("side", self.side);
    field("type", self.type);
    field("tif", self.tif);
    field("qty", self.qty);
    field("limit", self.limit);
    field("trigger", self.trigger);
    field("client_order_id", self.client_order_id);
  }
};

/// Whether an execution at `px` is one that the leg's limit excludes.
[[nodiscard]] constexpr bool is_worse_than_limit(const Leg& leg, Px px) {
  if (leg.limit == Px{}) return false;
  return leg.side == Side::Buy ? px > leg.limit : px < leg.limit;
}

using Legs = List<Leg, 3>;  // entry, stop, take-profit; or one exit

/// The exact order that waits for a person: planned, sized and checked. Everything in it is covered
/// by `digest`, which is what a person approves. Not yet an order_intent.
struct OrderCandidate {
  HoldId hold;
  AccountId account;
  InstrumentId instrument;
  Symbol symbol;
  VenueKind venue = VenueKind::Simulator;
  Stage stage = Stage::S0;
  LimitsVersion limits_version;
  Legs legs;                  // legs[0] is the entry, or the exit
  bool stop_derived = false;  // from the symbol's policy, not from the signal
  Px reference;               // mid when the signal was accepted
  Rate band;                  // how far the price may move before the approval is void
  Notional worst_cost;        // most (buy) quote spent, or least (sell) received, fees included
  Notional fees_ceiling;      // entry and exit, worst case, in quote
  Notional risk;              // loss at the stop with fees and slippage
  UnixNanos expires_at;       // the first instant at which it can no longer be approved
  Digest intent;              // SHA-256 of the signal's record
  Digest thesis;              // evidence shown with it
  Nonce nonce;

  [[nodiscard]] bool is_entry() const { return increases_exposure(legs[0].role); }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("hold", self.hold);
    field("account", self.account);
    field("instrument", self.instrument);
    field("symbol", self.symbol);
    field("venue", self.venue);
    field("stage", self.stage);
    field("limits_version", self.limits_version);
    field("legs", self.legs);
    field("stop_derived", self.stop_derived);
    field("reference", self.reference);
    field("band", self.band);
    field("worst_cost", self.worst_cost);
    field("fees_ceiling", self.fees_ceiling);
    field("risk", self.risk);
    field("expires_at", self.expires_at);
    field("intent", self.intent);
    field("thesis", self.thesis);
    field("nonce", self.nonce);
  }
};

/// Gives every leg its deterministic client order id: `cg`, the data directory's epoch (4 symbols),
/// 80 bits of the candidate's digest taken while the ids are still empty (16 symbols of base 32), a
/// role letter and an attempt digit. A crash cannot mint a second one.
void assign_client_order_ids(OrderCandidate& candidate, std::string_view epoch, Sha256& hasher);

/// The id of a further protective order of the same trade: `entry`'s with the role's letter and the
/// attempt's digit, 0..9.
[[nodiscard]] ClientOrderId protective_id(const ClientOrderId& entry, LegRole role,
                                          std::uint8_t attempt);

/// What a person approves: SHA-256 of a domain name and the candidate's bytes, client ids included.
[[nodiscard]] Digest approval_digest(const OrderCandidate& candidate, Sha256& hasher);

/// An approved and released order: what the door sends. Its order fields equal the candidate's.
/// Fact record.
struct OrderIntent {
  static constexpr std::uint16_t kType = 64;

  OrderCandidate order;
  Digest digest;  // approval_digest(order)
  DecisionId decision_id;
  OperatorId approved_by;
  UnixNanos approved_at;
  bool scripted = false;
  KillEpoch kill_epoch;  // of the trading word it was released under
  TraceId trace_id;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("order", self.order);
    field("digest", self.digest);
    field("decision_id", self.decision_id);
    field("approved_by", self.approved_by);
    field("approved_at", self.approved_at);
    field("scripted", self.scripted);
    field("kill_epoch", self.kill_epoch);
    field("trace_id", self.trace_id);
  }
};

}  // namespace clawgate
