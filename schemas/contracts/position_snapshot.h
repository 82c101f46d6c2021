// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

struct ProtectiveStop {
  static constexpr bool kClosed = true;

  std::string venue_order_id;
  Px stop_price;
  Qty qty;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("venue_order_id", self.venue_order_id, id_rule(24));
    field("stop_price", self.stop_price, kPositive);
    field("qty", self.qty, kPositive);
  }
};

struct SnapshotPosition {
  static constexpr bool kClosed = true;

  std::string symbol;
  Qty base_qty;
  Px avg_entry;
  Px mark;
  Notional notional_quote;                        // at the mark
  std::optional<ProtectiveStop> protective_stop;  // null: unprotected

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol, id_rule(20));
    field("base_qty", self.base_qty, kNotNegative);
    field("avg_entry", self.avg_entry, kNotNegative);
    field("mark", self.mark, kNotNegative);
    field("notional_quote", self.notional_quote, kNotNegative);
    field("protective_stop", self.protective_stop, null_rule());
  }
};

struct SnapshotBalance {
  static constexpr bool kClosed = true;

  std::string asset;
  Qty free;
  Qty locked;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("asset", self.asset, id_rule(12));
    field("free", self.free, kNotNegative);
    field("locked", self.locked, kNotNegative);
  }
};

/// position_snapshot 1.0: what is held, at what mark and behind which stop, at one moment. Taken
/// before and after every protective action.
struct PositionSnapshot {
  static constexpr bool kClosed = true;

  std::string snapshot_id;
  UnixNanos taken_at;
  std::string venue;
  std::string account_ref;
  Stage stage = Stage::S0;
  SnapshotCause cause = SnapshotCause::Periodic;
  std::vector<SnapshotPosition> positions;
  std::vector<SnapshotBalance> balances;
  SnapshotSource source = SnapshotSource::Ledger;
  std::optional<std::string> prev_ref;  // the snapshot before it, if any
  std::string trace_id;
  Digest sha256;  // content_digest() of the rest

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("snapshot_id", self.snapshot_id, id_rule(64));
    field("taken_at", self.taken_at);
    field("venue", self.venue, id_rule(32));
    field("account_ref", self.account_ref, id_rule(64));
    field("stage", self.stage);
    field("cause", self.cause);
    field("positions", self.positions, list_rule(64));
    field("balances", self.balances, list_rule(64));
    field("source", self.source);
    field("prev_ref", self.prev_ref, id_rule(64, Empty::Null));
    field("trace_id", self.trace_id, id_rule(64));
    field("sha256", self.sha256);
  }
};

[[nodiscard]] Result<PositionSnapshot> decode_position_snapshot(std::string_view text);
[[nodiscard]] std::string encode(const PositionSnapshot& value);

/// SHA-256 of the snapshot's canonical JSON with an all-zero sha256: what `sha256` must be. A
/// decoded snapshot is not checked against it; whoever relies on one compares.
[[nodiscard]] Digest content_digest(PositionSnapshot value);

}  // namespace clawgate::contracts
