// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/audit/records.h"
#include "governance/journal/store.h"

namespace clawgate::audit {

struct OfficeLedger;
struct VenueExport;

struct ProveOptions {
  /// The venue's own orders and trades; compared once the journal itself is proven.
  const VenueExport* venue = nullptr;
  /// The governance ledger: each anchor of the journal must be on its chain.
  const OfficeLedger* office = nullptr;
  Progress progress;
};

struct ProveReport {
  std::optional<Finding> finding;  // the first
  Extent extent;
  std::uint64_t signals = 0;
  std::uint64_t holds = 0;
  std::uint64_t approvals = 0;
  std::uint64_t entries_sent = 0;
  std::uint64_t protective_sent = 0;
  std::uint64_t fills = 0;
  std::uint64_t commands = 0;
  std::uint64_t violations = 0;     // of engines that may only signal, each audited
  std::uint64_t unknown_types = 0;  // records of a newer version; passed over
  std::uint64_t anchors = 0;        // to the governance ledger, compared with it
  std::uint64_t venue_orders = 0;   // compared
  std::uint64_t venue_trades = 0;

  [[nodiscard]] bool ok() const { return !finding; }
};

/// Reads a journal and looks for the first record that contradicts an invariant, by rules written
/// down here a second time and without the engine:
///
///   I1   whatever was handed over: signal, PASS at hold, live approval of that very digest by one
///        who may, PASS after it, order_intent equal byte for byte, of the session it goes out in;
///        entries are FOK limit orders with a stop that covers them; protective orders reduce only;
///        client order ids are of the very order; what is answered as declined is
///   I3   one submission, and one sale, an approval; an unknown outcome ends by evidence or a
///        decision only
///   I4   nothing that increases exposure is released or goes out under a kill; who may kill does
///   I5   nor under any other block, nor above the limits of one order and of one day; a cause ends
///        by a recorded decision only, limits loosen by one only, of an operator who may decide, as
///        the governance ledger holds it; days turn at their time
///   I7   no engine wrote behind a newer one, nor in another one's segment
///   I10  no order_intent in S0 but for the simulator
///   I11  positions are the sums of their fills
///   I13  each direct order of an engine is recorded as a violation
///   I14  what was answered before is answered again and does nothing else
///
/// What a crash cut off at the end of a session is no contradiction.
[[nodiscard]] ProveReport prove(journal::Store& store, const ProveOptions& options = {});

}  // namespace clawgate::audit
