// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schemas/venue.h"
#include "venues/binance_spot/replies.h"
#include "venues/binance_spot/user_events.h"

// Answers of the venue as inputs of the core. Any thread.

namespace clawgate::venues::binance_spot {

/// A query's answer: status and totals. Its trades belong before it.
[[nodiscard]] ExecutionReport status_report(const OrderRow& order, InstrumentId instrument,
                                            const Ours& ours);
/// One trade that a query found. It carries no totals: the order's status follows it.
[[nodiscard]] ExecutionReport trade_report(const TradeRow& trade,
                                           const ClientOrderId& client_order_id,
                                           InstrumentId instrument, const Ours& ours);
/// What a placement or a cancel answered about one order: its fills, then its status. Without a
/// status (a bare acknowledgement) one New.
void append_reports(const OrderReply& reply, Side side, InstrumentId instrument, const Ours& ours,
                    std::vector<ExecutionReport>& out);
/// The venue knows no such order. Not evidence of absence.
[[nodiscard]] ExecutionReport not_found_report(const ClientOrderId& client_order_id,
                                               InstrumentId instrument, AccountId account,
                                               UnixNanos now);
/// The venue refused a placement and certainly executed nothing of it.
[[nodiscard]] ExecutionReport rejected_report(const Leg& leg, const VenueError& error,
                                              InstrumentId instrument, AccountId account,
                                              UnixNanos now);

}  // namespace clawgate::venues::binance_spot
