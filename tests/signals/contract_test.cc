// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/signal_intent.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/signals/intake_support.h"

namespace clawgate::signals {
namespace {

Reading with(std::string_view from, std::string_view to, const Options& options = {}) {
  return one("intent.json", replaced(kIntent, from, to), options);
}

TEST(ContractTest, AWellMadeIntentIsASignal) {
  const Reading reading = one("intent.json", kIntent);
  ASSERT_TRUE(reading.signal) << to_json(reading);
  const SignalIntent& signal = *reading.signal;
  EXPECT_EQ(signal.intent_id, "i-1");
  EXPECT_EQ(signal.symbol, "BTCUSDT");
  EXPECT_EQ(signal.side, SignalSide::Buy);
  EXPECT_EQ(to_text(signal.confidence), "0.62");
  EXPECT_FALSE(signal.confidence_derived);
  EXPECT_EQ(shown(signal.stop_loss), "58000");
  EXPECT_EQ(shown(signal.take_profit), "66000.5");
  EXPECT_EQ(signal.payload, sha256(bytes_of(kIntent)));
  EXPECT_EQ(signal.thesis, sha256(bytes_of("Momentum is up.")));
  EXPECT_EQ(reading.engine, "tradingagents");
  EXPECT_EQ(reading.asset_class, "crypto_spot");
  EXPECT_EQ(reading.trade_date, "2026-01-05");
}

TEST(ContractTest, TheSymbolIsPutInTheVenuesSpelling) {
  EXPECT_EQ(with("BTCUSDT", "BTC-USD").signal->symbol, "BTCUSDT");
  const Reading unlisted = with("BTCUSDT", "PEPEUSDT");
  ASSERT_TRUE(unlisted.signal);
  EXPECT_EQ(unlisted.signal->symbol, "PEPEUSDT");
  EXPECT_EQ(unlisted.asset_class, "unlisted");
}

TEST(ContractTest, ASellNeverOpensAShort) {
  EXPECT_FALSE(one("i", kIntent).signal->reduce_only);
  EXPECT_TRUE(with(R"("buy")", R"("sell")").signal->reduce_only);
}

TEST(ContractTest, FreeMetadataAndProsePass) {
  EXPECT_TRUE(with(R"({"model":"m"})",
                   R"({"note":"sell half now","reduce_only":true,"strength":"Sell","n":[1,2]})")
                  .signal);
  EXPECT_TRUE(with("Momentum is up.", "We sell 50 percent now, position sizing 5%").signal);
}

// Refused by name; a violation only where it makes an order of the document.
TEST(ContractTest, AMemberTooManyIsRefusedAndAnOrderWhereItMakesOne) {
  const Reading extra = with(R"("metadata")", R"("note":"x","metadata")");
  EXPECT_EQ(code_of(extra), "FIELD_UNKNOWN");
  EXPECT_EQ(extra.where, "intent.json#/note");
  EXPECT_EQ(code_of(with(R"("metadata")", R"("stoploss":50000,"metadata")")), "FIELD_UNKNOWN");
  EXPECT_EQ(code_of(with(R"("metadata")", R"("quantity":1,"metadata")")), "DIRECT_ORDER_SIZED");
  EXPECT_EQ(code_of(with(R"("metadata")", R"("order_type":"limit","metadata")")),
            "DIRECT_ORDER_FIELDS");
  EXPECT_EQ(code_of(with(R"({"model":"m"})", R"({"amount":1})")), "DIRECT_ORDER_SIZED");
}

TEST(ContractTest, AnErrorNamesItsField) {
  const Reading reading = with("0.62", "1.01");
  EXPECT_EQ(code_of(reading), "FIELD_OUT_OF_RANGE");
  EXPECT_EQ(reading.where, "intent.json#/confidence");
  EXPECT_EQ(reading.disposition, Disposition::Reject);
}

TEST(ContractTest, AThesisThatNamesAnotherPriceIsQuarantined) {
  Options options;
  options.reference_prices = {{Symbol("BTCUSDT"), Px::of(60'000)}};
  const auto code = [&](std::string_view price) {
    return code_of(with("Momentum is up.",
                        "The current price of $" + std::string(price) + " holds.", options));
  };
  EXPECT_EQ(code("72,000"), "NONE");
  EXPECT_EQ(code("72,000.00000001"), "PRICE_SANITY");
  EXPECT_EQ(code("48,000"), "NONE");
  EXPECT_EQ(code("47,999.99999999"), "PRICE_SANITY");
}

TEST(ContractTest, AStopOrATargetThatIsNoPriceIsNamed) {
  const std::pair<const char*, const char*> fields[] = {{"58000", "stop_loss"},
                                                        {"66000.5", "take_profit"}};
  for (const auto& [price, field] : fields) {
    for (const char* const none : {"-1", "-0.00000001", "0"}) {
      const Reading reading = one("intent.json", replaced(kIntent, price, none));
      EXPECT_EQ(code_of(reading), "FIELD_OUT_OF_RANGE") << field << none;
      EXPECT_EQ(reading.where, std::string("intent.json#/") + field);
      EXPECT_EQ(reading.seen, std::string(none) + ", not a price");
    }
    EXPECT_TRUE(one("intent.json", replaced(kIntent, price, "0.00000001")).signal) << field;
  }
}

TEST(ContractTest, ADisabledSourceIsStillRead) {
  Options options;
  options.signal_intents = false;
  const Reading reading = one("intent.json", kIntent, options);
  EXPECT_EQ(code_of(reading), "SOURCE_DISABLED");
  EXPECT_EQ(reading.direction, "buy");
}

// What one adapter reads can be sent on as our own contract and reads the same.
TEST(ContractTest, AReadingSurvivesTheContract) {
  const Reading first = one("BTC-USD_20260323_101010/5_portfolio/decision.md",
                            "**Rating**: Underweight\n\n**Executive Summary**: Trim at $60,000.\n\n"
                            "**Investment Thesis**: Weak.\n\n**Time Horizon**: 1-3 months");
  ASSERT_TRUE(first.signal);
  const std::string bytes = contracts::encode(*first.signal, first.thesis);
  const Reading second = one("intent.json", bytes);
  ASSERT_TRUE(second.signal) << to_json(second);
  EXPECT_EQ(contracts::encode(*second.signal, second.thesis), bytes);
}

}  // namespace
}  // namespace clawgate::signals
