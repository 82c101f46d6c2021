// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include "gateway/human_action.h"
#include "tests/gateway/engine_fixture.h"
#include "tests/support/temporary_directory.h"

// Degraded mode with an open position: block, write down, protect, reduce, call a person; and the
// way back.

namespace clawgate::gateway {
namespace {

class DegradedTest : public EngineTest {
 protected:
  void degrade() {
    apply(CauseReported{Block::SystemDegraded, Text<24>("store"), Text<64>("down")});
    settle();
  }
  void condition(Block block, bool holds) {
    apply(ConditionReported{block, holds, Text<64>("test")});
    settle();
  }
  /// An open trade whose worth is above what may stay.
  HoldId an_exposed_trade() {
    const HoldId hold = an_open_trade();
    EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
              Reason::None);
    return hold;
  }
  void canceled(HoldId hold, LegRole role) {
    says(a_report(hold, role, ExecType::Canceled, OrdStatus::Canceled));
  }
  [[nodiscard]] Notional worth(HoldId hold) const {
    return *notional(Px::of(59'999), trade(hold).position.qty);
  }
};

TEST_F(DegradedTest, EntriesAreBlockedAndWhatIsHeldIsWrittenDown) {
  const HoldId hold = an_open_trade();
  degrade();
  EXPECT_TRUE(state->blocked_by(Block::SystemDegraded));
  const auto positions = all<PositionSnapshotTaken>();
  ASSERT_EQ(positions.size(), 1U);
  EXPECT_EQ(positions[0].moment, SnapshotMoment::Degradation);
  ASSERT_EQ(positions[0].positions.size(), 1U);
  EXPECT_EQ(positions[0].positions[0].qty, trade(hold).position.qty);
  EXPECT_TRUE(positions[0].positions[0].stop_live);
  EXPECT_EQ(positions[0].balances.size(), 2U);
  ASSERT_EQ(all<OpenOrdersSnapshotTaken>().size(), 1U);
  EXPECT_EQ(all<OpenOrdersSnapshotTaken>()[0].orders.size(), 1U);
  EXPECT_TRUE(venue.cancels.empty()) << "50 may stay: its stop stays";
  send(a_signal());
  EXPECT_TRUE(denied_for(Reason::CauseLatched));
}

TEST_F(DegradedTest, AnIncidentAndALostChannelDegradeToo) {
  for (const Block cause : {Block::Severity, Block::ChannelLost}) {
    apply(CauseReported{cause, Text<24>("edge"), Text<64>("seen")});
    EXPECT_TRUE(state->blocked_by(Block::SystemDegraded));
  }
  EXPECT_EQ(all<PositionSnapshotTaken>().size(), 1U) << "once";
}

TEST_F(DegradedTest, APositionIsReducedToWhatMayStay) {
  const HoldId hold = an_exposed_trade();
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_TRUE(venue.protective.empty()) << "the stop locks the base";
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
  EXPECT_EQ(venue.protective[0].leg.qty.raw(),
            trade(hold).position.sellable(Qty::from_raw(1'000)).raw() - trade(hold).keep.raw());
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  EXPECT_LE(worth(hold), Notional::from_raw(Notional::of(20).raw() + 60'000'000)) << "and dust";
  EXPECT_GT(worth(hold), Notional::of(19));
  ASSERT_EQ(venue.protective.size(), 2U);
  EXPECT_EQ(venue.protective[1].leg.role, LegRole::Stop);
  EXPECT_EQ(venue.protective[1].leg.qty, trade(hold).position.sellable(Qty::from_raw(1'000)));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_FALSE(trade(hold).reducing);
  EXPECT_FALSE(trade(hold).closed);
}

TEST_F(DegradedTest, EachActionStandsBetweenTwoSnapshots) {
  const HoldId hold = an_exposed_trade();
  degrade();
  canceled(hold, LegRole::Stop);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  const auto actions = all<ProtectiveActionTaken>();
  const auto snapshots = all<PositionSnapshotTaken>();
  const auto orders = all<OpenOrdersSnapshotTaken>();
  ASSERT_EQ(actions.size(), 6U);  // cancel, sell, stop: each begun and ended
  ASSERT_EQ(snapshots.size(), 7U);
  ASSERT_EQ(orders.size(), snapshots.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const PositionSnapshotTaken& snapshot = snapshots[actions[i].snapshot - 1];
    EXPECT_EQ(snapshot.number, actions[i].snapshot);
    EXPECT_EQ(snapshot.action, actions[i].number);
    EXPECT_EQ(snapshot.moment,
              actions[i].ended ? SnapshotMoment::PostAction : SnapshotMoment::PreAction);
    EXPECT_EQ(orders[actions[i].snapshot - 1].number, snapshot.number);
  }
  EXPECT_EQ(actions[1].result, OrderState::Canceled);
  EXPECT_EQ(actions[3].result, OrderState::Filled);
  EXPECT_EQ(actions[5].result, OrderState::Working);
  EXPECT_LT(snapshots[actions[3].snapshot - 1].positions[0].qty,
            snapshots[actions[2].snapshot - 1].positions[0].qty);
}

TEST_F(DegradedTest, ARestartInTheMiddleEndsTheSame) {
  const HoldId hold = an_exposed_trade();
  degrade();
  restart(true);
  canceled(hold, LegRole::Stop);
  restart(false);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  restart(true);
  EXPECT_EQ(trade(hold).find(LegRole::Stop)->state, OrderState::Sent);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  EXPECT_LE(worth(hold), Notional::of(21));
  EXPECT_EQ(venue.protective.size(), 2U);
}

TEST_F(DegradedTest, ASaleThatFailsPutsTheStopBack) {
  const HoldId hold = an_exposed_trade();
  degrade();
  canceled(hold, LegRole::Stop);
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  ASSERT_EQ(venue.protective.size(), 2U);
  EXPECT_EQ(venue.protective[1].leg.role, LegRole::Stop);
  EXPECT_EQ(venue.protective[1].leg.qty, trade(hold).position.sellable(Qty::from_raw(1'000)));
  EXPECT_EQ(all<IncidentOpened>().size(), 1U);
  EXPECT_FALSE(trade(hold).reducing);
}

// With every reduce used there is no sale to be made of it: it is guarded again instead.
TEST_F(DegradedTest, AReductionWithoutAReduceLeftPutsTheStopBack) {
  const HoldId hold = an_exposed_trade();
  canceled(hold, LegRole::Stop);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(venue.protective.size(), static_cast<std::size_t>(i + 1));
    says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
    now += 60 * kNanosPerSecond;
    market(Px::of(59'999), Px::of(60'001));
    apply(TimePassed{});
    settle();
  }
  ASSERT_EQ(trade(hold).made(LegRole::Reduce), 10);
  venue.protective.clear();
  degrade();
  EXPECT_FALSE(trade(hold).reducing);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Stop);
  EXPECT_EQ(all<IncidentOpened>().size(), 1U);
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
  condition(Block::Reconciling, false);
  EXPECT_EQ(unblock(Block::SystemDegraded), Reason::None);
}

// What one reduction could not do says nothing of the next.
TEST_F(DegradedTest, AReductionAfterOneThatFailedSells) {
  const HoldId hold = an_exposed_trade();
  degrade();
  canceled(hold, LegRole::Stop);
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  venue.protective.clear();
  condition(Block::VenueUnreachable, true);
  condition(Block::VenueUnreachable, false);
  ASSERT_TRUE(trade(hold).reducing);
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_LE(worth(hold), Notional::of(21));
  EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
}

// The reduce of before sold what it should: it is no attempt on the position that lost its stop.
TEST_F(DegradedTest, AReduceThatSoldIsNoFailureOfALaterOne) {
  const HoldId hold = an_exposed_trade();
  degrade();
  canceled(hold, LegRole::Stop);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  venue.protective.clear();
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U) << "at once, without a pause";
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Reduce);
  EXPECT_FALSE(state->blocked_by(Block::ProtectionMissing));
  says(a_report(hold, LegRole::Reduce, ExecType::Rejected, OrdStatus::Rejected));
  EXPECT_TRUE(state->blocked_by(Block::ProtectionMissing));
}

TEST_F(DegradedTest, WhatTheVenueWouldNotSellGoesWithMore) {
  const HoldId hold = an_open_trade();
  // An excess of 2, where the venue sells at least 5: 5 go.
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(47); })),
            Reason::None);
  degrade();
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  const Notional sold = *notional(Px::of(59'999), venue.protective[0].leg.qty);
  EXPECT_GE(sold, Notional::of(5));
  EXPECT_LT(sold, Notional::from_raw(Notional::of(5).raw() + Notional::of(1).raw()));
}

TEST_F(DegradedTest, WhatCouldNotBeGuardedIsSoldWhole) {
  const HoldId hold = an_open_trade();
  EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(4); })),
            Reason::None);
  degrade();
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.qty, trade(hold).position.sellable(Qty::from_raw(1'000)));
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  EXPECT_TRUE(trade(hold).closed);
}

// What the venue would not guard goes along; what it just guards stays.
TEST_F(DegradedTest, WhatMayStayIsKeptFromTheVenuesLeastSaleOn) {
  Instrument row = a_btcusdt();
  row.filters.market_min_qty = Qty::from_raw(20'000);  // 12 USDT
  apply(row);
  const HoldId hold = an_exposed_trade();  // 20 may stay: 33 000 of them
  degrade();
  canceled(hold, LegRole::Stop);
  EXPECT_EQ(trade(hold).keep, Qty::from_raw(33'000));
}

TEST_F(DegradedTest, WhatMayStayIsSoldWhereItIsBelowTheVenuesLeastSale) {
  Instrument row = a_btcusdt();
  row.filters.market_min_qty = Qty::from_raw(34'000);
  apply(row);
  const HoldId hold = an_exposed_trade();
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(trade(hold).keep, Qty{});
}

TEST_F(DegradedTest, WhatMayStayStaysWhereItIsTheVenuesLeastSale) {
  Instrument row = a_btcusdt();
  row.filters.min_qty = Qty::from_raw(33'000);
  apply(row);
  const HoldId hold = an_exposed_trade();
  degrade();
  EXPECT_EQ(trade(hold).keep, Qty::from_raw(33'000));
}

TEST_F(DegradedTest, WhatMayStayIsSoldWhereItIsBelowTheVenuesLeastQuantity) {
  Instrument row = a_btcusdt();
  row.filters.min_qty = Qty::from_raw(34'000);
  apply(row);
  const HoldId hold = an_exposed_trade();
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(trade(hold).keep, Qty{});
}

// 0.00008 is worth 4.99 of 5 USDT: the least sale is a step more.
TEST_F(DegradedTest, TheVenuesLeastSaleIsWorthAtLeastItsLeastValue) {
  const HoldId hold = an_open_trade();
  ASSERT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(5); })),
            Reason::None);
  market(Px::from_raw(6'249'960'000'000), Px::from_raw(6'249'961'000'000));
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(trade(hold).keep, Qty{});
}

TEST_F(DegradedTest, TheOlderFilterOfTheLeastValueHoldsToo) {
  Instrument row = a_btcusdt();
  row.filters.min_notional = Notional::of(21);
  apply(row);
  const HoldId hold = an_exposed_trade();
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(trade(hold).keep, Qty{});
}

// The first position keeps what may stay, and the next one gets what the first left.
TEST_F(DegradedTest, TheFirstPositionKeepsWhatMayStay) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  const HoldId first = an_open_trade();
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  const HoldId second = a_hold();
  ASSERT_EQ(approve(second), Reason::None);
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(second, LegRole::Entry, Px::of(60'001), "9"));
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::New));
  degrade();
  EXPECT_FALSE(trade(first).reducing);
  EXPECT_EQ(trade(first).protection, ProtectionState::Live);
  ASSERT_TRUE(trade(second).reducing);
  EXPECT_LT(trade(second).keep, Qty::from_raw(10'000)) << "what the first did not use up";
}

TEST_F(DegradedTest, WhereTheFirstIsReducedTheNextGoesWhole) {
  ASSERT_EQ(propose_decided(next_limits([](Limits& limits) { limits.open_trades_max = 2; })),
            Reason::None);
  an_open_trade();
  now += 60 * kNanosPerSecond;
  market(Px::of(59'999), Px::of(60'001));
  const HoldId second = a_hold();
  ASSERT_EQ(approve(second), Reason::None);
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
  says(a_fill(second, LegRole::Entry, Px::of(60'001), "9"));
  says(a_report(second, LegRole::Stop, ExecType::New, OrdStatus::New));
  ASSERT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
            Reason::None);
  degrade();
  ASSERT_TRUE(trade(second).reducing);
  EXPECT_EQ(trade(second).keep, Qty{});
}

// The venue comes and goes while the stop is being taken down.
TEST_F(DegradedTest, AReductionThatRunsBeginsOnce) {
  const HoldId hold = an_exposed_trade();
  degrade();
  condition(Block::VenueUnreachable, true);
  condition(Block::VenueUnreachable, false);
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(all<ReductionMoved>().size(), 1U);
  EXPECT_TRUE(venue.protective.empty());
}

// What an approved exit is about to sell whole is not reduced besides.
TEST_F(DegradedTest, AnExitUnderWayIsNotReducedBesides) {
  const HoldId hold = an_exposed_trade();
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  degrade();
  EXPECT_FALSE(trade(hold).reducing);
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Exit);
  condition(Block::VenueUnreachable, true);
  condition(Block::VenueUnreachable, false);
  EXPECT_EQ(trade(hold).protection, ProtectionState::Replacing);
}

TEST_F(DegradedTest, AnExitThatIsApprovedTakesTheReductionOver) {
  const HoldId hold = an_exposed_trade();
  degrade();
  ASSERT_TRUE(trade(hold).reducing);
  send(a_signal(SignalSide::Sell));
  ASSERT_EQ(approve(edges.signals.back().hold), Reason::None);
  EXPECT_FALSE(trade(hold).reducing);
  canceled(hold, LegRole::Stop);
  ASSERT_EQ(venue.protective.size(), 1U);
  EXPECT_EQ(venue.protective[0].leg.role, LegRole::Exit);
  EXPECT_EQ(venue.protective[0].leg.qty, trade(hold).position.sellable(Qty::from_raw(1'000)));
}

// What the venue does not know may stand there, and what it answers comes first.
TEST_F(DegradedTest, AnUnknownStopIsTakenDownOnceItIsKnown) {
  const HoldId hold = an_exposed_trade();
  says(a_report(hold, LegRole::Stop, ExecType::NotFound, OrdStatus::New));
  ASSERT_EQ(order_state(hold, LegRole::Stop), OrderState::Unknown);
  degrade();
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_TRUE(venue.cancels.empty());
  EXPECT_TRUE(venue.protective.empty());
  says(a_report(hold, LegRole::Stop, ExecType::Status, OrdStatus::New));
  EXPECT_EQ(venue.cancels.size(), 1U);
}

TEST_F(DegradedTest, ACrashBehindTheBlockReducesAllTheSame) {
  const HoldId hold = an_exposed_trade();
  const std::size_t before = recorder.records.size();
  degrade();
  venue.cancels.clear();
  crash_behind<PositionSnapshotTaken>(before);  // nothing of the reduction is on record
  EXPECT_TRUE(trade(hold).reducing);
  EXPECT_EQ(venue.cancels.size(), 1U);
}

TEST_F(DegradedTest, ACrashBehindTheVenuesLossCallsAPersonAllTheSame) {
  for (const bool degraded : {false, true}) {
    SCOPED_TRACE(degraded);
    if (!degraded) an_open_trade();
    const std::size_t before = recorder.records.size();
    condition(Block::VenueUnreachable, true);
    edges.humans.clear();
    std::size_t cut = before;
    while (recorder.records[cut].type != BlockChanged::kType) ++cut;
    crash_behind<BlockChanged>(degraded ? cut + 1 : cut);
    EXPECT_TRUE(state->blocked_by(Block::SystemDegraded));
    EXPECT_TRUE(state->blocked_by(Block::UnmanagedExposure));
    EXPECT_EQ(edges.humans.size(), 1U);
    restart(false);
    EXPECT_EQ(edges.humans.size(), 2U) << "nobody may have heard the first";
    condition(Block::VenueUnreachable, false);
    condition(Block::Reconciling, false);
    for (const Block cause : {Block::SystemDegraded, Block::UnmanagedExposure}) {
      ASSERT_EQ(unblock(cause), Reason::None);
    }
  }
}

TEST_F(DegradedTest, AWorkingEntryIsCancelled) {
  const HoldId hold = a_hold();
  EXPECT_EQ(approve(hold), Reason::None);
  degrade();
  ASSERT_EQ(venue.cancels.size(), 1U);
  EXPECT_TRUE(venue.cancels[0].only_new);
}

TEST_F(DegradedTest, WhereTheMarkIsMissingItStaysBlockedAndIsTold) {
  an_open_trade();
  market(Px{}, Px{});
  degrade();
  EXPECT_TRUE(state->blocked_by(Block::SafeNotionalUnknown));
  ASSERT_EQ(all<IncidentOpened>().size(), 1U);
  EXPECT_EQ(all<IncidentOpened>()[0].severity, Severity::Sev2);
  EXPECT_EQ(unblock(Block::SafeNotionalUnknown), Reason::CauseStillHolds);
  market(Px::of(59'999), Px::of(60'001));
  EXPECT_EQ(unblock(Block::SafeNotionalUnknown), Reason::None);
}

TEST_F(DegradedTest, AnUnreachableVenueWithNothingHeldIsAConditionOnly) {
  condition(Block::VenueUnreachable, true);
  EXPECT_FALSE(state->blocked_by(Block::SystemDegraded));
  condition(Block::VenueUnreachable, false);
  EXPECT_EQ(state->trading_state(), TradingState::Open);
}

TEST_F(DegradedTest, AnUnreachableVenueWithAPositionCallsAPerson) {
  const HoldId hold = an_open_trade();
  condition(Block::VenueUnreachable, true);
  EXPECT_TRUE(state->blocked_by(Block::UnmanagedExposure));
  EXPECT_TRUE(state->blocked_by(Block::SystemDegraded));
  ASSERT_EQ(all<IncidentOpened>().size(), 1U);
  EXPECT_EQ(all<IncidentOpened>()[0].severity, Severity::Sev1);
  ASSERT_EQ(edges.humans.size(), 1U);
  ASSERT_EQ(edges.humans[0].positions.size(), 1U);
  EXPECT_EQ(edges.humans[0].positions[0].qty, trade(hold).position.qty);
  EXPECT_EQ(edges.humans[0].incident, 1U);
  const std::string text = human_action_text(edges.humans[0]);
  for (const char* const part : {"dependencia_falha", "impacto", "acoes_imediatas",
                                 "validacao_pos_fix", "BTCUSDT", "SEV-1"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

class HumanActionFileTest : public ::testing::Test {
 protected:
  static HumanActionRequired call(std::uint32_t incident, std::int64_t at) {
    HumanActionRequired what;
    what.incident = incident;
    what.at = UnixNanos(at);
    return what;
  }
  [[nodiscard]] bool there(const std::string& name) const {
    return std::filesystem::exists(folder.path() / name);
  }
  [[nodiscard]] std::string first_line(const std::string& name) const {
    std::ifstream read(folder.path() / name);
    std::string line;
    std::getline(read, line);
    return line;
  }

  clawgate::testing::TemporaryDirectory folder;
  HumanActionFile file{(folder.path() / "human_action_required.md").string()};
};

// What it asks for would do harm once it is over.
TEST_F(HumanActionFileTest, AFileOfWhatIsOverSaysSoUnderAnotherName) {
  EXPECT_TRUE(file.write()) << "nothing to do";
  file.end(UnixNanos(1));
  EXPECT_TRUE(file.write()) << "nothing to withdraw";
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));

  file.require(call(12, 2));
  EXPECT_TRUE(file.write());
  EXPECT_EQ(first_line("human_action_required.md"), "# Human action required");
  file.end(UnixNanos(kStart));
  EXPECT_TRUE(file.write());
  EXPECT_FALSE(there("human_action_required.md"));
  EXPECT_EQ(first_line("human_action_done-12.md"),
            "# Over by " + time_text(kStart) + ": do nothing by this page");
  EXPECT_EQ(human_action_text(call(12, 2)).find("Over"), std::string::npos);
}

TEST_F(HumanActionFileTest, ACallThatIsHeardOfBehindItsEndStaysEnded) {
  file.end(UnixNanos(5));
  file.require(call(1, 5));
  EXPECT_TRUE(file.write());
  EXPECT_FALSE(there("human_action_required.md"));
  file.require(call(2, 6));
  EXPECT_TRUE(file.write());
  EXPECT_TRUE(there("human_action_required.md")) << "the next one";
}

TEST_F(HumanActionFileTest, WhatTheDiskRefusedIsTriedAgain) {
  const auto in_the_way = folder.path() / "human_action_required.md.new";
  std::filesystem::create_directory(in_the_way);
  file.require(call(1, 2));
  EXPECT_FALSE(file.write());
  EXPECT_FALSE(file.write());
  std::filesystem::remove(in_the_way);
  EXPECT_TRUE(file.write());
  EXPECT_TRUE(there("human_action_required.md"));
}

TEST_F(DegradedTest, MoreThanTenMinutesUnmanagedIsAViolation) {
  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    if (!restarted) an_open_trade();
    condition(Block::VenueUnreachable, true);
    const std::int64_t since = now;
    const std::size_t incidents = all<IncidentOpened>().size();
    if (restarted) restart(true);
    now = since + 600 * kNanosPerSecond - kNanosPerMilli;
    apply(TimePassed{});
    EXPECT_EQ(all<IncidentOpened>().size(), incidents);
    EXPECT_LE(runtime->next_deadline(), UnixNanos(since + 600 * kNanosPerSecond + 1));
    now = since + 600 * kNanosPerSecond + 1 - kNanosPerMilli;
    apply(TimePassed{});
    settle();
    ASSERT_EQ(all<IncidentOpened>().size(), incidents + 1);
    EXPECT_TRUE(all<IncidentOpened>().back().violation);
    EXPECT_TRUE(state->blocked_by(Block::Severity));
    apply(TimePassed{});
    EXPECT_EQ(all<IncidentOpened>().size(), incidents + 1) << "once for an outage";
    condition(Block::VenueUnreachable, false);
  }
}

TEST_F(DegradedTest, ThePositionIsManagedOnceTheVenueIsBack) {
  const HoldId hold = an_exposed_trade();
  condition(Block::VenueUnreachable, true);
  EXPECT_TRUE(venue.cancels.empty());
  condition(Block::VenueUnreachable, false);
  EXPECT_EQ(venue.cancels.size(), 1U);
  EXPECT_TRUE(trade(hold).reducing);
}

TEST_F(DegradedTest, TheWayBackIsReconciliationProtectionAndADecision) {
  const HoldId hold = an_exposed_trade();
  condition(Block::VenueUnreachable, true);
  for (const Block cause : {Block::SystemDegraded, Block::UnmanagedExposure}) {
    EXPECT_EQ(unblock(cause), Reason::CauseStillHolds) << "unreachable";
  }
  condition(Block::VenueUnreachable, false);
  canceled(hold, LegRole::Stop);
  says(a_fill(hold, LegRole::Reduce, Px::of(59'990), "r"));
  EXPECT_EQ(unblock(Block::SystemDegraded), Reason::CauseStillHolds) << "the stop is not live";
  says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
  EXPECT_EQ(unblock(Block::SystemDegraded), Reason::CauseStillHolds) << "not reconciled";
  condition(Block::Reconciling, false);
  EXPECT_EQ(unblock(Block::SystemDegraded), Reason::None);
  EXPECT_EQ(state->trading_state(), TradingState::Blocked) << "the other cause";
  EXPECT_EQ(unblock(Block::UnmanagedExposure), Reason::None);
  EXPECT_EQ(state->trading_state(), TradingState::Open);
}

}  // namespace
}  // namespace clawgate::gateway
