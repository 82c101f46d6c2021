// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/reason.h"
#include "schemas/strict_json.h"

namespace clawgate::signals {

/// An order, in whatever shape it hides.
struct OrderFound {
  Reason reason = Reason::None;  // DirectOrder..., or JsonTooDeep when the text hides too much
  std::string where;             // JSON pointer; `(json at byte N)`, `(form ...)`: in a text
  std::string seen;
};

/// Looks through the whole tree, and through every text in it for JSON, Python literals, forms
/// (`side=BUY&quantity=1`) and calls. Names and words are compared by their looks (fold.h). A null
/// says nothing. The rules, in the order in which they are reported:
///
///   DirectOrderAction      a member this_action
///   DirectOrderToolCall    a call of buy, sell, buy_crypto, order.place, ...; ports 8002 and 8005
///   DirectOrderDocument    a document or member that claims to be an order_intent
///   DirectOrderFeedItem    message_type operation; signal_type realtime, trade, position
///   DirectOrderSized       a word of action (buy, sell, short, cover, long) and a size, in one
///                          object, above one another, or in objects side by side
///   DirectOrderFields      order_type, time_in_force, client_order_id, leverage, reduce_only,
///                          token_id, or price with executed_at
///   DirectOrderAllocation  positions, target_weights, rebalance, `copied:` sources
///
/// `metadata.reduce_only` of a signal_intent is a caution of our own adapters and is let through
/// when it is a bool. Prose is never an order: "sell half now" says nothing here.
[[nodiscard]] std::optional<OrderFound> find_order(const Json& document);
[[nodiscard]] std::optional<OrderFound> find_order(std::string_view text);

}  // namespace clawgate::signals
