// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "schemas/contracts/words.h"
#include "schemas/core/transition.h"
#include "schemas/ids.h"

// The tables and numbers of the decision protocol.
//
//   PENDING ─▶ APPROVED | REJECTED | KILLED | EXPIRED, and nothing after that
//   challenge: PENDING ─▶ VALIDATED | EXPIRED | INVALIDATED, and nothing after that

namespace clawgate::governance {

using contracts::ChallengeStatus;
using contracts::DecisionPurpose;
using contracts::DecisionStatus;
using contracts::RiskClass;
using contracts::SideEffectClass;

inline constexpr std::int64_t kNanosPerMinute = 60 * kNanosPerSecond;
inline constexpr std::int64_t kNanosPerHour = 60 * kNanosPerMinute;

enum class DecisionEvent : std::uint8_t { Approve, Reject, Kill, Expire };

inline constexpr auto kDecisionTransitions =
    std::to_array<Transition<DecisionStatus, DecisionEvent>>({
        {DecisionStatus::Pending, DecisionEvent::Approve, DecisionStatus::Approved},
        {DecisionStatus::Pending, DecisionEvent::Reject, DecisionStatus::Rejected},
        {DecisionStatus::Pending, DecisionEvent::Kill, DecisionStatus::Killed},
        {DecisionStatus::Pending, DecisionEvent::Expire, DecisionStatus::Expired},
    });
static_assert(is_deterministic(kDecisionTransitions));

enum class ChallengeEvent : std::uint8_t { Validate, Expire, Invalidate };

inline constexpr auto kChallengeTransitions =
    std::to_array<Transition<ChallengeStatus, ChallengeEvent>>({
        {ChallengeStatus::Pending, ChallengeEvent::Validate, ChallengeStatus::Validated},
        {ChallengeStatus::Pending, ChallengeEvent::Expire, ChallengeStatus::Expired},
        {ChallengeStatus::Pending, ChallengeEvent::Invalidate, ChallengeStatus::Invalidated},
    });
static_assert(is_deterministic(kChallengeTransitions));

/// How long a decision may wait, by risk: it is escalated at half of it and expires at its end.
/// The low one is the operators' daily window.
struct Sla {
  RiskClass risk;
  std::int64_t ns;
};
inline constexpr auto kSlas = std::to_array<Sla>({
    {RiskClass::Low, 4 * kNanosPerHour},
    {RiskClass::Medium, 60 * kNanosPerMinute},
    {RiskClass::High, 15 * kNanosPerMinute},
});

[[nodiscard]] constexpr std::int64_t sla_of(RiskClass risk) {
  return kSlas[static_cast<std::size_t>(risk)].ns;
}

inline constexpr std::size_t kPendingMax = 10;
inline constexpr std::int64_t kChallengeTtlNs = 5 * kNanosPerMinute;
inline constexpr std::uint16_t kChallengeAttemptsMax = 3;
inline constexpr std::uint16_t kFailuresToLock = 3;  // in a row, of one operator
inline constexpr std::int64_t kLockNs = 15 * kNanosPerMinute;
inline constexpr std::uint16_t kTimeoutsToIncident = 2;  // in a row, of one scope:topic

}  // namespace clawgate::governance
