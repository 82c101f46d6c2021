// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/effect.h"
#include "gateway/recorder.h"
#include "gateway/state.h"
#include "risk/check.h"

// The pure core: apply(input) records the input, decides, records the facts, folds them and leaves
// the effects. It reads no clock, does no I/O, draws no randomness, takes no lock and, once warm,
// allocates nothing. One short function an input; the rules live in risk/ and the tables in
// schemas/states.h.
//
// Files: engine.cc (session, market, time); engine_ and
//   signals, commands, limits  what engines and people say, and the documents that govern it
//   balances                   what the account holds, against what we executed
//   blocks, over_time          what stops entries: causes, engines, the day, the drawdown
//   reports, protection        the venue's side: orders, fills, stops, exits
//   degraded, evidence         what is done about a position when something fails, and its proof

namespace clawgate::gateway {

class Engine {
 public:
  Engine(State& state, Recorder& recorder);

  void apply(const SessionOpened& input, UnixNanos now);
  void apply(const Limits& input, UnixNanos now);  // as a session's start puts it forward
  void apply(const LimitsProposed& input, UnixNanos now);
  void apply(const DecisionRecorded& input, UnixNanos now);
  void apply(const LedgerAnchored& input, UnixNanos now);
  void apply(const EngineHeartbeat& input, UnixNanos now);
  void apply(const CauseReported& input, UnixNanos now);
  void apply(const Instrument& input, UnixNanos now);
  void apply(const Operator& input, UnixNanos now);
  void apply(const BalanceReported& input, UnixNanos now);
  void apply(const BalanceMoved& input, UnixNanos now);
  void apply(const MarketTop& input, UnixNanos now);
  void apply(const SignalIntent& input, UnixNanos now);
  void apply(const SignalRefused& input, UnixNanos now);
  void apply(const OperatorCommand& input, UnixNanos now);
  void apply(const ExecutionReport& input, UnixNanos now);
  void apply(const HandedOff& input, UnixNanos now);
  void apply(const KillAcknowledged& input, UnixNanos now);
  void apply(const ConditionReported& input, UnixNanos now);
  void apply(const ClockStepped& input, UnixNanos now);
  void apply(const TimePassed& input, UnixNanos now);
  /// An input read back from a journal. False when `type` is no input or the bytes are not one.
  [[nodiscard]] bool apply(std::uint16_t type, Bytes payload, UnixNanos now);

  /// What is to be done, in order; the caller takes it and clears it.
  [[nodiscard]] std::vector<Effect>& effects() { return effects_; }

  /// The first instant at which a TimePassed has something to do; the far future when nothing
  /// waits.
  [[nodiscard]] UnixNanos next_deadline() const;
  /// How often a moving market must reach the core: often while an order waits for its approval,
  /// less often while a position is marked; nullopt when nothing waits on it.
  [[nodiscard]] std::optional<std::int64_t> market_pause_ns() const;

  [[nodiscard]] const State& state() const { return state_; }

 private:
  // engine.cc
  template <class Row>
  void record(const Row& row);
  template <class Fact>
  void emit(const Fact& fact);
  template <class What>
  void effect(What&& what);
  template <class What>
  void effect_at_once(What&& what);
  /// `last`: when the last record of before was written.
  void resume_after_restart(bool clean, UnixNanos last);
  void expire_holds();
  void query_unknowns();
  void reduce_again();
  void watch_market_age();

  // engine_blocks.cc
  void set_block(Block block, bool active, std::string_view evidence, const OperatorId& who = {},
                 const DecisionId& decision = {});
  void lock_stage(Stage before, bool resumed);
  void watch_readiness(const Symbol& symbol);
  /// What the engines' words and silence make of the mode at this moment.
  struct RollCall {
    bool primary = false;                // the first one is lost
    bool secondary = false;              // it is not, another is
    const EngineName* silent = nullptr;  // the first of the lost
    EngineMode mode;
    bool waits = false;  // for who was lost before the start
  };
  [[nodiscard]] RollCall call_the_roll() const;
  void watch_engines();
  [[nodiscard]] bool has_backup() const;
  [[nodiscard]] bool is_listed(const EngineName& engine) const;
  [[nodiscard]] bool is_lost(const EngineName& engine) const;
  [[nodiscard]] bool is_healthy(const EngineName& engine) const;
  [[nodiscard]] Rate weight_of(const EngineName& engine) const;
  [[nodiscard]] bool all_protected() const;
  [[nodiscard]] bool anything_unknown() const;
  [[nodiscard]] bool still_degraded() const;
  [[nodiscard]] bool primary_is_unwell() const;
  [[nodiscard]] bool still_holds(Block cause) const;
  [[nodiscard]] bool is_full() const;
  void open_incident(Severity severity, Block cause, bool violation, std::string_view summary);

  // engine_over_time.cc
  void turn_day();
  void base_day();
  void watch_account();
  [[nodiscard]] std::optional<Notional> equity_in(const Asset& quote) const;
  [[nodiscard]] std::optional<Notional> result() const;
  [[nodiscard]] bool marks_are_fresh() const;
  [[nodiscard]] bool balances_are_settled() const;
  [[nodiscard]] std::optional<risk::DayRisk> day_risk() const;

  // engine_balances.cc
  [[nodiscard]] bool balances_agree() const;
  [[nodiscard]] bool is_explained(const BalanceGap& row, bool by_uncertain_only) const;
  [[nodiscard]] bool came_unheard(const BalanceGap& row) const;
  void find_movement(const BalanceGap& row);
  void contradict_balance(const BalanceGap& row);
  void watch_gap(const Asset& asset);
  void watch_taken(const Asset& asset);
  void end_reconciling(std::string_view evidence);

  // engine_evidence.cc
  [[nodiscard]] HeldPosition position_of(const Trade& trade) const;
  std::uint32_t take_snapshots(SnapshotMoment moment, std::uint32_t action);
  void begin_action(const Trade& trade, const TradeOrder& order, ProtectiveAction action,
                    std::uint32_t snapshot, std::string_view cause);
  void end_actions(Trade& trade);

  // engine_degraded.cc
  [[nodiscard]] bool is_open(const Trade& trade) const;
  [[nodiscard]] Qty sellable(const Trade& trade) const;
  [[nodiscard]] bool is_dust(const Trade& trade) const {
    return is_dust(trade.order.instrument, trade.position);
  }
  [[nodiscard]] bool is_dust(InstrumentId id, const risk::Position& position) const;
  [[nodiscard]] bool has_exposure() const;
  [[nodiscard]] std::optional<Notional> open_exposure() const;
  [[nodiscard]] std::optional<Notional> safe_notional() const;
  [[nodiscard]] std::optional<UnixNanos> unmanaged_until() const;
  void degrade(std::string_view cause);
  void manage_exposure();
  void resume_exposure();
  void reduce_to_safe();
  void start_reduction(Trade& trade, Notional keep_worth, Notional safe);
  void continue_reduction(Trade& trade);
  void reduction_failed();
  void end_reduction(Trade& trade);
  void declare_unmanaged();
  [[nodiscard]] std::optional<UnixNanos> stop_awaited_since(const Trade& trade) const;
  [[nodiscard]] std::optional<UnixNanos> next_stop_question(const Trade& trade) const;
  [[nodiscard]] std::optional<UnixNanos> stop_missed_at(const Trade& trade) const;
  void watch_stops();
  [[nodiscard]] bool is_orphan(const Trade& trade, const TradeOrder& order) const;
  [[nodiscard]] std::optional<UnixNanos> orphan_due(const Trade& trade,
                                                    const TradeOrder& order) const;
  [[nodiscard]] std::optional<UnixNanos> orphans_due(const Trade& trade) const;
  void take_down_orphans();
  void call_human(std::string_view summary);
  void watch_exposure();

  // engine_signals.cc
  void decide_signal(const SignalIntent& input, SignalOutcome outcome, ReasonSet reasons,
                     const Digest& key, const Digest& trace, HoldId first);
  [[nodiscard]] risk::CheckContext context_for(const Symbol& symbol, const EngineName& engine,
                                               UnixNanos as_of, HoldId except) const;
  void record_verdict(HoldId hold, RiskPhase phase, ReasonSet reasons, bool entry,
                      const risk::CheckContext& context);
  [[nodiscard]] const LastWord* contradicted(const SignalIntent& input) const;

  // engine_commands.cc
  [[nodiscard]] Reason decide(const OperatorCommand& input);
  [[nodiscard]] Reason may_decide(const OperatorCommand& input) const;
  [[nodiscard]] Reason approve(const OperatorCommand& input);
  [[nodiscard]] Reason reject(const OperatorCommand& input);
  [[nodiscard]] Reason kill(const OperatorCommand& input);
  [[nodiscard]] Reason unblock(const OperatorCommand& input);
  [[nodiscard]] Reason close_unknown(const OperatorCommand& input);
  [[nodiscard]] Reason reconcile(const OperatorCommand& input);
  void release(Trade& trade, const OperatorCommand& input);
  void move_hold(Trade& trade, HoldEvent event, Reason reason,
                 const OperatorCommand* command = nullptr);
  void void_holds(Reason reason, const OperatorCommand* command = nullptr);

  // engine_limits.cc
  [[nodiscard]] Reason judge(const LimitsProposed& input, DecisionId& spent) const;
  [[nodiscard]] Reason stands(const DecisionId& id, const Digest& subject) const;

  // engine_reports.cc
  void move_order(Trade& trade, TradeOrder& order, OrderEvent event, const ExecutionReport* report);
  void move_protection(Trade& trade, ProtectionEvent event, std::string_view cause);
  void lose_track(Trade& trade, TradeOrder& order);
  void latch_unknown(Trade& trade, TradeOrder& order);
  void query(Trade& trade, TradeOrder& order);
  void ask_for_executions(Trade& trade, TradeOrder& order);
  bool apply_fill(Trade& trade, TradeOrder& order, const ExecutionReport& report);
  void reappear(Trade& trade, TradeOrder& order);
  void reopen(Trade& trade);
  void contradict(const TradeOrder& order, std::string_view how);

  // engine_protection.cc
  void after_order_change(Trade& trade);
  void keep_protected(Trade& trade);
  [[nodiscard]] std::optional<UnixNanos> next_reduce(const Trade& trade) const;
  void issue_protective(Trade& trade, const Leg& leg, HoldId exit, std::string_view cause);
  [[nodiscard]] static bool has_room_for(const Trade& trade, LegRole role);
  [[nodiscard]] bool has_room_to_sell(const Trade& trade) const;
  void put_stop_back(Trade& trade, std::string_view cause);
  void take_down(Trade& trade, const TradeOrder& order, bool only_new, std::string_view cause);
  void take_down_unguarding(Trade& trade, const TradeOrder& order);
  void cancel(Trade& trade, const TradeOrder& order, bool only_new, std::string_view cause);
  void start_exit(Trade& exit);
  void continue_exit(Trade& trade, Trade& exit);
  void close_if_done(Trade& trade);
  [[nodiscard]] const Trade* exit_of(const Trade& trade) const;
  [[nodiscard]] Trade* exit_of(const Trade& trade);

  State& state_;
  Recorder& recorder_;
  mutable Sha256 hasher_;
  std::vector<Effect> effects_;
  UnixNanos now_;
  Ticket last_;
};

}  // namespace clawgate::gateway
