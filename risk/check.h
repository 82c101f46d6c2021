// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "risk/context.h"
#include "schemas/order.h"
#include "schemas/reason.h"

namespace clawgate::risk {

/// Every pre-trade check, on one candidate: the same function when it goes on hold and again when
/// it is released. Nothing stops at the first breach and nothing is skipped: an input that is
/// missing answers for the checks that need it, by its own name. Empty means PASS.
///
/// A lone sell that is no entry is an exit: trading state, limits and day counters do not stop it.
/// Everything else is checked as an entry, whatever it calls itself.
[[nodiscard]] ReasonSet check(const OrderCandidate& candidate, const CheckContext& context);

/// The checks that need no order, for a signal that could not be planned: what else would have
/// stopped it. An entry's when `entry`, else an exit's.
[[nodiscard]] ReasonSet check_surroundings(bool entry, const CheckContext& context);

/// One row of the table, for people: `checks 1..n passed`, the name being info(reason).code.
struct CheckName {
  Reason reason;
  bool entry;     // runs for entries
  bool exit;      // runs for exits
  bool each_leg;  // runs once for every leg of the list
};

/// The table's rows in order.
[[nodiscard]] std::span<const CheckName> checks();

/// How many rows an entry (else an exit) passes through.
[[nodiscard]] std::size_t checks_count(bool entry);

}  // namespace clawgate::risk
