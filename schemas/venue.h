// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "schemas/core/decimal.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/order.h"

// What passes between the gateway and a venue, in both directions, and the permits without which
// nothing that could increase exposure passes at all.

namespace clawgate {

namespace gateway {
class Release;
}

/// Leave to send one entry, once. Move-only; made only by gateway::Release after a durable approval
/// and a risk PASS computed after it; consumed by the door.
class SendPermit {
 public:
  SendPermit(SendPermit&& other) noexcept : hold_(other.hold_), digest_(other.digest_) {
    other.spent_ = true;
  }
  SendPermit& operator=(SendPermit&&) = delete;
  SendPermit(const SendPermit&) = delete;
  SendPermit& operator=(const SendPermit&) = delete;

  [[nodiscard]] HoldId hold() const { return hold_; }
  [[nodiscard]] const Digest& digest() const { return digest_; }
  [[nodiscard]] bool spent() const { return spent_; }

 private:
  friend class gateway::Release;
  SendPermit(HoldId hold, const Digest& digest) : hold_(hold), digest_(digest) {}

  HoldId hold_;
  Digest digest_;
  bool spent_ = false;
};

/// Leave to send one protective order (stop, take-profit, reduce, close): reduce-only, at most the
/// position held, built only from the approved envelope of its entry.
class ProtectPermit {
 public:
  ProtectPermit(ProtectPermit&& other) noexcept : hold_(other.hold_), qty_max_(other.qty_max_) {
    other.spent_ = true;
  }
  ProtectPermit& operator=(ProtectPermit&&) = delete;
  ProtectPermit(const ProtectPermit&) = delete;
  ProtectPermit& operator=(const ProtectPermit&) = delete;

  [[nodiscard]] HoldId hold() const { return hold_; }
  [[nodiscard]] Qty qty_max() const { return qty_max_; }
  [[nodiscard]] bool spent() const { return spent_; }

 private:
  friend class gateway::Release;
  ProtectPermit(HoldId hold, Qty qty_max) : hold_(hold), qty_max_(qty_max) {}

  HoldId hold_;
  Qty qty_max_;
  bool spent_ = false;
};

enum class OrdStatus : std::uint8_t {  // FIX 39, with the venue's own words beside
  PendingNew,                          // an order of a list that is not armed yet
  New,
  PartiallyFilled,
  Filled,
  Canceled,
  Rejected,
  Expired,  // EXPIRED and EXPIRED_IN_MATCH
};

[[nodiscard]] constexpr bool is_final(OrdStatus status) {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Rejected || status == OrdStatus::Expired;
}

enum class ExecType : std::uint8_t {  // FIX 150, and what only a query can say
  New,
  Trade,
  Canceled,
  Rejected,
  Expired,
  Status,    // the answer to a query: OrdStatus and totals, no new execution
  NotFound,  // the answer to a query: the venue knows no such order. Not evidence of absence.
};

/// What the venue says happened to one order of ours, by stream, answer or query. Input record.
/// Untrusted: nothing in it is asserted on.
struct ExecutionReport {
  static constexpr std::uint16_t kType = 18;

  AccountId account;
  InstrumentId instrument;
  ClientOrderId client_order_id;
  VenueOrderId venue_order_id;
  ExecId exec_id;  // of a Trade: the venue's trade id
  ExecType exec_type = ExecType::New;
  OrdStatus ord_status = OrdStatus::New;
  Side side = Side::Buy;
  Qty last_qty;        // FIX 32
  Px last_px;          // FIX 31
  Qty cum_qty;         // FIX 14
  Notional cum_quote;  // price times quantity so far
  Qty fee;             // of the last fill
  Asset fee_asset;
  std::int32_t venue_code = 0;  // the venue's error or expiry code, 0 when none
  Text<64> text;                // the venue's words
  UnixNanos event_time;         // when the venue says it happened

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("account", self.account);
    field("instrument", self.instrument);
    field("client_order_id", self.client_order_id);
    field("venue_order_id", self.venue_order_id);
    field("exec_id", self.exec_id);
    field("exec_type", self.exec_type);
    field("ord_status", self.ord_status);
    field("side", self.side);
    field("last_qty", self.last_qty);
    field("last_px", self.last_px);
    field("cum_qty", self.cum_qty);
    field("cum_quote", self.cum_quote);
    field("fee", self.fee);
    field("fee_asset", self.fee_asset);
    field("venue_code", self.venue_code);
    field("text", self.text);
    field("event_time", self.event_time);
  }
};

/// What happened to an order at the door and on its way to the venue.
enum class HandOff : std::uint8_t {
  Sent,     // its bytes were handed over; the outcome comes as reports
  Refused,  // the trading word forbade it: no byte left
  NotSent,  // it could not be handed over, and certainly no byte left
  Unknown,  // some bytes may have left
};

/// Input record.
struct HandedOff {
  static constexpr std::uint16_t kType = 19;

  ClientOrderId client_order_id;
  HandOff outcome = HandOff::Sent;
  bool told_later =
      false;  // by the venue's own thread: the trading word was read before this record

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("client_order_id", self.client_order_id);
    field("outcome", self.outcome);
    field("told_later", self.told_later);
  }
};

/// The venue's thread has seen the kill: no entry released before it can leave any more. Input
/// record.
struct KillAcknowledged {
  static constexpr std::uint16_t kType = 26;

  KillEpoch epoch;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("epoch", self.epoch);
  }
};

/// Cancel one working order by its own id. `only_new` cancels an entry without ever touching armed
/// stops.
struct CancelRequest {
  AccountId account;
  InstrumentId instrument;
  ClientOrderId client_order_id;
  bool only_new = false;
};

/// Ask what became of an order.
struct QueryRequest {
  AccountId account;
  InstrumentId instrument;
  ClientOrderId client_order_id;
};

/// One protective order on its own (a stop put back, a reduce, a close).
struct ProtectiveOrder {
  AccountId account;
  InstrumentId instrument;
  Leg leg;
};

}  // namespace clawgate
