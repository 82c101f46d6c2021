// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/call.h"

#include <array>
#include <optional>

#include "schemas/core/assert.h"
#include "schemas/strict_json.h"
#include "venues/binance_spot/words.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr auto kNone = Security::None;
constexpr auto kSigned = Security::Signed;
constexpr auto kAlways = Security::AlwaysSigned;
constexpr auto kFirst = Priority::Cancel;
constexpr auto kMiddle = Priority::Query;
constexpr auto kLast = Priority::Entry;
constexpr auto kClock = Priority::Clock;
constexpr auto kMarket = Priority::Market;
constexpr auto kGuard = Priority::Protect;  // entries are lists, so a single order protects

enum class Kind : std::uint8_t {
  Order,
  Oto,
  Otoco,
  Cancel,
  QueryOrder,
  OpenOrders,
  OpenOrdersAll,
  AllOrders,
  MyTrades,
  TradesOfOrder,
  Account,
  Commission,
  ExchangeInfo,
  Time,
  AvgPrice,
  Depth100,
  Depth500,
  Depth1000,
  Depth5000,
  Logon,
  Subscribe,
  SubscribeSigned,
  Subscriptions,
  KeyRestrictions,
};

// name, REST, WebSocket method, security, weight, orders charged, is a write, priority, the clock
constexpr auto kCalls = std::to_array<CallInfo>({
    {"order", "POST", "/v3/order", "order.place", kSigned, 1, 1, true, kGuard},
    {"oto", "POST", "/v3/orderList/oto", "orderList.place.oto", kSigned, 1, 2, true, kLast},
    {"otoco", "POST", "/v3/orderList/otoco", "orderList.place.otoco", kSigned, 1, 3, true, kLast},
    {"cancel", "DELETE", "/v3/order", "order.cancel", kSigned, 1, 0, true, kFirst},
    {"query_order", "GET", "/v3/order", "order.status", kSigned, 4, 0, false, kMiddle},
    {"open_orders", "GET", "/v3/openOrders", "openOrders.status", kSigned, 6, 0, false, kMiddle},
    {"open_orders_all", "GET", "/v3/openOrders", "openOrders.status", kSigned, 80, 0, false,
     kMiddle},
    {"all_orders", "GET", "/v3/allOrders", "allOrders", kSigned, 20, 0, false, kMiddle},
    {"my_trades", "GET", "/v3/myTrades", "myTrades", kSigned, 20, 0, false, kMiddle},
    {"trades_of_order", "GET", "/v3/myTrades", "myTrades", kSigned, 5, 0, false, kMiddle},
    {"account", "GET", "/v3/account", "account.status", kSigned, 20, 0, false, kMiddle},
    {"commission", "GET", "/v3/account/commission", "account.commission", kSigned, 20, 0, false,
     kMiddle},
    {"exchange_info", "GET", "/v3/exchangeInfo", "exchangeInfo", kNone, 20, 0, false, kMiddle},
    {"time", "GET", "/v3/time", "time", kNone, 1, 0, false, kClock},
    {"avg_price", "GET", "/v3/avgPrice", "avgPrice", kNone, 2, 0, false, kMarket},
    {"depth_100", "GET", "/v3/depth", "depth", kNone, 5, 0, false, kMarket},
    {"depth_500", "GET", "/v3/depth", "depth", kNone, 25, 0, false, kMarket},
    {"depth_1000", "GET", "/v3/depth", "depth", kNone, 50, 0, false, kMarket},
    {"depth_5000", "GET", "/v3/depth", "depth", kNone, 250, 0, false, kMarket},
    {"logon", "", "", "session.logon", kAlways, 2, 0, false, kMiddle},
    {"subscribe", "", "", "userDataStream.subscribe", kNone, 2, 0, false, kMiddle},
    {"subscribe_signed", "", "", "userDataStream.subscribe.signature", kAlways, 2, 0, false,
     kMiddle},
    {"subscriptions", "", "", "session.subscriptions", kNone, 2, 0, false, kMiddle},
    {"key_restrictions", "GET", "/sapi/v1/account/apiRestrictions", "", kSigned, 1, 0, false,
     kMiddle},
});
static_assert(kCalls.size() == static_cast<std::size_t>(Kind::KeyRestrictions) + 1);

constexpr std::int64_t kRowsMax = 1'000;  // of allOrders and myTrades

Call a(Kind kind) {
  Call call;
  call.info = &kCalls[static_cast<std::size_t>(kind)];
  return call;
}

/// The parameters of one leg have the same meaning in every place of a list, and another name.
struct LegNames {
  Param type;
  std::optional<Param> side;  // nullopt: said once, for both
  Param id;
  std::optional<Param> quantity;
  Param limit;
  std::optional<Param> trigger;  // nullopt: its type has none
  Param tif;
};
constexpr LegNames kSingle{Param::Type,  Param::Side,      Param::NewClientOrderId, Param::Quantity,
                           Param::Price, Param::StopPrice, Param::TimeInForce};
constexpr LegNames kWorking{
    Param::WorkingType,  Param::WorkingSide, Param::WorkingClientOrderId, Param::WorkingQuantity,
    Param::WorkingPrice, std::nullopt,       Param::WorkingTimeInForce};
constexpr LegNames kPending{Param::PendingType,          Param::PendingSide,
                            Param::PendingClientOrderId, Param::PendingQuantity,
                            Param::PendingPrice,         Param::PendingStopPrice,
                            Param::PendingTimeInForce};
constexpr LegNames kAbove{Param::PendingAboveType,          std::nullopt,
                          Param::PendingAboveClientOrderId, std::nullopt,
                          Param::PendingAbovePrice,         Param::PendingAboveStopPrice,
                          Param::PendingAboveTimeInForce};
constexpr LegNames kBelow{Param::PendingBelowType,          std::nullopt,
                          Param::PendingBelowClientOrderId, std::nullopt,
                          Param::PendingBelowPrice,         Param::PendingBelowStopPrice,
                          Param::PendingBelowTimeInForce};

void put_leg(Call& call, const LegNames& names, const Leg& leg) {
  const TypeRow& row = row_of(leg.type);
  Params& params = call.params;
  params.put_plain(names.type, row.word);
  if (names.side) params.put_plain(*names.side, word_of(kSideWords, leg.side));
  params.put(names.id, leg.client_order_id.view());
  if (names.quantity) params.put(*names.quantity, leg.qty);
  if (row.has_limit) params.put(names.limit, leg.limit);
  CLAWGATE_ASSERT(!row.has_trigger || names.trigger);
  if (row.has_trigger) params.put(*names.trigger, leg.trigger);
  if (row.has_tif) params.put_plain(names.tif, word_of(kTifWords, leg.tif));
}

Call on(Kind kind, const Symbol& symbol) {
  Call call = a(kind);
  call.params.put(Param::Symbol, symbol.view());
  return call;
}

Call list_of(Kind kind, const Symbol& symbol, const Legs& legs, std::string_view list_client_id) {
  CLAWGATE_ASSERT(legs[0].type == OrdType::Limit || legs[0].type == OrdType::LimitMaker);
  Call call = on(kind, symbol);
  call.params.put(Param::ListClientOrderId, list_client_id);
  call.params.put_plain(Param::NewOrderRespType, "FULL");
  put_leg(call, kWorking, legs[0]);
  return call;
}

Call single(const Symbol& symbol, const Leg& leg) {
  Call call = on(Kind::Order, symbol);
  put_leg(call, kSingle, leg);
  call.params.put_plain(Param::NewOrderRespType, "FULL");
  return call;
}

Call oto(const Symbol& symbol, const Legs& legs, std::string_view list_client_id) {
  Call call = list_of(Kind::Oto, symbol, legs, list_client_id);
  put_leg(call, kPending, legs[1]);
  return call;
}

Call otoco(const Symbol& symbol, const Legs& legs, std::string_view list_client_id) {
  const Leg& stop = legs[1];
  const Leg& profit = legs[2];
  CLAWGATE_ASSERT(stop.side == profit.side && stop.qty == profit.qty);
  Call call = list_of(Kind::Otoco, symbol, legs, list_client_id);
  call.params.put_plain(Param::PendingSide, word_of(kSideWords, stop.side));
  call.params.put(Param::PendingQuantity, stop.qty);
  const bool sells = stop.side == Side::Sell;  // it stops below the market, and profits above
  put_leg(call, kBelow, sells ? stop : profit);
  put_leg(call, kAbove, sells ? profit : stop);
  return call;
}

}  // namespace

Call place(const Symbol& symbol, const Legs& legs, std::string_view list_client_id) {
  CLAWGATE_ASSERT(legs.size() >= 1 && legs.size() <= 3);
  if (legs.size() == 1) return single(symbol, legs[0]);
  return legs.size() == 2 ? oto(symbol, legs, list_client_id) : otoco(symbol, legs, list_client_id);
}

Call cancel(const Symbol& symbol, std::string_view client_order_id, bool only_new) {
  Call call = on(Kind::Cancel, symbol);
  call.params.put(Param::OrigClientOrderId, client_order_id);
  if (only_new) call.params.put_plain(Param::CancelRestrictions, "ONLY_NEW");
  return call;
}

Call query_order(const Symbol& symbol, std::string_view client_order_id) {
  Call call = on(Kind::QueryOrder, symbol);
  call.params.put(Param::OrigClientOrderId, client_order_id);
  return call;
}

Call query_order(const Symbol& symbol, std::int64_t order_id) {
  Call call = on(Kind::QueryOrder, symbol);
  call.params.put_number(Param::OrderId, order_id);
  return call;
}

Call open_orders(const Symbol& symbol) {
  return on(Kind::OpenOrders, symbol);
}

Call open_orders_all() {
  return a(Kind::OpenOrdersAll);
}

Call newest_orders(const Symbol& symbol, std::int64_t count) {
  CLAWGATE_ASSERT(count >= 1 && count <= 1000);
  Call call = on(Kind::AllOrders, symbol);
  call.params.put_number(Param::Limit, count);
  return call;
}

Call all_orders(const Symbol& symbol, std::int64_t from_order_id) {
  Call call = on(Kind::AllOrders, symbol);
  call.params.put_number(Param::OrderId, from_order_id);
  call.params.put_number(Param::Limit, kRowsMax);
  return call;
}

Call my_trades(const Symbol& symbol, std::int64_t from_trade_id) {
  Call call = on(Kind::MyTrades, symbol);
  call.params.put_number(Param::FromId, from_trade_id);
  call.params.put_number(Param::Limit, kRowsMax);
  return call;
}

Call trades_of_order(const Symbol& symbol, std::int64_t order_id) {
  Call call = on(Kind::TradesOfOrder, symbol);
  call.params.put_number(Param::OrderId, order_id);
  return call;
}

Call account() {
  return a(Kind::Account);
}

Call commission(const Symbol& symbol) {
  return on(Kind::Commission, symbol);
}

Call exchange_info(std::span<const Symbol> symbols) {
  std::string list = "[";
  for (const Symbol& symbol : symbols) {
    if (list.size() > 1) list += ',';
    append_json_string(list, symbol.view());
  }
  list += ']';
  Call call = a(Kind::ExchangeInfo);
  call.params.put(Param::Symbols, list);
  return call;
}

Call server_time() {
  return a(Kind::Time);
}

Call avg_price(const Symbol& symbol) {
  return on(Kind::AvgPrice, symbol);
}

Call depth(const Symbol& symbol, int limit) {
  CLAWGATE_ASSERT(limit >= 1 && limit <= 5000);
  const Kind kind = limit <= 100    ? Kind::Depth100
                    : limit <= 500  ? Kind::Depth500
                    : limit <= 1000 ? Kind::Depth1000
                                    : Kind::Depth5000;
  Call call = on(kind, symbol);
  call.params.put_number(Param::Limit, limit);
  return call;
}

Call key_restrictions() {
  return a(Kind::KeyRestrictions);
}

Call session_logon() {
  return a(Kind::Logon);
}

Call subscribe_user_data(bool logged_on) {
  return a(logged_on ? Kind::Subscribe : Kind::SubscribeSigned);
}

Call session_subscriptions() {
  return a(Kind::Subscriptions);
}

std::span<const CallInfo> all_calls() {
  return kCalls;
}

}  // namespace clawgate::venues::binance_spot
