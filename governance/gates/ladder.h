// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "governance/decisions/decisions.h"
#include "governance/gates/stage_facts.h"
#include "governance/incidents/incidents.h"

// Stages S0, S1, S2 and the capital ramp L0, L1: how one climbs, and what throws one back.
//
//   S0 ──S1──▶ S1/L0 ──S2──▶ S2/L1          each climb: every requirement of kRequirements at once
//                └───L1──▶ S1/L1            down: kFalls, at once and without asking

namespace clawgate::governance {

using StageFact = std::variant<EvalRecorded, KillExercised, PostureRecorded, ReconciliationRecorded,
                               ViolationRecorded, ChecklistRecorded, StageMoved, PromotionRefused>;

enum class Climb : std::uint8_t { S1, S2, L1 };
inline constexpr std::array<std::string_view, 3> kClimbWords = {"S1", "S2", "L1"};
[[nodiscard]] std::optional<Climb> climb_from(std::string_view word);

inline constexpr std::int64_t kDayNs = 24 * kNanosPerHour;
inline constexpr std::int64_t kPaperWindowNs = 28 * kDayNs;  // in S0
inline constexpr std::int64_t kLiveWindowNs = 30 * kDayNs;   // in S1, or at L0
inline constexpr std::int64_t kKillAgeMaxNs = kDayNs;
inline constexpr std::int64_t kPostureAgeMaxNs = 7 * kDayNs;
inline constexpr int kGreenDays = 7;

/// What made one fall.
enum class Mishap : std::uint8_t { Sev1, Sev2, Sev3, HardViolation };

struct Fall {
  Mishap mishap;
  bool drops_to_l0;
  bool blocks;  // until a recorded decision
};
inline constexpr auto kFalls = std::to_array<Fall>({
    {Mishap::Sev1, true, true},
    {Mishap::Sev2, true, false},
    {Mishap::Sev3, false, false},
    {Mishap::HardViolation, true, true},
});

/// What a promotion looks at beside the ladder itself.
struct Surroundings {
  const Decisions& decisions;
  const Incidents& incidents;
  bool backup_operator = false;
  bool trading_blocked = false;  // the gateway's own causes
};

/// One requirement of a climb and what is there instead. `field` is the requirement's name.
using Missing = Error;

class Ladder {
 public:
  [[nodiscard]] Stage stage() const { return at_.stage; }
  [[nodiscard]] RampLevel level() const { return at_.level; }
  [[nodiscard]] bool is_blocked() const { return at_.blocked; }
  [[nodiscard]] const StageMoved& standing() const { return at_; }
  [[nodiscard]] UnixNanos since() const { return stage_since_; }
  [[nodiscard]] bool is_founded() const { return founded_; }

  /// Everything that is missing for this climb under that decision; empty: it may be done.
  [[nodiscard]] std::vector<Missing> missing_for(Climb climb, std::string_view decision_id,
                                                 const Surroundings& around, UnixNanos now) const;
  /// The move, when nothing is missing.
  [[nodiscard]] Result<StageMoved> climb(Climb climb, std::string_view decision_id,
                                         const Surroundings& around, UnixNanos now) const;
  /// What this does to stage and level; nullopt when nothing.
  [[nodiscard]] std::optional<StageMoved> fall(Mishap mishap, std::string_view cause) const;
  /// Lifts the block: needs an approved decision for it, and no SEV-1 or SEV-2 open.
  [[nodiscard]] Result<StageMoved> unblock(std::string_view decision_id,
                                           const Surroundings& around) const;

  void fold(const StageFact& fact, UnixNanos at);

  // What requirements are made of.
  [[nodiscard]] UnixNanos window_start(const Incidents& incidents) const;
  [[nodiscard]] int green_days(UnixNanos now) const;
  [[nodiscard]] bool is_used(std::string_view decision_id) const {
    return used_.contains(decision_id);
  }
  [[nodiscard]] const std::optional<ChecklistRecorded>& checklist() const { return checklist_; }
  [[nodiscard]] const std::optional<KillExercised>& kill() const { return kill_; }

 private:
  template <class Fact>
  struct Dated {
    UnixNanos at;
    Fact fact;
  };
  friend struct Requirements;

  bool founded_ = false;
  StageMoved at_;
  UnixNanos stage_since_;
  UnixNanos level_since_;
  std::map<std::int64_t, bool> eval_days_;  // local day: every run of it green
  std::optional<KillExercised> kill_;
  std::optional<Dated<PostureRecorded>> posture_;
  std::optional<Dated<ReconciliationRecorded>> reconciliation_;
  std::optional<UnixNanos> duplicates_;  // when reconciliation last found some
  std::optional<UnixNanos> violation_;
  std::optional<ChecklistRecorded> checklist_;
  std::set<std::string, std::less<>> used_;  // decisions of earlier moves and checklists
};

[[nodiscard]] Mishap mishap_of(Severity severity);

}  // namespace clawgate::governance
