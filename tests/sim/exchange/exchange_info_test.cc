// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/exchange_info.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/sim/exchange/desk.h"
#include "tests/support/shared_data.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kDocument = R"({"symbols":[{
  "symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",
  "orderTypes":["LIMIT","MARKET","SOMETHING_NEW"],"ocoAllowed":true,"otoAllowed":true,
  "quoteOrderQtyMarketAllowed":true,
  "defaultSelfTradePreventionMode":"EXPIRE_BOTH",
  "allowedSelfTradePreventionModes":["EXPIRE_BOTH","EXPIRE_MAKER","DECREMENT"],
  "filters":[
    {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000","tickSize":"0.01"},
    {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000","stepSize":"0.00001"},
    {"filterType":"ICEBERG_PARTS","limit":10},
    {"filterType":"TRAILING_DELTA","minTrailingAboveDelta":10},
    {"filterType":"NOTIONAL","minNotional":"5","maxNotional":"900","applyMinToMarket":true,
     "applyMaxToMarket":false,"avgPriceMins":5},
    {"filterType":"MAX_POSITION","maxPosition":"2.5"},
    {"filterType":"MAX_NUM_ORDERS","maxNumOrders":200},
    {"filterType":"MAX_NUM_ORDER_LISTS","maxNumOrderLists":20}]}]})";

/// "CODE field seen" of the document with `from` replaced.
std::string fault_with(std::string_view from, std::string_view to) {
  std::string text(kDocument);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto read = parse_exchange_info(text);
  if (read) return "";
  return std::string(info(read.error().reason).code) + " " + read.error().field + " " +
         read.error().seen;
}

TEST(ExchangeInfoTest, WhatTheExchangeHasIsReadAndTheRestIsNamed) {
  const auto read = parse_exchange_info(kDocument);
  ASSERT_TRUE(read) << to_text(read.error());
  ASSERT_EQ(read->symbols.size(), 1U);
  const SymbolRules& rules = read->symbols[0];
  EXPECT_EQ(rules.symbol, SymbolName("BTCUSDT"));
  EXPECT_EQ(rules.price->max, Px::of(1000));
  EXPECT_EQ(rules.lot->step, qty("0.00001"));
  EXPECT_EQ(rules.notional->max, Notional::of(900));
  EXPECT_TRUE(rules.notional->apply_min_to_market);
  EXPECT_EQ(rules.max_position, qty("2.5"));
  EXPECT_EQ(rules.max_num_orders, 200);
  EXPECT_EQ(rules.max_num_order_lists, 20);
  EXPECT_EQ(rules.max_num_algo_orders, std::nullopt);
  EXPECT_TRUE(rules.order_types.has(OrderType::Market));
  EXPECT_FALSE(rules.order_types.has(OrderType::StopLoss));
  EXPECT_EQ(rules.stp_default, StpMode::ExpireBoth);
  EXPECT_TRUE(rules.stp_modes.has(StpMode::ExpireMaker));
  EXPECT_FALSE(rules.stp_modes.has(StpMode::ExpireTaker));
  EXPECT_FALSE(rules.stp_modes.has(StpMode::Decrement)) << "the exchange does not have it";
  EXPECT_EQ(rules.iceberg_parts, 10);
  EXPECT_FALSE(rules.iceberg_allowed) << "it does not say so";
  EXPECT_EQ(read->not_enforced, std::vector<std::string>{"TRAILING_DELTA"});
}

TEST(ExchangeInfoTest, WhatIsMissingOrWrongIsNamed) {
  EXPECT_EQ(fault_with("{\"symbols\"", "{\"symbols"), "CONFIG_SYNTAX exchangeInfo ");
  EXPECT_EQ(fault_with("\"symbols\"", "\"symbol\""), "CONFIG_KEY_MISSING exchangeInfo.symbols ");
  EXPECT_EQ(fault_with(R"("tickSize":"0.01")", R"("tick":"0.01")"),
            "CONFIG_KEY_MISSING symbols[0].filters[0].tickSize ");
  EXPECT_EQ(fault_with(R"("tickSize":"0.01")", R"("tickSize":0.01)"),
            "CONFIG_VALUE_TYPE symbols[0].filters[0].tickSize 0.01");
  EXPECT_EQ(fault_with(R"("tickSize":"0.01")", R"("tickSize":"-0.01")"),
            "CONFIG_VALUE_RANGE symbols[0].filters[0].tickSize -0.01");
  EXPECT_EQ(fault_with("TRADING", "SLEEPING"), "CONFIG_VALUE_RANGE symbols[0].status SLEEPING");
  EXPECT_EQ(fault_with(R"("maxNumOrders":200)", R"("maxNumOrders":-1)"),
            "CONFIG_VALUE_RANGE symbols[0].filters[6].maxNumOrders -1");
  EXPECT_EQ(fault_with(R"("ocoAllowed":true)", R"("ocoAllowed":1)"),
            "CONFIG_VALUE_TYPE symbols[0].ocoAllowed 1");
  EXPECT_EQ(fault_with(R"("baseAsset":"BTC")", R"("baseAsset":"")"),
            "CONFIG_VALUE_RANGE symbols[0].baseAsset ");
  EXPECT_EQ(fault_with(R"({"filterType":"ICEBERG_PARTS","limit":10})",
                       R"({"filterType":"PERCENT_PRICE","multiplierUp":"5","multiplierDown":"0.2",)"
                       R"("avgPriceMins":1})"),
            "CONFIG_CONFLICT symbols[0].filters[4].avgPriceMins 5");
  EXPECT_EQ(load_exchange_info("/no/such/file").error().reason, Reason::FileUnreadable);
}

TEST(ExchangeInfoTest, ARecordedAnswerGivesTheBuiltInRules) {
  const auto path = clawgate::testing::shared_data() /
                    "market/gocryptotrader/exchangeInfo_2025-08-07_25symbols.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recording at " << path;
  const auto read = load_exchange_info(path);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->symbols.size(), 25U);
  EXPECT_EQ(read->not_enforced, std::vector<std::string>{"TRAILING_DELTA"});
  int compared = 0;
  for (const SymbolRules& recorded : read->symbols) {
    const SymbolRules* const known = find_built_in(recorded.symbol.view());
    if (known == nullptr) continue;
    ++compared;
    EXPECT_EQ(recorded.base, known->base);
    EXPECT_EQ(recorded.quote, known->quote);
    EXPECT_EQ(recorded.status, SymbolStatus::Trading);
    EXPECT_TRUE(recorded.iceberg_allowed && known->iceberg_allowed);
    EXPECT_EQ(recorded.iceberg_parts, 10) << "100 since March 2026";
    EXPECT_EQ(recorded.price->min, known->price->min);
    EXPECT_EQ(recorded.price->max, known->price->max);
    EXPECT_EQ(recorded.price->tick, known->price->tick);
    EXPECT_EQ(recorded.lot->min, known->lot->min);
    EXPECT_EQ(recorded.lot->max, known->lot->max);
    EXPECT_EQ(recorded.lot->step, known->lot->step);
    EXPECT_EQ(recorded.market_lot->max, known->market_lot->max);
    EXPECT_EQ(recorded.market_lot->step, known->market_lot->step);
    EXPECT_EQ(recorded.percent_price_by_side->bid_up, known->percent_price_by_side->bid_up);
    EXPECT_EQ(recorded.percent_price_by_side->bid_down, known->percent_price_by_side->bid_down);
    EXPECT_EQ(recorded.percent_price_by_side->ask_up, known->percent_price_by_side->ask_up);
    EXPECT_EQ(recorded.percent_price_by_side->ask_down, known->percent_price_by_side->ask_down);
    EXPECT_EQ(recorded.notional->min, known->notional->min);
    EXPECT_EQ(recorded.notional->max, known->notional->max);
    EXPECT_EQ(recorded.notional->apply_min_to_market, known->notional->apply_min_to_market);
    EXPECT_EQ(recorded.notional->apply_max_to_market, known->notional->apply_max_to_market);
    EXPECT_EQ(recorded.avg_price_mins, known->avg_price_mins);
    EXPECT_EQ(recorded.max_num_orders, known->max_num_orders);
    EXPECT_EQ(recorded.max_num_algo_orders, known->max_num_algo_orders);
    EXPECT_EQ(recorded.stp_default, known->stp_default);
    for (const OrderType type :
         {OrderType::Limit, OrderType::LimitMaker, OrderType::Market, OrderType::StopLoss,
          OrderType::StopLossLimit, OrderType::TakeProfit, OrderType::TakeProfitLimit}) {
      EXPECT_EQ(recorded.order_types.has(type), known->order_types.has(type));
    }
    EXPECT_TRUE(recorded.oco_allowed && recorded.oto_allowed);
    Desk desk(recorded);  // and they can be traded with
    EXPECT_TRUE(recorded.symbol != SymbolName("BTCUSDT") ||
                desk.place(Desk::limit(Side::Buy, "0.001", "49000")));
  }
  EXPECT_EQ(compared, 2);
}

}  // namespace
}  // namespace clawgate::sim
