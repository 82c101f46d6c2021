// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/soundness.h"
#include "gateway/door.h"
#include "gateway/engine.h"
#include "gateway/runtime.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

// The real engine, runtime and door around a venue that only writes down what it was handed, and a
// recorder that keeps records in memory. What the venue "says" is what a test applies.

namespace clawgate::gateway {

struct KeptRecord {
  std::uint16_t type;
  UnixNanos time;
  std::vector<std::uint8_t> payload;
};

class MemoryRecorder final : public DurableRecorder {
 public:
  Ticket append(std::uint16_t type, std::uint16_t, UnixNanos time, Bytes payload) override {
    records.push_back({type, time, {payload.begin(), payload.end()}});
    return Ticket(records.size());
  }
  Result<Ticket> sync() override {
    if (fail_sync) return Error{Reason::JournalWrite, "sync", "EIO"};
    durable = records.size();
    return Ticket(durable);
  }

  std::vector<KeptRecord> records;
  std::size_t durable = 0;
  bool fail_sync = false;
};

class WrittenDown final : public venues::Venue {
 public:
  explicit WrittenDown(const MemoryRecorder& recorder) : recorder_(recorder) {}

  std::optional<HandOff> submit(SendPermit, const OrderIntent& intent) override {
    EXPECT_EQ(recorder_.durable, recorder_.records.size()) << "an order left before its records";
    if (next == HandOff::Sent) submitted.push_back(intent);
    return answer();
  }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder& order) override {
    EXPECT_EQ(recorder_.durable, recorder_.records.size()) << "an order left before its records";
    protective.push_back(order);
    return answer();
  }
  void cancel(const CancelRequest& request) override { cancels.push_back(request); }
  void query(const QueryRequest& request) override { queries.push_back(request); }
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return confirms; }

  HandOff next = HandOff::Sent;
  bool later = false;  // answers as a venue with a thread of its own
  bool confirms = true;
  std::vector<OrderIntent> submitted;
  std::vector<ProtectiveOrder> protective;
  std::vector<CancelRequest> cancels;
  std::vector<QueryRequest> queries;

 private:
  [[nodiscard]] std::optional<HandOff> answer() const {
    return later ? std::nullopt : std::optional<HandOff>(next);
  }

  const MemoryRecorder& recorder_;
};

class KeptAnswers final : public Edges {
 public:
  void on(const AskApproval& what) override { asked.push_back(what.hold); }
  void on(const HoldEnded& what) override { ended.push_back(what); }
  void on(const AnswerSignal& what) override { signals.push_back(what); }
  void on(const AnswerCommand& what) override { commands.push_back(what); }

  void human_action(const HumanActionRequired& what) override { humans.push_back(what); }

  std::vector<HumanActionRequired> humans;
  std::vector<HoldId> asked;
  std::vector<HoldEnded> ended;
  std::vector<AnswerSignal> signals;
  std::vector<AnswerCommand> commands;
};

inline constexpr InstrumentId kBtc{0};
inline constexpr std::int64_t kStart = 1'767'603'600 * kNanosPerSecond;  // 2026-01-05T09:00:00Z

inline Instrument a_btcusdt() {
  Instrument row;
  row.id = kBtc;
  row.symbol = Symbol("BTCUSDT");
  row.base = Asset("BTC");
  row.quote = Asset("USDT");
  row.status = InstrumentStatus::Trading;
  row.order_types = 0x1FF;
  row.maker_fee = bps(10);
  row.taker_fee = bps(10);
  row.filters.min_px = Px::from_raw(1'000'000);
  row.filters.max_px = Px::of(1'000'000);
  row.filters.tick = Px::from_raw(1'000'000);
  row.filters.min_qty = Qty::from_raw(1'000);
  row.filters.max_qty = Qty::of(9'000);
  row.filters.step = Qty::from_raw(1'000);
  row.filters.notional_min = Notional::of(5);
  row.filters.notional_max = Notional::of(9'000'000);
  row.filters.bid_percent_up = Rate::of(5);
  row.filters.bid_percent_down = Rate::from_raw(20'000'000);
  row.filters.ask_percent_up = Rate::of(5);
  row.filters.ask_percent_down = Rate::from_raw(20'000'000);
  row.filters.max_num_orders = 200;
  row.filters.max_num_algo_orders = 5;
  return row;
}

inline Limits l0_limits() {
  Limits limits;
  const bool ok =
      limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)}) &&
      limits.engines.push_back(EngineName("tradingagents"));
  EXPECT_TRUE(ok);
  return limits;
}

/// A gateway in S0 with 10 000 USDT, the L0 limits, a market at 60 000 and one operator.
class EngineTest : public testing::Test {
 protected:
  EngineTest() { open_session(); }

  void open_session() {
    SessionOpened session;
    session.engine_version = Text<32>("test");
    session.id_epoch = Text<4>("TEST");
    session.clean_start = true;
    apply(session);
    apply(l0_limits());
    Operator who;
    who.id = OperatorId("alice");
    who.channels = bit_of(OperatorChannel::Terminal) | bit_of(OperatorChannel::Scripted);
    apply(who);
    apply(a_btcusdt());
    balance("USDT", Qty::of(10'000));
    market(Px::of(59'999), Px::of(60'001));
    settle();
  }

  template <class Input>
  void apply(const Input& input) {
    now += kNanosPerMilli;
    runtime->apply(input, UnixNanos(now));
  }
  void settle() { runtime->settle(UnixNanos(now)); }

  void market(Px bid, Px ask) {
    MarketTop top{kBtc, bid, Qty::of(5), ask, Qty::of(5), bid, bid, UnixNanos(now)};
    apply(top);
  }
  void balance(std::string_view asset, Qty free, Qty locked = {}) {
    apply(BalanceReported{AccountId{}, Asset(asset), free, locked, UnixNanos(now)});
  }

  SignalIntent a_signal(SignalSide side = SignalSide::Buy) {
    SignalIntent signal;
    signal.source_engine = EngineName("tradingagents");
    signal.intent_id = IntentId("intent-" + std::to_string(++signals_made));
    signal.trace_id = TraceId("trace-" + std::to_string(signals_made));
    signal.symbol = Symbol("BTCUSDT");
    signal.side = side;
    signal.as_of = UnixNanos(now);
    if (side == SignalSide::Buy) signal.stop_loss = Px::of(59'400);
    signal.payload = sha256(bytes_of(signal.intent_id.view()));
    return signal;
  }
  SignalIntent send(const SignalIntent& signal) {
    apply(signal);
    settle();
    return signal;
  }
  /// A buy signal that is now on hold.
  HoldId a_hold() {
    send(a_signal());
    EXPECT_EQ(edges.signals.back().outcome, SignalOutcome::Held)
        << info(edges.signals.back().reasons.first()).code;
    return edges.signals.back().hold;
  }

  OperatorCommand a_command(CommandAction action, HoldId hold = {}) {
    OperatorCommand command;
    command.command_id = CommandId("cmd-" + std::to_string(++commands_made));
    command.action = action;
    command.operator_id = OperatorId("alice");
    command.hold = hold;
    if (const Trade* trade = state->find(hold);
        action == CommandAction::Approve && trade != nullptr) {
      command.digest = trade->digest;
    }
    return command;
  }
  Reason command(const OperatorCommand& input) {
    apply(input);
    settle();
    return edges.commands.back().reason;
  }
  /// A decision of alice over `subject`, recorded.
  DecisionId a_decision(const Digest& subject, DecisionEnd end = DecisionEnd::Approved) {
    DecisionRecorded decision;
    decision.id = DecisionId("DEC-20260105-" + std::to_string(100 + ++decisions_made));
    decision.end = end;
    decision.subject = subject;
    decision.operator_id = OperatorId("alice");
    decision.decided_at = UnixNanos(now);
    apply(decision);
    return decision.id;
  }
  Reason unblock(Block cause) {
    OperatorCommand input = a_command(CommandAction::Unblock);
    input.block = cause;
    input.decision_id = a_decision(subject_of(cause, subjects));
    return command(input);
  }
  /// By a recorded decision over the newest order of that role.
  Reason close_unknown(HoldId hold, LegRole role) {
    OperatorCommand input = a_command(CommandAction::CloseUnknown);
    input.order = state->find(hold)->find(role)->leg.client_order_id;
    input.decision_id = a_decision(subject_of(input.order, subjects));
    return command(input);
  }
  /// The limits in force with a change, as the next version.
  template <class Change>
  Limits next_limits(Change change) {
    Limits limits = *state->limits;
    limits.version = LimitsVersion(limits.version.value() + 1);
    limits.decision = {};
    change(limits);
    return limits;
  }
  /// Puts a document forward as alice; what came of it.
  Reason propose(const Limits& document) {
    apply(LimitsProposed{CommandId("limits-" + std::to_string(++commands_made)),
                         OperatorId("alice"), document});
    settle();
    return edges.commands.back().reason;
  }
  Reason propose_decided(Limits document) {
    document.decision = a_decision(subject_of(document, subjects));
    return propose(document);
  }

  /// All records of one kind, in order.
  template <class Row>
  [[nodiscard]] std::vector<Row> all() const {
    std::vector<Row> rows;
    for (const KeptRecord& record : recorder.records) {
      if (record.type == Row::kType) rows.push_back(*decode<Row>(record.payload));
    }
    return rows;
  }
  [[nodiscard]] bool denied_for(Reason reason) const {
    return edges.signals.back().outcome == SignalOutcome::Denied &&
           edges.signals.back().reasons.has(reason);
  }

  Reason approve(HoldId hold) { return command(a_command(CommandAction::Approve, hold)); }

  /// What the venue says about one leg of `hold`.
  ExecutionReport a_report(HoldId hold, LegRole role, ExecType type, OrdStatus status) {
    const TradeOrder* order = state->find(hold)->find(role);
    ExecutionReport report;
    report.instrument = kBtc;
    report.client_order_id = order->leg.client_order_id;
    report.venue_order_id = VenueOrderId("1");
    report.side = order->leg.side;
    report.exec_type = type;
    report.ord_status = status;
    return report;
  }
  ExecutionReport a_fill(HoldId hold, LegRole role, Px px, std::string_view exec) {
    ExecutionReport report = a_report(hold, role, ExecType::Trade, OrdStatus::Filled);
    const Leg& leg = state->find(hold)->find(role)->leg;
    report.exec_id = ExecId(exec);
    report.last_qty = report.cum_qty = leg.qty;
    report.last_px = px;
    const bool buy = leg.side == Side::Buy;
    const auto fee_base = scaled(leg.qty, bps(10), Round::Down).value();
    report.fee =
        buy ? fee_base
            : Qty::from_raw(scaled(notional(px, leg.qty).value(), bps(10), Round::Down)->raw());
    report.fee_asset = Asset(buy ? "BTC" : "USDT");
    return report;
  }
  void says(const ExecutionReport& report) {
    apply(report);
    settle();
  }

  /// Time passes; the core looks at its deadlines at exactly `at`.
  void time_is(std::int64_t at) {
    now = at - kNanosPerMilli;
    apply(TimePassed{});
    settle();
  }
  /// Six hours later, when a loss is no reason any more.
  void after_cooldown() {
    now += state->limits->cooldown_ns;
    market(Px::of(59'999), Px::of(60'001));
  }

  /// An approved entry, filled, its stop working.
  HoldId an_open_trade() {
    const HoldId hold = a_hold();
    EXPECT_EQ(approve(hold), Reason::None);
    says(a_report(hold, LegRole::Entry, ExecType::New, OrdStatus::New));
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::PendingNew));
    says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
    says(a_report(hold, LegRole::Stop, ExecType::New, OrdStatus::New));
    const Trade* trade = state->find(hold);
    balance("USDT", Qty::of(9'950));
    balance("BTC", {}, trade->position.qty);
    EXPECT_EQ(trade->protection, ProtectionState::Live);
    return hold;
  }

  /// Handed over without an answer, and closed by a decision.
  HoldId a_closed_unknown() {
    const HoldId hold = a_hold();
    venue.next = HandOff::Unknown;
    EXPECT_EQ(approve(hold), Reason::None);
    venue.next = HandOff::Sent;
    EXPECT_EQ(close_unknown(hold, LegRole::Entry), Reason::None);
    EXPECT_EQ(order_state(hold, LegRole::Stop), OrderState::ClosedByDecision);
    EXPECT_TRUE(trade(hold).closed);
    EXPECT_FALSE(state->blocked_by(Block::VenueContradiction));
    return hold;
  }

  [[nodiscard]] const Trade& trade(HoldId hold) const { return *state->find(hold); }
  [[nodiscard]] OrderState order_state(HoldId hold, LegRole role) const {
    return state->find(hold)->find(role)->state;
  }

  /// A second life: state folded from the records so far, everything else new.
  void restart(bool clean) {
    auto folded = read_back();
    ASSERT_NE(folded, nullptr);
    EXPECT_EQ(folded->hash(), state->hash()) << "a fold is not what the engine had";
    SessionOpened session = folded->session;
    session.clean_start = clean;
    resume(std::move(folded), session);
  }
  /// An orderly restart as what `change` makes of the session.
  void restart_as(const SessionOpened& session) {
    auto folded = read_back();
    ASSERT_NE(folded, nullptr);
    resume(std::move(folded), session);
  }
  /// The same behind a crash that tore away what was recorded behind the first `Row` from `from`.
  template <class Row>
  void crash_behind(std::size_t from) {
    while (recorder.records.at(from).type != Row::kType) ++from;
    recorder.records.resize(from + 1);
    auto folded = read_back();
    ASSERT_NE(folded, nullptr);
    SessionOpened session = folded->session;
    session.clean_start = false;
    resume(std::move(folded), session);
  }

 private:
  [[nodiscard]] std::unique_ptr<State> read_back() const {
    auto folded = std::make_unique<State>(std::size_t{1} << 10U);
    for (const KeptRecord& record : recorder.records) {
      EXPECT_EQ(audit::fold_objection(*folded, record.type, record.payload), "")
          << record_name(record.type);
      if (!folded->fold(record.type, record.payload, record.time)) return nullptr;
    }
    return folded;
  }
  void resume(std::unique_ptr<State> folded, const SessionOpened& session) {
    state = std::move(folded);
    engine = std::make_unique<Engine>(*state, recorder);
    runtime = std::make_unique<Runtime>(*engine, recorder, door, word, edges, Runtime::Options{});
    apply(session);
    settle();
  }

 protected:
  std::int64_t now = kStart;
  int signals_made = 0;
  int commands_made = 0;
  int decisions_made = 0;
  Sha256 subjects;
  MemoryRecorder recorder;
  WrittenDown venue{recorder};
  TradingWord word;
  Door door{venue, word};
  KeptAnswers edges;
  std::unique_ptr<State> state = std::make_unique<State>(std::size_t{1} << 10U);
  std::unique_ptr<Engine> engine = std::make_unique<Engine>(*state, recorder);
  std::unique_ptr<Runtime> runtime =
      std::make_unique<Runtime>(*engine, recorder, door, word, edges, Runtime::Options{});
};

}  // namespace clawgate::gateway
