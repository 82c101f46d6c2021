// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/date_time.h"
#include "schemas/contracts/economic_run.h"
#include "schemas/contracts/hitl_command.h"
#include "schemas/contracts/mapping.h"
#include "schemas/contracts/position_snapshot.h"
#include "schemas/limits.h"

namespace clawgate::contracts {
namespace {

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

Reason reason_of_time(std::string_view text) {
  UnixNanos ignored;
  return parse_date_time(text, ignored);
}

UnixNanos time(std::string_view text) {
  UnixNanos out;
  EXPECT_EQ(parse_date_time(text, out), Reason::None) << text;
  return out;
}

TEST(DateTimeTest, TheZoneIsTakenOff) {
  EXPECT_EQ(time("2026-01-05T12:00:00Z"), kNoon);
  EXPECT_EQ(time("2026-01-05T09:00:00-03:00"), kNoon);
  EXPECT_EQ(time("2026-01-06T01:29:00+13:29"), kNoon);
  EXPECT_EQ(time("2026-01-05T12:00:00-00:00"), kNoon);
  EXPECT_EQ(time("2000-01-01T00:00:00Z"), UnixNanos{946'684'800'000'000'000});
}

TEST(DateTimeTest, UpToNineDecimalsOfASecond) {
  EXPECT_EQ(time("2026-01-05T12:00:00.5Z").value(), kNoon.value() + 500'000'000);
  EXPECT_EQ(time("2026-01-05T12:00:00.000000001Z").value(), kNoon.value() + 1);
  EXPECT_EQ(time("2026-01-05T12:00:00.123456789+00:00").value(), kNoon.value() + 123'456'789);
  EXPECT_EQ(reason_of_time("2026-01-05T12:00:00.0000000001Z"), Reason::DateTimeSyntax);
  EXPECT_EQ(reason_of_time("2026-01-05T12:00:00.Z"), Reason::DateTimeSyntax);
}

TEST(DateTimeTest, OnlyOneForm) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2026-01-05",
                                      "2026-01-05T12:00:00",
                                      "2026-01-05T12:00Z",
                                      "2026-1-05T12:00:00Z",
                                      "2026-01-05t12:00:00Z",
                                      "2026-01-05T12:00:00z",
                                      "2026-01-05T12:00:00ZZ",
                                      "2026-01-05T12:00:00+3:00",
                                      "2026-01-05T12:00:00+0300",
                                      "2026-01-05T12:00:00+03",
                                      "2026-01-05T12:00:00 03:00",
                                      "2026-01-05T12:00:00+24:00",
                                      "2026-01-05T12:00:00+03:60",
                                      "2026-01-05T24:00:00Z",
                                      "2026-01-05T23:60:00Z",
                                      "2026-01-05T23:59:60Z",
                                      "2026-00-05T12:00:00Z",
                                      "2026-13-05T12:00:00Z",
                                      "2026-01-00T12:00:00Z",
                                      "2026-01-32T12:00:00Z",
                                      "+026-01-05T12:00:00Z",
                                      "20260105T120000Z....",
                                      "2026-01-05T12:00:0:Z",
                                      "2026-01-05T12:00:00,5Z",
                                      "2026-01-05T12:00:00.5"}) {
    EXPECT_EQ(reason_of_time(text), Reason::DateTimeSyntax) << text;
  }
}

TEST(DateTimeTest, OnlyDaysOfTheCalendar) {
  EXPECT_EQ(reason_of_time("2028-02-29T00:00:00Z"), Reason::None);
  EXPECT_EQ(reason_of_time("2026-02-29T00:00:00Z"), Reason::DateTimeSyntax);
  EXPECT_EQ(reason_of_time("2026-04-30T00:00:00Z"), Reason::None);
  EXPECT_EQ(reason_of_time("2026-04-31T00:00:00Z"), Reason::DateTimeSyntax);
}

TEST(DateTimeTest, OnlyThisCentury) {
  EXPECT_EQ(reason_of_time("1999-12-31T23:59:59Z"), Reason::FieldOutOfRange);
  EXPECT_EQ(reason_of_time("2000-01-01T00:00:00Z"), Reason::None);
  EXPECT_EQ(reason_of_time("2099-12-31T23:59:59Z"), Reason::None);
  EXPECT_EQ(reason_of_time("2100-01-01T00:00:00Z"), Reason::FieldOutOfRange);
  EXPECT_EQ(reason_of_time("2000-01-01T05:30:00+05:30"), Reason::None);
  EXPECT_EQ(reason_of_time("2000-01-01T05:29:59+05:30"), Reason::FieldOutOfRange);
  EXPECT_EQ(reason_of_time("2099-12-31T22:59:59-01:00"), Reason::None);
  EXPECT_EQ(reason_of_time("2099-12-31T23:00:00-01:00"), Reason::FieldOutOfRange);
  EXPECT_EQ(reason_of_time("1999-12-31T23:59:59-01:00"), Reason::FieldOutOfRange);
  EXPECT_EQ(reason_of_time("2100-01-01T00:30:00+01:00"), Reason::FieldOutOfRange);
}

TEST(DateTimeTest, WritesWhatItReads) {
  EXPECT_EQ(to_date_time(kNoon), "2026-01-05T12:00:00Z");
  EXPECT_EQ(to_date_time(UnixNanos{kNoon.value() + 500'000'000}), "2026-01-05T12:00:00.5Z");
  EXPECT_EQ(to_date_time(UnixNanos{kNoon.value() - 1}), "2026-01-05T11:59:59.999999999Z");
  for (const std::int64_t nanos : {0LL, 1LL, 10LL, 999'999'999LL, 86'399'999'999'999LL}) {
    const UnixNanos at{kNoon.value() + nanos};
    EXPECT_EQ(time(to_date_time(at)), at);
  }
}

TEST(WordsTest, EveryWordComesBack) {
  EXPECT_EQ(word_of(Side::Sell), "sell");
  EXPECT_EQ(value_of<Side>("sell"), Side::Sell);
  EXPECT_EQ(value_of<Side>("Sell"), std::nullopt);
  EXPECT_EQ(word_of(ExecutionStatus::Failed), "failed");
  EXPECT_EQ(word_of(ChallengeStatus::Invalidated), "INVALIDATED");
  EXPECT_EQ(word_of(AuthMethod::PersonalDomainConfirmation), "personal_domain_confirmation");
  EXPECT_EQ(word_of(SnapshotCause::Periodic), "periodic");
  EXPECT_EQ(word_of(AssetClass::FixedIncomeBr), "fixed_income_br");
}

TEST(DecisionTest, AKeyHasThreePartsThatSaySomething) {
  EXPECT_TRUE(is_decision_key("a:b:c"));
  for (const std::string_view text : {"", "a", "a:b", "::", ":b:c", "a::c", "a:b:", "a:b:c:d"}) {
    EXPECT_FALSE(is_decision_key(text)) << text;
  }
}

clawgate::OrderIntent an_entry(Stage stage = Stage::S0) {
  clawgate::OrderIntent intent;
  OrderCandidate& order = intent.order;
  order.hold = HoldId{41};
  order.symbol = Symbol("BTCUSDT");
  order.stage = stage;
  Leg entry;
  entry.tif = TimeInForce::Fok;
  entry.qty = Qty::from_raw(83'000);
  entry.limit = Px::of(60'018);
  entry.client_order_id = ClientOrderId("cg00AE0");
  Leg stop;
  stop.role = LegRole::Stop;
  stop.side = Side::Sell;
  stop.type = OrdType::StopLoss;
  stop.trigger = Px::of(58'000);
  EXPECT_TRUE(order.legs.push_back(entry));
  EXPECT_TRUE(order.legs.push_back(stop));
  order.risk = Notional::of(2);
  order.fees_ceiling = Notional::from_raw(10'000'000);
  order.expires_at = UnixNanos{kNoon.value() + 300 * kNanosPerSecond};
  intent.digest = sha256(bytes_of("order"));
  intent.decision_id = DecisionId("DEC-20260105-001");
  intent.approved_by = OperatorId("alice");
  intent.approved_at = kNoon;
  intent.trace_id = TraceId("trace-1");
  return intent;
}

clawgate::OrderIntent an_exit() {
  clawgate::OrderIntent intent = an_entry();
  intent.order.legs.clear();
  Leg exit;
  exit.role = LegRole::Exit;
  exit.side = Side::Sell;
  exit.type = OrdType::Market;
  exit.qty = Qty::from_raw(82'000);
  exit.client_order_id = ClientOrderId("cg00AX0");
  EXPECT_TRUE(intent.order.legs.push_back(exit));
  return intent;
}

constexpr OrderContext kContext{"signal-1", AssetClass::CryptoSpot, Px()};

TEST(MappingTest, AnApprovedEntryIsAnOrderIntentWithItsOwnStop) {
  const auto order = order_intent_of(an_entry(), kContext);
  ASSERT_TRUE(order);
  EXPECT_EQ(encode(*order),
            R"({"approved_at":"2026-01-05T12:00:00Z","approved_by":"alice",)"
            R"("asset_class":"crypto_spot","decision_id":"DEC-20260105-001","idempotency_key":")" +
                to_hex(sha256(bytes_of("order"))) +
                R"(","order_intent_id":"cg00AE0","order_type":"limit","price":60018,)"
                R"("quantity":0.00083,"schema_version":"1.0","side":"buy",)"
                R"("signal_intent_id":"signal-1","stage":"S0","stop_price":58000,)"
                R"("symbol":"BTCUSDT","trace_id":"trace-1"})");
  EXPECT_TRUE(decode_order_intent(encode(*order)));
}

TEST(MappingTest, AnExitCarriesThePositionsStop) {
  const auto bare = order_intent_of(an_exit(), kContext);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->stop_price, std::nullopt);
  EXPECT_EQ(bare->price, std::nullopt);
  EXPECT_EQ(bare->order_type, OrderType::Market);
  EXPECT_EQ(gateway_request_of(an_exit(), kContext), std::nullopt);

  OrderContext context = kContext;
  context.position_stop = Px::of(58'000);
  const auto request = gateway_request_of(an_exit(), context);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->stop_price, Px::of(58'000));
  EXPECT_EQ(request->side, Side::Sell);
  EXPECT_TRUE(decode_execution_gateway(encode(*request)));
}

TEST(MappingTest, ATakeProfitIsNoOrderOfItsOwn) {
  clawgate::OrderIntent intent = an_entry();
  intent.order.legs[0].type = OrdType::TakeProfitLimit;
  EXPECT_EQ(order_intent_of(intent, kContext), std::nullopt);
  EXPECT_EQ(order_type_of(OrdType::TakeProfit), std::nullopt);
  EXPECT_EQ(order_type_of(OrdType::Market), OrderType::Market);
  EXPECT_EQ(order_type_of(OrdType::LimitMaker), OrderType::Limit);
  EXPECT_EQ(order_type_of(OrdType::StopLoss), OrderType::Stop);
  EXPECT_EQ(order_type_of(OrdType::StopLossLimit), OrderType::StopLimit);
}

TEST(MappingTest, EveryStatusHasAWord) {
  EXPECT_EQ(execution_status_of(OrdStatus::PendingNew), ExecutionStatus::Accepted);
  EXPECT_EQ(execution_status_of(OrdStatus::New), ExecutionStatus::Accepted);
  EXPECT_EQ(execution_status_of(OrdStatus::PartiallyFilled), ExecutionStatus::PartiallyFilled);
  EXPECT_EQ(execution_status_of(OrdStatus::Filled), ExecutionStatus::Filled);
  EXPECT_EQ(execution_status_of(OrdStatus::Canceled), ExecutionStatus::Canceled);
  EXPECT_EQ(execution_status_of(OrdStatus::Expired), ExecutionStatus::Canceled);
  EXPECT_EQ(execution_status_of(OrdStatus::Rejected), ExecutionStatus::Rejected);
  EXPECT_EQ(market_status_of(InstrumentStatus::Trading), "open");
  EXPECT_EQ(market_status_of(InstrumentStatus::CancelOnly), "halt");
  EXPECT_EQ(market_status_of(InstrumentStatus::Unknown), "closed");
}

clawgate::ExecutionReport a_fill() {
  clawgate::ExecutionReport report;
  report.venue_order_id = VenueOrderId("28");
  report.ord_status = OrdStatus::Filled;
  report.cum_qty = Qty::of(3);
  report.cum_quote = Notional::of(10);  // 3.333...
  return report;
}

TEST(MappingTest, TheAnswerBecomesAReportUnderItsOtherNames) {
  ExecutionGateway order = gateway_request_of(an_entry(), kContext).value();
  EXPECT_EQ(report_of(order, "sim", "trace-1", kNoon), std::nullopt);
  add_response(order, a_fill(), "E-1", "trace-1");
  EXPECT_TRUE(decode_execution_gateway(encode(order)));

  const auto report = report_of(order, "sim", "trace-1", kNoon);
  ASSERT_TRUE(report);
  EXPECT_EQ(encode(*report),
            R"({"avg_price":3.33333334,"execution_report_id":"E-1","filled_qty":3,)"
            R"("gateway_trace_id":"trace-1","order_intent_id":"cg00AE0","reject_reason":null,)"
            R"("schema_version":"1.0","status":"filled","timestamp":"2026-01-05T12:00:00Z",)"
            R"("venue":"sim","venue_order_id":"28"})");
  EXPECT_TRUE(decode_execution_report(encode(*report)));
}

TEST(MappingTest, TheAveragePriceRoundsAgainstTheOrder) {
  ExecutionGateway order;
  clawgate::ExecutionReport report = a_fill();
  report.side = Side::Sell;
  add_response(order, report, "E-1", "t");
  EXPECT_EQ(order.avg_fill_price, Px::from_raw(333'333'333));
  report.cum_qty = Qty();
  add_response(order, report, "E-1", "t");
  EXPECT_EQ(order.avg_fill_price, Px());
}

TEST(MappingTest, ARejectionKeepsTheVenuesWords) {
  ExecutionGateway order = gateway_request_of(an_entry(), kContext).value();
  clawgate::ExecutionReport report;
  report.ord_status = OrdStatus::Rejected;
  report.text = Text<64>("Filter failure: LOT_SIZE");
  add_response(order, report, "E-1", "t");
  EXPECT_EQ(report_of(order, "sim", "t", kNoon)->reject_reason, "Filter failure: LOT_SIZE");
  EXPECT_EQ(order.venue_order_id, std::nullopt);
  EXPECT_TRUE(decode_execution_gateway(encode(order)));
}

TEST(MappingTest, AVerdictListsItsReasonsInTableOrder) {
  Instrument instrument;
  instrument.status = InstrumentStatus::Trading;
  instrument.filters.step = Qty::from_raw(1000);
  instrument.filters.notional_min = Notional::of(5);
  ReasonSet blocked;
  blocked.add(Reason::OrderRate);
  blocked.add(Reason::TradingBlocked);
  const RiskFigures figures{Notional::of(50), Notional::of(10), Notional()};
  const PreTradeValidator verdict =
      validator_of(an_entry().order, instrument, RampLevel::L0, blocked, figures, "2026-11-20");
  EXPECT_EQ(verdict.validator_status, ValidatorStatus::Block);
  EXPECT_EQ(verdict.block_reasons, (std::vector<std::string>{"TRADING_BLOCKED", "ORDER_RATE"}));
  EXPECT_EQ(verdict.symbol_constraints.min_notional, Notional::of(5));
  EXPECT_EQ(verdict.symbol_constraints.tick_size, Px::from_raw(1));
  EXPECT_EQ(verdict.effective_risk_quote.value, Notional::of(2));
  EXPECT_TRUE(decode_pre_trade_validator(encode(verdict)));
  const PreTradeValidator pass =
      validator_of(an_entry().order, instrument, RampLevel::L1, ReasonSet(), figures, "2026-11-20");
  EXPECT_EQ(pass.validator_status, ValidatorStatus::Pass);
  EXPECT_EQ(pass.capital_ramp_level, "L1");
}

TEST(MappingTest, APaperDecisionNeedsNoChallengeAndALiveOneDoes) {
  const OrderCandidate paper = an_entry().order;
  Decision decision = pending_decision_of(paper, "DEC-20260105-001", kNoon, "Buy", "Buy it.");
  EXPECT_EQ(decision.status, DecisionStatus::Pending);
  EXPECT_EQ(decision.decision_key, "order:BTCUSDT:41");
  EXPECT_EQ(decision.timeout_at, paper.expires_at);
  EXPECT_EQ(decision.side_effect_class, SideEffectClass::None);
  EXPECT_EQ(decision.challenge_status, ChallengeStatus::NotRequired);
  EXPECT_TRUE(decode_decision(encode(decision)));

  const OrderCandidate live = an_entry(Stage::S1).order;
  decision = pending_decision_of(live, "DEC-20260105-001", kNoon, "Buy", "Buy it.");
  EXPECT_EQ(decision.side_effect_class, SideEffectClass::Financial);
  EXPECT_EQ(decision.challenge_status, ChallengeStatus::Pending);
}

TEST(MappingTest, AScriptedYesIsNoHumanApproval) {
  clawgate::OrderIntent intent = an_entry();
  Decision decision =
      pending_decision_of(intent.order, "DEC-20260105-001", kNoon, "Buy", "Buy it.");
  approve(decision, intent);
  EXPECT_EQ(decision.status, DecisionStatus::Approved);
  EXPECT_EQ(decision.approver_operator_id, "alice");
  EXPECT_TRUE(decision.explicit_human_approval);
  EXPECT_TRUE(decode_decision(encode(decision)));
  intent.scripted = true;
  approve(decision, intent);
  EXPECT_FALSE(decision.explicit_human_approval);
}

TEST(PositionSnapshotTest, ItsDigestCoversEverythingElse) {
  PositionSnapshot snapshot;
  snapshot.snapshot_id = "S-1";
  snapshot.taken_at = kNoon;
  snapshot.venue = "sim";
  snapshot.account_ref = "account-0";
  snapshot.positions.emplace_back();
  snapshot.positions[0].symbol = "BTCUSDT";
  snapshot.positions[0].base_qty = Qty::of(1);
  snapshot.trace_id = "trace-1";
  snapshot.sha256 = content_digest(snapshot);
  const PositionSnapshot read = decode_position_snapshot(encode(snapshot)).value();
  EXPECT_EQ(content_digest(read), read.sha256);
  EXPECT_EQ(read.positions[0].protective_stop, std::nullopt);
  snapshot.positions[0].base_qty = Qty::from_raw(Qty::of(1).raw() + 1);
  EXPECT_NE(content_digest(snapshot), read.sha256);
}

}  // namespace
}  // namespace clawgate::contracts
