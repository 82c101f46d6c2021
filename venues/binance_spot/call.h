// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schemas/ids.h"
#include "schemas/order.h"
#include "venues/binance_spot/params.h"
#include "venues/binance_spot/signer.h"
#include "venues/net/transport.h"

// One request in the venue's terms. How it travels, REST or WebSocket API, is chosen later.
// Source: binance-spot-api-docs of 2026-07-21.

namespace clawgate::venues::binance_spot {

enum class Security : std::uint8_t {
  None,
  Signed,        // signed, but not on a WebSocket that is logged on
  AlwaysSigned,  // what a logon itself, or a subscription without one, is signed with
};

/// Who goes first where a budget of the venue runs low. Clock: the question for the venue's time,
/// without which nobody knows which interval its budgets are in. Market: books and averages.
enum class Priority : std::uint8_t { Cancel, Query, Entry, Protect, Clock, Market };

/// What ends exposure, and what guards it, waits for no budget and for no clock.
[[nodiscard]] constexpr bool always_passes(Priority priority) {
  return priority == Priority::Cancel || priority == Priority::Protect;
}

/// One kind of request: a row of a table.
struct CallInfo {
  std::string_view name;       // ours, for logs and counters
  std::string_view http;       // GET POST DELETE; empty: WebSocket only
  std::string_view path;       // follows the base path: `/v3/order`
  std::string_view ws_method;  // empty: REST only
  Security security = Security::None;
  std::uint16_t weight = 0;  // as documented for a failure; a success of an order costs nothing
  std::uint16_t orders = 0;  // unfilled orders charged
  bool is_write = false;     // its outcome can be unknown in a way that matters
  Priority priority = Priority::Query;
};

struct Call {
  const CallInfo* info = nullptr;
  Params params;
};

/// 1 leg: an order. 2: an OTO of an entry and its stop. 3: an OTOCO of an entry, its stop and its
/// take-profit, both over the same quantity. `list_client_id` is used where there is a list.
[[nodiscard]] Call place(const Symbol& symbol, const Legs& legs, std::string_view list_client_id);
/// `only_new`: refused once it has filled a part, so that it never takes armed stops with it.
[[nodiscard]] Call cancel(const Symbol& symbol, std::string_view client_order_id, bool only_new);
[[nodiscard]] Call query_order(const Symbol& symbol, std::string_view client_order_id);
/// By the venue's id: one that somebody else gave it may be no text that the venue takes back.
[[nodiscard]] Call query_order(const Symbol& symbol, std::int64_t order_id);
[[nodiscard]] Call open_orders(const Symbol& symbol);
[[nodiscard]] Call open_orders_all();
inline constexpr std::size_t kListMax = 1'000;  // rows of one answer of a list
/// Those of the account that were placed last, up to 1000, oldest first.
[[nodiscard]] Call newest_orders(const Symbol& symbol, std::int64_t count);
/// Up to 1000 orders from that id on, oldest first.
[[nodiscard]] Call all_orders(const Symbol& symbol, std::int64_t from_order_id);
/// Up to 1000 trades from that id on, oldest first.
[[nodiscard]] Call my_trades(const Symbol& symbol, std::int64_t from_trade_id);
[[nodiscard]] Call trades_of_order(const Symbol& symbol, std::int64_t order_id);
[[nodiscard]] Call account();  // balances of 0 too: one that fell to 0 is news
[[nodiscard]] Call commission(const Symbol& symbol);
[[nodiscard]] Call exchange_info(std::span<const Symbol> symbols);
[[nodiscard]] Call server_time();
[[nodiscard]] Call avg_price(const Symbol& symbol);
[[nodiscard]] Call depth(const Symbol& symbol, int limit);  // 1..5000
[[nodiscard]] Call key_restrictions();                      // of the wallet, not of /api
[[nodiscard]] Call session_logon();                         // Ed25519 keys only
/// `userDataStream.subscribe` on a WebSocket that is logged on, else `.subscribe.signature`.
[[nodiscard]] Call subscribe_user_data(bool logged_on);
/// Those of the WebSocket that it is asked over.
[[nodiscard]] Call session_subscriptions();

/// Every row, for tables of weights and for tests.
[[nodiscard]] std::span<const CallInfo> all_calls();

/// RFC 3986: everything but letters, digits and `-._~` becomes %XX of its UTF-8 bytes.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The request as it goes over REST, everything in the query. What is signed is exactly what is
/// sent. `base_path` is that of the configured base URL, `/api` at every known deployment.
/// `venue_now` is the venue's clock; `credentials` may be nullptr where no security is asked for.
[[nodiscard]] net::HttpRequest rest_request(const Call& call, std::string_view base_path,
                                            const Credentials* credentials, UnixNanos venue_now,
                                            std::int64_t recv_window_ms);

/// The request as one text frame of the WebSocket API.
[[nodiscard]] std::string ws_request(const Call& call, std::uint64_t id,
                                     const Credentials* credentials, bool logged_on,
                                     UnixNanos venue_now, std::int64_t recv_window_ms);

}  // namespace clawgate::venues::binance_spot
