// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/report/trading_rows.h"
#include "schemas/fact.h"
#include "schemas/market.h"
#include "schemas/names.h"

// What a session was, as plain rows: folded from its journal by ReportBuilder
// (gateway/report/report_builder.h) and printed by text_report.h, json_report.h and html_report.h.
// Everything is a copy; all amounts are fixed-point.

namespace clawgate::report {

/// What came of a signal in the end.
enum class Fate : std::uint8_t {
  Undecided,  // the journal ends before its decision
  Denied,
  NoAction,
  Duplicate,
  Conflict,
  Waiting,   // still held, or approved and not released, at the end
  Declined,  // by an operator
  Expired,   // nobody decided in time
  Voided,
  // Released entries: of the order,
  NotSent,
  Working,
  Unknown,
  Rejected,
  NotFilled,
  ClosedByDecision,
  // of the trade,
  Open,
  TookProfit,
  StoppedOut,
  Exited,
  Reduced,
  Closed,  // without a sale: nothing but dust was held
  // and of released exits.
  Sold,
  NothingSold,
};
inline constexpr std::size_t kFates = 23;

struct SignalRow {
  UnixNanos time;
  EngineName engine;
  IntentId intent_id;
  TraceId trace_id;
  Symbol symbol;
  SignalSide side = SignalSide::Hold;
  Rate confidence;
  bool confidence_derived = false;
  Strength strength = Strength::None;
  UnixNanos as_of;
  std::optional<Px> stop_loss;
  std::optional<Px> take_profit;
  Digest payload;
  std::optional<SignalOutcome> outcome;  // none: Undecided
  ReasonSet reasons;                     // why it was denied, a duplicate or a conflict
  std::uint8_t checks = 0;               // rows of the risk table that ran at its hold
  Px bid;                                // of that verdict; 0 when there was none
  Px ask;
  Px worst_price;  // the most that its entry may pay by that ask; 0: an exit, or not known
  HoldId hold;
  HoldId first;  // Duplicate, Conflict: the hold of the one before
  Fate fate = Fate::Undecided;
  Reason ended = Reason::None;  // why its hold ended without an order
  ReasonSet recheck;            // VoidedByRecheck: what no longer passed
};

/// Bytes that did not become a signal.
struct RefusedRow {
  UnixNanos time;
  Disposition disposition = Disposition::Reject;
  Reason reason = Reason::None;
  EngineName source;
  Text<96> where;
  Text<64> seen;
  Digest payload;
};

/// One hold: what was shown to whom, and how it ended.
struct ApprovalRow {
  OrderCandidate order;
  Digest digest;
  EngineName engine;
  UnixNanos shown_at;
  std::optional<UnixNanos> decided_at;  // approved or declined by an operator
  std::optional<UnixNanos> ended_at;
  HoldState state = HoldState::Held;
  Reason reason = Reason::None;
  ReasonSet recheck;
  OperatorId operator_id;
  OperatorChannel channel = OperatorChannel::Terminal;
  bool scripted = false;
  CommandId command_id;
  DecisionId decision_id;
  std::string check_code;  // "" when the caller gave none

  [[nodiscard]] HoldId hold() const { return order.hold; }
  [[nodiscard]] std::optional<std::int64_t> decision_ns() const {
    if (!decided_at) return std::nullopt;
    return decided_at->value() - shown_at.value();
  }
};

struct OrderMove {
  UnixNanos time;
  OrderEvent event = OrderEvent::Send;
  OrderState to = OrderState::Released;
};

/// One order at the venue: a leg of an entry's list, or a protective order put out later.
struct OrderRow {
  HoldId hold;  // the trade it belongs to
  HoldId exit;  // the approved exit it carries out, when it is one
  Symbol symbol;
  Leg leg;
  OrderState state = OrderState::Released;
  UnixNanos issued_at;
  VenueOrderId venue_order_id;
  std::int32_t venue_code = 0;
  Text<64> text;
  Qty filled;
  Notional value;             // of what was filled
  std::optional<Px> average;  // of the fills
  std::uint32_t cancels = 0;
  std::uint32_t queries = 0;
  std::vector<OrderMove> moves;
};

/// What was paid (or received) beside what it would have been at a benchmark price.
struct Slippage {
  Notional expected;
  Notional actual;

  /// The share of `expected` that was lost; below 0 when the price was better. nullopt when there
  /// is nothing to compare.
  [[nodiscard]] std::optional<Rate> cost(Side side) const;
};

struct FillRow {
  UnixNanos time;
  HoldId hold;
  ClientOrderId client_order_id;
  LegRole role = LegRole::Entry;
  ExecId exec_id;
  Symbol symbol;
  Side side = Side::Buy;
  Qty qty;
  Px px;
  Qty fee;
  Asset fee_asset;
  Qty held;           // the trade's position afterwards
  Notional realised;  // by the trade so far
  Px reference;       // entries and exits: mid when the signal was accepted; 0 for the others
  Px touch;    // entries: ask, exits: bid at the release verdict; reduces: the last bid; else 0
  Px trigger;  // stops: their trigger, take-profits: their limit or trigger; else 0
};

struct ProtectionMove {
  UnixNanos time;
  ProtectionEvent event = ProtectionEvent::Closed;
  ProtectionState to = ProtectionState::Done;
  Text<64> cause;
};

/// A released entry and all that came of it.
struct TradeRow {
  HoldId hold;
  Symbol symbol;
  InstrumentId instrument;
  EngineName engine;
  UnixNanos released_at;
  std::optional<UnixNanos> opened_at;  // first entry fill
  std::optional<UnixNanos> closed_at;
  Qty entry_qty;
  Notional entry_value;
  Qty exit_qty;
  Notional exit_value;
  std::uint8_t exit_roles = 0;            // bits by LegRole of the fills that sold
  std::optional<LegRole> closed_by;       // role of the last sale
  std::optional<UnixNanos> last_sale_at;  // its time
  Qty held;
  Notional cost;  // of what is held
  Notional realised;
  Notional fees;
  std::uint32_t fees_elsewhere = 0;
  Qty dust;
  std::optional<Notional> unrealised;  // what is held, at the last bid, less its cost
  Px stop;
  Px take_profit;  // 0: none
  bool stop_derived = false;
  Px reference;
  Notional risk;
  Slippage entry_vs_reference;
  Slippage entry_vs_touch;
  Slippage exit_vs_benchmark;  // each sale against its trigger, or the bid
  ProtectionState protection = ProtectionState::None;
  std::vector<ProtectionMove> protection_moves;

  [[nodiscard]] bool filled() const { return entry_qty.raw() > 0; }
  [[nodiscard]] bool closed() const { return closed_at.has_value(); }
  /// Whether there is a result: until something is sold, all is in what is held.
  [[nodiscard]] bool settled() const { return closed() || exit_qty.raw() > 0; }
  [[nodiscard]] std::optional<Px> entry_average() const;
  [[nodiscard]] std::optional<Px> exit_average() const;
  /// Profit as a share of what was paid, and in units of the loss planned at the stop.
  [[nodiscard]] std::optional<Rate> profit_rate() const;
  [[nodiscard]] std::optional<Rate> profit_in_risks() const;
};

struct BlockRow {
  UnixNanos time;
  Block block = Block::Kill;
  bool active = false;
  TradingState state = TradingState::Open;  // afterwards
  KillEpoch kill_epoch;
  DecisionId decision_id;
  OperatorId operator_id;
  Text<96> evidence;
};

struct CommandRow {
  UnixNanos time;
  OperatorCommand command;
  bool decided = false;
  Reason reason = Reason::None;  // None: done
  bool no_op = false;
};

struct ViolationRow {
  UnixNanos time;
  EngineName source;
  Reason reason = Reason::None;
  Digest payload;
  std::uint32_t count = 0;
};

struct EquityPoint {
  UnixNanos time;
  Notional equity;
  Notional peak;  // the highest so far

  [[nodiscard]] Notional drawdown() const {
    return Notional::from_raw(peak.raw() - equity.raw());  // peak >= equity >= 0
  }
};

struct EquityReport {
  Asset quote;
  std::optional<Notional> start;
  std::optional<Notional> end;
  Notional drawdown_max;
  Rate drawdown_max_rate;  // of the peak before it
  UnixNanos drawdown_max_at;
  std::vector<EquityPoint> points;  // thinned; every extreme is kept
};

struct ReasonCount {
  Reason reason = Reason::None;
  std::uint32_t count = 0;
};

struct AssetTotal {
  Asset asset;
  Qty total;
};

struct RecordCount {
  std::uint16_t type = 0;
  std::uint64_t count = 0;
};

struct LimitsRow {
  UnixNanos time;
  Limits limits;
};

struct DayRow {
  UnixNanos time;
  std::int32_t day = 0;
  Notional equity;
};

struct Totals {
  std::array<std::uint32_t, kWords<SignalOutcome>.size()> outcomes{};
  std::array<std::uint32_t, kFates> fates{};
  std::array<std::uint32_t, kWords<Disposition>.size()> refused{};  // by Disposition
  std::uint32_t trades_closed = 0;     // entries that filled and came to their end
  std::uint32_t trades_open = 0;       // entries that filled and did not
  std::uint32_t won = 0;               // closed with a profit
  std::uint32_t lost = 0;              // closed with a loss
  Notional realised;                   // all trades, fees included
  Notional fees;                       // all trades, in quote, those in base at their fill's price
  Notional fees_open;                  // of them, those of trades that are open
  std::optional<Notional> unrealised;  // of all that is open, at the last bids; none: not known
  std::uint32_t fees_elsewhere = 0;
  Notional bought;
  Notional sold;
  Slippage entry_vs_reference;
  Slippage entry_vs_touch;
  Slippage exit_vs_benchmark;
  std::uint32_t decisions = 0;  // by operators, scripted ones included
  std::uint32_t scripted = 0;
  std::int64_t decision_median_ns = 0;
  std::int64_t decision_max_ns = 0;
  bool overflowed = false;  // an amount did not fit and is missing from a total

  [[nodiscard]] bool traded() const { return trades_closed + trades_open > 0; }
  /// Whether there is a result: until something is sold, all is in what is open.
  [[nodiscard]] bool settled() const { return trades_closed > 0 || !sold.is_zero(); }
};

/// One symbol's mid over time; thinned in the report. It stands until the next point.
struct PricePoint {
  UnixNanos time;
  Px mid;
};
struct PriceSeries {
  Symbol symbol;
  std::vector<PricePoint> points;
  bool marks = false;  // those of the journal: what the price did between two is not on record
};

/// A signal that never reached the gateway.
struct Undelivered {
  std::string name;
  std::string reason;
};

struct CheckCode {
  HoldId hold;
  std::string code;
};

struct ConservationCheck {
  bool holds = false;
  std::string text;
};

/// How the session ended. The journal's last record may be a while before: marks are recorded once
/// a minute.
struct SessionEnd {
  UnixNanos time;
  std::optional<MarketTop> top;  // the newest usable one
};

/// What the session knows beside its journal.
struct SessionExtras {
  std::string title = "Paper session";
  std::vector<PriceSeries> prices;  // empty: the prices of the journal are shown
  std::vector<Undelivered> undelivered;
  std::vector<std::string> sources;
  std::string command_line;
  std::string data_directory;
  std::int64_t wall_ns = 0;  // 0: not known
  std::optional<ConservationCheck> conservation;
  std::vector<CheckCode> check_codes;
  std::vector<StageRow> stages;  // from the governance ledger, in order
  std::optional<SessionEnd> end;
};

struct SessionReport {
  SessionExtras extras;  // prices are filled in

  std::optional<SessionOpened> session;  // the first
  std::uint32_t sessions = 0;            // more than one: the gateway was started again
  UnixNanos first_time;
  UnixNanos last_time;                  // of the session; of the journal where nobody knows more
  std::vector<Instrument> instruments;  // as described last
  std::vector<LimitsRow> limits;        // every version, in order
  std::vector<DayRow> days;

  std::vector<SignalRow> signals;
  std::vector<RefusedRow> refused;
  std::vector<ApprovalRow> approvals;
  std::vector<OrderRow> orders;
  std::vector<FillRow> fills;
  std::vector<TradeRow> trades;
  std::vector<BlockRow> blocks;
  std::vector<CommandRow> commands;
  std::vector<ViolationRow> violations;
  std::vector<StartRow> starts;
  std::vector<EngineModeRow> engine_modes;
  std::vector<CooldownRow> cooldowns;
  std::vector<LimitsDecidedRow> limits_decided;  // put forward after the first
  std::vector<IncidentRow> incidents;
  std::vector<SnapshotRow> snapshots;
  std::vector<ActionRow> actions;
  std::vector<ReductionRow> reductions;
  std::vector<DecisionEndRow> decisions;
  std::vector<MovementRow> movements;
  std::vector<Episode> timeline;        // what happened to trading, in order
  std::int64_t entries_blocked_ns = 0;  // trading was not OPEN for so long
  EquityReport equity;
  Totals totals;
  std::vector<ReasonCount> denied_by;   // a signal counts once under each of its reasons
  std::vector<ReasonCount> refused_by;  // inputs
  std::vector<ReasonCount> ended_by;    // holds that ended without an order
  std::vector<AssetTotal> fees_by_asset;

  std::vector<RecordCount> records;  // by type
  std::uint64_t records_total = 0;
  std::uint64_t records_undecodable = 0;
  std::uint64_t facts_unmatched = 0;  // about a hold or order that this journal does not begin
  Seq head_seq;
  Digest head_hash;

  [[nodiscard]] const TradeRow* trade(HoldId hold) const;
  [[nodiscard]] const ApprovalRow* approval(HoldId hold) const;
  [[nodiscard]] const Instrument* instrument(const Symbol& symbol) const;
};

}  // namespace clawgate::report

namespace clawgate {

template <>
inline constexpr auto kWords<report::Fate> = std::to_array<std::string_view>(
    {"undecided", "denied",      "no_action",   "duplicate",  "conflict",
     "waiting",   "declined",    "expired",     "voided",     "not_sent",
     "working",   "unknown",     "rejected",    "not_filled", "closed_by_decision",
     "open",      "took_profit", "stopped_out", "exited",     "reduced",
     "closed",    "sold",        "nothing_sold"});
static_assert(kWords<report::Fate>.size() == report::kFates);

}  // namespace clawgate
