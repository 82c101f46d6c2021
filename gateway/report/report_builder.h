// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "gateway/report/equity_curve.h"
#include "gateway/report/session_report.h"

namespace clawgate::report {

/// Folds the records of a journal, in order, into a SessionReport. It decides nothing and asserts
/// nothing about what it reads: what does not decode or belongs to nothing it knows is counted. One
/// thread.
class ReportBuilder {
 public:
  void add(Seq seq, UnixNanos time, std::uint16_t type, Bytes payload);

  /// The report of everything added; the builder is empty afterwards.
  [[nodiscard]] SessionReport finish(Seq head_seq, const Digest& head_hash, SessionExtras extras);

 private:
  struct Verdict {
    Px bid;
    Px ask;
    std::uint8_t checks = 0;
  };
  template <class Row>
  [[nodiscard]] bool fold_as(Bytes payload);
  template <class... Rows>
  void fold_one_of(std::uint16_t type, Bytes payload);

  void fold(const SessionOpened& input);
  void fold(const Limits& input);
  void fold(const LimitsDecided& fact);
  void fold(const Instrument& input);
  void fold(const BalanceReported& input);
  void fold(const MarketTop& input);
  void fold(const SignalIntent& input);
  void fold(const SignalRefused& input);
  void fold(const OperatorCommand& input);
  void fold(const SignalDecided& fact);
  void fold(const CandidateHeld& fact);
  void fold(const RiskVerdict& fact);
  void fold(const HoldMoved& fact);
  void fold(const OrderIntent& fact);
  void fold(const OrderMoved& fact);
  void fold(const FillApplied& fact);
  void fold(const ProtectionMoved& fact);
  void fold(const ProtectiveIssued& fact);
  void fold(const CommandDecided& fact);
  void fold(const BlockChanged& fact);
  void fold(const CancelIssued& fact);
  void fold(const QueryIssued& fact);
  void fold(const DayTurned& fact);
  void fold(const ViolationRecorded& fact);
  void fold(const TradeClosed& fact);

  // report_trading.cc
  void fold(const LimitsProposed& input);
  void fold(const DecisionRecorded& input);
  void fold(const EngineModeChanged& fact);
  void fold(const IncidentOpened& fact);
  void fold(const PositionSnapshotTaken& fact);
  void fold(const OpenOrdersSnapshotTaken& fact);
  void fold(const ProtectiveActionTaken& fact);
  void fold(const ReductionMoved& fact);
  void fold(const BalanceMoved& input);
  void fold(const MovementFound& fact);
  void cool_down(const TradeClosed& fact);

  [[nodiscard]] Px worst_price(const SignalRow& signal, const RiskVerdict& verdict) const;
  void add_order(const TradeRow& trade, const Leg& leg, HoldId exit);
  void set_benchmarks(FillRow& fill, const OrderRow& order, const TradeRow& trade) const;
  void add_fill_to(TradeRow& trade, const FillRow& fill, Notional value);
  void accumulate(Notional& total, std::optional<Notional> more);
  void accumulate(Slippage& total, const Slippage& more);
  [[nodiscard]] SignalRow* signal_of(HoldId hold);
  [[nodiscard]] ApprovalRow* approval_of(HoldId hold);
  [[nodiscard]] TradeRow* trade_of(HoldId hold);
  [[nodiscard]] OrderRow* order_of(const ClientOrderId& id);

  [[nodiscard]] Fate fate_of(const SignalRow& signal) const;
  [[nodiscard]] Fate fate_of_entry(const TradeRow& trade) const;
  [[nodiscard]] Fate fate_of_exit(HoldId hold) const;
  void end_at(const SessionEnd& end);
  void count_signals();
  void count_refused();
  void count_trades();
  void count_decisions();

  SessionReport report_;
  UnixNanos now_;
  EquityCurve equity_;
  std::map<Symbol, PriceSeries> prices_;  // of the journal
  OperatorId proposer_;                   // of the newest limits document
  std::optional<std::size_t> undecided_;  // the signal whose decision comes next
  std::map<HoldId, Verdict> at_hold_;
  std::map<HoldId, Verdict> at_release_;
  std::map<InstrumentId, Px> bids_;
  std::map<HoldId, std::size_t> signal_at_;
  std::map<HoldId, std::size_t> approval_at_;
  std::map<HoldId, std::size_t> trade_at_;
  std::unordered_map<ClientOrderId, std::size_t> order_at_;
  std::map<std::uint16_t, std::uint64_t> counts_;
};

}  // namespace clawgate::report
