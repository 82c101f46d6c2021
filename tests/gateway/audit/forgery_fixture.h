// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/prove.h"
#include "schemas/record_json.h"
#include "tests/gateway/audit/support.h"

namespace clawgate::audit {

/// Honest stories of the real engine, to be forged and then judged.
class ForgeryTest : public gateway::EngineTest {
 protected:
  static void expect_honest(const Forgery& forged) {
    const ProveReport report = prove(*journal_of(forged.records()));
    EXPECT_TRUE(report.ok()) << text_of(report);
  }
  /// The first record that shows it stands at `at` and contradicts `rule`; it is told with `seen`.
  static void expect_found(const Forgery& forged, std::string_view rule, std::size_t at,
                           std::string_view seen = {}) {
    const ProveReport report = prove(*journal_of(forged.records()));
    ASSERT_FALSE(report.ok()) << "nothing found";
    EXPECT_EQ(report.finding->reason, Reason::JournalInvariant) << text_of(report);
    EXPECT_EQ(report.finding->rule, rule) << text_of(report);
    EXPECT_EQ(report.finding->seq, Forgery::seq_of(at))
        << text_of(report) << "\n  and not at " << record_name(forged.records()[at].type);
    EXPECT_NE(report.finding->seen.find(seen), std::string::npos)
        << text_of(report) << "\n  and not " << seen;
  }
  static std::string text_of(const ProveReport& report) {
    if (report.ok()) return "";
    const Finding& finding = *report.finding;
    return finding.rule + " at " + std::to_string(finding.seq.value()) + " " + finding.record +
           "\n  expected " + finding.expected + "\n  seen " + finding.seen;
  }

  /// An entry, approved and handed over.
  Forgery an_entry() {
    entry = a_hold();
    EXPECT_EQ(approve(entry), Reason::None);
    return Forgery(recorder.records);
  }
  /// A further open trade: the venue never gives one execution id twice.
  HoldId open_another(std::string_view exec) {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_fill(hold, LegRole::Entry, Px::of(60'001), exec));
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    balance("BTC", {}, trade(hold).position.qty);
    EXPECT_EQ(trade(hold).protection, ProtectionState::Live);
    return hold;
  }
  /// An entry whose stop was refused, so that the engine reduces at once.
  Forgery a_reduce() {
    an_entry();
    says(a_fill(entry, LegRole::Entry, Px::of(60'001), "1"));
    says(a_report(entry, LegRole::Stop, ExecType::Rejected, OrdStatus::Rejected));
    return Forgery(recorder.records);
  }
  /// An open trade and its approved exit, which sold.
  Forgery an_exit() {
    entry = an_open_trade();
    send(a_signal(SignalSide::Sell));
    exit = edges.signals.back().hold;
    EXPECT_EQ(approve(exit), Reason::None);
    says(a_report(entry, LegRole::Stop, ExecType::Canceled, OrdStatus::Canceled));
    says(a_fill(entry, LegRole::Exit, Px::of(60'100), "2"));
    return Forgery(recorder.records);
  }
  /// An entry of which nobody knows whether the venue has it.
  Forgery an_unknown() {
    entry = a_hold();
    venue.next = HandOff::Unknown;
    EXPECT_EQ(approve(entry), Reason::None);
    return Forgery(recorder.records);
  }
  [[nodiscard]] ClientOrderId id_of(LegRole role) const {
    return trade(entry).find(role)->leg.client_order_id;
  }

  // Where the records of the first entry's way stand.
  static std::size_t move_of(const Forgery& forged, HoldEvent event, std::size_t n = 0) {
    return forged.find<HoldMoved>([&](const HoldMoved& row) { return row.event == event; }, n);
  }
  static std::size_t verdict_of(const Forgery& forged, RiskPhase phase) {
    return forged.find<RiskVerdict>([&](const RiskVerdict& row) { return row.phase == phase; });
  }

  /// The n-th order as another, of one piece: its ids are its own, and its digest is right wherever
  /// it stands.
  template <class Change>
  static void change_order(Forgery& forged, Change change, std::size_t n = 0) {
    const SessionOpened session =
        *decode<SessionOpened>(forged.records()[forged.find<SessionOpened>()].payload);
    give_ids(forged, n, [&](OrderCandidate& order) {
      change(order);
      Sha256 hasher;
      assign_client_order_ids(order, session.id_epoch.view(), hasher);
    });
  }
  /// The same with whatever ids `change` gives it: all that tells of it is about those.
  template <class Change>
  static void give_ids(Forgery& forged, std::size_t n, Change change) {
    const std::size_t held = forged.find<CandidateHeld>(n);
    OrderCandidate order = decode<CandidateHeld>(forged.records()[held].payload)->order;
    const std::string before(order.legs[0].client_order_id.view());
    change(order);
    const std::string after(order.legs[0].client_order_id.view());
    forged.rename(before.substr(0, before.size() - 2), after.substr(0, after.size() - 2));
    Sha256 hasher;
    const Digest digest = approval_digest(order, hasher);
    const auto put = [&](auto& row) {
      row.order = order;
      row.digest = digest;
    };
    forged.change<CandidateHeld>(held, put);
    forged.change<OperatorCommand>(forged.find<OperatorCommand>(n),
                                   [&](OperatorCommand& row) { row.digest = digest; });
    forged.change<OrderIntent>(forged.find<OrderIntent>(n), put);
  }

  /// The stage and venue of the session and of the order, and the channel of its approval.
  static void move_to(Forgery& forged, Stage stage, VenueKind venue, OperatorChannel channel,
                      ChallengeStatus challenge) {
    forged.change<SessionOpened>(forged.find<SessionOpened>(), [&](SessionOpened& row) {
      row.stage = stage;
      row.venue = venue;
    });
    change_order(forged, [&](OrderCandidate& order) {
      order.stage = stage;
      order.venue = venue;
    });
    approve_over(forged, channel, challenge);
  }
  static void approve_over(Forgery& forged, OperatorChannel channel, ChallengeStatus challenge) {
    forged.change<Operator>(forged.find<Operator>(), [](Operator& row) { row.channels = 0xFF; });
    forged.change<OperatorCommand>(forged.find<OperatorCommand>(), [&](OperatorCommand& row) {
      row.channel = channel;
      row.challenge = challenge;
    });
    forged.change<HoldMoved>(move_of(forged, HoldEvent::Approve),
                             [&](HoldMoved& row) { row.channel = channel; });
    forged.change<OrderIntent>(forged.find<OrderIntent>(), [&](OrderIntent& row) {
      row.scripted = channel == OperatorChannel::Scripted;
    });
  }

  /// A command and its answer; the facts it causes go between them. Answers where the latter is.
  std::size_t insert_command(Forgery& forged, std::size_t at, const OperatorCommand& command,
                             Reason reason = Reason::None) {
    forged.insert(at, command);
    CommandDecided decided;
    decided.command_id = command.command_id;
    decided.reason = reason;
    decided.hold = command.hold;
    forged.insert(at + 1, decided);
    return at + 1;
  }
  /// A kill, and its end by a decision, before the record at `at`. Answers where that is then.
  std::size_t insert_kill(Forgery& forged, std::size_t at, bool lifted) {
    std::size_t answer = insert_command(forged, at, a_command(CommandAction::Kill));
    BlockChanged begun;
    begun.block = Block::Kill;
    begun.active = true;
    begun.blocks = bit_of(Block::Kill);
    begun.kill_epoch = KillEpoch{1};
    forged.insert(answer, begun);
    if (!lifted) return answer + 2;
    DecisionRecorded decision;
    decision.id = DecisionId("DEC-20260105-001");
    decision.end = DecisionEnd::Approved;
    decision.subject = subject_of(Block::Kill, subjects);
    decision.operator_id = OperatorId("alice");
    forged.insert(answer + 2, decision);
    OperatorCommand unblock = a_command(CommandAction::Unblock);
    unblock.decision_id = decision.id;
    answer = insert_command(forged, answer + 3, unblock);
    BlockChanged ended = begun;
    ended.active = false;
    ended.blocks = 0;
    ended.decision_id = unblock.decision_id;
    forged.insert(answer, ended);
    return answer + 2;
  }

  HoldId entry;
  HoldId exit;
};

}  // namespace clawgate::audit
