// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/forgery_fixture.h"

// The moment of the release: an entry that a block, another session or its stage forbade there is
// found there, whatever is told of it later.

namespace clawgate::audit {
namespace {

class ReleaseForgeryTest : public ForgeryTest {
 protected:
  /// An entry of which the venue's own thread tells later that it left.
  Forgery told_later() {
    venue.later = true;
    an_entry();
    apply(HandedOff{id_of(LegRole::Entry), HandOff::Sent, true});
    settle();
    return Forgery(recorder.records);
  }
  static BlockChanged changed(Block block, bool active) {
    BlockChanged fact;
    fact.block = block;
    fact.active = active;
    fact.blocks = active ? bit_of(block) : 0;
    return fact;
  }
  /// `block` begins by an input of its own, before the record at `at`.
  static void begin(Forgery& forged, std::size_t at, Block block) {
    forged.insert(at, TimePassed{});
    forged.insert(at + 1, changed(block, true));
    if (block != Block::UnmanagedExposure) return;
    IncidentOpened incident;
    incident.number = 1;
    incident.cause = block;
    incident.severity = Severity::Sev1;
    forged.insert(at + 2, incident);
  }
};

TEST_F(ReleaseForgeryTest, AnHonestEntryThatIsToldLaterIsProven) {
  expect_honest(told_later());
}

TEST_F(ReleaseForgeryTest, WhileABlockIsInForce) {
  const Forgery honest = told_later();
  for (const BlockInfo& row : kBlocks) {
    if (row.block == Block::Kill) continue;  // it voids the approval
    SCOPED_TRACE(row.code);
    Forgery forged = honest;
    begin(forged, forged.find<OperatorCommand>(), row.block);
    expect_found(forged, "I5", forged.find<OrderIntent>(), clawgate::word(row.state));
  }
}

TEST_F(ReleaseForgeryTest, WhileAConditionIsInForceThatEndsBeforeItIsTold) {
  const Forgery honest = told_later();
  Forgery forged = honest;
  begin(forged, forged.find<OperatorCommand>(), Block::Backlog);
  forged.insert(forged.find<HandedOff>(), ConditionReported{Block::Backlog, false, {}});
  forged.insert(forged.find<HandedOff>(), changed(Block::Backlog, false));
  expect_found(forged, "I5", forged.find<OrderIntent>(), "BLOCKED");

  forged = honest;  // one that ends just before the command
  begin(forged, forged.find<OperatorCommand>(), Block::Backlog);
  forged.insert(forged.find<OperatorCommand>(), ConditionReported{Block::Backlog, false, {}});
  forged.insert(forged.find<OperatorCommand>(), changed(Block::Backlog, false));
  expect_honest(forged);
}

TEST_F(ReleaseForgeryTest, WhileAConditionEndedByNoReportOfItsEnd) {
  const Forgery honest = told_later();
  const auto ended_by = [&](const auto& input) {
    Forgery forged = honest;
    begin(forged, forged.find<OperatorCommand>(), Block::Backlog);
    const std::size_t at = forged.find<OperatorCommand>();
    forged.insert(at, input);
    forged.insert(at + 1, changed(Block::Backlog, false));
    return forged;
  };
  expect_honest(ended_by(ConditionReported{Block::Backlog, false, {}}));
  const auto expect_no_end = [&](const auto& input) {
    const Forgery forged = ended_by(input);
    const auto ends = [](const BlockChanged& row) {
      return row.block == Block::Backlog && !row.active;
    };
    expect_found(forged, "I5", forged.find<BlockChanged>(ends), "none");
  };
  expect_no_end(ConditionReported{Block::Backlog, true, {}});
  expect_no_end(ConditionReported{Block::DiskLow, false, {}});
  expect_no_end(TimePassed{});
}

TEST_F(ReleaseForgeryTest, WhileAStaleMarketIsCalledFreshByAnythingButAMarket) {
  const Forgery honest = told_later();
  const auto ended_by = [&](const auto& input) {
    Forgery forged = honest;
    const std::size_t at = forged.find<OperatorCommand>();
    forged.insert(at, TimePassed{});
    forged.insert(at + 1, changed(Block::MarketDataStale, true));
    forged.insert(at + 2, input);
    forged.insert(at + 3, changed(Block::MarketDataStale, false));
    return forged;
  };
  expect_honest(ended_by(MarketTop{}));
  const Forgery forged = ended_by(TimePassed{});
  expect_found(forged, "I5", forged.find<OperatorCommand>() - 1, "none");
}

TEST_F(ReleaseForgeryTest, WhileABlockBeginsBetweenOrderIntentAndRelease) {
  const Forgery honest = told_later();
  const std::size_t release = move_of(honest, HoldEvent::Release);
  Forgery forged = honest;
  forged.insert(release, changed(Block::Backlog, true));
  expect_found(forged, "I5", release + 1, "BLOCKED");

  forged = honest;  // the release was first: the venue's thread may have had it already
  forged.insert(release + 1, changed(Block::Backlog, true));
  expect_honest(forged);
}

TEST_F(ReleaseForgeryTest, WhileAKillIsInForce) {
  const Forgery honest = told_later();
  BlockChanged kill = changed(Block::Kill, true);
  kill.kill_epoch = KillEpoch{1};
  Forgery forged = honest;
  const std::size_t release = move_of(forged, HoldEvent::Release);
  forged.insert(release, kill);
  expect_found(forged, "I4", release + 1, "a kill");

  forged = honest;
  const std::size_t intent = forged.find<OrderIntent>();
  forged.change<OrderIntent>(intent, [](OrderIntent& row) { row.kill_epoch = KillEpoch{1}; });
  forged.insert(intent, kill);
  expect_found(forged, "I4", intent + 1, "a kill");
}

TEST_F(ReleaseForgeryTest, AnExitIsReleasedUnderABlock) {
  entry = an_open_trade();
  send(a_signal(SignalSide::Sell));
  exit = edges.signals.back().hold;
  apply(ConditionReported{Block::Backlog, true, Text<64>("test")});
  EXPECT_EQ(approve(exit), Reason::None);
  expect_honest(Forgery(recorder.records));
}

// ---- where -------------------------------------------------------------------------------------

TEST_F(ReleaseForgeryTest, InS0ForAVenueThatIsNotTheSimulator) {
  const Forgery honest = an_entry();
  Forgery forged = honest;
  move_to(forged, Stage::S0, VenueKind::BinanceSpot, OperatorChannel::Http,
          ChallengeStatus::NotRequired);
  expect_found(forged, "I10", forged.find<OrderIntent>(), clawgate::word(VenueKind::BinanceSpot));
  move_to(forged, Stage::S0, VenueKind::Simulator, OperatorChannel::Http,
          ChallengeStatus::NotRequired);
  expect_honest(forged);
  move_to(forged, Stage::S2, VenueKind::BinanceSpot, OperatorChannel::Telegram,
          ChallengeStatus::Validated);
  expect_honest(forged);
}

TEST_F(ReleaseForgeryTest, InAnotherSessionThanItWasPlannedIn) {
  Forgery honest = an_entry();
  approve_over(honest, OperatorChannel::Telegram, ChallengeStatus::Validated);
  const std::size_t at = honest.find<OperatorCommand>();
  SessionOpened session = state->session;
  Forgery forged = honest;
  forged.insert(at, session);
  expect_honest(forged);
  const auto found = [&](const SessionOpened& other) {
    forged = honest;
    forged.insert(at, other);
    expect_found(forged, "I1", forged.find<OrderIntent>());
  };
  session.stage = Stage::S1;
  found(session);
  session = state->session;
  session.venue = VenueKind::BinanceSpot;
  found(session);
  session = state->session;
  session.account = AccountId{1};
  found(session);
}

}  // namespace
}  // namespace clawgate::audit
