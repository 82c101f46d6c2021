// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "tests/gateway/engine_fixture.h"

// Every reason that a command or a hold can end with, one case each; a row of the table without a
// case fails.

// The cases below are for one surface of the table; the others have suites of their own.
#pragma GCC diagnostic ignored "-Wswitch-enum"

namespace clawgate::gateway {
namespace {

class CommandRowsTest : public EngineTest {
 protected:
  Reason answer(CommandAction action, void (*change)(OperatorCommand&), HoldId hold = {}) {
    OperatorCommand input = a_command(action, hold);
    change(input);
    return command(input);
  }
  /// The same gateway in a stage that is not paper: what its decisions then need.
  void enter(Stage stage) {
    SessionOpened session = state->session;
    session.stage = stage;
    apply(session);
  }
  Reason how_it_ended(HoldId hold) { return trade(hold).hold_reason; }

  Reason seen(Reason reason);
};

Reason CommandRowsTest::seen(Reason reason) {
  const auto nothing = [](OperatorCommand&) {};
  switch (reason) {
    case Reason::CommandFieldMissing:
      return answer(CommandAction::Kill, [](OperatorCommand& c) { c.command_id = {}; });
    case Reason::CommandFieldValue:
      return answer(CommandAction::Kill, [](OperatorCommand& c) { c.action = CommandAction{99}; });
    case Reason::CommandConflict: {
      OperatorCommand first = a_command(CommandAction::Reject, a_hold());
      EXPECT_EQ(command(first), Reason::None);
      first.note = Text<96>("changed");
      return command(first);
    }
    case Reason::HoldUnknown:
      return answer(CommandAction::Reject, nothing, HoldId{77});
    case Reason::HoldNotPending: {
      const HoldId hold = a_hold();
      EXPECT_EQ(answer(CommandAction::Reject, nothing, hold), Reason::None);
      return answer(CommandAction::Reject, nothing, hold);
    }
    case Reason::HoldExpired: {
      const HoldId hold = a_hold();
      now = trade(hold).order.expires_at.value();
      return answer(CommandAction::Approve, nothing, hold);
    }
    case Reason::DigestMismatch:
      return answer(
          CommandAction::Approve, [](OperatorCommand& c) { c.digest.bytes[9] ^= 4; }, a_hold());
    case Reason::OperatorUnknown:
      return answer(CommandAction::Kill,
                    [](OperatorCommand& c) { c.operator_id = OperatorId("x"); });
    case Reason::OperatorNotPermitted: {
      Operator who = state->operators[0];
      who.may_kill = false;
      apply(who);
      return answer(CommandAction::Kill, nothing);
    }
    case Reason::ChannelNotAllowed:
      return answer(CommandAction::Kill,
                    [](OperatorCommand& c) { c.channel = OperatorChannel::Http; });
    case Reason::UntrustedCommandSource: {
      Operator who = state->operators[0];
      who.channels = 0xFF;
      apply(who);
      return answer(CommandAction::Kill,
                    [](OperatorCommand& c) { c.channel = OperatorChannel::Email; });
    }
    case Reason::ChallengeRequired: {
      Operator who = state->operators[0];
      who.channels |= bit_of(OperatorChannel::Telegram);
      apply(who);
      const HoldId hold = a_hold();
      enter(Stage::S1);
      return answer(
          CommandAction::Approve, [](OperatorCommand& c) { c.channel = OperatorChannel::Telegram; },
          hold);
    }
    case Reason::ScriptedNotAllowed:
      enter(Stage::S1);
      return answer(CommandAction::Kill,
                    [](OperatorCommand& c) { c.channel = OperatorChannel::Scripted; });
    case Reason::DecisionIdMissing:
      return answer(CommandAction::Unblock, nothing);
    case Reason::CauseUnknown:
      return answer(CommandAction::Unblock,
                    [](OperatorCommand& c) { c.decision_id = DecisionId("DEC-20260105-001"); });
    case Reason::UnknownNotOpen:
      return answer(CommandAction::CloseUnknown,
                    [](OperatorCommand& c) { c.decision_id = DecisionId("DEC-20260105-001"); });
    case Reason::VoidedByRecheck: {
      const HoldId hold = a_hold();
      balance("USDT", Qty::of(1));
      return answer(CommandAction::Approve, nothing, hold);
    }
    case Reason::VoidedByLimits: {
      const HoldId hold = a_hold();
      Limits limits = l0_limits();
      limits.version = LimitsVersion{2};
      apply(limits);
      return how_it_ended(hold);
    }
    case Reason::VoidedByRestart: {
      const HoldId hold = a_hold();
      restart(false);
      return how_it_ended(hold);
    }
    case Reason::VoidedByKill: {
      const HoldId hold = a_hold();
      EXPECT_EQ(answer(CommandAction::Kill, nothing), Reason::None);
      return how_it_ended(hold);
    }
    case Reason::DeclinedByOperator: {
      const HoldId hold = a_hold();
      EXPECT_EQ(answer(CommandAction::Reject, nothing, hold), Reason::None);
      return how_it_ended(hold);
    }
    case Reason::LimitsVersionOld:
      return propose(next_limits([](Limits& l) {
        l.version = LimitsVersion{1};
        l.cooldown_ns += 1;
      }));
    case Reason::LimitsOutOfRange:
      return propose(next_limits([](Limits& l) { l.drawdown_max = bps(1'201); }));
    case Reason::LimitsNeedDecision:
      return propose(next_limits([](Limits& l) { l.day_orders_max = 7; }));
    case Reason::DecisionNotApproved: {
      Limits limits = next_limits([](Limits& l) { l.day_orders_max = 7; });
      limits.decision = a_decision(subject_of(limits, subjects), DecisionEnd::Rejected);
      return propose(limits);
    }
    case Reason::DecisionSpent: {
      Limits limits = next_limits([](Limits& l) { l.day_orders_max = 7; });
      EXPECT_EQ(propose_decided(limits), Reason::None);
      const DecisionId spent = state->limits->decision;
      limits = next_limits([](Limits& l) { l.day_orders_max = 8; });
      limits.decision = spent;
      return propose(limits);
    }
    case Reason::DecisionOtherSubject: {
      Limits limits = next_limits([](Limits& l) { l.day_orders_max = 7; });
      limits.decision = a_decision(subject_of(limits, subjects));
      limits.day_orders_max = 8;
      return propose(limits);
    }
    case Reason::CauseStillHolds:
      apply(CauseReported{Block::SystemDegraded, Text<24>("store"), Text<64>("down")});
      return unblock(Block::SystemDegraded);
    default:
      return Reason::None;
  }
}

class EveryCommandRow : public CommandRowsTest, public ::testing::WithParamInterface<Reason> {};

TEST_P(EveryCommandRow, IsGivenWhenItsRuleIsBroken) {
  EXPECT_EQ(info(seen(GetParam())).code, info(GetParam()).code);
  EXPECT_TRUE(venue.submitted.empty());
}

std::vector<Reason> command_reasons() {
  std::vector<Reason> reasons;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Command) reasons.push_back(row.reason);
  }
  return reasons;
}

INSTANTIATE_TEST_SUITE_P(Rows, EveryCommandRow, ::testing::ValuesIn(command_reasons()),
                         [](const auto& row) {
                           return std::string(clawgate::info(row.param).code);
                         });

}  // namespace
}  // namespace clawgate::gateway
