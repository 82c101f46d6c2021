// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/requirements.h"

#include <algorithm>
#include <array>

#include "governance/policy/actions.h"
#include "schemas/contracts/date_time.h"

namespace clawgate::governance {

using contracts::word_of;

/// Reads what the ladder keeps to itself.
struct Requirements {
  static std::string order(const ClimbAsk& ask) {
    const Stage stage = ask.ladder.stage();
    const bool fits = ask.climb == Climb::S1 ? stage == Stage::S0
                      : ask.climb == Climb::S2
                          ? stage == Stage::S1
                          : stage != Stage::S0 && ask.ladder.level() == RampLevel::L0;
    if (fits) return "";
    return std::string(word_of(stage)) + "/" + std::string(word_of(ask.ladder.level()));
  }

  static std::string window(const ClimbAsk& ask) {
    const UnixNanos since =
        ask.climb == Climb::L1 ? ask.ladder.level_since_ : ask.ladder.stage_since_;
    const std::int64_t least = ask.climb == Climb::S1 ? kPaperWindowNs : kLiveWindowNs;
    return days_short(since, least, ask);
  }

  static std::string incidents(const ClimbAsk& ask) {
    for (const Incident& incident : ask.around.incidents.all()) {
      if (incident.severity == Severity::Sev3) continue;
      const bool open = incident.status != IncidentStatus::Closed;
      if (!open && incident.opened_at < window_of(ask)) continue;
      return incident.incident_id + " " + std::string(word_of(incident.severity)) + " " +
             std::string(word_of(incident.status));
    }
    return "";
  }

  static std::string violations(const ClimbAsk& ask) {
    const auto& last = ask.ladder.violation_;
    if (!last || *last < window_of(ask)) return "";
    return "one at " + contracts::to_date_time(*last);
  }

  static std::string green(const ClimbAsk& ask) {
    const int days = ask.ladder.green_days(ask.now);
    return days >= kGreenDays ? "" : std::to_string(days) + " days in a row";
  }

  static std::string checklist(const ClimbAsk& ask) {
    const auto& held = ask.ladder.checklist_;
    if (!held) return "none";
    return held->pass ? "" : held->checklist_id + " is on hold";
  }

  static std::string posture(const ClimbAsk& ask) {
    const auto& held = ask.ladder.posture_;
    if (!held) return "none";
    if (!held->fact.pass) return "refused at " + contracts::to_date_time(held->at);
    if (ask.now.value() - held->at.value() <= kPostureAgeMaxNs) return "";
    return "checked at " + contracts::to_date_time(held->at);
  }

  static std::string decision(const ClimbAsk& ask) {
    constexpr std::array kPurpose = {DecisionPurpose::S1Entry, DecisionPurpose::S2Promotion,
                                     DecisionPurpose::RampRaise};
    const DecisionRow* const row = ask.around.decisions.find(ask.decision_id);
    if (row == nullptr) return "none";
    const contracts::Decision& decision = row->decision;
    if (decision.status != DecisionStatus::Approved) return std::string(word_of(decision.status));
    if (decision.risk_tier != RiskTier::R3) return std::string(word_of(decision.risk_tier));
    if (row->purpose != kPurpose[static_cast<std::size_t>(ask.climb)]) {
      return std::string(word_of(row->purpose));
    }
    return may_enable(*row) ? "" : "no explicit approval";
  }

  static std::string separate(const ClimbAsk& ask) {
    return ask.ladder.is_used(ask.decision_id) ? std::string(ask.decision_id) : "";
  }

  static std::string limits(const ClimbAsk& ask) {
    const DecisionRow* const row = ask.around.decisions.find(ask.decision_id);
    return row != nullptr && row->limits ? "" : "no limits";
  }

  static std::string kill(const ClimbAsk& ask) {
    const auto& held = ask.ladder.kill_;
    if (!held) return "never";
    const std::int64_t age = ask.now.value() - held->killed_at.value();
    if (age >= 0 && age <= kKillAgeMaxNs) return "";
    return contracts::to_date_time(held->killed_at);
  }

  static std::string reconciliation(const ClimbAsk& ask) {
    const auto& held = ask.ladder.reconciliation_;
    if (!held || held->at < ask.ladder.stage_since_) return "none";
    if (!held->fact.consistent) return "the newest one is not consistent";
    const auto& found = ask.ladder.duplicates_;
    if (!found || *found < window_of(ask)) return "";
    return "duplicates at " + contracts::to_date_time(*found);
  }

  static std::string backup(const ClimbAsk& ask) {
    return ask.around.backup_operator ? "" : "none";
  }

  static std::string unblocked(const ClimbAsk& ask) {
    if (ask.ladder.is_blocked()) return "blocked by " + ask.ladder.standing().cause;
    return ask.around.trading_blocked ? "the gateway is blocked" : "";
  }

 private:
  /// Incidents and violations before this one do not count any more.
  static UnixNanos window_of(const ClimbAsk& ask) {
    const std::int64_t length = ask.climb == Climb::S1 ? kPaperWindowNs : kLiveWindowNs;
    return UnixNanos{ask.now.value() - length};
  }

  static std::string days_short(UnixNanos since, std::int64_t least, const ClimbAsk& ask) {
    const std::int64_t spent = ask.now.value() - since.value();
    if (ask.ladder.is_founded() && spent >= least) return "";
    const std::int64_t days =
        ask.ladder.is_founded() ? std::max<std::int64_t>(spent, 0) / kDayNs : 0;
    return std::to_string(days) + " of " + std::to_string(least / kDayNs) + " days";
  }
};

namespace {

constexpr std::uint8_t kS1 = 1;
constexpr std::uint8_t kS2 = 2;
constexpr std::uint8_t kL1 = 4;
constexpr std::uint8_t kAll = kS1 | kS2 | kL1;

constexpr auto kRequirements = std::to_array<Requirement>({
    {"stage_order", Reason::StageOrder, kAll, &Requirements::order},
    {"stage_window", Reason::StageWindow, kAll, &Requirements::window},
    {"no_sev1_sev2", Reason::StageIncidents, kAll, &Requirements::incidents},
    {"no_hard_violation", Reason::StageViolations, kAll, &Requirements::violations},
    {"eval_trading_green_7_days", Reason::EvalNotGreen, kAll, &Requirements::green},
    {"pre_live_checklist", Reason::ChecklistMissing, kAll, &Requirements::checklist},
    {"credentials_posture", Reason::CredentialsUnproven, kAll, &Requirements::posture},
    {"decision_r3", Reason::PromotionDecision, kAll, &Requirements::decision},
    {"decision_of_its_own", Reason::DecisionReused, kAll, &Requirements::separate},
    {"decision_limits", Reason::GrantLimits, kS2 | kL1, &Requirements::limits},
    {"kill_exercised_24h", Reason::KillNotExercised, kAll, &Requirements::kill},
    {"reconciliation_without_duplicates", Reason::ReconciliationDirty, kS2 | kL1,
     &Requirements::reconciliation},
    {"backup_operator", Reason::BackupOperatorNotReady, kAll, &Requirements::backup},
    {"not_blocked", Reason::PromotionBlocked, kAll, &Requirements::unblocked},
});

}  // namespace

bool may_enable(const DecisionRow& row) {
  ActionAsk ask;
  ask.action = kLiveEnable;
  ask.has_decision = row.decision.status == DecisionStatus::Approved;
  ask.has_human = row.decision.explicit_human_approval;
  return !check_action(ask);
}

std::span<const Requirement> requirements() {
  return kRequirements;
}

}  // namespace clawgate::governance
