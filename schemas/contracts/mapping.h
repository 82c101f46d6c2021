// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "schemas/contracts/decision.h"
#include "schemas/contracts/execution_gateway.h"
#include "schemas/contracts/execution_report.h"
#include "schemas/contracts/order_intent.h"
#include "schemas/contracts/pre_trade_validator.h"
#include "schemas/limits.h"
#include "schemas/order.h"
#include "schemas/venue.h"

// The core's records as contracts: the only place where one vocabulary turns into the other.

namespace clawgate::contracts {

/// nullopt for take-profits, which the contracts have no word for: they travel inside a list and
/// are never an order of their own.
[[nodiscard]] std::optional<OrderType> order_type_of(OrdType type);
/// An order that expired was cancelled by the venue.
[[nodiscard]] ExecutionStatus execution_status_of(OrdStatus status);
/// open, halt or closed, as market_state speaks.
[[nodiscard]] std::string_view market_status_of(InstrumentStatus status);

/// What a released order needs beside itself to be told to the outside.
struct OrderContext {
  std::string_view signal_intent_id;
  AssetClass asset_class = AssetClass::CryptoSpot;
  Px position_stop;  // of the position that an exit reduces; an entry brings its own
};

/// The first leg, entry or exit, with its stop. The client order id is the order_intent_id and the
/// approval digest the idempotency_key. nullopt when that leg has no word (order_type_of).
[[nodiscard]] std::optional<OrderIntent> order_intent_of(const clawgate::OrderIntent& intent,
                                                         const OrderContext& context);
/// The request half of the gateway's contract. nullopt also when the order has no stop at all.
[[nodiscard]] std::optional<ExecutionGateway> gateway_request_of(
    const clawgate::OrderIntent& intent, const OrderContext& context);

/// Adds what the venue answered. The average price is rounded against the order.
void add_response(ExecutionGateway& order, const clawgate::ExecutionReport& report,
                  std::string_view execution_id, std::string_view trace_id);

/// The gateway's answer as an execution_report: execution_id, filled_quantity and avg_fill_price
/// get their names there. nullopt while the answer lacks one of them or the status.
[[nodiscard]] std::optional<ExecutionReport> report_of(const ExecutionGateway& order,
                                                       std::string_view venue,
                                                       std::string_view gateway_trace_id,
                                                       UnixNanos timestamp);

struct RiskFigures {
  Notional safe_notional;
  Notional budget;
  Notional slippage;
};

/// The verdict on a candidate of a quantity above zero. A venue's rule that is switched off (0)
/// becomes the smallest one there is, since the contract wants each above zero.
[[nodiscard]] PreTradeValidator validator_of(const OrderCandidate& candidate,
                                             const Instrument& instrument, RampLevel level,
                                             ReasonSet blocked, const RiskFigures& figures,
                                             std::string_view asset_profile_version);

/// The question put to a person about one order. In S0 it has no financial side effect and needs no
/// challenge; in S1 and S2 a challenge is pending.
[[nodiscard]] Decision pending_decision_of(const OrderCandidate& candidate,
                                           std::string_view decision_id, UnixNanos created_at,
                                           std::string title, std::string proposal);
/// The yes of that person. A scripted operator is no person. Channel, challenge and signature are
/// the caller's to add: only the edge knows them.
void approve(Decision& decision, const clawgate::OrderIntent& intent);

}  // namespace clawgate::contracts
