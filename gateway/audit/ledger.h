// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schemas/fact.h"

// What a proof keeps of the records it has read: plain books, kept apart from the engine's state
// and by other code, so that the two can disagree.

namespace clawgate::audit {

/// One execution of one order.
struct LedgerFill {
  ExecId exec_id;
  Qty qty;
  Px px;
  Qty fee;
  Asset fee_asset;
};

/// One order that had leave to go to the venue.
struct LedgerOrder {
  HoldId hold;  // of the entry whose approval covers it
  Leg leg;
  Seq leave;             // the record that gave it leave
  bool in_list = false;  // a leg of the approved list; else a protective order put out later
  OrderState state = OrderState::Released;
  std::uint32_t hand_overs = 0;  // bytes left, or may have left
  bool was_unknown = false;
  Qty executed;
  Qty told;  // executed, as the venue counts it; more where it did not tell all of them
  std::vector<LedgerFill> fills;
};

/// One order that waited for a person, and what it had to show on its way to the venue.
struct LedgerHold {
  // Its signal.
  EngineName engine;
  TraceId trace_id;
  Digest signal_record;  // SHA-256 of the record of its signal_intent
  bool pass_at_hold = false;
  // The candidate.
  bool has_candidate = false;
  OrderCandidate order;
  Digest digest;                    // recomputed
  std::vector<std::uint8_t> bytes;  // what the digest covers
  HoldState state = HoldState::Held;
  KillEpoch held_under;
  // The approval.
  OperatorCommand approval;
  UnixNanos approved_at;
  bool pass_at_release = false;  // computed after the approval
  bool has_intent = false;
  bool decided = false;  // the command was answered as done
  KillEpoch released_under;
  // What came of it: its orders at the venue, and the position from fills alone.
  std::vector<ClientOrderId> orders;
  Qty held;
  Notional cash;  // received less paid, fees in quote included; rounded against us
  Notional fees;
  Notional realised;  // as the last fill says
  std::uint32_t fees_elsewhere = 0;
  bool closed = false;
  bool sold = false;        // an exit: its sale was issued
  std::optional<Qty> keep;  // what may stay of it, while it is reduced
};

/// The bytes of a candidate, as its digest covers them.
[[nodiscard]] std::vector<std::uint8_t> encoded(const OrderCandidate& order);

struct Ledger {
  std::map<HoldId, LedgerHold> holds;
  std::map<ClientOrderId, LedgerOrder> orders;
  std::map<InstrumentId, Instrument> instruments;

  [[nodiscard]] bool has_unknown() const {
    return std::any_of(orders.begin(), orders.end(),
                       [](const auto& row) { return row.second.state == OrderState::Unknown; });
  }
  [[nodiscard]] LedgerHold* find(HoldId id) {
    const auto at = holds.find(id);
    return at == holds.end() ? nullptr : &at->second;
  }
  [[nodiscard]] LedgerOrder* find(const ClientOrderId& id) {
    const auto at = orders.find(id);
    return at == orders.end() ? nullptr : &at->second;
  }
};

}  // namespace clawgate::audit
