// SPDX-License-Identifier: Apache-2.0
#include "signals/trading_agents.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/signals/intake_support.h"

namespace clawgate::signals {
namespace {

constexpr std::string_view kDecision =
    "**Rating**: Buy\n\n**Executive Summary**: Enter with conviction.\n\n"
    "**Investment Thesis**: The tape is strong at $60,000.\n\n"
    "**Price Target**: 70000\n\n**Time Horizon**: 1-3 months";
constexpr std::string_view kTrader =
    "**Action**: Buy\n\n**Reasoning**: strong\n\n**Entry Price**: 60500\n\n**Stop Loss**: 57000\n\n"
    "**Position Sizing**: 5% of portfolio\n\nFINAL TRANSACTION PROPOSAL: **BUY**";

nlohmann::json a_state() {
  return {{"company_of_interest", "BTC-USD"},
          {"trade_date", "2026-03-23"},
          {"market_report", "m"},
          {"sentiment_report", "s"},
          {"news_report", "n"},
          {"fundamentals_report", "f"},
          {"trader_investment_decision", kTrader},
          {"risk_debate_state", {{"judge_decision", kDecision}}},
          {"final_trade_decision", kDecision}};
}

nlohmann::json rated(std::string_view rating, std::string_view action = "Buy") {
  nlohmann::json state = a_state();
  const std::string decision = replaced(std::string(kDecision), "Buy", rating);
  state["final_trade_decision"] = decision;
  state["risk_debate_state"]["judge_decision"] = decision;
  state["trader_investment_decision"] = replaced(std::string(kTrader), "Buy", action);
  return state;
}

Reading reading_of_state(const nlohmann::json& state, const Options& options = {}) {
  return one("log.json", state.dump(), options);
}

TEST(TradingAgentsTest, AStructuredBuyBecomesASignal) {
  const std::string bytes = a_state().dump();
  const Reading reading = one("log.json", bytes);
  ASSERT_TRUE(reading.signal) << to_json(reading);
  const SignalIntent& signal = *reading.signal;
  EXPECT_EQ(signal.source_engine, "tradingagents");
  EXPECT_EQ(signal.symbol, "BTCUSDT");
  EXPECT_EQ(signal.side, SignalSide::Buy);
  EXPECT_EQ(signal.strength, Strength::Buy);
  EXPECT_EQ(signal.confidence, bps(6000));
  EXPECT_TRUE(signal.confidence_derived);
  EXPECT_FALSE(signal.reduce_only);
  EXPECT_EQ(shown(signal.stop_loss), "57000");
  EXPECT_EQ(shown(signal.take_profit), "70000");
  EXPECT_EQ(shown(signal.stated_price), "60000");
  EXPECT_EQ(signal.time_horizon, "1-3 months");
  EXPECT_EQ(signal.payload, sha256(bytes_of(bytes)));
  EXPECT_EQ(reading.thesis, "Enter with conviction.\n\nThe tape is strong at $60,000.");
  EXPECT_EQ(signal.thesis, sha256(bytes_of(reading.thesis)));
  EXPECT_EQ(reading.symbol, "BTC-USD");
  EXPECT_EQ(reading.trade_date, "2026-03-23");
  EXPECT_EQ(reading.where, "log.json#/final_trade_decision:1");
  EXPECT_EQ(signal.as_of, start_of(*date_from("2026-03-23")));
}

TEST(TradingAgentsTest, TheFiveRatingsMapToThreeSides) {
  struct Row {
    std::string rating;
    SignalSide side;
    std::int64_t confidence_bps;
  };
  for (const Row& row :
       {Row{"Buy", SignalSide::Buy, 6000}, Row{"Overweight", SignalSide::Buy, 4500},
        Row{"Hold", SignalSide::Hold, 3000}, Row{"Underweight", SignalSide::Sell, 4500},
        Row{"Sell", SignalSide::Sell, 6000}}) {
    const std::string action = row.side == SignalSide::Buy    ? "Buy"
                               : row.side == SignalSide::Sell ? "Sell"
                                                              : "Hold";
    const Reading reading = reading_of_state(rated(row.rating, action));
    ASSERT_TRUE(reading.signal) << row.rating << code_of(reading);
    EXPECT_EQ(reading.signal->side, row.side) << row.rating;
    EXPECT_EQ(reading.signal->confidence, bps(row.confidence_bps)) << row.rating;
    EXPECT_EQ(reading.signal->reduce_only, row.side == SignalSide::Sell) << row.rating;
    EXPECT_EQ(reading.rating, row.rating);
  }
}

TEST(TradingAgentsTest, ConfidenceFollowsThePublishedTable) {
  EXPECT_EQ(derived_confidence({.rating = Strength::Buy}), bps(6000));
  EXPECT_EQ(derived_confidence({.rating = Strength::Sell, .trader_differs = true}), bps(4500));
  EXPECT_EQ(derived_confidence({.rating = Strength::Buy, .free_text = true}), bps(4500));
  EXPECT_EQ(derived_confidence({.rating = Strength::Buy, .empty_reports = 1}), bps(5000));
  EXPECT_EQ(derived_confidence({.rating = Strength::Buy, .empty_reports = 2}), bps(4000));
  EXPECT_EQ(derived_confidence({.rating = Strength::Buy, .empty_reports = 4}), bps(4000));
  EXPECT_EQ(derived_confidence({.rating = Strength::Underweight}), bps(4500));
  EXPECT_EQ(derived_confidence({.rating = Strength::Hold}), bps(3000));
  EXPECT_EQ(derived_confidence({.rating = Strength::Hold,
                                .trader_differs = true,
                                .free_text = true,
                                .empty_reports = 4}),
            bps(500));
}

TEST(TradingAgentsTest, TheTradersDirectionAndEmptyReportsLowerConfidence) {
  EXPECT_EQ(reading_of_state(rated("Buy", "Hold")).signal->confidence, bps(4500));
  nlohmann::json state = a_state();
  state["news_report"] = "  ";
  state.erase("market_report");
  EXPECT_EQ(reading_of_state(state).signal->confidence, bps(4000));
}

TEST(TradingAgentsTest, AStopIsTakenOverOnlyForABuyAndOnlyBelowTheEntry) {
  const auto stop = [](std::string_view level) {
    nlohmann::json state = a_state();
    state["trader_investment_decision"] = replaced(std::string(kTrader), "57000", level);
    return shown(reading_of_state(state).signal->stop_loss);
  };
  EXPECT_EQ(stop("60499.99999999"), "60499.99999999");
  EXPECT_EQ(stop("60500"), "none");
  EXPECT_EQ(stop("42350"), "42350");  // exactly 30 % below the entry
  EXPECT_EQ(stop("42349.99999999"), "none");
  EXPECT_EQ(stop("0"), "none");
  EXPECT_EQ(stop("55000-57000"), "none");
  EXPECT_EQ(shown(reading_of_state(rated("Hold", "Hold")).signal->stop_loss), "none");
  EXPECT_EQ(shown(reading_of_state(rated("Sell", "Sell")).signal->stop_loss), "none");
}

TEST(TradingAgentsTest, AStopIsBelowTheLivePriceToo) {
  Options options;
  options.reference_prices = {{Symbol("BTCUSDT"), Px::of(60'000)}};
  const auto stop = [&](std::string_view level) {
    nlohmann::json state = a_state();
    state["trader_investment_decision"] = replaced(std::string(kTrader), "57000", level);
    return shown(reading_of_state(state, options).signal->stop_loss);
  };
  EXPECT_EQ(stop("59999.99999999"), "59999.99999999");
  EXPECT_EQ(stop("60000"), "none");  // below the entry of 60500, yet not below the market
}

TEST(TradingAgentsTest, ATargetIsTakenOverOnlyForABuyAndOnlyAboveTheLivePrice) {
  Options options;
  options.reference_prices = {{Symbol("BTCUSDT"), Px::of(60'000)}};
  const auto target = [&](std::string_view level) {
    nlohmann::json state = a_state();
    state["final_trade_decision"] = replaced(std::string(kDecision), "70000", level);
    return shown(reading_of_state(state, options).signal->take_profit);
  };
  EXPECT_EQ(target("60000.00000001"), "60000.00000001");
  EXPECT_EQ(target("60000"), "none");
  EXPECT_EQ(target("65000-70000"), "none");
  EXPECT_EQ(shown(reading_of_state(rated("Sell", "Sell"), options).signal->take_profit), "none");
}

TEST(TradingAgentsTest, EngineLevelsThatAreNotUsedAreKeptAsText) {
  const Reading reading = reading_of_state(rated("Sell", "Sell"));
  ASSERT_FALSE(reading.notes.empty());
  EXPECT_EQ(reading.notes.back(),
            "engine levels kept as text: entry 60500, stop 57000, target 70000");
}

TEST(TradingAgentsTest, AStatedPriceFarFromTheLiveOneIsQuarantined) {
  Options options;
  const auto reason_at = [&](std::int64_t live) {
    options.reference_prices = {{Symbol("BTCUSDT"), Px::of(live)}};
    return code_of(reading_of_state(a_state(), options));
  };
  // Stated 60000, entry 60500; 20 % of the live price.
  EXPECT_EQ(reason_at(50'500), "NONE");
  EXPECT_EQ(reason_at(50'416), "PRICE_SANITY");
  EXPECT_EQ(reason_at(75'000), "NONE");
  EXPECT_EQ(reason_at(75'001), "PRICE_SANITY");
}

TEST(TradingAgentsTest, WithoutALivePriceTheCoinsFloorStands) {
  const auto reason_at = [](std::string_view price) {
    nlohmann::json state = a_state();
    state["trader_investment_decision"] = "";
    state["final_trade_decision"] = replaced(std::string(kDecision), "60,000", price);
    state["risk_debate_state"] = nullptr;
    return code_of(reading_of_state(state));
  };
  EXPECT_EQ(reason_at("1,000"), "NONE");
  EXPECT_EQ(reason_at("999.99999999"), "PRICE_SANITY");
}

TEST(TradingAgentsTest, ABareCoinNameIsNeverTheCoin) {
  nlohmann::json state = a_state();
  state["company_of_interest"] = "BTC";
  const Reading reading = reading_of_state(state);
  EXPECT_EQ(code_of(reading), "SYMBOL_UNKNOWN");
  EXPECT_EQ(reading.disposition, Disposition::Quarantine);
  const std::string fund = replaced(std::string(kDecision), "60,000", "32.45");
  EXPECT_EQ(code_of(one("r/BTC_20260414_205343/5_portfolio/decision.md", fund)), "PRICE_SANITY");
}

TEST(TradingAgentsTest, AnotherUnlistedSymbolIsReadAndNoted) {
  nlohmann::json state = a_state();
  state["company_of_interest"] = "LHX";
  const Reading reading = reading_of_state(state);
  ASSERT_TRUE(reading.signal);
  EXPECT_EQ(reading.signal->symbol, "LHX");
  EXPECT_EQ(reading.asset_class, "unlisted");
  state["company_of_interest"] = "\xE8\x85\xBE\xE8\xAE\xAF";
  EXPECT_EQ(code_of(reading_of_state(state)), "SYMBOL_UNKNOWN");
}

TEST(TradingAgentsTest, TheIntentIdNamesEngineSymbolDayAndExactText) {
  const auto id = [](const nlohmann::json& state) {
    return std::string(reading_of_state(state).signal->intent_id.view());
  };
  const std::string first = id(a_state());
  // sha256sum of the four lines.
  const std::string lines =
      "tradingagents\nBTCUSDT\n2026-03-23\n" + to_hex(sha256(bytes_of(kDecision))) + "\n";
  EXPECT_EQ(first, to_hex(sha256(bytes_of(lines))));
  nlohmann::json same = a_state();
  same["news_report"] = "other words";
  same["company_of_interest"] = "BTCUSDT";  // another spelling of the same
  EXPECT_EQ(id(same), first);
  nlohmann::json other = a_state();
  other["trade_date"] = "2026-03-24";
  EXPECT_NE(id(other), first);
  other = rated("Hold", "Hold");
  EXPECT_NE(id(other), first);
  // The same decision from the report tree is the same intent.
  const Reading tree = one("BTC-USD_20260323_101010/5_portfolio/decision.md", kDecision);
  ASSERT_TRUE(tree.signal);
  EXPECT_EQ(tree.signal->intent_id.view(), first);
}

TEST(TradingAgentsTest, ATradeDateFarFromTodayIsRejected) {
  Options options;
  const auto reason_on = [&](std::string_view today) {
    options.today = date_from(today);
    return code_of(reading_of_state(a_state(), options));
  };
  EXPECT_EQ(reason_on("2026-03-26"), "NONE");
  EXPECT_EQ(reason_on("2026-03-27"), "TRADE_DATE_TOO_FAR");
  EXPECT_EQ(reason_on("2026-03-20"), "NONE");
  EXPECT_EQ(reason_on("2026-03-19"), "TRADE_DATE_TOO_FAR");
}

TEST(TradingAgentsTest, TheWrapperSaysWhatTheDocumentDoesNot) {
  Source source = source_of("decision.md", kDecision);
  source.symbol = "ETH-USD";
  source.trade_date = date_from("2026-03-23");
  source.received_at = UnixNanos{42};
  source.trace_id = "trace-9";
  const Intake intake = read(source);
  const Reading& reading = intake.readings.front();
  ASSERT_TRUE(reading.signal) << to_json(reading);
  EXPECT_EQ(reading.signal->symbol, "ETHUSDT");
  EXPECT_EQ(reading.signal->as_of, UnixNanos{42});
  EXPECT_EQ(reading.signal->trace_id, "trace-9");
  EXPECT_EQ(reading.trade_date, "2026-03-23");
  EXPECT_EQ(code_of(one("decision.md", kDecision)), "SYMBOL_UNKNOWN");
}

TEST(TradingAgentsTest, OlderLayoutsKeyTheStateByDate) {
  const nlohmann::json two = {{"2026-03-22", a_state()}, {"2026-03-23", a_state()}};
  const Intake intake = read(source_of("log.json", two.dump()));
  ASSERT_EQ(intake.readings.size(), 2U);
  EXPECT_EQ(code_of(intake.readings[0]), "FIELD_VALUE");  // the key and trade_date disagree
  EXPECT_EQ(intake.readings[0].disposition, Disposition::Quarantine);
  EXPECT_TRUE(intake.readings[1].signal);
  nlohmann::json undated = a_state();
  undated.erase("trade_date");
  const Reading reading = one("log.json", nlohmann::json{{"2026-03-22", undated}}.dump());
  EXPECT_EQ(reading.trade_date, "2026-03-22");
}

TEST(TradingAgentsTest, AStateWithoutADecisionSaysWhichFieldIsWrong) {
  const auto refused = [](std::string_view field, const nlohmann::json& value) {
    nlohmann::json state = a_state();
    if (value.is_discarded()) {
      state.erase(std::string(field));
    } else {
      state[std::string(field)] = value;
    }
    const Reading reading = reading_of_state(state);
    return code_of(reading) + " " + reading.where;
  };
  const nlohmann::json absent(nlohmann::json::value_t::discarded);
  EXPECT_EQ(refused("final_trade_decision", absent),
            "FIELD_MISSING log.json#/final_trade_decision");
  EXPECT_EQ(refused("final_trade_decision", 5), "FIELD_TYPE log.json#/final_trade_decision");
  EXPECT_EQ(refused("final_trade_decision", " "), "FIELD_EMPTY log.json#/final_trade_decision");
  EXPECT_EQ(refused("company_of_interest", absent), "FIELD_MISSING log.json#/company_of_interest");
  EXPECT_EQ(refused("trade_date", absent), "FIELD_MISSING log.json#/trade_date");
  EXPECT_EQ(refused("trade_date", "23.03.2026"), "DATE_TIME_SYNTAX log.json#/trade_date");
  EXPECT_EQ(refused("market_id", "x"), "NOT_A_SIGNAL log.json#/market_id");
}

TEST(TradingAgentsTest, TheJudgesDecisionMustNotDiffer) {
  nlohmann::json state = a_state();
  state["risk_debate_state"]["judge_decision"] = "**Rating**: Hold";
  EXPECT_EQ(code_of(reading_of_state(state)), "RATING_CONFLICT");
  state["risk_debate_state"]["judge_decision"] = "**Rating**: Buy";
  EXPECT_EQ(code_of(reading_of_state(state)), "NONE");
}

TEST(TradingAgentsTest, OfACompleteReportOnlyTheLastPartDecides) {
  const std::string report =
      "# Trading Analysis Report: BTC-USD\n\nGenerated: 2026-03-23 19:15:00\n\n"
      "## II. Research Team Decision\n\n**Recommendation**: Sell\n\n"
      "## III. Trading Team Plan\n\n**Action**: Sell\n\n"
      "## V. Portfolio Manager Decision\n\n### Portfolio Manager\n" +
      std::string(kDecision);
  const Reading reading = one("complete_report.md", report);
  ASSERT_TRUE(reading.signal) << to_json(reading);
  EXPECT_EQ(reading.rating, "Buy");
  EXPECT_EQ(reading.signal->symbol, "BTCUSDT");
  EXPECT_EQ(reading.trade_date, "2026-03-23");
  EXPECT_EQ(reading.where, "complete_report.md:16");
}

TEST(TradingAgentsTest, TheDecisionLogIsHistory) {
  const std::string log = "[2026-05-10 | NVDA | Buy | pending]\n\nDECISION:\n**Rating**: Buy\n";
  EXPECT_EQ(code_of(one("-", log)), "HISTORY_ENTRY");
  EXPECT_EQ(code_of(one("trading_memory.md", "Rating: Buy")), "HISTORY_ENTRY");
}

TEST(TradingAgentsTest, OneVoiceOfTheDebateIsNoDecision) {
  for (const char* const text :
       {"Aggressive Analyst: we buy now.\nRating: Buy", "### Bear Analyst\n\nRating: Sell",
        "**Action**: Buy\n\n**Reasoning**: x", "So.\n\nFINAL TRANSACTION PROPOSAL: **BUY**",
        "**Recommendation**: Buy\n\n**Rationale**: x\n\n**Strategic Actions**: y"}) {
    EXPECT_EQ(code_of(one("-", text)), "NOT_FINAL_DECISION") << text;
  }
  EXPECT_EQ(code_of(one("x/3_trading/trader.md", "Rating: Buy")), "NOT_FINAL_DECISION");
}

TEST(TradingAgentsTest, AFullThesisIsCutAndCleaned) {
  const std::string text = "Rating: Hold\n\x1b[31m" + std::string(10'000, 'x');
  const Reading reading = one("BTC-USD_20260323_101010/5_portfolio/decision.md", text);
  ASSERT_TRUE(reading.signal);
  EXPECT_EQ(reading.thesis.size(), 8192U);
  EXPECT_EQ(reading.thesis.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace clawgate::signals
