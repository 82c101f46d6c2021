// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/core/result.h"
#include "schemas/market.h"
#include "schemas/venue.h"
#include "venues/binance_spot/replies.h"

// What the user data stream pushes, as inputs of the core. Any thread.

namespace clawgate::venues::binance_spot {

/// What an answer of the venue is to be told as.
struct Ours {
  AccountId account;
  std::int64_t venue_ahead_ns = 0;  // the venue's clock minus ours
};

/// `executionReport`.
struct OrderEventRow {
  ExecutionReport report;
  Symbol symbol;
  bool listed = false;  // false: a symbol we do not trade, and report.instrument means nothing
  std::int64_t order_list_id = -1;
  std::int64_t execution_id = 0;  // grows with every execution of the symbol
  std::int64_t venue_order_id = 0;
};
/// `outboundAccountPosition`: the balances that may have changed.
struct BalancesEvent {
  std::vector<BalanceReported> balances;
  std::uint32_t left_out = 0;  // assets whose name or amount does not fit our types
  UnixNanos venue_time;        // of the change, on the venue's clock
};
/// `listStatus`.
struct ListEvent {
  Symbol symbol;
  std::int64_t order_list_id = 0;
  ClientOrderId list_client_order_id;
  ListStatus status = ListStatus::Executing;
  Text<64> reject_reason;  // empty when none
};
/// `balanceUpdate`: an amount came or went without an order.
struct MovementRow {
  BalanceMoved moved;
  // On the venue's clock, which ours is measured against anew: they tell one event from another.
  std::int64_t told_ms = 0;
  std::int64_t at_ms = 0;
};
/// `externalLockUpdate`: an amount is held for something else, so the account is to be read again.
struct OutsideMovement {
  Text<24> name;
};
/// `eventStreamTerminated`: the subscription has ended.
struct StreamTerminated {};
/// Anything else, by its name.
struct UnknownEvent {
  Text<24> name;
};

using UserEvent = std::variant<OrderEventRow, BalancesEvent, ListEvent, MovementRow,
                               OutsideMovement, StreamTerminated, UnknownEvent>;

[[nodiscard]] Result<UserEvent> read_user_event(std::string_view json, const Ours& ours,
                                                const InstrumentOf& instrument_of);

}  // namespace clawgate::venues::binance_spot
