// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/core/result.h"
#include "schemas/instrument.h"
#include "schemas/venue.h"
#include "venues/binance_spot/rate.h"
#include "venues/binance_spot/venue_error.h"

// The venue's answers as values of ours. The same readers serve a REST body and the `result` of a
// WebSocket frame. Decimals are read as exact text and refused when they do not fit; ids are
// integers; members we do not know are passed over; a member seen twice is refused. Every failure
// is an Error that names the field as a JSON pointer. All times stay on the venue's clock.
// Any thread.

namespace clawgate::venues::binance_spot {

/// Which of our instruments a symbol is; nullopt for one we do not trade.
using InstrumentOf = std::function<std::optional<InstrumentId>(std::string_view symbol)>;

// --- WebSocket API frames ---------------------------------------------------------------------

struct WsReply {
  std::optional<std::uint64_t> id;  // nullopt: about the connection, such as a revoked key
  int status = 0;
  std::string_view result;  // raw JSON inside the frame's text; empty beside an error
  std::optional<VenueError> error;
  std::vector<RateCount> rate_limits;
};
struct UserFrame {
  std::int64_t subscription_id = 0;
  std::string_view event;  // raw JSON inside the frame's text, for read_user_event
};
struct WsShutdown {};  // this connection ends soon: open another one now

using WsFrame = std::variant<WsReply, UserFrame, WsShutdown>;

/// Views in the answer point into `text`.
[[nodiscard]] Result<WsFrame> read_ws_frame(std::string_view text);

// --- Orders and trades ------------------------------------------------------------------------

/// One order as a query tells it.
struct OrderRow {
  Symbol symbol;
  bool symbol_is_cut = false;  // it is longer than any of ours, and cut
  std::int64_t order_id = 0;
  std::int64_t order_list_id = -1;
  ClientOrderId client_order_id;
  Side side = Side::Buy;
  OrdStatus status = OrdStatus::New;
  std::optional<OrdType> type;     // nullopt: one we never send
  std::optional<TimeInForce> tif;  // nullopt: one we never send
  Px price;
  Px stop_price;
  Qty orig_qty;
  Qty executed_qty;
  std::optional<Notional> cum_quote;  // nullopt: the venue has it no more (very old orders)
  UnixNanos time;
  UnixNanos update_time;
  bool is_working = false;
};
[[nodiscard]] Result<OrderRow> read_order(std::string_view json);
[[nodiscard]] Result<std::vector<OrderRow>> read_orders(std::string_view json);

struct TradeRow {
  Symbol symbol;
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  Px price;
  Qty qty;
  Notional quote_qty;
  Qty commission;
  Asset commission_asset;
  UnixNanos time;
  bool is_buyer = false;
  bool is_maker = false;
};
[[nodiscard]] Result<std::vector<TradeRow>> read_trades(std::string_view json);

struct Fill {
  std::int64_t trade_id = 0;
  Px price;
  Qty qty;
  Qty commission;
  Asset commission_asset;
};

/// What a placement or a cancel answers about one order.
struct OrderReply {
  Symbol symbol;
  std::int64_t order_id = 0;
  std::int64_t order_list_id = -1;
  ClientOrderId client_order_id;  // of the order; of a cancel's answer not the cancel's own id
  UnixNanos transact_time;
  std::optional<OrdStatus> status;  // nullopt: a bare acknowledgement, and then so is the rest
  std::optional<Side> side;
  Qty orig_qty;
  Qty executed_qty;
  Notional cum_quote;
  Text<40> expiry_reason;  // the venue's word; empty when none
  std::vector<Fill> fills;
};
[[nodiscard]] Result<OrderReply> read_order_reply(std::string_view json);

enum class ListStatus : std::uint8_t { Executing, AllDone, Reject };

struct ListReply {
  Symbol symbol;
  std::int64_t order_list_id = 0;
  ClientOrderId list_client_order_id;
  ListStatus status = ListStatus::Executing;
  UnixNanos transaction_time;
  std::vector<OrderReply> orders;
};
[[nodiscard]] Result<ListReply> read_list_reply(std::string_view json);

/// Either of the two: cancelling one order of a list answers with the whole list.
[[nodiscard]] Result<std::vector<OrderReply>> read_order_replies(std::string_view json);

// --- Account ----------------------------------------------------------------------------------

struct BalanceRow {
  Asset asset;
  Qty free;
  Qty locked;
};
struct AccountRow {
  bool can_trade = false;
  std::int64_t uid = 0;
  UnixNanos update_time;
  std::vector<BalanceRow> balances;
  /// Balances in assets whose name or amount does not fit our types: none that we trade.
  std::uint32_t left_out = 0;
};
[[nodiscard]] Result<AccountRow> read_account(std::string_view json);

/// What trading one symbol costs in the asset received, all layers added: the worst case, without
/// any discount.
struct CommissionRow {
  Symbol symbol;
  Rate maker;
  Rate taker;
};
[[nodiscard]] Result<CommissionRow> read_commission(std::string_view json);

// --- Rules and clock --------------------------------------------------------------------------

struct ExchangeInfo {
  UnixNanos server_time;
  std::vector<RateLimit> rate_limits;
  std::vector<Instrument> instruments;  // fees are 0: they come with the commission
  std::uint32_t unknown_filters = 0;    // filters, statuses and order types we have no word for
  std::uint32_t unlisted = 0;           // symbols that are not ours
};
/// A symbol of ours without PRICE_FILTER, LOT_SIZE, or both MIN_NOTIONAL and NOTIONAL is an Error.
[[nodiscard]] Result<ExchangeInfo> read_exchange_info(std::string_view json,
                                                      const InstrumentOf& instrument_of);

[[nodiscard]] Result<UnixNanos> read_server_time(std::string_view json);

struct AvgPrice {
  std::int64_t minutes = 0;
  Px price;
  UnixNanos close_time;
};
[[nodiscard]] Result<AvgPrice> read_avg_price(std::string_view json);

struct Logon {
  UnixNanos authorized_since;
  bool user_data_stream = false;
};
[[nodiscard]] Result<Logon> read_logon(std::string_view json);
/// The id that marks the events of the subscription.
[[nodiscard]] Result<std::int64_t> read_subscription(std::string_view json);
/// The ids of all that are active on the WebSocket.
[[nodiscard]] Result<std::vector<std::int64_t>> read_subscriptions(std::string_view json);

}  // namespace clawgate::venues::binance_spot
