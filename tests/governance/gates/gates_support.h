// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "governance/decisions/decisions.h"
#include "governance/gates/checklist.h"

namespace clawgate::governance {

inline constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

/// Decisions, and an operator who answers them properly.
struct Desk {
  Decisions decisions;
  UnixNanos now = kNoon;
  int count = 0;

  std::string opened(DecisionPurpose purpose) {
    contracts::DecisionRequest request;
    request.purpose = purpose;
    request.decision_key = "stage:test:" + std::to_string(++count);
    request.title = "A decision";
    request.proposal = "Of a test.";
    request.requested_by = "alice";
    request.rollback_plan = "None.";
    request.evidence_refs = {"evidence"};
    const bool limits =
        purpose == DecisionPurpose::S2Promotion || purpose == DecisionPurpose::RampRaise;
    if (limits) request.limits = {Notional::of(200), Notional::of(1000), 10};
    return fold(decisions.open(request, Stage::S0, now));
  }
  std::string approved(DecisionPurpose purpose) {
    const std::string id = opened(purpose);
    DecisionCommand command;
    command.action = DecisionEvent::Approve;
    command.decision_id = id;
    command.command_id = "command-" + id;
    command.operator_id = "alice";
    command.channel = OperatorChannel::Telegram;
    command.user_id = "1";
    command.chat_id = "2";
    command.explicit_human_approval = true;
    command.evidence_ref = "chat:2:3";
    command.challenge_id = "CH-" + id;
    fold(decisions.challenge(command.challenge_id, id, "alice", Digest(), now));
    Operator alice;
    alice.id = OperatorId("alice");
    alice.channels = 0xFF;
    fold(decisions.apply(command, {&alice, 1}, Stage::S0, now));
    EXPECT_EQ(decisions.find(id)->decision.status, DecisionStatus::Approved);
    return id;
  }

 private:
  std::string fold(const DecisionAnswer& answer) {
    EXPECT_TRUE(answer.done()) << to_text(answer.refusals.front());
    for (const DecisionFact& fact : answer.facts) decisions.fold(fact, now);
    return answer.decision_id;
  }
};

inline contracts::PreLiveChecklist a_checklist(const std::string& decision_id) {
  contracts::PreLiveChecklist list;
  list.checklist_id = "CHECKLIST-1";
  list.decision_id = decision_id;
  list.approved_at = kNoon;
  list.operator_id = "alice";
  for (const std::string_view id : kChecklistItems) {
    list.items.push_back({std::string(id), contracts::ItemStatus::Pass, "evidence"});
  }
  return list;
}

}  // namespace clawgate::governance
