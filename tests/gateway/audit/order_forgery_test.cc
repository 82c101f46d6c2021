// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// I1 of protective orders, I3, I4, I5 and I11: each clause is broken in a journal that is honest
// otherwise.

namespace clawgate::audit {
namespace {

class OrderForgeryTest : public ForgeryTest {};

// ---- I1, protective orders ---------------------------------------------------------------------

TEST_F(OrderForgeryTest, AProtectiveOrderThatWasNotIssued) {
  Forgery forged = a_reduce();
  const std::size_t at = forged.find<ProtectiveIssued>();
  forged.erase(at);
  expect_found(forged, "I1", forged.find<HandedOff>(1));
}

TEST_F(OrderForgeryTest, AProtectiveOrderThatIncreasesExposure) {
  const Forgery honest = a_reduce();
  expect_honest(honest);
  const std::size_t at = honest.find<ProtectiveIssued>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<ProtectiveIssued>(at, change);
    expect_found(forged, "I1", at);
  };
  found([](ProtectiveIssued& row) { row.leg.side = Side::Buy; });
  found([](ProtectiveIssued& row) { row.leg.role = LegRole::Entry; });
  found([](ProtectiveIssued& row) { row.leg.qty = Qty{}; });
  found([](ProtectiveIssued& row) { row.hold = HoldId{7}; });
  found([](ProtectiveIssued& row) { row.leg.client_order_id = ClientOrderId("cgTESTotherR0"); });
}

TEST_F(OrderForgeryTest, AProtectiveOrderAboveThePosition) {
  Forgery forged = a_reduce();
  const std::size_t at = forged.find<ProtectiveIssued>();
  forged.change<ProtectiveIssued>(at, [](ProtectiveIssued& row) { row.leg.qty = row.held; });
  expect_honest(forged);
  forged.change<ProtectiveIssued>(
      at, [](ProtectiveIssued& row) { row.leg.qty = Qty::from_raw(row.held.raw() + 1); });
  expect_found(forged, "I1", at);
  forged.change<ProtectiveIssued>(at, [](ProtectiveIssued& row) { row.held = row.leg.qty; });
  expect_found(forged, "I1", at);  // fills say what is held, not the permit
}

TEST_F(OrderForgeryTest, AProtectiveOrderBeforeAnyFill) {
  Forgery forged = a_reduce();
  const ProtectiveIssued issued =
      *decode<ProtectiveIssued>(forged.records()[forged.find<ProtectiveIssued>()].payload);
  const std::size_t at = forged.find<ExecutionReport>();
  forged.insert(at, issued);
  expect_found(forged, "I1", at);
}

TEST_F(OrderForgeryTest, AnExitThatIsNotTheApprovedOne) {
  const Forgery honest = an_exit();
  expect_honest(honest);
  const std::size_t at = honest.find<ProtectiveIssued>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<ProtectiveIssued>(at, change);
    expect_found(forged, "I1", at);
  };
  found([](ProtectiveIssued& row) { row.exit = HoldId{}; });
  found([](ProtectiveIssued& row) { row.exit = row.hold; });
  found([](ProtectiveIssued& row) { row.exit = HoldId{9}; });
  found([](ProtectiveIssued& row) { row.leg.type = OrdType::StopLoss; });
  found([](ProtectiveIssued& row) { row.leg.limit = Px::of(1); });
  found([](ProtectiveIssued& row) { row.leg.trigger = Px::of(1); });
  found([](ProtectiveIssued& row) {
    row.leg.tif = row.leg.tif == TimeInForce::Gtc ? TimeInForce::Ioc : TimeInForce::Gtc;
  });
  found([](ProtectiveIssued& row) { row.leg.role = LegRole::Reduce; });
}

TEST_F(OrderForgeryTest, AnExitAboveTheApprovedQuantity) {
  Forgery forged = an_exit();
  const auto less = [](OrderCandidate& order) {
    order.legs[0].qty = Qty::from_raw(order.legs[0].qty.raw() - 1);
  };
  change_order(forged, less, 1);
  expect_found(forged, "I1", forged.find<ProtectiveIssued>());
}

TEST_F(OrderForgeryTest, AnExitApprovedInAnotherInstrument) {
  const Forgery honest = an_exit();
  const auto approved_in = [&](const Symbol& symbol, auto change) {
    Forgery forged = honest;
    const std::size_t signal = forged.find<SignalIntent>(1);
    const auto in_symbol = [&](auto& row) { row.symbol = symbol; };
    forged.change<SignalIntent>(signal, in_symbol);
    forged.change<SignalDecided>(forged.find<SignalDecided>(1), in_symbol);
    const Digest intent = sha256(forged.records()[signal].payload);
    change_order(
        forged,
        [&](OrderCandidate& order) {
          order.symbol = symbol;
          order.intent = intent;
          change(order);
        },
        1);
    return forged;
  };
  expect_honest(approved_in(Symbol("BTCUSDT"), [](OrderCandidate&) {}));
  const std::size_t at = honest.find<ProtectiveIssued>();
  expect_found(approved_in(Symbol("ETHUSDT"), [](OrderCandidate&) {}), "I1", at, "ETHUSDT");
  const auto other = [](OrderCandidate& order) { order.instrument = InstrumentId{1}; };
  expect_found(approved_in(Symbol("BTCUSDT"), other), "I1", at, "another instrument");
}

TEST_F(OrderForgeryTest, TwoSalesOfOneApprovedExit) {
  entry = an_open_trade();
  for (const int attempt : {0, 1}) {  // two exits that sell nothing, each approved
    send(a_signal(SignalSide::Sell));
    EXPECT_EQ(approve(edges.signals.back().hold), Reason::None) << attempt;
    says(a_report(entry, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    says(a_report(entry, LegRole::Exit, ExecType::Expired, OrdStatus::Expired));
    says(a_report(entry, LegRole::Stop, ExecType::New, OrdStatus::New));
  }
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const auto exits = [](const ProtectiveIssued& row) { return row.leg.role == LegRole::Exit; };
  const HoldId first =
      decode<ProtectiveIssued>(honest.records()[honest.find<ProtectiveIssued>(exits)].payload)
          ->exit;
  const std::size_t second = honest.find<ProtectiveIssued>(exits, 1);
  Forgery forged = honest;
  forged.change<ProtectiveIssued>(second, [&](ProtectiveIssued& row) { row.exit = first; });
  expect_found(forged, "I3", second, "a second");
}

TEST_F(OrderForgeryTest, AnExitNobodyApproved) {
  Forgery forged = an_exit();
  const std::size_t approve = move_of(forged, HoldEvent::Approve, 1);
  forged.erase(approve);
  expect_found(forged, "I1", forged.find<OrderIntent>(1));
}

TEST_F(OrderForgeryTest, AProtectiveOrderPassesUnderAKill) {
  a_reduce();
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  says(a_report(entry, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  now += kNanosPerSecond;
  apply(TimePassed{});
  settle();
  EXPECT_EQ(venue.protective.size(), 2U);
  expect_honest(Forgery(recorder.records));
}

// ---- I3 ----------------------------------------------------------------------------------------

TEST_F(OrderForgeryTest, HandedOverTwice) {
  Forgery forged = an_entry();
  const std::size_t at = forged.add(HandedOff{id_of(LegRole::Entry), HandOff::Sent});
  expect_found(forged, "I3", at);
  forged.change<HandedOff>(at, [](HandedOff& row) { row.outcome = HandOff::Unknown; });
  expect_found(forged, "I3", at);
}

TEST_F(OrderForgeryTest, ALegOfAListHandedOverAlone) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<HandedOff>();
  forged.change<HandedOff>(at, [&](HandedOff& row) { row.client_order_id = id_of(LegRole::Stop); });
  expect_found(forged, "I3", at);
}

TEST_F(OrderForgeryTest, MovedOtherwiseThanTheDoorSaid) {
  const Forgery honest = an_entry();
  const std::size_t handed = honest.find<HandedOff>();
  const std::size_t at = honest.find<OrderMoved>();
  struct Row {
    HandOff outcome;
    OrderEvent event;
    OrderState to;
    bool honest;
  };
  const Row rows[] = {
      {HandOff::Sent, OrderEvent::Send, OrderState::Sent, true},
      {HandOff::Refused, OrderEvent::Send, OrderState::Sent, false},
      {HandOff::NotSent, OrderEvent::Send, OrderState::Sent, false},
      {HandOff::Unknown, OrderEvent::Send, OrderState::Sent, false},
      {HandOff::Sent, OrderEvent::RefuseAtDoor, OrderState::NotSent, false},
      {HandOff::Refused, OrderEvent::RefuseAtDoor, OrderState::NotSent, true},
      {HandOff::NotSent, OrderEvent::RefuseAtDoor, OrderState::NotSent, true},
      {HandOff::Unknown, OrderEvent::RefuseAtDoor, OrderState::NotSent, false},
      {HandOff::Sent, OrderEvent::LoseTrack, OrderState::Unknown, false},
      {HandOff::Refused, OrderEvent::LoseTrack, OrderState::Unknown, false},
      {HandOff::Unknown, OrderEvent::LoseTrack, OrderState::Unknown, true},
  };
  for (const Row& row : rows) {
    Forgery forged = honest;
    forged.cut(at + 1);
    forged.change<HandedOff>(handed, [&](HandedOff& input) { input.outcome = row.outcome; });
    forged.change<OrderMoved>(at, [&](OrderMoved& fact) {
      fact.event = row.event;
      fact.to = row.to;
    });
    SCOPED_TRACE(static_cast<int>(&row - rows));
    if (row.honest) {
      expect_honest(forged);
    } else {
      expect_found(forged, "I3", at);
    }
  }
}

TEST_F(OrderForgeryTest, MovedAsSentTwice) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<OrderMoved>();
  forged.insert(at + 1, *decode<OrderMoved>(forged.records()[at].payload));
  expect_found(forged, "I3", at + 1);
}

TEST_F(OrderForgeryTest, TwoOrderIntentsOfOneApproval) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<OrderIntent>();
  forged.insert(at + 1, *decode<OrderIntent>(forged.records()[at].payload));
  expect_found(forged, "I3", at + 1);
}

TEST_F(OrderForgeryTest, AnOrderIntentThatComesFromSomethingElseThanItsApproval) {
  Forgery forged = an_entry();
  CommandDecided refused =
      *decode<CommandDecided>(forged.records()[forged.find<CommandDecided>()].payload);
  refused.reason = Reason::HoldNotPending;
  forged.erase(forged.find<CommandDecided>());
  const std::size_t at = forged.find<OrderIntent>();
  forged.insert(at, refused);
  forged.insert(at + 1, TimePassed{});
  expect_found(forged, "I3", at + 2);
}

TEST_F(OrderForgeryTest, AClientOrderIdUsedTwice) {
  Forgery forged = a_reduce();
  const std::size_t at = forged.find<ProtectiveIssued>();
  forged.insert(at + 1, *decode<ProtectiveIssued>(forged.records()[at].payload));
  expect_found(forged, "I3", at + 1);
}

TEST_F(OrderForgeryTest, SentAgainOnceUnknown) {
  Forgery forged = an_unknown();
  expect_honest(forged);
  const std::size_t at = forged.add(HandedOff{id_of(LegRole::Entry), HandOff::Sent});
  expect_found(forged, "I3", at);
}

TEST_F(OrderForgeryTest, SentAgainAfterTheUnknownEnded) {
  an_unknown();
  says(a_report(entry, LegRole::Entry, ExecType::Status, OrdStatus::Expired));
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t at = forged.add(HandedOff{id_of(LegRole::Entry), HandOff::Sent});
  expect_found(forged, "I3", at);
}

TEST_F(OrderForgeryTest, AnUnknownEndsByAReportAboutThatVeryOrder) {
  an_unknown();
  says(a_report(entry, LegRole::Entry, ExecType::Status, OrdStatus::Expired));
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t report = honest.find<ExecutionReport>();
  const std::size_t moved = honest.find<OrderMoved>(
      [](const OrderMoved& row) { return row.event == OrderEvent::Expire; });
  Forgery forged = honest;
  forged.change<ExecutionReport>(report,
                                 [](ExecutionReport& row) { row.exec_type = ExecType::NotFound; });
  expect_found(forged, "I3", moved);
  forged = honest;
  forged.change<ExecutionReport>(
      report, [&](ExecutionReport& row) { row.client_order_id = id_of(LegRole::Stop); });
  expect_found(forged, "I3", moved);
  forged = honest;
  forged.erase(report);
  forged.insert(report, TimePassed{});
  expect_found(forged, "I3", moved);
}

TEST_F(OrderForgeryTest, AnOrderThatTheVenueDoesNotFindIsUnknown) {
  an_entry();
  says(a_report(entry, LegRole::Entry, ExecType::NotFound, OrdStatus::Rejected));
  EXPECT_EQ(order_state(entry, LegRole::Entry), OrderState::Unknown);
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t moved = honest.find<OrderMoved>(
      [](const OrderMoved& row) { return row.event == OrderEvent::LoseTrack; });
  Forgery forged = honest;
  forged.change<ExecutionReport>(honest.find<ExecutionReport>(), [&](ExecutionReport& row) {
    row.client_order_id = id_of(LegRole::Stop);
  });
  expect_found(forged, "I3", moved);
}

TEST_F(OrderForgeryTest, AnUnknownIsClosedByARecordedDecisionOfOneWhoMay) {
  an_unknown();
  OperatorCommand close = a_command(CommandAction::CloseUnknown);
  close.order = id_of(LegRole::Entry);
  close.decision_id = a_decision(subject_of(close.order, subjects));
  EXPECT_EQ(command(close), Reason::None);
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t at = honest.find<OperatorCommand>(1);
  const std::size_t closed = honest.find<UnknownClosed>();
  const std::size_t moved = honest.find<OrderMoved>(
      [](const OrderMoved& row) { return row.event == OrderEvent::CloseByDecision; });
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<OperatorCommand>(at, change);
    expect_found(forged, "I3", closed);
    forged.erase(closed);
    expect_found(forged, "I3", moved - 1);
  };
  found([](OperatorCommand& row) { row.decision_id = {}; });
  found([](OperatorCommand& row) { row.action = CommandAction::Reject; });
  found([](OperatorCommand& row) { row.order = ClientOrderId("another"); });
  Forgery forged = honest;
  forged.change<OperatorCommand>(
      at, [](OperatorCommand& row) { row.operator_id = OperatorId("mallory"); });
  expect_found(forged, "I3", moved);
  forged = honest;
  forged.erase(closed);
  expect_found(forged, "I3", moved - 1);
  const std::size_t decided = honest.find<DecisionRecorded>();
  forged = honest;
  forged.change<DecisionRecorded>(decided,
                                  [](DecisionRecorded& row) { row.end = DecisionEnd::Rejected; });
  expect_found(forged, "I3", closed);
  forged = honest;
  forged.change<DecisionRecorded>(decided,
                                  [](DecisionRecorded& row) { row.subject.bytes[0] ^= 1; });
  expect_found(forged, "I3", closed);
  forged = honest;
  forged.change<DecisionRecorded>(
      decided, [](DecisionRecorded& row) { row.channel = OperatorChannel::Email; });
  expect_found(forged, "I3", closed);
  forged = honest;
  forged.erase(decided);
  expect_found(forged, "I3", closed - 1);
}

TEST_F(OrderForgeryTest, NothingMovesByItself) {
  an_entry();
  says(a_report(entry, LegRole::Entry, ExecType::New, OrdStatus::New));
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<ExecutionReport>();
  forged.erase(at);
  forged.insert(at, TimePassed{});
  expect_found(forged, "I3", at + 1);
}

// ---- I4, I5 ------------------------------------------------------------------------------------

TEST_F(OrderForgeryTest, AKillThatIsAnsweredAndNotInForce) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t at = forged.find<BlockChanged>();
  forged.erase(at);
  expect_found(forged, "I4", at);
}

TEST_F(OrderForgeryTest, AKillThatDoesNotCount) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<BlockChanged>();
  forged.change<BlockChanged>(at, [](BlockChanged& row) { row.kill_epoch = KillEpoch{0}; });
  expect_found(forged, "I4", at);
}

TEST_F(OrderForgeryTest, ACauseEndsByARecordedDecisionOnly) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  EXPECT_EQ(unblock(Block::Kill), Reason::None);
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t at = honest.find<BlockChanged>(1);
  const std::size_t command_at = honest.find<OperatorCommand>(1);

  Forgery forged = honest;
  forged.change<BlockChanged>(at, [](BlockChanged& row) { row.decision_id = {}; });
  expect_found(forged, "I5", at);
  forged = honest;
  forged.change<BlockChanged>(
      at, [](BlockChanged& row) { row.decision_id = DecisionId("DEC-20260105-002"); });
  expect_found(forged, "I5", at);
  forged = honest;
  forged.change<OperatorCommand>(command_at,
                                 [](OperatorCommand& row) { row.block = Block::Severity; });
  expect_found(forged, "I5", at);
  forged = honest;
  forged.change<Operator>(forged.find<Operator>(), [](Operator& row) { row.may_unblock = false; });
  expect_found(forged, "I5", at);
  forged = honest;
  forged.erase(command_at);
  expect_found(forged, "I5", at - 1);
  forged = honest;
  forged.erase(forged.find<DecisionRecorded>());
  expect_found(forged, "I5", at - 1);
  forged = honest;
  forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(),
                                  [](DecisionRecorded& row) { row.end = DecisionEnd::Rejected; });
  expect_found(forged, "I5", at);
  forged = honest;
  forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(), [](DecisionRecorded& row) {
    row.channel = OperatorChannel::Email;
  });
  expect_found(forged, "I5", at);
}

TEST_F(OrderForgeryTest, BlocksAreWhatTheirChangesAddUpTo) {
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<BlockChanged>();
  forged.change<BlockChanged>(at, [](BlockChanged& row) { row.blocks = 0; });
  expect_found(forged, "I5", at);
  forged = Forgery(recorder.records);
  forged.insert(at + 1, *decode<BlockChanged>(forged.records()[at].payload));
  expect_found(forged, "I5", at + 1);
  forged = Forgery(recorder.records);
  forged.change<BlockChanged>(at, [](BlockChanged& row) { row.block = static_cast<Block>(40); });
  expect_found(forged, "I5", at);
}

TEST_F(OrderForgeryTest, AForeignOrderThatDoesNotLatch) {
  ExecutionReport report;
  report.client_order_id = ClientOrderId("someone-else");
  says(report);
  apply(TimePassed{});
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t at = forged.find<BlockChanged>();
  forged.erase(at);
  expect_found(forged, "I5", at);
}

TEST_F(OrderForgeryTest, AnExecutionBeyondTheLimitThatDoesNotLatch) {
  an_entry();
  const Px limit = trade(entry).find(LegRole::Entry)->leg.limit;
  says(a_fill(entry, LegRole::Entry, Px::from_raw(limit.raw() + 1'000'000), "1"));
  apply(TimePassed{});
  Forgery forged(recorder.records);
  expect_honest(forged);
  const std::size_t latched = forged.find<BlockChanged>();
  forged.erase(latched);
  expect_found(forged, "I5", forged.find<TimePassed>());
}

// ---- What the venue shows after its end --------------------------------------------------------

class ReappearedForgeryTest : public OrderForgeryTest {
 protected:
  /// An unknown entry that a decision closed, and that executed after all.
  Forgery an_execution_after_the_end() {
    an_unknown();
    venue.next = HandOff::Sent;
    OperatorCommand close = a_command(CommandAction::CloseUnknown);
    close.order = id_of(LegRole::Entry);
    close.decision_id = a_decision(subject_of(close.order, subjects));
    EXPECT_EQ(command(close), Reason::None);
    says(a_fill(entry, LegRole::Entry, Px::of(60'001), "1"));
    apply(TimePassed{});
    return Forgery(recorder.records);
  }
  static bool is_back(const OrderMoved& row) { return row.event == OrderEvent::Reappear; }
  static bool is_reopened(const ProtectionMoved& row) {
    return row.event == ProtectionEvent::Reopened;
  }
};

TEST_F(ReappearedForgeryTest, AnOrderThatComesBackWithoutTheVenuesWord) {
  const Forgery honest = an_execution_after_the_end();
  expect_honest(honest);
  for (const std::size_t n : {0U, 1U}) {  // the entry, and the stop of its list
    Forgery forged = honest;
    const std::size_t at = honest.find<OrderMoved>(is_back, n);
    forged.insert(at, TimePassed{});  // what it comes behind is no report
    expect_found(forged, "I3", at + 1);
  }
}

TEST_F(ReappearedForgeryTest, ATradeThatIsOverAndHoldsAPosition) {
  const Forgery honest = an_execution_after_the_end();
  const std::size_t reopened = honest.find<ProtectionMoved>(is_reopened);
  Forgery silent = honest;
  silent.erase(reopened);
  expect_found(silent, "I11", silent.find<TimePassed>());
  const ProtectionMoved again = *decode<ProtectionMoved>(honest.records()[reopened].payload);
  Forgery twice = honest;
  twice.insert(reopened, again);
  expect_found(twice, "I11", reopened + 1);
  Forgery flat = honest;
  const std::size_t closed = honest.find<TradeClosed>();
  flat.insert(closed + 1, again);
  expect_found(flat, "I11", closed + 1);
}

// ---- I11 ---------------------------------------------------------------------------------------

TEST_F(OrderForgeryTest, AFillThatIsNotWhatTheVenueSaid) {
  entry = an_open_trade();
  says(a_fill(entry, LegRole::Stop, Px::of(59'390), "2"));
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const std::size_t at = honest.find<FillApplied>(1);
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<FillApplied>(at, change);
    expect_found(forged, "I11", at);
  };
  found([](FillApplied& row) { row.qty = Qty::from_raw(row.qty.raw() - 1); });
  found([](FillApplied& row) { row.px = Px::from_raw(row.px.raw() + 1); });
  found([](FillApplied& row) { row.fee = Qty::from_raw(row.fee.raw() + 1); });
  found([](FillApplied& row) { row.fee_asset = Asset("BNB"); });
  found([](FillApplied& row) { row.side = Side::Buy; });
  found([](FillApplied& row) { row.exec_id = ExecId("3"); });
  found([](FillApplied& row) { row.held = Qty::from_raw(row.held.raw() + 1); });
  found([](FillApplied& row) { row.cost = Notional::from_raw(row.cost.raw() + 1); });
  found([](FillApplied& row) { row.realised = Notional::from_raw(row.realised.raw() + 1); });
  found([](FillApplied& row) { row.fees = Notional::from_raw(row.fees.raw() + 1); });
  found([](FillApplied& row) { ++row.fees_elsewhere; });
}

TEST_F(OrderForgeryTest, AFillThatIsNotInTheBooks) {
  entry = an_open_trade();
  Forgery forged(recorder.records);
  forged.erase(forged.find<FillApplied>());
  // The next input, behind the steps of the order that the same report made.
  const std::size_t at = forged.find<ExecutionReport>(3);
  expect_found(forged, "I11", at);
}

TEST_F(OrderForgeryTest, AFillBookedTwice) {
  entry = an_open_trade();
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<FillApplied>();
  forged.insert(at + 1, *decode<FillApplied>(forged.records()[at].payload));
  expect_found(forged, "I11", at + 1);
}

TEST_F(OrderForgeryTest, AFillOfAnOrderThatWasNotSent) {
  entry = an_open_trade();
  Forgery forged(recorder.records);
  for (int legs = 0; legs < 2; ++legs) {
    forged.erase(forged.find<OrderMoved>(
        [](const OrderMoved& row) { return row.event == OrderEvent::Send; }));
  }
  // The venue's first word about it already does not lead on from RELEASED.
  expect_found(forged, "I3", forged.find<OrderMoved>());
}

TEST_F(OrderForgeryTest, AFillBeforeItsOrderWasSent) {
  Forgery forged = an_entry();
  forged.cut(forged.find<HandedOff>());
  const ExecutionReport report = a_fill(entry, LegRole::Entry, Px::of(60'001), "1");
  forged.add(report);
  FillApplied fill;
  fill.hold = entry;
  fill.client_order_id = report.client_order_id;
  fill.exec_id = report.exec_id;
  const std::size_t at = forged.add(fill);
  expect_found(forged, "I3", at);
}

TEST_F(OrderForgeryTest, AFillOfNoOrderOfOurs) {
  entry = an_open_trade();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<FillApplied>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<FillApplied>(at, change);
    expect_found(forged, "I1", at);
  };
  found([](FillApplied& row) { row.client_order_id = ClientOrderId("x"); });
  found([](FillApplied& row) { row.role = LegRole::Stop; });
  found([](FillApplied& row) { row.hold = HoldId{9}; });
}

TEST_F(OrderForgeryTest, AFillThatCannotBe) {
  entry = an_open_trade();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<FillApplied>();
  const std::size_t report = honest.find<ExecutionReport>(2);
  const auto found = [&](Qty qty, Px px) {
    Forgery forged = honest;
    forged.change<ExecutionReport>(report, [&](ExecutionReport& row) {
      row.last_qty = qty;
      row.last_px = px;
    });
    forged.change<FillApplied>(at, [&](FillApplied& row) {
      row.qty = qty;
      row.px = px;
    });
    expect_found(forged, "I11", at);
  };
  const FillApplied fill = *decode<FillApplied>(honest.records()[at].payload);
  found(Qty::from_raw(fill.qty.raw() + 1), fill.px);  // more than was ordered
  found(Qty{}, fill.px);
  found(Qty::from_raw(-1), fill.px);
  found(fill.qty, Px::from_raw(std::numeric_limits<std::int64_t>::max()));
}

// The fee of a sale, taken in base, makes it more than is held; every sum is right otherwise.
TEST_F(OrderForgeryTest, ASaleOfMoreThanIsHeld) {
  entry = an_open_trade();
  says(a_fill(entry, LegRole::Stop, Px::of(59'390), "2"));
  Forgery forged(recorder.records);
  const std::size_t at = forged.find<FillApplied>(1);
  const std::size_t report = forged.find<ExecutionReport>(4);
  const FillApplied honest = *decode<FillApplied>(forged.records()[at].payload);
  const auto take = [&](Qty fee) {
    forged.change<ExecutionReport>(report, [&](ExecutionReport& row) {
      row.fee = fee;
      row.fee_asset = Asset("BTC");
    });
    forged.change<FillApplied>(at, [&](FillApplied& row) {
      row = honest;
      row.fee = fee;
      row.fee_asset = Asset("BTC");
      row.held = Qty::from_raw(honest.held.raw() - fee.raw());
      row.realised = Notional::from_raw(honest.realised.raw() + honest.fee.raw());
      row.fees = Notional::from_raw(honest.fees.raw() - honest.fee.raw() +
                                    notional(honest.px, fee)->raw());
    });
    forged.cut(at + 1);
  };
  take(honest.held);
  expect_honest(forged);
  take(Qty::from_raw(honest.held.raw() + 1));
  expect_found(forged, "I11", at);
}

TEST_F(OrderForgeryTest, ATradeThatClosesWithMoreThanDust) {
  entry = an_open_trade();
  says(a_fill(entry, LegRole::Stop, Px::of(59'390), "2"));
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<TradeClosed>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<TradeClosed>(at, change);
    expect_found(forged, "I11", at);
  };
  found([](TradeClosed& row) { row.dust = Qty::from_raw(row.dust.raw() + 1); });
  found([](TradeClosed& row) { row.realised = Notional::of(1); });
  found([](TradeClosed& row) { row.fees = Notional{}; });
  found([](TradeClosed& row) { row.hold = HoldId{9}; });
  Forgery at_work = honest;
  at_work.erase(honest.find<OrderMoved>(
      [](const OrderMoved& row) { return row.event == OrderEvent::Fill; }, 1));
  expect_found(at_work, "I11", at - 1);
  Forgery early(recorder.records);
  const TradeClosed closed = *decode<TradeClosed>(early.records()[at].payload);
  const std::size_t open = early.find<FillApplied>(0) + 1;
  TradeClosed untrue = closed;
  const FillApplied fill = *decode<FillApplied>(early.records()[open - 1].payload);
  untrue.dust = fill.held;
  untrue.realised = fill.realised;
  untrue.fees = fill.fees;
  early.insert(open, untrue);
  expect_found(early, "I11", open);
}

}  // namespace
}  // namespace clawgate::audit
