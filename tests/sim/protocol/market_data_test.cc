// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/audit/venue_export.h"
#include "sim/exchange/exchange_info.h"
#include "tests/sim/protocol/protocol_desk.h"

namespace clawgate::sim {
namespace {

TEST(MarketDataTest, ExchangeInfoLoadsBackAndPrintsTheSame) {
  ProtocolDesk desk;
  SymbolRules rules = *find_built_in("ETHUSDT");
  rules.status = SymbolStatus::CancelOnly;
  rules.percent_price = {.up = Rate::of(5), .down = bps(2'000)};
  rules.percent_price_by_side.reset();
  rules.min_notional = {.min = Notional::of(10), .apply_to_market = true};
  rules.notional.reset();
  rules.market_lot.reset();
  rules.max_position = Qty::of(7);
  rules.avg_price_mins = 3;
  rules.oco_allowed = false;
  rules.stp_modes = {StpMode::ExpireBoth};
  rules.stp_default = StpMode::ExpireBoth;
  rules.order_types = {OrderType::Limit, OrderType::StopLoss};
  desk.exchange.add_symbol(rules);
  const std::string printed = desk.get("/exchangeInfo").body;
  const auto read = parse_exchange_info(printed);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_TRUE(read->not_enforced.empty());
  ASSERT_EQ(read->symbols.size(), 2U);

  ProtocolDesk again;
  again.exchange.set_rules(again.symbol, read->symbols[0]);
  again.exchange.add_symbol(read->symbols[1]);
  EXPECT_EQ(again.get("/exchangeInfo").body, printed);
  EXPECT_EQ(read->symbols[1].max_position, Qty::of(7));
  EXPECT_EQ(read->symbols[1].percent_price->up, Rate::of(5));
  EXPECT_FALSE(read->symbols[1].lot->step.is_zero());
  EXPECT_FALSE(read->symbols[1].order_types.has(OrderType::Market));
}

TEST(MarketDataTest, ExchangeInfoChooses) {
  ProtocolDesk desk;
  const auto symbols = [&](std::string_view query) {
    return Doc::parse(desk.get("/exchangeInfo" + std::string(query)).body)["symbols"].size();
  };
  EXPECT_EQ(symbols(""), 1U);
  EXPECT_EQ(symbols("?symbols=%5B%22BTCUSDT%22%5D"), 1U);
  EXPECT_EQ(symbols("?permissions=SPOT"), 1U);
  EXPECT_EQ(symbols("?permissions=MARGIN"), 0U);
  EXPECT_EQ(symbols("?symbolStatus=HALT"), 0U);
}

TEST(MarketDataTest, C30OneTakerAtOnePriceIsOneAggregate) {
  ProtocolDesk desk;
  desk.book("49000", "1", "51000", "1");
  const AccountId other = desk.exchange.open_account({});
  ASSERT_TRUE(desk.exchange.deposit(other, desk.exchange.base(desk.symbol), 100'000'000, desk.now));
  for (int i = 0; i < 3; ++i) desk.limit("BUY", "0.1", "50000");
  OrderTerms terms;
  terms.side = Side::Sell;
  terms.type = OrderType::Market;
  terms.quantity = ProtocolDesk::qty("0.3");
  ASSERT_TRUE(desk.exchange.place(NewOrder{other, desk.symbol, terms, std::nullopt}, desk.now));
  const Doc rows = Doc::parse(desk.get("/aggTrades?symbol=BTCUSDT").body);
  ASSERT_EQ(rows.size(), 2U) << rows;  // the first is the outside trade of the set-up
  EXPECT_EQ(rows[1]["l"].get<int>() - rows[1]["f"].get<int>() + 1, 3);
  EXPECT_EQ(rows[1]["q"], "0.30000000");
  EXPECT_EQ(rows[1]["m"], true);
  EXPECT_EQ(Doc::parse(desk.get("/trades?symbol=BTCUSDT").body).size(), 4U);
  EXPECT_EQ(Doc::parse(desk.get("/trades?symbol=BTCUSDT&limit=1").body)[0]["id"], 4);
  EXPECT_EQ(Doc::parse(desk.get("/historicalTrades?symbol=BTCUSDT&fromId=2&limit=1").body)[0]["id"],
            2);
}

// What an outside trade filled of ours is on the tape once, with the rest of it.
TEST(MarketDataTest, TheTapeCountsOutsideVolumeOnce) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.1", "50000.5");
  desk.outside_trade("50000", "0.4", true);
  const Doc day = Doc::parse(desk.get("/ticker/24hr?symbol=BTCUSDT").body);
  EXPECT_EQ(day["volume"], "0.40001000") << day;
  EXPECT_EQ(day["count"], 3);
  EXPECT_EQ(day["highPrice"], "50000.50000000");
  EXPECT_EQ(day["bidPrice"], "50000.00000000");
  EXPECT_EQ(day["priceChangePercent"], "0.000");
}

TEST(MarketDataTest, KlinesFillQuietStretches) {
  ProtocolDesk desk;  // 20 s after a full minute; a trade at 50000
  desk.advance_ms(10'000);
  desk.outside_trade("50100", "0.5", false);
  desk.advance_ms(130'000);
  desk.outside_trade("49900", "0.25", true);
  const Doc bars = Doc::parse(desk.get("/klines?symbol=BTCUSDT&interval=1m").body);
  ASSERT_EQ(bars.size(), 3U) << bars;
  EXPECT_EQ(bars[0][0], kStartMs - 20'000);
  EXPECT_EQ(bars[0][6], kStartMs + 39'999);
  EXPECT_EQ(bars[0][1], "50000.00000000");
  EXPECT_EQ(bars[0][2], "50100.00000000");
  EXPECT_EQ(bars[0][4], "50100.00000000");
  EXPECT_EQ(bars[0][8], 2);
  EXPECT_EQ(bars[1][1], "50100.00000000");  // quiet
  EXPECT_EQ(bars[1][5], "0.00000000");
  EXPECT_EQ(bars[2][4], "49900.00000000");
  EXPECT_EQ(bars[2][7], "12475.00000000");
  EXPECT_EQ(bars[2][9], "0.00000000");  // a seller took
  const auto count = [&](std::string_view query) {
    return Doc::parse(desk.get("/klines?symbol=BTCUSDT&" + std::string(query)).body).size();
  };
  EXPECT_EQ(count("interval=1m&limit=2"), 2U);
  EXPECT_EQ(count("interval=1m&startTime=1790000000000"), 2U);
  EXPECT_EQ(count("interval=1M"), 1U);
  EXPECT_EQ(count("interval=1w"), 1U);
  EXPECT_EQ(Doc::parse(desk.get("/klines?symbol=BTCUSDT&interval=1w").body)[0][0],
            1'789'948'800'000);  // Monday 2026-09-21
  EXPECT_EQ(Doc::parse(desk.get("/klines?symbol=BTCUSDT&interval=1M").body)[0][0],
            1'788'220'800'000);  // 2026-09-01
}

TEST(MarketDataTest, TickersAreOneObjectOrAnArray) {
  ProtocolDesk desk;
  EXPECT_EQ(desk.get("/ticker/price?symbol=BTCUSDT").body,
            R"({"symbol":"BTCUSDT","price":"50000.00000000"})");
  EXPECT_EQ(desk.get("/ticker/bookTicker").body,
            R"([{"symbol":"BTCUSDT","bidPrice":"50000.00000000","bidQty":"1.00000000",)"
            R"("askPrice":"50001.00000000","askQty":"1.00000000"}])");
  EXPECT_EQ(Doc::parse(desk.get("/ticker/24hr?symbol=BTCUSDT&type=FOO").body)["code"], -1139);
}

TEST(MarketDataTest, TheExportHoldsEveryOrderAndTrade) {
  ProtocolDesk desk;
  desk.limit("BUY", "0.5", "50001", "&timeInForce=GTC&newClientOrderId=a");
  const Doc out = Doc::parse(desk.raw("GET", "/sim/export?account=0").body);
  EXPECT_EQ(out["orders"],
            Doc::parse(R"([{"client_order_id":"a","order_id":"1","symbol":"BTCUSDT","side":"BUY",
                "type":"LIMIT","orig_qty":"0.50000000","executed_qty":"0.50000000",
                "price":"50001.00000000","stop_price":"0.00000000","time_in_force":"GTC",
                "status":"FILLED"}])"));
  EXPECT_EQ(out["trades"], Doc::parse(R"([{"order_id":"1","trade_id":"1",
                "symbol":"BTCUSDT","price":"50001.00000000",
                "qty":"0.50000000","commission":"0.00050000","commission_asset":"BTC"}])"));
  const auto read = audit::read_venue_export(out.dump());
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->trades[0].price, Px::of(50'001));
}

}  // namespace
}  // namespace clawgate::sim
