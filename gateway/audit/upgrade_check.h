// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/audit/office_ledger.h"
#include "gateway/audit/records.h"
#include "governance/journal/store.h"
#include "schemas/fact.h"

namespace clawgate::audit {

/// What this binary would find in a data directory if it started on it.
struct UpgradeReport {
  struct OpenTrade {  // an entry that was released and is not over
    HoldId hold;
    Symbol symbol;
    Qty held;
    ProtectionState protection = ProtectionState::None;
  };
  struct Pending {
    HoldId hold;
    Symbol symbol;
    HoldState state = HoldState::Held;
    UnixNanos expires_at;
  };
  struct Unknown {
    HoldId hold;
    ClientOrderId client_order_id;
  };

  std::optional<Finding> finding;  // the first record that this version cannot fold
  Extent extent;
  std::vector<OpenTrade> open_trades;
  std::vector<Pending> pending;
  std::vector<Unknown> unknown;
  std::vector<Block> blocks;
  std::map<std::uint16_t, std::uint64_t> unknown_types;  // and how many records of each
  std::uint64_t newer_records = 0;                       // of a type version above this one's
  Digest state;  // hash of the state it would start with; meaningful without a finding

  [[nodiscard]] bool ok() const { return !finding; }
};

/// Folds every record with this binary and executes none. Changes nothing. The newest anchor of the
/// journal is compared with `office`, the governance ledger, where that is not null.
[[nodiscard]] UpgradeReport upgrade_check(journal::Store& store, const Progress& progress = {},
                                          const OfficeLedger* office = nullptr);

}  // namespace clawgate::audit
