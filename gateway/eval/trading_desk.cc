// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/trading_desk.h"

#include <algorithm>
#include <array>

#include "schemas/core/assert.h"
#include "schemas/names.h"

namespace clawgate::eval {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;  // 2026-01-05T09:00:00Z
constexpr InstrumentId kInstrument{0};

std::optional<Failure> not_understood(const Line& line, std::string_view why) {
  return Failure{"", line.number, "a row that can be read", std::string(why)};
}

std::optional<std::int64_t> whole(std::string_view text) {
  const RawDecimal value = parse_decimal(text);
  if (value.error != DecimalError::None || value.raw % Px::kScale != 0) return std::nullopt;
  return value.raw / Px::kScale;
}

std::optional<Px> price(std::string_view text) {
  return decimal_from<PxTag>(text);
}

std::string reasons_text(ReasonSet reasons) {
  std::string text;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && reasons.has(row.reason))
      text += " " + std::string(row.code);
  }
  return text;
}

}  // namespace

/// Keeps the records and their running hash.
class TradingDesk::Records final : public gateway::DurableRecorder {
 public:
  struct Row {
    std::uint16_t type;
    UnixNanos time;
    std::vector<std::uint8_t> payload;
  };

  Ticket append(std::uint16_t type, std::uint16_t, UnixNanos time, Bytes payload) override {
    rows.push_back({type, time, {payload.begin(), payload.end()}});
    head = Sha256().update(head.bytes).update(payload).finish();
    return Ticket(rows.size());
  }
  [[nodiscard]] Result<Ticket> sync() override {
    if (fail) return Error{Reason::JournalWrite, "sync", "EIO"};
    return Ticket(rows.size());
  }

  std::vector<Row> rows;
  Digest head;
  bool fail = false;
};

TradingDesk::TradingDesk()
    : now_(kBegin),
      venue_({5 * kNanosPerMilli, 5 * kNanosPerMilli}),
      rules_(*sim::find_built_in("BTCUSDT")),
      records_(std::make_unique<Records>()) {}

TradingDesk::~TradingDesk() = default;

const std::vector<TradingDesk::VerbRow>& TradingDesk::verbs() {
  static const std::vector<VerbRow> kVerbs = {
      {"given", &TradingDesk::given},     {"limits", &TradingDesk::limits},
      {"market", &TradingDesk::market},   {"wait", &TradingDesk::wait},
      {"signal", &TradingDesk::signal},   {"reads", &TradingDesk::reads},
      {"approve", &TradingDesk::decide},  {"reject", &TradingDesk::decide},
      {"kill", &TradingDesk::decide},     {"unblock", &TradingDesk::decide},
      {"repeat", &TradingDesk::decide},   {"venue", &TradingDesk::venue},
      {"restart", &TradingDesk::restart}, {"expect", &TradingDesk::expect},
  };
  return kVerbs;
}

std::optional<Failure> TradingDesk::run(const Line& line) {
  for (const VerbRow& row : verbs()) {
    if (row.name != line.word(0)) continue;
    if (!opened_ && row.name != "given" && row.name != "reads") open();
    return (this->*row.run)(line);
  }
  return not_understood(line, "no such verb: " + std::string(line.word(0)));
}

// given NAME VALUE: before anything else happens.
std::optional<Failure> TradingDesk::given(const Line& line) {
  const std::string_view name = line.word(1);
  const std::string_view value = line.word(2);
  if (opened_) return not_understood(line, "given stands before everything else");
  const auto number = whole(value);
  const auto amount = decimal_from<NotionalTag>(value);
  if (name == "policy_stop_bps" && number) {
    config_.limits.symbols[0].stop = bps(*number);
  } else if (name == "cash" && amount) {
    config_.cash = *amount;
  } else if (name == "stage" && from_word<Stage>(value)) {
    config_.session.stage = *from_word<Stage>(value);
  } else if (name == "venue" && from_word<VenueKind>(value)) {
    config_.session.venue = *from_word<VenueKind>(value);
  } else if (name == "symbols" && value == "none") {
    config_.limits.symbols.clear();
  } else if (name == "asset_class" && from_word<AssetClass>(value)) {
    config_.limits.symbols[0].asset_class = *from_word<AssetClass>(value);
  } else if (name == "engines" && value == "none") {
    config_.limits.engines.clear();
  } else if (name == "min_notional" && amount) {
    rules_.notional->min = *amount;
  } else if (name == "lot_step" && decimal_from<QtyTag>(value)) {
    rules_.lot->step = *decimal_from<QtyTag>(value);
  } else if (name == "lot_min" && decimal_from<QtyTag>(value)) {
    rules_.lot->min = *decimal_from<QtyTag>(value);
  } else if (name == "tick" && price(value)) {
    rules_.price->tick = *price(value);
  } else if (name == "slippage_bps" && number) {
    config_.limits.slippage = bps(*number);
  } else if (name == "order_notional_max" && amount) {
    config_.limits.order_notional_max = *amount;
  } else if (name == "day_notional_max" && amount) {
    config_.limits.day_notional_max = *amount;
  } else if (name == "day_orders_max" && number) {
    config_.limits.day_orders_max = static_cast<std::uint16_t>(*number);
  } else if (name == "open_trades_max" && number) {
    config_.limits.open_trades_max = static_cast<std::uint16_t>(*number);
  } else if (name == "market_status" && (value == "halt" || value == "closed")) {
    rules_.status = value == "halt" ? sim::SymbolStatus::Halt : sim::SymbolStatus::EndOfDay;
  } else {
    return not_understood(line, "given " + std::string(name) + " " + std::string(value));
  }
  return std::nullopt;
}

void TradingDesk::open() {
  opened_ = true;
  exchange_ = std::make_unique<sim::Exchange>(&venue_);
  symbol_ = exchange_->add_symbol(rules_);
  account_ = exchange_->open_account({});
  venue_.connect(*exchange_, account_);
  const bool paid = exchange_->deposit(account_, exchange_->quote(symbol_), config_.cash.raw(),
                                       sim::TimeNs(now_));
  CLAWGATE_ASSERT(paid);
  start(true);
  tell_market();
}

void TradingDesk::start(bool clean) {
  runtime_.reset();
  state_ = std::make_unique<gateway::State>(std::size_t{1} << 10U);
  for (const Records::Row& row : records_->rows) {
    const bool folded = state_->fold(row.type, row.payload, row.time);
    CLAWGATE_ASSERT(folded);
  }
  engine_ = std::make_unique<gateway::Engine>(*state_, *records_);
  door_ = std::make_unique<gateway::Door>(venue_, word_);
  runtime_ = std::make_unique<gateway::Runtime>(*engine_, *records_, *door_, word_, *this,
                                                gateway::Runtime::Options{});
  SessionOpened session = config_.session;
  session.engine_version = Text<32>("eval");
  session.id_epoch = Text<4>("EVAL");
  session.clean_start = clean;
  venue_.at(UnixNanos(now_));
  apply(session);
  apply(config_.limits);
  Operator who;
  who.id = OperatorId("alice");
  who.channels = bit_of(OperatorChannel::Terminal) | bit_of(OperatorChannel::Scripted);
  apply(who);
  apply(venue_.add_instrument(kInstrument, symbol_));
  for (const BalanceReported& row : venue_.balances(UnixNanos(now_))) apply(row);
}

template <class Input>
void TradingDesk::apply(const Input& input) {
  runtime_->apply(input, UnixNanos(now_));
  runtime_->settle(UnixNanos(now_));
}

// limits VERSION: a new limits document arrives.
std::optional<Failure> TradingDesk::limits(const Line& line) {
  const auto version = whole(line.word(1));
  if (!version) return not_understood(line, "limits VERSION");
  config_.limits.version = LimitsVersion(static_cast<std::uint32_t>(*version));
  apply(config_.limits);
  return std::nullopt;
}

// market BID ASK | market silent | market crossed
std::optional<Failure> TradingDesk::market(const Line& line) {
  if (line.word(1) == "silent") {
    market_silent_ = true;
    return std::nullopt;
  }
  const auto bid = price(line.word(1));
  const auto ask = price(line.word(2));
  if (!bid || !ask) return not_understood(line, "market BID ASK");
  bid_ = *bid;
  ask_ = *ask;
  market_silent_ = false;
  tell_market();
  return std::nullopt;
}

void TradingDesk::tell_market() {
  const sim::BookLevel bid{bid_, Qty::of(5)};
  const sim::BookLevel ask{ask_, Qty::of(5)};
  if (bid_ < ask_) {
    sim::MarketEvent event;
    event.kind = sim::MarketKind::Snapshot;
    event.symbol = symbol_;
    event.receive_time = event.exchange_time = sim::TimeNs(now_);
    event.last_id = ++update_;
    event.bids = std::span(&bid, 1);
    event.asks = std::span(&ask, 1);
    exchange_->apply(event, sim::TimeNs(now_));
    event.kind = sim::MarketKind::Trade;
    event.trade_id = ++trade_;
    event.price = bid_;
    event.quantity = Qty::of(1);
    event.buyer_is_maker = true;
    exchange_->apply(event, sim::TimeNs(now_));
  }
  MarketTop top{kInstrument, bid_, bid.quantity, ask_, ask.quantity, bid_, bid_, UnixNanos(now_)};
  apply(top);
  deliver();
}

// wait SECONDS: time goes on; the market repeats itself each second unless it is silent.
std::optional<Failure> TradingDesk::wait(const Line& line) {
  const auto seconds = whole(line.word(1));
  if (!seconds) return not_understood(line, "wait SECONDS");
  if (*seconds > 600) {
    pass(*seconds * kNanosPerSecond);
    if (!market_silent_) tell_market();
    return std::nullopt;
  }
  for (std::int64_t i = 0; i < *seconds; ++i) {
    pass(kNanosPerSecond);
    if (!market_silent_) tell_market();
  }
  return std::nullopt;
}

void TradingDesk::pass(std::int64_t nanos) {
  const std::int64_t until = now_ + nanos;
  for (std::optional<UnixNanos> due = venue_.next_due(); due && due->value() <= until;
       due = venue_.next_due()) {
    now_ = std::max(now_, due->value());
    deliver();
  }
  now_ = until;
  deliver();
  apply(TimePassed{});
}

void TradingDesk::deliver() {
  venue_.at(UnixNanos(now_));
  venue_.deliver_requests();
  while (const auto report = venue_.next_report()) {
    std::visit([&](const auto& input) { apply(input); }, *report);
  }
}

// signal NAME buy|sell|hold [stop PX] [target PX] [age SECONDS] [symbol S] [engine E] [same_as
// NAME] [trace_of NAME]
std::optional<Failure> TradingDesk::signal(const Line& line) {
  const std::string name(line.word(1));
  const auto side = from_word<SignalSide>(line.word(2));
  if (name.empty() || !side) return not_understood(line, "signal NAME buy|sell|hold ...");
  SignalIntent signal;
  signal.source_engine = EngineName("tradingagents");
  signal.intent_id = IntentId("intent-" + name);
  signal.trace_id = TraceId("trace-" + name);
  signal.symbol = Symbol("BTCUSDT");
  signal.side = *side;
  signal.as_of = UnixNanos(now_);
  signal.payload = sha256(bytes_of(name));
  for (std::size_t i = 3; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string_view value = line.word(i + 1);
    if (key == "stop" && price(value)) {
      signal.stop_loss = price(value);
    } else if (key == "target" && price(value)) {
      signal.take_profit = price(value);
    } else if (key == "age" && whole(value)) {
      signal.as_of = UnixNanos(now_ - *whole(value) * kNanosPerSecond);
    } else if (key == "symbol") {
      signal.symbol = Symbol(value);
    } else if (key == "engine") {
      signal.source_engine = EngineName(value);
    } else if (key == "same_as" && signals_.contains(value)) {
      signal = signals_.find(value)->second;
    } else if (key == "trace_of" && signals_.contains(value)) {
      signal.trace_id = signals_.find(value)->second.trace_id;
    } else {
      return not_understood(line, key);
    }
  }
  signals_[name] = signal;
  current_ = name;
  now_ += kNanosPerMilli;
  apply(signal);
  return std::nullopt;
}

// reads DOCUMENT: what intake makes of these bytes; an order in disguise reaches the core as a
// violation.
std::optional<Failure> TradingDesk::reads(const Line& line) {
  signals::Source source;
  source.name = "case.json";
  source.bytes = line.words[1];
  readings_ = signals::read(source).readings;
  if (readings_.empty()) return not_understood(line, "intake gave no reading");
  if (!opened_) open();
  if (!readings_[0].signal) apply(signals::refused_record(readings_[0]));
  return std::nullopt;
}

// approve NAME [digest other] [operator WHO] [channel C] | reject NAME | kill | unblock CAUSE
// [DECISION] | repeat
std::optional<Failure> TradingDesk::decide(const Line& line) {
  const std::string_view verb = line.word(0);
  if (verb == "repeat") {
    apply(last_command_);
    deliver();
    return std::nullopt;
  }
  OperatorCommand command;
  command.command_id = CommandId("command-" + std::to_string(++commands_));
  command.operator_id = OperatorId("alice");
  command.action = *from_word<CommandAction>(verb);
  if (const auto hold = holds_.find(line.word(1)); hold != holds_.end())
    command.hold = hold->second;
  if (const gateway::Trade* held = trade(line.word(1))) command.digest = held->digest;
  for (std::size_t i = 2; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    if (key == "digest") command.digest.bytes[0] ^= 1;
    if (key == "operator") command.operator_id = OperatorId(line.word(i + 1));
    if (key == "channel" && from_word<OperatorChannel>(line.word(i + 1))) {
      command.channel = *from_word<OperatorChannel>(line.word(i + 1));
    }
  }
  if (verb == "unblock") {
    for (const BlockInfo& row : kBlocks) {
      if (row.code == line.word(1)) command.block = row.block;
    }
    command.decision_id = DecisionId(line.word(2));
  }
  if (verb == "kill") word_.kill();
  last_command_ = command;
  now_ += kNanosPerMilli;
  apply(command);
  deliver();
  return std::nullopt;
}

// venue foreign: the venue shows an order that nobody here sent.
std::optional<Failure> TradingDesk::venue(const Line& line) {
  if (line.word(1) != "foreign") return not_understood(line, "venue foreign");
  ExecutionReport report;
  report.instrument = kInstrument;
  report.client_order_id = ClientOrderId("not-ours");
  apply(report);
  return std::nullopt;
}

// restart clean|crash
std::optional<Failure> TradingDesk::restart(const Line& line) {
  start(line.word(1) == "clean");
  tell_market();
  pass(kNanosPerSecond);
  return std::nullopt;
}

// expect NAME WORD...: the signal's outcome or its trade's state contains each word.
// expect answer|reading|blocked|state|orders ...
std::optional<Failure> TradingDesk::expect(const Line& line) {
  const std::string seen = state_of(line);
  std::string expected;
  bool holds = true;
  for (std::size_t i = 2; i < line.words.size(); ++i) {
    const std::string word =
        (line.words[i].starts_with("!") ? line.words[i].substr(1) : line.words[i]);
    const bool found = (" " + seen + " ").find(" " + word + " ") != std::string::npos;
    holds = holds && found != line.words[i].starts_with("!");
    expected += (expected.empty() ? "" : " ") + line.words[i];
  }
  if (holds && line.words.size() > 2) return std::nullopt;
  return Failure{"", line.number, std::string(line.word(1)) + " " + expected, seen};
}

std::string TradingDesk::state_of(const Line& line) const {
  const std::string_view what = line.word(1);
  if (what == "answer") return last_answer_;
  if (what == "reading") {
    if (readings_.empty()) return "none";
    return std::string(word(readings_[0].disposition)) + " " +
           std::string(word(readings_[0].reason)) + " " + readings_[0].where;
  }
  if (what == "state") return std::string(word(state_->trading_state()));
  if (what == "blocked") {
    std::string text;
    for (const BlockInfo& row : kBlocks) {
      if (state_->blocked_by(row.block)) text += (text.empty() ? "" : " ") + std::string(row.code);
    }
    return text.empty() ? "nothing" : text;
  }
  if (what == "orders") {  // how many the exchange ever took
    return std::to_string(
        exchange_->all_orders(account_, symbol_, sim::OrderId{0}, SIZE_MAX).size());
  }
  const auto outcome = outcomes_.find(what);
  if (outcome == outcomes_.end()) return "unknown";
  std::string text = outcome->second;
  const gateway::Trade* const held = trade(what);
  if (held == nullptr) return text;
  text += " " + std::string(word(held->hold));
  if (held->hold_reason != Reason::None) text += " " + std::string(info(held->hold_reason).code);
  if (held->closed) text += " closed";
  text += " qty=" + to_text(held->order.legs[0].qty);
  if (held->hold != HoldState::Released) return text;
  text += " protection=" + std::string(word(held->protection));
  for (const gateway::TradeOrder& order : held->orders) {
    text += " " + std::string(word(order.leg.role)) + "=" + std::string(word(order.state));
  }
  return text;
}

const gateway::Trade* TradingDesk::trade(std::string_view name) const {
  const auto hold = holds_.find(name);
  if (hold == holds_.end()) return nullptr;
  return static_cast<const gateway::State&>(*state_).find(hold->second);
}

void TradingDesk::on(const gateway::AskApproval&) {}
void TradingDesk::on(const gateway::HoldEnded&) {}

void TradingDesk::on(const gateway::AnswerSignal& what) {
  outcomes_[current_] = std::string(word(what.outcome)) + reasons_text(what.reasons);
  holds_[current_] = what.hold;
}

void TradingDesk::on(const gateway::AnswerCommand& what) {
  last_answer_ = what.reason == Reason::None ? "done" : std::string(info(what.reason).code);
  if (what.no_op) last_answer_ += " no_op";
}

std::uint32_t TradingDesk::limits_version() const {
  return config_.limits.version.value();
}
std::string TradingDesk::head() const {
  return to_hex(records_->head);
}

CaseResult run_case(const TradingCase& trading_case) {
  CaseResult result;
  TradingDesk desk;
  for (const Line& line : trading_case.lines) {
    auto failure = desk.run(line);
    if (!failure) continue;
    failure->file = trading_case.file;
    result.failures.push_back(std::move(*failure));
  }
  result.limits_version = desk.limits_version();
  result.journal_head = desk.head();
  return result;
}

}  // namespace clawgate::eval
