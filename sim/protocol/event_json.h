// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/exchange/exchange.h"
#include "sim/protocol/json_writer.h"

namespace clawgate::sim {

/// The event of the user data stream as Binance writes it, without the wrapper that names the
/// subscription: executionReport, listStatus, outboundAccountPosition, balanceUpdate.
[[nodiscard]] std::string user_event_json(const UserEvent& event, const Exchange& exchange,
                                          TimeUnit unit);

/// `{"e":<name>,"E":<time>}`: eventStreamTerminated, serverShutdown.
[[nodiscard]] std::string bare_event_json(std::string_view name, TimeNs time, TimeUnit unit);

/// `{"subscriptionId":<id>,"event":<event>}`
[[nodiscard]] std::string wrapped_event(std::int64_t subscription, std::string_view event);

}  // namespace clawgate::sim
