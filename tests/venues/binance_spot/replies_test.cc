// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/replies.h"

#include <gtest/gtest.h>

#include "tests/venues/binance_spot/resources.h"

namespace clawgate::venues::binance_spot {
namespace {

template <class D>
D dec(std::string_view text) {
  return D::from_raw(parse_decimal(text).raw);
}

TEST(RepliesTest, AnOrderRow) {
  const OrderRow row = read_order(fixture("order", "partly")).value();
  EXPECT_EQ(row.symbol, "BTCUSDT");
  EXPECT_EQ(row.order_id, 28);
  EXPECT_EQ(row.order_list_id, -1);
  EXPECT_EQ(row.client_order_id, "cg7F2K0001E0");
  EXPECT_EQ(row.price, Px::of(52'000));
  EXPECT_EQ(row.orig_qty, dec<Qty>("0.01"));
  EXPECT_EQ(row.executed_qty, dec<Qty>("0.004"));
  EXPECT_EQ(row.cum_quote, dec<Notional>("207.6"));
  EXPECT_EQ(row.status, OrdStatus::PartiallyFilled);
  EXPECT_EQ(row.type, OrdType::Limit);
  EXPECT_EQ(row.tif, TimeInForce::Gtc);
  EXPECT_EQ(row.side, Side::Buy);
  EXPECT_EQ(row.time, UnixNanos(1'660'801'715'639 * kNanosPerMilli));
  EXPECT_EQ(row.update_time, UnixNanos(1'660'801'717'945 * kNanosPerMilli));
  EXPECT_TRUE(row.is_working);
}

TEST(RepliesTest, AnOldOrderHasNoQuoteAndADriftedOneNoType) {
  EXPECT_EQ(read_order(fixture("order", "old")).value().cum_quote, std::nullopt);
  const OrderRow drifted = read_order(fixture("order", "drift-new_type")).value();
  EXPECT_EQ(drifted.type, std::nullopt);
  EXPECT_EQ(drifted.tif, std::nullopt);
}

TEST(RepliesTest, ListsOfOrdersNameTheRowThatFails) {
  const std::string good = fixture("order", "partly");
  EXPECT_EQ(read_orders("[" + good + "," + good + "]").value().size(), 2U);
  EXPECT_TRUE(read_orders("[]").value().empty());
  std::string bad = good;
  bad.replace(bad.find("PARTIALLY_FILLED"), 16, "HALF_FILLED");
  const auto orders = read_orders("[" + good + "," + bad + "]");
  ASSERT_FALSE(orders.has_value());
  EXPECT_EQ(orders.error().field, "/1/status");
  EXPECT_EQ(orders.error().seen, "HALF_FILLED");
}

// Another people's order: ours is never cut, so it is none of ours whatever is left of the name.
TEST(RepliesTest, ASymbolLongerThanOursIsCutAtACharacter) {
  const auto symbol_of = [](const std::string& name) {
    std::string text = fixture("order", "partly");
    text.replace(text.find("BTCUSDT"), 7, name);
    const OrderRow row = read_order(text).value();
    return std::pair(std::string(row.symbol.view()), row.symbol_is_cut);
  };
  const std::string ours(20, 'A');
  EXPECT_EQ(symbol_of(ours), std::pair(ours, false));
  EXPECT_EQ(symbol_of(ours + "B"), std::pair(ours, true));
  const std::string name = std::string(18, 'A') + "\u5E01";  // three bytes
  EXPECT_EQ(symbol_of(name + "USDT"), std::pair(std::string(18, 'A'), true));
}

TEST(RepliesTest, Trades) {
  const auto trades = read_trades(fixture("my_trades", "two")).value();
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[0].id, 28457);
  EXPECT_EQ(trades[0].order_id, 100234);
  EXPECT_EQ(trades[0].price, dec<Px>("52000.1"));
  EXPECT_EQ(trades[0].qty, dec<Qty>("0.012"));
  EXPECT_EQ(trades[0].quote_qty, dec<Notional>("624.0012"));
  EXPECT_EQ(trades[0].commission, dec<Qty>("0.000012"));
  EXPECT_EQ(trades[0].commission_asset, "BTC");
  EXPECT_TRUE(trades[0].is_buyer);
  EXPECT_FALSE(trades[1].is_buyer);
  EXPECT_FALSE(trades[0].is_maker);
}

TEST(RepliesTest, APlacementWithItsFills) {
  const OrderReply reply = read_order_reply(fixture("order_reply", "full")).value();
  EXPECT_EQ(reply.status, OrdStatus::Filled);
  EXPECT_EQ(reply.side, Side::Buy);
  EXPECT_EQ(reply.executed_qty, dec<Qty>("0.01"));
  EXPECT_EQ(reply.cum_quote, Notional::of(520));
  ASSERT_EQ(reply.fills.size(), 1U);
  EXPECT_EQ(reply.fills[0].trade_id, 56);
  EXPECT_EQ(reply.fills[0].commission, dec<Qty>("0.00001"));
  const OrderReply ack = read_order_reply(fixture("order_reply", "ack")).value();
  EXPECT_EQ(ack.status, std::nullopt);
  EXPECT_EQ(ack.order_id, 28);
  EXPECT_EQ(read_order_reply(fixture("order_reply", "expired")).value().expiry_reason,
            "UNFILLED_FOK_ORDER_EXPIRED");
}

TEST(RepliesTest, ACancelIsAboutTheOrderAndNotAboutItself) {
  const OrderReply reply = read_order_reply(fixture("order_reply", "cancelled")).value();
  EXPECT_EQ(reply.client_order_id, "cg7F2K0001E0");
  EXPECT_EQ(reply.status, OrdStatus::Canceled);
}

TEST(RepliesTest, AList) {
  const ListReply list = read_list_reply(fixture("list_reply", "otoco")).value();
  EXPECT_EQ(list.order_list_id, 8);
  EXPECT_EQ(list.list_client_order_id, "cg7F2K0001L0");
  EXPECT_EQ(list.status, ListStatus::Executing);
  ASSERT_EQ(list.orders.size(), 3U);
  EXPECT_EQ(list.orders[0].fills.size(), 1U);
  EXPECT_EQ(list.orders[1].status, OrdStatus::PendingNew);
  EXPECT_EQ(list.orders[1].side, Side::Sell);
}

TEST(RepliesTest, EitherShapeOfAnAnswerAboutOrders) {
  EXPECT_EQ(read_order_replies(fixture("list_reply", "otoco")).value().size(), 3U);
  EXPECT_EQ(read_order_replies(fixture("order_reply", "full")).value().size(), 1U);
}

TEST(RepliesTest, AccountAndWhatItLeavesOut) {
  const AccountRow row = read_account(fixture("account", "usual")).value();
  EXPECT_TRUE(row.can_trade);
  EXPECT_EQ(row.uid, 354937868);
  ASSERT_EQ(row.balances.size(), 2U);
  EXPECT_EQ(row.balances[0].free, dec<Qty>("4723846.89208129"));
  EXPECT_EQ(row.balances[1].locked, Qty::of(520));
  for (const std::string_view name : {"large", "long_name"}) {
    const AccountRow partly = read_account(fixture("account", name)).value();
    EXPECT_EQ(partly.left_out, 1U);
    ASSERT_EQ(partly.balances.size(), 1U);
    EXPECT_EQ(partly.balances[0].asset, "USDT");
  }
}

TEST(RepliesTest, CommissionAddsEveryLayerAndTheDearerSide) {
  const CommissionRow three = read_commission(fixture("commission", "three_layers")).value();
  EXPECT_EQ(three.maker, Rate::from_raw(3 * (10 + 40)));
  EXPECT_EQ(three.taker, Rate::from_raw(3 * (20 + 40)));
  const CommissionRow one = read_commission(fixture("commission", "one_layer")).value();
  EXPECT_EQ(one.taker, Rate::from_raw(60));
}

TEST(RepliesTest, RulesOfASymbol) {
  const ExchangeInfo info =
      read_exchange_info(fixture("exchange_info", "btcusdt"), any_instrument).value();
  EXPECT_EQ(info.server_time, UnixNanos(1'565'246'363'776 * kNanosPerMilli));
  ASSERT_EQ(info.rate_limits.size(), 4U);
  EXPECT_EQ(info.rate_limits[1], (RateLimit{RateKind::Orders, RateUnit::Second, 10, 100}));
  EXPECT_EQ(info.unknown_filters, 0U);
  ASSERT_EQ(info.instruments.size(), 1U);
  const Instrument& row = info.instruments[0];
  EXPECT_EQ(row.id, InstrumentId(3));
  EXPECT_EQ(row.symbol, "BTCUSDT");
  EXPECT_EQ(row.base, "BTC");
  EXPECT_EQ(row.quote, "USDT");
  EXPECT_EQ(row.status, InstrumentStatus::Trading);
  EXPECT_EQ(row.order_types, 1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256);
  const Filters& filters = row.filters;
  EXPECT_EQ(filters.tick, dec<Px>("0.01"));
  EXPECT_EQ(filters.max_px, Px::of(1'000'000));
  EXPECT_EQ(filters.step, dec<Qty>("0.00001"));
  EXPECT_EQ(filters.max_qty, Qty::of(9000));
  EXPECT_EQ(filters.market_max_qty, dec<Qty>("107.49845488"));
  EXPECT_TRUE(filters.market_step.is_zero());
  EXPECT_EQ(filters.notional_min, Notional::of(5));
  EXPECT_TRUE(filters.notional_min_on_market);
  EXPECT_EQ(filters.notional_max, Notional::of(9'000'000));
  EXPECT_FALSE(filters.notional_max_on_market);
  EXPECT_EQ(filters.bid_percent_up, dec<Rate>("5"));
  EXPECT_EQ(filters.ask_percent_down, dec<Rate>("0.2"));
  EXPECT_EQ(filters.max_num_orders, 200);
  EXPECT_EQ(filters.max_num_algo_orders, 5);
}

TEST(RepliesTest, NewWordsAreCountedAndSafe) {
  const ExchangeInfo info =
      read_exchange_info(fixture("exchange_info", "drift-new_words"), any_instrument).value();
  EXPECT_EQ(info.unknown_filters, 2U);
  EXPECT_EQ(info.instruments.at(0).status, InstrumentStatus::Unknown);
  EXPECT_EQ(info.rate_limits.size(), 4U);
}

TEST(RepliesTest, SymbolsThatAreNotOursMayBeAnything) {
  std::string text = fixture("exchange_info", "btcusdt");
  const std::string foreign = R"("symbols": [{"symbol":"SOMETHING_WITH_A_VERY_LONG_NAME"},)";
  text.replace(text.find("\"symbols\": ["), 12, foreign);
  const auto ours = [](std::string_view symbol) -> std::optional<InstrumentId> {
    if (symbol == "BTCUSDT") return InstrumentId(1);
    return std::nullopt;
  };
  const ExchangeInfo info = read_exchange_info(text, ours).value();
  EXPECT_EQ(info.unlisted, 1U);
  EXPECT_EQ(info.instruments.size(), 1U);
}

TEST(RepliesTest, ABoundBeyondOurRangeIsNoBound) {
  std::string text = fixture("exchange_info", "btcusdt");
  text.replace(text.find("9000.00000000"), 13, "99999999999999.00000000");
  const ExchangeInfo info = read_exchange_info(text, any_instrument).value();
  EXPECT_EQ(info.instruments.at(0).filters.max_qty.raw(), std::numeric_limits<std::int64_t>::max());
}

TEST(RepliesTest, ASymbolThatMayNotBeTradedIsHalted) {
  std::string text = fixture("exchange_info", "btcusdt");
  text.replace(text.find("\"isSpotTradingAllowed\": true"), 28, "\"isSpotTradingAllowed\":false");
  EXPECT_EQ(read_exchange_info(text, any_instrument).value().instruments.at(0).status,
            InstrumentStatus::Halt);
}

TEST(RepliesTest, SmallAnswers) {
  EXPECT_EQ(read_server_time(fixture("server_time", "ms")).value(),
            UnixNanos(1'499'827'319'559 * kNanosPerMilli));
  const AvgPrice average = read_avg_price(fixture("avg_price", "five_minutes")).value();
  EXPECT_EQ(average.minutes, 5);
  EXPECT_EQ(average.price, dec<Px>("52000.35751067"));
  const auto average_of = [](const std::string& price) {
    return read_avg_price(R"({"mins":5,"price":")" + price + R"(","closeTime":1})");
  };
  EXPECT_EQ(average_of("-0.00000001").error().field, "/price");
  EXPECT_TRUE(average_of("0").value().price.is_zero()) << "nothing was traded yet";
  EXPECT_EQ(read_subscription(fixture("subscription", "first")).value(), 0);
  EXPECT_EQ(read_subscriptions(fixture("subscriptions", "two")).value(),
            (std::vector<std::int64_t>{0, 1}));
  EXPECT_TRUE(read_subscriptions(fixture("subscriptions", "none")).value().empty());
  EXPECT_TRUE(read_logon(fixture("logon", "new")).value().user_data_stream);
}

TEST(WsFrameTest, AnAnswerWithItsCounts) {
  const std::string text = fixture("ws_frame", "result");
  const auto frame = read_ws_frame(text).value();
  const auto& reply = std::get<WsReply>(frame);
  EXPECT_EQ(reply.id, 7U);
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.error.has_value());
  EXPECT_EQ(read_order_reply(reply.result).value().fills.size(), 1U);
  const std::vector<RateCount> counts = {{RateKind::Orders, RateUnit::Second, 10, 12},
                                         {RateKind::RequestWeight, RateUnit::Minute, 1, 321}};
  EXPECT_EQ(reply.rate_limits, counts);
}

TEST(WsFrameTest, ErrorsAndTheMomentToTryAgain) {
  const auto refused = std::get<WsReply>(read_ws_frame(fixture("ws_frame", "refused")).value());
  EXPECT_EQ(refused.error->code, -2010);
  EXPECT_EQ(refused.error->status, 400);
  EXPECT_TRUE(refused.result.empty());
  const auto banned = std::get<WsReply>(read_ws_frame(fixture("ws_frame", "throttled")).value());
  EXPECT_EQ(banned.error->status, 418);
  EXPECT_EQ(banned.error->wait_ns, (1'659'146'400'000 - 1'659'142'907'531) * kNanosPerMilli);
  // Of its clock alone nobody can say how long.
  const auto alone = std::get<WsReply>(
      read_ws_frame(
          R"({"id":1,"status":418,"error":{"code":-1003,"msg":"x","data":{"retryAfter":1659146400000}}})")
          .value());
  EXPECT_EQ(alone.error->wait_ns, std::nullopt);
  const auto revoked = std::get<WsReply>(read_ws_frame(fixture("ws_frame", "key_revoked")).value());
  EXPECT_EQ(revoked.id, std::nullopt);
  EXPECT_EQ(revoked.error->code, -2015);
}

TEST(WsFrameTest, EventsAndTheEndOfAServer) {
  const std::string text = fixture("ws_frame", "event");
  const auto event = std::get<UserFrame>(read_ws_frame(text).value());
  EXPECT_EQ(event.subscription_id, 0);
  EXPECT_TRUE(event.event.starts_with('{') && event.event.ends_with('}'));
  EXPECT_TRUE(
      std::holds_alternative<WsShutdown>(read_ws_frame(fixture("ws_frame", "shutdown")).value()));
}

TEST(WsFrameTest, TheResultIsCutOutWhereverItStands) {
  const std::pair<std::string, std::string> rows[] = {
      {R"({"id":1,"status":200,"result":{}})", "{}"},
      {R"( { "result" : [ {"a":"]}\"" } , 2 ] , "status":200,"id":1 } )",
       R"([ {"a":"]}\"" } , 2 ])"},
      {R"({"x":{"result":5},"id":1,"result":null,"status":200})", "null"},
      {R"({"x":"result","id":1,"result":"a,b}","status":200})", R"("a,b}")"},
      {R"({"id":1,"status":200,"result":12 })", "12"},
  };
  for (const auto& [text, expected] : rows) {
    const auto frame = read_ws_frame(text);
    ASSERT_TRUE(frame.has_value()) << text << to_text(frame.error());
    EXPECT_EQ(std::get<WsReply>(*frame).result, expected);
  }
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
