// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/instrument.h"
#include "schemas/order.h"
#include "schemas/signal.h"

// The enums of the contracts, and for each (and for those of the core that a contract speaks) its
// words on the wire, in the order of the enum's values.

namespace clawgate::contracts {

enum class ConfidenceBasis : std::uint8_t { Stated, Derived };
enum class OrderType : std::uint8_t { Market, Limit, Stop, StopLimit };
enum class ExecutionStatus : std::uint8_t {
  Accepted,
  PartiallyFilled,
  Filled,
  Rejected,
  Canceled,
  Failed
};
enum class ReplayDisposition : std::uint8_t { NoOp };
enum class ReconciliationStatus : std::uint8_t { Consistent, RequiresManualReview };
enum class ValidatorStatus : std::uint8_t { Pass, Block };
enum class RiskClass : std::uint8_t { Low, Medium, High };
enum class DataSensitivity : std::uint8_t { Public, Internal, Sensitive };
enum class DecisionStatus : std::uint8_t { Pending, Approved, Rejected, Killed, Expired };
enum class TrustedChannel : std::uint8_t { Telegram, Slack };
enum class AuthMethod : std::uint8_t {
  TelegramAllowlist,
  SlackAllowlist,
  ChallengeSecret,
  PersonalDomainConfirmation
};
enum class SideEffectClass : std::uint8_t { None, Operational, Financial };
enum class ChallengeStatus : std::uint8_t { NotRequired, Pending, Validated, Expired, Invalidated };
enum class SnapshotCause : std::uint8_t { PreAction, PostAction, Degradation, Reconcile, Periodic };
enum class SnapshotSource : std::uint8_t { Venue, Ledger };

template <class E>
struct Words;

#define CLAWGATE_WORDS(E, ...)                                                   \
  template <>                                                                    \
  struct Words<E> {                                                              \
    static constexpr auto kAll = std::to_array<std::string_view>({__VA_ARGS__}); \
  }

CLAWGATE_WORDS(AssetClass, "crypto_spot", "equities_br", "fii_br", "fixed_income_br");
CLAWGATE_WORDS(Stage, "S0", "S1", "S2");
CLAWGATE_WORDS(RiskTier, "R0", "R1", "R2", "R3");
CLAWGATE_WORDS(Side, "buy", "sell");
CLAWGATE_WORDS(SignalSide, "buy", "sell", "hold");
CLAWGATE_WORDS(Strength, "", "Buy", "Overweight", "Hold", "Underweight", "Sell");
CLAWGATE_WORDS(ConfidenceBasis, "stated", "derived");
CLAWGATE_WORDS(OrderType, "market", "limit", "stop", "stop_limit");
CLAWGATE_WORDS(ExecutionStatus, "accepted", "partially_filled", "filled", "rejected", "canceled",
               "failed");
CLAWGATE_WORDS(ReplayDisposition, "no_op");
CLAWGATE_WORDS(ReconciliationStatus, "consistent", "requires_manual_review");
CLAWGATE_WORDS(ValidatorStatus, "PASS", "BLOCK");
CLAWGATE_WORDS(RiskClass, "baixo", "medio", "alto");
CLAWGATE_WORDS(DataSensitivity, "public", "internal", "sensitive");
CLAWGATE_WORDS(DecisionStatus, "PENDING", "APPROVED", "REJECTED", "KILLED", "EXPIRED");
CLAWGATE_WORDS(TrustedChannel, "telegram", "slack");
CLAWGATE_WORDS(AuthMethod, "telegram_allowlist", "slack_allowlist", "challenge_secret",
               "personal_domain_confirmation");
CLAWGATE_WORDS(SideEffectClass, "none", "operational", "financial");
CLAWGATE_WORDS(ChallengeStatus, "NOT_REQUIRED", "PENDING", "VALIDATED", "EXPIRED", "INVALIDATED");
CLAWGATE_WORDS(SnapshotCause, "pre_action", "post_action", "degradation", "reconcile", "periodic");
CLAWGATE_WORDS(SnapshotSource, "venue", "ledger");

#undef CLAWGATE_WORDS

template <class E>
[[nodiscard]] constexpr std::string_view word_of(E value) {
  return Words<E>::kAll[static_cast<std::size_t>(value)];
}

/// nullopt for a word that is none of the enum's; case matters.
template <class E>
[[nodiscard]] constexpr std::optional<E> value_of(std::string_view word) {
  for (std::size_t i = 0; i < Words<E>::kAll.size(); ++i) {
    if (Words<E>::kAll[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace clawgate::contracts
