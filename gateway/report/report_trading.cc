// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/report/report_builder.h"

// The records about trading itself: limits, engines, cooldowns, incidents, degraded mode,
// and what came and went by itself.

namespace clawgate::report {

void ReportBuilder::fold(const LimitsProposed& input) {
  proposer_ = input.operator_id;
}

// A start puts its configured document forward again; what becomes of that is no news.
void ReportBuilder::fold(const LimitsDecided& fact) {
  if (!report_.limits.empty() && !fact.no_op && !proposer_.empty()) {
    report_.limits_decided.push_back({now_, fact, proposer_, report_.limits.back().limits});
  }
  if (fact.reason == Reason::None) fold(fact.document);
}

void ReportBuilder::fold(const Limits& input) {
  if (!report_.limits.empty() && report_.limits.back().limits.version == input.version) return;
  report_.limits.push_back({now_, input});
  if (report_.cooldowns.empty()) return;
  CooldownRow& last = report_.cooldowns.back();
  if (last.until <= now_) return;
  last.until = std::max(now_, UnixNanos(last.since.value() + input.cooldown_ns));
}

// The newest loss counts: one in the cooldown of another begins it anew.
void ReportBuilder::cool_down(const TradeClosed& fact) {
  if (fact.realised.raw() >= 0 || report_.limits.empty()) return;
  const std::int64_t lasts = report_.limits.back().limits.cooldown_ns;
  if (lasts == 0) return;
  report_.cooldowns.push_back({now_, UnixNanos(now_.value() + lasts), fact.hold, fact.realised});
}

void ReportBuilder::fold(const DecisionRecorded& input) {
  report_.decisions.push_back({now_, input});
}

void ReportBuilder::fold(const EngineModeChanged& fact) {
  report_.engine_modes.push_back({now_, fact.mode, fact.engine});
}

void ReportBuilder::fold(const IncidentOpened& fact) {
  report_.incidents.push_back({now_, fact});
}

void ReportBuilder::fold(const BalanceMoved& input) {
  if (report_.session && input.account != report_.session->account) return;
  report_.movements.push_back({now_, input.asset, input.delta, false, {}});
}

void ReportBuilder::fold(const MovementFound& fact) {
  report_.movements.push_back({now_, fact.asset, fact.delta, true, fact.there});
}

void ReportBuilder::fold(const PositionSnapshotTaken& fact) {
  report_.snapshots.push_back(
      {now_, fact.number, fact.moment, fact.action, fact.positions.size() + fact.left_out, 0});
}

void ReportBuilder::fold(const OpenOrdersSnapshotTaken& fact) {
  if (report_.snapshots.empty() || report_.snapshots.back().number != fact.number) {
    ++report_.facts_unmatched;
    return;
  }
  report_.snapshots.back().orders = fact.orders.size() + fact.left_out;
}

void ReportBuilder::fold(const ProtectiveActionTaken& fact) {
  if (!fact.ended) {
    ActionRow row;
    row.time = now_;
    row.number = fact.number;
    row.action = fact.action;
    row.hold = fact.hold;
    row.role = fact.role;
    row.result = fact.result;
    row.before = fact.snapshot;
    row.cause = fact.cause;
    report_.actions.push_back(row);
    return;
  }
  const auto begun = std::find_if(report_.actions.rbegin(), report_.actions.rend(),
                                  [&](const ActionRow& row) { return row.number == fact.number; });
  if (begun == report_.actions.rend()) {
    ++report_.facts_unmatched;
    return;
  }
  begun->ended_at = now_;
  begun->result = fact.result;
  begun->after = fact.snapshot;
}

void ReportBuilder::fold(const ReductionMoved& fact) {
  if (fact.begins) {
    report_.reductions.push_back(
        {now_, {}, fact.hold, fact.held, fact.target, {}, fact.safe_notional});
    return;
  }
  const auto begun =
      std::find_if(report_.reductions.rbegin(), report_.reductions.rend(),
                   [&](const ReductionRow& row) { return row.hold == fact.hold && !row.ended_at; });
  if (begun == report_.reductions.rend()) {
    ++report_.facts_unmatched;
    return;
  }
  begun->ended_at = now_;
  begun->left = fact.held;
}

}  // namespace clawgate::report
