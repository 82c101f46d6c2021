// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clawgate {

/// Which entry point a rule guards. The bad-input suite walks the table by surface and fails when a
/// row has no case.
enum class Surface : std::uint8_t {
  None,
  Risk,        // a candidate that did not become (or stay) an order
  Command,     // an operator's command, or the end of a hold
  Signal,      // bytes from an engine
  Config,      // configuration, limits documents, command lines
  Recording,   // market data files
  Journal,     // the journal on disk
  Http,        // requests to a running gateway, and its start
  Governance,  // decisions, stages, checklists, incidents, policy, asset classes
};

/// Every refusal the gateway can give. Each is one row of kReasons, from which docs/reasons.md is
/// printed (`clawgate doctor --reasons`).
/// Values reach the journal: add at the end of a block, never renumber.
enum class Reason : std::uint16_t {
  None = 0,

  // Risk: denied by us. Every check runs and the verdict carries the set; the order here is the
  // order in which a verdict prints them.
  TradingKilled = 1,
  TradingBlocked = 2,
  TradingReduceOnly = 3,
  ConditionHolds = 4,
  CauseLatched = 5,
  StageNotAllowed = 6,
  VenueNotAllowed = 7,
  SymbolNotEnabled = 8,
  AssetClassNotEnabled = 9,
  EngineNotEnabled = 10,
  LimitsMissing = 11,
  InstrumentRulesMissing = 12,
  SymbolNotTrading = 13,
  SignalStale = 14,
  SignalFromFuture = 15,
  PriceDrift = 16,
  MarketMissing = 17,
  MarketStale = 18,
  MarketCrossed = 19,
  StopMissing = 20,
  StopWrongSide = 21,
  TakeProfitWrongSide = 22,
  EquityMissing = 23,
  RiskAboveBudget = 24,
  NotionalAboveOrderLimit = 25,
  NotionalAboveDailyLimit = 26,
  OrdersAboveDailyLimit = 27,
  OpenTradeLimit = 28,
  BalanceInsufficient = 29,
  NothingToReduce = 30,
  SizeBelowStep = 31,
  PriceFilter = 32,
  LotSize = 33,
  MarketLotSize = 34,
  MinNotional = 35,
  NotionalFilter = 36,
  PercentPrice = 37,
  PercentPriceBySide = 38,
  MaxNumOrders = 39,
  MaxNumAlgoOrders = 40,
  MaxPosition = 41,
  EntryTypeNotProtectable = 42,
  OrderTypeNotSupported = 43,
  DuplicateIntent = 44,
  ConflictingIntent = 45,
  OrderRate = 46,
  ArithmeticOverflow = 47,
  ExitPending = 48,
  CooldownActive = 49,
  DailyStop = 50,
  DrawdownFrozen = 51,
  DayBaseMissing = 52,
  EngineUnhealthy = 53,
  ExitAttemptsUsed = 54,

  // Commands and the ends of holds.
  CommandFieldMissing = 102,
  CommandFieldValue = 104,
  CommandConflict = 106,
  HoldUnknown = 107,
  HoldNotPending = 108,
  HoldExpired = 109,
  DigestMismatch = 110,
  OperatorUnknown = 111,
  OperatorNotPermitted = 112,
  ChannelNotAllowed = 113,
  ChallengeRequired = 114,
  ScriptedNotAllowed = 115,
  DecisionIdMissing = 116,
  CauseUnknown = 117,
  VoidedByRecheck = 119,
  VoidedByLimits = 120,
  VoidedByRestart = 121,
  VoidedByKill = 122,
  DeclinedByOperator = 123,
  UnknownNotOpen = 124,
  LimitsVersionOld = 125,
  LimitsOutOfRange = 126,
  DecisionNotApproved = 127,
  DecisionSpent = 128,
  DecisionOtherSubject = 129,
  LimitsNeedDecision = 130,
  CauseStillHolds = 131,
  UntrustedCommandSource = 132,

  // Signals: what intake refuses.
  JsonSyntax = 200,
  JsonDuplicateKey = 201,
  JsonTooDeep = 202,
  InputTooLarge = 203,
  NotUtf8 = 204,
  NumberExponent = 205,
  NumberTooManyDecimals = 206,
  NumberOutOfRange = 207,
  FieldMissing = 208,
  FieldUnknown = 209,
  FieldType = 210,
  FieldValue = 211,
  FieldOutOfRange = 212,
  FieldEmpty = 213,
  FieldTooLong = 214,
  SchemaVersion = 215,
  DateTimeSyntax = 216,
  NotASignal = 217,
  SymbolUnknown = 218,
  RatingMissing = 219,
  RatingConflict = 220,
  RatingConditional = 221,
  NotFinalDecision = 222,
  HistoryEntry = 223,
  PriceSanity = 224,
  TradeDateTooFar = 225,
  SourceDisabled = 226,
  ContextOnly = 227,
  NarrativeOnly = 228,
  DirectOrderToolCall = 229,
  DirectOrderAction = 230,
  DirectOrderSized = 231,
  DirectOrderFields = 232,
  DirectOrderAllocation = 233,
  DirectOrderFeedItem = 234,
  DirectOrderDocument = 235,
  EconomicRecord = 236,
  EmptyInput = 237,
  FormatUnknown = 238,

  // Configuration, limits, command lines.
  FileUnreadable = 300,
  ConfigSyntax = 301,
  ConfigKeyUnknown = 302,
  ConfigKeyMissing = 303,
  ConfigValueType = 304,
  ConfigValueRange = 305,
  ConfigConflict = 306,
  LimitsRaiseNeedsDecision = 307,
  DataDirectoryLocked = 309,
  DataDirectoryUnwritable = 310,
  UsageOption = 311,
  VenueNotConfigured = 312,
  VenueHostNotAllowed = 313,
  VenueCredentialType = 314,

  // Market recordings.
  RecordingUnreadable = 340,
  RecordingCompressed = 341,
  RecordingLine = 342,
  RecordingField = 343,
  RecordingGap = 344,
  RecordingTimeBackwards = 345,
  RecordingNoSnapshot = 346,
  RecordingSymbol = 347,
  RecordingEmpty = 348,
  MarketUnreachable = 349,

  // The journal on disk.
  JournalMissing = 380,
  JournalMagic = 381,
  JournalFrame = 382,
  JournalCrc = 383,
  JournalChain = 384,
  JournalSequence = 385,
  JournalTime = 386,
  JournalTornTail = 387,
  JournalTailLost = 388,
  JournalCheckpoint = 389,
  JournalSegment = 390,
  JournalRecord = 391,
  JournalWrite = 392,
  JournalReplayDiffers = 393,
  JournalInvariant = 394,
  JournalVersion = 395,
  CheckpointUnwritten = 396,

  // The HTTP surface and the start of the daemon behind it.
  TokenMissing = 420,
  TokenUnknown = 421,
  RoleNotAllowed = 422,
  DecisionByEngine = 423,
  EngineNotPrincipal = 424,
  HostNotAllowed = 425,
  OriginNotAllowed = 426,
  RouteUnknown = 427,
  MethodNotAllowed = 428,
  HttpSyntax = 429,
  BodyTooLarge = 430,
  ContentTypeNotJson = 431,
  RequestTimeout = 432,
  ConnectionLimit = 433,
  QueueFull = 434,
  AnswerLate = 435,
  GatewayStopping = 436,
  StreamGap = 437,
  BindNotLoopback = 438,
  BindFailed = 439,
  TokenFileMode = 440,
  GatewayUnreachable = 441,

  // Decisions, stages, incidents, policy and asset classes.
  DecisionUnknown = 460,
  DecisionNotPending = 461,
  DecisionExpired = 462,
  DecisionsFull = 463,
  DecisionKeyTaken = 464,
  ExplicitApprovalMissing = 465,
  EvidenceMissing = 466,
  SignatureInvalid = 467,
  ChallengeInvalid = 468,
  ChallengeExpired = 469,
  ChallengeFailed = 470,
  OperatorLocked = 471,
  RiskTierMismatch = 472,
  GrantLimits = 473,
  StageOrder = 480,
  StageWindow = 481,
  StageIncidents = 482,
  StageViolations = 483,
  EvalNotGreen = 484,
  ChecklistMissing = 485,
  ChecklistItemMissing = 486,
  ChecklistItemUnknown = 487,
  ChecklistItemDuplicate = 488,
  ChecklistItemFailed = 489,
  ChecklistRamp = 490,
  ChecklistTier = 491,
  CredentialsUnproven = 492,
  PromotionDecision = 493,
  DecisionReused = 494,
  KillNotExercised = 495,
  ReconciliationDirty = 496,
  BackupOperatorNotReady = 497,
  StageNotGranted = 498,
  PromotionBlocked = 499,
  IncidentUnknown = 500,
  IncidentMove = 501,
  IncidentIncomplete = 502,
  IncidentChain = 503,
  LedgerChain = 504,
  LedgerCut = 505,
  LedgerRewritten = 506,
  HostNotListed = 510,
  HostForm = 511,
  ActionBlocked = 512,
  ActionNotAllowed = 513,
  ActionUnknown = 514,
  CredentialWithdraw = 515,
  CredentialPermission = 516,
  CredentialIp = 517,
  ProfileBlocked = 520,
  MarketClosed = 521,
  UnitMismatch = 522,
  ProfileMismatch = 523,
  ShadowIncomplete = 524,
};

struct ReasonInfo {
  Reason reason;
  Surface surface;
  std::string_view code;     // for machines and logs; stable
  std::string_view meaning;  // the rule, for a person
  std::string_view next;     // what to do about it
};

inline constexpr auto kReasons = std::to_array<ReasonInfo>({
#include "schemas/reason_table.inc"
});

inline constexpr std::size_t kReasonValues = 540;

namespace detail {
constexpr auto reason_index() {
  std::array<std::uint8_t, kReasonValues> index{};
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    index[static_cast<std::size_t>(kReasons[i].reason)] = static_cast<std::uint8_t>(i);
  }
  return index;
}
inline constexpr auto kReasonIndex = reason_index();
}  // namespace detail

[[nodiscard]] constexpr const ReasonInfo& info(Reason reason) {
  const auto value = static_cast<std::size_t>(reason);
  return kReasons[value < kReasonValues ? detail::kReasonIndex[value] : 0];
}

/// None for a code that is no row's.
[[nodiscard]] constexpr Reason reason_of(std::string_view code) {
  for (const ReasonInfo& row : kReasons) {
    if (row.code == code) return row.reason;
  }
  return Reason::None;
}

static_assert(
    [] {
      for (std::size_t i = 1; i < kReasons.size(); ++i) {
        if (kReasons[i].reason <= kReasons[i - 1].reason) return false;
      }
      return kReasons.front().reason == Reason::None && kReasons.size() < 256;
    }(),
    "one row per Reason, in order");

/// The reasons of one risk verdict, as a set. Only Risk reasons (below 64) go in.
class ReasonSet {
 public:
  constexpr ReasonSet() = default;
  static constexpr ReasonSet from_bits(std::uint64_t bits) {
    ReasonSet set;
    set.bits_ = bits;
    return set;
  }

  static constexpr ReasonSet of(Reason reason) {
    ReasonSet set;
    set.add(reason);
    return set;
  }

  constexpr void add(Reason reason) { bits_ |= bit(reason); }
  /// Branch-free: a check is one predicate and this.
  constexpr void add_if(bool broken, Reason reason) {
    bits_ |= static_cast<std::uint64_t>(broken) << static_cast<unsigned>(reason);
  }
  [[nodiscard]] constexpr bool has(Reason reason) const { return (bits_ & bit(reason)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }
  [[nodiscard]] constexpr int size() const { return __builtin_popcountll(bits_); }
  /// The first reason in table order; None when empty.
  [[nodiscard]] constexpr Reason first() const {
    return bits_ == 0 ? Reason::None : static_cast<Reason>(__builtin_ctzll(bits_));
  }
  friend constexpr bool operator==(ReasonSet, ReasonSet) = default;
  friend constexpr ReasonSet operator|(ReasonSet a, ReasonSet b) {
    return from_bits(a.bits_ | b.bits_);
  }

 private:
  static constexpr std::uint64_t bit(Reason reason) {
    return std::uint64_t{1} << static_cast<unsigned>(reason);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace clawgate
