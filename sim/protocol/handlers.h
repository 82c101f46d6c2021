// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/protocol/call.h"

// What each endpoint does. All of them: read parameters, then for signed ones Call::admit(), for
// orders and cancels Call::forward(), then ask the exchange and write the answer.

namespace clawgate::sim {

namespace handlers {

// general_handlers.cc
[[nodiscard]] Reply ping(Call& call);
[[nodiscard]] Reply time(Call& call);
[[nodiscard]] Reply exchange_info(Call& call);

// market_handlers.cc
[[nodiscard]] Reply depth(Call& call);
[[nodiscard]] Reply trades(Call& call);
[[nodiscard]] Reply agg_trades(Call& call);
[[nodiscard]] Reply klines(Call& call);
[[nodiscard]] Reply avg_price(Call& call);
[[nodiscard]] Reply reference_price(Call& call);
[[nodiscard]] std::int64_t depth_weight(const Parameters& params);

// ticker_handlers.cc
[[nodiscard]] Reply ticker_price(Call& call);
[[nodiscard]] Reply book_ticker(Call& call);
[[nodiscard]] Reply ticker_day(Call& call);
[[nodiscard]] std::int64_t price_weight(const Parameters& params);
[[nodiscard]] std::int64_t day_weight(const Parameters& params);

// order_handlers.cc
[[nodiscard]] Reply place_order(Call& call);
[[nodiscard]] Reply test_order(Call& call);
[[nodiscard]] std::int64_t test_weight(const Parameters& params);
[[nodiscard]] Reply cancel_order(Call& call);
[[nodiscard]] Reply cancel_open_orders(Call& call);
[[nodiscard]] Reply cancel_replace(Call& call);  // replace_handler.cc

// list_handlers.cc
[[nodiscard]] Reply place_oco(Call& call);
[[nodiscard]] Reply place_oto(Call& call);
[[nodiscard]] Reply place_otoco(Call& call);
[[nodiscard]] Reply cancel_list(Call& call);
[[nodiscard]] Reply get_list(Call& call);
[[nodiscard]] Reply open_lists(Call& call);
[[nodiscard]] Reply all_lists(Call& call);

// account_handlers.cc
[[nodiscard]] Reply get_order(Call& call);
[[nodiscard]] Reply open_orders(Call& call);
[[nodiscard]] std::int64_t open_orders_weight(const Parameters& params);
[[nodiscard]] Reply all_orders(Call& call);
[[nodiscard]] Reply my_trades(Call& call);
[[nodiscard]] std::int64_t my_trades_weight(const Parameters& params);
[[nodiscard]] Reply account(Call& call);
[[nodiscard]] Reply commission(Call& call);
[[nodiscard]] Reply order_limits(Call& call);

// key_handlers.cc
[[nodiscard]] Reply api_restrictions(Call& call);

// session_handlers.cc, WebSocket only
[[nodiscard]] Reply session_logon(Call& call);
[[nodiscard]] Reply session_status(Call& call);
[[nodiscard]] Reply session_logout(Call& call);
[[nodiscard]] Reply session_subscriptions(Call& call);
[[nodiscard]] Reply subscribe(Call& call);
[[nodiscard]] Reply subscribe_signed(Call& call);
[[nodiscard]] Reply unsubscribe(Call& call);

}  // namespace handlers

/// -1102 without a symbol, -1121 for one that is not listed.
[[nodiscard]] SymbolId read_symbol(Call& call, ParameterReader& in);
/// `limit`, at most `most`.
[[nodiscard]] std::size_t read_limit(ParameterReader& in, std::size_t standard, std::size_t most);

struct SymbolChoice {
  std::vector<SymbolId> symbols;
  bool one = false;  // asked by `symbol`: answered as an object, not an array
};
/// `symbol`, or `symbols` as a JSON array, or all of them; both: -1128.
[[nodiscard]] SymbolChoice read_symbols(Call& call, ParameterReader& in);

/// What `startTime`, `endTime`, a first id and `limit` choose from rows that are oldest first: with
/// a start or an id the oldest, else the newest.
struct Choice {
  std::optional<TimeNs> start;
  std::optional<TimeNs> end;
  std::optional<std::int64_t> from;
  std::size_t limit = 500;
};
/// -1127 when the times are more than 24 hours apart.
[[nodiscard]] Choice read_choice(ParameterReader& in, std::string_view from_name);

template <class Row, class TimeOf, class IdOf>
[[nodiscard]] std::vector<Row> chosen(std::vector<Row> rows, const Choice& choice, TimeOf time_of,
                                      IdOf id_of) {
  std::erase_if(rows, [&](const Row& row) {
    return (choice.start && time_of(row) < *choice.start) ||
           (choice.end && time_of(row) > *choice.end) || (choice.from && id_of(row) < *choice.from);
  });
  if (rows.size() <= choice.limit) return rows;
  const auto spare = static_cast<std::ptrdiff_t>(rows.size() - choice.limit);
  if (choice.start || choice.from) {
    rows.erase(rows.end() - spare, rows.end());
  } else {
    rows.erase(rows.begin(), rows.begin() + spare);
  }
  return rows;
}

}  // namespace clawgate::sim
