// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/endpoint.h"

#include <algorithm>
#include <array>

#include "sim/protocol/handlers.h"

namespace clawgate::sim {
namespace {

using handlers::day_weight;
using handlers::depth_weight;
using handlers::price_weight;

constexpr std::string_view kNewOrder =
    "symbol side type timeInForce quantity quoteOrderQty price stopPrice trailingDelta icebergQty "
    "newClientOrderId strategyId strategyType newOrderRespType selfTradePreventionMode "
    "pegPriceType pegOffsetType pegOffsetValue";
constexpr std::string_view kTestOrder =
    "symbol side type timeInForce quantity quoteOrderQty price stopPrice trailingDelta icebergQty "
    "newClientOrderId strategyId strategyType newOrderRespType selfTradePreventionMode "
    "pegPriceType pegOffsetType pegOffsetValue computeCommissionRates";
constexpr std::string_view kReplace =
    "symbol side type timeInForce quantity quoteOrderQty price stopPrice trailingDelta icebergQty "
    "newClientOrderId strategyId strategyType newOrderRespType selfTradePreventionMode "
    "pegPriceType pegOffsetType pegOffsetValue cancelReplaceMode cancelOrderId "
    "cancelOrigClientOrderId cancelNewClientOrderId cancelRestrictions orderRateLimitExceededMode";
constexpr std::string_view kOco =
    "symbol listClientOrderId side quantity newOrderRespType selfTradePreventionMode "
    "aboveType aboveClientOrderId aboveIcebergQty abovePrice aboveStopPrice aboveTrailingDelta "
    "aboveTimeInForce aboveStrategyId aboveStrategyType abovePegPriceType "
    "belowType belowClientOrderId belowIcebergQty belowPrice belowStopPrice belowTrailingDelta "
    "belowTimeInForce belowStrategyId belowStrategyType belowPegPriceType";
constexpr std::string_view kOto =
    "symbol listClientOrderId newOrderRespType selfTradePreventionMode "
    "workingType workingSide workingClientOrderId workingPrice workingQuantity workingIcebergQty "
    "workingTimeInForce workingStrategyId workingStrategyType workingPegPriceType "
    "pendingType pendingSide pendingClientOrderId pendingPrice pendingStopPrice "
    "pendingTrailingDelta pendingQuantity pendingIcebergQty pendingTimeInForce pendingStrategyId "
    "pendingStrategyType pendingPegPriceType";
constexpr std::string_view kOtoco =
    "symbol listClientOrderId newOrderRespType selfTradePreventionMode "
    "workingType workingSide workingClientOrderId workingPrice workingQuantity workingIcebergQty "
    "workingTimeInForce workingStrategyId workingStrategyType workingPegPriceType "
    "pendingSide pendingQuantity "
    "pendingAboveType pendingAboveClientOrderId pendingAbovePrice pendingAboveStopPrice "
    "pendingAboveTrailingDelta pendingAboveIcebergQty pendingAboveTimeInForce "
    "pendingAboveStrategyId pendingAboveStrategyType pendingAbovePegPriceType "
    "pendingBelowType pendingBelowClientOrderId pendingBelowPrice pendingBelowStopPrice "
    "pendingBelowTrailingDelta pendingBelowIcebergQty pendingBelowTimeInForce "
    "pendingBelowStrategyId pendingBelowStrategyType pendingBelowPegPriceType";
constexpr std::string_view kCancel =
    "symbol orderId origClientOrderId newClientOrderId cancelRestrictions";
constexpr std::string_view kKlines = "symbol interval startTime endTime limit";
constexpr std::string_view kTickers = "symbol symbols";

constexpr auto None = Security::None;
constexpr auto UserData = Security::UserData;
constexpr auto Trade = Security::Trade;
constexpr auto Signed = Security::Signed;

// Weights as of binance-spot-api-docs, July 2026.
constexpr auto kEndpoints = std::to_array<Endpoint>({
    {"GET", "/ping", "ping", None, 1, handlers::ping, ""},
    {"GET", "/time", "time", None, 1, handlers::time, ""},
    {"GET", "/exchangeInfo", "exchangeInfo", None, 20, handlers::exchange_info,
     "symbol symbols permissions showPermissionSets symbolStatus"},
    {"GET", "/depth", "depth", None, 5, handlers::depth, "symbol limit symbolStatus", false,
     depth_weight},
    {"GET", "/trades", "trades.recent", None, 25, handlers::trades, "symbol limit"},
    {"GET", "/historicalTrades", "trades.historical", None, 25, handlers::trades,
     "symbol limit fromId"},
    {"GET", "/aggTrades", "trades.aggregate", None, 4, handlers::agg_trades,
     "symbol fromId startTime endTime limit"},
    {"GET", "/klines", "klines", None, 2, handlers::klines, kKlines},
    {"GET", "/uiKlines", "uiKlines", None, 2, handlers::klines, kKlines},
    {"GET", "/avgPrice", "avgPrice", None, 2, handlers::avg_price, "symbol"},
    {"GET", "/referencePrice", "referencePrice", None, 2, handlers::reference_price, "symbol"},
    {"GET", "/ticker/price", "ticker.price", None, 4, handlers::ticker_price, kTickers, false,
     price_weight},
    {"GET", "/ticker/bookTicker", "ticker.book", None, 4, handlers::book_ticker, kTickers, false,
     price_weight},
    {"GET", "/ticker/24hr", "ticker.24hr", None, 80, handlers::ticker_day, "symbol symbols type",
     false, day_weight},

    {"POST", "/order", "order.place", Trade, 1, handlers::place_order, kNewOrder, true},
    {"POST", "/order/test", "order.test", Trade, 1, handlers::test_order, kTestOrder, false,
     handlers::test_weight},
    {"DELETE", "/order", "order.cancel", Trade, 1, handlers::cancel_order, kCancel, true},
    {"DELETE", "/openOrders", "openOrders.cancelAll", Trade, 1, handlers::cancel_open_orders,
     "symbol", true},
    {"POST", "/order/cancelReplace", "order.cancelReplace", Trade, 1, handlers::cancel_replace,
     kReplace, true},
    {"POST", "/orderList/oco", "orderList.place.oco", Trade, 1, handlers::place_oco, kOco, true},
    {"POST", "/orderList/oto", "orderList.place.oto", Trade, 1, handlers::place_oto, kOto, true},
    {"POST", "/orderList/otoco", "orderList.place.otoco", Trade, 1, handlers::place_otoco, kOtoco,
     true},
    {"DELETE", "/orderList", "orderList.cancel", Trade, 1, handlers::cancel_list,
     "symbol orderListId listClientOrderId newClientOrderId", true},

    {"GET", "/order", "order.status", UserData, 4, handlers::get_order,
     "symbol orderId origClientOrderId"},
    {"GET", "/openOrders", "openOrders.status", UserData, 80, handlers::open_orders, "symbol",
     false, handlers::open_orders_weight},
    {"GET", "/allOrders", "allOrders", UserData, 20, handlers::all_orders,
     "symbol orderId startTime endTime limit"},
    {"GET", "/orderList", "orderList.status", UserData, 4, handlers::get_list,
     "orderListId origClientOrderId"},
    {"GET", "/openOrderList", "openOrderLists.status", UserData, 6, handlers::open_lists, ""},
    {"GET", "/allOrderList", "allOrderLists", UserData, 20, handlers::all_lists,
     "fromId startTime endTime limit"},
    {"GET", "/account", "account.status", UserData, 20, handlers::account, "omitZeroBalances"},
    {"GET", "/account/commission", "account.commission", UserData, 20, handlers::commission,
     "symbol"},
    {"GET", "/myTrades", "myTrades", UserData, 20, handlers::my_trades,
     "symbol orderId startTime endTime fromId limit", false, handlers::my_trades_weight},
    {"GET", "/rateLimit/order", "account.rateLimits.orders", UserData, 40, handlers::order_limits,
     ""},

    {"GET", "/sapi/v1/account/apiRestrictions", "", UserData, 1, handlers::api_restrictions, ""},

    {"", "", "session.logon", Signed, 2, handlers::session_logon, ""},
    {"", "", "session.status", None, 2, handlers::session_status, ""},
    {"", "", "session.logout", None, 2, handlers::session_logout, ""},
    {"", "", "session.subscriptions", None, 2, handlers::session_subscriptions, ""},
    {"", "", "userDataStream.subscribe", None, 2, handlers::subscribe, ""},
    {"", "", "userDataStream.subscribe.signature", Signed, 2, handlers::subscribe_signed, ""},
    {"", "", "userDataStream.unsubscribe", None, 2, handlers::unsubscribe, "subscriptionId"},
});

template <class Match>
const Endpoint* find(Match match) {
  const auto found = std::find_if(kEndpoints.begin(), kEndpoints.end(), match);
  return found == kEndpoints.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Endpoint> endpoints() {
  return kEndpoints;
}

const Endpoint* find_rest(std::string_view verb, std::string_view path) {
  return find([&](const Endpoint& row) {
    return !row.verb.empty() && row.verb == verb && row.path == path;
  });
}

bool is_rest_path(std::string_view path) {
  return find([&](const Endpoint& row) { return !row.verb.empty() && row.path == path; }) !=
         nullptr;
}

const Endpoint* find_ws(std::string_view method) {
  constexpr std::string_view kVersion = "v3/";
  if (method.starts_with(kVersion)) method.remove_prefix(kVersion.size());
  if (method.empty()) return nullptr;
  return find([&](const Endpoint& row) { return row.ws_method == method; });
}

}  // namespace clawgate::sim
