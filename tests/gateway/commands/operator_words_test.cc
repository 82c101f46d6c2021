// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/operator_words.h"

#include <gtest/gtest.h>

#include <array>

#include "schemas/fact.h"
#include "schemas/record_json.h"

// What a person in a hurry reads, out of the JSON that a gateway gives.

namespace clawgate::gateway {
namespace {

template <class Row>
CallJson event_of(const Row& row) {
  std::array<std::uint8_t, 4096> room;
  Writer writer(room);
  writer.put(row);
  CallJson event = {{"seq", 77}, {"time", "2026-01-05T12:00:15.123456789Z"}};
  event.update(CallJson::parse(record_json(Row::kType, writer.written())));
  return event;
}

template <class Row>
std::string line_of(const Row& row) {
  return event_line(event_of(row));
}

OrderCandidate an_order(Side side) {
  OrderCandidate order;
  order.hold = HoldId(22);
  order.symbol = Symbol("BTCUSDT");
  order.expires_at = UnixNanos(1'767'614'656 * kNanosPerSecond);
  Leg leg;
  leg.role = side == Side::Buy ? LegRole::Entry : LegRole::Exit;
  leg.side = side;
  leg.qty = Qty::from_raw(81'000);
  leg.limit = Px::from_raw(6'054'018'000'000);
  EXPECT_TRUE(order.legs.push_back(leg));
  if (side == Side::Sell) return order;
  leg.role = LegRole::Stop;
  leg.side = Side::Sell;
  leg.limit = {};
  leg.trigger = Px::of(59'500);
  EXPECT_TRUE(order.legs.push_back(leg));
  return order;
}

TEST(EventLineTest, WhatWaitsIsNamedWithItsCommand) {
  CandidateHeld fact;
  fact.order = an_order(Side::Sell);
  EXPECT_EQ(line_of(fact),
            "12:00:15 77 CandidateHeld  order 22 waits: SELL 0.00081 BTCUSDT from 60540.18 until "
            "12:04:16; clawgate approve 22");
  fact.order = an_order(Side::Buy);
  EXPECT_EQ(line_of(fact),
            "12:00:15 77 CandidateHeld  order 22 waits: BUY 0.00081 BTCUSDT up to 60540.18, stop "
            "59500 until 12:04:16; clawgate approve 22");
}

TEST(EventLineTest, AnOrderAndItsFillsAreTold) {
  OrderIntent intent;
  intent.order = an_order(Side::Buy);
  intent.approved_by = OperatorId("alice");
  EXPECT_EQ(line_of(intent),
            "12:00:15 77 OrderIntent  order 22 goes out: BUY 0.00081 BTCUSDT up to 60540.18, stop "
            "59500; approved by alice");
  FillApplied fill;
  fill.hold = HoldId(22);
  fill.role = LegRole::TakeProfit;
  fill.side = Side::Sell;
  fill.qty = Qty::from_raw(81'000);
  fill.px = Px::of(60'450);
  fill.fee_asset = Asset("USDT");
  fill.realised = Notional::from_raw(27'040'000);
  EXPECT_EQ(line_of(fill),
            "12:00:15 77 FillApplied  order 22: take-profit SELL 0.00081 at 60450, fee 0 USDT; "
            "holds 0, realised 0.2704");
}

TEST(EventLineTest, ReasonsAndBlocksAreCodes) {
  RiskVerdict verdict;
  verdict.hold = HoldId(3);
  verdict.checks = 52;
  EXPECT_EQ(line_of(verdict), "12:00:15 77 RiskVerdict  order 3: 52 checks passed");
  verdict.phase = RiskPhase::Release;
  verdict.reasons = ReasonSet::of(Reason::PriceDrift).bits();
  EXPECT_EQ(line_of(verdict),
            "12:00:15 77 RiskVerdict  order 3: checks not passed after the approval: PRICE_DRIFT");
  BlockChanged block;
  block.block = Block::Kill;
  block.active = true;
  block.blocks = bit_of(Block::Kill) | bit_of(Block::DiskLow);
  EXPECT_EQ(line_of(block), "12:00:15 77 BlockChanged  KILL began; in force: DISK_LOW, KILL");
}

// Nothing of a fact without words of its own is left out.
TEST(EventLineTest, OtherFactsTellEveryMember) {
  EXPECT_EQ(event_line({{"seq", 1},
                        {"time", "2026-01-05T12:00:15Z"},
                        {"record", "Other"},
                        {"a", {{"b", {1, 2}}, {"c", "x"}}},
                        {"digest", std::string(64, 'd')},
                        {"empty", ""}}),
            "12:00:15 1 Other  a.b.0=1 a.b.1=2 a.c=x digest=dddddddddddd..");
  EXPECT_EQ(event_line({{"seq", 1}, {"record", "PeakMoved"}, {"peak", "10001"}}), "")
      << "one a second in a rising market";
  EXPECT_EQ(event_line({{"seq", 1}, {"record", "Other"}, {"a", "\x1b[2J"}}),
            " 1 Other  a=<U+001B>[2J")
      << "nothing of it reaches the terminal as a command";
}

TEST(RefusalTextTest, WhatWasFoundBesideItStandsBelow) {
  CallJson refusal = {{"code", "VOIDED_BY_RECHECK"}, {"field", "/hold"}, {"seen", "3, VOIDED"}};
  const std::string alone = refusal_text(refusal, UnixNanos{});
  EXPECT_EQ(alone.find('\n'), std::string::npos);
  EXPECT_NE(alone.find("/hold: "), std::string::npos);
  refusal["findings"] = CallJson::parse(R"([{"code":"VOIDED_BY_RECHECK","message":"m","next":"n"},
    {"code":"PRICE_DRIFT","message":"The price moved.","next":"Wait."}])");
  EXPECT_EQ(refusal_text(refusal, UnixNanos{}), alone + "\n  PRICE_DRIFT: The price moved. Wait.");
}

CallJson a_status() {
  return CallJson::parse(R"({"trading_state":"KILLED","stage":"S0","venue":"simulator",
    "time":"2026-01-05T12:02:15.5Z","limits_version":1,"holds_waiting":0,"journal_seq":9,
    "kill_complete":true,"trading_key":null,
    "engines":[{"engine":"a","role":"primary","health":"not_watched","heard_at":null},
               {"engine":"b","role":"secondary","health":"healthy",
                "heard_at":"2026-01-05T12:00:15.123456789Z"}],
    "day":{"entries":0,"entries_max":6,"notional":"0","notional_max":"300","result":null,
           "result_min":null,"cooldown_until":null},
    "blocks":[]})");
}

std::string said(const CallJson& status, const CallJson& positions = CallJson::object(),
                 const CallJson& holds = CallJson::object()) {
  return status_text(status, positions, holds, " --data gw");
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(StatusTextTest, TimesAreShortAndAWordIsExplained) {
  const std::string text = said(a_status());
  EXPECT_TRUE(has(text, "b (secondary): healthy, heard 12:00:15 UTC (2 min ago)\n")) << text;
  EXPECT_TRUE(has(text, "not watched: it never sent a heartbeat")) << text;
  EXPECT_FALSE(has(text, "123456789"));
  EXPECT_FALSE(has(text, "cooldown"));
  EXPECT_FALSE(has(text, "  day "));
}

TEST(StatusTextTest, ABlockSaysSinceWhenAndHowItsEndIsBegun) {
  CallJson status = a_status();
  status["blocks"] = CallJson::parse(R"([{"code":"KILL","kind":"cause","meaning":"Pulled.",
    "clears":"A recorded decision.","evidence":"drill","since":"2026-01-05T12:02:10Z"},
    {"code":"DISK_LOW","kind":"condition","meaning":"Low.","clears":"Free disk space.",
     "evidence":"","since":"2026-01-05T12:02:10Z"}])");
  const std::string text = said(status);
  EXPECT_TRUE(has(text, "  cause  KILL since 12:02:10 UTC (5 s ago): Pulled. (drill)\n")) << text;
  EXPECT_TRUE(has(text, "clawgate decisions open FILE --cause KILL --data gw ")) << text;
  EXPECT_FALSE(has(text, "--cause DISK_LOW"));
}

TEST(StatusTextTest, WhatBindsIsSaid) {
  CallJson status = a_status();
  status["day"]["cooldown_until"] = "2026-01-05T18:02:15.5Z";
  status["day"]["entries"] = 5;
  status["day"]["notional"] = "249.5";
  status["day"]["result"] = "-0.5";
  status["day"]["result_min"] = "-300";
  std::string text = said(status);
  EXPECT_TRUE(has(text, "  cooldown  no entries until 18:02:15 UTC (in 6 h): ")) << text;
  EXPECT_TRUE(has(text,
                  "  day       5 of 6 entries, 249.5 of 300 notional, result -0.5 (entries "
                  "stop at -300)\n"))
      << text;
  status["day"]["entries"] = 6;
  EXPECT_TRUE(has(said(status), "no more entries until 00:00 in Sao Paulo\n"));
  status["day"]["entries"] = 5;
  status["day"]["notional"] = "300";
  EXPECT_TRUE(has(said(status), "no more entries until 00:00 in Sao Paulo\n"));
}

TEST(StatusTextTest, AVoidedOrderSaysWhyAndAPositionItsStopsPrice) {
  const CallJson holds = CallJson::parse(R"({"holds":[],"ended":[{"hold":3,"state":"VOIDED",
    "reason":"VOIDED_BY_RECHECK","meaning":"The checks did not pass.","this_session":true,
    "time":"2026-01-05T12:02:10Z","reasons":[{"code":"COOLDOWN_ACTIVE","message":"A loss.",
    "next":"Wait.","until":"2026-01-05T18:02:15Z"}]}]})");
  const CallJson positions = CallJson::parse(R"({"positions":[{"hold":2,"symbol":"BTCUSDT",
    "quantity":"0.1","cost":"1","mark":"2","mark_age_ms":10,"protection":"LIVE",
    "stop_price":"59500"}]})");
  const std::string text = said(a_status(), positions, holds);
  EXPECT_TRUE(has(text, "order 3   VOIDED, VOIDED_BY_RECHECK 12:02:10 UTC (5 s ago): ")) << text;
  EXPECT_TRUE(has(text, "COOLDOWN_ACTIVE: A loss. Until 18:02:15 UTC (in 5 h). Wait.\n")) << text;
  EXPECT_TRUE(has(text, "stop LIVE at 59500   (order 2)")) << text;
}

}  // namespace
}  // namespace clawgate::gateway
