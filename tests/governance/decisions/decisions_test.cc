// SPDX-License-Identifier: Apache-2.0
#include "governance/decisions/decisions.h"

#include <gtest/gtest.h>

#include "governance/decisions/rules.h"

namespace clawgate::governance {
namespace {

using contracts::DecisionRequest;

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z
constexpr std::string_view kKey = "a key of the edge";

UnixNanos after(std::int64_t ns) {
  return UnixNanos{kNoon.value() + ns};
}

DecisionRequest a_request(DecisionPurpose purpose = DecisionPurpose::S1Entry,
                          std::string key = "stage:S1:2026-01") {
  DecisionRequest request;
  request.purpose = purpose;
  request.decision_key = std::move(key);
  request.title = "From S0 to S1";
  request.proposal = "Real money, at L0.";
  request.requested_by = "alice";
  request.rollback_plan = "Back to S0.";
  request.evidence_refs = {"artifacts/evals/trading/summary.json"};
  return request;
}

DecisionRequest a_paper_request(std::string key = "order:BTCUSDT:1") {
  DecisionRequest request = a_request(DecisionPurpose::Order, std::move(key));
  request.side_effect_class = SideEffectClass::None;
  return request;
}

Operator an_operator(std::string_view id) {
  Operator row;
  row.id = OperatorId(id);
  row.channels = 0xFF;
  return row;
}

class DecisionsTest : public ::testing::Test {
 protected:
  Decisions book_;
  std::vector<Operator> operators_ = {an_operator("alice"), an_operator("bob")};
  UnixNanos now_ = kNoon;
  Stage stage_ = Stage::S0;

  DecisionAnswer fold(DecisionAnswer answer) {
    for (const DecisionFact& fact : answer.facts) book_.fold(fact, now_);
    return answer;
  }
  std::string open(const DecisionRequest& request) {
    const DecisionAnswer answer = fold(book_.open(request, stage_, now_));
    EXPECT_TRUE(answer.done()) << to_text(answer.refusals.front());
    return answer.decision_id;
  }
  DecisionAnswer apply(const DecisionCommand& command) {
    return fold(book_.apply(command, operators_, stage_, now_));
  }
  Reason first(const DecisionAnswer& answer) {
    return answer.done() ? Reason::None : answer.refusals.front().reason;
  }
  Reason reason_of_apply(const DecisionCommand& command) { return first(apply(command)); }
  DecisionStatus status(const std::string& id) { return book_.find(id)->decision.status; }

  Digest hash(const std::string& challenge, const std::string& id, std::string_view answer,
              std::string_view who = "alice") {
    return challenge_hash(bytes_of(kKey), challenge, id, who, answer);
  }
  void challenge(const std::string& challenge_id, const std::string& id,
                 const std::string& who = "alice") {
    const DecisionAnswer answer =
        fold(book_.challenge(challenge_id, id, who, hash(challenge_id, id, "123456", who), now_));
    ASSERT_TRUE(answer.done()) << to_text(answer.refusals.front());
  }
  /// Everything that a financial approval needs.
  DecisionCommand approval(const std::string& id, const std::string& challenge_id = "CH-1",
                           std::string_view answer = "123456") {
    DecisionCommand command;
    command.action = DecisionEvent::Approve;
    command.decision_id = id;
    command.command_id = "command-1";
    command.operator_id = "alice";
    command.channel = OperatorChannel::Telegram;
    command.user_id = "1001";
    command.chat_id = "-2002";
    command.explicit_human_approval = true;
    command.evidence_ref = "chat:-2002:77";
    command.challenge_id = challenge_id;
    command.answer_hash = hash(challenge_id, id, answer);
    return command;
  }
};

TEST_F(DecisionsTest, AnIdNamesItsDayAndCounts) {
  EXPECT_EQ(open(a_paper_request("order:A:1")), "DEC-20260105-001");
  EXPECT_EQ(open(a_paper_request("order:A:2")), "DEC-20260105-002");
  now_ = after(24 * kNanosPerHour);
  EXPECT_EQ(open(a_paper_request("order:A:3")), "DEC-20260106-001");
  EXPECT_TRUE(contracts::is_decision_id("DEC-20260105-001"));
}

// Something else names it: one id would stand for two things.
TEST_F(DecisionsTest, AnIdThatIsTakenIsLeftOut) {
  const DecisionIds taken = {"DEC-20260105-001", "DEC-20260105-003"};
  const auto open_with = [&](const char* key) {
    return fold(book_.open(a_paper_request(key), stage_, now_, taken)).decision_id;
  };
  EXPECT_EQ(open_with("order:A:1"), "DEC-20260105-002");
  EXPECT_EQ(open_with("order:A:2"), "DEC-20260105-004") << "nor its own id again";
  EXPECT_EQ(open_with("order:A:3"), "DEC-20260105-005");
  EXPECT_EQ(book_.all().size(), 3U);
}

TEST_F(DecisionsTest, WhatIsKeptIsTheDecisionContract) {
  const std::string id = open(a_request());
  const contracts::Decision& decision = book_.find(id)->decision;
  EXPECT_EQ(decision.timeout_at, after(15 * kNanosPerMinute));
  EXPECT_EQ(decision.challenge_status, ChallengeStatus::Pending);
  EXPECT_TRUE(contracts::decode_decision(encode(decision)));
  challenge("CH-1", id);
  EXPECT_TRUE(apply(approval(id)).done());
  const contracts::Decision& approved = book_.find(id)->decision;
  EXPECT_EQ(approved.status, DecisionStatus::Approved);
  EXPECT_EQ(approved.challenge_status, ChallengeStatus::Validated);
  EXPECT_EQ(approved.approver_operator_id, "alice");
  EXPECT_EQ(approved.approver_telegram_user_id, "1001");
  EXPECT_EQ(approved.approval_evidence_ref, "chat:-2002:77");
  EXPECT_TRUE(approved.explicit_human_approval);
  EXPECT_TRUE(contracts::decode_decision(encode(approved)));
}

TEST_F(DecisionsTest, EveryMoveThatIsNotInTheTableIsRefused) {
  for (const DecisionEvent first :
       {DecisionEvent::Approve, DecisionEvent::Reject, DecisionEvent::Kill}) {
    for (const DecisionEvent second :
         {DecisionEvent::Approve, DecisionEvent::Reject, DecisionEvent::Kill}) {
      book_ = Decisions();
      const std::string id = open(a_paper_request());
      DecisionCommand command = approval(id);
      command.action = first;
      EXPECT_TRUE(apply(command).done());
      const DecisionStatus ended = status(id);
      EXPECT_NE(ended, DecisionStatus::Pending);
      command.action = second;
      command.command_id = "command-2";
      EXPECT_EQ(reason_of_apply(command), Reason::DecisionNotPending);
      EXPECT_EQ(status(id), ended);
    }
  }
}

TEST_F(DecisionsTest, OnPaperNoChallengeIsNeededAndTheTerminalWillDo) {
  const std::string id = open(a_paper_request());
  EXPECT_EQ(book_.find(id)->decision.challenge_status, ChallengeStatus::NotRequired);
  DecisionCommand command;
  command.action = DecisionEvent::Approve;
  command.decision_id = id;
  command.command_id = "c";
  command.operator_id = "alice";
  EXPECT_TRUE(apply(command).done());
  EXPECT_EQ(status(id), DecisionStatus::Approved);
}

TEST_F(DecisionsTest, OutsideOfPaperHighRiskIsCriticalWhateverItsEffect) {
  stage_ = Stage::S1;
  const std::string id = open(a_paper_request());
  DecisionCommand command = approval(id);
  command.challenge_id = "";
  EXPECT_EQ(reason_of_apply(command), Reason::ChallengeRequired);
  EXPECT_EQ(status(id), DecisionStatus::Pending);
}

TEST_F(DecisionsTest, AFinancialApprovalNamesAllThatIsMissing) {
  const std::string id = open(a_request());
  DecisionCommand command;
  command.action = DecisionEvent::Approve;
  command.decision_id = id;
  command.command_id = "c";
  command.operator_id = "alice";
  const DecisionAnswer answer = apply(command);
  std::vector<Reason> reasons;
  for (const Error& error : answer.refusals) reasons.push_back(error.reason);
  EXPECT_EQ(reasons,
            (std::vector<Reason>{Reason::ChannelNotAllowed, Reason::ExplicitApprovalMissing,
                                 Reason::EvidenceMissing, Reason::ChallengeRequired}));
  EXPECT_EQ(answer.refusals[1].field, "/explicit_human_approval");
  EXPECT_EQ(status(id), DecisionStatus::Pending);
}

TEST_F(DecisionsTest, EachMissingPieceOfAFinancialApprovalBlocksIt) {
  struct Row {
    void (*without)(DecisionCommand&);
    Reason reason;
  };
  const Row rows[] = {
      {[](DecisionCommand& c) { c.explicit_human_approval = false; },
       Reason::ExplicitApprovalMissing},
      {[](DecisionCommand& c) { c.evidence_ref = ""; }, Reason::EvidenceMissing},
      {[](DecisionCommand& c) { c.challenge_id = ""; }, Reason::ChallengeRequired},
      {[](DecisionCommand& c) { c.channel = OperatorChannel::Http; }, Reason::ChannelNotAllowed},
      {[](DecisionCommand& c) { c.channel = OperatorChannel::Email; },
       Reason::UntrustedCommandSource},
      {[](DecisionCommand& c) { c.channel = OperatorChannel::Terminal; },
       Reason::ChannelNotAllowed},
      {[](DecisionCommand& c) { c.user_id = ""; }, Reason::CommandFieldMissing},
      {[](DecisionCommand& c) { c.chat_id = ""; }, Reason::CommandFieldMissing},
      {[](DecisionCommand& c) { c.channel = OperatorChannel::Slack; }, Reason::SignatureInvalid},
      {[](DecisionCommand& c) {
         c.channel = OperatorChannel::Slack;
         c.signature_valid = false;
       },
       Reason::SignatureInvalid},
      {[](DecisionCommand& c) { c.operator_id = "mallory"; }, Reason::OperatorUnknown},
      {[](DecisionCommand& c) { c.operator_id = ""; }, Reason::CommandFieldMissing},
      {[](DecisionCommand& c) { c.command_id = std::string(65, 'c'); }, Reason::CommandFieldValue},
      {[](DecisionCommand& c) { c.decision_id = "DEC-20260105-999"; }, Reason::DecisionUnknown},
  };
  for (const Row& row : rows) {
    book_ = Decisions();
    const std::string id = open(a_request());
    challenge("CH-1", id);
    DecisionCommand command = approval(id);
    row.without(command);
    EXPECT_EQ(reason_of_apply(command), row.reason);
    EXPECT_EQ(status(id), DecisionStatus::Pending);
  }
  book_ = Decisions();
  const std::string id = open(a_request());
  challenge("CH-1", id);
  DecisionCommand slack = approval(id);
  slack.channel = OperatorChannel::Slack;
  slack.signature_valid = true;
  EXPECT_EQ(reason_of_apply(slack), Reason::None);
  EXPECT_EQ(book_.find(id)->decision.approver_slack_channel_id, "-2002");
}

TEST_F(DecisionsTest, AnEmailDoesNotEvenReject) {
  operators_[0].channels = 0xFF;
  const std::string id = open(a_paper_request());
  for (const DecisionEvent event :
       {DecisionEvent::Approve, DecisionEvent::Reject, DecisionEvent::Kill}) {
    DecisionCommand command = approval(id);
    command.action = event;
    command.command_id = "by-email-" + std::to_string(static_cast<int>(event));
    command.channel = OperatorChannel::Email;
    EXPECT_EQ(reason_of_apply(command), Reason::UntrustedCommandSource);
    EXPECT_EQ(status(id), DecisionStatus::Pending);
  }
}

TEST_F(DecisionsTest, AnOperatorMayDoWhatItsRowSays) {
  operators_[0].may_approve = false;
  const std::string id = open(a_paper_request());
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::OperatorNotPermitted);
  operators_[0].channels = bit_of(OperatorChannel::Terminal);
  DecisionCommand command = approval(id);
  command.action = DecisionEvent::Reject;
  command.command_id = "r";
  EXPECT_EQ(reason_of_apply(command), Reason::ChannelNotAllowed);
  operators_[0].enabled = false;
  command.command_id = "r2";
  EXPECT_EQ(reason_of_apply(command), Reason::OperatorUnknown);
}

TEST_F(DecisionsTest, RejectingAndKillingNeedNoSecondFactor) {
  const std::string id = open(a_request());
  DecisionCommand command;
  command.action = DecisionEvent::Kill;
  command.decision_id = id;
  command.command_id = "k";
  command.operator_id = "bob";
  EXPECT_TRUE(apply(command).done());
  EXPECT_EQ(status(id), DecisionStatus::Killed);
}

TEST_F(DecisionsTest, TheSameCommandAgainIsANoOpThatIsRecorded) {
  const std::string id = open(a_paper_request());
  const DecisionCommand command = approval(id);
  EXPECT_TRUE(apply(command).done());
  const DecisionAnswer again = apply(command);
  EXPECT_TRUE(again.done());
  EXPECT_TRUE(again.no_op);
  ASSERT_EQ(again.facts.size(), 1U);
  EXPECT_TRUE(std::get<CommandAnswered>(again.facts[0]).no_op);

  DecisionCommand other = command;
  other.evidence_ref = "chat:1:1";
  const DecisionAnswer conflict = apply(other);
  EXPECT_EQ(first(conflict), Reason::CommandConflict);
  EXPECT_FALSE(conflict.no_op);
  EXPECT_EQ(std::get<CommandAnswered>(conflict.facts[0]).reason, "COMMAND_CONFLICT");
  EXPECT_TRUE(apply(command).no_op);  // the first answer still stands
}

TEST_F(DecisionsTest, ARefusedCommandIsToldTheSameAgain) {
  DecisionCommand command = approval("DEC-20260105-009");
  EXPECT_EQ(reason_of_apply(command), Reason::DecisionUnknown);
  const DecisionAnswer again = apply(command);
  EXPECT_EQ(first(again), Reason::DecisionUnknown);
  EXPECT_TRUE(again.no_op);
}

TEST_F(DecisionsTest, EveryFieldIsInTheDigest) {
  const DecisionCommand base = approval("DEC-20260105-001");
  void (*const changes[])(DecisionCommand&) = {
      [](DecisionCommand& c) { c.action = DecisionEvent::Kill; },
      [](DecisionCommand& c) { c.decision_id += "0"; },
      [](DecisionCommand& c) { c.command_id += "0"; },
      [](DecisionCommand& c) { c.operator_id = "bob"; },
      [](DecisionCommand& c) { c.channel = OperatorChannel::Slack; },
      [](DecisionCommand& c) { c.user_id += "0"; },
      [](DecisionCommand& c) { c.chat_id += "0"; },
      [](DecisionCommand& c) { c.explicit_human_approval = false; },
      [](DecisionCommand& c) { c.evidence_ref += "0"; },
      [](DecisionCommand& c) { c.signature_valid = true; },
      [](DecisionCommand& c) { c.signature_valid = false; },
      [](DecisionCommand& c) { c.challenge_id += "0"; },
      [](DecisionCommand& c) { c.answer_hash.bytes[0] ^= 1; },
  };
  for (const auto change : changes) {
    DecisionCommand other = base;
    change(other);
    EXPECT_NE(digest_of(other), digest_of(base));
  }
}

TEST_F(DecisionsTest, AChallengeEndsAfterFiveMinutes) {
  const std::string id = open(a_request());
  challenge("CH-1", id);
  now_ = after(kChallengeTtlNs - 1);
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::None);

  book_ = Decisions();
  now_ = kNoon;
  open(a_request());
  challenge("CH-1", id);
  now_ = after(kChallengeTtlNs);
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::ChallengeExpired);
  EXPECT_EQ(book_.challenge_status("CH-1"), ChallengeStatus::Expired);
  EXPECT_EQ(status(id), DecisionStatus::Pending);
}

TEST_F(DecisionsTest, TheThirdWrongAnswerInvalidatesAndLocks) {
  const std::string id = open(a_request());
  challenge("CH-1", id);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(book_.challenge_status("CH-1"), ChallengeStatus::Pending);
    DecisionCommand command = approval(id, "CH-1", "000000");
    command.command_id = "wrong-" + std::to_string(i);
    EXPECT_EQ(reason_of_apply(command), Reason::ChallengeFailed);
  }
  EXPECT_EQ(book_.challenge_status("CH-1"), ChallengeStatus::Invalidated);
  EXPECT_TRUE(book_.is_locked("alice", after(kLockNs - 1)));
  EXPECT_FALSE(book_.is_locked("alice", after(kLockNs)));
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::OperatorLocked);
  EXPECT_EQ(first(book_.challenge("CH-2", id, "alice", Digest(), now_)), Reason::OperatorLocked);

  challenge("CH-3", id, "bob");  // the backup is not locked
  DecisionCommand command = approval(id, "CH-3");
  command.command_id = "bobs";
  command.operator_id = "bob";
  command.answer_hash = hash("CH-3", id, "123456", "bob");
  EXPECT_EQ(reason_of_apply(command), Reason::None);
}

TEST_F(DecisionsTest, ARightAnswerEndsTheCountOfFailures) {
  const std::string id = open(a_request());
  challenge("CH-1", id);
  for (int i = 0; i < 2; ++i) {
    DecisionCommand wrong = approval(id, "CH-1", "000000");
    wrong.command_id = "wrong-" + std::to_string(i);
    EXPECT_EQ(reason_of_apply(wrong), Reason::ChallengeFailed);
  }
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::None);
  const std::string next = open(a_request(DecisionPurpose::S1Checklist, "stage:list:1"));
  challenge("CH-2", next);
  DecisionCommand wrong = approval(next, "CH-2", "000000");
  wrong.command_id = "wrong-3";
  EXPECT_EQ(reason_of_apply(wrong), Reason::ChallengeFailed);
  EXPECT_FALSE(book_.is_locked("alice", now_));
}

TEST_F(DecisionsTest, AChallengeIsForOneDecisionOneOperatorOnce) {
  const std::string first_id = open(a_request());
  const std::string second_id = open(a_request(DecisionPurpose::S1Checklist, "stage:list:1"));
  challenge("CH-1", first_id);
  DecisionCommand elsewhere = approval(second_id, "CH-1");
  elsewhere.command_id = "elsewhere";
  EXPECT_EQ(reason_of_apply(elsewhere), Reason::ChallengeInvalid);
  DecisionCommand bobs = approval(first_id, "CH-1");
  bobs.operator_id = "bob";
  bobs.command_id = "bobs";
  EXPECT_EQ(reason_of_apply(bobs), Reason::ChallengeInvalid);
  EXPECT_EQ(reason_of_apply(approval(first_id)), Reason::None);
  DecisionCommand reused = approval(second_id, "CH-1");
  reused.command_id = "reused";
  EXPECT_EQ(reason_of_apply(reused), Reason::ChallengeInvalid);
}

TEST_F(DecisionsTest, ANewChallengeOrANewKeyInvalidatesTheOldOne) {
  const std::string id = open(a_request());
  challenge("CH-1", id);
  challenge("CH-2", id);
  EXPECT_EQ(book_.challenge_status("CH-1"), ChallengeStatus::Invalidated);
  EXPECT_EQ(reason_of_apply(approval(id, "CH-1")), Reason::ChallengeInvalid);
  for (const DecisionFact& fact : book_.key_rotated()) book_.fold(fact, now_);
  DecisionCommand command = approval(id, "CH-2");
  command.command_id = "c2";
  EXPECT_EQ(reason_of_apply(command), Reason::ChallengeInvalid);
}

TEST_F(DecisionsTest, TimeEscalatesAtHalfAndExpiresAtTheEnd) {
  const std::string id = open(a_request());
  const std::int64_t sla = sla_of(RiskClass::High);
  now_ = after(sla / 2 - 1);
  EXPECT_TRUE(book_.due(now_).empty());
  now_ = after(sla / 2);
  fold({.facts = book_.due(now_), .refusals = {}, .decision_id = {}});
  EXPECT_EQ(book_.find(id)->escalations, 1);
  EXPECT_TRUE(book_.due(now_).empty());
  now_ = after(sla);
  EXPECT_EQ(reason_of_apply(approval(id)), Reason::DecisionExpired);
  const auto due = book_.due(now_);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_FALSE(std::get<DecisionMoved>(due[0]).opens_incident);
  book_.fold(due[0], now_);
  EXPECT_EQ(status(id), DecisionStatus::Expired);

  open(a_request(DecisionPurpose::S1Entry, "stage:S1:again"));  // the same scope and topic
  now_ = after(3 * sla);
  const auto second = book_.due(now_);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_TRUE(std::get<DecisionMoved>(second[0]).opens_incident);
}

TEST_F(DecisionsTest, TheSlaIsByRisk) {
  EXPECT_EQ(sla_of(RiskClass::High), 15 * kNanosPerMinute);
  EXPECT_EQ(sla_of(RiskClass::Medium), 60 * kNanosPerMinute);
}

TEST_F(DecisionsTest, AtTenPendingOnlyHighRiskIsTaken) {
  DecisionRequest medium = a_paper_request();
  medium.purpose = DecisionPurpose::General;
  medium.risk_class = RiskClass::Medium;
  medium.risk_tier = RiskTier::R2;
  for (int i = 0; i < 10; ++i) {
    medium.decision_key = "topic:a:" + std::to_string(i);
    open(medium);
  }
  medium.decision_key = "topic:a:10";
  EXPECT_EQ(first(book_.open(medium, stage_, now_)), Reason::DecisionsFull);
  EXPECT_TRUE(book_.open(a_paper_request(), stage_, now_).done());
  DecisionCommand reject = approval("DEC-20260105-001");
  reject.action = DecisionEvent::Reject;
  EXPECT_TRUE(apply(reject).done());
  EXPECT_TRUE(book_.open(medium, stage_, now_).done());
}

TEST_F(DecisionsTest, OnePendingDecisionAKey) {
  const std::string id = open(a_request());
  const DecisionAnswer again = book_.open(a_request(), stage_, now_);
  EXPECT_TRUE(again.no_op);
  EXPECT_EQ(again.decision_id, id);
  DecisionRequest other = a_request();
  other.proposal = "Something else.";
  EXPECT_EQ(first(book_.open(other, stage_, now_)), Reason::DecisionKeyTaken);
}

TEST_F(DecisionsTest, ARequestKeepsItsOwnRules) {
  struct Row {
    void (*change)(DecisionRequest&);
    Reason reason;
    std::string_view field;
  };
  const Row rows[] = {
      {[](DecisionRequest& r) { r.risk_tier = RiskTier::R2; }, Reason::RiskTierMismatch,
       "/risk_tier"},
      {[](DecisionRequest& r) { r.side_effect_class = SideEffectClass::None; },
       Reason::RiskTierMismatch, "/side_effect_class"},
      {[](DecisionRequest& r) { r.limits.emplace(); }, Reason::FieldOutOfRange,
       "/limits/max_notional_per_order"},
      {[](DecisionRequest& r) { r.purpose = DecisionPurpose::S2Promotion; }, Reason::GrantLimits,
       "/limits"},
      {[](DecisionRequest& r) { r.evidence_refs.clear(); }, Reason::EvidenceMissing,
       "/evidence_refs"},
      {[](DecisionRequest& r) { r.title = ""; }, Reason::FieldEmpty, "/title"},
      {[](DecisionRequest& r) { r.decision_key = "a:b"; }, Reason::FieldValue, "/decision_key"},
  };
  for (const Row& row : rows) {
    DecisionRequest request = a_request();
    row.change(request);
    const DecisionAnswer answer = book_.open(request, stage_, now_);
    EXPECT_EQ(first(answer), row.reason) << row.field;
    EXPECT_EQ(answer.refusals.empty() ? "" : answer.refusals[0].field, row.field);
    EXPECT_TRUE(answer.facts.empty());
  }
  DecisionRequest low = a_paper_request();
  low.risk_class = RiskClass::Low;
  low.risk_tier = RiskTier::R1;
  EXPECT_TRUE(book_.open(low, stage_, now_).done());
  low.side_effect_class = SideEffectClass::Operational;
  EXPECT_EQ(first(book_.open(low, stage_, now_)), Reason::RiskTierMismatch);
}

TEST_F(DecisionsTest, TheCoreIsToldWhatEndedOverWhat) {
  DecisionRequest request = a_paper_request("limits:L0:2");
  request.purpose = DecisionPurpose::LimitsChange;
  EXPECT_EQ(book_.open(request, stage_, now_).refusals[0].field, "/subject");
  request.subject = sha256(bytes_of("a document"));
  const std::string id = open(request);
  EXPECT_FALSE(record_of(*book_.find(id)));
  now_ = after(5);
  DecisionCommand command = approval(id);
  command.channel = OperatorChannel::Terminal;
  EXPECT_TRUE(apply(command).done());
  const auto record = record_of(*book_.find(id));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->id, id);
  EXPECT_EQ(record->end, DecisionEnd::Approved);
  EXPECT_EQ(record->subject, *request.subject);
  EXPECT_EQ(record->operator_id, "alice");
  EXPECT_EQ(record->channel, OperatorChannel::Terminal);
  EXPECT_EQ(record->challenge, clawgate::ChallengeStatus::NotRequired);
  EXPECT_EQ(record->decided_at, after(5));
}

TEST_F(DecisionsTest, AScriptIsNoPerson) {
  const std::string id = open(a_paper_request());
  DecisionCommand command = approval(id);
  command.channel = OperatorChannel::Scripted;
  EXPECT_TRUE(apply(command).done());
  EXPECT_FALSE(book_.find(id)->decision.explicit_human_approval);
  stage_ = Stage::S1;
  const std::string live = open(a_paper_request("order:A:2"));
  command = approval(live);
  command.channel = OperatorChannel::Scripted;
  command.command_id = "scripted";
  EXPECT_EQ(reason_of_apply(command), Reason::ScriptedNotAllowed);
}

}  // namespace
}  // namespace clawgate::governance
