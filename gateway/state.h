// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "gateway/key_table.h"
#include "gateway/position_set.h"
#include "risk/position.h"
#include "schemas/fact.h"
#include "schemas/instrument.h"

namespace clawgate::gateway {

/// One order of a trade at the venue: a leg of its list, or a protective order put out later.
struct TradeOrder {
  Leg leg;
  OrderState state = OrderState::Released;
  Qty cum_qty;
  HoldId exit;               // the approved exit it carries out, when it is one
  Qty told;                  // executed by the venue's count; more than cum_qty: some are missing
  std::uint8_t queries = 0;  // sent while its outcome was unknown, or executions are missing
  UnixNanos next_query;
  VenueOrderId venue_order_id{};  // empty until the venue gave it one
  UnixNanos moved_at{};           // to `state`
  std::uint32_t action = 0;       // the protective action under way on it; 0: none
  ProtectiveAction action_kind = ProtectiveAction::Place;
  bool forgotten = false;  // executed as a whole, and its executions made room for others

  /// The venue counts executions that it has not told.
  [[nodiscard]] bool misses_executions() const {
    return told > cum_qty && state != OrderState::ClosedByDecision;
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("leg", self.leg);
    field("state", self.state);
    field("cum_qty", self.cum_qty);
    field("told", self.told);
    field("exit", self.exit);
    field("queries", self.queries);
    field("next_query", self.next_query);
    field("venue_order_id", self.venue_order_id);
    field("moved_at", self.moved_at);
    field("action", self.action);
    field("action_kind", self.action_kind);
    field("forgotten", self.forgotten);
  }
};

/// An execution that is in the books.
struct BookedExecution {
  std::uint64_t id = 0;       // execution_fingerprint()
  std::uint32_t content = 0;  // execution_content()
  std::uint8_t order = 0;     // its place in the trade's orders

  friend bool operator==(const BookedExecution&, const BookedExecution&) = default;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("content", self.content);
    field("order", self.order);
  }
};

/// One approved-or-not order and all that came of it: the hold, the venue's orders, the protection
/// and the position. An exit is a Trade of its own for its hold; its venue order belongs to the
/// trade it exits.
struct Trade {
  static constexpr std::size_t kOrdersMax = 24;
  static constexpr std::size_t kExecutionsMax = 255;

  OrderCandidate order;
  Digest digest;
  TraceId trace_id;
  EngineName source_engine;
  HoldState hold = HoldState::Held;
  Reason hold_reason = Reason::None;
  UnixNanos held_at;
  UnixNanos decided_at;
  OperatorId operator_id;
  ProtectionState protection = ProtectionState::None;
  List<TradeOrder, kOrdersMax> orders;
  List<BookedExecution, kExecutionsMax> executions;
  risk::Position position;
  HoldId exits;  // an exit: the trade it closes
  bool closed = false;
  bool reducing = false;  // down to `keep`, while the system is degraded
  Qty keep;
  std::uint8_t reduces_before = 0;  // put out before what `reducing` or MISSING is about
  bool executed_after_end = false;  // and was not opened again

  [[nodiscard]] HoldId id() const { return order.hold; }
  [[nodiscard]] bool waiting() const {
    return hold == HoldState::Held || hold == HoldState::Approved;
  }
  /// Nothing can come of it any more.
  [[nodiscard]] bool finished() const {
    return closed || (hold != HoldState::Released && !waiting());
  }
  /// The same, and at the venue neither: no order of it may stand there.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] TradeOrder* find(const ClientOrderId& id);
  /// How many orders were put out in that role.
  [[nodiscard]] std::uint8_t made(LegRole role) const;
  /// Whether there is room for one more of its executions, or can be made.
  [[nodiscard]] bool has_room_for_execution() const;
  /// Null: it is not in the books.
  [[nodiscard]] const BookedExecution* executed(std::uint64_t id) const;
  [[nodiscard]] const TradeOrder* find(LegRole role) const;
  /// True for the legs that went out together; false for what was put out later.
  [[nodiscard]] bool is_listed(const TradeOrder& order_of_it) const {
    for (const Leg& leg : order.legs) {
      if (leg.client_order_id == order_of_it.leg.client_order_id) return true;
    }
    return false;
  }

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("order", self.order);
    field("digest", self.digest);
    field("trace_id", self.trace_id);
    field("source_engine", self.source_engine);
    field("hold", self.hold);
    field("hold_reason", self.hold_reason);
    field("held_at", self.held_at);
    field("decided_at", self.decided_at);
    field("operator_id", self.operator_id);
    field("protection", self.protection);
    field("orders", self.orders);
    field("executions", self.executions);
    field("position", self.position);
    field("exits", self.exits);
    field("closed", self.closed);
    field("reducing", self.reducing);
    field("keep", self.keep);
    field("reduces_before", self.reduces_before);
    field("executed_after_end", self.executed_after_end);
  }
};

/// What was said before by one engine about one symbol.
struct LastWord {
  EngineName engine;
  Symbol symbol;
  SignalSide side = SignalSide::Hold;
  HoldId hold;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("engine", self.engine);
    field("symbol", self.symbol);
    field("side", self.side);
    field("hold", self.hold);
  }
};

/// Why one block is in force: since when, who or what said so. What clears it is in kBlocks.
struct StandingBlock {
  UnixNanos since;
  Text<96> evidence;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("since", self.since);
    field("evidence", self.evidence);
  }
};

/// The last that one engine said of itself.
struct EngineLife {
  EngineName engine;
  UnixNanos beat;
  bool healthy = false;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("engine", self.engine);
    field("beat", self.beat);
    field("healthy", self.healthy);
  }
};

/// By how much the account holds more of an asset than it did when first told, plus all that we
/// executed since: 0 where both ledgers agree. Reports and balances come in any order.
struct BalanceGap {
  Asset asset;
  Qty gap;
  UnixNanos since;  // it was 0
  Qty unheard;      // the gap, when a time ended in which movements may not have been announced

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("asset", self.asset);
    field("gap", self.gap);
    field("since", self.since);
    field("unheard", self.unheard);
  }
};

/// What the account made, lost and is worth, as facts told. See risk/account.h for the basis.
struct AccountBooks {
  Notional realised;  // by all trades so far, fees included
  UnixNanos last_fill;
  UnixNanos last_loss;      // when a trade last closed at a loss; 0: none did
  bool turn_known = false;  // the result at the day's turn is
  Notional turn_result;
  bool based = false;  // of today: start and start_result are today's
  Notional start;      // equity that results are counted from
  Notional start_result;
  Notional peak;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("realised", self.realised);
    field("last_fill", self.last_fill);
    field("last_loss", self.last_loss);
    field("turn_known", self.turn_known);
    field("turn_result", self.turn_result);
    field("based", self.based);
    field("start", self.start);
    field("start_result", self.start_result);
    field("peak", self.peak);
  }
};

/// An order at the venue that this gateway did not send, and that is not over as far as we know.
struct ForeignOrder {
  ClientOrderId id;
  InstrumentId instrument;
  bool seen = false;  // since the ledgers were last in doubt

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("instrument", self.instrument);
    field("seen", self.seen);
  }
};

struct IntentSeen {
  Digest payload;
  HoldId hold;
  SignalOutcome outcome = SignalOutcome::Denied;
};

struct CommandSeen {
  Digest content;
  Reason reason = Reason::None;
  HoldId hold;
};

/// All trading state. It changes in one way only: by folding records, the same in a live run, in a
/// recovery and in an audit. Core thread only.
class State {
 public:
  static constexpr std::size_t kInstrumentsMax = 32;
  static constexpr std::size_t kTradesMax = 256;
  static constexpr std::size_t kBalancesMax = 64;
  static constexpr std::size_t kOperatorsMax = 16;

  static constexpr std::size_t kKeys = std::size_t{1} << 18U;
  /// `keys` is how many intents and commands are remembered (a power of two).
  explicit State(std::size_t keys = kKeys);
  /// Before the first record of a run whose latency matters: brings all memory in.
  void prefault();

  /// Folds a record read from the journal. False when the bytes are not a record of that type;
  /// types this version does not know change nothing.
  [[nodiscard]] bool fold(std::uint16_t type, Bytes payload, UnixNanos time);

  void fold(const SessionOpened& input, UnixNanos time);
  void fold(const Limits& input, UnixNanos time);
  void fold(const Instrument& input, UnixNanos time);
  void fold(const BalanceReported& input, UnixNanos time);
  void fold(const BalanceMoved& input, UnixNanos time);
  void fold(const MovementFound& fact, UnixNanos time);
  void fold(const MarketTop& input, UnixNanos time);
  void fold(const Operator& input, UnixNanos time);
  void fold(const DecisionRecorded& input, UnixNanos time);
  void fold(const LimitsDecided& fact, UnixNanos time);
  void fold(const EngineHeartbeat& input, UnixNanos time);
  void fold(const DayBased& fact, UnixNanos time);
  void fold(const PeakMoved& fact, UnixNanos time);
  void fold(const IncidentOpened& fact, UnixNanos time);
  void fold(const EngineModeChanged& fact, UnixNanos time);
  void fold(const PositionSnapshotTaken& fact, UnixNanos time);
  void fold(const ProtectiveActionTaken& fact, UnixNanos time);
  void fold(const ReductionMoved& fact, UnixNanos time);
  void fold(const UnknownClosed& fact, UnixNanos time);
  void fold(const LedgerAnchored& input, UnixNanos time);
  void fold(const SignalDecided& fact, UnixNanos time);
  void fold(const CandidateHeld& fact, UnixNanos time);
  void fold(const HoldMoved& fact, UnixNanos time);
  void fold(const OrderIntent& fact, UnixNanos time);
  void fold(const OrderMoved& fact, UnixNanos time);
  void fold(const ExecutionReport& input, UnixNanos time);
  void fold(const FillApplied& fact, UnixNanos time);
  void fold(const ProtectionMoved& fact, UnixNanos time);
  void fold(const ProtectiveIssued& fact, UnixNanos time);
  void fold(const CommandDecided& fact, UnixNanos time);
  void fold(const BlockChanged& fact, UnixNanos time);
  void fold(const QueryIssued& fact, UnixNanos time);
  void fold(const DayTurned& fact, UnixNanos time);
  void fold(const ViolationRecorded& fact, UnixNanos time);
  void fold(const TradeClosed& fact, UnixNanos time);

  // Records that say something without changing state.
  void fold(const LimitsProposed&, UnixNanos) {}
  void fold(const CauseReported&, UnixNanos) {}
  void fold(const OpenOrdersSnapshotTaken&, UnixNanos) {}
  void fold(const SignalIntent&, UnixNanos) {}
  void fold(const SignalRefused&, UnixNanos) {}
  void fold(const OperatorCommand& input, UnixNanos);
  void fold(const HandedOff&, UnixNanos) {}
  void fold(const KillAcknowledged& input, UnixNanos);
  void fold(const TimePassed&, UnixNanos) {}
  void fold(const ConditionReported& input, UnixNanos time);
  void fold(const ClockStepped&, UnixNanos) {}
  void fold(const RiskVerdict&, UnixNanos) {}
  void fold(const CancelIssued&, UnixNanos) {}

  /// The trades that are not settled, in the order of `trades`.
  [[nodiscard]] auto live() { return Selected<Trade, kTradesMax>(trades.data(), live_); }
  [[nodiscard]] auto live() const {
    return Selected<const Trade, kTradesMax>(trades.data(), live_);
  }
  [[nodiscard]] Trade* find(HoldId hold);
  [[nodiscard]] const Trade* find(HoldId hold) const;
  /// The trade and order that a client order id belongs to; null when it is none of ours.
  [[nodiscard]] Trade* find(const ClientOrderId& id, TradeOrder** order);
  [[nodiscard]] const Instrument* instrument(const Symbol& symbol) const;
  [[nodiscard]] const Instrument* instrument(InstrumentId id) const;
  [[nodiscard]] const MarketTop* market(InstrumentId id) const;
  [[nodiscard]] const BalanceReported* balance(AccountId account, const Asset& asset) const;
  [[nodiscard]] const SymbolPolicy* policy(const Symbol& symbol) const;
  [[nodiscard]] const Operator* find_operator(const OperatorId& id) const;
  /// How a decision ended; null when none of that id is recorded.
  [[nodiscard]] const DecisionRecorded* decision(const DecisionId& id) const;
  [[nodiscard]] const EngineLife* life(const EngineName& engine) const;
  /// With real money each engine has to say that it lives; in S0 one that never did is not waited
  /// for.
  [[nodiscard]] bool is_supervised(const EngineName& engine) const;
  /// The first instant at which the silence of an engine is too long. It counts from the session's
  /// start where it has not been heard since. There are limits.
  [[nodiscard]] UnixNanos silent_at(const EngineName& engine) const;
  [[nodiscard]] const StandingBlock& block_row(Block block) const {
    return block_rows[static_cast<std::size_t>(block)];
  }
  [[nodiscard]] bool is_spent(const DecisionId& id) const;
  [[nodiscard]] TradingState trading_state() const { return state_of(blocks); }
  [[nodiscard]] bool blocked_by(Block block) const { return (blocks & bit_of(block)) != 0; }
  /// The open trade that an exit in this instrument closes; null where nothing is held.
  [[nodiscard]] const Trade* trade_to_exit(InstrumentId instrument) const;
  /// False for what opens a position before it is for what closes one.
  [[nodiscard]] bool has_room_for_signal(bool exit) const;
  /// A row that is known, free, or of somebody who may do nothing any more.
  [[nodiscard]] bool has_room_for_operator(const OperatorId& id) const;
  /// False when every place is taken by a live trade.
  [[nodiscard]] bool has_room_for_trade() const;

  /// SHA-256 over everything that decides: equal states have equal hashes.
  [[nodiscard]] Digest hash() const;

  bool opened = false;
  std::optional<OperatorCommand> unanswered_kill;  // its facts were not recorded yet
  SessionOpened session;
  std::optional<Limits> limits;
  List<Operator, kOperatorsMax> operators;
  std::array<std::optional<Instrument>, kInstrumentsMax> instruments;
  std::array<std::optional<MarketTop>, kInstrumentsMax> markets;
  List<BalanceReported, kBalancesMax> balances;
  List<BalanceGap, kBalancesMax> gaps;  // of those, what is traded and pays for nothing
  std::vector<Trade> trades;            // room for kTradesMax, never more
  std::uint32_t blocks = 0;
  std::array<StandingBlock, 32> block_rows;  // by Block; of those in force
  KillEpoch kill_epoch;
  /// The highest order id that a venue gave one of our orders, by instrument; 0: none, or no
  /// number.
  std::array<std::int64_t, kInstrumentsMax> newest_venue_order{};
  KillEpoch kill_acknowledged;  // by the venue; a kill is complete when it equals kill_epoch
  std::uint32_t violations = 0;
  std::uint8_t rejects_in_row = 0;  // entries that the venue refused since it took one
  std::int32_t day = 0;
  AccountBooks books;
  List<EngineLife, 16> engine_lives;
  EngineMode engine_mode = EngineMode::Normal;
  UnixNanos opened_at;  // this session
  std::uint32_t incidents = 0;
  bool unmanaged_too_long = false;  // an incident says so of the present outage
  std::uint32_t snapshots = 0;
  std::uint32_t actions = 0;
  Notional day_notional;
  std::uint16_t day_orders = 0;
  UnixNanos throttle_paid_until;
  KeyTable<IntentSeen> intents;
  KeyTable<HoldId> traces;
  KeyTable<CommandSeen> commands;
  KeyTable<DecisionRecorded> decisions;    // by SHA-256 of the id; the first record of each counts
  KeyTable<std::uint8_t> decisions_spent;  // those that something was done by
  LedgerAnchored anchor;                   // the newest; seq 0: none
  List<LastWord, 64> last_words;
  List<ForeignOrder, 16> foreign_orders;  // one more than that shows itself again and again
  std::uint64_t next_hold = 1;
  UnixNanos last_time;

 private:
  /// What a trade is looked up by, beside the trades: a scan over these stays in a few cache lines.
  struct TradeKey {
    HoldId hold;
    std::uint64_t ids = 0;  // out of the digest that all client order ids of the trade share
  };

  [[nodiscard]] Trade* place_for_trade();
  void fold_foreign(const ExecutionReport& input);
  // A comparison tells all that is open: what it does not tell again is over.
  void doubt_foreign_orders();
  void drop_foreign_orders_not_seen();
  [[nodiscard]] std::size_t position_of(const Trade& trade) const {
    return static_cast<std::size_t>(&trade - trades.data());
  }
  /// A fact has changed the trade.
  void note(const Trade& trade);
  void spend(const DecisionId& id);
  void move_gap(const Asset& asset, std::int64_t by, UnixNanos time);

  std::array<TradeKey, kTradesMax> keys_{};  // of trades, by position
  // Positions of trades. Most are old: whoever goes through the live ones touches no others.
  PositionSet<kTradesMax> live_;
  PositionSet<kTradesMax> finished_;
  mutable Sha256 hasher_;
};

/// Fingerprint of one execution of one order, for "seen before" (FIX 17 is unique per instrument).
[[nodiscard]] std::uint64_t execution_fingerprint(InstrumentId instrument, const ExecId& exec);
/// And of what was executed: the same execution is told more than once, and never otherwise.
/// Without the fee, which some messages leave out.
[[nodiscard]] std::uint32_t execution_content(Side side, Qty qty, Px px);

}  // namespace clawgate::gateway
