// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sim/protocol/handlers.h"
#include "sim/protocol/order_json.h"

// Orders as parameters spell them.

namespace clawgate::sim {

/// `prefix` is put before each name ("above" makes "abovePrice"); empty for a plain order. A leg's
/// side and quantity are only read where `own_amount` says that it has its own.
[[nodiscard]] OrderTerms read_terms(ParameterReader& in, std::string_view prefix, bool own_amount);

/// A plain new order; the account is still to be set.
[[nodiscard]] NewOrder read_new_order(Call& call, ParameterReader& in);

[[nodiscard]] ReplyForm read_form(ParameterReader& in, ReplyForm standard);
[[nodiscard]] std::optional<StpMode> read_stp(ParameterReader& in);

/// One order by id or client id; neither is -1102.
[[nodiscard]] OrderRef read_order_ref(ParameterReader& in, SymbolId symbol, std::string_view id,
                                      std::string_view client_id);

/// Makes the order fill before its cancel, when a fault of `place` is due: all of it, or half for
/// CancelOvertakesFill. nullopt when none struck.
[[nodiscard]] std::optional<FaultKind> fill_before_cancel(Call& call, const OrderRef& ref);

}  // namespace clawgate::sim
