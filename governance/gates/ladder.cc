// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/ladder.h"

#include <algorithm>

#include "governance/gates/requirements.h"

namespace clawgate::governance {
namespace {

/// Days turn at 00:00 in America/Sao_Paulo: UTC-3 all year since decree 9.772 of 2019.
std::int64_t local_day(UnixNanos at) {
  return (at.value() - 3 * kNanosPerHour) / kDayNs;
}

}  // namespace

std::optional<Climb> climb_from(std::string_view word) {
  const auto found = std::find(kClimbWords.begin(), kClimbWords.end(), word);
  if (found == kClimbWords.end()) return std::nullopt;
  return static_cast<Climb>(found - kClimbWords.begin());
}

Mishap mishap_of(Severity severity) {
  return static_cast<Mishap>(severity);
}

std::vector<Missing> Ladder::missing_for(Climb climb, std::string_view decision_id,
                                         const Surroundings& around, UnixNanos now) const {
  const ClimbAsk ask{climb, decision_id, *this, around, now};
  std::vector<Missing> missing;
  for (const Requirement& row : requirements()) {
    if ((row.climbs >> static_cast<unsigned>(climb) & 1U) == 0) continue;
    const std::string instead = row.lacks(ask);
    if (!instead.empty()) missing.push_back({row.reason, std::string(row.name), instead});
  }
  return missing;
}

Result<StageMoved> Ladder::climb(Climb climb, std::string_view decision_id,
                                 const Surroundings& around, UnixNanos now) const {
  const auto missing = missing_for(climb, decision_id, around, now);
  if (!missing.empty()) return missing.front();
  StageMoved move = at_;
  move.decision_id = std::string(decision_id);
  move.checklist_id = checklist_->checklist_id;
  move.cause = "promotion to " + std::string(kClimbWords[static_cast<std::size_t>(climb)]);
  move.limits = around.decisions.find(decision_id)->limits;
  if (climb == Climb::S1) move.stage = Stage::S1;
  if (climb == Climb::S2) move.stage = Stage::S2;
  move.level = climb == Climb::S1 ? RampLevel::L0 : RampLevel::L1;
  return move;
}

std::optional<StageMoved> Ladder::fall(Mishap mishap, std::string_view cause) const {
  const Fall& row = kFalls[static_cast<std::size_t>(mishap)];
  if (at_.stage == Stage::S0 || (!row.drops_to_l0 && !row.blocks)) return std::nullopt;
  StageMoved move = at_;
  move.level = RampLevel::L0;
  move.limits.reset();
  // Already at the lowest level there is nothing left to drop but trading itself.
  move.blocked = at_.blocked || row.blocks || at_.level == RampLevel::L0;
  move.cause = std::string(cause);
  move.decision_id.reset();
  return move;
}

Result<StageMoved> Ladder::unblock(std::string_view decision_id, const Surroundings& around) const {
  const DecisionRow* const row = around.decisions.find(decision_id);
  if (row == nullptr || row->purpose != DecisionPurpose::Unblock || !may_enable(*row))
    return Missing{Reason::PromotionDecision, "decision", std::string(decision_id)};
  if (is_used(decision_id)) {
    return Missing{Reason::DecisionReused, "decision", std::string(decision_id)};
  }
  for (const Incident& incident : around.incidents.all()) {
    const bool open = incident.status != IncidentStatus::Closed;
    if (incident.severity == Severity::Sev3 || !open) continue;
    return Missing{Reason::StageIncidents, "no_sev1_sev2", incident.incident_id};
  }
  StageMoved move = at_;
  move.blocked = false;
  move.cause = "unblocked";
  move.decision_id = std::string(decision_id);
  return move;
}

// A SEV-1, SEV-2 or violation begins the window anew, wherever it fell.
UnixNanos Ladder::window_start(const Incidents& incidents) const {
  UnixNanos start = stage_since_;
  if (violation_) start = std::max(start, *violation_);
  for (const Incident& incident : incidents.all()) {
    if (incident.severity != Severity::Sev3) start = std::max(start, incident.opened_at);
  }
  return start;
}

// Today counts once it ran; until then the row of days ends yesterday.
int Ladder::green_days(UnixNanos now) const {
  std::int64_t day = local_day(now);
  if (!eval_days_.contains(day)) --day;
  int count = 0;
  for (auto found = eval_days_.find(day); found != eval_days_.end() && found->second;
       found = eval_days_.find(--day)) {
    ++count;
  }
  return count;
}

void Ladder::fold(const StageFact& fact, UnixNanos at) {
  if (const auto* const eval = std::get_if<EvalRecorded>(&fact)) {
    const auto [day, fresh] = eval_days_.emplace(local_day(at), eval->is_green());
    if (!fresh) day->second = day->second && eval->is_green();
  }
  if (const auto* const kill = std::get_if<KillExercised>(&fact)) kill_ = *kill;
  if (const auto* const posture = std::get_if<PostureRecorded>(&fact)) posture_ = {at, *posture};
  if (const auto* const compared = std::get_if<ReconciliationRecorded>(&fact)) {
    reconciliation_ = {at, *compared};
    if (compared->duplicates > 0) duplicates_ = at;
  }
  if (std::holds_alternative<ViolationRecorded>(fact)) violation_ = at;
  if (const auto* const list = std::get_if<ChecklistRecorded>(&fact)) {
    checklist_ = *list;
    used_.insert(list->decision_id);
  }
  if (const auto* const move = std::get_if<StageMoved>(&fact)) {
    if (!founded_ || move->stage != at_.stage) stage_since_ = at;
    if (!founded_ || move->stage != at_.stage || move->level != at_.level) level_since_ = at;
    founded_ = true;
    at_ = *move;
    if (move->decision_id) used_.insert(*move->decision_id);
  }
}

}  // namespace clawgate::governance
