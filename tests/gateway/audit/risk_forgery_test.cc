// SPDX-License-Identifier: Apache-2.0
#include "risk/calendar.h"
#include "tests/gateway/audit/forgery_fixture.h"

// Limits, decisions, risk over time and degraded mode: an honest journal is proven, and each of its
// facts is missed or contradicted when it is forged.

namespace clawgate::audit {
namespace {

class RiskForgeryTest : public ForgeryTest {
 protected:
  /// Limits raised by a decision, and an entry under them.
  Forgery a_raise() {
    EXPECT_EQ(
        propose_decided(next_limits([](Limits& l) { l.order_notional_max = Notional::of(60); })),
        Reason::None);
    return an_entry();
  }
  /// Limits raised by a decision, and lowered without one.
  Forgery a_raise_and_lower() {
    EXPECT_EQ(
        propose_decided(next_limits([](Limits& l) { l.order_notional_max = Notional::of(60); })),
        Reason::None);
    EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(40); })),
              Reason::None);
    return Forgery(recorder.records);
  }
  /// A trade that closed at a loss.
  Forgery a_loss() {
    entry = an_open_trade();
    says(a_fill(entry, LegRole::Stop, Px::of(59'400), "2"));
    balance("BTC", {}, {});
    return Forgery(recorder.records);
  }
  /// A position reduced to what may stay, and then a venue that went away.
  Forgery a_degradation() {
    entry = an_open_trade();
    EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
              Reason::None);
    apply(CauseReported{Block::SystemDegraded, Text<24>("store"), Text<64>("down")});
    settle();
    says(a_report(entry, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    says(a_fill(entry, LegRole::Reduce, Px::of(59'990), "2"));
    says(a_report(entry, LegRole::Stop, ExecType::New, OrdStatus::New));
    apply(ConditionReported{Block::VenueUnreachable, true, Text<64>("test")});
    settle();
    return Forgery(recorder.records);
  }
  /// A kill that a decision ended.
  Forgery a_lifted_kill() {
    EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
    EXPECT_EQ(unblock(Block::Kill), Reason::None);
    return Forgery(recorder.records);
  }
  static std::size_t lifted(const Forgery& forged) {
    return forged.find<BlockChanged>(
        [](const BlockChanged& row) { return row.block == Block::Kill && !row.active; });
  }
  template <class Change>
  static Forgery with_first_limits(const Forgery& honest, Change change) {
    Forgery forged = honest;
    const auto both = [&](auto& row) { change(row.document); };
    forged.change<LimitsProposed>(forged.find<LimitsProposed>(), both);
    forged.change<LimitsDecided>(forged.find<LimitsDecided>(), both);
    return forged;
  }
  /// The same with those that a decision put in force, and with that decision.
  template <class Change>
  static Forgery with_decided_limits(const Forgery& honest, Change change) {
    Forgery forged = honest;
    Sha256 hasher;
    const auto both = [&](auto& row) { change(row.document); };
    const std::size_t at = in_force(forged, 1);
    forged.change<LimitsProposed>(at - 1, both);
    forged.change<LimitsDecided>(at, both);
    const Digest subject =
        subject_of(decode<LimitsDecided>(forged.records()[at].payload)->document, hasher);
    forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(),
                                    [&](DecisionRecorded& row) { row.subject = subject; });
    return forged;
  }
  /// Limits under which two trades may be open.
  template <class Change>
  void allow_two(Change change) {
    const Limits limits = next_limits([&](Limits& l) {
      l.order_notional_max = Notional::of(20);
      l.open_trades_max = 2;
      change(l);
    });
    ASSERT_EQ(propose_decided(limits), Reason::None);
  }
  static std::size_t in_force(const Forgery& forged, std::size_t n) {
    return forged.find<LimitsDecided>([](const LimitsDecided& row) { return !row.no_op; }, n);
  }
};

TEST_F(RiskForgeryTest, HonestJournalsAreProven) {
  expect_honest(a_raise());
}
TEST_F(RiskForgeryTest, AHonestLossIsProven) {
  Forgery forged = a_loss();
  after_cooldown();
  an_entry();
  expect_honest(Forgery(recorder.records));
}
TEST_F(RiskForgeryTest, AHonestDegradationIsProven) {
  expect_honest(a_degradation());
}

TEST_F(RiskForgeryTest, ARaiseWithoutItsDecision) {
  Forgery forged = a_raise();
  const std::size_t at = in_force(forged, 1);
  forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(),
                                  [](DecisionRecorded& row) { row.end = DecisionEnd::Rejected; });
  expect_found(forged, "I5", at);
  forged = Forgery(recorder.records);
  forged.change<LimitsDecided>(at, [](LimitsDecided& row) { row.decision = {}; });
  expect_found(forged, "I5", at);
  forged = Forgery(recorder.records);
  forged.erase(forged.find<DecisionRecorded>());
  expect_found(forged, "I5", at - 1);
}

TEST_F(RiskForgeryTest, ADecisionOverAnotherDocument) {
  Forgery forged = a_raise();
  const std::size_t at = in_force(forged, 1);
  const auto change = [](Limits& document) { document.order_notional_max = Notional::of(61); };
  forged.change<LimitsProposed>(at - 1, [&](LimitsProposed& row) { change(row.document); });
  forged.change<LimitsDecided>(at, [&](LimitsDecided& row) { change(row.document); });
  expect_found(forged, "I5", at);
}

// What was in force before is not in force again, be it put forward, decided and lower.
TEST_F(RiskForgeryTest, ADocumentOfNoNewerVersion) {
  for (const std::uint32_t version : {1U, 2U}) {
    Forgery forged = a_raise_and_lower();
    const std::size_t at = in_force(forged, 2);
    const auto change = [&](Limits& document) { document.version = LimitsVersion{version}; };
    forged.change<LimitsProposed>(at - 1, [&](LimitsProposed& row) { change(row.document); });
    forged.change<LimitsDecided>(at, [&](LimitsDecided& row) { change(row.document); });
    expect_found(forged, "I5", at);
  }
}

TEST_F(RiskForgeryTest, AReductionOfAnotherPositionOrToMoreThanIsHeld) {
  const Forgery honest = a_degradation();
  const std::size_t at = honest.find<ReductionMoved>();
  const auto found = [&](auto change) {
    Forgery forged = honest;
    forged.change<ReductionMoved>(at, change);
    expect_found(forged, "I11", at);
  };
  found([](ReductionMoved& row) { row.held = Qty::from_raw(row.held.raw() + 1); });
  found([](ReductionMoved& row) { row.target = Qty::from_raw(row.held.raw() + 1); });
}

TEST_F(RiskForgeryTest, ADocumentThatNobodyPutForward) {
  Forgery forged = a_raise();
  const std::size_t at = in_force(forged, 1);
  forged.change<LimitsDecided>(at, [](LimitsDecided& row) { row.document.day_orders_max = 1; });
  expect_found(forged, "I5", at);
}

TEST_F(RiskForgeryTest, APassUnderLimitsThatAreNotInForce) {
  Forgery forged = a_raise();
  const std::size_t at = verdict_of(forged, RiskPhase::Release);
  forged.change<RiskVerdict>(at, [](RiskVerdict& row) { row.limits_version = LimitsVersion{1}; });
  expect_found(forged, "I5", at);
}

TEST_F(RiskForgeryTest, AnEntryInsideTheCooldown) {
  a_loss();
  after_cooldown();
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t intent = honest.find<OrderIntent>(1);
  const std::size_t closed = honest.find<TradeClosed>();
  const std::int64_t over = honest.records()[intent].time.value() - state->limits->cooldown_ns;
  // The loss as late as its cooldown allows, and one nanosecond later.
  for (const std::int64_t late : {0, 1}) {
    std::vector<KeptRecord> records = honest.records();
    for (std::size_t at = closed; records[at].time.value() < over + late; ++at) {
      records[at].time = UnixNanos(over + late);
    }
    const Forgery forged(records);
    if (late == 0) {
      expect_honest(forged);
    } else {
      expect_found(forged, "I5", intent);
    }
  }
}

TEST_F(RiskForgeryTest, AHighestEquityThatFallsWithoutADecision) {
  Forgery forged = a_loss();
  const std::size_t at = forged.add(PeakMoved{Notional::of(1)});
  expect_found(forged, "I5", at);
}

TEST_F(RiskForgeryTest, ADailyStopThatEndsWithinItsDay) {
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.day_loss_max = Rate::from_raw(1); })),
            Reason::None);
  a_loss();
  ASSERT_TRUE(state->blocked_by(Block::DailyStop));
  Forgery forged(recorder.records);
  BlockChanged ended;
  ended.block = Block::DailyStop;
  ended.blocks = state->blocks & ~bit_of(Block::DailyStop);
  const std::size_t at = forged.add(ended);
  expect_found(forged, "I5", at);
}

// ---- who decided -------------------------------------------------------------------------------

TEST_F(RiskForgeryTest, ACauseEndedByADecisionOfOneWhoMayNot) {
  const Forgery honest = a_lifted_kill();
  expect_honest(honest);
  const auto by_bob = [&](auto change, bool before = true) {
    Forgery forged = honest;
    forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(), [](DecisionRecorded& row) {
      row.operator_id = OperatorId("bob");
    });
    Operator bob;
    bob.id = OperatorId("bob");
    change(bob);
    if (before) {
      forged.insert(forged.find<DecisionRecorded>(), bob);
    } else {
      forged.add(bob);
    }
    return forged;
  };
  const auto found = [&](const Forgery& forged, std::string_view seen) {
    expect_found(forged, "I5", lifted(forged), seen);
  };
  expect_honest(by_bob([](Operator&) {}));
  expect_honest(by_bob([](Operator& who) { who.may_unblock = false; }));  // alice does that
  found(by_bob([](Operator&) {}, false), "bob, who is not registered");
  found(by_bob([](Operator& who) { who.enabled = false; }), "bob, who is disabled");
  found(by_bob([](Operator& who) { who.may_approve = false; }), "bob, who may not approve");
}

TEST_F(RiskForgeryTest, ACauseEndedByADecisionOfOneWhoWasDisabledMeanwhile) {
  const Forgery honest = a_lifted_kill();
  Operator alice = *state->find_operator(OperatorId("alice"));
  alice.may_approve = false;
  Forgery forged = honest;
  forged.insert(forged.find<OperatorCommand>(1), alice);
  expect_found(forged, "I5", lifted(forged), "alice, who may not approve");
  forged = honest;
  forged.add(alice);
  expect_honest(forged);
}

TEST_F(RiskForgeryTest, ACauseEndedOutsideOfS0ByADecisionThatIsNotProven) {
  struct Row {
    OperatorChannel channel;
    ChallengeStatus challenge;
    std::string_view seen;  // empty where it is honest
  };
  using enum ChallengeStatus;
  const Row rows[] = {
      {OperatorChannel::Telegram, Validated, ""},
      {OperatorChannel::Slack, Validated, ""},
      {OperatorChannel::Telegram, NotRequired, "a second factor"},
      {OperatorChannel::Telegram, Pending, "a second factor"},
      {OperatorChannel::Telegram, Expired, "a second factor"},
      {OperatorChannel::Telegram, Invalidated, "a second factor"},
      {OperatorChannel::Terminal, Validated, "no trusted channel"},
      {OperatorChannel::Http, Validated, "no trusted channel"},
      {OperatorChannel::Email, Validated, "made by email"},
  };
  const Forgery honest = a_lifted_kill();
  for (const Row& row : rows) {
    SCOPED_TRACE(static_cast<int>(&row - rows));
    Forgery forged = honest;
    forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(), [&](DecisionRecorded& fact) {
      fact.channel = row.channel;
      fact.challenge = row.challenge;
    });
    if (row.channel != OperatorChannel::Email) expect_honest(forged);  // in S0
    forged.change<SessionOpened>(forged.find<SessionOpened>(),
                                 [](SessionOpened& fact) { fact.stage = Stage::S1; });
    forged.change<Operator>(forged.find<Operator>(), [](Operator& who) { who.channels = 0xFF; });
    forged.change<OperatorCommand>(forged.find<OperatorCommand>(1), [](OperatorCommand& command) {
      command.channel = OperatorChannel::Telegram;
      command.challenge = Validated;
    });
    if (row.seen.empty()) {
      expect_honest(forged);
    } else {
      expect_found(forged, "I5", lifted(forged), row.seen);
    }
  }
}

TEST_F(RiskForgeryTest, LimitsRaisedByADecisionOfOneWhoMayNot) {
  Forgery forged = a_raise();
  forged.change<DecisionRecorded>(forged.find<DecisionRecorded>(), [](DecisionRecorded& row) {
    row.operator_id = OperatorId("bob");
  });
  expect_found(forged, "I5", in_force(forged, 1), "bob, who is not registered");
}

TEST_F(RiskForgeryTest, LimitsPutForwardByOneWhoMayNot) {
  const Forgery honest = a_raise();
  const auto by_bob = [&](auto change) {
    Forgery forged = honest;
    Operator bob;
    bob.id = OperatorId("bob");
    change(bob);
    forged.insert(forged.find<DecisionRecorded>(), bob);
    forged.change<LimitsProposed>(forged.find<LimitsProposed>(1),
                                  [](LimitsProposed& row) { row.operator_id = OperatorId("bob"); });
    return forged;
  };
  const std::size_t at = in_force(honest, 1) + 1;
  expect_honest(by_bob([](Operator&) {}));
  expect_found(by_bob([](Operator& who) { who.id = OperatorId("carol"); }), "I5", at,
               "bob, who is not registered");
  expect_found(by_bob([](Operator& who) { who.enabled = false; }), "I5", at,
               "bob, who is disabled");
  expect_found(by_bob([](Operator& who) { who.may_unblock = false; }), "I5", at,
               "bob, who may not unblock");
}

TEST_F(RiskForgeryTest, AFirstDocumentAboveTheDefaultsOutsideOfS0) {
  const Forgery honest(recorder.records);
  const auto opened = [&](Stage stage, Notional most) {
    Forgery forged =
        with_first_limits(honest, [&](Limits& limits) { limits.order_notional_max = most; });
    forged.change<SessionOpened>(forged.find<SessionOpened>(),
                                 [&](SessionOpened& row) { row.stage = stage; });
    return forged;
  };
  const Notional usual = Limits{}.order_notional_max;
  const Notional more = Notional::from_raw(usual.raw() + 1);
  expect_honest(opened(Stage::S0, more));
  for (const Stage stage : {Stage::S1, Stage::S2}) {
    expect_honest(opened(stage, usual));
    expect_found(opened(stage, more), "I5", in_force(honest, 0), "not recorded");
  }
}

TEST_F(RiskForgeryTest, LimitsThatAreInForceByThemselves) {
  const Forgery honest = an_entry();
  Forgery forged = honest;
  const std::size_t at = forged.find<SignalIntent>();
  forged.insert(at, *state->limits);
  expect_found(forged, "I5", at, "limits version 1");
  const auto by = [&](const std::string& version) {
    return prove(*journal_of(forged.records(), journal_options(version)));
  };
  EXPECT_TRUE(by("0.2.0").ok());  // so it was then
  EXPECT_FALSE(by("0.3.0").ok());
}

// ---- the day -----------------------------------------------------------------------------------

TEST_F(RiskForgeryTest, ADayThatTurnsAtAnotherTime) {
  const std::int64_t today = risk::trading_day(UnixNanos(now)).value();
  const std::int64_t midnight = risk::start_of(risk::TradingDay(today + 1)).value();
  const auto turned = [&](std::int64_t day, std::int64_t at) {
    std::vector<KeptRecord> records = recorder.records;
    DayTurned fact;
    fact.day = static_cast<std::int32_t>(day);
    records.push_back({TimePassed::kType, UnixNanos(at), {}});
    records.push_back({DayTurned::kType, UnixNanos(at), bytes_of_row(fact)});
    return Forgery(records);
  };
  const std::size_t last = recorder.records.size() + 1;
  expect_honest(turned(today + 1, midnight));
  expect_found(turned(today + 1, midnight - 1), "I5", last, std::to_string(today + 1));
  expect_found(turned(today + 2, midnight), "I5", last, std::to_string(today + 2));
  expect_honest(turned(today + 1, midnight + risk::kNanosPerDay - 1));
  expect_found(turned(today + 1, midnight + risk::kNanosPerDay), "I5", last);
}

TEST_F(RiskForgeryTest, MoreEntriesADayThanTheLimitsAllow) {
  a_loss();
  after_cooldown();
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<OrderIntent>(1);
  const auto allowing = [&](std::uint16_t orders) {
    return with_first_limits(honest, [&](Limits& limits) { limits.day_orders_max = orders; });
  };
  expect_honest(allowing(2));
  expect_found(allowing(1), "I5", at, "2");
}

TEST_F(RiskForgeryTest, DearerEntriesADayThanTheLimitsAllow) {
  a_loss();
  after_cooldown();
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<OrderIntent>(1);
  const OrderCandidate first =
      decode<OrderIntent>(honest.records()[honest.find<OrderIntent>()].payload)->order;
  const Leg second = decode<OrderIntent>(honest.records()[at].payload)->order.legs[0];
  const Notional total =
      add(first.worst_cost, notional(second.limit, second.qty, Round::Up).value()).value();
  const auto allowing = [&](std::int64_t raw) {
    return with_first_limits(
        honest, [&](Limits& limits) { limits.day_notional_max = Notional::from_raw(raw); });
  };
  expect_honest(allowing(total.raw()));
  expect_found(allowing(total.raw() - 1), "I5", at, to_text(total));
}

TEST_F(RiskForgeryTest, MoreEntriesAtOnceThanTheLimitsAllow) {
  allow_two([](Limits& limits) { limits.orders_burst = 2; });
  an_entry();
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<OrderIntent>(1);
  const auto bursts = [&](std::uint32_t orders) {
    return with_decided_limits(honest, [&](Limits& limits) { limits.orders_burst = orders; });
  };
  expect_honest(bursts(2));
  expect_found(bursts(1), "I5", at, "one more");
}

TEST_F(RiskForgeryTest, MoreEntriesAMinuteThanTheLimitsAllow) {
  allow_two([](Limits& limits) { limits.orders_burst = 2; });
  an_entry();
  now += 10 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<OrderIntent>(1);
  const auto rate = [&](std::uint32_t a_minute) {
    return with_decided_limits(honest, [&](Limits& limits) {
      limits.orders_burst = 1;
      limits.orders_per_minute = a_minute;
    });
  };
  expect_honest(rate(6));  // one in ten seconds
  expect_found(rate(5), "I5", at, "one more");
}

// What waits counts like what is open.
TEST_F(RiskForgeryTest, MoreTradesAtATimeThanTheLimitsAllow) {
  allow_two([](Limits&) {});
  const HoldId first = a_hold();
  an_entry();
  const Forgery honest(recorder.records);
  const std::size_t at = honest.find<OrderIntent>();
  const auto allowing = [&](const Forgery& from, std::uint16_t trades) {
    return with_decided_limits(from, [&](Limits& limits) { limits.open_trades_max = trades; });
  };
  expect_honest(allowing(honest, 2));
  expect_found(allowing(honest, 1), "I5", at, "2");
  EXPECT_EQ(approve(first), Reason::None);
  expect_found(allowing(Forgery(recorder.records), 1), "I5", at, "2");
}

TEST_F(RiskForgeryTest, WhatIsOverTakesNoPlace) {
  allow_two([](Limits&) {});
  const HoldId first = a_hold();
  command(a_command(CommandAction::Reject, first));
  an_entry();
  says(a_report(entry, LegRole::Entry, ExecType::Expired, OrdStatus::Expired));
  says(a_report(entry, LegRole::Stop, ExecType::Expired, OrdStatus::Expired));
  an_entry();
  expect_honest(with_decided_limits(Forgery(recorder.records),
                                    [](Limits& limits) { limits.open_trades_max = 1; }));
}

TEST_F(RiskForgeryTest, TheNextDayCountsFromItsTurnOn) {
  a_loss();
  now += risk::kNanosPerDay;
  market(Px::of(59'999), Px::of(60'001));
  an_entry();
  expect_honest(with_first_limits(Forgery(recorder.records), [](Limits& limits) {
    limits.day_orders_max = 1;
    limits.day_notional_max = limits.order_notional_max;
  }));
}

TEST_F(RiskForgeryTest, AFirstDayThatIsNotItsTimes) {
  const Forgery honest = an_entry();
  const std::size_t at = honest.find<DayTurned>();
  for (const int off : {-1, 1}) {
    Forgery forged = honest;
    forged.change<DayTurned>(at, [&](DayTurned& row) { row.day += off; });
    expect_found(forged, "I5", at);
  }
}

TEST_F(RiskForgeryTest, AnActionWithoutItsSnapshots) {
  Forgery forged = a_degradation();
  const auto before = [](const auto& row) { return row.moment == SnapshotMoment::PreAction; };
  // Both of the sale: the fact behind them names snapshots that nobody took.
  const std::size_t at = forged.find<OpenOrdersSnapshotTaken>(before, 1);
  forged.erase(at);
  forged.erase(at - 1);
  expect_found(forged, "I5", at - 1);
}

TEST_F(RiskForgeryTest, AnActionThatEndsOtherwise) {
  Forgery forged = a_degradation();
  const std::size_t at = forged.find<ProtectiveActionTaken>(
      [](const ProtectiveActionTaken& row) { return row.ended; });
  forged.change<ProtectiveActionTaken>(
      at, [](ProtectiveActionTaken& row) { row.result = OrderState::Filled; });
  expect_found(forged, "I5", at);
}

TEST_F(RiskForgeryTest, ASnapshotOfMoreThanIsHeld) {
  Forgery forged = a_degradation();
  const std::size_t at = forged.find<PositionSnapshotTaken>();
  forged.change<PositionSnapshotTaken>(
      at, [](PositionSnapshotTaken& row) { row.positions[0].qty = Qty::of(1); });
  expect_found(forged, "I11", at);
}

TEST_F(RiskForgeryTest, AReductionWithoutDegradation) {
  entry = an_open_trade();
  Forgery forged(recorder.records);
  const Qty held = trade(entry).position.qty;
  const std::size_t at = forged.add(ReductionMoved{entry, true, held, {}, {}});
  expect_found(forged, "I5", at);
}

TEST_F(RiskForgeryTest, UnmanagedExposureThatNobodyIsToldOf) {
  Forgery forged = a_degradation();
  forged.erase(forged.find<IncidentOpened>());
  const std::size_t at = forged.add(TimePassed{});
  expect_found(forged, "I5", at);
}

}  // namespace
}  // namespace clawgate::audit
