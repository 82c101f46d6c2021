// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gateway/audit/engine_version.h"
#include "gateway/audit/ledger.h"
#include "gateway/audit/prove.h"

// The rules of prove.h, one short function a record. prover.cc takes the records, and holds what is
// about an input and its facts as a whole; prover_signals.cc goes as far as the hold,
// prover_commands.cc from the approval to the order_intent, prover_orders.cc from there on;
// prover_limits.cc is about limits, decisions and risk over time.

namespace clawgate::audit {

class Prover {
 public:
  /// `office` is compared with where it is not null.
  explicit Prover(ProveReport& report, const OfficeLedger* office = nullptr)
      : report_(report), office_(office) {}

  /// `engine_version` wrote it.
  void take(const journal::RecordView& record, std::string_view engine_version);

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

 private:
  template <class Row>
  friend void take_as(Prover& prover, Bytes payload);

  // An input and the facts behind it.
  using Input =
      std::variant<std::monostate, SessionOpened, SignalIntent, SignalRefused, OperatorCommand,
                   ExecutionReport, HandedOff, KillAcknowledged, LimitsProposed, ConditionReported>;
  template <class T>
  [[nodiscard]] const T* input() const {
    return std::get_if<T>(&input_);
  }
  void judge_version(std::string_view stated);
  void begin_input(const journal::RecordView& record);
  void begin_fact();
  void end_input(bool cut);
  void end_of_kill();
  void end_of_report(const ExecutionReport& report);

  void on(const SessionOpened& input);
  void on(const Instrument& input);
  void on(const Operator& input);
  void on(const SignalIntent& input);
  void on(const SignalRefused& input);
  void on(const OperatorCommand& input);
  void on(const ExecutionReport& input);
  void on(const HandedOff& input);
  void on(const KillAcknowledged& input);
  void on(const ConditionReported& input);

  void on(const Limits& input);
  void on(const LimitsProposed& input);
  void on(const DecisionRecorded& input);
  void on(const LedgerAnchored& input);

  void on(const LimitsDecided& fact);
  void on(const DayTurned& fact);
  void on(const DayBased& fact);
  void on(const PeakMoved& fact);
  void on(const IncidentOpened& fact);
  void on(const PositionSnapshotTaken& fact);
  void on(const OpenOrdersSnapshotTaken& fact);
  void on(const ProtectiveActionTaken& fact);
  void on(const ReductionMoved& fact);
  void on(const UnknownClosed& fact);
  void on(const SignalDecided& fact);
  void on(const RiskVerdict& fact);
  void on(const CandidateHeld& fact);
  void on(const ViolationRecorded& fact);
  void on(const HoldMoved& fact);
  void on(const OrderIntent& fact);
  void on(const CommandDecided& fact);
  void on(const BlockChanged& fact);
  void on(const OrderMoved& fact);
  void on(const FillApplied& fact);
  void on(const ProtectiveIssued& fact);
  void on(const ProtectionMoved& fact);
  void on(const TradeClosed& fact);

  void judge_cooldown(const OrderIntent& fact);
  void judge_condition(const BlockChanged& fact);
  [[nodiscard]] std::string may_not_spend(const DecisionId& id, const Digest& subject) const;
  [[nodiscard]] std::string may_not_decide(const DecisionRecorded& decision) const;
  [[nodiscard]] std::string may_not_propose(const LimitsProposed& input) const;
  [[nodiscard]] std::string loosened_by(const Limits& document) const;
  void judge_day(const OrderCandidate& entry);
  void judge_rate();
  void judge_open_trades(HoldId entry);
  void count_open(HoldId id, const LedgerHold& hold);
  void judge_repeat(const SignalDecided& fact);
  void approve(LedgerHold& hold, const HoldMoved& fact);
  [[nodiscard]] std::string may_not(const OperatorCommand& command) const;
  [[nodiscard]] std::string may_not_say(const OperatorCommand& command) const;
  [[nodiscard]] std::string unproven(OperatorChannel channel, ChallengeStatus challenge) const;
  void judge_open();
  void judge_place(const OrderCandidate& order);
  void judge_size(const OrderCandidate& order);
  void judge_ids(const OrderCandidate& order);
  void judge_subject(const EngineName& engine, const OrderCandidate& order);
  void hand_over(const ClientOrderId& id, LedgerOrder& order);
  void may_enter(const LedgerHold& hold);
  [[nodiscard]] bool told_by_venue() const;
  [[nodiscard]] bool waits_for_purchase(const ExecutionReport& sale);
  void judge_cause(const OrderMoved& fact);
  [[nodiscard]] bool list_executed(const ClientOrderId& id) const;
  [[nodiscard]] bool misses_executions(const ClientOrderId& id) const;
  [[nodiscard]] Qty sellable(const LedgerHold& hold) const;
  [[nodiscard]] bool is_dust(const LedgerHold& hold) const;
  [[nodiscard]] bool kills_under_a_known_id() const;
  [[nodiscard]] bool share_list(const ClientOrderId& one, const ClientOrderId& other) const;
  [[nodiscard]] bool speaks_for(const ClientOrderId& said, const OrderMoved& fact) const;
  void judge_protective(const LedgerHold& hold, const ProtectiveIssued& fact);
  void add_order(HoldId hold, const Leg& leg, bool in_list);
  void book(LedgerHold& hold, const FillApplied& fact);

  /// The first call counts; seq and name are those of the record being taken.
  void fail(std::string_view rule, std::string expected, std::string seen);
  [[nodiscard]] bool failed() const { return report_.finding.has_value(); }

  ProveReport& report_;
  const OfficeLedger* office_;
  Ledger ledger_;

  // The record being taken.
  Seq seq_;
  UnixNanos time_;
  bool own_limits_ = false;         // limits are in force by their own record
  bool own_record_ = false;         // the command is the record of its decision
  bool own_closing_ = false;        // the same of an unknown order's end
  bool one_command_an_id_ = false;  // a kill under a known id does nothing
  std::uint16_t type_ = 0;

  // The input it belongs to.
  Input input_;
  std::uint16_t input_type_ = 0;
  std::uint16_t last_fact_ = 0;  // the one before
  Digest input_bytes_;           // SHA-256 of its record
  std::uint32_t facts_ = 0;      // behind it so far
  bool answered_ = false;        // by the fact that says what became of it
  bool booked_ = false;          // a fill came of it
  bool repeated_ = false;        // it was answered before: nothing but the answer may follow
  bool lost_track_ = false;      // of an order
  HoldId declined_;              // the hold that it declined

  // What was said so far.
  std::string segment_;  // the version that its segment names
  std::string stated_;   // the version that wrote it, as the newest segment or session says
  EngineVersion newest_version_{};
  SessionOpened session_;
  std::map<OperatorId, Operator> operators_;
  std::optional<Limits> limits_;
  std::map<DecisionId, DecisionRecorded> decisions_;
  std::set<DecisionId> spent_;
  LedgerAnchored anchor_;            // the newest
  std::uint64_t decided_up_to_ = 0;  // the ledger's entry of the newest decision
  bool watched_ = false;  // journals since LimitsDecided carry risk over time and evidence
  std::optional<UnixNanos> last_loss_;
  std::int32_t day_ = 0;
  std::uint32_t day_orders_ = 0;  // entries released
  Notional day_notional_;         // their worst costs
  UnixNanos rate_paid_until_;     // the budget of orders a minute
  std::set<HoldId> open_;         // entries that wait or are not over
  Notional peak_;
  std::uint32_t incidents_ = 0;
  std::uint32_t snapshots_ = 0;
  bool snapshot_before_ = false;   // of an action, by the present input
  bool close_decided_ = false;     // of an unknown order, by the present input
  bool human_called_for_ = false;  // UNMANAGED_EXPOSURE began by it, the incident has to follow
  struct Action {
    HoldId hold;
    ClientOrderId order;
    ProtectiveAction action = ProtectiveAction::Cancel;
  };
  std::map<std::uint32_t, Action> actions_;  // begun and not ended
  std::uint32_t last_action_ = 0;
  std::uint32_t blocks_ = 0;
  KillEpoch kill_epoch_;
  KillEpoch kill_acknowledged_;
  HoldId last_hold_;
  std::uint32_t violations_ = 0;
  struct SeenIntent {
    Digest payload;
    HoldId hold;
  };
  struct SeenCommand {
    Digest record;
    Reason reason;
  };
  std::map<std::pair<EngineName, IntentId>, SeenIntent> intents_;
  std::map<TraceId, HoldId> traces_;
  std::map<CommandId, SeenCommand> commands_;
  std::set<std::pair<InstrumentId, ExecId>> executions_;
};

}  // namespace clawgate::audit
