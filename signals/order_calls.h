// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "signals/fold.h"

namespace clawgate::signals {

/// What a name made of order words is.
enum class OrderCall : std::uint8_t {
  No,
  Bare,    // limit_order, order.test, op `order`: a call only where a tool is named
  Trading  // createMarketBuyOrder, order.place, order_market_buy: never anything else
};

/// Exchanges and their libraries name one call in a hundred ways: a verb, a style, a side and the
/// word order, in any sequence. So the words are read, not the names. Nothing else may stand among
/// them ("new order of magnitude"); in front only a server's or an object's name
/// (`exchange.createOrder`), and only in `text` without spaces. Several "new orders" or "limit
/// orders" are things a market has. Allocates nothing.
[[nodiscard]] OrderCall order_call(std::string_view text, const Skeleton& skeleton);

}  // namespace clawgate::signals
