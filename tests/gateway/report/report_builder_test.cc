// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/report_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "tests/gateway/report/sample_session.h"
#include "tests/gateway/report/short_tape.h"

namespace clawgate::report {
namespace {

template <class Row>
std::vector<Row> rows_of(const Tape& tape) {
  std::vector<Row> rows;
  for (const Recorded& at : tape.records()) {
    if (at.type == Row::kType) rows.push_back(decode<Row>(at.bytes).value());
  }
  return rows;
}

class SampleReportTest : public ::testing::Test {
 protected:
  Tape tape_ = sample_session();
  SessionReport report_ = report_of(tape_, sample_extras());
};

TEST_F(SampleReportTest, EverySignalHasTheFateThatTheStoryGaveIt) {
  const std::map<std::string, Fate> expected = {
      {"ta-0608-hold", Fate::NoAction},  {"ta-0812-btc", Fate::TookProfit},
      {"ta-0813-eth", Fate::Denied},     {"ta-0814-btc", Fate::Expired},
      {"at-00018", Fate::Denied},        {"at-00019", Fate::Declined},
      {"ta-0815-btc", Fate::StoppedOut}, {"ta-0816-btc", Fate::Denied},
      {"ta-0817-btc", Fate::Voided},     {"at-00020", Fate::Exited},
      {"at-00021", Fate::Sold},          {"ta-0818-btc", Fate::Denied},
      {"ta-0819-btc", Fate::NotFilled},  {"ta-0820-btc", Fate::Open},
      {"ta-0821-btc", Fate::Waiting},
  };
  std::size_t seen = 0;
  for (const SignalRow& row : report_.signals) {
    const auto at = expected.find(std::string(row.intent_id.view()));
    if (at == expected.end()) continue;
    EXPECT_EQ(row.fate, at->second) << at->first;
    ++seen;
  }
  EXPECT_EQ(seen, expected.size());
  // This id came twice: first denied, then a duplicate of that.
  std::vector<Fate> twice;
  for (const SignalRow& row : report_.signals) {
    if (row.intent_id == "at-00017") twice.push_back(row.fate);
  }
  EXPECT_EQ(twice, (std::vector<Fate>{Fate::Denied, Fate::Duplicate}));
}

TEST_F(SampleReportTest, CountsAreThoseOfTheRecords) {
  std::map<std::uint16_t, std::uint64_t> records;
  for (const Recorded& at : tape_.records()) ++records[at.type];
  ASSERT_EQ(report_.records.size(), records.size());
  for (const RecordCount& row : report_.records) EXPECT_EQ(row.count, records[row.type]);
  EXPECT_EQ(report_.records_total, tape_.records().size());
  EXPECT_EQ(report_.signals.size(), records[SignalIntent::kType]);
  EXPECT_EQ(report_.refused.size(), records[SignalRefused::kType]);
  EXPECT_EQ(report_.approvals.size(), records[CandidateHeld::kType]);
  EXPECT_EQ(report_.fills.size(), records[FillApplied::kType]);
  EXPECT_EQ(report_.blocks.size(), records[BlockChanged::kType]);
  EXPECT_EQ(report_.commands.size(), records[OperatorCommand::kType]);
  EXPECT_EQ(report_.violations.size(), records[ViolationRecorded::kType]);
  EXPECT_EQ(report_.records_undecodable, 0U);
  EXPECT_EQ(report_.facts_unmatched, 0U);
  EXPECT_EQ(report_.head_seq, tape_.records().back().seq);
  EXPECT_EQ(report_.first_time, tape_.records().front().time);
  EXPECT_EQ(report_.last_time, tape_.records().back().time);
}

TEST_F(SampleReportTest, OutcomesAndDispositionsAddUp) {
  std::map<SignalOutcome, std::uint32_t> outcomes;
  for (const SignalDecided& row : rows_of<SignalDecided>(tape_)) ++outcomes[row.outcome];
  for (const auto& [outcome, count] : outcomes) {
    EXPECT_EQ(report_.totals.outcomes[static_cast<std::size_t>(outcome)], count) << word(outcome);
  }
  std::map<Disposition, std::uint32_t> refused;
  for (const SignalRefused& row : rows_of<SignalRefused>(tape_)) ++refused[row.disposition];
  for (const auto& [disposition, count] : refused) {
    EXPECT_EQ(report_.totals.refused[static_cast<std::size_t>(disposition)], count);
  }
  std::uint32_t fates = 0;
  for (const std::uint32_t count : report_.totals.fates) fates += count;
  EXPECT_EQ(fates, report_.signals.size());
}

TEST_F(SampleReportTest, DenialsAreCountedOnceForEachReason) {
  std::map<Reason, std::uint32_t> expected;
  for (const SignalDecided& row : rows_of<SignalDecided>(tape_)) {
    if (row.outcome != SignalOutcome::Denied) continue;
    for (std::uint16_t i = 1; i < 64; ++i) {
      if ((row.reasons >> i & 1U) != 0) ++expected[static_cast<Reason>(i)];
    }
  }
  ASSERT_EQ(report_.denied_by.size(), expected.size());
  std::uint32_t before = UINT32_MAX;
  for (const ReasonCount& row : report_.denied_by) {
    EXPECT_EQ(row.count, expected[row.reason]) << word(row.reason);
    EXPECT_LE(row.count, before) << "most frequent first";
    before = row.count;
  }
}

// The slow sums: each straight from the records, in 128 bits.
TEST_F(SampleReportTest, MoneyIsTheSumOfTheFills) {
  std::map<HoldId, FillApplied> last;
  std::map<std::string, Wide> fees;
  Wide bought = 0;
  Wide sold = 0;
  for (const FillApplied& row : rows_of<FillApplied>(tape_)) {
    last[row.hold] = row;
    fees[std::string(row.fee_asset.view())] += row.fee.raw();
    const Wide exact = static_cast<Wide>(row.px.raw()) * row.qty.raw();
    if (row.side == Side::Buy) {
      bought += (exact + 99'999'999) / 100'000'000;
    } else {
      sold += exact / 100'000'000;
    }
  }
  Wide realised = 0;
  Wide all_fees = 0;
  for (const auto& [hold, row] : last) {
    realised += row.realised.raw();
    all_fees += row.fees.raw();
  }
  EXPECT_EQ(report_.totals.realised.raw(), realised);
  EXPECT_EQ(report_.totals.fees.raw(), all_fees);
  EXPECT_EQ(report_.totals.bought.raw(), bought);
  EXPECT_EQ(report_.totals.sold.raw(), sold);
  ASSERT_EQ(report_.fees_by_asset.size(), fees.size());
  for (const AssetTotal& row : report_.fees_by_asset) {
    EXPECT_EQ(row.total.raw(), fees[std::string(row.asset.view())]);
  }
  EXPECT_FALSE(report_.totals.overflowed);
}

TEST_F(SampleReportTest, TradesCarryWhatTheirClosingSaid) {
  std::uint32_t closed = 0;
  for (const TradeClosed& fact : rows_of<TradeClosed>(tape_)) {
    const TradeRow* const trade = report_.trade(fact.hold);
    if (trade == nullptr) continue;  // of an exit
    EXPECT_EQ(trade->realised, fact.realised);
    EXPECT_EQ(trade->fees, fact.fees);
    EXPECT_EQ(trade->dust, fact.dust);
    EXPECT_TRUE(trade->closed());
    if (trade->filled()) ++closed;
  }
  EXPECT_EQ(report_.totals.trades_closed, closed);
  EXPECT_EQ(report_.totals.trades_open, 1U);
  EXPECT_EQ(report_.totals.won, 2U);
  EXPECT_EQ(report_.totals.lost, 1U);
}

TEST_F(SampleReportTest, OrdersHaveEveryLegAndEndWhereTheirLastMoveSaid) {
  std::map<std::string, OrderState> states;
  for (const OrderMoved& row : rows_of<OrderMoved>(tape_)) {
    states[std::string(row.client_order_id.view())] = row.to;
  }
  std::size_t legs = rows_of<ProtectiveIssued>(tape_).size();
  for (const OrderIntent& row : rows_of<OrderIntent>(tape_)) {
    if (row.order.is_entry()) legs += row.order.legs.size();
  }
  EXPECT_EQ(report_.orders.size(), legs);
  for (const OrderRow& order : report_.orders) {
    EXPECT_EQ(order.state, states[std::string(order.leg.client_order_id.view())]);
    Wide filled = 0;
    for (const FillApplied& row : rows_of<FillApplied>(tape_)) {
      if (row.client_order_id == order.leg.client_order_id) filled += row.qty.raw();
    }
    EXPECT_EQ(order.filled.raw(), filled);
    EXPECT_FALSE(order.moves.empty());
  }
}

TEST_F(SampleReportTest, DecisionTimesAreFromShownToDecided) {
  std::map<HoldId, std::int64_t> shown;
  std::vector<std::int64_t> waits;
  for (const Recorded& at : tape_.records()) {
    if (at.type == CandidateHeld::kType) {
      shown[decode<CandidateHeld>(at.bytes)->order.hold] = at.time.value();
    }
    if (at.type != HoldMoved::kType) continue;
    const HoldMoved row = *decode<HoldMoved>(at.bytes);
    if (row.event == HoldEvent::Approve || row.event == HoldEvent::Decline) {
      waits.push_back(at.time.value() - shown[row.hold]);
    }
  }
  std::sort(waits.begin(), waits.end());
  EXPECT_EQ(report_.totals.decisions, waits.size());
  EXPECT_EQ(report_.totals.decision_median_ns, waits[waits.size() / 2]);  // an odd number of them
  EXPECT_EQ(report_.totals.decision_max_ns, waits.back());
  EXPECT_EQ(report_.totals.scripted, 0U);
}

// Equity again, from the records alone: after every balance pair and every mark.
TEST_F(SampleReportTest, EquityAndDrawdownAreThoseOfTheBalances) {
  Wide usdt = 0;
  Wide btc = 0;
  Wide bid = 0;
  std::vector<Wide> curve;
  for (std::size_t i = 0; i < tape_.records().size(); ++i) {
    const Recorded& at = tape_.records()[i];
    if (at.type == BalanceReported::kType) {
      const auto row = *decode<BalanceReported>(at.bytes);
      (row.asset == "USDT" ? usdt : btc) = row.free.raw() + row.locked.raw();
      if (row.asset == "USDT") continue;  // its companion follows
    } else if (at.type == MarketTop::kType) {
      bid = decode<MarketTop>(at.bytes)->bid.raw();
    } else {
      continue;
    }
    curve.push_back(usdt + btc * bid / 100'000'000);
  }
  Wide drawdown = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    for (std::size_t k = i; k < curve.size(); ++k) {
      drawdown = std::max(drawdown, curve[i] - curve[k]);
    }
  }
  EXPECT_EQ(report_.equity.start->raw(), curve.front());
  EXPECT_EQ(report_.equity.end->raw(), curve.back());
  EXPECT_EQ(report_.equity.drawdown_max.raw(), drawdown);
  Notional deepest;
  for (const EquityPoint& at : report_.equity.points) deepest = std::max(deepest, at.drawdown());
  EXPECT_EQ(deepest, report_.equity.drawdown_max) << "thinning keeps the extreme";
}

TEST_F(SampleReportTest, CallersCheckCodesStandBesideTheirHolds) {
  for (const CheckCode& row : sample_extras().check_codes) {
    ASSERT_NE(report_.approval(row.hold), nullptr);
    EXPECT_EQ(report_.approval(row.hold)->check_code, row.code);
  }
}

TEST(ReportBuilderTest, PricesOfTheJournalAreShownWhereTheCallerHasNone) {
  const Tape tape = sample_session();
  const SessionReport report = report_of(tape);
  ASSERT_EQ(report.extras.prices.size(), 1U);
  EXPECT_EQ(report.extras.prices[0].points.size(), rows_of<MarketTop>(tape).size());
  const auto told = report_of(tape, sample_extras()).extras.prices[0].points;
  EXPECT_GT(told.size(), rows_of<MarketTop>(tape).size());
  EXPECT_EQ(told[1].mid, sample_extras().prices[0].points[1].mid);
}

// A price every 100 ms for ten minutes, and it moved once.
TEST(ReportBuilderTest, PricesAreThinned) {
  ShortTape tape;
  tape.signal(SignalOutcome::NoAction);
  SessionExtras quiet;
  SessionExtras busy;
  quiet.prices.push_back({Symbol("BTCUSDT"), {}});
  busy.prices.push_back({Symbol("BTCUSDT"), {}});
  for (std::int64_t i = 0; i < 6'000; ++i) {
    quiet.prices[0].points.push_back({at_ms(i * 100), i < 3'000 ? px("100") : px("101")});
    busy.prices[0].points.push_back({at_ms(i * 100), Px::from_raw(1'000 + i % 7)});
  }
  busy.prices[0].points[4'321].mid = Px::from_raw(5'000);
  const auto few = report_of(tape.tape, quiet).extras.prices[0].points;
  ASSERT_EQ(few.size(), 4U);
  EXPECT_EQ(few[1].time, at_ms(299'900));
  EXPECT_EQ(few[2].time, at_ms(300'000));
  EXPECT_EQ(few[3].time, at_ms(599'900));
  const auto many = report_of(tape.tape, busy).extras.prices[0].points;
  EXPECT_LE(many.size(), 1'610U);
  EXPECT_TRUE(std::any_of(many.begin(), many.end(), [](const PricePoint& at) {
    return at.mid == Px::from_raw(5'000);
  })) << "every extreme is kept";
}

TEST(ReportBuilderTest, IsEmptyAfterItsReport) {
  ReportBuilder builder;
  const Tape tape = sample_session();
  for (const Recorded& at : tape.records()) {
    builder.add(at.seq, at.time, at.type, at.bytes);
  }
  EXPECT_FALSE(builder.finish({}, {}, {}).signals.empty());
  const SessionReport second = builder.finish({}, {}, {});
  EXPECT_TRUE(second.signals.empty());
  EXPECT_EQ(second.records_total, 0U);
  EXPECT_FALSE(second.equity.start.has_value());
}

TEST(ReportBuilderTest, BytesThatAreNoRecordAreCountedAndChangeNothing) {
  Tape tape;
  const std::vector<std::uint8_t> cut = {0xFF};
  tape.put(at_ms(0), FillApplied::kType, cut);
  tape.put(at_ms(0), 4242, cut);  // a type of a newer version
  const SessionReport report = report_of(tape);
  EXPECT_EQ(report.records_total, 2U);
  EXPECT_EQ(report.records_undecodable, 1U);
  EXPECT_TRUE(report.fills.empty());
}

TEST(ReportBuilderTest, FactsAboutUnknownHoldsAndOrdersAreCounted) {
  ShortTape tape;
  tape.hold_moved(HoldEvent::Expire, HoldState::Expired, Reason::HoldExpired);
  EXPECT_EQ(tape.report().facts_unmatched, 1U);
  tape.filled(LegRole::Entry, qty("1"), px("100"));
  EXPECT_EQ(tape.report().facts_unmatched, 2U);
  EXPECT_TRUE(tape.report().fills.empty());
}

TEST(ReportBuilderTest, AmountThatDoesNotFitIsFlaggedAndLeftOut) {
  const Px most = Px::from_raw(INT64_MAX);
  const SessionReport report = ShortTape()
                                   .entry_released()
                                   .filled(LegRole::Entry, qty("2"), most)
                                   .filled(LegRole::Entry, qty("1"), px("100"))
                                   .report();
  EXPECT_TRUE(report.totals.overflowed);
  EXPECT_EQ(report.totals.bought, money("100"));
}

TEST(ReportBuilderTest, SignalWithoutItsDecisionIsUndecided) {
  ShortTape tape;
  tape.put(SignalIntent{});
  EXPECT_EQ(tape.report().signals[0].fate, Fate::Undecided);
  EXPECT_EQ(tape.report().totals.fates[static_cast<std::size_t>(Fate::Undecided)], 1U);
}

TEST(ReportBuilderTest, HoldsEndAsTheirLastMoveSays) {
  struct Case {
    HoldEvent event;
    HoldState to;
    Fate fate;
  };
  for (const Case& at : {Case{HoldEvent::Approve, HoldState::Approved, Fate::Waiting},
                         Case{HoldEvent::Decline, HoldState::Declined, Fate::Declined},
                         Case{HoldEvent::Expire, HoldState::Expired, Fate::Expired},
                         Case{HoldEvent::Void, HoldState::Voided, Fate::Voided}}) {
    const SessionReport report = ShortTape()
                                     .signal(SignalOutcome::Held)
                                     .held()
                                     .hold_moved(at.event, at.to, Reason::None, "ana")
                                     .report();
    EXPECT_EQ(report.signals[0].fate, at.fate) << word(at.to);
    EXPECT_EQ(report.approvals[0].state, at.to);
    const bool decided = at.event == HoldEvent::Approve || at.event == HoldEvent::Decline;
    EXPECT_EQ(report.approvals[0].decided_at.has_value(), decided);
    EXPECT_EQ(report.approvals[0].ended_at.has_value(), at.event != HoldEvent::Approve);
  }
}

TEST(ReportBuilderTest, VoidAfterApprovalTellsWhatNoLongerPassed) {
  const SessionReport report =
      ShortTape()
          .signal(SignalOutcome::Held)
          .held()
          .hold_moved(HoldEvent::Approve, HoldState::Approved, Reason::None, "ana")
          .rechecked(ReasonSet::of(Reason::MarketStale))
          .hold_moved(HoldEvent::Void, HoldState::Voided, Reason::VoidedByRecheck, "ana")
          .report();
  EXPECT_EQ(report.signals[0].ended, Reason::VoidedByRecheck);
  EXPECT_TRUE(report.signals[0].recheck.has(Reason::MarketStale));
  EXPECT_EQ(report.approvals[0].operator_id, "ana");
  EXPECT_EQ(report.totals.decisions, 1U);
  ASSERT_EQ(report.ended_by.size(), 1U);
  EXPECT_EQ(report.ended_by[0].reason, Reason::VoidedByRecheck);
}

TEST(ReportBuilderTest, EntryThatBoughtNothingEndsAsItsOrderDid) {
  struct Case {
    OrderEvent event;
    OrderState to;
    Fate fate;
  };
  for (const Case& at :
       {Case{OrderEvent::Send, OrderState::Sent, Fate::Working},
        Case{OrderEvent::Ack, OrderState::Working, Fate::Working},
        Case{OrderEvent::RefuseAtDoor, OrderState::NotSent, Fate::NotSent},
        Case{OrderEvent::LoseTrack, OrderState::Unknown, Fate::Unknown},
        Case{OrderEvent::Reject, OrderState::Rejected, Fate::Rejected},
        Case{OrderEvent::Expire, OrderState::Expired, Fate::NotFilled},
        Case{OrderEvent::Cancel, OrderState::Canceled, Fate::NotFilled},
        Case{OrderEvent::CloseByDecision, OrderState::ClosedByDecision, Fate::ClosedByDecision}}) {
    const SessionReport report =
        ShortTape().entry_released().moved(LegRole::Entry, at.event, at.to).report();
    EXPECT_EQ(report.signals[0].fate, at.fate) << word(at.to);
    EXPECT_EQ(report.totals.trades_closed + report.totals.trades_open, 0U);
  }
}

TEST(ReportBuilderTest, TradeEndsByTheRoleOfItsLastSale) {
  struct Case {
    LegRole role;
    Fate fate;
  };
  for (const Case& at :
       {Case{LegRole::TakeProfit, Fate::TookProfit}, Case{LegRole::Stop, Fate::StoppedOut},
        Case{LegRole::Exit, Fate::Exited}, Case{LegRole::Reduce, Fate::Reduced}}) {
    ShortTape tape;
    tape.entry_released().filled(LegRole::Entry, qty("1"), px("100"));
    EXPECT_EQ(tape.report().signals[0].fate, Fate::Open);
    tape.issued(LegRole::Exit).issued(LegRole::Reduce);
    tape.filled(at.role, qty("1"), px("110"), money("9")).closed(money("9"));
    const SessionReport report = tape.report();
    EXPECT_EQ(report.signals[0].fate, at.fate) << word(at.role);
    EXPECT_EQ(report.trades[0].closed_by, at.role);
    EXPECT_EQ(report.totals.won, 1U);
    EXPECT_EQ(report.totals.realised, money("9"));
  }
}

TEST(ReportBuilderTest, ProfitOfNothingIsNeitherWonNorLost) {
  for (const std::int64_t raw : {-1, 0, 1}) {
    const SessionReport report = ShortTape()
                                     .entry_released()
                                     .filled(LegRole::Entry, qty("1"), px("100"))
                                     .closed(Notional::from_raw(raw))
                                     .report();
    EXPECT_EQ(report.totals.won, raw > 0 ? 1U : 0U);
    EXPECT_EQ(report.totals.lost, raw < 0 ? 1U : 0U);
    EXPECT_EQ(report.signals[0].fate, Fate::Closed) << "nothing was sold";
  }
}

TEST(ReportBuilderTest, OpenTradeIsWorthItsLastBidLessItsCost) {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100"), {}, qty("0.5"), money("50"));
  EXPECT_FALSE(tape.report().trades[0].unrealised.has_value()) << "no market was seen";
  MarketTop top;
  top.bid = px("110");
  top.ask = px("111");
  tape.put(top);
  EXPECT_EQ(tape.report().trades[0].unrealised, money("5"));
}

TEST(ReportBuilderTest, EachFillIsMeasuredAgainstItsOwnBenchmark) {
  ShortTape tape;
  MarketTop top;
  top.bid = px("95");
  top.ask = px("96");
  tape.put(top).entry_released();
  tape.filled(LegRole::Entry, qty("1"), px("101.5"))
      .filled(LegRole::Stop, qty("0.2"), px("89"))
      .filled(LegRole::TakeProfit, qty("0.2"), px("121"))
      .issued(LegRole::Reduce)
      .filled(LegRole::Reduce, qty("0.2"), px("94"));
  const SessionReport report = tape.report();
  EXPECT_EQ(report.fills[0].reference, px("100"));
  EXPECT_EQ(report.fills[0].touch, px("101"));
  EXPECT_EQ(report.fills[1].trigger, px("90"));
  EXPECT_EQ(report.fills[2].trigger, px("120"));
  EXPECT_EQ(report.fills[3].touch, px("95"));
  const TradeRow& trade = report.trades[0];
  EXPECT_EQ(trade.entry_vs_reference.cost(Side::Buy), Rate::from_raw(1'500'000));
  EXPECT_EQ(trade.entry_vs_touch.expected, money("101"));
  EXPECT_EQ(trade.exit_vs_benchmark.expected, money("61"));  // 0.2 of 90, 120 and 95
  EXPECT_EQ(trade.exit_vs_benchmark.actual, money("60.8"));  // 0.2 of 89, 121 and 94
}

TEST(ReportBuilderTest, ExitBelongsToTheTradeItCloses) {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100"));
  tape.hold = HoldId(2);
  tape.signal(SignalOutcome::Held).held(false);
  tape.hold_moved(HoldEvent::Approve, HoldState::Approved, Reason::None, "ana");
  tape.rechecked({}, px("109"), px("110"));
  tape.hold_moved(HoldEvent::Release, HoldState::Released);
  EXPECT_EQ(tape.report().signals[1].fate, Fate::NothingSold);
  tape.hold = HoldId(1);
  tape.issued(LegRole::Exit, HoldId(2));
  EXPECT_EQ(tape.report().signals[1].fate, Fate::Working);
  tape.filled(LegRole::Exit, qty("1"), px("108"), money("7")).closed(money("7"));
  tape.hold = HoldId(2);
  tape.closed();
  const SessionReport report = tape.report();
  EXPECT_EQ(report.signals[1].fate, Fate::Sold);
  EXPECT_EQ(report.signals[0].fate, Fate::Exited);
  EXPECT_EQ(report.trades.size(), 1U) << "an exit is no trade";
  EXPECT_EQ(report.fills[1].touch, px("109"));
  EXPECT_EQ(report.fills[1].reference, px("100"));
  EXPECT_EQ(report.facts_unmatched, 0U);
}

TEST(ReportBuilderTest, CommandKeepsItsAnswer) {
  ShortTape tape;
  tape.put(command_of("one", CommandAction::Approve, HoldId(9)));
  CommandDecided decided;
  decided.command_id = CommandId("one");
  decided.reason = Reason::HoldUnknown;
  decided.no_op = true;
  tape.put(decided);
  tape.put(command_of("two", CommandAction::Kill, {}));
  const SessionReport report = tape.report();
  ASSERT_EQ(report.commands.size(), 2U);
  EXPECT_EQ(report.commands[0].reason, Reason::HoldUnknown);
  EXPECT_TRUE(report.commands[0].no_op);
  EXPECT_FALSE(report.commands[1].decided);
}

TEST(ReportBuilderTest, WhatCameAndWentByItselfIsListedWithItsSign) {
  ShortTape tape;
  tape.put(paper_session());
  tape.put(BalanceMoved{AccountId{}, Asset("BTC"), qty("0.5"), {}});
  tape.put(BalanceMoved{AccountId{}, Asset("USDT"), qty("-12000"), {}});
  tape.put(BalanceMoved{AccountId(7), Asset("BTC"), qty("9"), {}});  // of another account
  tape.put(MovementFound{AccountId{}, Asset("BTC"), qty("0.00000001"), qty("1.25"), {}});
  const SessionReport report = tape.report();
  ASSERT_EQ(report.movements.size(), 3U);
  EXPECT_EQ(report.movements[0].asset, "BTC");
  EXPECT_EQ(report.movements[0].delta, qty("0.5"));
  EXPECT_FALSE(report.movements[0].found);
  EXPECT_EQ(report.movements[1].delta, qty("-12000"));
  EXPECT_TRUE(report.movements[2].found);
  EXPECT_EQ(report.movements[2].there, qty("1.25"));
}

TEST(ReportBuilderTest, LimitsAreListedOncePerVersion) {
  ShortTape tape;
  Limits limits;
  tape.put(limits).put(limits);
  limits.version = LimitsVersion{2};
  tape.put(limits);
  EXPECT_EQ(tape.report().limits.size(), 2U);
}

TEST(ReportBuilderTest, RestartsAreCountedAndTheFirstSessionIsShown) {
  Tape tape;
  SessionOpened session = paper_session();
  tape.put(at_ms(0), session);
  session.engine_version = Text<32>("9.9.9");
  tape.put(at_ms(1), session);
  const SessionReport report = report_of(tape);
  EXPECT_EQ(report.sessions, 2U);
  EXPECT_EQ(report.session->engine_version, "0.1.0");
}

TEST(SlippageTest, IsACostWhenTheBuyerPaysMoreAndTheSellerGetsLess) {
  const Slippage more{money("100"), money("101")};
  EXPECT_EQ(more.cost(Side::Buy), bps(100));
  EXPECT_EQ(more.cost(Side::Sell), bps(-100));
  EXPECT_EQ((Slippage{money("3"), money("3.00000001")}.cost(Side::Buy)), Rate::from_raw(1))
      << "rounded up, against us";
  EXPECT_FALSE((Slippage{{}, money("1")}.cost(Side::Buy)).has_value());
}

}  // namespace
}  // namespace clawgate::report
