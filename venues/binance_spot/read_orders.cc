// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "schemas/strict_json.h"
#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/replies.h"

namespace clawgate::venues::binance_spot {
namespace {

using detail::Failure;
using detail::Object;

constexpr std::size_t kOrdersMax = 10'000;
constexpr std::size_t kTradesMax = 1000;  // the venue's own limit
constexpr std::size_t kFillsMax = 10'000;
constexpr std::size_t kListOrdersMax = 8;

constexpr auto kListStatusWords =
    std::to_array<WordRow<ListStatus>>({{"EXECUTING", ListStatus::Executing},
                                        {"ALL_DONE", ListStatus::AllDone},
                                        {"REJECT", ListStatus::Reject}});

OrderRow order_row(const Object& from) {
  OrderRow row;
  row.symbol = from.symbol("symbol", row.symbol_is_cut);
  row.order_id = from.order_id("orderId");
  row.order_list_id = from.integer("orderListId", -1);
  row.client_order_id = from.id_text<ClientOrderId>("clientOrderId");
  row.price = from.decimal<Px>("price");
  // Of a list's order whose quantity its predecessor decides, absent until it is armed.
  row.orig_qty = from.decimal_or_zero<Qty>("origQty");
  row.executed_qty = from.decimal<Qty>("executedQty");
  const std::int64_t quote = from.raw_decimal("cummulativeQuoteQty", true);
  if (quote >= 0) row.cum_quote = Notional::from_raw(quote);
  row.status = from.word("status", kStatusWords);
  row.tif = value_of(kTifWords, from.text("timeInForce", 32));
  row.type = type_of(from.text("type", 64));
  row.side = from.word("side", kSideWords);
  row.stop_price = from.decimal_or_zero<Px>("stopPrice");
  row.time = from.millis("time");
  row.update_time = from.millis("updateTime");
  row.is_working = from.boolean("isWorking");
  return row;
}

TradeRow trade_row(const Object& from) {
  TradeRow row;
  row.symbol = from.id_text<Symbol>("symbol");
  row.id = from.integer("id", 0);
  row.order_id = from.order_id("orderId");
  row.price = from.decimal<Px>("price");
  row.qty = from.decimal<Qty>("qty");
  row.quote_qty = from.decimal<Notional>("quoteQty");
  row.commission = from.decimal<Qty>("commission");
  row.commission_asset = from.id_text<Asset>("commissionAsset");
  row.time = from.millis("time");
  row.is_buyer = from.boolean("isBuyer");
  row.is_maker = from.boolean("isMaker");
  return row;
}

Fill fill(const Object& from) {
  Fill row;
  row.trade_id = from.integer("tradeId", 0);
  row.price = from.decimal<Px>("price");
  row.qty = from.decimal<Qty>("qty");
  row.commission = from.decimal<Qty>("commission");
  row.commission_asset = from.id_text<Asset>("commissionAsset");
  return row;
}

OrderReply order_reply(const Object& from) {
  OrderReply reply;
  reply.symbol = from.id_text<Symbol>("symbol");
  reply.order_id = from.order_id("orderId");
  reply.order_list_id = from.integer_or("orderListId", -1, -1);
  reply.client_order_id = from.id_text<ClientOrderId>("clientOrderId");
  if (from.has("origClientOrderId")) {
    reply.client_order_id = from.id_text<ClientOrderId>("origClientOrderId");
  }
  reply.transact_time = from.millis("transactTime");
  if (!from.has("status")) return reply;
  reply.status = from.word("status", kStatusWords);
  reply.side = from.word("side", kSideWords);
  reply.orig_qty = from.decimal_or_zero<Qty>("origQty");
  reply.executed_qty = from.decimal<Qty>("executedQty");
  reply.cum_quote = from.decimal<Notional>("cummulativeQuoteQty");
  if (from.has("expiryReason")) {
    const std::string_view word = from.text("expiryReason", 64);
    if (word != kExpiryWords[0]) reply.expiry_reason = Text<40>(printable(word, 40));
  }
  if (from.has("fills")) {
    from.each("fills", kFillsMax, [&](const Object& item) { reply.fills.push_back(fill(item)); });
  }
  return reply;
}

ListReply list_reply(const Object& from) {
  ListReply reply;
  reply.symbol = from.id_text<Symbol>("symbol");
  reply.order_list_id = from.integer("orderListId", 0);
  reply.list_client_order_id = from.id_text<ClientOrderId>("listClientOrderId");
  reply.status = from.word("listOrderStatus", kListStatusWords);
  reply.transaction_time = from.millis("transactionTime");
  from.each("orderReports", kListOrdersMax,
            [&](const Object& item) { reply.orders.push_back(order_reply(item)); });
  return reply;
}

template <class Row, class Read>
Result<Row> one(std::string_view json, Read&& read) {
  Failure failure;
  Row row;
  read_object(json, detail::kReplyBytesMax, failure,
              [&](const Object& object) { row = read(object); });
  if (failure.any()) return failure.error();
  return row;
}

template <class Row, class Read>
Result<std::vector<Row>> many(std::string_view json, std::size_t count_max, Read&& read) {
  Failure failure;
  std::vector<Row> rows;
  read_array(json, detail::kReplyBytesMax, count_max, failure,
             [&](const Object& object) { rows.push_back(read(object)); });
  if (failure.any()) return failure.error();
  return rows;
}

}  // namespace

Result<OrderRow> read_order(std::string_view json) {
  return one<OrderRow>(json, order_row);
}

Result<std::vector<OrderRow>> read_orders(std::string_view json) {
  return many<OrderRow>(json, kOrdersMax, order_row);
}

Result<std::vector<TradeRow>> read_trades(std::string_view json) {
  return many<TradeRow>(json, kTradesMax, trade_row);
}

Result<OrderReply> read_order_reply(std::string_view json) {
  return one<OrderReply>(json, order_reply);
}

Result<ListReply> read_list_reply(std::string_view json) {
  return one<ListReply>(json, list_reply);
}

Result<std::vector<OrderReply>> read_order_replies(std::string_view json) {
  return one<std::vector<OrderReply>>(json, [](const Object& object) {
    if (object.has("orderReports")) return list_reply(object).orders;
    std::vector<OrderReply> single;
    single.push_back(order_reply(object));
    return single;
  });
}

}  // namespace clawgate::venues::binance_spot
