// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// What a venue tells late, in pieces or never: honest journals of it are proven, and what nobody
// told is found.

namespace clawgate::audit {
namespace {

class LateEvidenceTest : public ForgeryTest {
 protected:
  static std::size_t lost_track(const Forgery& forged) {
    return forged.find<OrderMoved>(
        [](const OrderMoved& row) { return row.event == OrderEvent::LoseTrack; });
  }
};

// ---- an answer that is lost --------------------------------------------------------------------

class LostAnswerTest : public LateEvidenceTest {
 protected:
  /// The venue's thread says that it left; a query does not find it, and then no answer comes.
  Forgery not_found_before_the_answer_was_lost() {
    venue.later = true;
    an_entry();
    apply(HandedOff{id_of(LegRole::Entry), HandOff::Sent, true});
    settle();
    EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);
    says(a_report(entry, LegRole::Entry, ExecType::NotFound, OrdStatus::Rejected));
    EXPECT_EQ(order_state(entry, LegRole::Entry), OrderState::Unknown);
    apply(HandedOff{id_of(LegRole::Entry), HandOff::Unknown, true});
    settle();
    return Forgery(recorder.records);
  }
};

TEST_F(LostAnswerTest, BehindAQueryThatFoundNothingIsNoSecondSubmission) {
  expect_honest(not_found_before_the_answer_was_lost());
}

TEST_F(LostAnswerTest, IsNeverTheWordOfASecondSubmission) {
  const Forgery honest = not_found_before_the_answer_was_lost();
  const std::size_t at = honest.find<HandedOff>(1);
  Forgery forged = honest;
  forged.change<HandedOff>(at, [](HandedOff& row) { row.outcome = HandOff::Sent; });
  expect_found(forged, "I3", at);
  forged = honest;  // the answer of the call itself: it was handed over again
  forged.change<HandedOff>(at, [](HandedOff& row) { row.told_later = false; });
  expect_found(forged, "I3", at);
}

TEST_F(LateEvidenceTest, WhatACrashLeavesUnknownIsLatchedByTheNextStart) {
  Forgery forged = an_unknown();
  forged.cut(lost_track(forged) + 1);  // before its block
  SessionOpened session = state->session;
  session.clean_start = false;
  const std::size_t start = forged.add(session);
  const std::size_t next = forged.add(TimePassed{});
  expect_found(forged, "I5", next);
  // Up to that version it was not.
  const auto older = [](SessionOpened& row) { row.engine_version = Text<32>("0.8.0"); };
  for (const std::size_t at : {forged.find<SessionOpened>(), start}) {
    forged.change<SessionOpened>(at, older);
  }
  const ProveReport report = prove(*journal_of(forged.records(), journal_options("0.8.0")));
  EXPECT_TRUE(report.ok()) << text_of(report);
}

// ---- a reduction overtaken by its stop ---------------------------------------------------------

class OvertakenReductionTest : public LateEvidenceTest {
 protected:
  /// A position is brought down to a part while the venue's word of its stop is on its way: it sold
  /// all but less than that part.
  Forgery sold_by_its_stop() {
    entry = an_open_trade();
    EXPECT_EQ(propose(next_limits([](Limits& l) { l.order_notional_max = Notional::of(20); })),
              Reason::None);
    apply(CauseReported{Block::SystemDegraded, Text<24>("store"), Text<64>("down")});
    settle();
    says(a_fill(entry, LegRole::Stop, Px::of(59'390), "2"));
    return Forgery(recorder.records);
  }
  static std::size_t moved(const Forgery& forged, bool begins) {
    return forged.find<ReductionMoved>(
        [&](const ReductionMoved& row) { return row.begins == begins; });
  }
};

TEST_F(OvertakenReductionTest, EndsWithLessThanWasToStay) {
  const Forgery honest = sold_by_its_stop();
  const auto end = *decode<ReductionMoved>(honest.records()[moved(honest, false)].payload);
  EXPECT_GT(end.target, end.held);
  expect_honest(honest);
}

TEST_F(OvertakenReductionTest, BeginsWithAPartAndEndsOnce) {
  const Forgery honest = sold_by_its_stop();
  const std::size_t begin = moved(honest, true);
  const std::size_t end = moved(honest, false);
  const auto found = [&](std::size_t at, auto change) {
    Forgery forged = honest;
    forged.change<ReductionMoved>(at, change);
    expect_found(forged, "I11", at);
  };
  found(begin, [](ReductionMoved& row) { row.target = Qty::from_raw(row.held.raw() + 1); });
  found(begin, [](ReductionMoved& row) { row.held = Qty::from_raw(row.held.raw() + 1); });
  found(end, [](ReductionMoved& row) { row.target = Qty::from_raw(row.target.raw() + 1); });
  found(end, [](ReductionMoved& row) { row.held = Qty::from_raw(row.held.raw() + 1); });
  Forgery forged = honest;
  forged.insert(end, *decode<ReductionMoved>(honest.records()[end].payload));
  expect_found(forged, "I11", end + 1);
}

// ---- executions that are never told ------------------------------------------------------------

class UntoldExecutionTest : public LateEvidenceTest {
 protected:
  /// A reduce that the venue says has executed, and whose execution it never tells.
  Forgery given_up() {
    entry = an_open_trade();
    says(a_report(entry, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    ExecutionReport filled = a_report(entry, LegRole::Reduce, ExecType::Status, OrdStatus::Filled);
    filled.cum_qty = trade(entry).find(LegRole::Reduce)->leg.qty;
    says(filled);
    const std::int64_t end = now + 300 * kNanosPerSecond;
    while (now < end && order_state(entry, LegRole::Reduce) != OrderState::Unknown) {
      now = std::max(now + 1, engine->next_deadline().value());
      market(Px::of(59'999), Px::of(60'001));
      apply(TimePassed{});
      settle();
    }
    EXPECT_TRUE(state->blocked_by(Block::VenueContradiction));
    return Forgery(recorder.records);
  }
};

TEST_F(UntoldExecutionTest, MakesItsOrderUnknownInTheEnd) {
  const Forgery honest = given_up();
  const std::size_t at = lost_track(honest);
  ASSERT_EQ(honest.records()[at - 1].type, BlockChanged::kType);
  ASSERT_EQ(honest.records()[at - 2].type, TimePassed::kType);
  expect_honest(honest);
}

TEST_F(UntoldExecutionTest, IsOneThatTheVenueCountedAndThatContradicts) {
  const Forgery honest = given_up();
  const std::size_t at = lost_track(honest);
  const auto is_count = [](const ExecutionReport& row) {
    return row.exec_type == ExecType::Status && !row.cum_qty.is_zero();
  };
  const auto with_count = [&](Qty count) {
    Forgery forged = honest;
    forged.change<ExecutionReport>(forged.find<ExecutionReport>(is_count),
                                   [&](ExecutionReport& row) { row.cum_qty = count; });
    return forged;
  };
  expect_honest(with_count(Qty::from_raw(1)));
  expect_found(with_count(Qty{}), "I3", at);
  const Qty ordered = trade(entry).find(LegRole::Reduce)->leg.qty;
  expect_found(with_count(Qty::from_raw(ordered.raw() + 1)), "I3", at);

  Forgery forged = honest;
  forged.erase(at - 1);
  expect_found(forged, "I3", at - 1);
  forged = honest;
  forged.insert(at, ConditionReported{Block::Backlog, false, {}});
  expect_found(forged, "I3", at + 1);
}

// ---- an order that nobody knows of -------------------------------------------------------------

TEST_F(LateEvidenceTest, AnUnknownOrderBlocksEntries) {
  an_unknown();
  apply(TimePassed{});
  const Forgery honest(recorder.records);
  expect_honest(honest);
  const auto latched = [](const BlockChanged& row) { return row.block == Block::UnknownOutcome; };
  Forgery forged = honest;
  forged.erase(honest.find<BlockChanged>(latched));
  expect_found(forged, "I5", forged.records().size() - 1);
  SessionOpened session = state->session;
  session.clean_start = false;
  forged.cut(forged.records().size() - 1);
  forged.add(session);
  expect_honest(forged);  // a crash took it
}

}  // namespace
}  // namespace clawgate::audit
