// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "signals/ai_trader.h"
#include "tests/signals/intake_support.h"

namespace clawgate::signals {
namespace {

const std::string kPost =
    R"({"market":"crypto","title":"Calm","content":"Near the current price of $60,000.",)"
    R"("symbols":["BTC-USDT"],"tags":["a"],"stance":"buy"})";

TEST(AiTraderTest, AnOrderInTheBookIsADirectOrder) {
  for (const char* const action :
       {"buy", "sell", "buy_crypto", "sell_crypto", "short", "no_trade"}) {
    const std::string row = R"({"date":"2025-11-02","id":1,"this_action":{"action":")" +
                            std::string(action) +
                            R"(","symbol":"BTC-USDT","amount":0.2},"positions":{"CASH":1.0}})";
    const Reading reading = one("position.jsonl", row);
    EXPECT_EQ(code_of(reading), "DIRECT_ORDER_ACTION") << action;
    EXPECT_EQ(reading.engine, "ai-trader");
    EXPECT_EQ(reading.where, "position.jsonl:1#/this_action");
  }
}

TEST(AiTraderTest, AnIdleRowSaysNothing) {
  const std::string idle =
      R"({"date":"2025-11-03","id":10,"this_action":{"action":"no_trade","symbol":"","amount":0},)"
      R"("positions":{"BTC-USDT":0.2,"CASH":3904.958}})";
  EXPECT_EQ(code_of(one("position.jsonl", idle)), "CONTEXT_ONLY");
  const std::string opening =
      R"({"date":"2025-11-01","id":0,"positions":{"BTC-USDT":0.0,"CASH":5.0}})";
  EXPECT_EQ(code_of(one("position.jsonl", opening)), "CONTEXT_ONLY");
  EXPECT_EQ(one("position.jsonl", opening).format, "account snapshot");
}

TEST(AiTraderTest, AnIdleRowWithAnythingElseInItIsAnOrder) {
  struct Row {
    std::string text;
    std::string code;
  };
  for (const Row& row : std::vector<Row>{
           // holdings without an action are targets
           {R"({"date":"2025-11-01","id":0,"positions":{"BTC-USDT":0.1,"CASH":5.0}})",
            "DIRECT_ORDER_ALLOCATION"},
           {R"({"date":"d","id":0,"positions":{"BTC-USDT":{"amount":1}}})",
            "DIRECT_ORDER_ALLOCATION"},
           {R"({"date":"d","positions":{"CASH":5.0},"also":1})", "DIRECT_ORDER_ALLOCATION"},
           {R"({"positions":{"CASH":5.0}})", "DIRECT_ORDER_ALLOCATION"},
           {R"({"date":"d","this_action":{"action":"no_trade","symbol":"BTC","amount":0},)"
            R"("positions":{}})",
            "DIRECT_ORDER_ACTION"},
           {R"({"date":"d","this_action":{"action":"buy","symbol":"","amount":0},)"
            R"("positions":{}})",
            "DIRECT_ORDER_ACTION"},
           {R"({"date":"d","this_action":{"action":"no_trade","symbol":"","amount":1},)"
            R"("positions":{}})",
            "DIRECT_ORDER_ACTION"},
           {R"({"date":"d","this_action":{"action":"no_trade","symbol":"","amount":0,"x":1},)"
            R"("positions":{}})",
            "DIRECT_ORDER_ACTION"},
           {R"({"date":["d"],"this_action":{"action":"no_trade","symbol":"","amount":0},)"
            R"("positions":{}})",
            "DIRECT_ORDER_ACTION"}}) {
    EXPECT_EQ(code_of(one("position.jsonl", row.text)), row.code) << row.text;
  }
}

TEST(AiTraderTest, TheServicesOperationsAreDirectOrders) {
  EXPECT_EQ(code_of(one("-", R"({"market":"crypto","action":"buy","symbol":"BTC","price":1.5,)"
                             R"("quantity":1,"executed_at":"now"})")),
            "DIRECT_ORDER_SIZED");
  EXPECT_EQ(code_of(one("-", R"({"id":1,"message_type":"operation","signal_type":"realtime",)"
                             R"("side":"LONG","entry_price":5,"quantity":1,"pnl":null})")),
            "DIRECT_ORDER_FEED_ITEM");
}

TEST(AiTraderTest, APostWithOneAllowedSymbolAndAStanceIsAWeakSignal) {
  Source source = source_of("post", kPost);
  source.received_at = start_of(*date_from("2026-03-23"));
  const Intake intake = read(source);
  const Reading& reading = intake.readings.front();
  ASSERT_TRUE(reading.signal) << to_json(reading);
  EXPECT_EQ(reading.signal->symbol, "BTCUSDT");
  EXPECT_EQ(reading.signal->side, SignalSide::Buy);
  EXPECT_EQ(reading.signal->confidence, bps(3000));
  EXPECT_TRUE(reading.signal->confidence_derived);
  EXPECT_TRUE(reading.signal->human_review);
  EXPECT_EQ(reading.signal->as_of, *source.received_at);
  EXPECT_EQ(reading.trade_date, "2026-03-23");
  EXPECT_EQ(reading.thesis, "Calm\n\nNear the current price of $60,000.");
}

TEST(AiTraderTest, AStatedConfidenceOnlyLowersIt) {
  const auto confidence = [](const char* stated) {
    const std::string post =
        replaced(kPost, R"("stance")", std::string(R"("confidence":)") + stated + R"(,"stance")");
    const Reading reading = one("post", post);
    return reading.signal ? to_text(reading.signal->confidence) : code_of(reading);
  };
  EXPECT_EQ(confidence("0.9"), "0.3");
  EXPECT_EQ(confidence("0.2"), "0.2");
  EXPECT_EQ(confidence("1.00000001"), "FIELD_OUT_OF_RANGE");
  EXPECT_EQ(confidence("-0.1"), "FIELD_OUT_OF_RANGE");
  EXPECT_EQ(confidence("3e-1"), "NUMBER_EXPONENT");
  EXPECT_EQ(confidence("\"0.2\""), "FIELD_TYPE");
}

TEST(AiTraderTest, OtherPostsAreNone) {
  const auto code = [](std::string_view from, std::string_view to) {
    return code_of(one("post", replaced(kPost, from, to)));
  };
  EXPECT_EQ(code(R"(,"stance":"buy")", ""), "NARRATIVE_ONLY");
  EXPECT_EQ(code(R"("stance":"buy")", R"("stance":"strong buy")"), "FIELD_VALUE");
  EXPECT_EQ(code(R"(["BTC-USDT"])", R"(["BTC-USDT","ETH-USDT"])"), "SYMBOL_UNKNOWN");
  EXPECT_EQ(code(R"(["BTC-USDT"])", R"([])"), "SYMBOL_UNKNOWN");
  EXPECT_EQ(code(R"(["BTC-USDT"])", R"(["PEPE-USDT"])"), "SYMBOL_UNKNOWN");
  EXPECT_EQ(code(R"(["BTC-USDT"])", R"("BTC-USDT")"), "NONE");
  EXPECT_EQ(code(R"(["BTC-USDT"])", R"("BTC-USDT, ETH-USDT")"), "SYMBOL_UNKNOWN");
  EXPECT_EQ(code(R"("market":"crypto")", R"("market":"us-stock")"), "FIELD_VALUE");
  EXPECT_EQ(code(R"("market":"crypto")", R"("market":"crypto","message_type":"discussion")"),
            "NARRATIVE_ONLY");
  EXPECT_EQ(code("$60,000", "$32"), "PRICE_SANITY");
  Options off;
  off.ai_trader_posts = false;
  EXPECT_EQ(code_of(one("post", kPost, off)), "SOURCE_DISABLED");
}

const std::string kAlphas =
    R"({"status":"success","timestamp":"2025-11-29T23:02:29","alpha_signals":[)"
    R"({"instrument":"BTC-USD","date":"2025-08-15 04:00:00","signal":-1.0,"signal_type":"SHORT",)"
    R"("confidence":1.0},)"
    R"({"instrument":"ETH-USD","date":"2025-08-15 04:00:00","signal":0.0,"signal_type":"NEUTRAL",)"
    R"("confidence":0.4539130434782609},)"
    R"({"instrument":"SOL-USD","date":"2025-08-15 04:00:00","signal":1.0,"signal_type":"LONG",)"
    R"("confidence":0.5}]})";

Options with_agentic_trading() {
  Options options;
  options.agentic_trading = true;
  return options;
}

TEST(AgenticTradingTest, AlphaListsAreShownButNotEnabled) {
  const Intake intake = read(source_of("alpha.json", kAlphas));
  ASSERT_EQ(intake.readings.size(), 3U);
  for (const Reading& reading : intake.readings) EXPECT_EQ(code_of(reading), "SOURCE_DISABLED");
  EXPECT_EQ(intake.readings[0].direction, "sell");
  EXPECT_EQ(intake.readings[0].symbol, "BTC-USD");
  EXPECT_EQ(intake.readings[0].seen, "agentictrading");
}

TEST(AgenticTradingTest, EnabledAlphasSignalWithCappedConfidence) {
  const Intake intake = read(source_of("alpha.json", kAlphas), with_agentic_trading());
  ASSERT_EQ(intake.signals, 3U) << to_text(intake);
  const SignalIntent& sell = *intake.readings[0].signal;
  EXPECT_EQ(sell.side, SignalSide::Sell);
  EXPECT_TRUE(sell.reduce_only);
  EXPECT_EQ(sell.confidence, bps(5000));
  EXPECT_TRUE(sell.confidence_derived);
  EXPECT_EQ(sell.symbol, "BTCUSDT");
  EXPECT_EQ(intake.readings[1].signal->side, SignalSide::Hold);
  EXPECT_EQ(to_text(intake.readings[1].signal->confidence), "0.45391304");
  EXPECT_EQ(intake.readings[2].signal->side, SignalSide::Buy);
  EXPECT_EQ(intake.readings[2].signal->confidence, bps(5000));
  EXPECT_NE(sell.intent_id, intake.readings[2].signal->intent_id);
}

TEST(AgenticTradingTest, AnItemThatContradictsItselfOrIsBrokenIsNoSignal) {
  const auto first = [](std::string_view from, std::string_view to) {
    const Intake intake =
        read(source_of("a.json", replaced(kAlphas, from, to)), with_agentic_trading());
    return intake.readings.empty() ? "" : code_of(intake.readings.front());
  };
  EXPECT_EQ(first("-1.0", "1.0"), "RATING_CONFLICT");
  EXPECT_EQ(first("-1.0", "0.0"), "RATING_CONFLICT");
  const Intake idle_long = read(source_of("a.json", replaced(kAlphas, ":1.0,\"signal_type\":\"LONG",
                                                             ":0.0,\"signal_type\":\"LONG")),
                                with_agentic_trading());
  EXPECT_EQ(code_of(idle_long.readings.back()), "RATING_CONFLICT");
  const Intake not_neutral =
      read(source_of("a.json", replaced(kAlphas, ":0.0,\"signal_type\":\"NEUTRAL",
                                        ":0.1,\"signal_type\":\"NEUTRAL")),
           with_agentic_trading());
  EXPECT_EQ(code_of(not_neutral.readings[1]), "RATING_CONFLICT");
  EXPECT_EQ(first(R"("SHORT")", R"("MAYBE")"), "FIELD_VALUE");
  EXPECT_EQ(first(R"("confidence":1.0)", R"("confidence":1.1)"), "FIELD_OUT_OF_RANGE");
  EXPECT_EQ(first(R"("confidence":1.0)", R"("confidence":1e0)"), "NUMBER_EXPONENT");
  EXPECT_EQ(first(R"("confidence":1.0)", R"("confidence":99999999999999)"), "NUMBER_OUT_OF_RANGE");
  EXPECT_EQ(first(R"("confidence":1.0)", R"("x":1.0)"), "FIELD_MISSING");
  EXPECT_EQ(first("2025-08-15 04", "15.08.2025 04"), "DATE_TIME_SYNTAX");
  EXPECT_EQ(first("BTC-USD", "MSFT"), "SYMBOL_UNKNOWN");
  EXPECT_EQ(first(R"("status":"success")", R"("status":"partial")"), "FIELD_VALUE");
  EXPECT_EQ(code_of(one("a.json", R"({"status":"success","alpha_signals":[]})")), "FIELD_EMPTY");
}

TEST(AgenticTradingTest, AFlowSignalsWithoutItsActionAndIsAnOrderWithIt) {
  const std::string flow =
      R"({"alpha_id":"a","timestamp":"2025-08-15T04:00:00","market_context":{"symbol":"BTC-USD"},)"
      R"("decision":{"signal":"BUY","confidence":0.7,"reasoning":"trend","signal_type":"directional",)"
      R"("asset_scope":["BTC-USD"]},"metadata":{}})";
  const Reading reading = one("flow.json", flow, with_agentic_trading());
  ASSERT_TRUE(reading.signal) << to_json(reading);
  EXPECT_EQ(reading.signal->side, SignalSide::Buy);
  EXPECT_EQ(reading.thesis, "trend");
  const std::string order =
      replaced(flow, R"("metadata")",
               R"("action":{"execution_weight":0.1,"order_type":"market"},"metadata")");
  EXPECT_TRUE(is_direct_order(one("flow.json", order, with_agentic_trading()).reason));
}

TEST(AgenticTradingTest, AnAlphaSignalAndTheRest) {
  const std::string alpha = R"({"signal_id":"1","strategy_id":"m","ts":"2025-08-15T04:00:00",)"
                            R"("symbol":"ETH-USDT","direction":"LONG","strength":0.2,)"
                            R"("confidence":0.3})";
  const Reading reading = one("-", alpha, with_agentic_trading());
  ASSERT_TRUE(reading.signal) << to_json(reading);
  EXPECT_EQ(to_text(reading.signal->confidence), "0.3");
  EXPECT_EQ(code_of(one("-", R"({"overall_risk_level":"LOW","risk_score":0.5})")), "CONTEXT_ONLY");
  EXPECT_EQ(code_of(one("-", R"({"target_weights":{"BTC":0.5},"risk_adjustment":1})")),
            "DIRECT_ORDER_ALLOCATION");
  EXPECT_EQ(code_of(one("-", R"({"tool":"execute_orders","args":[]})")), "DIRECT_ORDER_TOOL_CALL");
}

TEST(ClawWorkTest, EveryRowIsAnEconomicRecord) {
  for (const char* const row :
       {R"({"llm_usage":{},"cost_summary":{"total_cost":0.1}})",
        R"({"type":"work_income","base_amount":1.5,"actual_payment":0,"payment_awarded":false})",
        R"({"survival_status":"thriving","net_worth":1})",
        R"({"work_submitted":true,"evaluation_score":0.6900000000000001})",
        R"({"evaluation_score":0.2,"feedback":"x"})"}) {
    const Reading reading = one("rows.jsonl", row);
    EXPECT_EQ(code_of(reading), "ECONOMIC_RECORD") << row;
    EXPECT_EQ(reading.engine, "clawwork");
  }
}

}  // namespace
}  // namespace clawgate::signals
