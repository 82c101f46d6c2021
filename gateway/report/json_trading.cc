// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/json_fields.h"
#include "gateway/report/timeline.h"

namespace clawgate::report {
namespace {

using report::of;

Json of(const Episode& row) {
  return {{"since", of(row.since)},     {"until", of(row.until)}, {"lasts", row.lasts},
          {"matter", of(row.matter)},   {"what", row.what},       {"why", row.why},
          {"meanwhile", row.meanwhile}, {"ended", row.ended}};
}

Json of(const EngineModeRow& row) {
  return {{"time", of(row.time)}, {"mode", of(row.mode)}, {"engine", of(row.engine)}};
}

Json of(const CooldownRow& row) {
  return {{"since", of(row.since)},
          {"until", of(row.until)},
          {"hold", of(row.hold)},
          {"lost", of(row.lost)}};
}

Json of(const LimitsDecidedRow& row) {
  const std::vector<std::string> moved = changes(*row.before, row.fact.document);
  return {{"time", of(row.time)},
          {"version", of(row.fact.document.version)},
          {"before", of(row.fact.before)},
          {"operator", of(row.operator_id)},
          {"refused", row.fact.reason == Reason::None ? Json(nullptr) : of(row.fact.reason)},
          {"decision_id", of(row.fact.decision)},
          {"changes", moved}};
}

Json of(const IncidentRow& row) {
  return {{"time", of(row.time)},
          {"number", row.fact.number},
          {"severity", of(row.fact.severity)},
          {"cause", of(row.fact.cause)},
          {"violation", row.fact.violation},
          {"summary", of(row.fact.summary)}};
}

Json of(const SnapshotRow& row) {
  return {{"time", of(row.time)}, {"number", row.number},       {"moment", of(row.moment)},
          {"action", row.action}, {"positions", row.positions}, {"orders", row.orders}};
}

Json of(const ActionRow& row) {
  return {{"time", of(row.time)},        {"ended_at", of(row.ended_at)},
          {"number", row.number},        {"action", of(row.action)},
          {"hold", of(row.hold)},        {"role", of(row.role)},
          {"result", of(row.result)},    {"snapshot_before", row.before},
          {"snapshot_after", row.after}, {"cause", of(row.cause)}};
}

Json of(const ReductionRow& row) {
  return {{"time", of(row.time)},
          {"ended_at", of(row.ended_at)},
          {"hold", of(row.hold)},
          {"held", of(row.held)},
          {"target", of(row.target)},
          {"left", of(row.left)},
          {"safe_notional", of(row.safe_notional)}};
}

Json of(const MovementRow& row) {
  return {{"time", of(row.time)},
          {"asset", of(row.asset)},
          {"delta", of(row.delta)},
          {"source", row.found ? "compared" : "announced"},
          {"there", row.found ? of(row.there) : Json(nullptr)}};
}

Json of(const DecisionEndRow& row) {
  return {{"time", of(row.time)},
          {"decision_id", of(row.decision.id)},
          {"end", of(row.decision.end)},
          {"operator", of(row.decision.operator_id)},
          {"channel", of(row.decision.channel)},
          {"subject", of(row.decision.subject)}};
}

Json of(const StageRow& row) {
  return {{"time", of(row.time)},
          {"stage", row.stage},
          {"level", row.level},
          {"blocked", row.blocked},
          {"cause", row.cause},
          {"decision_id", row.decision_id},
          {"refused", row.refused()},
          {"missing", list(row.missing, [](const MissingRow& missing) {
             return Json{{"requirement", missing.requirement},
                         {"code", missing.code},
                         {"seen", missing.seen}};
           })}};
}

}  // namespace

void put_trading(const SessionReport& report, Json& out) {
  const auto print = [](const auto& row) { return of(row); };
  out["entries_blocked_ns"] = report.entries_blocked_ns;
  out["timeline"] = list(report.timeline, print);
  out["engine_modes"] = list(report.engine_modes, print);
  out["cooldowns"] = list(report.cooldowns, print);
  out["limits_decided"] = list(report.limits_decided, print);
  out["incidents"] = list(report.incidents, print);
  out["snapshots"] = list(report.snapshots, print);
  out["protective_actions"] = list(report.actions, print);
  out["reductions"] = list(report.reductions, print);
  out["decisions"] = list(report.decisions, print);
  out["movements"] = list(report.movements, print);
  out["stages"] = list(report.extras.stages, print);
}

}  // namespace clawgate::report
