// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/command.h"
#include "schemas/instrument.h"
#include "schemas/limits.h"
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
/// What a decision is about, and so what its approval lets happen.
enum class DecisionPurpose : std::uint8_t {
  Order,
  S1Checklist,
  S1Entry,
  S2Promotion,
  RampRaise,
  Unblock,
  LimitsChange,
  AssetClassEnablement,
  General
};
enum class Severity : std::uint8_t { Sev1, Sev2, Sev3 };
enum class IncidentStatus : std::uint8_t { Open, Mitigated, Closed };
enum class ItemStatus : std::uint8_t { Pass, Fail };
enum class CheckStatus : std::uint8_t { Pass, Fail, Pending };
/// The classes beside crypto_spot, in the order of AssetClass after it.
enum class BrazilianClass : std::uint8_t { EquitiesBr, FiiBr, FixedIncomeBr };
enum class VenueType : std::uint8_t { BrokerAdapter, ExchangeAdapter, OtcAdapter };
enum class ExecutionPath : std::uint8_t { ExecutionGatewayOnly };
enum class AdapterStatus : std::uint8_t { Blocked, PaperOnly, ShadowOnly, LiveReady };
enum class ShadowStatus : std::uint8_t { PendingShadow, Completed };
enum class ShadowDecision : std::uint8_t { NotRequiredYet, Pending, Approved, Rejected };
enum class Readiness : std::uint8_t { Hold, Pass };

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
CLAWGATE_WORDS(DecisionPurpose, "order", "s1_checklist", "s1_entry", "s2_promotion", "ramp_raise",
               "unblock", "limits_change", "asset_class_enablement", "general");
CLAWGATE_WORDS(Severity, "SEV-1", "SEV-2", "SEV-3");
CLAWGATE_WORDS(IncidentStatus, "OPEN", "MITIGATED", "CLOSED");
CLAWGATE_WORDS(ItemStatus, "pass", "fail");
CLAWGATE_WORDS(CheckStatus, "pass", "fail", "pending");
CLAWGATE_WORDS(BrazilianClass, "equities_br", "fii_br", "fixed_income_br");
CLAWGATE_WORDS(VenueType, "broker_adapter", "exchange_adapter", "otc_adapter");
CLAWGATE_WORDS(ExecutionPath, "execution_gateway_only");
CLAWGATE_WORDS(AdapterStatus, "blocked", "paper_only", "shadow_only", "live_ready");
CLAWGATE_WORDS(ShadowStatus, "pending_shadow", "completed");
CLAWGATE_WORDS(ShadowDecision, "NOT_REQUIRED_YET", "PENDING", "APPROVED", "REJECTED");
CLAWGATE_WORDS(Readiness, "hold", "pass");
CLAWGATE_WORDS(RampLevel, "L0", "L1");
CLAWGATE_WORDS(OperatorChannel, "terminal", "scripted", "http", "telegram", "slack", "none",
               "email");

#undef CLAWGATE_WORDS

[[nodiscard]] constexpr AssetClass asset_class_of(BrazilianClass value) {
  return static_cast<AssetClass>(static_cast<unsigned>(value) + 1);
}

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
